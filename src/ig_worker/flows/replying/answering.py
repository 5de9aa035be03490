"""Sends what a person of the centre answers to a message, once, and finds out what became of an unclear call.

``inbox reply`` saves the intent, calls and tells the person what happened; what it leaves open (a limit, an answer of
Instagram's that was lost, a command that was killed) the worker brings to its end, with the same machine as thanks
(:mod:`ig_worker.domain.reply`). What then does not arrive is told to the unit that answers for the topic.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.answering import CannotAnswer, WhyNot, Window, addressed, require_length, window
from ig_worker.domain.errors import IgWorkerError, Throttled, TokenExpired
from ig_worker.domain.masking import mask
from ig_worker.domain.reply import Event, Happened, Reply, Rules, Status, Step, apply, decide
from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.domain.text import shorten, words_of
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.flows.replying.sending import Conversing, Sender
from ig_worker.store import answers, messages, replies, threads
from ig_worker.store.answers import StoredAnswer
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.replies import StoredReply

log = logging.getLogger(__name__)

IN_THE_APP = "answer in the Instagram app, if it still can be"

ENDED_BADLY = {
    Status.FAILED: ("tidak terkirim", "Instagram menolaknya"),
    Status.SKIPPED: ("tidak dikirim", "Terlalu lama tertunda"),
    Status.UNCONFIRMED: ("belum pasti terkirim", "Instagram tidak memberi kepastian"),
}
"""The ends at which an answer has not surely arrived: what a title says of them, and the usual reason."""

ANSWERED_MEANWHILE = "Sementara itu sudah ada jawaban lain dari puskesmas di sana"
NO_LONGER = (
    "Pesan ini tidak dapat dijawab lagi lewat ig-worker (dihapus, disembunyikan, atau lewat tujuh hari)"
)


@dataclass(frozen=True)
class Manners:
    """How answers are sent; ``units`` says which unit answers for a topic."""

    rules: Rules = field(default_factory=lambda: Rules(max_age=timedelta(hours=24)))
    units: Mapping[str, str] = field(default_factory=dict)


class Answering:
    """One account's answers by people."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Conversing,
        outbox: Outbox,
        clock: Clock,
        manners: Manners | None = None,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._outbox = outbox
        self._clock = clock
        self._manners = manners or Manners()
        self._rules = self._manners.rules
        self._at_once = Sender(account, database, instagram, answers, clock, self._rules)
        self._later = Sender(account, database, instagram, self, clock, self._rules)

    def answer(
        self,
        message_id: int,
        text: str,
        by: str,
        *,
        again: bool = False,
        seen: str | None = None,
        form: str | None = None,
    ) -> StoredAnswer:
        """Send a person's answer now; returns it as it stands then (sent, sending while that is unclear, planned where
        Instagram wants no calls for a while, failed).

        `text` is as ``domain.answering.as_typed`` gives it. `seen` is :func:`seen_of` of what the person looked at;
        `form` (40 signs at most) is of one form that may be sent twice: the second time the answer of the first is
        returned, and nothing is sent. Raises CannotAnswer and ChangedMeanwhile, with nothing done, and TokenExpired.
        """
        tagged = self._needs_the_tag(message_id)
        with self._database.writing() as connection:
            stored, given_before = self._intend(
                connection, message_id, text, by, again=again, tagged=tagged, seen=seen, form=form
            )
        if given_before:
            return stored
        try:
            self._at_once.call(stored)
        except Throttled as error:
            log.info("answer to message %s waits: %s", message_id, error)
        except TokenExpired:
            # It would go out whenever there is a new token, perhaps long after the person has given up on it.
            self._at_once.save(self._as_it_stands(stored), Happened(Event.SKIP, reason="the token is dead"))
            raise
        after = self._as_it_stands(stored)
        return self._look_once(after) if after.reply.status is Status.SENDING else after

    def run(self) -> None:
        """Bring to an end what ``inbox reply`` left open. Raises Throttled or TokenExpired."""
        with self._database.reading() as connection:
            waiting = answers.active(connection, self._account)
        for stored in waiting:
            decision = decide(stored.reply, self._clock.now(), self._rules)
            if decision.step is Step.SKIP:
                self._later.save(stored, Happened(Event.SKIP, reason=decision.reason))
            elif decision.step is Step.SEND:
                self._send_after_all(stored)
            elif decision.step is Step.ASK:
                self._later.ask(stored)

    def _needs_the_tag(self, message_id: int) -> bool:
        """Whether a message can only be answered as HUMAN_AGENT; CannotAnswer where not even so."""
        now = self._clock.now()
        with self._database.reading() as connection:
            message = messages.get(connection, message_id)
            if message is None or message.channel != "dm" or message.deleted:
                return False
            last = messages.last_from(connection, message.account, message.conversation_id)
        last = last or message.sent_at
        if window(last, now) is not Window.OPEN:
            # The person may have written since the inbox was read; then the window is open again.
            last = max(last, self._last_line(message) or last)
        if (found := window(last, now)) is Window.CLOSED:
            raise CannotAnswer(
                f"message {message_id}: Instagram takes an answer for seven days after the person's last words, "
                "and they are over",
                why=WhyNot.TOO_LATE,
                cure="answer in the Instagram app",
            )
        return found is Window.HUMAN_AGENT

    def _last_line(self, message: Row[Any]) -> datetime | None:
        try:
            talk = self._instagram.conversation(message.conversation_id)
        except IgWorkerError as error:
            log.info("conversation of message %s could not be read: %s", message.id, error)
            return None
        return max((line.timestamp for line in talk.messages if not line.own and line.readable), default=None)

    def _intend(
        self,
        connection: Connection,
        message_id: int,
        text: str,
        by: str,
        *,
        again: bool,
        tagged: bool,
        seen: str | None,
        form: str | None,
    ) -> tuple[StoredAnswer, bool]:
        """Save that this answer is going out now, in the transaction that stops the worker's own words.

        With it, whether its form has given it before.
        """
        now = self._clock.now()
        # Of two people who answer in one thread at the same moment, the second finds what the first has said.
        message = messages.hold_with_thread(connection, message_id)
        if message is None or message.account != self._account:
            raise CannotAnswer(f"there is no message {message_id} of {self._account}", why=WhyNot.NOT_THERE)
        if form and (given := answers.of_form(connection, form)) is not None:
            return given, True
        if against := why_not(connection, message):
            raise CannotAnswer(f"message {message_id} {against.said}", why=against.why, cure=against.cure)
        require_unchanged(seen, seen_of(connection, message), f"message {message_id}")
        if message.channel == "comment":
            text = addressed(text, message.author)
        require_length(text, message.channel)
        _require_new(connection, message_id, text, again=again)
        reply = Reply(Status.PLANNED, asked_at=now, due_at=now)
        stored = answers.add(
            connection,
            message,
            apply(reply, Happened(Event.INTEND), now),
            text,
            now,
            by=by,
            human_agent=tagged,
            form=form,
        )
        replies.skip_planned(connection, message_id, f"{by} answers", now, who=by)
        return stored, False

    def _as_it_stands(self, stored: StoredAnswer) -> StoredAnswer:
        with self._database.reading() as connection:
            found = answers.get(connection, stored.id)
        assert found is not None
        return found

    def _look_once(self, stored: StoredAnswer) -> StoredAnswer:
        """What is seen there at once was sent; what is not there may still come, and is the worker's to find out."""
        try:
            found = self._at_once.found(stored)
        except IgWorkerError:
            found = None
        if found:
            self._at_once.save(stored, Happened(Event.SENT, ig_id=found[0]))
        return self._as_it_stands(stored)

    def _send_after_all(self, stored: StoredAnswer) -> None:
        with self._database.reading() as connection:
            message = stored.message
            against = why_not(connection, message)
            spoke = answers.someone_spoke(connection, stored)
            last = messages.last_from(connection, message.account, message.conversation_id)
        found = Window.OPEN
        if message.channel == "dm":
            found = window(last or message.sent_at, self._clock.now())
        if against or spoke or found is Window.CLOSED:
            why = ANSWERED_MEANWHILE if spoke else NO_LONGER
            self._later.save(stored, Happened(Event.SKIP, reason=why))
            return
        self._later.send(replace(stored, human_agent=found is Window.HUMAN_AGENT))

    # The shelf of what is sent later: nobody sits before a terminal any more, so what fails is told.

    def save(
        self, connection: Connection, stored: StoredReply, reply: Reply, now: datetime, what: str
    ) -> bool:
        if not answers.save(connection, stored, reply, now, what):
            return False
        if reply.status in ENDED_BADLY:
            letter = _letter(stored, reply)
            unit = self._manners.units.get(stored.message.topic, "")
            if not self._outbox.tell(connection, now, f"unit:{unit}", letter):
                self._outbox.tell(connection, now, "complaint_team", letter)
        return True

    def taken(self, connection: Connection, stored: StoredReply, found: Collection[str]) -> set[str]:
        return answers.taken(connection, stored, found)


