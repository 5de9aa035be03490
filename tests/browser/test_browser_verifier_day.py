"""The day of a verifier: a sheet with its pictures comes in, a post is looked at, approved, and carried elsewhere."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from chromium import DESK, TELEPHONE, Sit, Somebody
from playwright.sync_api import expect

from fakes.lively_centre import NOW, PEOPLE
from ig_worker.demo.stage import SAMPLE
from ig_worker.domain.rights import Role

pytestmark = pytest.mark.slow

DAY = NOW.date() + timedelta(days=20)
OTHER_DAY = DAY + timedelta(days=1)
"""In the same week of the calendar."""

SHEET = f"""\
kode,tanggal,jam,segmen,jenis,media,caption,alt_text,ada_pasien,status,pembuat
VR-1,{DAY:%d/%m/%Y},09.00,Nice to Know,gambar,hipertensi.jpg,Cek tensi rutin yuk 🩺,Poster,tidak,draf,Rina Wulandari
VR-2,{DAY:%d/%m/%Y},16.00,Pengumuman,carousel,dbd-1.jpg;dbd-2.png,Jumat bersih,,tidak,draf,Rina Wulandari
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The ZIP that the content team hands over."""
    file = tmp_path / "rencana-pekan-depan.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("rencana.csv", SHEET)
        for name in ("hipertensi.jpg", "dbd-1.jpg", "dbd-2.png"):
            archive.write(SAMPLE / "gambar" / name, name)
    return file


def import_sheet(one: Somebody, shelf: Path) -> None:
    """Upload, look at what would change, take it."""
    page = one.go("/impor")
    page.locator("input[type=file]").set_input_files(shelf)
    page.locator('form[action="/impor"] button').click()
    take = page.locator('form[action$="/terapkan"] button')
    until_there(one, take)
    one.keep_as("impor-pratinjau")
    assert "2" in page.locator("main").inner_text()
    take.click()
    until_there(one, page.get_by_role("link", name="VR-1"))
    one.keep_as("impor-hasil")


def until_there(one: Somebody, what: object) -> None:
    """The import works in the background: its page is loaded again until it has come to an end."""
    for _ in range(40):
        try:
            expect(what).to_be_visible(timeout=1_000)  # type: ignore[call-overload]
        except AssertionError:
            one.page.reload()
        else:
            return
    raise AssertionError(one.page.locator("main").inner_text())


@pytest.mark.parametrize(
    ("width", "script"), [(DESK, True), (TELEPHONE, False)], ids=["desk", "telephone without script"]
)
def test_the_day_of_a_verifier(sit_afresh: Sit, shelf: Path, width: int, script: bool) -> None:
    one = sit_afresh("verifikator", width=width, script=script)
    import_sheet(one, shelf)
    page = one.page

    # Looks at it as Instagram would show it.
    page.get_by_role("link", name="VR-1").first.click()
    assert page.locator("h1").inner_text() == "VR-1"
    assert "Cek tensi rutin yuk" in page.locator("main").inner_text()
    assert PEOPLE[Role.MAKER] in page.locator("main").inner_text()
    picture = page.locator("main img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    if script:
        assert picture.evaluate("one => one.naturalWidth") > 300
    one.keep_as("posting")
    number = page.url.rpartition("/")[2].partition("?")[0]

    # Approves it.
    page.locator(f'form[action="/posting/{number}/setujui"] button').first.click()
    expect(page.locator(".said--good")).to_be_visible()
    assert PEOPLE[Role.VERIFIER] in page.locator(".journal").inner_text()
    assert page.locator(f'form[action="/posting/{number}/setujui"]').count() == 0
    one.keep_as("posting-disetujui")

    # Moves it to another day: by dragging, or by the form where there is no script.
    page = one.go(f"/kalender?bulan={DAY:%Y-%m}")
    card = page.locator(f'li:has(a[href="/posting/{number}"])')
    expect(page.locator(f'[data-day="{DAY}"]').locator(card)).to_have_count(1)
    if script:
        drag(one, f'a[href="/posting/{number}"]', f'[data-day="{OTHER_DAY}"]')
    else:
        card.locator("summary").click()
        card.locator("input[name=tanggal]").fill(OTHER_DAY.isoformat())
        card.locator("form button").click()
    expect(page.locator(f'[data-day="{OTHER_DAY}"]').locator(card)).to_have_count(1)
    expect(page.locator(".said--good")).to_be_visible()
    one.keep_as("kalender-dipindah")
    journal = one.go(f"/posting/{number}").locator(".journal").inner_text()
    assert PEOPLE[Role.VERIFIER] in journal.splitlines()[0] + journal.splitlines()[-1]


def drag(one: Somebody, what: str, where: str) -> None:
    """With the mouse, as a hand does it: press, go there in steps, let go."""
    held, day = one.page.locator(what).first, one.page.locator(where).first
    held.scroll_into_view_if_needed()
    begin, end = held.bounding_box(), day.bounding_box()
    assert begin is not None
    assert end is not None
    mouse = one.page.mouse
    mouse.move(begin["x"] + 5, begin["y"] + 5)
    mouse.down()
    mouse.move(begin["x"] + 30, begin["y"] + 10, steps=3)
    mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=10)
    with one.page.expect_navigation():
        mouse.up()
