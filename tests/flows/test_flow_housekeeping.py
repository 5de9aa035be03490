"""Tokens are refreshed in time and stored before they are used; what nothing needs is cleared away (section A)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.bench import ACCOUNT, START, HandClock, bench_database, plan_post
from fakes.fake_instagram import FakeInstagram, FaultPlan, Killed
from ig_worker.domain.errors import Misconfigured, TokenExpired, Unanswered, Unavailable
from ig_worker.domain.instagram import FreshToken
from ig_worker.flows.housekeeping import LEFTOVER_AGE, Housekeeper, TokenKeeper
from ig_worker.store import journal, posts
from ig_worker.store.database import Database
from ig_worker.store.tokens import StoredToken, TokenShelf, scopes
from ig_worker.uploads import Uploads

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Tokens:
    """An account whose token was pasted into the configuration at ``START``."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.shelf = TokenShelf("a passphrase")
        self.keep()

    def keeper(self, configured: str = "pasted") -> TokenKeeper:
        return TokenKeeper(ACCOUNT, configured, self.shelf, self.database, self.instagram, self.clock)

    def keep(self, configured: str = "pasted") -> None:
        self.keeper(configured).run()

    def current(self, configured: str = "pasted") -> StoredToken:
        with self.database.writing() as connection:
            return self.shelf.current(connection, ACCOUNT, configured, self.clock.now())

    def allowed(self) -> frozenset[str]:
        with self.database.reading() as connection:
            return scopes(connection, ACCOUNT)

    def refreshes(self) -> int:
        return self.instagram.calls.count("refresh_token")


@pytest.fixture
def tokens() -> Iterator[Tokens]:
    with bench_database() as database:
        yield Tokens(database)


def test_a_pasted_token_is_refreshed_a_day_after_it_was_first_seen(tokens: Tokens) -> None:
    tokens.clock.forward(DAY - timedelta(seconds=1))
    tokens.keep()
    assert (tokens.refreshes(), tokens.current().secret) == (0, "pasted")
    tokens.clock.forward(timedelta(seconds=1))
    tokens.keep()
    assert (tokens.refreshes(), tokens.current().secret) == (1, "fresh-token-1")
    assert tokens.current().expires_at == tokens.clock.now() + timedelta(seconds=5184000)


def test_what_a_fresh_token_is_allowed_is_kept(tokens: Tokens) -> None:
    class Telling(FakeInstagram):
        told: tuple[str, ...] = ("instagram_business_content_publish", "instagram_business_basic")

        def refresh_token(self) -> FreshToken:
            return FreshToken(super().refresh_token().access_token, 5184000, self.told)

    instagram = tokens.instagram = Telling(tokens.clock)
    assert tokens.allowed() == set()
    tokens.clock.forward(DAY)
    tokens.keep()
    assert tokens.allowed() == set(instagram.told)
    instagram.told = ()
    tokens.clock.forward(41 * DAY)
    tokens.keep()
    assert tokens.refreshes() == 2
    assert len(tokens.allowed()) == 2
    tokens.keep("pasted anew")
    assert tokens.allowed() == set()


def test_what_a_pages_token_is_allowed_is_asked_at_once_and_then_daily(tokens: Tokens) -> None:
    tokens.instagram.scopes = ("instagram_basic", "instagram_content_publish")
    keeper = tokens.keeper()
    keeper.run()
    keeper.run()
    assert tokens.allowed() == {"instagram_basic", "instagram_content_publish"}
    assert tokens.instagram.calls.count("token_scopes") == 1
    tokens.keep()
    assert tokens.instagram.calls.count("token_scopes") == 1
    tokens.instagram.scopes = ("instagram_basic",)
    tokens.clock.forward(23 * HOUR)
    keeper.run()
    assert len(tokens.allowed()) == 2
    tokens.clock.forward(HOUR)
    keeper.run()
    assert tokens.allowed() == {"instagram_basic"}


def test_permissions_that_cannot_be_read_stay_unknown_and_stop_nothing(tokens: Tokens) -> None:
    tokens.instagram.scopes = ("instagram_basic",)
    tokens.instagram.faults = FaultPlan({1: Unanswered("no answer")})
    keeper = tokens.keeper()
    keeper.run()
    keeper.run()
    assert (tokens.allowed(), tokens.instagram.calls) == (set(), ["token_scopes"])
    tokens.clock.forward(HOUR)
    keeper.run()
    assert tokens.allowed() == {"instagram_basic"}


def test_a_token_is_refreshed_again_when_twenty_days_are_left(tokens: Tokens) -> None:
    tokens.clock.forward(DAY)
    tokens.keep()
    tokens.clock.forward(40 * DAY)
    tokens.keep()
    assert tokens.refreshes() == 1
    tokens.clock.forward(timedelta(seconds=1))
    tokens.keep()
    tokens.keep()
    assert (tokens.refreshes(), tokens.current().secret) == (2, "fresh-token-2")


def test_where_the_end_is_unknown_it_is_refreshed_every_day(tokens: Tokens) -> None:
    class WithoutEnd(FakeInstagram):
        def refresh_token(self) -> FreshToken:
            return FreshToken(super().refresh_token().access_token, None)

    tokens.instagram = WithoutEnd(tokens.clock)
    for _ in range(3 * 24 + 1):
        tokens.keep()
        tokens.clock.forward(HOUR)
    assert tokens.refreshes() == 3
    assert tokens.current().expires_at is None


