"""Where a page of the board leads: its links and its filters, and which of them are pages of one kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

SEARCHED = "obat"
"""What somebody types into a filter's field for words."""


def kind_of(path: str) -> str:
    """The address with every number, name and value taken out: ``/kasus/…?setelah``. The same for pages of one kind."""
    parts = urlsplit(path)
    place = re.sub(r"K-\d{4}-\d+|\d{4}-\d{2}(-\d{2})?|\d+", "…", parts.path)
    names = sorted({name for name, value in parse_qsl(parts.query, keep_blank_values=True) if value})
    return f"{place}?{'&'.join(names)}" if names else place


def leads_to(html: str, page: str) -> Iterator[str]:
    """Every address of the board that the page links to, and those that its filters make, one choice at a time."""
    read = _Reader()
    read.feed(html)
    for link in read.links:
        if (path := _on_board(urljoin(f"http://board{page}", link))) is not None:
            yield path
    for action, fields in read.filters:
        place = urlsplit(urljoin(f"http://board{page}", action or page)).path
        base = {name: values[0] for name, values in fields.items()}
        for name, values in fields.items():
            for value in values[1:]:
                chosen = {key: word for key, word in {**base, name: value}.items() if word}
                yield f"{place}?{urlencode(chosen)}"


def walk(look: Callable[[str], tuple[int, str]], begin: str = "/") -> Iterator[tuple[int, str, str]]:
    """Each kind of page that can be come to from `begin`: its status, one address of it, and who led there.

    `look` gives the status and the HTML of a page; "" for what is no page, which leads nowhere.
    """
    waiting, seen = [(begin, "")], {kind_of(begin)}
    while waiting:
        path, offered = waiting.pop(0)
        status, html = look(path)
        yield status, path, offered
        for link in leads_to(html, path):
            if (kind := kind_of(link)) not in seen:
                seen.add(kind)
                waiting.append((link, path))


def _on_board(address: str) -> str | None:
    parts = urlsplit(address)
    if parts.netloc != "board" or parts.path.startswith("/static/"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class _Reader(HTMLParser):
    """Links, pictures, and forms that ask (GET) with what can be chosen in them: the first is what stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.filters: list[tuple[str, dict[str, list[str]]]] = []
        self._form: dict[str, list[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "a":
                self.links.append(said.get("href", "#"))
            case "img":
                self.links.append(said.get("src", "#"))
            case "form" if said.get("method", "get").lower() == "get":
                self._form = {}
                self.filters.append((said.get("action", ""), self._form))
            case "select" if self._form is not None:
                self._select = said.get("name", "")
            case "option" if self._form is not None and self._select:
                values = self._form.setdefault(self._select, [])
                values.insert(0 if "selected" in said else len(values), said.get("value", ""))
            case "input" if self._form is not None and said.get("name"):
                self._field(self._form, said)

    def _field(self, form: dict[str, list[str]], said: dict[str, str]) -> None:
        kind, name, value = said.get("type", "text"), said["name"], said.get("value", "")
        if kind in {"checkbox", "radio"}:
            chosen = form.setdefault(name, [value if "checked" in said else ""])
            chosen.append(value or "on")
        elif kind in {"text", "search"}:
            form[name] = [value, SEARCHED]
        elif kind not in {"submit", "button"}:
            form[name] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
