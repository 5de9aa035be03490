"""Copies a video with its index (moov) before its pictures, as Instagram wants it, and without the place it was taken.

Phones write the index at the end of the file, and into it where they were.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ig_worker.media.boxes import MOOV_BYTES_MAX, Box, BrokenVideo, inner_boxes, outer_boxes
from ig_worker.media.sources import cannot_write, could_not_read

_BLOCK_BYTES = 1 << 20
_TABLES = {b"stco": ">I", b"co64": ">Q"}
_BESIDE_THE_FILM = {b"udta", b"meta"}
"""Place, telephone, names: nothing that is needed to play it."""
_AROUND_TABLES = {b"trak", b"mdia", b"minf", b"stbl"}


def copy_index_first(source: Path, target: Path) -> None:
    """Copy a video; where its index comes last, it is put first and points to where the pictures now lie.

    Not a picture changes. What the index says beside the film (place, telephone) is not in the copy. A file whose
    boxes are not understood is copied as it is. Raises MediaRejected where the source cannot be read, Misconfigured
    where the copy cannot be written; then nothing is left behind.
    """
    try:
        reader = source.open("rb")
    except OSError as error:
        raise could_not_read(source, error) from None
    with reader:
        pieces = _order(reader)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as writer:
                for piece in pieces:
                    if isinstance(piece, bytes):
                        writer.write(piece)
                    else:
                        _copy(reader, writer, *piece)
        except OSError as error:
            with suppress(OSError):
                target.unlink()
            raise cannot_write(target.parent, error) from None


def _order(file: BinaryIO) -> list[bytes | tuple[int, int]]:
    """What the copy consists of: stretches of the file, and the changed index between them."""
    end = file.seek(0, 2)
    as_it_is: list[bytes | tuple[int, int]] = [(0, end)]
    try:
        boxes = outer_boxes(file)
        names = [box.name for box in boxes]
        if b"moof" in names or names.count(b"moov") != 1 or b"mdat" not in names:
            return as_it_is
        moov = boxes[names.index(b"moov")]
        if moov.end - moov.start > MOOV_BYTES_MAX:
            return as_it_is
        file.seek(moov.start)
        index = bytearray(file.read(moov.end - moov.start))
        if not any(index[:4]):  # "until the end of the file", where it no longer lies
            struct.pack_into(">I", index, 0, len(index))
        whole = Box(b"moov", 0, moov.content - moov.start, len(index))
        _forget(index, whole)
        if names.index(b"moov") < names.index(b"mdat"):
            return [(0, moov.start), bytes(index), (moov.end, end)]
        after = boxes[0].end if names[0] == b"ftyp" else 0
        _shift(index, whole, after, moov.start)
    except (BrokenVideo, struct.error):
        return as_it_is
    return [(0, after), bytes(index), (after, moov.start), (moov.end, end)]


def _forget(index: bytearray, outer: Box) -> None:
    """Empty what stands beside the film; its room stays, so that nothing else moves."""
    for box in list(inner_boxes(bytes(index), outer.content, outer.end)):
        if box.name in _BESIDE_THE_FILM:
            index[box.start + 4 : box.start + 8] = b"free"
            index[box.content : box.end] = bytes(box.end - box.content)
        elif box.name == b"trak":
            _forget(index, box)


def _shift(index: bytearray, outer: Box, first: int, last: int) -> None:
    """Whatever points between two places of the file moves behind the index."""
    for box in inner_boxes(bytes(index), outer.content, outer.end):
        if box.name in _AROUND_TABLES:
            _shift(index, box, first, last)
        elif box.name == b"cmov":
            raise BrokenVideo("a compressed index")
        elif layout := _TABLES.get(box.name):
            step = struct.calcsize(layout)
            (count,) = struct.unpack_from(">I", index, box.content + 4)
            if box.content + 8 + count * step > box.end:
                raise BrokenVideo("a table that does not fit")
            for place in range(box.content + 8, box.content + 8 + count * step, step):
                (offset,) = struct.unpack_from(layout, index, place)
                if first <= offset < last:
                    struct.pack_into(layout, index, place, offset + len(index))


def _copy(reader: BinaryIO, writer: BinaryIO, start: int, end: int) -> None:
    reader.seek(start)
    while start < end:
        block = reader.read(min(_BLOCK_BYTES, end - start))
        if not block:
            return
        writer.write(block)
        start += len(block)
