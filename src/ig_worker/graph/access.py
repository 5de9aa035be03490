"""What can be a token, and how it goes along with a call."""

from __future__ import annotations

import requests
from requests.auth import AuthBase

LONGEST_TOKEN = 4000


class BearerToken(AuthBase):
    """Puts the token in the header, if there is one; being an ``auth`` it keeps requests out of ~/.netrc."""

    def __init__(self, token: str, scheme: str = "Bearer") -> None:
        self._token = token
        self._scheme = scheme

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"{self._scheme} {self._token}"
        return request


def is_token(text: str) -> bool:
    """Whether this can be a token at all: one word that goes into a header."""
    return 0 < len(text) <= LONGEST_TOKEN and text.isascii() and text.isprintable() and " " not in text
