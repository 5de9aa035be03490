"""What every test may lean on. As this file stands here, ``tests/`` is on the import path: ``from fakes import …``."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from fakes import leaks

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--database postgresql``: flows, commands, worker and board have their tables there. ``--every-fault``: see
    tests/fakes/double_faults.py. ``--part``: a run that measures coverage, or repeats the tests on another database,
    leaves the other parameters to one that does not.
    """
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="where tests have their tables"
    )
    parser.addoption(
        "--part",
        choices=("all", "first", "rest"),
        default="all",
        help="first: the quick tests, in the large folders with the first parameters of each; rest: what that leaves",
    )
    parser.addoption(
        "--every-fault", action="store_true", help="all pairs of faults, instead of the fifth of this day"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Every test fails in whose run an access token stands in a log line, on a stream or in a log file."""
    # A run in the background of a script has inherited that Ctrl-C is ignored, and so would all that the tests start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(leaks, "leaks")
    if config.getoption("--every-fault"):
        from fakes import double_faults  # this file is tried by itself, too

        double_faults.EVERY = True
    if config.getoption("--database") != "sqlite":
        from fakes import postgresql  # this file is tried by itself, too

        postgresql.WANTED = config.getoption("--database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about SQLite alone, or asks for no database, is not part of a run on PostgreSQL; and the parts."""
    if config.getoption("--database") == "postgresql":
        _keep(config, items, [item for item in items if _is_for_postgresql(item)])
    if (part := config.getoption("--part")) != "all":
        first = {id(item) for item in _first_of_each(items)}
        _keep(config, items, [item for item in items if (id(item) in first) is (part == "first")])


def _keep(config: pytest.Config, items: list[pytest.Item], left: list[pytest.Item]) -> None:
    kept = {id(item) for item in left}
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in kept])
    items[:] = left


LARGE = {"board", "flows", "render", "store"}
"""Whose tests take most of the time; their parameters are people, kinds and moments, not cases of a rule."""


def _first_of_each(items: list[pytest.Item]) -> list[pytest.Item]:
    """The quick tests, in the large folders with the first parameters only: on each database, where they name one."""
    found: dict[tuple[str, bool], pytest.Item] = {}
    for item in items:
        test, _, parameters = item.nodeid.partition("[")
        test = test if item.path.parent.name in LARGE else item.nodeid
        if item.get_closest_marker("slow") is None:
            found.setdefault((test, "postgresql" in parameters), item)
    return list(found.values())


WITH_A_DATABASE = {"elsewhere", "empty_database"}
"""The fixtures of tests/cli and tests/board that have their tables where the run wants them."""


def _is_for_postgresql(item: pytest.Item) -> bool:
    if item.get_closest_marker("sqlite_only") is not None:
        return False
    by_fixture = item.path.parent.name in ("cli", "board")
    return not by_fixture or not WITH_A_DATABASE.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The references and real comments beside the project, or where IG_WORKER_SHARED says; skips without them."""
    folder = REPOSITORY / os.environ.get("IG_WORKER_SHARED", "../shared")
    if not (folder / "reference").is_dir():
        pytest.skip(f"IG_WORKER_SHARED: there is no folder {folder}")
    return folder.resolve()


@pytest.fixture
def untraced_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that a test starts run without the coverage tracer, as they do for people: it costs time and memory."""
    for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(name, raising=False)


def _a_skip_fails(report: Report) -> Report:
    """On the build machine nothing may be missing, so a skip there is a hole in the net.

    An expected failure is also reported as skipped, and stays one. The shared folder is the exception: the project
    does without it, so its absence counts only where IG_WORKER_SHARED promised it.
    """
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if "IG_WORKER_SHARED" not in reason or "IG_WORKER_SHARED" in os.environ:
            report.outcome = "failed"
            report.longrepr = f"{reason} (with CI=true a skip is a failure)"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _a_skip_fails((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _a_skip_fails((yield))


def _writable(data: Any) -> Any:
    """The same data with what UTF-8 cannot say (half of an emoji) spelled out."""
    match data:
        case str():
            return data.encode("utf-8", "backslashreplace").decode("utf-8")
        case dict():
            return {key: _writable(value) for key, value in data.items()}
        case list() | tuple():
            return type(data)(map(_writable, data))
    return data


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Tests print and log hostile text on purpose; without this one of them would end the whole parallel run."""
    return _writable((yield))  # type: ignore[no-any-return]
