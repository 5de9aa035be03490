"""Guessing passwords, fixed sessions, and where a login may lead."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from board_centre import PASSWORD, Browser, Centre
from sqlalchemy import text

from ig_worker.board import passwords
from ig_worker.board.cookies import DEVICE, SESSION, VISITOR
from ig_worker.board.throttle import ALL, BY_ALL, BY_NAME, Held, Throttle, keys_of, network_of
from ig_worker.board.visit import own_address
from ig_worker.domain.rights import Role
from ig_worker.store import journal, users

WRONG = "bukan-yang-ini-juga"


def try_in(browser: Browser, password: str, name: str = "ratna", **more: str) -> int:
    answer = browser.request(
        "POST",
        "/masuk",
        data={"csrf": browser.csrf(), "name": name, "password": password, **more},
        follow_redirects=False,
    )
    return answer.status_code


def test_after_five_wrong_passwords_the_right_one_has_to_wait_too(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    stranger, ratna = centre.browser(), centre.browser()
    with caplog.at_level(logging.WARNING):
        assert [try_in(stranger, WRONG) for _ in range(5)] == [401] * 5
    held = ratna.post("/masuk", {"name": "ratna", "password": PASSWORD})
    assert held.status_code == 429
    assert int(held.headers["retry-after"]) == 30
    assert "coba lagi 1 menit lagi" in held.text
    assert try_in(centre.browser(), PASSWORD, "orang-lain") == 401  # others are not held back
    centre.set_clock(centre.now + timedelta(seconds=31))
    assert try_in(ratna, PASSWORD) == 303
    with centre.database.reading() as connection:
        lines = [entry.what for entry in journal.of(connection, "user:ratna")]
    assert lines == ["logins held back after wrong passwords"]
    assert [record.getMessage().count("user ratna") for record in caplog.records] == [1]
    assert WRONG not in caplog.text


def test_what_was_typed_in_the_place_of_a_name_is_not_logged(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert [try_in(centre.browser(), "x", PASSWORD) for _ in range(6)] == [401] * 5 + [429]
    assert len(caplog.records) == 1
    assert PASSWORD not in caplog.text


def test_a_browser_that_was_in_before_is_not_held_up_by_a_strangers_guesses(centre: Centre) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    ratna, stranger = centre.browser(), centre.browser()
    assert try_in(ratna, PASSWORD) == 303
    ratna.cookies.delete(SESSION)
    assert [try_in(stranger, WRONG) for _ in range(7)] == [401] * 5 + [429] * 2
    assert try_in(ratna, PASSWORD) == 303
    ratna.cookies.delete(SESSION)
    # It has a count of its own, and it speaks for one name alone.
    assert [try_in(ratna, WRONG) for _ in range(6)] == [401] * 5 + [429]
    assert try_in(ratna, PASSWORD) == 429


def test_a_known_browser_is_known_for_its_own_name_only(centre: Centre) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    centre.user(Role.MAKER, name="siti")
    siti = centre.browser()
    assert try_in(siti, PASSWORD, "siti") == 303
    siti.cookies.delete(SESSION)
    assert [try_in(siti, WRONG) for _ in range(6)] == [401] * 5 + [429]


def test_one_address_may_not_try_every_name(centre: Centre) -> None:
    browser = centre.browser()
    tried = [try_in(browser, WRONG, f"nama{number}") for number in range(25)]
    assert tried == [401] * 20 + [429] * 5


def test_many_at_once_are_no_way_around_the_count(centre: Centre) -> None:
    throttle, keys = Throttle(), keys_of("ratna", "192.0.2.1", "")
    for _ in range(BY_NAME.free):
        throttle.attempt(keys, centre.now)  # none of them has been looked at yet
    with pytest.raises(Held):
        throttle.attempt(keys, centre.now)


def test_whoever_has_a_password_of_their_own_guesses_no_more_at_others_for_it(centre: Centre) -> None:
    throttle, now = Throttle(), centre.now
    for number in range(20):
        throttle.attempt(keys_of(f"name{number}", "192.0.2.1", ""), now)
        own = keys_of("own", "192.0.2.1", "")
        try:
            throttle.attempt(own, now)
        except Held:
            assert number == 19
        else:
            throttle.forgive(own)
    with pytest.raises(Held):
        throttle.attempt(keys_of("one more", "192.0.2.1", ""), now)


def test_nobody_waits_longer_than_a_quarter_of_an_hour_and_all_together_a_minute(centre: Centre) -> None:
    throttle, now, waits = Throttle(), centre.now, []
    for _ in range(40):
        try:
            throttle.attempt(keys_of("ratna", "192.0.2.1", ""), now)
        except Held as held:
            waits.append(held.seconds)
            now += timedelta(seconds=held.seconds)
    assert max(waits) == 15 * 60
    everywhere = Throttle()
    longest = 0
    for number in range(5_000):
        try:
            everywhere.attempt(keys_of(f"n{number}", f"10.{number // 250}.{number % 250}.1", ""), now)
        except Held as held:
            longest = max(longest, held.seconds)
            now += timedelta(seconds=held.seconds)
    assert 0 < longest <= 60
    everywhere.attempt([("name:x", BY_NAME), (ALL, BY_ALL)], now + timedelta(minutes=1))


def test_a_name_typed_wrong_now_and_then_is_never_held_back(centre: Centre) -> None:
    throttle, now = Throttle(), centre.now
    for _ in range(200):
        throttle.attempt(keys_of("ratna", "192.0.2.1", ""), now)
        now += timedelta(minutes=20)


def test_what_is_counted_does_not_grow_without_end(centre: Centre) -> None:
    throttle, now = Throttle(), centre.now
    for number in range(60_000):
        throttle.attempt([(f"name:{number}", BY_NAME)], now)
    assert len(throttle._tries) == 20_000


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_household_with_many_addresses_is_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_session_that_somebody_else_chose_is_worth_nothing_after_the_login(centre: Centre) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    browser = centre.browser()
    visitor_token = browser.csrf()
    planted = dict(browser.cookies)
    assert try_in(browser, PASSWORD) == 303
    assert VISITOR not in browser.cookies
    first = browser.cookies[SESSION]
    with_planted = centre.browser()
    for name, value in planted.items():
        with_planted.cookies.set(name, value)
    assert with_planted.get("/").url.path == "/masuk"
    assert browser.post("/keluar", csrf=visitor_token).status_code == 403
    # A login on top of a session ends that one.
    inside = browser.get("/").text
    token = inside.partition('name="csrf" value="')[2][:64]
    again = browser.request(
        "POST",
        "/masuk",
        data={"csrf": token, "name": "ratna", "password": PASSWORD},
        follow_redirects=False,
    )
    assert again.status_code == 303
    assert browser.cookies[SESSION] != first
    old = centre.browser()
    old.cookies.set(SESSION, first)
    assert old.get("/").url.path == "/masuk"


def test_a_session_ends_after_twelve_hours_whatever_the_browser_keeps(centre: Centre) -> None:
    browser = centre.browser(Role.MAKER)
    assert browser.get("/").url.path == "/"
    centre.set_clock(centre.now + timedelta(hours=12, seconds=1))
    assert browser.get("/").url.path == "/masuk"


def test_an_ended_session_stays_ended(centre: Centre) -> None:
    browser = centre.browser(Role.MAKER)
    kept = browser.cookies[SESSION]
    browser.post("/keluar")
    thief = centre.browser()
    thief.cookies.set(SESSION, kept)
    assert thief.get("/").url.path == "/masuk"


@pytest.mark.parametrize("where", ["database", "cookie"])
def test_what_is_read_in_the_database_or_made_up_lets_nobody_in(centre: Centre, where: str) -> None:
    browser = centre.browser(Role.ADMIN)
    with centre.database.reading() as connection:
        token = connection.execute(text("SELECT token FROM sessions")).scalar_one()
    thief = centre.browser()
    made_up = browser._signed(SESSION, token) if where == "database" else f"{browser.mark}.AAAA"
    thief.cookies.set(SESSION, made_up)
    assert thief.get("/").url.path == "/masuk"


ELSEWHERE = [
    "//evil.example",
    "//evil.example/kalender",
    "https://evil.example",
    "http:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "//[",
    "/%0d%0aSet-Cookie: papan=x",
    "/\r\nSet-Cookie: papan=x",
    "evil.example",
    "@evil.example",
    ".evil.example",
    "/\u0000/evil.example",
    "https:/evil.example",
    "///evil.example",
    "/\udcff",
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_login_leads_nowhere_else(centre: Centre, where: str) -> None:
    said = own_address(where)
    assert said.startswith("/")
    assert not said.startswith(("//", "/\\"))
    assert not any(ord(letter) <= 32 for letter in said)
    plain = where.encode("utf-8", "replace").decode()
    centre.user(Role.VERIFIER, name="ratna")
    answer = centre.browser().request("GET", "/masuk", params={"ke": plain})
    assert answer.status_code == 200
    browser = centre.browser()
    answer = browser.request(
        "POST",
        "/masuk",
        data={"csrf": browser.csrf(), "name": "ratna", "password": PASSWORD, "ke": plain},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert {cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")} == {
        SESSION,
        VISITOR,
        DEVICE,
    }


def test_a_login_leads_back_to_what_was_asked_for(centre: Centre) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    browser = centre.browser()
    asked = browser.request("POST", "/masuk", data={"csrf": browser.csrf(), "ke": "/?hari=a%26b&x=%C3%A9"})
    assert 'value="/?hari=a%26b&amp;x=%C3%A9"' in asked.text
    assert own_address("/kotak-masuk?cari=a%26b&label=keluhan#x") == "/kotak-masuk?cari=a%26b&label=keluhan#x"


def test_an_old_hash_is_made_anew_at_the_login(centre: Centre) -> None:
    from argon2 import PasswordHasher

    centre.user(Role.VERIFIER, name="ratna")
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with centre.database.writing() as connection:
        row = users.named(connection, "ratna")
        assert row is not None
        users.save(connection, row, password=weak)
    assert passwords.is_outdated(weak)
    assert try_in(centre.browser(), PASSWORD) == 303
    with centre.database.reading() as connection:
        row = users.named(connection, "ratna")
    assert row is not None
    assert row.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right(row.password, PASSWORD)


def test_an_accent_may_be_typed_in_either_way(centre: Centre) -> None:
    kept = passwords.hashed("kafé-di-ujung-jalan")
    assert passwords.is_right(kept, "kafe\u0301-di-ujung-jalan")
    assert not passwords.is_right(kept, "kafe-di-ujung-jalan")
    assert not passwords.is_right("not a hash", "kafe-di-ujung-jalan")


def test_who_was_sent_away_is_out_at_once_and_does_not_come_in_again(centre: Centre) -> None:
    browser = centre.browser(Role.VERIFIER, name="ratna")
    assert browser.get("/").url.path == "/"
    with centre.database.writing() as connection:
        row = users.named(connection, "ratna")
        assert row is not None
        users.save(connection, row, disabled_at=centre.now)
    assert browser.get("/").url.path == "/masuk"
    assert try_in(centre.browser(), PASSWORD) == 401
