"""Carries calls to the Graph API: the token in a header, reads tried again, writes sent once.

A write that got no clear answer is Unanswered, even where the connection was never made: whether a proxy on the
way had already passed it on cannot be seen from here, and asking later costs a few minutes while a second post
cannot be taken back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPException
from typing import Any, Final, Literal, Protocol
from urllib.parse import quote, urlencode

import requests
from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential,
    wait_random,
)
from urllib3.exceptions import HTTPError

from ig_worker import clock
from ig_worker.domain.api_errors import ACTIONS
from ig_worker.domain.errors import (
    ApiError,
    IgWorkerError,
    MediaRejected,
    Misconfigured,
    Refused,
    Silence,
    Throttled,
    Unanswered,
)
from ig_worker.domain.token_life import is_dead
from ig_worker.graph.access import BearerToken, is_token
from ig_worker.graph.answers import (
    LONG_WAITS,
    NOT_THERE,
    Answer,
    Found,
    after_a_read,
    after_a_write,
    error_in,
    id_text,
    read_answer,
    stops_every_call,
)
from ig_worker.graph.pause import WITHOUT_A_TIME, Pause
from ig_worker.graph.punctual import http_session, whole_body
from ig_worker.graph.refusals import Refusals, Shelf
from ig_worker.graph.usage import Budgets, Usage

logger = logging.getLogger("ig_worker.graph")

# Its debug lines show whole addresses, and a few token calls must carry a secret there.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)

HOSTS: Final = {"instagram": "https://graph.instagram.com", "facebook": "https://graph.facebook.com"}
CONNECT_SECONDS = 10.0
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
READ_TRIES = 4
READ_TRIES_SECONDS = 60.0
"""No further try of a read begins later than this after the first."""
HASTY_TRIES = 2
"""Tries of a read where nobody may sleep."""


@dataclass(frozen=True)
class AccountAccess:
    """Who we are at Instagram. ``token`` is asked at every call, because a refreshed one may have come meanwhile.

    ``refused`` hears of every answer that says that the token itself is dead (190), with that token.
    """

    name: str
    login: Literal["instagram", "facebook"]
    ig_user_id: str
    page_id: str
    token: Callable[[], str] = field(repr=False)
    app_secret: str = field(default="", repr=False)
    refused: Callable[[str, ApiError], object] = field(default=lambda token, said: None, repr=False)


@dataclass(frozen=True)
class Call:
    """One HTTP call. ``payload`` is a write's encoded body; ``secrets`` must not come back in Meta's words."""

    method: str
    path: str
    timeout: float
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    payload: bytes | None = field(default=None, repr=False)
    content_type: str = "application/x-www-form-urlencoded"
    versioned: bool = True
    bearer: bool = True
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Listener(Protocol):
    """Hears of every call, for whoever looks after the worker itself."""

    def calling(self, seconds: float) -> None:
        """A call begins that may take so long."""
        ...

    def answered(self, date: str, seconds: float) -> None:
        """It was answered after so many seconds, with this ``Date`` (empty where it has none that can be believed)."""
        ...


class GraphSession:
    """One account's calls. Threads may share it: each has its own HTTP session.

    ``usage`` is what the last answer said of Meta's budgets. ``refusals`` remembers the fields, the metrics and the
    ways of asking that Meta has refused for good.
    """

    def __init__(
        self,
        account: AccountAccess,
        *,
        base_url: str,
        version: str,
        timeout_seconds: float,
        publish_timeout_seconds: float,
        patient: bool,
        sleep: Callable[[float], None],
        stopwatch: Callable[[], float],
        shelf: Shelf | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.account = account
        self._listener = listener
        self.publish_timeout_seconds = publish_timeout_seconds
        self.usage = Usage()
        self.budgets = Budgets(stopwatch)
        self.refusals = Refusals(stopwatch, shelf)
        self.timeout_seconds = timeout_seconds
        self.set_host = base_url.rstrip("/")
        """The host that stands in for all of Meta's; empty where they are Meta's own."""
        self._base_url = self.set_host or HOSTS[account.login]
        self._version = version
        self._patient = patient
        self._sleep = sleep
        self._pause = Pause(stopwatch)
        self._threads = threading.local()

    def speaking(self, token: str) -> GraphSession:
        """The same session with this very token, whichever is kept; nobody hears where that one is refused."""
        other = copy(self)
        other.account = replace(self.account, token=lambda: token, refused=lambda token, said: None)
        return other

    def read(self, path: str, query: Mapping[str, str] | None = None, *, patient: bool = True) -> Found:
        """GET, tried again while it may pass. Raises Unanswered, Throttled or a Refused.

        A ``patient`` read does not believe "does not exist" (100/33) at once: new containers and posts are often
        not to be found for a moment (section B).
        """

        def may_pass(error: BaseException) -> bool:
            said = error.said if isinstance(error, Refused) else None
            missing = said is not None and (said.code, said.subcode) == NOT_THERE
            return isinstance(error, Unanswered) or (patient and missing)

        again = partial(Retrying, retry=retry_if_exception(may_pass), reraise=True)
        if self._patient:
            tries = again(
                stop=stop_after_attempt(READ_TRIES) | stop_after_delay(READ_TRIES_SECONDS),
                wait=wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.4),
                sleep=self._sleep,
            )
        else:
            tries = again(stop=stop_after_attempt(HASTY_TRIES), sleep=lambda seconds: None)
        return tries(self._read_once, Call("GET", _path(path), self.timeout_seconds, query or {}))

    def read_once(self, path: str, query: Mapping[str, str]) -> Found:
        """GET, asked once whatever comes of it: for what is not worth a second call. Raises as ``read``."""
        return self._read_once(Call("GET", _path(path), self.timeout_seconds, query))

    def write(
        self,
        path: str,
        *,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        expect: str = "id",
        timeout_seconds: float | None = None,
        visible: bool = True,
    ) -> str:
        """POST once, and return the id under the key ``expect``; `write_for` has the whole answer."""
        found = self.write_for(
            path, expect, form=form, body=body, timeout_seconds=timeout_seconds, visible=visible
        )
        return id_text(found[expect])

    def write_for(
        self,
        path: str,
        expect: str,
        *,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        timeout_seconds: float | None = None,
        visible: bool = True,
    ) -> Found:
        """POST once, and return what is answered, an id (or ``true``) under the key ``expect`` among it.

        ``visible`` says whether people see what it does. Raises Refused or Throttled where nothing was done for
        certain, MediaRejected where the text cannot be sent at all, and Unanswered for everything else.
        """
        payload, content_type = _encoded(form, body)
        call = Call(
            "POST",
            _path(path),
            timeout_seconds or self.timeout_seconds,
            payload=payload,
            content_type=content_type,
        )
        answer = self.written(call, self._send, visible=visible)
        made = answer.found.get(expect) if answer.found and answer.status < 300 else None
        if answer.found is None or not (made is True or id_text(made)):
            raise Unanswered(f"{call}: answered {answer.status} without the {expect} of what was made")
        return answer.found

    def written(self, call: Call, send: Callable[[Call, str], Answer], *, visible: bool) -> Answer:
        """Send a write once, by `send` with the token; raises as `write_for` does where the answer is an error."""
        answer, said = self._exchange(call, send)
        if said is not None:
            self._stay_away(said, answer.usage)
            raise self._as_long_as_the_pause(after_a_write(str(call), said, answer.usage, visible=visible))
        return answer

    def ask_token(self, path: str, query: Mapping[str, str], *, versioned: bool, bearer: bool) -> Found:
        """GET once, of the token endpoints: whether a new token ends the old one is not documented (section A)."""
        call = Call(
            "GET",
            path,
            self.timeout_seconds,
            query,
            versioned=versioned,
            bearer=bearer,
            secrets=tuple(query.values()),
        )
        return self._asked(call, own_node=True)

    def _read_once(self, call: Call) -> Found:
        ours = {"me", self.account.ig_user_id, self.account.page_id or "me"}
        return self._asked(call, own_node=call.path.partition("/")[0] in ours)

    def _asked(self, call: Call, *, own_node: bool) -> Found:
        answer, said = self._exchange(call, self._send)
        if said is not None:
            error = after_a_read(str(call), said, answer.usage, own_node=own_node)
            if isinstance(error, Throttled):
                self._stay_away(said, answer.usage)
            raise self._as_long_as_the_pause(error)
        if answer.found is None or answer.status >= 300:
            raise Unanswered(f"{call}: answered {answer.status} and nothing that can be read")
        return answer.found

    def _stay_away(self, said: ApiError, usage: Usage) -> None:
        if stops_every_call(said):
            unnamed = WITHOUT_A_TIME if said.code in LONG_WAITS else None
            self._pause.begin(usage.wait_minutes * 60.0 or unnamed, f"code {said.code}")

    def _as_long_as_the_pause(self, error: IgWorkerError) -> IgWorkerError:
        """Where Meta names no time, a limit lasts as long as our own pause, which grows while it is in vain."""
        said = error.said
        if not isinstance(error, Throttled) or said is None or said.code in LONG_WAITS:
            return error
        if stops_every_call(said):
            error.wait_seconds = max(self._pause.left()[0], 0.0)
        return error

    def _exchange(self, call: Call, send: Callable[[Call, str], Answer]) -> tuple[Answer, ApiError | None]:
        """Send, and read the answer to its end, with the error it carries.

        Raises Silence where there is none, and Throttled, with nothing sent, while Meta wants no calls.
        """
        left, why = self._pause.left()
        if left > 0:
            line = f"{call}: not asked, because Instagram wants no calls for another {left:.0f} s ({why})"
            raise Throttled(line, wait_seconds=left, cure=ACTIONS["wait"])
        token = self._token() if call.bearer else ""
        if self._listener is not None:
            self._listener.calling(call.timeout)
        begun = clock.stopwatch()
        trouble = ""
        try:
            answer = send(call, token)
        except (OSError, HTTPException, HTTPError, ValueError) as error:
            trouble = type(error).__name__
        milliseconds = (clock.stopwatch() - begun) * 1000
        if trouble:
            # Raised out here, so that no chain of exceptions leads to the request with its token.
            logger.warning("%s: no answer (%s) after %.0f ms", call, trouble, milliseconds)
            raise Silence(f"{call}: no answer ({trouble})")
        if self._listener is not None:
            self._listener.answered(answer.date, milliseconds / 1000)
        self.usage = answer.usage
        self.budgets.note(answer.usage)
        if answer.usage.percent >= 100 and answer.usage.wait_minutes:
            self._pause.begin(answer.usage.wait_minutes * 60.0, "the budget of calls is used up")
        said = error_in(answer, (token, self.account.app_secret, *call.secrets))
        words = f": {said} [{said.fbtrace_id}]" if said else ""
        about = {"action": "call", "account": self.account.name, "duration_ms": round(milliseconds)}
        logger.info("%s: %s in %.0f ms%s", call, answer.status, milliseconds, words, extra=about)
        if said is not None and token and is_dead(said):
            self.account.refused(token, said)
        return answer, said

    def _send(self, call: Call, token: str) -> Answer:
        """Reads keep their connection open. A write opens its own: in an idle one that a router on the way has
        forgotten it would be lost without a trace, and whether it was would take minutes to find out.
        """
        ask = partial(
            requests.Session.request,
            method=call.method,
            url=self._url(call),
            params={**call.query, **self._proof(token)},
            auth=BearerToken(token),
            timeout=(min(CONNECT_SECONDS, call.timeout), call.timeout),
            allow_redirects=False,
            stream=True,
        )
        if call.payload is None:
            return _answer(ask(self._http()))
        with http_session() as fresh:
            return _answer(ask(fresh, data=call.payload, headers={"Content-Type": call.content_type}))

    def _http(self) -> requests.Session:
        if not hasattr(self._threads, "http"):
            self._threads.http = http_session()
        http: requests.Session = self._threads.http
        return http

    def _url(self, call: Call) -> str:
        return "/".join([self._base_url, *([self._version] if call.versioned else []), call.path])

    def _token(self) -> str:
        token = self.account.token()
        if not is_token(token):
            raise Misconfigured(
                f"The access token of account {self.account.name} is missing or is not a token",
                cure="set access_token, or access_token_file, for this account",
            )
        return token

    def _proof(self, token: str) -> dict[str, str]:
        """``appsecret_proof``: made anew for each token, and only where Meta documents it (section A)."""
        if self.account.login != "facebook" or not self.account.app_secret or not token:
            return {}
        key = self.account.app_secret.encode()
        return {"appsecret_proof": hmac.new(key, token.encode(), hashlib.sha256).hexdigest()}


def _path(path: str) -> str:
    """Ids are Meta's; a stray character in one must not turn into a query."""
    return quote(path, safe="/=")


def _answer(response: requests.Response) -> Answer:
    return read_answer(response.status_code, response.headers, whole_body(response))


def _encoded(form: Mapping[str, str] | None, body: Mapping[str, Any] | None) -> tuple[bytes, str]:
    """A write's body and its content type."""
    as_json = json.dumps(body if form is None else form, ensure_ascii=False)
    if HALF_A_CHARACTER.search(as_json):
        raise MediaRejected(
            "The text holds half of a character (a lone surrogate) and cannot be sent",
            cure="type the text anew",
        )
    if form is None:
        return as_json.encode(), "application/json"
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
