"""Some days of the simulated year, with a kill, an outage and a full disk: all of the way of `benchmarks/year.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_some_days_of_the_year_lose_and_double_nothing(tmp_path: Path) -> None:
    driver = REPOSITORY / "benchmarks" / "year.py"
    wanted = ("--days", "4", "--kills", "1", "--outages", "1", "--disks", "1", "--keep", tmp_path / "year")
    done = subprocess.run(
        [sys.executable, driver, *wanted],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-6000:]
    for held in (
        "posts lost: 0 of",
        "messages lost: 0 of",
        "complaints without a case: 0 of",
        "status: healthy",
    ):
        assert f"ok    {held}" in said, said[-6000:]
    assert "'kills': 1" in said
    assert "'disk full': 1" in said
