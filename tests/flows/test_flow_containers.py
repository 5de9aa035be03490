"""What a container says of its post: addresses, texts, tags, and the pictures' common ratio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import START, PlainStaging
from ig_worker.domain.errors import Misconfigured
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
    "thumb_offset_ms": 1500,
    "share_to_feed": True,
}


class WideFirst(PlainStaging):
    """The first picture is wide; remembers which ratio each file was asked to take."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, bool, float | None]] = []

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        self.asked.append((original, story, ratio))
        staged = super().stage(original, story=story, ratio=ratio)
        return Staged(staged.name, staged.is_video, 0.0 if staged.is_video else 1.5)


COVER_FILE = posts.MediaFile(1, "sampul.jpg", "sampul.jpg", "c" * 64, role=posts.COVER)


def put_files(bench: PublishingBench, post_id: int, *files: posts.MediaFile) -> None:
    with bench.database.writing() as connection:
        posts.put_media(connection, post_id, files)


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
    post_id = bench.plan(Kind.REEL, options=tags, caption="Halo")
    put_files(bench, post_id, posts.MediaFile(0, "a.mp4", "a.mp4"), COVER_FILE)
    bench.staging = staging = WideFirst()
    bench.publisher = bench.another_publisher()
    assert specs(bench) == [
        ContainerSpec(
            Kind.REEL,
            video_url="https://media.example/staged-1.mp4",
            caption="Halo",
            collaborators=("dinkes.malang",),
            user_tags=(UserTag("bidan.rina"),),
            location_id="1234",
            cover_url="https://media.example/staged-2.jpg",
            thumb_offset_ms=1500,
            share_to_feed=True,
        )
    ]
    assert staging.asked[-1] == ("sampul.jpg", True, None), "a cover has a reel's shape"
    assert staging.staged == set()


def test_a_pictures_alt_text_is_one_line_however_the_sheet_breaks_it(bench: PublishingBench) -> None:
    bench.plan(alt_text="Ibu dan bayi\r\n\n di posyandu ")
    (spec,) = specs(bench)
    assert spec.alt_text == "Ibu dan bayi di posyandu"


def test_a_carousels_tags_stand_on_its_first_picture_and_videos_have_no_alt_text(
    bench: PublishingBench,
) -> None:
    post_id = bench.plan(Kind.CAROUSEL, options=FULL, alt_text="satu\ndua\ntiga")
    put_files(
        bench,
        post_id,
        *(posts.MediaFile(place, name, name) for place, name in enumerate(["a.jpg", "b.mp4", "c.jpg"])),
    )
    *children, parent = specs(bench)
    assert [child.alt_text for child in children] == ["satu", "", "tiga"]
    assert [child.user_tags for child in children] == [(UserTag("bidan.rina", 0.5, 0.8),), (), ()]
    assert (parent.user_tags, parent.share_to_feed) == ((), True)
    assert (parent.collaborators, parent.location_id) == (("dinkes.malang",), "1234")


# Where nothing is served: addresses go by themselves, local files cannot.

ADDRESS = "https://example.org/poster.jpg"


def unserved(bench: PublishingBench) -> PlainStaging:
    bench.staging = staging = PlainStaging(serves=False)
    bench.publisher = bench.another_publisher()
    return staging


def test_an_address_goes_by_itself_after_its_bytes_were_compared(bench: PublishingBench) -> None:
    staging = unserved(bench)
    post_id = bench.plan()
    put_files(bench, post_id, posts.MediaFile(0, ADDRESS, "kept.jpg", "a" * 64))
    assert [spec.image_url for spec in specs(bench)] == [ADDRESS]
    assert staging.staged == set()
    assert bench.status(post_id) == "published"


def test_an_address_is_looked_at_as_what_it_will_be(bench: PublishingBench) -> None:
    """A story may be tall; a carousel's further items must have its first one's ratio."""
    staging = unserved(bench)
    story, carousel = bench.plan(Kind.STORY, key="P-01"), bench.plan(Kind.CAROUSEL, key="P-02")
    put_files(bench, story, posts.MediaFile(0, ADDRESS, "kept.jpg", "a" * 64))
    others = [f"https://example.org/{name}" for name in ("satu.jpg", "dua.jpg")]
    put_files(
        bench, carousel, *(posts.MediaFile(place, url, f"{place}.jpg") for place, url in enumerate(others))
    )
    specs(bench)
    assert staging.checked == [(ADDRESS, True, None), (others[0], False, None), (others[1], False, 1.0)]


def test_an_address_whose_bytes_changed_since_the_approval_fails_with_a_letter(
    bench: PublishingBench,
) -> None:
    unserved(bench).changed.add(ADDRESS)
    post_id = bench.plan()
    put_files(bench, post_id, posts.MediaFile(0, ADDRESS, "kept.jpg", "a" * 64))
    assert specs(bench) == []
    assert bench.status(post_id) == "failed"
    ((_, body),) = bench.letters()
    assert "sudah berubah" in body


def test_a_reels_video_and_cover_go_by_their_own_addresses(bench: PublishingBench) -> None:
    unserved(bench)
    post_id = bench.plan(Kind.REEL)
    video, cover = "https://example.org/unduh?id=1", "https://example.org/sampul.jpg"
    put_files(
        bench,
        post_id,
        posts.MediaFile(0, video, "kept.mp4", "a" * 64),
        posts.MediaFile(1, cover, "kept.jpg", "b" * 64, role=posts.COVER),
    )
    (spec,) = specs(bench)
    assert (spec.video_url, spec.cover_url, spec.image_url) == (video, cover, "")


def test_a_carousel_with_a_local_file_waits_for_the_setting_and_never_goes_out_without_it(
    bench: PublishingBench,
) -> None:
    unserved(bench)
    post_id = bench.plan(Kind.CAROUSEL)
    files = [
        posts.MediaFile(0, ADDRESS, "kept.jpg", "a" * 64),
        posts.MediaFile(1, "b.jpg", "b.jpg", "b" * 64),
    ]
    put_files(bench, post_id, *files)
    errors = bench.go_on(START + timedelta(minutes=1))
    assert {type(error) for error in errors} == {Misconfigured}
    assert bench.status(post_id) == "preparing"
    assert bench.instagram.published == []
    assert "public_base_url" in bench.post(post_id).publication.last_error


def test_where_files_are_served_an_address_goes_out_as_our_own_copy(bench: PublishingBench) -> None:
    post_id = bench.plan()
    put_files(bench, post_id, posts.MediaFile(0, ADDRESS, "kept.jpg", "a" * 64))
    assert [spec.image_url for spec in specs(bench)] == ["https://media.example/staged-1.jpg"]


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
