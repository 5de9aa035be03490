"""Sends a local video's bytes to Meta, in one stream from the disk (section B, "Local files"; Facebook Login only)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

import requests

from ig_worker import clock
from ig_worker.domain.errors import IgWorkerError, MediaRejected, PermissionLost, Refused, Unanswered
from ig_worker.graph.access import BearerToken
from ig_worker.graph.answers import Answer, kept_text, read_answer, scrub
from ig_worker.graph.punctual import http_session, whole_body
from ig_worker.graph.reading import mapping
from ig_worker.graph.session import CONNECT_SECONDS, Call, GraphSession

UPLOAD_HOST: Final = "rupload.facebook.com"
SLOWEST = 64 * 1024
"""Bytes a second of the slowest line for which an upload's time is enough."""

CURE = "periksa videonya (MP4 atau MOV, H.264, AAC), lalu setujui lagi"


class _Video:
    """A video as ``requests`` streams it: in parts from the disk, and not after its time is over."""

    def __init__(self, file: BinaryIO, size: int, seconds: float) -> None:
        self._file = file
        self._size = size
        self._deadline = clock.stopwatch() + seconds

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return iter(partial(self.read, 64 * 1024), b"")

    def read(self, size: int = -1) -> bytes:
        if clock.stopwatch() > self._deadline:
            raise TimeoutError
        return self._file.read(size)


def size_of(video: Path) -> int:
    """The bytes of our own copy; MediaRejected where it is not there."""
    try:
        return video.stat().st_size
    except OSError as error:
        raise MediaRejected(
            f"Salinan video {video.name} tidak dapat dibaca ({error.strerror})", cure="impor ulang lembarnya"
        ) from None


def upload_video(graph: GraphSession, address: str, video: Path) -> None:
    """Send the video to the address that its container was made with.

    Raises MediaRejected where Meta does not want the video, Refused where the address must not get the token, and
    Unanswered where the next container may fare better.
    """
    if not _may_have_the_token(address, graph.set_host):
        raise Refused(
            "Alamat unggahan yang diberikan Instagram bukan milik Meta: token tidak dikirim ke sana"
        )
    size = size_of(video)
    call = Call("POST", "ig-api-upload", graph.timeout_seconds + size / SLOWEST)
    with video.open("rb") as file:
        answer = graph.written(call, partial(_send, address, file, size), visible=False)
    if answer.status >= 300 or not answer.found or answer.found.get("success") is not True:
        raise _refusal(answer)


def _may_have_the_token(address: str, set_host: str) -> bool:
    """Only Meta's own host over https, or the one that the configuration has put in the place of all of Meta's."""
    if not address.isascii() or not address.isprintable() or "\\" in address or " " in address:
        return False
    allowed = {("https", UPLOAD_HOST)}
    if set_host:
        ours = urlsplit(set_host)
        allowed.add((ours.scheme, ours.netloc))
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) in allowed


def _send(address: str, file: BinaryIO, size: int, call: Call, token: str) -> Answer:
    with http_session() as fresh:
        response = fresh.request(
            "POST",
            address,
            # rupload wants this scheme, and no secret but the token.
            auth=BearerToken(token, "OAuth"),
            headers={"offset": "0", "file_size": str(size), "Content-Type": "application/octet-stream"},
            data=_Video(file, size, call.timeout),
            timeout=(CONNECT_SECONDS, call.timeout),
            allow_redirects=False,
            stream=True,
        )
        return _answer(response)


def _answer(response: requests.Response) -> Answer:
    return read_answer(response.status_code, response.headers, whole_body(response))


def _refusal(answer: Answer) -> IgWorkerError:
    info = mapping(answer.found.get("debug_info")) if answer.found else {}
    kind, words = kept_text(info.get("type")), scrub(info.get("message"), ())
    said = f"Unggahan video ke Instagram gagal: {words or kind or f'jawaban {answer.status}'}"
    if answer.status in (401, 403) or kind == "NotAuthorizedError":
        return PermissionLost(said)
    if info.get("retriable") is False:
        return MediaRejected(said, cure=CURE)
    return Unanswered(said)
