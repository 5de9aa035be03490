"""What came with a message, by kind; the addresses of it expire and are not kept (section D)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ig_worker.graph.answers import kept_text
from ig_worker.graph.reading import mapping, objects

PASSED_ON = ("share", "ig_post", "post", "ig_reel", "reel", "ig_story", "story")
NAMED = frozenset(
    (
        *("image", "video", "audio", "file", "ephemeral", "template", "unsupported", "reaction"),
        *("sticker", "gif", "animated_image", "like_heart", "story_mention", "story_reply", *PASSED_ON),
    )
)
"""Kinds that Meta's webhooks name themselves, as ``type``."""

SAME_AS = {"like": "like_heart", "fallback": "share", "media_share": "share", "voice": "audio"}

FILE_ENDINGS = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".webp", ".heic"), "image"),
    **dict.fromkeys((".m4a", ".aac", ".wav", ".mp3", ".ogg"), "audio"),
    **dict.fromkeys((".mov", ".webm", ".avi"), "video"),
}

WITHOUT_CONTENT = frozenset({"id", "name", "size", "mime_type"})


def kinds_of(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of all that came with a message; a message without anything at all is ``unsupported``.

    Meta says ``is_unsupported`` of some things only: of a heart, or of what its reader can no longer show, there is an
    empty message. A person finds in the app what it was.
    """
    kinds = (*_attachments(item), *_story(item))
    if not any(kind in PASSED_ON for kind in kinds):
        kinds += ("share",) * len(_listed(item.get("shares")))
    if item.get("is_unsupported") is True and "unsupported" not in kinds:
        kinds += ("unsupported",)
    reacted = "reaction" in item and not kept_text(item.get("message"))
    if reacted and not kinds:
        return ("reaction",)
    empty = not kinds and not kept_text(item.get("message")).strip()
    shown = not item.keys() <= {"id", "created_time"}
    return ("unsupported",) if empty and shown else kinds


def _listed(value: object) -> list[Mapping[str, Any]]:
    """The entries of a list, whether Meta wraps it in ``data`` or not."""
    return objects(value) or objects(mapping(value).get("data"))


def _attachments(item: Mapping[str, Any]) -> Iterator[str]:
    for attachment in _listed(item.get("attachments")):
        yield _kind(attachment)


def _kind(attachment: Mapping[str, Any]) -> str:
    named = kept_text(attachment.get("type")).lower()
    named = SAME_AS.get(named, named)
    if named in NAMED:
        return named
    if "image_data" in attachment:
        picture = mapping(attachment["image_data"])
        if picture.get("render_as_sticker") is True:
            return "sticker"
        return "gif" if picture.get("animated_gif_url") else "image"
    if "video_data" in attachment:
        return "video"
    if "generic_template" in attachment:
        return "template"
    family = kept_text(attachment.get("mime_type")).partition("/")[0].lower()
    if family in ("image", "video", "audio"):
        return family
    if "file_url" in attachment:
        return _by_name(kept_text(attachment.get("name")).lower())
    # A picture to be seen once has no address at all.
    return "ephemeral" if attachment.keys() <= WITHOUT_CONTENT else "unsupported"


def _by_name(name: str) -> str:
    if name.startswith("audio"):
        return "audio"
    return next((kind for ending, kind in FILE_ENDINGS.items() if name.endswith(ending)), "file")


def _story(item: Mapping[str, Any]) -> Iterator[str]:
    story = mapping(item.get("story"))
    if story:
        yield "story_mention" if "mention" in story else "story_reply"
    elif mapping(mapping(item.get("reply_to")).get("story")):
        yield "story_reply"
