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


_FORGETS_AFTER = 12
"""Settings after which the typesetter lets go of what it has not used again (ten, in the version pinned)."""


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


class LongPress:
    """Sets one template again and again, for a paper in parts, and forgets each part before the next."""

    def __init__(self, template: str, made: int) -> None:
        self._template = TEMPLATES / template
        self._made = made
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        )
        self._blank = typst.Compiler(input=TEMPLATES / "nothing.typ", root=TEMPLATES, font_paths=self._fonts)

    def part(self, data: Mapping[str, Any], asked: str = "") -> tuple[bytes, Any]:
        """A part as PDF, and what stands in it under the label `asked` (None without one).

        Raises typst.TypstError where the template cannot be set with the data.
        """
        compiler = typst.Compiler(
            input=self._template,
            root=TEMPLATES,
            font_paths=self._fonts,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        # Without tags: they double the memory, and the parts are taken apart again.
        made = cast(bytes, compiler.compile(format="pdf", timestamp=self._made, pdf_tags=False))
        answer = json.loads(compiler.query(asked, field="value", one=True)) if asked else None
        del compiler
        for _ in range(_FORGETS_AFTER):
            self._blank.compile(format="pdf", timestamp=self._made, pdf_tags=False)
        return made, answer
