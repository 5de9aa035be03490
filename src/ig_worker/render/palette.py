"""What the centre's colour becomes on paper: a band, an accent and five shades, all readable in black and white too."""

from __future__ import annotations

import re

from ig_worker.render.colours import WHITE, dark_enough, text_on

OURS = "#0e5360"
"""Where a centre has no colour, or writes one that is none."""
LEVELS = (0.10, 0.28, 0.50, 0.74, 1.0)
"""How much of the accent is in each shade of a heat map; in grey they stay five."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


def palette(colour: str) -> dict[str, object]:
    """``band`` and the text on it, ``accent`` (for text and bars on white), ``pale``, and ``levels``: shades from
    light to dark, each with the colour of the text on it. All ``#rrggbb``."""
    band = found[0] if (found := _HEX.fullmatch(colour.strip())) else OURS
    accent = dark_enough(band)
    levels = [_with_white(accent, share) for share in LEVELS]
    return {
        "band": band,
        "on_band": text_on(band),
        "accent": accent,
        "pale": _with_white(accent, 0.08),
        "levels": [{"fill": level, "text": text_on(level)} for level in levels],
    }


def _with_white(colour: str, share: float) -> str:
    """So much of the colour on white paper."""
    parts = zip(bytes.fromhex(colour[1:]), bytes.fromhex(WHITE[1:]), strict=True)
    return "#" + "".join(f"{round(mine * share + white * (1 - share)):02x}" for mine, white in parts)
