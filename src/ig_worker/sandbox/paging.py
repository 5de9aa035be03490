"""Pages of a list with cursors, as the Graph API gives them."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol, TypeVar

from ig_worker.sandbox.errors import invalid

Order = tuple[int, int]


class Ordered(Protocol):
    """Something with a place in its list: microseconds since 1970 and the order of its making."""

    @property
    def order(self) -> Order: ...


Item = TypeVar("Item", bound=Ordered)


def cursor_of(item: Ordered) -> str:
    """The cursor that stands at this item; it stays good when the item is gone."""
    moment, number = item.order
    return base64.urlsafe_b64encode(f"{moment}:{number}".encode()).decode().rstrip("=")


def _place(cursor: str) -> Order:
    try:
        moment, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).split(b":")
        return int(moment), int(number)
    except (ValueError, binascii.Error):
        raise invalid("Invalid cursors values") from None


def _falling(order: Order) -> Order:
    return -order[0], -order[1]


def limit_of(asked: object, default: int, most: int) -> int:
    """How many a page holds: what was asked for, never more than ``most``."""
    if asked in (None, ""):
        return default
    try:
        limit = int(str(asked))
    except ValueError:
        limit = 0
    if limit < 1:
        raise invalid("Param limit must be an integer greater than zero")
    return min(limit, most)


def page_of(
    newest_first: Sequence[Item], limit: int, after: str, before: str
) -> tuple[list[Item], bool, bool]:
    """One page, whether there is one before it, and whether there is one after it."""
    start, stop = 0, len(newest_first)
    if after:
        place = _place(after)
        start = bisect_right(newest_first, _falling(place), key=lambda item: _falling(item.order))
        stop = min(stop, start + limit)
    elif before:
        place = _place(before)
        stop = bisect_left(newest_first, _falling(place), key=lambda item: _falling(item.order))
        start = max(0, stop - limit)
    else:
        stop = min(stop, limit)
    return list(newest_first[start:stop]), start > 0, stop < len(newest_first)
