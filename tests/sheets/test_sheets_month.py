"""The month's evaluation as a workbook: numbers are numbers, what is not known is empty, no text is a formula."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from ig_worker.domain.errors import Misconfigured, NeedsPerson
from ig_worker.domain.text import clean
from ig_worker.sheets.month_book import write_month
from render.month_sample import VARIANTS, empty, full, hostile

SHEETS = ["Ringkasan", "Harian", "Unggahan", "Pesan", "Kasus", "Audiens", "Jam"]
CHARTS = {"full": [0, 2, 1, 2, 1, 3, 1], "empty": [0, 0, 0, 0, 0, 0, 0], "tiny": [0, 2, 1, 2, 1, 0, 0]}


def written(doc: dict[str, Any], folder: Path) -> Workbook:
    write_month(doc, folder / "month.xlsx")
    return load_workbook(folder / "month.xlsx")


def rows(book: Workbook, sheet: str, heading: str) -> list[list[Any]]:
    """The lines below a table's heads, until the first empty one."""
    lines = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    start = next(n for n, line in enumerate(lines) if line[0] == heading) + 2
    end = next((n for n in range(start, len(lines)) if all(value is None for value in lines[n])), len(lines))
    return lines[start:end]


def cells(book: Workbook) -> Iterator[Any]:
    for sheet in book:
        for row in sheet.iter_rows():
            yield from row


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return written(full(), tmp_path_factory.mktemp("book"))


def test_the_headline_is_numbers_with_their_notes(month: Workbook) -> None:
    doc = full()
    found = rows(month, "Ringkasan", "Angka utama")
    assert [line[1:4] for line in found] == [
        [each["value"], each["before"], each["note"]] for each in doc["headline"]
    ]
    assert found[3][0] == "Tingkat interaksi (%)"
    assert [[line[0], line[3]] for line in rows(month, "Ringkasan", "Temuan")] == [
        [each["text"], each["suggestion"]] for each in doc["findings"]
    ]
    assert [line[1:3] for line in rows(month, "Ringkasan", "Dibandingkan bulan lalu")] == [
        [each["now"], each["before"]] for each in doc["changes"]
    ]


def test_a_day_is_a_date_and_one_without_a_figure_is_empty(month: Workbook) -> None:
    doc = full()
    sheet = month["Harian"]
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=3)]
    assert found == [
        [datetime.fromisoformat(mine["day"]), mine["value"], reach["value"]]
        for mine, reach in zip(doc["followers"]["days"], doc["reach"]["days"], strict=True)
    ]
    assert found[2][1:] == [None, None]
    assert sheet.freeze_panes == "B2"


def test_every_part_of_the_document_is_there(month: Workbook) -> None:
    doc = full()
    segments = rows(month, "Unggahan", "Menurut segmen")
    assert segments == [
        [*each.values(), *[None] * (len(segments[0]) - 9)] for each in doc["posts"]["by_segment"]
    ]
    assert [line[1] for line in rows(month, "Unggahan", "Jumlah")] == [34, 32, 29, 26, 3, 1, 2, 2, 2]
    best = rows(month, "Unggahan", "Terkuat")
    assert [line[0] for line in best] == [each["caption"] for each in doc["posts"]["best"]]
    assert best[0][4] == pytest.approx(doc["posts"]["best"][0]["rate"])
    for heading, key in (("Menurut jenis", "by_label"), ("Menurut topik", "by_topic")):
        found = [line[:3] for line in rows(month, "Pesan", heading)]
        assert found == [[each["name"], each["count"], each["before"]] for each in doc["messages"][key]]
    assert [line[0] for line in rows(month, "Pesan", "Topik yang menonjol")] == ["obat batuk", "Jam layanan"]
    assert [line[1:4] for line in rows(month, "Kasus", "Lama dalam jam kerja")] == [
        [9, 1.4, 5.2],
        [8, 11.5, 31],
    ]
    assert [line[1:5] for line in rows(month, "Kasus", "Batas waktu")] == [[8, 1, 0, 88.9], [6, 2, 1, 75]]
    for heading, key in (("Usia", "age"), ("Jenis kelamin", "sex"), ("Kota", "city")):
        assert [line[1] for line in rows(month, "Audiens", heading)] == [
            each["count"] for each in doc["audience"][key]
        ]
    assert len(rows(month, "Jam", "Menurut hari dan jam terbit")) == len(doc["hours"]["cells"])
    assert len(rows(month, "Jam", "Pengikut yang sedang membuka Instagram")) == 24


@pytest.mark.parametrize("name", VARIANTS)
def test_whatever_is_in_it_no_text_is_a_formula(name: str, tmp_path: Path) -> None:
    book = written(VARIANTS[name](), tmp_path)
    assert book.sheetnames == SHEETS
    assert [cell.coordinate for cell in cells(book) if cell.data_type == "f" or cell.hyperlink] == []
    with zipfile.ZipFile(tmp_path / "month.xlsx") as packed:
        sheets = [packed.read(part) for part in packed.namelist() if "worksheets/sheet" in part]
        assert not [part for part in packed.namelist() if "externalLink" in part]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    if name in CHARTS:
        assert [len(sheet._charts) for sheet in book] == CHARTS[name]


def test_hostile_words_are_there_as_they_were_written(tmp_path: Path) -> None:
    doc = hostile()
    book = written(doc, tmp_path)
    found = {cell.value for cell in cells(book) if cell.data_type == "s"}
    for each in doc["posts"]["by_segment"]:
        assert clean(each["segment"]) in found
    assert doc["posts"]["weakest"][2]["caption"].startswith("=HYPERLINK")
    assert doc["posts"]["weakest"][2]["caption"] in found


def test_what_is_not_known_is_empty_and_never_zero(tmp_path: Path) -> None:
    book = written(empty(), tmp_path)
    assert [line[1:3] for line in rows(book, "Ringkasan", "Angka utama")] == [[None, None]] * 5 + [
        [0, None]
    ] * 3
    assert [line[1:] for line in rows(book, "Kasus", "Lama dalam jam kerja")] == [
        [0, None, None, *[None] * 1]
    ] * 2
    assert {cell.value for row in book["Harian"]["B2:C32"] for cell in row} == {None}


def test_an_account_whose_name_at_instagram_is_not_known_has_no_bare_at(tmp_path: Path) -> None:
    doc = empty()
    doc["account"]["username"] = ""
    said = [cell.value for cell in cells(written(doc, tmp_path)) if isinstance(cell.value, str)]
    assert "Puskesmas Polowijen" in said
    assert not [each for each in said if "@" in each]
    assert "topik yang menonjol belum dipantau pada bulan ini" in " ".join(said)


def test_half_a_surrogate_pair_and_a_text_too_long_do_not_cost_the_workbook(tmp_path: Path) -> None:
    doc = full()
    doc["posts"]["best"][0]["caption"] = "\ud83d\x00" + "a" * 40_000
    found = rows(written(doc, tmp_path), "Unggahan", "Terkuat")[0][0]
    assert len(found) <= 32_767
    assert found.startswith("\ufffdaaa")


def test_the_same_evaluation_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_month(copy.deepcopy(full()), tmp_path / "reports" / name)
    first, second = ((tmp_path / "reports" / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second
    assert len(list((tmp_path / "reports").iterdir())) == 2


def test_what_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match="the evaluation could not be made: KeyError"):
        write_month(
            {"title": "x", "period": "y", "made_at": "2026-11-02T08:00:00+07:00"}, tmp_path / "month.xlsx"
        )
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Misconfigured, match="cannot be written"):
        write_month(full(), Path("/proc/month.xlsx"))
