"""A centre with a board: its database, its people, and browsers in which they sit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from fakes import postgresql
from ig_worker import config
from ig_worker.board import Office, create_app, passwords
from ig_worker.board.cookies import HOURS, SESSION, Cookies, new_mark, shelved
from ig_worker.config import Settings
from ig_worker.domain.rights import READS_FULL_TEXTS, Role
from ig_worker.store import accounts, sessions, users
from ig_worker.store.database import AlreadyThere, Database

HOST = "board.example"

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
"""Wednesday, 25 November 2026, 07.30 WIB."""

PASSWORD = "jangan-lupa-minum-air"
KEPT = passwords.hashed(PASSWORD)

NAMES = {
    Role.MAKER: "Siti Maesaroh",
    Role.EDITOR: "Dewi Lestari",
    Role.VERIFIER: "Bidan Ratna",
    Role.HOLDER: "dr. Bagus",
    Role.COMPLAINTS: "Rina Wati",
    Role.HEAD: "dr. Hartono",
    Role.ADMIN: "Agus Operator",
}
"""Whoever has the role alone, by their full name."""

CONFIG = """\
data_dir = "var"
played_clock = "clock"
[graph]
base_url = "http://127.0.0.1:9"
timeout_seconds = 5
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "IGAAsandboxTokenPolowijen"
[centre]
name = "Puskesmas Polowijen"
[media]
public_base_url = "http://127.0.0.1:9/media"
allow_private_addresses = true
[notify]
complaint_team = ["mailto://petugas:rahasia-benar@mail.example.org?to=tim@example.org"]
[planner.targets]
"Nice to Know" = 2
{more}
"""


@dataclass
class Centre:
    """A folder with configuration and database, and the board over it. `now` stands still until it is set."""

    folder: Path
    settings: Settings
    office: Office

    @property
    def database(self) -> Database:
        """The board's own."""
        return self.office.database

    @property
    def now(self) -> datetime:
        """The played time."""
        return self.office.now()

    def set_clock(self, now: datetime) -> None:
        """Have it be another time."""
        (self.folder / "clock").write_text(now.isoformat())

    def user(self, *roles: Role, name: str = "", **more: Any) -> int:
        """A user with these roles, made once; returns the row's number."""
        first = roles[0]
        login = name or "-".join(roles)
        values = {"full_texts": not READS_FULL_TEXTS.isdisjoint(roles), "full_name": NAMES[first], **more}
        full_name = values.pop("full_name")
        try:
            with self.database.writing() as connection:
                return users.add(connection, login, full_name, list(roles), KEPT, self.now, **values)
        except AlreadyThere:
            with self.database.reading() as connection:
                row = users.named(connection, login)
                assert row is not None
                return int(row.id)

    def browser(self, *roles: Role, name: str = "", **more: Any) -> Browser:
        """A browser in which somebody with these roles is logged in; without roles, nobody is."""
        made = Browser(self)
        if roles:
            made.come_in(self.user(*roles, name=name, **more))
        return made

    def close(self) -> None:
        """Give everything back."""
        self.office.close()


class Browser:
    """Somebody's browser: it keeps cookies, follows redirects, and sends forms with the token of its session."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.cookies = httpx.Cookies()
        self._app = create_app(centre.office)
        self.mark = ""

    def come_in(self, user_id: int) -> None:
        """A session of this user, without the form."""
        self.mark = new_mark()
        now = self.centre.now
        with self.centre.database.writing() as connection:
            ends_at = now + timedelta(hours=HOURS)
            sessions.begin(connection, shelved(self.mark), user_id, now, ends_at, "test")
        self.cookies.set(SESSION, self._signed(SESSION, self.mark), domain=HOST)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Look at a page."""
        return self.request("GET", path, **more)

    def request(
        self, method: str, path: str, *, follow_redirects: bool = True, **more: Any
    ) -> httpx.Response:
        """Any request; redirects are followed as a browser does."""

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport,
                base_url=f"http://{HOST}",
                cookies=self.cookies,
                follow_redirects=follow_redirects,
                timeout=30,
            ) as client:
                answer = await client.request(method, path, **more)
                self.cookies = httpx.Cookies(client.cookies)
                return answer

        return asyncio.run(one())

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, csrf: str | None = None, **more: Any
    ) -> httpx.Response:
        """Send a form; with the right token unless another is given. Redirects are followed."""
        token = self.csrf() if csrf is None else csrf
        return self.request("POST", path, data={"csrf": token, **(data or {})}, **more)

    def csrf(self) -> str:
        """The token of this browser's forms."""
        if self.mark:
            return Cookies(self.centre.office).csrf(self.mark)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.get("/masuk").text)
        assert found is not None
        return found[1]

    def _signed(self, name: str, mark: str) -> str:
        return Cookies(self.centre.office)._signer(name).sign(mark.encode()).decode()


Open = Callable[..., Centre]
"""What the fixture `open_centre` is."""


def opened(folder: Path, empty_database: bytes | str, *, more: str = "", now: datetime = NOW) -> Centre:
    """A centre in this folder, over that file or at that URL; `more` are further lines of its config.toml."""
    file = folder / "config.toml"
    elsewhere = empty_database if isinstance(empty_database, str) else ""
    file.write_text(postgresql.at(elsewhere, CONFIG.format(more=more)), "utf-8")
    (folder / "clock").write_text(now.isoformat())
    (folder / "var").mkdir(exist_ok=True)
    if isinstance(empty_database, bytes):
        (folder / "var" / "ig-worker.db").write_bytes(empty_database)
    settings = config.load(file)
    office = Office(settings)
    with office.database.writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001", "puskesmaspolowijen")
    return Centre(folder, settings, office)
