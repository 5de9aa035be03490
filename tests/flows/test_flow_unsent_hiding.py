"""What somebody has certainly taken back is hidden at once, everywhere, and shown again where that was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from message_desk import COMPLAINT, HOUR, Desk

from fakes.bench import ACCOUNT, bench_database
from ig_worker.domain.rising_words import example
from ig_worker.domain.unsent import TAKEN_BACK
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules
from ig_worker.flows.outbox import Letter
from ig_worker.store import journal, messages, notices
from ig_worker.store.schema import taken_back

EDITED = "Antrean lama sekali, saya marah, belum dipanggil juga!"


class CarefulDesk(Desk):
    """A desk with the policy that hides what was taken back."""

    def another_reader(self, **rules: Any) -> InboxReader:
        return super().another_reader(redacts_unsent=True, **rules)

    def texts(self) -> list[str]:
        return [message.text for message in self.stored()]

    def journal(self, message_id: int) -> str:
        with self.database.reading() as connection:
            return "\n".join(entry.what for entry in journal.of(connection, f"message:{message_id}"))

    def kept(self) -> int:
        with self.database.reading() as connection:
            return len(connection.execute(taken_back.select()).all())

    def tell(self, key: str, body: str, *, sent: bool = False) -> None:
        with self.database.writing() as connection:
            self.outbox.tell(connection, self.clock.now(), "complaint_team", Letter(key, "Keluhan", body))
            if sent:
                connection.exec_driver_sql(f"UPDATE notices SET status = 'sent' WHERE key = '{key}'")


@pytest.fixture
def desk() -> Iterator[CarefulDesk]:
    with bench_database() as database:
        yield CarefulDesk(database)


def taken(desk: CarefulDesk) -> str:
    """A complaint after a greeting, read, edited, read, and taken back."""
    desk.instagram.message("budi", "Assalamualaikum min")
    gone = desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    desk.instagram.edit_message(gone, EDITED)
    desk.poll()
    desk.poll(HOUR)
    desk.instagram.unsend(gone)
    return gone


def test_its_words_are_hidden_in_the_very_pass_that_finds_it_gone(desk: CarefulDesk) -> None:
    taken(desk)
    assert desk.texts()[-1] == EDITED
    desk.poll(2 * HOUR)
    first, message = desk.stored()
    assert (first.text, first.withdrawn_at) == ("Assalamualaikum min", None)
    assert (message.text, message.attachments, message.reasons) == (TAKEN_BACK, [], [])
    assert (message.deleted, message.withdrawn_at) == (True, desk.clock.now())
    assert (message.label, message.opens_case, message.redacted_at) == ("keluhan", True, None)
    assert "Antrean" not in desk.journal(message.id)
    assert f"it said: {TAKEN_BACK}" in desk.journal(message.id)


def test_what_comes_back_is_shown_again_as_it_was(desk: CarefulDesk) -> None:
    taken(desk)
    whole = desk.instagram.conversation("conversation-budi")
    before = desk.journal(2)
    desk.poll(2 * HOUR)
    assert desk.texts()[-1] == TAKEN_BACK
    seen = replace(
        whole,
        messages=(replace(whole.messages[0], ig_id=desk.stored()[1].ig_id, text=EDITED), whole.messages[0]),
    )
    desk.instagram.conversation = lambda conversation_id: seen  # type: ignore[method-assign]
    desk.poll(2 * HOUR)
    message = desk.stored()[1]
    assert (message.text, message.deleted, message.deleted_at, message.withdrawn_at) == (
        EDITED,
        False,
        None,
        None,
    )
    assert message.reasons
    assert desk.journal(message.id).startswith(before)
    assert desk.kept() == 0


def test_what_was_taken_back_twice_is_hidden_twice(desk: CarefulDesk) -> None:
    gone = taken(desk)
    whole = desk.instagram.conversation("conversation-budi")
    desk.poll(2 * HOUR)
    missing = desk.instagram.conversation
    both = replace(whole, messages=(replace(whole.messages[0], ig_id=gone, text=EDITED), whole.messages[0]))
    desk.instagram.conversation = lambda conversation_id: both  # type: ignore[method-assign]
    desk.poll(2 * HOUR)
    desk.instagram.conversation = missing  # type: ignore[method-assign]
    desk.instagram.message("budi", "halo")
    desk.poll()
    assert desk.texts() == ["Assalamualaikum min", TAKEN_BACK, "halo"]
    assert desk.kept() == 1


def test_what_meta_itself_calls_deleted_is_hidden(desk: CarefulDesk) -> None:
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    whole = desk.instagram.conversation("conversation-budi")
    said = replace(whole, messages=tuple(replace(one, text="", deleted=True) for one in whole.messages))
    desk.instagram.conversation = lambda conversation_id: said  # type: ignore[method-assign]
    desk.poll(HOUR)
    assert desk.texts() == [TAKEN_BACK]


def test_what_is_only_missing_among_the_oldest_is_marked_and_not_hidden(desk: CarefulDesk) -> None:
    gone = desk.instagram.message("budi", COMPLAINT)
    desk.clock.forward(HOUR)
    desk.instagram.message("budi", "halo")
    desk.poll()
    desk.instagram.unsend(gone)
    desk.poll(HOUR)
    assert [(message.text, message.deleted) for message in desk.stored()] == [
        (COMPLAINT, True),
        ("halo", False),
    ]
    assert desk.kept() == 0


def test_a_thread_of_60_messages_loses_nothing_to_the_horizon(desk: CarefulDesk) -> None:
    for number in range(60):
        desk.instagram.message("budi", f"{COMPLAINT} ({number})")
        if number % 12 == 11:
            desk.poll()
    for _ in range(3):
        desk.poll(HOUR)
    assert desk.texts() == [f"{COMPLAINT} ({number})" for number in range(60)]
    assert not any(message.deleted or message.withdrawn_at for message in desk.stored())


def test_among_60_messages_only_what_was_taken_back_is_hidden(desk: CarefulDesk) -> None:
    ids = []
    for number in range(60):
        ids.append(desk.instagram.message("budi", f"Pesan nomor {number}"))
        if number % 12 == 11:
            desk.poll()
    desk.instagram.unsend(ids[55])
    desk.instagram.unsend(ids[10])  # behind the horizon: nobody can see that it is gone
    desk.poll(HOUR)
    assert [number for number, text in enumerate(desk.texts()) if text == TAKEN_BACK] == [55]


def test_an_answer_in_which_all_words_are_missing_hides_nothing(desk: CarefulDesk) -> None:
    for text in ("satu", COMPLAINT, "tiga"):
        desk.instagram.message("budi", text)
    desk.poll()
    whole = desk.instagram.conversation("conversation-budi")
    bare = tuple(replace(one, text="", readable=False) for one in whole.messages)
    for shown in ((), bare, bare[:1]):
        desk.instagram.conversation = lambda _id, shown=shown: replace(  # type: ignore[method-assign]
            whole, messages=shown
        )
        desk.poll(2 * HOUR)
    assert desk.texts() == ["satu", COMPLAINT, "tiga"]


def test_our_own_words_stay_whoever_takes_them_back(desk: CarefulDesk) -> None:
    desk.instagram.message("budi", COMPLAINT)
    ours = desk.instagram.staff_message("budi", "Itu bukan urusan kami.")
    desk.poll()
    desk.instagram.unsend(ours)
    desk.poll(HOUR)
    message = desk.stored()[1]
    assert (message.text, message.deleted) == ("Itu bukan urusan kami.", True)


def test_a_comment_that_was_deleted_keeps_its_words(desk: CarefulDesk) -> None:
    media_id = desk.instagram.post_by_hand("image", "Jadwal")  # type: ignore[arg-type]
    gone = desk.instagram.comment(media_id, "sari", COMPLAINT)
    desk.instagram.comment(media_id, "budi", "halo")
    desk.poll()
    desk.instagram.delete_comment(gone)
    desk.poll(timedelta(days=8))
    desk.poll(HOUR)
    assert sorted(desk.texts()) == sorted([COMPLAINT, "halo"])


def test_notices_lose_the_words_whether_they_were_sent_or_not(desk: CarefulDesk) -> None:
    taken(desk)
    body = f"Keluhan baru lewat pesan.\n“{EDITED}”\nTanggapi: ig-worker cases ack K-2026-0001 --by NAMA"
    desk.tell("K-2026-0001", body)
    desk.tell("list", f"- “{COMPLAINT[:30]}…”\n- “Obatnya habis”", sent=True)
    desk.tell("other", "Keluhan lain.\n“Obatnya habis sejak Senin”")
    desk.poll(2 * HOUR)
    said = {notice.key: notice.body for notice in desk.notices()}
    assert said["K-2026-0001"] == body.replace(f"“{EDITED}”", TAKEN_BACK)
    assert said["list"] == f"- {TAKEN_BACK}\n- “Obatnya habis”"
    assert said["other"] == "Keluhan lain.\n“Obatnya habis sejak Senin”"


def test_notices_lose_words_in_which_names_were_veiled(desk: CarefulDesk) -> None:
    said = "Vaksin polio habis terus, kata Bu Rina Wati di loket 2, kecewa"
    desk.instagram.message("budi", "Assalamualaikum min")
    gone = desk.instagram.message("budi", said)
    desk.poll()
    body = f"Sedang ramai: vaksin habis.\n1. {example(said)}\n2. {example('Vaksin habis, kata Bu Rani')}"
    desk.tell("rising", body)
    assert "R•••" in body
    desk.instagram.unsend(gone)
    desk.poll(2 * HOUR)
    (notice,) = (notice for notice in desk.notices() if notice.key == "rising")
    assert notice.body == body.replace(example(said), TAKEN_BACK)


GREETING = "Assalamualaikum warahmatullahi wabarakatuh"


@pytest.mark.parametrize("gone", ["antrean", "halo", "Rantai bukti", "Lihat: ig-worker cases show", GREETING])
def test_notices_about_others_lose_nothing_because_their_words_are_like_it(
    desk: CarefulDesk, gone: str
) -> None:
    desk.instagram.message("budi", "Assalamualaikum min")
    ig_id = desk.instagram.message("budi", gone)
    desk.poll()
    body = (
        f"Keluhan baru.\nTopik: antrean\n“{GREETING}, halo min, antrean lama sekali”\n"
        "Lihat: ig-worker cases show K-2026-0002\nRantai bukti: 3fa1c2d4"
    )
    desk.tell("K-2026-0002", body)
    desk.tell("waiting", f"[2] Pesan langsung\n“{gone}”\nMengapa: tidak pasti")
    desk.instagram.unsend(ig_id)
    desk.poll(2 * HOUR)
    said = {notice.key: notice.body for notice in desk.notices()}
    assert desk.texts()[-1] == TAKEN_BACK
    assert said["K-2026-0002"] == body
    assert said["waiting"] == f"[2] Pesan langsung\n{TAKEN_BACK}\nMengapa: tidak pasti"


def test_a_policy_that_keeps_marks_it_and_hides_nothing(desk: CarefulDesk) -> None:
    desk.reader = Desk.another_reader(desk)
    taken(desk)
    desk.poll(2 * HOUR)
    message = desk.stored()[1]
    assert (message.text, message.deleted, message.withdrawn_at) == (EDITED, True, None)


def test_with_the_shipped_rules_nothing_is_hidden_unasked() -> None:
    assert not Rules().redacts_unsent


def test_a_hidden_message_can_still_be_found_by_its_id(desk: CarefulDesk) -> None:
    gone = taken(desk)
    desk.poll(2 * HOUR)
    with desk.database.reading() as connection:
        message = messages.by_ig_id(connection, ACCOUNT, gone)
        assert notices.counts(connection) == {}
    assert message is not None
    assert message.author == "budi"
