"""Tokens are refreshed in time, stored before use, proven by use, and warned of before they end (section A)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from token_desk import DAY, FACEBOOK, HOUR, LOGIN, PASTED, TokenDesk, token_desk

from fakes.bench import ACCOUNT, START
from fakes.instagram_faults import said
from ig_worker.domain.errors import ApiError, TokenExpired, Unanswered, Unavailable
from ig_worker.domain.instagram import FreshToken, TokenFacts
from ig_worker.store import journal
from ig_worker.store.tokens import TokenShelf

SCOPES = ("instagram_basic", "instagram_content_publish")


@pytest.fixture
def desk() -> Iterator[TokenDesk]:
    with token_desk() as desk:
        desk.keep()
        yield desk


@pytest.fixture
def page() -> Iterator[TokenDesk]:
    """Facebook Login, with a Page's token."""
    with token_desk(FACEBOOK, days=None) as desk:
        desk.meta.facts = TokenFacts(True, None, START + 90 * DAY, SCOPES, "PAGE")
        yield desk


# Refreshing.


def test_a_pasted_token_is_refreshed_a_day_after_it_was_first_seen_and_its_end_is_unknown_till_then(
    desk: TokenDesk,
) -> None:
    desk.clock.forward(DAY - timedelta(seconds=1))
    desk.keep()
    assert (desk.meta.calls, desk.current().expires_at) == ([], None)
    desk.clock.forward(timedelta(seconds=1))
    desk.keep()
    fresh = desk.current()
    assert fresh.secret.startswith("IGfresh")
    assert fresh.expires_at == desk.clock.now() + 60 * DAY
    assert (fresh.proved_at, fresh.previous) == (desk.clock.now(), "")
    assert desk.meta.calls == [("refresh_token", PASTED), ("profile", fresh.secret)]
    desk.keep()
    assert len(desk.meta.calls) == 2


def test_what_a_fresh_token_is_allowed_is_kept(desk: TokenDesk) -> None:
    told = ("instagram_business_content_publish", "instagram_business_basic")
    desk.meta.told = lambda fresh: replace(fresh, scopes=told)
    desk.pass_days(1)
    assert desk.allowed() == set(told)
    desk.meta.told = lambda fresh: fresh
    desk.pass_days(41, 12 * HOUR)
    assert (len(desk.meta.asked("refresh_token")), len(desk.allowed())) == (2, 2)
    desk.meta.issue("IGanew")
    desk.keep("IGanew")
    assert desk.allowed() == set()


def test_a_token_is_refreshed_again_when_fewer_than_twenty_days_are_left(desk: TokenDesk) -> None:
    desk.pass_days(1)
    desk.pass_days(40, 8 * HOUR)
    assert len(desk.meta.asked("refresh_token")) == 1
    desk.clock.forward(timedelta(seconds=1))
    desk.keep()
    desk.keep()
    assert len(desk.meta.asked("refresh_token")) == 2
    assert desk.titles() == []


def test_in_a_year_nine_refreshes_and_not_a_word(desk: TokenDesk) -> None:
    desk.pass_days(365, 12 * HOUR)
    assert len(desk.meta.asked("refresh_token")) == 9
    assert desk.meta.takes(desk.current().secret)
    assert desk.titles() == []


@pytest.mark.parametrize(
    "expires_in", [None, 0, -5, 31_536_000 * 32, 10**18], ids=["none", "zero", "negative", "2058", "huge"]
)
def test_an_end_that_cannot_be_is_unknown_and_the_token_is_refreshed_again_after_a_day(
    desk: TokenDesk, expires_in: int | None
) -> None:
    desk.meta.told = lambda fresh: FreshToken(fresh.access_token, expires_in)
    desk.pass_days(3)
    assert len(desk.meta.asked("refresh_token")) == 3
    assert desk.current().expires_at is None
    assert desk.meta.takes(desk.current().secret)
    desk.meta.told = lambda fresh: fresh
    desk.pass_days(2)
    assert desk.current().expires_at is not None
    assert len(desk.meta.asked("refresh_token")) == 4


def test_the_same_token_with_a_later_end_needs_no_proof(desk: TokenDesk) -> None:
    desk.meta.told = lambda fresh: FreshToken(PASTED, 5_184_000)
    desk.pass_days(1)
    assert desk.meta.asked("profile") == []
    token = desk.current()
    assert (token.secret, token.previous, token.proved_at) == (PASTED, "", desk.clock.now())


