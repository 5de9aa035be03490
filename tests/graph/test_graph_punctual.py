"""Servers that answer too slowly, too much, or not in HTTP: over a real socket."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from ig_worker import clock
from ig_worker.domain.errors import Unanswered
from ig_worker.graph import InstagramAccount, punctual

Client = Callable[..., InstagramAccount]
ALLOWED = 0.3
"""Seconds that an answer may take in these tests."""
SLACK = 5.0
"""How late a busy machine may be; a server that drips would hold a call for ever."""

EVERY = 0.02
"""Seconds between two drops."""
MOST_DROPS = 400


@contextmanager
def saying(*parts: bytes, drip: bytes = b"") -> Iterator[str]:
    """A server that answers each caller with the parts, and then with drops until the caller hangs up."""
    door = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer(caller: socket.socket) -> None:
        with caller:
            caller.recv(65536)
            try:
                caller.sendall(b"".join(parts))
                for _ in range(MOST_DROPS if drip else 0):
                    if clock.wait_for(over, EVERY):
                        break
                    caller.sendall(drip)
                # Hung up on with the rest of its request unread, a caller would lose the answer.
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(65536):
                    """Only for the caller to end."""
            except OSError:
                """The caller has hung up."""

    def serve() -> None:
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            answer(caller)

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        over.set()
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        serving.join()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"Content-Length: 100000\r\n\r\n{", b" "),
        (OK + b"\r\n{", b" "),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n", b" "),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 100000\r\n\r\n", b" "),
    ],
    ids=["status", "headers", "continue", "length", "open end", "chunks", "in a chunk", "redirect"],
)
def test_a_server_that_drips_does_not_outlast_the_time_allowed(
    client: Client, head: bytes, drip: bytes
) -> None:
    with saying(head, drip=drip) as address:
        account = client(base_url=address, timeout_seconds=20, publish_timeout_seconds=ALLOWED)
        begun = clock.stopwatch()
        with pytest.raises(Unanswered):
            account.publish_container("1")
        assert clock.stopwatch() - begun < ALLOWED + SLACK


def test_a_read_has_its_time_for_each_try(client: Client) -> None:
    with saying(OK, drip=b"X-Slow: 1\r\n") as address:
        account = client(base_url=address, timeout_seconds=ALLOWED, patient=False)
        begun = clock.stopwatch()
        with pytest.raises(Unanswered) as caught:
            account.permalink("1")
        assert clock.stopwatch() - begun < 2 * ALLOWED + SLACK
        assert caught.value.__context__ is None


def test_an_answer_that_comes_in_drops_but_in_time_is_read(client: Client) -> None:
    answer = b'{"permalink": "https://ig/p"}'
    with saying(
        OK, b"Connection: close\r\nContent-Length: %d\r\n\r\n" % (len(answer) + 3), answer, drip=b" "
    ) as address:
        assert client(base_url=address).permalink("1") == "https://ig/p"


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_end_is_given_up(client: Client, packed: bool) -> None:
    many = b" " * (punctual.MOST_BYTES + 1)
    body = gzip.compress(many, 1) if packed else many
    coding = b"Content-Encoding: gzip\r\n" if packed else b""
    parts = (OK, coding, b"Content-Length: %d\r\n\r\n" % len(body), body)
    with saying(*parts) as address, pytest.raises(Unanswered, match="TooLong"):
        client(base_url=address).publish_container("1")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\xff\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000 + b"\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
    ids=[
        "nothing",
        "not http",
        "no number",
        "two lengths",
        "not packed",
        "bad chunk",
        "negative chunk",
        "bad location",
        "many headers",
        "long header",
        "no content",
    ],
)
def test_what_is_no_proper_answer_is_unanswered(client: Client, answer: bytes) -> None:
    with saying(answer) as address, pytest.raises(Unanswered):
        client(base_url=address).publish_container("1")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_both_schemes_have_the_deadline(scheme: str) -> None:
    with punctual.http_session() as session:
        adapter = session.get_adapter(f"{scheme}://graph.example/")
        request = session.prepare_request(requests.Request("GET", f"{scheme}://graph.example/"))
        pool = adapter.get_connection_with_tls_context(request, True)
        connection = pool.ConnectionCls("graph.example")
        assert connection.response_class.__module__ == punctual.__name__


def test_what_comes_when_the_time_is_over_is_not_read() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(1e-9)
        there.sendall(b"late")
        with punctual._Incoming(here) as incoming, pytest.raises(TimeoutError):
            incoming.read(4)
