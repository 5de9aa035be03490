"""A local video goes to Meta as bytes: to no other host, in one stream, and with every answer understood."""

from __future__ import annotations

import hashlib
import io
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses
from graph_wire import APP_SECRET, FACEBOOK, IG, TOKEN, error

from ig_worker.domain.errors import (
    IgWorkerError,
    MediaRejected,
    PermissionLost,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import ContainerSpec, Kind
from ig_worker.graph import InstagramAccount
from ig_worker.graph.uploading import _Video

Client = Callable[..., InstagramAccount]
MEDIA = f"{FACEBOOK}/v25.0/{IG}/media"
UPLOAD = "https://rupload.facebook.com/ig-api-upload/v25.0/17900"
MEBIBYTE = 1024 * 1024


def info(*, retriable: bool | None = None, kind: str = "", message: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "message": message}
    return {"debug_info": found if retriable is None else {"retriable": retriable, **found}}


@pytest.fixture
def video(tmp_path: Path) -> Path:
    file = tmp_path / "senam.mp4"
    file.write_bytes(b"film" * 1000)
    return file


def reel(video: Path, caption: str = "Senam pagi") -> ContainerSpec:
    return ContainerSpec(Kind.REEL, video_file=str(video), caption=caption, thumb_offset_ms=1500)


def test_the_bytes_follow_the_container_with_the_token_as_rupload_wants_it(
    wire: responses.RequestsMock, client: Client, video: Path
) -> None:
    wire.post(MEDIA, json={"id": "17900", "uri": UPLOAD})
    wire.post(UPLOAD, json={"success": True, "message": "Upload successful."})
    account = client("facebook", app_secret=APP_SECRET)
    assert account.uploads_videos
    assert account.create_container(reel(video)) == "17900"
    made, sent = wire.calls[0].request, wire.calls[1].request
    form = {name: values[0] for name, values in parse_qs(made.body.decode()).items()}  # type: ignore[union-attr]
    assert form == {
        "media_type": "REELS",
        "upload_type": "resumable",
        "caption": "Senam pagi",
        "thumb_offset": "1500",
    }
    assert sent.url == UPLOAD
    assert sent.headers["Authorization"] == f"OAuth {TOKEN}"
    assert (sent.headers["offset"], sent.headers["file_size"]) == ("0", "4000")
    assert sent.headers["Content-Length"] == "4000"


def test_a_story_is_uploaded_like_a_reel(wire: responses.RequestsMock, client: Client, video: Path) -> None:
    wire.post(MEDIA, json={"id": "17900", "uri": UPLOAD})
    wire.post(UPLOAD, json={"success": True})
    client("facebook").create_container(ContainerSpec(Kind.STORY, video_file=str(video)))
    assert parse_qs(wire.calls[0].request.body.decode()) == {  # type: ignore[union-attr]
        "media_type": ["STORIES"],
        "upload_type": ["resumable"],
    }


def test_with_instagram_login_videos_go_by_address(client: Client) -> None:
    assert not client().uploads_videos


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/ig-api-upload/17900",
        "http://rupload.facebook.com/17900",
        "https://rupload.facebook.com.evil.example/17900",
        "https://evil.example/rupload.facebook.com",
        "https://rupload.facebook.com@evil.example/17900",
        "https://evil.example\\@rupload.facebook.com/17900",
        "https://user@rupload.facebook.com/17900",
        "https://rupload.facebook.com:8443/17900",
        "https://rupload.facebook.com\\.evil.example/17900",
        "https://rupload.facebook.com\n.evil.example/17900",
        "https://rupload\u2024facebook.com/17900",
        "https://[rupload.facebook.com/17900",
        "//rupload.facebook.com/17900",
        FACEBOOK + "/17900",
    ],
)
def test_the_token_goes_to_no_other_host(
    wire: responses.RequestsMock, client: Client, video: Path, address: str
) -> None:
    wire.post(MEDIA, json={"id": "17900", "uri": address})
    with pytest.raises(Refused, match="token tidak dikirim"):
        client("facebook").create_container(reel(video))
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("http://127.0.0.1:8125/ig-api-upload/17900", True),
        (UPLOAD, True),
        ("http://127.0.0.1:8126/ig-api-upload/17900", False),
        ("https://127.0.0.1:8125/ig-api-upload/17900", False),
    ],
)
def test_a_host_set_in_the_place_of_metas_gets_it_too(
    wire: responses.RequestsMock, client: Client, video: Path, address: str, goes: bool
) -> None:
    wire.post(f"http://127.0.0.1:8125/v25.0/{IG}/media", json={"id": "17900", "uri": address})
    if goes:
        wire.post(address, json={"success": True})
    account = client("facebook", base_url="http://127.0.0.1:8125/")
    if goes:
        assert account.create_container(reel(video)) == "17900"
    else:
        with pytest.raises(Refused):
            account.create_container(reel(video))


