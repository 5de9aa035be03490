"""A way into the board: an address, who may take it, and what answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from ig_worker.domain.rights import Right

if TYPE_CHECKING:
    from ig_worker.board.visit import Visit

Answer = Callable[["Visit"], Response]
"""Answers a visit; called in a thread, so it may read the database and files."""


@dataclass(frozen=True)
class Way:
    """One address and method. Without `right` it stands open to everybody, also to those who are not logged in.

    A POST carries a CSRF token, or is refused before `answer` is called; `uploads` allows files in its form.
    A GET that waits for a short process (`aside`) takes no page's turn.
    """

    method: str
    path: str
    answer: Answer
    right: Right | None
    uploads: bool = False
    aside: bool = False


def get(path: str, answer: Answer, right: Right | None, *, aside: bool = False) -> Way:
    """A page that is looked at, or a file."""
    return Way("GET", path, answer, right, aside=aside)


def post(path: str, answer: Answer, right: Right | None, *, uploads: bool = False) -> Way:
    """A form that changes something."""
    return Way("POST", path, answer, right, uploads)
