"""The board as a process: it says when it is ready, and goes when it is told."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from board_centre import Centre

from ig_worker.board import create_app, serve
from ig_worker.domain.errors import Misconfigured

SCRIPT = """
import pathlib, sys
from ig_worker import config
from ig_worker.board import Office, create_app, serve
serve(create_app(Office(config.load(pathlib.Path(sys.argv[1])))), sys.argv[2], 0)
"""


@contextmanager
def board(centre: Centre, host: str = "127.0.0.1") -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(centre.folder / "config.toml"), host],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("board listening on http://")
        yield process, ready.split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_over_a_real_socket_and_stops_when_told(centre: Centre, number: signal.Signals) -> None:
    name = f"{'x' * 32}.jpg"
    centre.office.media_dir.mkdir()
    (centre.office.media_dir / name).write_bytes(b"\xff\xd8" * 100_000)
    with board(centre) as (process, address):
        answer = httpx.get(f"{address}/media/{name}", timeout=10)
        assert answer.content == b"\xff\xd8" * 100_000
        assert "server" not in answer.headers
        assert httpx.get(f"{address}/healthz", timeout=10).json()["healthy"] is False
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_path_that_climbs_out_is_refused_as_it_comes_over_the_wire(centre: Centre) -> None:
    (centre.settings.data_dir / "secret.txt").write_text("secret")
    with board(centre) as (_, address):
        host, port = address.removeprefix("http://").split(":")
        for path in ("/media/../secret.txt", "/media/%2e%2e%2fsecret.txt", "/media/..\\secret.txt"):
            with socket.create_connection((host, int(port)), 10) as client:
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                answer = b"".join(iter(lambda: client.recv(4096), b""))  # read at once
            assert answer.startswith(b"HTTP/1.1 404")
            assert b"secret" not in answer


def test_an_address_of_the_newer_kind_is_written_in_brackets(centre: Centre) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with board(centre, "::1") as (_, address):
        assert address.startswith("http://[::1]:")
        assert httpx.get(f"{address}/healthz", timeout=10).status_code == 503


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_an_address_that_cannot_be_had_is_told_in_one_line(centre: Centre, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = create_app(centre.office)
        with pytest.raises(Misconfigured, match=f"cannot listen on {host}, port {port}: ") as caught:
            serve(app, host, port)
    assert "[board]" in caught.value.cure
