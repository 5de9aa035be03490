"""XLSX files as Excel, LibreOffice, Google Sheets and scripts write them, part by part."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ig_worker.domain.errors import Misconfigured
from ig_worker.sheets import read_sheet
from ig_worker.sheets.table import Record
from ig_worker.sheets.xlsx_file import COLUMNS_MAX, xlsx_table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="5">
<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="hh\\.mm"/>
<numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="[Red]#,##0;[Blue]d"/>
<numFmt numFmtId="168" formatCode="&quot;hari&quot; 0"/></numFmts>
<cellStyleXfs><xf numFmtId="164"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/>
<xf numFmtId="168"/><xf numFmtId="22"/></cellXfs></styleSheet>"""


def naive(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc,arg-type]


def workbook(
    sheet: str,
    *,
    strings: str = "",
    styles: str = STYLES,
    properties: str = "",
    target: str = "worksheets/sheet1.xml",
) -> bytes:
    """A file with one page whose sheetData is `sheet`."""
    relationships = "".join(
        f'<Relationship Id="{name}" Type="{LINK}/{kind}" Target="{where}"/>'
        for name, kind, where in (
            ("rId1", "worksheet", target),
            *([("rId2", "sharedStrings", "sharedStrings.xml")] if strings else ()),
            *([("rId3", "styles", "/xl/styles.xml")] if styles else ()),
        )
    )
    made = io.BytesIO()
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{PARTS}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            *([("sharedStrings", "sharedStrings")] if strings else ()),
            *([("styles", "styles")] if styles else ()),
        )
    )
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}">{properties}'
            '<sheets><sheet name="Rencana" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{relationships}</Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            sheet if sheet.startswith("<") and "worksheet" in sheet else page(sheet),
        )
        if strings:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        if styles:
            archive.writestr("xl/styles.xml", styles)
    return made.getvalue()


def page(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def rows_of(content: bytes) -> list[Record]:
    return list(xlsx_table(content, "rencana.xlsx").records)


def cell(written: str, **parts: str) -> Any:
    """The one cell of a page."""
    rows = rows_of(workbook(f'<row r="1">{written}</row>', **parts))
    return rows[0][1][0] if rows else None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('<c r="A1"><v>5</v></c>', 5),
        ('<c r="A1"><v>-5</v></c>', -5),
        ('<c r="A1"><v>12.5</v></c>', 12.5),
        ('<c r="A1"><v>1E3</v></c>', 1000.0),
        ('<c r="A1"><v>1e999</v></c>', "#NUM!"),
        ('<c r="A1" t="n"><v>9007199254740993</v></c>', 9007199254740993),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="A1" t="str"><f>"a"</f><v>hasil</v></c>', "hasil"),
        ('<c r="A1" t="inlineStr"><is><t>langsung</t></is></c>', "langsung"),
        (
            '<c r="A1" t="inlineStr"><is><r><t>te</t></r><r><rPr/><t>bal </t></r></is></c>',
            "tebal ",
        ),
        ('<c r="A1" t="inlineStr"><is><t>kanji</t><rPh sb="0" eb="1"><t>baca</t></rPh></is></c>', "kanji"),
        ('<c r="A1" t="d"><v>2026-11-25T09:00:00</v></c>', naive(2026, 11, 25, 9)),
        ('<c r="A1" t="d"><v>2026-11-25</v></c>', date(2026, 11, 25)),
        ('<c r="A1" t="d"><v>09:30:00</v></c>', time(9, 30)),
        ('<c r="A1" t="str"><v>satu_x000D_&#10;dua_x005F_x0041_</v></c>', "satu\r\ndua_x0041_"),
        ("<c><v>7</v></c>", 7),
        ('<c r="A1"/>', None),
        ('<c r="A1"><v/></c>', None),
    ],
)
def test_every_kind_of_cell_is_what_a_person_sees(written: str, meant: Any) -> None:
    found = cell(written)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("style", "number", "meant"),
    [
        ("1", "46351", naive(2026, 11, 25)),
        ("1", "46351.375", naive(2026, 11, 25, 9)),
        ("6", "46351.3749999999", naive(2026, 11, 25, 9)),
        ("2", "0.395833333333333", time(9, 30)),
        ("2", "0", time(0)),
        ("3", "0.375", time(9)),
        ("3", "1.25", "30:00"),
        ("3", "-0.5", "-12:00"),
        ("4", "46351", 46351),
        ("5", "46351", 46351),
        ("0", "46351", 46351),
        ("99", "46351", 46351),
        ("1", "99999999", "#VALUE!"),
        ("1", "-700000", "#VALUE!"),
    ],
)
def test_numbers_are_dates_where_their_style_shows_dates(style: str, number: str, meant: Any) -> None:
    assert cell(f'<c r="A1" s="{style}"><v>{number}</v></c>') == meant


def test_a_workbook_from_an_old_mac_counts_from_1904() -> None:
    mac = '<workbookPr date1904="1"/>'
    assert cell('<c r="A1" s="1"><v>44889</v></c>', properties=mac) == naive(2026, 11, 25)


