"""Edited, hidden, deleted: what becomes of a comment is followed, and nothing is called gone by guess."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from inbox_post import COMPLAINT, HOUR, PRAISE, QUIET, Post
from sqlalchemy import select

from fakes.bench import ACCOUNT, bench_database
from fakes.fake_instagram import FaultPlan
from ig_worker.domain.errors import Unanswered
from ig_worker.domain.instagram import Comment, Kind, Page
from ig_worker.flows.waiting.register import Register
from ig_worker.store import journal, messages, waiting
from ig_worker.store.answered import answered_among
from ig_worker.store.schema import waiting_messages


@pytest.fixture
def post() -> Iterator[Post]:
    with bench_database() as database:
        yield Post(database)


def test_an_edit_that_changes_no_count_is_found_within_hours(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    post.instagram.edit_comment(comment, COMPLAINT)
    post.poll(6 * HOUR)
    assert [message.label for message in post.stored()] == ["keluhan"]


def only(post: Post) -> Any:
    (message,) = post.stored()
    return message


def stored(post: Post, comment_id: str) -> Any:
    return next(message for message in post.stored() if message.ig_id == comment_id)


def journal_of(post: Post, message: Any) -> list[str]:
    with post.database.reading() as connection:
        return [entry.what for entry in journal.of(connection, f"message:{message.id}")]


def in_the_register(post: Post) -> list[str]:
    """The words of what opens a case."""
    with post.database.reading() as connection:
        return [message.text for message in messages.for_cases(connection, ACCOUNT)]


def thanked(post: Post) -> list[str]:
    """The words of what may be thanked."""
    with post.database.reading() as connection:
        return [message.text for message in messages.to_thank(connection, ACCOUNT)]


def label_by_hand(post: Post, message: Any, label: str, **more: Any) -> None:
    values = {
        "label": label,
        "label_by": "Rina",
        "auto_thank": label == "pujian",
        "opens_case": False,
        **more,
    }
    with post.database.writing() as connection:
        messages.change(connection, message.id, post.clock.now(), "relabelled", **values)


# Edited.


def test_edited_words_are_judged_again(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    post.instagram.edit_comment(comment, COMPLAINT)
    post.instagram.comment(post.media, "budi", "dua")
    post.poll()
    edited, untouched = post.stored()
    assert (edited.text, edited.edited, edited.label) == (COMPLAINT, True, "keluhan")
    assert (edited.auto_thank, edited.opens_case) == (False, True)
    assert edited.edited_at == post.clock.now()
    assert in_the_register(post) == [COMPLAINT]
    assert journal_of(post, edited) == [f"edited by its author; it said: {PRAISE}"]
    assert (untouched.edited, untouched.edited_at) == (False, None)


def test_a_complaint_edited_into_praise_stays_a_complaint_and_is_never_thanked(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", COMPLAINT)
    post.poll()
    topic = only(post).topic
    post.instagram.edit_comment(comment, PRAISE)
    post.poll(6 * HOUR)
    message = only(post)
    assert (message.text, message.label, message.topic) == (PRAISE, "keluhan", topic)
    assert in_the_register(post) == [PRAISE]
    assert thanked(post) == []


def test_a_question_edited_into_praise_is_praise(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", "Min, buka jam berapa?")
    post.poll()
    post.instagram.edit_comment(comment, PRAISE)
    post.poll(6 * HOUR)
    assert (only(post).label, thanked(post)) == ("pujian", [PRAISE])


def test_an_edit_leaves_the_label_that_a_person_has_set_and_is_shown_to_a_person(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    label_by_hand(post, only(post), "pujian", topic="gigi")
    post.instagram.edit_comment(comment, COMPLAINT)
    post.poll(6 * HOUR)
    message = only(post)
    assert (message.text, message.edited_at) == (COMPLAINT, post.clock.now())
    assert (message.label, message.topic, message.label_by) == ("pujian", "gigi", "Rina")
    assert message.needs_review
    assert thanked(post) == []


QUESTION = "Kak, besok buka jam berapa?"


@pytest.mark.parametrize(
    "seen_before", [False, True], ids=["answered before it was listed", "listed and answered"]
)
@pytest.mark.parametrize(
    ("said", "label", "becomes"),
    [(PRAISE, "pujian", COMPLAINT), (QUESTION, "", "Kak, kalau imunisasi bayi hari apa saja?")],
    ids=["praise by a person's word", "a question"],
)
def test_what_was_answered_before_an_edit_waits_for_a_person_again(
    post: Post, said: str, label: str, becomes: str, *, seen_before: bool
) -> None:
    """Whoever answered it answered what stood there before."""
    register = Register([ACCOUNT], post.database, post.clock)
    comment = post.instagram.comment(post.media, "sari", said)
    post.poll()
    if label:
        label_by_hand(post, only(post), label)
    post.instagram.comment(post.media, post.instagram.me.username, "Sama-sama, Kak.", parent_id=comment)
    post.poll(HOUR)
    if seen_before:
        register.run()
    assert not waits(post, comment)
    post.instagram.edit_comment(comment, becomes)
    post.poll(6 * HOUR)
    register.run()
    register.run()
    assert waits(post, comment)
    post.clock.forward(HOUR)
    post.instagram.comment(post.media, post.instagram.me.username, "Mohon maaf, Kak.", parent_id=comment)
    post.poll(HOUR)
    register.run()
    assert not waits(post, comment)


def waits(post: Post, comment_id: str) -> bool:
    """Whether the list, and whoever looks without it, say that a person should look."""
    message = stored(post, comment_id)
    with post.database.reading() as connection:
        listed = select(waiting_messages.c.message_id).where(waiting_messages.c.settled_at.is_(None))
        open_ = set(connection.execute(listed).scalars())
        unanswered = waiting.unanswered(connection).get(message.id, None)
        answered = messages.answered_by_us(connection, message)
        among = answered_among(connection, ACCOUNT, [message.id])
    assert (message.id in among) is answered
    looks = unanswered is not None and not (unanswered and answered)
    assert looks is (message.id in open_)
    return looks


def test_other_praise_under_a_persons_label_may_be_thanked(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    label_by_hand(post, only(post), "pujian")
    post.instagram.edit_comment(comment, PRAISE + " Sukses selalu!")
    post.poll(6 * HOUR)
    assert (only(post).needs_review, len(thanked(post))) == (False, 1)


def test_an_edit_that_tells_of_a_danger_is_an_alarm_whatever_the_label(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    label_by_hand(post, only(post), "pujian")
    post.instagram.edit_comment(comment, "Tolong, ibu saya pendarahan hebat dan pingsan")
    post.poll(6 * HOUR)
    assert only(post).danger
    post.instagram.edit_comment(comment, PRAISE)
    post.poll(6 * HOUR)
    assert only(post).danger


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_answer_without_words_is_no_edit(post: Post, nothing: str | None) -> None:
    post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    shown = post.instagram.comments
    post.instagram.comments = lambda media_id, after=None: Page(  # type: ignore[method-assign]
        tuple(withheld(one, nothing) for one in shown(media_id, after).items)
    )
    post.poll(6 * HOUR)
    assert (only(post).text, only(post).edited, only(post).hidden) == (PRAISE, False, False)


def withheld(comment: Comment, text: str | None = None) -> Comment:
    return Comment(comment.ig_id, comment.media_id, text, comment.timestamp, "", "")


def test_what_was_withheld_is_known_as_soon_as_meta_tells(post: Post) -> None:
    post.instagram.comment(post.media, "sari", COMPLAINT)
    shown = post.instagram.comments
    post.instagram.comments = lambda media_id, after=None: Page(  # type: ignore[method-assign]
        tuple(withheld(one) for one in shown(media_id, after).items)
    )
    post.poll()
    assert (only(post).author, only(post).text) == ("", "")
    post.instagram.comments = shown  # type: ignore[method-assign]
    post.poll(6 * HOUR)
    assert (only(post).author, only(post).author_id, only(post).text) == ("sari", "igsid-sari", COMPLAINT)
    assert (only(post).edited, in_the_register(post)) == (False, [COMPLAINT])


# Hidden.


def test_what_is_hidden_is_not_thanked_until_it_is_shown_again(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.instagram.staff_hide(comment)
    post.poll()
    assert (only(post).hidden, thanked(post)) == (True, [])
    post.instagram.staff_hide(comment, hide=False)
    post.poll(6 * HOUR)
    assert (only(post).hidden, thanked(post)) == (False, [PRAISE])
    post.instagram.staff_hide(comment)
    post.poll(6 * HOUR)
    assert journal_of(post, only(post)) == ["shown again on Instagram", "hidden on Instagram"]


# Deleted.


def test_the_last_comment_gone_is_marked_and_costs_one_look(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    post.instagram.delete_comment(comment)
    assert post.poll() == ["media_with_counts", "comments", "conversations"]
    assert (only(post).deleted, only(post).deleted_at, thanked(post)) == (True, post.clock.now(), [])
    assert journal_of(post, only(post)) == ["it is gone from Instagram"]
    assert post.poll() == QUIET


def test_one_comment_gone_and_another_come_is_found_within_hours(post: Post) -> None:
    first = post.instagram.comment(post.media, "sari", "satu")
    post.poll()
    post.instagram.delete_comment(first)
    post.instagram.comment(post.media, "budi", COMPLAINT)
    assert post.poll() == QUIET
    post.poll(6 * HOUR)
    assert [(message.text, message.deleted) for message in post.stored()] == [
        ("satu", True),
        (COMPLAINT, False),
    ]


def test_with_a_comment_its_replies_are_gone(post: Post) -> None:
    parent = post.instagram.comment(post.media, "sari", "satu")
    post.instagram.comment(post.media, "budi", "dua", parent_id=parent)
    other = post.instagram.comment(post.media, "ani", "tiga")
    gone = post.instagram.comment(post.media, "budi", "empat", parent_id=other)
    post.poll()
    post.instagram.delete_comment(parent)
    post.instagram.delete_comment(gone)
    post.poll()
    assert {message.text for message in post.stored() if message.deleted} == {"satu", "dua", "empat"}


def many(post: Post, count: int) -> list[str]:
    return [post.instagram.comment(post.media, f"orang{n}", f"komentar {n}") for n in range(count)]


def gone(post: Post) -> int:
    return sum(message.deleted for message in post.stored())


def test_over_several_pages_each_missing_comment_is_asked_for(post: Post) -> None:
    comments = many(post, 120)
    post.poll()
    for comment in comments[10:15]:
        post.instagram.delete_comment(comment)
    calls = post.poll()
    assert (calls.count("comments"), calls.count("comment_exists")) == (3, 5)
    assert gone(post) == 5
    assert post.poll() == QUIET


def test_a_great_deletion_takes_two_looks_and_no_more_than_twenty_questions_each(post: Post) -> None:
    comments = many(post, 160)
    post.poll()
    for comment in comments[:70]:
        post.instagram.delete_comment(comment)
    assert post.poll().count("comment_exists") == 20
    assert gone(post) == 20
    assert sum(post.poll().count("comment_exists") for _ in range(10)) == 20
    assert gone(post) == 70
    assert sum(post.poll().count("comments") for _ in range(60)) <= 4


def test_where_nobody_answers_the_question_two_readings_are_needed(post: Post) -> None:
    comments = many(post, 60)
    post.poll()
    post.instagram.delete_comment(comments[7])
    begun = len(post.instagram.calls)
    post.instagram.faults = FaultPlan(
        {begun + 4: Unanswered("no answer"), begun + 9: Unanswered("no answer")}
    )
    post.poll()
    missing = stored(post, comments[7])
    assert (missing.deleted, missing.missing_since) == (False, post.clock.now())
    post.poll(timedelta(minutes=10))
    assert gone(post) == 1


def test_a_comment_that_is_neither_listed_nor_counted_but_stands_is_not_deleted(post: Post) -> None:
    comments = many(post, 60)
    post.poll()
    post.instagram.delete_comment(comments[7])
    asked: list[str] = []
    post.instagram.comment_exists = lambda comment_id: asked.append(comment_id) is None  # type: ignore[method-assign]
    post.poll()
    assert asked == [comments[7]]
    assert (gone(post), stored(post, comments[7]).missing_since) == (0, None)


def test_the_replies_of_a_comment_that_is_gone_are_not_asked_for(post: Post) -> None:
    parent = post.instagram.comment(post.media, "sari", "satu")
    for number in range(30):
        post.instagram.comment(post.media, f"orang{number}", f"balasan {number}", parent_id=parent)
    many(post, 60)
    post.poll()
    post.instagram.delete_comment(parent)
    assert post.poll().count("comment_exists") == 1
    assert gone(post) == 31


def test_a_comment_that_comes_back_is_no_longer_deleted(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", "satu")
    post.instagram.comment(post.media, "budi", "dua")
    post.poll()
    kept = dict(post.instagram._comments)
    post.instagram.delete_comment(comment)
    post.poll()
    assert gone(post) == 1
    post.instagram._comments = kept
    post.poll()
    assert gone(post) == 0
    back = stored(post, comment)
    assert journal_of(post, back) == ["it is gone from Instagram", "it is there again"]
    assert back.deleted_at is None


def test_comments_of_people_who_are_restricted_later_are_not_deleted(post: Post) -> None:
    comments = many(post, 3)
    post.poll()
    post.instagram.restrict_comment(comments[1])
    for _ in range(8):
        post.poll(6 * HOUR)
    assert gone(post) == 0
    assert stored(post, comments[1]).missing_since is not None
    post.instagram.delete_comment(comments[0])
    post.poll()
    assert [stored(post, comment).deleted for comment in comments] == [True, False, False]
    post.instagram.restricted.clear()
    post.poll(6 * HOUR)
    assert stored(post, comments[1]).missing_since is None


def test_beside_comments_that_were_never_seen_a_deletion_is_known(post: Post) -> None:
    post.instagram.restrict_comment(post.instagram.comment(post.media, "ani", "nol"))
    comments = many(post, 3)
    post.poll()
    post.instagram.delete_comment(comments[1])
    post.poll()
    assert gone(post) == 1


def test_an_empty_list_under_a_count_concludes_nothing(post: Post) -> None:
    comments = many(post, 3)
    post.poll()
    for comment in comments:
        post.instagram.restrict_comment(comment)
    post.instagram.delete_comment(comments[0])
    for _ in range(20):
        post.poll(HOUR)
    assert gone(post) == 0


def test_a_post_that_is_gone_says_nothing_of_its_comments(post: Post) -> None:
    many(post, 3)
    post.poll()
    post.instagram.published.clear()
    for _ in range(10):
        assert post.poll(6 * HOUR) == QUIET
    assert gone(post) == 0


def test_a_post_that_left_the_watch_is_not_swept(post: Post) -> None:
    comments = many(post, 3)
    post.poll()
    post.instagram.delete_comment(comments[0])
    post.instagram.post_by_hand(Kind.IMAGE, "Baru")
    assert post.poll(timedelta(days=91)) == QUIET
    assert gone(post) == 0


def test_a_part_of_a_reading_concludes_nothing(post: Post) -> None:
    comments = many(post, 120)
    post.poll()
    post.instagram.delete_comment(comments[0])
    post.instagram.faults = FaultPlan({len(post.instagram.calls) + 4: Unanswered("no answer")})
    with pytest.raises(Unanswered):
        post.poll()
    assert gone(post) == 0
    post.poll()
    assert gone(post) == 1


def test_our_own_words_that_were_taken_back_are_marked_as_well(post: Post) -> None:
    parent = post.instagram.comment(post.media, "sari", "satu")
    ours = post.instagram.comment(post.media, post.instagram.me.username, "Siap, Kak", parent_id=parent)
    post.poll()
    post.instagram.delete_comment(ours)
    post.poll()
    assert [(message.own, message.deleted) for message in post.stored()] == [(False, False), (True, True)]
