"""Fetches what posts show, tries every picture once, and lets the approvals count when the content is known.

An import looks at texts and dates; this flow does the rest in the background, the posts that go out soonest first. What
can never go out holds its post at once, days before its time, and the content team is told.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import IgWorkerError, MediaRejected, Misconfigured
from ig_worker.domain.instagram import Kind
from ig_worker.domain.media_limits import is_address, is_video
from ig_worker.domain.planning import content_hash
from ig_worker.domain.publication import Event, Happened, Status, apply
from ig_worker.domain.sheet_rows import is_from_board, place_of
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.planning.approving import Approving
from ig_worker.flows.ports import Clock, Staging
from ig_worker.store import plans, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import COVER, MEDIA, MediaFile, StoredPost, as_planned

log = logging.getLogger(__name__)

BESIDE_NO_SHEET = Path("/nonexistent")
"""Where local files are looked for that no import has copied: nowhere."""


@dataclass(frozen=True)
class Rules:
    """How patient the gatherer is."""

    prepare_ahead: timedelta = timedelta(hours=1)
    """An address still silent this long before its post's time is told to the content team."""
    tell_after: int = 4
    """So many tries are made in silence before it is told, however far away the time is."""
    first_pause: timedelta = timedelta(minutes=1)
    longest_pause: timedelta = timedelta(hours=1)
    give_up: timedelta = timedelta(days=1)
    """An address that is still silent this long after its post's time is not asked again."""
    seconds: float = 20.0
    """About how long one pass may take: the rest is for the next."""


@dataclass(frozen=True)
class Refusal:
    """A post's file that can never be published, and why."""

    post: StoredPost
    file: MediaFile
    error: MediaRejected


@dataclass
class _Pass:
    """What one pass has tried already: a picture that many posts share is prepared once."""

    found: dict[tuple[str, bool, float | None], float | MediaRejected] = field(default_factory=dict)


