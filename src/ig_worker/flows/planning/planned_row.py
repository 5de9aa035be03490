"""A row of the sheet that can be taken: what it says, the copies of its files, and what the shelf shall hold of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ig_worker.domain.planning import PlannedPost, altered_columns, content_hash
from ig_worker.domain.post_rules import Finding
from ig_worker.domain.publication import Status
from ig_worker.store.posts import COVER, MEDIA, MediaFile, StoredPost, as_planned

DRAFT, APPROVED, CANCELLED = "draf", "disetujui", "batal"
"""What stands in the column ``status``."""

SHEET_TIME = "sheet_time"
"""The option of a post that keeps when its row wants it out."""

SETTLED = (Status.PUBLISHING, Status.PUBLISHED, Status.UNCONFIRMED)
"""What a sheet can no longer change: it is out, or may be."""

OUT_IN_WORDS = {
    Status.PUBLISHING: "sedang diterbitkan",
    Status.PUBLISHED: "sudah terbit",
    Status.UNCONFIRMED: "mungkin sudah terbit",
}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row and its files: local ones with our own copy and its hash, addresses as they are written."""

    post: PlannedPost
    files: tuple[MediaFile, ...]
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> str:
        """A hash over everything in the row that matters to us: approval's columns, time, and local files' bytes."""
        return _whole(self.post, self.files)

    @property
    def _has_cover(self) -> bool:
        return any(file.role == COVER for file in self.files)

    def was_like(self, stored: StoredPost) -> bool:
        """Whether schema 0001 saw the row like this: it fetched addresses at once, and hashed what came."""
        if self._has_cover and not stored.cover and stored.publication.status not in SETTLED:
            return False  # it never had the cover's bytes: they are still to be fetched, and seen
        known = {file.written: file.sha256 for file in stored.media}
        files = [
            replace(file, sha256=file.sha256 or known.get(file.written, ""))
            for file in self.files
            if file.role == MEDIA
        ]
        return bool(_whole(self.post, files) == stored.row.row_hash)

    def files_beside(self, stored: StoredPost) -> tuple[MediaFile, ...]:
        """The row's files, with what is known of those that the post has already: an address is fetched once."""
        before = {(file.role, file.written): file for file in stored.files}
        found = [before.get((file.role, file.written)) for file in self.files]
        files = [
            file
            if was is None or file.sha256 not in ("", was.sha256)
            else replace(was, position=file.position)
            for file, was in zip(self.files, found, strict=True)
        ]
        # A carousel's other items take their ratio from the first one, and a story has another one than the feed.
        alike = stored.publication.kind is self.post.kind and files[0].sha256 == stored.files[0].sha256
        return tuple(replace(file, staged="", tried=file.tried and alike) for file in files)

    def altered(self, stored: StoredPost) -> tuple[str, ...]:
        """The columns in which the public would see something else than in the post as it is."""
        columns = altered_columns(as_planned(stored), self.post)
        known = {(file.role, file.written): file.sha256 for file in stored.files if file.sha256}
        other_bytes = {
            "sampul" if file.role == COVER else "media"
            for file in self.files
            if file.sha256 and known.get((file.role, file.written), file.sha256) != file.sha256
        }
        if "sampul" not in columns and self._has_cover is not bool(stored.cover):
            other_bytes.add("sampul")  # schema 0001 knew a cover's address, and never its bytes
        return (*columns, *sorted(other_bytes.difference(columns)))

    def time_for(self, stored: StoredPost) -> datetime:
        """When its post is to go out: as the row says, unless it says of that what it said before. Then the time stays
        that a person may have given the post since, on the calendar or with `posts reschedule`.
        """
        said_before = stored.row.options.get(SHEET_TIME)
        return stored.publication.scheduled_at if said_before == self._time else self.post.scheduled_at

    @property
    def _time(self) -> str:
        return self.post.scheduled_at.astimezone(UTC).isoformat()

    def values(self, source: str, files: Sequence[MediaFile], now: datetime) -> dict[str, Any]:
        """The columns of its post, with these files."""
        post = self.post
        return {
            "account": post.account,
            "key": post.key,
            "kind": post.kind.value,
            "segment": post.segment,
            "scheduled_at": post.scheduled_at,
            "caption": post.caption,
            "alt_text": post.alt_text,
            "first_comment": post.first_comment,
            "options": {
                "collaborators": list(post.collaborators),
                "user_tags": [asdict(tag) for tag in post.user_tags],
                "location_id": post.location_id,
                "cover": post.cover,
                "thumb_offset_ms": post.thumb_offset_ms,
                "share_to_feed": post.share_to_feed,
                "urgent": post.urgent,
                "shows_patient": post.shows_patient,
                "consent": post.consent,
                SHEET_TIME: self._time,
            },
            "made_by": post.made_by,
            "edited_by": post.edited_by,
            "verified_by": post.verified_by,
            "responsible": post.responsible,
            "source": source,
            "source_row": post.row_number,
            "sheet_status": post.sheet_status,
            "content_hash": content_of(post, files),
            "row_hash": self.whole,
            "gather_next_at": None if all(file.tried for file in files) else now,
            "gather_tries": 0,
        }


def content_of(post: PlannedPost, files: Sequence[MediaFile]) -> str:
    """The content's hash with these files; empty as long as the bytes of one of them are not known."""
    if not all(file.sha256 for file in files):
        return ""
    return content_hash(post, hashes(files))


def hashes(files: Sequence[MediaFile]) -> list[str]:
    """The files' hashes in the order in which an approval counts them: the media, then the cover."""
    return [file.sha256 for role in (MEDIA, COVER) for file in files if file.role == role]


def _whole(post: PlannedPost, files: Sequence[MediaFile]) -> str:
    named = [
        post.sheet_status,
        post.made_by,
        post.edited_by,
        post.verified_by,
        post.responsible,
        post.segment,
    ]
    marked = [post.scheduled_at.isoformat(), post.urgent, post.shows_patient, post.consent]
    content = content_hash(post, hashes(files))
    return hashlib.sha256(json.dumps([content, named, marked]).encode()).hexdigest()
