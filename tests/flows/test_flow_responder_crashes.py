"""Every single and double fault at every call of reading and answering: nobody is answered twice, for any reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache

import pytest

from fakes.bench import START, HandClock, bench_database
from fakes.double_faults import is_played
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed, said
from fakes.speaking_desk import COMPLAINT, DANGER, PRAISE, QUESTION, SpeakingDesk
from ig_worker.domain.errors import IgWorkerError, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.domain.reply import ACTIVE, Purpose, Status
from ig_worker.store import messages

HORIZON = timedelta(hours=4)
SENDS = ("reply_", "send_")


def comment(text: str) -> Callable[[FakeInstagram], None]:
    def write(instagram: FakeInstagram) -> None:
        instagram.comment(instagram.post_by_hand(Kind.IMAGE, "Jadwal imunisasi"), "bunda_rara", text)

    return write


def reply(text: str) -> Callable[[FakeInstagram], None]:
    def write(instagram: FakeInstagram) -> None:
        media_id = instagram.post_by_hand(Kind.IMAGE, "Jadwal imunisasi")
        above = instagram.comment(media_id, "pak_budi", "Hadir")
        instagram.comment(media_id, "bunda_rara", text, parent_id=above)

    return write


def message(text: str) -> Callable[[FakeInstagram], None]:
    def write(instagram: FakeInstagram) -> None:
        instagram.message("bunda_rara", text)

    return write


OCCASIONS: dict[str, tuple[Purpose, Callable[[FakeInstagram], None]]] = {
    "thanks under a comment": (Purpose.THANKS, comment(PRAISE)),
    "thanks under a reply": (Purpose.THANKS, reply(PRAISE)),
    "thanks for a message": (Purpose.THANKS, message(PRAISE)),
    "the number of a case": (Purpose.ACKNOWLEDGEMENT, comment(COMPLAINT)),
    "the number of a case, in a message": (Purpose.ACKNOWLEDGEMENT, message(COMPLAINT)),
    "an answer": (Purpose.ANSWER, comment(QUESTION)),
    "an answer to a message": (Purpose.ANSWER, message(QUESTION)),
    "an emergency text": (Purpose.EMERGENCY, comment(DANGER)),
    "an emergency text to a message": (Purpose.EMERGENCY, message(DANGER)),
}

OF_MESSAGES = (
    "the number of a case, in a message",
    "an answer to a message",
    "an emergency text to a message",
)
"""They go through the same calls as thanks for a message, so that their faults need not be tried at every run."""

Plan = Mapping[int, str | BaseException]


class History:
    """One thing that somebody wrote, through one plan of faults."""

    def __init__(self, occasion: str, plan: Plan) -> None:
        self.plan = plan
        self.status = ""
        self.purpose = ""
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock, faults=FaultPlan(plan))
        self.wanted, write = OCCASIONS[occasion]
        write(self.instagram)

    @property
    def sent(self) -> int:
        return len(self.instagram.replies_sent) + len(self.instagram.messages_sent)

    @property
    def sending_call(self) -> int:
        """The number of the call that speaks."""
        return next(n for n, call in enumerate(self.instagram.calls, 1) if call.startswith(SENDS))

    def play(self) -> str:
        """Play it to its end; returns what is wrong with it, or nothing."""
        with bench_database() as database:
            desk = SpeakingDesk(database, instagram=self.instagram, clock=self.clock, purposes=(self.wanted,))
            rounds_after_its_end = 0
            while rounds_after_its_end < 3 and self.clock.now() < START + HORIZON:
                for step in ("reader", "responder"):
                    try:
                        getattr(desk, step).run()
                    except Killed:
                        desk.start_anew()
                    except IgWorkerError:
                        pass  # a job that fails is tried again at the next tick
                    desk.open_cases()
                if self.sent > 1:
                    return f"said {self.sent} times"
                with database.reading() as connection:
                    for row in messages.listed(connection):
                        if row.reply_status:
                            self.status, self.purpose = row.reply_status, row.reply_purpose
                rounds_after_its_end += self.status not in ("", *ACTIVE)
                self.clock.forward(timedelta(minutes=5))
        return self._judge(self.status, self.sent)

    def _judge(self, status: str, sent: int) -> str:
        if status == Status.SENT and sent == 1:
            return ""
        # Seen by the poll before the answer was settled: the words stand on Instagram, once.
        if status in (Status.SKIPPED, Status.UNCONFIRMED) and sent == 1:
            return ""
        gave_up = status in (Status.FAILED, Status.UNCONFIRMED) and sent == 0
        return "" if gave_up and self.plan else f"{status}, and {sent} to be seen"


@cache
def calm(occasion: str) -> History:
    """The undisturbed history."""
    history = History(occasion, {})
    history.play()
    return history


def singles(occasion: str, first: int = 1) -> Iterator[History]:
    """The undisturbed history, and every fault at each of its calls from the first up to a while after the words."""
    yield History(occasion, {})
    for call in range(first, calm(occasion).sending_call + 6):
        yield from (History(occasion, {call: fault}) for fault in FAULTS)


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_undisturbed_it_is_said_once(occasion: str) -> None:
    history = History(occasion, {})
    assert history.play() == ""
    assert (history.sent, history.status) == (1, Status.SENT)
    assert (
        history.purpose
        == {
            "thanks": "thanks",
            "the": "acknowledgement",
            "an": "emergency" if "emergency" in occasion else "answer",
        }[occasion.partition(" ")[0]]
    )


@pytest.mark.parametrize(
    "occasion",
    [
        pytest.param(each, marks=pytest.mark.slow) if each in OF_MESSAGES else pytest.param(each)
        for each in OCCASIONS
    ],
)
def test_no_single_fault_says_it_twice(occasion: str) -> None:
    wrong = {str(history.plan): found for history in singles(occasion) if (found := history.play())}
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_no_double_fault_says_it_twice(occasion: str) -> None:
    wrong: dict[str, str] = {}
    # Reading is the same for all of them; what is not thanks begins with the look before it.
    begin = 1 if OCCASIONS[occasion][0] is Purpose.THANKS else calm(occasion).sending_call - 1
    for first in singles(occasion, begin):
        first.play()
        for call in range(max(first.plan, default=99) + 1, min(len(first.instagram.calls), 14) + 1):
            for fault in FAULTS:
                if not is_played(occasion, first.plan, call, fault):
                    continue
                second = History(occasion, {**first.plan, call: fault})
                if found := second.play():
                    wrong[str(second.plan)] = found
    assert wrong == {}


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_a_clear_no_is_looked_for_and_not_repeated(occasion: str) -> None:
    no = Unanswered("No", said=said(100, None, "Invalid parameter"))
    history = History(occasion, {calm(occasion).sending_call: no})
    assert history.play() == ""
    assert history.status == Status.FAILED
    assert sum(name.startswith(SENDS) for name in history.instagram.calls) == 1


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_words_whose_answer_was_lost_are_adopted(occasion: str) -> None:
    history = History(occasion, {calm(occasion).sending_call: "lost_after"})
    assert history.play() == ""
    assert (history.status, history.sent) == (Status.SENT, 1)
