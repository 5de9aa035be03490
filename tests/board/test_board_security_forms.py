"""Forms that are not our own, too large or broken; cookies, headers, and the key they are signed with."""

from __future__ import annotations

import asyncio
import logging
import re
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from board_centre import HOST, PASSWORD, Browser, Centre, Open
from starlette.types import Message
from test_board_security_rights import OPEN, TABLE, address_of, key_of

from ig_worker.board import create_app
from ig_worker.board.application import WAYS
from ig_worker.board.cookies import DEVICE, SESSION, VISITOR, Cookies
from ig_worker.board.door import FORM_BYTES
from ig_worker.board.signing import signing_key
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.rights import Role

POSTS = [way for way in WAYS if way.method == "POST"]
EVERYTHING = tuple(Role)
FORM = b"application/x-www-form-urlencoded"


@pytest.fixture
def everything(centre: Centre) -> Browser:
    """Somebody who may do all there is."""
    return centre.browser(*EVERYTHING, name="semua")


def test_no_form_is_taken_without_the_token_of_this_very_session(centre: Centre, everything: Browser) -> None:
    others = centre.browser(*EVERYTHING, name="lain").csrf()
    visitors = centre.browser().csrf()
    own = everything.csrf()
    wrong = ["", "0" * 64, own[:-1], own.upper(), own + " ", others, visitors, "é" * 64, "\x00", "x" * 5000]
    let_through = []
    for way in POSTS:
        for token in wrong:
            answer = everything.post(address_of(way), csrf=token, follow_redirects=False)
            if answer.status_code != 403:
                let_through.append(f"{key_of(way)} with {token[:10]!r}: {answer.status_code}")
    assert let_through == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": f"https://{HOST}.evil.example"},
        {"Origin": f"https://evil.example/{HOST}"},
        {"Origin": "http://["},
        {"Origin": f"ftp://{HOST}"},
        {"Origin": HOST},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
    ],
    ids=str,
)
def test_no_form_of_another_site_is_taken_even_with_the_right_token(
    everything: Browser, headers: dict[str, str]
) -> None:
    for way in POSTS:
        answer = everything.post(address_of(way), headers=headers, follow_redirects=False)
        assert answer.status_code == 403, key_of(way)


def test_our_own_pages_form_is_taken_at_either_address(open_centre: Open) -> None:
    centre = open_centre(more='[board]\npublic_url = "https://papan.example.id"')
    browser = Browser(centre)
    for origin in (f"http://{HOST}", "https://papan.example.id"):
        answer = browser.request(
            "POST", "/masuk", data={"name": "x"}, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        )
        assert "Muat ulang halamannya" in answer.text  # the token is missing; the origin was good
    app_answer = browser.request(
        "POST", "/masuk", headers={"Origin": "https://papan.example.id.evil.example"}
    )
    assert app_answer.status_code == 403


def bodies() -> Iterator[tuple[str, dict[str, Any], set[int]]]:
    many = "&".join(f"f{number}=x" for number in range(5_000)).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="a"'
    yield "10 MB", {"content": b"a=" + b"x" * 10_000_000, "headers": form}, {413}
    yield "10 MB multipart", {"content": part + b"\r\n\r\n" + b"x" * 10_000_000, "headers": multipart}, {413}
    yield "thousands of fields", {"content": many, "headers": form}, {400}
    yield (
        "5,000 parts",
        {"content": (part + b"\r\n\r\nx\r\n") * 5_000 + b"--x--", "headers": multipart},
        {400, 413},
    )
    yield "a file where none belongs", {"files": {"a": ("x.txt", b"x")}}, {400}
    yield "no boundary", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, {400}
    yield "broken boundary", {"content": b"--y\r\n\r\n", "headers": multipart}, {400, 403}
    yield "cut off", {"content": part, "headers": multipart}, {400, 403}
    yield "a part without a name", {
        "content": b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--", "headers": multipart
    }, {400}  # fmt: skip
    yield (
        "a strange charset",
        {
            "content": part + b"\r\n\r\n\xff\xfe\r\n--x--",
            "headers": {"Content-Type": "multipart/form-data; boundary=x; charset=klingon"},
        },
        {400, 403},
    )
    yield "JSON", {"content": b'{"csrf": "x"}', "headers": {"Content-Type": "application/json"}}, {403}
    yield "nothing", {"content": b""}, {403}
    yield "bytes that are no text", {"content": b"csrf=%ff%fe&\xff=\x00", "headers": form}, {403}


@pytest.mark.parametrize(
    ("body", "allowed"), [(b, a) for _, b, a in bodies()], ids=[name for name, _, _ in bodies()]
)
def test_a_broken_or_endless_form_is_refused(
    everything: Browser, body: dict[str, Any], allowed: set[int]
) -> None:
    for path in ("/masuk", "/akun/sandi", "/pengaturan/pengguna/baru"):
        answer = everything.request("POST", path, follow_redirects=False, **body)
        assert answer.status_code in allowed, path


def test_ten_megabytes_in_pieces_without_a_length_cost_no_memory(centre: Centre, everything: Browser) -> None:
    app, sent, pieces = create_app(centre.office), [], iter(range(160))

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": next(pieces, None) is not None}

    async def send(message: Message) -> None:
        sent.append(message)

    cookie = f"{SESSION}={everything.cookies[SESSION]}".encode()
    scope = {
        "type": "http", "method": "POST", "path": "/akun/sandi", "raw_path": b"/akun/sandi", "query_string": b"",
        "headers": [(b"host", HOST.encode()), (b"content-type", FORM), (b"cookie", cookie)],
        "client": ("192.0.2.1", 1), "server": (HOST, 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    everything.get("/akun/sandi")  # templates are compiled
    tracemalloc.start()
    asyncio.run(app(scope, receive, send))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent[0]["status"] == 413
    assert peak < 4_000_000
    assert next(pieces, None) is None  # all was taken, so that the browser reads the answer


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "9" * 5000, "12 12", ""])
def test_a_length_that_is_none_is_refused(centre: Centre, everything: Browser, length: str) -> None:
    answer = everything.request(
        "POST", "/keluar", content=b"", headers={"Content-Length": length.encode("latin-1").decode("latin-1")}
    ) if length.isascii() else None  # fmt: skip
    assert answer is None or answer.status_code in {400, 413}


def test_no_form_takes_more_than_a_quarter_of_a_megabyte_but_uploads(everything: Browser) -> None:
    wrong = []
    for way in POSTS:
        content = b"a=" + b"x" * FORM_BYTES
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = everything.request("POST", address_of(way), content=content, headers=headers)
        if answer.status_code != (400 if way.uploads else 413):
            wrong.append(f"{key_of(way)}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("public_url", ["", "http://papan.example.id", "https://papan.example.id"])
def test_cookies_carry_their_flags(open_centre: Open, public_url: str) -> None:
    centre = open_centre(more=f'[board]\npublic_url = "{public_url}"')
    centre.user(Role.VERIFIER, name="ratna")
    https = public_url.startswith("https")
    browser = Browser(centre)
    set_by_page = browser.get("/masuk")
    token = re.search(r'name="csrf" value="(\w+)"', set_by_page.text)
    assert token is not None
    prefix = "__Host-" if https else ""
    visitor = set_by_page.headers["set-cookie"].partition(";")[0]
    answer = browser.request(
        "POST",
        "/masuk",
        data={"csrf": token[1], "name": "ratna", "password": PASSWORD},
        headers={"Cookie": visitor},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    cookies = [*set_by_page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {prefix + name for name in (VISITOR, SESSION, DEVICE)}
    for cookie in cookies:
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert ("secure" in flags) == https
        assert not any(flag.startswith("domain") for flag in flags)
    hsts = answer.headers.get("strict-transport-security", "")
    assert ("max-age" in hsts) == https


def test_every_answer_is_careful_and_no_page_is_kept_by_a_browser(
    centre: Centre, everything: Browser
) -> None:
    for browser in (everything, centre.browser()):
        for way in WAYS:
            for method in {way.method, "GET", "POST", "PUT"}:
                answer = browser.request(method, address_of(way), follow_redirects=False)
                assert "default-src 'none'" in answer.headers["content-security-policy"], key_of(way)
                assert "unsafe" not in answer.headers["content-security-policy"]
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["x-frame-options"] == "DENY"
                kept = answer.headers.get("cache-control", "")
                if answer.headers.get("content-type", "").startswith("text/html"):
                    assert kept == "no-store", f"{method} {way.path} {answer.status_code}"
                if TABLE[key_of(way)] != OPEN:
                    assert "public" not in kept


@pytest.mark.parametrize(
    "host", ["a b", "[", "evil.example/x", "x@y", "", "a" * 300, "x:99999999", "<script>", "[::1]:x", "x\\y"]
)
def test_a_host_that_is_none_is_refused(centre: Centre, host: str) -> None:
    assert centre.browser().get("/masuk", headers={"Host": host}).status_code == 400


def test_another_host_never_stands_in_a_page_or_where_it_leads(centre: Centre) -> None:
    browser = centre.browser()
    for path in ("/masuk", "/", "/nowhere", "/healthz"):
        answer = browser.get(
            path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}, follow_redirects=False
        )
        assert "evil.example" not in answer.text + str(answer.headers)


def test_cookies_passwords_and_tokens_do_not_stand_in_the_log(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    centre.user(Role.VERIFIER, name="ratna")
    browser = centre.browser()
    with caplog.at_level(logging.DEBUG):
        browser.post("/masuk", {"name": "ratna", "password": PASSWORD})
        with centre.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE journal RENAME TO gone")
        browser.mark = Cookies(centre.office)._signer(SESSION).unsign(browser.cookies[SESSION]).decode()
        assert browser.post("/akun/bahasa", {"bahasa": "en"}).status_code == 503
    assert "journal" in caplog.text
    for secret in (PASSWORD, browser.mark, browser.cookies[SESSION], browser.csrf()):
        assert secret not in caplog.text


def test_a_database_that_fails_is_told_and_not_a_traceback(centre: Centre, everything: Browser) -> None:
    with centre.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE sessions RENAME TO gone")
    answer = everything.get("/")
    assert answer.status_code == 503
    assert "Basis data sedang tidak dapat dipakai" in answer.text


def test_the_key_is_made_whole_for_the_board_alone_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "board.key"
    key = signing_key(file)
    assert (len(key), signing_key(file), [*tmp_path.iterdir()]) == (32, key, [file])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    assert signing_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"half", b"x" * 33])
def test_half_a_key_is_noticed(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "board.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(Misconfigured, match="damaged") as caught:
        signing_key(file)
    assert "remove the file" in caught.value.cure


def test_a_key_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be kept"):
        signing_key(tmp_path / "not there" / "board.key")
