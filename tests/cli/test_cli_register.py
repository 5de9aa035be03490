"""The register book as a file: every case whole, nothing a formula, nothing of anybody's person for others."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values
from openpyxl import load_workbook

from ig_worker.domain.register import mask_people
from ig_worker.store import accounts, cases, chain, deadlines, journal, messages, notices

ISSUE_HEADS = (
    "Nomor", "Tanggal", "Jam", "Kanal", "Akun", "Isi", "Jenis", "Topik", "Unit", "Rencana tindak lanjut",
    "Tindak lanjut", "Selesai", "Umpan balik", "Lama", "Petugas",
)  # fmt: skip
FORMULAS = (
    "=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0", " =1+1", "\u200b=1+1",
    "x;=1+1", '"=1+1', "-antre", "https://example.org", "%0A=1", "﹦1+1", "﹫SUM(A1)", "a\u2028=1+1",
)  # fmt: skip
LONG = "Antre dari subuh 😡 " + "lama sekali menunggu " * 103 + "UJUNGNYA"
PDFTOTEXT = shutil.which("pdftotext")


def open_case(
    centre: Installation, number: int, text: str, *, at: datetime = NOW, status: str = "new", **changes: Any
) -> int:
    """A case with one message and two deadlines."""
    label = changes.get("label", "keluhan")
    with centre.writing() as connection:
        message_id = messages.add(
            connection,
            message_values(
                text, ig_id=f"m{number}", label=label, first_seen_at=at, sent_at=at, author="bunda_rara"
            ),
        )
        assert message_id is not None
        values = {
            "number": f"K-2026-{number:04d}", "account": "polowijen", "label": label, "topic": "antrean",
            "unit": "pendaftaran", "severity": "biasa", "channel": "comment", "author": "bunda_rara", "opened_at": at,
            **changes,
        }  # fmt: skip
        due = [("acknowledge", at + timedelta(days=1)), ("resolve", at + timedelta(days=3))]
        case_id = cases.open_case(connection, values, due, at)
        connection.exec_driver_sql(f"UPDATE cases SET status = '{status}' WHERE id = {case_id}")
        cases.join(connection, case_id, message_id)
        piece = {
            "case_id": case_id, "message_id": message_id, "account": "polowijen", "sha256": "a" * 64,
            "path": f"evidence/2026/K-2026-{number:04d}/{message_id}.png", "json_path": "x.json",
            "json_sha256": "b" * 64, "made_at": at,
        }  # fmt: skip
        chain.hang(connection, piece)
    return case_id


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The lines of the sheet Register by their heads."""
    heads, *rows = load_workbook(path)["Register"].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def pdf_text(path: Path) -> str:
    """What a program reads in a PDF, without what is there for breaking lines only."""
    if PDFTOTEXT is None:
        pytest.skip("no pdftotext on this machine; Debian has it in the package poppler-utils")
    done = subprocess.run([PDFTOTEXT, "-layout", path, "-"], capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return done.stdout.replace("\u200b", "")


def test_a_line_has_what_the_centres_write_into_their_books(centre: Installation) -> None:
    done_at = NOW + timedelta(hours=49)
    case_id = open_case(
        centre, 1, "Antre dari subuh", plan="Tambah loket", follow_up="Loket 3 dibuka", answer="Maaf, Bunda",
        assigned_to="Bu Ani", acknowledged_at=NOW + timedelta(hours=2), resolved_at=done_at, closed_at=done_at,
        status="resolved",
    )  # fmt: skip
    with centre.writing() as connection:
        deadlines.meet(connection, case_id, "resolve", done_at)
    centre.set_clock(NOW + timedelta(days=9))
    done = centre("cases", "export", "--format", "xlsx", "--month", "2026-11")
    assert (done.status, done.err) == (0, "")
    path = centre.folder / "var" / "reports" / "register-2026-11.xlsx"
    assert done.out == f"{path}\n"
    (row,) = rows_of(path)
    assert set(ISSUE_HEADS) <= set(row)
    assert {head: row[head] for head in (*ISSUE_HEADS, "No", "Klasifikasi LAPOR", "Pelapor")} == {
        "No": 1,
        "Nomor": "K-2026-0001",
        "Tanggal": datetime(2026, 11, 25),  # noqa: DTZ001
        "Jam": time(7, 30),
        "Kanal": "Komentar",
        "Akun": "polowijen",
        "Pelapor": "b•••a",
        "Isi": "Antre dari subuh",
        "Jenis": "Keluhan",
        "Klasifikasi LAPOR": "Pengaduan",
        "Topik": "Antrean",
        "Unit": "Pendaftaran",
        "Rencana tindak lanjut": "Tambah loket",
        "Tindak lanjut": "Loket 3 dibuka",
        "Selesai": datetime(2026, 11, 27, 8, 30),  # noqa: DTZ001
        "Umpan balik": "Maaf, Bunda",
        "Lama": "2 hari kerja (2 hari 1 jam)",
        "Petugas": "Bu Ani",
    }
    assert (row["Lama (jam kerja)"], row["Selesai tepat waktu"], row["Tanggapan tepat waktu"]) == (
        14,
        "Ya",
        "Ya",
    )
    assert row["Bukti"] == f"evidence/2026/K-2026-0001/1.png · {'a' * 16}"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(centre: Installation, text: str) -> None:
    open_case(
        centre,
        1,
        text,
        plan=text,
        follow_up=text,
        answer=text,
        assigned_to=text,
        reason=text,
        status="rejected",
    )
    path = centre.folder / "buku.xlsx"
    assert centre("cases", "export", "-o", path).status == 0
    cells = [cell for row in load_workbook(path)["Register"].iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    # "@SUM" could be somebody's name, and is masked like one.
    assert rows_of(path)[0]["Umpan balik"].replace("\r", "\n") == mask_people(text).replace("\r", "\n")
    said = centre("cases", "export", "--format", "csv", "-o", "-").out
    # A program that expects semicolons or tabs cuts at other places; there, too, nothing begins like a formula.
    for delimiter in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(said.removeprefix("\ufeff")), delimiter=delimiter):
            lines = [line.strip('\u200b \t\r\n"') for cell in row for line in cell.splitlines()]
            assert not [line for line in lines if line[:1] in {*"=+-@", "＝", "﹦", "﹫"} and line], delimiter


def test_the_csv_is_what_programs_expect(centre: Installation) -> None:
    open_case(centre, 1, 'Kata "mereka", lama\nsekali')
    path = centre.folder / "buku.csv"
    assert centre("cases", "export", "--output", path).status == 0
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfNo,Nomor,Tanggal,")
    (row,) = csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert (row["Isi"], row["Tanggal"], row["Jam"]) == ('Kata "mereka", lama\nsekali', "2026-11-25", "07:30")
    assert row["Batas penyelesaian"] == "2026-11-28 07:30"


def test_the_paper_is_complete(centre: Installation) -> None:
    for number in range(1, 26):
        open_case(centre, number, f"{LONG}{number}", answer="سنصلح ذلك 🙏" if number == 3 else "")
    path = centre.folder / "buku.pdf"
    assert centre("cases", "export", "-o", path).status == 0
    text = pdf_text(path)
    assert [number for number in range(1, 26) if f"K-2026-{number:04d}" not in text] == []
    assert [number for number in range(1, 26) if f"UJUNGNYA{number}" not in text] == []
    pages = text.count("\f")
    assert [f"Halaman {page} dari {pages}" in text for page in range(1, pages + 1)] == [True] * pages
    assert text.count("No, nomor,") == pages - 1  # the head row on every page but that of the sums
    with centre.writing() as connection:
        assert chain.head(connection, "polowijen") in text
    for said in ("Petugas", "PJ Mutu", "Kepala Puskesmas", "Dicetak pada 25/11/2026 07.30 WIB"):
        assert said in text


def test_the_same_cases_give_the_same_bytes(centre: Installation) -> None:
    open_case(centre, 1, "Antre 😡")
    made = {}
    for form in ("xlsx", "csv", "pdf"):
        for name in ("a", "b"):
            path = centre.folder / f"{name}.{form}"
            assert centre("cases", "export", "-o", path).status == 0
            made[path.name] = path.read_bytes()
    assert [form for form in ("xlsx", "csv", "pdf") if made[f"a.{form}"] != made[f"b.{form}"]] == []


def test_numbers_of_persons_are_for_those_entitled(centre: Installation) -> None:
    open_case(centre, 1, "NIK saya 3573012345678901, WA 0812-3456-7890", answer="Kami telepon 081234567890")
    for form in ("xlsx", "csv", "pdf"):
        path = centre.folder / f"buku.{form}"
        assert centre("cases", "export", "-o", path).status == 0
        said = (
            pdf_text(path)
            if form == "pdf"
            else str(rows_of(path))
            if form == "xlsx"
            else path.read_text("utf-8")
        )
        assert "345678" not in said.replace("-", "").replace(" ", "")
        assert "bunda_rara" not in said
    refused = centre("cases", "export", "--full")
    assert (refused.status, "say with --by NAME who takes it" in refused.line) == (2, True)
    path = centre.folder / "lengkap.xlsx"
    assert centre("cases", "export", "--full", "--by", "Bu Ani", "-o", path).status == 0
    assert rows_of(path)[0]["Isi"] == "NIK saya 3573012345678901, WA 0812-3456-7890"
    assert rows_of(path)[0]["Pelapor"] == "bunda_rara"
    assert path.stat().st_mode & 0o777 == 0o600
    with centre.writing() as connection:
        (entry,) = journal.of(connection, "register")
    assert (entry.who, entry.what) == ("Bu Ani", "took the full register: all, all accounts, xlsx, 1 cases")


def test_a_month_holds_the_cases_opened_in_it_by_the_centres_clock(centre: Installation) -> None:
    open_case(centre, 1, "masih Oktober", at=datetime(2026, 10, 31, 16, 59, tzinfo=UTC))
    open_case(centre, 2, "sudah November", at=datetime(2026, 10, 31, 17, 0, tzinfo=UTC))
    open_case(centre, 3, "masih November", at=datetime(2026, 11, 30, 16, 59, tzinfo=UTC), label="saran")
    path = centre.folder / "buku.xlsx"
    assert centre("cases", "export", "--month", "2026-11", "-o", path).status == 0
    assert [row["Isi"] for row in rows_of(path)] == ["sudah November", "masih November"]
    sums = {str(row[0]): row[1] for row in load_workbook(path)["Rekap"].iter_rows(values_only=True) if row[0]}
    assert (sums["Kasus"], sums["Belum selesai dari waktu sebelumnya"], sums["Nomornya"]) == (
        2,
        1,
        "K-2026-0001",
    )
    assert (sums["Pengaduan"], sums["Aspirasi"]) == (1, 1)


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "November", "2026-1", "202611", "٢٠٢٦-11"])
def test_a_month_that_is_none_is_a_wrong_command(centre: Installation, month: str) -> None:
    done = centre("cases", "export", "--month", month)
    assert (done.status, "--month: found" in done.line) == (2, True)


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
def test_an_empty_month_gives_an_empty_register_that_says_so(centre: Installation, form: str) -> None:
    path = centre.folder / f"kosong.{form}"
    done = centre("cases", "export", "--format", form.upper(), "--month", "2026-09", "-o", path)
    assert (done.status, done.out) == (0, f"{path}\n")
    assert "No case was opened in 2026-09" in done.err
    if form == "pdf":
        assert "Tidak ada keluhan atau saran yang masuk (September 2026)." in pdf_text(path)
    elif form == "xlsx":
        assert rows_of(path) == []
    else:
        assert len(path.read_text("utf-8").splitlines()) == 1


