"""What the browser keeps for the board: the session, the visitor's mark before it, one sentence for the next page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from ig_worker.board.office import Office
from ig_worker.domain.text import shorten

SESSION, VISITOR, SAID, DEVICE = "papan", "tamu", "kabar", "perangkat"
HOURS = 12
"""How long a session lasts."""

DEVICE_SECONDS = 180 * 24 * 3600
"""How long a browser is known as one in which somebody has logged in; it lets nobody in (board/throttle.py)."""

SAID_SECONDS = 60
"""A sentence that no page took along by then is about something else."""


class Cookies:
    """Signed cookies of one office: HttpOnly, SameSite=Lax, and Secure where people come by https."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self._office.is_https else name

    def _signer(self, name: str) -> Signer:
        return Signer(self._office.key, salt=f"board.{name}", digest_method=hashlib.sha256)

    def read(self, request: Request, name: str) -> str:
        """What we once put there; empty where there is nothing, or something that is not ours."""
        try:
            return self._signer(name).unsign(request.cookies.get(self._name(name), "")).decode("ascii")
        except (BadSignature, UnicodeError):
            return ""

    def put(self, response: Response, name: str, value: str, seconds: int = HOURS * 3600) -> None:
        """Have the browser keep it, for as long as a session lasts unless it is said otherwise."""
        signed = self._signer(name).sign(value.encode("ascii")).decode("ascii")
        self._set(response, name, signed, seconds)

    def drop(self, response: Response, name: str) -> None:
        """Have the browser forget it."""
        self._set(response, name, "", 0)

    def say(self, response: Response, tone: str, key: str, values: dict[str, Any]) -> None:
        """Leave a sentence of the catalogue for the next page; of long values the beginning, for a cookie is small."""
        values = {name: shorten(it, 120) if isinstance(it, str) else it for name, it in values.items()}
        said = URLSafeTimedSerializer(self._office.key, salt="board.said").dumps([tone, key, values])
        self._set(response, SAID, str(said), SAID_SECONDS)

    def said(self, request: Request) -> tuple[str, str, dict[str, Any]] | None:
        """The sentence that the page before left."""
        try:
            tone, key, values = URLSafeTimedSerializer(self._office.key, salt="board.said").loads(
                request.cookies.get(self._name(SAID), ""), max_age=SAID_SECONDS
            )
        except (BadSignature, ValueError, TypeError):
            return None
        return tone, key, values

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._office.is_https,
        )

    def csrf(self, mark: str) -> str:
        """The token that every form of this session or visitor carries."""
        return hmac.new(self._office.key, f"csrf:{mark}".encode(), hashlib.sha256).hexdigest()

    def is_csrf(self, mark: str, token: str) -> bool:
        """Whether a form came from one of our own pages."""
        return bool(mark) and hmac.compare_digest(self.csrf(mark).encode(), token.encode("utf-8", "replace"))


def new_mark() -> str:
    """What a browser is known by; never the same twice."""
    return secrets.token_urlsafe(32)


def shelved(mark: str) -> str:
    """How a session's mark stands in the database: who reads that cannot come in with it."""
    return hashlib.sha256(mark.encode()).hexdigest()
