"""One request and who makes it: what every page of the board gets, and the answers it can give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ig_worker.board import templates, texts
from ig_worker.board.cookies import VISITOR, Cookies, new_mark
from ig_worker.board.menu import menu_of
from ig_worker.board.office import Office
from ig_worker.board.statics import address_of
from ig_worker.board.users import User
from ig_worker.domain.rights import Right
from ig_worker.domain.text import clean
from ig_worker.render import indonesian

GOOD, NOTE, BAD = "good", "note", "bad"
"""The tones of what a page says at its top."""


class Visit:
    """A request with its user (None on open ways), its form, and the office.

    `form` is empty on a GET. Times are shown in the centre's zone.
    """

    def __init__(
        self,
        office: Office,
        request: Request,
        user: User | None = None,
        mark: str = "",
        form: FormData | None = None,
    ) -> None:
        self.office = office
        self.request = request
        self.user_or_nobody = user
        self.mark = mark
        self.form = form if form is not None else FormData()
        self.cookies = Cookies(office)
        self.language = user.language if user is not None else texts.LANGUAGES[0]
        self._new_visitor = ""

    @property
    def user(self) -> User:
        """Who is logged in; for ways that ask for a right."""
        assert self.user_or_nobody is not None  # the door let nobody else in
        return self.user_or_nobody

    def may(self, right: Right) -> bool:
        """Whether the user's roles allow it."""
        return self.user_or_nobody is not None and self.user_or_nobody.may(right)

    def t(self, key: str, /, **values: object) -> str:
        """The catalogue's sentence in the user's language."""
        return texts.say(self.language, key, **values)

    @property
    def address(self) -> str:
        """Where the request comes from; behind a proxy of ``[board] trusted_proxies``, what that says."""
        return self.request.client.host if self.request.client is not None else ""

    # What was asked for

    def number(self, name: str = "number") -> int:
        """A number out of the address; 404 where it is none that a row can have."""
        said = self.request.path_params[name]
        if not (said.isascii() and said.isdigit() and len(said) <= 9):
            raise HTTPException(404)
        return int(said)

    def asked(self, name: str, default: str = "") -> str:
        """A word of the query, without control characters and blanks around it; at most 200 letters."""
        return clean(self.request.query_params.get(name, default))[:200].strip()

    def said(self, name: str) -> str:
        """A field of the form as a text: clean, with plain line ends, without blanks around it."""
        value = self.form.get(name, "")
        return clean(value).strip() if isinstance(value, str) else ""

    def all_said(self, name: str) -> list[str]:
        """A field that may be there several times."""
        return [clean(value).strip() for value in self.form.getlist(name) if isinstance(value, str)]

    def ticked(self, name: str) -> bool:
        """Whether a box of the form was ticked."""
        return self.said(name) in {"1", "on", "ya"}

    def files(self, name: str) -> list[UploadFile]:
        """The files that were chosen in this field."""
        return [
            value for value in self.form.getlist(name) if isinstance(value, UploadFile) and value.filename
        ]

    # What is answered

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page. Its template knows ``t``, ``user``, ``may``, ``csrf``, ``here``, and how to write times."""
        said = self.cookies.said(self.request)
        html = templates.render(template, {**self._always(), "said": self._sentence(said), **context})
        response = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
        if said is not None:
            self.cookies.drop(response, "kabar")
        if self._new_visitor:
            self.cookies.put(response, VISITOR, self._new_visitor)
        return response

    def go(self, where: str, key: str = "", tone: str = GOOD, /, **values: Any) -> Response:
        """On to another page of ours (303), which says the catalogue's sentence `key`."""
        response = RedirectResponse(own_address(where), 303, headers={"Cache-Control": "no-store"})
        if key:
            self.cookies.say(response, tone, key, values)
        return response

    def shown(self, moment: datetime | None) -> str:
        """``Rabu, 25 November 2026 pukul 09.00`` in the centre's zone; empty for None."""
        if moment is None:
            return ""
        local = moment.astimezone(self.office.zone)
        return f"{indonesian.short_day(local.date())} {local:%H.%M}"

    def today(self) -> date:
        """The centre's day."""
        return self.office.now().astimezone(self.office.zone).date()

    def _always(self) -> dict[str, Any]:
        settings = self.office.settings
        return {
            "t": self.t,
            "user": self.user_or_nobody,
            "may": self.may,
            "Right": Right,
            "lang": self.language,
            "csrf": self._csrf(),
            "here": self.request.scope["path"],
            "menu": menu_of(self.user_or_nobody, self.request.scope["path"]),
            "centre": settings.centre.name,
            "static": address_of,
            "shown": self.shown,
            "local": lambda moment: moment.astimezone(self.office.zone),
            "indonesian": indonesian,
            "link": partial(_link, self.request.scope["path"]),
        }

    def _csrf(self) -> str:
        mark = self.mark or self.cookies.read(self.request, VISITOR) or self._new_visitor
        if not mark:
            mark = self._new_visitor = new_mark()
        return self.cookies.csrf(mark)

    def _sentence(self, said: tuple[str, str, dict[str, Any]] | None) -> tuple[str, str] | None:
        if said is None:
            return None
        tone, key, values = said
        try:
            return tone, self.t(key, **values)
        except (KeyError, IndexError):  # left by an older version of the board
            return None


def own_address(where: str) -> str:
    """An address on this board: never another host, scheme or a line end; else the first page."""
    plain = where.startswith("/") and not where.startswith("//") and "\\" not in where
    if not plain or any(ord(letter) < 32 for letter in where):
        return "/"
    return quote(where, safe="/?&=%#:;,+@!$'()*~-._", errors="replace")


def _link(path: str, query: Mapping[str, object], **changed: object) -> str:
    """This page with other words in its query: those that are empty are left out."""
    words = {**query, **changed}
    said = "&".join(f"{quote(str(key))}={quote(str(value))}" for key, value in words.items() if value)
    return f"{path}?{said}" if said else path