def test_what_became_of_a_case_stands_beside_it(centre: Installation) -> None:
    open_case(centre, 1, "bukan keluhan", status="rejected", reason="Salah alamat", closed_at=NOW)
    open_case(centre, 2, "sama lagi", status="merged", merged_into="K-2026-0001", closed_at=NOW)
    open_case(centre, 3, "ditarik", reopened=2)
    with centre.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE messages SET redacted_at = '2026-11-25 01:00:00.000000', text = '' WHERE id = 3"
        )
    path = centre.folder / "buku.xlsx"
    centre("cases", "export", "-o", path)
    rows = rows_of(path)
    assert [row["Status"] for row in rows] == ["Ditolak", "Digabung", "Baru"]
    assert rows[0]["Keterangan"] == "Ditolak: Salah alamat."
    assert rows[1]["Keterangan"] == "Digabung ke K-2026-0001."
    assert rows[2]["Isi"] == "[pesan ditarik pengirim]"
    assert rows[2]["Keterangan"] == "Dibuka kembali 2 kali: orangnya menulis lagi. Pesan ditarik pengirim."


def test_what_no_file_can_hold_leaves_a_sign(centre: Installation) -> None:
    open_case(centre, 1, "esc\x1b bel\x07 rlo\u202e ffff\uffff aman", answer="x" * 40_000)
    path = centre.folder / "buku.xlsx"
    assert centre("cases", "export", "--full", "--by", "Ani", "-o", path).status == 0
    (row,) = rows_of(path)
    assert row["Isi"] == "esc␛ bel␇ rlo� ffff� aman"
    assert row["Umpan balik"].endswith("(dipotong, teks lengkapnya ada di kasusnya)")
    assert len(row["Umpan balik"]) == 32_767


