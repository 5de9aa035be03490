"""A centre full of life and of hostile words: no page breaks, none carries what people wrote as its own markup."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from board_centre import Browser, Centre
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_board_security_rights import key_of

from fakes.hostile_words import HOSTILE_CAPTION, HOSTILE_NAME, HOSTILE_WORDS
from fakes.lively_centre import made_once
from ig_worker import board, config
from ig_worker.board import Office, passwords
from ig_worker.board.application import WAYS
from ig_worker.board.ways import Way
from ig_worker.domain.rights import Role
from ig_worker.store import users

SOURCES = Path(board.__file__).parent / "rooms"
ASKED = re.compile(r"""\.(?:asked|said|all_said|ticked|files|get|getlist)\(\s*["']([a-z_]+)["']""")
NAMES = sorted({name for file in SOURCES.rglob("*.py") for name in ASKED.findall(file.read_text("utf-8"))})
"""What the rooms ask of addresses and forms, as it stands in them today."""

MARK = "<script>zz1</script>"
HOSTILE = [
    "", " ", "0", "1", "-1", "007", "1" * 30, "2147483648", "99999999999999999999", "1e9", "NaN", "null", "None",
    "' OR '1'='1", "'; DROP TABLE users; --", '" OR ""="', "1) UNION SELECT password FROM users --", "%", "_", "%%%s%n",
    f"\"'>{MARK}", f"</textarea>{MARK}", f"</title>{MARK}", "' onfocus=zz1() autofocus='", "{{7*7}}", "{0.__class__}",
    "\r\nSet-Cookie: jahat=1\r\n\r\n<h1>", "%0d%0aLocation: //evil.example", "//evil.example", "/\\evil.example",
    "../../../etc/passwd", "..\\..\\board.key", "/etc/passwd\x00.png", "\x00", "\ud800", "\u202e\u2066", "🤰" * 50,
    "x" * 3000, "2026-11-25", "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-W99", "2026-13", "0001-01",
    "9999-12", "2026-11", "25.99", "09.00", "24:00", "２０２６-11-25", "²", "K-2026-0001", "K-2026-0002", "K-0000-0000",
    "2026-11-25T00:00:00+00:00_5", "9999-12-31T23:59:59+00:00_5", "0001-01-01T00:00:00+23:59_1", "2026-11-25_1",
    "keluhan", "comment", "dm", "draft", "verifikator", "polowijen", "complaint_team", "unit:kia", "id", "en", "ya",
    "tidak_terbit", "=HYPERLINK(\"x\")", "a" * 100 + "@example.org", "https://evil.example/?a=b#c", "javascript:zz1()",
]  # fmt: skip

words = st.sampled_from(HOSTILE) | st.text(max_size=30) | st.integers(1, 80).map(str)
fields = st.dictionaries(st.sampled_from(NAMES), words, max_size=8)


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Centre]:
    """A copy of the lively centre for this module alone."""
    base = tmp_path_factory.getbasetemp()
    made = made_once((base if worker_id == "master" else base.parent) / "lively")
    mine = tmp_path_factory.mktemp("fuzzed") / "lively"
    shutil.copytree(made.parent, mine)
    chosen = config.load(mine / "config.toml")
    office = Office(chosen)
    yield Centre(mine, chosen, office)
    office.close()


@pytest.fixture(scope="module")
def user_id(lively: Centre) -> int:
    """Somebody with a hostile name who may do everything."""
    kept = passwords.hashed("tidak-penting-di-sini")
    with lively.database.writing() as connection:
        more = {"unit": 'kia"><b>', "full_texts": True}
        name = f"{MARK}\"' onx=zz1() {HOSTILE_NAME}"
        return users.add(connection, "semua", name, list(Role), kept, lively.now, **more)


@pytest.fixture(scope="module")
def everything(lively: Centre, user_id: int) -> Browser:
    made = Browser(lively)
    made.come_in(user_id)
    return made


class Markup(HTMLParser):
    """Complains of what none of our templates writes."""

    OURS = frozenset({"board.js"})

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "autofocus"}:
                self.wrong.append(f"<{tag} {name}={value!r}>")
            if name in {"href", "src", "action", "formaction"}:
                self.links.append(value or "")
                if re.match(r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE):
                    self.wrong.append(f"<{tag} {name}={value!r}>")
        if tag in {"iframe", "object", "embed", "style", "base", "i"} or (
            tag == "script" and not (dict(attrs).get("src") or "").startswith("/static/")
        ):
            self.wrong.append(f"<{tag}>")
        if tag == "img" and not re.match(r"/[^/]", dict(attrs).get("src") or ""):
            self.wrong.append(f"<img {attrs}>")


def links_and_wrong(page: str) -> tuple[list[str], list[str]]:
    """Where a page leads, and what in it is not ours."""
    markup = Markup()
    markup.feed(page)
    return markup.links, markup.wrong


