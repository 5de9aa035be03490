"""The ping to a dead-man's switch, over a real line: heard, refused, mute, and gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ig_worker import ping

SECRET = "4f1c0a9e-rahasia"


@contextmanager
def switch(answer: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A switch that answers one ping so, or takes it and says nothing; its address, and what it was asked."""
    asked: list[bytes] = []
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                asked.append(line.recv(4096))
                if answer is None:
                    over.wait(30)
                else:
                    line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/ping/{SECRET}", asked
        finally:
            over.set()
            thread.join(10)


def test_it_is_one_get() -> None:
    with switch(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK") as (address, asked):
        ping.ping(address)
    assert asked[0].startswith(f"GET /ping/{SECRET} HTTP/1.1\r\n".encode())
    assert b"ig-worker" in asked[0]


@pytest.mark.parametrize("status", ["404 Not Found", "500 Broken"])
def test_a_no_is_not_heard_and_its_error_keeps_the_address(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    with switch(answer) as (address, _), pytest.raises(OSError, match="answered") as caught:
        ping.ping(address)
    assert SECRET not in str(caught.value)


def test_a_mute_one_is_not_waited_for_long() -> None:
    with switch(None) as (address, _), pytest.raises(OSError, match="timed out"):
        ping.ping(address, seconds=0.3)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError) as caught:
        ping.ping(f"http://127.0.0.1:{port}/{SECRET}")
    assert SECRET not in str(caught.value)
