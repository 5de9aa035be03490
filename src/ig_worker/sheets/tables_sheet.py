"""A worksheet of several tables with their charts beside them, that people can go on working with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

TEAL, RED, GREY = "#0E5360", "#A8321E", "#9AA8AF"
FORMS = {"percent": '0.00" %"', "hours": "0.0", "count": "#,##0"}

_COLUMN = 12
_LETTER = 1.02
"""How much of a column's unit a letter takes, with what is lost at the ends of lines."""
_LINE, _MOST_LINES = 15, 4
"""Points of a line; of a long caption its beginning is enough here."""


class TablesSheet:
    """Writes tables one below the other; remembers where each stands, for the charts.

    What is not known is `unknown`, and an empty cell where that is empty.
    """

    def __init__(self, workbook: Any, name: str, *, first: int = 34, unknown: str = "–") -> None:
        self._workbook = workbook
        self._name = name
        self._unknown = unknown
        self._first = first
        self.sheet = workbook.add_worksheet(name)
        self.sheet.set_column(0, 0, first)
        self.sheet.set_column(1, 8, _COLUMN)
        self._title = workbook.add_format({"bold": True, "font_size": 14, "font_color": TEAL})
        self._heading = workbook.add_format({"bold": True, "font_color": TEAL, "bottom": 1})
        self._head = workbook.add_format({"bold": True, "bg_color": "#EEF2F4", "text_wrap": True})
        self._number_head = workbook.add_format(
            {"bold": True, "bg_color": "#EEF2F4", "text_wrap": True, "align": "right"}
        )
        self._text_head = workbook.add_format(
            {"bold": True, "bg_color": "#EEF2F4", "text_wrap": True, "align": "left", "indent": 1}
        )
        self._whole = workbook.add_format(
            {"quote_prefix": True, "valign": "top", "align": "left", "indent": 1}
        )
        self._text = workbook.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
        self._number = workbook.add_format({"valign": "top"})
        self._share = workbook.add_format({"num_format": "0%", "valign": "top"})
        self._forms = {
            form: workbook.add_format({"num_format": written, "valign": "top"})
            for form, written in FORMS.items()
        }
        self._row = 0

    def title(self, *lines: str) -> None:
        """What the sheet is called, and lines below it."""
        for place, text in enumerate(lines):
            self.sheet.write_string(self._row, 0, text, None if place else self._title)
            self._row += 1
        self._row += 1

    def table(
        self, heading: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, shares: Sequence[int] = ()
    ) -> tuple[int, int]:
        """A table; returns its first and last row of data (last < first where it has none).

        A number may come with the name of its form (`FORMS`), as a pair.
        """
        self.sheet.write_string(self._row, 0, heading, self._heading)
        self._row += 1
        said = {place for row in rows for place, value in enumerate(row) if isinstance(value, str)}
        for place, head in enumerate(heads):
            form = self._text_head if place in said else self._number_head
            self.sheet.write_string(self._row, place, head, form if place else self._head)
        numbers = (head for place, head in enumerate(heads) if place and place not in said)
        self._make_room(max((len(head) / _COLUMN for head in numbers), default=1))
        self._row += 1
        first = self._row
        for row in rows:
            for place, value in enumerate(row):
                if value is None:
                    if self._unknown:
                        self.sheet.write_string(self._row, place, self._unknown, self._text)
                elif isinstance(value, tuple):
                    self.sheet.write_number(self._row, place, value[0], self._forms[value[1]])
                elif isinstance(value, str):
                    # A hash is one word: it runs on over the empty cells beside it.
                    self.sheet.write_string(self._row, place, value, self._whole if place > 1 else self._text)
                else:
                    form = self._share if place in shares else self._number
                    self.sheet.write_number(self._row, place, value, form)
            if row and isinstance(row[0], str):
                self._make_room(len(row[0]) * _LETTER / self._first)
            self._row += 1
        last = self._row - 1
        self._row += 1
        return first, last

    def _make_room(self, lines: float) -> None:
        """Not every program finds out by itself how high a row with wrapped texts must be."""
        if lines > 1:
            self.sheet.set_row(self._row, _LINE * min(math.ceil(lines), _MOST_LINES))

    def series(self, rows: tuple[int, int], column: int) -> dict[str, Any]:
        """A column of a table as a chart's series; the names are in the first one."""
        first, last = rows
        return {
            "categories": [self._name, first, 0, last, 0],
            "values": [self._name, first, column, last, column],
        }

    def chart(
        self, kind: dict[str, str], title: str, series: Sequence[dict[str, Any]], at: int, column: int = 9
    ) -> None:
        """A chart beside the tables, its upper edge at row `at`. A figure that is not there is a gap."""
        chart = self._workbook.add_chart(kind)
        for each in series:
            chart.add_series(each)
        chart.show_blanks_as("gap")
        chart.set_title({"name": title, "name_font": {"size": 11, "color": TEAL}, "overlay": False})
        chart.set_size({"width": 560, "height": 300})
        chart.set_chartarea({"border": {"color": "#D5DDE1"}})
        # In a bar chart xlsxwriter's y axis is the one with the names.
        bars = kind["type"] == "bar"
        names, counts = (chart.set_y_axis, chart.set_x_axis) if bars else (chart.set_x_axis, chart.set_y_axis)
        names({"reverse": bars, "num_font": {"size": 9}})
        counts({"min": 0, "num_format": "0", "major_gridlines": {"visible": False}, "num_font": {"size": 9}})
        chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom"})
        self.sheet.insert_chart(at, column, chart)

    def printable(self) -> None:
        """Fitted to the width of an A4 page."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)
