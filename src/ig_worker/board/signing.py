"""The key that cookies and forms are signed with: made once, whole or not at all, for the worker's own user alone."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path

from ig_worker.domain.errors import Misconfigured

log = logging.getLogger(__name__)

KEY_BYTES = 32


def signing_key(file: Path) -> bytes:
    """What the file holds, made first where there is none; Misconfigured where that is no key, or cannot be read."""
    try:
        if not file.exists():
            _make(file)
        key, mode = file.read_bytes(), file.stat().st_mode
        if mode & 0o077:
            log.warning("%s could be read by other users of this machine; now it is the board's alone", file)
            file.chmod(0o600)
    except OSError as error:
        raise Misconfigured(
            f"the board's key {file} cannot be kept: {error.strerror or error}",
            cure="let the board's user read and write there",
        ) from None
    if len(key) != KEY_BYTES:
        raise Misconfigured(
            f"the board's key {file} is damaged: {len(key)} bytes instead of {KEY_BYTES}",
            cure="remove the file and start the board again; everybody logs in once more then",
        )
    return key


def _make(file: Path) -> None:
    """Write it beside its place and link it there: whoever was faster keeps theirs, and nobody reads half of one."""
    beside = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(made, "wb") as opened:
            opened.write(secrets.token_bytes(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(beside, file)
    finally:
        beside.unlink()
