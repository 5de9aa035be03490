"""The shelf of posts: plan and state of publication in one row, saved by compare-and-swap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, false, func, insert, or_, select, update

from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.publication import ACTIVE, Publication, Status
from ig_worker.store import journal
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import post_media, posts

MEDIA, COVER = "media", "cover"
"""What a post's file is for."""

LONGEST_NUMBER = 9
"""Digits that any database takes as a row's number."""

ASKED_AT_ONCE = 5000
"""So many numbers any database takes in one question; there may be more posts."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or video of a post: as written, our own copy, its hash, and the staged file while it is served.

    ``original`` and ``sha256`` are empty until our copy has been made; ``tried`` says that the copy was prepared once
    on trial. A reel's cover stands after its video, in the ``role`` cover.
    """

    position: int
    written: str
    original: str = ""
    sha256: str = ""
    staged: str = ""
    role: str = MEDIA
    tried: bool = False


@dataclass(frozen=True)
class StoredPost:
    """A post as it lies on the shelf. ``row`` has the columns of ``posts``; times are aware, in UTC.

    ``files`` are all of its files, ``media`` those that the post itself shows, in their order.
    """

    id: int
    version: int
    account: str
    publication: Publication
    files: tuple[MediaFile, ...]
    row: Row[Any]

    @property
    def media(self) -> tuple[MediaFile, ...]:
        """What the post shows."""
        return tuple(file for file in self.files if file.role == MEDIA)

    @property
    def cover(self) -> MediaFile | None:
        """A reel's own cover, None where it has none."""
        return next((file for file in self.files if file.role == COVER), None)


def _publication(row: Row[Any], media_count: int) -> Publication:
    return Publication(
        status=Status(row.status),
        kind=Kind(row.kind),
        caption=row.caption,
        scheduled_at=row.scheduled_at,
        approved_at=row.approved_at,
        media_count=media_count,
        child_ids=tuple(row.child_ids),
        children_ready=row.children_ready,
        container_id=row.container_id,
        container_at=row.container_at,
        containers_made=row.containers_made,
        publish_calls=row.publish_calls,
        intent_at=row.intent_at,
        call_ended_at=row.call_ended_at,
        questions=row.questions,
        empty_looks=row.empty_looks,
        next_at=row.next_at,
        published_at=row.published_at,
        media_id=row.ig_media_id or "",
        last_error=row.last_error,
    )


def _columns(publication: Publication) -> dict[str, Any]:
    return {
        "status": publication.status.value,
        "scheduled_at": publication.scheduled_at,
        "approved_at": publication.approved_at,
        "child_ids": list(publication.child_ids),
        "children_ready": publication.children_ready,
        "container_id": publication.container_id,
        "container_at": publication.container_at,
        "containers_made": publication.containers_made,
        "publish_calls": publication.publish_calls,
        "intent_at": publication.intent_at,
        "call_ended_at": publication.call_ended_at,
        "questions": publication.questions,
        "empty_looks": publication.empty_looks,
        "next_at": publication.next_at,
        "published_at": publication.published_at,
        "ig_media_id": publication.media_id or None,
        "last_error": publication.last_error,
    }


@cache
def _files_query() -> Select[Any]:
    wanted = post_media.c.post_id.in_(asked("post_ids", many=True))
    return select(post_media).where(wanted).order_by(post_media.c.position)


def _with_media(connection: Connection, rows: Sequence[Row[Any]]) -> list[StoredPost]:
    files: dict[int, list[MediaFile]] = {row.id: [] for row in rows}
    ids = list(files)
    for first in range(0, len(ids), ASKED_AT_ONCE):
        some = {"post_ids": ids[first : first + ASKED_AT_ONCE]}
        found = connection.execute(_files_query(), some)
        for file in found:
            files[file.post_id].append(
                MediaFile(
                    file.position,
                    file.written,
                    file.original,
                    file.sha256,
                    file.staged,
                    file.role,
                    file.tried,
                )
            )
    return [
        StoredPost(
            id=row.id,
            version=row.version,
            account=row.account,
            publication=_publication(row, sum(file.role == MEDIA for file in files[row.id])),
            files=tuple(files[row.id]),
            row=row,
        )
        for row in rows
    ]


