"""Reads the whole database and says what is damaged in it; a short process of its own, so that nobody waits for it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

FACT = "integrity"
"""Its name among the facts: a JSON list of what was found at the last look, empty where all is well."""

MOST = 20
"""So many findings are told; where there are more, these are enough to know that a backup is needed."""

SECONDS = 1800.0
"""Longer than a card in a small server needs to read a database of many years."""


def findings(file: Path) -> list[str]:
    """What is wrong with a SQLite file: its pages, its indexes, its references; nothing where it is well.

    It reads one state of the file, beside writers, and needs two megabytes.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=30)) as plain:
            plain.execute("PRAGMA cache_size = -1024")
            said = [str(row[0]) for row in plain.execute(f"PRAGMA integrity_check({MOST})")]
            if said != ["ok"]:
                return said
            rows = plain.execute("PRAGMA foreign_key_check").fetchmany(MOST)
            return [f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there" for row in rows]
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return [str(error)]
        raise


def found_in_own_process(file: Path) -> list[str] | None:
    """As :func:`findings`; None where the file cannot be looked at now."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "ig_worker.store.integrity"],
            input=str(file),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        told = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None
    return told if isinstance(told, list) else None


def main() -> int:
    """The file's name comes on standard input, a JSON list goes out; 1 where it cannot be looked at."""
    try:
        sys.stdout.write(json.dumps(findings(Path(sys.stdin.read().strip()))))
    except sqlite3.Error as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
