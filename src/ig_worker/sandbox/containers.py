"""Making containers and watching them get ready (section B)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool

from ig_worker.sandbox.call import Call, Json, text_of, words_of
from ig_worker.sandbox.container_rules import check, kind_of
from ig_worker.sandbox.entities import DAY, Account, Container
from ig_worker.sandbox.errors import graph_error, invalid
from ig_worker.sandbox.fetching import IMAGE_BYTES, check_image, check_video, fetch
from ig_worker.sandbox.films import REEL_BYTES, STORY_VIDEO_BYTES, THUMB_BEYOND, failure_of

_SAID = {
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been successfully published.",
    "EXPIRED": "Expired: The container was not published within 24 hours and has expired.",
}


def status_text(container: Container, now: datetime) -> str:
    """The text of ``status``; on ERROR it holds the subcode."""
    code = container.status_at(now)
    return _SAID.get(code) or f"Error: Media upload has failed with error code {container.failure}"


def _video_status(call: Call, container: Container) -> Json | None:
    if not container.is_video:
        return None
    code = container.status_at(call.now)
    uploaded = "not_started" if container.awaits_bytes else "complete"
    processed = {"IN_PROGRESS": "in_progress", "ERROR": "error"}.get(code, "complete")
    return {
        "uploading_phase": {"status": uploaded},
        "processing_phase": {"status": "not_started" if container.awaits_bytes else processed},
    }


CONTAINER_FIELDS: Mapping[str, Callable[[Call, Container], Any]] = {
    "id": lambda call, container: container.id,
    "status_code": lambda call, container: container.status_at(call.now),
    "status": lambda call, container: status_text(container, call.now),
    "video_status": _video_status,
    "copyright_check_status": lambda call, container: (
        {"status": "completed", "matches_found": False}
        if container.is_video and container.status_at(call.now) == "FINISHED"
        else None
    ),
}


async def make_container(call: Call, account: Account) -> Json:
    """`POST /{ig}/media`. The address is fetched now; a bad picture is refused at once, a bad video ends in ERROR."""
    call.token.check_scope("publish")
    kind = kind_of(call.params)
    check(kind, call.params, account.login)
    _check_quota(call, account)
    children = _children(call, account) if kind == "carousel" else []
    image, video = text_of(call.params, "image_url"), text_of(call.params, "video_url")
    failure = None
    if image or video or text_of(call.params, "cover_url"):
        failure = await run_in_threadpool(_look, call, kind, image, video)
    resumable = bool(text_of(call.params, "upload_type"))
    container = call.world.add_container(
        account,
        post_kind=kind.removeprefix("child "),
        params={
            name: value
            for name, value in call.params.items()
            if name not in ("access_token", "appsecret_proof")
        },
        is_child=kind.startswith("child "),
        is_video=bool(video) or resumable,
        awaits_bytes=resumable,
        children=children,
    )
    if failure is not None:
        container.failure = failure
    answer: Json = {"id": container.id}
    if resumable:
        answer["uri"] = f"{call.base_url}ig-api-upload/{call.version or 'v25.0/'}{container.id}"
    return answer


def _look(call: Call, kind: str, image: str, video: str) -> int | None:
    seconds = call.world.settings.fetch_seconds
    cover = text_of(call.params, "cover_url")
    if cover:
        check_image(fetch(cover, IMAGE_BYTES, seconds), feed_ratio=False)
    if image:
        check_image(fetch(image, IMAGE_BYTES, seconds), feed_ratio=kind != "story")
    if not video:
        return None
    most = STORY_VIDEO_BYTES if kind == "story" else REEL_BYTES
    failure = check_video(fetch(video, most, seconds), kind, text_of(call.params, "thumb_offset"))
    if failure == THUMB_BEYOND:
        raise graph_error(1, THUMB_BEYOND)
    return failure


def _check_quota(call: Call, account: Account) -> None:
    """400 containers in a rolling 24 hours; which error says so is not documented."""
    recent = sum(1 for container in account.containers if container.made_at > call.now - DAY)
    if recent >= call.world.settings.container_limit:
        raise graph_error(9, 2207042)


def _children(call: Call, account: Account) -> list[Container]:
    """The children of a carousel: 2 to 10, each its own carousel item and ready (section B)."""
    ids = words_of(call.params, "children")
    if not 2 <= len(ids) <= 10:
        raise graph_error(100, 2207028)
    found = []
    for child_id in ids:
        child = call.world.nodes.get(child_id)
        if not isinstance(child, Container) or child.account is not account or not child.is_child:
            raise invalid(f"Invalid child container: {child_id}")
        if child.status_at(call.now) == "EXPIRED":
            raise graph_error(-2, 2207020)
        if child.status_at(call.now) != "FINISHED":
            raise graph_error(9007, 2207027)
        found.append(child)
    return found


def receive_bytes(
    container: Container, body: bytes, headers: Mapping[str, str], now: datetime
) -> tuple[int, Json]:
    """The upload of a resumable container's bytes: HTTP status and answer (section B, local files).

    ``headers`` have names in small letters. Bytes that are no video end in the container's ERROR.
    """
    scheme = headers.get("authorization", "").partition(" ")[0]
    if scheme != "OAuth":
        return _upload_refused(
            "NotAuthorizedError", "Authentication with OAuth failed", retriable=False, status=401
        )
    if not container.awaits_bytes or container.status_at(now) == "EXPIRED":
        return _upload_refused("ProcessingFailedError", "Request processing failed", retriable=False)
    size, offset = headers.get("file_size", ""), headers.get("offset", "")
    if not all(number.isascii() and number.isdigit() for number in (size, offset)):
        return _upload_refused(
            "HeaderMissingError", "Headers offset and file_size must be numbers", retriable=False
        )
    if int(offset) != 0 or int(size) != len(body) or not body:
        return _upload_refused(
            "OffsetInvalidError", "Offset and file_size must tell the size of the body", retriable=True
        )
    ready_after = container.ready_at - container.made_at
    container.awaits_bytes = False
    container.ready_at = now + ready_after
    failure = failure_of(body, container.post_kind, text_of(container.params, "thumb_offset"))
    if failure is not None:
        container.failure = failure
    return 200, {"success": True, "message": "Upload successful."}


def _upload_refused(kind: str, message: str, *, retriable: bool, status: int = 400) -> tuple[int, Json]:
    return status, {"debug_info": {"retriable": retriable, "type": kind, "message": message}}
