"""The board by keyboard alone: everything is reached in order, it shows where one is, and what is folded opens."""

from __future__ import annotations

import pytest
from chromium import DESK, Sit

STEPS = 40
SHOWN = """
() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {
    what: one.outerHTML.slice(0, 90), body: one === document.body,
    top: box.top + scrollY, visible: box.width > 0 && box.height > 0 && box.right > 0,
    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}
"""


@pytest.mark.parametrize(
    ("role", "path"), [("verifikator", "/"), ("verifikator", "/kalender"), ("keluhan", "/kotak-masuk")]
)
def test_every_step_of_the_keyboard_can_be_seen(sit: Sit, role: str, path: str) -> None:
    page = sit(role, width=DESK).go(path)
    reached = []
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate(SHOWN)
        if here["body"]:
            break
        reached.append(here)
    assert len({one["what"] for one in reached}) > 8
    assert [one["what"] for one in reached if not (one["visible"] and one["outline"])] == []


def test_what_is_folded_opens_by_keyboard(sit: Sit) -> None:
    page = sit("verifikator", width=DESK).go("/kalender")
    fold = page.locator("main details:not([open]) > summary").first
    fold.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True
