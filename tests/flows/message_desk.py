"""A desk to try the reading of the inbox on: an account that people write to, and a reader that polls."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from fakes.bench import ACCOUNT, HandClock, outbox
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.classifier import Classifier
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules
from ig_worker.shipped import classifier_model
from ig_worker.store import messages
from ig_worker.store.database import Database
from ig_worker.store.schema import notices

PRAISE = "Terima kasih, pelayanannya ramah sekali 🙏"
COMPLAINT = "Antrean lama sekali, dari jam 6 belum dipanggil!"
HOUR = timedelta(hours=1)
QUIET = ["media_with_counts", "conversations"]


@cache
def shipped_classifier() -> Classifier:
    return Classifier(classifier_model())


class Desk:
    """An account that people write to, and a reader that polls every two minutes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.outbox = outbox("complaint_team", "operators")
        self.reader = self.another_reader()

    def another_reader(self, **rules: Any) -> InboxReader:
        classifier = shipped_classifier()
        return InboxReader(
            ACCOUNT, self.database, self.instagram, classifier, self.clock, Rules(**rules), self.outbox
        )

    def poll(self, after: timedelta = timedelta(minutes=2)) -> list[str]:
        """Poll once; returns the calls it made."""
        self.clock.forward(after)
        begun = len(self.instagram.calls)
        self.reader.run()
        return self.instagram.calls[begun:]

    def stored(self) -> list[Any]:
        with self.database.reading() as connection:
            found = connection.exec_driver_sql("SELECT ig_id FROM messages ORDER BY sent_at, id").scalars()
            return [messages.by_ig_id(connection, ACCOUNT, ig_id) for ig_id in found.all()]

    def lost(self) -> dict[str, int]:
        """How many messages of each conversation are lost."""
        with self.database.reading() as connection:
            return dict(connection.exec_driver_sql("SELECT ig_id, lost FROM conversations").all())

    def notices(self) -> list[Any]:
        """What was told, in order."""
        with self.database.reading() as connection:
            return list(connection.execute(notices.select().order_by(notices.c.id)))
