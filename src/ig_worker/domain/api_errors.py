"""What Meta's error codes mean and what to do about each: a table, and the rules for reading it.

The facts come from ``instagram_api.md``, section G; what to do about them is our judgement. One rule stands
above the table: at a write, only a row with ``proves_not_done`` says that nothing happened. Whatever is not
in the table proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

ACTIONS: Final[dict[str, str]] = {
    "retry": "the same call may be repeated after a while",
    "wait": "a limit on calls: stay away, then go on",
    "new_container": "drop the container and make a new one",
    "poll": "not ready: read the container again, then repeat the same publish",
    "reconcile": "what became of it is unknown: read before doing anything",
    "reauth": "the token or a permission is lost: a person must log in again",
    "account": "the account's owner must act in the Instagram app",
    "fatal_input": "it will never be taken as it is: a person must change it",
    "skip": "this one thing cannot be had: note it and go on",
}
"""Every word that :attr:`Judgement.action` can be, with what it asks for."""


@dataclass(frozen=True)
class Judgement:
    """What one error means. ``where`` is its part of the API: ``any``, ``container``, ``messaging`` …"""

    action: str
    proves_not_done: bool
    meaning: str
    where: str = "any"


class Row(NamedTuple):
    """One line of the table. A ``subcode`` of None is the bare code; a ``code`` of None goes with any."""

    code: int | None
    subcode: int | None
    where: str
    action: str
    proves_not_done: bool
    meaning: str


UNKNOWN: Final = Judgement("reconcile", proves_not_done=False, meaning="an error that is in no table")


def judge(code: int | None, subcode: int | None, message: str, http_status: int) -> Judgement:
    """What an error envelope means.

    An exact pair is looked up first, then the subcode alone, then the bare code. An unlisted subcode of a
    listed code takes the bare row's action, but its proof only where every row of that code is proof: what
    Meta has not described proves nothing. An answer of 5xx never proves anything, whatever stands in it.

    >>> judge(190, 463, "Session has expired", 400).action
    'reauth'
    """
    row = _find(code, subcode or None)
    if row is None:
        return UNKNOWN
    action, meaning = row.action, row.meaning
    if row.code == 10 and row.subcode is None and "not enough viewers" in message.casefold():
        # Insights of a story with fewer than five viewers use the code of a lost permission (section E).
        action, meaning = "skip", "too few viewers for insights"
    proven = row.proves_not_done and http_status < 500
    if proven and row.subcode != (subcode or None):
        proven = all(other.proves_not_done for other in TABLE if other.code == code)
    return Judgement(action, proven, meaning, row.where)


def judge_status(detail: str) -> Judgement | None:
    """What the text of a container's status means that is in ERROR: it holds an error subcode (section B), or none.

    >>> judge_status("Error: Media upload has failed with error code 2207026").action
    'fatal_input'
    """
    for subcode in re.findall(r"\b22\d{5}\b", detail):
        for row in TABLE:
            if row.subcode == int(subcode):
                return Judgement(row.action, row.proves_not_done, row.meaning, row.where)
    return None


def _find(code: int | None, subcode: int | None) -> Row | None:
    for wanted in ((code, subcode), (None, subcode), (code, None)):
        if wanted in _BY_NUMBER and wanted != (None, None):
            return _BY_NUMBER[wanted]
    return None


TABLE: Final[tuple[Row, ...]] = (
    Row(-1, 2207001, "publish", "reconcile", False, "Instagram server error"),
    Row(-1, 2207032, "container", "retry", False, "create media failed"),
    Row(-1, 2207053, "container", "new_container", False, "unknown upload error (video)"),
    Row(-1, 2207085, "any", "reconcile", False, "fatal error without a reason"),
    Row(-1, 2207073, "DELETE media", "fatal_input", False, "media type not supported for this endpoint"),
    Row(-2, 2207003, "container", "retry", False, "Meta timed out downloading the media"),
    Row(-2, 2207020, "publish", "new_container", True, "media/container expired"),
    Row(1, None, "any", "retry", False, "unknown API error, or too much data asked for at once"),
    Row(1, 99, "messaging", "retry", False, "unknown error; missing permission can cause it"),
    Row(1, 2207057, "container", "fatal_input", False, "thumb_offset outside the video"),
    Row(
        2,
        None,
        "any",
        "reconcile",
        False,
        "temporary service error; in messaging also when the person has blocked the account",
    ),
    Row(2, 1545133, "messaging", "reconcile", False, "service temporarily unavailable"),
    Row(4, None, "any", "wait", False, "app-level request limit"),
    Row(
        4,
        2207051,
        "publish",
        "wait",
        False,
        "action blocked as suspected spam; a post may be live in spite of it",
    ),
    Row(9, 2207042, "publish", "wait", True, "24 h publishing quota used up"),
    Row(10, None, "any", "reauth", True, "permission missing / not granted"),
    Row(10, 2534022, "messaging", "skip", True, "outside the 24 h window"),
    Row(10, 2018278, "messaging", "skip", True, "outside allowed window (Messenger spelling)"),
    Row(10, 2018108, "messaging", "skip", False, "recipient cannot receive messages now"),
    Row(
        10,
        2534077,
        "messaging",
        "account",
        False,
        "IG account/user/Page link cannot be verified or 2FA needed",
    ),
    Row(10, 1893063, "messaging", "account", False, "temporarily restricted from sending messages"),
    Row(10, 2018300, "messaging", "skip", False, "another app controls the thread now"),
    Row(17, None, "any", "wait", False, "user request limit"),
    Row(24, 2207006, "publish", "new_container", False, "media id not found: permission or expired token"),
    Row(24, 2207008, "publish", "reconcile", False, "container does not exist or expired"),
    Row(25, 2207050, "publish", "account", True, "Instagram account restricted / inactive / checkpointed"),
    Row(32, None, "any", "wait", False, "Page request limit (user token)"),
    Row(
        100, None, "any", "fatal_input", False, "invalid parameter, metric not valid, or a range over 30 days"
    ),
    Row(100, 33, "any", "reauth", False, "object does not exist / no permission / unsupported"),
    Row(
        None,
        2207018,
        "container",
        "fatal_input",
        False,
        "name of a tagged person or collaborator is invalid (a leading '@' is refused)",
    ),
    Row(100, 2207023, "container", "fatal_input", True, "unknown media_type"),
    Row(100, 2207028, "container", "fatal_input", True, "carousel needs 2-10 items"),
    Row(100, 2207035, "container", "fatal_input", False, "product tag positions not allowed on video"),
    Row(100, 2207036, "container", "fatal_input", False, "product tag positions required on photo"),
    Row(100, 2207037, "container", "fatal_input", False, "invalid product tags"),
    Row(100, 2207040, "container", "fatal_input", True, "more than 20 @ tags"),
    Row(None, 2207081, "container", "fatal_input", False, "account not eligible for trial reels"),
    Row(100, 2207089, "publish", "fatal_input", True, "a carousel's video cannot be published alone"),
    Row(100, 2534013, "messaging", "account", False, "Page not linked to an Instagram account"),
    Row(
        100,
        2534014,
        "messaging",
        "skip",
        False,
        "no such Instagram user for us: wrong id, deleted, blocked, or another app owns the thread",
    ),
    Row(100, 2534015, "messaging", "fatal_input", True, "invalid message data"),
    Row(
        100,
        2534025,
        "messaging",
        "skip",
        False,
        "comment cannot be answered privately: already used, too old, or of a wrong type",
    ),
    Row(100, 2534029, "messaging", "account", False, "business blocked from the IG Messaging API"),
    Row(100, 2534037, "messaging", "skip", False, "not the thread owner (handover/conversation routing)"),
    Row(
        None,
        2534068,
        "messaging",
        "fatal_input",
        False,
        "sending several pictures is not enabled for this account",
    ),
    Row(100, 2018001, "messaging", "skip", False, "no matching user"),
    Row(100, 2018008, "messaging", "retry", False, "could not fetch attachment URL"),
    Row(100, 2018047, "messaging", "fatal_input", False, "attachment type does not match file"),
    Row(100, 2018109, "messaging", "fatal_input", False, "attachment too large"),
    Row(100, 2018294, "messaging", "retry", False, "video upload timed out (75 s) or corrupt"),
    Row(102, None, "any", "reauth", True, "session invalid"),
    Row(190, None, "any", "reauth", True, "access token invalid/expired"),
    Row(190, 458, "any", "reauth", True, "app not installed (user removed it)"),
    Row(190, 459, "any", "account", True, "user checkpointed"),
    Row(190, 460, "any", "reauth", True, "password changed"),
    Row(190, 463, "any", "reauth", True, "token expired"),
    Row(190, 464, "any", "account", True, "unconfirmed user"),
    Row(190, 467, "any", "reauth", True, "token invalid"),
    Row(190, 492, "any", "account", True, "user lacks a Page role"),
    Row(200, None, "any", "reauth", True, "a permission is missing"),
    Row(200, 1545041, "messaging", "skip", False, "person not available"),
    Row(
        200,
        2018028,
        "messaging",
        "reauth",
        False,
        "only admins/developers/testers may be messaged until review",
    ),
    Row(
        200, 2534041, "messaging", "account", False, "the account's owner has not allowed access to messages"
    ),
    Row(230, None, "messaging", "reauth", False, "permissions disallow message to user"),
    Row(341, None, "any", "wait", False, "application limit reached"),
    Row(352, 2207026, "container", "fatal_input", False, "unsupported video format"),
    Row(368, None, "any", "wait", False, "temporarily blocked for policy violation / abusive"),
    Row(506, None, "publish", "reconcile", False, "duplicate post (Graph-wide code)"),
    Row(551, None, "messaging", "skip", False, "person is not receiving messages now"),
    Row(551, 1545041, "messaging", "skip", False, "person not available"),
    Row(
        613, None, "any", "wait", False, "custom rate limit (Calls to this api have exceeded the rate limit)"
    ),
    Row(613, 2534040, "messaging", "wait", False, "rate limit reached"),
    Row(9000001, None, "messaging", "skip", False, "message deleted, or older than the 20 newest"),
    Row(9004, 2207052, "container", "retry", False, "media could not be fetched from its address"),
    Row(9007, 2207027, "publish", "poll", True, "media not ready yet"),
    Row(36000, 2207004, "container", "fatal_input", True, "image larger than 8 MiB"),
    Row(36001, 2207005, "container", "fatal_input", True, "image format not supported (JPEG only)"),
    Row(36003, 2207009, "container", "fatal_input", True, "aspect ratio outside 4:5-1.91:1"),
    Row(36004, 2207010, "container", "fatal_input", True, "caption too long (2200)"),
    Row(36103, None, "messaging", "skip", False, "IG account not eligible for the messaging API yet"),
    Row(803, None, "any", "skip", False, "one of the ids asked for together does not exist"),
    Row(80001, None, "any", "wait", False, "BUC: too many calls, Page/system-user token"),
    Row(80002, None, "any", "wait", True, "BUC: too many calls to this Instagram account"),
    Row(80006, None, "messaging", "wait", False, "BUC: Messenger"),
    Row(None, 2207076, "container", "new_container", False, "upload failure (undocumented)"),
    Row(None, 2207077, "container", "new_container", False, "video download failed"),
    Row(None, 2207082, "container", "new_container", False, "media upload failed"),
    Row(
        4, 2108006, "media insights", "skip", False, "media was posted before the account became professional"
    ),
    # Seen with either code (section G, the note of 4/2108006).
    Row(
        100,
        2108006,
        "media insights",
        "skip",
        False,
        "media was posted before the account became professional",
    ),
)

_BY_NUMBER: Final = {(row.code, row.subcode): row for row in TABLE}
