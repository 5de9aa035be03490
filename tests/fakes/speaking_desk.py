"""A desk at which the worker speaks by itself: an Instagram in memory, a reader, cases, and every occasion at hand."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from fakes.bench import ACCOUNT, START, HandClock
from fakes.fake_instagram import FakeInstagram
from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.frequent import Frequent
from ig_worker.domain.instagram import Kind
from ig_worker.domain.reply import Purpose, Rules
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.replying.informing import Acknowledging, Advising, Helping
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.occasions import Occasion
from ig_worker.flows.replying.responder import Responder
from ig_worker.flows.replying.thanking import Thanking
from ig_worker.store import cases, messages
from ig_worker.store.database import Database
from ig_worker.store.schema import messages as table

CLASSIFIER = Classifier(shipped.classifier_model())
PHRASEBOOK = Phrasebook.from_mapping(shipped.thanks())
ZONE = ZoneInfo("Asia/Jakarta")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

PRAISE = "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏"
COMPLAINT = "Antrean loket lama sekali, dari jam 7 belum dipanggil, mengecewakan 😡"
QUESTION = "Puskesmas buka jam berapa ya?"
DANGER = "Tolong, ibu saya pingsan dan sesak napas!"
EMERGENCY = "Bila keadaannya gawat, segera hubungi 119 atau datang ke IGD terdekat."
OPENING = Frequent(
    "jam_buka", ("jam berapa buka", "buka jam berapa"), "Kami buka Senin–Kamis pukul 07.30–14.00 WIB."
)


def occasions(manners: Manners) -> list[Occasion]:
    """All that the worker can say by itself, the gravest first."""
    return [
        Helping(EMERGENCY, manners),
        Advising([OPENING], manners),
        Acknowledging(PHRASEBOOK, manners),
        Thanking(PHRASEBOOK, manners),
    ]


class SpeakingDesk:
    """One account; everything is run by hand, minute by minute."""

    def __init__(
        self,
        database: Database,
        *,
        instagram: FakeInstagram | None = None,
        clock: HandClock | None = None,
        purposes: Collection[str] = tuple(Purpose),
        **manners: Any,
    ) -> None:
        self.purposes = purposes
        self.database = database
        self.clock = clock or HandClock()
        self.instagram = instagram or FakeInstagram(self.clock)
        self.manners = replace(Manners(zone=ZONE, delay_seconds=(60, 60), rules=Rules()), **manners)
        self.start_anew()

    def start_anew(self) -> None:
        """The worker starts again, and remembers nothing."""
        self.reader = InboxReader(
            ACCOUNT, self.database, self.instagram, CLASSIFIER, self.clock, InboxRules()
        )
        self.responder = self.another_responder()

    def another_responder(self, **manners: Any) -> Responder:
        wanted = replace(self.manners, **manners)
        return Responder(
            ACCOUNT,
            self.database,
            self.instagram,
            [each for each in occasions(wanted) if each.purpose in self.purposes],
            self.clock,
            random.Random(1),
            wanted,
        )

    def post(self, caption: str = "Jam layanan") -> str:
        return self.instagram.post_by_hand(Kind.IMAGE, caption)

    def open_cases(self, *, told: bool = True) -> None:
        """What the casework does with complaints: a number for each, and the unit has its notice."""
        with self.database.writing() as connection:
            for message in messages.for_cases(connection, ACCOUNT):
                number = cases.next_number(connection, 2026)
                values = {
                    "number": number,
                    "account": ACCOUNT,
                    "label": message.label if message.label in ("keluhan", "saran") else "keluhan",
                    "topic": message.topic,
                    "unit": "",
                    "severity": "darurat" if message.danger else "biasa",
                    "channel": message.channel,
                    "author": message.author,
                    "author_id": message.author_id,
                    "opened_at": message.first_seen_at,
                }
                case_id = cases.open_case(connection, values, [], self.clock.now())
                cases.join(connection, case_id, message.id)
                if told:
                    cases.mark_notices_written(connection, case_id)

    def go_on(self, minutes: int = 10, *, read: bool = True) -> None:
        """Let so many minutes pass, with everybody at work every minute; without `read` nobody reads the inbox."""
        for _ in range(minutes):
            if read:
                self.reader.run()
            self.open_cases()
            self.responder.run()
            self.clock.forward(MINUTE)

    def wait_until(self, moment: datetime) -> None:
        self.clock.move_to(moment)

    @property
    def said(self) -> list[str]:
        """The words that anybody was answered with, as the world sees them."""
        return [text for _, text in (*self.instagram.replies_sent, *self.instagram.messages_sent)]

    def stored(self) -> Sequence[Any]:
        with self.database.reading() as connection:
            return messages.listed(connection)

    def outcomes(self) -> list[tuple[str | None, str | None, str]]:
        """For each message: what its reply is for, what became of it, and why."""
        return [(row.reply_purpose, row.reply_status, row.reply_error or "") for row in self.stored()]

    def judge(self, **values: Any) -> None:
        """Somebody changes what is stored of every message."""
        with self.database.writing() as connection:
            connection.execute(update(table).values(**values))

    def why(self) -> list[str]:
        """Why each message was not answered; empty where it was."""
        return [reason for _, _, reason in self.outcomes()]


def at(hour: int, minute: int = 0, *, day: int = 25) -> datetime:
    """That time of the bench's day in the centre's zone."""
    return datetime.combine(START.date().replace(day=day), time(hour, minute), ZONE)
