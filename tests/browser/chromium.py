"""Debian's Chromium before a running board: who sits there, how wide it is, and what must never happen on any page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

from fakes.lively_centre import PASSWORD
from ig_worker.domain.rights import Role

TELEPHONE, DESK = 360, 1280
_MAY_BE_MISSING = re.compile(r"bingkai=1|/posting/\d+/kecil(\?|$)")
"""The lively centre's film has no frame that could be shown before it plays; and where many thumbnails wait to be made,
as on a busy machine, others are told that there are none for now. Nothing is missing on the page then."""

HEIGHT = {TELEPHONE: 740, DESK: 900}


def chromium() -> str | None:
    """Where it is; None on a machine without."""
    return shutil.which("chromium")


def launched(playwright: Playwright) -> Browser:
    """Chromium, started; as root it has to do without its own sandbox."""
    found = chromium()
    assert found is not None  # who calls this has asked
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=args)


@contextmanager
def board_at(config: Path) -> Iterator[str]:
    """The board of this configuration as a process of its own; its address."""
    command = [sys.executable, "-m", "ig_worker", "--config", str(config), "board", "serve", "--port", "0"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")}
    with (config.parent / "board-stderr.log").open("ab") as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True, env=kept)
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("board listening on "), (config.parent / "board-stderr.log").read_text()
        yield ready.split()[-1]
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


def log_in(client: httpx.Client, name: str) -> None:
    """The same without a browser, where it is only about what a page says."""
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/masuk").text)
    assert token is not None
    answer = client.post("/masuk", data={"csrf": token[1], "name": name, "password": PASSWORD})
    assert answer.url.path != "/masuk", answer.text


@dataclass
class Led:
    """Where the board's links and filters lead."""

    pages: dict[Role, list[str]]
    """One address of each kind of page, by whom it is looked at as."""
    nowhere: list[str]
    """What a page led its reader to that is not there, or not for them."""


@dataclass
class Watched:
    """What went wrong in a browser that no page of ours may ever show."""

    board: str
    wrong: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses that a test provokes: Chromium says each of them on its console."""

    def watch(self, context: BrowserContext) -> None:
        """Hear of every request, answer and line of the console in this context."""
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.board:
            self.wrong.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if (
            response.status >= 400
            and response.status not in self.expected
            and not _MAY_BE_MISSING.search(response.url)
        ):
            self.wrong.append(f"{response.status} for {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or _MAY_BE_MISSING.search(message.location["url"]):
            return
        if not any(str(one) in message.text for one in self.expected):
            self.wrong.append(f"console: {message.text}")


@dataclass
class Somebody:
    """One browser window of somebody; `page` is what they see."""

    board: str
    context: BrowserContext
    page: Page
    watched: Watched
    shape: str
    """``360-terang``: width and shade, for the names of pictures."""
    pictures: Path | None = None

    def come_in(self, name: str, password: str) -> None:
        """By the form, as people do."""
        self.page.goto(f"{self.board}/masuk")
        self.send_login(name, password)

    def send_login(self, name: str, password: str) -> None:
        """Fill in the form that is before them and send it."""
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(password)
        self.page.locator("main form button").click()
        self.page.wait_for_load_state()

    def go(self, path: str) -> Page:
        """Look at a page of the board."""
        self.page.goto(f"{self.board}{path}")
        return self.page

    def keep_as(self, name: str) -> None:
        """The same under this name among the pictures, where they are kept."""
        if self.pictures is not None:
            self.keep(self.pictures / f"{name}-{self.shape}.png")

    def keep(self, file: Path) -> None:
        """A picture of the whole page."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file, full_page=True)


Sit = Callable[..., Somebody]
"""Seats somebody: see the fixture ``sit``."""


@contextmanager
def sitting(
    browser: Browser,
    board: str,
    *,
    width: int = TELEPHONE,
    dark: bool = False,
    script: bool = True,
    **more: Any,
) -> Iterator[Somebody]:
    """A fresh window before the board; nobody is logged in."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT.get(width, 900)},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        reduced_motion="reduce",  # colours on their way from one to another are no colours to judge
        has_touch=width < 600,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        **more,
    )
    context.set_default_timeout(60_000)  # a slow machine with other work beside
    watched = Watched(board)
    watched.watch(context)
    try:
        shape = f"{width}-{'gelap' if dark else 'terang'}"
        yield Somebody(board, context, context.new_page(), watched, shape)
    finally:
        context.close()
