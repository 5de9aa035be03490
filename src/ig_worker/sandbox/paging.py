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


def cursor_of(item: Ordered, issue: int = 0) -> str:
    """The cursor that stands at this item; it stays good when the item is gone, until another ``issue`` is current."""
    moment, number = item.order
    return base64.urlsafe_b64encode(f"{moment}:{number}:{issue}".encode()).decode().rstrip("=")


def _place(cursor: str, issue: int) -> Order:
    try:
        moment, number, issued = map(
            int, base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).split(b":")
        )
    except (ValueError, binascii.Error):
        raise invalid("Invalid cursors values") from None
    if issued != issue:
        raise invalid("Invalid cursors values")
    return moment, number


def _falling(order: Order) -> Order:
    return -order[0], -order[1]


def _rising(order: Order) -> Order:
    return order


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
    newest_first: Sequence[Item],
    limit: int,
    after: str,
    before: str,
    *,
    oldest_first: bool = False,
    issue: int = 0,
) -> tuple[list[Item], bool, bool]:
    """One page, whether there is one before it, and whether there is one after it.

    ``oldest_first`` turns the list round before it is paged.
    """
    listed = newest_first[::-1] if oldest_first else newest_first
    turned = _rising if oldest_first else _falling
    start, stop = 0, len(listed)
    if after:
        place = turned(_place(after, issue))
        start = bisect_right(listed, place, key=lambda item: turned(item.order))
        stop = min(stop, start + limit)
    elif before:
        place = turned(_place(before, issue))
        stop = bisect_left(listed, place, key=lambda item: turned(item.order))
        start = max(0, stop - limit)
    else:
        stop = min(stop, limit)
    return list(listed[start:stop]), start > 0, stop < len(listed)
