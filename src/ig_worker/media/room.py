"""The staging room: our own copies of what posts show, and the ready-made files that Meta may fetch for a while."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ig_worker import lasting
from ig_worker.clock import SystemClock
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.media_limits import Obstacle, is_address
from ig_worker.media.as_meta import obstacle_at
from ig_worker.media.connection import shown_address
from ig_worker.media.fetching import fetch
from ig_worker.media.sources import (
    PART,
    MediaType,
    adopt,
    cannot_write,
    keep_original,
    media_type,
    resolve_media,
)
from ig_worker.media.staging import (
    PreparedPicture,
    check_as_it_is,
    prepare_picture,
    remove_staged,
    stage_video,
)
from ig_worker.media.video import check_video, first_frame, seconds_of

_ASIDE = "aside-"

PREVIEWS = "previews"
"""The folder of what people look at before it goes out."""

PREVIEWS_KEPT = timedelta(days=60)
"""A picture made so long ago is made again when somebody looks."""


@dataclass(frozen=True)
class Staged:
    """A staged file: its name below ``data_dir/media``, and its width to its height (0 where a video does not tell)."""

    name: str
    is_video: bool
    ratio: float


class MediaRoom:
    """Originals lie in ``data_dir/originals`` by their hash; what is served lies in ``data_dir/media``."""

    def __init__(
        self, data_dir: Path, *, public_base_url: str, allow_private_addresses: bool, border: str = "blur"
    ) -> None:
        self._originals = data_dir / "originals"
        self._served = data_dir / "media"
        self._public_base_url = public_base_url.rstrip("/")
        self._allow_private = allow_private_addresses
        self._border = border
        self.felt: Callable[[], object] = lambda: None
        """Called while a long download comes in: whoever waits for it lives."""

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
            fetched = fetch(written, arriving, allow_private_addresses=self._allow_private, felt=self.felt)
            kept = adopt(fetched.path, fetched.sha256, self._originals)
            return kept.path.name, kept.sha256

    def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
        """Prepare a picture once on trial, so that a broken one is refused long before its time; look into a video.

        Returns the width to the height of what would go out, 0 where a video does not tell.
        """
        source = self.path(original)
        if media_type(source) is MediaType.VIDEO:
            return check_video(source, story=story, ratio=ratio)
        with self._aside() as trial:
            return self._prepare(source, trial, story=story, ratio=ratio).ratio

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        """Make the file that Meta fetches. Raises MediaRejected, and Misconfigured where the disk does not take it."""
        _make(self._served)
        source = self.path(original)
        if media_type(source) is MediaType.VIDEO:
            video = stage_video(source, self._served, story=story, ratio=ratio)
            _settle(video.path)
            return Staged(video.path.name, is_video=True, ratio=video.ratio)
        picture = self._prepare(source, self._served, story=story, ratio=ratio)
        _settle(picture.path)
        return Staged(picture.path.name, is_video=False, ratio=picture.ratio)

    def preview(self, original: str, out: Path, *, story: bool, ratio: float | None = None) -> str:
        """Write to `out`, in place of what may be there, the JPEG that would go out, or a video's first frame.

        Returns "", or in Indonesian why there is nothing to see. Raises as ``try_out``.
        """
        source = self.path(original)
        is_video = media_type(source) is MediaType.VIDEO
        with self._aside() as folder:
            if is_video:
                check_video(source, story=story, ratio=ratio)
                made = folder / "bingkai.jpg"
                if not first_frame(source, made):
                    return "bingkai pertama videonya tidak dapat ditampilkan (perlu ffmpeg)"
            else:
                made = self._prepare(source, folder, story=story, ratio=ratio).path
            _put(made, out)
        return ""

    def frame(self, original: str, out: Path) -> bool:
        """Write a video's first frame as a JPEG; False where ffmpeg is not there or cannot read it."""
        return first_frame(self.path(original), out)

    def check_address(
        self, written: str, sha256: str, *, story: bool = False, ratio: float | None = None
    ) -> None:
        """Whether Meta, fetching an address by itself, gets the very bytes approved, such as Instagram takes.

        Raises MediaRejected where it does not, Unanswered where the address is silent.
        """
        _make(self._originals)
        with self._aside() as arriving:
            fetched = fetch(
                written, arriving, allow_private_addresses=self._allow_private, redirects=0, felt=self.felt
            )
            if fetched.sha256 != sha256:
                raise MediaRejected(
                    f"Isi alamat {shown_address(written)} sudah berubah sejak disetujui",
                    cure="Impor lagi lembar rencananya, lihat gambarnya, lalu setujui lagi.",
                )
            if media_type(fetched.path) is MediaType.VIDEO:
                check_video(fetched.path, story=story, ratio=ratio)
            else:
                check_as_it_is(fetched.path, story=story, ratio=ratio)

    def probe_url(self, url: str) -> Obstacle | None:
        """Why Meta could not fetch and publish what an address gives: a staged file's, or one from the sheet."""
        return obstacle_at(url, allow_private_addresses=self._allow_private)

    def seconds(self, original: str) -> float:
        """How long a video lasts; 0 where it does not tell, and for a picture."""
        return seconds_of(self.path(original))

    def path(self, original: str) -> Path:
        """Where our own copy lies."""
        return self._originals / original

    def _prepare(self, source: Path, folder: Path, *, story: bool, ratio: float | None) -> PreparedPicture:
        return prepare_picture(source, folder, story=story, ratio=ratio, border=self._border)

    @contextmanager
    def _aside(self) -> Iterator[Path]:
        """A folder for what is only looked at, on the same disk, gone at the end."""
        with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=self._originals) as folder:
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

    def sweep(self, age: timedelta) -> None:
        """Remove what an interruption left half done beside the originals, and nobody has touched for that long."""
        for path in _files_in(self._originals.with_name(PREVIEWS)):
            if _is_older(path, PREVIEWS_KEPT):
                path.unlink(missing_ok=True)
        for path in _files_in(self._originals):
            if path.name.startswith(_ASIDE) and _is_older(path, age):
                shutil.rmtree(path, ignore_errors=True)
            elif path.suffix == PART and _is_older(path, age):
                path.unlink(missing_ok=True)

    def staged_path(self, name: str) -> Path:
        """Where a staged file lies."""
        return self._served / name

    def leftovers(self, known: Collection[str], age: timedelta) -> list[str]:
        """Names of files that are served, are not among the `known`, and have not been changed for that long."""
        if not self._served.is_dir():
            return []
        return [
            path.name for path in self._served.iterdir() if path.name not in known and _is_older(path, age)
        ]


def _files_in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from folder.iterdir()


def _is_older(path: Path, age: timedelta) -> bool:
    # Files bear the machine's time, whatever time the worker plays.
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) < SystemClock().now() - age


def _put(made: Path, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, out)
    except OSError as error:
        raise cannot_write(out.parent, error) from None


def _settle(staged: Path) -> None:
    try:
        lasting.settle(staged)
    except OSError as error:
        raise cannot_write(staged.parent, error) from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None