def complaint(way: str, answer: httpx.Response) -> str:
    """What is wrong with an answer to anything at all; empty where nothing is."""
    allowed = {503} if way in {"GET /healthz", "GET /metrics"} else {502} if "saluran/uji" in way else set()
    if answer.status_code >= 500 and answer.status_code not in allowed:
        return f"{answer.status_code}"
    for name, value in answer.headers.items():
        if "\n" in value or "\r" in value or name == "jahat":
            return f"header {name}: {value!r}"
    if any("jahat" in cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")):
        return "a cookie that is not ours"
    where = answer.headers.get("location", "/")
    if not where.startswith("/") or where.startswith(("//", "/\\")):
        return f"leads to {where}"
    if answer.headers.get("content-type", "").startswith("text/html"):
        _, wrong = links_and_wrong(answer.text)
        if wrong or "zz1</script>" in answer.text.replace("&lt;script&gt;zz1&lt;/script&gt;", ""):
            return f"carries {wrong[:3] or MARK}"
    return ""


def test_the_net_catches_what_it_should() -> None:
    for page in (
        f"<p>{MARK}</p>", "<a href=' javascript:x'>", "<p onclick=x>", "<p style=x>", "<img src=//evil/x>",
    ):  # fmt: skip
        assert links_and_wrong(page)[1], page
    assert links_and_wrong('<a href="/x">&lt;script&gt;</a><script src="/static/board.js"></script>')[1] == []


@pytest.mark.slow
def test_every_page_that_can_be_reached_is_whole_and_carries_no_foreign_markup(
    lively: Centre, everything: Browser
) -> None:
    waiting, seen, wrong, shapes = ["/"], {"/"}, [], dict[str, int]()
    while waiting:
        path = waiting.pop()
        answer = everything.get(path, follow_redirects=False)
        if said := complaint(f"GET {path}", answer):
            wrong.append(f"{path}: {said}")
        if answer.status_code == 404:
            wrong.append(f"{path}: 404")
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for found in links_and_wrong(answer.text)[0]:
            link = found.partition("#")[0]
            shape = re.sub(r"=[^&]*|\d+", "*", link)
            # Of each kind of page some are enough.
            if link.startswith("/") and link not in seen and shapes.get(shape, 0) < 12 and not _sends(link):
                seen.add(link)
                shapes[shape] = shapes.get(shape, 0) + 1
                waiting.append(link)
    assert wrong == []
    assert len(seen) > 30


def _sends(link: str) -> bool:
    """Whether it is where a form goes, not a page."""
    path = link.partition("?")[0]
    return not any(
        way.method == "GET" and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(way.path)), path)
        for way in WAYS
    )


def test_hostile_words_are_shown_as_words(lively: Centre, everything: Browser) -> None:
    assert "&lt;b&gt;Ana&lt;/b&gt;" in everything.get("/akun").text
    hostile = [HOSTILE_CAPTION, *(text for _, text in HOSTILE_WORDS)]
    assert any("<script" in text for text in hostile)
    for path in ("/kotak-masuk", "/kalender?bulan=2026-11"):
        answer = everything.get(path)
        assert (answer.status_code, complaint(path, answer)) == (200, "")


FUZZED = [way for way in WAYS if key_of(way) not in {"POST /keluar", "POST /masuk", "POST /akun/sandi"}]


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(way=st.sampled_from(FUZZED), part=words, query=fields, form=fields)
def test_whatever_is_asked_or_sent_nothing_breaks(
    lively: Centre,
    user_id: int,
    everything: Browser,
    way: Way,
    part: str,
    query: dict[str, str],
    form: dict[str, str],
) -> None:
    _let_in_again(lively, user_id, everything)
    path = re.sub(r"\{\w+\}", lambda _: _quoted(part), way.path)
    more: dict[str, Any] = {"params": {name: _sendable(value) for name, value in query.items()}}
    if way.method == "POST":
        more["data"] = {"csrf": everything.csrf(), **{name: _sendable(value) for name, value in form.items()}}
        if way.uploads:
            more["files"] = {
                "lembar": (_sendable(part)[:100] or "x", form.get("teks", "x").encode("utf-8", "replace"))
            }
    begun = time.monotonic()
    answer = everything.request(way.method, path, follow_redirects=False, **more)
    assert complaint(key_of(way), answer) == ""
    assert time.monotonic() - begun < 20


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=words, password=words, to=words, agent=words)
def test_whatever_is_typed_at_the_door_nothing_breaks(
    lively: Centre, name: str, password: str, to: str, agent: str
) -> None:
    browser = Browser(lively)
    headers = {"User-Agent": re.sub(r"[^ -~]", "?", agent)}
    data = {"csrf": browser.csrf(), "name": name, "password": password, "ke": to}
    data = {key: _sendable(value) for key, value in data.items()}
    answer = browser.request("POST", "/masuk", data=data, headers=headers, follow_redirects=False)
    assert answer.status_code in {401, 429}
    assert complaint("POST /masuk", answer) == ""


def _let_in_again(lively: Centre, user_id: int, browser: Browser) -> None:
    """What was sent may have changed the user who sends it."""
    with lively.database.writing() as connection:
        row = users.numbered(connection, user_id)
        assert row is not None
        users.save(connection, row, disabled_at=None, must_change=False, roles=list(Role))
    browser.come_in(user_id)


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass")) or "%20"
