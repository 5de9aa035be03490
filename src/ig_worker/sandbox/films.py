"""Looks into a video as far as Meta's limits need it: what it is, and how long it lasts (section B, media limits)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MEBIBYTE: Final = 1024 * 1024
REEL_BYTES: Final = 300 * MEBIBYTE
STORY_VIDEO_BYTES: Final = 100 * MEBIBYTE

UNSUPPORTED_VIDEO: Final = 2207026
THUMB_BEYOND: Final = 2207057

SHORTEST_MS: Final = 3_000
LONGEST_MS: Final = {"story": 60_000, "reel": 15 * 60_000}
_FIRST_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def failure_of(content: bytes, post_kind: str, thumb_offset: str) -> int | None:
    """The subcode that a video's container will end in, None when it is fine.

    Where a file does not say how long it lasts, its length is believed.
    """
    most = STORY_VIDEO_BYTES if post_kind == "story" else REEL_BYTES
    if content[4:8] not in _FIRST_BOXES or len(content) > most:
        return UNSUPPORTED_VIDEO
    lasts = milliseconds(content)
    if lasts is None:
        return None
    if post_kind in LONGEST_MS and not SHORTEST_MS <= lasts <= LONGEST_MS[post_kind]:
        return UNSUPPORTED_VIDEO
    return THUMB_BEYOND if thumb_offset and int(thumb_offset) > lasts else None


def milliseconds(content: bytes) -> int | None:
    """How long an MP4 or MOV lasts by its own header (``moov/mvhd``); None where it does not say."""
    for name, moov in _boxes(content):
        if name != b"moov":
            continue
        for inner, header in _boxes(moov):
            if inner == b"mvhd":
                return _lasts(header)
    return None


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of one level: four bytes of length, four of name, and what is in it."""
    at = 0
    while at + 8 <= len(content):
        length, head = int.from_bytes(content[at : at + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif length == 0:
            length = len(content) - at
        if length < head:
            return
        yield content[at + 4 : at + 8], content[at + head : at + length]
        at += length


def _lasts(header: bytes) -> int | None:
    wide = header[:1] == b"\1"
    at, size = (20, 8) if wide else (12, 4)
    scale = int.from_bytes(header[at : at + 4], "big")
    lasts = int.from_bytes(header[at + 4 : at + 4 + size], "big")
    if len(header) < at + 4 + size or not scale:
        return None
    return lasts * 1000 // scale
