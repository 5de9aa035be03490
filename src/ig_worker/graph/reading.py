"""What every section needs to read lists, fields and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from ig_worker.domain.errors import Refused, Unanswered
from ig_worker.domain.instagram import Page
from ig_worker.graph.answers import kept_text, whole_number
from ig_worker.graph.session import GraphSession

Item = TypeVar("Item")

_NO_SUCH_FIELD = re.compile(r"nonexisting field \((\w+)\)")


def read_fields(
    graph: GraphSession,
    node: str,
    path: str,
    fields: Sequence[str],
    query: Mapping[str, str] | None = None,
    *,
    expand: Callable[[str], str] = str,
) -> dict[str, Any]:
    """Read with as many of the fields as Meta knows; which exist differs by login and by month (section A).

    ``expand`` makes the whole field expression out of the joined names. A field refused as nonexisting is not
    asked of that kind of ``node`` again.
    """
    refused = graph.refusals.setdefault(f"fields of {node}", {})
    while True:
        asked = [name for name in fields if name not in refused]
        try:
            return graph.read(path, {**(query or {}), "fields": expand(",".join(asked))})
        except Refused as error:
            words = error.said.message if error.said else ""
            unknown = _NO_SUCH_FIELD.search(words)
            if unknown is None or unknown[1] not in asked:
                raise
            refused[unknown[1]] = words


def page_of(found: Mapping[str, Any], parse: Callable[[Mapping[str, Any]], Item]) -> Page[Item]:
    """A page of a list. An answer without a list is no empty list: it is Unanswered.

    ``paging.next`` only tells that there is more; the cursor is what is kept, because the address in ``next``
    holds the token.
    """
    items = found.get("data")
    if not isinstance(items, list):
        raise Unanswered("Instagram's answer holds no list")
    paging = mapping(found.get("paging"))
    after = kept_text(mapping(paging.get("cursors")).get("after")) if paging.get("next") else ""
    return Page(tuple(parse(mapping(item)) for item in items), after or None)


def cursor(after: str | None) -> dict[str, str]:
    """The query that asks for the page behind a cursor."""
    return {"after": after} if after else {}


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: Meta leaves out what is empty."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def id_of(item: Mapping[str, Any]) -> str:
    """An id, as the string it always is with us. Raises Unanswered where there is none."""
    value = item.get("id")
    number = whole_number(value)
    ig_id = kept_text(value) or ("" if number is None else str(number))
    if not ig_id:
        raise Unanswered("Instagram's answer holds something without an id")
    return ig_id


def moment(value: object) -> datetime:
    """A time of Meta's (``2026-11-22T02:00:00+0000``) in UTC. Raises Unanswered where it is none."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Unanswered("Instagram's answer holds something without a time")
    return read.astimezone(UTC)
