"""The embedded Instagram in this process, with its clock standing still, and a little web server with pictures."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from ig_worker.sandbox.app import make_app
from ig_worker.sandbox.world import (
    FACEBOOK_ACCOUNT,
    FACEBOOK_PAGE_TOKEN,
    FACEBOOK_USER_TOKEN,
    INSTAGRAM_ACCOUNT,
    INSTAGRAM_TOKEN,
    World,
)

with warnings.catch_warnings():
    # It wants another HTTP client than the one that is pinned here; the tests speak to it plainly.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class Instagram:
    """A client of one world: `get`, `post`, `delete` give (status, body); `ok` insists on 200, `no` gives the error."""

    def __init__(self, world: World, client: TestClient) -> None:
        self.world = world
        self.client = client
        self.me = INSTAGRAM_ACCOUNT
        self.token = INSTAGRAM_TOKEN

    def facebook(self, *, page: bool = False) -> Instagram:
        other = Instagram(self.world, self.client)
        other.me = FACEBOOK_ACCOUNT
        other.token = FACEBOOK_PAGE_TOKEN if page else FACEBOOK_USER_TOKEN
        return other

    def call(self, method: str, path: str, **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **rest.pop("headers", {})}
        return self.client.request(method, f"/v25.0/{path}", headers=headers, **rest)

    def ok(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def done(self, path: str, **form: Any) -> Any:
        answer = self.call("POST", path, data=form)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def no(self, path: str, method: str = "GET", **params: Any) -> tuple[int, int | None, str]:
        """The refusal: code, subcode, message."""
        rest = {"data": params} if method == "POST" else {"params": params}
        answer = self.call(method, path, **rest)
        assert answer.status_code >= 400, answer.text
        error = answer.json()["error"]
        assert error["fbtrace_id"]
        return error["code"], error.get("error_subcode"), error["message"]

    def control(self, path: str, method: str = "POST", **given: Any) -> Any:
        answer = self.client.request(method, f"/control/{path}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def advance(self, seconds: float) -> None:
        self.control("clock", advance_seconds=seconds)

    def post_by_hand(self, kind: str = "image", **rest: Any) -> str:
        return self.control("media", kind=kind, account=self.me, **rest)["id"]

    def send(self, recipient: dict[str, str], text: str, **rest: Any) -> Any:
        body = {"recipient": recipient, "message": {"text": text}, **rest}
        return self.call("POST", f"{self.me}/messages", json=body)


@pytest.fixture
def client_of() -> Callable[..., TestClient]:
    """A plain client of a world with another configuration, from this machine or elsewhere."""

    def make(config: dict[str, Any], host: str = "127.0.0.1") -> TestClient:
        return TestClient(make_app(World({"now": NOW.isoformat(), **config})), client=(host, 50_000))

    return make


@pytest.fixture
def ig() -> Iterator[Instagram]:
    world = World({"now": NOW.isoformat(), "settings": {"container_seconds": 0}})
    with TestClient(make_app(world), client=("127.0.0.1", 50_000)) as client:
        yield Instagram(world, client)


def picture(width: int = 1080, height: int = 1080, form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (20, 120, 90)).save(out, form)
    return out.getvalue()


class Pictures:
    """A web server on this machine; `put` gives the address of some bytes."""

    def __init__(self) -> None:
        self.shelf: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []
        self.release = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                if self.path == "/slow.jpg":
                    outer.release.wait(20)
                status, kind, content = outer.shelf.get(self.path, (404, "text/plain", b"not here"))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/good.jpg")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                try:
                    self.wfile.write(content)
                except OSError:
                    return  # The other side has seen enough.

            def log_message(self, *words: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def put(self, name: str, content: bytes, kind: str = "image/jpeg", status: int = 200) -> str:
        self.shelf[f"/{name}"] = (status, kind, content)
        return f"{self.url}/{name}"

    def good(self) -> str:
        return self.put("good.jpg", picture())

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    pictures = Pictures()
    yield pictures
    pictures.close()
