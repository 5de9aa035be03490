"""Pictures and videos for the tests, made on the spot."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

Maker = Callable[..., Path]


def _scene(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture with a red left half, a blue right half and a white band on top."""
    image = Image.new("RGB", size, "blue")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 2, size[1]), fill="red")
    draw.rectangle((0, 0, size[0], size[1] // 5), fill="white")
    return image.convert(mode)


@pytest.fixture
def picture(tmp_path: Path) -> Maker:
    def make(
        name: str = "gambar.jpg", size: tuple[int, int] = (800, 800), mode: str = "RGB", **options: object
    ) -> Path:
        path = tmp_path / name
        _scene(size, mode).save(path, **options)  # type: ignore[arg-type]
        return path

    return make


@pytest.fixture
def noise(tmp_path: Path) -> Maker:
    def make(size: tuple[int, int]) -> Path:
        path = tmp_path / "derau.png"
        data = random.Random(7).randbytes(size[0] * size[1] * 3)
        Image.frombytes("RGB", size, data).save(path, compress_level=0)
        return path

    return make


Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web server of one's own: what each path answers, and the hosts that were asked for."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self.answers: dict[str, Answer] = {}

    def gives(
        self,
        path: str,
        content: bytes,
        kind: str = "image/jpeg",
        *,
        status: int = 200,
        length: int | None = None,
        location: str = "",
    ) -> str:
        """Let a path answer so; its address."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Content-Length", str(len(content) if length is None else length))
            if kind:
                request.send_header("Content-Type", kind)
            if location:
                request.send_header("Location", location)
            request.end_headers()
            request.wfile.write(content)

        self.answers[path] = answer
        return self.url + path

    def hangs_up(self, path: str) -> str:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.connection.shutdown(socket.SHUT_RDWR)
            request.close_connection = True

        self.answers[path] = answer
        return self.url + path


@contextmanager
def _serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(ConnectionError):  # who only looks at the head is gone before the rest
                site.answers[self.path](self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is http.server's
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(int(server.server_address[1]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def own_site() -> Iterator[Site]:
    with _serving() as site:
        yield site
