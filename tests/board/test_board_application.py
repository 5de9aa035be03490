"""Instagram gets the staged files and nothing else; the health page tells how things are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from board_centre import Centre
from sqlalchemy import text

from ig_worker.store import jobs

NAME = "kQ3_w-8sT0bYcLr5NfXe2HvZ1aJpUdGm.jpg"
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40

Ask = Callable[..., httpx.Response]


@pytest.fixture
def media_dir(centre: Centre) -> Path:
    folder = centre.office.media_dir
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(JPEG)
    return folder


@pytest.fixture
def ask(centre: Centre, media_dir: Path) -> Ask:
    return asker(centre)


def asker(centre: Centre) -> Ask:
    browser = centre.browser()

    def ask(path: str, method: str = "GET", **headers: str) -> httpx.Response:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return browser.request(method, path, headers=named, follow_redirects=False)

    return ask


def test_a_staged_picture_is_given_whole_with_its_type(ask: Ask) -> None:
    answer = ask(f"/media/{NAME}")
    assert answer.status_code == 200
    assert answer.content == JPEG
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(JPEG))
    assert not answer.is_redirect


@pytest.mark.parametrize(("ending", "kind"), [("mp4", "video/mp4"), ("mov", "video/quicktime")])
def test_videos_have_the_types_that_meta_takes(ask: Ask, media_dir: Path, ending: str, kind: str) -> None:
    (media_dir / f"{'v' * 32}.{ending}").write_bytes(b"video")
    assert ask(f"/media/{'v' * 32}.{ending}").headers["content-type"] == kind


def test_head_gives_the_size_without_the_bytes(ask: Ask) -> None:
    answer = ask(f"/media/{NAME}", "HEAD")
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(JPEG))
    assert answer.content == b""


def test_a_part_can_be_asked_for(ask: Ask) -> None:
    answer = ask(f"/media/{NAME}", Range="bytes=4-11")
    assert answer.status_code == 206
    assert answer.content == bytes(range(8))
    assert answer.headers["content-range"] == f"bytes 4-11/{len(JPEG)}"
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/media",
        "/media/",
        "/media/../ig-worker.db",
        "/media/..%2fig-worker.db",
        "/media/%2e%2e/ig-worker.db",
        "/media/....//ig-worker.db",
        "/media/ig-worker.db",
        "/media/poster.jpg",
        f"/media/{'a' * 32}.jpg",
        f"/media/{'b' * 32}.html",
        f"/media/{'b' * 32}.jpg%00.html",
        f"/media/{'b' * 32}.jpg/",
        f"/media/{'b' * 400}.jpg",
        f"/media/sub/{NAME}",
        f"/media/{NAME}%0a",
        "/media/%ff%fe.jpg",
        f"//media/{NAME}",
        "/openapi.json",
        "/healthz/",
    ],
)
def test_everything_else_is_a_404(ask: Ask, media_dir: Path, path: str) -> None:
    (media_dir.parent / "ig-worker.db").write_text("secret")
    (media_dir / "poster.jpg").write_text("secret")
    (media_dir / f"{'b' * 32}.html").write_text("secret")
    answer = ask(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_links_and_folders_are_not_files(ask: Ask, media_dir: Path, tmp_path: Path) -> None:
    secret = tmp_path / "config.toml"
    secret.write_text("access_token")
    (media_dir / f"{'l' * 32}.jpg").symlink_to(secret)
    (media_dir / f"{'d' * 32}.jpg").mkdir()
    assert ask(f"/media/{'l' * 32}.jpg").status_code == 404
    assert ask(f"/media/{'d' * 32}.jpg").status_code == 404


def test_before_anything_was_staged_there_is_nothing(centre: Centre) -> None:
    assert asker(centre)(f"/media/{NAME}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(ask: Ask, media_dir: Path, method: str) -> None:
    assert ask(f"/media/{NAME}", method).status_code == 405
    assert ask("/healthz", method).status_code == 405
    assert (media_dir / NAME).read_bytes() == JPEG


@pytest.mark.parametrize("path", [f"/media/{NAME}", "/healthz", "/nowhere"])
def test_every_answer_has_the_careful_headers(ask: Ask, path: str) -> None:
    headers = ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "noindex" in headers["x-robots-tag"]


def test_health_is_200_with_its_document_and_503_when_not_all_is_well(centre: Centre) -> None:
    ask = asker(centre)
    ill = ask("/healthz")
    assert (ill.status_code, ill.json()["healthy"]) == (503, False)
    with centre.database.writing() as connection:
        for job in ill.json()["jobs"]:
            jobs.started(connection, job["name"], centre.now)
            jobs.succeeded(connection, job["name"], centre.now)
    well = ask("/healthz")
    assert (well.status_code, well.json()["healthy"]) == (200, True)
    assert well.headers["cache-control"] == "no-store"


def test_a_health_that_cannot_be_read_is_503_with_the_reason(centre: Centre) -> None:
    with centre.database.writing() as connection:
        connection.execute(text("ALTER TABLE jobs RENAME TO gone"))
    answer = asker(centre)("/healthz")
    assert answer.status_code == 503
    assert answer.json()["healthy"] is False
    assert "cannot be used" in answer.json()["error"]
