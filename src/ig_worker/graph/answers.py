"""Reads what Meta answered: its errors become ours, its numbers and texts become safe to keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from ig_worker import clock
from ig_worker.domain.api_errors import ACTIONS, judge
from ig_worker.domain.errors import (
    AccountBlocked,
    ApiError,
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    NotReady,
    PermissionLost,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
    WindowClosed,
)
from ig_worker.graph.pause import WITHOUT_A_TIME
from ig_worker.graph.usage import Usage, read_usage

LONGEST_MESSAGE = 300
"""Characters of Meta's own words that are kept."""

LONGEST_LIST = 3000
"""The same where they list what may be asked for: half a list would look as if the other half were gone."""

LONG_WAITS = {368: 6 * WITHOUT_A_TIME}
"""Seconds to stay away where Meta names no time and its usual window is too short: a block for abuse lasts longer."""

LIMITS: Final = frozenset({4, 17, 32, 341, 368, 613, 80001, 80002})
"""Codes of limits that stop every call of the account. 9/2207042 is not among them: it stops publishing only."""

MESSAGING: Final = (613, 2534040)
"""A limit for messages alone, as 80006 is: posts and comments go on."""

BLOCKED_SECONDS = 300.0
"""How long to leave a thing alone that Meta has blocked without naming a time."""

BLOCKED_POST: Final = (4, 2207051)
"""Said of a publishing taken for spam, and then also when that one post or container is read (section G)."""

NOT_THERE: Final = (100, 33)
"""Does not exist, or not for us."""

_LOOKS_LIKE_A_TOKEN = re.compile(r"\b(?:IG|EA)[A-Za-z0-9_\-|.]{18,}|(?<=access_token=)[^&\s]+")
_LONE_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\x00]")


class Found(dict[str, Any]):
    """The object that an answer holds; ``at`` is when it was given (``Date``), for things that come without a time."""

    def __init__(self, items: Mapping[str, Any], at: datetime) -> None:
        super().__init__(items)
        self.at = at


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end: ``found`` is the JSON object it holds, None where it holds none."""

    status: int
    found: Found | None
    usage: Usage = field(default_factory=Usage)
    date: str = ""
    """Its ``Date``, where it came from Meta at this moment and from no store on the way."""


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """An answer from its three parts; ``headers`` finds names in any case, as ``requests`` gives them."""
    found = json_object(body)
    usage = read_usage(headers)
    date = headers.get("Date", "")
    fresh = "" if headers.get("Age", "0").strip() not in ("", "0") else date
    return Answer(status, None if found is None else Found(found, given_at(date)), usage, fresh)


def given_at(date: str) -> datetime:
    """The time in a ``Date`` header, in UTC; where it says none, this machine's."""
    try:
        when = parsedate_to_datetime(date)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return clock.SystemClock().now()


def json_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, None where it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def kept_text(value: object) -> str:
    """A text of Meta's as databases take it: halves of characters and NULs become U+FFFD; no text is ``""``."""
    return _LONE_SURROGATE_OR_NUL.sub("\ufffd", value) if isinstance(value, str) else ""


def said_text(value: object) -> str | None:
    """A text of Meta's as databases take it; None where it did not say, which is not the same as empty."""
    return kept_text(value) if isinstance(value, str) else None


def id_text(value: object) -> str:
    """An id or a cursor as the string it always is with us, whether Meta quoted it or not; ``""`` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return kept_text(str(value))


def whole_number(value: object) -> int | None:
    """An integer that Meta wrote as a number or in quotes; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def scrub(message: object, secrets: Iterable[str]) -> str:
    """One printable line without secrets: Meta quotes malformed tokens in its messages."""
    text = kept_text(message)
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[secret]")
    text = _LOOKS_LIKE_A_TOKEN.sub("[secret]", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    longest = LONGEST_LIST if "must be one of" in line else LONGEST_MESSAGE
    return line if len(line) <= longest else line[: longest - 1] + "…"


def error_in(answer: Answer, secrets: Iterable[str]) -> ApiError | None:
    """The error an answer carries, in Meta's envelope or in the shape of the token endpoints (section G)."""
    found: Mapping[str, Any] = answer.found or {}
    envelope = found.get("error")
    if isinstance(envelope, dict):
        code, subcode = whole_number(envelope.get("code")), whole_number(envelope.get("error_subcode"))
        message, trace = envelope.get("message"), envelope.get("fbtrace_id")
    elif "error_message" in found or "error_type" in found:
        code, subcode, message, trace = whole_number(found.get("code")), None, found.get("error_message"), ""
    else:
        return None
    line = scrub(message, secrets) or "no reason given"
    judged = judge(code, subcode, line, answer.status)
    action, proven = judged.action, judged.proves_not_done
    return ApiError(code, subcode, line, action, proven, answer.status, scrub(trace, secrets))


def stops_every_call(said: ApiError) -> bool:
    """Whether this is a limit for the whole account, not for the one thing asked."""
    return (
        said.action == "wait"
        and said.code in LIMITS
        and (said.code, said.subcode) not in (BLOCKED_POST, MESSAGING)
    )


def after_a_write(doing: str, said: ApiError, usage: Usage, *, visible: bool) -> IgWorkerError:
    """The error to raise: a refusal only where Meta's words prove that nothing was done, else Unanswered.

    Of a write that nobody can see (``visible`` is False), a limit is believed without proof: to do it again later
    does no harm.
    """
    if not said.proves_not_done and (visible or said.action != "wait"):
        return Unanswered(f"{doing}: it is unclear whether this was done: {said}", said=said)
    return refusal(doing, said, usage)


def after_a_read(doing: str, said: ApiError, usage: Usage, *, own_node: bool) -> IgWorkerError:
    """The error to raise. ``own_node`` says that the account itself was asked, which is never merely deleted."""
    if said.action in ("retry", "reconcile"):
        return Unanswered(f"{doing}: Instagram has trouble: {said}", said=said)
    if (said.code, said.subcode) in (NOT_THERE, BLOCKED_POST) and not own_node:
        # "Does not exist, or no permission": of a comment or a post it nearly always means deleted.
        return Unavailable(f"{doing}: it is not there, or not for us: {said}", said=said)
    return refusal(doing, said, usage)


def refusal(doing: str, said: ApiError, usage: Usage) -> IgWorkerError:
    """Meta's no as one of our families, by what has to be done about it."""
    judged = judge(said.code, said.subcode, said.message, said.http_status)
    line = f"{doing}: {judged.meaning}: {said}"
    cure = ACTIONS[said.action]
    if said.action == "wait":
        usual = BLOCKED_SECONDS if (said.code, said.subcode) == BLOCKED_POST else WITHOUT_A_TIME
        seconds = usage.wait_minutes * 60.0 or LONG_WAITS.get(said.code or 0, usual)
        return Throttled(line, wait_seconds=seconds, cure=cure, said=said)
    kind = {
        "new_container": ContainerGone,
        "poll": NotReady,
        "account": AccountBlocked,
        "reauth": TokenExpired if said.code in (102, 190) else PermissionLost,
        "skip": WindowClosed if said.subcode in (2534022, 2018278) else Unavailable,
        "fatal_input": MediaRejected if judged.where in ("container", "publish") else Refused,
    }.get(said.action, Refused)
    return kind(line, cure=cure, said=said)
