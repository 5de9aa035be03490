"""Makes a centre's own colour readable, however light or dark it is."""

from __future__ import annotations

WHITE, INK, BLACK = "#ffffff", "#1d2b33", "#000000"

READABLE = 4.5
"""The contrast that the web's accessibility guidelines (WCAG 2.1, 1.4.3) ask of a text."""

_STEP = 0.94


def text_on(colour: str) -> str:
    """White, ink or black (``#rrggbb``): the first that is read on that colour. On any colour one of them is."""
    return next(text for text in (WHITE, INK, BLACK) if contrast(colour, text) >= READABLE)


def dark_enough(colour: str) -> str:
    """The colour, or as little darker as it takes to be read on white."""
    parts: tuple[float, ...] = _parts(colour)
    while contrast(found := "#" + "".join(f"{round(part):02x}" for part in parts), WHITE) < READABLE:
        parts = tuple(part * _STEP for part in parts)
    return found


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white), as WCAG 2.1 counts it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
