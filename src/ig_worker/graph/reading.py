"""What every section needs to read lists, fields and times."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

from ig_worker.domain.errors import Refused, Unanswered
from ig_worker.domain.instagram import Page
from ig_worker.graph.answers import Found, id_text
from ig_worker.graph.session import GraphSession

Item = TypeVar("Item")

logger = logging.getLogger("ig_worker.graph")

_NO_SUCH_FIELD = re.compile(r"nonexisting field \((\w+)\)")


def read_fields(
    graph: GraphSession,
    node: str,
    path: str,
    fields: Sequence[str],
    query: Mapping[str, str] | None = None,
    *,
    expand: Callable[[str], str] = str,
) -> Found:
    """Read with as many of the fields as Meta knows; which exist differs by login and by month (section A).

    ``expand`` makes the whole field expression out of the joined names. A field refused as nonexisting is not
    asked of that kind of ``node`` again.
    """
    scope = f"fields of {node}"
    while True:
        refused = graph.refusals.of(scope)
        asked = [name for name in fields if name not in refused]
        try:
            return graph.read(path, {**(query or {}), "fields": expand(",".join(asked))})
        except Refused as error:
            words = error.said.message if error.said else ""
            unknown = _NO_SUCH_FIELD.search(words)
            if unknown is None or unknown[1] not in asked:
                raise
            graph.refusals.add(scope, unknown[1], words)


def page_of(
    what: str, found: Mapping[str, Any], parse: Callable[[Mapping[str, Any]], Item | None]
) -> Page[Item]:
    """A page of a list. An answer without a list is no empty list: it is Unanswered.

    One item that cannot be read does not take the others with it: what has no id, or is None to ``parse``, is left
    out, and the log tells how many of ``what`` that were.
    """
    listed = list_in(found)
    parsed = [parse(item) if id_text(item.get("id")) else None for item in map(mapping, listed)]
    items = tuple(item for item in parsed if item is not None)
    if len(items) < len(listed):
        logger.warning("%s: %s of %s cannot be read", what, len(listed) - len(items), len(listed))
    return Page(items, _next_cursor(mapping(found.get("paging"))))


def list_in(found: Mapping[str, Any]) -> list[Any]:
    """The list that an answer holds. Raises Unanswered where it holds none."""
    listed = found.get("data")
    if not isinstance(listed, list):
        raise Unanswered("Instagram's answer holds no list")
    return listed


def _next_cursor(paging: Mapping[str, Any]) -> str | None:
    """``next`` tells that there is more. It is an address with the token in it, so only its cursor is taken."""
    address = paging.get("next")
    if not address:
        return None
    after = id_text(mapping(paging.get("cursors")).get("after"))
    if not after and isinstance(address, str):
        after = _cursor_in(address)
    if not after:
        logger.warning("Instagram's answer has a next page, and no cursor that leads there")
    return after or None


def _cursor_in(address: str) -> str:
    """The cursor in the address of a next page, and nothing else of it."""
    query = address.partition("#")[0].partition("?")[2]
    return id_text(parse_qs(query).get("after", [""])[0])


def cursor(after: str | None) -> dict[str, str]:
    """The query that asks for the page behind a cursor."""
    return {"after": after} if after else {}


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: Meta leaves out what is empty."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def moment(value: object) -> datetime | None:
    """A time of Meta's (``2026-11-22T02:00:00+0000``) in UTC; None where it is none."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        return read.astimezone(UTC) if read is not None and read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
