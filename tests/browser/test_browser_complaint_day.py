"""The complaint team with a telephone: a notice comes, its link is opened, the case taken, answered and resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import TELEPHONE, sitting
from playwright.sync_api import Browser, expect

from fakes.lively_centre import PASSWORD, PEOPLE, Linked, centre_with_a_complaint
from ig_worker.domain.rights import Role

pytestmark = pytest.mark.slow

ANSWER = "Mohon maaf atas antreannya, Kak. Mulai besok loket kedua kami buka dari pukul 07.00 🙏"


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A small centre whose Instagram runs, with one complaint that the team was told of."""
    with centre_with_a_complaint(tmp_path / "centre") as made:
        yield made


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_day_of_the_complaint_team(
    browser: Browser, linked: Linked, pictures: Path, script: bool
) -> None:
    said = linked.mails()
    link = re.search(rf"{linked.board}/kasus/(K-2026-\d+)", said)
    assert link is not None, said
    number = link[1]

    with sitting(browser, linked.board, width=TELEPHONE, script=script) as one:
        one.pictures = pictures
        # The link leads through the login to the case.
        one.page.goto(link[0])
        assert "/masuk" in one.page.url
        one.send_login("keluhan", PASSWORD)
        page = one.page
        assert page.url == link[0]
        assert "antrenya tiga jam" in page.locator("main").inner_text()
        evidence = page.locator('img[src*="/bukti/"]').first
        evidence.scroll_into_view_if_needed()
        expect(evidence).to_have_js_property("complete", value=True)
        if script:
            assert evidence.evaluate("one => one.naturalWidth") > 300
        one.keep_as("kasus-baru")

        # Takes it on.
        page.locator(f'form[action="/kasus/{number}/terima"] button').click()
        expect(page.locator(".said--good")).to_be_visible()
        assert PEOPLE[Role.COMPLAINTS] in page.locator(".journal").inner_text()
        one.keep_as("kasus-diterima")

        # Answers the person on Instagram.
        page.locator('main a[href^="/kotak-masuk/"]').first.click()
        page.locator("textarea[name=teks]").fill(ANSWER)
        one.keep_as("jawaban")
        page.locator('form[action$="/balas"] button').click()
        expect(page.locator(".said--good")).to_be_visible()
        assert linked.said_on_instagram() == [f"@warga.polowijen {ANSWER}"]
        # Sent once more by mistake, nobody is answered twice.
        page.reload()
        assert linked.said_on_instagram() == [f"@warga.polowijen {ANSWER}"]
        linked.work()
        assert linked.said_on_instagram() == [f"@warga.polowijen {ANSWER}"]

        # And resolves the case with it.
        page = one.go(f"/kasus/{number}")
        page.locator("details:has(form[action$='/selesai']) > summary").click()
        form = page.locator(f'form[action="/kasus/{number}/selesai"]')
        form.locator("textarea[name=tindak_lanjut]").fill("Loket kedua dibuka lebih pagi")
        form.locator("button").click()
        expect(page.locator(".said--good")).to_be_visible()
        one.keep_as("kasus-selesai")
        assert "Selesai" in page.locator("main").inner_text()
        assert ANSWER in page.locator("main").inner_text()
        assert one.watched.wrong == []


def test_the_link_of_a_notice_is_of_no_use_to_strangers(browser: Browser, linked: Linked) -> None:
    link = re.search(rf"{linked.board}/kasus/K-2026-\d+", linked.mails())
    assert link is not None
    with sitting(browser, linked.board) as one:
        one.page.goto(link[0])
        assert "/masuk" in one.page.url
        assert "antrenya" not in one.page.content()
        one.send_login("pembuat", PASSWORD)
        assert "antrenya" not in one.page.content()
        assert [line for line in one.watched.wrong if "403" not in line] == []
