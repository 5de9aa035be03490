"""Which parameters a container may have, by what it is to become (the table of section B)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ig_worker.sandbox.call import flag_of, structure_of, text_of, words_of
from ig_worker.sandbox.errors import graph_error, invalid, missing

MEDIA_TYPES = ("", "IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL")
FACEBOOK_ONLY = frozenset(
    {
        "product_tags",
        "branded_content_sponsor_ids",
        "is_paid_partnership",
        "audio_configuration",
        "upload_type",
    }
)
_PAID = {"product_tags", "branded_content_sponsor_ids", "is_paid_partnership"}

#: What each kind takes beside its own address, ``media_type`` and ``is_carousel_item``.
TAKES: Mapping[str, frozenset[str]] = {
    "image": frozenset(
        {"caption", "alt_text", "collaborators", "location_id", "user_tags", "is_ai_generated", *_PAID}
    ),
    "reel": frozenset(
        {"caption", "share_to_feed", "cover_url", "thumb_offset", "audio_name", "collaborators", "user_tags"}
        | {"location_id", "trial_params", "is_ai_generated", "audio_configuration", "upload_type"}
        | _PAID
    ),
    "story": frozenset({"user_tags", "upload_type"}),
    "child image": frozenset({"alt_text", "user_tags", "product_tags"}),
    "child video": frozenset({"user_tags", "thumb_offset", "upload_type"}),
    "video": frozenset(
        {"caption", "user_tags", "location_id", "thumb_offset", "collaborators", "upload_type"}
    ),
    "carousel": frozenset(
        {"children", "caption", "collaborators", "location_id", "share_to_feed", "is_ai_generated", *_PAID}
    ),
}
_ADDRESS = {
    "image": {"image_url"},
    "child image": {"image_url"},
    "reel": {"video_url"},
    "video": {"video_url"},
    "child video": {"video_url"},
    "story": {"image_url", "video_url"},
    "carousel": set[str](),
}

LONGEST_CAPTION = 2200
MOST_HASHTAGS = 30
MOST_TAGS = 20
MOST_COLLABORATORS = 3
LONGEST_ALT_TEXT = 1000


def kind_of(params: Mapping[str, Any]) -> str:
    """What the container is to become: a key of :data:`TAKES`; 100/2207023 for an unknown media_type."""
    media_type = text_of(params, "media_type").upper()
    child = flag_of(params, "is_carousel_item")
    if media_type not in MEDIA_TYPES:
        raise graph_error(100, 2207023, media_type=text_of(params, "media_type"))
    if media_type in ("REELS", "STORIES", "CAROUSEL"):
        if child:
            raise invalid(f"The parameter is_carousel_item is not allowed with media_type {media_type}")
        return {"REELS": "reel", "STORIES": "story", "CAROUSEL": "carousel"}[media_type]
    plain = "video" if media_type == "VIDEO" else "image"
    return f"child {plain}" if child else plain


def check(kind: str, params: Mapping[str, Any], login: str) -> None:
    """Raise Meta's refusal for what this kind does not take or takes otherwise."""
    allowed = (
        TAKES[kind] | _ADDRESS[kind] | {"media_type", "is_carousel_item", "access_token", "appsecret_proof"}
    )
    for name in params:
        if name not in allowed:
            raise invalid(f"param {name} is not allowed")
        if name in FACEBOOK_ONLY and login == "instagram":
            raise invalid(f"param {name} is not allowed")
    _check_address(kind, params)
    _check_caption(text_of(params, "caption"))
    if len(text_of(params, "alt_text")) > LONGEST_ALT_TEXT:
        raise invalid(f"Param alt_text must be at most {LONGEST_ALT_TEXT} characters")
    _check_collaborators(words_of(params, "collaborators"))
    _check_user_tags(kind, params)
    _check_reel(params)
    location = text_of(params, "location_id")
    if location and not location.isdigit():
        raise graph_error(100, message="INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID")


def _check_address(kind: str, params: Mapping[str, Any]) -> None:
    upload = text_of(params, "upload_type")
    if upload and upload != "resumable":
        raise invalid("Param upload_type must be one of {resumable}")
    given = [name for name in sorted(_ADDRESS[kind]) if text_of(params, name)]
    wanted = 0 if kind == "carousel" or upload else 1
    if len(given) > wanted:
        raise invalid(f"param {given[-1]} is not allowed")
    if len(given) < wanted:
        raise missing(min(_ADDRESS[kind]))


def _check_caption(caption: str) -> None:
    """2200 characters (counted as UTF-16 units, the strictest reading), 30 hashtags, 20 @ tags."""
    too_long = len(caption.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CAPTION
    if too_long or len(re.findall(r"#\w+", caption)) > MOST_HASHTAGS:
        raise graph_error(36004, 2207010)
    if len(re.findall(r"(?<![\w.])@[\w.]+", caption)) > MOST_TAGS:
        raise graph_error(100, 2207040)


def _check_collaborators(names: list[str]) -> None:
    if len(names) > MOST_COLLABORATORS:
        raise invalid(f"Param collaborators must have at most {MOST_COLLABORATORS} elements")
    if any(not _is_username(name) for name in names):
        raise graph_error(100, 2207018)


def _is_username(name: object) -> bool:
    return isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9._]{1,30}", name) is not None


def _check_user_tags(kind: str, params: Mapping[str, Any]) -> None:
    """x and y in 0.0-1.0: needed on pictures, optional in stories, refused on videos."""
    tags = structure_of(params, "user_tags")
    if tags is None:
        return
    if not isinstance(tags, list) or not all(isinstance(tag, dict) for tag in tags):
        raise invalid("Param user_tags must be an array of objects")
    if len(tags) > MOST_TAGS:
        raise graph_error(100, 2207040)
    for tag in tags:
        if not _is_username(tag.get("username")):
            raise graph_error(100, 2207018)
        places = [tag[axis] for axis in ("x", "y") if tag.get(axis) is not None]
        if kind in ("image", "child image") and len(places) < 2:
            raise invalid("Param user_tags: x and y are required for images")
        if kind in ("reel", "video", "child video") and places:
            raise invalid("Param user_tags: x and y are not allowed for videos")
        if any(not isinstance(place, int | float) or not 0 <= place <= 1 for place in places):
            raise invalid("Param user_tags: x and y must be between 0.0 and 1.0")


def _check_reel(params: Mapping[str, Any]) -> None:
    offset = text_of(params, "thumb_offset")
    if offset and not (offset.isascii() and offset.isdigit()):
        raise graph_error(1, 2207057)
    trial = structure_of(params, "trial_params")
    if trial is not None and (
        not isinstance(trial, dict) or trial.get("graduation_strategy") not in ("MANUAL", "SS_PERFORMANCE")
    ):
        raise invalid("Param trial_params[graduation_strategy] must be one of {MANUAL, SS_PERFORMANCE}")
