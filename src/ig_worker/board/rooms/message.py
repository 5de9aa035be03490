"""One message: what was said around it, why it was judged so, what was and will be done, and what can be done now."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ig_worker.board.mail import LABELS, TONES, Reader, still_waiting
from ig_worker.board.talk import talk_around
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain import answering as rules
from ig_worker.domain.answering import Window
from ig_worker.domain.rights import Right
from ig_worker.domain.text import shorten, utf16_length
from ig_worker.flows import explaining, relabelling
from ig_worker.flows.replying.answering import seen_of, why_not
from ig_worker.flows.waiting import settling
from ig_worker.store import answers, journal, mail_pages, messages, waiting
from ig_worker.store.database import Connection, Row

_PLAIN = re.compile(r"[0-9A-Za-z_.-]{1,80}")


@dataclass(frozen=True)
class Answerable:
    """Whether and until when it can be answered; ``why`` not, as a key of the catalogue's."""

    why: str = ""
    window: str = ""
    until: datetime | None = None
    at_last: datetime | None = None
    limit: int = 0
    unit: str = ""

    @property
    def now(self) -> bool:
        """Whether Instagram takes an answer now."""
        return not self.why


@dataclass(frozen=True)
class Typed:
    """What somebody wrote into a form that was not taken, and why it was not: a finished sentence."""

    text: str | None = None
    wrong: str = ""
    again: bool = False
    """The same words were sent before: they go out once more only if that is ticked."""
    wrong_judging: str = ""
    wrong_hiding: str = ""


NOTHING_TYPED = Typed()


def looked_at(visit: Visit) -> Response:
    """The page of one message."""
    return shown(visit, visit.number())


def shown(visit: Visit, number: int, status: int = 200, typed: Typed = NOTHING_TYPED) -> Response:
    """The page as it is now, with what was typed and not taken."""
    office, reader = visit.office, Reader(visit)
    with office.database.reading() as connection:
        row = reader.message(connection, number)
        given = answers.to_message(connection, number)
        settled = mail_pages.settled(connection, [number]).get(number)
        waits = bool(still_waiting(connection, [row]))
        spoken = messages.answered_by_us(connection, row)
        talk = talk_around(visit, connection, reader, row)
        post = mail_pages.post_of(connection, row)
        entries = journal.of(connection, f"message:{number}")
        answerable = _answerable(connection, row, office.now())
        marks = {
            "judge": relabelling.seen_of(row),
            "answer": seen_of(connection, row),
            "settle": settling.seen_of(row),
        }
    topic = office.settings.topics.get(row.topic)
    sentences = [
        *explaining.done(row, given, visit.shown, thanks=office.settings.replies.enabled),
        explaining.waits_for(row, given, spoken=spoken) if waits or spoken else "",
        explaining.handled_by(topic.unit, topic.person) if waits and topic is not None else "",
    ]
    return visit.page(
        "message.html",
        status,
        row=row,
        author=reader.name(row.author),
        tone=TONES[row.label],
        sure=reader.sure(row),
        outcomes=list(reader.outcomes(row, given, settled, waits=waits)),
        talk=talk,
        post=post,
        caption=shorten(" ".join(post.caption.split()), 160) if post else "",
        permalink=post.permalink if post and post.permalink.startswith("https://") else "",
        picture=picture_of(visit, row) is not None,
        reasons=[reader.words(reason) for reason in explaining.reasons(row)],
        sentences=[reader.words(sentence) for sentence in sentences if sentence],
        waits=waits,
        settled_by_hand=settled is not None and not given and settled.settled_by not in waiting.BY_ITSELF,
        answerable=answerable,
        text=_prefilled(visit, row, typed, answered=spoken or bool(given)),
        typed=typed,
        key=secrets.token_hex(16),
        marks=marks,
        labels=[(label, TONES[label]) for label in LABELS],
        topics=list(office.settings.topics),
        entries=[_Entry(each.at, each.who, reader.words(each.what)) for each in entries],
    )


@dataclass(frozen=True)
class _Entry:
    """A line of the journal as this reader may see it."""

    at: datetime
    who: str
    what: str


def picture(visit: Visit) -> Response:
    """The small picture of the post under which a comment stands."""
    with visit.office.database.reading() as connection:
        row = Reader(visit).message(connection, visit.number())
    file = picture_of(visit, row)
    if file is None:
        raise HTTPException(404)
    return FileResponse(file, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def picture_of(visit: Visit, row: Row[Any]) -> Path | None:
    """Where the picture lies; None where there is none."""
    if not (_PLAIN.fullmatch(row.account) and _PLAIN.fullmatch(row.media_id)):
        return None
    folder = (visit.office.settings.data_dir / "pictures" / row.account).resolve()
    file = folder / f"{row.media_id}.jpg"
    return file if file.is_file() and file.resolve().parent == folder else None


def _answerable(connection: Connection, row: Row[Any], now: datetime) -> Answerable:
    against = why_not(connection, row)
    if against is not None:
        return Answerable(why=f"inbox.cannot.{against.why.name.lower()}")
    if row.channel != "dm":
        taken = utf16_length(as_it_goes_out("", row))
        return Answerable(limit=rules.COMMENT_LETTERS - taken, unit="letters")
    last = messages.last_from(connection, row.account, row.conversation_id) or row.sent_at
    found = rules.window(last, now)
    if found is Window.CLOSED:
        return Answerable(why="inbox.cannot.too_late")
    return Answerable(
        window="open" if found is Window.OPEN else "person",
        until=last + rules.BY_ANYONE,
        at_last=last + rules.BY_A_PERSON,
        limit=rules.MESSAGE_BYTES,
        unit="bytes",
    )


def as_it_goes_out(text: str, row: Row[Any]) -> str:
    """The answer with what the flow puts in front of it."""
    return rules.addressed(text, row.author) if row.channel == "comment" else text


def _prefilled(visit: Visit, row: Row[Any], typed: Typed, *, answered: bool) -> str:
    """What the field begins with: what was typed, else a suggestion where nobody has answered yet."""
    if typed.text is not None:
        return typed.text
    if answered or not visit.may(Right.ANSWER):
        return ""
    from ig_worker.own_words import suggestions

    found = suggestions(visit.office.settings).suggest(row.text, row.label, row.topic, danger=row.danger)
    return (
        ""
        if row.label == "lainnya" and not (row.danger or found.frequent or row.needs_review)
        else found.text
    )


WAYS = (
    get("/kotak-masuk/{number}", looked_at, Right.READ_INBOX),
    get("/kotak-masuk/{number}/gambar", picture, Right.READ_INBOX),
)