class Gatherer:
    """Looks after the media of every account's posts."""

    def __init__(
        self,
        database: Database,
        staging: Staging,
        outbox: Outbox,
        clock: Clock,
        approving: Approving,
        rules: Rules,
    ) -> None:
        self._database = database
        self._staging = staging
        self._outbox = outbox
        self._clock = clock
        self._approving = approving
        self._rules = rules

    def run(self) -> None:
        """One pass of about ``Rules.seconds``; raises the first thing that only a person can mend (a full disk)."""
        with self._database.reading() as connection:
            due = plans.to_gather(connection, self._clock.now())
        self._gather_all(due)

    def next_moment(self) -> datetime | None:
        """When media are to be looked after next, None when nothing waits."""
        with self._database.reading() as connection:
            return plans.next_gathering(connection)

    def look_at(
        self, source: str, most: int, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> list[Refusal]:
        """Try the local files of the posts of one sheet that go out soonest, and say what can never be published.

        Nothing is fetched: whoever imported the sheet waits for this.
        """
        with self._database.reading() as connection:
            due = plans.to_gather(connection, self._clock.now(), copied_from=source, most=most)
        return self._gather_all(due, progress)

    def look_after(self, post_id: int) -> None:
        """Fetch and try one post's media now: somebody has mended them and waits."""
        self._gather_all([post_id])

    def _gather_all(
        self, due: list[int], progress: Callable[[int, int], None] = lambda done, total: None
    ) -> list[Refusal]:
        begun, seen = stopwatch(), _Pass()
        refused: list[Refusal] = []
        spoilt: list[Exception] = []
        for number, post_id in enumerate(due, 1):
            try:
                refused += self._gather(post_id, seen)
            except Exception as error:  # noqa: BLE001  # one spoilt post must not keep the others waiting
                spoilt.append(error)
            progress(number, len(due))
            if stopwatch() - begun > self._rules.seconds:
                log.info("%d posts' media wait for the next pass", len(due) - number)
                break
        if spoilt:
            raise spoilt[0]
        return refused

    def _gather(self, post_id: int, seen: _Pass) -> list[Refusal]:
        with self._database.reading() as connection:
            post = posts.get(connection, post_id)
        if post is None or post.row.gather_next_at is None:
            return []
        files = list(post.files)
        place = 0
        try:
            for place, file in enumerate(files):
                if not file.original:
                    original, sha256 = self._staging.keep_original(file.written, BESIDE_NO_SHEET)
                    files[place] = replace(file, original=original, sha256=sha256)
            ratio: float | None = None
            for place, file in enumerate(files):
                ratio = self._try(post, file, ratio, seen)
                files[place] = replace(files[place], tried=True)
        except MediaRejected as error:
            self._refuse(post, files, files[place], error)
            return [Refusal(post, files[place], error)]
        except Misconfigured as error:
            self._put_off(post, files, files[place], error)
            raise
        except IgWorkerError as error:
            log.info("post %s: %s", post.row.key, error)
            self._put_off(post, files, files[place], error)
        else:
            self._settle(post, files)
        return []

    def _try(self, post: StoredPost, file: MediaFile, ratio: float | None, seen: _Pass) -> float | None:
        """Prepare one file on trial; returns the ratio for the carousel's next one."""
        kind = post.publication.kind
        _check_sort(kind, file)
        # A reel and its cover fill the screen as a story does.
        story = kind is Kind.STORY or file.role == COVER
        wanted = ratio if kind is Kind.CAROUSEL else None
        key = (file.original, story, wanted)
        if key not in seen.found:
            try:
                seen.found[key] = self._staging.try_out(file.original, story=story, ratio=wanted)
            except MediaRejected as error:
                seen.found[key] = error
        found = seen.found[key]
        if isinstance(found, MediaRejected):
            raise found
        return ratio or found or None

    def _settle(self, post: StoredPost, files: Iterable[MediaFile]) -> None:
        """Everything is there and can go out: the content is known, and approvals count."""
        now = self._clock.now()
        known = list(files)
        content = content_hash(as_planned(post), [file.sha256 for file in known])
        fresh = content if content != post.row.content_hash else None
        with self._database.writing() as connection:
            if not plans.gathered(connection, post, known, content_hash=fresh):
                log.info("post %s was changed by someone else meanwhile", post.row.key)
                return
            for stored in posts.some(connection, [post.id]):
                if stored.publication.status is Status.DRAFT:
                    self._approving.let_count(connection, stored, now)

    def _refuse(
        self, post: StoredPost, files: list[MediaFile], file: MediaFile, error: MediaRejected
    ) -> None:
        reason = f"{_called(file)}: {_in_full(error)}"
        title = f"{_KIND[file.role]} untuk {post.row.key} tidak dapat diterbitkan"
        # Whoever mends what an address gives must see it fetched again: the bad copy is forgotten.
        kept = [
            replace(each, original="", sha256="") if each is file and is_address(file.written) else each
            for each in files
        ]
        self._hold(post, kept, file, reason, title)

    def _hold(
        self, post: StoredPost, files: list[MediaFile], file: MediaFile, reason: str, title: str
    ) -> None:
        now = self._clock.now()
        letter = Letter(
            key=f"post:{post.id}:media:{_mark(file)}",
            title=title,
            body=(
                f"{title}; postingannya ditahan.\nBerkas: {_called(file)}\nAlasan: {reason}\n"
                f"Jadwal: {_source(post)}.\nYang perlu dilakukan: {_cure(post, file)}"
            ),
        )
        held = replace(post.publication, last_error=reason)
        if held.status is not Status.HELD:
            held = apply(post.publication, Happened(Event.HOLD, reason=reason), now)
        columns = {"gather_next_at": None, "gather_tries": post.row.gather_tries + 1}
        with self._database.writing() as connection:
            if posts.save(connection, post, held, now, f"held: {reason}", extra=columns):
                plans.put_files(connection, post.id, files)
                self._outbox.tell(connection, now, "content_team", letter)

    def _put_off(
        self, post: StoredPost, files: list[MediaFile], file: MediaFile, error: IgWorkerError
    ) -> None:
        """Ask again later; tell when the time is near, or when it has been tried often enough."""
        now, rules = self._clock.now(), self._rules
        due = post.publication.scheduled_at
        reason = f"{_called(file)}: {_in_full(error)}"
        title = f"{_KIND[file.role]} untuk {post.row.key} belum dapat diambil"
        if now > due + rules.give_up and not isinstance(error, Misconfigured):
            self._hold(post, files, file, reason, title)
            return
        tries = post.row.gather_tries + 1
        pause = min(rules.first_pause * (1 << min(tries - 1, 16)), rules.longest_pause)
        letter = Letter(
            key=f"post:{post.id}:silent:{_mark(file)}",
            title=title,
            body=(
                f"{title}; postingannya menunggu dan dicoba terus.\nBerkas: {_called(file)}\n"
                f"Alasan: {_in_full(error)}\nJadwal: {_source(post)}.\n"
                "Yang perlu dilakukan: buka alamat itu di peramban tanpa login; bila tidak terbuka, taruh gambarnya "
                "di samping lembar rencana dan impor lagi."
            ),
        )
        with self._database.writing() as connection:
            if not plans.gathered(connection, post, files, again_at=now + pause, tries=tries):
                return
            if tries >= rules.tell_after or due - now < rules.prepare_ahead:
                self._outbox.tell(connection, now, "content_team", letter)


_KIND = {MEDIA: "Gambar atau video", COVER: "Sampul"}


def _cure(post: StoredPost, file: MediaFile) -> str:
    if is_from_board(post.row.source):
        return "buka postingannya di papan, pilih Ubah, lalu ganti berkas itu."
    if not is_address(file.written):
        return "perbaiki atau ganti berkas itu di samping lembar rencana, lalu impor lagi lembarnya."
    return (
        "ganti alamatnya di lembar rencana lalu impor lagi, atau, bila isi alamat itu sudah diperbaiki, "
        f"jalankan: ig-worker posts retry {post.id}"
    )


def _in_full(error: IgWorkerError) -> str:
    return f"{str(error).rstrip('.')}. {error.cure}".strip()


def _mark(file: MediaFile) -> str:
    """A file in a letter's key: told once for the same bytes, or for the same silent address."""
    return (file.sha256 or hashlib.sha256(file.written.encode()).hexdigest())[:16]


def _source(post: StoredPost) -> str:
    return place_of(post.row.source, post.row.source_row)


def _check_sort(kind: Kind, file: MediaFile) -> None:
    """An address does not tell before it is fetched whether it gives a picture or a video; our copy's name does."""
    found = is_video(file.original)
    if found and (kind is Kind.IMAGE or file.role == COVER):
        cure = "untuk sampul pakai gambar" if file.role == COVER else "untuk video pakai jenis reel"
        raise MediaRejected("isinya video, bukan gambar", cure=cure)
    if not found and kind is Kind.REEL and file.role != COVER:
        raise MediaRejected("isinya gambar, bukan video", cure="untuk gambar pakai jenis gambar")


def _called(file: MediaFile) -> str:
    """A file as it may be told: the query of an address may hold somebody's key."""
    return file.written.partition("?")[0] if is_address(file.written) else file.written
