"""Every way of the board and every role: who comes in, who is refused, who has to log in first."""

from __future__ import annotations

import re

import pytest
from board_centre import Browser, Centre

from ig_worker.board.application import WAYS
from ig_worker.board.ways import Way
from ig_worker.domain.rights import Role

ALL = "pembuat redaksi verifikator penanggung_jawab keluhan kepala admin"
CASES = "penanggung_jawab keluhan"
MAKES = "pembuat redaksi verifikator"
INBOX = "redaksi verifikator penanggung_jawab keluhan kepala"
OPEN = "everybody"

TABLE = {
    "GET /media/{name}": OPEN,
    "GET /healthz": OPEN,
    "GET /metrics": OPEN,
    "GET /static/{name}": OPEN,
    "GET /masuk": OPEN,
    "POST /masuk": OPEN,
    "POST /keluar": ALL,
    "GET /akun": ALL,
    "POST /akun/bahasa": ALL,
    "POST /akun/keluar-lainnya": ALL,
    "GET /akun/sandi": ALL,
    "POST /akun/sandi": ALL,
    "GET /pengaturan": "kepala admin",
    "POST /pengaturan/saluran/uji": "admin",
    "GET /pengaturan/pengguna": "admin",
    "GET /pengaturan/pengguna/baru": "admin",
    "POST /pengaturan/pengguna/baru": "admin",
    "GET /pengaturan/pengguna/{number}": "admin",
    "POST /pengaturan/pengguna/{number}/ubah": "admin",
    "POST /pengaturan/pengguna/{number}/tutup": "admin",
    "POST /pengaturan/pengguna/{number}/buka": "admin",
    "POST /pengaturan/pengguna/{number}/sandi": "admin",
    "POST /pengaturan/pengguna/{number}/keluarkan": "admin",
    "GET /": ALL,
    "GET /kalender": ALL,
    "GET /laporan": ALL,
    "GET /laporan/{paper}": ALL,
    "GET /laporan/tersimpan/{name}": ALL,
    "GET /laporan/gambar/{account}/{media_id}": ALL,
    "GET /impor": MAKES,
    "POST /impor": MAKES,
    "GET /impor/{token}": MAKES,
    "POST /impor/{token}/terapkan": MAKES,
    "POST /impor/{token}/lihat-lagi": MAKES,
    "POST /impor/{token}/buang": MAKES,
    "GET /kasus": f"{CASES} kepala",
    "GET /kasus/register": "keluhan kepala",
    "POST /kasus/register": "keluhan kepala",
    "GET /kasus/{number}": f"{CASES} kepala",
    "GET /kasus/{number}/bukti/{id}": f"{CASES} kepala",
    "GET /kasus/{number}/bukti/{id}/json": f"{CASES} kepala",
    "POST /kasus/{number}/terima": CASES,
    "POST /kasus/{number}/mulai": CASES,
    "POST /kasus/{number}/tugaskan": CASES,
    "POST /kasus/{number}/catat": CASES,
    "POST /kasus/{number}/selesai": CASES,
    "POST /kasus/{number}/tolak": CASES,
    "POST /kasus/{number}/gabung": CASES,
    "POST /kasus/{number}/buka": CASES,
    "GET /krisis": f"{CASES} kepala",
    "GET /krisis/{number}": f"{CASES} kepala",
    "POST /krisis/{number}/cabut": "kepala",
    "GET /kotak-masuk": INBOX,
    "GET /kotak-masuk/{number}": INBOX,
    "GET /kotak-masuk/{number}/gambar": INBOX,
    "POST /kotak-masuk/{number}/nilai": "keluhan",
    "POST /kotak-masuk/{number}/balas": "penanggung_jawab keluhan",
    "POST /kotak-masuk/{number}/sembunyikan": "keluhan",
    "POST /kotak-masuk/{number}/selesai": "penanggung_jawab keluhan",
    "POST /kotak-masuk/{number}/tunggu": "penanggung_jawab keluhan",
    "GET /posting-baru": MAKES,
    "POST /posting-baru": MAKES,
    "GET /posting-baru/{token}/{name}": MAKES,
    "GET /posting/{number}/ubah": MAKES,
    "POST /posting/{number}/ubah": MAKES,
    "GET /posting": ALL,
    "GET /posting/{number}": ALL,
    "GET /posting/{number}/gambar/{position}": ALL,
    "GET /posting/{number}/kecil": ALL,
    "POST /posting/{number}/setujui": "verifikator penanggung_jawab",
    "POST /posting/{number}/tolak": "verifikator penanggung_jawab",
    "POST /posting/{number}/pindah": "redaksi verifikator",
    "POST /posting/{number}/tahan": "verifikator kepala",
    "POST /posting/{number}/batal": "verifikator kepala",
    "POST /posting/{number}/ulang": "verifikator admin",
    "POST /posting/{number}/pastikan": "verifikator admin",
}
"""Each way with the roles that may take it; a way that is missing here fails the test, and so does a line too many."""