def seen_of(connection: Connection, message: Row[Any]) -> str:
    """The mark of what a person answers to: the words as they stand, and what was answered in the thread so far."""
    shown = (message.text, message.deleted, message.hidden)
    return mark_of(*shown, threads.said_by_us(connection, message))


@dataclass(frozen=True)
class Against:
    """Why a message cannot be answered, in the words of the command line too, with the cure."""

    why: WhyNot
    said: str
    cure: str


def why_not(connection: Connection, message: Row[Any]) -> Against | None:
    """What speaks against answering this message, apart from the time; None where nothing does."""
    if message.own:
        return Against(
            WhyNot.OWN,
            "is the centre's own",
            "name a message of the public: ig-worker inbox list shows them",
        )
    if message.deleted:
        return Against(WhyNot.DELETED, "was deleted by its author", "there is nothing left to answer")
    if message.channel == "dm":
        if message.author_id:
            return None
        return Against(WhyNot.NOBODY, "does not say who wrote it", IN_THE_APP)
    if message.hidden:
        return Against(
            WhyNot.HIDDEN, "is hidden, and Instagram takes no answer to it", _shown_first(message.id)
        )
    above = messages.by_ig_id(connection, message.account, message.parent_id) if message.parent_id else None
    if above is not None and above.deleted:
        return Against(WhyNot.ABOVE_DELETED, "stands under a comment that was deleted", IN_THE_APP)
    if above is not None and above.hidden:
        return Against(
            WhyNot.ABOVE_HIDDEN,
            "stands under a hidden comment, and Instagram takes no answer there",
            _shown_first(above.id),
        )
    return None


