"""One GET to a stranger's address, without letting the address reach into our own network."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from ig_worker.domain.errors import MediaRejected, Unanswered
from ig_worker.domain.sheet_rows import shown

ADDRESS_CURE = (
    "Tulis alamat https:// yang langsung membuka gambarnya tanpa login, atau pakai berkas di samping lembar."
)
LATER = "Dicoba lagi nanti."
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def checked(url: str) -> SplitResult:
    """The address taken apart. Raises MediaRejected for one that can never be fetched."""
    try:
        parts = urlsplit(url)
        fine = (
            url.isascii()
            and url.isprintable()
            and " " not in url
            and parts.scheme in {"https", "http"}
            and bool(parts.hostname)
            and parts.username is None
            and parts.port != 0
        )
    except ValueError:
        fine = False
    if not fine:
        # The address itself is not repeated: it may hold a password.
        raise MediaRejected(
            "Alamat gambar tidak dapat dipakai (harus https://, huruf ASCII, tanpa nama pengguna)",
            cure=ADDRESS_CURE,
        )
    return parts


def connect(parts: SplitResult, *, allow_private: bool, silence: float) -> http.client.HTTPConnection:
    """Connected, at most ``silence`` seconds later. Every address of the host is looked at before anything is sent.

    Raises MediaRejected (our own network, certificate), Unanswered.
    """
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port, timeout=silence)
    try:
        # Connected to the very address that was looked at: a name may mean another one a moment later.
        opened = _open(host, port, allow_private, silence)
        connection.sock = opened
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
    except ssl.SSLCertVerificationError:
        raise MediaRejected(f"Sertifikat {shown_parts(parts)} tidak sah", cure=ADDRESS_CURE) from None
    except (OSError, UnicodeError) as error:
        raise silent(parts, error) from None
    return connection


def ask(connection: http.client.HTTPConnection, parts: SplitResult) -> http.client.HTTPResponse:
    """The head of the answer. Raises Unanswered."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", parts.netloc)
        connection.putheader("User-Agent", "ig-worker")
        connection.putheader("Accept", "image/*, video/*")
        connection.endheaders()
        return connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise silent(parts, error) from None


def read_some(response: http.client.HTTPResponse, parts: SplitResult, most: int) -> bytes:
    """What has come, at most that many bytes; empty at the end. Raises Unanswered where it breaks off before that."""
    try:
        block = response.read1(most)
    except (OSError, http.client.HTTPException) as error:
        raise silent(parts, error) from None
    if not block and response.length:
        raise Unanswered(f"{shown_parts(parts)} berhenti di tengah jalan", cure=LATER)
    return block


def silent(parts: SplitResult, error: Exception) -> Unanswered:
    """Nothing came."""
    return Unanswered(f"{shown_parts(parts)} tidak menjawab ({type(error).__name__})", cure=LATER)


def shown_parts(parts: SplitResult) -> str:
    """Host and path; a query may hold somebody's key."""
    return shown(f"{parts.hostname}{parts.path}")


def shown_address(url: str) -> str:
    """An address as others may read it. Raises MediaRejected for what is none."""
    return shown_parts(checked(url))


def _open(host: str, port: int, allow_private: bool, silence: float) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(_is_public(address) for address in addresses):
        raise MediaRejected(
            f"Alamat {shown(host)} berada di jaringan dalam", cure="Pakai alamat yang terbuka untuk umum."
        )
    *others, last = addresses
    for address in others:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=silence)
    return socket.create_connection((last, port), timeout=silence)


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast
