"""The work of several accounts at once: one that hangs or fails keeps no other one waiting."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from fakes.bench import START, HandClock
from ig_worker.clock import pause, stopwatch
from ig_worker.domain.errors import SeveralFailed, TokenExpired
from ig_worker.lanes import GIVEN_WAY, MOST_AT_ONCE, AtOnce, Work

LATER = START + timedelta(hours=1)


class Accounts:
    """Accounts whose work is noted, and may hang until it is let go."""

    def __init__(self, *names: str, hangs: str = "", fails: str = "") -> None:
        self.done: list[str] = []
        self.threads: set[str] = set()
        self.due: dict[str, datetime | None] = dict.fromkeys(names, START)
        self.let_go = threading.Event()
        self.ended = threading.Event()
        self._hangs, self._fails = hangs, fails
        works = [Work(name, lambda name=name: self._work(name), lambda name=name: self.due[name]) for name in names]  # type: ignore[misc]  # fmt: skip
        self.at_once = AtOnce(works, HandClock(START), self.ended.set)

    def _work(self, name: str) -> None:
        self.threads.add(threading.current_thread().name)
        if name == self._hangs:
            self.let_go.wait(30)
        if name in self._fails.split():
            raise TokenExpired("expired")
        self.due[name] = None
        self.done.append(name)


def test_only_what_is_due_is_done() -> None:
    accounts = Accounts("satu", "dua", "tiga")
    accounts.due |= {"dua": LATER, "tiga": None}
    accounts.at_once.run()
    assert accounts.done == ["satu"]
    assert accounts.at_once.next_moment() == LATER


def test_what_is_due_at_once_is_done_although_time_passes() -> None:
    """An account that says "now" says it before the pass reads the clock; a running clock showed nothing as due."""
    clock = HandClock(START)
    done: list[str] = []

    def now() -> datetime:
        clock.forward(timedelta(milliseconds=1))
        return clock.now()

    for names in (["satu"], ["satu", "dua"]):
        done.clear()
        AtOnce([Work(name, lambda name=name: done.append(name), now) for name in names], clock, lambda: None).run()  # type: ignore[misc]  # fmt: skip
        assert sorted(done) == sorted(names)


def test_nothing_is_begun_while_something_more_urgent_needs_the_machine() -> None:
    accounts = Accounts("satu", "dua")
    urgent = [True]
    clock = HandClock(START)
    works = [Work(name, lambda name=name: accounts.done.append(name), lambda: START) for name in ("a", "b")]  # type: ignore[misc]  # fmt: skip
    patient = AtOnce(works, clock, accounts.ended.set, lambda: urgent[0])
    patient.run()
    assert (accounts.done, patient.next_moment()) == ([], START + GIVEN_WAY)
    urgent[0] = False
    patient.run()
    assert sorted(accounts.done) == ["a", "b"]


def test_every_account_has_a_thread_while_it_works_and_one_alone_has_none() -> None:
    several = Accounts("satu", "dua", "tiga")
    several.at_once.run()
    assert several.threads == {"satu", "dua", "tiga"}
    assert {thread.name for thread in threading.enumerate()}.isdisjoint(several.threads)
    alone = Accounts("satu")
    alone.at_once.run()
    assert alone.threads == {threading.current_thread().name}
    assert not alone.ended.is_set(), "the pass has waited for them"


def test_an_account_that_hangs_keeps_no_other_one_waiting_and_says_when_it_has_ended() -> None:
    accounts = Accounts("satu", "dua", hangs="satu")
    accounts.at_once.run()
    assert accounts.done == ["dua"]
    assert accounts.at_once.next_moment() is None, "it is at work: nothing more is due of it"
    accounts.due["dua"] = START
    begun = stopwatch()
    accounts.at_once.run()
    assert accounts.done == ["dua", "dua"]
    assert stopwatch() - begun < 20
    (thread,) = accounts.at_once.under_way()
    assert thread.name == "satu"
    accounts.let_go.set()
    thread.join(10)
    assert accounts.at_once.under_way() == []
    assert accounts.ended.is_set()
    assert accounts.done == ["dua", "dua", "satu"]


def test_what_failed_is_raised_once_and_the_others_are_done() -> None:
    accounts = Accounts("satu", "dua", fails="satu")
    with pytest.raises(TokenExpired):
        accounts.at_once.run()
    assert accounts.done == ["dua"]
    accounts.due["satu"] = None
    accounts.at_once.run()


def test_all_that_failed_is_raised_by_one_pass_and_names_its_account() -> None:
    """Raised one a pass, the errors of a full disk would pile up, and a mended job would fail on for hours."""
    accounts = Accounts("satu", "dua", "tiga", fails="satu dua tiga")
    for _ in range(3):
        with pytest.raises(SeveralFailed) as raised:
            accounts.at_once.run()
        assert sorted(error.account for error in raised.value.each) == ["dua", "satu", "tiga"]
    accounts.due = dict.fromkeys(accounts.due, None)
    accounts.at_once.run()


def test_more_accounts_than_places_all_have_their_turn() -> None:
    names = [f"puskesmas-{number}" for number in range(MOST_AT_ONCE + 15)]
    accounts = Accounts(*names)
    accounts.at_once.run()
    begun = stopwatch()
    while len(accounts.done) < len(names) and stopwatch() - begun < 10:
        pause(0.01)
    assert sorted(accounts.done) == sorted(names)
