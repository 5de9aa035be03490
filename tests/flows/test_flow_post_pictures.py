"""The picture of a post made by hand is had from Instagram where that is quick, and never stops a card."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import PlainCards

from fakes.bench import ACCOUNT, HandClock
from fakes.fake_instagram import FakeInstagram
from ig_worker.clock import stopwatch
from ig_worker.domain.errors import MediaRejected, Throttled, Unavailable
from ig_worker.domain.instagram import Kind
from ig_worker.flows.casework.post_pictures import PostPictures, Wanted
from ig_worker.flows.ports import Showing

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(5000)
GIVEN_UP = 0.5
"""Seconds; in life it is some more."""


class Cdn(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 -- one list for the whole test run
    leave = threading.Event()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/diam":
            self.leave.wait(timeout=30)
            return
        found = {"/a.jpg": (200, JPEG), "/halaman": (200, b"<!doctype html>" + bytes(500))}
        status, body = found.get(self.path, (403, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is http.server's
        return


@pytest.fixture
def cdn() -> Iterator[str]:
    Cdn.asked.clear()
    Cdn.leave.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Cdn) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        Cdn.leave.set()
        server.shutdown()
        thread.join()


class NoOriginal(PlainCards):
    """A renderer that makes nothing of our own copies of films."""

    def small_picture(self, original: Path, out: Path) -> None:
        if original.suffix == ".mp4":
            raise MediaRejected("berkas gambar rusak")
        out.write_bytes(b"small " + original.read_bytes()[:4])


class Posts:
    """Posts made by hand, and who looks for their pictures."""

    def __init__(self, cdn: str, folder: Path) -> None:
        self.instagram = FakeInstagram(HandClock())
        self.cdn = cdn
        self.folder = folder
        self.pictures = self.looking(self.instagram)

    def looking(self, instagram: Any, *, private: bool = True) -> PostPictures:
        return PostPictures(
            instagram, NoOriginal(), self.folder, allow_private_addresses=private, patience=GIVEN_UP
        )

    def post(self, path: str, original: str = "") -> Wanted:
        media_id = self.instagram.post_by_hand(Kind.IMAGE, "Jam layanan")
        if path:
            self.instagram.pictures[media_id] = f"{self.cdn}{path}"
        return Wanted(ACCOUNT, media_id, original, carousel=False)


@pytest.fixture
def posts(cdn: str, tmp_path: Path) -> Posts:
    return Posts(cdn, tmp_path)


def test_it_is_fetched_once_for_all_who_write_under_the_post(posts: Posts) -> None:
    post = posts.post("/a.jpg")
    found = [posts.pictures.of(post) for _ in range(3)]
    assert {(one.content, one.source, one.missing) for one in found} == {
        (b"small " + JPEG[:4], "instagram", "")
    }
    assert Cdn.asked == ["/a.jpg"]
    assert posts.instagram.calls.count("picture_address") == 1


@pytest.mark.parametrize(
    ("path", "why"),
    [("", "tidak memberikan"), ("/halaman", ""), ("/terlarang", "403"), ("/diam", "")],
)
def test_what_cannot_be_had_is_said_in_their_words_and_asked_for_again_in_the_next_pass(
    posts: Posts, path: str, why: str
) -> None:
    post = posts.post(path)
    begun = stopwatch()
    found = posts.pictures.of(post)
    assert stopwatch() - begun < 20
    assert not found.content
    assert found.missing
    assert why in found.missing
    asked = len(posts.instagram.calls)
    posts.pictures.of(post)
    assert len(posts.instagram.calls) == asked
    posts.pictures.new_pass()
    posts.pictures.of(post)
    assert len(posts.instagram.calls) > asked


def test_after_a_silence_the_other_posts_of_the_pass_wait_for_nothing(posts: Posts) -> None:
    posts.pictures.of(posts.post("/diam"))
    found = posts.pictures.of(posts.post("/a.jpg"))
    assert found.missing == "Instagram sedang tidak menjawab"
    assert Cdn.asked == ["/diam"]
    posts.pictures.new_pass()
    assert posts.pictures.of(posts.post("/a.jpg")).content


def test_our_own_network_is_never_asked(posts: Posts) -> None:
    found = posts.looking(posts.instagram, private=False).of(posts.post("/a.jpg"))
    assert "jaringan dalam" in found.missing
    assert Cdn.asked == []


def test_our_own_copy_comes_first_and_a_film_of_ours_has_a_preview_there(posts: Posts) -> None:
    (posts.folder / "originals").mkdir()
    (posts.folder / "originals" / "a.jpg").write_bytes(b"ours")
    assert posts.pictures.of(posts.post("/a.jpg", "a.jpg")).source == "original"
    assert Cdn.asked == []
    assert posts.pictures.of(posts.post("/a.jpg", "film.mp4")).source == "instagram"


def test_where_calls_are_dear_none_is_spent_on_a_picture(posts: Posts) -> None:
    posts.instagram.percent_used = 90
    assert "kuota" in posts.pictures.of(posts.post("/a.jpg")).missing
    assert "picture_address" not in posts.instagram.calls


@pytest.mark.parametrize("error", [Throttled("later", wait_seconds=60), Unavailable("gone"), OSError("odd")])
def test_a_refusal_or_an_odd_trouble_is_no_picture(posts: Posts, error: Exception) -> None:
    class Refusing(Showing):
        def calls_used(self) -> int:
            return 0

        def picture_address(self, media_id: str, *, carousel: bool = False) -> str:
            raise error

    found = posts.looking(Refusing()).of(posts.post("/a.jpg"))
    assert not found.content
    assert found.missing


def test_few_pictures_are_remembered(posts: Posts) -> None:
    first = posts.post("/a.jpg")
    for post in (first, *(posts.post("/a.jpg") for _ in range(20)), first):
        posts.pictures.of(post)
    assert len(Cdn.asked) == 22
