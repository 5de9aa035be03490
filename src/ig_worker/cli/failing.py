"""Says in one line what went wrong and what to do, and which exit status that is (INTERFACE.md, "Commands")."""

from __future__ import annotations

import errno
import logging
import os
import sys

import click

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.domain.text import clean

log = logging.getLogger(__name__)

FAILED, WRONG, INTERRUPTED = 1, 2, 130

_DISK_CURES = {
    errno.ENOSPC: "free some space on that disk; nothing that was saved is lost",
    errno.EDQUOT: "free some space, or ask for more; nothing that was saved is lost",
    errno.EFBIG: "this user may not write files so large (ulimit -f); nothing that was saved is lost",
    errno.EROFS: "the disk is read-only: name another data_dir, or mount it writable",
    errno.EACCES: "make it accessible for the user who runs this",
    errno.EPERM: "make it accessible for the user who runs this",
    errno.EADDRINUSE: "another program listens there; choose another port",
}


class NotDone(IgWorkerError):
    """What was asked for was not done: there is no such thing, or its state or somebody faster does not allow it."""


class WrongConfiguration(Misconfigured):
    """The configuration itself is wrong; exit status 2."""


def require_saved(saved: bool, what: str) -> None:
    """NotDone where a save lost its race."""
    if not saved:
        raise NotDone(f"{what} was changed by someone else meanwhile", cure="look at it again, then decide")


def tell(error: BaseException) -> int:
    """Say on stderr what happened, in one line without a secret; returns the exit status."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            error.show()
            return WRONG
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "ig-worker"
            return _say(error.format_message().rstrip("."), f"see {command} --help", WRONG)
        case click.Abort() | KeyboardInterrupt():
            return INTERRUPTED
        case WrongConfiguration():
            return _say(str(error), error.cure, WRONG)
        case IgWorkerError():
            return _say(str(error), error.cure, FAILED)
        case BrokenPipeError():
            _drop_unwritten_output()
            return FAILED
        case OSError():
            _drop_unwritten_output()
            where = f"{error.filename}: " if error.filename else ""
            return _say(where + (error.strerror or str(error)), _DISK_CURES.get(error.errno or 0, ""), FAILED)
    log.debug("nobody foresaw this", exc_info=error)
    cure = "run it again with --log-level DEBUG and report what that shows"
    return _say(f"unexpected {type(error).__name__} in the program itself", cure, FAILED)


def _say(message: str, cure: str, status: int) -> int:
    from ig_worker.logs import redact

    message = message.strip()
    if cure:
        message += f" {cure}" if message.endswith((".", "!", "?")) else f": {cure}"
    click.echo(f"ig-worker: {redact(' '.join(clean(message).split()))}", err=True)
    return status


def _drop_unwritten_output() -> None:
    """What stdout would not take is still in its buffer; at the end Python would try again, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
