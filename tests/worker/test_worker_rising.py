"""Weeks of comments at Instagram, then many about one thing: the team hears of it once, and of nobody's name."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ig_worker.demo.day import ZONE
from ig_worker.demo.stage import Stage, set_up

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)
"""A Monday; the centre is read from here on."""
DAY = timedelta(days=1)
CHATTER = (
    "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏",
    "Kak, pendaftaran BPJS buka jam berapa ya?",
    "Loket antreannya panjang ya hari ini",
)
ASKED = (
    "Kak, khitan massal daftarnya di mana ya? WA saya 081234567890",
    "Min khitan massal kapan ya?",
    "Bidan Sumarni bilang khitan massal penuh, betul kah?",
    "khitan massal masih bisa daftar?",
)


def mails(stage: Stage) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of what was told of rising topics."""
    found = []
    for mail in stage.sink.mails():
        body = mail.get_body(("plain",))
        assert body is not None
        if "Sedang ramai" in str(mail["subject"]):
            found.append((str(mail["to"]).partition("@")[0], str(mail["subject"]), str(body.get_content())))
    return found


def run(stage: Stage, moment: datetime, *jobs: str) -> None:
    stage.move_to(moment)
    done = stage.command("run-once", *jobs)
    assert done.returncode == 0, done.stderr


def asked(stage: Stage, *words: str) -> Any:
    return json.loads(stage.command(*words, "--json").stdout)


@pytest.mark.slow
def test_what_many_ask_is_one_mail_after_weeks_of_other_things(tmp_path: Path) -> None:
    with set_up(tmp_path / "hari", BEGIN) as stage:
        posts = [stage.door.media("image", f"Unggahan {number}") for number in range(4)]
        run(stage, BEGIN, "inbox")
        for day in range(1, 20):
            stage.move_to(BEGIN + day * DAY)
            text = CHATTER[day % len(CHATTER)]
            stage.door.comment(f"warga_{day}", text, media_id=posts[day % len(posts)])
        # All of these days were an outage: what was written on them is read now, and counts for then.
        run(stage, BEGIN + 19 * DAY, "inbox", "rising")
        assert (mails(stage), asked(stage, "inbox", "rising")) == ([], [])
        for number in range(8):
            stage.move_to(BEGIN + 20 * DAY + number * timedelta(hours=3))
            text = ASKED[number % len(ASKED)]
            stage.door.comment(f"orang_tua_{number}", text, media_id=posts[number % len(posts)])
        morning = datetime(2026, 11, 23, 7, 35, tzinfo=ZONE)
        run(stage, morning)
        run(stage, morning, "notices")
        assert [(to, subject) for to, subject, _ in mails(stage)] == [
            ("konten", "Sedang ramai: “khitan massal”")
        ]
        body = mails(stage)[0][2]
        assert "“khitan massal”: 8 pesan dari 8 orang, biasanya hampir tidak ada." in " ".join(body.split())
        assert not any(secret in body for secret in ("081234567890", "umarni", "orang_tua"))
        (line,) = asked(stage, "status")["rising"]
        assert (line["kind"], line["term"], line["count"], line["usual"]) == ("word", "khitan massal", 8, 0)
        (live,) = asked(stage, "inbox", "rising")
        assert live["since"] == morning.isoformat()
        for day in (1, 2):
            run(stage, morning + day * DAY, "inbox", "rising", "cases")
        assert len(mails(stage)) == 1
        run(stage, morning + 6 * DAY, "inbox", "rising")
        assert asked(stage, "status")["rising"] == []
