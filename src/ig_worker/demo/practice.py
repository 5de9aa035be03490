"""A folder to practise in: a configuration for the embedded Instagram, and a little plan that begins in a minute."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from ig_worker import shipped
from ig_worker.config import init
from ig_worker.demo.stage import ACCOUNT, IG_USER_ID, SAMPLE
from ig_worker.sandbox.world import INSTAGRAM_TOKEN

SANDBOX_PORT, BOARD_PORT, MAIL_PORT = 8125, 8080, 8126
"""Where `sandbox serve` and `board serve` listen unless told otherwise, and where the sandbox takes mails."""

_TEAMS = ("complaint_team", "operators", "content_team", "on_duty", "quality_lead", "head", "report")

VALUES: Mapping[str, str] = {
    "centre.name": '"Puskesmas Latihan"',
    "graph.base_url": f'"http://127.0.0.1:{SANDBOX_PORT}"',
    "accounts.polowijen.ig_user_id": f'"{IG_USER_ID}"',
    "accounts.polowijen.access_token": f'"{INSTAGRAM_TOKEN}"',
    "media.public_base_url": f'"http://127.0.0.1:{BOARD_PORT}/media"',
    "media.allow_private_addresses": "true",
    "inbox.backlog_hours": "720",
    "security.key": '"hanya untuk latihan, bukan rahasia"',
    "board.public_url": f'"http://127.0.0.1:{BOARD_PORT}"',
    **{
        f"notify.{team}": f'["mailto://127.0.0.1:{MAIL_PORT}/?from=ig-worker@puskesmas.example&to={team}@puskesmas.example"]'
        for team in _TEAMS
    },
}
"""What differs from the example; the token opens nothing but the sandbox."""

_HEADERS = (
    *("kode", "akun", "tanggal", "jam", "segmen", "jenis"),
    *("media", "caption", "alt_text", "status", "pembuat", "verifikator"),
)
_ROWS = (
    (
        timedelta(minutes=2),
        "Pengumuman",
        "jadwal-layanan.jpg",
        "Selamat pagi, Sobat Sehat! Ini jadwal layanan kami.",
    ),
    (
        timedelta(minutes=10),
        "Konde Emas",
        "isi-piringku.png",
        "Isi piringku hari ini: sayur, buah, lauk, dan pokok.",
    ),
    (timedelta(days=1), "Inovasi", "antrean-online.jpg", "Antre dari rumah lewat Mobile JKN. Sudah coba?"),
)


def make_practice(directory: Path, now: datetime) -> Path:
    """Write config.toml, rencana.csv and its pictures there; returns the configuration's path.

    `now` is in the centre's zone; the first post is due within two minutes. Misconfigured as `config.init` says.
    """
    file = init(directory, with_values(shipped.example_config(), VALUES))
    (directory / "gambar").mkdir(exist_ok=True)
    with (directory / "rencana.csv").open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(_HEADERS)
        for number, (later, segment, picture, caption) in enumerate(_ROWS, 1):
            shutil.copyfile(SAMPLE / "gambar" / picture, directory / "gambar" / picture)
            due = now + later
            sheet.writerow(
                (
                    f"LATIHAN-{number}",
                    ACCOUNT,
                    f"{due:%d/%m/%Y}",
                    f"{due:%H.%M}",
                    segment,
                    "gambar",
                    f"gambar/{picture}",
                    caption,
                    f"Gambar: {caption}",
                    "disetujui",
                    "Siti Maesaroh",
                    "Bidan Ratna",
                )
            )
    return file


def with_values(example: str, values: Mapping[str, str]) -> str:
    """The example with other values, by ``table.key``; what is said beside them stays. KeyError where there is no such
    key.
    """
    left = dict(values)
    table, lines = "", []
    for line in example.splitlines():
        if line.startswith("["):
            table = line[1 : line.index("]")]
        key = line.partition(" = ")[0]
        if (value := left.pop(f"{table}.{key}", None)) is not None:
            comment = line.partition("#")[2]
            lines.append(f"{key} = {value}" + (f"  #{comment}" if comment else ""))
        else:
            lines.append(line)
    if left:
        raise KeyError(", ".join(left))
    return "\n".join(lines) + "\n"
