"""A complaint of Friday afternoon that nobody reads climbs by mail to the head of the centre, each pass a process."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from inbox_days import COMPLAINT, Centre

WIB = ZoneInfo("Asia/Jakarta")
ABOVE = """
quality_lead = ["{}"]
head = ["{}"]
on_duty"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def wait_until(centre: Centre, text: str) -> None:
    centre.later(seconds=(at(text) - centre.clock.now()).total_seconds())


def pass_of(centre: Centre, *jobs: str) -> None:
    """The worker starts, does what is due, and ends."""
    done = subprocess.run(
        [sys.executable, "-m", "ig_worker", "--config", centre.config, "run-once", *jobs],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()


def reminded(centre: Centre) -> list[tuple[str, str]]:
    """Recipient and subject of the mails that remind of a deadline."""
    mails = [
        (str(mail["to"]).strip("<>").split("@")[0], str(mail["subject"])) for mail in centre.sink.mails()
    ]
    return [mail for mail in mails if "jatuh tempo" in mail[1] or "terlambat" in mail[1]]


@pytest.fixture
def friday(centre: Centre) -> Centre:
    """Friday 15.00, the centre has closed, and somebody has complained."""
    people = [centre.sink.url(f"{name}@puskesmas.example") for name in ("mutu", "kepala")]
    centre.configure("\non_duty", ABOVE.format(*people))
    centre.door.media("image", "Jadwal layanan")
    centre.run("inbox")
    wait_until(centre, "2026-11-27 15:00")
    centre.door.comment("bunda_rara", COMPLAINT)
    pass_of(centre, "inbox", "cases")
    return centre


def test_from_friday_afternoon_to_the_head_of_the_centre(friday: Centre) -> None:
    (case,) = friday.asked("cases", "list")
    assert [(line["name"], line["due_at"][:16]) for line in case["deadlines"]] == [
        ("acknowledge", "2026-11-30T07:30"),
        ("resolve", "2026-12-02T07:30"),
    ]
    near, late = (f"K-2026-0001 {words}: tanggapan pertama" for words in ("hampir jatuh tempo", "terlambat"))
    expected = [
        ("2026-11-27 23:00", []),  # at night
        ("2026-11-28 10:30", [("pengaduan", near)]),  # Saturday, two hours before closing
        ("2026-11-30 07:30", [("pengaduan", late)]),
        ("2026-11-30 11:30", [("mutu", late)]),
        ("2026-12-01 07:30", [("kepala", late)]),
    ]
    for moment, mails in expected:
        before = len(reminded(friday))
        wait_until(friday, moment)
        pass_of(friday, "cases")
        assert reminded(friday)[before:] == mails, moment
    journal = [entry["what"] for entry in friday.asked("cases", "show", "K-2026-0001")["journal"]]
    assert "reminded head of: acknowledge" in journal


def test_an_acknowledgement_ends_it(friday: Centre) -> None:
    wait_until(friday, "2026-11-30 07:30")
    friday.run("cases")
    assert [who for who, _ in reminded(friday)] == ["pengaduan"]
    friday.command("cases", "ack", "K-2026-0001", "--by", "Bu Rina")
    wait_until(friday, "2026-12-01 07:30")
    friday.run("cases")
    assert [who for who, _ in reminded(friday)] == ["pengaduan"]
    (case,) = friday.asked("cases", "list")
    assert case["deadlines"][0]["met_at"] == "2026-11-30T07:30:00+07:00"
