"""The shelf of posts as an import sees it: taken in by the hundred, known by their keys, with media still to fetch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from ig_worker.domain.approval import Approval
from ig_worker.domain.people import same_person
from ig_worker.domain.publication import Status
from ig_worker.store import journal
from ig_worker.store.posts import MediaFile, StoredPost
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import approvals, post_media, posts

GATHERED_IN = (Status.DRAFT, Status.APPROVED, Status.HELD)
"""The states in which a post's media are fetched and tried: later the publisher has made the files that go out."""


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What an import must know of a post that is there already, to see whether its row is new."""

    id: int
    account: str
    key: str
    status: Status
    row_hash: str
    last_error: str
    approval_void: bool
    source: str
    source_row: int


@dataclass(frozen=True, slots=True)
class FreshPost:
    """A post that is not on the shelf yet: columns, files, who approved it, and the journal's lines (who, what)."""

    values: Mapping[str, Any]
    files: Sequence[MediaFile]
    approvals: Sequence[Approval]
    journal: Sequence[tuple[str, str]]


_KNOWN = (
    posts.c.id,
    posts.c.account,
    posts.c.key,
    posts.c.status,
    posts.c.row_hash,
    posts.c.last_error,
    posts.c.approval_void,
    posts.c.source,
    posts.c.source_row,
)


def known(connection: Connection, keys: Collection[str]) -> dict[tuple[str, str], KnownPost]:
    """The posts of these keys, by account and key; a few hundred keys at a time."""
    rows = connection.execute(select(*_KNOWN).where(posts.c.key.in_(keys)))
    return {(row.account, row.key): _known(row) for row in rows}


def left_out(
    connection: Connection, source: str, states: Iterable[Status], present: Collection[tuple[str, str]]
) -> list[int]:
    """The posts in these states that this sheet was the last to show and that are not `present`: account and key."""
    wanted = [state.value for state in states]
    query = select(posts.c.id, posts.c.account, posts.c.key).where(
        posts.c.source == source, posts.c.status.in_(wanted)
    )
    rows = connection.execute(query.order_by(posts.c.id))
    return [row.id for row in rows if (row.account, row.key) not in present]


def is_known(connection: Connection, source: str) -> bool:
    """Whether a sheet of this name was taken before."""
    return connection.execute(select(posts.c.id).where(posts.c.source == source).limit(1)).first() is not None


def segments(connection: Connection) -> list[str]:
    """The segments that posts have been given, those used most first."""
    query = select(posts.c.segment).where(posts.c.segment != "").group_by(posts.c.segment)
    return list(connection.execute(query.order_by(func.count().desc(), posts.c.segment).limit(40)).scalars())


def call_anew(connection: Connection, was: str, name: str) -> None:
    """Somebody is called otherwise now: the posts of theirs that are not settled yet name them so.

    A sheet that has the old name says it again as soon as the row changes.
    """
    open_yet = posts.c.status.not_in([Status.PUBLISHED, Status.CANCELLED])
    for column in (posts.c.made_by, posts.c.edited_by, posts.c.responsible):
        written = connection.scalars(select(column).where(open_yet).distinct()).all()
        theirs = [each for each in written if same_person(each, was)]
        connection.execute(update(posts).where(open_yet, column.in_(theirs)).values({column: name}))


def of_sheet(
    connection: Connection, source: str, states: Iterable[Status], *, since: datetime
) -> Sequence[Any]:
    """Account, key, time, caption and state of the posts of a sheet that were planned for `since` or later."""
    columns = (posts.c.account, posts.c.key, posts.c.scheduled_at, posts.c.caption, posts.c.status)
    wanted = [state.value for state in states]
    query = select(*columns).where(
        posts.c.source == source, posts.c.status.in_(wanted), posts.c.scheduled_at >= since
    )
    return connection.execute(query.order_by(posts.c.id)).all()


def _known(row: Any) -> KnownPost:
    return KnownPost(
        row.id,
        row.account,
        row.key,
        Status(row.status),
        row.row_hash,
        row.last_error,
        row.approval_void,
        row.source,
        row.source_row,
    )


