"""The staging room: our own copies of what posts show, and the ready-made files that Meta may fetch for a while."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ig_worker.clock import SystemClock
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.media_limits import is_address
from ig_worker.media.fetching import fetch_picture
from ig_worker.media.sources import MediaType, cannot_write, keep_original, media_type, resolve_media
from ig_worker.media.staging import prepare_picture, remove_staged, stage_video


@dataclass(frozen=True)
class Staged:
    """A staged file: its name below ``data_dir/media``, and its width to its height (0 for a video)."""

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

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        """Copy what a sheet names (a path below `folder`, or an address): the copy's name, and its SHA-256.

        A picture that is new here is also prepared once on trial, so that a broken one is refused when the plan is
        read and not when its time has come. Raises MediaRejected, Unanswered (an address that is silent now),
        Misconfigured (disk).
        """
        _make(self._originals)
        if is_address(written):
            with tempfile.TemporaryDirectory(dir=self._originals) as arriving:
                fetched = fetch_picture(written, Path(arriving), allow_private_addresses=self._allow_private)
                return self._keep(fetched)
        return self._keep(resolve_media(folder, written))

    def _keep(self, source: Path) -> tuple[str, str]:
        before = set(self._originals.iterdir())
        kept = keep_original(source, self._originals)
        if kept.type is MediaType.PICTURE and kept.path not in before:
            try:
                with tempfile.TemporaryDirectory(dir=self._originals) as trial:
                    prepare_picture(source, Path(trial), story=False)
            except BaseException:
                kept.path.unlink(missing_ok=True)
                raise
        return kept.path.name, kept.sha256

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        """Make the file that Meta fetches. Raises MediaRejected, and Misconfigured where the disk does not take it."""
        _make(self._served)
        source = self._originals / original
        if media_type(source) is MediaType.VIDEO:
            return Staged(stage_video(source, self._served, story=story).path.name, is_video=True, ratio=0.0)
        picture = prepare_picture(source, self._served, story=story, ratio=ratio)
        return Staged(picture.path.name, is_video=False, ratio=picture.width / picture.height)

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
