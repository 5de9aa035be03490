"""Turns a row of the planning sheet into a post to publish, or says what is wrong with the row.

INTERFACE.md, "The planning sheet", gives the columns; the segments and the four eyes (maker and verifier) are the
SOP's. Nothing here knows what time it is: whether a date has passed is for the caller.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import TypeVar

from ig_worker.domain.indonesian_dates import (
    DATE_ALLOWED,
    FIRST_YEAR,
    TIME_ALLOWED,
    ZONE_OFFSETS,
    Unreadable,
    read_date,
    read_time,
)
from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.people import is_named, same_person
from ig_worker.domain.sheet_cells import (
    KIND_ALLOWED,
    KINDS,
    STATUS_ALLOWED,
    STATUSES,
    read_account,
    read_choice,
    read_collaborators,
    read_cover,
    read_location,
    read_media,
    read_milliseconds,
    read_name,
    read_text,
    read_user_tags,
    read_yes_no,
)
from ig_worker.domain.sheet_rows import Cell, RowProblem, SheetRow, shown

Value = TypeVar("Value")

KEY_LENGTH = 64


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A row that makes sense. Whether Instagram would take it is for ``post_rules.check_post``."""

    key: str
    """The row's ``kode``, or one derived from account, date, time and caption (``auto-…``)."""
    account: str
    kind: Kind
    scheduled_at: datetime
    """Timezone-aware, in the sheet's zone."""
    media: tuple[str, ...]
    """As written: paths relative to the sheet, or addresses."""
    caption: str = ""
    segment: str = ""
    alt_text: str = ""
    first_comment: str = ""
    collaborators: tuple[str, ...] = ()
    user_tags: tuple[UserTag, ...] = ()
    location_id: str = ""
    cover: str = ""
    thumb_offset_ms: int | None = None
    share_to_feed: bool | None = None
    urgent: bool = False
    shows_patient: bool = False
    consent: str = ""
    """The written consent's reference."""
    sheet_status: str = "draf"
    """``draf``, ``disetujui`` or ``batal``."""
    made_by: str = ""
    edited_by: str = ""
    verified_by: str = ""
    responsible: str = ""
    row_number: int = 0


def approval_gap(post: PlannedPost) -> str:
    """Why the sheet does not count as approving this post, in Indonesian; empty where it does.

    INTERFACE.md: status disetujui and a verifikator who is not the pembuat.
    """
    if post.sheet_status != "disetujui":
        return f"statusnya masih {post.sheet_status}"
    if not is_named(post.verified_by):
        return "kolom verifikator masih kosong"
    if same_person(post.verified_by, post.made_by):
        return f"verifikator tidak boleh orang yang sama dengan pembuat ({shown(post.made_by)})"
    return ""


def altered_columns(before: PlannedPost, after: PlannedPost) -> tuple[str, ...]:
    """The sheet's columns in which the public would see something else; the media's bytes are not compared here."""
    return tuple(
        column for column, field in _PUBLIC.items() if getattr(before, field) != getattr(after, field)
    )


_PUBLIC = {
    "akun": "account",
    "jenis": "kind",
    "media": "media",
    "caption": "caption",
    "alt_text": "alt_text",
    "komentar_pertama": "first_comment",
    "kolaborator": "collaborators",
    "tag": "user_tags",
    "lokasi": "location_id",
    "sampul": "cover",
    "thumb_offset": "thumb_offset_ms",
    "bagikan_ke_feed": "share_to_feed",
}


def plan_row(
    row_number: int, cells: Mapping[str, Cell], *, accounts: Collection[str], zone: tzinfo
) -> PlannedPost | tuple[RowProblem, ...]:
    """The post a row asks for, or everything that is wrong with the row.

    ``cells`` by canonical column name, ``accounts`` the names in the configuration, ``zone`` where the centre is.
    """
    row = _RowReading(row_number, cells)
    by_lower_case = {name.casefold(): name for name in accounts}
    account = row.read("akun", lambda cell: read_account(cell, by_lower_case), "")
    scheduled_at = _scheduled_at(row, zone)
    kind = row.read("jenis", lambda cell: read_choice(cell, KINDS, KIND_ALLOWED), Kind.IMAGE)
    caption = row.read("caption", read_text, "")
    post = PlannedPost(
        key=row.read("kode", _read_key, "") or _derived_key(account, scheduled_at, caption),
        account=account,
        kind=kind,
        scheduled_at=scheduled_at,
        media=row.read("media", read_media, ()),
        caption=caption,
        segment=row.read("segmen", read_name, ""),
        alt_text=row.read("alt_text", read_text, ""),
        first_comment=row.read("komentar_pertama", read_text, ""),
        collaborators=row.read("kolaborator", read_collaborators, ()),
        user_tags=row.read("tag", lambda cell: read_user_tags(cell, kind), ()),
        location_id=row.read("lokasi", read_location, ""),
        cover=row.read("sampul", read_cover, ""),
        thumb_offset_ms=row.read("thumb_offset", read_milliseconds, None),
        share_to_feed=row.read("bagikan_ke_feed", read_yes_no, None),
        urgent=bool(row.read("mendesak", read_yes_no, None)),
        shows_patient=bool(row.read("ada_pasien", read_yes_no, None)),
        consent=row.read("persetujuan_pasien", read_name, ""),
        sheet_status=row.read("status", _read_status, "draf"),
        made_by=row.read("pembuat", read_name, ""),
        edited_by=row.read("redaksi", read_name, ""),
        verified_by=row.read("verifikator", read_name, ""),
        responsible=row.read("penanggung_jawab", read_name, ""),
        row_number=row_number,
    )
    return tuple(row.problems) if row.problems else post