SOMETHING = {"name": "nothing-of-that-name", "number": "1", "position": "1"}
"""What stands in an address for its parts; whether it is there does not matter to the door."""


def key_of(way: Way) -> str:
    return f"{way.method} {way.path}"


def address_of(way: Way) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: SOMETHING.get(part[1], "1"), way.path)


def test_every_way_has_its_line_and_every_line_its_way() -> None:
    ways = [key_of(way) for way in WAYS]
    assert sorted(ways) == sorted(TABLE)
    assert len(set(ways)) == len(ways)


def test_the_lines_name_roles() -> None:
    assert {word for line in TABLE.values() if line != OPEN for word in line.split()} <= set(Role)


@pytest.fixture
def browsers(centre: Centre) -> dict[Role | None, Browser]:
    made: dict[Role | None, Browser] = {role: centre.browser(role) for role in Role}
    made[None] = centre.browser()
    return made


def test_who_has_the_right_comes_in_and_nobody_else(browsers: dict[Role | None, Browser]) -> None:
    """A POST goes without its token: who may send it is told so (403 with its reason), and nothing is changed."""
    wrong = []
    for way in WAYS:
        allowed = TABLE[key_of(way)]
        for role, browser in browsers.items():
            expected = _expected(way, allowed, role)
            found = _found(browser, way)
            if found != expected:
                wrong.append(f"{key_of(way)} as {role or 'nobody'}: {found}, not {expected}")
    assert wrong == []


def _expected(way: Way, allowed: str, role: Role | None) -> str:
    if allowed == OPEN or (role is not None and role in allowed.split()):
        return "in" if way.method == "GET" else "wants its token"
    return "login" if role is None else "refused"


def _found(browser: Browser, way: Way) -> str:
    answer = browser.request(way.method, address_of(way), follow_redirects=False)
    if answer.status_code == 303 and answer.headers["location"].startswith("/masuk"):
        return "login"
    if answer.status_code == 403:
        return "wants its token" if "Muat ulang halamannya" in answer.text else "refused"
    if way.method == "GET" and answer.status_code in {200, 303, 404, 503}:
        return "in"
    return str(answer.status_code)


def test_who_must_change_the_password_can_do_nothing_else(centre: Centre) -> None:
    everything = centre.browser(*Role, name="semua", must_change=True)
    for way in WAYS:
        if TABLE[key_of(way)] == OPEN or way.path in {"/akun/sandi", "/keluar"}:
            continue
        answer = everything.request(way.method, address_of(way), follow_redirects=False)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/akun/sandi"), key_of(way)


def test_a_user_without_any_role_that_is_known_may_do_nothing(centre: Centre) -> None:
    nobody = centre.browser(Role.MAKER, name="lama")
    with centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE users SET roles = '[\"direktur\"]'")
    for way in WAYS:
        if TABLE[key_of(way)] == OPEN:
            continue
        answer = nobody.request(way.method, address_of(way), follow_redirects=False)
        assert answer.status_code == 403, key_of(way)
