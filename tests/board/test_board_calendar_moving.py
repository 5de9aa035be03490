"""A post gets another day from the calendar: by its own form, with the mark of what was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from board_centre import NOW, Centre
from calendar_page import Day, calendar_of

from fakes.bench import plan_post
from ig_worker.domain.approval import Approval
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right, Role, rights_of
from ig_worker.flows.planning.deciding import MOVABLE, seen_of
from ig_worker.store import approvals, posts
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
