"""Takes an address with several recipients apart.

Apprise sends to each of them in turn and says one word about all: where one is refused, every further try would reach
the others again.
"""

from __future__ import annotations

from email.utils import getaddresses
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit


def one_by_one(url: str) -> list[str]:
    """An Apprise URL for each recipient of this one; itself where there is one, or nobody knows.

    Mail (in ``to=`` or the path) and Telegram's chats are known. Who is in ``cc=`` or ``bcc=`` gets the first one's.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return [url]
    named = [unquote(piece) for piece in parts.path.split("/") if piece]
    if parts.scheme == "tgram" and len(named) > 1:
        return [urlunsplit(parts._replace(path=f"/{quote(chat, safe=':@')}")) for chat in named]
    if parts.scheme not in ("mailto", "mailtos"):
        return [url]
    said = parse_qsl(parts.query, keep_blank_values=True)
    # The last one counts, as for Apprise.
    to = ", ".join([*named, *[value for name, value in said if name == "to"][-1:]])
    addresses = list(dict.fromkeys(address for _, address in getaddresses([to])))
    if len(addresses) < 2 or not all(addresses):
        return [url]
    others = [(name, value) for name, value in said if name != "to"]
    alone = [(name, value) for name, value in others if name not in ("cc", "bcc")]
    return [
        urlunsplit(
            parts._replace(path="/", query=urlencode([*(alone if number else others), ("to", address)]))
        )
        for number, address in enumerate(addresses)
    ]
