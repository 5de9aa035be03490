"""Downloads a picture or video that a sheet names by its address."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, urljoin

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import MediaRejected, Unanswered
from ig_worker.domain.media_limits import REEL_BYTES_MAX
from ig_worker.domain.sheet_rows import shown
from ig_worker.media.connection import (
    ADDRESS_CURE,
    LATER,
    REDIRECTS,
    ask,
    checked,
    connect,
    read_some,
    shown_parts,
)
from ig_worker.media.sharing import direct_address, sharing_cure
from ig_worker.media.sources import HEAD_BYTES, MediaType, cannot_write, harmless_name, type_of

PICTURE_DOWNLOAD_MAX = 40_000_000
"""Bytes; the prepared picture is far smaller."""
WHOLE_SECONDS = 60.0
"""For all redirects together, and before the pace is looked at."""
SLOWEST_PACE = 64_000
"""Bytes a second on average (half a megabit): a line may be slow, but a host that drips does not hold the worker."""
LONGEST_SECONDS = 1200.0
SILENCE_SECONDS = 20.0
REDIRECTS_MAX = 4

_BLOCK_BYTES = 1 << 16


@dataclass(frozen=True)
class Fetched:
    """What came: where it lies, named after the address's last part, and the SHA-256 (hex) of its bytes."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class _Patience:
    start: float
    grace: float
    pace: float
    felt: Callable[[], object]

    def is_over(self, received: int) -> bool:
        self.felt()
        return stopwatch() - self.start > min(self.grace + received / self.pace, LONGEST_SECONDS)


def fetch(
    url: str,
    out_dir: Path,
    *,
    allow_private_addresses: bool = False,
    redirects: int = REDIRECTS_MAX,
    seconds: float = WHOLE_SECONDS,
    pace: float = SLOWEST_PACE,
    silence: float = SILENCE_SECONDS,
    videos: bool = True,
    felt: Callable[[], object] = lambda: None,
) -> Fetched:
    """Download into ``out_dir`` (a folder of its own) a picture of at most 40 MB or a video of at most 300 MB.

    Without ``videos`` one is refused as soon as its first bytes tell what it is. Redirects (and the share links of
    Google Drive and Dropbox) are followed, every host's addresses being looked at before anything is sent: loopback and
    private networks are refused unless allowed. Raises MediaRejected where the address can never give a picture or
    video, Unanswered where it may later (5xx, nothing for ``silence`` seconds, slower than ``pace`` bytes a second
    after ``seconds``), Misconfigured where the file cannot be written. ``felt`` is called as it comes in.
    """
    patience = _Patience(stopwatch(), seconds, pace, felt)
    url = direct_address(url) if redirects else url
    for _ in range(redirects + 1):
        parts = checked(url)
        connection = connect(parts, allow_private=allow_private_addresses, silence=silence)
        with closing(connection), closing(ask(connection, parts)) as response:
            if response.status not in REDIRECTS:
                _check_answer(response, parts)
                return _save(response, parts, out_dir, patience, videos=videos)
            url = urljoin(url, response.getheader("Location") or "")
    if not redirects:
        raise MediaRejected(
            f"Alamat {shown_parts(parts)} mengalihkan ke alamat lain, yang tidak diikuti Instagram",
            cure=ADDRESS_CURE,
        )
    raise MediaRejected(f"Alamat {shown_parts(parts)} terus mengalihkan ke alamat lain", cure=ADDRESS_CURE)


def _check_answer(response: http.client.HTTPResponse, parts: SplitResult) -> None:
    if response.status >= 500 or response.status == 429:
        raise Unanswered(f"{shown_parts(parts)} menjawab {response.status}", cure=LATER)
    if response.status != 200:
        raise MediaRejected(
            f"Alamat {shown_parts(parts)} menjawab {response.status}, bukan gambar", cure=ADDRESS_CURE
        )
    if (response.length or 0) > REEL_BYTES_MAX:
        raise _too_large("Berkas", REEL_BYTES_MAX, parts)


def _save(
    response: http.client.HTTPResponse,
    parts: SplitResult,
    out_dir: Path,
    patience: _Patience,
    *,
    videos: bool,
) -> Fetched:
    target = out_dir / (harmless_name(parts.path.rpartition("/")[2]) or "unduhan")
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        file = target.open("xb")
    except OSError as error:
        raise cannot_write(out_dir, error) from None
    try:
        with file:
            sha256 = _receive(response, parts, file, patience, videos=videos)
    except BaseException as error:
        target.unlink()
        if isinstance(error, OSError):
            raise cannot_write(out_dir, error) from None
        raise
    return Fetched(target, sha256)


def _receive(
    response: http.client.HTTPResponse,
    parts: SplitResult,
    file: BinaryIO,
    patience: _Patience,
    *,
    videos: bool,
) -> str:
    digest = hashlib.sha256()
    received, limit, head = 0, 0, b""
    while block := read_some(response, parts, _BLOCK_BYTES):
        received += len(block)
        if len(head) < HEAD_BYTES:
            head += block
        if not limit and len(head) >= HEAD_BYTES:
            limit = _limit(head, parts, videos=videos)
        if limit and received + (response.length or 0) > limit:
            raise _too_large("Gambar" if limit < REEL_BYTES_MAX else "Video", limit, parts)
        if patience.is_over(received):
            raise Unanswered(f"{shown_parts(parts)} terlalu lambat", cure=LATER)
        digest.update(block)
        file.write(block)
    if not limit:
        _limit(head, parts, videos=videos)
    return digest.hexdigest()


def _limit(head: bytes, parts: SplitResult, *, videos: bool) -> int:
    """How large it may become. A web page is refused before the rest of it comes."""
    try:
        found = type_of(head, shown(parts.path.rpartition("/")[2]) or shown_parts(parts))
    except MediaRejected as error:
        raise MediaRejected(str(error), cure=sharing_cure(parts.hostname or "") or error.cure) from None
    if found is MediaType.PICTURE:
        return PICTURE_DOWNLOAD_MAX
    if not videos:
        raise MediaRejected(f"Di alamat {shown_parts(parts)} ada video, bukan gambar")
    return REEL_BYTES_MAX


def _too_large(what: str, limit: int, parts: SplitResult) -> MediaRejected:
    cure = "Kecilkan gambarnya." if what == "Gambar" else "Pendekkan atau kecilkan videonya."
    return MediaRejected(
        f"{what} di {shown_parts(parts)} lebih besar dari {limit // 1_000_000} MB", cure=cure
    )
