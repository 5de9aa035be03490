"""Goes over every line that a test's run logs, prints or leaves in a log file: no access token may stand in it.

The lines of our own loggers are looked at as they are before the log hides anything, so that what hides secrets is the
second net and not the only one. A test that writes secrets on purpose is marked with ``shows_secrets``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

SHAPES = re.compile(
    # Meta's tokens, the sandbox's among them; what stands in an address or a form; the sandbox's app secrets.
    r"\b(?:EAA|IGAA|IGQ|IGR)[A-Za-z0-9_\-.]{12,}"
    r"|\b(?:access_token|input_token|fb_exchange_token|client_secret|appsecret_proof)(?:=|%3D)(?!\*\*\*)[^\s&\"'*]{6,}"
    r"|\bsandbox-app-secret-\d+"
)
LOGS = ("*.log", "*.log.*", "stderr", "stderr.*", "stdout", "stdout.*")
MOST_BYTES = 5_000_000
SHOWN = 120

_found: list[str] = []


def look_at(what: str, text: str) -> None:
    """Note each secret that stands in the text; the test that is running fails for it."""
    for leak in SHAPES.finditer(text):
        around = SHAPES.sub("…", text[max(0, leak.start() - SHOWN) : leak.start()])
        _found.append(f"{what}: …{around}{leak[0][:8]}… ({len(leak[0])} characters)")


class _EveryLine(logging.Handler):
    """Sees what is logged before it is formatted for anybody."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("ig_worker"):
            extras = " ".join(str(value) for key, value in vars(record).items() if key not in _STANDARD)
            said = f"{record.getMessage()} {extras}"
            if record.exc_info and record.exc_info[1]:
                said += logging.Formatter().formatException(record.exc_info)
            look_at(f"logged by {record.name}", said)


_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "shows_secrets(reason): writes what has the shape of a secret, on purpose"
    )
    logging.getLogger().addHandler(_EveryLine(0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        for name, text in report.sections:
            if not name.startswith("Captured log"):  # seen already, as ours
                look_at(name, text)
        for file in _log_files(item):
            with file.open("rb") as opened:
                look_at(file.name, opened.read(MOST_BYTES).decode("utf-8", "replace"))
    if call.when == "teardown" or report.failed:
        _found.clear()
        return report
    if _found and item.get_closest_marker("shows_secrets") is None and call.when == "call":
        report.outcome = "failed"
        report.longrepr = "a secret stands where anybody may read it:\n" + "\n".join(dict.fromkeys(_found))
    return report


def _log_files(item: pytest.Item) -> Iterator[Path]:
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if folder is not None:
        for pattern in LOGS:
            yield from (file for file in folder.rglob(pattern) if file.is_file())
