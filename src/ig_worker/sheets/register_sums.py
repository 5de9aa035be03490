"""The workbook's second sheet: the sums of the register with charts that people can go on working with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_TEAL, _RED, _GREY = "#0E5360", "#A8321E", "#9AA8AF"
_GROUP_HEADS = ("Jumlah", "Keluhan", "Saran", "Selesai", "Tepat waktu", "Terlambat", "Berjalan")
_GROUP_KEYS = ("cases", "complaints", "suggestions", "done", "in_time", "late", "running")


class SumsSheet:
    """Writes tables one below the other; remembers where each stands, for the charts."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self.sheet = workbook.add_worksheet("Rekap")
        self.sheet.set_column(0, 0, 34)
        self.sheet.set_column(1, 7, 12)
        self._title = workbook.add_format({"bold": True, "font_size": 14, "font_color": _TEAL})
        self._heading = workbook.add_format({"bold": True, "font_color": _TEAL, "bottom": 1})
        self._head = workbook.add_format({"bold": True, "bg_color": "#EEF2F4", "text_wrap": True})
        self._number_head = workbook.add_format(
            {"bold": True, "bg_color": "#EEF2F4", "text_wrap": True, "align": "right"}
        )
        self._whole = workbook.add_format({"quote_prefix": True, "valign": "top"})
        self._text = workbook.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
        self._number = workbook.add_format({"valign": "top"})
        self._share = workbook.add_format({"num_format": "0%", "valign": "top"})
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
        """A table; returns its first and last row of data (last < first where it has none)."""
        self.sheet.write_string(self._row, 0, heading, self._heading)
        self._row += 1
        for place, head in enumerate(heads):
            self.sheet.write_string(self._row, place, head, self._number_head if place else self._head)
        self._row += 1
        first = self._row
        for row in rows:
            for place, value in enumerate(row):
                if value is None:
                    self.sheet.write_string(self._row, place, "–", self._text)
                elif isinstance(value, str):
                    # A hash is one word: it runs on over the empty cells beside it.
                    self.sheet.write_string(self._row, place, value, self._whole if place > 1 else self._text)
                else:
                    form = self._share if place in shares else self._number
                    self.sheet.write_number(self._row, place, value, form)
            self._row += 1
        last = self._row - 1
        self._row += 1
        return first, last

    def chart(self, kind: dict[str, str], title: str, series: Sequence[dict[str, Any]], at: int) -> None:
        """A chart beside the tables, its upper edge at row `at`."""
        chart = self._workbook.add_chart(kind)
        for each in series:
            chart.add_series(each)
        chart.set_title({"name": title, "name_font": {"size": 11, "color": _TEAL}, "overlay": False})
        chart.set_size({"width": 560, "height": 300})
        chart.set_chartarea({"border": {"color": "#D5DDE1"}})
        # In a bar chart xlsxwriter's y axis is the one with the names.
        bars = kind["type"] == "bar"
        names, counts = (chart.set_y_axis, chart.set_x_axis) if bars else (chart.set_x_axis, chart.set_y_axis)
        names({"reverse": bars, "num_font": {"size": 9}})
        counts({"min": 0, "num_format": "0", "major_gridlines": {"visible": False}, "num_font": {"size": 9}})
        chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom"})
        self.sheet.insert_chart(at, 9, chart)


def write_sums(workbook: Any, book: dict[str, Any]) -> None:
    """The sheet ``Rekap``."""
    sums = book["sums"]
    page = SumsSheet(workbook)
    page.title(f"{book['title']}: rekap", book["period"], book["made_in_words"], book["privacy"])
    page.table("Ringkasan", ("", "Jumlah"), _summary(sums))
    page.table("Jenis", ("Jenis", "Jumlah"), sums["kinds"])
    page.table("Klasifikasi LAPOR", ("Klasifikasi", "Jumlah"), sums["lapor"])
    topics = page.table("Topik", ("Topik", *_GROUP_HEADS), _groups(sums["topics"]))
    page.table("Unit", ("Unit", *_GROUP_HEADS), _groups(sums["units"]))
    page.table("Kanal", ("Kanal", "Jumlah"), sums["channels"])
    page.table("Tingkat", ("Tingkat", "Jumlah"), sums["severities"])
    page.table("Status", ("Status", "Jumlah"), sums["statuses"])
    page.table(
        book["spans_head"], (book["spans_head"].removeprefix("Per ").capitalize(), "Jumlah"), sums["spans"]
    )
    deadlines = page.table(
        "Batas waktu",
        ("Batas", "Tepat waktu", "Terlambat", "Berjalan", "Tepat waktu (%)"),
        [
            [line["name"], line["in_time"], line["late"], line["running"], line["share"]]
            for line in sums["deadlines"]
        ],
        shares=(4,),
    )
    page.table(
        "Lama (median)",
        ("", "Kasus", "Jam", "Jam kerja"),
        [[line["name"], line["cases"], line["hours"], line["working_hours"]] for line in sums["durations"]],
    )
    page.table(
        "Rantai bukti",
        ("Akun", "Bukti", "Kepala rantai (SHA-256)"),
        [[chain["account"], chain["pieces"], chain["head"]] for chain in book["chains"]],
    )
    if topics[1] >= topics[0]:
        bars = {**_series(topics, 1), "name": "Jumlah kasus", "fill": {"color": _TEAL}, "gap": 60}
        page.chart({"type": "bar"}, "Kasus menurut topik", [{**bars, "data_labels": {"value": True}}], 4)
    if deadlines[1] >= deadlines[0]:
        columns = [("Tepat waktu", 1, _TEAL), ("Terlambat", 2, _RED), ("Berjalan", 3, _GREY)]
        page.chart(
            {"type": "column", "subtype": "stacked"},
            "Batas waktu",
            [
                {**_series(deadlines, place), "name": name, "fill": {"color": color}, "gap": 80}
                for name, place, color in columns
            ],
            21,
        )
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.hide_gridlines(2)


def _series(rows: tuple[int, int], column: int) -> dict[str, Any]:
    first, last = rows
    return {"categories": ["Rekap", first, 0, last, 0], "values": ["Rekap", first, column, last, column]}


def _groups(groups: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [[group["name"], *(group[key] for key in _GROUP_KEYS)] for group in groups]


def _summary(sums: dict[str, Any]) -> list[list[Any]]:
    carried = sums["carried"]
    return [
        ["Kasus", sums["cases"]],
        ["Belum selesai", sums["still_open"]],
        ["Dibuka kembali", sums["reopened"]],
        ["Belum selesai dari waktu sebelumnya", len(carried)],
        *([["Nomornya", ", ".join(carried[:200]) + (" …" if len(carried) > 200 else "")]] if carried else []),
    ]
