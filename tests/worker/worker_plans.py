"""Planning sheets for a stage: approved posts at moments of the tests' choosing."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime

from ig_worker.demo.stage import Stage

COLUMNS = ("kode", "tanggal", "jam", "jenis", "media", "caption", "status", "pembuat", "verifikator")
PICTURE, STORY, CAROUSEL = (
    ("gambar", "gambar/jadwal-layanan.jpg"),
    ("story", "gambar/story-posyandu.png"),
    ("carousel", "gambar/hari-guru.png;gambar/jadwal-layanan.jpg"),
)


def import_plan(stage: Stage, rows: Iterable[tuple[str, datetime, tuple[str, str], str]]) -> None:
    """Import a sheet of approved posts: key, moment (in the centre's zone), kind and media, caption."""
    sheet = stage.folder / "rencana-uji.csv"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for key, at, (kind, media), caption in rows:
            day, time = f"{at:%d/%m/%Y}", f"{at:%H.%M.%S}"
            table.writerow((key, day, time, kind, media, caption, "disetujui", "Rina", "dr. Sari"))
    imported = stage.command("posts", "import", str(sheet))
    assert imported.returncode == 0, imported.stdout + imported.stderr