def test_a_folder_that_is_not_there_is_named_and_nothing_is_left_behind(centre: Installation) -> None:
    done = centre("cases", "export", "-o", centre.folder / "tidak" / "ada.xlsx")
    assert (done.status, "there is no folder" in done.line) == (1, True)
    inside = centre.folder / "reports"
    inside.mkdir()
    assert centre("cases", "export", "-o", inside).out == f"{inside / 'register-semua.xlsx'}\n"
    assert [file.name for file in inside.iterdir()] == ["register-semua.xlsx"]


@pytest.mark.slow
def test_libreoffice_opens_the_workbook_and_finds_texts(centre: Installation, tmp_path: Path) -> None:
    reader = shutil.which("soffice")
    if reader is None:
        pytest.skip("no soffice on this machine; Debian has it in the package libreoffice-calc-nogui")
    for number, text in enumerate(FORMULAS, 1):
        open_case(centre, number, text)
    path = centre.folder / "buku.xlsx"
    centre("cases", "export", "-o", path)
    command = [
        reader,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        # Else it writes into its own folder where it may (root), and fails where somebody has who left that unreadable.
        f"-env:UNO_SHARED_PACKAGES_CACHE=file://{tmp_path}/shared",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1",
        path,
    ]
    subprocess.run(
        command,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    said = [
        row["Isi"]
        for row in csv.DictReader(io.StringIO((tmp_path / "buku.csv").read_text("utf-8"), newline=""))
    ]
    assert [text.strip() for text in said] == [
        mask_people(text).replace("\r", "\n").strip() for text in FORMULAS
    ]


def test_the_sums_have_charts_of_their_own_kind(centre: Installation) -> None:
    open_case(centre, 1, "Antre dari subuh")
    path = centre.folder / "buku.xlsx"
    assert centre("cases", "export", "-o", path).status == 0
    with zipfile.ZipFile(path) as parts:
        charts = sorted(name for name in parts.namelist() if name.startswith("xl/charts/chart"))
        assert [name for name in charts if b"Rekap" in parts.read(name)] == charts
    assert len(charts) == 2
    sheet = load_workbook(path)["Register"]
    setup = (
        sheet.page_setup.orientation,
        sheet.page_setup.paperSize,
        sheet.print_title_rows,
        sheet.freeze_panes,
    )
    assert setup == ("landscape", 9, "$1:$1", "C2")


def test_what_is_no_file_is_left_alone(centre: Installation) -> None:
    pipe = centre.folder / "pipa"
    os.mkfifo(pipe)
    done = centre("cases", "export", "-o", pipe)
    assert (done.status, "is no ordinary file" in done.line, pipe.is_fifo()) == (1, True, True)


def test_last_months_register_comes_by_itself(centre: Installation) -> None:
    with centre.config.open("a", encoding="utf-8") as config:
        config.write('report = ["mailto://a:b@mail.example.org?to=kepala@example.org"]\n')
    open_case(centre, 1, "Antre dari subuh")
    with centre.writing() as connection:
        accounts.first_polled(connection, "polowijen", NOW)
    centre.set_clock(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    for _ in range(2):
        assert centre("run-once", "report").status == 0
    reports = centre.folder / "var" / "reports"
    assert sorted(file.name for file in reports.glob("buku*")) == [
        "buku-register-2026-11.pdf",
        "buku-register-2026-11.xlsx",
    ]
    assert "K-2026-0001" in pdf_text(reports / "buku-register-2026-11.pdf")
    with centre.writing() as connection:
        letters = [notice.row for notice in notices.due(connection, NOW + timedelta(days=9))]
    assert [row.title for row in letters if row.key == "register:2026-11"] == [
        "Buku register keluhan dan saran, November 2026"
    ]
