"""The centre's calendar where the country's holidays cannot be computed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ig_worker.centre_calendar import CentreCalendar
from ig_worker.config import load

CONFIG = """\
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "IGAAtoken"
"""


def test_holidays_that_cannot_be_computed_are_not_asked_for_with_every_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, "utf-8")
    config.chmod(0o600)
    calendar = CentreCalendar(load(config, env={}))
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\necho asked >> {tmp_path / 'asked'}\nexit 1\n", "ascii")
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))  # a real process that ends so, in place of Python
    # A year that nothing else here asks for, for what is known once is known for good.
    opened_at = datetime(2031, 11, 24, 2, 0, tzinfo=UTC)
    due = [list(calendar.due(opened_at, "biasa")) for _ in range(3)]
    assert [name for name, _ in due[0]] == ["acknowledge", "resolve"]
    assert due[0] == due[1] == due[2]
    assert (tmp_path / "asked").read_text("ascii").splitlines() == ["asked"]
