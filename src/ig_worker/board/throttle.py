"""How often somebody may try to log in: by name, by address and over all, and by a browser that was in before.

Guessing must not pay, and must not lock anybody out: a browser in which somebody has logged in before is counted by
itself for their name, so a stranger's guesses at it do not stand in its way, and no wait is longer than fifteen minutes
(OWASP authentication cheat sheet, "account lockout" and "device cookies").
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Patience:
    """So many wrong ones are free; then each costs a wait, doubled from `first` up to `longest`.

    One of them is forgotten after each `forgets`.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgets: timedelta


BY_NAME = Patience(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=15))
BY_DEVICE = BY_NAME
# A centre's people share one address.
BY_ADDRESS = Patience(20, timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=1))
# Guesses from everywhere at once are slowed down to some thirty a minute, and nothing is left of it when they end.
BY_ALL = Patience(100, timedelta(seconds=10), timedelta(seconds=60), timedelta(seconds=2))

ALL = "all"

MOST_KEPT = 20_000
"""Names and addresses: more than can be tried in the hours that a wait needs to be forgotten, while BY_ALL holds."""


@dataclass
class _Tries:
    wrong: int
    since: datetime
    """From when on the next one is forgotten."""
    until: datetime


class Held(Exception):
    """Refused without a look at the password. `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Throttle:
    """The counts of one process; a restart forgets them. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def attempt(self, keys: Sequence[tuple[str, Patience]], now: datetime) -> bool:
        """Count an attempt as wrong before it is looked at, so that many at once are no way around it.

        Returns whether the first of the keys waits from now on, and did not before. Raises Held where one has to wait;
        nothing is counted then: who keeps trying does not wait longer for it.
        """
        with self._lock:
            waits = [until for key, patience in keys if (until := self._until(key, patience, now)) > now]
            if waits:
                raise Held(max(1, math.ceil((max(waits) - now).total_seconds())))
            counted = [self._count(key, patience, now) for key, patience in keys]
            return counted[0] == keys[0][1].free

    def forgive(self, keys: Sequence[tuple[str, Patience]]) -> None:
        """The password was right: the first of the keys is forgotten, the others get this attempt back.

        Whoever has a password of their own could else guess at all the others from the same address.
        """
        with self._lock:
            self._tries.pop(keys[0][0], None)
            for key, patience in keys[1:]:
                if (tries := self._tries.get(key)) is not None:
                    tries.wrong -= 1
                    if tries.wrong < patience.free:
                        tries.until = tries.since

    def _until(self, key: str, patience: Patience, now: datetime) -> datetime:
        tries = self._tries.get(key)
        if tries is None:
            return now
        forgotten = max(0, (now - tries.since) // patience.forgets)
        tries.wrong -= forgotten
        tries.since += forgotten * patience.forgets
        if tries.wrong > 0 or tries.until > now:
            return tries.until
        del self._tries[key]
        return now

    def _count(self, key: str, patience: Patience, now: datetime) -> int:
        """One more wrong one; how many that makes."""
        tries = self._tries.setdefault(key, _Tries(0, now, now))
        self._tries.move_to_end(key)
        tries.wrong = max(0, tries.wrong) + 1
        if tries.wrong >= patience.free:
            doubled = patience.first * 2 ** min(tries.wrong - patience.free, 20)
            tries.until = now + min(doubled, patience.longest)
        while len(self._tries) > MOST_KEPT:
            self._tries.popitem(last=False)
        return tries.wrong


def keys_of(name: str, address: str, device: str) -> list[tuple[str, Patience]]:
    """What an attempt is counted under; `device` is the mark of a browser that was in with it before, or empty."""
    if device:
        return [(_short("device", device), BY_DEVICE)]
    return [
        (_short("name", name), BY_NAME),
        (_short("address", network_of(address)), BY_ADDRESS),
        (ALL, BY_ALL),
    ]


def network_of(address: str) -> str:
    """The address, or of a newer one its /64, which is one household's; whatever else it says, as it is."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(known), 64), strict=False))
    return str(known)


def _short(kind: str, value: str) -> str:
    # Names are as long as somebody makes them.
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
