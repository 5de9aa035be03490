"""Refreshes an account's token in time, proves the fresh one, asks Meta about it, and warns before it ends."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from ig_worker import logs
from ig_worker.domain.errors import AccountBlocked, IgWorkerError, TokenExpired, Unavailable
from ig_worker.domain.instagram import FreshToken, TokenFacts
from ig_worker.domain.token_life import STEPS, believable, is_dead, is_due, look_every, step
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Account, Clock
from ig_worker.flows.tokens import letters
from ig_worker.flows.tokens.refusal import Refusals
from ig_worker.store import facts, tokens
from ig_worker.store.database import Database
from ig_worker.store.stored_token import StoredToken, Verdict
from ig_worker.store.tokens import TokenShelf

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE = timedelta(hours=1)
"""After a refresh, or a question to Meta, that failed the next one is not tried sooner."""

ASK_AGAIN = timedelta(days=1)
"""So long what Meta said of a token is believed."""

REST_AFTER_WAY_BACK = timedelta(days=1)
"""After a fresh token was refused the old one is not refreshed again sooner."""

PROVE_AGAIN = timedelta(minutes=10)
"""Where nothing was heard, a fresh token is tried again after so long; other calls may have used it meanwhile."""

TELL_AFTER = timedelta(days=2)
"""So long a token whose end is not known may fail to be refreshed before the operators hear of it."""


@dataclass(frozen=True)
class Rules:
    """What the configuration says: the `login`, the app's id, and whether its secret is known as well."""

    login: str = "instagram"
    app_id: str = ""
    has_secret: bool = False
    zone: tzinfo = UTC
    at_any_time: bool = False
    """Somebody asked for it: what failed lately is tried again at once."""

    @property
    def facebook(self) -> bool:
        """Whether it is Facebook Login."""
        return self.login == "facebook"


