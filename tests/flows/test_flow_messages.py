"""Direct messages: each readable one once, with what came along, whatever becomes of it later (section D)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from fakes.bench import ACCOUNT, HandClock, bench_database
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.classifier import Classifier
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


class Desk:
    """An account that people write to, and a reader that polls every two minutes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.reader = self.another_reader()

    def another_reader(self, **rules: timedelta) -> InboxReader:
        return InboxReader(
            ACCOUNT, self.database, self.instagram, shipped_classifier(), self.clock, Rules(**rules)
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


@pytest.fixture
def desk() -> Iterator[Desk]:
    with bench_database() as database:
        yield Desk(database)


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "unsupported", "ephemeral", "hologram"])
def test_what_has_no_words_goes_to_a_person(desk: Desk, kind: str) -> None:
    desk.instagram.message("budi", "", attachments=(kind,))
    desk.poll()
    (message,) = desk.stored()
    assert (message.text, message.attachments) == ("", [kind])
    assert (message.needs_review, message.auto_thank, message.label) == (True, False, "lainnya")


@pytest.mark.parametrize("kind", ["sticker", "like_heart", "reaction", "gif", "share"])
def test_a_gesture_without_words_wants_nothing(desk: Desk, kind: str) -> None:
    desk.instagram.message("budi", "", attachments=(kind,))
    desk.poll()
    (message,) = desk.stored()
    assert (message.attachments, message.needs_review, message.auto_thank) == ([kind], False, False)


def test_an_edited_message_is_judged_again_with_what_came_along(desk: Desk) -> None:
    message_id = desk.instagram.message("budi", COMPLAINT, attachments=("image",))
    desk.poll()
    desk.instagram.edit_message(message_id, PRAISE)
    desk.instagram.message("budi", "Begitu ya")
    desk.poll()
    edited, _ = desk.stored()
    assert (edited.text, edited.edited, edited.edited_at) == (PRAISE, True, desk.clock.now())
    assert (edited.label, edited.auto_thank, edited.opens_case) == ("keluhan", False, True)


def test_an_edit_leaves_the_label_that_a_person_has_set(desk: Desk) -> None:
    message_id = desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    (first,) = desk.stored()
    with desk.database.writing() as connection:
        messages.change(connection, first.id, desk.clock.now(), "relabelled", label="saran", label_by="Rina")
    desk.instagram.edit_message(message_id, PRAISE)
    desk.instagram.message("budi", "Begitu ya")
    desk.poll()
    edited, _ = desk.stored()
    assert (edited.text, edited.label, edited.label_by) == (PRAISE, "saran", "Rina")
    assert (edited.auto_thank, edited.opens_case) == (False, True)
