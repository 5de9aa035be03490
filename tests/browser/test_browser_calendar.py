"""The calendar in a real browser: dragging with mouse and finger, the form without script, every width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromium import DESK, TELEPHONE, Sit, Somebody
from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.slow

MONTH = "/kalender?bulan=2026-11"


def sat(sit: Sit, name: str, **how: Any) -> Somebody:
    """Somebody before the board; a picture that is still being made is asked for again, on a busy machine."""
    one = sit(name, **how)
    one.watched.expected.add(503)
    return one


def card(page: Page, words: str) -> Locator:
    return page.locator(".plan[data-post]", has_text=words).first


def day(page: Page, iso: str) -> Locator:
    return page.locator(f"[data-day='{iso}']")


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 60)


def carry(page: Page, what: Locator, to: Locator, *, let_go: bool = True) -> None:
    """With the mouse, over the day's number: other posts may lie in its middle."""
    what.scroll_into_view_if_needed()
    page.mouse.move(*middle(what.locator(".plan__time")))
    page.mouse.down()
    to.scroll_into_view_if_needed()
    page.mouse.move(*middle(to), steps=6)
    page.mouse.move(*middle(to))
    if let_go:
        page.mouse.up()


def finger(one: Somebody) -> Callable[[str, float, float], None]:
    """A finger on the glass: what it does, and where."""
    session = one.context.new_cdp_session(one.page)

    def does(kind: str, x: float, y: float) -> None:
        points: list[Any] = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return does


def test_a_post_is_dragged_to_another_day_and_keeps_its_time(sit: Sit) -> None:
    one = sat(sit, "verifikator", width=DESK)
    page = one.go(MONTH)
    assert card(day(page, "2026-11-28"), "09.00").is_visible()
    carry(page, card(day(page, "2026-11-28"), "09.00"), day(page, "2026-11-29"))
    page.wait_for_selector("[role=status]")
    assert page.url == f"{one.board}{MONTH}"
    assert "29" in page.locator("[role=status]").inner_text()
    assert card(day(page, "2026-11-29"), "09.00").is_visible()
    assert day(page, "2026-11-28").locator(".plan").count() == 0
    page.reload()
    assert card(day(page, "2026-11-29"), "09.00").is_visible()


def test_a_day_that_is_over_is_refused_before_anything_is_sent(sit: Sit) -> None:
    one = sat(sit, "verifikator", width=DESK)
    page = one.go(MONTH)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    carry(page, card(day(page, "2026-11-27"), "16.00"), day(page, "2026-11-23"))
    assert "sudah lewat" in page.locator("[role=alert]").inner_text()
    assert "POST" not in sent
    assert card(day(page, "2026-11-27"), "16.00").is_visible()


def test_on_today_after_its_hour_the_form_asks_for_another(sit: Sit) -> None:
    one = sat(sit, "verifikator", width=DESK)
    page = one.go(MONTH)
    carry(page, card(day(page, "2026-11-27"), "07.00"), day(page, "2026-11-25"))
    assert "Pilih jam lain" in page.locator("[role=alert]").inner_text()
    form = card(page, "07.00").locator("form")
    assert form.locator("[name=tanggal]").input_value() == "2026-11-25"
    assert page.evaluate("document.activeElement.name") == "jam"


def test_escape_and_a_plain_click_move_nothing(sit: Sit) -> None:
    one = sat(sit, "verifikator", width=DESK)
    page = one.go(MONTH)
    what = card(day(page, "2026-11-27"), "16.00")
    carry(page, what, day(page, "2026-11-30"), let_go=False)
    assert page.locator(".plan--carried").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".plan--carried").count() == 0
    page.mouse.up()
    assert page.url == f"{one.board}{MONTH}"
    what.locator("a").click()
    page.wait_for_url("**/posting/*")


def test_a_finger_carries_by_the_grip_and_scrolls_elsewhere(sit: Sit) -> None:
    one = sat(sit, "redaksi", width=TELEPHONE)
    page = one.go("/kalender?minggu=2026-11-25")
    what = card(day(page, "2026-11-26"), "18.30")
    what.scroll_into_view_if_needed()
    touch = finger(one)
    x, y = middle(what.locator(".plan__grip"))
    touch("touchStart", x, y)
    touch("touchMove", x - 5, y + 20)
    assert page.locator(".plan--carried").count() == 1
    x, y = middle(day(page, "2026-11-27"))
    touch("touchMove", x, y)
    touch("touchEnd", x, y)
    page.wait_for_selector("[role=status]")
    assert card(day(page, "2026-11-27"), "18.30").is_visible()


@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_without_script_the_form_moves_a_post(sit: Sit, width: int) -> None:
    one = sat(sit, "verifikator", width=width, script=False)
    page = one.go("/kalender?bulan=2026-12")
    what = page.locator(".plan", has=page.locator(".move")).first
    what.locator("summary").click()
    what.locator("[name=tanggal]").fill("2026-12-10" if width == DESK else "2026-12-11")
    what.locator("[name=jam]").fill("13:15")
    what.locator(".move button").click()
    page.wait_for_load_state()
    assert page.locator("[role=status]").is_visible()
    assert "13.15" in day(page, "2026-12-10" if width == DESK else "2026-12-11").inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [TELEPHONE, DESK])
@pytest.mark.parametrize("words", ["bulan=2026-11", "bulan=2027-04", "minggu=2026-11-25"])
def test_nothing_scrolls_sideways(sit: Sit, pictures: Path, words: str, width: int, dark: bool) -> None:
    one = sat(sit, "verifikator", width=width, dark=dark)
    page = one.go(f"/kalender?{words}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    one.keep(pictures / f"kalender-{words.replace('=', '-')}-{width}-{'gelap' if dark else 'terang'}.png")


def test_what_is_touched_on_a_telephone_is_large_enough(sit: Sit) -> None:
    page = sat(sit, "verifikator", width=TELEPHONE).go(MONTH)
    small = page.evaluate(
        """[...document.querySelectorAll('main button, main summary, .day__new, .calendar-steps a, .calendar-views a')]
           .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    )
    assert small == []


def test_the_months_table_is_read_as_a_table_at_a_desk(sit: Sit) -> None:
    page = sat(sit, "verifikator", width=DESK).go(MONTH)
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("columnheader", name="Rabu").count() == 1
    assert page.get_by_role("rowheader").count() == 6
    assert page.get_by_role("cell", name="25 November").first.is_visible()


def test_days_without_anything_are_one_line_on_a_telephone_and_cells_at_a_desk(sit: Sit) -> None:
    telephone = sat(sit, "verifikator", width=TELEPHONE).go("/kalender?bulan=2027-04")
    assert "Sen 5 Apr – Sel 6 Apr" in day(telephone, "2027-04-05").inner_text()
    assert not day(telephone, "2027-04-06").is_visible()
    desk = sat(sit, "verifikator", width=DESK).go("/kalender?bulan=2027-04")
    assert day(desk, "2027-04-06").is_visible()
    assert not desk.locator(".day__gap").first.is_visible()
