"""Downloads a picture that a sheet names by its address, without letting the address reach into our own network."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import MediaRejected, Unanswered
from ig_worker.domain.sheet_rows import shown
from ig_worker.media.sources import cannot_write, harmless_name

PICTURE_DOWNLOAD_MAX = 40_000_000
"""Bytes; the prepared picture is far smaller."""
WHOLE_SECONDS = 60.0
"""For all redirects and bytes together, so that a host that drips does not hold the worker."""
SILENCE_SECONDS = 20.0
REDIRECTS_MAX = 4

_BLOCK_BYTES = 1 << 16
_REDIRECTS = {301, 302, 303, 307, 308}
_ADDRESS_CURE = (
    "Tulis alamat https:// yang langsung membuka gambarnya tanpa login, atau pakai berkas di samping lembar."
)


def fetch_picture(
    url: str, out_dir: Path, *, allow_private_addresses: bool = False, seconds: float = WHOLE_SECONDS
) -> Path:
    """Download into ``out_dir`` (a folder of its own) and give the file's path, named after the address's last part.

    Redirects are followed, every host's addresses being looked at before anything is sent: loopback and private
    networks are refused unless allowed. Raises MediaRejected where the address can never give a picture, Unanswered
    where it may later (no answer, not done within ``seconds``, 5xx), Misconfigured where the file cannot be written.
    """
    deadline = stopwatch() + seconds
    silence = min(seconds, SILENCE_SECONDS)
    for _ in range(REDIRECTS_MAX + 1):
        parts = _checked(url)
        connection = _connect(parts, allow_private_addresses, silence)
        with closing(connection), closing(_ask(connection, parts)) as response:
            if response.status not in _REDIRECTS:
                _check_answer(response, parts)
                return _save(response, parts, out_dir, deadline)
            url = urljoin(url, response.getheader("Location") or "")
    raise MediaRejected(f"Alamat {_shown(parts)} terus mengalihkan ke alamat lain", cure=_ADDRESS_CURE)


def _checked(url: str) -> SplitResult:
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
            cure=_ADDRESS_CURE,
        )
    return parts


def _connect(parts: SplitResult, allow_private: bool, silence: float) -> http.client.HTTPConnection:
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
        raise MediaRejected(f"Sertifikat {_shown(parts)} tidak sah", cure=_ADDRESS_CURE) from None
    except (OSError, UnicodeError) as error:
        raise _silent(parts, error) from None
    return connection


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


def _ask(connection: http.client.HTTPConnection, parts: SplitResult) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", parts.netloc)
        connection.putheader("User-Agent", "ig-worker")
        connection.putheader("Accept", "image/*")
        connection.endheaders()
        return connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise _silent(parts, error) from None


def _check_answer(response: http.client.HTTPResponse, parts: SplitResult) -> None:
    if response.status >= 500 or response.status == 429:
        raise Unanswered(f"{_shown(parts)} menjawab {response.status}", cure="Dicoba lagi nanti.")
    if response.status != 200:
        raise MediaRejected(
            f"Alamat {_shown(parts)} menjawab {response.status}, bukan gambar", cure=_ADDRESS_CURE
        )
    _check_size(response.length or 0, parts)


def _save(response: http.client.HTTPResponse, parts: SplitResult, out_dir: Path, deadline: float) -> Path:
    target = out_dir / (harmless_name(parts.path.rpartition("/")[2]) or "unduhan")
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        file = target.open("xb")
    except OSError as error:
        raise cannot_write(out_dir, error) from None
    try:
        with file:
            while block := _block(response, parts, deadline):
                _check_size(file.tell() + len(block), parts)
                file.write(block)
    except BaseException as error:
        target.unlink()
        if isinstance(error, OSError):
            raise cannot_write(out_dir, error) from None
        raise
    return target


def _block(response: http.client.HTTPResponse, parts: SplitResult, deadline: float) -> bytes:
    if stopwatch() > deadline:
        raise Unanswered(f"{_shown(parts)} terlalu lambat", cure="Dicoba lagi nanti.")
    try:
        block = response.read1(_BLOCK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise _silent(parts, error) from None
    if not block and response.length:
        raise Unanswered(f"{_shown(parts)} berhenti di tengah jalan", cure="Dicoba lagi nanti.")
    return block


def _check_size(size: int, parts: SplitResult) -> None:
    if size > PICTURE_DOWNLOAD_MAX:
        limit = PICTURE_DOWNLOAD_MAX // 1_000_000
        raise MediaRejected(
            f"Gambar di {_shown(parts)} lebih besar dari {limit} MB", cure="Kecilkan gambarnya."
        )


def _silent(parts: SplitResult, error: Exception) -> Unanswered:
    return Unanswered(f"{_shown(parts)} tidak menjawab ({type(error).__name__})", cure="Dicoba lagi nanti.")


def shown_address(url: str) -> str:
    """An address as it may be read by others: host and path, since a query may hold somebody's key."""
    return _shown(_checked(url))


def _shown(parts: SplitResult) -> str:
    return shown(f"{parts.hostname}{parts.path}")