def as_planned(post: StoredPost) -> PlannedPost:
    """What the post's row asked for, made anew from what was kept of it; the time in UTC."""
    row, options = post.row, post.row.options
    return PlannedPost(
        key=row.key,
        account=post.account,
        kind=post.publication.kind,
        scheduled_at=row.scheduled_at,
        media=tuple(file.written for file in post.media),
        caption=row.caption,
        segment=row.segment,
        alt_text=row.alt_text,
        first_comment=row.first_comment,
        collaborators=tuple(options.get("collaborators", ())),
        user_tags=tuple(
            UserTag(tag["username"], tag.get("x"), tag.get("y")) for tag in options.get("user_tags", ())
        ),
        location_id=options.get("location_id", ""),
        cover=options.get("cover", ""),
        thumb_offset_ms=options.get("thumb_offset_ms"),
        share_to_feed=options.get("share_to_feed"),
        urgent=options.get("urgent", False),
        shows_patient=options.get("shows_patient", False),
        consent=options.get("consent", ""),
        sheet_status=row.sheet_status,
        made_by=row.made_by,
        edited_by=row.edited_by,
        verified_by=row.verified_by,
        responsible=row.responsible,
        row_number=row.source_row,
    )


def get(connection: Connection, post_id: int) -> StoredPost | None:
    """The post with this id."""
    rows = connection.execute(select(posts).where(posts.c.id == post_id)).all()
    return next(iter(_with_media(connection, rows)), None)


def some(connection: Connection, post_ids: Sequence[int]) -> list[StoredPost]:
    """The posts with these ids; a few hundred at a time."""
    rows = connection.execute(select(posts).where(posts.c.id.in_(post_ids))).all() if post_ids else ()
    return _with_media(connection, rows)


def named(connection: Connection, said: str) -> list[StoredPost]:
    """The posts that a person may mean: by number, or by key in whichever account.

    Two are returned where a key looks like another post's number, or where two accounts use it; ``id:7`` is the number
    alone, ``kode:7`` the key alone.
    """
    sort, _, name = said.partition(":")
    number = name if sort == "id" else said
    wanted = false() if sort == "id" else posts.c.key == (name if sort == "kode" else said)
    if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER:
        wanted = or_(wanted, posts.c.id == int(number))
    return _with_media(connection, connection.execute(select(posts).where(wanted).order_by(posts.c.id)).all())


def by_key(connection: Connection, account: str, key: str) -> StoredPost | None:
    """The post that a row of the sheet made."""
    rows = connection.execute(select(posts).where(posts.c.account == account, posts.c.key == key)).all()
    return next(iter(_with_media(connection, rows)), None)


def listed(
    connection: Connection, *, status: str | None = None, limit: int | None = None
) -> list[StoredPost]:
    """Every post by its time, or those of one status."""
    query = select(posts).order_by(posts.c.scheduled_at, posts.c.id)
    if status is not None:
        query = query.where(posts.c.status == status)
    return _with_media(connection, connection.execute(query.limit(limit)).all())


def planned_between(connection: Connection, since: datetime, until: datetime) -> list[StoredPost]:
    """The posts of that time, `until` not included, by their time."""
    query = select(posts).where(posts.c.scheduled_at >= since, posts.c.scheduled_at < until)
    return _with_media(connection, connection.execute(query.order_by(posts.c.scheduled_at, posts.c.id)).all())


def from_source(connection: Connection, source: str) -> list[StoredPost]:
    """The posts that a sheet has made, in all their versions."""
    return _with_media(connection, connection.execute(select(posts).where(posts.c.source == source)).all())


def active(
    connection: Connection,
    account: str,
    states: Collection[Status] = ACTIVE,
    *,
    until: datetime | None = None,
) -> list[StoredPost]:
    """The posts of an account for which the worker has something to do, in the order of their times.

    Of those in some states only, or planned for `until` or earlier.
    """
    query = _active_query(tuple(states), planned=until is not None)
    asked_for = {"account": account} if until is None else {"account": account, "until": until}
    return _with_media(connection, connection.execute(query, asked_for).all())


@cache
def _active_query(states: tuple[Status, ...], *, planned: bool) -> Select[Any]:
    query = select(posts).where(posts.c.account == asked("account"), one_of(posts.c.status, states))
    if planned:
        query = query.where(posts.c.scheduled_at <= asked("until"))
    return query.order_by(posts.c.scheduled_at, posts.c.id)


def without_permalink(connection: Connection, account: str, now: datetime) -> list[StoredPost]:
    """Published posts whose address is not known yet and may be asked for again."""
    rows = connection.execute(_without_permalink_query(), {"account": account, "now": now}).all()
    return _with_media(connection, rows)


