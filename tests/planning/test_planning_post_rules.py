"""What would be held against a planned post before Instagram is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.personal_numbers import personal_numbers
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
    assert findings(cover="a.jpg") == {"only_for_reels": Severity.WARNING}
    reel = findings(kind=Kind.REEL, media=("a.mp4",), alt_text="", thumb_offset_ms=1, share_to_feed=True)
    assert reel == {}


def test_collaborators_and_tags_have_their_limits() -> None:
    assert findings(collaborators=("a", "b", "c")) == {}
    assert findings(collaborators=("a", "b", "c", "d")) == {"collaborators_too_many": Severity.REFUSE}
    assert findings(user_tags=tuple(UserTag(f"a{n}") for n in range(21))) == {
        "user_tags_too_many": Severity.REFUSE
    }


def test_a_patient_is_shown_only_with_the_written_consents_reference() -> None:
    assert findings(shows_patient=True) == {"consent_missing": Severity.HOLD}
    assert findings(shows_patient=True, consent="PC-12/2026") == {}


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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("3573014107900001", "NIK"),
        ("3573 0141 0790 0001", "NIK"),
        ("357301-410790-0001", "NIK"),
        ("BPJS 0001234567890", "BPJS"),
        ("0001 2345 6789 0", "BPJS"),
        ("081234567890", "telepon"),
        ("0812-3456-789", "telepon"),
        ("0812 345 678 90", "telepon"),
        ("+62 812-3456-7890", "telepon"),
        ("6281234567890", "telepon"),
        ("(0341) 491320", "telepon"),
        ("0341-491320", "telepon"),
        ("No. RM: 12-34-56", "rekam medis"),
        ("rekam medis 004512", "rekam medis"),
        ("R.M. 123456", "rekam medis"),
    ],
)
def test_numbers_of_persons_are_found(text: str, name: str) -> None:
    found = personal_numbers(f"hubungi {text}, ya")
    assert len(found) == 1
    assert name in found[0].name


@pytest.mark.parametrize(
    "text",
    [
        "Buka 08.00-12.00 13.00-14.00",
        "Senin-Kamis 07.30-14.00, Jumat 07.30-11.00",
        "25-11-2026 08.00 WIB",
        "2026-11-25 09:00",
        "Rp 1.500.000.000",
        "Call center 1500567",
        "119 ext 8",
        "Lihat https://contoh.id/12345",
        "SK 17.238/SOP/35.73.402.016/2021",
        "formula 3000 langkah, 8 gelas, 150 menit",
    ],
)
def test_hours_dates_and_prices_are_no_persons_numbers(text: str) -> None:
    assert personal_numbers(text) == ()


def test_several_numbers_are_told_in_the_order_they_stand() -> None:
    found = personal_numbers("WA 081234567890, NIK 3573014107900001, WA 081234567891")
    assert [number.ending for number in found] == ["90", "01", "91"]


@given(st.text(), st.sampled_from(Kind))
def test_no_text_breaks_the_rules(text: str, kind: Kind) -> None:
    post = replace(GOOD, kind=kind, caption=text, alt_text=text, first_comment=text, media=(text, text))
    for finding in check_post(post):
        assert str(finding)
