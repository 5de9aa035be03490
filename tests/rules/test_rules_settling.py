"""What an unclear publication turns out to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ig_worker.domain.instagram import ContainerState, ContainerStatus, Kind, Media
from ig_worker.domain.publication import Event, Happened, Publication, Rules, Status, apply
from ig_worker.domain.settling import SOMETHING_THERE, looks_like, settle

INTENT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULES = Rules()
SAFE = INTENT + RULES.publish_timeout + RULES.settle
SECOND = timedelta(seconds=1)
CAPTION = "Posyandu besok pagi ya, Bunda! 🌸\n\n#puskesmas"

FINISHED = ContainerState(ContainerStatus.FINISHED)
PUBLISHED = ContainerState(ContainerStatus.PUBLISHED)
NOT_PUBLISHED = (ContainerStatus.FINISHED, ContainerStatus.ERROR, ContainerStatus.EXPIRED)
TYPES = {
    Kind.IMAGE: ("IMAGE", "FEED"),
    Kind.CAROUSEL: ("CAROUSEL_ALBUM", "FEED"),
    Kind.REEL: ("VIDEO", "REELS"),
    Kind.STORY: ("IMAGE", "STORY"),
}


def post(kind: Kind = Kind.IMAGE, **values: object) -> Publication:
    base = Publication(
        Status.PUBLISHING, kind, CAPTION, INTENT, container_id="c1", intent_at=INTENT, publish_calls=1
    )  # fmt: skip
    return replace(base, **values)  # type: ignore[arg-type]


def media(kind: Kind = Kind.IMAGE, *, ig_id: str = "m1", **values: object) -> Media:
    media_type, product_type = TYPES[kind]
    caption = "" if kind is Kind.STORY else CAPTION
    base = Media(ig_id, caption, INTENT + 5 * SECOND, media_type, product_type)
    return replace(base, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("listed", list(Kind))
def test_only_a_media_of_the_posts_own_kind_looks_like_it(kind: Kind, listed: Kind) -> None:
    assert looks_like(post(kind), media(listed), exact=False) is (kind is listed)


def test_a_caption_is_believed_from_five_minutes_before_the_intent_because_clocks_differ() -> None:
    assert looks_like(post(), media(timestamp=INTENT - 300 * SECOND))
    assert not looks_like(post(), media(timestamp=INTENT - 301 * SECOND))


def test_without_a_caption_only_a_minute_before_the_intent_is_believed() -> None:
    for thing, found in ((post(), media(caption="")), (post(Kind.STORY), media(Kind.STORY))):
        in_time = replace(found, timestamp=INTENT - 60 * SECOND)
        assert looks_like(thing, in_time, exact=False)
        assert not looks_like(thing, replace(found, timestamp=INTENT - 61 * SECOND), exact=False)


def test_nothing_looks_like_a_post_without_an_intent() -> None:
    assert not looks_like(post(intent_at=None), media())


@pytest.mark.parametrize("caption", [CAPTION, f"  {CAPTION} \n", CAPTION.replace("\n\n", " \u00a0\r\n")])
def test_a_caption_is_the_same_whatever_became_of_its_blanks(caption: str) -> None:
    assert looks_like(post(), media(caption=caption))


@pytest.mark.parametrize("caption", [CAPTION[:-1], CAPTION.upper(), f"{CAPTION} lagi"])
def test_another_caption_is_another_post(caption: str) -> None:
    assert not looks_like(post(), media(caption=caption))
    assert not looks_like(post(), media(caption=caption), exact=False)


def test_a_withheld_caption_is_doubtful() -> None:
    assert not looks_like(post(), media(caption=""))
    assert looks_like(post(), media(caption=""), exact=False)


def test_a_post_without_a_caption_is_never_surely_recognised() -> None:
    assert not looks_like(post(caption=" "), media(caption=""))
    assert looks_like(post(caption=" "), media(caption=""), exact=False)


def test_a_reel_is_recognised_without_its_product_type() -> None:
    assert looks_like(post(Kind.REEL), media(Kind.REEL, product_type=""))
    assert not looks_like(post(Kind.REEL), media(Kind.REEL, product_type="FEED"))


def test_a_story_is_recognised_without_its_product_type() -> None:
    assert looks_like(post(Kind.STORY), media(Kind.STORY, product_type=""), exact=False)


def test_a_picture_is_recognised_without_its_product_type() -> None:
    assert looks_like(post(), media(product_type=""))
    assert not looks_like(post(), media(product_type="AD"))


def test_a_story_alone_is_never_a_sure_match() -> None:
    assert not looks_like(post(Kind.STORY), media(Kind.STORY))
    assert looks_like(post(Kind.STORY), media(Kind.STORY), exact=False)


NEWEST = media(ig_id="newest", caption="Apel pagi", timestamp=INTENT + 30 * SECOND)


@pytest.mark.parametrize("status", [status for status in ContainerStatus if status not in NOT_PUBLISHED])
def test_one_match_in_the_list_is_a_yes(status: ContainerStatus) -> None:
    found = settle(post(), ContainerState(status), [NEWEST, media()], INTENT + SECOND, RULES)
    assert found == Happened(Event.OUT, media_id="m1")


@pytest.mark.parametrize("status", NOT_PUBLISHED)
def test_a_match_is_neither_yes_nor_no_while_the_container_says_it_is_unpublished(
    status: ContainerStatus,
) -> None:
    found = settle(post(empty_looks=1), ContainerState(status), [NEWEST, media()], SAFE, RULES)
    assert (found.event, found.reason) == (Event.POSTPONE, SOMETHING_THERE)


def test_several_matches_are_a_persons_matter() -> None:
    found = settle(post(), PUBLISHED, [media(), media(ig_id="m2")], SAFE, RULES)
    assert found == Happened(
        Event.GIVE_UP, reason="ada beberapa postingan di Instagram yang mirip dengan ini"
    )


def test_one_doubtful_match_is_a_yes_only_where_the_container_says_published() -> None:
    assert settle(post(), PUBLISHED, [media(caption="")], SAFE, RULES).event is Event.OUT
    doubtful = settle(post(empty_looks=1), FINISHED, [media(caption="")], SAFE, RULES)
    assert (doubtful.event, doubtful.reason) == (Event.POSTPONE, SOMETHING_THERE)


def test_two_doubtful_matches_are_asked_about_again() -> None:
    listed = [media(caption=""), media(caption="", ig_id="m2")]
    assert settle(post(), PUBLISHED, listed, SAFE, RULES).event is Event.POSTPONE


def test_a_story_made_by_hand_meanwhile_is_not_taken_for_ours() -> None:
    by_hand = [media(Kind.STORY, ig_id="by-hand")]
    found = settle(post(Kind.STORY, empty_looks=1), FINISHED, by_hand, SAFE, RULES)
    assert (found.event, found.reason) == (Event.POSTPONE, SOMETHING_THERE)
    assert settle(post(Kind.STORY), PUBLISHED, by_hand, SAFE, RULES) == Happened(
        Event.OUT, media_id="by-hand"
    )  # fmt: skip


def test_nothing_there_twice_and_late_enough_means_the_same_container_again() -> None:
    assert settle(post(empty_looks=1), FINISHED, [], SAFE, RULES).event is Event.NOT_OUT
    assert settle(post(empty_looks=1), FINISHED, [], SAFE - SECOND, RULES).event is Event.POSTPONE
    assert settle(post(empty_looks=0), FINISHED, [], SAFE, RULES).event is Event.POSTPONE


@pytest.mark.parametrize("status", [ContainerStatus.ERROR, ContainerStatus.EXPIRED])
def test_a_broken_container_is_replaced_only_after_the_same_two_looks(status: ContainerStatus) -> None:
    container = ContainerState(status)
    gone = settle(post(empty_looks=1), container, [], SAFE, RULES)
    assert (gone.event, gone.reason) == (Event.CONTAINER_GONE, f"belum terbit: kontainernya {status}")
    assert settle(post(empty_looks=1), container, [], SAFE - SECOND, RULES).event is Event.POSTPONE
    assert settle(post(empty_looks=0), container, [], SAFE, RULES).event is Event.POSTPONE
    assert settle(post(empty_looks=1), container, None, SAFE, RULES).event is Event.POSTPONE


@pytest.mark.parametrize("status", [status for status in ContainerStatus if status not in NOT_PUBLISHED])
def test_a_container_that_does_not_say_it_is_unpublished_never_allows_a_repeat(
    status: ContainerStatus,
) -> None:
    found = settle(post(empty_looks=5), ContainerState(status), [], SAFE + timedelta(hours=9), RULES)
    assert found.event is Event.POSTPONE


@pytest.mark.parametrize("status", list(ContainerStatus))
def test_a_look_is_empty_only_where_list_and_container_agree_that_it_is_not_out(
    status: ContainerStatus,
) -> None:
    looked = settle(post(), ContainerState(status), [], SAFE, RULES)
    assert apply(post(), looked, SAFE).empty_looks == (1 if status in NOT_PUBLISHED else 0)


def test_a_list_that_cannot_be_read_is_no_look_at_all() -> None:
    unread = settle(post(empty_looks=1), FINISHED, None, SAFE, RULES)
    assert (unread.event, unread.reason) == (Event.POSTPONE, SOMETHING_THERE)
    assert apply(post(empty_looks=1), unread, SAFE).empty_looks == 0


def test_the_same_container_is_published_three_times_at_most() -> None:
    tired = settle(post(empty_looks=1, publish_calls=RULES.most_publish_calls), FINISHED, [], SAFE, RULES)
    assert tired.event is Event.GIVE_UP
    assert "beberapa kali" in tired.reason


@pytest.mark.parametrize(("asked", "seconds"), [(0, 60), (1, 120), (2, 240), (3, 480), (4, 900), (6, 900)])
def test_questions_come_at_growing_distances_of_a_quarter_of_an_hour_at_most(
    asked: int, seconds: int
) -> None:
    found = settle(post(questions=asked), PUBLISHED, [], SAFE, RULES)
    assert found.not_before == SAFE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("container", "listed", "reason"),
    [
        (FINISHED, None, "daftar postingan di Instagram tidak dapat dibaca"),
        (
            FINISHED,
            [media()],
            "ada postingan yang mirip di Instagram, tetapi kontainernya FINISHED",
        ),
        (PUBLISHED, [], "kata Instagram sudah terbit, tetapi tidak ada di daftar postingannya"),
        (
            ContainerState(ContainerStatus.UNREADABLE),
            [],
            "tidak ada di daftar postingan Instagram, dan kontainernya UNREADABLE",
        ),
    ],
)
def test_after_eight_questions_a_person_is_told_what_is_unclear(
    container: ContainerState, listed: list[Media] | None, reason: str
) -> None:
    last = post(questions=RULES.most_questions - 1)
    assert settle(last, container, listed, SAFE, RULES) == Happened(Event.GIVE_UP, reason=reason)


def test_the_last_question_may_still_find_it() -> None:
    last = post(questions=RULES.most_questions - 1)
    assert settle(last, PUBLISHED, [media()], SAFE, RULES).event is Event.OUT


def test_where_nobody_answers_it_is_no_question_however_often_it_was_asked() -> None:
    unreadable = ContainerState(ContainerStatus.UNREADABLE)
    asked, now = post(questions=RULES.most_questions - 2, empty_looks=1), SAFE
    while now < INTENT + RULES.silence:
        found = settle(asked, unreadable, None, now, RULES)
        assert found.event is Event.POSTPONE
        assert found.not_before is not None
        assert timedelta(minutes=1) <= found.not_before - now <= timedelta(minutes=15)
        asked = apply(asked, found, now)
        assert (asked.questions, asked.empty_looks) == (RULES.most_questions - 2, 0)
        now = found.not_before
    # The outage lasted too long: a person is told.
    assert settle(asked, unreadable, None, now, RULES).event is Event.GIVE_UP
    # And when it ends in time, two looks that agree are still to be had.
    once = settle(asked, FINISHED, (), now, RULES)
    assert once.event is Event.POSTPONE


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ("Ayo ke Posyandu, Cafe\u0301!", "Ayo ke Posyandu, Caf\u00e9!"),
        ("Jadwal:\n\u200b\nSenin \u2764\ufe0f", "Jadwal:\n\nSenin \u2764"),
        ("\ufeffImunisasi", "Imunisasi"),
    ],
)
def test_a_caption_is_the_same_however_its_letters_are_composed(ours: str, shown: str) -> None:
    assert looks_like(post(caption=ours), media(caption=shown))
