"""Meta's error codes: the table against the reference, and the rules for reading it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ig_worker.domain.api_errors import ACTIONS, TABLE, UNKNOWN, judge


def test_every_action_in_the_table_is_explained() -> None:
    assert {row.action for row in TABLE} == set(ACTIONS)


def test_no_pair_of_code_and_subcode_stands_twice() -> None:
    pairs = [(row.code, row.subcode) for row in TABLE]
    assert len(pairs) == len(set(pairs))


def test_the_table_says_what_the_reference_says(shared_folder: Path) -> None:
    file = shared_folder / "reference" / "graph_errors.json"
    reference = json.loads(file.read_text("utf-8"))["errors"]
    ours = {(row.code, row.subcode): (row.action, row.proves_not_done) for row in TABLE}
    theirs = {(row["code"], row["subcode"]): (row["action"], row["proves_not_done"]) for row in reference}
    assert len(reference) > 80
    assert {pair: ours.get(pair) for pair in theirs} == theirs
    # What we add to the reference proves nothing.
    assert [row for row in TABLE if (row.code, row.subcode) not in theirs and row.proves_not_done] == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.code}/{row.subcode}")
def test_each_row_is_found_by_its_own_numbers(row) -> None:
    code = 12345 if row.code is None else row.code
    found = judge(code, row.subcode, "", 400)
    assert (found.action, found.proves_not_done, found.meaning) == (
        row.action,
        row.proves_not_done,
        row.meaning,
    )


@pytest.mark.parametrize(
    ("code", "subcode"), [(None, None), (None, 4711), (31337, None), (31337, 4711), (-2, 1)]
)
def test_an_unknown_error_is_reconciled_and_proves_nothing(code: int | None, subcode: int | None) -> None:
    assert judge(code, subcode, "boom", 400) == UNKNOWN
    assert (UNKNOWN.action, UNKNOWN.proves_not_done) == ("reconcile", False)


def test_an_unlisted_subcode_takes_the_action_of_the_bare_code() -> None:
    assert judge(4, 999, "", 400).action == "wait"
    assert judge(200, 999, "", 403).action == "reauth"


def test_an_unlisted_subcode_is_proof_only_where_all_of_that_code_is() -> None:
    assert judge(190, 999, "", 400).proves_not_done
    # 10 and 200 have messaging rows after which a message may be out.
    assert not judge(10, 999, "", 400).proves_not_done
    assert not judge(200, 999, "", 403).proves_not_done


def test_a_subcode_of_zero_is_no_subcode() -> None:
    assert judge(10, 0, "", 400) == judge(10, None, "", 400)


def test_too_few_viewers_is_no_lost_permission() -> None:
    message = "(#10) Not enough viewers for the media to show insights"
    assert judge(10, None, message, 400).action == "skip"
    assert judge(10, None, "(#10) Application does not have permission", 400).action == "reauth"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_proves_nothing_whatever_stands_in_it(status: int) -> None:
    assert judge(190, 463, "", status).action == "reauth"
    assert not judge(190, 463, "", status).proves_not_done


def test_the_spam_block_is_not_proof_that_nothing_was_published() -> None:
    assert not judge(4, 2207051, "Action is blocked", 400).proves_not_done
