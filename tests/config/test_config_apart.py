"""The configuration read in a process of its own is the same configuration, without what checked it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ig_worker.config import Reading, load
from ig_worker.config.plain import Plain, Secret
from ig_worker.config.said import Table
from ig_worker.domain.errors import Misconfigured

FULL = """\
data_dir = "var"
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "IGAAtokenPolowijen"
[accounts.kedua]
login = "facebook"
ig_user_id = "17841400000000002"
app_secret = "0123456789abcdef"
[replies]
quiet_hours = ["21:00", "06:00"]
[working_hours]
saturday = []
[calendar]
closed_on = ["2026-12-24 sampai 2026-12-26: Cuti bersama"]
[[calendar.other_hours]]
from = "2026-02-18"
until = "2026-03-19"
monday = ["08:00", "13:00"]
[cases]
profile = "cepat"
[cases.profiles.cepat]
acknowledge = "4h"
resolve = "3d"
[notify]
operators = ["mailto://kami:rahasia-benar@mail.example.org"]
[units.gigi]
notify = ["json://user:kata-sandi@example.org"]
[faq.jam_buka]
questions = ["jam berapa buka"]
answer = "Kami buka pukul 07.30."
approved_by = "Bu Rina"
"""


def as_values(value: Any) -> Any:
    """Sections as pairs and secrets as texts, whatever they are made of."""
    if hasattr(value, "get_secret_value"):
        return ("secret", value.get_secret_value())
    if isinstance(value, Table):
        return [(name, as_values(each)) for name, each in value]
    if isinstance(value, dict):
        return {name: as_values(each) for name, each in value.items()}
    return tuple(map(as_values, value)) if isinstance(value, tuple) else value


@pytest.mark.parametrize("text", [FULL, ""])
def test_every_key_and_every_word_is_the_same(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    apart, here = Reading(file).settings(), load(file)
    assert isinstance(apart, Plain)
    assert as_values(apart) == as_values(here)
    for name in ("source", "zone", "database_url", "opening", "quiet_hours", "known_units", "secrets"):
        assert (
            getattr(apart, name)() == getattr(here, name)()
            if name == "secrets"
            else getattr(apart, name) == getattr(here, name)
        )
    assert apart.cases.steps(urgent=False) == here.cases.steps(urgent=False)
    assert apart.calendar.names() == here.calendar.names()
    days = [date(2026, 8, 17)]
    assert apart.working_calendar(days) == here.working_calendar(days)
    for team in ("operators", "gigi", "nobody"):
        assert apart.recipients(team) == here.recipients(team)


def test_it_shows_no_secret_and_never_changes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FULL, "utf-8")
    settings = Reading(file).settings()
    shown = repr(settings) + str(settings) + repr(settings.secrets) + f"{settings.accounts}"
    assert not [secret for secret in settings.secrets() if secret in shown]
    assert repr(Secret("")) != repr(Secret("x"))
    with pytest.raises(AttributeError, match="read once"):
        settings.graph.version = "v1.0"
    with pytest.raises(Misconfigured, match=r"No account is called 'ketiga'.*polowijen, kedua") as refused:
        settings.account("ketiga")
    assert "[accounts.ketiga]" in refused.value.cure


@pytest.mark.parametrize("text", ["[graph]\nversion = 3\nwat = 1\n", "= nothing", 'data_dir = "\\u0000"'])
def test_what_is_wrong_is_said_in_the_same_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(Misconfigured) as here:
        load(file)
    with pytest.raises(Misconfigured) as apart:
        Reading(file).settings()
    assert (str(apart.value), apart.value.cure) == (str(here.value), here.value.cure)


def test_the_environment_goes_over_the_file_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FULL, "utf-8")
    monkeypatch.setenv("IG_WORKER_CONFIG", str(file))
    monkeypatch.setenv("IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN", "IGAAlainLagi")
    settings = Reading().settings()
    assert settings.account("polowijen").access_token.get_secret_value() == "IGAAlainLagi"
    assert settings.source == file


def test_a_killed_reader_costs_memory_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FULL, "utf-8")
    reading = Reading(file)
    os.kill(reading.pid, signal.SIGKILL)
    assert as_values(reading.settings()) == as_values(load(file))


def test_what_runs_for_good_carries_no_pydantic() -> None:
    script = (
        "import sys\n"
        "import ig_worker.cli.running, ig_worker.cli.serving, ig_worker.worker, ig_worker.board\n"
        "from ig_worker.config import Reading\n"
        "print([name for name in sys.modules if name.partition('.')[0].startswith(('pydantic', 'alembic', 'apprise',\n"
        "    'PIL', 'openpyxl', 'typst', 'holidays'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
