"""Planning sheets in CSV and XLSX, whole and broken."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from openpyxl.worksheet.datavalidation import DataValidation

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.planning import plan_row, plan_sheet
from ig_worker.sheets import Sheet, SheetRow, read_sheet
from ig_worker.sheets.formulas import uncalculated_cells

HEADERS = ("kode", "tanggal", "jam", "jenis", "media", "caption", "status")
ROW = ("A1", "25/11/2026", "09.00", "gambar", "poster.jpg", "Halo 👋", "draf")
NAIVE_DAY = datetime(2026, 11, 25, tzinfo=UTC).replace(tzinfo=None)


def csv_file(folder: Path, text: str | bytes, name: str = "rencana.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def csv_text(*rows: Sequence[str], separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in (HEADERS, *rows)) + "\r\n"


def xlsx_file(folder: Path, *rows: Sequence[Any], headers: Sequence[Any] = HEADERS) -> Path:
    book = openpyxl.Workbook()
    book.active.append(list(headers))  # type: ignore[union-attr]
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    path = folder / "rencana.xlsx"
    book.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Misconfigured) as caught:
        read_sheet(path)
    assert "\n" not in str(caught.value)
    assert caught.value.cure
    return str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_is_read_with_any_separator_and_with_or_without_a_byte_order_mark(
    tmp_path: Path, separator: str, mark: str
) -> None:
    sheet = read_sheet(csv_file(tmp_path, mark + csv_text(ROW, separator=separator)))
    assert sheet == Sheet("rencana.csv", (SheetRow(2, dict(zip(HEADERS, ROW, strict=True))),), ())


def test_headers_come_in_any_case_and_order_and_other_columns_are_left_out(tmp_path: Path) -> None:
    text = "CATATAN,Caption,MEDIA,Jenis,JAM,Tanggal,Alt Text,ID,Kategori,Consent\nx,c,m.jpg,story,9,1/1/2027,a,K,S,P\n"
    (row,) = read_sheet(csv_file(tmp_path, text)).rows
    assert row.cells == {
        "caption": "c",
        "media": "m.jpg",
        "jenis": "story",
        "jam": "9",
        "tanggal": "1/1/2027",
        "alt_text": "a",
        "kode": "K",
        "segmen": "S",
        "persetujuan_pasien": "P",
    }


def test_a_columns_own_name_goes_before_its_synonym(tmp_path: Path) -> None:
    text = "id,kode,tanggal,jam,jenis,media,caption\n7,A1,1/1/2027,9,story,m.jpg,c\n"
    (row,) = read_sheet(csv_file(tmp_path, text)).rows
    assert row.cells["kode"] == "A1"


def test_row_numbers_are_those_the_spreadsheet_shows(tmp_path: Path) -> None:
    """A text over several lines is one row; blank rows count and are left out, as are rows of other columns only."""
    text = (
        "catatan,tanggal,jam,jenis,media,caption\n"
        '-,1/1/2027,9,story,a.jpg,"dua\nbaris, dengan ""kutip"""\n'
        "\n"
        " , ,,,\u200b,\n"
        "libur,,,,,\n"
        "-,2/1/2027,9,story,b.jpg,x\n"
    )
    rows = read_sheet(csv_file(tmp_path, text)).rows
    assert [row.number for row in rows] == [2, 6]
    assert rows[0].cells["caption"] == 'dua\nbaris, dengan "kutip"'


def test_a_row_torn_by_an_unquoted_separator_is_told_and_not_taken(tmp_path: Path) -> None:
    text = csv_text(ROW, ("A2", "25/11/2026", "10.00", "gambar", "b.jpg", "Halo, Sobat", "draf"))
    sheet = read_sheet(csv_file(tmp_path, text))
    assert [row.number for row in sheet.rows] == [2]
    (problem,) = sheet.problems
    assert str(problem) == (
        "Baris 3, kolom 8: tertulis “draf”, seharusnya kosong; beri tanda kutip di sekitar teks yang memuat "
        "pemisah kolom."
    )


