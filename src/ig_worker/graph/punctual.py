"""Reads an answer within its time, however slowly it comes.

The time-out of ``requests`` counts from one byte to the next, so a server that sends a byte now and then could hold a
call for ever. Here it is the time for the whole answer, headers included.
"""

from __future__ import annotations

import io
import socket
from http.client import HTTPResponse
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from ig_worker import clock

MOST_BYTES: Final = 32 * 1024 * 1024
"""The longest answer that is read; a page of comments has a few hundred thousand."""

_AT_ONCE: Final = 64 * 1024


class TooLong(OSError):
    """The answer has more than MOST_BYTES."""


def http_session() -> requests.Session:
    """An HTTP session whose read time-out is the time for the whole answer."""
    session = _Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _PunctualAdapter())
    return session


def whole_body(response: requests.Response) -> bytes:
    """The body of an answer that was asked for with ``stream=True``. Raises TooLong and what ``requests`` raises."""
    body = bytearray()
    with response:
        for part in response.iter_content(_AT_ONCE):
            body += part
            if len(body) > MOST_BYTES:
                raise TooLong
    return bytes(body)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """No redirect is followed, and a look at where one leads would read the answer before its length is watched."""
        return None


class _Incoming(io.RawIOBase):
    """What comes in on a socket, until the time that the socket had at first is over."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._bytes = sock.makefile("rb", buffering=0)
        self._deadline = clock.stopwatch() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - clock.stopwatch()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _PunctualResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Incoming(sock))


class _PlainConnection(HTTPConnection):
    response_class = _PunctualResponse


class _TlsConnection(HTTPSConnection):
    response_class = _PunctualResponse


class _PunctualAdapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = _TlsConnection if pool.scheme == "https" else _PlainConnection
        return pool
