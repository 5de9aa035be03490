"""Writes the month's evaluation as a workbook that the team goes on working with: tables, and charts of them.

The short-lived process behind ``month_book``: the evaluation as JSON on standard input. Percentages are numbers from 0
to 100, as in the other papers; what is not known is an empty cell, and in a chart a gap.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ig_worker.domain.text import clean
from ig_worker.sheets.month_people import write_audience, write_cases, write_messages
from ig_worker.sheets.tables_sheet import GREY, RED, TEAL, TablesSheet
from ig_worker.sheets.workbook import new_workbook, obey, write_list

_DAYS: tuple[dict[str, Any], ...] = (
    {"name": "day", "head": "Hari Meta (Pasifik)", "kind": "date", "width": 14},
    {"name": "followers", "head": "Pengikut pada akhir hari", "kind": "number", "width": 16},
    {"name": "reach", "head": "Jangkauan", "kind": "number", "width": 14},
)
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_KINDS = {"image": "Gambar", "carousel": "Carousel", "reel": "Reel", "story": "Story"}
_UNITS = {"count": "", "percent": "%", "hours": "jam"}
_PARTS = (("Tepat waktu", 4, TEAL), ("Terlambat", 5, RED), ("Gagal", 6, GREY))


def write_workbook(book: dict[str, Any], out: Path) -> None:
    """The workbook of an evaluation; the same evaluation gives the same bytes."""
    doc = _clean(book)
    workbook = new_workbook(out, title=doc["title"], subject=doc["period"], made_at=doc["made_at"])
    _write_summary(workbook, doc)
    _write_days(workbook, doc)
    _write_posts(workbook, doc)
    write_messages(workbook, doc)
    write_cases(workbook, doc)
    write_audience(workbook, doc)
    _write_hours(workbook, doc)
    workbook.close()


def _clean(value: Any) -> Any:
    """Without what no cell can hold: control characters, halves of surrogate pairs, turned directions."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def _write_summary(workbook: Any, doc: dict[str, Any]) -> None:
    page = TablesSheet(workbook, "Ringkasan", first=60, unknown="")
    account = doc["account"]
    page.title(
        f"{doc['title']}, {doc['period']}",
        (account["centre"] or account["name"])
        + (f" (@{account['username']})" if account["username"] else ""),
        f"Dibuat {doc['made_in_words']}",
        doc["coverage"]["note"],
    )
    page.sheet.set_column(1, 2, 14)
    page.sheet.set_column(3, 4, 44)
    page.table(
        "Angka utama",
        ("", "Bulan ini", "Bulan lalu", "Catatan"),
        [
            [
                _named(each),
                *(_figure(each[key], each["form"]) for key in ("value", "before")),
                each["note"] or "",
            ]
            for each in doc["headline"]
        ],
    )
    page.table(
        "Temuan",
        ("Temuan", "", "", "Yang dapat dilakukan"),
        [[each["text"], None, None, each["suggestion"] or ""] for each in doc["findings"]],
    )
    page.table(
        "Dibandingkan bulan lalu",
        ("", "Bulan ini", "Bulan lalu", "Perubahan"),
        [
            [_named(each), *(_figure(each[key], each["form"]) for key in ("now", "before")), each["words"]]
            for each in doc["changes"]
        ],
    )
    page.sheet.freeze_panes(1, 1)
    page.printable()


def _named(each: dict[str, Any]) -> str:
    unit = _UNITS[each["form"]]
    return f"{each['name']} ({unit})" if unit else str(each["name"])


def _figure(value: float | None, form: str) -> tuple[float, str] | None:
    return None if value is None else (value, form)


def _write_days(workbook: Any, doc: dict[str, Any]) -> None:
    reach = {each["day"]: each["value"] for each in doc["reach"]["days"]}
    followers = {each["day"]: each["value"] for each in doc["followers"]["days"]}
    days = sorted({*reach, *followers})
    rows = [{"day": day, "followers": followers.get(day), "reach": reach.get(day)} for day in days]
    book = {"columns": _DAYS, "rows": rows, "empty": doc["coverage"]["note"]}
    write_list(workbook, "Harian", book, doc, frozen=1)
    sheet = workbook.get_worksheet_by_name("Harian")
    for place, (column, kind, title) in enumerate(
        ((1, "line", "Pengikut"), (2, "column", "Jangkauan per hari"))
    ):
        if not any(row[_DAYS[column]["name"]] is not None for row in rows):
            continue
        chart = workbook.add_chart({"type": kind})
        look = (
            {"line": {"color": TEAL, "width": 2}} if kind == "line" else {"fill": {"color": TEAL}, "gap": 40}
        )
        chart.add_series(
            {
                "name": title,
                "categories": ["Harian", 1, 0, len(rows), 0],
                "values": ["Harian", 1, column, len(rows), column],
                **look,
            }
        )
        chart.show_blanks_as("gap")
        chart.set_title({"name": title, "name_font": {"size": 11, "color": TEAL}})
        chart.set_legend({"none": True})
        chart.set_size({"width": 620, "height": 280})
        chart.set_x_axis({"num_format": "d", "num_font": {"size": 9}, "text_axis": True})
        chart.set_y_axis(
            {"num_format": "#,##0", "num_font": {"size": 9}, **({"min": 0} if kind == "column" else {})}
        )
        sheet.insert_chart(1 + 15 * place, 4, chart)