def plan_sheet(
    rows: Iterable[SheetRow], *, accounts: Collection[str], zone: tzinfo
) -> tuple[tuple[PlannedPost, ...], tuple[RowProblem, ...]]:
    """Every row's post or problems, in the order of the rows.

    Rows that share a key are all refused: which of them is meant only a person knows.
    """
    posts: list[PlannedPost] = []
    problems: list[RowProblem] = []
    for row in rows:
        planned = plan_row(row.number, row.cells, accounts=accounts, zone=zone)
        if isinstance(planned, PlannedPost):
            posts.append(planned)
        else:
            problems.extend(planned)
    rows_by_key: defaultdict[str, list[int]] = defaultdict(list)
    for post in posts:
        rows_by_key[post.key].append(post.row_number)
    problems.extend(
        _duplicate(post, rows_by_key[post.key]) for post in posts if len(rows_by_key[post.key]) > 1
    )
    unique = tuple(post for post in posts if len(rows_by_key[post.key]) == 1)
    return unique, tuple(sorted(problems, key=lambda problem: problem.row))


def content_hash(post: PlannedPost, media_hashes: Sequence[str] = ()) -> str:
    """SHA-256 (hex) over what the public would see: an approval is for exactly this.

    ``media_hashes`` are the hashes of the media's bytes in the order of the media, then the cover's, once they are
    known. The time, the names of those who worked on it and the centre's own notes are not part of it.
    """
    public = {
        "account": post.account,
        "kind": post.kind.value,
        "media": post.media,
        "media_hashes": list(media_hashes),
        "caption": post.caption,
        "alt_text": post.alt_text,
        "first_comment": post.first_comment,
        "collaborators": post.collaborators,
        "user_tags": [[tag.username, tag.x, tag.y] for tag in post.user_tags],
        "location_id": post.location_id,
        "cover": post.cover,
        "thumb_offset_ms": post.thumb_offset_ms,
        "share_to_feed": post.share_to_feed,
    }
    canonical = json.dumps(public, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


class _RowReading:
    """One row being read: every cell is tried, so that all its problems are told at once."""

    def __init__(self, number: int, cells: Mapping[str, Cell]) -> None:
        self.number = number
        self.cells = cells
        self.problems: list[RowProblem] = []

    def read(self, column: str, reader: Callable[[Cell | None], Value], otherwise: Value) -> Value:
        cell = self.cells.get(column)
        try:
            return reader(cell)
        except Unreadable as problem:
            self.refuse(column, problem.allowed)
            return otherwise

    def refuse(self, column: str, allowed: str) -> None:
        cell = self.cells.get(column)
        found = "" if cell is None else shown(cell)
        self.problems.append(RowProblem(self.number, column, found, allowed))


def _scheduled_at(row: _RowReading, zone: tzinfo) -> datetime:
    day = row.read("tanggal", lambda cell: read_date(_written(cell, DATE_ALLOWED)), date(FIRST_YEAR, 1, 1))
    clock, zone_name = row.read("jam", lambda cell: read_time(_written(cell, TIME_ALLOWED)), (time(), ""))
    moment = datetime.combine(day, clock, zone)
    if zone_name and moment.utcoffset() != ZONE_OFFSETS[zone_name]:
        row.refuse("jam", f"jam menurut zona waktu puskesmas ({moment.tzname()})")
    return moment


def _written(cell: Cell | None, allowed: str) -> Cell:
    if cell is None:
        raise Unreadable(allowed)
    return cell


def _read_key(cell: Cell | None) -> str:
    key = read_name(cell)
    if len(key) > KEY_LENGTH:
        raise Unreadable(f"kode paling panjang {KEY_LENGTH} huruf")
    return key


def _read_status(cell: Cell | None) -> str:
    return read_choice(cell, STATUSES, STATUS_ALLOWED) if read_text(cell) else "draf"


def _derived_key(account: str, scheduled_at: datetime, caption: str) -> str:
    parts = json.dumps([account, f"{scheduled_at:%Y-%m-%d %H:%M:%S}", caption])
    return "auto-" + hashlib.sha256(parts.encode("ascii")).hexdigest()[:16]


def _duplicate(post: PlannedPost, rows: Sequence[int]) -> RowProblem:
    listed = ", ".join(str(number) for number in rows[:6]) + (" …" if len(rows) > 6 else "")
    if post.key.startswith("auto-"):
        allowed = f"kode tersendiri, karena tanggal, jam, dan caption sama di baris {listed}"
        return RowProblem(post.row_number, "kode", "", allowed)
    return RowProblem(
        post.row_number, "kode", shown(post.key), f"kode yang hanya dipakai sekali (ada di baris {listed})"
    )
