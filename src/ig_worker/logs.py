"""Writes the log: lines for people on a terminal, JSON lines otherwise, and no secret nor person's number in either."""

from __future__ import annotations

import json as json_format
import logging
import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TextIO
from urllib.parse import quote, quote_plus

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.masking import mask_line
from ig_worker.domain.redaction import hide_secrets
from ig_worker.log_files import KeptFile

# Their INFO tells of every connection and every migration step; ours says what it was for.
_QUIET = ("urllib3", "apprise", "alembic", "asyncio", "uvicorn", "mail.log", "PIL")

# A path that nobody can write to, ever: the configuration is wrong. All else may pass: a full disk, one that was
# mounted read-only, a folder of somebody else.
_WRONG_PLACE = (FileExistsError, NotADirectoryError, IsADirectoryError, FileNotFoundError)

log = logging.getLogger(__name__)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

# Replaced whole, so that a thread that is writing a line never meets a set that changes.
_secrets: tuple[str, ...] = ()


def register_secret(value: str) -> None:
    """From now on the logs show ``***`` instead of it, however it is written (plain, URL-quoted, JSON, repr).

    Texts of less than four characters are left alone: they would take half of every line with them.
    """
    global _secrets  # noqa: PLW0603  # the one thing that all handlers share
    if len(value) < 4:
        return
    spellings = {
        value,
        quote(value, safe="", errors="replace"),
        quote(value, errors="replace"),
        quote_plus(value, errors="replace"),
        json_format.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
    }
    # A JSON line quotes what it holds, and what it holds may be JSON already.
    for _ in range(2):
        spellings |= {json_format.dumps(spelling)[1:-1] for spelling in spellings}
    # The longest first, so that a secret inside of another one does not leave the rest of it standing.
    _secrets = tuple(sorted({*_secrets, *spellings}, key=len, reverse=True))


def redact(text: str) -> str:
    """The text without the registered secrets and without what has the shape of one."""
    for secret in _secrets:
        text = text.replace(secret, "***")
    return hide_secrets(text)


class Redacted(logging.Formatter):
    """Redacts the finished line of another formatter, the traceback in it included.

    Only the finished line is safe to judge: a secret can come in by the message, an argument, an extra field or
    an exception of somebody else's.
    """

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


class HumanLines(logging.Formatter):
    """``2026-11-22 09:15:00 INFO    publish  Post is out  post=12 account=polowijen``, in the centre's time."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, self._zone)
        name = record.name.removeprefix("ig_worker.")
        extras = "".join(f" {key}={_masked(str(value))}" for key, value in _extras(record).items())
        said = _masked(record.getMessage())
        line = f"{time:%Y-%m-%d %H:%M:%S} {record.levelname:<7} {name}: {said}{extras}"
        # What the public wrote may not start a line of its own, nor move the terminal's cursor.
        line = line.replace("\n", "\\n") + _traceback(self, record).replace("\n", "\n    ")
        # A lone surrogate cannot be written to any file.
        return _CONTROL.sub(_escaped, line).encode(errors="backslashreplace").decode()


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, thread, the extra fields, exception."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _masked(record.getMessage()),
            "thread": record.threadName,
        } | {
            key: _masked(value) if isinstance(value, str) else value for key, value in _extras(record).items()
        }
        traceback = _traceback(self, record)
        if traceback:
            line["exception"] = traceback.strip()
        return json_format.dumps(line, default=lambda value: _masked(str(value)))


def configure(
    level: str | int, *, json: bool, stream: TextIO, file: Path | None = None, zone: tzinfo = UTC
) -> None:
    """Send the whole process's log to ``stream``, and to ``file`` where one is named.

    ``zone`` is for the human lines. The file is changed for a fresh one at 10 MB; five old ones are kept.
    One that cannot be written for now is warned of, once, and tried again at each line; Misconfigured where its path
    can never be a file. Called again, it starts over.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(stream)]
    kept = _kept_in(file) if file is not None else None
    if kept is not None:
        handlers.append(kept)
    root = logging.getLogger()
    known = set()
    for old in [handler for handler in root.handlers if isinstance(handler.formatter, Redacted)]:
        root.removeHandler(old)
        if isinstance(old, KeptFile) and old.trouble is not None:
            known.add(old.file)
        old.close()
    for handler in handlers:
        handler.setFormatter(Redacted(JsonLines() if json else HumanLines(zone)))
        root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    # The logging package's own complaint about a broken line prints the line's arguments, secrets and all.
    logging.raiseExceptions = False
    if kept is not None and kept.trouble is not None and kept.file not in known:
        why = kept.trouble.strerror
        log.warning("The log cannot be written to %s (%s); until it can, it is only here.", kept.file, why)


def _kept_in(file: Path) -> KeptFile:
    kept = KeptFile(file)
    if isinstance(kept.trouble, _WRONG_PLACE):
        raise Misconfigured(
            f"The log cannot be written to {file}: {kept.trouble.strerror}.",
            cure="Choose another [log] file.",
        )
    return kept


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _masked(text: str) -> str:
    """Without numbers of persons. Before it is quoted, for a quoted sign may hide between two digits; and after the
    secrets, for half a secret would not be known as one."""
    return mask_line(redact(text))


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    lines = [formatter.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
    if record.stack_info:
        lines.append(formatter.formatStack(record.stack_info))
    return _masked("".join(f"\n{text}" for text in lines))


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
