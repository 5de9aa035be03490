"""Coming in with a password, and out again."""

from __future__ import annotations

from board_centre import PASSWORD, Centre

from ig_worker.domain.rights import Role


def test_who_knows_the_password_comes_in_and_leaves(centre: Centre) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    browser = centre.browser()
    first = browser.get("/kalender?bulan=2026-11")
    assert first.url.path in {"/masuk", "/kalender"}  # the calendar's room may not be there
    inside = browser.post("/masuk", {"name": "Ratna", "password": PASSWORD, "ke": "/"})
    assert inside.status_code == 200
    assert "Bidan Ratna" in inside.text
    assert "HttpOnly" in inside.history[0].headers["set-cookie"]
    left = browser.post("/keluar", csrf=token_in(inside.text))
    assert "Anda sudah keluar" in left.text
    assert browser.get("/").url.path == "/masuk"


def token_in(page: str) -> str:
    return page.partition('name="csrf" value="')[2][:64]


def test_a_wrong_password_and_a_name_that_is_not_there_are_told_alike(centre: Centre) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    for name in ("ratna", "bukan-siapa-siapa"):
        answer = centre.browser().post("/masuk", {"name": name, "password": "salah-sekali"})
        assert answer.status_code == 401
        assert "tidak cocok" in answer.text
