"""Tells the operators of recipients who cannot be reached, and of what was therefore given up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ig_worker.domain.notice import Event, Rules, apply
from ig_worker.domain.reaching import Reach
from ig_worker.domain.text import shorten
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import notices
from ig_worker.store.database import Connection
from ig_worker.store.notices import StoredNotice

log = logging.getLogger(__name__)

MOST_TITLES = 10

ABOUT_LETTERS = ("silent:", "undelivered:", "missed:")
"""Keys of letters about letters: where these do not arrive either, only their recipients hear of it, once they can."""

NOT_THERE = "this recipient is no longer in the configuration"


def tell_silence(
    connection: Connection,
    outbox: Outbox,
    first: StoredNotice,
    reach: Reach,
    waiting: int,
    reason: str,
    now: datetime,
) -> None:
    """One letter in each outage, as soon as it has lasted a while: somebody may still mend it in time."""
    row = first.row
    letter = Letter(
        key=f"silent:{row.target}:{_since(reach, now)}",
        title=f"{row.channel} tidak dapat dihubungi",
        body=(
            f"Pemberitahuan untuk {row.team} lewat {row.channel} sudah {_lasting(reach, now)} tidak sampai.\n"
            f"Keterangan: {reason}\n"
            f"Yang menunggu dikirim: {waiting}. Masing-masing terus dicoba sampai satu hari, dan langsung dikirim"
            " begitu tersambung lagi.\n"
            "Mohon periksa alamat dan sambungannya: ig-worker doctor (penjelasan: --explain IGW-E071)"
        ),
    )
    outbox.tell_beside(connection, now, letter, without=row.target)


def tell_given_up(
    connection: Connection,
    outbox: Outbox,
    given_up: Sequence[StoredNotice],
    reach: Reach,
    reason: str,
    now: datetime,
) -> None:
    """One letter for all that is given up in one pass, an hourly one in an outage; the next one names others."""
    given_up = [each for each in given_up if not each.row.key.startswith(ABOUT_LETTERS)]
    if not given_up:
        return
    row = given_up[0].row
    left = len(notices.waiting_for(connection, row.target))
    also = f"\nMasih menunggu dan terus dicoba: {left}." if left else ""
    letter = Letter(
        key=f"undelivered:{row.target}:{row.id}:{given_up[0].version}",
        title=f"{_counted(given_up)} tidak sampai ke {row.channel}",
        body=(
            f"{row.channel} ({row.team}) tidak dapat dihubungi selama satu hari: {reason}\n"
            f"Mohon sampaikan sendiri:\n{_titles(given_up)}{also}\n"
            "Semuanya: ig-worker cases undelivered\n"
            "Setelah salurannya diperbaiki, kirim ulang: ig-worker cases tell --all"
        ),
    )
    outbox.tell_beside(connection, now, letter, without=row.target)


def tell_missed(connection: Connection, outbox: Outbox, target: str, since: datetime, now: datetime) -> None:
    """A recipient is reached again after `since`: told of what was given up meanwhile, which nobody else may know."""
    missed = notices.given_up(connection, target, since - Rules().try_for)
    if not missed:
        return
    letter = Letter(
        key=f"missed:{target}:{since:%Y%m%d%H%M%S}",
        title=f"{_counted(missed)} tidak sempat sampai di sini",
        body=(
            "Saluran ini sempat tidak dapat dihubungi, dan sekarang tersambung lagi.\n"
            f"Yang sudah berhenti dicoba:\n{_titles(missed)}\n"
            "Semuanya: ig-worker cases undelivered\n"
            "Untuk mengirimnya ulang: ig-worker cases tell --all"
        ),
    )
    outbox.tell_one(connection, now, target, letter)


def let_go(connection: Connection, outbox: Outbox, target: str, now: datetime) -> None:
    """The recipient is no longer in the configuration: what waits for it goes to its team's others.

    A password that was corrected makes another recipient of the same person; that one gets what the first did not. What
    nobody new gets is told to the operators, once.
    """
    kept_back = []
    for stored in notices.waiting_for(connection, target):
        passed_on = outbox.pass_on(connection, now, stored.row)
        reason = NOT_THERE + ("; passed on to others of the team" if passed_on else "")
        notices.save(connection, stored, apply(stored.notice, Event.GIVE_UP, now, Rules(), reason))
        if not passed_on:
            kept_back.append(stored)
        log.warning("%s is not told of %s: %s", stored.row.channel, stored.row.key, reason)
    if not kept_back:
        return
    row = kept_back[0].row
    letter = Letter(
        # Had sent again in vain, it is another version of the notice, and news.
        key=f"removed:{target}:{row.id}:{kept_back[0].version}",
        title=f"{row.channel} tidak ada lagi di pengaturan",
        body=(
            f"{_counted(kept_back)} untuk {row.channel} ({row.team}) tidak dikirim, karena alamat itu sudah tidak ada"
            f" di pengaturan. Mohon pastikan orangnya tetap mendapat kabar:\n{_titles(kept_back)}"
        ),
    )
    outbox.tell_beside(connection, now, letter, without=target)


def try_again(connection: Connection, stored: StoredNotice, now: datetime) -> bool:
    """A person wants what was given up sent after all, for another day; False where somebody was faster."""
    again = apply(stored.notice, Event.AGAIN, now, Rules())
    return notices.save(connection, stored, replace(again, last_error=""))


def _titles(several: Sequence[StoredNotice]) -> str:
    lines = [f"• {shorten(stored.row.title, 100)}" for stored in several[:MOST_TITLES]]
    if len(several) > MOST_TITLES:
        lines.append(f"… dan {len(several) - MOST_TITLES} lainnya")
    return "\n".join(lines)


def _counted(several: Sequence[StoredNotice]) -> str:
    return f"Pemberitahuan {several[0].row.key}" if len(several) == 1 else f"{len(several)} pemberitahuan"


def _since(reach: Reach, now: datetime) -> str:
    return f"{reach.failing_since or now:%Y%m%d%H%M%S}"


def _lasting(reach: Reach, now: datetime) -> str:
    hours = int((now - (reach.failing_since or now)).total_seconds() // 3600)
    return f"{hours} jam" if hours else "beberapa waktu"
