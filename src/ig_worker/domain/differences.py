"""What a changed row would change in its post, column by column, as people are shown it beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.planning import PlannedPost

KIND_WORDS = {Kind.IMAGE: "gambar", Kind.CAROUSEL: "carousel", Kind.REEL: "reel", Kind.STORY: "story"}

OTHER_BYTES = ("berkas yang sekarang", "berkas lain dengan nama yang sama")
"""What is told of a file that is called as before and holds something else: was, becomes."""


@dataclass(frozen=True)
class Difference:
    """One column of the sheet: what the post has now, and what the row says. Empty for nothing."""

    column: str
    was: str
    becomes: str


def differences(before: PlannedPost, after: PlannedPost, zone: tzinfo) -> tuple[Difference, ...]:
    """The columns in which they differ, in the sheet's order; times are written in `zone`."""
    words = _words(zone)
    written = ((column, said(before), said(after)) for column, said in words.items())
    return tuple(Difference(column, was, becomes) for column, was, becomes in written if was != becomes)


def _words(zone: tzinfo) -> dict[str, Callable[[PlannedPost], str]]:
    return {
        "akun": lambda post: post.account,
        "waktu": lambda post: f"{post.scheduled_at.astimezone(zone):%d/%m/%Y %H.%M}",
        "segmen": lambda post: post.segment,
        "jenis": lambda post: KIND_WORDS[post.kind],
        "media": lambda post: "\n".join(post.media),
        "caption": lambda post: post.caption,
        "alt_text": lambda post: post.alt_text,
        "komentar_pertama": lambda post: post.first_comment,
        "kolaborator": lambda post: ", ".join(post.collaborators),
        "tag": lambda post: ", ".join(_tag(tag) for tag in post.user_tags),
        "lokasi": lambda post: post.location_id,
        "sampul": lambda post: post.cover,
        "thumb_offset": lambda post: "" if post.thumb_offset_ms is None else str(post.thumb_offset_ms),
        "bagikan_ke_feed": lambda post: "" if post.share_to_feed is None else _yes(post.share_to_feed),
        "mendesak": lambda post: _yes(post.urgent),
        "ada_pasien": lambda post: _yes(post.shows_patient),
        "persetujuan_pasien": lambda post: post.consent,
        "status": lambda post: post.sheet_status,
        "pembuat": lambda post: post.made_by,
        "redaksi": lambda post: post.edited_by,
        "verifikator": lambda post: post.verified_by,
        "penanggung_jawab": lambda post: post.responsible,
    }


def _tag(tag: UserTag) -> str:
    return tag.username if tag.x is None else f"{tag.username} ({tag.x}, {tag.y})"


def _yes(said: bool) -> str:
    return "ya" if said else "tidak"
