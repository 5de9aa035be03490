"""My own account: language, password, devices."""

from __future__ import annotations

import pytest
from board_centre import PASSWORD, Browser, Centre

from ig_worker.board import passwords
from ig_worker.board.browsers import in_words
from ig_worker.board.cookies import SESSION
from ig_worker.domain.rights import Role
from ig_worker.store import journal, users

NEW = "sawah hijau pagi hari"


def change(browser: Browser, was: str = PASSWORD, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    answer = browser.post("/akun/sandi", {"lama": was, "baru": new, "ulang": again})
    return answer.status_code, answer.text


def test_the_page_says_who_i_am_and_where_i_am_logged_in(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, Role.EDITOR, name="ratna", unit="kia")
    centre.browser(Role.VERIFIER, name="ratna")
    page = browser.get("/akun").text
    for said in (
        "Bidan Ratna",
        "Verifikator",
        "Redaksi",
        "kia",
        "disamarkan",
        "Perangkat ini",
        "Keluar dari perangkat lain",
    ):
        assert said in page
    assert page.count("Masuk sejak") == 2


def test_the_language_is_chosen_and_kept(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna")
    page = browser.post("/akun/bahasa", {"bahasa": "en"}).text
    assert '<html lang="en">' in page
    assert "The language is saved." in page
    assert '<html lang="en">' in browser.post("/akun/bahasa", {"bahasa": "xx"}).text


def test_another_password_ends_every_other_session_and_the_old_mark(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna")
    elsewhere = centre.browser(Role.VERIFIER, name="ratna")
    old = browser.cookies[SESSION]
    assert change(browser)[0] == 200
    browser.mark = ""
    assert browser.get("/akun").url.path == "/akun"
    assert elsewhere.get("/akun").url.path == "/masuk"
    thief = centre.browser()
    thief.cookies.set(SESSION, old)
    assert thief.get("/akun").url.path == "/masuk"
    with centre.database.reading() as connection:
        row = users.named(connection, "ratna")
        assert [(entry.who, entry.what) for entry in journal.of(connection, "user:ratna")] == [
            ("Bidan Ratna", "changed the password")
        ]
    assert row is not None
    assert passwords.is_right(row.password, NEW)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("bukan-yang-ini", NEW, NEW), "sekarang tidak cocok"),
        ((PASSWORD, "pendek", "pendek"), "paling sedikit 10 huruf"),
        ((PASSWORD, "x" * 201, "x" * 201), "paling banyak 200 huruf"),
        ((PASSWORD, "bidan-ratna-1", "bidan-ratna-1"), "sama dengan nama Anda"),
        ((PASSWORD, "puskesmas123", "puskesmas123"), "terlalu mudah ditebak"),
        ((PASSWORD, PASSWORD, PASSWORD), "sama dengan yang sekarang"),
        ((PASSWORD, NEW, NEW + "!"), "Tidak sama"),
        (("", "", ""), "sekarang tidak cocok"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_and_no_password_comes_back(
    centre: Centre, typed: tuple[str, str, str], said: str
) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna")
    status, page = change(browser, *typed)
    assert status == 422
    assert said in page
    assert not any(f'value="{word}"' in page for word in typed if word)
    assert browser.get("/akun").url.path == "/akun"


def test_guessing_the_current_password_is_throttled_too(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna")
    assert [change(browser, was="bukan-yang-ini")[0] for _ in range(6)] == [422] * 5 + [429]
    assert change(browser)[0] == 429


def test_a_made_password_has_to_be_changed_first(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna", must_change=True)
    first = browser.get("/kalender")
    assert first.url.path == "/akun/sandi"
    assert "dibuatkan orang lain" in first.text
    assert 'href="/kalender"' not in first.text
    assert change(browser)[0] == 200
    browser.mark = ""
    assert browser.get("/").url.path == "/"


def test_i_leave_on_all_other_devices(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna")
    elsewhere = centre.browser(Role.VERIFIER, name="ratna")
    somebody_else = centre.browser(Role.MAKER)
    assert "1 perangkat lain" in browser.post("/akun/keluar-lainnya").text
    assert elsewhere.get("/").url.path == "/masuk"
    assert somebody_else.get("/").url.path == "/"
    assert "Tidak ada perangkat lain" in browser.post("/akun/keluar-lainnya").text


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("curl/8.5.0", ""),
    ],
)  # fmt: skip
def test_a_browser_has_a_name_that_people_know(agent: str, said: str) -> None:
    assert in_words(agent) == said
