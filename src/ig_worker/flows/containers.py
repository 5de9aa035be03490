"""The publisher's hand for containers: stages pictures, makes children and parents, looks whether they are ready."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ig_worker.domain.instagram import ContainerSpec, ContainerState, ContainerStatus, Kind, UserTag
from ig_worker.domain.publication import Event, Happened, Step, poll_delay
from ig_worker.flows.ports import Publishing, Staging
from ig_worker.store.posts import StoredPost


class Containers:
    """Takes the steps of preparing; raises what Instagram or the staging room says."""

    def __init__(self, instagram: Publishing, staging: Staging) -> None:
        self._instagram = instagram
        self._staging = staging

    def stage_missing(self, post: StoredPost) -> dict[int, str]:
        """Make the files that Meta will fetch, as far as they are missing; their names by position.

        A carousel's pictures take the ratio of its first item, because Instagram crops them all to it (section B).
        """
        if all(file.staged and self._staging.has(file.staged) for file in post.media):
            return {}
        story = post.publication.kind is Kind.STORY
        ratio: float | None = None
        staged: dict[int, str] = {}
        for file in post.media:
            fresh = self._staging.stage(file.original, story=story, ratio=ratio)
            if post.publication.kind is Kind.CAROUSEL:
                ratio = ratio or fresh.ratio or None
            staged[file.position] = fresh.name
        for file in post.media:
            if file.staged:
                self._staging.unstage(file.staged)
        return staged

    def take(self, post: StoredPost, step: Step, now: datetime) -> Happened:
        """Take one step of preparing."""
        match step:
            case Step.MAKE_CHILD:
                position = len(post.publication.child_ids)
                spec = self._with_url(
                    post, position, Kind.CAROUSEL, carousel_child=True, alt_text=_alt(post, position)
                )
                return Happened(Event.CHILD_MADE, container_id=self._instagram.create_container(spec))
            case Step.LOOK_AT_CHILDREN:
                return self._look(post, post.publication.child_ids, Event.CHILDREN_READY, now)
            case Step.MAKE_CONTAINER:
                container_id = self._instagram.create_container(self._spec(post))
                return Happened(Event.CONTAINER_MADE, container_id=container_id)
            case _:
                return self._look(post, (post.publication.container_id,), Event.CONTAINER_READY, now)

    def _look(self, post: StoredPost, ids: tuple[str, ...], ready: Event, now: datetime) -> Happened:
        states = list(self._instagram.container_states(ids).values())
        broken = [
            state for state in states if state.status in (ContainerStatus.ERROR, ContainerStatus.EXPIRED)
        ]
        if broken:
            return Happened(Event.CONTAINER_GONE, reason=_why(broken[0]))
        if all(state.status is ContainerStatus.FINISHED for state in states):
            return Happened(ready)
        return Happened(Event.POSTPONE, not_before=now + poll_delay(post.publication, now))

    def _spec(self, post: StoredPost) -> ContainerSpec:
        options: dict[str, Any] = post.row.options
        kind = post.publication.kind
        shared: dict[str, Any] = {}
        if kind is not Kind.STORY:
            shared = {
                "caption": post.publication.caption,
                "collaborators": tuple(options.get("collaborators", ())),
                "location_id": options.get("location_id", ""),
            }
        if kind is Kind.CAROUSEL:
            return ContainerSpec(kind, children=post.publication.child_ids, **shared)
        if kind is Kind.IMAGE:
            shared["alt_text"] = _alt(post, 0)
        if kind is Kind.REEL:
            shared["cover_url"] = options.get("cover", "")
            shared["thumb_offset_ms"] = options.get("thumb_offset_ms")
            shared["share_to_feed"] = options.get("share_to_feed")
        tags = tuple(
            UserTag(tag["username"], tag.get("x"), tag.get("y")) for tag in options.get("user_tags", ())
        )
        return self._with_url(post, 0, kind, user_tags=tags, **shared)

    def _with_url(self, post: StoredPost, position: int, kind: Kind, **fields: Any) -> ContainerSpec:
        name = post.media[position].staged
        url = self._staging.url(name)
        if name.endswith(".jpg"):
            return ContainerSpec(kind, image_url=url, **fields)
        return ContainerSpec(kind, video_url=url, **fields)


def _alt(post: StoredPost, position: int) -> str:
    """Alt texts stand in the sheet one a line, in the order of the pictures."""
    lines: list[str] = str(post.row.alt_text).split("\n")
    return lines[position].strip() if position < len(lines) else ""


def _why(state: ContainerState) -> str:
    return state.detail or f"the container is {state.status}"
