"""A lively centre, its board as a process, and Chromium before it.

The pages' pictures go to the folder that BOARD_PICTURES names, where it is set.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from chromium import Led, Sit, Somebody, board_at, chromium, launched, log_in, sitting
from playwright.sync_api import Browser, sync_playwright

from fakes.board_pages import kind_of, walk
from fakes.lively_centre import PASSWORD, made_once
from ig_worker.domain.rights import Role

FITTING = (Role.VERIFIER, Role.COMPLAINTS, Role.HEAD, Role.ADMIN, Role.MAKER, Role.EDITOR, Role.HOLDER)
"""A page is looked at as the first of these who may do most on it."""


# Playwright's loop runs in this thread as long as it is open, and other folders' tests start loops of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips without it."""
    if chromium() is None:
        pytest.skip("there is no chromium on this machine (apt install chromium)")
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def lively_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A copy of the lively centre for this process alone; the centre is made once for all of them."""
    base = tmp_path_factory.getbasetemp()
    config = made_once((base if worker_id == "master" else base.parent) / "lively")
    mine = base / "lively-mine"
    shutil.copytree(config.parent, mine)
    return mine


@pytest.fixture(scope="session")
def board(lively_folder: Path) -> Iterator[str]:
    """The address of the lively centre's board."""
    with board_at(lively_folder / "config.toml") as address:
        yield address


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """What browsers keep of those who have logged in, by name."""
    return {}


@pytest.fixture
def sit_afresh(browser: Browser, lively_folder: Path, tmp_path: Path, pictures: Path) -> Iterator[Sit]:
    """The same before a board of one's own, over a copy of the lively centre that may be changed at will."""
    shutil.copytree(lively_folder, tmp_path / "centre")
    with board_at(tmp_path / "centre" / "config.toml") as board, ExitStack() as leaving:
        yield from _seats(leaving, browser, board, {}, pictures)


@pytest.fixture
def sit(browser: Browser, board: str, sessions: dict[str, Any], pictures: Path) -> Iterator[Sit]:
    """Seats somebody with a role before the lively board: ``sit("keluhan", width=360, dark=True, script=False)``.

    Fails at the end where a page asked another host, said something on the console, or answered with an error.
    """
    with ExitStack() as leaving:
        yield from _seats(leaving, browser, board, sessions, pictures)


def _seats(
    leaving: ExitStack, browser: Browser, board: str, sessions: dict[str, Any], pictures: Path
) -> Iterator[Sit]:
    made: list[Somebody] = []

    def seated(name: str = "", **how: Any) -> Somebody:
        kept = {"storage_state": sessions[name]} if name in sessions else {}
        one = leaving.enter_context(sitting(browser, board, **kept, **how))
        one.pictures = pictures
        made.append(one)
        if name and not kept:
            one.come_in(name, PASSWORD)
            sessions[name] = one.context.storage_state()
        return one

    yield seated
    assert [line for one in made for line in one.watched.wrong] == []


@pytest.fixture(scope="session")
def led(board: str) -> Led:
    """Where everybody gets to from Beranda on."""
    found: dict[str, tuple[Role, str]] = {}
    most: dict[str, int] = {}
    nowhere = []
    for role in FITTING:
        with httpx.Client(base_url=board, follow_redirects=True, timeout=60) as client:
            log_in(client, role.value)

            for status, path, offered in walk(partial(_look, client, forms := {})):
                if status != 200:
                    nowhere.append(f"{status} for {path}, which {offered} leads {role.value} to")
                elif path in forms:
                    # Beranda is another one for everybody; of others there is most to see for whoever may do most.
                    kind = f"{kind_of(path)} {role}" if path == "/" else kind_of(path)
                    if forms[path] > most.get(kind, -1):
                        most[kind], found[kind] = forms[path], (role, path)
    return Led({role: [path for each, path in found.values() if each is role] for role in FITTING}, nowhere)


def _look(client: httpx.Client, forms: dict[str, int], path: str) -> tuple[int, str]:
    answer = client.get(path)
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return answer.status_code, ""
    forms[path] = answer.text.count("<form")
    return answer.status_code, answer.text


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of pages are kept."""
    named = os.environ.get("BOARD_PICTURES")
    return Path(named) if named else tmp_path_factory.mktemp("pictures")
