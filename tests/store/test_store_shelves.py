"""What lies on each shelf comes back as the flows need it: once, in order, with what belongs to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from store_things import ACCOUNT, MINUTE, NOW, add_case, add_message, add_post, know_account, plan_reply, the
from store_things import write_notice as write

from ig_worker.domain import notice, reply
from ig_worker.domain.instagram import Media, Metric, PublishingLimit
from ig_worker.domain.publication import Status
from ig_worker.domain.sweeping import Sweep
from ig_worker.store import (
    accounts,
    cases,
    chain,
    conversations,
    deadlines,
    evidenced,
    figures,
    inbox,
    jobs,
    journal,
    messages,
    notices,
    posts,
    replies,
    rows,
)
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import case_numbers, metrics
from ig_worker.store.schema import jobs as jobs_table

THANKS = reply.Purpose.THANKS
HOUR = timedelta(hours=1)
HOSTILE = "الله 😭‍ \u200f\u200bJelék�" + "a" * 2200


# rows


def test_a_row_is_inserted_once_and_says_its_id(database: Database) -> None:
    with database.writing() as connection:
        first, again = add_message(connection, "c-1"), messages.add(connection, _message("c-1"))
        second = messages.add(connection, _message("c-2"))
        assert again is None
        assert second is not None
        assert second > first.id > 0


def _message(ig_id: str) -> dict[str, Any]:
    return {
        "account": ACCOUNT, "channel": "comment", "ig_id": ig_id, "attachments": [], "sent_at": NOW,
        "first_seen_at": NOW, "label": "lainnya", "topic": "lainnya", "reasons": [],
    }  # fmt: skip


def test_a_row_without_a_number_of_its_own_says_one(database: Database) -> None:
    row = {"name": "inbox", "last_started_at": NOW}
    with database.writing() as connection:
        assert rows.insert_new(connection, jobs_table, row) == 1
        assert rows.insert_new(connection, jobs_table, row) is None
        assert rows.insert_new(connection, case_numbers, {"year": 2026, "last": 0}) == 2026


def test_a_row_that_is_put_again_replaces_only_what_is_named(database: Database) -> None:
    with database.writing() as connection:
        jobs.started(connection, "inbox", NOW)
        jobs.failed(connection, "inbox", NOW + MINUTE, "no route")
        jobs.started(connection, "inbox", NOW + HOUR)
        (row,) = jobs.listed(connection)
        assert (row.last_started_at, row.last_failed_at, row.last_error) == (
            NOW + HOUR,
            NOW + MINUTE,
            "no route",
        )
        jobs.succeeded(connection, "inbox", NOW + HOUR)
        jobs.started(connection, "cases", NOW)
        assert [(row.name, row.last_error) for row in jobs.listed(connection)] == [
            ("cases", ""),
            ("inbox", ""),
        ]


def test_jobs_are_written_in_one_order_so_that_two_workers_never_wait_for_each_other(
    database: Database,
) -> None:
    with database.writing() as connection:
        jobs.all_succeeded(connection, dict.fromkeys(["posts", "cases", "inbox"], NOW))
        place = "ctid" if connection.dialect.name == "postgresql" else "rowid"
        written = connection.exec_driver_sql(f"SELECT name FROM jobs ORDER BY {place}").scalars().all()
    assert list(written) == ["cases", "inbox", "posts"]


# accounts


def test_an_account_is_known_once_and_its_name_follows_instagram(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        know_account(connection)
        assert the(accounts.get(connection, ACCOUNT)).username == ""
        accounts.known(connection, ACCOUNT, "2", "puskesmaspolowijen")
        know_account(connection)
        row = the(accounts.get(connection, ACCOUNT))
        assert (row.username, row.ig_user_id) == ("puskesmaspolowijen", "2")
        assert accounts.get(connection, "nobody") is None


def test_the_first_poll_is_remembered_for_ever(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        assert accounts.first_polled(connection, ACCOUNT, NOW) == NOW
        assert accounts.first_polled(connection, ACCOUNT, NOW + HOUR) == NOW


def test_a_first_poll_by_a_clock_that_was_ahead_is_as_early_as_the_next_one(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        accounts.first_polled(connection, ACCOUNT, NOW + 100 * HOUR)
        assert accounts.first_polled(connection, ACCOUNT, NOW) == NOW
        accounts.wholly_read(connection, ACCOUNT, NOW)
        assert accounts.first_polled(connection, ACCOUNT, NOW + HOUR) == NOW


def test_a_poll_in_1970_that_nobody_answered_does_not_make_news_of_what_is_old(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        accounts.first_polled(connection, ACCOUNT, NOW)
        accounts.first_polled(connection, ACCOUNT, datetime(1970, 1, 1, tzinfo=UTC))
        assert accounts.first_polled(connection, ACCOUNT, NOW + HOUR) == NOW


def test_the_publishing_limit_is_kept_with_its_time(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        accounts.set_limit(connection, ACCOUNT, PublishingLimit(3, 100, 86400), NOW)
        row = the(accounts.get(connection, ACCOUNT))
        assert (row.publishing_used, row.publishing_total, row.limit_read_at) == (3, 100, NOW)
        accounts.forget_limit(connection, ACCOUNT, NOW + HOUR)
        row = the(accounts.get(connection, ACCOUNT))
    assert (row.publishing_used, row.publishing_total, row.limit_read_at) == (None, None, NOW + HOUR)


# posts


def test_a_post_comes_with_its_files_in_their_order(database: Database) -> None:
    with database.writing() as connection:
        post_id = add_post(connection, files=3)
        posts.set_staged(connection, post_id, 1, "xyz.jpg")
        stored = the(posts.get(connection, post_id))
        assert [(file.position, file.written, file.staged) for file in stored.media] == [
            (0, "0.jpg", ""), (1, "1.jpg", "xyz.jpg"), (2, "2.jpg", ""),
        ]  # fmt: skip
        assert stored.publication.media_count == 3
        assert stored.row.options == {"collaborators": ["dinkes"]}
        assert posts.staged_names(connection) == set()
        posts.set_values(connection, post_id, status="approved")
        assert posts.staged_names(connection) == {"xyz.jpg"}
        posts.put_media(connection, post_id, stored.media[:1])
        assert the(posts.get(connection, post_id)).publication.media_count == 1
        assert posts.get(connection, 999) is None
        assert posts.by_key(connection, ACCOUNT, "none") is None


def test_posts_are_listed_by_their_times(database: Database) -> None:
    with database.writing() as connection:
        add_post(connection, "late", scheduled_at=NOW + HOUR, status="approved")
        add_post(connection, "early", status="held")
        add_post(connection, "other", account="kendalsari", scheduled_at=NOW - HOUR, status="approved")
        assert _keys(posts.listed(connection)) == ["other", "early", "late"]
        assert _keys(posts.listed(connection, limit=2)) == ["other", "early"]
        assert _keys(posts.listed(connection, status="approved")) == ["other", "late"]
        assert _keys(posts.active(connection, ACCOUNT)) == ["late"]
        assert len(posts.from_source(connection, "rencana.csv")) == 3
        assert posts.from_source(connection, "lain.csv") == []
        assert posts.counts(connection) == {"approved": 2, "held": 1}


def _keys(stored: list[posts.StoredPost]) -> list[str]:
    return [post.row.key for post in stored]


@pytest.mark.parametrize("status", ["draft", "published", "unconfirmed", "held", "failed", "cancelled"])
def test_a_post_at_rest_is_not_active(database: Database, status: str) -> None:
    with database.writing() as connection:
        add_post(connection, status=status, ig_media_id="m1")
        assert posts.active(connection, ACCOUNT) == []


def test_links_are_asked_for_when_it_is_time(database: Database) -> None:
    with database.writing() as connection:
        done = {"status": Status.PUBLISHED.value}
        add_post(connection, "due", ig_media_id="m1", published_at=NOW, permalink_next_at=NOW, **done)
        add_post(connection, "later", ig_media_id="m2", permalink_next_at=NOW + HOUR, **done)
        add_post(connection, "known", ig_media_id="m3", **done)
        assert _keys(posts.without_permalink(connection, ACCOUNT, NOW)) == ["due"]
        assert posts.claimed_media_ids(connection, ACCOUNT) == {"m1", "m2", "m3"}
        assert posts.claimed_media_ids(connection, "kendalsari") == set()


def test_the_first_picture_of_a_published_post_is_found_by_its_media_id(database: Database) -> None:
    with database.writing() as connection:
        add_post(connection, files=2, ig_media_id="m1")
        assert posts.first_original(connection, ACCOUNT, "m1") == "copy-0.jpg"
        assert posts.first_original(connection, ACCOUNT, "m2") == ""
        assert posts.first_original(connection, ACCOUNT, "") == ""


def test_people_read_a_posts_key_and_a_cases_number(database: Database) -> None:
    with database.writing() as connection:
        post_id = add_post(connection)
        assert posts.name_of(connection, f"post:{post_id}") == "P-01"
        assert posts.name_of(connection, "post:999") == "999"
        assert posts.name_of(connection, "case:K-2026-0001") == "K-2026-0001"
        assert posts.name_of(connection, "message:7") == ""


# inbox


def test_a_message_keeps_every_sign_of_its_text(database: Database) -> None:
    with database.writing() as connection:
        stored = add_message(connection, text=HOSTILE, author="ibu 'x\"; DROP TABLE posts;--")
    with database.reading() as connection:
        found = the(messages.by_ig_id(connection, ACCOUNT, "c-1"))
        assert (found.id, found.text, found.author) == (stored.id, HOSTILE, "ibu 'x\"; DROP TABLE posts;--")
        assert messages.by_ig_id(connection, "kendalsari", "c-1") is None
        assert messages.get(connection, 999) is None


def test_a_change_of_a_message_stands_in_the_journal(database: Database) -> None:
    with database.writing() as connection:
        message = add_message(connection)
        messages.change(connection, message.id, NOW, "edited", text="Sudah cepat", edited=True)
        assert the(messages.get(connection, message.id)).text == "Sudah cepat"
        (line,) = journal.of(connection, f"message:{message.id}")
        assert (line.who, line.what) == ("ig-worker", "edited")


def test_a_thread_of_comments_is_the_first_one_and_its_replies(database: Database) -> None:
    with database.writing() as connection:
        root = add_message(connection, "c-1")
        own = add_message(connection, "c-2", parent_id="c-1", own=True, sent_at=NOW + MINUTE)
        add_message(connection, "c-3", parent_id="c-1", deleted=True, sent_at=NOW + MINUTE)
        last = add_message(connection, "c-4", parent_id="c-1", sent_at=NOW + 2 * MINUTE)
        add_message(connection, "c-9", sent_at=NOW)
        assert [row.ig_id for row in messages.thread_before(connection, last)] == ["c-1", "c-2"]
        assert [row.ig_id for row in messages.thread_before(connection, last, limit=1)] == ["c-2"]
        assert messages.answered_by_us(connection, root)
        assert not messages.answered_by_us(connection, last)
        assert not messages.answered_by_us(connection, own)


def test_a_thread_of_messages_is_their_conversation(database: Database) -> None:
    with database.writing() as connection:
        talk = {"channel": "dm", "conversation_id": "t-1", "media_id": ""}
        first = add_message(connection, "d-1", **talk)
        add_message(connection, "d-2", own=True, sent_at=NOW + MINUTE, **talk)
        last = add_message(connection, "d-3", sent_at=NOW + 2 * MINUTE, **talk)
        add_message(connection, "d-9", channel="dm", conversation_id="t-2", own=True, sent_at=NOW + HOUR)
        assert [row.ig_id for row in messages.thread_before(connection, last)] == ["d-1", "d-2"]
        assert messages.answered_by_us(connection, first)
        assert not messages.answered_by_us(connection, last)
        assert messages.last_from(connection, ACCOUNT, "t-1") == NOW + 2 * MINUTE
        assert messages.last_from(connection, ACCOUNT, "t-2") is None


def test_praise_waits_for_thanks_until_one_is_planned(database: Database) -> None:
    with database.writing() as connection:
        praise = add_message(connection, "c-1", auto_thank=True)
        for number, why_not in enumerate(("own", "backlog", "deleted"), 2):
            add_message(connection, f"c-{number}", auto_thank=True, **{why_not: True})
        add_message(connection, "c-9")
        assert [row.id for row in messages.to_thank(connection, ACCOUNT, NOW)] == [praise.id]
        plan_reply(connection, praise)
        assert messages.to_thank(connection, ACCOUNT, NOW) == []


def test_a_complaint_waits_for_its_case_even_when_its_writer_took_it_back(database: Database) -> None:
    with database.writing() as connection:
        complaint = add_message(connection, "c-1", opens_case=True, deleted=True)
        for number, why_not in enumerate(("own", "backlog"), 2):
            add_message(connection, f"c-{number}", opens_case=True, **{why_not: True})
        assert [row.id for row in messages.for_cases(connection, ACCOUNT)] == [complaint.id]
        add_case(connection)
        cases.join(connection, 1, complaint.id)
        assert messages.for_cases(connection, ACCOUNT) == []


def test_the_inbox_is_listed_with_replies_and_cases_and_without_our_own(database: Database) -> None:
    with database.writing() as connection:
        thanked = add_message(connection, "c-1", label="pujian")
        plan_reply(connection, thanked)
        complaint = add_message(connection, "c-2", needs_review=True, sent_at=NOW - HOUR)
        add_case(connection)
        cases.join(connection, 1, complaint.id)
        add_message(connection, "c-3", own=True, needs_review=True)
        listed = messages.listed(connection)
        assert [(row.ig_id, row.reply_status, row.case_number) for row in listed] == [
            ("c-2", None, "K-2026-0001"), ("c-1", "planned", None),
        ]  # fmt: skip
        assert [row.ig_id for row in messages.listed(connection, label="pujian")] == ["c-1"]
        assert [row.ig_id for row in messages.listed(connection, limit=1)] == ["c-2"]
        assert messages.counts(connection) == {"pujian": 1, "keluhan": 1}


def test_the_segment_of_a_comment_is_its_posts(database: Database) -> None:
    with database.writing() as connection:
        add_post(connection, ig_media_id="m-1")
        assert messages.segment_of(connection, add_message(connection, "c-1")) == "Pengumuman"
        assert messages.segment_of(connection, add_message(connection, "c-2", media_id="m-2")) == ""
        assert messages.segment_of(connection, add_message(connection, "d-1", media_id="")) == ""


def test_a_count_follows_a_reading_and_not_the_list(database: Database) -> None:
    listed = Media("m-1", "Posyandu", NOW, "IMAGE", "FEED", "https://example.org/p/1", comments_count=9)
    with database.writing() as connection:
        inbox.remember_media(connection, ACCOUNT, listed)
        assert inbox.last_sweeps(connection, ACCOUNT, ["m-1", "m-2"]) == {"m-1": Sweep()}
        inbox.note_place(connection, ACCOUNT, "m-1", NOW - HOUR, "QVFI", NOW)
        broken_off = Sweep(after="QVFI", begun_at=NOW - HOUR, noted_at=NOW)
        assert inbox.last_sweeps(connection, ACCOUNT, ["m-1", "m-2"]) == {"m-1": broken_off}
        whole = Sweep(9, 8, NOW - MINUTE, NOW, unseen_since=NOW, unseen_told_at=NOW)
        inbox.keep_sweep(connection, ACCOUNT, "m-1", whole)
        inbox.remember_media(connection, ACCOUNT, replace(listed, caption="Posyandu!", comments_count=12))
        assert inbox.last_sweeps(connection, ACCOUNT, ["m-1", "m-2"]) == {"m-1": whole}
        inbox.ask_for_a_reading(connection, ACCOUNT, "m-1")
        assert inbox.last_sweeps(connection, ACCOUNT, ["m-1", "m-2"]) == {"m-1": replace(whole, at=None)}
        assert the(inbox.media(connection, ACCOUNT, "m-1")).caption == "Posyandu!"
        assert inbox.media(connection, ACCOUNT, "m-2") is None


def test_a_conversation_remembers_when_it_was_read(database: Database) -> None:
    with database.writing() as connection:
        for moment in (NOW, NOW + HOUR):
            read = {"ig_id": "t-1", "person": "bunda_rara", "person_id": "77", "updated_at": moment}
            conversations.mark_read(connection, ACCOUNT, read)
        assert conversations.read_so_far(connection, ACCOUNT, ["t-1", "t-2"]) == {"t-1": NOW + HOUR}
        assert conversations.read_so_far(connection, ACCOUNT, ["t-2"]) == {}
        assert conversations.count(connection, ACCOUNT) == 1


# replies


def test_a_message_gets_one_reply_however_often_it_is_planned(database: Database) -> None:
    with database.writing() as connection:
        message = add_message(connection)
        for _ in range(3):
            plan_reply(connection, message)
        (stored,) = replies.active(connection, ACCOUNT)
        assert (stored.message.ig_id, stored.text) == ("c-1", "Terima kasih, Bunda!")
        assert [line.what for line in journal.of(connection, f"message:{message.id}")] == ["reply planned"]


def test_a_skipped_reply_says_why_in_the_journal(database: Database) -> None:
    with database.writing() as connection:
        message = add_message(connection)
        plan_reply(connection, message, status=reply.Status.SKIPPED, last_error="answered already")
        assert replies.active(connection, ACCOUNT) == []
        assert replies.counts(connection) == {"skipped": 1}
        (line,) = journal.of(connection, f"message:{message.id}")
        assert line.what == "reply skipped: answered already"


def test_who_was_thanked_under_a_post_today_is_known(database: Database) -> None:
    with database.writing() as connection:
        first = add_message(connection, "c-1")
        plan_reply(connection, first)
        again = add_message(connection, "c-2", sent_at=NOW + HOUR)
        assert replies.said_since(connection, again, NOW, THANKS)
        assert not replies.said_since(connection, again, NOW + MINUTE, THANKS)
        assert not replies.said_since(connection, first, NOW, THANKS)
        for number, other in enumerate(({"media_id": "m-2"}, {"author": "pak_budi", "author_id": "78"}), 3):
            elsewhere = add_message(connection, f"c-{number}", **other)
            assert not replies.said_since(connection, elsewhere, NOW, THANKS)


def test_what_was_sent_and_how_it_was_said_is_known(database: Database) -> None:
    with database.writing() as connection:
        for number in range(3):
            message = add_message(connection, f"c-{number}")
            sent = reply.Reply(reply.Status.SENT, NOW, NOW, ig_id=f"r-{number}", sent_at=NOW + number * HOUR)
            replies.plan(connection, message, sent, "Matur nuwun", number - 1, NOW)
        assert replies.newest_phrases(connection, ACCOUNT, 8) == [1, 0]
        assert replies.newest_phrases(connection, ACCOUNT, 1) == [1]
        unclear = replies.StoredReply(9, 0, sent, "Matur nuwun", message)
        assert replies.taken(connection, unclear, ["r-0", "r-2", "r-9"]) == {"r-0", "r-2"}
        assert replies.sent_between(connection, ACCOUNT, NOW, NOW + 2 * HOUR) == 2


# cases


def test_cases_are_listed_by_their_status_and_counted(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        connection.exec_driver_sql("UPDATE cases SET status = 'rejected'")
        assert [stored.number for stored in cases.listed(connection, status="rejected")] == ["K-2026-0001"]
        assert cases.listed(connection, status="new") == []
        assert cases.counts(connection) == {"rejected": 1}


def hang_up(connection: Connection, message_id: int) -> int | None:
    values = {
        "case_id": 1, "message_id": message_id, "account": ACCOUNT, "path": f"evidence/{message_id}.png",
        "sha256": "a" * 64, "json_path": f"evidence/{message_id}.json", "json_sha256": "b" * 64, "made_at": NOW,
    }  # fmt: skip
    return chain.hang(connection, values)


def test_a_case_is_unfinished_until_it_is_told_and_every_message_has_its_card(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        message = add_message(connection)
        cases.join(connection, 1, message.id)
        assert _numbers(cases.unfinished(connection, ACCOUNT)) == ["K-2026-0001"]
        connection.exec_driver_sql("UPDATE cases SET status = 'acknowledged'")
        cases.mark_notices_written(connection, 1)
        hang_up(connection, message.id)
        assert _numbers(cases.unfinished(connection, ACCOUNT)) == ["K-2026-0001"], "nobody was told"
        connection.exec_driver_sql("UPDATE cases SET told_at = opened_at")
        assert cases.unfinished(connection, ACCOUNT) == []
        assert cases.unfinished(connection, "kendalsari") == []


def _numbers(stored: list[cases.StoredCase]) -> list[str]:
    return [case.number for case in stored]


def test_the_messages_of_a_case_come_with_what_became_of_their_cards(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        late, early = add_message(connection, "c-1"), add_message(connection, "c-2", sent_at=NOW - HOUR)
        for message in (late, early):
            cases.join(connection, 1, message.id)
        evidenced.failed(connection, late.id, "no font", NOW)
        evidenced.failed(connection, late.id, "no space", NOW)
        hang_up(connection, early.id)
        found = cases.messages_of(connection, 1)
        assert [(row.ig_id, row.card_attempts, row.card_error) for row in found] == [
            ("c-2", 0, ""), ("c-1", 2, "no space"),
        ]  # fmt: skip
        assert [row.evidence_id is None for row in found] == [False, True]
        (deadline,) = deadlines.of_case(connection, 1)
        assert (deadline.name, deadline.due_at, deadline.met_at) == ("acknowledge", NOW + HOUR, None)


# notices


def test_each_recipient_gets_a_notice_once(database: Database) -> None:
    with database.writing() as connection:
        assert write(connection)
        assert not write(connection, body="other words")
        assert write(connection, target="u" * 64)
        assert write(connection, "K-2026-0002")
        assert [stored.row.body for stored in notices.due(connection, NOW)] == ["Antre lama"] * 3
        assert notices.due(connection, NOW - MINUTE) == []
        assert notices.counts(connection) == {"pending": 3}


def test_a_case_knows_whether_anybody_was_told(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        write(connection, case_id=1, attachments=["evidence/one.png"])
        assert not cases.notice_arrived(connection, 1)
        (stored,) = notices.due(connection, NOW)
        assert stored.row.attachments == ["evidence/one.png"]
        arrived = notice.apply(stored.notice, notice.Event.ARRIVED, NOW, notice.Rules())
        assert notices.save(connection, stored, arrived)
        assert cases.notice_arrived(connection, 1)
        assert [row.status for row in cases.deliveries_of(connection, 1)] == ["sent"]
        assert notices.due(connection, NOW + HOUR) == []


# figures


def test_a_figure_is_kept_once_for_its_day_and_the_last_reading_stays(database: Database) -> None:
    day = date(2026, 11, 24)
    with database.writing() as connection:
        read = [Metric("reach", 10), Metric("follows", 2, breakdown="follow_type=FOLLOWER")]
        assert figures.store(connection, ACCOUNT, "", day, read) == 2
        figures.store(connection, ACCOUNT, "", day, [Metric("reach", 12)])
        figures.store(connection, ACCOUNT, "", day, [Metric("reach", 7, day=day - timedelta(days=1))])
        found = figures.account_figures(connection, ACCOUNT, day - timedelta(days=1))
        assert [(row.day, row.name, row.value) for row in found] == [
            (day - timedelta(days=1), "reach", 7), (day, "follows", 2), (day, "reach", 12),
        ]  # fmt: skip
        assert len(figures.account_figures(connection, ACCOUNT, day)) == 2
        assert connection.scalar(select(func.count()).select_from(metrics)) == 3


def test_a_night_is_done_once_for_each_job_and_account(database: Database) -> None:
    night = date(2026, 11, 24)
    with database.writing() as connection:
        for _ in range(2):
            figures.mark_night(connection, "insights", ACCOUNT, night, datetime(2026, 11, 25, tzinfo=UTC))
        assert figures.nights_done(connection, "insights", ACCOUNT) == {night}
        assert figures.nights_done(connection, "report", ACCOUNT) == set()
        assert figures.nights_done(connection, "insights", "kendalsari") == set()
