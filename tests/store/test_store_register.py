"""The register as it lies on the shelves: few queries, whatever the number of cases; the same on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert, select, update
from store_things import MINUTE, NOW, add_case, add_message

from ig_worker.domain.register import Due, Proof
from ig_worker.store import cases, chain, register, taken_back
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import accounts as account_table
from ig_worker.store.schema import cases as case_table
from ig_worker.store.schema import messages as message_table


def case_with_message(connection: Connection, n: int, **changes: Any) -> int:
    """A case with one message and one piece of evidence."""
    stored = cases.get(connection, add_case(connection, **changes))
    assert stored is not None
    message = add_message(connection, f"c-{n}", text=f"isi {n}")
    cases.join(connection, stored.id, message.id)
    piece = {
        "case_id": stored.id, "message_id": message.id, "account": stored.row.account, "path": f"{n}.png",
        "sha256": "a" * 64, "json_path": f"{n}.json", "json_sha256": "b" * 64, "made_at": NOW,
    }  # fmt: skip
    chain.hang(connection, piece)
    return stored.id


def test_a_case_comes_with_what_was_said_due_and_kept(database: Database) -> None:
    with database.writing() as connection:
        case_id = case_with_message(connection, 1, plan="Tambah loket")
        cases.join(connection, case_id, add_message(connection, "c-2", text="lagi", sent_at=NOW + MINUTE).id)
        (found,) = register.cases_of(connection)
        (kept,) = register.chains(connection)
        head = chain.head(connection, found.account)
    assert (found.number, found.plan, [said.text for said in found.said]) == (
        "K-2026-0001",
        "Tambah loket",
        ["isi 1", "lagi"],
    )
    assert found.due == (Due("acknowledge", NOW + 60 * MINUTE, None),)
    assert found.proofs == (Proof("1.png", "a" * 64),)
    assert (kept.pieces, kept.head) == (1, head)


def test_ten_times_the_cases_take_no_more_queries(database: Database) -> None:
    def queries() -> int:
        asked: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(database.engine, "before_cursor_execute", count)
        with database.reading() as connection:
            register.cases_of(connection)
            register.chains(connection)
        event.remove(database.engine, "before_cursor_execute", count)
        return len(asked)

    with database.writing() as connection:
        for n in range(3):
            case_with_message(connection, n)
    few = queries()
    with database.writing() as connection:
        for n in range(3, 30):
            case_with_message(connection, n)
    assert queries() == few


def test_a_span_and_an_account_choose_the_cases(database: Database) -> None:
    with database.writing() as connection:
        for n, at in enumerate((NOW - timedelta(days=9), NOW, NOW + timedelta(days=9))):
            case_with_message(connection, n, opened_at=at)
        account = {"name": "arjosari", "ig_user_id": "17841400000000002", "username": ""}
        connection.execute(insert(account_table).values(**account))
        case_with_message(connection, 9, account="arjosari", opened_at=NOW)
        ours = register.cases_of(connection, begin=NOW, end=NOW + timedelta(days=9))
        assert [case.number for case in ours] == ["K-2026-0002", "K-2026-0004"]
        theirs = register.cases_of(connection, account="arjosari")
        assert [case.number for case in theirs] == ["K-2026-0004"]
        assert [line.account for line in register.chains(connection)] == sorted({"arjosari", ours[0].account})
        assert register.open_from_before(connection, NOW) == ["K-2026-0001"]
        connection.execute(update(case_table).values(status="resolved"))
        assert register.open_from_before(connection, NOW) == []


def test_what_was_taken_back_has_lost_its_words(database: Database) -> None:
    with database.writing() as connection:
        case_with_message(connection, 1)
        # Gone is not taken back: only what is proven to be loses its words.
        connection.execute(update(message_table).values(deleted=True, channel="dm"))
        said = register.cases_of(connection)[0].said[0]
        assert (said.text, said.deleted, said.taken_back) == ("isi 1", True, False)
        message = connection.execute(select(message_table)).one()
        taken_back.hide(connection, message, NOW)
        said = register.cases_of(connection)[0].said[0]
        assert (said.taken_back, said.text) == (True, "")


def test_a_deadline_without_its_time_is_met_by_the_cases_own(database: Database) -> None:
    with database.writing() as connection:
        case_with_message(connection, 1, acknowledged_at=NOW + 5 * MINUTE, first_response_at=NOW + 3 * MINUTE)
        (found,) = register.cases_of(connection)
    assert found.due[0].met_at == NOW + 3 * MINUTE
