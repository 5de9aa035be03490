"""Takes access tokens and passwords out of a text, by their shape."""

from __future__ import annotations

import re

# None of them reaches over a quote or a backslash: the text may be JSON, and must still be JSON afterwards.
_SHAPES = (
    # Meta's tokens: EAA… of Facebook, IG… of Instagram (section A of instagram_api.md).
    re.compile(r"\b(?:EAA|IGQ|IGA|IGR)[A-Za-z0-9_\-.]{12,}"),
    # key=value, "key": "value" and key%3Dvalue, for every key that holds a secret.
    re.compile(
        r"""((?:access_token|input_token|refresh_token|fb_exchange_token|client_secret|app_secret|appsecret_proof"""
        r"""|password|passwd|api_key|secret_key)(?:\\*["']\s*:\s*\\*["']?|(?:\\*["'])?\s*(?:=|%3D)\s*(?:SecretStr\()?(?:\\*["'])?))"""
        r"""[^\s"'\\&,;)}\]]+""",
        re.IGNORECASE,
    ),
    re.compile(
        r"""(\bBearer\s+|\bAuthorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?(?:\w+\s+)?)[A-Za-z0-9_\-.~+/=|%]{6,}""",
        re.IGNORECASE,
    ),
    # user:password@ in an address of any kind.
    re.compile(r"""([a-z][a-z0-9+.-]*://)[^\s/"'\\<>]*:[^\s/"'\\<>]*(?=@)""", re.IGNORECASE),
    # Channels whose whole address is the secret: a bot's token, a web hook's path.
    re.compile(
        r"((?:tgram|discord|slack|msteams|workflows|gchat|whatsapp|signals?|ntfys?|gotifys?)://)[^\s\"'\\]+",
        re.IGNORECASE,
    ),
    re.compile(r"(api\.telegram\.org/(?:file/)?bot)[0-9]+:[A-Za-z0-9_-]+"),
    re.compile(r"\b()[0-9]{8,10}:[A-Za-z0-9_-]{30,50}\b"),
)


def hide_secrets(text: str) -> str:
    """The text with ``***`` in place of everything that has the shape of a secret."""
    for shape in _SHAPES:
        text = shape.sub(lambda found: (found[1] if found.re.groups else "") + "***", text)
    return text
