"""The workbook's second sheet: the sums of the register with charts that people can go on working with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ig_worker.sheets.tables_sheet import GREY, RED, TEAL, TablesSheet

_GROUP_HEADS = ("Jumlah", "Keluhan", "Saran", "Selesai", "Tepat waktu", "Terlambat", "Berjalan")
_GROUP_KEYS = ("cases", "complaints", "suggestions", "done", "in_time", "late", "running")


def write_sums(workbook: Any, book: dict[str, Any]) -> None:
    """The sheet ``Rekap``."""
    sums = book["sums"]
    page = TablesSheet(workbook, "Rekap")
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
        bars = {**page.series(topics, 1), "name": "Jumlah kasus", "fill": {"color": TEAL}, "gap": 60}
        page.chart({"type": "bar"}, "Kasus menurut topik", [{**bars, "data_labels": {"value": True}}], 4)
    if deadlines[1] >= deadlines[0]:
        columns = [("Tepat waktu", 1, TEAL), ("Terlambat", 2, RED), ("Berjalan", 3, GREY)]
        page.chart(
            {"type": "column", "subtype": "stacked"},
            "Batas waktu",
            [
                {**page.series(deadlines, place), "name": name, "fill": {"color": color}, "gap": 80}
                for name, place, color in columns
            ],
            21,
        )
    page.printable()


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
