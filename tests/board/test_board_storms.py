"""A storm of complaints is seen on the board, and the head says when it is over."""

from __future__ import annotations

import pytest
from board_centre import NAMES, Centre

from ig_worker.domain.rights import Role
from ig_worker.store import crises


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
    assert "Posting yang menunggu diterbitkan." in browser.post(f"/krisis/{number}/cabut").text
    again = browser.post(f"/krisis/{number}/cabut").text
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