def test_separators_at_a_rows_end_and_short_rows_do_no_harm(tmp_path: Path) -> None:
    text = csv_text((*ROW, "", "")) + "A2,26/11/2026\r\n"
    sheet = read_sheet(csv_file(tmp_path, text))
    assert [row.number for row in sheet.rows] == [2, 3]
    assert sheet.problems == ()


def test_missing_headers_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    message = refusal(csv_file(tmp_path, "tanggal,waktu,jenis,captoin\n1/1/2027,9,story,x\n"))
    assert "tidak punya kolom jam, media, caption" in message
    assert "tanggal, waktu, jenis, captoin" in message
    assert "kosong" in refusal(csv_file(tmp_path, "\u200b\n"))


def test_a_header_that_stands_twice_is_named(tmp_path: Path) -> None:
    message = refusal(
        csv_file(tmp_path, "tanggal,jam,jenis,media,caption,Caption\n1/1/2027,9,story,a.jpg,x,y\n")
    )
    assert "dua kolom caption" in message


def test_an_unclosed_quotation_mark_is_told_because_rows_would_vanish_into_it(tmp_path: Path) -> None:
    message = refusal(csv_file(tmp_path, csv_text(ROW, ('"A2', *ROW[1:]), ("A3", *ROW[1:]))))
    assert "tanda kutip tidak berpasangan" in message
    assert "baris 3" in message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rencana.csv", b"", "kosong"),
        ("rencana.csv", b" \n\n", "kosong"),
        ("rencana.xlsx", b"", "kosong"),
        ("rencana.csv", "kode;caption;é".encode("latin-1"), "bukan teks UTF-8"),
        ("rencana.csv", "kode\tcaption".encode("utf-16"), "bukan teks UTF-8"),
        ("rencana.csv", b"\x00\x01\x02", "bukan teks UTF-8"),
        ("rencana.csv", b"PK\x03\x04rest", "sebenarnya berkas Excel"),
        ("rencana.xlsx", b"kode,caption\n", "rusak"),
        ("rencana.xlsx", b"PK\x03\x04rest", "rusak"),
        ("rencana.xlsx", b"<html>login</html>", "rusak"),
        ("rencana.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kata sandi"),
        ("rencana.xls", b"x", "bukan CSV atau XLSX"),
        ("rencana.ods", b"x", "bukan CSV atau XLSX"),
        ("rencana", b"x", "bukan CSV atau XLSX"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_a_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    assert said in refusal(csv_file(tmp_path, content, name))


def test_a_missing_file_a_folder_and_an_unopenable_one_are_refused(tmp_path: Path) -> None:
    assert "tidak ditemukan" in refusal(tmp_path / "tidak-ada.csv")
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert "bukan berkas" in refusal(folder)
    assert "tidak dapat dibuka" in refusal(tmp_path / ("x" * 300 + ".csv"))


def test_a_hostile_file_name_stays_one_line(tmp_path: Path) -> None:
    assert "\u202e" not in refusal(tmp_path / "ren\ncana\u202e.csv")


def test_a_file_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rencana.csv"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    assert "lebih besar dari 50 MB" in refusal(path)


def test_more_rows_than_a_plan_has_are_refused(tmp_path: Path) -> None:
    text = "tanggal,jam,jenis,media,caption\n" + "a,b,c,d,e\n" * 50_001
    assert "lebih dari 50000 baris" in refusal(csv_file(tmp_path, text))


def test_an_xlsx_gives_dates_times_numbers_and_truth_values_as_such(tmp_path: Path) -> None:
    headers = (*HEADERS, "mendesak", "thumb_offset", "segmen")
    row = (7, NAIVE_DAY, time(9, 0), "gambar", "a.jpg", "Halo 👋", None, True, 1500.5, "")
    (read,) = read_sheet(xlsx_file(tmp_path, row, headers=headers)).rows
    assert read.cells == {
        "kode": 7,
        "tanggal": NAIVE_DAY,
        "jam": time(9, 0),
        "jenis": "gambar",
        "media": "a.jpg",
        "caption": "Halo 👋",
        "mendesak": True,
        "thumb_offset": 1500.5,
    }


def test_a_time_formatted_as_a_duration_is_a_time_and_a_longer_one_is_not(tmp_path: Path) -> None:
    rows = [
        (*ROW[:2], duration, *ROW[3:]) for duration in (timedelta(hours=9, minutes=30), timedelta(hours=30))
    ]
    first, second = read_sheet(xlsx_file(tmp_path, *rows)).rows
    assert first.cells["jam"] == time(9, 30)
    assert isinstance(plan_row(2, second.cells, accounts=("a",), zone=ZoneInfo("Asia/Jakarta")), tuple)


def test_a_formula_gives_the_value_that_was_last_calculated(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROW)
    rewritten = rewrite(
        path, "xl/worksheets/sheet1.xml", ROW[0], '<c r="A2" t="str"><f>"A"&amp;1</f><v>A1</v></c>'
    )
    (row,) = read_sheet(rewritten).rows
    assert row.cells["kode"] == "A1"


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
def test_a_formula_that_nobody_has_calculated_is_named(tmp_path: Path, value: str) -> None:
    cell = f'<c r="A2"><f>"A"&amp;1</f>{value}</c>'
    path = rewrite(xlsx_file(tmp_path, ROW, ("A2", *ROW[1:])), "xl/worksheets/sheet1.xml", ROW[0], cell)
    sheet = read_sheet(path)
    assert [row.number for row in sheet.rows] == [3]
    (problem,) = sheet.problems
    assert str(problem).startswith(
        "Baris 2, kolom kode: tertulis “rumus tanpa hasil”, seharusnya nilai; buka"
    )


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    cell = '<c r="A2" t="str"><f>IF(1=1,"","x")</f><v></v></c>'
    sheet = read_sheet(rewrite(xlsx_file(tmp_path, ROW), "xl/worksheets/sheet1.xml", ROW[0], cell))
    assert sheet.problems == ()
    assert "kode" not in sheet.rows[0].cells


def test_uncalculated_formulas_are_found_without_row_numbers_and_with_prefixes_across_blocks() -> None:
    namespace = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    filler = "<x:c><x:v>1</x:v></x:c>" * 60_000
    text = (
        f"<x:worksheet {namespace}><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c><x:f>A1</x:f></x:c></x:row>"
        f'<x:row r="5">{filler}</x:row><x:row><x:c r="AB6"><x:f>A1</x:f><x:v/></x:c>'
        '<x:c><x:f t="shared" si="0"/><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert uncalculated_cells(io.BytesIO(text.encode()), 100) == {(1, 1), (6, 27)}
    assert uncalculated_cells(io.BytesIO(text.encode()), 1) == {(1, 1)}
    plain = text.replace("x:f", "x:g")
    assert uncalculated_cells(io.BytesIO(plain.encode()), 100) == set()


def test_notes_with_formulas_beside_the_plan_are_nobodys_worry(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, (*ROW, "=SUM(A1:A9)"), headers=(*HEADERS, "catatan"))
    sheet = read_sheet(path)
    assert (len(sheet.rows), sheet.problems) == (1, ())


def test_boxes_drawn_down_a_column_do_not_make_empty_rows_a_plan(tmp_path: Path) -> None:
    headers = (*HEADERS, "mendesak")
    boxes = [(None,) * 7 + (False,)] * 5
    assert [
        row.number for row in read_sheet(xlsx_file(tmp_path, (*ROW, False), *boxes, headers=headers)).rows
    ] == [2]
    text = ",".join(headers) + "\n" + ",".join((*ROW, "FALSE")) + "\n" + ",,,,,,,FALSE\n" * 5
    assert [row.number for row in read_sheet(csv_file(tmp_path, text)).rows] == [2]


def rewrite(path: Path, member: str, shared: str, cell: str) -> Path:
    """Replaces the cell A2 (which holds `shared`) in the file's XML."""
    fresh = path.with_name("baru.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(fresh, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == member:
                start = content.index('<c r="A2"')
                end = content.index("</c>", start) + 4
                assert shared
                content = content[:start] + cell + content[end:]
            target.writestr(name, content)
    return fresh


def test_blank_and_merged_rows_are_skipped_and_numbers_kept(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROW)
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page.merge_cells("A3:G3")
    for column, value in enumerate(("A2", *ROW[1:]), 1):
        page.cell(6, column, value)
    page.add_data_validation(DataValidation(type="list", formula1='"draf,disetujui"'))
    book.save(path)
    assert [row.number for row in read_sheet(path).rows] == [2, 6]


def test_notes_beside_the_table_are_left_out(tmp_path: Path) -> None:
    sheet = read_sheet(xlsx_file(tmp_path, (*ROW, None, "catatan: tanya Bu Rina")))
    assert len(sheet.rows) == 1
    assert sheet.problems == ()


def test_the_worksheet_with_the_headers_is_read_and_further_ones_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Petunjuk"
    first["A1"] = "Cara mengisi"
    hidden = book.create_sheet("Lama")
    hidden.sheet_state = "hidden"
    for title in ("November", "Desember"):
        page = book.create_sheet(title)
        page.append(list(HEADERS))
        page.append([title, *ROW[1:]])
    hidden.append(list(HEADERS))
    book.create_sheet("Kosong")
    path = tmp_path / "rencana.xlsx"
    book.save(path)
    sheet = read_sheet(path)
    assert [row.cells["kode"] for row in sheet.rows] == ["November"]
    (problem,) = sheet.problems
    assert "“Desember”" in str(problem)
    assert "“November”" in str(problem)


def test_a_workbook_without_the_headers_says_which_are_missing(tmp_path: Path) -> None:
    assert "tidak punya kolom jam" in refusal(xlsx_file(tmp_path, headers=("tanggal", 5, None)))
    assert "judul yang ada: kosong" in refusal(xlsx_file(tmp_path, headers=()))


def test_a_workbook_with_only_chart_pages_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("Grafik").add_chart(BarChart())
    assert book.active is not None
    book.active.sheet_state = "hidden"
    book.active = 1
    path = tmp_path / "rencana.xlsx"
    book.save(path)
    assert "tidak punya lembar yang terlihat" in refusal(path)


def test_another_office_file_under_the_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rencana.xlsx"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("word/document.xml", "<x/>")
    assert "bukan lembar Excel" in refusal(path)


def test_a_workbook_that_unpacks_beyond_measure_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "rencana.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/workbook.xml", "<x/>")
        with container.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(401):
                member.write(bytes(1_000_000))
    tracemalloc.start()
    try:
        assert "terlalu besar setelah dibuka" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_is_read_or_refused_but_never_raises_anything_else(
    tmp_path: Path, place: float, byte: int, cut: bool
) -> None:
    content = bytearray(xlsx_file(tmp_path, ROW).read_bytes())
    at = int(place * len(content))
    if cut:
        del content[at:]
    else:
        content[at] = byte
    path = csv_file(tmp_path, bytes(content), "rusak.xlsx")
    try:
        assert isinstance(read_sheet(path), Sheet)
    except Misconfigured as error:
        assert error.cure  # noqa: PT017 -- either outcome is right


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["rencana.csv", "rencana.xlsx"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        assert isinstance(read_sheet(csv_file(tmp_path, content, name)), Sheet)
    except Misconfigured as error:
        assert error.cure  # noqa: PT017 -- either outcome is right


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_a_caption_comes_back_as_it_was_written(tmp_path: Path, caption: str) -> None:
    # What begins with "=" is written as a formula, and nobody has calculated it.
    row = (*ROW[:5], caption.replace("=", "").strip() or "x", ROW[6])
    quoted = tuple(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row)
    for path in (csv_file(tmp_path, csv_text(quoted)), xlsx_file(tmp_path, row)):
        (read,) = read_sheet(path).rows
        if "caption" in read.cells:
            assert read.cells["caption"] == row[5]


def test_ten_thousand_rows_are_read_and_planned(tmp_path: Path) -> None:
    rows = [
        (f"A{n}", "25/11/2026", "09.00", "gambar", "a.jpg", f"Halo {n} " + "x" * 200, "draf")
        for n in range(10_000)
    ]
    path = csv_file(tmp_path, csv_text(*rows))
    sheet = read_sheet(path)
    posts, problems = plan_sheet(sheet.rows, accounts=("polowijen",), zone=ZoneInfo("Asia/Jakarta"))
    assert len(posts) == 10_000
    assert problems == ()
    assert posts[9_999].caption.startswith("Halo 9999")
