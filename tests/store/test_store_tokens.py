"""The access token: what is used, what is kept, and that nobody sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from store_things import ACCOUNT, NOW

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import journal
from ig_worker.store.database import Database
from ig_worker.store.tokens import StoredToken, TokenShelf, expiry

FIRST, FRESH, PASTED = "IGAA-first", "IGAA-fresh", "IGAA-pasted"
LATER = NOW + timedelta(days=30)
ENDS = NOW + timedelta(days=60)


@pytest.fixture(params=["", "kunci puskesmas"], ids=["plain", "sealed"])
def shelf(request: pytest.FixtureRequest) -> TokenShelf:
    return TokenShelf(request.param)


def current(database: Database, shelf: TokenShelf, configured: str) -> StoredToken:
    with database.writing() as connection:
        return shelf.current(connection, ACCOUNT, configured, NOW)


def known(database: Database, shelf: TokenShelf, configured: str) -> str | None:
    with database.reading() as connection:
        return shelf.known(connection, ACCOUNT, configured)


def refresh(database: Database, shelf: TokenShelf, secret: str = FRESH) -> None:
    with database.writing() as connection:
        shelf.refreshed(connection, ACCOUNT, secret, ENDS, LATER)


def at_rest(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.execute(text("SELECT secret FROM tokens")).scalar_one())


def test_the_configured_token_is_adopted_at_first(database: Database, shelf: TokenShelf) -> None:
    assert current(database, shelf, FIRST) == StoredToken(FIRST, NOW, None, None)
    assert current(database, shelf, FIRST) == StoredToken(FIRST, NOW, None, None)
    with database.reading() as connection:
        lines = [line.what for line in journal.of(connection, f"account:{ACCOUNT}")]
        assert expiry(connection, ACCOUNT) is None
    assert lines == ["adopted the access token of the configuration"]


def test_the_refreshed_token_is_used_while_the_configuration_stays(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    refresh(database, shelf)
    assert current(database, shelf, FIRST) == StoredToken(FRESH, NOW, LATER, ENDS)
    with database.reading() as connection:
        assert expiry(connection, ACCOUNT) == ENDS


def test_a_known_token_is_read_without_writing_and_a_new_one_is_not_known(
    database: Database, shelf: TokenShelf
) -> None:
    assert known(database, shelf, FIRST) is None
    current(database, shelf, FIRST)
    assert [known(database, shelf, word) for word in (FIRST, "", PASTED)] == [FIRST, FIRST, None]
    refresh(database, shelf)
    assert [known(database, shelf, word) for word in (FIRST, "", PASTED)] == [FRESH, FRESH, None]


def test_a_configuration_that_lost_its_token_lives_on_the_stored_one(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    refresh(database, shelf)
    assert current(database, shelf, "").secret == FRESH


def test_a_token_that_was_pasted_anew_wins_over_the_refreshed_one(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    refresh(database, shelf)
    assert current(database, shelf, PASTED) == StoredToken(PASTED, NOW, None, None)
    refresh(database, shelf)
    assert current(database, shelf, PASTED).secret == FRESH


def test_no_token_anywhere_says_where_to_put_one(database: Database, shelf: TokenShelf) -> None:
    with pytest.raises(Misconfigured, match="account 'polowijen' has no access token") as caught:
        current(database, shelf, "")
    assert caught.value.cure == "put one into [accounts.polowijen] access_token (or access_token_file)"


def test_with_a_key_nothing_legible_lies_in_the_database(database: Database) -> None:
    shelf = TokenShelf("kunci puskesmas")
    current(database, shelf, FIRST)
    adopted = at_rest(database)
    refresh(database, shelf)
    for secret in (adopted, at_rest(database)):
        assert secret.startswith("fernet:")
        assert "IGAA" not in secret
    with database.reading() as connection:
        everything = connection.execute(text("SELECT * FROM tokens")).all()
        lines = journal.of(connection, f"account:{ACCOUNT}")
    assert "IGAA" not in f"{everything} {lines}"


def test_a_key_that_came_later_seals_the_token_at_its_next_use(database: Database) -> None:
    current(database, TokenShelf(""), FIRST)
    refresh(database, TokenShelf(""))
    assert at_rest(database) == f"plain:{FRESH}"
    assert known(database, TokenShelf("kunci"), FIRST) is None
    assert current(database, TokenShelf("kunci"), FIRST) == StoredToken(FRESH, NOW, LATER, ENDS)
    assert at_rest(database).startswith("fernet:")
    assert known(database, TokenShelf("kunci"), FIRST) == FRESH
    assert current(database, TokenShelf("kunci"), FIRST) == StoredToken(FRESH, NOW, LATER, ENDS)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("another key", "the access token of 'polowijen' cannot be decrypted with this key"),
        ("", "the access token of 'polowijen' is encrypted, and there is no key"),
    ],
)
def test_the_wrong_key_or_none_is_told_and_a_pasted_token_helps(
    database: Database, key: str, reason: str
) -> None:
    current(database, TokenShelf("kunci puskesmas"), FIRST)
    with pytest.raises(Misconfigured) as caught:
        current(database, TokenShelf(key), FIRST)
    assert str(caught.value) == reason
    assert "or paste a new access token" in caught.value.cure
    assert "kunci" not in f"{caught.value}{caught.value.cure}"
    assert current(database, TokenShelf(key), PASTED).secret == PASTED


def test_a_token_and_its_shelf_do_not_show_it() -> None:
    token = StoredToken(FIRST, NOW, None, ENDS)
    assert FIRST not in f"{token!r} {token} {[token]}"
    assert "kunci" not in repr(TokenShelf("kunci"))


def test_accounts_have_tokens_of_their_own(database: Database, shelf: TokenShelf) -> None:
    with database.writing() as connection:
        shelf.current(connection, "polowijen", FIRST, NOW)
        shelf.current(connection, "kendalsari", PASTED, NOW)
        shelf.refreshed(connection, "kendalsari", FRESH, None, LATER)
        assert shelf.current(connection, "polowijen", FIRST, NOW).secret == FIRST
        assert shelf.current(connection, "kendalsari", PASTED, NOW) == StoredToken(FRESH, NOW, LATER, None)
