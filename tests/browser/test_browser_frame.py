"""The board's frame in a real browser: coming in, leaving, the keyboard, and what is never asked of others."""

from __future__ import annotations

import pytest
from chromium import DESK, TELEPHONE, Sit

from fakes.lively_centre import PASSWORD, PEOPLE
from ig_worker.domain.rights import Role


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_one_comes_in_by_the_form_and_leaves(sit: Sit, width: int, script: bool) -> None:
    one = sit(width=width, script=script)
    one.go("/?dari=surat")
    one.send_login("verifikator", PASSWORD)
    assert one.page.url == f"{one.board}/?dari=surat"
    assert PEOPLE[Role.VERIFIER] in one.page.locator("header").inner_text()
    one.page.locator("header button").click()
    assert one.page.url == f"{one.board}/masuk"
    assert one.page.locator("[role=status]").inner_text() == "Anda sudah keluar."
    one.go("/")
    assert one.page.url == f"{one.board}/masuk"


def test_a_wrong_password_is_said_and_the_name_stays(sit: Sit) -> None:
    one = sit()
    one.watched.expected.add(401)
    one.come_in("keluhan", "bukan-yang-benar")
    assert "tidak cocok" in one.page.locator("[role=alert]").inner_text()
    assert one.page.locator("#name").input_value() == "keluhan"
    assert one.page.locator("#password").input_value() == ""


def test_the_keyboard_reaches_the_content_first(sit: Sit) -> None:
    one = sit("verifikator", width=DESK)
    one.go("/")
    one.page.keyboard.press("Tab")
    skip = one.page.locator(":focus")
    assert skip.inner_text() == "Langsung ke isi"
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "isi"


def test_a_hostile_name_is_a_name(sit: Sit) -> None:
    one = sit("iseng")
    page = one.go("/")
    assert page.locator("header b").count() == 0
    assert "<b>Ana</b>" in page.locator("header").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == TELEPHONE
