"""Looks at an address as Meta's servers will: one GET, no redirect, no login, the right type, in time."""

from __future__ import annotations

import http.client
from contextlib import closing
from urllib.parse import SplitResult

from ig_worker.domain.errors import MediaRejected, Unanswered
from ig_worker.domain.media_limits import PICTURE_BYTES_MAX, REEL_BYTES_MAX, Obstacle
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
from ig_worker.media.sources import HEAD_BYTES, MediaType, type_of

ANSWER_SECONDS = 15.0
"""Meta gives up on slow hosts (-2/2207003) after a time it does not tell."""

_VIDEO_TYPES = frozenset({"video/mp4", "video/quicktime"})


def obstacle_at(
    url: str, *, allow_private_addresses: bool = False, seconds: float = ANSWER_SECONDS
) -> Obstacle | None:
    """Why Meta could not publish what this address gives; None where nothing stands in the way.

    The head of the answer and the first bytes are looked at, the rest is not fetched (section B: JPEG or MP4/MOV, at
    most 8 or 300 MB, ASCII address, no redirect, no login).
    """
    try:
        parts = checked(url)
        connection = connect(parts, allow_private=allow_private_addresses, silence=seconds)
        with closing(connection), closing(ask(connection, parts)) as response:
            return _of_answer(response, parts)
    except MediaRejected as error:
        return Obstacle(str(error), error.cure)
    except Unanswered as error:
        return Obstacle(str(error), error.cure, passing=True)


def _of_answer(response: http.client.HTTPResponse, parts: SplitResult) -> Obstacle | None:
    where, status = shown_parts(parts), response.status
    if status in REDIRECTS:
        return Obstacle(f"{where} mengalihkan ke alamat lain, yang tidak diikuti Instagram", ADDRESS_CURE)
    if status in {401, 403, 407}:
        return Obstacle(f"{where} meminta login atau menolak ({status})", ADDRESS_CURE)
    if status >= 500 or status == 429:
        return Obstacle(f"{where} menjawab {status}", LATER, passing=True)
    if status != 200:
        return Obstacle(f"{where} menjawab {status}, bukan gambar atau video", ADDRESS_CURE)
    size = response.length or 0
    head = b""
    while len(head) < HEAD_BYTES and (block := read_some(response, parts, HEAD_BYTES)):
        head += block
    found = type_of(head, where)
    said = (response.getheader("Content-Type") or "").partition(";")[0].strip().casefold()
    return _of_type(found, head, said, where) or _of_size(found, size, where)


def _of_type(found: MediaType, head: bytes, said: str, where: str) -> Obstacle | None:
    if found is MediaType.PICTURE and not head.startswith(b"\xff\xd8\xff"):
        return Obstacle(
            f"{where} bukan JPEG, satu-satunya jenis gambar yang diterima Instagram",
            "Simpan gambarnya sebagai JPG, atau pakai berkas di samping lembar.",
        )
    if said != "image/jpeg" if found is MediaType.PICTURE else said not in _VIDEO_TYPES:
        wanted = "image/jpeg" if found is MediaType.PICTURE else "video/mp4"
        return Obstacle(
            f"{where} dikirim sebagai “{said or 'tanpa jenis'}”, bukan {wanted}",
            f"Server itu harus mengirim Content-Type {wanted}; atau pakai berkas di samping lembar.",
        )
    return None


def _of_size(found: MediaType, size: int, where: str) -> Obstacle | None:
    limit = PICTURE_BYTES_MAX if found is MediaType.PICTURE else REEL_BYTES_MAX
    if size <= limit:
        return None
    return Obstacle(
        f"{where} berukuran {size / 1e6:.0f} MB, paling besar {limit // 1_000_000} MB",
        "Kecilkan berkasnya, atau pakai berkas di samping lembar.",
    )
