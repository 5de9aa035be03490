"""Each post gets a small picture at night; what fails is tried again the next night and costs nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fakes.bench import ACCOUNT, START, bench_database, plan_post
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.instagram import Media
from ig_worker.flows.measuring.pictures import AT_MOST, SmallPictures
from ig_worker.store.database import Database

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(5000)
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(5000)


class Cdn(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 -- one list for the whole test run

    def do_GET(self) -> None:
        self.asked.append(self.path)
        found = {"/a.jpg": (200, JPEG), "/film": (200, FILM), "/rusak": (500, b"")}
        status, body = found.get(self.path, (403, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # who has seen enough hangs up
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is http.server's
        return


@pytest.fixture
def cdn() -> Iterator[str]:
    Cdn.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Cdn) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class Shrinker:
    """Writes what it was given; `broken` holds the names it cannot read."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.broken: set[str] = set()
        self.full = False

    def small_picture(self, original: Path, out: Path) -> None:
        self.made.append(original.name)
        if self.full:
            raise Misconfigured("the disk is full", cure="free some space")
        if original.name in self.broken:
            raise MediaRejected("berkas gambar rusak")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"small")


class Bench:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.shrinker = Shrinker()
        self.pictures = SmallPictures(ACCOUNT, database, self.shrinker, folder, allow_private_addresses=True)

    def there(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "pictures" / ACCOUNT).glob("*"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_database() as database:
        yield Bench(database, tmp_path)


def media(ig_id: str, media_type: str = "IMAGE", *, url: str = "", thumbnail: str = "") -> Media:
    return Media(ig_id, "", START, media_type, "FEED", media_url=url, thumbnail_url=thumbnail)


def test_our_own_copy_comes_before_the_lists_address(bench: Bench, cdn: str) -> None:
    with bench.database.writing() as connection:
        plan_post(connection, status="published", ig_media_id="180", published_at=START)
    bench.pictures.keep([media("180", url=f"{cdn}/a.jpg")])
    assert (bench.shrinker.made, bench.there(), Cdn.asked) == (["a.jpg"], ["180.jpg"], [])


def test_where_our_copy_gives_no_picture_the_list_does(bench: Bench, cdn: str) -> None:
    with bench.database.writing() as connection:
        plan_post(connection, status="published", ig_media_id="180", published_at=START)
    bench.shrinker.broken.add("a.jpg")
    bench.pictures.keep([media("180", "VIDEO", thumbnail=f"{cdn}/a.jpg")])
    assert Cdn.asked == ["/a.jpg"]


def test_a_picture_is_made_once(bench: Bench, cdn: str) -> None:
    for _ in range(3):
        bench.pictures.keep(
            [media("180", url=f"{cdn}/a.jpg"), media("181", "VIDEO", thumbnail=f"{cdn}/a.jpg")]
        )
    assert bench.there() == ["180.jpg", "181.jpg"]
    assert len(Cdn.asked) == 2


def test_no_film_is_fetched_for_its_picture(bench: Bench, cdn: str) -> None:
    bench.pictures.keep(
        [media("180", "VIDEO", url=f"{cdn}/film"), media("181", "CAROUSEL_ALBUM", url=f"{cdn}/film")]
    )
    assert (bench.there(), Cdn.asked, bench.shrinker.made) == ([], ["/film"], [])


def test_one_that_fails_costs_no_other_and_is_tried_again(bench: Bench, cdn: str) -> None:
    listed = [media("180", url=f"{cdn}/tiada"), media("181"), media("182", url=f"{cdn}/a.jpg")]
    bench.pictures.keep(listed)
    assert bench.there() == ["182.jpg"]
    bench.pictures.keep(listed)
    assert Cdn.asked == ["/tiada", "/a.jpg", "/tiada"]


def test_where_nothing_comes_the_others_wait_for_the_next_night(bench: Bench, cdn: str) -> None:
    bench.pictures.keep([media(str(180 + number), url=f"{cdn}/rusak") for number in range(9)])
    assert len(Cdn.asked) == 3


def test_a_full_disk_ends_it(bench: Bench, cdn: str, caplog: pytest.LogCaptureFixture) -> None:
    bench.shrinker.full = True
    bench.pictures.keep([media(str(180 + number), url=f"{cdn}/a.jpg") for number in range(9)])
    assert len(Cdn.asked) == 1
    assert caplog.text.count("no small pictures of posts tonight") == 1


def test_so_many_in_a_night_and_no_odd_names(bench: Bench, cdn: str) -> None:
    bench.pictures.keep([media("../../etc/passwd", url=f"{cdn}/a.jpg"), media("", url=f"{cdn}/a.jpg")])
    assert Cdn.asked == []
    bench.pictures.keep([media(f"{number}", url=f"{cdn}/a.jpg") for number in range(AT_MOST + 5)])
    assert len(bench.there()) == AT_MOST


def test_addresses_in_our_own_network_are_not_asked(tmp_path: Path, cdn: str) -> None:
    with bench_database() as database:
        SmallPictures(ACCOUNT, database, Shrinker(), tmp_path).keep([media("180", url=f"{cdn}/a.jpg")])
    assert Cdn.asked == []
