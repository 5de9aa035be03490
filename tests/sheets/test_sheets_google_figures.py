"""Figures in a worksheet at Google: found again by account and day, and nothing else of the sheet is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fakes.google_sheets import EMAIL, SPREADSHEET, Formula, Google, Moment, Tab, Trouble, google_running
from ig_worker.domain.errors import Misconfigured, Throttled
from ig_worker.sheets.figure_rows import write_figures
from ig_worker.sheets.google_door import GoogleDoor
from ig_worker.sheets.online import FigureSheet
from ig_worker.sheets.sheet_words import FIGURES

HEADS = ["akun", "tanggal", "reach", "views", "catatan"]
Rows = list[list[Any]]


@pytest.fixture
def google() -> Iterator[Google]:
    with google_running(Tab("Rencana", [["kode"], ["P-01"]])) as running:
        yield running


class Place:
    """The worksheet as the worker sees it, without the process around it."""

    def __init__(self, google: Google, folder: Path) -> None:
        self.google = google
        self.credentials_file = google.write_credentials(folder)

    def write(self, *rows: list[Any], heads: list[str] = HEADS, worksheet: str = "Insights") -> int:
        door = GoogleDoor(self.credentials_file, base_url=self.google.address, words=FIGURES)
        return write_figures(door, SPREADSHEET, worksheet, heads, rows)

    @property
    def tab(self) -> Tab:
        return self.google.tab("Insights")


@pytest.fixture
def place(google: Google, tmp_path: Path) -> Place:
    return Place(google, tmp_path)


def day(number: int, reach: float | None, views: float | None = 7, note: str = "") -> list[Any]:
    return ["polowijen", date(2026, 11, number).isoformat(), reach, views, note]


def test_the_worksheet_is_made_with_its_header(place: Place) -> None:
    assert place.write(day(22, 10), day(23, 0, None)) == 5 + 4 + 3
    assert place.tab.rows[0] == HEADS
    assert [row[:3] for row in place.tab.rows[1:]] == [
        ["polowijen", "2026-11-22", 10],
        ["polowijen", "2026-11-23", 0],
    ]
    assert place.google.tab("Rencana").rows == [["kode"], ["P-01"]]


def test_the_same_again_writes_nothing(place: Place) -> None:
    place.write(day(22, 10.0, 2.5), day(23, 0, note="views: ditolak Instagram"))
    place.google.calls.clear()
    assert place.write(day(22, 10, 2.5), day(23, 0.0, note="views: ditolak Instagram")) == 0
    assert not [call for call in place.google.calls if "batchUpdate" in call]


def test_a_day_is_corrected_in_its_place_and_what_is_unknown_leaves_what_stands_there(place: Place) -> None:
    place.write(day(22, 10), day(23, 20))
    assert place.write(day(22, 11, None), day(24, 1)) == 1 + 4
    assert place.tab.column("tanggal") == ["2026-11-22", "2026-11-23", "2026-11-24"]
    assert place.tab.column("reach") == [11, 20, 1]
    assert place.tab.column("views") == [7, 7, 7]


def test_two_accounts_have_a_row_each(place: Place) -> None:
    other = ["arjosari", *day(22, 5)[1:]]
    place.write(day(22, 10), other)
    place.write([*other[:2], 6, 7, ""])
    assert place.tab.column("reach") == [10, 6]


def test_columns_that_were_moved_renamed_in_case_or_added_by_people_stay_as_they_are(
    place: Place, google: Google
) -> None:
    ours = [["Evaluasi Bu Rina", "Reach", "tanggal", "AKUN"], ["bagus", 1, "2026-11-22", "polowijen"]]
    google.tabs.append(Tab("Insights", ours, gid=7))
    place.write(day(22, 10), day(23, 20))
    assert place.tab.rows[0] == ["Evaluasi Bu Rina", "Reach", "tanggal", "AKUN", "views", "catatan"]
    assert place.tab.rows[1][:5] == ["bagus", 10, "2026-11-22", "polowijen", 7]
    assert place.tab.rows[2][:5] == ["", 20, "2026-11-23", "polowijen", 7]


def test_rows_are_found_wherever_they_are_sorted_to_also_where_the_day_became_a_date(
    place: Place, google: Google
) -> None:
    google.tabs.append(
        Tab(
            "insights",
            [
                [],
                list(HEADS),
                ["polowijen", Moment(46349, "23/11/2026"), 3, 3, ""],
                ["polowijen", "22-11-2026", 2, 2, ""],
                ["Jumlah", "", 5, 5, "jangan dihapus"],
                [False, "", "", "", ""],
            ],
            gid=7,
        )
    )
    place.write(day(22, 22), day(23, 23), day(24, 24))
    tab = google.tab("insights")
    assert [row[2] for row in tab.rows[2:4]] == [23, 22]
    assert tab.rows[4] == ["Jumlah", "", 5, 5, "jangan dihapus"]
    assert tab.rows[5][:3] == ["polowijen", "2026-11-24", 24]
    assert tab.rows[2][1] == Moment(46349, "23/11/2026")


def test_another_list_of_that_name_is_refused_and_stays(place: Place, google: Google) -> None:
    google.tabs.append(Tab("Insights", [["tanggal", "cuaca"], ["2026-11-22", "hujan"]], gid=7))
    with pytest.raises(Misconfigured, match="tidak mempunyai kolom akun") as refused:
        place.write(day(22, 10))
    assert "[insights] worksheet" in refused.value.cure
    assert place.tab.rows == [["tanggal", "cuaca"], ["2026-11-22", "hujan"]]


def test_a_sheet_that_is_full_grows(place: Place, google: Google) -> None:
    google.tabs.append(Tab("Insights", [["akun", "tanggal"], ["x", "y"]], gid=7, columns=2, row_count=2))
    place.write(day(22, 10), day(23, 20))
    assert (place.tab.columns, place.tab.row_count) == (5, 4)
    assert place.tab.rows[1][:2] == ["x", "y"]
    assert place.tab.column("reach")[1:] == [10, 20]


def test_no_text_becomes_a_formula(place: Place) -> None:
    place.write(day(22, 10, note="=IMPORTXML(1)\n+62 \x00"))
    (note,) = place.tab.column("catatan")
    assert note == "'=IMPORTXML(1) +62"
    assert not any(isinstance(cell, Formula) for row in place.tab.rows for cell in row)
    assert place.write(day(22, 10, note="=IMPORTXML(1)\n+62 \x00")) == 0


def test_troubles_name_the_sheet_of_figures(place: Place, google: Google) -> None:
    google.shared = False
    with pytest.raises(Misconfigured, match="Lembar angka di Google belum dibagikan") as refused:
        place.write(day(22, 10))
    assert EMAIL in refused.value.cure
    google.shared = True
    google.tabs.clear()

    def quota(_call: str) -> None:
        raise Trouble(429, "RESOURCE_EXHAUSTED", "Quota exceeded")

    google.faults = [lambda _: None, quota]
    with pytest.raises(Throttled, match="minta jeda"):
        place.write(day(22, 10))
    door = GoogleDoor(place.credentials_file, base_url=google.address, words=FIGURES)
    with pytest.raises(Misconfigured, match=r"\[insights\] spreadsheet “catatan” bukan alamat"):
        write_figures(door, "catatan", "Insights", HEADS, [])


def test_the_process_does_it_all(place: Place, google: Google) -> None:
    sheet = FigureSheet(
        SPREADSHEET,
        worksheet="Insights",
        credentials_file=place.credentials_file,
        base_url=google.address,
    )
    assert sheet.write(HEADS, [day(22, 10)]) == 9
    assert sheet.write(HEADS, [day(22, 10)]) == 0
    assert place.tab.column("reach") == [10]
