"""Installations to type commands at."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_centre import NOW, Installation

from ig_worker import logs
from ig_worker.store import accounts
from ig_worker.store.migrate import upgrade


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a fresh database."""
    file = tmp_path_factory.mktemp("fresh") / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Installation:
    """A configuration and nothing else."""
    for name in [name for name in os.environ if name.startswith("IG_WORKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    here = Installation(tmp_path, capsys)
    here.configure()
    here.set_clock(NOW)
    return here


@pytest.fixture
def centre(bare: Installation, empty_database: bytes) -> Installation:
    """A configuration and an empty database with one account."""
    bare.database_file.parent.mkdir()
    bare.database_file.write_bytes(empty_database)
    with bare.writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001", "puskesmaspolowijen")
    return bare


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
