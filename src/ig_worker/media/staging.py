"""Puts pictures and videos where Instagram may fetch them, under names nobody can guess."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ig_worker.domain.errors import MediaRejected
from ig_worker.domain.media_limits import (
    FEED_RATIO_MAX,
    FEED_RATIO_MIN,
    PICTURE_BYTES_MAX,
    SAME_RATIO,
    ratio_in_words,
    same_ratio,
)
from ig_worker.media.faststart import copy_index_first
from ig_worker.media.own_process import PREPARING_SECONDS, in_own_process
from ig_worker.media.sources import MediaType, called, media_type
from ig_worker.media.video import check_video

_NAME_BYTES = 24


@dataclass(frozen=True)
class PreparedPicture:
    """A picture as Instagram takes it (section B): JPEG, sRGB, without EXIF. ``size`` in bytes."""

    path: Path
    sha256: str
    width: int
    height: int
    size: int

    @property
    def ratio(self) -> float:
        """Width to height."""
        return self.width / self.height


@dataclass(frozen=True)
class StagedVideo:
    """A video's copy. ``size`` in bytes; ``ratio`` width to height, 0 where the video does not tell."""

    path: Path
    size: int
    ratio: float


def prepare_picture(
    source: Path,
    out_dir: Path,
    *,
    story: bool,
    ratio: float | None = None,
    border: str = "blur",
    seconds: float = PREPARING_SECONDS,
) -> PreparedPicture:
    """Make the JPEG that Instagram gets, in a process of its own; the same source gives the same bytes.

    In the feed 4:5 to 1.91:1 (or ``ratio``, width to height, of a carousel's first item), a story 9:16; a border fills
    what the picture does not ("blur", or a colour as "#rrggbb"), and nothing is cut. Raises MediaRejected when this
    picture can never go out, Misconfigured when the machine could not prepare it (disk, memory, ``seconds``).
    """
    if media_type(source) is not MediaType.PICTURE:
        raise MediaRejected(
            f"“{called(source)}” adalah video, bukan gambar", cure="Untuk video pakai jenis reel."
        )
    if ratio and not story and not _feed_takes(ratio):
        raise MediaRejected(
            f"“{called(source)}” tidak dapat mengikuti item pertama carousel yang berasio {ratio_in_words(ratio)}: "
            "Instagram akan memotongnya",
            cure="Taruh sebuah gambar di urutan pertama, atau pakai video pertama berasio 4:5 sampai 1,91:1.",
        )
    target = out_dir / f"{secrets.token_urlsafe(_NAME_BYTES)}.jpg"
    job = {
        "do": "prepare",
        "source": str(source.absolute()),
        "target": str(target.absolute()),
        "story": story,
        "ratio": ratio,
        "border": border,
    }
    made = in_own_process(job, source, seconds)
    return PreparedPicture(target, made["sha256"], made["width"], made["height"], made["size"])


def check_as_it_is(source: Path, *, story: bool, ratio: float | None = None) -> None:
    """Look whether Instagram takes a picture that Meta fetches by itself, so that we cannot prepare it (section B).

    JPEG, at most 8 MB, 4:5 to 1.91:1 in the feed; of the `ratio` of its carousel's first item, or Instagram crops it.
    Raises MediaRejected.
    """
    name = called(source)
    found = in_own_process({"do": "look", "source": str(source.absolute())}, source)
    own = found["width"] / found["height"]
    reason = ""
    if found["format"] != "JPEG":
        reason = f"berformat {found['format']}, bukan JPEG"
    elif source.stat().st_size > PICTURE_BYTES_MAX:
        reason = f"lebih besar dari {PICTURE_BYTES_MAX // 1_000_000} MB"
    elif not story and not FEED_RATIO_MIN <= own <= FEED_RATIO_MAX:
        reason = f"berasio {ratio_in_words(own)}, yang diterima 4:5 sampai 1,91:1"
    elif ratio and not same_ratio(own, ratio):
        reason = f"berasio {ratio_in_words(own)}, sedangkan item pertama carousel {ratio_in_words(ratio)}"
    if reason:
        raise MediaRejected(
            f"“{name}” {reason}, dan gambar dari alamat tidak dapat disesuaikan di sini",
            cure="Sesuaikan gambarnya, atau minta operator mengisi [media] public_base_url.",
        )


def stage_video(source: Path, out_dir: Path, *, story: bool, ratio: float | None = None) -> StagedVideo:
    """Copy a video to an unguessable name, after ``check_video``; its index comes first, as Instagram wants it."""
    found = check_video(source, story=story, ratio=ratio)
    with source.open("rb") as file:
        is_quicktime = file.read(12)[8:] == b"qt  "
    target = out_dir / f"{secrets.token_urlsafe(_NAME_BYTES)}{'.mov' if is_quicktime else '.mp4'}"
    copy_index_first(source, target)
    return StagedVideo(target, target.stat().st_size, found)


def _feed_takes(ratio: float) -> bool:
    return FEED_RATIO_MIN * (1 - SAME_RATIO) <= ratio <= FEED_RATIO_MAX * (1 + SAME_RATIO)


def remove_staged(paths: Iterable[Path]) -> None:
    """Take staged files away; one that is already gone is fine."""
    for path in paths:
        path.unlink(missing_ok=True)
