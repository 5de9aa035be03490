"""What is right and wrong with the address from which Meta fetches pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ig_worker.domain.checkup.finding import Finding, found

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Reply:
    """What came back: status, headers (names in small letters), the first bytes, and how long it took."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    milliseconds: int = 0
    private: bool = False
    """Whether it came from a private network."""


@dataclass(frozen=True)
class Trouble:
    """Why nothing came back: ``name``, ``inside``, ``nobody``, ``certificate``."""

    kind: str
    reason: str


def of_fetched(url: str, reply: Reply | Trouble, wanted: bytes) -> Finding:
    """What GET of the probe gave."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}"
    if isinstance(reply, Trouble):
        return _of_trouble(reply, host, address)
    status, kind = reply.status, reply.headers.get("content-type", "").partition(";")[0].strip()
    if status in REDIRECTS:
        target = urlsplit(reply.headers.get("location", ""))
        # Only where it leads: a query may hold somebody's key.
        where = f"{target.netloc or host}{target.path}"
        return found("media_address", "redirects", address=address, status=status, where=where)
    if status in {401, 403, 407}:
        return found("media_address", "login", address=address, status=status)
    if status in {404, 410}:
        return found("media_address", "not_found", address=address, status=status)
    if status != 200:
        return found("media_address", "trouble", address=address, status=status)
    if reply.body != wanted:
        what = f"“{kind or '?'}” ({len(reply.body)} byte)"
        return found("media_address", "wrong", address=address, thing=what)
    if kind.casefold() != "image/jpeg":
        return found("media_address", "wrong", address=address, thing=f"Content-Type “{kind or '?'}”")
    if reply.private:
        return found("media_address", "private", address=address)
    if parts.scheme != "https":
        return found("media_address", "plain", address=address)
    return found("media_address", address=address, milliseconds=reply.milliseconds)


def of_manners(head: Reply | Trouble, part: Reply | Trouble, wanted: bytes) -> Finding | None:
    """What HEAD and a Range of the first four bytes gave; None where both were answered rightly."""
    wrong = []
    if isinstance(head, Trouble) or head.status != 200:
        wrong.append("HEAD")
    if isinstance(part, Trouble) or (part.status, part.body) not in {(206, wanted[:4]), (200, wanted)}:
        wrong.append("Range")
    return found("media_address", "halting", thing=", ".join(wrong)) if wrong else None


def _of_trouble(trouble: Trouble, host: str, address: str) -> Finding:
    match trouble.kind:
        case "name":
            return found("media_address", "no_name", host=host)
        case "inside":
            return found("media_address", "inside", host=host, where=trouble.reason)
        case "certificate":
            return found("media_address", "certificate", host=host, reason=trouble.reason)
    return found("media_address", "nobody", address=address, reason=trouble.reason)
