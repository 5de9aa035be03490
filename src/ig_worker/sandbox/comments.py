"""Comments and the replies to them (section C)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ig_worker.sandbox.call import Call, Json, Listing, flag_of, text_of
from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.entities import Comment, Media
from ig_worker.sandbox.errors import graph_error, invalid, missing, not_there

PAGE = 50
REPLIES = 25
LONGEST = 2200  # Not documented for the API; the app's own limit.


def _author(call: Call, comment: Comment) -> Json:
    author = {"id": comment.author_id, "username": comment.author}
    if comment.own:
        author["self_ig_scoped_id"] = comment.account.scoped_id
    return author


COMMENT_FIELDS: Mapping[str, Callable[[Call, Comment], Any]] = {
    "id": lambda call, comment: comment.id,
    "text": lambda call, comment: comment.text,
    "timestamp": lambda call, comment: graph_time(comment.at),
    "username": lambda call, comment: comment.author,
    "from": _author,
    "hidden": lambda call, comment: comment.hidden,
    "like_count": lambda call, comment: comment.like_count,
    "legacy_instagram_comment_id": lambda call, comment: comment.id,
    "media": lambda call, comment: comment.media,
    "parent_id": lambda call, comment: comment.parent.id if comment.parent else None,
    # `user` is there only when the app's own user wrote it.
    "user": lambda call, comment: comment.account if comment.own else None,
}


def comments_of(call: Call, media: Media, params: Json) -> Listing:
    """`GET /{media}/comments`: top-level ones, newest first, at most 50 a page, not by time."""
    call.token.check_scope("comments")
    shown = [comment for comment in media.shown_comments() if _is_listed(call, comment)]
    most = min(PAGE, call.world.settings.comments_a_page)
    return Listing(shown, page=most, most=most, withheld=media.comments_withheld)


def replies_of(call: Call, comment: Comment, params: Json) -> Listing:
    """`GET /{comment}/replies`, in an order that Meta does not document; a page may hold fewer than were asked for."""
    call.token.check_scope("comments")
    shown = [reply for reply in comment.shown_replies() if _is_listed(call, reply)]
    settings = call.world.settings
    most = min(PAGE, settings.replies_a_page)
    oldest_first = settings.replies_order == "oldest_first"
    return Listing(shown, page=min(REPLIES, most), most=most, oldest_first=oldest_first)


def _is_listed(call: Call, comment: Comment) -> bool:
    lag = call.world.settings.comments_lag_seconds
    return not lag or comment.at <= call.now - timedelta(seconds=lag)


def _message(call: Call) -> str:
    text = text_of(call.params, "message")
    if not text.strip():
        raise missing("message")
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        raise invalid(f"Param message must be at most {LONGEST} characters")
    return text


def write_comment(call: Call, media: Media) -> Json:
    """`POST /{media}/comments`: a comment of the account's own.

    Asked for ``fields``, Meta was seen to make the comment and then to refuse it (peers: a first comment four times).
    """
    if media.post_kind == "story" or media.parent is not None:
        raise not_there(media.id, "post")
    text = _message(call)
    if not media.comment_enabled:
        raise invalid("Comments are turned off for this media")
    made = call.world.add_comment(media, media.account.username, text, at=call.now, by="worker")
    if "fields" in call.params:
        raise graph_error(20, 1772107, message="Invalid parameter: fields")
    return {"id": made.id}


def write_reply(call: Call, comment: Comment) -> Json:
    """`POST /{comment}/replies`; a reply to a reply joins the top-level comment, a hidden one cannot be answered."""
    text = _message(call)
    if comment.hidden or (comment.parent is not None and comment.parent.hidden):
        raise invalid("A hidden comment cannot be replied to")
    reply = call.world.add_comment(
        comment.media, comment.account.username, text, at=call.now, by="worker", parent=comment
    )
    return {"id": reply.id}


def hide_comment(call: Call, comment: Comment) -> Json:
    """`POST /{comment}?hide=`; the owner's own comments always show."""
    hide = flag_of(call.params, "hide")
    comment.hidden = hide and not comment.own
    return {"success": True}


def delete_comment(call: Call, comment: Comment) -> Json:
    """`DELETE /{comment}`."""
    comment.delete()
    return {"success": True}
