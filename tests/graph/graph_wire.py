"""Names and answers that the tests of the client share."""

from __future__ import annotations

from typing import Any

TOKEN = "IGAAsecretsecretsecretsecret"
IG = "17841400000000001"
PAGE = "102030405060708"
APP_SECRET = "0123456789abcdef"
INSTAGRAM = "https://graph.instagram.com"
FACEBOOK = "https://graph.facebook.com"


def error(code: int | None, subcode: int | None = None, message: str = "No.", **more: Any) -> dict[str, Any]:
    """Meta's error envelope."""
    body: dict[str, Any] = {"message": message, "type": "OAuthException", "fbtrace_id": "Atrace", **more}
    if code is not None:
        body["code"] = code
    if subcode is not None:
        body["error_subcode"] = subcode
    return {"error": body}
