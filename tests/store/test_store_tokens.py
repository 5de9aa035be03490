"""The access token: what is used, what is kept, and that nobody sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from store_things import ACCOUNT, NOW

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import journal
from ig_worker.store.database import Database
from ig_worker.store.stored_token import Refusal, StoredToken, Verdict
from ig_worker.store.tokens import TokenShelf, expiry

FIRST, FRESH, PASTED = "IGAA-first", "IGAA-fresh", "IGAA-pasted"
LATER = NOW + timedelta(days=30)
ENDS = NOW + timedelta(days=60)
FRESHLY_KEPT = StoredToken(FRESH, NOW, LATER, ENDS, proved_at=LATER, checked_at=LATER)


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
        before = shelf.known(connection, ACCOUNT, "") or ""
        shelf.refreshed(connection, ACCOUNT, secret, ENDS, LATER, of=before)
        shelf.proved(connection, ACCOUNT, secret, LATER)


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
    assert current(database, shelf, FIRST) == FRESHLY_KEPT
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
    assert current(database, TokenShelf("kunci"), FIRST) == FRESHLY_KEPT
    assert at_rest(database).startswith("fernet:")
    assert known(database, TokenShelf("kunci"), FIRST) == FRESH
    assert current(database, TokenShelf("kunci"), FIRST) == FRESHLY_KEPT


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
        assert shelf.refreshed(connection, "kendalsari", FRESH, None, LATER, of=PASTED)
        assert shelf.current(connection, "polowijen", FIRST, NOW).secret == FIRST
        kept = shelf.current(connection, "kendalsari", PASTED, NOW)
        assert kept == StoredToken(FRESH, NOW, LATER, None, previous=PASTED)


def test_the_token_before_lies_beside_the_fresh_one_until_that_is_proven(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    with database.writing() as connection:
        shelf.refreshed(connection, ACCOUNT, FRESH, ENDS, LATER, of=FIRST)
    stored = current(database, shelf, FIRST)
    assert (stored.secret, stored.previous, stored.is_unproven) == (FRESH, FIRST, True)
    with database.writing() as connection:
        assert shelf.proved(connection, ACCOUNT, FRESH, LATER) is False, "no stop was over"
    stored = current(database, shelf, FIRST)
    assert (stored.previous, stored.is_unproven) == ("", False)


def test_a_fresh_token_that_is_refused_changes_places_with_the_one_before_once(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    with database.writing() as connection:
        shelf.refreshed(connection, ACCOUNT, FRESH, ENDS, LATER, of=FIRST)
        assert shelf.refused(connection, ACCOUNT, FRESH, "190/467", LATER) is Verdict.WENT_BACK
    stored = current(database, shelf, FIRST)
    assert (stored.secret, stored.previous, stored.expires_at) == (FIRST, FRESH, None)
    assert (stored.went_back_at, stored.refused_at) == (LATER, None)
    with database.writing() as connection:
        assert shelf.refused(connection, ACCOUNT, FRESH, "190/467", LATER) is Verdict.ANOTHER
        assert shelf.refused(connection, ACCOUNT, FIRST, "190/463", LATER) is Verdict.DEAD
        assert shelf.refused(connection, ACCOUNT, FIRST, "190/463", LATER) is Verdict.KNOWN
        assert shelf.refusal(connection, ACCOUNT, FIRST) == Refusal(LATER, "190/463")
        assert shelf.proved(connection, ACCOUNT, FRESH, LATER) is True
    stored = current(database, shelf, FIRST)
    assert (stored.secret, stored.previous, stored.expires_at) == (FRESH, "", ENDS)
    assert stored.refused_at is None


def test_an_exchanged_token_wins_over_the_one_that_stands_in_the_configuration(
    database: Database, shelf: TokenShelf
) -> None:
    with database.writing() as connection:
        shelf.exchanged(connection, ACCOUNT, FRESH, FIRST, ENDS, NOW, scopes=["instagram_basic"])
    assert current(database, shelf, FIRST) == StoredToken(FRESH, NOW, None, ENDS, proved_at=NOW)
    assert current(database, shelf, "").secret == FRESH
    assert known(database, shelf, PASTED) is None, "another one pasted there wins"
    assert current(database, shelf, PASTED).secret == PASTED


def test_who_read_the_configuration_earlier_puts_no_token_back(database: Database) -> None:
    """A token is pasted, and only the worker is started again: the board still knows the one before."""
    board = TokenShelf("", NOW - timedelta(hours=1))
    current(database, board, FIRST)
    worker = TokenShelf("", NOW)
    assert current(database, worker, PASTED).secret == PASTED
    refresh(database, worker)
    assert known(database, board, FIRST) == FRESH
    assert current(database, board, FIRST) == current(database, worker, PASTED)
    assert current(database, TokenShelf("", LATER), FIRST).secret == FIRST, "somebody pasted it once more"


def test_an_exchange_without_the_worker_s_configuration_lasts(database: Database) -> None:
    """The worker has the first token from its unit's environment, of which a terminal knows nothing."""
    worker = TokenShelf("", NOW - timedelta(hours=1))
    current(database, worker, FIRST)
    with database.writing() as connection:
        TokenShelf("", NOW).exchanged(connection, ACCOUNT, FRESH, "", ENDS, NOW)
    assert current(database, worker, FIRST).secret == FRESH
    assert current(database, TokenShelf("", LATER), FIRST).secret == FRESH, "after its next start as well"


def test_an_exchange_with_an_edited_configuration_lasts_before_the_worker_starts_again(
    database: Database,
) -> None:
    worker = TokenShelf("", NOW - timedelta(hours=1))
    current(database, worker, FIRST)
    with database.writing() as connection:
        TokenShelf("", NOW).exchanged(connection, ACCOUNT, FRESH, PASTED, ENDS, NOW)
    assert known(database, worker, FIRST) == FRESH


def test_an_exchanged_token_not_tried_yet_keeps_the_old_one_beside_it(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    with database.writing() as connection:
        shelf.exchanged(connection, ACCOUNT, FRESH, FIRST, ENDS, LATER, proven=False)
    stored = current(database, shelf, FIRST)
    assert (stored.secret, stored.previous, stored.is_unproven) == (FRESH, FIRST, True)


def test_a_copy_without_the_token_takes_the_one_of_the_configuration(
    database: Database, shelf: TokenShelf
) -> None:
    current(database, shelf, FIRST)
    with database.writing() as connection:
        connection.execute(text("UPDATE tokens SET secret = ''"))
        assert shelf.refusal(connection, ACCOUNT, FIRST) is None
    assert current(database, shelf, FIRST).secret == FIRST


def test_the_token_before_is_sealed_by_a_key_that_came_later(database: Database) -> None:
    current(database, TokenShelf(""), FIRST)
    with database.writing() as connection:
        TokenShelf("").refreshed(connection, ACCOUNT, FRESH, ENDS, LATER, of=FIRST)
    assert current(database, TokenShelf("kunci"), FIRST).previous == FIRST
    with database.reading() as connection:
        kept = connection.execute(text("SELECT secret, previous FROM tokens")).one()
    assert all(each.startswith("fernet:") for each in kept)
