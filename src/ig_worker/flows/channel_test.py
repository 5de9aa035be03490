"""Tries a channel of notices: one letter to one recipient, now, because somebody wants to see it arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ig_worker.domain.errors import Unanswered
from ig_worker.flows.outbox import Recipient
from ig_worker.flows.ports import Messenger
from ig_worker.store import journal
from ig_worker.store.database import Database

TITLE = "Percobaan dari ig-worker"


@dataclass(frozen=True)
class Tried:
    """Whether the channel took the letter; `why` not, without the address's secret."""

    arrived: bool
    why: str = ""


def try_channel(
    messenger: Messenger,
    database: Database,
    now: datetime,
    url: str,
    recipient: Recipient,
    team: str,
    *,
    by: str,
) -> Tried:
    """Send it past the queue, and write down in the journal (``channel:TARGET``) that it was tried."""
    body = (
        f"Ini pemberitahuan percobaan untuk {team}, dikirim oleh {by} dari papan.\n"
        "Bila Anda membacanya, saluran ini sampai. Tidak ada yang perlu dilakukan."
    )
    try:
        messenger.send(url, TITLE, body, [])
        tried = Tried(arrived=True)
    except Unanswered as error:
        tried = Tried(arrived=False, why=str(error))
    what = "a test notice was sent" if tried.arrived else "a test notice did not arrive"
    with database.writing() as connection:
        journal.note(connection, now, f"channel:{recipient.target}", what, who=by)
    return tried
