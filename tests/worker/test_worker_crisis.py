"""A flood of complaints at Instagram: one mail to each team, a post that waits, and goes out once when it is over."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from inbox_days import COMPLAINT

from ig_worker.demo.day import BEGIN, ZONE
from ig_worker.demo.stage import Stage, set_up

DUE = datetime(2026, 11, 25, 7, 30, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
COLUMNS = (
    "kode", "tanggal", "jam", "jenis", "media", "caption", "mendesak", "status", "pembuat", "verifikator",
)  # fmt: skip


def alarms(stage: Stage) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of the mails about a crisis."""
    found = []
    for mail in stage.sink.mails():
        body = mail.get_body(("plain",))
        assert body is not None
        if "risis" in str(mail["subject"]) or "KRISIS" in str(mail["subject"]):
            found.append((str(mail["to"]).partition("@")[0], str(mail["subject"]), str(body.get_content())))
    return found


def run(stage: Stage, moment: datetime, *jobs: str) -> None:
    stage.move_to(moment)
    for job in jobs:
        done = stage.command("run-once", job)
        assert done.returncode == 0, done.stderr


def posts(stage: Stage) -> dict[str, tuple[str, Any]]:
    listed = json.loads(stage.command("posts", "list", "--json").stdout)
    return {post["key"]: (post["status"], post["last_error"]) for post in listed}


@pytest.mark.slow
def test_a_flood_is_one_mail_and_a_post_that_waits_until_a_person_lifts_it(tmp_path: Path) -> None:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        with stage.config.open("a", encoding="utf-8") as config:
            config.write("[crisis]\npause_publishing = true\n")
        sheet = stage.folder / "rencana-uji.csv"
        with sheet.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for key, urgent in (("U-1", ""), ("U-2", "ya")):
                table.writerow(
                    (key, "25/11/2026", "07.30", "gambar", "gambar/jadwal-layanan.jpg", key, urgent, "disetujui",
                     "Rina", "dr. Sari")
                )  # fmt: skip
        assert stage.command("posts", "import", str(sheet)).returncode == 0
        media = stage.door.media("image", "Jadwal layanan")
        run(stage, DUE - 40 * MINUTE, "inbox")
        stage.move_to(DUE - 20 * MINUTE)
        for number in range(7):
            stage.door.comment(f"warga_{number}", COMPLAINT, media_id=media)
        run(stage, DUE - 19 * MINUTE, "inbox", "cases", "publish")
        told = alarms(stage)
        assert sorted(recipient for recipient, _, _ in told) == ["konten", "pengaduan"]
        assert {subject for _, subject, _ in told} == {"KRISIS: 7 keluhan di satu postingan"}
        assert all(told[0][2].count(f"K-2026-000{number} ") == 1 for number in range(1, 8))
        assert "ig-worker cases crisis lift 1 --by NAMA" in told[0][2]
        for number in range(7, 10):
            stage.door.comment(f"warga_{number}", COMPLAINT, media_id=media)
        run(stage, DUE - 5 * MINUTE, "inbox", "cases", "publish")
        run(stage, DUE, "publish", "cases")
        assert posts(stage) == {
            "U-1": ("ready", "menunggu krisis 1 selesai: ig-worker cases crisis lift 1 --by NAMA"),
            "U-2": ("published", None),
        }
        assert len(alarms(stage)) == 2
        lifted = stage.command("cases", "crisis", "lift", "1", "--by", "dr. Sari")
        assert lifted.returncode == 0, lifted.stderr
        run(stage, DUE + 20 * MINUTE, "publish", "publish", "inbox", "cases")
        assert posts(stage) == {"U-1": ("published", None), "U-2": ("published", None)}
        captions = [each["caption"] for each in stage.door.state()["media"]]
        assert sorted(captions) == ["Jadwal layanan", "U-1", "U-2"]
        assert {subject for _, subject, _ in alarms(stage)[2:]} == {"Krisis 1 dinyatakan selesai"}
        assert json.loads(stage.command("cases", "crisis", "list", "--open", "--json").stdout) == []
