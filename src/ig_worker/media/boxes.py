"""Reads what an MP4 or MOV file says of itself, without decoding anything: its boxes (ISO 14496-12, QuickTime)."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ig_worker.domain.video_rules import VideoFacts

MOOV_BYTES_MAX = 64_000_000
"""A quarter of an hour has a table of one or two megabytes."""
_BOXES_MAX = 10_000
_OUTER = frozenset(
    b"ftyp styp moov mdat moof mfra sidx free skip wide uuid udta meta pnot pdin emsg prft".split()
)
"""The boxes that may lie side by side: one of these that is longer than its file has been cut off."""
_CODECS = {
    **dict.fromkeys(["avc1", "avc3"], "h264"),
    **dict.fromkeys(["hvc1", "hev1", "dvh1", "dvhe"], "hevc"),
    "mp4a": "aac",
}


class BrokenVideo(ValueError):
    """The file is cut off, or its boxes do not fit into each other."""


class NoPictures(BrokenVideo):
    """The file may be whole, but holds sound only."""


@dataclass(frozen=True)
class Box:
    """One box of a file: its four letters, where it begins, where its content begins, and where it ends."""

    name: bytes
    start: int
    content: int
    end: int


def outer_boxes(file: BinaryIO) -> list[Box]:
    """The boxes that lie side by side in a file; a last one that is cut off is a BrokenVideo.

    What is no box at all ends the list.
    """
    length = os.fstat(file.fileno()).st_size
    found: list[Box] = []
    place = 0
    while place + 8 <= length and len(found) < _BOXES_MAX:
        file.seek(place)
        head = file.read(16)
        try:
            box = _box(head, place, length)
        except BrokenVideo:
            if head[4:8] in _OUTER:
                raise
            break
        found.append(box)
        place = box.end
    return found


def video_facts(source: Path) -> VideoFacts:
    """Size as shown, length, codecs, frames and bits per second, as far as the boxes tell, which may be nothing.

    Raises BrokenVideo for a file that is cut off.
    """
    with source.open("rb") as file:
        boxes = outer_boxes(file)
        moov = next((box for box in boxes if box.name == b"moov"), None)
        if moov is None:
            return VideoFacts()
        if moov.end - moov.content > MOOV_BYTES_MAX:
            raise BrokenVideo("an index of more than a film can need")
        file.seek(moov.content)
        inside = file.read(moov.end - moov.content)
    try:
        return _facts(inside, source.stat().st_size)
    except (struct.error, IndexError) as error:
        raise BrokenVideo(str(error)) from None


def inner_boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two places of what was read."""
    place, end = start, len(data) if end is None else end
    while place + 8 <= end:
        box = _box(data[place : place + 16], place, end)
        yield box
        place = box.end


def _box(head: bytes, start: int, limit: int) -> Box:
    size, name = struct.unpack(">I4s", head[:8])
    content = start + 8
    if size == 1 and len(head) == 16:
        size, content = struct.unpack(">Q", head[8:])[0], start + 16
    end = limit if size == 0 else start + size
    if end < content or end > limit:
        raise BrokenVideo("a box that does not fit")
    return Box(name, start, content, end)


def _facts(data: bytes, file_bytes: int) -> VideoFacts:
    facts: dict[str, float | int | str] = {}
    tracks = 0
    for box in islice(inner_boxes(data), _BOXES_MAX):
        if box.name == b"mvhd":
            facts["seconds"] = _seconds(data, box)
        elif box.name == b"trak":
            tracks += 1
            for name, value in _track(data, box).items():
                facts.setdefault(name, value)
    if "codec" not in facts and tracks:
        raise NoPictures
    seconds = float(facts.get("seconds", 0))
    facts["bits_per_second"] = round(file_bytes * 8 / seconds) if seconds else 0
    return VideoFacts(**facts)  # type: ignore[arg-type]


def _track(data: bytes, trak: Box) -> dict[str, float | int | str]:
    parts = _below(data, trak, [b"mdia", b"minf", b"stbl"])
    handler, entry = parts.get(b"hdlr"), parts.get(b"stsd")
    if handler is None or entry is None:
        return {}
    kind = data[handler.content + 8 : handler.content + 12]
    codec = data[entry.content + 12 : entry.content + 16].decode("latin-1").strip()
    sample = entry.content + 8  # the first sample entry; its own fields begin 16 bytes further
    if kind == b"soun":
        return _sound(data, sample, _CODECS.get(codec, codec))
    if kind != b"vide":
        return {}
    width, height = _shown_size(data, parts.get(b"tkhd"))
    if not width or not height:
        width, height = struct.unpack_from(">HH", data, sample + 32)
    frames = _frames(data, parts)
    return {"codec": _CODECS.get(codec, codec), "width": width, "height": height, "frames_per_second": frames}


def _below(data: bytes, outer: Box, through: list[bytes]) -> dict[bytes, Box]:
    """The first box of each name in ``outer`` and in the boxes named in ``through``, one inside the other."""
    found: dict[bytes, Box] = {}
    for box in islice(inner_boxes(data, outer.content, outer.end), _BOXES_MAX):
        found.setdefault(box.name, box)
        if through and box.name == through[0]:
            found |= _below(data, box, through[1:])
    return found


def _sound(data: bytes, sample: int, codec: str) -> dict[str, float | int | str]:
    (version,) = struct.unpack_from(">H", data, sample + 16)
    if version > 1:  # QuickTime's second version counts otherwise; ffprobe knows it.
        return {"audio": codec}
    channels, rate = struct.unpack_from(">H6xI", data, sample + 24)
    return {"audio": codec, "audio_channels": channels, "audio_hz": rate >> 16}


def _seconds(data: bytes, box: Box | None) -> float:
    """Of a mvhd or a mdhd."""
    if box is None:
        return 0.0
    layout, place = (">IQ", 20) if data[box.content] == 1 else (">II", 12)
    scale, duration = struct.unpack_from(layout, data, box.content + place)
    if not scale or duration in {0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}:
        return 0.0
    return float(duration) / float(scale)


def _shown_size(data: bytes, tkhd: Box | None) -> tuple[int, int]:
    if tkhd is None:
        return 0, 0
    matrix = tkhd.content + (52 if data[tkhd.content] == 1 else 40)
    straight, _, _, _, upright = struct.unpack_from(">5i", data, matrix)
    width, height = (value >> 16 for value in struct.unpack_from(">II", data, matrix + 36))
    return (height, width) if straight == 0 and upright == 0 else (width, height)


def _frames(data: bytes, parts: dict[bytes, Box]) -> float:
    seconds, times = _seconds(data, parts.get(b"mdhd")), parts.get(b"stts")
    if not seconds or times is None:
        return 0.0
    (count,) = struct.unpack_from(">I", data, times.content + 4)
    room = (times.end - times.content - 8) // 8
    entries = struct.iter_unpack(">II", data[times.content + 8 : times.content + 8 + min(count, room) * 8])
    samples: int = sum(samples for samples, _ in entries)
    return samples / seconds
