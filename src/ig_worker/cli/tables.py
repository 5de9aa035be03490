"""Lays a table out for a terminal: what does not fit beside each other stands below its row, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells

GAP = "  "
INDENT = "    "
NARROWEST = 8
"""A column is not folded to less."""


def laid_out(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    below: Sequence[str] = (),
    right: Sequence[str] = (),
) -> Iterator[str]:
    """The table's lines, none longer than `width` cells as long as the columns allow it.

    Columns in which nothing stands are left out. Where the rest is too wide, the columns named in `below` move under
    their rows, the first named first; then the widest column is folded. Those named in `right` end at their right
    edge. Cells are single lines.
    """
    filled = [place for place in range(len(headers)) if not rows or any(row[place] for row in rows)]
    widths = {
        place: max(cell_len(headers[place]), *(cell_len(row[place]) for row in rows), 1) for place in filled
    }
    beside = list(filled)
    for name in below:
        if _total(widths, beside) > width and len(beside) > 1 and (place := headers.index(name)) in beside:
            beside.remove(place)
    while (over := _total(widths, beside) - width) > 0:
        widest = max(beside, key=lambda place: widths[place])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] = max(NARROWEST, widths[widest] - over)
    under = [place for place in filled if place not in beside]
    sides = [headers[place] in right for place in beside]
    yield from _beside([headers[place] for place in beside], [widths[place] for place in beside], sides)
    yield GAP.join("─" * widths[place] for place in beside)
    for row in rows:
        yield from _beside([row[place] for place in beside], [widths[place] for place in beside], sides)
        said = " · ".join(f"{headers[place]}: {row[place]}" for place in under if row[place])
        if said:
            yield from (INDENT + line for line in folded(said, max(width - len(INDENT), NARROWEST)))


def folded(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words where that is possible."""
    lines = [""]
    for word in text.split():
        if cell_len(lines[-1]) + bool(lines[-1]) + cell_len(word) <= width:
            lines[-1] += (" " if lines[-1] else "") + word
            continue
        first, *more = chop_cells(word, width)
        lines[-1 if not lines[-1] else len(lines) :] = [first, *more]
    return lines


def _beside(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    columns = [folded(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, columns), default=0)):
        line = GAP.join(
            _padded(column[number] if number < len(column) else "", width, right=at_right)
            for column, width, at_right in zip(columns, widths, right, strict=True)
        )
        yield line.rstrip()


def _padded(text: str, width: int, *, right: bool) -> str:
    room = " " * max(0, width - cell_len(text))
    return room + text if right else text + room


def _total(widths: dict[int, int], places: Sequence[int]) -> int:
    return sum(widths[place] for place in places) + len(GAP) * (len(places) - 1)
