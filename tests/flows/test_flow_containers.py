"""What a container says of its post: addresses, texts, tags, and the pictures' common ratio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import START, PlainStaging
from ig_worker.domain.instagram import ContainerSpec, Kind, UserTag
from ig_worker.media import Staged
from ig_worker.store import posts


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        yield fresh


def specs(bench: PublishingBench) -> list[ContainerSpec]:
    bench.go_on(START + timedelta(minutes=1))
    return [container.spec for container in bench.instagram.containers.values()]


FULL = {
    "collaborators": ["dinkes.malang"],
    "user_tags": [{"username": "bidan.rina", "x": 0.5, "y": 0.8}],
    "location_id": "1234",
    "cover": "https://example.org/sampul.jpg",
    "thumb_offset_ms": 1500,
    "share_to_feed": True,
}


def test_a_picture_takes_everything_that_pictures_have(bench: PublishingBench) -> None:
    bench.plan(options=FULL, alt_text="Ibu dan bayi", caption="Halo")
    assert specs(bench) == [
        ContainerSpec(
            Kind.IMAGE,
            image_url="https://media.example/staged-1.jpg",
            caption="Halo",
            alt_text="Ibu dan bayi",
            collaborators=("dinkes.malang",),
            user_tags=(UserTag("bidan.rina", 0.5, 0.8),),
            location_id="1234",
        )
    ]


def test_a_reel_takes_its_cover_and_its_place_in_the_feed(bench: PublishingBench) -> None:
    tags = {**FULL, "user_tags": [{"username": "bidan.rina"}]}
    bench.plan(Kind.REEL, options=tags, caption="Halo")
    assert specs(bench) == [
        ContainerSpec(
            Kind.REEL,
            video_url="https://media.example/staged-1.mp4",
            caption="Halo",
            collaborators=("dinkes.malang",),
            user_tags=(UserTag("bidan.rina"),),
            location_id="1234",
            cover_url="https://example.org/sampul.jpg",
            thumb_offset_ms=1500,
            share_to_feed=True,
        )
    ]


def test_a_story_takes_no_text(bench: PublishingBench) -> None:
    bench.plan(Kind.STORY, options=FULL, alt_text="tidak dipakai")
    (spec,) = specs(bench)
    assert (spec.caption, spec.alt_text, spec.collaborators, spec.location_id) == ("", "", (), "")
    assert spec.user_tags == (UserTag("bidan.rina", 0.5, 0.8),)


def test_a_carousel_is_its_children_in_order_each_with_its_own_alt_text(bench: PublishingBench) -> None:
    bench.plan(Kind.CAROUSEL, alt_text="satu\ndua", caption="Halo", options={})
    *children, parent = specs(bench)
    assert [child.image_url for child in children] == [
        f"https://media.example/staged-{number}.jpg" for number in (1, 2, 3)
    ]
    assert [child.alt_text for child in children] == ["satu", "dua", ""]
    assert all(child.carousel_child and not child.caption for child in children)
    assert parent.children == tuple(list(bench.instagram.containers)[:3])
    assert (parent.caption, parent.image_url, parent.video_url) == ("Halo", "", "")


class WideFirst(PlainStaging):
    """The first picture is wide; remembers which ratio each file was asked to take."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, bool, float | None]] = []

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        self.asked.append((original, story, ratio))
        staged = super().stage(original, story=story, ratio=ratio)
        return Staged(staged.name, staged.is_video, 0.0 if staged.is_video else 1.5)


@pytest.mark.parametrize(
    ("names", "ratios"),
    [(["a.jpg", "b.jpg", "c.jpg"], [None, 1.5, 1.5]), (["a.mp4", "b.jpg", "c.jpg"], [None, None, 1.5])],
)
def test_a_carousels_pictures_take_the_ratio_of_its_first_one(
    bench: PublishingBench, names: list[str], ratios: list[float | None]
) -> None:
    post_id = bench.plan(Kind.CAROUSEL)
    with bench.database.writing() as connection:
        media = [posts.MediaFile(place, name, name, "0" * 64) for place, name in enumerate(names)]
        posts.put_media(connection, post_id, media)
    bench.staging = staging = WideFirst()
    bench.publisher = bench.another_publisher()
    bench.go_on(START + timedelta(minutes=1))
    assert staging.asked == [(name, False, ratio) for name, ratio in zip(names, ratios, strict=True)]
    assert bench.status(post_id) == "published"


def test_a_story_is_staged_as_one(bench: PublishingBench) -> None:
    bench.plan(Kind.STORY)
    bench.staging = staging = WideFirst()
    bench.publisher = bench.another_publisher()
    bench.go_on(START)
    assert staging.asked == [("a.jpg", True, None)]


def test_a_broken_child_makes_the_whole_carousel_anew(bench: PublishingBench) -> None:
    post_id = bench.plan(Kind.CAROUSEL)
    bench.instagram.ready_after_reads = 2
    bench.publisher.run()
    bench.instagram.break_container(next(iter(bench.instagram.containers)))
    bench.go_on(START + timedelta(minutes=1))
    assert bench.status(post_id) == "published"
    (seen,) = bench.instagram.published
    assert seen.spec.children == tuple(list(bench.instagram.containers)[3:6])
