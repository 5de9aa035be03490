"""The register book is taken along from the board, masked unless somebody may read it in full and says so."""

from __future__ import annotations

import io

import pytest
from board_centre import NAMES, Centre
from case_shelf import open_case
from openpyxl import load_workbook

from ig_worker.domain.rights import Role
from ig_worker.store import journal

NUMBER = "081234567890"


@pytest.fixture
def kept(centre: Centre) -> Centre:
    """A case in whose texts a telephone number stands."""
    open_case(centre, plan=f"telepon {NUMBER}")
    return centre


def taken(centre: Centre) -> list[str]:
    with centre.database.reading() as connection:
        return [entry.who for entry in journal.of(connection, "register")]


def test_a_table_is_a_download_with_nothing_personal_in_it(kept: Centre) -> None:
    answer = kept.browser(Role.COMPLAINTS).post("/kasus/register", {"bentuk": "csv", "bulan": "2026-11"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="register-2026-11.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert "K-2026-0001" in answer.text
    assert NUMBER not in answer.text
    assert taken(kept) == []


def test_a_full_book_names_who_took_it(kept: Centre) -> None:
    answer = kept.browser(Role.COMPLAINTS).post("/kasus/register", {"bentuk": "csv", "lengkap": "1"})
    assert NUMBER in answer.text
    assert taken(kept) == [NAMES[Role.COMPLAINTS]]
    assert not list((kept.settings.data_dir / "reports").glob("*")), "a full book was left lying about"


def test_who_may_not_read_in_full_does_not_get_it_by_ticking(kept: Centre) -> None:
    browser = kept.browser(Role.HEAD)
    assert "lengkap" not in browser.get("/kasus/register").text
    answer = browser.post("/kasus/register", {"bentuk": "csv", "lengkap": "1"})
    assert "K-2026-0001" in answer.text
    assert NUMBER not in answer.text
    assert taken(kept) == []


def test_a_workbook_can_be_opened(kept: Centre) -> None:
    answer = kept.browser(Role.HEAD).post("/kasus/register", {"bentuk": "xlsx", "bulan": "2026-11"})
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    book.close()
    assert "K-2026-0001" in cells


def test_a_paper_is_a_pdf(kept: Centre) -> None:
    answer = kept.browser(Role.HEAD).post("/kasus/register", {"bentuk": "pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "said",
    [{"bentuk": "exe"}, {}, {"bentuk": "csv", "bulan": "2019-01"}, {"bentuk": "csv", "akun": "orang-lain"}],
)
def test_what_there_is_not_is_not_made(kept: Centre, said: dict[str, str]) -> None:
    answer = kept.browser(Role.HEAD).post("/kasus/register", said)
    assert answer.status_code == 422
    assert "Pilihan ini tidak ada." in answer.text


def test_a_register_without_cases_is_an_empty_book(centre: Centre) -> None:
    browser = centre.browser(Role.HEAD)
    assert "November 2026" in browser.get("/kasus/register").text
    assert "November 2026 · tidak ada kasus" in browser.get("/kasus/register").text
    answer = browser.post("/kasus/register", {"bentuk": "csv", "bulan": "2026-11"})
    assert "Tidak ada keluhan atau saran yang masuk (November 2026)" in answer.text
    assert "content-disposition" not in answer.headers
    paper = browser.post("/kasus/register", {"bentuk": "pdf", "bulan": "2026-11"})
    assert paper.content.startswith(b"%PDF-")


def test_the_months_say_how_many_cases_they_have(kept: Centre) -> None:
    assert "November 2026 · 1 kasus" in kept.browser(Role.HEAD).get("/kasus/register").text
