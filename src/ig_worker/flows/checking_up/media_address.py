"""Fetches a probe from the media address, the way Meta's servers will."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.media import of_fetched, of_manners
from ig_worker.flows.checking_up.asking import ask

PROBE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ"
    "Ew8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q=="
)
"""A JPEG of one grey pixel."""


def media_address(
    public_base_url: str,
    folder: Path,
    stopwatch: Callable[[], float],
    *,
    allow_private: bool,
    local_posts: int,
) -> Iterator[Finding]:
    """Put the probe into `folder`, fetch it by the public address, and remove it.

    ``local_posts`` is how many posts wait that show files of our own.
    """
    if not public_base_url:
        yield (
            found("media_address", "needed", posts=local_posts)
            if local_posts
            else found("media_address", "empty")
        )
        return
    # As the names of staged files are: nobody can guess it, and housekeeping sweeps it if we cannot.
    probe = folder / f"{secrets.token_urlsafe(24)}.jpg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(PROBE)
    except OSError as error:
        yield found("media_address", "not_written", reason=error.strerror or type(error).__name__)
        return
    try:
        yield from _fetched(f"{public_base_url}/{probe.name}", stopwatch, allow_private=allow_private)
    finally:
        probe.unlink(missing_ok=True)


def _fetched(url: str, stopwatch: Callable[[], float], *, allow_private: bool) -> Iterator[Finding]:
    asked = partial(ask, url, stopwatch, allow_private=allow_private)
    reply = asked()
    said = of_fetched(url, reply, PROBE)
    if said.what in {"ok", "plain", "private"}:
        manners = of_manners(asked(method="HEAD"), asked(headers={"Range": "bytes=0-3"}), PROBE)
        if manners is not None:
            yield manners
            return
    yield said