def _write_posts(workbook: Any, doc: dict[str, Any]) -> None:
    posts = doc["posts"]
    page = TablesSheet(workbook, "Unggahan", unknown="")
    page.title("Unggahan menurut rencana", doc["period"], posts["note"] or "")
    for column, width in ((6, 16), (7, 38), (8, 36)):
        page.sheet.set_column(column, column, width)
    counts = (
        ("Direncanakan", "planned"), ("Disetujui", "approved"), ("Terbit", "out"), ("Tepat waktu", "on_time"),
        ("Terlambat", "late"), ("Gagal", "failed"), ("Masih menunggu", "waiting"),
        ("Belum waktunya", "upcoming"),
        ("Dibuat langsung di Instagram", "by_hand"),
    )  # fmt: skip
    page.table("Jumlah", ("", "Unggahan"), [[name, posts[key]] for name, key in counts])
    keys = ("planned", "approved", "out", "on_time", "late", "failed", "target", "reach_median")
    segments = page.table(
        "Menurut segmen",
        (
            "Segmen",
            "Rencana",
            "Disetujui",
            "Terbit",
            "Tepat waktu",
            "Terlambat",
            "Gagal",
            "Target",
            "Median jangkauan",
        ),
        [[each["segment"] or "(tanpa segmen)", *(each[key] for key in keys)] for each in posts["by_segment"]],
    )
    figures = ("reach", "views", "interactions")
    for heading, key in (("Terkuat", "best"), ("Terlemah", "weakest")):
        page.table(
            heading,
            ("Caption", "Jangkauan", "Tayangan", "Interaksi", "Tingkat (%)", "Jenis", "Segmen", "Terbit", "Tautan"),
            [
                [
                    each["caption"], *(each[name] for name in figures), _figure(each["rate"], "percent"),
                    _KINDS.get(each["kind"], each["kind"]), each["segment"] or "", each["published_in_words"],
                    each["permalink"] or "",
                ]
                for each in posts[key]
            ],
        )  # fmt: skip
    if segments[1] >= segments[0]:
        page.chart(
            {"type": "bar", "subtype": "stacked"},
            "Unggahan menurut segmen",
            [
                {**page.series(segments, column), "name": name, "fill": {"color": colour}, "gap": 60}
                for name, column, colour in _PARTS
            ],
            4,
            column=10,
        )
    page.sheet.freeze_panes(1, 1)
    page.printable()


def _write_hours(workbook: Any, doc: dict[str, Any]) -> None:
    hours = doc["hours"]
    page = TablesSheet(workbook, "Jam", unknown="")
    page.title("Jam terbaik", doc["period"], hours["note"] or "")
    page.table(
        "Waktu dengan jangkauan terbesar",
        ("Waktu", "Unggahan", "Median jangkauan"),
        [[each["words"], each["posts"], each["reach_median"]] for each in hours["best"]],
    )
    page.table(
        "Menurut hari dan jam terbit",
        ("Hari", "Jam", "Unggahan", "Median jangkauan"),
        [
            [_WEEKDAYS[int(each["weekday"])], each["hour"], each["posts"], each["reach_median"]]
            for each in hours["cells"]
        ],
    )
    online = page.table(
        "Pengikut yang sedang membuka Instagram",
        (f"Jam ({doc['zone']})", "Pengikut"),
        [[f"{each['hour']:02d}.00", each["value"]] for each in hours["online"]],
    )
    if online[1] >= online[0]:
        series = {**page.series(online, 1), "name": "Pengikut", "fill": {"color": TEAL}, "gap": 40}
        page.chart({"type": "column"}, "Pengikut yang sedang membuka Instagram", [series], 4)
    page.sheet.freeze_panes(1, 1)
    page.printable()


if __name__ == "__main__":
    sys.exit(obey(write_workbook))
