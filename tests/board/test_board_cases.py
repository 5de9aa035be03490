"""The list of cases: what is due next in front, in words, and for whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from board_centre import Centre
from case_shelf import FIRST, move, open_case

from ig_worker.domain.case import Event
from ig_worker.domain.rights import Role

READERS = {Role.HOLDER, Role.COMPLAINTS, Role.HEAD}


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/kasus/(K-\d{4}-\d+)"', page)


@pytest.mark.parametrize("role", list(Role))
def test_only_who_reads_cases_comes_to_the_list(centre: Centre, role: Role) -> None:
    answer = centre.browser(role).get("/kasus")
    assert answer.status_code == (200 if role in READERS else 403)


def test_nothing_there_is_said_kindly(centre: Centre) -> None:
    page = centre.browser(Role.COMPLAINTS).get("/kasus").text
    assert "Semua sudah ditangani" in page


def test_what_is_due_next_stands_first_and_dangers_above_all(centre: Centre) -> None:
    open_case(centre, "K-2026-0001", due=timedelta(days=5))
    open_case(centre, "K-2026-0002", due=timedelta(hours=3))
    open_case(centre, "K-2026-0003", due=timedelta(hours=-4))
    open_case(centre, "K-2026-0004", due=timedelta(days=9), severity="darurat")
    open_case(centre, "K-2026-0005", due=timedelta(days=1))
    page = centre.browser(Role.COMPLAINTS).get("/kasus").text
    assert numbers(page) == [f"K-2026-000{number}" for number in (4, 3, 2, 5, 1)]
    assert "Tanggapan pertama: hari ini 10.30" in page
    assert "Tanggapan pertama: besok 07.30" in page
    assert "Tanggapan pertama: Sen 30 Nov 07.30" in page
    assert "lewat" in page
    assert "Darurat" in page


def test_lateness_is_counted_as_the_centre_counts(centre: Centre) -> None:
    # Due yesterday at 13.30: on Tuesdays until 14.00, and half an hour of this morning.
    open_case(centre, due=timedelta(hours=-18))
    page = centre.browser(Role.COMPLAINTS).get("/kasus").text
    assert re.search(r"Tanggapan pertama: lewat (1 jam|\d+ menit)<", page)


def test_tabs_count_what_they_show(centre: Centre) -> None:
    open_case(centre, "K-2026-0001", due=timedelta(hours=-4))
    open_case(centre, "K-2026-0002")
    open_case(centre, "K-2026-0003")
    move(centre, Event.RESOLVE, "K-2026-0003")
    browser = centre.browser(Role.COMPLAINTS)
    expected = {"terbuka": [1, 2], "lewat": [1], "semua": [3, 2, 1], "selesai": [3], "apa-saja": [1, 2]}
    for tab, shown in expected.items():
        page = browser.get(f"/kasus?tab={tab}").text
        assert numbers(page) == [f"K-2026-000{number}" for number in shown], tab
        counts = re.findall(r'tabs__count">(\d+)<', page)
        assert counts == ["2", "1", "3", "1"], tab


def test_filters_narrow_the_list_and_its_counts(centre: Centre) -> None:
    open_case(centre, "K-2026-0001", assigned_to="Rina Wati")
    open_case(centre, "K-2026-0002", topic="obat", unit="farmasi")
    browser = centre.browser(Role.COMPLAINTS)
    assert numbers(browser.get("/kasus?unit=farmasi").text) == ["K-2026-0002"]
    assert numbers(browser.get("/kasus?topik=antrean").text) == ["K-2026-0001"]
    assert numbers(browser.get("/kasus?milik=1").text) == ["K-2026-0001"]
    assert "Tidak ada yang cocok" in browser.get("/kasus?akun=lain").text
    assert numbers(browser.get("/kasus?unit=%3Cscript%3E'%22--").text) == []


def test_a_programme_holder_sees_their_unit_only(centre: Centre) -> None:
    open_case(centre, "K-2026-0001", unit="farmasi")
    open_case(centre, "K-2026-0002", unit="poli_umum", severity="darurat")
    open_case(centre, "K-2026-0003", unit="")
    of_farmasi = centre.browser(Role.HOLDER, name="farmasi", unit="farmasi")
    of_none = centre.browser(Role.HOLDER, name="tanpa", unit="")
    assert numbers(of_farmasi.get("/kasus?tab=semua").text) == ["K-2026-0001"]
    assert numbers(of_farmasi.get("/kasus?unit=poli_umum").text) == []
    assert numbers(of_none.get("/kasus?tab=semua").text) == []
    assert "Poli umum" not in of_farmasi.get("/kasus").text
    both = centre.browser(Role.HOLDER, Role.COMPLAINTS, name="keduanya", unit="farmasi")
    assert len(numbers(both.get("/kasus?tab=semua").text)) == 3


def test_names_and_numbers_are_masked_for_who_may_not_read_them(centre: Centre) -> None:
    open_case(centre)
    full = centre.browser(Role.COMPLAINTS).get("/kasus").text
    masked = centre.browser(Role.HEAD).get("/kasus").text
    assert "081234567890" in full
    assert "Budi Santoso" in full
    assert "081234567890" not in masked
    assert "Budi Santoso" not in masked


def test_what_people_wrote_is_never_markup(centre: Centre) -> None:
    open_case(
        centre,
        said='<script>alert(1)</script> "><img src=x>\u202e' + "x" * 2000,
        assigned_to="<b>Rina</b>",
        unit="<i>u</i>",
    )
    page = centre.browser(Role.COMPLAINTS).get("/kasus").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Rina" not in page
    assert "<i>u" not in page
    assert "\u202e" not in page


def test_pages_follow_each_other_without_a_gap(centre: Centre) -> None:
    for number in range(1, 121):
        due = timedelta(hours=number % 7)
        open_case(centre, f"K-2026-{number:04d}", due=due, said="lama", author=f"orang_{number}")
    browser = centre.browser(Role.COMPLAINTS)
    for tab in ("terbuka", "semua"):
        seen: list[str] = []
        address = f"/kasus?tab={tab}"
        while address:
            page = browser.get(address).text
            seen += numbers(page)
            found = re.search(r'<a href="([^"]+)" rel="next"', page)
            address = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == 120, tab
    assert browser.get("/kasus?sesudah=nonsens").status_code == 200


def test_the_list_is_said_in_english_too(centre: Centre) -> None:
    open_case(centre)
    page = centre.browser(Role.COMPLAINTS, language="en").get("/kasus").text
    assert "First reaction: today 10.30" in page
    assert FIRST in page