def test_a_new_token_in_the_configuration_wins_and_rests_a_day(tokens: Tokens) -> None:
    tokens.clock.forward(2 * DAY)
    tokens.keep()
    tokens.clock.forward(45 * DAY)
    tokens.keep("pasted again")
    assert (tokens.refreshes(), tokens.current("pasted again").secret) == (1, "pasted again")


@pytest.mark.parametrize("fault", [Unanswered("no answer"), TokenExpired("expired")])
def test_a_refresh_that_fails_keeps_the_old_token_and_is_tried_again(
    tokens: Tokens, fault: Exception
) -> None:
    tokens.clock.forward(DAY)
    tokens.instagram.faults = FaultPlan({1: fault})
    with pytest.raises(type(fault)):
        tokens.keep()
    assert tokens.current().secret == "pasted"
    tokens.keep()
    assert tokens.current().secret == "fresh-token-2"


def test_after_a_refresh_that_failed_the_next_one_waits_an_hour(tokens: Tokens) -> None:
    tokens.clock.forward(DAY)
    tokens.instagram.faults = FaultPlan({1: Unanswered("no answer")})
    keeper = tokens.keeper()
    with pytest.raises(Unanswered):
        keeper.run()
    for _ in range(59):
        tokens.clock.forward(timedelta(minutes=1))
        keeper.run()
    assert tokens.refreshes() == 1
    tokens.clock.forward(timedelta(minutes=1))
    keeper.run()
    assert tokens.current().secret == "fresh-token-2"
    keeper.run()
    assert tokens.refreshes() == 2


def test_a_token_that_cannot_be_refreshed_is_left_as_it_is(tokens: Tokens) -> None:
    tokens.clock.forward(DAY)
    tokens.instagram.faults = FaultPlan({1: Unavailable("a Page's token has no date")})
    tokens.keep()
    assert (tokens.refreshes(), tokens.current().secret) == (1, "pasted")


def test_a_kill_at_the_refresh_leaves_the_old_token(tokens: Tokens) -> None:
    tokens.clock.forward(DAY)
    tokens.instagram.faults = FaultPlan({1: "die_after"})
    with pytest.raises(Killed):
        tokens.keep()
    assert tokens.current().secret == "pasted"


def test_the_token_stands_nowhere_in_clear_words(tokens: Tokens, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    tokens.clock.forward(DAY)
    tokens.keep()
    with tokens.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT secret, adopted FROM tokens").one()
        lines = [line.what for line in journal.of(connection, f"account:{ACCOUNT}")]
    everything = f"{kept} {lines} {caplog.text} {tokens.current()!r}"
    assert "fresh-token" not in everything
    assert "pasted" not in everything
    assert lines == ["adopted the access token of the configuration", "refreshed the access token"]


class Room:
    """Staged files, all of them old enough."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.asked: list[timedelta] = []

    def leftovers(self, known: Collection[str], age: timedelta) -> list[str]:
        self.asked.append(age)
        return sorted(self.names - set(known))

    def unstage(self, name: str) -> None:
        self.names.discard(name)

    def sweep(self, age: timedelta) -> None:
        self.asked.append(age)


@pytest.mark.parametrize(
    ("status", "needed"),
    [
        ("approved", True),
        ("preparing", True),
        ("ready", True),
        ("unconfirmed", True),
        ("draft", False),
        ("held", False),
        ("failed", False),
        ("cancelled", False),
    ],
)
def test_a_staged_file_is_served_as_long_as_its_post_may_need_it(
    status: str, needed: bool, tmp_path: Path
) -> None:
    room = Room("of-the-post.jpg", "left-behind.jpg")
    with bench_database() as database:
        with database.writing() as connection:
            post_id = plan_post(connection, at=START, status=status)
            posts.set_staged(connection, post_id, 0, "of-the-post.jpg")
        Housekeeper(database, room, Uploads(tmp_path), HandClock(), [ACCOUNT]).run()
    assert room.names == ({"of-the-post.jpg"} if needed else set())
    assert room.asked == [LEFTOVER_AGE, LEFTOVER_AGE], "what is served, and what is half done"


def test_posts_of_an_account_that_the_configuration_has_lost_do_not_wait_in_silence(tmp_path: Path) -> None:
    with bench_database() as database:
        with database.writing() as connection:
            for key, status in (("P-1", "approved"), ("P-2", "publishing"), ("P-3", "cancelled")):
                plan_post(connection, key=key, status=status, intent_at=START)
        clock = HandClock()
        Housekeeper(
            database, Room(), Uploads(tmp_path), clock, ["blimbing"]
        ).run()  # another worker may be at it
        clock.forward(4 * HOUR)
        Housekeeper(database, Room(), Uploads(tmp_path), clock, [ACCOUNT]).run()
        with pytest.raises(Misconfigured, match="2 of polowijen"):
            Housekeeper(database, Room(), Uploads(tmp_path), clock, ["blimbing"]).run()


def test_what_nobody_took_for_a_day_is_removed(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    fresh, old = uploads.begin(1, "impor"), uploads.begin(1, "impor")
    left, other = tmp_path / "imports" / "kiriman-x", tmp_path / "uploads" / "not-ours"
    for folder in (left, other):
        folder.mkdir(parents=True)
    two_days_ago = left.stat().st_mtime - 2 * 86_400
    for folder in (old.folder, left, other):
        os.utime(folder, (two_days_ago, two_days_ago))
    with bench_database() as database:
        Housekeeper(database, Room(), uploads, HandClock(), [ACCOUNT]).run()
    assert (fresh.folder.exists(), old.folder.exists(), left.exists()) == (True, False, False)
    assert other.exists(), "what is no upload is left alone"
