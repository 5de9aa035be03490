"""Every single and double fault at every call of polling and thanking: nobody is thanked twice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, START, HandClock, bench_database
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed, said
from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import IgWorkerError, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.domain.reply import ACTIVE, Status
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.responder import Responder
from ig_worker.flows.replying.thanking import Thanking
from ig_worker.store import messages
from ig_worker.store.database import Database

CLASSIFIER = Classifier(shipped.classifier_model())
PHRASEBOOK = Phrasebook.from_mapping(shipped.thanks())
PRAISE = "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏"
HORIZON = timedelta(hours=4)


class History:
    """One praise, as a comment or as a message, through one plan of faults."""

    def __init__(self, channel: str, plan: Mapping[int, str | BaseException]) -> None:
        self.channel = channel
        self.plan = plan
        self.status = ""
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock, faults=FaultPlan(plan))
        if channel == "comment":
            media_id = self.instagram.post_by_hand(Kind.IMAGE, "Jadwal imunisasi")
            self.instagram.comment(media_id, "bunda_rara", PRAISE)
        else:
            self.instagram.message("bunda_rara", PRAISE)

    def play(self) -> str:
        """Play it to its end; returns what is wrong with it, or nothing."""
        with bench_database() as database:
            reader, responder = self._flows(database)
            rounds_after_its_end = 0
            while rounds_after_its_end < 3 and self.clock.now() < START + HORIZON:
                for flow in (reader, responder):
                    try:
                        flow.run()
                    except Killed:
                        reader, responder = self._flows(database)
                    except IgWorkerError:
                        pass  # a job that fails is tried again at the next tick
                sent = len(self.instagram.replies_sent) + len(self.instagram.messages_sent)
                if sent > 1:
                    return f"thanked {sent} times"
                with database.reading() as connection:
                    self.status = next((row.reply_status for row in messages.listed(connection)), None) or ""
                rounds_after_its_end += self.status not in ("", *ACTIVE)
                self.clock.forward(timedelta(minutes=5))
        return self._judge(self.status, sent)

    def _flows(self, database: Database) -> tuple[InboxReader, Responder]:
        reader = InboxReader(ACCOUNT, database, self.instagram, CLASSIFIER, self.clock, InboxRules())
        manners = Manners(zone=ZoneInfo("Asia/Jakarta"), delay_seconds=(60, 60))
        chance = random.Random(1)
        responder = Responder(
            ACCOUNT, database, self.instagram, [Thanking(PHRASEBOOK, manners)], self.clock, chance, manners
        )
        return reader, responder

    def _judge(self, status: str, sent: int) -> str:
        if status == Status.SENT and sent == 1:
            return ""
        # Seen by the poll before the answer was settled: the thanks stand on Instagram, once.
        if status in (Status.SKIPPED, Status.UNCONFIRMED) and sent == 1:
            return ""
        gave_up = status in (Status.FAILED, Status.UNCONFIRMED) and sent == 0
        return "" if gave_up and self.plan else f"{status}, and {sent} to be seen"


def singles(channel: str) -> Iterator[History]:
    """The undisturbed history, and every fault at each of its calls up to a while after the thanks."""
    calm = History(channel, {})
    yield calm
    thanked = next(
        n for n, call in enumerate(calm.instagram.calls, 1) if call.startswith(("reply_", "send_"))
    )
    for call in range(1, thanked + 6):
        yield from (History(channel, {call: fault}) for fault in FAULTS)


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_an_undisturbed_praise_is_thanked_once(channel: str) -> None:
    history = History(channel, {})
    assert history.play() == ""
    assert len(history.instagram.replies_sent) + len(history.instagram.messages_sent) == 1


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_no_single_fault_thanks_twice(channel: str) -> None:
    wrong = {str(history.plan): found for history in singles(channel) if (found := history.play())}
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_no_double_fault_thanks_twice(channel: str) -> None:
    wrong: dict[str, str] = {}
    for first in singles(channel):
        first.play()
        for call in range(max(first.plan, default=99) + 1, min(len(first.instagram.calls), 14) + 1):
            for fault in FAULTS:
                second = History(channel, {**first.plan, call: fault})
                if found := second.play():
                    wrong[str(second.plan)] = found
    assert wrong == {}


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_a_clear_no_to_thanks_is_looked_for_and_not_repeated(channel: str) -> None:
    calm = History(channel, {})
    calm.play()
    call = next(n for n, name in enumerate(calm.instagram.calls, 1) if name.startswith(("reply_", "send_")))
    history = History(channel, {call: Unanswered("No", said=said(100, None, "Invalid parameter"))})
    assert history.play() == ""
    assert history.status == Status.FAILED
    assert sum(name.startswith(("reply_", "send_")) for name in history.instagram.calls) == 1


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_thanks_whose_answer_was_lost_are_adopted(channel: str) -> None:
    calm = History(channel, {})
    calm.play()
    call = next(n for n, name in enumerate(calm.instagram.calls, 1) if name.startswith(("reply_", "send_")))
    history = History(channel, {call: "lost_after"})
    assert history.play() == ""
    assert history.status == Status.SENT