def add_all(connection: Connection, fresh: Sequence[FreshPost], now: datetime) -> None:
    """Put new posts on the shelf; all of them name the same columns."""
    if not fresh:
        return
    statement = insert(posts).returning(posts.c.id, sort_by_parameter_order=True)
    columns = [{"child_ids": [], **post.values} for post in fresh]
    ids = connection.execute(statement, columns).scalars().all()
    added = list(zip(ids, fresh, strict=True))
    _insert_all(connection, post_media, [_file(key, file) for key, post in added for file in post.files])
    _insert_all(
        connection,
        approvals,
        [
            {
                "post_id": key,
                "role": given.role,
                "name": given.name,
                "content_hash": given.content_hash,
                "override": given.override,
                "at": now,
            }
            for key, post in added
            for given in post.approvals
        ],
    )
    lines = [(f"post:{key}", who, what) for key, post in added for who, what in post.journal]
    journal.note_all(connection, now, lines)


def _file(post_id: int, file: MediaFile) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "position": file.position,
        "written": file.written,
        "original": file.original,
        "sha256": file.sha256,
        "staged": file.staged,
        "role": file.role,
        "tried": file.tried,
    }


def _insert_all(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def seen(connection: Connection, source: str, rows: Sequence[tuple[int, int]]) -> None:
    """The sheet that showed these posts last, each with the number of its row: it is the one they can vanish from."""
    if rows:
        statement = (
            update(posts)
            .where(posts.c.id == bindparam("post_id"))
            .values(source=source, source_row=bindparam("row_number"))
        )
        connection.execute(
            statement, [{"post_id": post_id, "row_number": number} for post_id, number in rows]
        )


# What is still to be fetched and tried.


def to_gather(
    connection: Connection, now: datetime, *, copied_from: str | None = None, most: int = 1000
) -> list[int]:
    """The posts whose media are to be looked after now, those that go out soonest first.

    With `copied_from` only those of that sheet of whose files we have all copies.
    """
    query = _to_gather_query(copied=copied_from is not None)
    asked_for = {"now": now} if copied_from is None else {"now": now, "source": copied_from}
    return list(connection.execute(query.limit(most), asked_for).scalars())


@cache
def _to_gather_query(*, copied: bool) -> Select[Any]:
    query = select(posts.c.id).where(
        posts.c.gather_next_at <= asked("now"), one_of(posts.c.status, GATHERED_IN)
    )
    if copied:
        missing = select(post_media.c.id).where(
            post_media.c.post_id == posts.c.id, post_media.c.original == ""
        )
        query = query.where(posts.c.source == asked("source"), ~missing.exists())
    return query.order_by(posts.c.scheduled_at, posts.c.id)


def next_gathering(connection: Connection) -> datetime | None:
    """When media are to be looked after next."""
    found: datetime | None = connection.execute(_next_gathering_query()).scalar()
    return found


@cache
def _next_gathering_query() -> Select[Any]:
    return select(func.min(posts.c.gather_next_at)).where(one_of(posts.c.status, GATHERED_IN))


def gathered(
    connection: Connection,
    post: StoredPost,
    files: Iterable[MediaFile],
    *,
    content_hash: str | None = None,
    again_at: datetime | None = None,
    tries: int = 0,
) -> bool:
    """What is known of a post's files now, and when they are looked after again; False where the post has changed.

    With `content_hash` it has become another version: approvals count from here.
    """
    known = {} if content_hash is None else {"content_hash": content_hash, "version": post.version + 1}
    changed = connection.execute(
        update(posts)
        .where(posts.c.id == post.id, posts.c.version == post.version)
        .values(gather_next_at=again_at, gather_tries=tries, **known)
    )
    if changed.rowcount != 1:
        return False
    put_files(connection, post.id, files)
    return True


def put_files(connection: Connection, post_id: int, files: Iterable[MediaFile]) -> None:
    """Write down our copies of a post's files, their hashes, and whether they were tried."""
    for file in files:
        connection.execute(
            update(post_media)
            .where(post_media.c.post_id == post_id, post_media.c.position == file.position)
            .values(original=file.original, sha256=file.sha256, tried=file.tried)
        )
