"""Addresses as Meta's servers will see them, and pictures that go out as they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from fakes.tiny_mp4 import tiny_mp4
from ig_worker.domain.errors import MediaRejected, Unanswered
from ig_worker.domain.media_limits import Obstacle
from ig_worker.media.as_meta import obstacle_at
from ig_worker.media.room import MediaRoom
from ig_worker.media.sharing import direct_address, sharing_cure

Maker = Callable[..., Path]

JPEG = b"\xff\xd8\xff" + bytes(5_000)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(5_000)
FILM = tiny_mp4()


def looked(url: str) -> Obstacle | None:
    return obstacle_at(url, allow_private_addresses=True)


def test_what_meta_can_fetch_has_no_obstacle(own_site: Any) -> None:
    assert looked(own_site.gives("/a.jpg", JPEG)) is None
    assert looked(own_site.gives("/b", JPEG, "Image/JPEG; charset=binary")) is None
    assert looked(own_site.gives("/a.mp4", FILM, "video/mp4")) is None
    assert looked(own_site.gives("/a.mov", FILM, "video/quicktime")) is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"content": b"", "status": 302, "location": "/lain"}, "mengalihkan ke alamat lain"),
        ({"content": b"", "status": 401}, r"meminta login atau menolak \(401\)"),
        ({"content": b"", "status": 403}, r"meminta login atau menolak \(403\)"),
        ({"content": b"", "status": 404}, "menjawab 404"),
        ({"content": b""}, "kosong"),
        ({"content": b"<!doctype html><title>Masuk</title>", "kind": "text/html"}, "halaman web"),
        ({"content": PNG, "kind": "image/png"}, "bukan JPEG"),
        ({"content": JPEG, "kind": "application/octet-stream"}, "dikirim sebagai “application/octet-stream”"),
        ({"content": JPEG, "kind": ""}, "dikirim sebagai “tanpa jenis”, bukan image/jpeg"),
        ({"content": FILM, "kind": "image/jpeg"}, "bukan video/mp4"),
        ({"content": JPEG, "length": 8_000_001}, "berukuran 8 MB, paling besar 8 MB"),
        ({"content": FILM, "kind": "video/mp4", "length": 301_000_000}, "301 MB, paling besar 300 MB"),
    ],
)
def test_what_meta_would_stumble_over_is_said(own_site: Any, answer: dict[str, Any], said: str) -> None:
    found = looked(own_site.gives("/a", **answer))
    assert found is not None
    assert re.search(said, found.reason)
    assert found.cure
    assert not found.passing


def test_what_may_be_gone_at_the_next_look_is_called_passing(own_site: Any) -> None:
    busy = looked(own_site.gives("/sibuk", b"", status=503))
    gone = looked(own_site.hangs_up("/putus"))
    assert busy is not None
    assert gone is not None
    assert busy.passing
    assert gone.passing


def test_a_secret_in_the_address_is_not_repeated(own_site: Any) -> None:
    found = looked(own_site.gives("/a?kunci=rahasia", b"", status=404))
    assert found is not None
    assert "rahasia" not in found.reason + found.cure


def test_our_own_network_is_an_obstacle_as_meta_is_not_in_it() -> None:
    found = obstacle_at("http://192.168.1.10/a.jpg")
    assert found is not None
    assert "jaringan dalam" in found.reason


@pytest.mark.parametrize(
    "url", ["https://contoh.go.id/kafé.jpg", "http://a:b@contoh.go.id/a.jpg", "poster.jpg"]
)
def test_an_address_that_cannot_be_used_is_an_obstacle(url: str) -> None:
    found = looked(url)
    assert found is not None
    assert "tidak dapat dipakai" in found.reason


@pytest.fixture
def room(tmp_path: Path) -> MediaRoom:
    return MediaRoom(tmp_path / "var", public_base_url="", allow_private_addresses=True)


def shared(own_site: Any, path: str, file: Path, kind: str = "image/jpeg") -> tuple[str, str]:
    content = file.read_bytes()
    return own_site.gives(path, content, kind), hashlib.sha256(content).hexdigest()


def test_an_address_that_still_gives_what_was_approved_is_fine(
    room: MediaRoom, own_site: Any, picture: Maker, tmp_path: Path
) -> None:
    room.check_address(*shared(own_site, "/a.jpg", picture(size=(1080, 1350))))
    room.check_address(*shared(own_site, "/b.jpg", picture(size=(1080, 1920))), story=True)
    room.check_address(*shared(own_site, "/c.jpg", picture(size=(1000, 1000))), ratio=1.0)
    film = tmp_path / "a.mp4"
    film.write_bytes(FILM)
    room.check_address(*shared(own_site, "/a.mp4", film, "video/mp4"), story=True)
    assert not list((tmp_path / "var" / "originals").iterdir())


@pytest.mark.parametrize(
    ("name", "size", "ratio", "said"),
    [
        ("a.png", (1080, 1080), None, "berformat PNG, bukan JPEG"),
        ("a.jpg", (900, 1200), None, "berasio 3:4, yang diterima 4:5"),
        ("a.jpg", (2000, 1000), None, "berasio 2,00:1"),
        ("a.jpg", (1080, 1350), 1.0, "berasio 4:5, sedangkan item pertama carousel 1:1"),
    ],
)
def test_a_picture_that_cannot_be_prepared_must_be_right_as_it_is(
    room: MediaRoom,
    own_site: Any,
    picture: Maker,
    name: str,
    size: tuple[int, int],
    ratio: float | None,
    said: str,
) -> None:
    url, sha256 = shared(own_site, f"/{name}", picture(name, size=size))
    with pytest.raises(MediaRejected, match=said) as caught:
        room.check_address(url, sha256, ratio=ratio)
    assert "public_base_url" in caught.value.cure


def test_a_photograph_marked_as_turned_is_measured_as_it_is_shown(
    room: MediaRoom, own_site: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.new("RGB", (1350, 1080)).save(path, exif=exif)
    room.check_address(*shared(own_site, "/a.jpg", path))


def test_too_many_bytes_are_refused_as_they_are(room: MediaRoom, own_site: Any, picture: Maker) -> None:
    path = picture(size=(1080, 1080))
    with path.open("ab") as file:
        file.truncate(8_000_001)
    url, sha256 = shared(own_site, "/a.jpg", path)
    with pytest.raises(MediaRejected, match="lebih besar dari 8 MB"):
        room.check_address(url, sha256)


def test_other_bytes_a_redirect_or_a_page_are_refused_and_silence_is_not(
    room: MediaRoom, own_site: Any, picture: Maker
) -> None:
    url, sha256 = shared(own_site, "/a.jpg", picture())
    with pytest.raises(MediaRejected, match="sudah berubah sejak disetujui"):
        room.check_address(url, "0" * 64)
    with pytest.raises(MediaRejected, match="tidak diikuti Instagram"):
        room.check_address(own_site.gives("/pindah", b"", status=302, location="/a.jpg"), sha256)
    with pytest.raises(MediaRejected, match="halaman web"):
        room.check_address(own_site.gives("/login", b"<!doctype html>" + bytes(80), "text/html"), sha256)
    with pytest.raises(Unanswered):
        room.check_address(own_site.gives("/sibuk", b"", status=503), sha256)


def test_a_probe_of_the_room_follows_its_rule_for_private_addresses(
    room: MediaRoom, own_site: Any, tmp_path: Path
) -> None:
    url = own_site.gives("/a.jpg", JPEG)
    assert room.probe_url(url) is None
    strict = MediaRoom(tmp_path / "var", public_base_url="", allow_private_addresses=False)
    found = strict.probe_url(url)
    assert found is not None
    assert "jaringan dalam" in found.reason


FILE_ID = "1AbC_dEfGhIjKlMnOpQrStUvWxYz-0123"
DRIVE = f"https://drive.usercontent.google.com/download?id={FILE_ID}&export=download&confirm=t"


@pytest.mark.parametrize(
    ("url", "direct"),
    [
        (f"https://drive.google.com/file/d/{FILE_ID}/view?usp=sharing", DRIVE),
        (f"https://drive.google.com/file/d/{FILE_ID}", DRIVE),
        (f"https://drive.google.com/open?id={FILE_ID}&usp=drive_copy", DRIVE),
        (f"https://drive.google.com/uc?export=view&id={FILE_ID}", DRIVE),
        ("https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOp", None),
        ("https://drive.google.com/file/d/../../x/view", None),
        ("https://www.dropbox.com/s/abc/a.jpg?dl=0", "https://www.dropbox.com/s/abc/a.jpg?dl=1"),
        (
            "https://www.dropbox.com/scl/fi/abc/a.jpg?rlkey=k1&dl=0",
            "https://www.dropbox.com/scl/fi/abc/a.jpg?rlkey=k1&dl=1",
        ),
        ("https://contoh.go.id/file/d/abcdefghijkl/view", None),
        ("http://drive.google.com.contoh.id/open?id=abcdefghijkl", None),
        ("https://[rusak", None),
    ],
)
def test_a_share_link_means_the_file_behind_it(url: str, direct: str | None) -> None:
    assert direct_address(url) == (direct or url)


def test_a_shared_file_that_is_not_public_has_its_own_cure() -> None:
    assert "Siapa saja yang memiliki link" in sharing_cure("accounts.google.com")
    assert not sharing_cure("google.com.contoh.id")
