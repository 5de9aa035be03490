"""What Instagram takes as a picture or a video (``instagram_api.md``, section B, "Media limits")."""

from __future__ import annotations

from dataclasses import dataclass
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

VIDEO_WIDTH_MAX = 1920
VIDEO_SECONDS_MIN = 3
REEL_SECONDS_MAX = 15 * 60
STORY_VIDEO_SECONDS_MAX = 60
VIDEO_BITS_PER_SECOND_MAX = 25_000_000
# 0.01:1 for a reel and 0.1:1 for a story; what lies between is a strip that no phone films.
VIDEO_RATIO_MIN, VIDEO_RATIO_MAX = 0.1, 10.0

CAROUSEL_ITEMS_MIN = 2
CAROUSEL_ITEMS_MAX = 10

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
VIDEO_ENDINGS = (".mp4", ".mov")

SAME_RATIO = 0.01
"""Two ratios that differ by less are one: Instagram's crop is then a line of pixels."""

_NAMED_RATIOS = {
    "9:16": 9 / 16,
    "2:3": 2 / 3,
    "3:4": 3 / 4,
    "4:5": 4 / 5,
    "1:1": 1.0,
    "4:3": 4 / 3,
    "3:2": 3 / 2,
}
_NAMED_RATIOS |= {"16:9": 16 / 9, "1,91:1": 1.91}


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of publishing something, and the cure; both in Indonesian.

    ``passing`` where it may be gone at the next look without anyone doing anything.
    """

    reason: str
    cure: str
    passing: bool = False


def same_ratio(one: float, other: float) -> bool:
    """Whether two ratios (width to height) differ by at most one per cent."""
    return abs(one - other) <= SAME_RATIO * other


def ratio_in_words(ratio: float) -> str:
    """A ratio (width to height) as the content team says it: "4:5", else "1,37:1"."""
    for words, named in _NAMED_RATIOS.items():
        if same_ratio(ratio, named):
            return words
    return f"{ratio:.2f}:1".replace(".", ",")


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
