"""Says when comments are announced and none can be seen: somebody must open the way, or complaints go unheard."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from ig_worker.domain.instagram import Media
from ig_worker.domain.sweeping import Rhythm, Sweep
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import inbox
from ig_worker.store.database import Database
from ig_worker.store.inbox import Unseen

log = logging.getLogger(__name__)

NAMED = 10
"""So many posts are named in one notice."""

NOT_AGAIN = timedelta(days=1)
"""Posts that go dark after a notice wait so long for the next one: the cure is the same."""

CAUSES = (
    "Kemungkinan penyebab dan cara mengatasinya:\n"
    "1. Aplikasi Meta masih dalam mode pengembangan (development): ubah ke mode Live di dasbor aplikasi Meta.\n"
    "2. Izin komentar (manage_comments) belum diberikan atau dicabut: masuk lagi dengan akun puskesmas dan setujui "
    "semua izin, lalu jalankan `ig-worker doctor`.\n"
    "3. Kiriman dibatasi usianya (age limit): Instagram tidak membagikan komentarnya kepada aplikasi; lihat langsung "
    "di Instagram.\n"
    "4. Semua penulisnya sedang dibatasi (restricted): buka komentarnya di Instagram, lalu setujui atau hapus.\n\n"
    "Sampai pulih, mohon komentar pada kiriman ini dibaca langsung di aplikasi Instagram. Begitu komentarnya terbaca "
    "lagi, ig-worker melanjutkan sendiri."
)


class UnseenComments:
    """One account's posts whose comments cannot be seen."""

    def __init__(self, account: str, database: Database, outbox: Outbox, rhythm: Rhythm) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._rhythm = rhythm

    def note(self, media: Media, last: Sweep) -> None:
        """Say it in the log, once."""
        level = logging.WARNING if last.unseen_since is None else logging.DEBUG
        log.log(level, "post %s has %s comments that cannot be seen", media.ig_id, media.comments_count)

    def tell(self, watched: Collection[str], now: datetime) -> None:
        """Tell the operators of the posts for which it lasts; posts that are no longer watched are forgotten."""
        with self._database.reading() as connection:
            dark = inbox.unseen(connection, self._account)
        if not dark:
            return
        left = [post.ig_id for post in dark if post.ig_id not in watched]
        dark = [post for post in dark if post.ig_id in watched]
        told = [post.told_at for post in dark if post.told_at is not None]
        late = [post for post in dark if post.told_at is None and now - post.since >= self._rhythm.unseen]
        soon = any(timedelta(0) <= now - at < NOT_AGAIN for at in told)
        if soon or not self._outbox.knows("operators"):
            late = []
        if not left and not late:
            return
        with self._database.writing() as connection:
            inbox.forget_unseen(connection, self._account, left)
            if late:
                self._outbox.tell(connection, now, "operators", self._letter(late, now))
                inbox.mark_unseen_told(connection, self._account, [post.ig_id for post in late], now)

    def _letter(self, posts: list[Unseen], now: datetime) -> Letter:
        lines = [f"- {first_line(post.caption)}: {post.permalink or post.ig_id}" for post in posts[:NAMED]]
        if len(posts) > NAMED:
            lines.append(f"- dan {len(posts) - NAMED} kiriman lain")
        body = (
            f"Instagram mengatakan ada komentar pada {len(posts)} kiriman akun {self._account}, tetapi tidak satu pun "
            "diperlihatkan kepada ig-worker. Keluhan di sana belum dapat terbaca.\n\n"
            + "\n".join(lines)
            + f"\n\n{CAUSES}"
        )
        key = f"unseen-comments:{self._account}:{now:%Y%m%dT%H%M%S}"
        return Letter(key, f"Komentar tidak terbaca ({len(posts)} kiriman)", body)


def first_line(caption: str) -> str:
    """The beginning of a caption, by which people know the post."""
    line = " ".join(caption.split())
    if not line:
        return "(tanpa keterangan)"
    return line if len(line) <= 60 else line[:59] + "…"
