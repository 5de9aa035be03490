"""One embedded Instagram for all tests of the inbox; each begins with an empty world and an empty database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from inbox_days import Centre

from fakes import postgresql
from ig_worker import logs
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store.migrate import upgrade_in_own_process


@pytest.fixture(scope="session")
def instagram() -> Iterator[SandboxProcess]:
    with SandboxProcess() as running:
        yield running


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a fresh database."""
    file = tmp_path_factory.mktemp("inbox") / "empty.db"
    upgrade_in_own_process(f"sqlite:///{file}")
    return file


@pytest.fixture
def empty_database(empty_file: Path) -> Iterator[Path | str]:
    """A fresh database: a file to be copied, or the URL of one on the run's PostgreSQL."""
    with postgresql.new_database() as url:
        yield url or empty_file


@pytest.fixture
def open_centre(
    logging_as_before: None, tmp_path: Path, instagram: SandboxProcess, empty_database: Path | str
) -> Iterator[Callable[..., Centre]]:
    with ExitStack() as stack:

        def open_it(listener: Callable[[str], None] | None = None) -> Centre:
            sink = stack.enter_context(SmtpSink(tmp_path / "mails"))
            centre = Centre(tmp_path, instagram, empty_database, sink, listener=listener)
            stack.callback(centre.close)
            return centre

        yield open_it


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Commands that run in this process set the log up for themselves."""
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    yield
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, logs.Redacted)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(False)


@pytest.fixture
def centre(open_centre: Callable[..., Centre]) -> Centre:
    return open_centre()


@pytest.fixture(autouse=True)
def _as_people_run_it(untraced_children: None) -> None:
    """Whole workers live here for minutes; their parts are measured where they are tested."""
