"""With Facebook Login a video alone goes as bytes, and an upload that fails costs a container and no post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import START, PlainStaging
from ig_worker.domain.errors import (
    IgWorkerError,
    MediaRejected,
    PermissionLost,
    Silence,
    Throttled,
    Unanswered,
)
from ig_worker.domain.instagram import ContainerSpec, Kind
from ig_worker.store import posts
from ig_worker.store.posts import MediaFile

HASH = "0" * 64


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        fresh.instagram.uploads_videos = True
        yield fresh


def plan(bench: PublishingBench, kind: Kind, *files: MediaFile) -> int:
    post_id = bench.plan(kind)
    if files:
        with bench.database.writing() as connection:
            posts.put_media(connection, post_id, files)
    return post_id


def specs(bench: PublishingBench) -> list[ContainerSpec]:
    bench.go_on(START + timedelta(minutes=5))
    return [container.spec for container in bench.instagram.containers.values()]


VIDEO = MediaFile(0, "senam.mp4", "senam.mp4", HASH)
FAR = MediaFile(0, "https://drive.example/senam.mp4", "senam.mp4", HASH)
COVER = MediaFile(1, "sampul.jpg", "sampul.jpg", HASH, role=posts.COVER)


@pytest.mark.parametrize("kind", [Kind.REEL, Kind.STORY])
@pytest.mark.parametrize("video", [VIDEO, FAR], ids=["file", "address"])
@pytest.mark.parametrize("serves", [True, False], ids=["served", "not served"])
def test_a_video_alone_needs_no_address_of_ours(
    bench: PublishingBench, kind: Kind, video: MediaFile, serves: bool
) -> None:
    bench.staging = PlainStaging(serves=serves)
    bench.publisher = bench.another_publisher()
    post_id = plan(bench, kind, video)
    (spec,) = specs(bench)
    assert (spec.video_file, spec.video_url, spec.image_url) == ("media/staged-1.mp4", "", "")
    assert bench.status(post_id) == "published"
    assert bench.staging.staged == set()
    assert bench.staging.checked == []


def test_its_cover_is_fetched_as_ever(bench: PublishingBench) -> None:
    plan(bench, Kind.REEL, VIDEO, COVER)
    (spec,) = specs(bench)
    assert (spec.video_file, spec.cover_url) == ("media/staged-1.mp4", "https://media.example/staged-2.jpg")


def test_pictures_and_a_carousels_videos_go_by_address(bench: PublishingBench) -> None:
    plan(bench, Kind.CAROUSEL, VIDEO, MediaFile(1, "b.jpg", "b.jpg", HASH))
    video, picture, _ = specs(bench)
    assert (video.video_file, video.video_url) == ("", "https://media.example/staged-1.mp4")
    assert picture.image_url == "https://media.example/staged-2.jpg"


def test_a_story_of_a_picture_goes_by_address(bench: PublishingBench) -> None:
    plan(bench, Kind.STORY)
    assert [spec.video_file for spec in specs(bench)] == [""]


def test_where_bytes_are_not_taken_the_video_goes_by_address(bench: PublishingBench) -> None:
    bench.instagram.uploads_videos = False
    plan(bench, Kind.REEL, VIDEO)
    (spec,) = specs(bench)
    assert (spec.video_file, spec.video_url) == ("", "https://media.example/staged-1.mp4")


@pytest.mark.parametrize(
    "trouble",
    [
        Silence("POST ig-api-upload: no answer (ConnectionError)"),
        Unanswered("The upload of the video failed: answered 500"),
        Unanswered("The upload of the video failed: offset"),
        Throttled("too many calls", wait_seconds=60),
        PermissionLost("The upload of the video failed: NotAuthorizedError"),
    ],
    ids=["cut", "server error", "retriable", "throttled", "not authorized"],
)
def test_an_upload_that_failed_is_made_anew_with_another_container(
    bench: PublishingBench, trouble: IgWorkerError
) -> None:
    post_id = plan(bench, Kind.REEL, VIDEO)
    bench.fail("create_container", trouble)
    bench.go_on(START + timedelta(minutes=10))
    assert bench.status(post_id) == "published"
    assert bench.instagram.calls.count("create_container") == 2
    assert len(bench.instagram.published) == 1


def test_a_video_that_meta_does_not_want_fails_and_is_told(bench: PublishingBench) -> None:
    post_id = plan(bench, Kind.REEL, VIDEO)
    bench.fail("create_container", MediaRejected("Videonya tidak diterima", cure="periksa videonya"))
    bench.go_on(START + timedelta(minutes=10))
    assert bench.status(post_id) == "failed"
    assert bench.instagram.calls.count("create_container") == 1
    ((_, body),) = bench.letters()
    assert "Videonya tidak diterima" in body