def test_a_new_token_in_the_configuration_wins_and_rests_a_day(desk: TokenDesk) -> None:
    desk.pass_days(46, 8 * HOUR)
    desk.meta.issue("IGanew")
    desk.keep("IGanew")
    assert (len(desk.meta.asked("refresh_token")), desk.current("IGanew").secret) == (2, "IGanew")


@pytest.mark.parametrize("fault", ["lost_before", Unanswered("Instagram's answer holds no token")])
def test_a_refresh_that_fails_keeps_the_old_token_and_is_tried_again_an_hour_later_whoever_is_started(
    desk: TokenDesk, fault: str | Exception
) -> None:
    desk.clock.forward(DAY)
    desk.meta.fate = lambda moment: fault
    with pytest.raises(Unanswered):
        desk.keep()
    for _ in range(59):
        desk.clock.forward(timedelta(minutes=1))
        desk.keep()
    assert len(desk.meta.asked("refresh_token")) == 1
    desk.meta.fate = lambda moment: ""
    desk.clock.forward(timedelta(minutes=1))
    desk.keep()
    assert desk.current().secret.startswith("IGfresh")
    assert desk.fact("refresh") is None


def test_who_asks_for_the_job_does_not_wait_for_the_hour(desk: TokenDesk) -> None:
    desk.clock.forward(DAY)
    desk.meta.fate = lambda moment: "lost_before"
    with pytest.raises(Unanswered):
        desk.keep()
    desk.meta.fate = lambda moment: ""
    desk.rules = replace(LOGIN, at_any_time=True)
    desk.keep()
    assert desk.current().secret.startswith("IGfresh")


def test_a_token_that_came_while_another_was_refreshed_stays(desk: TokenDesk) -> None:
    desk.clock.forward(DAY)

    def paste(fresh: FreshToken) -> FreshToken:
        with desk.database.writing() as connection:
            desk.shelf.exchanged(connection, ACCOUNT, "IGanew", PASTED, None, desk.clock.now())
        return fresh

    desk.meta.told = paste
    desk.keep()
    assert desk.current().secret == "IGanew"


# Proving.


def test_where_nothing_is_heard_the_fresh_token_is_proven_later_and_the_old_one_stays_so_long(
    desk: TokenDesk,
) -> None:
    desk.clock.forward(DAY)
    desk.meta.fate = lambda moment: "lost_before" if moment == "call 2" else ""
    with pytest.raises(Unanswered):
        desk.keep()
    assert desk.current().previous == PASTED
    desk.keep()
    assert len(desk.meta.asked("profile")) == 1, "not at every pass"
    desk.clock.forward(timedelta(minutes=10))
    desk.keep()
    assert desk.current().previous == ""
    assert len(desk.meta.asked("refresh_token")) == 1


