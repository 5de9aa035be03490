"""Who was erased at their own request: hashes alone, in the database and in a file that outlives a restored backup."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from ig_worker import lasting
from ig_worker.domain.erasure import NAME, NOBODY, ONLY_NAME, Erased, Person, digest
from ig_worker.domain.errors import Misconfigured
from ig_worker.store.rows import put
from ig_worker.store.schema import facts

FILE = "erased.jsonl"
"""In ``data_dir``: one line for each hash. A backup that is put back brings erased people back; this file, which no
backup replaces, tells the worker to erase them again."""

_FACT = "erased:"

_KNOWN = (
    select(facts.c.value)
    .where(facts.c.name.startswith(_FACT, autoescape=True))
    .order_by(facts.c.at, facts.c.name)
)


def known(connection: Connection) -> Erased:
    """Everybody who was erased, as far as this database knows."""
    return _read(connection.execute(_KNOWN).scalars())


def in_file(data_dir: Path) -> Erased:
    """The same, as the file has it."""
    try:
        lines = (data_dir / FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return NOBODY
    except OSError as error:
        # To go on without it would bring erased people back.
        raise Misconfigured(
            f"{data_dir / FILE}, which says who was erased, cannot be read: {error.strerror}",
            cure="give it to the user that ig-worker runs as (chown), readable for that user",
        ) from None
    return _read(line for line in lines if line.strip())


def _read(lines: Iterable[str]) -> Erased:
    """The newest line's salt is the one in use."""
    in_use, until, salts = "", dict[str, datetime](), dict[str, str]()
    for line in lines:
        try:
            said = json.loads(line)
            salt, what, at = said["salt"], said["digest"], datetime.fromisoformat(said["until"])
        except (ValueError, KeyError, TypeError):
            continue  # a line that a power cut tore; the database has it whole
        in_use, salts[what] = salt, salt
        until[what] = max(at, until.get(what, at))
    return Erased(in_use, until, {what: salt for what, salt in salts.items() if salt != in_use})


def salt_of(connection: Connection, data_dir: Path) -> str:
    """The salt of this installation: the one in use, or a fresh one."""
    return in_file(data_dir).salt or known(connection).salt or secrets.token_hex(16)


def digests(salt: str, person: Person) -> list[str]:
    """By what the person is known again."""
    kinds = (NAME,) if person.ids else (NAME, ONLY_NAME)
    said = [f"{kind}:{name.casefold()}" for name in person.names for kind in kinds]
    said += [f"id:{each}" for each in person.ids]
    return sorted({digest(salt, what) for what in said})


def remember(connection: Connection, erased: Erased, now: datetime) -> None:
    """Keep the hashes in the database."""
    for what, until in erased.until.items():
        value = _line(erased.salt_of(what), what, until)
        put(connection, facts, {"name": f"{_FACT}{what}", "value": value, "at": now})


def write_down(data_dir: Path, erased: Erased) -> None:
    """Keep them in the file, whole and there after a power cut; what stands there already is not written again."""
    there = in_file(data_dir)
    fresh = {what: at for what, at in erased.until.items() if there.until.get(what) != at}
    if not fresh:
        return
    file = data_dir / FILE
    first = not file.exists()
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # A line that a power cut tore must not swallow this one.
        lines = "\n" + "".join(_line(erased.salt_of(what), what, at) + "\n" for what, at in fresh.items())
        os.write(handle, lines.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    if first:
        lasting.sync(data_dir)


def _line(salt: str, what: str, until: datetime) -> str:
    return json.dumps({"salt": salt, "digest": what, "until": until.isoformat()})