def _shown_first(message_id: int) -> str:
    return f"show it again first: ig-worker inbox hide {message_id} --unhide --by NAME"


def _require_new(connection: Connection, message_id: int, text: str, *, again: bool) -> None:
    """CannotAnswer where the same words were given to this message before."""
    same = [
        row
        for row in answers.to_message(connection, message_id)
        if row.status in answers.STILL_MEANT and words_of(row.text) == words_of(text)
    ]
    if any(row.status in (Status.PLANNED, Status.SENDING) for row in same):
        # Nobody could tell one from the other on Instagram.
        raise CannotAnswer(
            f"{same[-1].by} has given just this answer, and it is still on its way",
            why=WhyNot.ON_ITS_WAY,
            cure=f"ig-worker inbox show {message_id} tells when it has arrived",
        )
    if same and not again:
        said = "may be" if same[-1].status == Status.UNCONFIRMED else "was"
        raise CannotAnswer(
            f"just this answer by {same[-1].by} {said} sent to message {message_id}",
            why=WhyNot.SAID_BEFORE,
            cure="send it once more with --again",
        )


def _letter(stored: StoredReply, reply: Reply) -> Letter:
    message_id = stored.message.id
    unsure = reply.status is Status.UNCONFIRMED
    # Whom it was for stands in the register; a notice goes through other hands.
    words = stored.text.removeprefix(f"@{stored.message.author} ")
    ended, why = ENDED_BADLY[reply.status]
    title = f"Jawaban untuk pesan {message_id} {ended}"
    by = stored.by if isinstance(stored, StoredAnswer) else ""
    if reply.last_error in (ANSWERED_MEANWHILE, NO_LONGER):
        why = reply.last_error
    elif reply.status is Status.FAILED:
        why += f" [{reply.last_error}]"
    lines = (
        f"{title}.",
        f"Ditulis oleh: {by}",
        f"Alasan: {why}.",
        f"“{shorten(mask(words), 300)}”",
        "Mohon dilihat di Instagram; bila belum ada, mohon dijawab lagi."
        if unsure
        else "Mohon dijawab lagi bila masih diperlukan.",
        f"Lihat: ig-worker inbox show {message_id}",
    )
    return Letter(key=f"answer:{stored.id}:{reply.status}", title=title, body="\n".join(lines))
