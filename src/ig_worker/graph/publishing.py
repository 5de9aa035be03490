"""Containers, publishing, and what is published (section B)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import PermissionLost, Refused, Silence, Unanswered, Unavailable
from ig_worker.domain.instagram import (
    ContainerSpec,
    ContainerState,
    ContainerStatus,
    Kind,
    PublishingLimit,
    UserTag,
)
from ig_worker.graph.answers import NOT_THERE, id_text, kept_text, whole_number
from ig_worker.graph.reading import list_in, mapping, objects
from ig_worker.graph.session import GraphSession
from ig_worker.graph.uploading import size_of, upload_video

logger = logging.getLogger("ig_worker.graph")

TOGETHER = "containers together"
"""Where it is remembered that several containers cannot be read in one call."""

UNREADABLE = ContainerState(ContainerStatus.UNREADABLE)

DEFAULT_WINDOW = 86400
"""Seconds in which the limit counts, where Meta leaves them out: all its pages name a day."""


def container_form(spec: ContainerSpec) -> dict[str, str]:
    """The parameters of `POST /{ig-user}/media`, only those that go with this type of container."""
    form = {"image_url": spec.image_url, "video_url": spec.video_url, "user_tags": _tags(spec.user_tags)}
    if spec.carousel_child:
        form |= {"is_carousel_item": "true", "alt_text": spec.alt_text if spec.image_url else ""}
        form |= {"media_type": "VIDEO" if spec.video_url else ""}
    elif spec.kind is Kind.STORY:
        form |= {"media_type": "STORIES"}
    else:
        form |= {
            "caption": spec.caption,
            "collaborators": json.dumps(list(spec.collaborators)) if spec.collaborators else "",
            "location_id": spec.location_id,
        }
        if spec.kind is Kind.IMAGE:
            form |= {"alt_text": spec.alt_text}
        elif spec.kind is Kind.CAROUSEL:
            form |= {"media_type": "CAROUSEL", "children": ",".join(spec.children)}
            form |= {"share_to_feed": _flag(spec.share_to_feed)}
        else:
            form |= {"media_type": "REELS", "share_to_feed": _flag(spec.share_to_feed)}
            form |= {"cover_url": spec.cover_url}
            form |= {"thumb_offset": "" if spec.thumb_offset_ms is None else str(spec.thumb_offset_ms)}
    if spec.video_file:
        form |= {"upload_type": "resumable"}
    return {name: value for name, value in form.items() if value}


def create_container(graph: GraphSession, spec: ContainerSpec) -> str:
    """The id of a new container, with its video's bytes sent where it has them. Nobody sees it before it is published.

    A container whose bytes did not arrive is left to expire: the next try makes another.
    """
    path, form = f"{graph.account.ig_user_id}/media", container_form(spec)
    if not spec.video_file:
        return graph.write(path, form=form, visible=False)
    size_of(Path(spec.video_file))  # No container for what is not there.
    made = graph.write_for(path, "id", form=form, visible=False)
    upload_video(graph, kept_text(made.get("uri")), Path(spec.video_file))
    return id_text(made["id"])


def publish_container(graph: GraphSession, container_id: str) -> str:
    """The id of the new post. What it does to a container that is already out is not documented."""
    return graph.write(
        f"{graph.account.ig_user_id}/media_publish",
        form={"creation_id": container_id},
        timeout_seconds=graph.publish_timeout_seconds,
    )


def container_states(graph: GraphSession, container_ids: Sequence[str]) -> dict[str, ContainerState]:
    """The state of each container, in one call if Meta lets us; UNREADABLE where it gives none.

    Where each can be read by itself but not all together, ``ids`` is what is refused, and not tried again. A lost token
    or a limit on calls is raised; an unreadable container is not.
    """
    states = dict.fromkeys(container_ids, UNREADABLE)
    query = {"fields": "status_code,status"}
    words = ""
    if len(states) > 1 and not graph.refusals.of(TOGETHER):
        found: Mapping[str, Any] = {}
        try:
            found = graph.read("", {"ids": ",".join(states), **query}, patient=False)
        except Silence:
            return states
        except (Unanswered, Refused) as error:
            # One bad id fails them all, and not every server knows this way of asking.
            logger.info("containers are asked for one by one: %s", error)
            words = str(error) if isinstance(error, Refused) else ""
        states |= {one: _state(mapping(found.get(one))) for one in states}
    for one in [one for one, state in states.items() if state.status is ContainerStatus.UNREADABLE]:
        try:
            states[one] = _state(graph.read(one, query))
        except Silence:
            # Nobody answers: asking for the rest would only make a long silence longer.
            break
        except (Unanswered, Unavailable) as error:
            logger.info("container %s cannot be read: %s", one, error)
    if words and ContainerStatus.UNREADABLE not in {state.status for state in states.values()}:
        graph.refusals.add(TOGETHER, "ids", words)
    return states


def permalink(graph: GraphSession, media_id: str) -> str:
    """The post's address, empty where Meta withholds it."""
    return kept_text(graph.read(media_id, {"fields": "permalink"}).get("permalink"))


