"""A client of the sandbox's control door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import requests

Plain = dict[str, Any]


class DoorRefused(Exception):
    """The control door says it cannot do that; the text says why."""


class Door:
    """The control door of the sandbox at ``base_url``; every method raises DoorRefused with the reason."""

    def __init__(self, base_url: str, timeout_seconds: float = 30.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout_seconds
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _ask(self, method: str, path: str, given: Mapping[str, Any] | None = None) -> Plain:
        answer = self._session.request(
            method, f"{self._base_url}/control/{path}", json=dict(given or {}), timeout=self._timeout
        )
        body: Plain = answer.json()
        if answer.status_code != 200:
            raise DoorRefused(body.get("error", f"HTTP {answer.status_code}"))
        return body

    def state(self) -> Plain:
        """The whole world: accounts, media, comments, conversations, containers, calls, log."""
        return self._ask("GET", "state")

    def calls(self) -> dict[str, int]:
        """How often each kind of call was made: a small part of the state."""
        return dict(self._ask("GET", "calls"))

    def now(self) -> datetime:
        """The world's time."""
        return datetime.fromisoformat(self._ask("GET", "clock")["now"])

    def set_clock(self, now: datetime) -> datetime:
        """Let it be that moment, and stand still."""
        return datetime.fromisoformat(self._ask("POST", "clock", {"now": now.isoformat()})["now"])

    def advance(self, seconds: float) -> datetime:
        """Let so many seconds pass, and stand still."""
        return datetime.fromisoformat(self._ask("POST", "clock", {"advance_seconds": seconds})["now"])

    def let_clock_run(self) -> datetime:
        """Let it be the machine's time again, and pass."""
        return datetime.fromisoformat(self._ask("POST", "clock", {"running": True})["now"])

    def comment(self, author: str, text: str, **rest: Any) -> str:
        """Somebody comments (``media_id``, ``caption_contains``, ``parent_id``, ``at``, ``account``); its id.

        ``restricted``: by a restricted person, so that it is counted and seen by nobody until it is approved.
        """
        return str(self._ask("POST", "comments", {"author": author, "text": text, **rest})["id"])

    def comments(self, items: Iterable[Mapping[str, Any]]) -> list[Plain]:
        """Many comments at once; their ids in the same order."""
        return list(self._ask("POST", "comments", {"items": [dict(one) for one in items]})["items"])

    def change_comment(self, comment_id: str, **changes: Any) -> None:
        """``text`` (edited), ``deleted`` (its replies too), ``hidden``, or ``restricted=False`` (approved)."""
        self._ask("POST", f"comments/{comment_id}", changes)

    def message(self, author: str, text: str = "", **rest: Any) -> Plain:
        """Somebody writes (``attachments``, ``story_reply``, ``story_mention``, ``reply_to``, ``at``, ``account``).

        ``attachments`` are ``{"type": …}`` of :data:`ig_worker.sandbox.attachments.KINDS`; ``request`` puts a new
        conversation into the request folder. Gives ``id``, ``conversation_id`` and ``person_id``.
        """
        return self._ask("POST", "messages", {"author": author, "text": text, **rest})

    def messages(self, items: Iterable[Mapping[str, Any]]) -> list[Plain]:
        """Many messages at once."""
        return list(self._ask("POST", "messages", {"items": [dict(one) for one in items]})["items"])

    def change_message(self, message_id: str, **changes: Any) -> None:
        """``unsent``, ``text`` (edited), or ``reaction`` of the other side."""
        self._ask("POST", f"messages/{message_id}", changes)

    def staff(self, text: str, **rest: Any) -> str:
        """A colleague answers from the phone (``comment_id``, ``media_id``, ``conversation_id`` or ``person``).

        A message may have ``attachments``, and no text then. Gives the id.
        """
        return str(self._ask("POST", "staff", {"text": text, **rest})["id"])

    def media(self, kind: str = "image", caption: str = "", **rest: Any) -> str:
        """A post published by hand; its id."""
        return str(self._ask("POST", "media", {"kind": kind, "caption": caption, **rest})["id"])

    def change_media(self, media_id: str, **changes: Any) -> None:
        """``deleted``, ``comment_enabled``, ``comments_withheld``, ``viewers``, ``like_count`` or ``caption``.

        Where ``comments_withheld`` its comments are counted, and their list is empty.
        """
        self._ask("POST", f"media/{media_id}", changes)

    def figures(self, day: date | None = None, **rest: Any) -> None:
        """What insights shall say (``figures``: name to number), of the account's ``day`` or of a ``media_id``.

        Followers lost on a day are ``unfollowed``, those won ``follower_count``.
        """
        self._ask("POST", "figures", {**({"day": day.isoformat()} if day else {}), **rest})

    def fault(self, kind: str, *, method: str = "", path: str = "", nth: int = 1, **rest: Any) -> None:
        """Order a fault (see :data:`ig_worker.sandbox.faults.KINDS`) for the nth call that matches."""
        match = {"method": method, "path": path, "nth": nth}
        self._ask("POST", "faults", {"match": match, "kind": kind, **rest})

    def faults(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Order many."""
        self._ask("POST", "faults", {"items": [dict(one) for one in items]})

    def clear_faults(self) -> None:
        """Forget the orders that have not struck."""
        self._ask("DELETE", "faults")

    def settings(self, **changes: Any) -> Plain:
        """Change settings (see :class:`ig_worker.sandbox.settings.Settings`); all of them as they are now."""
        return self._ask("POST", "settings", changes)

    def login(self, **rest: Any) -> Plain:
        """Somebody logs in: ``code``, ``client_id`` and ``client_secret`` for the code exchange."""
        return self._ask("POST", "login", rest)

    def token(self, **rest: Any) -> str:
        """A token that a person gets who has logged in (``account``, ``scopes``); an hour long unless ``long``."""
        return str(self._ask("POST", "token", rest)["access_token"])

    def change_token(self, value: str | None = None, **changes: Any) -> None:
        """``dead`` (a subcode of 190, or None), ``expires_at``, ``data_access_expires_at``, ``scopes``; of this token
        or of all that the ``account`` has."""
        self._ask("POST", "tokens", {"value": value, **changes})

    def reset(self, now: datetime | None = None) -> None:
        """Begin again as configured, with the clock standing at ``now`` if one is given."""
        self._ask("POST", "reset", {"now": now.isoformat()} if now else {})
