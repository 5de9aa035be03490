"""How pressing a message makes its case."""

from __future__ import annotations

import pytest

from ig_worker.domain.case import Severity
from ig_worker.domain.severity import PATIENCE, severity_of

PLAIN = "Antrean loket lama sekali, dari jam 7 belum dipanggil"


def weighed(text: str = PLAIN, *, danger: bool = False, exposes: bool = False, written: int = 1) -> Severity:
    return severity_of(text, danger=danger, exposes=exposes, written=written)


def test_a_plain_complaint_is_usual() -> None:
    assert weighed() is Severity.USUAL
    assert weighed("") is Severity.USUAL


def test_a_danger_is_an_emergency_whatever_else_is_said() -> None:
    assert weighed(danger=True, exposes=True, written=9) is Severity.EMERGENCY


def test_who_exposes_somebody_or_writes_a_third_time_is_heard_before_the_rest() -> None:
    assert weighed(exposes=True) is Severity.URGENT
    assert weighed(written=PATIENCE - 1) is Severity.USUAL
    assert weighed(written=PATIENCE) is Severity.URGENT


@pytest.mark.parametrize(
    "text",
    [
        "Ibu saya meninggal karena ambulansnya tidak datang",
        "Kalau begini terus saya laporkan ke ombudsman",
        "Nanti saya viralkan ya",
        "Dulu anak saya kejang di ruang tunggu dan tidak ada yang menolong",
    ],
)
def test_a_death_a_threat_and_a_grave_story_are_urgent(text: str) -> None:
    assert weighed(text) is Severity.URGENT
