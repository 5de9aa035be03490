"""Counts the hashtags and mentions in a text, rather one too many than one too few.

How Instagram counts them is not documented; refused are more than 30 and 20 (``instagram_api.md``, section B).
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_AFTER_NUMBER_SIGN = re.compile(rf"[#＃﹟](?=[{_INVISIBLE}]*(.))", re.DOTALL)
_MENTION = re.compile(rf"(?<![\w.])[@＠﹫][{_INVISIBLE}]*[\w.]")


def count_hashtags(text: str) -> int:
    """How many: ``#`` in any width before a letter, a digit, ``_`` or an emoji; the boxed ``#️⃣`` is none."""
    return sum(_begins_a_tag(found[1]) for found in _AFTER_NUMBER_SIGN.finditer(text))


def count_mentions(text: str) -> int:
    """How many: ``@`` in any width before a letter, a digit, ``_`` or a dot; an e-mail address is none."""
    return len(_MENTION.findall(text))


def _begins_a_tag(character: str) -> bool:
    return character == "_" or character.isalnum() or unicodedata.category(character) == "So"
