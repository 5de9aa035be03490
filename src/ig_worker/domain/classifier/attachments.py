"""What came with a message and cannot be judged by its words: pictures, voices, films, files, stories.

The kinds are the Graph API's own (`instagram_api.md`, sections D and F), as ``graph.messages`` and Meta's webhooks name
them. A kind that nobody has heard of is treated like a picture: somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterable

_TO_BE_SEEN = {
    "audio": "pesan suara: perlu didengarkan orang",
    "image": "gambar: perlu dilihat orang",
    "video": "video: perlu dilihat orang",
    "file": "berkas: perlu dibuka orang",
    "unsupported": "jenis pesan yang tidak dapat dibaca dari sini: perlu dibuka di aplikasi Instagram",
    "ephemeral": "foto atau video sekali lihat: perlu dibuka orang di aplikasi Instagram",
    "story_mention": "akun kita disebut dalam sebuah story: perlu dilihat orang sebelum story itu hilang",
}
_UNKNOWN = "lampiran yang tidak dikenal: perlu dilihat orang"

_PASSED_ON = frozenset({"share", "ig_post", "post", "ig_reel", "reel", "ig_story", "story"})
"""Somebody else's post or ours, passed on. Without a word it says nothing; beside words it may say anything."""

_GESTURES = frozenset({"story_reply", "like_heart", "sticker", "gif", "animated_image", "reaction"})
"""Adds nothing to the words that it comes with."""


def to_be_seen(kinds: Iterable[str]) -> tuple[str, ...]:
    """Indonesian reasons why a person must see, hear or open what came; empty where nothing need be."""
    seen = (
        _TO_BE_SEEN.get(kind, _UNKNOWN) for kind in kinds if kind not in _PASSED_ON and kind not in _GESTURES
    )
    return tuple(dict.fromkeys(seen))


def may_say_more(kinds: Iterable[str]) -> bool:
    """Whether something came that may turn the meaning of the words beside it."""
    return any(kind not in _GESTURES for kind in kinds)
