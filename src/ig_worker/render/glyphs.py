"""Which characters our fonts can draw, read from the fonts themselves."""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"


_IN_ORDER = (
    "NotoSans-Regular.ttf",
    "NotoColorEmoji-COLRv1.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansJavanese-Regular.ttf",
    "NotoSansMath-Regular.ttf",
)
"""Asked one after the other, so that plain letters open one font only. The bold ones have the same letters."""


@cache
def _drawable(font: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last code points of the runs that a font has, sorted and merged."""
    runs = sorted(_runs((FONTS / font).read_bytes()))
    first, last = [runs[0][0]], [runs[0][1]]
    for start, end in runs[1:]:
        if start <= last[-1] + 1:
            last[-1] = max(last[-1], end)
        else:
            first.append(start)
            last.append(end)
    return tuple(first), tuple(last)


def _runs(font: bytes) -> list[tuple[int, int]]:
    """Code points that a font maps to glyphs (OpenType, table ``cmap``, subtables of formats 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    runs: list[tuple[int, int]] = []
    for n in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)[2]
        form = struct.unpack_from(">H", font, at)[0]
        if form == 12:
            groups = struct.unpack_from(">I", font, at + 12)[0]
            runs.extend(struct.unpack_from(">II", font, at + 16 + 12 * g) for g in range(groups))
        elif form == 4:
            segments = struct.unpack_from(">H", font, at + 6)[0] // 2
            ends = struct.unpack_from(f">{segments}H", font, at + 14)
            starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
            # The last segment only closes the table.
            runs.extend(zip(starts[:-1], ends[:-1], strict=True))
    return runs


@cache
def can_draw(character: str) -> bool:
    """Whether one of our fonts has this character."""
    return any(_has(font, ord(character)) for font in _IN_ORDER)


def _has(font: str, point: int) -> bool:
    first, last = _drawable(font)
    place = bisect_right(first, point) - 1
    return place >= 0 and point <= last[place]
