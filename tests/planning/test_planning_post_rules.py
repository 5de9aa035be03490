"""What would be held against a planned post before Instagram is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.post_rules import Severity, check_post

GOOD = PlannedPost(
    key="A",
    account="polowijen",
    kind=Kind.IMAGE,
    scheduled_at=datetime(2026, 11, 25, 2, tzinfo=UTC),
    media=("poster.jpg",),
    caption="Halo 👋 #sehat @dinkes",
    alt_text="Poster",
)


def findings(**changes: object) -> dict[str, Severity]:
    return {finding.code: finding.severity for finding in check_post(replace(GOOD, **changes))}  # type: ignore[arg-type]


def test_a_good_post_has_no_findings() -> None:
    assert findings() == {}


def test_length_is_counted_in_utf16_units() -> None:
    assert findings(caption="x" * 2200) == {}
    assert findings(caption="👍" * 1100) == {}
    assert findings(caption="👍" * 1100 + "x") == {"caption_too_long": Severity.REFUSE}


def test_a_finding_is_a_line_the_content_team_can_act_on() -> None:
    (finding,) = check_post(replace(GOOD, caption="x" * 2201))
    assert str(finding) == "Kolom caption: 2201 karakter; paling banyak 2200."


def test_hashtags_and_mentions_are_counted() -> None:
    assert findings(caption=" ".join(f"#t{n}" for n in range(30))) == {}
    assert findings(caption="#a" * 31) == {"caption_hashtags": Severity.REFUSE}
    assert findings(caption=" ".join(f"@t{n}" for n in range(20))) == {}
    assert findings(caption=" ".join(f"@t{n}" for n in range(21))) == {"caption_mentions": Severity.REFUSE}
    assert findings(caption=" ".join(f"a{n}@contoh.id" for n in range(21))) == {}
    assert findings(first_comment="#a " * 31) == {"komentar_pertama_hashtags": Severity.REFUSE}


def test_alt_text_has_its_limit_and_its_place() -> None:
    assert findings(alt_text="x" * 1000) == {}
    assert findings(alt_text="x" * 1001) == {"alt_text_too_long": Severity.REFUSE}
    three = {"kind": Kind.CAROUSEL, "media": ("a.jpg", "b.jpg", "c.jpg")}
    assert findings(alt_text="\n".join(["x" * 1000] * 3), **three) == {}
    assert findings(alt_text="x\n" + "x" * 1001, **three) == {"alt_text_too_long": Severity.REFUSE}
    assert findings(kind=Kind.REEL, media=("v.mp4",)) == {"alt_text_unused": Severity.WARNING}


def test_an_empty_caption_is_a_warning_except_on_a_story() -> None:
    assert findings(caption="") == {"caption_empty": Severity.WARNING}
    assert findings(kind=Kind.STORY, caption="", alt_text="") == {}


def test_a_story_shows_no_caption_comment_collaborator_or_location() -> None:
    found = findings(kind=Kind.STORY, alt_text="", first_comment="x", collaborators=("a",), location_id="1")
    assert found == dict.fromkeys(
        ("story_caption", "story_komentar_pertama", "story_kolaborator", "story_lokasi"), Severity.WARNING
    )


@pytest.mark.parametrize(("count", "fine"), [(1, False), (2, True), (10, True), (11, False)])
def test_a_carousel_holds_two_to_ten(count: int, fine: bool) -> None:
    found = findings(kind=Kind.CAROUSEL, media=tuple(f"{n}.jpg" for n in range(count)))
    assert found == ({} if fine else {"carousel_size": Severity.REFUSE})


def test_a_carousel_may_mix_pictures_and_videos() -> None:
    assert findings(kind=Kind.CAROUSEL, media=("a.jpg", "b.mp4")) == {}
    assert findings(kind=Kind.CAROUSEL, media=("a.mp4", "b.mov")) == {"alt_text_unused": Severity.WARNING}


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.REEL, Kind.STORY])
def test_the_other_kinds_hold_exactly_one(kind: Kind) -> None:
    ending = "mp4" if kind is Kind.REEL else "jpg"
    assert "one_media_only" in findings(kind=kind, media=(f"a.{ending}", f"b.{ending}"))
    assert "one_media_only" not in findings(kind=kind, media=(f"a.{ending}",))


@pytest.mark.parametrize(
    ("kind", "media", "refused"),
    [
        (Kind.IMAGE, "a.MP4", True),
        (Kind.REEL, "a.jpg", True),
        (Kind.REEL, "a.mov", False),
        (Kind.STORY, "a.mov", False),
        (Kind.IMAGE, "a.pdf", True),
        (Kind.IMAGE, "tanpa-akhiran", True),
        (Kind.IMAGE, "https://contoh.id/a.mp4?x=1", True),
        (Kind.IMAGE, "https://contoh.id/unduh?id=1", False),
        (Kind.REEL, "https://contoh.id/unduh?id=1", False),
        (Kind.IMAGE, "https://[rusak", False),
    ],
)
def test_the_file_must_suit_the_kind(kind: Kind, media: str, refused: bool) -> None:
    assert ("media_type" in findings(kind=kind, media=(media,))) == refused


def test_an_unsafe_address_is_a_warning() -> None:
    assert findings(media=("http://contoh.id/a.jpg",)) == {"http_address": Severity.WARNING}
    reel = findings(kind=Kind.REEL, media=("a.mp4",), alt_text="", cover="HTTP://contoh.id/a.jpg")
    assert reel == {"http_address": Severity.WARNING}


def test_what_only_reels_have_is_a_warning_elsewhere() -> None:
    assert findings(thumb_offset_ms=0) == {"only_for_reels": Severity.WARNING}
    assert findings(share_to_feed=False) == {"only_for_reels": Severity.WARNING}
    assert findings(share_to_feed=True, kind=Kind.CAROUSEL, media=("a.jpg", "b.jpg")) == {}
    assert findings(cover="a.jpg") == {"only_for_reels": Severity.WARNING}
    reel = findings(kind=Kind.REEL, media=("a.mp4",), alt_text="", thumb_offset_ms=1, share_to_feed=True)
    assert reel == {}


def test_collaborators_and_tags_have_their_limits() -> None:
    assert findings(collaborators=("a", "b", "c")) == {}
    assert findings(collaborators=("a", "b", "c", "d")) == {"collaborators_too_many": Severity.REFUSE}
    assert findings(user_tags=tuple(UserTag(f"a{n}", 0.5, 0.5) for n in range(21))) == {
        "user_tags_too_many": Severity.REFUSE
    }


def test_hashtags_of_caption_and_first_comment_count_together() -> None:
    tags = " ".join(f"#t{n}" for n in range(20))
    assert findings(caption=tags, first_comment=tags[:-10]) == {"hashtags_together": Severity.WARNING}
    assert findings(caption=tags, first_comment="#a " * 10) == {}


def test_a_carousels_alt_texts_are_not_more_than_its_pictures() -> None:
    found = findings(kind=Kind.CAROUSEL, media=("a.jpg", "b.jpg"), alt_text="satu\ndua\ntiga")
    assert found == {"alt_text_lines": Severity.WARNING}


@pytest.mark.parametrize("name", ["@dinkes", "dinkes malang", "", "a" * 31, "dinkés", "dinkes-malang", "ａ"])
def test_a_user_name_that_instagram_cannot_have_is_refused(name: str) -> None:
    assert findings(collaborators=(name,)) == {"username": Severity.REFUSE}
    assert findings(user_tags=(UserTag(name, 0.5, 0.5),)) == {"username": Severity.REFUSE}


@pytest.mark.parametrize(
    ("kind", "tag", "refused"),
    [
        (Kind.IMAGE, UserTag("bidan"), True),
        (Kind.IMAGE, UserTag("bidan", 0.5), True),
        (Kind.IMAGE, UserTag("bidan", 0.5, 0.0), False),
        (Kind.IMAGE, UserTag("bidan", 1.1, 0.5), True),
        (Kind.IMAGE, UserTag("bidan", 0.5, float("nan")), True),
        (Kind.STORY, UserTag("bidan"), False),
        (Kind.STORY, UserTag("bidan", 0.5, -0.1), True),
        (Kind.REEL, UserTag("bidan"), False),
    ],
)
def test_who_is_tagged_on_a_picture_has_a_place_in_it(kind: Kind, tag: UserTag, refused: bool) -> None:
    media = ("v.mp4",) if kind is Kind.REEL else ("a.jpg",)
    found = findings(kind=kind, media=media, user_tags=(tag,), alt_text="")
    assert ("user_tag_place" in found) == refused


@pytest.mark.parametrize("location", ["12a", "１２", "9" * 26, "-1"])
def test_a_location_is_a_page_id(location: str) -> None:
    assert findings(location_id=location) == {"location": Severity.REFUSE}
    assert findings(location_id="7640348500") == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cover": "a.mp4"}, {"cover_type": Severity.REFUSE}),
        ({"cover": "sampul"}, {"cover_type": Severity.REFUSE}),
        ({"cover": "sampul.png"}, {}),
        ({"cover": "https://contoh.id/sampul"}, {}),
        ({"thumb_offset_ms": -1}, {"thumb_offset": Severity.REFUSE}),
        ({"thumb_offset_ms": 1500}, {}),
        ({"thumb_offset_ms": 1500, "cover": "a.jpg"}, {"thumb_offset_unused": Severity.WARNING}),
    ],
)
def test_a_reels_cover_is_a_picture_or_a_moment_of_it(
    changes: dict[str, object], expected: dict[str, Severity]
) -> None:
    assert findings(kind=Kind.REEL, media=("v.mp4",), alt_text="", **changes) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://contoh.id/foto posyandu.jpg",
        "https://contoh.id/bayi-é.jpg",
        "https://dinkés.id/a.jpg",
        "https:///a.jpg",
        "https://[rusak/a.jpg",
        "https://contoh.id/a\u202e.jpg",
    ],
)
def test_an_address_is_one_that_instagram_can_fetch(address: str) -> None:
    assert findings(media=(address,)) == {"address": Severity.REFUSE}
    assert findings(media=("https://contoh.id/foto%20posyandu.jpg",)) == {}


def test_a_patient_is_shown_only_with_the_written_consents_reference() -> None:
    assert findings(shows_patient=True) == {"consent_missing": Severity.HOLD}
    assert findings(shows_patient=True, consent="PC-12/2026") == {}


@pytest.mark.parametrize(
    "written",
    ["-", "ya", "Tidak", "belum ada", "n/a", "false", "\u200b", "\u3164", "dicabut 12/11", "Belum diminta"],
)
def test_what_is_no_letters_number_is_no_consent(written: str) -> None:
    assert findings(shows_patient=True, consent=written) == {"consent_missing": Severity.HOLD}


@pytest.mark.parametrize("field", ["caption", "alt_text", "first_comment"])
def test_personal_numbers_hold_a_post_and_are_not_repeated_in_the_finding(field: str) -> None:
    (finding,) = check_post(replace(GOOD, **{field: "NIK 3573014107900001 a.n. Ani"}))  # type: ignore[arg-type]
    assert finding.severity is Severity.HOLD
    assert finding.code == "personal_number"
    assert "357301" not in str(finding)
    assert "berakhiran 01" in str(finding)


def test_the_centres_own_number_may_stand_in_public() -> None:
    post = replace(GOOD, caption="WA kami 0812-3456-7890 atau +62 812 3456 7891")
    assert len(check_post(post)) == 2
    assert check_post(post, own_numbers=["+6281234567890", "081234567891"]) == ()


@given(st.text(), st.sampled_from(Kind))
def test_no_text_breaks_the_rules(text: str, kind: Kind) -> None:
    post = replace(GOOD, kind=kind, caption=text, alt_text=text, first_comment=text, media=(text, text))
    for finding in check_post(post):
        assert str(finding)
