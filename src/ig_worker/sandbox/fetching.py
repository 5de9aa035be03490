"""Fetches what a media URL names, as Meta's servers would, and looks whether it can be published."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from PIL import Image

from ig_worker.sandbox.errors import graph_error
from ig_worker.sandbox.films import MEBIBYTE, UNSUPPORTED_VIDEO, failure_of

IMAGE_BYTES = 8 * MEBIBYTE
NARROWEST, WIDEST = 4 / 5, 1.91
VIDEO_TYPES = ("video/mp4", "video/quicktime")
CHUNK = 256 * 1024


@dataclass(frozen=True)
class Fetched:
    """What came from the address."""

    content: bytes
    content_type: str


def fetch(url: str, most: int, seconds: float) -> Fetched:
    """One GET without redirects, read until just over ``most`` bytes.

    9004/2207052 for anything that is not there, -2/2207003 when it takes too long (section B, media limits).
    """
    unfetchable = graph_error(9004, 2207052)
    if not url.isascii() or urlsplit(url).scheme not in ("http", "https"):
        raise unfetchable
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(url, allow_redirects=False, timeout=seconds, stream=True) as answer:
                if answer.status_code != 200:
                    raise unfetchable
                content = bytearray()
                for chunk in answer.iter_content(CHUNK):
                    content += chunk
                    if len(content) > most:
                        break
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return Fetched(bytes(content), kind)
    except requests.Timeout:
        raise graph_error(-2, 2207003) from None
    except (requests.RequestException, ValueError):
        raise unfetchable from None


def check_image(fetched: Fetched, *, feed_ratio: bool) -> None:
    """Raise Meta's refusal unless it is a JPEG of at most 8 MiB and, for the feed, between 4:5 and 1.91:1."""
    if not fetched.content_type.startswith("image/"):
        raise graph_error(9004, 2207052)
    if len(fetched.content) > IMAGE_BYTES:
        raise graph_error(36000, 2207004)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(fetched.content)) as picture:
                form, (width, height) = picture.format, picture.size
                picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise graph_error(36001, 2207005) from None
    if form != "JPEG":
        raise graph_error(36001, 2207005)
    if feed_ratio and not NARROWEST <= width / height <= WIDEST:
        raise graph_error(36003, 2207009)


def check_video(fetched: Fetched, kind: str, thumb_offset: str) -> int | None:
    """The subcode a video's container will end in, None when it is fine; a web page is refused at once."""
    if fetched.content_type.startswith(("text/", "application/json")):
        raise graph_error(9004, 2207052)
    if fetched.content_type not in VIDEO_TYPES:
        return UNSUPPORTED_VIDEO
    return failure_of(fetched.content, kind, thumb_offset)
