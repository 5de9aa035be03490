"""How calls are carried: the token, the retries, and what silence means."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import responses
from graph_wire import APP_SECRET, FACEBOOK, IG, INSTAGRAM, TOKEN, error
from hypothesis import given
from hypothesis import strategies as st
from responses.matchers import header_matcher

from ig_worker.domain.errors import (
    AccountBlocked,
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    Misconfigured,
    NotReady,
    PermissionLost,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
    WindowClosed,
)
from ig_worker.graph import InstagramAccount
from ig_worker.graph.answers import json_object, kept_text, read_answer, scrub, whole_number
from ig_worker.graph.usage import Usage

Client = Callable[..., InstagramAccount]
PUBLISH = f"{INSTAGRAM}/v25.0/{IG}/media_publish"
LIMIT = f"{INSTAGRAM}/v25.0/{IG}/content_publishing_limit"
LIMIT_ANSWER = {"data": [{"quota_usage": 3, "config": {"quota_total": 100, "quota_duration": 86400}}]}


def everything_about(problem: BaseException) -> str:
    """All that a log or a traceback could show of an error and of those behind it."""
    shown = ""
    behind: BaseException | None = problem
    while behind is not None:
        shown += f"{behind} {behind!r} {vars(behind)} "
        behind = behind.__cause__ or behind.__context__
    return shown


class TestTheToken:
    def test_it_goes_in_the_header_and_never_in_the_address(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(LIMIT, json=LIMIT_ANSWER, match=[header_matcher({"Authorization": f"Bearer {TOKEN}"})])
        client().publishing_limit()
        assert TOKEN not in str(wire.calls[0].request.url)

    def test_it_is_asked_at_every_call(self, wire: responses.RequestsMock, client: Client) -> None:
        tokens = ["first-token", "second-token"]
        wire.get(LIMIT, json=LIMIT_ANSWER)
        account = client(token=lambda: tokens.pop(0))
        account.publishing_limit()
        account.publishing_limit()
        sent = [call.request.headers["Authorization"] for call in wire.calls]
        assert sent == ["Bearer first-token", "Bearer second-token"]

    def test_a_netrc_file_does_not_take_its_place(
        self,
        wire: responses.RequestsMock,
        client: Client,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine graph.instagram.com login someone password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        wire.get(LIMIT, json=LIMIT_ANSWER, match=[header_matcher({"Authorization": f"Bearer {TOKEN}"})])
        client().publishing_limit()

    @pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "émile", "tab\t"])
    def test_what_is_no_token_is_not_sent(self, client: Client, token: str) -> None:
        with pytest.raises(Misconfigured) as caught:
            client(token=lambda: token).publish_container("1")
        assert "access_token" in caught.value.cure
        assert not token or token not in everything_about(caught.value)

    def test_a_redirect_does_not_carry_it_away(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.post(PUBLISH, status=302, headers={"Location": "https://elsewhere.example/"})
        with pytest.raises(Unanswered):
            client().publish_container("1")
        assert len(wire.calls) == 1

    def test_no_error_and_no_log_shows_it(
        self, wire: responses.RequestsMock, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        account = client("facebook", app_secret=APP_SECRET)
        address = f"{FACEBOOK}/v25.0/{IG}/media_publish"
        wire.post(address, body=requests.ConnectionError(f"…?access_token={TOKEN}"))
        wire.post(address, json=error(190, None, f"Malformed access token {TOKEN} {APP_SECRET}"))
        for _ in range(2):
            with pytest.raises(IgWorkerError) as caught:
                account.publish_container("1")
            assert TOKEN not in everything_about(caught.value)
            assert APP_SECRET not in everything_about(caught.value)
            assert caught.value.__context__ is None
        assert TOKEN not in caplog.text
        assert "appsecret_proof" not in caplog.text
        assert TOKEN not in repr(account)

    def test_the_access_shows_no_secret(self, client: Client) -> None:
        account = client("facebook", app_secret=APP_SECRET)
        assert APP_SECRET not in repr(vars(account)) + repr(account._graph.account)


class TestAddresses:
    def test_facebook_login_has_its_own_host_and_a_proof_of_the_secret(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{FACEBOOK}/v25.0/{IG}/content_publishing_limit", json=LIMIT_ANSWER)
        client("facebook", app_secret=APP_SECRET).publishing_limit()
        proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        assert wire.calls[0].request.params["appsecret_proof"] == proof  # type: ignore[attr-defined]

    @pytest.mark.parametrize(("login", "secret"), [("instagram", APP_SECRET), ("facebook", "")])
    def test_no_proof_where_meta_does_not_document_it_or_there_is_no_secret(
        self, wire: responses.RequestsMock, client: Client, login: str, secret: str
    ) -> None:
        host = INSTAGRAM if login == "instagram" else FACEBOOK
        wire.get(f"{host}/v25.0/{IG}/content_publishing_limit", json=LIMIT_ANSWER)
        client(login, app_secret=secret).publishing_limit()
        assert "appsecret_proof" not in str(wire.calls[0].request.url)

    def test_base_url_and_version_replace_both(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.get(f"http://127.0.0.1:9/v26.0/{IG}/content_publishing_limit", json=LIMIT_ANSWER)
        client(base_url="http://127.0.0.1:9/", version="v26.0").publishing_limit()

    def test_a_stray_character_in_an_id_does_not_become_a_query(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{INSTAGRAM}/v25.0/1%3Ffields=x", json={"permalink": "https://ig/p"})
        assert client().permalink("1?fields=x") == "https://ig/p"


class TestReads:
    @pytest.mark.parametrize(
        "passing",
        [
            {"body": requests.ConnectionError()},
            {"body": requests.ReadTimeout()},
            {"status": 502, "body": "<html>Bad Gateway</html>"},
            {"status": 200, "body": '{"data": [{"quota'},
            {"status": 200, "body": "[]"},
            {"status": 500, "json": error(1, None, "An unknown error occurred")},
            {"status": 400, "json": error(2, None, "Service temporarily unavailable")},
            {"status": 400, "json": error(-1, 2207001)},
            {"status": 400, "json": error(31337, 1, "Something new")},
            {"status": 400, "json": error(100, 33, "Unsupported get request")},
        ],
        ids=str,
    )
    def test_what_may_pass_is_asked_again(
        self, wire: responses.RequestsMock, client: Client, pauses: list[float], passing: dict[str, object]
    ) -> None:
        wire.add(responses.Response("GET", LIMIT, **passing))  # type: ignore[arg-type]
        wire.get(LIMIT, json=LIMIT_ANSWER)
        assert client().publishing_limit().used == 3
        assert len(pauses) == 1

    def test_the_pauses_grow_and_end(
        self, wire: responses.RequestsMock, client: Client, pauses: list[float]
    ) -> None:
        wire.get(LIMIT, body=requests.ConnectionError())
        with pytest.raises(Unanswered):
            client().publishing_limit()
        assert len(wire.calls) == 4
        assert len(pauses) == 3
        assert sorted(pauses) == pauses
        assert sum(pauses) < 10

    @pytest.mark.parametrize(
        ("code", "subcode", "family"),
        [
            (190, 463, TokenExpired),
            (102, None, TokenExpired),
            (10, None, PermissionLost),
            (200, None, PermissionLost),
            (190, 459, AccountBlocked),
            (80002, None, Throttled),
            (4, 2207051, Throttled),
            (9000001, None, Unavailable),
            (100, None, Refused),
        ],
    )
    def test_a_clear_no_is_not_asked_again(
        self,
        wire: responses.RequestsMock,
        client: Client,
        code: int,
        subcode: int | None,
        family: type[IgWorkerError],
    ) -> None:
        wire.get(LIMIT, status=400, json=error(code, subcode))
        with pytest.raises(family) as caught:
            client().publishing_limit()
        assert type(caught.value) is family
        assert caught.value.said is not None
        assert (caught.value.said.code, caught.value.said.subcode) == (code, subcode)
        assert len(wire.calls) == 1

    def test_nothing_there_means_deleted_for_a_post_but_a_lost_permission_for_the_account(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        gone = error(100, 33, "Object with ID '1' does not exist")
        wire.get(f"{INSTAGRAM}/v25.0/18000", status=400, json=gone)
        wire.get(f"{INSTAGRAM}/v25.0/me", status=400, json=gone)
        with pytest.raises(Unavailable):
            client().permalink("18000")
        with pytest.raises(PermissionLost):
            client().profile()
        assert len(wire.calls) == 8

    def test_the_publishing_limit_is_a_figure_and_proves_no_lost_permission(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(LIMIT, status=400, json=error(100, 33, "Unsupported get request"))
        with pytest.raises(Unavailable) as caught:
            client().publishing_limit()
        assert caught.value.said is not None
        assert caught.value.said.subcode == 33


class TestWrites:
    @pytest.mark.parametrize(
        "silence",
        [
            {"body": requests.ConnectTimeout()},
            {"body": requests.ConnectionError()},
            {"body": requests.ReadTimeout()},
            {"body": requests.exceptions.ChunkedEncodingError()},
            {"body": ConnectionResetError()},
            {"status": 502, "body": "<html>Bad Gateway</html>"},
            {"status": 500, "json": error(190, 463)},
            {"status": 200, "body": '{"id": "180'},
            {"status": 200, "body": "null"},
            {"status": 200, "json": {"success": True}},
            {"status": 200, "json": {"id": ""}},
            {"status": 503, "json": {"id": "18000"}},
            {"status": 400, "json": error(1)},
            {"status": 400, "json": error(4, 2207051)},
            {"status": 400, "json": error(24, 2207008)},
            {"status": 400, "json": error(100, 33)},
            {"status": 400, "json": error(31337)},
            {"status": 400, "json": error(None)},
            {"status": 400, "json": {"error": "no"}},
        ],
        ids=str,
    )
    def test_anything_but_a_proven_no_is_unanswered_and_never_repeated(
        self, wire: responses.RequestsMock, client: Client, silence: dict[str, object]
    ) -> None:
        wire.add(responses.Response("POST", PUBLISH, **silence))  # type: ignore[arg-type]
        with pytest.raises(Unanswered):
            client().publish_container("17900")
        assert len(wire.calls) == 1

    @pytest.mark.parametrize(
        ("code", "subcode", "family"),
        [
            (190, 463, TokenExpired),
            (10, None, PermissionLost),
            (10, 2534022, WindowClosed),
            (25, 2207050, AccountBlocked),
            (-2, 2207020, ContainerGone),
            (9007, 2207027, NotReady),
            (9, 2207042, Throttled),
            (80002, None, Throttled),
            (36003, 2207009, MediaRejected),
            (100, 2207089, MediaRejected),
            (100, 2534015, Refused),
        ],
    )
    def test_a_proven_no_is_a_refusal(
        self,
        wire: responses.RequestsMock,
        client: Client,
        code: int,
        subcode: int | None,
        family: type[IgWorkerError],
    ) -> None:
        wire.post(PUBLISH, status=400, json=error(code, subcode, "Because."))
        with pytest.raises(family) as caught:
            client().publish_container("17900")
        assert type(caught.value) is family
        assert caught.value.cure
        assert "Because." in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_unanswered_tells_what_was_said(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.post(PUBLISH, status=400, json=error(4, 2207051, "Action is blocked"))
        with pytest.raises(Unanswered) as caught:
            client().publish_container("17900")
        said = caught.value.said
        assert said is not None
        assert (said.action, said.proves_not_done, said.fbtrace_id) == ("wait", False, "Atrace")

    def test_half_a_character_is_rejected_before_anything_goes_out(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        for write in (client().reply_to_comment, client().send_message):
            with pytest.raises(MediaRejected):
                write("1", "Terima kasih \ud83d")
        assert len(wire.calls) == 0

    def test_publishing_may_take_longer_than_other_calls(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.post(PUBLISH, json={"id": "18000"})
        wire.post(f"{INSTAGRAM}/v25.0/1/replies", json={"id": "17900"})
        account = client(timeout_seconds=7, publish_timeout_seconds=170)
        account.publish_container("1")
        account.reply_to_comment("1", "ya")
        timeouts = [call.request.req_kwargs["timeout"] for call in wire.calls]  # type: ignore[attr-defined]
        assert timeouts == [(10.0, 170), (7, 7)]


class TestUsage:
    def test_the_last_answer_tells_how_much_is_used(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        account = client()
        assert account.usage == Usage(0, 0)
        wire.get(LIMIT, json=LIMIT_ANSWER, headers={"x-app-usage": '{"call_count": 28, "total_time": 91}'})
        account.publishing_limit()
        assert account.usage == Usage(91, 0)

    def test_all_ids_and_lists_of_the_business_header_count(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        header = {
            "9": [{"type": "messenger", "call_count": 3}],
            "8": [
                {"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19},
                {"type": "pages", "total_cputime": 12},
            ],
        }
        account = client()
        wire.get(
            LIMIT,
            status=400,
            json=error(80002),
            headers={"X-Business-Use-Case-Usage": json.dumps(header)},
        )
        with pytest.raises(Throttled) as caught:
            account.publishing_limit()
        assert account.usage == Usage(100, 19)
        assert caught.value.wait_seconds == pytest.approx(19 * 60, abs=1)

    @pytest.mark.parametrize(("code", "seconds"), [(80002, 60), (4, 60), (368, 6 * 3600)])
    def test_without_a_time_a_minute_is_waited_at_first(
        self, wire: responses.RequestsMock, client: Client, code: int, seconds: float
    ) -> None:
        wire.get(LIMIT, status=400, json=error(code))
        with pytest.raises(Throttled) as caught:
            client().publishing_limit()
        assert caught.value.wait_seconds == pytest.approx(seconds, abs=1)

    @pytest.mark.parametrize(
        "header",
        ["", "no json", "[]", "{}", '{"1": 5}', '{"1": [5, null]}', '{"1": [{"call_count": "9"}]}'],
    )
    def test_headers_that_are_not_as_described_count_for_nothing(
        self, wire: responses.RequestsMock, client: Client, header: str
    ) -> None:
        wire.get(LIMIT, json=LIMIT_ANSWER, headers={"X-Business-Use-Case-Usage": header})
        account = client()
        account.publishing_limit()
        assert account.usage == Usage(0, 0)


def test_every_call_is_one_line_without_its_query(
    wire: responses.RequestsMock, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ig_worker.graph")
    wire.get(LIMIT, status=400, json=error(100, None, "Bad\nthing"))
    with pytest.raises(Refused):
        client().publishing_limit()
    (record,) = caplog.records
    line = record.getMessage()
    assert line.startswith(f"GET {IG}/content_publishing_limit: 400 in ")
    assert "Bad thing (code 100) [Atrace]" in line
    assert "fields" not in line


def test_the_log_of_the_connection_pool_is_kept_from_showing_addresses() -> None:
    assert logging.getLogger("urllib3.connectionpool").getEffectiveLevel() > logging.DEBUG


def test_a_write_does_not_trust_a_connection_that_lay_idle(client: Client) -> None:
    with listening() as (address, callers):
        account = client(base_url=address)
        for _ in range(2):
            account.permalink("1")
        account.publish_container("1")
        account.permalink("1")
    reads, write = {callers[0], callers[1], callers[3]}, callers[2]
    assert len(reads) == 1
    assert write not in reads


@contextmanager
def listening() -> Iterator[tuple[str, list[int]]]:
    """A server on this machine that answers all with an id and notes the port each caller came from."""
    callers: list[int] = []

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            callers.append(self.client_address[1])
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", "13")
            self.end_headers()
            self.wfile.write(b'{"id":"1800"}')

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", callers
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def test_threads_do_not_share_an_http_session(client: Client) -> None:
    graph = client()._graph
    seen: list[requests.Session] = []
    other = threading.Thread(target=lambda: seen.append(graph._http()))
    other.start()
    other.join()
    assert graph._http() is graph._http()
    assert seen[0] is not graph._http()


@given(st.text(alphabet=st.characters(), max_size=500))
def test_kept_text_can_always_be_stored(text: str) -> None:
    kept = kept_text(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert "\x00" not in kept
    assert len(kept) == len(text)


def test_hostile_text_arrives_whole_but_storable() -> None:
    assert json_object(b'{"t": "\\ud83d\\ude00 \\ud83d \\u0000 \\u202eabc"}') == {
        "t": "😀 \ud83d \x00 \u202eabc"
    }
    assert kept_text("😀 \ud83d \x00 \u202eabc") == "😀 � � \u202eabc"
    assert kept_text(None) == ""
    assert json_object(b"[" * 100_000) is None


def test_a_message_is_one_short_printable_line() -> None:
    line = scrub("a\n\tb \u202e c" + "x" * 5000, ["", "secret"])
    assert line.startswith("a b c")
    assert len(line) == 300
    assert scrub("https://x/?access_token=abc&y=1 EAABwzLixnjYBO0123456789", []) == (
        "https://x/?access_token=[secret]&y=1 [secret]"
    )


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), ("8", 8), ("x", None), (None, None), (True, None), (1.5, None)]
)
def test_numbers_come_bare_or_in_quotes(value: object, number: int | None) -> None:
    assert whole_number(value) == number


def test_errors_of_the_token_endpoints_are_understood(wire: responses.RequestsMock, client: Client) -> None:
    body = {"error_type": "OAuthException", "code": 190, "error_message": "expired"}
    wire.get(f"{INSTAGRAM}/refresh_access_token", status=400, json=body)
    with pytest.raises(TokenExpired):
        client().refresh_token()


@pytest.mark.parametrize(
    ("headers", "date"),
    [
        ({"Date": "Wed, 25 Nov 2026 00:30:00 GMT"}, "Wed, 25 Nov 2026 00:30:00 GMT"),
        ({"Date": "Wed, 25 Nov 2026 00:30:00 GMT", "Age": "0"}, "Wed, 25 Nov 2026 00:30:00 GMT"),
        ({"Date": "Wed, 25 Nov 2026 00:30:00 GMT", "Age": "3600"}, ""),
        ({}, ""),
    ],
)
def test_the_time_of_an_answer_is_believed_where_no_store_gave_it(headers: dict[str, str], date: str) -> None:
    assert read_answer(200, headers, b"{}").date == date
