"""Compares the machine's clock with others', and looks whether the dead-man's switch is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.machine import of_clock
from ig_worker.domain.checkup.media import Trouble
from ig_worker.flows.checking_up.asking import ask, reach


def the_clock(
    addresses: Sequence[str], now: Callable[[], datetime], stopwatch: Callable[[], float]
) -> Iterator[Finding]:
    """The machine's clock against the ``Date`` of the first of the addresses that says one."""
    yield of_clock(told_time(addresses, now, stopwatch))


def told_time(
    addresses: Sequence[str], now: Callable[[], datetime], stopwatch: Callable[[], float]
) -> timedelta | None:
    """How far that clock is ahead of the first of the addresses that says a ``Date``; None where none does.

    No token goes along.
    """
    for address in addresses:
        reply = ask(address, stopwatch, method="HEAD")
        if not isinstance(reply, Trouble) and (said := _moment(reply.headers.get("date", ""))):
            return now() - said
    return None


def the_ping(url: str) -> Iterator[Finding]:
    """Only the server of ``[health] ping_url`` is reached: to ask for the address would say that the worker lives."""
    if not url:
        yield found("ping", "none")
        return
    parts = urlsplit(url)
    host, tls = parts.hostname or "?", parts.scheme == "https"
    reason = reach(host, parts.port or (443 if tls else 80), tls=tls)
    yield found("ping", "silent", host=host, reason=reason) if reason else found("ping", host=host)


def _moment(date: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
