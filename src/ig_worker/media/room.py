"""The staging room: our own copies of what posts show, and the ready-made files that Meta may fetch for a while."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ig_worker.clock import SystemClock
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.media_limits import is_address
from ig_worker.media.fetching import fetch_picture, shown_address
from ig_worker.media.sources import (
    MediaType,
    cannot_write,
    hash_of,
    keep_original,
    media_type,
    resolve_media,
)
from ig_worker.media.staging import check_video, prepare_picture, remove_staged, stage_video


@dataclass(frozen=True)
class Staged:
    """A staged file: its name below ``data_dir/media``, and its width to its height (0 where a video does not tell)."""

    name: str
    is_video: bool
    ratio: float


class MediaRoom:
    """Originals lie in ``data_dir/originals`` by their hash; what is served lies in ``data_dir/media``."""

    def __init__(self, data_dir: Path, *, public_base_url: str, allow_private_addresses: bool) -> None:
        self._originals = data_dir / "originals"
        self._served = data_dir / "media"
        self._public_base_url = public_base_url.rstrip("/")
        self._allow_private = allow_private_addresses

    @property
    def serves(self) -> bool:
        """Whether Meta can fetch staged files from us."""
        return bool(self._public_base_url)

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        """Copy what a sheet names (a path below `folder`, or an address): the copy's name, and its SHA-256.

        Only the first bytes are looked at. Raises MediaRejected, Unanswered (an address that is silent now),
        Misconfigured (disk).
        """
        _make(self._originals)
        if not is_address(written):
            kept = keep_original(resolve_media(folder, written), self._originals)
            return kept.path.name, kept.sha256
        with self._aside() as arriving:
            kept = keep_original(self._fetch(written, arriving), self._originals)
            return kept.path.name, kept.sha256

    def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
        """Prepare a picture once on trial, so that a broken one is refused long before its time; look into a video.

        Returns the width to the height of what would go out, 0 where a video does not tell.
        """
        source = self.path(original)
        if media_type(source) is MediaType.VIDEO:
            check_video(source, story=story)
            return 0.0
        with self._aside() as trial:
            picture = prepare_picture(source, trial, story=story, ratio=ratio)
        return picture.width / picture.height

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        """Make the file that Meta fetches. Raises MediaRejected, and Misconfigured where the disk does not take it."""
        _make(self._served)
        source = self.path(original)
        if media_type(source) is MediaType.VIDEO:
            return Staged(stage_video(source, self._served, story=story).path.name, is_video=True, ratio=0.0)
        picture = prepare_picture(source, self._served, story=story, ratio=ratio)
        return Staged(picture.path.name, is_video=False, ratio=picture.width / picture.height)

    def check_address(self, written: str, sha256: str) -> None:
        """Whether an address still gives the very bytes that were approved: Meta will fetch it by itself.

        Raises MediaRejected where it does not, Unanswered where it is silent.
        """
        _make(self._originals)
        with self._aside() as arriving:
            if hash_of(self._fetch(written, arriving)) != sha256:
                raise MediaRejected(
                    f"Isi alamat {shown_address(written)} sudah berubah sejak disetujui",
                    cure="Impor lagi lembar rencananya, lihat gambarnya, lalu setujui lagi.",
                )

    def path(self, original: str) -> Path:
        """Where our own copy lies."""
        return self._originals / original

    def _fetch(self, written: str, folder: Path) -> Path:
        return fetch_picture(written, folder, allow_private_addresses=self._allow_private)

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """A folder for what is only looked at, on the same disk, gone at the end."""
        with tempfile.TemporaryDirectory(dir=self._originals) as folder:
            yield Path(folder)

    def url(self, name: str) -> str:
        """Where Meta fetches a staged file."""
        if not self._public_base_url:
            raise Misconfigured(
                "Instagram cannot fetch our pictures: [media] public_base_url is empty",
                cure="set it to the public address under which `ig-worker board serve` is reached, with /media",
            )
        return f"{self._public_base_url}/{name}"

    def unstage(self, name: str) -> None:
        """Stop serving a file."""
        remove_staged([self._served / name])

    def has(self, name: str) -> bool:
        """Whether the staged file is still there."""
        return (self._served / name).is_file()

    def leftovers(self, known: Collection[str], age: timedelta) -> list[str]:
        """Names of files that are served, are not among the `known`, and have not been changed for that long."""
        if not self._served.is_dir():
            return []
        # Files bear the machine's time, whatever time the worker plays.
        older_than = SystemClock().now() - age
        return [
            path.name
            for path in self._served.iterdir()
            if path.name not in known and datetime.fromtimestamp(path.stat().st_mtime, UTC) < older_than
        ]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None
