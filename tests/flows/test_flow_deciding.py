"""What people decide about posts: what was looked at is what counts, and nobody overwrites anybody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from planning_desk import Desk, empty_desk, row

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, outbox, plan_post
from ig_worker.domain.approval import HOLDER, VERIFIER
from ig_worker.domain.publication import TIME_IS_OVER, Event, Happened, Status, apply
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.flows.planning import confirming, deciding, verdicts
from ig_worker.flows.planning.approving import Agreement, Approving
from ig_worker.flows.planning.deciding import NotDecided, Why
from ig_worker.flows.planning.gathering import Gatherer, Rules
from ig_worker.store import accounts, approvals, journal, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

WIB = ZoneInfo("Asia/Jakarta")
LATER = START.astimezone(WIB) + timedelta(days=2)


@dataclass
class Bench:
    """Posts in a file of their own, so that several threads can decide at once."""

    database: Database

    def __post_init__(self) -> None:
        self.approving = Approving(outbox("content_team"), Agreement())

    def planned(self, **changes: Any) -> int:
        with self.database.writing() as connection:
            return plan_post(
                connection, **{"status": "draft", "approved_by": "", "approved_hash": "", **changes}
            )

    def post(self, post_id: int) -> StoredPost:
        with self.database.reading() as connection:
            found = posts.get(connection, post_id)
        assert found is not None
        return found

    def seen(self, post_id: int) -> str:
        with self.database.reading() as connection:
            return deciding.seen_of(self.post(post_id), approvals.of(connection, post_id))

    def journal(self, post_id: int) -> list[tuple[str, str]]:
        with self.database.reading() as connection:
            return [(line.who, line.what) for line in journal.of(connection, f"post:{post_id}")][1:]

    def yes(self, post_id: int, by: str = "dr. Wulan", role: str = VERIFIER, **more: Any) -> Any:
        return verdicts.approve(self.database, START, post_id, self.approving, role, by=by, **more)

    def again(self, post_id: int, **more: Any) -> StoredPost:
        clock, letters = HandClock(START), outbox("content_team")
        gatherer = Gatherer(self.database, PlainStaging(), letters, clock, self.approving, Rules())
        return deciding.retry(self.database, START, post_id, self.approving, gatherer, by="Bu Kepala", **more)

    def hold(self, post_id: int, reason: str = "menunggu dinas", **more: Any) -> StoredPost:
        return deciding.hold(self.database, START, post_id, reason, by="dr. Hartono", **more)


@pytest.fixture
def bench(own_database: Database) -> Bench:
    """Nothing planned yet."""
    with own_database.writing() as connection:
        accounts.known(connection, ACCOUNT, "17841400000000001")
    return Bench(own_database)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk on which sheets are imported."""
    with empty_desk() as made:
        yield made


# What was looked at.


def test_the_mark_tells_every_change_that_a_person_decides_on(bench: Bench) -> None:
    post_id = bench.planned()
    marks = [bench.seen(post_id)]

    def change(**values: Any) -> None:
        with bench.database.writing() as connection:
            posts.set_values(connection, post_id, **values)
        marks.append(bench.seen(post_id))

    change(content_hash="d" * 64)
    change(scheduled_at=START + timedelta(hours=1))
    change(last_error="ditolak: salah tanggal")
    change(status="held")
    bench.yes(post_id, by="Bu Ani")
    marks.append(bench.seen(post_id))
    assert len(set(marks)) == len(marks)


def test_what_the_worker_does_on_the_way_changes_nothing_that_was_looked_at(bench: Bench) -> None:
    post_id = bench.planned(status="approved", approved_by="dr. Wulan", approved_hash="c" * 64)
    seen = bench.seen(post_id)
    for values in ({"status": "preparing", "version": 7}, {"status": "ready", "last_error": "dicoba lagi"}):
        with bench.database.writing() as connection:
            posts.set_values(connection, post_id, **values)
        assert bench.seen(post_id) == seen


DECISIONS: dict[str, Callable[[Bench, int, str], Any]] = {
    "yes": lambda bench, post_id, seen: bench.yes(post_id, seen=seen),
    "no": lambda bench, post_id, seen: verdicts.reject(
        bench.database, START, post_id, bench.approving, "salah", by="dr. Wulan", seen=seen
    ),
    "later": lambda bench, post_id, seen: deciding.reschedule(
        bench.database, START, post_id, LATER, by="Dewi", seen=seen
    ),
    "wait": lambda bench, post_id, seen: bench.hold(post_id, seen=seen),
    "never": lambda bench, post_id, seen: deciding.cancel(
        bench.database, START, post_id, by="Dewi", seen=seen
    ),
}


@pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS)
def test_nothing_is_decided_about_another_content_than_was_looked_at(
    bench: Bench, decision: Callable[[Bench, int, str], Any]
) -> None:
    post_id = bench.planned()
    seen = bench.seen(post_id)
    with bench.database.writing() as connection:
        posts.set_values(connection, post_id, caption="Isi lain", content_hash="d" * 64)
    before = bench.post(post_id).row
    with pytest.raises(ChangedMeanwhile):
        decision(bench, post_id, seen)
    assert bench.post(post_id).row == before
    assert bench.journal(post_id) == []
    decision(bench, post_id, bench.seen(post_id))
    assert len(bench.journal(post_id)) == 1


@pytest.mark.parametrize("first", ["yes", "later", "wait"])
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(bench: Bench, first: str) -> None:
    post_id = bench.planned()
    seen = bench.seen(post_id)
    at_once = threading.Barrier(2)
    ends: list[str] = []

    def person(decision: Callable[[Bench, int, str], Any]) -> None:
        at_once.wait(10)
        try:
            decision(bench, post_id, seen)
            ends.append("done")
        except ChangedMeanwhile:
            ends.append("told")

    people = [threading.Thread(target=person, args=(DECISIONS[name],)) for name in (first, "no")]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    assert sorted(ends) == ["done", "told"]
    assert len(bench.journal(post_id)) == 1


# Who may say yes.


def why(error: pytest.ExceptionInfo[NotDecided]) -> Why:
    return error.value.why


def test_the_maker_says_no_yes_however_the_name_is_typed(bench: Bench) -> None:
    post_id = bench.planned(made_by="Siti Maesaroh")
    for name in ("Siti Maesaroh", "siti  maesaroh", "SITI MAESAROH.", "Síti Maesaroh"):
        with pytest.raises(NotDecided) as refused:
            bench.yes(post_id, by=name)
        assert why(refused) is Why.MAKER
    assert bench.yes(post_id, by="Bidan Ratna")[1].after.status is Status.APPROVED


def test_a_holder_agrees_to_what_names_them_or_nobody(bench: Bench) -> None:
    post_id = bench.planned(responsible="dr. Bagus")
    with pytest.raises(NotDecided) as refused:
        bench.yes(post_id, by="drg. Sari", role=HOLDER, only_who_is_named=True)
    assert (why(refused), refused.value.detail) == (Why.OTHER_HOLDER, "dr. Bagus")
    bench.yes(post_id, by="dr Bagus", role=HOLDER, only_who_is_named=True)
    unnamed = bench.planned(key="P-02", responsible="-")
    bench.yes(unnamed, by="drg. Sari", role=HOLDER, only_who_is_named=True)


def test_a_number_of_a_person_wants_the_verifiers_reason(bench: Bench) -> None:
    post_id = bench.planned(status="held", caption="Hubungi 0812 3456 7890 ya, Bunda")
    with pytest.raises(NotDecided) as refused:
        bench.yes(post_id)
    assert why(refused) is Why.OVERRIDE
    assert "berakhiran 90" in refused.value.detail
    _, move = bench.yes(post_id, override="nomor kader, setuju tertulis")
    assert move.after.status is Status.APPROVED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"caption": "#satu " * 31}, Why.REFUSED),
        ({"options": {"shows_patient": True}}, Why.CONSENT),
        ({"content_hash": "", "gather_next_at": START}, Why.NOT_FETCHED),
        ({"status": "held", "gather_tries": 1, "last_error": "a.jpg rusak"}, Why.FILE),
        ({"status": "published", "ig_media_id": "1"}, Why.IMPOSSIBLE),
    ],
)
def test_what_no_yes_lets_out(bench: Bench, changes: dict[str, Any], expected: Why) -> None:
    post_id = bench.planned(**changes)
    with pytest.raises(NotDecided) as refused:
        bench.yes(post_id, override="boleh")
    assert why(refused) is expected
    assert bench.journal(post_id) == []


def test_a_post_that_is_gone_is_told(bench: Bench) -> None:
    with pytest.raises(NotDecided) as refused:
        bench.yes(404)
    assert why(refused) is Why.GONE


# Hold, and on again.


def test_a_post_is_held_with_a_reason_and_goes_on_as_it_was_approved(bench: Bench) -> None:
    post_id = bench.planned()
    bench.yes(post_id)
    bench.hold(post_id)
    held = bench.post(post_id).row
    assert (held.status, held.last_error) == ("held", "ditahan oleh dr. Hartono: menunggu dinas")
    assert (held.approved_by, held.approved_hash) == ("dr. Wulan", "c" * 64)
    assert bench.journal(post_id)[-1] == ("dr. Hartono", "held: menunggu dinas")
    bench.again(post_id)
    assert bench.post(post_id).row.status == "approved"


def test_a_hold_wants_a_reason(bench: Bench) -> None:
    post_id = bench.planned()
    with pytest.raises(NotDecided) as refused:
        bench.hold(post_id, "")
    assert why(refused) is Why.NO_REASON