@pytest.mark.parametrize(
    ("answer", "family"),
    [
        ({"status": 400, "json": info(retriable=True, kind="OffsetInvalidError")}, Unanswered),
        ({"status": 400, "json": info(retriable=False, kind="ProcessingFailedError")}, MediaRejected),
        ({"status": 400, "json": info(kind="ProcessingFailedError")}, Unanswered),
        ({"status": 401, "json": info(retriable=False, kind="NotAuthorizedError")}, PermissionLost),
        ({"status": 200, "json": {"success": False}}, Unanswered),
        ({"status": 200, "json": {}}, Unanswered),
        ({"status": 200, "body": "<html>"}, Unanswered),
        ({"status": 500, "body": "<html>"}, Unanswered),
        ({"status": 302, "headers": {"Location": "https://evil.example/"}}, Unanswered),
        ({"status": 400, "json": error(190, 463)}, TokenExpired),
        ({"status": 400, "json": error(80002)}, Throttled),
        ({"status": 400, "json": error(2)}, Unanswered),
        ({"body": requests.ConnectionError()}, Unanswered),
        ({"body": requests.ReadTimeout()}, Unanswered),
    ],
    ids=str,
)
def test_every_answer_to_an_upload_is_understood_and_nothing_is_sent_twice(
    wire: responses.RequestsMock,
    client: Client,
    video: Path,
    answer: dict[str, Any],
    family: type[IgWorkerError],
) -> None:
    wire.post(MEDIA, json={"id": "17900", "uri": UPLOAD})
    wire.post(UPLOAD, **answer)
    with pytest.raises(family) as caught:
        client("facebook").create_container(reel(video))
    assert len(wire.calls) == 2
    assert TOKEN not in f"{caught.value} {caught.value.cure}"


def test_what_meta_says_of_a_video_is_told(wire: responses.RequestsMock, client: Client, video: Path) -> None:
    wire.post(MEDIA, json={"id": "17900", "uri": UPLOAD})
    words = "Request processing failed"
    wire.post(UPLOAD, status=400, json=info(retriable=False, kind="ProcessingFailedError", message=words))
    with pytest.raises(MediaRejected, match=words) as caught:
        client("facebook").create_container(reel(video))
    assert "MP4" in caught.value.cure


def test_no_container_is_made_for_a_copy_that_is_gone(client: Client, tmp_path: Path) -> None:
    with pytest.raises(MediaRejected, match=r"gone\.mp4"):
        client("facebook").create_container(reel(tmp_path / "gone.mp4"))


def test_an_upload_has_an_end() -> None:
    with pytest.raises(TimeoutError):
        _Video(io.BytesIO(b"film"), 4, seconds=-1).read(2)
    assert list(_Video(io.BytesIO(b"film"), 4, seconds=60)) == [b"film"]


@contextmanager
def taking() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that makes containers, takes videos, and notes their hashes."""
    hashes: list[str] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length, body = int(self.headers["Content-Length"]), hashlib.sha256()
            while length:
                part = self.rfile.read(min(length, MEBIBYTE))
                body.update(part)
                length -= len(part)
            answer = b'{"success": true}'
            if self.path.endswith("/media"):
                answer = b'{"id": "17900", "uri": "http://%s/up/17900"}' % self.headers["Host"].encode()
            else:
                hashes.append(body.hexdigest())
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hashes
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def test_a_long_video_is_streamed_from_the_disk_and_arrives_whole(client: Client, tmp_path: Path) -> None:
    video, parts = tmp_path / "long.mp4", hashlib.sha256()
    with video.open("wb") as file:
        for number in range(64):
            part = number.to_bytes(1, "big") * MEBIBYTE
            file.write(part)
            parts.update(part)
    with taking() as (address, hashes):
        account = client("facebook", base_url=address)
        tracemalloc.start()
        try:
            assert account.create_container(reel(video)) == "17900"
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert hashes == [parts.hexdigest()]
    # The server that takes it lives in this process too, and reads a mebibyte at a time.
    assert most < 16 * MEBIBYTE


def test_a_line_cut_in_the_middle_is_no_upload(client: Client, tmp_path: Path) -> None:
    video = tmp_path / "long.mp4"
    video.write_bytes(bytes(16 * MEBIBYTE))
    door = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{door.getsockname()[1]}"

    def serve() -> None:
        body = f'{{"id": "17900", "uri": "http://{host}/up"}}'.encode()
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        caller, _ = door.accept()
        with caller:
            caller.recv(65536)
            caller.sendall(head + body)
        caller, _ = door.accept()
        with caller:
            caller.recv(65536)  # the beginning of the video, and then the line is dead

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        with pytest.raises(Unanswered):
            client("facebook", base_url=f"http://{host}").create_container(reel(video))
    finally:
        serving.join()
        door.close()
