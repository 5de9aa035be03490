"""Looks at each way on which notices reach people; on request a test notice is really sent."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.errors import Unanswered
from ig_worker.domain.servers import Server
from ig_worker.flows.checking_up.asking import reach, reason_of
from ig_worker.flows.ports import Messenger

TITLE = "Percobaan dari ig-worker"
BODY = (
    "Ini pemberitahuan percobaan, dikirim dengan perintah “ig-worker doctor --send”.\n"
    "Bila Anda membacanya, saluran ini sampai. Tidak ada yang perlu dilakukan."
)

MAIL_SECONDS = 5.0

AT_ONCE = threading.BoundedSemaphore(2)
"""Letters on their way at one moment: each takes a process of some fifty megabytes."""


@dataclass(frozen=True)
class Channel:
    """One address: what it may be called (without its secret), and for which teams."""

    url: str = field(repr=False)
    name: str
    teams: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Its name and whose it is."""
        return f"{self.name} ({', '.join(self.teams)})"


def look_at(channel: Channel, place: Callable[[str], Server | bool]) -> Iterator[Finding]:
    """Without sending: is the address understood, does its server answer.

    ``place`` says where the server is; True where the address is understood and the server not known, else False.
    """
    with AT_ONCE:
        server = place(channel.url)
    if isinstance(server, Server):
        yield _tried(channel, server)
    else:
        yield found("channel", "understood" if server else "not_understood", of=channel.shown)


def _tried(channel: Channel, server: Server) -> Finding:
    try:
        if server.mail:
            _greet(server)
        elif reason := reach(server.host, server.port, tls=server.tls):
            return found("channel", "unreachable", of=channel.shown, reason=reason)
    except smtplib.SMTPAuthenticationError as error:
        return found("channel", "refused", of=channel.shown, said=_words(error.smtp_error))
    except socket.gaierror:
        return found("channel", "unreachable", of=channel.shown, reason=f"{server.host}: name not known")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        reason = f"{server.host}:{server.port}: {reason_of(error)}"
        return found("channel", "unreachable", of=channel.shown, reason=reason)
    return found("channel", of=channel.shown)


def _greet(server: Server) -> None:
    """Say hello to a mail server, log in where the address has a name and a password, and leave without a mail."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.tls:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=MAIL_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=MAIL_SECONDS)
    with connection:
        if server.starttls:
            connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
        if server.user and server.password and connection.has_extn("auth"):
            connection.login(server.user, server.password)


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def send_to(channel: Channel, messenger: Messenger) -> Iterator[Finding]:
    """Send one test notice now."""
    try:
        with AT_ONCE:
            messenger.send(channel.url, TITLE, BODY, [])
    except Unanswered as error:
        yield found("channel", "not_sent", of=channel.shown, said=str(error))
    else:
        yield found("channel", "sent", of=channel.shown)