def test_without_styles_every_number_is_a_number() -> None:
    assert cell('<c r="A1" s="1"><v>46351</v></c>', styles="") == 46351


def test_shared_texts_keep_their_pieces_and_leave_out_how_they_are_spoken() -> None:
    strings = (
        "<si><t>satu</t></si><si/><si><r><t>du</t></r><r><t>a</t></r></si>"
        "<si><t>漢字</t><rPh sb='0' eb='1'><t>かんじ</t></rPh></si>"
        "<si><t xml:space='preserve'> tiga\n&lt;&amp;👩🏽‍⚕️</t></si>"
    )
    row = "".join(f'<c t="s"><v>{number}</v></c>' for number in range(5))
    ((_, cells),) = rows_of(workbook(f"<row>{row}</row>", strings=strings))
    assert cells == ("satu", "", "dua", "漢字", " tiga\n<&👩🏽‍⚕️")


def test_rows_and_cells_without_places_follow_each_other_and_gaps_stay() -> None:
    rows = (
        "<row><c><v>1</v></c><c r='C1'><v>3</v></c><c><v>4</v></c></row><row r='5'><c r='B5'><v>5</v></c></row>"
        "<row><c><v>6</v></c></row><row r='9.0'><c><v>9</v></c></row>"
    )
    assert rows_of(workbook(rows)) == [(1, (1, None, 3, 4)), (5, (None, 5)), (6, (6,)), (9, (9,))]


def test_cells_far_to_the_right_are_left_out() -> None:
    row = "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1'><v>2</v></c></row>"
    ((_, cells),) = rows_of(workbook(row))
    assert (cells[0], len(cells), set(cells[1:])) == (1, COLUMNS_MAX, {None})


@pytest.mark.parametrize(
    "target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "./worksheets/../worksheets/sheet1.xml"]
)
def test_the_page_is_found_however_its_place_is_written(target: str) -> None:
    assert rows_of(workbook("<row><c><v>1</v></c></row>", target=target)) == [(1, (1,))]


@pytest.mark.parametrize(
    "sheet",
    [
        '<row><c t="s"><v>5</v></c></row>',
        '<row><c r="5"><v>5</v></c></row>',
        '<row><c r="ABCD1"><v>5</v></c></row>',
        '<row r="x"><c><v>5</v></c></row>',
        "<row><c><v>lima</v></c></row>",
        "<row><c><v>NaN</v></c></row>",
        '<row><c t="d"><v>kapan-kapan</v></c></row>',
        "<row><c>",
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 1000}"><!ENTITY b "{"&a;" * 1000}"><!ENTITY c "{"&b;" * 1000}">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>&c;</v></c></row></sheetData></worksheet>',
    ],
)
def test_what_is_damaged_is_refused_in_a_line(tmp_path: Path, sheet: str) -> None:
    file = tmp_path / "rencana.xlsx"
    file.write_bytes(workbook(sheet if "DOCTYPE" in sheet else page(sheet)))
    with pytest.raises(Misconfigured, match="rusak atau bukan XLSX"):
        read_sheet(file)


def test_a_workbook_in_the_strict_dialect_is_refused_with_what_to_choose_instead(tmp_path: Path) -> None:
    file = tmp_path / "rencana.xlsx"
    usual = io.BytesIO(workbook("<row><c><v>1</v></c></row>"))
    with zipfile.ZipFile(usual) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.namelist():
            said = source.read(part).decode()
            strict = said.replace(MAIN, f"{STRICT}/spreadsheetml/main")
            target.writestr(part, strict.replace(LINK, f"{STRICT}/officeDocument/relationships"))
    with pytest.raises(Misconfigured, match="Strict Open XML") as refused:
        read_sheet(file)
    assert "Excel Workbook" in refused.value.cure


def test_parts_of_absurd_size_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "rencana.xlsx"
    file.write_bytes(workbook("", styles=STYLES + " " * 30_000_001))
    with pytest.raises(Misconfigured, match="terlalu besar setelah dibuka"):
        read_sheet(file)


def test_ten_thousand_rows_are_read_in_little_memory(tmp_path: Path, untraced_children: None) -> None:
    """The whole import may take 120 MB; what reads the sheet leaves most of them to what plans with it."""
    file = tmp_path / "rencana.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["kode", "tanggal", "jam", "jenis", "media", "caption", "status"])
        for number in range(1, 10_001):
            caption = f"Halo Sobat Sehat nomor {number}! " + "Jaga kesehatan ya. " * 8
            sheet.write_row(number, 0, [f"P-{number}", "", 0.375, "gambar", "a.jpg", caption, "draf"])
            sheet.write_datetime(number, 1, naive(2026, 11, 25), day)
    script = (
        "from pathlib import Path; from ig_worker.sheets import read_sheet\n"
        f"assert len(read_sheet(Path({str(file)!r})).rows) == 10_000\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 60_000  # kilobytes
