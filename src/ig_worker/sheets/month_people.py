"""The evaluation's worksheets about people: what they wrote, how they were answered, who follows."""

from __future__ import annotations

from typing import Any

from ig_worker.sheets.tables_sheet import GREY, RED, TEAL, TablesSheet

_TOOK = (("Tanggapan pertama", "first_response"), ("Penyelesaian", "resolution"))


def write_messages(workbook: Any, doc: dict[str, Any]) -> None:
    """The sheet ``Pesan``: by label and topic beside the month before, and what people speak of more than usual."""
    messages = doc["messages"]
    page = TablesSheet(workbook, "Pesan", unknown="")
    page.title("Komentar dan pesan langsung", doc["period"], messages["note"] or "")
    counts = (
        ("Pesan", "total"), ("Komentar", "comments"), ("Pesan langsung", "dms"), ("Pujian", "praise"),
        ("Pujian yang dibalas dengan terima kasih", "thanked"),
    )  # fmt: skip
    page.table("Jumlah", ("", "Pesan"), [[name, messages[key]] for name, key in counts])
    for place, (heading, key) in enumerate((("Menurut jenis", "by_label"), ("Menurut topik", "by_topic"))):
        rows = page.table(
            heading,
            (heading.removeprefix("Menurut ").capitalize(), "Bulan ini", "Bulan lalu"),
            [[each["name"], each["count"], each["before"]] for each in messages[key]],
        )
        if rows[1] >= rows[0]:
            page.chart(
                {"type": "bar"},
                f"Pesan {heading.lower()}",
                [
                    {**page.series(rows, column), "name": name, "fill": {"color": colour}, "gap": 60}
                    for name, column, colour in (("Bulan ini", 1, TEAL), ("Bulan lalu", 2, GREY))
                ],
                4 + 17 * place,
                column=5,
            )
    page.table(
        "Topik yang menonjol",
        ("Kata atau topik", "Kali", "Biasanya", "Contoh"),
        [[each["term"], each["count"], each["usual"], " | ".join(each["examples"])] for each in doc["rising"]]
        or [[doc["rising_note"]]],
    )
    page.sheet.freeze_panes(1, 1)
    page.printable()


def write_cases(workbook: Any, doc: dict[str, Any]) -> None:
    """The sheet ``Kasus``: how many, how long they took in opening time, and what was in time."""
    answers = doc["answers"]
    page = TablesSheet(workbook, "Kasus", unknown="")
    page.title("Jawaban dan penanganan kasus", doc["period"], answers["note"] or "")
    counts = (
        ("Kasus baru", "opened"), ("Selesai", "resolved"), ("Belum selesai", "open"),
        ("Dari bulan sebelumnya", "carried"),
    )  # fmt: skip
    page.table("Jumlah", ("", "Kasus"), [[name, answers[key]] for name, key in counts])
    page.table(
        "Lama dalam jam kerja",
        ("", "Kasus", "Median (jam)", "90 % dalam (jam)"),
        [
            [name, *(answers[key][figure] for figure in ("cases", "median_hours", "p90_hours"))]
            for name, key in _TOOK
        ],
    )
    deadlines = page.table(
        "Batas waktu",
        ("Batas", "Tepat waktu", "Terlambat", "Berjalan", "Tepat waktu (%)"),
        [
            [each["name"], each["in_time"], each["late"], each["running"],
             None if each["share"] is None else (each["share"], "percent")]
            for each in answers["deadlines"]
        ],
    )  # fmt: skip
    if deadlines[1] >= deadlines[0]:
        columns = (("Tepat waktu", 1, TEAL), ("Terlambat", 2, RED), ("Berjalan", 3, GREY))
        page.chart(
            {"type": "column", "subtype": "stacked"},
            "Batas waktu",
            [
                {**page.series(deadlines, column), "name": name, "fill": {"color": colour}, "gap": 80}
                for name, column, colour in columns
            ],
            4,
            column=6,
        )
    page.sheet.freeze_panes(1, 1)
    page.printable()


def write_audience(workbook: Any, doc: dict[str, Any]) -> None:
    """The sheet ``Audiens``: followers by age, sex and city."""
    audience = doc["audience"]
    page = TablesSheet(workbook, "Audiens", unknown="")
    read = f"Dibaca pada {audience['read_on']}" if audience["read_on"] else ""
    page.title("Pengikut menurut usia, jenis kelamin, dan kota", doc["period"], read, audience["note"] or "")
    for place, (heading, key) in enumerate((("Usia", "age"), ("Jenis kelamin", "sex"), ("Kota", "city"))):
        rows = page.table(
            heading,
            (heading, "Pengikut", "Bagian (%)"),
            [
                [each["name"], each["count"], None if each["share"] is None else (each["share"], "percent")]
                for each in audience[key]
            ],
        )
        if rows[1] >= rows[0]:
            series = {**page.series(rows, 1), "name": "Pengikut", "fill": {"color": TEAL}, "gap": 50}
            page.chart({"type": "bar"}, heading, [series], 4 + 16 * place, column=5)
    page.sheet.freeze_panes(1, 1)
    page.printable()
