"""Sends one notice to one recipient through Apprise."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Unanswered
from ig_worker.domain.text import clean, shorten
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

_TITLE_LENGTH = 200
_REASON_LENGTH = 300


class AppriseMessenger:
    """The outside's way to people. Safe to use from several threads; Apprise is imported at the first notice."""

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        """Deliver plain text to one Apprise URL, with the files beside it.

        A file that is gone, or that the channel will not take, never holds the words back: they go without it and
        say so. Raises Unanswered with the reason; neither it nor the log holds the URL's secret.
        """
        service = _service(url)
        if service is None:
            raise Unanswered(f"{channel_name(url)}: the address is not one that Apprise understands.")
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
            reason = _deliver(_service(url), title, _with_note(body, attachments), [])
        if reason:
            words = without_secrets_of(url, shorten(clean(reason), _REASON_LENGTH))
            raise Unanswered(f"{channel_name(url)}: {words}")


def _with_note(body: str, left_out: Sequence[Path]) -> str:
    if not left_out:
        return body
    names = ", ".join(file.name for file in left_out)
    return f"{body}\n\n(Lampiran tidak dapat disertakan: {names}. Berkasnya tetap tersimpan di server.)"


def _service(url: str) -> Any:
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
    import apprise  # see _service

    # As objects: a path given as text is read as a URL, and a "?" in a file's name would cut it.
    attach_file = _of_apprise("attachment.file.AttachFile")
    call = apprise.Apprise(asset=service.asset)
    call.add(service)
    result = call.notify(
        title=shorten(clean(title).replace("\n", " "), _TITLE_LENGTH),
        body=clean(body),
        body_format=apprise.NotifyFormat.TEXT,
        attach=[attach_file(str(file)) for file in files] or None,
    )
    if result:
        return ""
    return "; ".join(dict.fromkeys(entry.message for entry in result.logs())) or "it was not taken"


def _of_apprise(name: str) -> Any:
    module, _, member = name.rpartition(".")
    return getattr(importlib.import_module(f"apprise.{module}"), member)
