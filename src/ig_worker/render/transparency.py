"""Paints what the centre tells in public of a month's cases: 4:5, as large as Instagram shows a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from ig_worker.render import indonesian
from ig_worker.render.colours import dark_enough, text_on
from ig_worker.render.press import press
from ig_worker.render.texts import one_line

SIZE = (1080, 1350)
QUALITY = 92


def poster(page: Mapping[str, Any]) -> bytes:
    """The JPEG of a page of ``domain/transparency.py``. KeyError, TypeError, ValueError or TypstError where it cannot
    be painted; the same page gives the same bytes."""
    with Image.open(io.BytesIO(press("transparency.typ", laid_out(page), "png"))) as painted:
        if painted.size != SIZE:
            raise ValueError(f"a picture of {painted.size} pixels: something did not fit")
        out = io.BytesIO()
        painted.convert("RGB").save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def laid_out(page: Mapping[str, Any]) -> dict[str, Any]:
    """The data of ``transparency.typ``. Bars have their share of the longest, 0 to 1."""
    longest = max(topic["count"] for topic in page["topics"])
    return {
        "colour": page["colour"],
        "on_colour": text_on(page["colour"]),
        "accent": dark_enough(page["colour"]),
        "centre": one_line(page["centre"], most=80),
        "title": [one_line(line) for line in page["title"]],
        "period": one_line(page["period"]),
        "count": page["count"],
        "counted": one_line(page["counted"]),
        "topics": [
            {
                "name": one_line(topic["name"], most=40),
                "count": indonesian.number(topic["count"]),
                "share": topic["count"] / longest,
            }
            for topic in page["topics"]
        ],
        "tiles": [{"figure": tile["figure"], "words": one_line(tile["words"])} for tile in page["tiles"]],
        "reach": one_line(page["reach"], most=110, long_word=40),
        "note": one_line(page["note"], most=110),
    }
