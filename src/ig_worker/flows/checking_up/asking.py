"""Asks an address once, as somebody from outside would, and says plainly what came back or why nothing did."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

from ig_worker.domain.checkup.media import Reply, Trouble

AGENT = "facebookexternalua"
"""As Meta's servers call themselves when they fetch media; some web servers let others in and keep these out."""

MOST_BYTES = 64 * 1024


class _Inside(OSError):
    """The name leads into a private network."""


def ask(
    url: str,
    stopwatch: Callable[[], float],
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    seconds: float = 5.0,
    allow_private: bool = True,
    most: int = MOST_BYTES,
) -> Reply | Trouble:
    """One request; no redirect is followed, and at most `most` bytes are read. `seconds` are for each step of it."""
    parts = urlsplit(url)
    begun = stopwatch()
    try:
        with closing(_connected(parts, seconds, allow_private=allow_private)) as connection:
            where = str(connection.sock.getpeername()[0])
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                method, target, headers={"User-Agent": AGENT, "Accept": "*/*", **(headers or {})}
            )
            with closing(connection.getresponse()) as response:
                body = response.read(most)
                said = {name.lower(): value for name, value in response.getheaders()}
                taken = round((stopwatch() - begun) * 1000)
                return Reply(response.status, said, body, taken, private=not _is_public(where))
    except socket.gaierror:
        return Trouble("name", "name not known")
    except _Inside as error:
        return Trouble("inside", str(error))
    except ssl.SSLCertVerificationError as error:
        return Trouble("certificate", error.verify_message or "not trusted")
    except (OSError, http.client.HTTPException, ValueError, UnicodeError) as error:
        return Trouble("nobody", reason_of(error))


def reason_of(error: Exception) -> str:
    """A connection's error in a few words."""
    if isinstance(error, TimeoutError):
        return "timed out"
    said = error.strerror if isinstance(error, OSError) else ""
    return said or type(error).__name__


def reach(host: str, port: int, *, tls: bool, seconds: float = 5.0) -> str:
    """Why nobody can be reached there; empty where somebody answers (and, with `tls`, has a certificate)."""
    try:
        with socket.create_connection((host, port), timeout=seconds) as opened:
            if tls:
                ssl.create_default_context().wrap_socket(opened, server_hostname=host).close()
    except socket.gaierror:
        return f"{host}: name not known"
    except ssl.SSLCertVerificationError as error:
        return f"{host}:{port}: certificate: {error.verify_message}"
    except (OSError, ValueError, UnicodeError) as error:
        return f"{host}:{port}: {reason_of(error)}"
    return ""


def _connected(parts: SplitResult, seconds: float, *, allow_private: bool) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    inside = [address for address in addresses if not _is_public(address)]
    if inside and not allow_private:
        raise _Inside(inside[0])
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    opened = _first_open(addresses, port, seconds)
    try:
        if parts.scheme == "https":
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
    except BaseException:
        opened.close()
        raise
    connection.sock = opened
    return connection


def _first_open(addresses: list[str], port: int, seconds: float) -> socket.socket:
    """Half of the time for the first address, for many hosts have one that leads nowhere (IPv6)."""
    for address in addresses[:-1]:
        try:
            return _timed(socket.create_connection((address, port), timeout=seconds / 2), seconds)
        except OSError:
            continue
    return _timed(socket.create_connection((addresses[-1], port), timeout=seconds), seconds)


def _timed(opened: socket.socket, seconds: float) -> socket.socket:
    opened.settimeout(seconds)
    return opened


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast
