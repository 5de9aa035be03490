"""Deadlines are met once, begin anew when a case does, and those that nobody met are found."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text
from store_things import ACCOUNT, MINUTE, NOW, add_case, the
from test_store_upgrade import at_schema

from ig_worker.domain.case import Event, apply
from ig_worker.store import cases, deadlines
from ig_worker.store.database import Connection, Database
from ig_worker.store.migrate import upgrade

DUE = NOW + 60 * MINUTE


def open_case(connection: Connection, **changes: object) -> int:
    return int(the(cases.get(connection, add_case(connection, **changes))).id)


def names(connection: Connection, before: int) -> list[tuple[str, str]]:
    return [(row.number, row.name) for row in deadlines.missed(connection, [ACCOUNT], NOW + before * MINUTE)]


def test_a_deadline_is_met_once_and_the_first_time_counts(database: Database) -> None:
    with database.writing() as connection:
        case_id = open_case(connection)
        assert not deadlines.meet(connection, case_id, "acknowledge", None)
        assert deadlines.meet(connection, case_id, "acknowledge", NOW + MINUTE)
        assert not deadlines.meet(connection, case_id, "acknowledge", NOW + 2 * MINUTE)
        assert not deadlines.meet(connection, case_id, "follow_up", NOW)
        (line,) = deadlines.of_case(connection, case_id)
        assert line.met_at == NOW + MINUTE


def test_a_deadline_that_begins_anew_is_unmet_and_nobody_was_reminded_of_it(database: Database) -> None:
    with database.writing() as connection:
        case_id = open_case(connection)
        deadlines.meet(connection, case_id, "acknowledge", NOW)
        deadlines.reopen(connection, case_id, DUE + MINUTE, "acknowledge")
        deadlines.reopen(connection, case_id, DUE + 2 * MINUTE)
        lines = deadlines.of_case(connection, case_id)
        assert [(line.name, line.due_at, line.met_at, line.rung) for line in lines] == [
            ("acknowledge", DUE + MINUTE, None, 0),
            ("resolve", DUE + 2 * MINUTE, None, 0),
        ]


def test_the_missed_ones_are_those_of_open_cases_that_nobody_met(database: Database) -> None:
    with database.writing() as connection:
        first, second, third = (open_case(connection, author_id=str(number)) for number in range(3))
        open_case(connection, account="lain")
        assert names(connection, 60) == []
        late = [(f"K-2026-000{number}", "acknowledge") for number in (1, 2, 3)]
        assert names(connection, 61) == late
        deadlines.meet(connection, first, "acknowledge", NOW)
        stored = the(cases.get(connection, "K-2026-0002"))
        assert stored.id == second
        cases.save(connection, stored, apply(stored.case, Event.RESOLVE, NOW), NOW, "resolved")
        assert names(connection, 61) == late[2:]
        (row,) = deadlines.unmet(connection, [ACCOUNT])
        assert (row.id, row.topic, row.due_at, row.rung) == (third, "antrean", DUE, 0)


def test_what_was_met_before_schema_0004_stays_met(empty_url: Callable[[], str]) -> None:
    database = at_schema("0003", empty_url())
    insert_case = (
        "INSERT INTO cases (number, account, label, topic, unit, severity, status, channel, opened_at, "
        "acknowledged_at, resolved_at) VALUES (:number, 'polowijen', 'keluhan', 'obat', '', 'biasa', :status, 'dm', "
        "'2026-11-20 01:00:00', :acknowledged_at, :resolved_at)"
    )
    with database.writing() as connection:
        for number, status, acknowledged_at, resolved_at in (
            ("K-2026-0001", "resolved", "2026-11-20 02:00:00", "2026-11-20 03:00:00"),
            ("K-2026-0002", "acknowledged", "2026-11-20 02:00:00", None),
            ("K-2026-0003", "told", None, None),
        ):
            connection.execute(
                text(insert_case),
                {
                    "number": number,
                    "status": status,
                    "acknowledged_at": acknowledged_at,
                    "resolved_at": resolved_at,
                },
            )
        connection.execute(
            text(
                "INSERT INTO deadlines (case_id, name, due_at) SELECT id, 'acknowledge', opened_at FROM cases "
                "UNION ALL SELECT id, 'resolve', opened_at FROM cases"
            )
        )
    upgrade(database.url)
    with database.reading() as connection:
        met = {
            (case.number, line.name): line.met_at and f"{line.met_at:%H:%M}"
            for case in cases.listed(connection)
            for line in deadlines.of_case(connection, case.id)
        }
    assert met == {
        ("K-2026-0001", "acknowledge"): "02:00",
        ("K-2026-0001", "resolve"): "03:00",
        ("K-2026-0002", "acknowledge"): "02:00",
        ("K-2026-0002", "resolve"): None,
        ("K-2026-0003", "acknowledge"): None,
        ("K-2026-0003", "resolve"): None,
    }
    database.close()
