"""The picture of the post under which somebody wrote: our own copy, or what Instagram shows of it; never a browser."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ig_worker import aside
from ig_worker.domain.errors import IgWorkerError, MediaRejected, Refused
from ig_worker.flows.ports import Showing
from ig_worker.media import fetch
from ig_worker.store import inbox, posts
from ig_worker.store.database import Connection, Row

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
"""How long a card waits for its post's picture: a complaint is more urgent than a picture."""

REMEMBERED = 20
"""Pictures of posts kept in memory, some 40 kB each: under one post many complain at once."""


class Door(Showing, Protocol):
    """What is asked of Instagram here."""

    def calls_used(self) -> int: ...


class Shrinks(Protocol):
    """Makes a small JPEG of any picture; MediaRejected with the reason in Indonesian."""

    def small_picture(self, original: Path, out: Path) -> None: ...


@dataclass(frozen=True)
class PostPicture:
    """A small JPEG and where it came from (``original`` or ``instagram``); without one, why, in Indonesian."""

    content: bytes = b""
    source: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is known of a post's picture before it is looked for."""

    account: str
    media_id: str
    original: str
    carousel: bool


def wanted(connection: Connection, message: Row[Any]) -> Wanted | None:
    """Of the post under which the message stands, if it stands under one."""
    if not message.media_id:
        return None
    media = inbox.media(connection, message.account, message.media_id)
    original = posts.first_original(connection, message.account, message.media_id)
    carousel = media is not None and media.media_type == "CAROUSEL_ALBUM"
    return Wanted(message.account, message.media_id, original, carousel)


class PostPictures:
    """Looks for the pictures of posts; one that is not there never stops anything."""

    def __init__(
        self,
        instagram: Door | None,
        renderer: Shrinks,
        data_dir: Path,
        *,
        allow_private_addresses: bool = False,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._instagram = instagram
        self._renderer = renderer
        self._data_dir = data_dir
        self._originals = data_dir / "originals"
        self._private = allow_private_addresses
        self._patience = patience
        self._known: OrderedDict[Wanted, PostPicture] = OrderedDict()
        self._silent = False

    def new_pass(self) -> None:
        """What could not be had in the last pass may be asked for again."""
        self._silent = False
        for key in [key for key, found in self._known.items() if not found.content]:
            del self._known[key]

    def of(self, post: Wanted) -> PostPicture:
        """The picture, or why there is none. OSError where nothing can be written."""
        if post not in self._known:
            with aside.folder(self._data_dir) as folder:
                self._known[post] = self._found(post, folder)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[post]

    def _found(self, post: Wanted, folder: Path) -> PostPicture:
        if post.original:
            try:
                return PostPicture(self._small(self._originals / post.original, folder), "original")
            except IgWorkerError as error:
                # Of a reel our copy is the film; Instagram has a preview of it.
                log.info("our own copy of post %s gives no picture: %s", post.media_id, error)
        if self._instagram is None:
            return PostPicture()
        if self._silent:
            return PostPicture(missing="Instagram sedang tidak menjawab")
        try:
            fetched = self._in_time(lambda: self._fetch(post, folder / "instagram"))
            return PostPicture(self._small(fetched, folder), "instagram")
        except MediaRejected as error:
            return PostPicture(missing=str(error))
        except IgWorkerError as error:
            # Silent or out of calls: the next post would only have to wait as long.
            self._silent = self._silent or not isinstance(error, Refused)
            log.info("no picture of post %s: %s", post.media_id, error)
            return PostPicture(missing="Instagram tidak memberikannya saat ini")

    def _fetch(self, post: Wanted, folder: Path) -> Path:
        assert self._instagram is not None
        if self._instagram.calls_used() >= 85:
            raise MediaRejected("kuota panggilan Instagram hampir habis")
        address = self._instagram.picture_address(post.media_id, carousel=post.carousel)
        if not address:
            raise MediaRejected("Instagram tidak memberikan gambarnya")
        found = fetch(
            address,
            folder,
            allow_private_addresses=self._private,
            seconds=self._patience,
            silence=self._patience,
            pace=4_000_000,
        )
        return found.path

    def _in_time(self, asked: Callable[[], Path]) -> Path:
        """Run it in a thread that is left to itself when the patience is over: a name server may take its time."""
        answer: list[Any] = []

        def ask() -> None:
            try:
                answer.append(asked())
            except (IgWorkerError, OSError, ValueError) as error:
                answer.append(error)

        thread = threading.Thread(target=ask, name="picture", daemon=True)
        thread.start()
        thread.join(self._patience)
        if not answer:
            self._silent = True
            raise MediaRejected("Instagram tidak menjawab pada waktunya")
        if isinstance(answer[0], IgWorkerError):
            raise answer[0]
        if isinstance(answer[0], Exception):
            log.warning("no picture of a post: %s", type(answer[0]).__name__)
            raise MediaRejected("gambar tidak dapat diambil")
        found: Path = answer[0]
        return found

    def _small(self, original: Path, folder: Path) -> bytes:
        out = folder / "unggahan.jpg"
        self._renderer.small_picture(original, out)
        return out.read_bytes()
