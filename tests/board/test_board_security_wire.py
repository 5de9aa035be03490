"""What comes over the wire as no browser would send it: climbing paths, forged addresses, forms that never end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from board_centre import Centre, Open
from test_board_serving import board

from ig_worker import config
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.rights import Role

SECRET = "ini-rahasia"
SCRIPT = """
import pathlib, sys
from ig_worker import config
from ig_worker.board import Office, create_app, serve
settings = config.load(pathlib.Path(sys.argv[1]))
serve(create_app(Office(settings)), "127.0.0.1", 0, settings.board.trusted_proxies)
"""


def raw(address: str, request: bytes) -> bytes:
    """What comes back for these very bytes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65_536), b""))


CLIMBING = [
    "../board.key", "..%2fboard.key", "%2e%2e/board.key", "..\\board.key", "..%5cboard.key", "%252e%252e%252fboard.key",
    "....//board.key", "/etc/passwd", "%2fetc%2fpasswd", "board.key%00.png", "..;/board.key", "%c0%ae%c0%ae/board.key",
    "./../../board.key", "~root/.profile", "file:///etc/passwd",
]  # fmt: skip


def test_no_path_climbs_out_of_media_pictures_evidence_or_style(centre: Centre) -> None:
    folder = centre.settings.data_dir
    (folder / "secret.txt").write_text(SECRET)
    cookie = centre.browser(*Role, name="semua").cookies["papan"]
    with board(centre) as (_, address):
        key = (folder / "board.key").read_bytes()
        headers = f"Host: x\r\nCookie: papan={cookie}\r\nConnection: close\r\n"
        for before in (
            "/media/", "/static/", "/posting/1/gambar/", "/kasus/K-2026-0001/bukti/", "/laporan/", "/impor/", "/",
        ):  # fmt: skip
            for climbing in [*CLIMBING, *(path.replace("board.key", "secret.txt") for path in CLIMBING)]:
                answer = raw(address, f"GET {before}{climbing} HTTP/1.1\r\n{headers}\r\n".encode("latin-1"))
                assert SECRET.encode() not in answer
                assert key not in answer
                assert b"root:" not in answer
                assert answer.split(b" ", 2)[1] in {b"404", b"400", b"303", b"405"}, (
                    before,
                    climbing,
                    answer[:80],
                )


@contextmanager
def proxied(centre: Centre) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(centre.folder / "config.toml")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()


def wrong_logins(address: str, forwarded: list[str]) -> list[int]:
    """Each from another forwarded address, with another name."""
    found = []
    with httpx.Client(base_url=address, timeout=30) as client:
        token = client.get("/masuk").text.partition('name="csrf" value="')[2][:64]
        for number, said in enumerate(forwarded):
            data = {"csrf": token, "name": f"n{number}", "password": "salah"}
            answer = client.post("/masuk", data=data, headers={"X-Forwarded-For": said})
            found.append(answer.status_code)
    return found


def test_without_a_trusted_proxy_a_forged_address_changes_nothing(centre: Centre) -> None:
    with proxied(centre) as address:
        tried = wrong_logins(address, [f"203.0.113.{number}" for number in range(22)])
    assert tried == [401] * 20 + [429] * 2


def test_behind_a_trusted_proxy_each_has_their_own_address_and_cannot_forge_it(open_centre: Open) -> None:
    centre = open_centre(more='[board]\ntrusted_proxies = ["127.0.0.1"]')
    with proxied(centre) as address:
        assert 429 not in wrong_logins(address, [f"203.0.113.{number}" for number in range(22)])
        # What stands before the last is what the visitor said themselves.
        tried = wrong_logins(address, [f"198.51.100.{number}, 192.0.2.9" for number in range(22)])
    assert tried == [401] * 20 + [429] * 2


@pytest.mark.parametrize("said", ["*", "proxy.example", "127.0.0.1:80", "10.0.0.0/99", ""])
def test_a_trusted_proxy_is_an_address(centre: Centre, said: str) -> None:
    file = centre.folder / "config.toml"
    file.write_text(file.read_text("utf-8") + f'[board]\ntrusted_proxies = ["{said}"]\n', "utf-8")
    with pytest.raises(Misconfigured, match="trusted_proxies"):
        config.load(file)


def test_ten_megabytes_get_their_answer_and_leave_no_memory_behind(centre: Centre) -> None:
    cookie = centre.browser(Role.MAKER).cookies["papan"]
    with board(centre) as (process, address), httpx.Client(base_url=address, timeout=30) as client:
        client.cookies.set("papan", cookie)
        client.get("/akun/sandi")
        before = resident(process.pid)
        for _ in range(5):
            for content in (b"a=" + b"x" * 10_000_000, iter([b"x" * 100_000] * 100)):
                answer = client.post("/akun/sandi", content=content, headers={"Content-Type": FORM})
                assert answer.status_code == 413
                assert "terlalu besar" in answer.text
        assert resident(process.pid) - before < 8_000_000


FORM = "application/x-www-form-urlencoded"


def resident(process: int) -> int:
    """Bytes of memory that the process holds."""
    return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /masuk HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"POST /masuk HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"POST /masuk HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /masuk HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /masuk?" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /masuk HTTP/1.1\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
        b"GET /masuk HTTP/1.1\r\nHost: x\r\nCookie: papan=\xff\xfe; kabar=\x80; tamu=..\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"BREW /masuk HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)
def test_a_broken_request_hurts_nobody(centre: Centre, request_: bytes) -> None:
    with board(centre) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 10) as client:
            try:
                client.sendall(request_)
                client.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: client.recv(65_536), b""))
            except ConnectionError:
                answer = b""  # it hung up on us
        assert not answer.startswith(b"HTTP/1.1 5"), answer[:200]
        assert httpx.get(f"{address}/masuk", timeout=10).status_code == 200
        assert process.poll() is None
