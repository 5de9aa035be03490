"""The one shape of our state machines: states, events, one table of moves, and a drawing made from the table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from ig_worker.domain.errors import IgWorkerError

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class ImpossibleMove(IgWorkerError):
    """An event that the table does not allow in this state: a mistake in a flow, or a person's late click."""

    def __init__(self, state: StrEnum, event: StrEnum) -> None:
        super().__init__(f"{event.value!r} cannot happen to something that is {state.value!r}")
        self.state = state
        self.event = event


def move(table: Mapping[tuple[State, Event], State], state: State, event: Event) -> State:
    """The state after `event`; raises :class:`ImpossibleMove` when the table has no such move."""
    try:
        return table[state, event]
    except KeyError:
        raise ImpossibleMove(state, event) from None


def diagram(table: Mapping[tuple[State, Event], State], start: State) -> str:
    """The table as a Mermaid state diagram, in the table's own order."""
    lines = ["stateDiagram-v2", f"    [*] --> {start.value}"]
    lines += [
        f"    {before.value} --> {after.value}: {event.value}" for (before, event), after in table.items()
    ]
    leaving = {before for (before, _), after in table.items() if before != after}
    ends = {state for _, state in table.items() if state not in leaving}
    lines += [f"    {state.value} --> [*]" for state in dict.fromkeys(table.values()) if state in ends]
    return "\n".join(lines)
