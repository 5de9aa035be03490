"""Sends one notice to one recipient through Apprise."""

from __future__ import annotations

import importlib
import logging
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Unanswered
from ig_worker.domain.text import clean, shorten, utf16_length
from ig_worker.notify.addresses import channel_name, without_secrets_of

log = logging.getLogger(__name__)

# Apprise has some 140 plugins, and loads them all (20 MB) to find the one that an address belongs to. For the kinds
# that centres use, the one is named here; all the others still work, at that price.
_PLUGINS = {
    "mailto": "email.NotifyEmail",
    "mailtos": "email.NotifyEmail",
    "tgram": "telegram.NotifyTelegram",
    "discord": "discord.NotifyDiscord",
    "slack": "slack.NotifySlack",
    "gchat": "google_chat.NotifyGoogleChat",
    "whatsapp": "whatsapp.NotifyWhatsApp",
    "whapi": "whapi.NotifyWhapi",
    "evolution": "evolution.NotifyEvolution",
    "evolutions": "evolution.NotifyEvolution",
    "signal": "signal_api.NotifySignalAPI",
    "signals": "signal_api.NotifySignalAPI",
    "ntfy": "ntfy.NotifyNtfy",
    "ntfys": "ntfy.NotifyNtfy",
    "gotify": "gotify.NotifyGotify",
    "gotifys": "gotify.NotifyGotify",
    "json": "custom_json.NotifyJSON",
    "jsons": "custom_json.NotifyJSON",
}

# Here Apprise shows a text as it is and the service reads no marks in it. Everywhere else somebody's "@everyone" would
# ring in all pockets, and a link could hide where it leads.
_READ_NO_MARKS = {"mailto", "mailtos", "tgram", "json", "jsons", "ntfy", "ntfys", "gotify", "gotifys"}
_CALLS = re.compile(
    r"@(?=(?:everyone|here|channel|all|room|team|group)\b)|<(?=[@!#&/a-z])|\](?=\()", re.IGNORECASE
)
_UNSEEN = "\u200b"

_TITLE_LENGTH = 200
_REASON_LENGTH = 300
_CUT = "(… dipotong, selengkapnya tersimpan di server)"


class AppriseMessenger:
    """The outside's way to people. Safe to use from several threads; Apprise is imported at the first notice."""

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        """Deliver plain text to one Apprise URL, with the files beside it.

        A file that is gone, or that the channel will not take, never holds the words back: they go without it and
        say so. Raises Unanswered with the reason; neither it nor the log holds the URL's secret.
        """
        service = service_of(url)
        if service is None:
            raise Unanswered(f"{channel_name(url)}: the address is not one that Apprise understands.")
        if url.partition("://")[0].lower() not in _READ_NO_MARKS:
            title, body = _without_calls(title), _without_calls(body)
        takes_files = bool(getattr(service, "attachment_support", False))
        files = [file for file in attachments if takes_files and file.is_file()]
        left_out = [file for file in attachments if file not in files]
        reason = _deliver(service, title, _with_note(body, left_out), files)
        if reason and files:
            log.warning(
                "Notice is tried again without its attachments",
                extra={"channel": channel_name(url), "attachments": len(files)},
            )
            # A service of its own: Apprise makes one that has just sent something wait for seconds.
            reason = _deliver(service_of(url), title, _with_note(body, attachments), [])
        if reason:
            raise Unanswered(f"{channel_name(url)}: {told_of(url, reason)}")


def told_of(url: str, reason: str) -> str:
    """What may be told of why it failed. Cut last: half a secret is not known as one."""
    return shorten(without_secrets_of(url, clean(reason)), _REASON_LENGTH)


def _without_calls(text: str) -> str:
    """The text as it reads, in which no service finds somebody to call or a link to hide."""
    return _CALLS.sub(lambda found: found[0] + _UNSEEN, text)


def _with_note(body: str, left_out: Sequence[Path]) -> str:
    if not left_out:
        return body
    names = ", ".join(file.name for file in left_out)
    return f"{body}\n\n(Lampiran tidak dapat disertakan: {names}. Berkasnya tetap tersimpan di server.)"


def _fitted(title: str, body: str, most: int) -> str:
    """The body as long as the channel takes it: its beginning, and its last lines, where the commands stand."""
    room = most - utf16_length(title) - 8
    if utf16_length(body) <= room:
        return body
    lines = body.split("\n")
    last: list[str] = []
    while len(lines) > 1 and utf16_length("\n".join([lines[-1], *last])) <= room // 3:
        last.insert(0, lines.pop())
    ending = "\n".join([_CUT, *last])
    limit = room - utf16_length(ending) - 1
    if limit < 1:
        return shorten(body, max(room // 2, 1))
    while utf16_length(beginning := shorten("\n".join(lines), limit)) + utf16_length(ending) + 1 > room:
        limit = max(1, limit - max(1, limit // 20))
    return f"{beginning}\n{ending}"


def service_of(url: str) -> Any:
    """Apprise's object for the address, None where it does not understand it."""
    with warnings.catch_warnings():
        # What Apprise's imports say about their own future is no news of the centre's.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # 7 MB that a worker without notices need not carry

        asset = apprise.AppriseAsset(app_id="ig-worker", app_desc="ig-worker", async_mode=False)
        plugin = _PLUGINS.get(url.partition("://")[0].lower())
        if plugin is None:
            return apprise.Apprise.instantiate(url, asset=asset)
        kind = _of_apprise(f"plugins.{plugin}")
        arguments = kind.parse_url(url)
        try:
            return kind(**arguments, asset=asset) if arguments else None
        except (TypeError, apprise.exception.AppriseException):
            # Its words may quote the address.
            return None


def _deliver(service: Any, title: str, body: str, files: Sequence[Path]) -> str:
    """Send; the reason when that failed, else nothing."""
    import apprise  # see service_of

    # As objects: a path given as text is read as a URL, and a "?" in a file's name would cut it.
    attach_file = _of_apprise("attachment.file.AttachFile")
    call = apprise.Apprise(asset=service.asset)
    call.add(service)
    heading = shorten(clean(title).replace("\n", " "), _TITLE_LENGTH)
    result = call.notify(
        title=heading,
        body=_fitted(heading, clean(body), int(service.body_maxlen)),
        body_format=apprise.NotifyFormat.TEXT,
        attach=[attach_file(str(file)) for file in files] or None,
    )
    if result:
        return ""
    said = "; ".join(dict.fromkeys(entry.message for entry in result.logs()))
    return said or "no answer in time, or refused without a word"


def _of_apprise(name: str) -> Any:
    module, _, member = name.rpartition(".")
    return getattr(importlib.import_module(f"apprise.{module}"), member)
