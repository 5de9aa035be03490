"""A post gets another day from the calendar: by its own form, with the mark of what was shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from board_centre import NOW, Centre
from calendar_page import Day, calendar_of

from fakes.bench import plan_post
from ig_worker.domain.approval import Approval
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right, Role, rights_of
from ig_worker.flows.planning.deciding import MOVABLE, seen_of
from ig_worker.store import approvals, journal, posts
from ig_worker.store.posts import StoredPost

DAY = timedelta(days=1)
NOVEMBER = "bulan=2026-11"


def planned(centre: Centre, status: str = "approved", **changes: Any) -> int:
    with centre.database.writing() as connection:
        number = plan_post(connection, at=NOW + DAY, status=status, **changes)
        approvals.put(connection, number, Approval("verifikator", "dr. Wulan", "c" * 64), NOW)
    return number


def stored(centre: Centre, number: int) -> StoredPost:
    with centre.database.reading() as connection:
        found = posts.get(connection, number)
    assert found is not None
    return found


def tomorrow(centre: Centre, *roles: Role, words: str = NOVEMBER) -> Day:
    return calendar_of(centre.browser(*roles), words).days["2026-11-26"]


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_move_posts_gets_a_form(centre: Centre, role: Role) -> None:
    planned(centre)
    forms = tomorrow(centre, role).forms
    assert len(forms) == (Right.MOVE in rights_of([role]))


@pytest.mark.parametrize("status", list(Status))
def test_only_what_can_still_be_moved_has_a_form(centre: Centre, status: Status) -> None:
    out = {"ig_media_id": "1", "published_at": NOW} if status is Status.PUBLISHED else {}
    begun = {"intent_at": NOW} if status is Status.PUBLISHING else {}
    planned(centre, status.value, **out, **begun)
    day = tomorrow(centre, Role.VERIFIER, words=f"{NOVEMBER}&status={status}")
    assert "Posyandu besok" in day.text
    assert len(day.forms) == (status in MOVABLE)


def test_the_form_carries_what_was_shown_and_the_way_back(centre: Centre) -> None:
    number = planned(centre)
    (form,) = tomorrow(centre, Role.VERIFIER, words=f"{NOVEMBER}&segmen=Pengumuman").forms
    with centre.database.reading() as connection:
        given = approvals.of(connection, number)
    assert given
    assert form["action"] == f"/posting/{number}/pindah"
    assert form["seen"] == seen_of(stored(centre, number), given)
    assert (form["tanggal"], form["jam"]) == ("2026-11-26", "07:30")
    assert form["kembali"] == "/kalender?bulan=2026-11&segmen=Pengumuman"


def test_a_post_moves_and_the_same_calendar_says_so(centre: Centre) -> None:
    number = planned(centre)
    browser = centre.browser(Role.VERIFIER)
    (form,) = calendar_of(browser, NOVEMBER).days["2026-11-26"].forms
    answer = browser.post(form.pop("action"), {**form, "tanggal": "2026-11-30"})
    assert answer.status_code == 200
    assert str(answer.url).endswith("/kalender?bulan=2026-11")
    assert 'role="status"' in answer.text
    assert stored(centre, number).row.scheduled_at == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    after = calendar_of(browser, NOVEMBER)
    assert "07.30" in after.days["2026-11-30"].text
    assert after.days["2026-11-26"].forms == []
    with centre.database.reading() as connection:
        assert journal.of(connection, f"post:{number}")[-1].who == "Bidan Ratna"


@pytest.mark.parametrize(
    ("day", "clock"),
    [("2026-11-24", "09:00"), ("2026-11-25", "07:30"), ("", "09:00"), ("2026-02-30", "09:00")],
)
def test_a_time_that_is_over_or_none_moves_nothing(centre: Centre, day: str, clock: str) -> None:
    number = planned(centre)
    browser = centre.browser(Role.EDITOR)
    (form,) = calendar_of(browser, NOVEMBER).days["2026-11-26"].forms
    answer = browser.post(form.pop("action"), {**form, "tanggal": day, "jam": clock})
    assert answer.status_code in {409, 422}
    assert stored(centre, number).row.scheduled_at == NOW + DAY


def test_a_calendar_that_is_out_of_date_moves_nothing(centre: Centre) -> None:
    number = planned(centre)
    first, second = centre.browser(Role.EDITOR), centre.browser(Role.VERIFIER)
    (early,) = calendar_of(first, NOVEMBER).days["2026-11-26"].forms
    (late,) = calendar_of(second, NOVEMBER).days["2026-11-26"].forms
    first.post(early.pop("action"), {**early, "tanggal": "2026-11-27"})
    answer = second.post(late.pop("action"), {**late, "tanggal": "2026-11-30"})
    assert answer.status_code == 409
    assert stored(centre, number).row.scheduled_at == NOW + 2 * DAY
