"""Why something did not go well, in words for the content team, with Meta's own behind them."""

from __future__ import annotations

from collections.abc import Sequence

from ig_worker.domain.api_words import in_words
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    PermissionLost,
    Throttled,
    TokenExpired,
    Unanswered,
)

UNSURE = "Instagram tidak memberi jawaban yang jelas"

_FAMILIES: Sequence[tuple[type[IgWorkerError], str]] = (
    (TokenExpired, "token akun tidak berlaku lagi"),
    (PermissionLost, "token akun tidak punya izin untuk ini"),
    (AccountBlocked, "akun Instagram sedang dibatasi; pemilik akun perlu membuka aplikasi Instagram"),
    (Throttled, "Instagram minta menunggu"),
    (Unanswered, UNSURE),
)


def why(error: IgWorkerError, otherwise: str = "") -> str:
    """What an error means; `otherwise` where there are no words for it, or else its own words and their cure."""
    known = (words for family, words in _FAMILIES if isinstance(error, family))
    words = in_words(error.said) or next(known, otherwise)
    return f"{words} [{error.said or error}]" if words else with_cure(error)


def with_cure(error: IgWorkerError) -> str:
    """What went wrong and what to do, in one line."""
    return f"{error}: {error.cure}" if error.cure else str(error)
