"""Keeps a small picture of each post, for the reports: our own copy, or what Instagram shows of it at night.

Meta's addresses of pictures last for a few days only, so they are used right after the list was read.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ig_worker import aside
from ig_worker.domain.errors import IgWorkerError, MediaRejected, Misconfigured, Unanswered
from ig_worker.domain.instagram import Media
from ig_worker.media import fetch
from ig_worker.store import posts
from ig_worker.store.database import Database

log = logging.getLogger(__name__)

AT_MOST = 40
"""So many are made in one night."""

SILENCES = 3
"""After so many in a row that did not come, the others wait for the next night."""

SECONDS = 8.0
"""For one picture, and for the silence in it."""

VIDEOS = (".mp4", ".mov", ".m4v")

_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Shrinks(Protocol):
    """Makes a small JPEG of any picture; MediaRejected where it is none."""

    def small_picture(self, original: Path, out: Path) -> None: ...


class SmallPictures:
    """One account's posts, at ``data_dir/pictures/<account>/<ig_media_id>.jpg``."""

    def __init__(
        self,
        account: str,
        database: Database,
        renderer: Shrinks,
        data_dir: Path,
        *,
        allow_private_addresses: bool = False,
    ) -> None:
        self._account = account
        self._database = database
        self._renderer = renderer
        self._data_dir = data_dir
        self._folder = data_dir / "pictures" / account
        self._originals = data_dir / "originals"
        self._private = allow_private_addresses

    def keep(self, listed: Sequence[Media]) -> None:
        """Make those that are not there yet, the newest first; one that fails is tried again the next night."""
        wanted = [
            media for media in listed if _PLAIN.fullmatch(media.ig_id) and not self._path(media).exists()
        ]
        silences = 0
        for media in wanted[:AT_MOST]:
            try:
                self._make(media)
            except Unanswered as error:
                log.debug("no picture of post %s: %s", media.ig_id, error)
                silences += 1
                if silences >= SILENCES:
                    return
            except Misconfigured as error:
                log.warning("no small pictures of posts tonight: %s", error)
                return
            except (IgWorkerError, OSError, ValueError) as error:
                log.debug("no picture of post %s: %s", media.ig_id, error)
            else:
                silences = 0

    def _make(self, media: Media) -> None:
        with self._database.reading() as connection:
            original = posts.first_original(connection, self._account, media.ig_id)
        if original and not original.lower().endswith(VIDEOS):
            try:
                self._renderer.small_picture(self._originals / original, self._path(media))
            except MediaRejected as error:
                log.debug("our own copy of post %s gives no picture: %s", media.ig_id, error)
            else:
                return
        # A film's own address gives the film.
        address = media.thumbnail_url or ("" if media.media_type == "VIDEO" else media.media_url)
        if not address:
            raise MediaRejected("Instagram names none")
        with aside.folder(self._data_dir) as folder:
            fetched = fetch(
                address,
                folder / "fetched",
                allow_private_addresses=self._private,
                seconds=SECONDS,
                silence=SECONDS,
                pace=4_000_000,
                videos=False,
            )
            self._renderer.small_picture(fetched.path, self._path(media))

    def _path(self, media: Media) -> Path:
        return self._folder / f"{media.ig_id}.jpg"
