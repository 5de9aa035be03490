"""Comments, our replies to them, and our own comments (section C)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ig_worker.domain.errors import Unanswered, Unavailable
from ig_worker.domain.instagram import Comment, Page
from ig_worker.graph.answers import NOT_THERE, Found, id_text, kept_text, said_text, whole_number
from ig_worker.graph.identity import Identity
from ig_worker.graph.reading import cursor, mapping, moment, page_of, read_fields
from ig_worker.graph.session import GraphSession

COMMENT_FIELDS = ("id", "text", "timestamp", "username", "from", "like_count", "hidden", "parent_id")
MOST_A_PAGE = 50
FEW_A_PAGE = 10
"""Asked when Meta finds a full page too much at once (code 1)."""


def comments(graph: GraphSession, us: Identity, media_id: str, after: str | None) -> Page[Comment]:
    """Top-level comments, newest first, each with its first replies."""

    path = f"{media_id}/comments"
    try:
        found = _read(graph, path, MOST_A_PAGE, after, replies=True)
    except Unanswered as error:
        if error.said is None or "reduce the amount of data" not in error.said.message:
            raise
        found = _read(graph, path, FEW_A_PAGE, after, replies=True)
    return page_of(path, found, lambda item: _comment(item, us, media_id, found.at, parent_id=""))


def comment_replies(
    graph: GraphSession, us: Identity, comment_id: str, media_id: str, after: str | None
) -> Page[Comment]:
    """The replies to one comment, those of the account among them."""
    path = f"{comment_id}/replies"
    found = _read(graph, path, MOST_A_PAGE, after, replies=False)
    return page_of(path, found, lambda item: _comment(item, us, media_id, found.at, parent_id=comment_id))


def comment_exists(graph: GraphSession, comment_id: str) -> bool:
    """`GET /{comment}?fields=id`. Asked once: whoever asks has missed it in the list already."""
    try:
        graph.read(comment_id, {"fields": "id"}, patient=False)
    except Unavailable as error:
        if error.said is None or (error.said.code, error.said.subcode) != NOT_THERE:
            raise
        return False
    return True


def reply_to_comment(graph: GraphSession, comment_id: str, text: str) -> str:
    """The id of our reply. A reply to a reply is attached to the comment above; a hidden one takes none."""
    return graph.write(f"{comment_id}/replies", form={"message": text})


def hide_comment(graph: GraphSession, comment_id: str, hide: bool) -> None:
    """Hide a comment from the public, or show it again; the API shows it in any case."""
    graph.write_for(comment_id, "success", form={"hide": "true" if hide else "false"})


def comment_on_media(graph: GraphSession, media_id: str, text: str) -> str:
    """The id of our comment. Asking for ``fields`` here was seen to make the comment and then to refuse it."""
    return graph.write(f"{media_id}/comments", form={"message": text})


def _read(graph: GraphSession, path: str, limit: int, after: str | None, *, replies: bool) -> Found:
    def expand(fields: str) -> str:
        return f"{fields},replies.limit({limit}){{{fields}}}" if replies else fields

    query = {"limit": str(limit), **cursor(after)}
    return read_fields(graph, "comment", path, COMMENT_FIELDS, query, expand=expand)


def _comment(
    item: Mapping[str, Any], us: Identity, media_id: str, read_at: datetime, *, parent_id: str
) -> Comment:
    """A comment without a time gets that of the answer: better a little late than not at all."""
    ig_id = id_text(item.get("id"))
    by = mapping(item.get("from"))
    author = kept_text(item.get("username")) or kept_text(by.get("username"))
    author_id = id_text(by.get("id"))
    replies: Page[Comment] = Page(())
    below = mapping(item.get("replies"))
    if isinstance(below.get("data"), list):
        replies = page_of(
            f"{ig_id}/replies", below, lambda reply: _comment(reply, us, media_id, read_at, parent_id=ig_id)
        )
    return Comment(
        ig_id,
        media_id,
        said_text(item.get("text")),
        moment(item.get("timestamp")) or read_at,
        author,
        author_id,
        parent_id=parent_id or id_text(item.get("parent_id")),
        hidden=item["hidden"] if isinstance(item.get("hidden"), bool) else None,
        like_count=whole_number(item.get("like_count")) or 0,
        own=us.wrote(author_id, author),
        replies=replies.items,
        more_replies=replies.after,
    )
