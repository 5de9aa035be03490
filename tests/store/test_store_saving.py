"""Saving is compare-and-swap: whoever comes second changes nothing, and is told so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from store_things import (
    ACCOUNT,
    MINUTE,
    NOW,
    add_case,
    add_message,
    add_post,
    know_account,
    plan_reply,
    the,
    write_notice,
)

from ig_worker.domain import case, notice, publication, reply
from ig_worker.store import cases, deadlines, journal, notices, posts, replies
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import post_media
from ig_worker.store.schema import posts as posts_table

LATER = NOW + MINUTE


def stored_post(connection: Connection) -> Any:
    return the(posts.by_key(connection, ACCOUNT, "P-01"))


def save_post(connection: Connection, stored: Any) -> bool:
    after = replace(stored.publication, status=publication.Status.CANCELLED, last_error="never")
    return posts.save(connection, stored, after, LATER, "cancelled", who="Rina", extra={"approved_by": "x"})


def stored_reply(connection: Connection) -> Any:
    (stored,) = replies.active(connection, ACCOUNT)
    return stored


def save_reply(connection: Connection, stored: Any) -> bool:
    after = replace(stored.reply, status=reply.Status.SENDING, intent_at=LATER, calls=1)
    return replies.save(connection, stored, after, LATER, "sending")


def stored_case(connection: Connection) -> Any:
    return the(cases.get(connection, "K-2026-0001"))


def save_case(connection: Connection, stored: Any) -> bool:
    after = case.apply(stored.case, case.Event.RESOLVE, LATER)
    return cases.save(connection, stored, after, LATER, "resolved", who="Rina")


def stored_notice(connection: Connection) -> Any:
    (stored,) = notices.due(connection, NOW + timedelta(days=2))
    return stored


def save_notice(connection: Connection, stored: Any) -> bool:
    after = notice.apply(stored.notice, notice.Event.MISSED, LATER, notice.Rules(), "no route")
    return notices.save(connection, stored, after)


Read = Callable[[Connection], Any]
Save = Callable[[Connection, Any], bool]
shelves = pytest.mark.parametrize(
    ("read", "save"),
    [
        pytest.param(stored_post, save_post, id="post"),
        pytest.param(stored_reply, save_reply, id="reply"),
        pytest.param(stored_case, save_case, id="case"),
        pytest.param(stored_notice, save_notice, id="notice"),
    ],
)


@pytest.fixture
def filled(database: Database) -> Database:
    """One thing on each shelf."""
    with database.writing() as connection:
        know_account(connection)
        add_post(connection, files=2)
        plan_reply(connection, add_message(connection))
        add_case(connection)
        write_notice(connection)
    return database


@shelves
def test_who_saves_first_changes_the_row_and_its_version(filled: Database, read: Read, save: Save) -> None:
    with filled.writing() as connection:
        before = read(connection)
        assert save(connection, before)
        after = read(connection)
    assert (before.version, after.version) == (0, 1)


@shelves
def test_a_stale_save_says_no_and_changes_nothing(filled: Database, read: Read, save: Save) -> None:
    with filled.reading() as connection:
        stale = read(connection)
    with filled.writing() as connection:
        assert save(connection, read(connection))
    with filled.reading() as connection:
        kept, lines = read(connection), journal.after(connection, 0)
    with filled.writing() as connection:
        assert not save(connection, stale)
    with filled.reading() as connection:
        assert read(connection) == kept
        assert journal.after(connection, 0) == lines


@shelves
def test_of_many_at_once_exactly_one_saves(filled: Database, read: Read, save: Save) -> None:
    with filled.reading() as connection:
        stored = read(connection)
    together = Barrier(4)

    def race(_number: int) -> bool:
        together.wait(20)
        with filled.writing() as connection:
            return save(connection, stored)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(race, range(4))) == [False, False, False, True]


def test_a_save_and_its_journal_line_stand_or_fall_together(filled: Database) -> None:
    def save_and_fail() -> None:
        with filled.writing() as connection:
            assert save_post(connection, stored_post(connection))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        save_and_fail()
    with filled.reading() as connection:
        assert stored_post(connection).publication.status is publication.Status.DRAFT
        assert [line.what for line in journal.of(connection, "post:1")] == ["planned from rencana.csv row 2"]


def test_the_journal_says_who_moved_what_and_when(filled: Database) -> None:
    with filled.writing() as connection:
        assert save_post(connection, stored_post(connection))
        assert save_case(connection, stored_case(connection))
        assert save_reply(connection, stored_reply(connection))
    with filled.reading() as connection:
        number = stored_reply(connection).message.id
        assert journal.of(connection, "post:1")[-1] == journal.Entry(LATER, "Rina", "post:1", "cancelled")
        assert [line.what for line in journal.of(connection, "case:K-2026-0001")] == [
            "opened: keluhan, antrean",
            "resolved",
        ]
        assert [line.what for line in journal.of(connection, f"message:{number}")] == [
            "reply planned",
            "sending",
        ]
        numbered = journal.after(connection, 0)
        assert [line for _, line in journal.after(connection, numbered[2][0])] == [
            line for _, line in numbered[3:]
        ]


def test_every_field_of_a_publication_comes_back_as_it_was_saved(filled: Database) -> None:
    moments = (NOW + timedelta(minutes=number) for number in range(10))
    with filled.writing() as connection:
        stored = stored_post(connection)
        full = publication.Publication(
            publication.Status.PUBLISHED, stored.publication.kind, stored.publication.caption,
            scheduled_at=next(moments), approved_at=next(moments), media_count=2, child_ids=("a", "b"),
            children_ready=True, container_id="c1", container_at=next(moments), containers_made=2, publish_calls=3,
            intent_at=next(moments), call_ended_at=next(moments), questions=4, empty_looks=1,
            next_at=next(moments), published_at=next(moments), media_id="m1", last_error="half an emoji �",
        )  # fmt: skip
        assert posts.save(connection, stored, full, NOW, "all of it")
        assert stored_post(connection).publication == full


def test_every_field_of_a_reply_a_case_and_a_notice_comes_back(filled: Database) -> None:
    with filled.writing() as connection:
        answer = reply.Reply(
            reply.Status.SENDING, asked_at=NOW, due_at=LATER, intent_at=NOW, call_ended_at=LATER, calls=2,
            questions=3, empty_looks=1, ig_id="r1", sent_at=LATER, last_error="no answer",
        )  # fmt: skip
        assert replies.save(connection, stored_reply(connection), answer, NOW, "all of it")
        assert stored_reply(connection).reply == answer
        times = iter(NOW + count * MINUTE for count in range(9))
        file = case.Case(
            case.Status.RESOLVED, next(times), told_at=next(times), first_response_at=next(times),
            acknowledged_at=next(times), started_at=next(times), resolved_at=next(times), closed_at=next(times),
            reopened_at=next(times), reopened=3, reason="salah alamat", merged_into="K-2026-0009",
        )  # fmt: skip
        assert cases.save(connection, stored_case(connection), file, NOW, "all of it")
        assert stored_case(connection).case == file
        letter = notice.Notice(
            notice.Status.PENDING, NOW, LATER, attempts=3, sent_at=LATER, last_error="no route"
        )
        assert notices.save(connection, stored_notice(connection), letter)
        assert stored_notice(connection).notice == letter


def deadline_of_the_case(connection: Connection, name: str) -> Any:
    return next(line.met_at for line in deadlines.of_case(connection, 1) if line.name == name)


def test_saving_a_case_meets_the_deadlines_that_it_meets_and_the_first_time_counts(filled: Database) -> None:
    def save(event: case.Event, minutes: int) -> list[Any]:
        with filled.writing() as connection:
            stored = stored_case(connection)
            now = NOW + minutes * MINUTE
            assert cases.save(connection, stored, case.apply(stored.case, event, now), now, event.value)
            return [
                deadline_of_the_case(connection, name) for name in ("acknowledge", "follow_up", "resolve")
            ]

    with filled.writing() as connection:
        for name in ("follow_up", "resolve"):
            deadlines.reopen(connection, 1, NOW + 120 * MINUTE, name)
    at = [NOW + minutes * MINUTE for minutes in range(10)]
    assert save(case.Event.TOLD, 1) == [None, None, None]
    assert save(case.Event.ANSWERED, 2) == [at[2], None, None]
    assert save(case.Event.WORK, 3) == [at[2], at[3], None]
    assert save(case.Event.RESOLVE, 4) == [at[2], at[3], at[4]]
    assert save(case.Event.WRITTEN_AGAIN, 5) == [at[2], at[3], at[4]], "who opens it anew says until when"
    with filled.writing() as connection:
        deadlines.reopen(connection, 1, NOW + 120 * MINUTE)
    assert save(case.Event.RESOLVE, 6) == [at[2], at[3], at[6]]


def test_an_answer_older_than_the_case_meets_its_deadline_at_the_opening(filled: Database) -> None:
    with filled.writing() as connection:
        stored = stored_case(connection)
        after = case.apply(stored.case, case.Event.ANSWERED, NOW - 30 * MINUTE)
        assert cases.save(connection, stored, after, LATER, "answered")
        assert deadline_of_the_case(connection, "acknowledge") == NOW


def test_what_a_person_writes_into_the_register_goes_with_the_move(filled: Database) -> None:
    with filled.writing() as connection:
        stored = stored_case(connection)
        after = case.apply(stored.case, case.Event.WORK, LATER)
        words = {"plan": "tambah loket", "assigned_to": "Bu Sri", "severity": "mendesak"}
        assert cases.save(connection, stored, after, LATER, "taken on", who="Rina", **words)
        row = stored_case(connection).row
        assert {name: getattr(row, name) for name in words} == words
        assert row.severity_set_at == LATER
        assert cases.save(connection, stored_case(connection), after, NOW, "graver", severity="darurat")
        assert stored_case(connection).row.severity_set_at == LATER, (
            "only a person's word keeps the worker's away"
        )


# What the database itself refuses.


def refused(database: Database, write: Callable[[Connection], object]) -> None:
    with pytest.raises(IntegrityError), database.writing() as connection:
        write(connection)


def test_two_posts_cannot_have_one_key(filled: Database) -> None:
    refused(filled, add_post)


def test_one_media_cannot_be_two_posts(filled: Database) -> None:
    with filled.writing() as connection:
        add_post(connection, "P-02", status="published", ig_media_id="m1")
        add_post(connection, "P-03")
        add_post(connection, "P-04", account="another", status="published", ig_media_id="m1")
    refused(filled, lambda connection: posts.set_values(connection, 3, ig_media_id="m1"))


def test_a_post_is_not_published_without_a_media_id_nor_publishing_without_an_intent(
    filled: Database,
) -> None:
    for status in ("published", "publishing"):
        refused(filled, lambda connection, status=status: posts.set_values(connection, 1, status=status))


def test_a_message_belongs_to_one_case_only(filled: Database) -> None:
    with filled.writing() as connection:
        add_case(connection)
        cases.join(connection, 1, 1)
    refused(filled, lambda connection: cases.join(connection, 2, 1))


def test_two_cases_cannot_have_one_number(filled: Database) -> None:
    refused(filled, lambda connection: add_case(connection, number="K-2026-0001"))


def test_a_posts_files_go_with_it(filled: Database) -> None:
    with filled.writing() as connection:
        assert connection.scalar(select(func.count()).select_from(post_media)) == 2
        connection.execute(posts_table.delete())
        assert connection.scalar(select(func.count()).select_from(post_media)) == 0


def test_a_version_is_never_changed_from_outside_a_save(filled: Database) -> None:
    with filled.writing() as connection:
        stale = stored_post(connection)
        connection.execute(update(posts_table).values(version=posts_table.c.version + 1))
        assert not save_post(connection, stale)
