"""Sets a template with data, using our own fonts only and nothing that changes from day to day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

import typst

from ig_worker.render.glyphs import FONTS

TEMPLATES = Path(__file__).parent / "templates"
PIXELS_PER_INCH = 144
"""Two pixels to the point: a card 540 pt wide is 1080 pixels wide."""


def press(template: str, data: Mapping[str, Any], form: Literal["png", "pdf"], made: int = 0) -> bytes:
    """The finished file. `made` is the date written into a PDF, in seconds since 1970.

    The data reach the template as JSON in ``sys.inputs`` and never become part of its source.
    Raises typst.TypstError where the template cannot be set with them.
    """
    compiler = typst.Compiler(
        input=TEMPLATES / template,
        root=TEMPLATES,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    # Several pages of PNG would come as a list; every template of ours is one page, however much it has to hold.
    return cast(bytes, compiler.compile(format=form, ppi=PIXELS_PER_INCH, timestamp=made))
