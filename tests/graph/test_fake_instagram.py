"""The pessimist fails as its plan says, and shows what was done in spite of it."""

from __future__ import annotations

import pytest
from graph_stages import ManualClock

from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed
from ig_worker.domain.errors import Refused, Throttled, TokenExpired, Unanswered
from ig_worker.domain.instagram import ContainerSpec, Kind

SPEC = ContainerSpec(Kind.IMAGE, image_url="https://media.example/a.jpg", caption="Halo")


def publishing(*faults: str | BaseException) -> FakeInstagram:
    """A fake whose second call, the publishing, goes wrong."""
    return FakeInstagram(ManualClock(), faults=FaultPlan(dict(enumerate(faults, start=2))))


@pytest.mark.parametrize(
    ("fault", "raised", "out"),
    [
        ("die_before", Killed, 0),
        ("die_after", Killed, 1),
        ("lost_before", Unanswered, 0),
        ("lost_after", Unanswered, 1),
        ("refused", Refused, 0),
        ("throttled", Throttled, 0),
        (TokenExpired("expired"), TokenExpired, 0),
    ],
    ids=str,
)
def test_a_fault_strikes_its_call_and_no_other(
    fault: str | BaseException, raised: type[BaseException], out: int
) -> None:
    instagram = publishing(fault)
    container = instagram.create_container(SPEC)
    with pytest.raises(raised):
        instagram.publish_container(container)
    assert len(instagram.published) == out
    instagram.publish_container(container)
    assert len(instagram.published) == out + 1
    assert instagram.calls == ["create_container", "publish_container", "publish_container"]


def test_every_kind_of_fault_is_listed() -> None:
    for fault in FAULTS:
        instagram = publishing(fault)
        container = instagram.create_container(SPEC)
        with pytest.raises((Killed, Unanswered, Refused, Throttled)):
            instagram.publish_container(container)


def test_no_handler_of_ordinary_errors_holds_up_a_kill() -> None:
    assert not issubclass(Killed, Exception)


def test_a_refusal_and_a_limit_prove_that_nothing_was_done() -> None:
    for fault in ("refused", "throttled"):
        instagram = publishing(fault)
        container = instagram.create_container(SPEC)
        with pytest.raises((Refused, Throttled)) as caught:
            instagram.publish_container(container)
        assert caught.value.said.proves_not_done


def test_a_container_is_ready_after_so_many_reads() -> None:
    instagram = FakeInstagram(ManualClock(), ready_after_reads=2)
    container = instagram.create_container(SPEC)
    states = [instagram.container_states([container])[container].status for _ in range(2)]
    assert states == ["IN_PROGRESS", "FINISHED"]
