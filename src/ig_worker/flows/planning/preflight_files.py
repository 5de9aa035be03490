"""Pre-flight's look at a post's files: our copies, whether they can be prepared, and whether Meta would get at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.instagram import Kind
from ig_worker.domain.media_limits import Obstacle, is_address, is_video
from ig_worker.domain.post_rules import Finding, Severity
from ig_worker.domain.publication import Status
from ig_worker.domain.sheet_rows import shown
from ig_worker.flows.ports import Staging
from ig_worker.store.posts import COVER, MediaFile, StoredPost


class LookingRoom(Staging, Protocol):
    """The staging room, with an eye for how Meta would see it."""

    def probe_url(self, url: str) -> Obstacle | None:
        """Why Meta could not fetch and publish what an address gives; None where nothing stands in the way."""
        ...

    def seconds(self, original: str) -> float:
        """How long a video is; 0 where it does not tell, and for a picture."""
        ...


class Files:
    """Looks at the files of posts; what is the same for every post (our public address) is looked at once."""

    def __init__(self, room: LookingRoom) -> None:
        self._room = room
        self._looked = False
        self._obstacle: Obstacle | None = None

    def missing(self, post: StoredPost) -> Iterator[Finding]:
        """Copies that are not there, or not there yet. Quick: only names are looked at."""
        for file in post.files:
            column = _column(file)
            if not file.original and is_address(file.written):
                found = f"“{shown(file.written)}” belum diambil"
                if post.row.gather_tries:
                    found += f" (sudah dicoba {post.row.gather_tries} kali)"
                refused = post.publication.status is Status.HELD and post.row.gather_next_at is None
                allowed = (
                    "diambil lagi dengan posts retry"
                    if refused
                    else "diambil sendiri selama pekerja berjalan"
                )
                yield Finding("media_waiting", column, found, allowed, Severity.WARNING)
            elif not file.original or not self._room.path(file.original).is_file():
                found = f"salinan “{shown(file.written)}” tidak ada"
                yield Finding("media_gone", column, found, "impor lagi lembar rencananya", Severity.REFUSE)

    def unfit(self, post: StoredPost) -> Iterator[Finding]:
        """Prepare on trial what was not tried yet; a carousel's further items follow its first one."""
        present = [file for file in post.files if file.original and self._room.path(file.original).is_file()]
        if all(file.tried for file in present):
            return
        kind = post.publication.kind
        first: float | None = None
        for file in present:
            # A reel and its cover fill the screen as a story does.
            tall = kind is Kind.STORY or file.role == COVER
            try:
                ratio = self._room.try_out(file.original, story=tall, ratio=first)
            except MediaRejected as error:
                yield Finding("media", _column(file), _end(error), _cure(error.cure), Severity.REFUSE)
                continue
            except Misconfigured as error:
                yield Finding(
                    "media_untried", _column(file), _end(error), _cure(error.cure), Severity.WARNING
                )
                continue
            if kind is Kind.CAROUSEL and first is None:
                first = ratio or None

    def beyond(self, post: StoredPost) -> Iterator[Finding]:
        """A moment for the cover that comes after the video's end."""
        offset = post.row.options.get("thumb_offset_ms")
        if post.publication.kind is not Kind.REEL or offset is None or post.cover is not None:
            return
        for file in post.media[:1]:
            if not file.original or not self._room.path(file.original).is_file():
                return
            seconds = self._room.seconds(file.original)
            if 0 < seconds * 1000 <= offset:
                allowed = f"videonya hanya {seconds:.1f} detik".replace(".", ",")
                yield Finding("thumb_offset_beyond", "thumb_offset", f"{offset} ms", allowed, Severity.REFUSE)

    def out_of_reach(self, post: StoredPost, *, online: bool, uploads_videos: bool) -> Iterator[Finding]:
        """Files that Meta could not fetch. With `online` the addresses are asked as Meta would ask them."""
        if self._room.serves:
            if online:
                yield from self._our_address(post)
            return
        for file in post.files:
            if is_address(file.written):
                obstacle = self._room.probe_url(file.written) if online else None
                if obstacle is not None:
                    yield _obstacle("address_unreachable", _column(file), obstacle)
            elif not (
                uploads_videos and is_video(file.written) and post.publication.kind is not Kind.CAROUSEL
            ):
                found = f"“{shown(file.written)}” tidak dapat diambil Instagram"
                allowed = "isi [media] public_base_url di config.toml, atau pakai alamat https://"
                yield Finding("no_public_address", _column(file), found, allowed, Severity.REFUSE)

    def _our_address(self, post: StoredPost) -> Iterator[Finding]:
        if not self._looked:
            self._look_at_our_address(post)
        if self._obstacle is not None and self._obstacle.passing:
            # Behind some routers a machine cannot reach its own public address although Meta can.
            found = f"alamat [media] public_base_url tidak terjangkau dari komputer ini: {_end(self._obstacle.reason)}"
            allowed = "pastikan `ig-worker board serve` berjalan dan alamatnya terbuka dari internet"
            yield Finding("public_address", "media", found, allowed, Severity.WARNING)
        elif self._obstacle is not None:
            reason = _end(self._obstacle.reason)
            found = f"Instagram tidak dapat mengambil media dari [media] public_base_url: {reason}"
            yield Finding("public_address", "media", found, _cure(self._obstacle.cure), Severity.REFUSE)

    def _look_at_our_address(self, post: StoredPost) -> None:
        """Serve one of the post's pictures for a moment and fetch it as Meta would."""
        story = post.publication.kind is Kind.STORY
        for file in post.files:
            if not file.original or not self._room.path(file.original).is_file():
                continue
            try:
                staged = self._room.stage(file.original, story=story, ratio=None)
            except (MediaRejected, Misconfigured):
                continue
            try:
                self._obstacle = self._room.probe_url(self._room.url(staged.name))
            finally:
                self._room.unstage(staged.name)
            self._looked = True
            return


def _column(file: MediaFile) -> str:
    return "sampul" if file.role == COVER else "media"


def _obstacle(code: str, column: str, obstacle: Obstacle) -> Finding:
    severity = Severity.WARNING if obstacle.passing else Severity.REFUSE
    return Finding(code, column, _end(obstacle.reason), _cure(obstacle.cure), severity)


def _end(sentence: object) -> str:
    return str(sentence).rstrip(".")


def _cure(sentence: str) -> str:
    """A cure as the second half of a finding's sentence."""
    plain = _end(sentence) or "ganti berkasnya"
    return plain[0].lower() + plain[1:] if plain[1:2].islower() else plain
