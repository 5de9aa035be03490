"""Who may use the board, as an administrator looks after it."""

from __future__ import annotations

import re

import pytest
from board_centre import Browser, Centre

from ig_worker.board import passwords
from ig_worker.domain.rights import Role
from ig_worker.store import journal, users

LIST = "/pengaturan/pengguna"


@pytest.fixture
def admin(centre: Centre) -> Browser:
    return centre.browser(Role.ADMIN, name="agus")


def seen_in(browser: Browser, number: int) -> str:
    found = re.search(r'name="seen" value="(\w+)"', browser.get(f"{LIST}/{number}").text)
    assert found is not None
    return found[1]


def access(**changes: object) -> dict[str, object]:
    typed = {"full_name": "Bidan Ratna", "roles": ["verifikator"], "unit": "", "full_texts": "0"}
    return {**typed, **changes}


def test_somebody_new_gets_a_password_that_is_shown_once(centre: Centre, admin: Browser) -> None:
    page = admin.post(
        f"{LIST}/baru", {"name": "Rina", **access(full_name="Rina  Wati", roles=["keluhan"], full_texts="")}
    )
    made = re.search(r'class="secret">([a-z0-9-]{19})<', page.text)
    assert made is not None
    assert page.headers["cache-control"] == "no-store"
    with centre.database.reading() as connection:
        row = users.named(connection, "rina")
        entries = journal.of(connection, "user:rina")
    assert row is not None
    assert (row.full_name, row.roles, row.full_texts, row.must_change) == (
        "Rina Wati",
        ["keluhan"],
        True,
        True,
    )
    assert passwords.is_right(row.password, made[1])
    assert [(entry.who, entry.what) for entry in entries] == [
        ("Agus Operator", "let in as keluhan; full texts")
    ]
    listed = admin.get(LIST).text
    assert "Rina Wati" in listed
    assert "Belum mengganti kata sandi" in listed
    assert made[1] not in listed + admin.get(f"{LIST}/{row.id}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "a b"}, "huruf kecil, angka"),
        ({"name": ""}, "huruf kecil, angka"),
        ({"name": "agus"}, "Sudah dipakai"),
        ({"full_name": "agus operator"}, "Sudah dipakai"),
        ({"full_name": "-"}, "paling banyak 80 huruf"),
        ({"full_name": "x" * 81}, "paling banyak 80 huruf"),
        ({"roles": []}, "paling sedikit satu peran"),
        ({"roles": ["direktur"]}, "paling sedikit satu peran"),
        ({"unit": "u" * 81}, "terlalu panjang"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    centre: Centre, admin: Browser, typed: dict[str, object], said: str
) -> None:
    page = admin.post(f"{LIST}/baru", {"name": "ratna", **access(), **typed})
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{typed.get("full_name", "Bidan Ratna")}"' in page.text
    with centre.database.reading() as connection:
        assert len(users.listed(connection)) == 1


def test_other_roles_hold_at_once_and_end_the_sessions(centre: Centre, admin: Browser) -> None:
    ratna = centre.browser(Role.VERIFIER, name="ratna")
    number = centre.user(Role.VERIFIER, name="ratna")
    page = admin.post(
        f"{LIST}/{number}/ubah", {**access(roles=["pembuat"], unit="kia"), "seen": seen_in(admin, number)}
    )
    assert "sudah disimpan" in page.text
    assert "aksesnya sekarang: pembuat; unit kia" in page.text
    assert ratna.get("/").url.path == "/masuk"
    # What changes nothing of what they may do sends nobody out.
    again = centre.browser(Role.VERIFIER, name="ratna")
    admin.post(
        f"{LIST}/{number}/ubah",
        {**access(full_name="Bidan R.", roles=["pembuat"], unit="kia"), "seen": seen_in(admin, number)},
    )
    assert "Bidan R." in again.get("/akun").text


def test_of_two_administrators_the_second_is_told(centre: Centre, admin: Browser) -> None:
    number = centre.user(Role.VERIFIER, name="ratna")
    seen = seen_in(admin, number)
    admin.post(f"{LIST}/{number}/ubah", {**access(roles=["redaksi"]), "seen": seen})
    late = admin.post(f"{LIST}/{number}/ubah", {**access(roles=["admin"]), "seen": seen})
    assert late.status_code == 409
    assert "Sudah diubah oleh orang lain" in late.text
    for what in ("tutup", "buka"):
        assert "Sudah diubah oleh orang lain" in admin.post(f"{LIST}/{number}/{what}", {"seen": seen}).text
    with centre.database.reading() as connection:
        row = users.numbered(connection, number)
    assert row is not None
    assert (row.roles, row.disabled_at) == (["redaksi"], None)


def test_the_last_administrator_stays_one(centre: Centre, admin: Browser) -> None:
    number = centre.user(Role.ADMIN, name="agus")
    page = admin.post(
        f"{LIST}/{number}/ubah",
        {**access(full_name="Agus Operator", roles=["pembuat"]), "seen": seen_in(admin, number)},
    )
    assert (page.status_code, "admin terakhir" in page.text) == (422, True)
    assert "admin terakhir" in admin.post(f"{LIST}/{number}/tutup", {"seen": seen_in(admin, number)}).text
    other = centre.user(Role.ADMIN, name="budi", full_name="Budi")
    assert "sudah ditutup" in admin.post(f"{LIST}/{other}/tutup", {"seen": seen_in(admin, other)}).text
    assert "admin terakhir" in admin.post(f"{LIST}/{number}/tutup", {"seen": seen_in(admin, number)}).text


def test_somebody_is_sent_away_and_let_in_again(centre: Centre, admin: Browser) -> None:
    ratna = centre.browser(Role.VERIFIER, name="ratna")
    number = centre.user(Role.VERIFIER, name="ratna")
    page = admin.post(f"{LIST}/{number}/tutup", {"seen": seen_in(admin, number)}).text
    assert "tidak boleh masuk ke papan lagi" in page
    assert ratna.get("/").url.path == "/masuk"
    assert "Tidak aktif" in admin.get(LIST).text
    assert "boleh masuk lagi" in admin.post(f"{LIST}/{number}/buka", {"seen": seen_in(admin, number)}).text
    assert centre.browser(Role.VERIFIER, name="ratna").get("/").url.path == "/"


def test_who_forgot_the_password_gets_another_and_a_lost_telephone_is_logged_out(
    centre: Centre, admin: Browser
) -> None:
    ratna = centre.browser(Role.VERIFIER, name="ratna")
    number = centre.user(Role.VERIFIER, name="ratna")
    assert "dikeluarkan dari 1 perangkat" in admin.post(f"{LIST}/{number}/keluarkan").text
    assert ratna.get("/").url.path == "/masuk"
    page = admin.post(f"{LIST}/{number}/sandi").text
    made = re.search(r'class="secret">([a-z0-9-]{19})<', page)
    assert made is not None
    inside = centre.browser().post("/masuk", {"name": "ratna", "password": made[1]})
    assert inside.url.path == "/akun/sandi"


@pytest.mark.parametrize("number", ["0", "999", "-1", "1e3", "x", "9" * 20])
def test_whoever_is_not_there_is_a_404(admin: Browser, number: str) -> None:
    assert admin.get(f"{LIST}/{number}").status_code == 404
    for what in ("ubah", "tutup", "buka", "sandi", "keluarkan"):
        assert admin.post(f"{LIST}/{number}/{what}").status_code == 404