class TokenKeeper:
    """One account's access token."""

    def __init__(
        self,
        account: str,
        configured: str,
        shelf: TokenShelf,
        database: Database,
        instagram: Account,
        outbox: Outbox,
        clock: Clock,
        rules: Rules | None = None,
    ) -> None:
        self._account = account
        self._configured = configured
        self._shelf = shelf
        self._database = database
        self._instagram = instagram
        self._outbox = outbox
        self._clock = clock
        self._rules = rules or Rules()
        self._refusals = Refusals(
            account, shelf, database, outbox, clock, self._rules.zone, facebook=self._rules.facebook
        )
        self._told: set[str] = set()

    def run(self) -> None:
        """One pass. The fresh token is stored before it is used, and the old one stays until the fresh one is proven.

        Raises what Instagram says where a refresh fails; it is tried again an hour later.
        """
        token = self._now()
        if token.refused_at is not None:
            self._remind(token)
            self._look(token)
            return
        try:
            if token.previous:
                token = self._prove(token)
            if token.refused_at is None and self._rules.facebook:
                token = self._ask_meta(token)
            if token.refused_at is None and self._may_refresh(token):
                self._refresh(token)
        finally:
            self._warn()

    def refresh_now(self) -> StoredToken:
        """What ``token refresh`` asks for: a refused token is tried, and one that can be refreshed is.

        Raises what Instagram says; Unavailable where this token is of a kind that is not refreshed.
        """
        token = self._now()
        if token.refused_at is not None or token.previous:
            token = self._try_both(token)
        if self._rules.facebook:
            token = self._asked(token)
            if token.refused_at is None and token.expires_at is None:
                raise Unavailable(
                    "With Facebook Login there is nothing to refresh: a Page token has no last day"
                )
        self._refresh(token, noted=False)
        return self._now()

    def _now(self) -> StoredToken:
        with self._database.writing() as connection:
            token = self._shelf.current(connection, self._account, self._configured, self._clock.now())
        for secret in (token.secret, token.previous):
            if secret:
                logs.register_secret(secret)
        return token

    # Refreshing.

    def _may_refresh(self, token: StoredToken) -> bool:
        now = self._clock.now()
        if token.previous or not self._is_refreshable:
            return False
        if self._rules.facebook and token.expires_at is None:
            return False  # a Page's token has no date (section A)
        if token.went_back_at is not None and timedelta(0) <= now - token.went_back_at < REST_AFTER_WAY_BACK:
            return False
        return is_due(token.newest, token.expires_at, now) and not self._failed_lately("refresh")

    def _refresh(self, token: StoredToken, *, noted: bool = True) -> None:
        try:
            fresh = self._fetch(token)
        except IgWorkerError as error:
            if noted:
                self._note_failure("refresh", error)
            if is_dead(error.said):
                self._judge_refusal(token, error)
            raise
        now = self._clock.now()
        life = believable(fresh.expires_in)
        ends = None if life is None else now + life
        with self._database.writing() as connection:
            kept = self._shelf.refreshed(
                connection,
                self._account,
                fresh.access_token,
                ends,
                now,
                of=token.secret,
                scopes=fresh.scopes,
            )
            facts.forget(connection, self._fact("refresh"))
        if not kept:
            log.info("another token of %s came while this one was refreshed", self._account)
            return
        log.info(
            "the access token of %s was refreshed; it lasts until %s", self._account, ends or "a day not told"
        )
        self._prove(self._now())

    def _fetch(self, token: StoredToken) -> FreshToken:
        door = self._instagram.speaking(token.secret)
        fresh = door.exchange_token(self._rules.app_id) if self._rules.facebook else door.refresh_token()
        logs.register_secret(fresh.access_token)
        return fresh

    def _judge_refusal(self, token: StoredToken, error: IgWorkerError) -> None:
        """The token endpoint says 190: of the token only if it is not taken elsewhere either."""
        try:
            self._instagram.speaking(token.secret).profile()
        except IgWorkerError as refusal:
            if is_dead(refusal.said):
                self._refusals.refused(token.secret, _code(refusal))
        else:
            log.warning("%s: its token cannot be refreshed, and works: %s", self._account, error)

    # Proving.

    def _prove(self, token: StoredToken) -> StoredToken:
        """Use the fresh token once, for something cheap. Where it is refused the old one is back in use."""
        now = self._clock.now()
        if token.checked_at is not None and timedelta(0) <= now - token.checked_at < PROVE_AGAIN:
            return token
        return self._try_both(token) if token.previous else token

    def _try_both(self, token: StoredToken) -> StoredToken:
        """Try the token in use, and the one beside it where that is refused; whatever is taken is the one from now on.

        Raises the refusal where none is taken. Where nothing is heard nothing changes, and that is raised too.
        """
        refused: IgWorkerError | None = None
        for secret in [each for each in (token.secret, token.previous) if each]:
            try:
                self._instagram.speaking(secret).profile()
            except (TokenExpired, AccountBlocked) as error:
                if not is_dead(error.said):
                    self._looked()
                    raise
                refused = error
                self._refusals.refused(secret, _code(error))
                continue
            except IgWorkerError:
                self._looked()
                raise
            self._proved(secret, token)
            return self._now()
        self._looked()
        assert refused is not None
        raise refused

    def _proved(self, secret: str, token: StoredToken) -> None:
        now = self._clock.now()
        with self._database.writing() as connection:
            was_over = self._shelf.proved(connection, self._account, secret, now)
            if was_over and token.refused_at is not None:
                letter = letters.lives_again(self._account, token.refused_at, now, self._rules.zone)
                self._outbox.tell(connection, now, "operators", letter)
        if was_over:
            log.warning("Instagram takes the access token of %s again: its jobs go on", self._account)

    def _looked(self) -> None:
        with self._database.writing() as connection:
            tokens.looked(connection, self._account, self._clock.now())

    # Where it is refused.

    def _look(self, token: StoredToken) -> None:
        """Try a refused token once in a while: Meta's outages answer 190, too."""
        now = self._clock.now()
        since = token.refused_at or now
        every = look_every(token.refused_subcode, now - since)
        # A moment to come was written by a clock that was ahead.
        if timedelta(0) <= now - (token.checked_at or since) < every and not self._rules.at_any_time:
            return
        try:
            self._try_both(token)
        except IgWorkerError as error:
            log.info("%s: its token is still not taken: %s", self._account, error)

    def _remind(self, token: StoredToken) -> None:
        """Once a day in the first week, then once a week."""
        now, since = self._clock.now(), token.refused_at
        assert since is not None
        days = (now - since).days
        if days > 0 and (days <= 7 or days % 7 == 0):
            self._tell(
                letters.stopped(
                    self._account,
                    since,
                    token.refused_as,
                    now,
                    self._rules.zone,
                    facebook=self._rules.facebook,
                )
            )

    # Facebook Login: what Meta says of the token.

    def _ask_meta(self, token: StoredToken) -> StoredToken:
        now = self._clock.now()
        asked = token.checked_at is not None and timedelta(0) <= now - token.checked_at < ASK_AGAIN
        if asked or self._failed_lately("facts"):
            return token
        try:
            return self._asked(token)
        except IgWorkerError as error:
            self._note_failure("facts", error)
            log.warning("what Meta knows of the token of %s cannot be read: %s", self._account, error)
            return token

    def _asked(self, token: StoredToken) -> StoredToken:
        known = self._instagram.speaking(token.secret).token_facts(self._rules.app_id)
        if known.is_dead:
            self._refuse(token, known)
            return self._now()
        now = self._clock.now()
        if known.valid is not True:
            raise Unavailable(
                f"Meta does not tell about this token (code {known.code})",
                cure="look whether app_id and app_secret are those of the app that the token was made with",
            )
        with self._database.writing() as connection:
            tokens.checked(
                connection,
                self._account,
                now,
                expires_at=known.expires_at,
                data_access_expires_at=known.data_access_expires_at,
            )
            tokens.allow(connection, self._account, known.scopes, now)
            facts.forget(connection, self._fact("facts"))
        return self._now()

    def _refuse(self, token: StoredToken, known: TokenFacts) -> None:
        code = "190" if known.subcode is None else f"190/{known.subcode}"
        if self._refusals.refused(token.secret, code) is Verdict.DEAD:
            log.warning("Meta says that the token of %s is not valid", self._account)

    # What failed, and what is told.

    def _warn(self) -> None:
        now, zone, facebook = self._clock.now(), self._rules.zone, self._rules.facebook
        with self._database.reading() as connection:
            known = tokens.about(connection, self._account)
            failing = facts.read(connection, self._fact("refresh"))
            untold = facts.read(connection, self._fact("facts")) if facebook else None
        if known is None or known.refused_at is not None:
            return
        why = failing.value.partition(" ")[2] if failing is not None else ""
        days = step(known.expires_at, now)
        # Twenty days before its end it is refreshed; only where that fails it is worth a letter.
        if days is not None and (days < STEPS[0] or failing is not None or not self._is_refreshable):
            self._tell(
                letters.ends_soon(
                    self._account, known.expires_at, days, now, zone, failing=why, facebook=facebook
                )
            )
        if (days := step(known.data_access_expires_at, now)) is not None:
            self._tell(letters.data_ends_soon(self._account, known.data_access_expires_at, days, now, zone))
        if known.expires_at is None and failing is not None:
            since = datetime.fromisoformat(failing.value.partition(" ")[0])
            if now - since >= TELL_AFTER:
                self._tell(letters.never_refreshed(self._account, since, why, now, zone, facebook=facebook))
        if untold is not None:
            begun, _, why = untold.value.partition(" ")
            if now - (since := datetime.fromisoformat(begun)) >= TELL_AFTER:
                self._tell(letters.end_untold(self._account, since, why, now, zone))

    @property
    def _is_refreshable(self) -> bool:
        return not self._rules.facebook or bool(self._rules.app_id and self._rules.has_secret)

    def _tell(self, letter: Letter) -> None:
        """In memory it is only known that there is nothing to write; the outbox keeps it from being said twice."""
        if letter.key in self._told:
            return
        with self._database.writing() as connection:
            self._outbox.tell(connection, self._clock.now(), "operators", letter)
        self._told.add(letter.key)

    def _fact(self, what: str) -> str:
        return tokens.token_fact(what, self._account)

    def _failed_lately(self, what: str) -> bool:
        if self._rules.at_any_time:
            return False
        with self._database.reading() as connection:
            failed = facts.read(connection, self._fact(what))
        now = self._clock.now()
        return failed is not None and failed.at <= now < failed.at + PAUSE_AFTER_FAILURE

    def _note_failure(self, what: str, error: IgWorkerError) -> None:
        now = self._clock.now()
        with self._database.writing() as connection:
            before = facts.read(connection, self._fact(what))
            since = before.value.partition(" ")[0] if before is not None else now.isoformat()
            facts.write(connection, self._fact(what), f"{since} {error}"[:1000], now)


def _code(error: IgWorkerError) -> str:
    said = error.said
    assert said is not None
    return f"{said.code}" if said.subcode is None else f"{said.code}/{said.subcode}"