@cache
def _without_permalink_query() -> Select[Any]:
    query = select(posts).where(
        posts.c.account == asked("account"),
        posts.c.permalink_next_at.is_not(None),
        posts.c.permalink_next_at <= asked("now"),
    )
    return query.order_by(posts.c.published_at)


def claimed_media_ids(connection: Connection, account: str) -> set[str]:
    """The media ids that belong to a post already: none of them can be another post's."""
    query = select(posts.c.ig_media_id).where(posts.c.account == account, posts.c.ig_media_id.is_not(None))
    return set(connection.execute(query).scalars())


def counts(connection: Connection) -> dict[str, int]:
    """How many posts are in each status."""
    return dict(connection.execute(_counts_query()).all())


@cache
def _counts_query() -> Select[Any]:
    return select(posts.c.status, func.count()).group_by(posts.c.status)


def save(
    connection: Connection,
    post: StoredPost,
    publication: Publication,
    now: datetime,
    what: str,
    *,
    who: str = journal.WORKER,
    extra: Mapping[str, Any] | None = None,
) -> bool:
    """Save the new state if nobody was faster; says whether it was saved. The journal line goes with it."""
    changed = connection.execute(
        update(posts)
        .where(posts.c.id == post.id, posts.c.version == post.version)
        .values(**_columns(publication), **(extra or {}), version=post.version + 1)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"post:{post.id}", what, who=who)
    return True


def is_unchanged(connection: Connection, post: StoredPost) -> bool:
    """Whether nobody has changed the post since it was read; until the transaction ends nobody does."""
    query = select(posts.c.version).where(posts.c.id == post.id).with_for_update()
    return connection.execute(query).scalar() == post.version


def add(connection: Connection, values: Mapping[str, Any], media: Iterable[MediaFile], now: datetime) -> int:
    """A new post, as a draft; returns its id."""
    fresh = {"status": Status.DRAFT.value, "child_ids": [], **values}
    key = connection.execute(insert(posts).values(**fresh)).inserted_primary_key
    assert key is not None
    post_id = int(key[0])
    put_media(connection, post_id, media)
    journal.note(
        connection, now, f"post:{post_id}", f"planned from {values['source']} row {values['source_row']}"
    )
    return post_id


def put_media(connection: Connection, post_id: int, media: Iterable[MediaFile]) -> None:
    """These are the post's files now, instead of what it had."""
    connection.execute(delete(post_media).where(post_media.c.post_id == post_id))
    for file in media:
        connection.execute(
            insert(post_media).values(
                post_id=post_id,
                position=file.position,
                written=file.written,
                original=file.original,
                sha256=file.sha256,
                staged=file.staged,
                role=file.role,
                tried=file.tried,
            )
        )


def set_staged(connection: Connection, post_id: int, position: int, staged: str) -> None:
    """Remember under which name a file is served; empty when it no longer is."""
    connection.execute(
        update(post_media)
        .where(post_media.c.post_id == post_id, post_media.c.position == position)
        .values(staged=staged)
    )


def set_values(connection: Connection, post_id: int, **values: Any) -> None:
    """Change columns that are not part of the machine (permalink, plan of an unpublished post)."""
    connection.execute(update(posts).where(posts.c.id == post_id).values(**values))


def first_original(connection: Connection, account: str, ig_media_id: str) -> str:
    """Our own copy of the first picture of a published post; empty where we have none."""
    if not ig_media_id:
        return ""
    query = (
        select(post_media.c.original)
        .join(posts, posts.c.id == post_media.c.post_id)
        .where(posts.c.account == account, posts.c.ig_media_id == ig_media_id, post_media.c.role == MEDIA)
        .order_by(post_media.c.position)
    )
    return connection.execute(query.limit(1)).scalar() or ""


def staged_names(connection: Connection) -> set[str]:
    """The names of all files that are staged for a post on its way, or that may be on its way."""
    return set(connection.execute(_staged_names_query()).scalars())


@cache
def _staged_names_query() -> Select[Any]:
    query = select(post_media.c.staged).join(posts, posts.c.id == post_media.c.post_id)
    return query.where(post_media.c.staged != "", one_of(posts.c.status, (*ACTIVE, Status.UNCONFIRMED)))


def name_of(connection: Connection, subject: str) -> str:
    """What people call the journal's subject: a post's key, or the subject's own number."""
    sort, _, number = subject.partition(":")
    if sort != "post":
        return number if sort == "case" else ""
    return connection.execute(select(posts.c.key).where(posts.c.id == int(number))).scalar() or number
