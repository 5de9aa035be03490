"""What comes along with a direct message, in the shapes in which it is read (section D)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ig_worker.sandbox.entities import DAY, Message

Json = dict[str, Any]

CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/"
SHARES = ("share", "ig_post", "ig_reel", "reel", "story", "MEDIA_SHARE")
#: What no field tells of: a heart is a message without anything in it.
NOTHING_SHOWN = ("unsupported", "like", "like_heart")
KINDS = (
    "image",
    "gif",
    "sticker",
    "video",
    "audio",
    "file",
    "template",
    "ephemeral",
    *SHARES,
    *NOTHING_SHOWN,
)

_PICTURE = {"width": 1080, "height": 1080, "max_width": 1080, "max_height": 1080}
_GIF = {"animated_gif_url": f"{CDN}?gif", "animated_gif_preview_url": f"{CDN}?gif-preview"}


@dataclass(frozen=True)
class OnRequest:
    """A list whose entries show what is in them only where their own fields are asked for."""

    entries: list[Json]

    def shown(self, asked: bool) -> Json:
        """The list, of each entry only the id where nothing of it was asked for."""
        return {"data": self.entries if asked else [{"id": one["id"]} for one in self.entries]}


def attachments(message: Message) -> Json | None:
    """Pictures, films, sounds and files; None where there is none. What is ephemeral has no address."""
    found = [
        _attachment(one, f"{message.number}{number:03d}")
        for number, one in enumerate(message.attachments)
        if one["type"] not in SHARES + NOTHING_SHOWN
    ]
    return {"data": found} if found else None


def _attachment(given: Json, number: str) -> Json:
    one: Json = {"id": number}
    url = given.get("url", f"{CDN}?asset_id={number}")
    match given["type"]:
        case "image":
            one |= {"mime_type": "image/jpeg", "name": f"image-{number}.jpg"}
            one["image_data"] = {"url": url, "preview_url": url, **_PICTURE}
        case "gif":
            one |= {
                "mime_type": "image/gif",
                "image_data": {"url": url, "preview_url": url, **_PICTURE, **_GIF},
            }
        case "sticker":
            one["image_data"] = {"url": url, "preview_url": url, **_PICTURE, "render_as_sticker": True}
        case "video":
            one |= {"mime_type": "video/mp4", "name": f"video-{number}.mp4"}
            one["video_data"] = {"url": url, "preview_url": url, "width": 720, "height": 1280}
        case "audio":
            one |= {"mime_type": "audio/mp4", "name": f"audioclip-{number}.mp4", "file_url": url}
        case "file":
            one |= {"mime_type": "application/pdf", "name": "berkas.pdf", "size": 20_480, "file_url": url}
        case "template":
            one["generic_template"] = {"title": given.get("title", "Pendaftaran"), "media_url": url}
    return one


def shares(message: Message) -> OnRequest | None:
    """Posts and reels that were passed on: a link, and only for who asks for it (`shares{link}`)."""
    shared = [one for one in message.attachments if one["type"] in SHARES]
    links = [one.get("url", "https://www.instagram.com/p/x/") for one in shared]
    entries = [{"id": f"{message.number}{number:03d}", "link": link} for number, link in enumerate(links)]
    return OnRequest(entries) if entries else None


def shares_of(message: Message, params: Json) -> Json:
    """The edge of a message that lists what was passed on in it."""
    found = shares(message)
    return found.shown("fields" in params) if found else {"data": []}


def story(message: Message, now: datetime) -> Json | None:
    """The story that was answered or that mentions us; its address lives as long as the story, a day."""
    given = {"reply_to": message.story_reply, "mention": message.story_mention}
    link = {"link": f"{CDN}?asset_id="} if now - message.at < DAY else {}
    found = {
        name: {"id": story_id, **{key: f"{value}{story_id}" for key, value in link.items()}}
        for name, story_id in given.items()
        if story_id
    }
    return found or None


def is_unsupported(message: Message) -> bool:
    """Whether the app shows something there that the API has no field for."""
    return any(one["type"] == "unsupported" for one in message.attachments)
