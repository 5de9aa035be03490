"""Every single and double fault at every call of a person's answer: nobody is answered twice, nor thanked besides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, START, HandClock, bench_database, outbox
from fakes.double_faults import is_played
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed, said
from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import IgWorkerError, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.domain.reply import ACTIVE, Status
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.replying.answering import Answering
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.responder import Responder
from ig_worker.flows.replying.thanking import Thanking
from ig_worker.store import answers, messages
from ig_worker.store.database import Database

CLASSIFIER = Classifier(shipped.classifier_model())
PHRASEBOOK = Phrasebook.from_mapping(shipped.thanks())
PRAISE = "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏"
ANSWER = "Sama-sama, Bunda. Sehat selalu ya 🙏"
HORIZON = timedelta(hours=4)


class History:
    """A praise that a person answers before the worker thanks, on one channel, through one plan of faults."""

    def __init__(self, channel: str, plan: Mapping[int, str | BaseException]) -> None:
        self.channel = channel
        self.plan = plan
        self.status = ""
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock, faults=FaultPlan(plan))
        if channel == "dm":
            self.instagram.message("bunda_rara", PRAISE)
            return
        media_id = self.instagram.post_by_hand(Kind.IMAGE, "Jadwal imunisasi")
        above = self.instagram.comment(media_id, "pak_budi", "Hadir") if channel == "reply" else ""
        self.instagram.comment(media_id, "bunda_rara", PRAISE, parent_id=above)

    def play(self) -> str:
        """Play it to its end; returns what is wrong with it, or nothing."""
        with bench_database() as database:
            rounds_after_its_end = 0
            while rounds_after_its_end < 3 and self.clock.now() < START + HORIZON:
                for act in (self._read, self._answer, self._work, self._thank):
                    # The next pass begins anew, as after a restart.
                    with suppress(Killed, IgWorkerError):
                        act(database)
                sent = [text for _, text in (*self.instagram.replies_sent, *self.instagram.messages_sent)]
                if len(sent) > 1:
                    return f"spoken to {len(sent)} times: {sent}"
                with database.reading() as connection:
                    given = [
                        answer for all_of in answers.by_message(connection).values() for answer in all_of
                    ]

                self.status = given[-1].status if given else ""
                rounds_after_its_end += self.status not in ("", *ACTIVE)
                self.clock.forward(timedelta(minutes=5))
            return self._judge([text for text in sent if ANSWER in text])

    def _read(self, database: Database) -> None:
        InboxReader(ACCOUNT, database, self.instagram, CLASSIFIER, self.clock, InboxRules()).run()

    def _answer(self, database: Database) -> None:
        """The person answers once, as soon as the message is there."""
        with database.reading() as connection:
            praise = next((row for row in messages.listed(connection) if row.text == PRAISE), None)
            if praise is None or answers.by_message(connection):
                return
        self._answering(database).answer(praise.id, ANSWER, "Bidan Sari")

    def _work(self, database: Database) -> None:
        self._answering(database).run()

    def _answering(self, database: Database) -> Answering:
        return Answering(ACCOUNT, database, self.instagram, outbox("complaint_team"), self.clock)

    def _thank(self, database: Database) -> None:
        manners = Manners(zone=ZoneInfo("Asia/Jakarta"), delay_seconds=(0, 0))
        chance = random.Random(1)
        occasions = [Thanking(PHRASEBOOK, manners)]
        Responder(ACCOUNT, database, self.instagram, occasions, self.clock, chance, manners).run()

    def _judge(self, arrived: list[str]) -> str:
        if self.status == Status.SENT and len(arrived) == 1:
            return ""
        # It stands on Instagram once; the worker could not be sure of it, or found it there before sending again.
        if self.status in (Status.SKIPPED, Status.UNCONFIRMED) and len(arrived) == 1:
            return ""
        gave_up = self.status in (Status.FAILED, Status.UNCONFIRMED) and not arrived
        return "" if gave_up and self.plan else f"{self.status}, and {len(arrived)} to be seen"


def singles(channel: str) -> Iterator[History]:
    """The undisturbed history, and every fault at each of its calls up to a while after the answer."""
    yield History(channel, {})
    for call in range(1, call_of_the_answer(channel) + 6):
        yield from (History(channel, {call: fault}) for fault in FAULTS)


def call_of_the_answer(channel: str) -> int:
    calm = History(channel, {})
    calm.play()
    calls = enumerate(calm.instagram.calls, 1)
    return next(number for number, name in calls if name.startswith(("reply_", "send_")))


CHANNELS = ["comment", "reply", "dm"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_undisturbed_answer_arrives_once_and_nothing_else_does(channel: str) -> None:
    history = History(channel, {})
    assert history.play() == ""
    assert history.status == Status.SENT


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_single_fault_answers_twice(channel: str) -> None:
    wrong = {str(history.plan): found for history in singles(channel) if (found := history.play())}
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("channel", CHANNELS)
def test_no_double_fault_answers_twice(channel: str) -> None:
    wrong: dict[str, str] = {}
    for first in singles(channel):
        first.play()
        for call in range(max(first.plan, default=99) + 1, min(len(first.instagram.calls), 16) + 1):
            for fault in FAULTS:
                if not is_played(channel, first.plan, call, fault):
                    continue
                second = History(channel, {**first.plan, call: fault})
                if found := second.play():
                    wrong[str(second.plan)] = found
    assert wrong == {}


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_answer_that_was_lost_on_its_way_back_is_adopted_at_once(channel: str) -> None:
    history = History(channel, {call_of_the_answer(channel): "lost_after"})
    assert history.play() == ""
    assert history.status == Status.SENT


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_clear_no_is_not_repeated(channel: str) -> None:
    no = Unanswered("No", said=said(100, None, "Invalid parameter"))
    history = History(channel, {call_of_the_answer(channel): no})
    assert history.play() == ""
    assert history.status == Status.FAILED
    assert sum(name.startswith(("reply_", "send_")) for name in history.instagram.calls) == 1
