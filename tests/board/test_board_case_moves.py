"""What people do with a case on its page: every action in every state, once, and for what they saw."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from board_centre import Browser, Centre
from case_shelf import FIRST, history, move, open_case, the_file, write_again

from ig_worker.domain.case import Event
from ig_worker.domain.rights import Role
from ig_worker.store import cases

Open = Callable[..., Centre]

PAGE = f"/kasus/{FIRST}"
SECOND = "K-2026-0002"
WORKERS = {Role.HOLDER, Role.COMPLAINTS}
ACTIONS: dict[str, dict[str, str]] = {
    "terima": {},
    "mulai": {},
    "tugaskan": {"petugas": "Bu Ani", "unit": "farmasi", "tingkat": "mendesak", "jenis": "saran", "rencana": "Loket"},
    "catat": {"catatan": "Sudah ditelepon"},
    "selesai": {"jawaban": "Loket sudah ditambah"},
    "tolak": {"alasan": "Bukan tentang kami"},
    "gabung": {"ke": SECOND},
    "buka": {"alasan": "Keliru"},
}  # fmt: skip
UNITS = """
[units.farmasi]
notify = ["mailto://farmasi:rahasia@mail.example.org?to=farmasi@example.org"]
"""


def seen(browser: Browser, page: str = PAGE) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{16})"', browser.get(page).text)
    assert found is not None
    return found[1]


def do(browser: Browser, action: str, page: str = PAGE, **fields: str) -> Any:
    """Send the form as it stands on the page now."""
    given = {**ACTIONS[action], **fields}
    return browser.post(f"{page}/{action}", {"seen": seen(browser, page), **given})


def said_in(answer: Any) -> str:
    """What the page says was done."""
    found = re.search(r'<p class="said said--\w+" role="status">(.*?)</p>', answer.text)
    assert found is not None
    return found[1]


@pytest.fixture
def shelf(open_centre: Open) -> Centre:
    """Two open cases of the same unit, and a unit that is told."""
    centre = open_centre(more=UNITS)
    open_case(centre)
    open_case(centre, SECOND)
    return centre


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(ACTIONS))
def test_only_who_works_on_cases_changes_one(shelf: Centre, action: str, role: Role) -> None:
    if action == "buka":
        move(shelf, Event.RESOLVE)
    known = seen(shelf.browser(Role.COMPLAINTS, name="tim"))
    before = history(shelf)
    answer = shelf.browser(role, unit="pendaftaran").post(
        f"{PAGE}/{action}", {"seen": known, **ACTIONS[action]}
    )
    if role in WORKERS:
        # A holder who hands a case to another unit is led to the list: it is not theirs any more.
        assert answer.status_code == 200
        assert len(history(shelf)) == len(before) + 1
    else:
        assert answer.status_code == 403
        assert history(shelf) == before


def test_the_journal_has_the_full_name(shelf: Centre) -> None:
    do(shelf.browser(Role.COMPLAINTS), "terima")
    assert history(shelf) == [("Rina Wati", "acknowledged")]
    row = the_file(shelf).row
    assert (row.status, row.acknowledged_by, row.assigned_to) == ("acknowledged", "Rina Wati", "Rina Wati")


def test_a_case_goes_through_every_hand_to_its_end(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    assert "Anda terima" in do(browser, "terima").text
    assert "sedang ditangani" in do(browser, "mulai").text
    said = do(browser, "tugaskan").text
    assert "Unit Farmasi diberi tahu." in said
    assert "sudah diatur" in said
    do(browser, "catat", untuk="tindak_lanjut")
    page = do(browser, "selesai").text
    assert "selesai. Terima kasih!" in page
    assert "Orangnya belum pernah dijawab" in page
    row = the_file(shelf).row
    assert (row.status, row.unit, row.severity, row.label) == ("resolved", "farmasi", "mendesak", "saran")
    assert (row.assigned_to, row.plan, row.follow_up) == ("Bu Ani", "Loket", "Sudah ditelepon")
    assert row.answer == "Loket sudah ditambah"
    assert all(line.met_at is not None for line in the_file(shelf).deadlines)
    assert "membuka lagi" in do(browser, "buka").text
    assert the_file(shelf).row.status == "in_progress"


@pytest.mark.parametrize("state", ["resolved", "rejected", "merged"])
@pytest.mark.parametrize("action", ["terima", "mulai", "tugaskan", "selesai", "tolak", "gabung"])
def test_a_closed_case_says_why_an_action_is_not_possible(shelf: Centre, action: str, state: str) -> None:
    said = {"resolved": {}, "rejected": {"reason": "x"}, "merged": {"into": SECOND}}[state]
    event = {"resolved": Event.RESOLVE, "rejected": Event.REJECT, "merged": Event.MERGE}[state]
    move(shelf, event, **said)
    browser = shelf.browser(Role.COMPLAINTS)
    answer = do(browser, action, jawaban="")
    if state == "resolved" and action == "selesai":
        assert answer.status_code == 200  # it completes the register
    elif state == "merged" and action == "gabung":
        assert "Tidak ada yang berubah" in answer.text
    else:
        assert answer.status_code == 409
        assert "buka lagi kasusnya" in answer.text
    assert the_file(shelf).row.status == state


def test_a_resolved_case_takes_what_its_register_lacks(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    do(browser, "selesai", jawaban="")
    assert "Lengkapi register" in browser.get(PAGE).text
    do(browser, "selesai", jawaban="Sudah kami sampaikan")
    assert the_file(shelf).row.answer == "Sudah kami sampaikan"


@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in {"catat", "buka"}])
def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(shelf: Centre, action: str) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    known = seen(browser)
    with shelf.database.writing() as connection:
        stored = cases.get(connection, FIRST)
        assert stored is not None
        cases.save(connection, stored, stored.case, shelf.now, "x", who="Bu Ani", plan="Rencana Bu Ani")
    before = history(shelf)
    answer = browser.post(f"{PAGE}/{action}", {"seen": known, **ACTIONS[action]})
    assert answer.status_code == 409
    assert "Sudah diubah oleh orang lain" in answer.text
    assert "Rencana Bu Ani" in answer.text
    assert history(shelf) == before
    # What was typed is kept, and the page shows what is there now: sent again, it counts.
    for name, typed in ACTIONS[action].items():
        if name not in {"unit", "tingkat", "jenis"}:
            assert html.escape(typed) in answer.text
    assert seen(browser) != known
    assert do(browser, action).status_code == 200


@pytest.mark.parametrize("action", list(ACTIONS))
def test_a_second_tap_does_nothing_more_and_is_answered_like_the_first(shelf: Centre, action: str) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    if action == "buka":
        move(shelf, Event.RESOLVE)
    form = {"seen": seen(browser), **ACTIONS[action]}
    answers = []
    for _ in range(2):
        answer = browser.post(f"{PAGE}/{action}", form)
        assert answer.status_code == 200
        answers.append(said_in(answer))
        if len(answers) == 1:
            done = history(shelf)
    assert history(shelf) == done
    assert answers[0].partition(".")[0] == answers[1].partition(".")[0]


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "catat"])
def test_what_a_colleague_has_done_is_nobody_elses_second_tap(shelf: Centre, action: str) -> None:
    """The last hand was theirs, but it wrote a note."""
    first = shelf.browser(Role.COMPLAINTS)
    second = shelf.browser(Role.COMPLAINTS, name="dewi", full_name="Dewi")
    if action == "buka":
        move(shelf, Event.RESOLVE)
    form = {"seen": seen(second), **ACTIONS[action]}
    done = said_in(first.post(f"{PAGE}/{action}", {**form, "seen": seen(first)}))
    second.post(f"{PAGE}/catat", {"catatan": "Sudah ditelepon"})
    before = history(shelf)
    answer = second.post(f"{PAGE}/{action}", form)
    assert done.partition(".")[0] not in answer.text
    assert "Tidak ada yang berubah" in answer.text or "Sudah diubah oleh orang lain" in answer.text
    assert history(shelf) == before


def test_the_same_note_is_another_one_later_or_after_somebody_elses(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    do(browser, "catat")
    shelf.set_clock(shelf.now + timedelta(minutes=11))
    do(browser, "catat")
    other = shelf.browser(Role.COMPLAINTS, name="dewi", full_name="Dewi")
    do(other, "catat", catatan="Tidak diangkat")
    do(browser, "catat")
    assert [what for _, what in history(shelf)].count("note: Sudah ditelepon") == 3


def test_words_that_came_meanwhile_are_read_before_a_case_is_closed(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    known = seen(browser)
    write_again(shelf, "Masih lama!")
    answer = browser.post(f"{PAGE}/selesai", {"seen": known, "jawaban": "Sudah"})
    assert answer.status_code == 409
    assert "Masih lama!" in answer.text
    assert the_file(shelf).row.status == "new"


def test_what_the_worker_does_by_itself_sends_nobody_back(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    known = seen(browser)
    move(shelf, Event.TOLD)
    assert browser.post(f"{PAGE}/terima", {"seen": known}).status_code == 200
    assert the_file(shelf).row.status == "acknowledged"


def test_without_a_mark_nothing_is_done(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    for action in (action for action in ACTIONS if action != "catat"):
        assert browser.post(f"{PAGE}/{action}", ACTIONS[action]).status_code == 409
    assert history(shelf) == []


def test_a_note_is_taken_whatever_happened_meanwhile(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    known = seen(browser)
    move(shelf, Event.RESOLVE)
    answer = browser.post(f"{PAGE}/catat", {"seen": known, "catatan": "Ibunya sudah ditelepon"})
    assert answer.status_code == 200
    assert history(shelf)[-1] == ("Rina Wati", "note: Ibunya sudah ditelepon")


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("catat", {"catatan": "   "}, "Mohon diisi"),
        ("catat", {"catatan": "x" * 4001}, "Terlalu panjang"),
        ("tolak", {"alasan": ""}, "Mohon diisi"),
        ("tugaskan", {"unit": "tidak_ada"}, "Pilihan ini tidak ada"),
        ("tugaskan", {"tingkat": "gawat"}, "Pilihan ini tidak ada"),
        ("tugaskan", {"jenis": "pujian"}, "Pilihan ini tidak ada"),
        ("tugaskan", {"petugas": "x" * 81}, "Terlalu panjang"),
        ("gabung", {"ke": "nomor"}, "Tulis nomor kasus"),
        ("gabung", {"ke": "K-2026-9999"}, "tidak ada"),
        ("selesai", {"jawaban": "x" * 4001}, "Terlalu panjang"),
    ],
)
def test_what_is_filled_in_wrongly_comes_back_with_the_reason(
    shelf: Centre, action: str, fields: dict[str, str], said: str
) -> None:
    answer = do(shelf.browser(Role.COMPLAINTS), action, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'<details id="{action}" open>' in answer.text
    assert history(shelf) == []


def test_a_merged_case_leads_to_the_one_in_which_it_goes_on(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    page = do(browser, "gabung").text
    assert f'<a href="/kasus/{SECOND}">{SECOND}</a>' in page
    assert f'<a href="{PAGE}">{FIRST}</a>' in browser.get(f"/kasus/{SECOND}").text
    do(browser, "buka")
    assert do(browser, "gabung", ke=FIRST).status_code == 409


def test_a_holder_merges_into_nothing_that_they_do_not_see(shelf: Centre) -> None:
    open_case(shelf, "K-2026-0003", unit="farmasi")
    browser = shelf.browser(Role.HOLDER, unit="pendaftaran")
    answer = do(browser, "gabung", ke="K-2026-0003")
    assert answer.status_code == 422
    assert "tidak ada" in answer.text
    assert the_file(shelf, "K-2026-0003").row.status == "new"


@pytest.mark.parametrize("action", list(ACTIONS))
def test_a_holder_changes_nothing_of_another_unit(shelf: Centre, action: str) -> None:
    known = seen(shelf.browser(Role.COMPLAINTS))
    browser = shelf.browser(Role.HOLDER, unit="farmasi")
    answer = browser.post(f"{PAGE}/{action}", {"seen": known, **ACTIONS[action]})
    assert answer.status_code == 404
    assert history(shelf) == []


def test_who_hands_a_case_over_is_led_back_to_the_list(shelf: Centre) -> None:
    answer = do(shelf.browser(Role.HOLDER, unit="pendaftaran"), "tugaskan")
    assert answer.url.path == "/kasus"
    assert "Unit Farmasi diberi tahu" in answer.text


def test_who_taps_twice_to_hand_a_case_over_is_led_to_the_list_both_times(shelf: Centre) -> None:
    browser = shelf.browser(Role.HOLDER, unit="pendaftaran")
    form = {"seen": seen(browser), **ACTIONS["tugaskan"]}
    first = browser.post(f"{PAGE}/tugaskan", form)
    before = history(shelf)
    again = browser.post(f"{PAGE}/tugaskan", form)
    assert (first.url.path, again.url.path) == ("/kasus", "/kasus")
    assert said_in(again) == said_in(first).partition(". ")[0] + "."
    assert history(shelf) == before
    # Nobody else of the old unit learns of it, and nothing is changed there from here.
    for other, fields in (
        (shelf.browser(Role.HOLDER, name="dewi", full_name="Dewi", unit="pendaftaran"), {}),
        (browser, {"rencana": "Lain"}),
        (browser, {"unit": "tidak_ada"}),
    ):
        assert other.post(f"{PAGE}/tugaskan", {**form, **fields}).status_code == 404
    assert history(shelf) == before


def test_an_emergency_tells_those_on_duty(open_centre: Open) -> None:
    centre = open_centre()
    open_case(centre)
    page = do(centre.browser(Role.COMPLAINTS), "tugaskan", unit="", tingkat="darurat").text
    assert "Petugas jaga diberi tahu" in page
    with centre.database.reading() as connection:
        stored = cases.get(connection, FIRST)
        assert stored is not None
        titles = [row.title for row in cases.deliveries_of(connection, stored.id)]
    assert titles
    assert all(title.startswith("DARURAT") for title in titles)


def test_forms_of_other_pages_change_nothing(shelf: Centre) -> None:
    browser = shelf.browser(Role.COMPLAINTS)
    for action, fields in ACTIONS.items():
        answer = browser.post(f"{PAGE}/{action}", fields, csrf="0" * 64)
        assert answer.status_code == 403
    assert history(shelf) == []


def test_a_deadline_in_the_past_is_said_on_the_page(shelf: Centre) -> None:
    open_case(shelf, "K-2026-0003", due=timedelta(days=-4))
    assert re.search(r"lewat \d hari kerja", shelf.browser(Role.COMPLAINTS).get("/kasus/K-2026-0003").text)
