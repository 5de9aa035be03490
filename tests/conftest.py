"""What every test may lean on. As this file stands here, ``tests/`` is on the import path: ``from fakes import …``."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
REPOSITORY = Path(__file__).resolve().parents[1]


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