@pytest.mark.parametrize("heard_by", ["the keeper", "another lane"])
def test_a_fresh_token_that_is_refused_is_let_go_once_and_loudly(
    desk: TokenDesk, heard_by: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.pass_days(1)
    desk.clock.forward(41 * DAY)
    before = desk.current()
    desk.meta.fresh_is_dead = 467
    if heard_by == "another lane":
        proof = f"call {len(desk.meta.calls) + 2}"
        desk.meta.fate = lambda moment: "lost_before" if moment == proof else ""
        with pytest.raises(Unanswered):
            desk.keep()
        desk.refusals().refused(desk.current().secret, "190/467")
        desk.clock.forward(timedelta(minutes=10))
    desk.keep()
    after = desk.current()
    assert after.secret == before.secret, "the old one is in use again"
    assert after.expires_at == before.expires_at
    assert after.refused_at is None
    assert "is used again" in caplog.text
    assert [title for title in desk.titles() if "ditolak" in title] == [
        "Akun polowijen: token yang baru diperpanjang ditolak Instagram"
    ]
    refreshed = len(desk.meta.asked("refresh_token"))
    for _ in range(23):
        desk.keep()
        desk.clock.forward(timedelta(minutes=55))
    assert len(desk.meta.asked("refresh_token")) == refreshed, "no loop"


def test_where_both_are_refused_the_account_stops_and_whichever_lives_first_is_taken(desk: TokenDesk) -> None:
    desk.meta.fresh_is_dead = 0
    desk.meta.old_dies = True
    desk.clock.forward(DAY)
    with pytest.raises(TokenExpired):
        desk.keep()
    token = desk.current()
    assert (token.secret, token.refused_as) == (PASTED, "190/467")
    assert token.previous.startswith("IGfresh"), "the only one that may live"
    desk.meta.revive(token.previous)
    desk.clock.forward(DAY)
    desk.keep()
    after = desk.current()
    assert (after.secret, after.previous, after.refused_at) == (token.previous, "", None)
    assert after.expires_at == desk.clock.now() + 59 * DAY
    assert desk.titles()[-1] == "Akun polowijen berjalan lagi"


# A dead token.


def test_a_190_stops_the_account_with_one_letter_and_the_way_back(
    desk: TokenDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.meta.kill(PASTED)
    for _ in range(5):
        with pytest.raises(TokenExpired) as caught:
            desk.meta.door(PASTED).profile()
        assert caught.value.said is not None
        desk.refusals().heard(PASTED, caught.value.said)
    token = desk.current()
    assert (token.refused_at, token.refused_as) == (START, "190/463")
    assert desk.titles() == ["Akun polowijen berhenti: token akses Instagram tidak diterima"]
    assert "ig-worker token exchange --short --account polowijen" in desk.bodies()
    assert "masa berlaku token sudah habis" in desk.bodies()
    assert caplog.text.count("its jobs stop") == 1


def test_a_refusal_of_a_token_that_is_not_in_use_means_nothing(desk: TokenDesk) -> None:
    desk.refusals().refused("IGanother", "190")
    assert (desk.current().refused_at, desk.titles()) == (None, [])


def test_a_stopped_account_is_reminded_of_daily_at_most_and_then_weekly(desk: TokenDesk) -> None:
    desk.meta.kill(PASTED)
    desk.refusals().refused(PASTED, "190/463")
    desk.pass_days(30)
    told = desk.titles()
    assert told[:3] == [
        "Akun polowijen berhenti: token akses Instagram tidak diterima",
        "Akun polowijen sudah 1 hari berhenti: token akses Instagram tidak diterima",
        "Akun polowijen sudah 2 hari berhenti: token akses Instagram tidak diterima",
    ]
    assert len(told) == 1 + 7 + 3


@pytest.mark.parametrize(("subcode", "looks"), [(None, 4), (459, 4), (463, 1), (460, 1)])
def test_a_refused_token_is_tried_now_and_then_for_meta_may_have_been_wrong(
    desk: TokenDesk, subcode: int | None, looks: int
) -> None:
    desk.meta.kill(PASTED, subcode)
    desk.refusals().refused(PASTED, "190" if subcode is None else f"190/{subcode}")
    desk.pass_days(1)
    assert desk.meta.calls == [("profile", PASTED)] * looks
    desk.meta.revive(PASTED)
    desk.pass_days(1)
    assert desk.current().refused_at is None
    assert "Akun polowijen berjalan lagi" in desk.titles()


def test_a_refusal_that_was_meta_s_own_trouble_is_over_before_a_post_is_too_late(desk: TokenDesk) -> None:
    desk.meta.kill(PASTED, None)
    desk.refusals().refused(PASTED, "190")
    desk.pass_days(20 / 1440, timedelta(minutes=1))
    desk.meta.revive(PASTED)
    desk.pass_days(15 / 1440, timedelta(minutes=1))
    assert desk.current().refused_at is None
    assert len(desk.meta.calls) <= 3


def test_a_refresh_by_a_clock_that_was_ahead_is_not_the_last_one(desk: TokenDesk) -> None:
    """The end that was written down is as far off as the clock was; nobody would be warned before the real one."""
    desk.pass_days(5)
    before, begun = len(desk.meta.asked("refresh_token")), desk.clock.now()
    ahead = 45 * DAY
    desk.clock.forward(ahead)
    desk.keep()
    assert len(desk.meta.asked("refresh_token")) == before + 1
    fresh = desk.meta.lives[desk.current().secret]
    fresh.born, fresh.ends = begun, begun + 60 * DAY  # Meta's own clock was right
    desk.clock.forward(HOUR - ahead)
    desk.pass_days(2)
    assert desk.titles() == []
    token = desk.current()
    assert desk.meta.takes(token.secret)
    assert token.expires_at == desk.meta.lives[token.secret].ends


def test_nothing_but_a_look_is_asked_with_a_refused_token(desk: TokenDesk) -> None:
    desk.meta.kill(PASTED)
    desk.refusals().refused(PASTED, "190/463")
    desk.pass_days(45, 6 * HOUR)
    assert set(desk.meta.calls) == {("profile", PASTED)}


def test_a_pasted_token_ends_the_stop(desk: TokenDesk) -> None:
    desk.refusals().refused(PASTED, "190/463")
    desk.meta.issue("IGanew")
    with desk.database.reading() as connection:
        assert desk.shelf.refusal(connection, ACCOUNT, PASTED) is not None
        assert desk.shelf.refusal(connection, ACCOUNT, "IGanew") is None
    desk.keep("IGanew")
    assert desk.current("IGanew").refused_at is None


def test_a_refresh_refused_with_190_stops_the_account_only_where_the_token_is_not_taken_elsewhere(
    desk: TokenDesk,
) -> None:
    desk.clock.forward(DAY)
    dead = TokenExpired("no", said=_190())
    desk.meta.fate = lambda moment: dead if moment == "call 1" else ""
    with pytest.raises(TokenExpired):
        desk.keep()
    assert desk.current().refused_at is None
    desk.meta.kill(PASTED)
    desk.clock.forward(HOUR)
    with pytest.raises(TokenExpired):
        desk.keep()
    assert desk.current().refused_as == "190/463"


def _190() -> ApiError:
    return said(190, None, "Invalid")


def test_token_refresh_by_hand_finds_out_that_a_refused_token_lives(desk: TokenDesk) -> None:
    desk.refusals().refused(PASTED, "190")
    desk.clock.forward(DAY)
    kept = desk.keeper().refresh_now()
    assert kept.secret.startswith("IGfresh")
    assert kept.refused_at is None
    assert "Akun polowijen berjalan lagi" in desk.titles()


def test_token_refresh_by_hand_of_a_dead_token_says_so_and_changes_nothing(desk: TokenDesk) -> None:
    desk.meta.kill(PASTED)
    desk.refusals().refused(PASTED, "190/463")
    with pytest.raises(TokenExpired):
        desk.keeper().refresh_now()
    assert desk.current().refused_at == START


# Warnings.


def test_each_step_is_told_once(desk: TokenDesk) -> None:
    desk.pass_days(1)
    desk.meta.fate = lambda moment: "lost_before"
    desk.pass_days(61, 6 * HOUR)
    assert desk.titles() == [
        f"Akun polowijen: token akses Instagram habis {left}"
        for left in ("dalam 19 hari", "dalam 10 hari", "dalam 5 hari", "dalam 2 hari", "dalam 1 hari")
    ]
    assert "Sudah dicoba diperpanjang, tetapi belum berhasil" in desk.bodies()
    assert "24 Januari" not in desk.bodies()
    assert "25/01/2027 pukul 07.30" in desk.bodies()


def test_one_that_comes_late_tells_the_nearest_step_only(desk: TokenDesk) -> None:
    desk.pass_days(1)
    desk.meta.fate = lambda moment: "lost_before"
    desk.clock.forward(56 * DAY)
    desk.pass_days(0.1)
    assert desk.titles() == ["Akun polowijen: token akses Instagram habis dalam 3 hari"]
    desk.pass_days(0.5)
    assert len(desk.titles()) == 1


def test_a_token_of_unknown_end_that_cannot_be_refreshed_is_told_of_after_two_days_and_weekly(
    desk: TokenDesk,
) -> None:
    desk.meta.fate = lambda moment: "lost_before"
    desk.pass_days(3 - 0.1)
    assert desk.titles() == []
    desk.pass_days(0.2)
    assert desk.titles() == ["Akun polowijen: token akses Instagram belum dapat diperpanjang"]
    desk.pass_days(7)
    assert len(desk.titles()) == 2


# Facebook Login.


def test_where_meta_never_tells_the_end_the_operators_hear_of_it(page: TokenDesk) -> None:
    page.meta.facts = TokenFacts(False, None, None, (), "", 100, None)
    page.pass_days(2)
    assert page.titles() == []
    page.pass_days(1)
    assert page.titles() == ["Akun polowijen: masa berlaku token akses Instagram tidak dapat dibaca"]
    assert "app_secret" in page.bodies()
    page.meta.facts = TokenFacts(True, None, START + 90 * DAY, SCOPES, "PAGE")
    page.pass_days(10)
    assert len(page.titles()) == 1


def test_what_meta_says_of_a_pages_token_is_asked_daily(page: TokenDesk) -> None:
    page.keep()
    page.keep()
    assert page.meta.calls == [("token_facts", PASTED)]
    token = page.current()
    assert (token.expires_at, token.data_access_expires_at) == (None, START + 90 * DAY)
    assert page.allowed() == set(SCOPES)
    page.pass_days(2)
    assert page.meta.calls == [("token_facts", PASTED)] * 3
    assert page.titles() == []


def test_the_end_of_data_access_is_warned_of_step_by_step(page: TokenDesk) -> None:
    page.pass_days(92, 6 * HOUR)
    assert page.titles() == [
        f"Akun polowijen: akses data Instagram ditutup Meta dalam {left}"
        for left in ("20 hari", "10 hari", "5 hari", "2 hari", "1 hari")
    ]
    assert page.meta.asked("refresh_token") + page.meta.asked("exchange_token") == []


@pytest.mark.parametrize(("code", "subcode", "refused"), [(190, 463, "190/463"), (None, None, "190")])
def test_a_token_that_meta_calls_not_valid_is_refused(
    page: TokenDesk, code: int | None, subcode: int | None, refused: str
) -> None:
    page.meta.facts = TokenFacts(False, None, None, (), "PAGE", code, subcode)
    page.keep()
    assert (page.current().refused_at, page.current().refused_as) == (START, refused)
    assert len(page.titles()) == 1
    assert "tools/explorer" in page.bodies()


def test_a_wrong_app_id_stops_no_account(page: TokenDesk, caplog: pytest.LogCaptureFixture) -> None:
    page.meta.facts = TokenFacts(False, None, None, (), "", 100, None)
    page.pass_days(1)
    assert page.current().refused_at is None
    assert "Meta does not tell about this token" in caplog.text
    page.meta.facts = None
    page.pass_days(1)
    assert page.current().refused_at is None


def test_a_user_token_with_an_end_is_exchanged_anew_in_time() -> None:
    with token_desk(FACEBOOK) as desk:
        desk.meta.facts = TokenFacts(True, START + 59 * DAY, START + 90 * DAY, SCOPES, "USER")
        desk.pass_days(38, 8 * HOUR)
        assert desk.meta.asked("exchange_token") == []

        def later(fresh: FreshToken) -> FreshToken:
            assert desk.meta.facts is not None
            ends = desk.clock.now() + 60 * DAY
            desk.meta.facts = replace(desk.meta.facts, expires_at=ends)
            return fresh

        desk.meta.told = later
        desk.pass_days(10)
        assert len(desk.meta.asked("exchange_token")) == 1
        assert desk.current().secret.startswith("IGlong")
        assert desk.titles() == []


def test_without_the_apps_secret_it_is_only_warned_of() -> None:
    with token_desk(replace(FACEBOOK, has_secret=False)) as desk:
        desk.meta.facts = TokenFacts(True, START + 59 * DAY, None, SCOPES, "USER")
        desk.pass_days(45, 8 * HOUR)
        assert desk.meta.asked("exchange_token") == []
        assert desk.titles() == [
            "Akun polowijen: token akses Instagram habis dalam 20 hari",
        ]


def test_a_pages_token_is_checked_and_not_refreshed_by_hand(page: TokenDesk) -> None:
    with pytest.raises(Unavailable):
        page.keeper().refresh_now()
    assert page.current().checked_at == START


# Secrets.


def test_the_token_stands_nowhere_in_clear_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with token_desk() as desk:
        desk.shelf = TokenShelf("a passphrase")
        desk.keep()
        desk.meta.fate = lambda moment: "lost_before" if moment == "call 2" else ""
        desk.clock.forward(DAY)
        with pytest.raises(Unanswered):
            desk.keep()
        with desk.database.reading() as connection:
            kept = connection.exec_driver_sql("SELECT secret, previous, adopted FROM tokens").one()
            lines = [line.what for line in journal.of(connection, f"account:{ACCOUNT}")]
        everything = f"{kept} {lines} {caplog.text} {desk.current()!r} {desk.keeper()!r}"
        assert kept.previous.startswith("fernet:")
    assert "IGfresh" not in everything
    assert PASTED not in everything
    assert lines == ["adopted the access token of the configuration", "refreshed the access token"]