@pytest.mark.parametrize("status", ["publishing", "published", "unconfirmed", "cancelled", "held", "failed"])
def test_what_is_not_on_its_way_is_not_held(bench: Bench, status: str) -> None:
    post_id = bench.planned(
        status=status, intent_at=START, ig_media_id="1" if status == "published" else None
    )
    with pytest.raises(NotDecided) as refused:
        bench.hold(post_id)
    assert why(refused) is Why.IMPOSSIBLE
    assert bench.post(post_id).row.status == status


def test_no_import_lets_a_post_go_on_that_somebody_holds(desk: Desk) -> None:
    desk.take(row())
    post_id = desk.post().id
    deciding.hold(desk.database, START, post_id, "menunggu dinas", by="dr. Hartono")
    result = desk.take(row(jam="10.00"))
    assert desk.status() == "held"
    assert result.waiting == {"P-01": "ditahan oleh dr. Hartono: menunggu dinas"}
    assert desk.post().publication.scheduled_at.hour == 3, "its new time is taken all the same"


def test_what_sounds_like_a_late_post_is_still_held(bench: Bench) -> None:
    """Another time lets a late post go; whose hold has the same words is not late."""
    post_id = bench.planned(status="approved", approved_by="dr. Wulan", approved_hash="c" * 64)
    bench.hold(post_id, TIME_IS_OVER)
    deciding.reschedule(bench.database, START, post_id, LATER, by="Dewi")
    assert bench.post(post_id).row.status == "held"


def test_what_nobody_has_approved_is_not_tried_again(bench: Bench) -> None:
    post_id = bench.planned(status="failed")
    with pytest.raises(NotDecided) as refused:
        bench.again(post_id)
    assert why(refused) is Why.UNAPPROVED


def test_a_time_that_is_over_is_no_time(bench: Bench) -> None:
    post_id = bench.planned()
    with pytest.raises(NotDecided) as refused:
        deciding.reschedule(bench.database, START, post_id, START.astimezone(WIB), by="Dewi")
    assert (why(refused), refused.value.detail) == (Why.PAST, "25/11/2026 07.30")


# Whether it is out.


def nobody(_account: str) -> Any:
    raise AssertionError("Instagram is asked only for an address")


def unconfirmed(bench: Bench, key: str = "P-01") -> int:
    return bench.planned(key=key, status="unconfirmed", intent_at=START, container_id="17")


def test_one_media_id_is_one_posts(bench: Bench) -> None:
    first, second = unconfirmed(bench), unconfirmed(bench, "P-02")
    confirming.out(bench.database, START, first, "180001", nobody, by="Agus", zone=WIB)
    with pytest.raises(NotDecided) as refused:
        confirming.out(bench.database, START, second, "180001", nobody, by="Agus", zone=WIB)
    assert (why(refused), refused.value.detail) == (Why.CLAIMED, "180001")
    assert bench.post(second).row.status == "unconfirmed"


@pytest.mark.parametrize("said", ["", "instagram.com/p/Aa", "http://www.instagram.com/p/Aa/", "javascript:1"])
def test_what_is_neither_address_nor_number_is_asked_back(bench: Bench, said: str) -> None:
    with pytest.raises(NotDecided) as refused:
        confirming.out(bench.database, START, unconfirmed(bench), said, nobody, by="Agus", zone=WIB)
    assert why(refused) is Why.NO_ADDRESS


def test_while_the_worker_is_finding_out_nobody_settles_it(bench: Bench) -> None:
    """Instagram may show it minutes later; the worker's own "it is not out" would let it go out again at once."""
    post_id = bench.planned(status="publishing", intent_at=START, container_id="17")
    with pytest.raises(NotDecided) as refused:
        confirming.not_out(bench.database, START, post_id, by="Agus")
    assert why(refused) is Why.IMPOSSIBLE
    with pytest.raises(NotDecided) as refused:
        confirming.out(bench.database, START, post_id, "180001", nobody, by="Agus", zone=WIB)
    assert why(refused) is Why.IMPOSSIBLE
    assert bench.post(post_id).row.status == "publishing"
    assert bench.post(post_id).row.intent_at == START


def test_what_somebody_settled_meanwhile_is_not_settled_twice(bench: Bench) -> None:
    post_id = unconfirmed(bench)
    seen = bench.seen(post_id)
    confirming.not_out(bench.database, START, post_id, by="Agus", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        confirming.out(bench.database, START, post_id, "180001", nobody, by="Ratna", zone=WIB, seen=seen)
    assert bench.post(post_id).row.status == "held"


def test_the_worker_that_begins_to_publish_is_told_apart(bench: Bench) -> None:
    post_id = bench.planned(status="ready", approved_by="dr. Wulan", approved_hash="c" * 64)
    seen = bench.seen(post_id)
    post = bench.post(post_id)
    with bench.database.writing() as connection:
        assert posts.save(
            connection, post, apply(post.publication, Happened(Event.INTEND), START), START, "x"
        )
    with pytest.raises(ChangedMeanwhile):
        bench.hold(post_id, seen=seen)
    assert bench.post(post_id).row.status == "publishing"
