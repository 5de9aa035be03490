"""All four machines are tables: what is not in them cannot happen, and their page in the docs shows just them."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ig_worker.domain import case, notice, publication, reply
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Kind
from ig_worker.domain.machine import ImpossibleMove, diagram, move

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[2]

POST = publication.Publication(publication.Status.DRAFT, Kind.IMAGE, "Posyandu", NOW)
THANKS = reply.Reply(reply.Status.PLANNED, asked_at=NOW, due_at=NOW)
FILE = case.Case(case.Status.NEW, opened_at=NOW)
LETTER = notice.Notice(notice.Status.PENDING, written_at=NOW, next_at=NOW)


@dataclass(frozen=True)
class Machine:
    """One machine as the tests see it: its table, its start, and a thing in any state to which an event happens."""

    table: Mapping[tuple[Any, Any], StrEnum]
    start: StrEnum
    events: type[StrEnum]
    happen: Callable[[Any, Any], StrEnum]

    def pairs(self) -> list[tuple[StrEnum, StrEnum]]:
        return list(product(type(self.start), self.events))


MACHINES = {
    "publication": Machine(
        publication.TRANSITIONS,
        publication.Status.DRAFT,
        publication.Event,
        lambda state, event: (
            publication.apply(replace(POST, status=state), publication.Happened(event), NOW).status
        ),
    ),
    "reply": Machine(
        reply.TRANSITIONS,
        reply.Status.PLANNED,
        reply.Event,
        lambda state, event: reply.apply(replace(THANKS, status=state), reply.Happened(event), NOW).status,
    ),
    "case": Machine(
        case.TRANSITIONS,
        case.Status.NEW,
        case.Event,
        lambda state, event: case.apply(replace(FILE, status=state), event, NOW).status,
    ),
    "notice": Machine(
        notice.TRANSITIONS,
        notice.Status.PENDING,
        notice.Event,
        lambda state, event: notice.apply(replace(LETTER, status=state), event, NOW, notice.Rules()).status,
    ),
}
machines = pytest.mark.parametrize("name", MACHINES)


@machines
def test_every_pair_of_state_and_event_that_is_not_in_the_table_is_impossible(name: str) -> None:
    machine = MACHINES[name]
    impossible = [pair for pair in machine.pairs() if pair not in machine.table]
    assert len(impossible) + len(machine.table) == len(machine.pairs())
    for state, event in impossible:
        with pytest.raises(ImpossibleMove) as caught:
            machine.happen(state, event)
        assert (caught.value.state, caught.value.event) == (state, event)


@machines
def test_every_pair_of_state_and_event_in_the_table_leads_where_the_table_says(name: str) -> None:
    machine = MACHINES[name]
    assert {pair: machine.happen(*pair) for pair in machine.table} == dict(machine.table)


@machines
def test_every_state_can_be_reached_and_every_event_can_happen(name: str) -> None:
    machine = MACHINES[name]
    reached = {machine.start}
    while fresh := {after for (before, _), after in machine.table.items() if before in reached} - reached:
        reached |= fresh
    assert reached == set(type(machine.start))
    assert {event for _, event in machine.table} == set(machine.events)


@machines
def test_every_word_is_one_that_the_diagram_can_show(name: str) -> None:
    machine = MACHINES[name]
    assert all(state.isidentifier() for state in type(machine.start))
    assert all(":" not in event and event.isascii() for event in machine.events)


def test_an_impossible_move_is_one_of_our_errors_and_says_what_could_not_happen() -> None:
    with pytest.raises(IgWorkerError, match=r"^'approve' cannot happen to something that is 'published'$"):
        move(publication.TRANSITIONS, publication.Status.PUBLISHED, publication.Event.APPROVE)


def test_the_diagram_shows_the_start_every_move_and_the_ends() -> None:
    assert diagram(notice.TRANSITIONS, notice.Status.PENDING).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> pending",
        "    pending --> sent: arrived",
        "    pending --> pending: missed",
        "    pending --> failed: give up",
        "    failed --> pending: again",
        "    sent --> [*]",
    ]


def test_a_state_that_only_leads_to_itself_is_an_end() -> None:
    turning = {
        (reply.Status.PLANNED, reply.Event.SENT): reply.Status.SENT,
        (reply.Status.SENT, reply.Event.UNCLEAR): reply.Status.SENT,
    }
    assert diagram(turning, reply.Status.PLANNED).endswith("    sent --> sent: unclear\n    sent --> [*]")


def test_the_page_of_the_state_machines_is_not_stale() -> None:
    written = runpy.run_path(str(REPOSITORY / "scripts" / "state_diagrams"))["document"]()
    page = (REPOSITORY / "docs" / "state-machines.md").read_text("utf-8")
    assert page == written, "run .venv/bin/python scripts/state_diagrams"


@machines
def test_the_page_of_the_state_machines_explains_every_state(name: str) -> None:
    page = (REPOSITORY / "docs" / "state-machines.md").read_text("utf-8")
    section = page.partition(f"## {name.capitalize()}\n")[2].partition("\n## ")[0]
    for state in type(MACHINES[name].start):
        assert f"| `{state}` | " in section
