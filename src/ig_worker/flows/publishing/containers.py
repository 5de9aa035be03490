"""The publisher's hand for containers: stages pictures, makes children and parents, looks whether they are ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ig_worker.domain.api_errors import judge_status
from ig_worker.domain.api_words import status_in_words
from ig_worker.domain.instagram import ContainerSpec, ContainerState, ContainerStatus, Kind, UserTag
from ig_worker.domain.media_limits import is_address, is_video
from ig_worker.domain.pacing import poll_delay, remake_delay
from ig_worker.domain.publication import Event, Happened, Step
from ig_worker.flows.ports import Chance, Publishing, Staging
from ig_worker.flows.publishing.book import NEVER_TAKEN
from ig_worker.store.posts import COVER, MediaFile, StoredPost


class Containers:
    """Takes the steps of preparing; raises what Instagram or the staging room says."""

    def __init__(self, instagram: Publishing, staging: Staging, chance: Chance) -> None:
        self._instagram = instagram
        self._staging = staging
        self._chance = chance

    def stage_missing(self, post: StoredPost) -> dict[int, str]:
        """Make the files that Meta will get from us, as far as they are missing; their names by position.

        A carousel's pictures take the ratio of its first item, because Instagram crops them all to it (section B).
        """
        ours = [file for file in post.files if self._staging.serves or self._goes_as_bytes(post, file)]
        if all(file.staged and self._staging.has(file.staged) for file in ours):
            return {}
        tall = post.publication.kind is Kind.STORY
        ratio: float | None = None
        staged: dict[int, str] = {}
        for file in ours:
            # A reel is shown in a story's shape, and so is its cover.
            fresh = self._staging.stage(file.original, story=tall or file.role == COVER, ratio=ratio)
            if post.publication.kind is Kind.CAROUSEL and ratio is None:
                ratio = fresh.ratio or None
            staged[file.position] = fresh.name
        self.unstage(file.staged for file in ours if file.staged)
        return staged

    def unstage(self, names: Iterable[str]) -> None:
        """Serve these files no longer."""
        for name in names:
            self._staging.unstage(name)

    def take(self, post: StoredPost, step: Step, now: datetime) -> Happened:
        """Take one step of preparing."""
        match step:
            case Step.MAKE_CHILD:
                spec = self._child(post, len(post.publication.child_ids))
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
            return self._went_bad(post, broken[0], now)
        if all(state.status is ContainerStatus.FINISHED for state in states):
            return Happened(ready)
        return Happened(Event.POSTPONE, not_before=now + poll_delay(post.publication, now))

    def _went_bad(self, post: StoredPost, state: ContainerState, now: datetime) -> Happened:
        """Another container is made, not at once every time; unless Meta says that it will never take the media."""
        judged = judge_status(state.detail) if state.status is ContainerStatus.ERROR else None
        if judged is not None and judged.action == "fatal_input":
            return Happened(Event.FAIL, reason=f"{NEVER_TAKEN}: {_why(state)}")
        wait = remake_delay(post.publication, self._chance.uniform(0.75, 1.25))
        return Happened(Event.CONTAINER_GONE, reason=_why(state), not_before=now + wait if wait else None)

    def _child(self, post: StoredPost, position: int) -> ContainerSpec:
        # Tags are of a picture, not of the whole: the sheet's stand on the first one.
        fields: dict[str, Any] = {"user_tags": _tags(post)} if position == 0 else {}
        if not _is_video(post.media[position]):
            fields["alt_text"] = _line(post.row.alt_text, position)
        return self._with_url(post, post.media[position], Kind.CAROUSEL, carousel_child=True, **fields)

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
            share = options.get("share_to_feed")
            return ContainerSpec(kind, children=post.publication.child_ids, share_to_feed=share, **shared)
        if kind is Kind.IMAGE:
            shared["alt_text"] = " ".join(str(post.row.alt_text).split())
        if kind is Kind.REEL:
            shared["cover_url"] = "" if post.cover is None else self._url(post, post.cover)
            shared["thumb_offset_ms"] = options.get("thumb_offset_ms")
            shared["share_to_feed"] = options.get("share_to_feed")
        return self._with_url(post, post.media[0], kind, user_tags=_tags(post), **shared)

    def _with_url(self, post: StoredPost, file: MediaFile, kind: Kind, **fields: Any) -> ContainerSpec:
        if self._goes_as_bytes(post, file):
            return ContainerSpec(kind, video_file=str(self._staging.staged_path(file.staged)), **fields)
        url = self._url(post, file)
        if _is_video(file):
            return ContainerSpec(kind, video_url=url, **fields)
        return ContainerSpec(kind, image_url=url, **fields)

    def _url(self, post: StoredPost, file: MediaFile) -> str:
        """Where Meta fetches the file: from us, or from where the sheet says it lies."""
        if not self._goes_by_itself(file):
            return self._staging.url(file.staged)
        # Somebody may have put another picture there since it was approved.
        tall = post.publication.kind is Kind.STORY or file.role == COVER
        self._staging.check_address(
            file.written, file.sha256, story=tall, ratio=self._first_ratio(post, file)
        )
        return file.written

    def _first_ratio(self, post: StoredPost, file: MediaFile) -> float | None:
        """What Instagram would crop a carousel's further item to."""
        if post.publication.kind is not Kind.CAROUSEL or file.position == 0:
            return None
        return self._staging.try_out(post.media[0].original, story=False) or None

    def _goes_as_bytes(self, post: StoredPost, file: MediaFile) -> bool:
        """A video that is a post by itself needs no address of ours where Instagram takes its bytes."""
        alone = post.publication.kind in (Kind.REEL, Kind.STORY) and file.role != COVER
        return alone and _is_video(file) and self._instagram.uploads_videos

    def _goes_by_itself(self, file: MediaFile) -> bool:
        return not self._staging.serves and is_address(file.written)


def _is_video(file: MediaFile) -> bool:
    return is_video(file.original)


def _tags(post: StoredPost) -> tuple[UserTag, ...]:
    tags = post.row.options.get("user_tags", ())
    return tuple(UserTag(tag["username"], tag.get("x"), tag.get("y")) for tag in tags)


def _line(alt_text: str, position: int) -> str:
    """A carousel's alt texts stand in the sheet one a line, in the order of the pictures."""
    lines = alt_text.split("\n")
    return lines[position].strip() if position < len(lines) else ""


def _why(state: ContainerState) -> str:
    return status_in_words(state.detail) or f"kontainernya {state.status}"
