"""Speaks of a recipient's address without giving its secret away."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ig_worker.domain.redaction import hide_secrets
from ig_worker.domain.text import clean, shorten

_SERVER = re.compile(r"(?:[\w.-]+|\[[\w.:]+\])(?::\d{1,5})?")
_RECIPIENTS = re.compile(r"[\w.+%@,/-]*")
_WITH_AN_ADDRESS = re.compile(r"(?:to|cc|bcc|from|reply|name|user|pass)=")


def target_id(url: str) -> str:
    """16 hexadecimal digits that stand for the recipient in the database, instead of the URL."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def channel_name(url: str) -> str:
    """What people may read of an address: ``mailto petugas@… via smtp.example.id``, ``tgram …1234``.

    Of kinds it does not know, and of mail whose password may stand in the place of something else, only the kind and
    the beginning of :func:`target_id`.
    """
    parts = _parts(url)
    if parts.scheme in ("mailto", "mailtos") and _is_plain(parts):
        host = parse_qs(parts.query).get("smtp", [_host(parts)])[0]
        return _plain(f"{parts.scheme} {_mailbox(parts)}@… via {host}")
    if parts.scheme == "tgram" and (chat := parts.path.rstrip("/").rpartition("/")[2]):
        return _plain(f"tgram …{chat[-4:]}")
    return _plain(f"{parts.scheme or 'address'} …{target_id(url)[:6]}")


def without_secrets_of(url: str, text: str) -> str:
    """The text without any piece of the address that could be a password or a token."""
    parts = _parts(url)
    pieces = {url, parts.path.strip("/")}
    if parts.scheme in ("mailto", "mailtos"):
        pieces.add(parts.password or "")
        pieces.add(parse_qs(parts.query).get("pass", [""])[0])
    if parts.scheme not in ("mailto", "mailtos") or not _is_plain(parts):
        pieces.update(re.split(r"[/:@?&=#]+", url.partition("://")[2]))
    pieces |= {unquote(piece) for piece in pieces}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= 4:
            text = text.replace(piece, "***")
    return hide_secrets(text)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _is_plain(parts: SplitResult) -> bool:
    """Whether it is certain what is the password: with a ``/``, ``?`` or ``#`` that is not encoded, it ends there."""
    _, at, server = parts.netloc.rpartition("@")
    odd = any("@" in piece and not _WITH_AN_ADDRESS.match(piece) for piece in parts.query.split("&"))
    if "@" in parts.fragment or odd or not (_SERVER.fullmatch(server) and _RECIPIENTS.fullmatch(parts.path)):
        return False
    if "@" not in parts.path:
        return True
    # Either may be the half of a password with an @ in it, and the other half the name of a server.
    return "." in server or ":" in server if at else ":" not in server


def _host(parts: SplitResult) -> str:
    # The port may be nonsense, the rest still says whom it is about.
    return parts.netloc.rpartition("@")[2]


def _mailbox(parts: SplitResult) -> str:
    """The part before the @ of the recipient: ``?to=``, the path, or the sender itself."""
    to = (
        parse_qs(parts.query).get("to", [""])[0]
        or unquote(parts.path.strip("/"))
        or unquote(parts.username or "")
    )
    return re.split(r"[@,/]", to)[0] or "…"


def _plain(name: str) -> str:
    return shorten(clean(name), 80)
