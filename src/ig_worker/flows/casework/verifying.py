"""Proves the evidence: every file against its hash, every row against its link, every link against the one before."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from ig_worker import aside
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.evidence_chain import FORM, START, link
from ig_worker.flows.casework import evidence_files as files
from ig_worker.flows.casework.what_was_said import DRAWN_BY, card_of
from ig_worker.store import custody
from ig_worker.store.database import Database, Row

LONGEST_DATA = 50_000_000
"""Bytes of a piece's data that are read as JSON; the worker writes some thousand."""

LOWEST = -(1 << 62)
"""Below the number of any row, those too that no database gives."""

_BLOCK = 1 << 20
_PIECE = re.compile(r"pesan-(\d+)(-\w+-[0-9T.]+)?\.(?:png|json)")
_POST = re.compile(r"unggahan-([0-9a-f]{16})\.jpg")


class Draws(Protocol):
    """Draws a card again."""

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None: ...


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was: ``where`` is a file (relative to ``data_dir``) or a row, ``kind`` one of
    altered, missing, foreign, removed, redrawn."""

    kind: str
    where: str
    says: str
    case: str = ""
    expected: str = ""
    found: str = ""


@dataclass
class Tally:
    """What was looked at."""

    pieces: int = 0
    files: int = 0
    redrawn: int = 0
    erased: int = 0
    purged: int = 0
    """Of the erased ones, those that went with their case when its time was over."""
    unfinished: int = 0
    """Files of pieces that an interruption left without their row; the worker makes them again."""


class Verifier:
    """Looks at the evidence of one database and its folder. It changes nothing, and may run beside the worker."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        redraw: Draws | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._database = database
        self._data_dir = data_dir
        self._redraw = redraw
        self._progress = progress
        self._pictures: set[str] = set()
        self._erased_in: set[str] = set()
        self.tally = Tally()
        self.heads: dict[str, str] = {}
        """The newest hash of each account's chain."""

    def run(self, numbers: Collection[str] = ()) -> Iterator[Finding]:
        """Everything that is not as it was. With case `numbers` only their files are looked at, but every link."""
        with self._database.reading() as connection:
            upto, total = custody.newest(connection), custody.count(connection)
            names = custody.accounts(connection)
        for name in names:
            yield from self._chain(name, numbers, upto, total)
            with self._database.reading() as connection:
                gone = list(custody.missed(connection, name))
            for what, digest in gone:
                says = "the journal says that it was hung with this hash, and nothing hangs there so"
                yield Finding("removed", what, says, expected=digest)
        with self._database.reading() as connection:
            printed = [
                (number, key, head)
                for number, key, head in custody.printed(connection)
                if not START.startswith(head) and custody.at_head(connection, head) is None
            ]
        for number, key, head in printed:
            says = "this head of the chain was printed in it, and is not on the chain"
            yield Finding("removed", f"notice {number} ({key})", says, expected=head)
        if not numbers:
            yield from self._strangers()

    def _chain(self, account: str, numbers: Collection[str], upto: int, total: int) -> Iterator[Finding]:
        previous, form, after = START, 1, LOWEST
        while True:
            with self._database.reading() as connection:
                ids = custody.numbers(connection, account, after, upto)
                rows = list(custody.pieces(connection, ids))
            if not rows:
                break
            for number, row in rows:
                after = number
                self.tally.pieces += 1
                self._progress(self.tally.pieces, total)
                if row is None:
                    yield Finding("altered", f"row {number}", "it holds what no row of evidence can hold")
                    continue
                yield from _links(row, previous, form)
                previous, form = row.chain, row.form if row.form == FORM else form
                if not numbers or row.number in numbers:
                    yield from self._files(row)
        self.heads[account] = previous

    def _files(self, row: Row[Any]) -> Iterator[Finding]:
        if row.erased_by is not None:
            self.tally.erased += 1
            self._erased_in.add(row.path.rpartition("/")[0])
            with self._database.reading() as connection:
                by_rule = custody.erased_by_rule(connection, row)
                self.tally.purged += by_rule and custody.purged_with_its_case(connection, row)
            if not by_rule:
                says = f"row {row.erased_by} says that it was erased by rule, and no rule allows it"
                yield Finding("missing", row.path or f"row {row.id}", says, row.number or "", row.sha256)
            return
        found = [
            *self._file(row.path, row.sha256, row.number or ""),
            *self._file(row.json_path, row.json_sha256, row.number or ""),
        ]
        if found:
            with self._database.reading() as connection:
                if custody.erased(connection, row.id):  # meanwhile
                    return
        yield from found
        if row.json_path and not any(finding.where == row.json_path for finding in found):
            yield from self._data(row, drawn_well=not found)

    def _file(self, path: str, digest: str, case: str) -> Iterator[Finding]:
        """The file against its hash. An empty path is that of a piece without this file."""
        if not path:
            return
        self.tally.files += 1
        if (wrong := self._place(path)) is not None:
            yield Finding(*wrong, case=case, expected=digest)
            return
        try:
            found = _sha256_of(self._data_dir / path)
        except OSError as error:
            says = f"it cannot be read: {error.strerror}"
            yield Finding("missing", path, says, case, expected=digest)
            return
        if found != digest:
            yield Finding("altered", path, "its SHA-256 is another", case, digest, found)

    def _place(self, path: str) -> tuple[str, str, str] | None:
        """What is wrong with where the file lies: it must be a plain file inside the folder of evidence."""
        parts = Path(path).parts
        if len(parts) < 2 or parts[0] != files.ROOM or ".." in parts:
            return "altered", path, "no piece of evidence lies there"
        place = self._data_dir / files.ROOM
        try:
            for part in parts[1:]:
                place /= part
                mode = place.lstat().st_mode
                if stat.S_ISLNK(mode):
                    return "altered", path, "it is a link to somewhere else, not a file"
        except (OSError, ValueError):
            return "missing", path, "the file is not there"
        return None if stat.S_ISREG(mode) else ("altered", path, "it is no plain file")

    def _data(self, row: Row[Any], *, drawn_well: bool) -> Iterator[Finding]:
        """What the piece's data say, against the row and the case."""
        place = self._data_dir / row.json_path
        try:
            content = place.read_bytes() if place.stat().st_size <= LONGEST_DATA else b""
            said = json.loads(content)
            claims = _claims(said)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            yield Finding("altered", row.json_path, "it is not the data of a piece of evidence", row.number)
            return
        wanted = {
            "case": row.number,
            "account": row.account,
            "message": row.ig_id,
        }
        if row.erases is None:
            # What takes an erased piece's place is as old as that, and tells of the same.
            wanted |= {"captured at": row.made_at, "occasion": row.occasion}
        for what, expected in wanted.items():
            if claims[what] != expected:
                says = f"its {what} is not that of row {row.id}"
                yield Finding(
                    "altered", row.json_path, says, row.number or "", str(expected), str(claims[what])
                )
        picture = (said["post"] or {}).get("picture")
        folder = row.json_path.rpartition("/")[0]
        if picture:
            path = f"{folder}/{picture['file']}"
            if path not in self._pictures:
                self._pictures.add(path)
                wrong = list(self._file(path, picture["sha256"], row.number or ""))
                drawn_well = drawn_well and not wrong
                yield from wrong
        if self._redraw is not None and drawn_well and row.path:
            yield from self._drawn_again(row, said, self._data_dir / folder)

    def _drawn_again(self, row: Row[Any], said: dict[str, Any], folder: Path) -> Iterator[Finding]:
        """The same data draw the same bytes; only those of another version may differ."""
        assert self._redraw is not None
        if said.get("drawn_by") != DRAWN_BY:
            return
        with aside.folder(self._data_dir) as elsewhere:
            out = elsewhere / "card.png"
            try:
                self._redraw.evidence_card(card_of(said, row.json_sha256, folder), out)
            except IgWorkerError as error:
                yield Finding("redrawn", row.path, f"it cannot be drawn again: {error}", row.number or "")
                return
            found = _sha256_of(out)
        self.tally.redrawn += 1
        if found != row.sha256:
            says = "drawn again from its data it is another picture"
            yield Finding("redrawn", row.path, says, row.number or "", row.sha256, found)

    def _strangers(self) -> Iterator[Finding]:
        """Files among the evidence that are none."""
        room = self._data_dir / files.ROOM
        plain = (each for each in sorted(room.rglob("*")) if each.is_symlink() or not each.is_dir())
        paths = (each.relative_to(self._data_dir).as_posix() for each in plain)
        while some := list(islice(paths, custody.AT_ONCE)):
            with self._database.reading() as connection:
                known = custody.named_in(connection, some) | self._pictures
            for path in some:
                if path.startswith(files.DRAFTS + "/"):
                    self.tally.unfinished += 1
                elif path not in known and not self._is_left_over(path):
                    says = "it is no piece of evidence and was not put there by ig-worker"
                    yield Finding("foreign", path, says)

    def _is_left_over(self, path: str) -> bool:
        """Whether an interruption, or an erasing, explains a file that no row names."""
        folder, _, name = path.rpartition("/")
        with self._database.reading() as connection:
            waiting = custody.unfinished(connection, folder.rpartition("/")[2])
        if (piece := _PIECE.fullmatch(name)) and int(piece[1]) in waiting:
            self.tally.unfinished += 1
            return True
        # A post's picture may outlive the data that named it: it is named by its own hash.
        lone = _POST.fullmatch(name)
        left_over = bool(waiting) or folder in self._erased_in
        return bool(
            lone
            and left_over
            and self._place(path) is None
            and _sha256_of(self._data_dir / path).startswith(lone[1])
        )


def _links(row: Row[Any], previous: str, form: int) -> Iterator[Finding]:
    """The row against its own hash, and against the row before."""
    where, case = f"row {row.id}", row.number or ""
    try:
        made = link(custody.columns(row)) if row.form >= form else "(an older form of link after a newer one)"
    except (ValueError, TypeError):
        made = "(an unknown form of link)"
    if made != row.chain:
        says = "its columns are not those that were hung: their hash is another"
        yield Finding("altered", where, says, case, row.chain, made)
    if row.previous != previous:
        says = "it does not follow the row before it: a row was removed or changed there"
        yield Finding("removed", where, says, case, row.previous, previous)
    if row.form == 1 and (row.occasion, row.happened_at, row.erases) != ("written", None, None):
        yield Finding(
            "altered", where, "a row of this form tells of nothing but a message as it was written", case
        )
    if row.number is None or row.ig_id is None:
        yield Finding("altered", where, "its case or its message is not there")


def _claims(said: Any) -> dict[str, Any]:
    """What a piece's data say about themselves."""
    change = said.get("change")
    return {
        "case": said["case"],
        "account": said["account"]["name"],
        "message": said["message"]["ig_id"],
        "captured at": datetime.fromisoformat(said["captured_at"]),
        "occasion": f"{change['kind']}:{change['at']}" if change else "written",
    }


def _sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
