"""The planning sheet at Google, against a stand-in of its API: read, marked, sorted meanwhile, refused, silent."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from fakes.google_sheets import EMAIL, SPREADSHEET, Google, Moment, Tab, Trouble, google_running
from ig_worker.domain.errors import IgWorkerError, Misconfigured, Silence, Throttled, Unanswered
from ig_worker.sheets import Sheet, SheetRow
from ig_worker.sheets.__main__ import answer
from ig_worker.sheets.google_door import GoogleDoor
from ig_worker.sheets.online import GoogleSheet, mark_of
from ig_worker.sheets.reading import understood
from ig_worker.sheets.spreadsheet import harmless, read_worksheet, write_marks
from ig_worker.sheets.table import Table

HEADERS = ["kode", "tanggal", "jam", "jenis", "media", "caption", "status"]
SOURCE = f"Google Sheets {SPREADSHEET}#0"
NO_MARKS = {"status_ig": "", "tautan": "", "galat": ""}


def row(kode: str = "P-01", caption: str = "Halo") -> list[Any]:
    return [kode, Moment(46351, "25/11/2026"), Moment(0.375, "09.00"), "gambar", "a.jpg", caption, "draf"]


def plan(*rows: Sequence[Any], headers: Sequence[Any] = HEADERS, **more: Any) -> Tab:
    return Tab(more.pop("title", "Rencana"), [list(headers), *(list(each) for each in rows)], **more)


@pytest.fixture
def google() -> Iterator[Google]:
    with google_running() as running:
        yield running


class Place:
    """The sheet as the worker sees it, without the process around it."""

    def __init__(self, google: Google, folder: Path) -> None:
        self.google = google
        self.credentials_file = google.write_credentials(folder)

    def job(self, **more: Any) -> dict[str, Any]:
        return {
            "spreadsheet": SPREADSHEET,
            "worksheet": "",
            "credentials_file": str(self.credentials_file),
            "base_url": self.google.address,
            **more,
        }

    def door(self) -> GoogleDoor:
        return GoogleDoor(self.credentials_file, base_url=self.google.address)

    def sheet(self, **changes: Any) -> GoogleSheet:
        given = {"credentials_file": self.credentials_file, "base_url": self.google.address} | changes
        return GoogleSheet(given.pop("spreadsheet", SPREADSHEET), **given)

    def cells(self, worksheet: str = "", spreadsheet: str = SPREADSHEET) -> list[list[Any]]:
        return [list(each) for each in read_worksheet(self.door(), spreadsheet, worksheet).rows]

    def read(self) -> Sheet:
        """What GoogleSheet reads, without the process between."""
        worksheet = read_worksheet(self.door(), SPREADSHEET, "")
        return understood(Table(iter(enumerate(worksheet.rows, 1))), worksheet.title)

    def write(self, marks: Mapping[str, Mapping[str, str]]) -> int:
        """What GoogleSheet marks, without the process between."""
        door = self.door()
        return write_marks(door, read_worksheet(door, SPREADSHEET, ""), marks)

    def mark(self, *marks: dict[str, str]) -> int:
        """Mark the rows, in the order in which the sheet has them at the first reading."""
        named = {
            mark_of(each.cells): NO_MARKS | mark for each, mark in zip(self.read().rows, marks, strict=True)
        }
        return self.write(named)


@pytest.fixture
def place(google: Google, tmp_path: Path) -> Place:
    return Place(google, tmp_path)


# Reading


def test_a_sheet_is_read_as_a_person_means_it(google: Google, place: Place) -> None:
    google.tabs = [
        plan(
            ["P-01", Moment(46351, "11/25/2026"), Moment(0.3, "07.12"), "gambar", "a.jpg", "=Halo", True],
            [],
            ["P-02", "25-11-2026", "09.00", "story", "b.jpg", 1500, 12.5],
            [
                Moment(46351, "25-Nov"),
                Moment(46351.375, "25/11/2026 09.00"),
                Moment(0.999999, "24.00"),
                "",
                "x",
                "y",
            ],
        )
    ]
    sheet = place.sheet().read()
    assert sheet == Sheet(
        SOURCE,
        (
            SheetRow(
                2,
                dict(
                    zip(
                        HEADERS,
                        ["P-01", date(2026, 11, 25), time(7, 12), "gambar", "a.jpg", "=Halo", True],
                        strict=True,
                    )
                ),
            ),
            SheetRow(
                4,
                dict(
                    zip(HEADERS, ["P-02", "25-11-2026", "09.00", "story", "b.jpg", 1500, 12.5], strict=True)
                ),
            ),
            SheetRow(
                5,
                {
                    "kode": date(2026, 11, 25),
                    "tanggal": datetime(2026, 11, 25, 9, tzinfo=UTC).replace(tzinfo=None),
                    "jam": datetime(1899, 12, 31, tzinfo=UTC).replace(tzinfo=None),
                    "media": "x",
                    "caption": "y",
                },
            ),
        ),
        (),
    )


def test_columns_of_ours_and_others_are_no_part_of_the_plan(google: Google, place: Place) -> None:
    google.tabs = [
        plan(
            [*row(), "terbit", "https://www.instagram.com/p/x/", "", "catatan"],
            headers=[*HEADERS, "Status IG", "tautan", "galat", "catatan"],
        )
    ]
    (read,) = place.sheet().read().rows
    assert set(read.cells) == set(HEADERS)


def test_boxes_drawn_down_a_column_do_not_make_empty_rows_a_plan(google: Google, place: Place) -> None:
    google.tabs = [
        plan([*row(), False], *[["", "", "", "", "", "", "", False]] * 50, headers=[*HEADERS, "mendesak"])
    ]
    assert [each.number for each in place.sheet().read().rows] == [2]


def test_the_worksheet_is_the_one_named_else_the_addresss_else_the_first_that_people_see(
    google: Google, place: Place
) -> None:
    google.tabs = [
        Tab("Lama", [["lama"]], gid=5, hidden=True),
        Tab("Grafik", [], gid=6, sheet_type="OBJECT"),
        Tab("Rencana 'Nov'", [["pertama"]], gid=7),
        Tab("A1", [["kedua"]], gid=8),
    ]
    address = f"https://docs.google.com/spreadsheets/d/{SPREADSHEET}/edit"
    assert place.cells() == [["pertama"]]
    assert place.cells("A1") == [["kedua"]]
    assert place.cells(spreadsheet=f"{address}?usp=sharing") == [["pertama"]]
    assert place.cells(spreadsheet=f"{address}?gid=8#gid=8") == [["kedua"]]
    assert place.cells("Lama", f"{address}#gid=8") == [["lama"]]
    with pytest.raises(Misconfigured, match=r"Lembar “Desember” tidak ada .*“Lama”, “Rencana 'Nov'”, “A1”"):
        place.cells("Desember")


@pytest.mark.parametrize(
    "written", ["rencana.xlsx", "https://example.org/spreadsheets/d/" + SPREADSHEET, "x" * 10]
)
def test_what_is_no_address_of_a_spreadsheet_is_refused(place: Place, written: str) -> None:
    with pytest.raises(Misconfigured, match="bukan alamat Google Spreadsheet"):
        place.cells(spreadsheet=written)


def test_a_row_typed_between_the_two_readings_is_read_again(google: Google, place: Place) -> None:
    google.tabs = [plan(row())]
    readings = 0

    def somebody_types(call: str) -> None:
        nonlocal readings
        readings += "/values/" in call
        if readings == 2:
            google.tabs[0].rows[1][5] = "Halo, Bunda"

    google.before = somebody_types
    assert place.cells()[1][5] == "Halo, Bunda"
    assert readings == 4


def test_a_sheet_that_never_rests_is_left_for_later(google: Google, place: Place) -> None:
    google.tabs = [plan(row())]

    def somebody_types(call: str) -> None:
        google.tabs[0].rows[1][5] += "!"

    google.before = somebody_types
    with pytest.raises(Unanswered, match="terus diubah"):
        place.cells()


@pytest.mark.parametrize("rows", [[], [[""]], [["", ""], []]])
def test_an_empty_sheet_is_refused_as_one_without_headers(
    google: Google, place: Place, rows: list[list[str]]
) -> None:
    google.tabs = [Tab("Rencana", rows)]
    with pytest.raises(Misconfigured, match="tidak punya kolom tanggal"):
        place.sheet().read()


def test_a_number_beyond_the_calendar_stays_a_number(google: Google, place: Place) -> None:
    google.tabs = [Tab("Rencana", [[Moment(9e9, "####"), Moment(-3.0, "####"), 7]])]
    assert place.cells() == [[9e9, -3.0, 7]]


# Marking


def test_the_columns_are_made_at_the_right_end_and_filled(google: Google, place: Place) -> None:
    google.tabs = [plan(row("P-01"), row("P-02"), columns=8)]
    google.tabs[0].rows[1].append("catatan tanpa judul")
    changed = place.mark(
        {"status_ig": "terbit", "tautan": "https://www.instagram.com/p/x/"},
        {"status_ig": "ditahan", "galat": "kolom caption: kosong"},
    )
    assert changed == 3 + 4
    tab = google.tabs[0]
    assert tab.rows[0] == [*HEADERS, "", "status_ig", "tautan", "galat"]
    assert tab.column("status_ig") == ["terbit", "ditahan"]
    assert tab.column("tautan") == ["https://www.instagram.com/p/x/", ""]
    assert tab.column("galat") == ["", "kolom caption: kosong"]
    assert tab.columns == 11


def test_columns_are_found_by_their_headers_wherever_they_are(google: Google, place: Place) -> None:
    google.tabs = [plan(["", *row()], headers=["Galat", *HEADERS, "Status-IG", "TAUTAN"])]
    place.mark({"status_ig": "draf", "galat": "menunggu"})
    assert google.tabs[0].rows[1][0] == "menunggu"
    assert google.tabs[0].rows[1][8] == "draf"
    assert google.tabs[0].rows[0] == ["Galat", *HEADERS, "Status-IG", "TAUTAN"]


def test_only_what_changed_is_written_in_one_call(google: Google, place: Place) -> None:
    google.tabs = [plan(*(row(f"P-{number:02}") for number in range(30)))]
    place.mark(*[{"status_ig": "draf"}] * 30)
    google.calls.clear()
    assert place.mark(*[{"status_ig": "draf"}] * 29, {"status_ig": "terbit"}) == 1
    assert [call for call in google.calls if call.startswith("POST /v4")] == [
        "POST /v4/spreadsheets/ID/values:batchUpdate"
    ]
    google.calls.clear()
    assert place.mark(*[{"status_ig": "draf"}] * 29, {"status_ig": "terbit"}) == 0
    assert [call for call in google.calls if call.startswith("POST /v4")] == []


def test_rows_that_somebody_sorted_get_their_own_marks(google: Google, place: Place) -> None:
    google.tabs = [plan(*(row(f"P-{number}", f"Halo {number}") for number in range(5)))]
    read = place.read()
    marks = {mark_of(each.cells): NO_MARKS | {"status_ig": str(each.cells["kode"])} for each in read.rows}
    google.tabs[0].rows[1:] = [*reversed(google.tabs[0].rows[1:]), row("P-new")]
    del google.tabs[0].rows[2]
    assert place.write(marks) == 3 + 4
    assert google.tabs[0].column("kode") == ["P-4", "P-2", "P-1", "P-0", "P-new"]
    assert google.tabs[0].column("status_ig") == ["P-4", "P-2", "P-1", "P-0", ""]


def test_marks_that_met_a_sorting_hand_are_put_right_at_the_next_look(google: Google, place: Place) -> None:
    google.tabs = [plan(*(row(f"P-{number}", f"Halo {number}") for number in range(4)))]
    marks = {
        mark_of(each.cells): NO_MARKS | {"status_ig": str(each.cells["kode"])} for each in place.read().rows
    }

    def somebody_sorts(call: str) -> None:
        if call.startswith("POST /v4"):
            google.tabs[0].rows[1:] = reversed(google.tabs[0].rows[1:])
            google.before = lambda _call: None

    google.before = somebody_sorts
    assert place.write(marks) == 3 + 4
    assert google.tabs[0].column("status_ig") != google.tabs[0].column("kode")
    assert place.write(marks) == 4
    assert google.tabs[0].column("status_ig") == google.tabs[0].column("kode") == ["P-3", "P-2", "P-1", "P-0"]
    assert place.write(marks) == 0


def test_a_row_that_was_edited_keeps_what_it_had(google: Google, place: Place) -> None:
    google.tabs = [plan([*row(), "draf"], headers=[*HEADERS, "status_ig"])]
    read = place.read()
    google.tabs[0].rows[1][5] = "Teks baru"
    place.write({mark_of(read.rows[0].cells): NO_MARKS | {"status_ig": "terbit"}})
    assert google.tabs[0].column("status_ig") == ["draf"]


def test_a_row_whose_plan_is_gone_loses_its_marks_but_not_a_link_of_its_own(
    google: Google, place: Place
) -> None:
    headers = [*HEADERS, "status_ig", "tautan", "galat"]
    empty = [""] * 7
    google.tabs = [
        plan(
            [*empty, "terbit", "https://www.instagram.com/p/x/", "lama"],
            [*empty, "", "https://contoh.example/poster", ""],
            row(),
            headers=headers,
        )
    ]
    place.mark({"status_ig": "draf"})
    assert google.tabs[0].column("status_ig") == ["", "", "draf"]
    assert google.tabs[0].column("tautan") == ["", "https://contoh.example/poster", ""]
    assert google.tabs[0].column("galat") == ["", "", ""]


@pytest.mark.parametrize("text", ["=IMPORTXML(1)", "+62812", "-1", "@cmd", "\t=1", " =1", "\u202e=1", "'=1"])
def test_what_is_written_is_never_a_formula(google: Google, place: Place, text: str) -> None:
    google.tabs = [plan(row())]
    place.mark({"galat": text})
    (written,) = google.tabs[0].column("galat")
    assert isinstance(written, str)
    assert written[0] == "'"
    assert place.mark({"galat": text}) == 0


def test_marks_are_one_short_line() -> None:
    assert harmless("satu\ndua\x00\u202e tiga ") == "satu dua tiga"
    assert len(harmless("x" * 3000)) == 500


# Refusals


def trouble(code: int, status: str, message: str, **more: Any) -> Any:
    def raise_it(_call: str) -> None:
        raise Trouble(code, status, message, **more)

    return raise_it


LOGGED_IN = lambda _call: None  # noqa: E731 -- the first call, which logs in, goes well


@pytest.mark.parametrize(
    ("fault", "kind", "said", "cure"),
    [
        (
            trouble(403, "PERMISSION_DENIED", "The caller does not have permission"),
            Misconfigured,
            "belum dibagikan",
            EMAIL,
        ),
        (trouble(401, "UNAUTHENTICATED", "Invalid Credentials"), Misconfigured, "belum dibagikan", EMAIL),
        (
            trouble(
                403,
                "PERMISSION_DENIED",
                "Google Sheets API has not been used",
                details=[{"reason": "SERVICE_DISABLED"}],
            ),
            Misconfigured,
            "belum diaktifkan",
            "Google Cloud Console",
        ),
        (
            trouble(404, "NOT_FOUND", "Requested entity was not found."),
            Misconfigured,
            "tidak ditemukan",
            "[planner] spreadsheet",
        ),
        (
            trouble(400, "FAILED_PRECONDITION", "This operation is not supported for this document"),
            Misconfigured,
            "bukan Google Spreadsheet",
            "Simpan sebagai Google Spreadsheet",
        ),
        (
            trouble(400, "INVALID_ARGUMENT", "You are trying to edit a protected cell"),
            Misconfigured,
            "dilindungi",
            EMAIL,
        ),
        (trouble(400, "INVALID_ARGUMENT", "Unable to parse range"), Unanswered, "di luar dugaan", ""),
        (trouble(500, "INTERNAL", "Internal error encountered."), Unanswered, "Internal error", ""),
        (trouble(503, "UNAVAILABLE", "The service is currently unavailable."), Unanswered, "unavailable", ""),
        (lambda _call: (502, b"<html>Bad Gateway"), Unanswered, "HTTP 502", ""),
        (lambda _call: (200, b"<html>Masuk ke WiFi Puskesmas</html>"), Unanswered, "HTTP 200", ""),
        (lambda _call: (200, []), Unanswered, "HTTP 200", ""),
        (lambda _call: (200, {"sheets": [{}]}), Unanswered, "tidak terbaca", ""),
        (lambda _call: (200, {"sheets": [{"properties": {"title": "x"}}]}), Unanswered, "tidak terbaca", ""),
    ],
)
def test_every_refusal_says_what_it_means_and_what_to_do(
    google: Google, place: Place, fault: Any, kind: type[IgWorkerError], said: str, cure: str
) -> None:
    google.faults = [LOGGED_IN, fault]
    with pytest.raises(kind) as caught:
        place.cells()
    assert said in str(caught.value)
    assert cure in caught.value.cure
    assert "\n" not in str(caught.value)


def test_too_many_calls_are_answered_with_a_pause(google: Google, place: Place) -> None:
    google.faults = [
        LOGGED_IN,
        trouble(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'"),
    ]
    with pytest.raises(Throttled) as caught:
        place.sheet().read()
    assert caught.value.wait_seconds == 60


def test_nobody_at_the_other_end_is_silence(google: Google, place: Place) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Silence, match="tidak menjawab"):
            place.sheet(base_url=nobody).read()
        place.credentials_file = google.write_credentials(place.credentials_file.parent, token_uri=nobody)
        with pytest.raises(Silence, match="tidak menjawab saat masuk"):
            place.sheet().read()


def test_a_call_that_never_ends_is_given_up(google: Google, place: Place) -> None:
    google.tabs = [plan(row())]
    with pytest.raises(Silence, match="tidak selesai dalam 0 detik"):
        place.sheet(seconds=0.01).read()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "tidak dapat dibaca"),
        ("{", "bukan JSON"),
        ("[]", "bukan kunci akun layanan"),
        ('{"installed": {"client_id": "x"}}', "bukan kunci akun layanan"),
        ('{"type": "authorized_user"}', "bukan kunci akun layanan"),
        ('{"type": "service_account"}', "rusak atau tidak lengkap"),
        (
            '{"type": "service_account", "client_email": "a@b", "token_uri": "x:y", "private_key": "rahasia-benar"}',
            "rusak atau tidak lengkap",
        ),
    ],
)
def test_a_bad_key_file_is_named_and_its_key_is_not(place: Place, content: str | None, said: str) -> None:
    place.credentials_file.unlink()
    if content is not None:
        place.credentials_file.write_text(content, "utf-8")
    with pytest.raises(Misconfigured, match=said) as caught:
        place.cells()
    assert str(place.credentials_file) in str(caught.value)
    assert "rahasia" not in f"{caught.value} {caught.value.cure}"
    assert "[planner] credentials_file" in caught.value.cure


def test_without_a_key_file_nothing_is_asked() -> None:
    with pytest.raises(Misconfigured, match="credentials_file belum diisi"):
        GoogleSheet(SPREADSHEET, credentials_file=None).read()


def test_a_revoked_account_is_told_with_its_address(google: Google, place: Place) -> None:
    place.credentials_file = google.write_credentials(
        place.credentials_file.parent, client_email="lain@x.example"
    )
    with pytest.raises(Misconfigured, match=r"menolak akun layanan lain@x\.example \(invalid_grant"):
        place.cells()


@pytest.mark.parametrize("answer", [(200, b"<html>WiFi</html>"), (200, {"expires_in": 1}), (400, b"teapot")])
def test_a_login_that_answers_nonsense_is_unanswered(google: Google, place: Place, answer: Any) -> None:
    google.faults = [lambda _call: answer]
    with pytest.raises(Unanswered):
        place.cells()


# The process


def test_the_process_says_as_json_what_became_of_its_job(google: Google, place: Place) -> None:
    google.tabs = [plan(row())]
    said = answer(place.job())
    assert (said["gid"], said["title"]) == (0, "Rencana")
    assert said["rows"][1][1:3] == [{"date": "2026-11-25"}, {"time": "09:00:00"}]
    assert answer(place.job(marks={})) == {"marked": 3}
    google.shared = False
    assert answer(place.job())["failed"] == "Misconfigured"


def test_without_the_extra_the_cure_is_to_install_it(place: Place, tmp_path: Path) -> None:
    (tmp_path / "gspread.py").write_text("raise ModuleNotFoundError('no gspread', name='gspread')")
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from ig_worker.sheets.__main__ import answer\n"
    )
    script += "json.dump(answer(json.load(sys.stdin)), sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        input=json.dumps(place.job()),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["said"] == "Paket untuk Google Sheets belum terpasang (gspread)"
    assert "ig-worker[sheets]" in said["cure"]


def test_a_process_that_ends_without_a_word_is_unanswered(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")  # a real process that ends so, in place of Python
    with pytest.raises(Unanswered, match="berakhir tanpa hasil"):
        place.sheet().read()
    assert "status 1" in caplog.text


def test_the_worker_itself_never_loads_googles_packages() -> None:
    script = (
        "import sys; import ig_worker.bootstrap\n"
        "print([name for name in ('gspread', 'google.auth', 'openpyxl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
