"""Tells a dead-man's switch outside that the worker lives: where it hears nothing, it tells people."""

from __future__ import annotations

SECONDS = 10.0
"""How long a ping may take; nothing but the next look at the worker's health waits for it."""


def ping(address: str, seconds: float = SECONDS) -> None:
    """GET it once; OSError or ValueError where that was not heard. The address, a secret, is in no error's text."""
    # Imported here: most installations have nobody to ping.
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        # The configuration takes http and https only.
        request = Request(address, headers={"User-Agent": "ig-worker"})  # noqa: S310
        with urlopen(request, timeout=seconds) as answer:  # noqa: S310
            answer.read(1024)
    except HTTPError as error:
        error.close()
        raise ConnectionError(f"answered {error.code}") from None
