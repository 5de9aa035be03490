"""Publishing a container, and how many more may be published today (section B)."""

from __future__ import annotations

from datetime import datetime

from ig_worker.sandbox.call import Call, Json, flag_of, moment_of, text_of
from ig_worker.sandbox.entities import DAY, Account, Container, Media
from ig_worker.sandbox.errors import graph_error, invalid
from ig_worker.sandbox.fields import parse_fields


def published_since(account: Account, since: datetime) -> int:
    """How many posts went out through the API since then; a carousel counts as one."""
    return sum(1 for moment in account.publishes if moment > since)


def publishing_limit(call: Call, account: Account, params: Json) -> Json:
    """`GET /{ig}/content_publishing_limit`: without ``fields`` only quota_usage comes back."""
    call.token.check_scope("publish")
    since = moment_of(params, "since") or call.now - DAY
    if since < call.now - DAY:
        raise invalid("Param since must be within the last 24 hours")
    whole: Json = {
        "quota_usage": published_since(account, since),
        "config": {"quota_total": call.world.settings.publishing_limit, "quota_duration": 86400},
    }
    asked = [field.name for field in parse_fields(text_of(params, "fields") or "quota_usage")]
    for name in asked:
        if name not in whole:
            raise invalid(
                f"Tried accessing nonexisting field ({name}) on node type (ContentPublishingLimitResponse)"
            )
    return {"data": [{name: whole[name] for name in asked}]}


def publish(call: Call, account: Account) -> Json:
    """`POST /{ig}/media_publish`: the id of the new post.

    What a second publish of the same container does is not documented: ``republish`` in the settings decides.
    """
    call.token.check_scope("publish")
    container = call.world.nodes.get(text_of(call.params, "creation_id"))
    if not isinstance(container, Container) or container.account is not account:
        raise graph_error(24, 2207008)
    _check_ready(call, container)
    if published_since(account, call.now - DAY) >= call.world.settings.publishing_limit:
        raise graph_error(9, 2207042)
    media = _post(call, account, container)
    account.publishes.append(call.now)
    container.media_ids.append(media.id)
    return {"id": media.id}


def _check_ready(call: Call, container: Container) -> None:
    status = container.status_at(call.now)
    if status == "EXPIRED":
        raise graph_error(-2, 2207020)
    if container.is_child or container.post_kind == "video":
        raise graph_error(100, 2207089)
    if status == "PUBLISHED" and call.world.settings.republish == "refuse":
        raise graph_error(24, 2207008)
    if status not in ("FINISHED", "PUBLISHED"):
        raise graph_error(9007, 2207027)


def _url(container: Container) -> str:
    return text_of(container.params, "image_url") or text_of(container.params, "video_url")


def _post(call: Call, account: Account, container: Container) -> Media:
    params = container.params
    first = container.children[0] if container.children else container
    media = call.world.add_media(
        account,
        container.post_kind,
        call.now,
        caption=text_of(params, "caption"),
        alt_text=text_of(params, "alt_text"),
        url=_url(first),
        is_video=container.is_video,
        shared_to_feed=flag_of(params, "share_to_feed", default=True),
        container_id=container.id,
    )
    for child in container.children:
        call.world.add_media(
            account,
            child.post_kind,
            call.now,
            alt_text=text_of(child.params, "alt_text"),
            url=_url(child),
            is_video=child.is_video,
            container_id=child.id,
            parent=media,
        )
    return media
