"""A calendar's page taken apart: its days with what stands in them, and its forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from board_centre import Browser

Attributes = dict[str, str]


@dataclass
class Day:
    """A cell of the table."""

    classes: list[str]
    text: str = ""
    links: list[str] = field(default_factory=list)
    forms: list[Attributes] = field(default_factory=list)


class CalendarPage(HTMLParser):
    """What a calendar says. ``days`` by ISO date; ``weeks`` are the texts of the rows' heads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.days: dict[str, Day] = {}
        self.weeks: list[str] = []
        self.links: list[str] = []
        self._day: Day | None = None
        self._in_week = False
        self.html = html
        self.feed(html)
        for day in self.days.values():
            day.text = " ".join(day.text.split())
        self.weeks = [" ".join(week.split()) for week in self.weeks]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said: Attributes = {name: value or "" for name, value in attrs}
        if tag == "td":
            self._day = self.days[said["data-day"]] = Day(said["class"].split())
        if tag == "th" and said.get("scope") == "row":
            self._in_week = True
            self.weeks.append("")
        if tag == "a":
            self.links.append(said["href"])
            if self._day is not None:
                self._day.links.append(said["href"])
        if self._day is not None and tag == "form":
            self._day.forms.append({"action": said["action"]})
        if self._day is not None and tag == "input" and self._day.forms:
            self._day.forms[-1][said["name"]] = said["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._day = None
        if tag == "th":
            self._in_week = False

    def handle_data(self, data: str) -> None:
        if self._day is not None:
            self._day.text += data
        if self._in_week:
            self.weeks[-1] += data

    @property
    def text(self) -> str:
        """All that is read on the page."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.html).split())


def calendar_of(browser: Browser, words: str = "") -> CalendarPage:
    """The calendar that this browser sees at ``/kalender?words``."""
    answer = browser.get(f"/kalender?{words}")
    assert answer.status_code == 200
    return CalendarPage(answer.text)
