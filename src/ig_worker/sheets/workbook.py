"""What every workbook of ours is made of: texts that never become formulas, lists with their heads, page frames.

Only for the short processes that write one: xlsxwriter is loaded here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from ig_worker.sheets.written import NOT_WRITTEN

MOST_UNITS = 32_767
"""Of a cell's text, in UTF-16 units, as Excel counts."""

_CUT = "… (dipotong, teks lengkapnya ada di kasusnya)"
_FORMATS = {"date": "dd/mm/yyyy", "time": "hh:mm", "moment": "dd/mm/yyyy hh:mm"}
_PAPER_A4 = 9
_POINTS = 9
_LETTER = 0.92
"""How much of a column's unit a letter takes, with what is lost at the ends of lines."""
_HIGHEST = 409
"""Points; Excel has no higher rows."""


def new_workbook(out: Path, *, title: str, subject: str, made_at: str) -> Workbook:
    """An empty workbook; the same content gives the same bytes. `made_at` in ISO 8601. It has to be closed."""
    workbook = Workbook(
        str(out),
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        },
    )
    made = datetime.fromisoformat(made_at).replace(tzinfo=None)
    workbook.set_properties({"title": title, "subject": subject, "created": made})
    return workbook


def write_list(
    workbook: Any, name: str, book: Mapping[str, Any], page: Mapping[str, Any], *, frozen: int
) -> None:
    """A sheet of that name with ``columns`` and ``rows`` of `book` (``empty`` where it has none), printable.

    Columns have a ``name``, a ``head``, a ``width`` and a ``kind`` (text, number, date, time, moment). `page` has the
    ``title``, the ``period`` and ``made_in_words`` for the printed edges; the first columns, so many, stay in view.
    """
    sheet = workbook.add_worksheet(name)
    head = workbook.add_format(
        {
            "bold": True,
            "font_color": "white",
            "bg_color": "#0E5360",
            "border": 1,
            "text_wrap": True,
            "valign": "vcenter",
        }
    )
    base = {"font_size": _POINTS, "valign": "top", "border": 1, "border_color": "#D5DDE1"}
    formats = {
        "text": workbook.add_format({**base, "text_wrap": True, "quote_prefix": True}),
        "number": workbook.add_format(base),
        **{
            kind: workbook.add_format({**base, "num_format": form, "align": "left", "text_wrap": True})
            for kind, form in _FORMATS.items()
        },
    }
    columns = book["columns"]
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column["width"])
        sheet.write_string(0, place, column["head"], head)
    for number, row in enumerate(book["rows"], 1):
        for place, column in enumerate(columns):
            _write_cell(sheet, number, place, row[column["name"]], column["kind"], formats[column["kind"]])
        # Not every program finds out by itself how high a row with wrapped texts must be.
        sheet.set_row(number, _height(row, columns))
    sheet.set_row(0, max(32, 3 + 13 * max(1 + len(each["head"]) // each["width"] for each in columns)))
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(len(book["rows"]), 1), len(columns) - 1)
    if not book["rows"]:
        sheet.insert_textbox(2, 2, book["empty"], {"width": 460, "height": 40, "line": {"color": "#0E5360"}})
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.set_margins(0.4, 0.4, 0.7, 0.6)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L&B{_plain(page['title'])}&R{_plain(page['period'])}")
    sheet.set_footer(f"&L{_plain(page['made_in_words'])}&RHalaman &P dari &N")


def _write_cell(sheet: Any, row: int, place: int, value: Any, kind: str, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, form)
    elif kind == "number":
        sheet.write_number(row, place, value, form)
    elif kind == "date":
        sheet.write_datetime(row, place, date.fromisoformat(value), form)
    elif kind == "time":
        sheet.write_datetime(row, place, time.fromisoformat(value), form)
    elif kind == "moment":
        sheet.write_datetime(row, place, datetime.fromisoformat(value), form)
    else:
        sheet.write_string(row, place, _fitting(value), form)


def _height(row: dict[str, Any], columns: list[dict[str, Any]]) -> float:
    """Points enough for the row's longest text, as far as a row may be high."""
    texts = [column for column in columns if column["kind"] == "text"]
    lines = max(
        (
            sum(
                1 + int(len(line) * _LETTER / column["width"])
                for line in str(row[column["name"]] or "").split("\n")
            )
            for column in texts
        ),
        default=1,
    )
    return min(lines * _POINTS * 1.35 + 3, _HIGHEST)


def _fitting(text: str) -> str:
    """The text in as much as a cell holds; what is cut off says so."""
    if len(text) * 2 <= MOST_UNITS or len(text.encode("utf-16-le")) // 2 <= MOST_UNITS:
        return text
    room = (MOST_UNITS - len(_CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def _plain(text: str) -> str:
    """For a header or footer, where ``&`` begins a code and 255 characters are the limit."""
    return text.replace("&", "&&")[:100]


def obey(write: Callable[[dict[str, Any], Path], None]) -> int:
    """The whole process: a book from standard input into the file it names; returns the exit status."""
    job: dict[str, Any] = json.load(sys.stdin)
    try:
        write(job["book"], Path(job["out"]))
    except OSError as error:
        sys.stderr.write(error.strerror or type(error).__name__)
        return NOT_WRITTEN
    except (XlsxWriterException, KeyError, TypeError, ValueError) as error:
        if isinstance(error.__cause__ or error.__context__, OSError):
            sys.stderr.write("the disk would not take it")
            return NOT_WRITTEN
        sys.stderr.write(" ".join(f"{type(error).__name__}: {error}".split())[:200])
        return 1
    return 0
