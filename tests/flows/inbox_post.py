"""An account with one post on Instagram, and a reader that polls it every two minutes."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from fakes.bench import ACCOUNT, HandClock, outbox
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.instagram import Kind
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules
from ig_worker.shipped import classifier_model
from ig_worker.store import messages
from ig_worker.store.database import Database

PRAISE = "Terima kasih, pelayanannya ramah sekali 🙏"
COMPLAINT = "Antrean lama sekali, dari jam 6 belum dipanggil!"
HOUR = timedelta(hours=1)


@cache
def shipped_classifier() -> Classifier:
    return Classifier(classifier_model())


class Post:
    """An account with one post on Instagram, an hour old, and a reader that polls every two minutes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.media = self.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
        self.clock.forward(HOUR)
        self.reader = self.another_reader()

    def another_reader(self, **rules: timedelta) -> InboxReader:
        return InboxReader(
            ACCOUNT,
            self.database,
            self.instagram,
            shipped_classifier(),
            self.clock,
            Rules(**rules),
            outbox("operators"),
        )

    def poll(self, after: timedelta = timedelta(minutes=2)) -> list[str]:
        """Poll once; returns the calls it made."""
        self.clock.forward(after)
        begun = len(self.instagram.calls)
        self.reader.run()
        return self.instagram.calls[begun:]

    def stored(self) -> list[Any]:
        """Every message on the shelf, our own as well."""
        with self.database.reading() as connection:
            found = connection.exec_driver_sql("SELECT ig_id FROM messages ORDER BY sent_at, id").scalars()
            return [messages.by_ig_id(connection, ACCOUNT, ig_id) for ig_id in found.all()]

    def texts(self) -> list[str]:
        return [message.text for message in self.stored()]


QUIET = ["media_with_counts", "conversations"]