def picture_address(graph: GraphSession, media_id: str, *, carousel: bool) -> str:
    """Of a video the preview, of a carousel the first that is shown; empty where Meta withholds it (copyright)."""
    shown = "media_type,media_url,thumbnail_url"
    found = graph.read_once(media_id, {"fields": f"{shown},children{{{shown}}}" if carousel else shown})
    children = objects(mapping(found.get("children")).get("data"))
    return next(filter(None, map(_picture_of, (*children[:1], found))), "")


def _picture_of(item: Mapping[str, Any]) -> str:
    preview = kept_text(item.get("thumbnail_url"))
    # Of a video ``media_url`` is the film.
    return preview or ("" if item.get("media_type") == "VIDEO" else kept_text(item.get("media_url")))


def publishing_limit(graph: GraphSession) -> PublishingLimit:
    """Posts used and allowed. Without ``fields`` Meta would leave out how many are allowed.

    Raises Unavailable where an answer does not say both: its own pages disagree about how many are allowed, and a guess
    that is too low would keep posts back.
    """
    path = f"{graph.account.ig_user_id}/content_publishing_limit"
    try:
        found = graph.read(path, {"fields": "config,quota_usage"})
    except PermissionLost as error:
        if error.said is None or (error.said.code, error.said.subcode) != NOT_THERE:
            raise
        # It is a figure to show; whether the account is lost, the calls that matter will tell.
        raise Unavailable(str(error), said=error.said) from None
    limits = objects(list_in(found))
    limit = limits[0] if limits else {}
    config = mapping(limit.get("config"))
    used, total = whole_number(limit.get("quota_usage")), whole_number(config.get("quota_total"))
    if used is None or total is None or used < 0 or total < 1:
        raise Unavailable("Instagram does not say how many posts are used and allowed")
    return PublishingLimit(used, total, whole_number(config.get("quota_duration")) or DEFAULT_WINDOW)


def _tags(tags: Sequence[UserTag]) -> str:
    people = [
        {"username": tag.username, **({"x": tag.x, "y": tag.y} if tag.x is not None else {})} for tag in tags
    ]
    return json.dumps(people, ensure_ascii=False) if people else ""


def _flag(flag: bool | None) -> str:
    return "" if flag is None else str(flag).lower()


def _state(found: Mapping[str, Any]) -> ContainerState:
    """Meta sometimes gives only the words (``Error: Media download has failed``) and no ``status_code``."""
    detail = kept_text(found.get("status"))
    word = kept_text(found.get("status_code")) or detail.partition(":")[0].strip().upper().replace(" ", "_")
    known = {status.value: status for status in ContainerStatus}
    return ContainerState(known.get(word, ContainerStatus.UNREADABLE), detail)
