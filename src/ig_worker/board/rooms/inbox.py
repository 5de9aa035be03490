"""Kotak masuk: what people wrote, the newest first, and what of it waits for somebody."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from starlette.responses import Response

from ig_worker.board.mail import CHANNELS, LABELS, Reader
from ig_worker.board.paging import LINES, Page, Place
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.rights import Right
from ig_worker.store import mail_pages
from ig_worker.store.mail_pages import Asked

WAITING, ALL = "perlu", "semua"
TABS = (WAITING, ALL, *LABELS)


@dataclass(frozen=True)
class Wish:
    """What the address asks for; what it asks wrongly counts as nothing."""

    tab: str
    topic: str
    channel: str
    account: str
    exposing: bool

    @classmethod
    def of(cls, visit: Visit) -> Wish:
        """From the query."""
        settings = visit.office.settings
        first = WAITING if visit.may(Right.ANSWER) else ALL
        return cls(
            tab=_one_of(visit.asked("tampil"), TABS) or first,
            topic=_one_of(visit.asked("topik"), settings.topics),
            channel=_one_of(visit.asked("saluran"), CHANNELS),
            account=_one_of(visit.asked("akun"), settings.accounts),
            exposing=visit.asked("data") == "1",
        )

    @property
    def words(self) -> dict[str, object]:
        """As the query says it."""
        return {
            "tampil": self.tab,
            "topik": self.topic,
            "saluran": self.channel,
            "akun": self.account,
            "data": "1" if self.exposing else "",
        }

    @property
    def filters(self) -> int:
        """How many filters are set besides the tab."""
        return sum(map(bool, (self.topic, self.channel, self.account, self.exposing)))


def listed(visit: Visit) -> Response:
    """The list."""
    wish, reader = Wish.of(visit), Reader(visit)
    asked = Asked(
        label=wish.tab if wish.tab in LABELS else "",
        topic=wish.topic,
        channel=CHANNELS.get(wish.channel, ""),
        account=wish.account,
        waiting=wish.tab == WAITING,
        exposing=wish.exposing,
        unit=reader.unit,
    )
    place = Place.written(visit.asked("sesudah"))
    after = (place.at, place.id) if place is not None else None
    with visit.office.database.reading() as connection:
        rows = mail_pages.page(connection, asked, after, LINES + 1)
        page = Page.of(reader.lines(connection, rows), lambda line: Place(line.at, line.id))
    return visit.page(
        "inbox.html",
        page=page,
        wish=wish,
        tabs=TABS,
        topics=visit.office.settings.topics,
        accounts=list(visit.office.settings.accounts),
        channels=list(CHANNELS),
        further=place is not None,
    )


def _one_of(said: str, known: Container[str]) -> str:
    return said if said in known else ""


WAYS = (get("/kotak-masuk", listed, Right.READ_INBOX),)
