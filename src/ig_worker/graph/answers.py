"""Reads what Meta answered: its errors become ours, its numbers and texts become safe to keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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
from ig_worker.graph.usage import Usage

LONGEST_MESSAGE = 300
"""Characters of Meta's own words that are kept."""

ONE_HOUR = 3600.0
LONG_WAITS = {368: 6 * ONE_HOUR}
"""Seconds to stay away where Meta names no time: an hour is its usual window; a block for abuse lasts longer."""

_LOOKS_LIKE_A_TOKEN = re.compile(r"\b(?:IG|EA)[A-Za-z0-9_\-|.]{18,}|(?<=access_token=)[^&\s]+")
_LONE_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\x00]")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end: ``found`` is the JSON object it holds, None where it holds none."""

    status: int
    found: dict[str, Any] | None
    usage: Usage = field(default_factory=Usage)


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
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def error_in(answer: Answer, secrets: Iterable[str]) -> ApiError | None:
    """The error an answer carries, in Meta's envelope or in the shape of the token endpoints (section G)."""
    found = answer.found or {}
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


def after_a_write(doing: str, said: ApiError, usage: Usage) -> IgWorkerError:
    """The error to raise: a refusal only where Meta's words prove that nothing was done, else Unanswered."""
    if not said.proves_not_done:
        return Unanswered(f"{doing}: it is unclear whether this was done: {said}", said=said)
    return refusal(doing, said, usage)


def after_a_read(doing: str, said: ApiError, usage: Usage, *, own_node: bool) -> IgWorkerError:
    """The error to raise. ``own_node`` says that the account itself was asked, which is never merely deleted."""
    if said.action in ("retry", "reconcile"):
        return Unanswered(f"{doing}: Instagram has trouble: {said}", said=said)
    if (said.code, said.subcode) == (100, 33) and not own_node:
        # "Does not exist, or no permission": of a comment or a post it nearly always means deleted.
        return Unavailable(f"{doing}: it is not there, or not for us: {said}", said=said)
    return refusal(doing, said, usage)


def refusal(doing: str, said: ApiError, usage: Usage) -> IgWorkerError:
    """Meta's no as one of our families, by what has to be done about it."""
    judged = judge(said.code, said.subcode, said.message, said.http_status)
    line = f"{doing}: {judged.meaning}: {said}"
    cure = ACTIONS[said.action]
    if said.action == "wait":
        seconds = usage.wait_minutes * 60.0 or LONG_WAITS.get(said.code or 0, ONE_HOUR)
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
