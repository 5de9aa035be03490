"""An approval is for exactly what was seen: what voids it, what does not, and who may give it (INTERFACE.md, SOP)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from planning_desk import WIB, Desk, empty_desk, row

from ig_worker.domain.publication import Event, Happened
from ig_worker.flows.planning import deciding

BY_HAND = {"approved_by": "Kepala", "approved_hash": "h", "approval_void": False}
PREPARED = (Happened(Event.START), Happened(Event.CONTAINER_MADE, container_id="178"))
READY = (*PREPARED, Happened(Event.CONTAINER_READY))


@pytest.fixture
def desk() -> Iterator[Desk]:
    with empty_desk() as empty:
        yield empty


CHANGES = {
    "caption": "Posyandu lusa",
    "media": "dua.jpg",
    "jenis": "story",
    "alt_text": "Ibu dan bayi",
    "komentar_pertama": "Info: datang saja",
    "kolaborator": "dinkes.malang",
    "tag": "dinkes.malang (0.5, 0.5)",
    "lokasi": "123456",
}


@pytest.mark.parametrize(("column", "value"), CHANGES.items())
def test_a_change_of_what_the_public_sees_voids_the_approval(desk: Desk, column: str, value: str) -> None:
    desk.take(row())
    result = desk.take(row(**{column: value}))
    assert result.changed == ["P-01"]
    assert "draf dahulu" in result.waiting["P-01"]
    post = desk.post()
    assert (post.publication.status, post.row.approved_by, post.row.approval_void) == ("draft", "", True)


def test_a_void_approval_needs_the_row_to_be_seen_as_draf_in_between(desk: Desk) -> None:
    desk.take(row())
    desk.take(row(caption="Lain"))
    again = desk.take(row(caption="Lain"))
    assert (again.unchanged, desk.status()) == (["P-01"], "draft")
    assert "draf dahulu" in again.waiting["P-01"]
    assert desk.take(row(caption="Lain", jam="11.00")).changed == ["P-01"]
    assert desk.status() == "draft"
    desk.take(row(caption="Lain", status="draf"))
    assert desk.status() == "draft"
    result = desk.take(row(caption="Lain"))
    assert (result.changed, result.waiting) == (["P-01"], {})
    assert desk.status() == "approved"


def test_a_change_made_together_with_the_return_to_draf_is_approved_by_the_next_import(desk: Desk) -> None:
    desk.take(row())
    desk.take(row(caption="Lain", status="draf"))
    desk.take(row(caption="Lain lagi"))
    assert desk.status() == "approved"
    assert desk.post().row.approved_hash == desk.post().row.content_hash


def test_a_person_may_approve_instead(desk: Desk) -> None:
    desk.take(row())
    desk.take(row(caption="Lain"))
    desk.happen(Happened(Event.APPROVE), **BY_HAND)
    assert desk.take(row(caption="Lain")).waiting == {}
    assert desk.status() == "approved"
    desk.take(row(caption="Lain", jam="12.00"))
    assert desk.status() == "approved"


@pytest.mark.parametrize("happened", [(), PREPARED, READY])
def test_a_change_of_time_reschedules_without_voiding(desk: Desk, happened: tuple[Happened, ...]) -> None:
    desk.take(row())
    desk.happen(*happened)
    before = desk.post().publication
    result = desk.take(row(tanggal="27/11/2026", jam="15.00"))
    assert (result.changed, result.waiting) == (["P-01"], {})
    after = desk.post().publication
    assert after.scheduled_at == datetime(2026, 11, 27, 15, 0, tzinfo=WIB)
    assert (after.status, after.container_id) == (before.status, before.container_id)


FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=WIB)


@pytest.mark.parametrize("cells", [{"segmen": "Edukasi"}, {"redaksi": "Sari"}, {"caption": "Lain"}])
def test_a_post_that_a_person_moved_keeps_its_time_when_something_else_in_its_row_changes(
    desk: Desk, cells: dict[str, str]
) -> None:
    desk.take(row())
    deciding.reschedule(desk.database, desk.clock.now(), desk.post().id, FRIDAY, by="dr. Wulan")
    result = desk.take(row(**cells))
    assert result.changed == ["P-01"]
    assert desk.post().publication.scheduled_at == FRIDAY
    assert not {"tanggal", "jam", "waktu"} & {each.column for each in result.changes["P-01"].differences}
    desk.take()
    desk.take(row(**cells))
    assert desk.post().publication.scheduled_at == FRIDAY, "also when the row was away for a while"


def test_a_row_with_another_time_moves_its_post_wherever_a_person_had_moved_it(desk: Desk) -> None:
    desk.take(row())
    deciding.reschedule(desk.database, desk.clock.now(), desk.post().id, FRIDAY, by="dr. Wulan")
    desk.take(row(jam="15.00"))
    assert desk.post().publication.scheduled_at == datetime(2026, 11, 26, 15, 0, tzinfo=WIB)


def test_a_change_of_time_keeps_what_a_person_approved_while_the_sheet_says_draf(desk: Desk) -> None:
    desk.take(row(status="draf"))
    desk.happen(Happened(Event.APPROVE), **BY_HAND)
    result = desk.take(row(status="draf", jam="15.00"))
    assert (result.changed, result.waiting) == (["P-01"], {})
    assert (desk.status(), desk.post().row.approved_by) == ("approved", "Kepala")


def test_a_change_of_content_voids_what_a_person_approved(desk: Desk) -> None:
    desk.take(row(status="draf"))
    desk.happen(Happened(Event.APPROVE), **BY_HAND)
    result = desk.take(row(status="draf", caption="Lain"))
    assert result.waiting == {"P-01": "statusnya masih draf"}
    assert (desk.status(), desk.post().row.approved_by) == ("draft", "")


@pytest.mark.parametrize("happened", [(), PREPARED, READY])
def test_status_back_to_draf_withdraws_the_approval(desk: Desk, happened: tuple[Happened, ...]) -> None:
    desk.take(row())
    desk.happen(*happened)
    result = desk.take(row(status="draf"))
    assert result.waiting == {"P-01": "statusnya masih draf"}
    post = desk.post()
    assert (post.publication.status, post.publication.container_id) == ("draft", "")
    assert (post.row.approved_by, post.row.approved_hash) == ("", "")


def test_a_new_maker_who_is_the_verifier_withdraws_the_approval(desk: Desk) -> None:
    desk.take(row())
    result = desk.take(row(pembuat="DR. WULAN"))
    assert "orang yang sama" in result.waiting["P-01"]
    assert desk.status() == "draft"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"verifikator": "Rina"}, "orang yang sama"),
        ({"verifikator": "rina"}, "orang yang sama"),
        ({"verifikator": ""}, "kolom verifikator masih kosong"),
        ({"status": ""}, "statusnya masih draf"),
    ],
)
def test_a_row_that_is_not_approved_by_a_second_person_waits(
    desk: Desk, cells: dict[str, str], why: str
) -> None:
    result = desk.take(row(**cells))
    assert why in result.waiting["P-01"]
    assert desk.status() == "draft"


# Batal.


@pytest.mark.parametrize("happened", [(), PREPARED, READY, (Happened(Event.HOLD, reason="late"),)])
def test_batal_cancels(desk: Desk, happened: tuple[Happened, ...]) -> None:
    desk.take(row())
    desk.happen(*happened)
    assert desk.take(row(status="batal")).changed == ["P-01"]
    assert desk.status() == "cancelled"
    assert desk.take(row(status="batal", jam="11.00")).changed == ["P-01"]
    assert desk.status() == "cancelled"


def test_a_new_row_with_batal_is_cancelled_from_the_start(desk: Desk) -> None:
    assert desk.take(row(status="batal")).added == ["P-01"]
    assert desk.status() == "cancelled"


def test_what_the_sheet_cancelled_the_sheet_plans_again(desk: Desk) -> None:
    desk.take(row())
    desk.take(row(status="batal"))
    assert desk.take(row(status="draf")).waiting == {"P-01": "statusnya masih draf"}
    assert desk.status() == "draft"
    desk.take(row(status="batal"))
    desk.take(row())
    assert desk.status() == "approved"


@pytest.mark.parametrize("cells", [{"jam": "11.00"}, {"redaksi": "Sari"}, {"caption": "Lain"}])
def test_what_a_person_cancelled_does_not_go_out_because_its_row_changed(
    desk: Desk, cells: dict[str, str]
) -> None:
    desk.take(row())
    desk.happen(Happened(Event.CANCEL))
    result = desk.take(row(**cells))
    assert "draf dahulu" in result.waiting["P-01"]
    assert desk.status() == "draft"


def test_what_a_person_cancelled_stays_cancelled_when_its_row_vanishes_and_reappears(desk: Desk) -> None:
    desk.take(row())
    desk.take()
    desk.happen(Happened(Event.CANCEL))
    assert desk.take(row()).unchanged == ["P-01"]
    assert desk.status() == "cancelled"


# Held, failed.


@pytest.mark.parametrize(
    ("cells", "why"),
    [({"ada_pasien": "ya"}, "persetujuan"), ({"caption": "Hubungi 081234567890 ya"}, "berakhiran 90")],
)
def test_what_a_person_must_decide_holds_the_post(desk: Desk, cells: dict[str, str], why: str) -> None:
    result = desk.take(row(**cells))
    assert why in result.waiting["P-01"]
    assert desk.status() == "held"
    again = desk.take(row(**cells, jam="11.00"))
    assert why in again.waiting["P-01"]
    assert desk.status() == "held"


def test_the_consent_that_was_missing_lets_the_post_go(desk: Desk) -> None:
    desk.take(row(ada_pasien="ya"))
    assert desk.take(row(ada_pasien="ya", persetujuan_pasien="SP-12/2026")).waiting == {}
    assert desk.status() == "approved"


@pytest.mark.parametrize("happened", [(), READY])
def test_a_patient_told_of_afterwards_holds_an_approved_post(
    desk: Desk, happened: tuple[Happened, ...]
) -> None:
    desk.take(row())
    desk.happen(*happened)
    result = desk.take(row(ada_pasien="ya"))
    assert "persetujuan" in result.waiting["P-01"]
    assert desk.status() == "held"


def test_what_a_person_let_go_in_spite_of_a_finding_is_not_held_again_by_a_new_time(desk: Desk) -> None:
    number = "Hubungi 081234567890 ya"
    desk.take(row(caption=number))
    desk.happen(Happened(Event.APPROVE), **BY_HAND)
    assert desk.take(row(caption=number, jam="11.00")).waiting == {}
    assert desk.status() == "approved"


def test_a_new_time_lets_a_late_or_failed_post_try_again(desk: Desk) -> None:
    for key, happened in (
        ("P-01", [Happened(Event.HOLD, reason="late")]),
        ("P-02", [Happened(Event.FAIL, reason="Meta refused it")]),
    ):
        desk.take(row(key), source=key)
        desk.happen(*happened, key=key)
        desk.take(row(key, jam="16.00"), source=key)
        post = desk.post(key)
        assert (post.publication.status, post.publication.last_error) == ("approved", "")


def test_a_failed_post_stays_failed_while_its_row_says_the_same(desk: Desk) -> None:
    desk.take(row())
    desk.happen(Happened(Event.FAIL, reason="Meta refused it"))
    assert desk.take(row()).unchanged == ["P-01"]
    assert desk.status() == "failed"


def test_a_late_post_whose_approval_is_withdrawn_is_a_draft(desk: Desk) -> None:
    desk.take(row())
    desk.happen(Happened(Event.HOLD, reason="late"))
    desk.take(row(status="draf"))
    assert desk.status() == "draft"


def test_a_failed_post_whose_approval_is_withdrawn_does_not_try_again(desk: Desk) -> None:
    desk.take(row())
    desk.happen(Happened(Event.FAIL, reason="Meta refused it"))
    for _ in range(2):
        assert desk.take(row(status="draf")).waiting == {"P-01": "statusnya masih draf"}
        assert desk.status() == "failed"
