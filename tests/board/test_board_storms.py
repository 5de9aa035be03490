"""A storm of complaints is seen on the board, and the head says when it is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from board_centre import NAMES, Browser, Centre
from case_shelf import open_case

from fakes.bench import plan_post
from ig_worker.domain.rights import Role
from ig_worker.store import crises, journal


def begun(centre: Centre, kind: str, about: str = "", *, pauses: bool = False) -> int:
    with centre.database.writing() as connection:
        number = crises.begin(connection, "polowijen", kind, about, [1, 2, 3, 4], centre.now, pauses=pauses)
    assert number is not None
    return number


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        ("pace", "", "4 keluhan dalam waktu singkat"),
        ("topic", "jam_layanan", "4 keluhan tentang Jam layanan"),
        ("post", "18000000000000001", "4 keluhan di satu posting"),
    ],
)
def test_a_crisis_is_named_in_words(centre: Centre, kind: str, about: str, said: str) -> None:
    begun(centre, kind, about, pauses=True)
    page = centre.browser(Role.COMPLAINTS).get("/krisis").text
    assert said in page
    assert "Yang tidak mendesak menunggu" in page
    assert "Nyatakan selesai" not in page
    assert "Ada 1 krisis" in centre.browser(Role.COMPLAINTS).get("/kasus").text


def test_the_head_says_that_it_is_over_once(centre: Centre) -> None:
    number = begun(centre, "pace", pauses=True)
    browser = centre.browser(Role.HEAD)
    assert "Ya, krisis ini sudah selesai" in browser.get("/krisis").text
    said = {"seen": seen(browser), "alasan": "sudah reda"}
    assert "Posting yang menunggu diterbitkan." in browser.post(f"/krisis/{number}/cabut", said).text
    again = browser.post(f"/krisis/{number}/cabut", said).text
    assert "sudah dinyatakan selesai sebelumnya" in again
    assert f"dinyatakan selesai oleh {NAMES[Role.HEAD]}" in again
    with centre.database.reading() as connection:
        row = crises.get(connection, number)
    assert row is not None
    assert row.lifted_by == NAMES[Role.HEAD]


def test_a_link_to_one_leads_to_its_place_in_the_list(centre: Centre) -> None:
    number = begun(centre, "pace")
    browser = centre.browser(Role.COMPLAINTS)
    assert (
        browser.get(f"/krisis/{number}", follow_redirects=False).headers["location"]
        == f"/krisis#krisis-{number}"
    )
    assert browser.get("/krisis/99").status_code == 404
    assert browser.get("/krisis/x").status_code == 404
    assert centre.browser(Role.HEAD).post("/krisis/99/cabut").status_code == 404


def test_without_any_the_page_says_so(centre: Centre) -> None:
    assert "Tidak ada krisis yang berlangsung." in centre.browser(Role.HEAD).get("/krisis").text


def seen(browser: Browser) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{16})"', browser.get("/krisis").text)
    assert found is not None
    return found[1]


@pytest.fixture
def storm(centre: Centre) -> Centre:
    """A crisis about the queue that keeps a due post waiting, and not the urgent one."""
    first = open_case(centre, said="Antre lama")
    second = open_case(centre, "K-2026-0002", said="Antre terus", unit="farmasi")
    with centre.database.writing() as connection:
        begun = centre.now - timedelta(hours=2)
        crises.begin(connection, "polowijen", "topic", "antrean", [first, second], begun, pauses=True)
        plan_post(connection, at=centre.now, status="ready")
        plan_post(connection, at=centre.now, key="P-02", status="ready", options={"urgent": True})
    return centre


def lifted_by(centre: Centre) -> str:
    with centre.database.reading() as connection:
        row = crises.get(connection, 1)
    assert row is not None
    return str(row.lifted_by)


def test_the_page_tells_what_it_is_and_what_waits(storm: Centre) -> None:
    page = storm.browser(Role.COMPLAINTS).get("/krisis").text
    assert "2 keluhan" in page
    assert "tentang Antrean" in page
    assert "Rab 25 Nov 05.30" in page
    assert 'href="/kasus/K-2026-0002"' in page
    assert "P-01" in page
    assert "P-02" not in page


def test_a_holder_is_shown_the_cases_of_their_unit_only(storm: Centre) -> None:
    page = storm.browser(Role.HOLDER, unit="farmasi").get("/krisis").text
    assert "K-2026-0002" in page
    assert "K-2026-0001" not in page


def test_the_head_lifts_it_with_a_reason_and_the_team_is_told(storm: Centre) -> None:
    browser = storm.browser(Role.HEAD)
    page = browser.post("/krisis/1/cabut", {"seen": seen(browser), "alasan": "Loket sudah ditambah"}).text
    assert "dinyatakan selesai" in page
    assert lifted_by(storm) == "dr. Hartono"
    with storm.database.reading() as connection:
        entries = [(entry.who, entry.what) for entry in journal.of(connection, "crisis:1")]
    assert entries[-1] == ("dr. Hartono", "lifted: Loket sudah ditambah")


def test_a_crisis_that_has_grown_is_looked_at_again(storm: Centre) -> None:
    browser = storm.browser(Role.HEAD)
    known = seen(browser)
    more = open_case(storm, "K-2026-0003")
    with storm.database.writing() as connection:
        row = crises.get(connection, 1)
        assert row is not None
        crises.grow(connection, row, [more])
    answer = browser.post("/krisis/1/cabut", {"seen": known, "alasan": "<b>reda</b>"})
    assert answer.status_code == 409
    assert "bertambah besar" in answer.text
    assert "&lt;b&gt;reda" in answer.text
    assert lifted_by(storm) == ""


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_reason_is_needed(storm: Centre, reason: str) -> None:
    browser = storm.browser(Role.HEAD)
    answer = browser.post("/krisis/1/cabut", {"seen": seen(browser), "alasan": reason})
    assert answer.status_code == 422
    assert lifted_by(storm) == ""


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HEAD])
def test_nobody_else_lifts_it(storm: Centre, role: Role) -> None:
    known = seen(storm.browser(Role.HEAD, name="kepala-lain"))
    assert storm.browser(role).post("/krisis/1/cabut", {"seen": known, "alasan": "x"}).status_code == 403
    assert lifted_by(storm) == ""
