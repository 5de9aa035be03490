"""Installations to type commands at."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_centre import NOW, TOKEN, Installation, message_values

from fakes import postgresql
from ig_worker import logs
from ig_worker.store import accounts, messages
from ig_worker.store.migrate import upgrade
from ig_worker.store.tokens import TokenShelf


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a fresh database."""
    file = tmp_path_factory.mktemp("fresh") / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database on the run's PostgreSQL, empty unless a centre is wanted; "" on SQLite."""
    with postgresql.new_database(empty="centre" not in request.fixturenames) as url:
        yield url


@pytest.fixture
def bare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> Installation:
    """A configuration and nothing else."""
    for name in [name for name in os.environ if name.startswith("IG_WORKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    here = Installation(tmp_path, capsys, elsewhere)
    here.configure()
    here.set_clock(NOW)
    return here


@pytest.fixture
def centre(bare: Installation, empty_database: bytes) -> Installation:
    """A configuration and an empty database with one account."""
    bare.database_file.parent.mkdir()
    if not bare.elsewhere:
        bare.database_file.write_bytes(empty_database)
    with bare.writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001", "puskesmaspolowijen")
    return bare


@pytest.fixture(scope="session")
def kept_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data folder is kept that was filled once for all tests."""
    return tmp_path_factory.mktemp("kept") / "var"


@pytest.fixture
def backed_up(centre: Installation, kept_register: Path) -> Installation:
    """A case with its evidence, a token, and somebody's report."""
    if kept_register.exists() and not centre.elsewhere:
        shutil.copytree(kept_register, centre.folder / "var", dirs_exist_ok=True)
        return centre
    config = centre.config.read_text("utf-8")
    centre.config.write_text(config.replace("complaint_team", "partners"), "utf-8")
    with centre.writing() as connection:
        more = {"label": "keluhan", "topic": "antrean", "opens_case": True, "author": "sari"}
        messages.add(connection, message_values("Antrean lama sekali 😡", **more))
        TokenShelf("").current(connection, "polowijen", TOKEN, NOW)
    assert centre("run-once", "cases").status == 0
    reports = centre.folder / "var" / "reports"
    reports.mkdir()
    (reports / "2026-10.pdf").write_bytes(b"%PDF")
    centre.config.write_text(config, "utf-8")
    if not centre.elsewhere:
        shutil.copytree(centre.folder / "var", kept_register)
    return centre


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    yield
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, logs.Redacted)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(False)
