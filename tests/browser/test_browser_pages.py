"""Every page of the board that links and filters lead to, as those see it for whom it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chromium import DESK, HEIGHT, TELEPHONE, Led, Sit
from playwright.sync_api import Page

from ig_worker.domain.rights import Role

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

TOUCHED = 43.5
"""Pixels: 44, but for what the browser rounds."""

SMALL = f"""
() => [...document.querySelectorAll(
    "main .button, main button, main input:not([type=hidden]), main select, main textarea, main summary, .menu a")]
  .map(one => one.matches("[type=checkbox], [type=radio]") ? one.closest("label, .tick") || one : one)
  .filter(one => one.checkVisibility({{visibilityProperty: true}}) && one.getBoundingClientRect().height < {TOUCHED})
  .map(one => `${{one.outerHTML.slice(0, 80)}} is ${{one.getBoundingClientRect().height}} px high`)
"""

WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table, .unseen, svg"))
  .slice(0, 3).map(one => one.outerHTML.slice(0, 80))
"""

AXE_RUN = """
async rules => {
  const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], ...only});
  return found.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id} (${one.impact}): ${node.target} ${node.html.slice(0, 120)}`));
}
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def axe() -> str:
    """axe-core's script; skips without it."""
    if not AXE.exists():
        pytest.skip("axe-core is not here (cd tests/browser && npm ci)")
    return AXE.read_text("utf-8")


def in_every_shape(page: Page) -> Any:
    """The page as a telephone and a desk show it, by day and by night: width and whether it is dark."""
    for width in (TELEPHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT[width]})
        for dark in (False, True):
            page.emulate_media(color_scheme="dark" if dark else "light")
            yield width, dark


def test_no_page_leads_anybody_to_what_is_not_there_or_not_for_them(led: Led) -> None:
    assert led.nowhere == []


@pytest.mark.parametrize("role", Role)
def test_every_page_is_for_everybodys_eyes_and_hands(
    sit: Sit, led: Led, pictures: Path, axe: str, role: Role
) -> None:
    """axe finds nothing serious or critical; nothing scrolls sideways; what is touched is as high as a fingertip."""
    one = sit(role.value)
    wrong = []
    for path in led.pages[role]:
        page = one.go(path)
        page.wait_for_load_state(
            "networkidle"
        )  # no picture of it is still being made when the next page asks
        page.evaluate(axe)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        for width, dark in in_every_shape(page):
            where = f"{path} as {role.value}, {width} px, {'dark' if dark else 'light'}"
            wrong += [
                f"{where}: {found}" for found in page.evaluate(AXE_RUN, ["color-contrast"] if dark else [])
            ]
            if not dark:
                if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                    wrong.append(f"{where}: {wide} px wide, because of {page.evaluate(WIDE)}")
                if width == TELEPHONE:
                    wrong += [f"{where}: {found}" for found in page.evaluate(SMALL)]
            if "?" not in path:
                name = path.strip("/").replace("/", "_") or "beranda"
                shade = "gelap" if dark else "terang"
                one.keep(pictures / f"{name}-{role.value}-{width}-{shade}.png")
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_every_page_is_whole_without_script(sit: Sit, led: Led, role: Role) -> None:
    one = sit(role.value, script=False)
    for path in led.pages[role]:
        page = one.go(path)
        assert page.locator("h1").count() == 1, path
        assert page.locator("h1").is_visible(), path
        assert (
            page.locator("form:visible button:visible").count()
            == page.locator("form button:not(details:not([open]) *)").count()
        ), path


EACH = {
    "verifikator": "SELECT '/posting/' || min(id) FROM posts GROUP BY status, kind",
    "keluhan": "SELECT '/kasus/' || min(number) FROM cases GROUP BY status, severity "
    "UNION SELECT '/kotak-masuk/' || min(id) FROM messages WHERE NOT own GROUP BY label, channel",
    "penanggung_jawab": "SELECT '/kasus/' || number FROM cases WHERE unit = 'kia'",
    "inggris": "SELECT '/posting/' || min(id) FROM posts UNION SELECT '/kasus/' || min(number) FROM cases",
}
"""Pages that look otherwise in each state of what they are about."""


@pytest.mark.parametrize("name", EACH)
def test_every_state_is_for_everybodys_eyes_and_hands(
    sit: Sit, lively_folder: Path, axe: str, name: str
) -> None:
    with closing(sqlite3.connect(lively_folder / "ig-worker.db")) as database:
        paths = [path for (path,) in database.execute(EACH[name])]
    assert paths
    one = sit(name)
    wrong = []
    for path in paths:
        page = one.go(path)
        page.wait_for_load_state(
            "networkidle"
        )  # no picture of it is still being made when the next page asks
        page.evaluate(axe)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wrong += [f"{path} as {name}: {found}" for found in page.evaluate(AXE_RUN, []) + page.evaluate(SMALL)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > TELEPHONE:
            wrong.append(f"{path} as {name}: {wide} px wide, because of {page.evaluate(WIDE)}")
    assert wrong == []
