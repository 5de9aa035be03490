"""Walks through a list page by page, and never in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from ig_worker.domain.instagram import Page

Item = TypeVar("Item")


def pages(fetch: Callable[[str | None], Page[Item]], after: str | None = None) -> Iterator[Page[Item]]:
    """Every page that `fetch` gives, from the cursor `after` on; a cursor that comes a second time ends the walk."""
    seen: set[str] = set()
    while True:
        page = fetch(after)
        yield page
        after = page.after
        if after is None or after in seen:
            return
        seen.add(after)
