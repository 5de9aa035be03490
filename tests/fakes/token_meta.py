"""Meta's side of access tokens, in memory: which live, what they become, and faults at every question about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from fakes.instagram_faults import Killed, said
from ig_worker.domain.errors import AccountBlocked, Refused, TokenExpired, Unanswered
from ig_worker.domain.instagram import AccountProfile, FreshToken, PageAccess, TokenFacts
from ig_worker.flows.ports import Clock

Answer = TypeVar("Answer")
SIXTY_DAYS = 5_184_000


@dataclass
class Life:
    """One token's: ``dead`` is the subcode of 190 that it is refused with, 0 for none."""

    born: datetime
    ends: datetime | None
    dead: int | None = None


@dataclass
class TokenMeta:
    """Everything Meta knows of tokens. ``fate`` names what happens at a call, by "call N" (every call counts)."""

    clock: Clock
    old_dies: bool = False
    """Whether a refresh ends the token it is made of."""
    fresh_is_dead: int | None = None
    """The subcode with which fresh tokens are refused."""
    told: Callable[[FreshToken], FreshToken] = lambda fresh: fresh
    """What becomes of the answer of a refresh."""
    fate: Callable[[str], str | BaseException] = lambda moment: ""
    facts: TokenFacts | None = None
    pages: tuple[PageAccess, ...] = ()
    calls: list[tuple[str, str]] = field(default_factory=list)
    """(what, with which token)."""
    lives: dict[str, Life] = field(default_factory=dict)
    ig_user_id: str = "17841400000000001"

    def issue(self, value: str, *, days: float | None = 60, age: timedelta = timedelta(0)) -> str:
        """A token that people hold."""
        born = self.clock.now() - age
        self.lives[value] = Life(born, None if days is None else born + timedelta(days=days))
        return value

    def kill(self, value: str, subcode: int | None = 463) -> None:
        self.lives[value].dead = subcode or 0

    def revive(self, value: str) -> None:
        self.lives[value].dead = None

    def takes(self, value: str) -> bool:
        life = self.lives.get(value)
        return life is not None and life.dead is None and (life.ends is None or self.clock.now() < life.ends)

    def door(self, value: str) -> TokenDoor:
        return TokenDoor(self, value)

    def asked(self, what: str) -> list[str]:
        """The tokens with which this was asked."""
        return [token for name, token in self.calls if name == what]


class TokenDoor:
    """A door to Instagram with one token; satisfies ``flows.ports.Account``."""

    def __init__(self, meta: TokenMeta, token: str) -> None:
        self._meta = meta
        self._token = token

    def speaking(self, token: str) -> TokenDoor:
        return TokenDoor(self._meta, token)

    def profile(self) -> AccountProfile:
        return self._call("profile", lambda: AccountProfile(self._meta.ig_user_id, "puskesmaspolowijen"))

    def refresh_token(self) -> FreshToken:
        def refresh() -> FreshToken:
            meta = self._meta
            if meta.clock.now() - meta.lives[self._token].born < timedelta(hours=24):
                raise Refused("too young", said=said(100, None, "must be at least 24 hours old"))
            return self._fresh("IGfresh")

        return self._call("refresh_token", refresh)

    def exchange_token(self, app_id: str = "") -> FreshToken:
        return self._call("exchange_token", lambda: self._fresh("IGlong"))

    def token_facts(self, app_id: str = "") -> TokenFacts:
        """In the app's name: it is answered of a dead token as well."""
        self._meta.calls.append(("token_facts", self._token))
        known = self._meta.facts
        if known is None:
            raise Unanswered("no answer")
        return known

    def page_accesses(self) -> tuple[PageAccess, ...]:
        return self._call("page_accesses", lambda: self._meta.pages)

    def _fresh(self, prefix: str) -> FreshToken:
        meta = self._meta
        value = meta.issue(f"{prefix}{len(meta.calls)}")
        meta.lives[value].dead = meta.fresh_is_dead
        if meta.old_dies:
            meta.kill(self._token, 467)
        return meta.told(FreshToken(value, SIXTY_DAYS))

    def _call(self, name: str, effect: Callable[[], Answer]) -> Answer:
        meta = self._meta
        meta.calls.append((name, self._token))
        fate = meta.fate(f"call {len(meta.calls)}")
        if isinstance(fate, BaseException):
            raise fate
        if fate == "die_before":
            raise Killed(name)
        if fate == "lost_before":
            raise Unanswered(f"{name}: no answer")
        self._require_live()
        answer = effect()
        if fate == "die_after":
            raise Killed(name)
        if fate == "lost_after":
            raise Unanswered(f"{name}: no answer")
        return answer

    def _require_live(self) -> None:
        if self._meta.takes(self._token):
            return
        life = self._meta.lives.get(self._token)
        subcode = (463 if life.dead is None else life.dead or None) if life else None
        family = AccountBlocked if subcode in (459, 464, 492) else TokenExpired
        raise family("Session has expired", said=said(190, subcode, "Error validating access token"))
