"""What Instagram takes as a picture or a video (``instagram_api.md``, section B, "Media limits")."""

from __future__ import annotations

from urllib.parse import urlsplit

FEED_RATIO_MIN = 4 / 5
FEED_RATIO_MAX = 1.91
STORY_RATIO = 9 / 16
"""Width to height. A story has no documented limits; 9:16 is recommended."""

PICTURE_WIDTH_MIN = 320
PICTURE_WIDTH_MAX = 1440
STORY_WIDTH_MAX = 1080

# Meta writes "8 MB" and its error says "8 MiB": the smaller reading is safe with both.
PICTURE_BYTES_MAX = 8_000_000
REEL_BYTES_MAX = 300_000_000
STORY_VIDEO_BYTES_MAX = 100_000_000

CAROUSEL_ITEMS_MIN = 2
CAROUSEL_ITEMS_MAX = 10

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
VIDEO_ENDINGS = (".mp4", ".mov")


def is_address(media: str) -> bool:
    """Whether media is named by an address rather than by a file."""
    return media.casefold().startswith(("https://", "http://"))


def is_video(media: str) -> bool:
    """Whether a file's name or an address ends like a video's."""
    return _path(media).endswith(VIDEO_ENDINGS)


def is_picture(media: str) -> bool:
    """Whether it ends like a picture's. An address often has no ending: then it is neither."""
    return _path(media).endswith(PICTURE_ENDINGS)


def _path(media: str) -> str:
    if not is_address(media):
        return media.casefold()
    try:
        return urlsplit(media).path.casefold()
    except ValueError:
        return ""
