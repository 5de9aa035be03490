"""What people do on the embedded Instagram: the public comments and writes, the staff answers from a phone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ig_worker.sandbox.attachments import KINDS
from ig_worker.sandbox.clock import read_time
from ig_worker.sandbox.entities import Account, Comment, Conversation, Media, Message
from ig_worker.sandbox.figures import UNFOLLOWED
from ig_worker.sandbox.insights import metrics
from ig_worker.sandbox.world import World

POST_KINDS = ("image", "video", "carousel", "reel", "story")
Given = Mapping[str, Any]


class Nonsense(ValueError):
    """What was asked at the control door cannot be done; the text says why."""


def _check_keys(given: Given, *known: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Nonsense(f"unknown: {', '.join(unknown)}; known are {', '.join(known)}")


def _word(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise Nonsense(f"{name} is needed, as a text")
    return value


def _moment(world: World, given: Given) -> datetime:
    try:
        return read_time(str(given["at"])) if given.get("at") else world.now()
    except ValueError as error:
        raise Nonsense(f"at is not a time: {given['at']}") from error


def account_of(world: World, given: Given) -> Account:
    """The account named by id or username; the first one when none is named."""
    wanted = given.get("account")
    for account in world.accounts.values():
        if wanted in (None, account.id, account.username):
            return account
    raise Nonsense(f"there is no account {wanted}")


def _media_of(world: World, given: Given) -> Media:
    """The post by id, ``latest``, or the latest whose caption contains something."""
    account = account_of(world, given)
    posts = sorted((media for media in account.media if not media.deleted), key=lambda media: media.order)
    part = given.get("caption_contains")
    wanted = given.get("media_id", "latest")
    if part is not None:
        posts = [media for media in posts if part in media.caption]
    elif wanted != "latest":
        node = world.nodes.get(str(wanted))
        posts = [node] if isinstance(node, Media) and not node.deleted else []
    if not posts:
        raise Nonsense(f"there is no post for {part if part is not None else wanted!r}")
    return posts[-1]


def comment_of(world: World, comment_id: str) -> Comment:
    """The comment with this id, deleted or not."""
    node = world.nodes.get(comment_id)
    if not isinstance(node, Comment):
        raise Nonsense(f"there is no comment {comment_id}")
    return node


def add_comment(world: World, given: Given) -> dict[str, Any]:
    """Somebody of the public comments, or replies (``parent_id``); ``restricted``: counted and seen by nobody yet."""
    known = ("account", "media_id", "caption_contains", "author", "text", "parent_id", "at", "restricted")
    _check_keys(given, *known)
    author, text, at = _word(given, "author"), _word(given, "text"), _moment(world, given)
    parent = comment_of(world, str(given["parent_id"])) if given.get("parent_id") else None
    media = parent.media if parent else _media_of(world, given)
    restricted = bool(given.get("restricted"))
    comment = world.add_comment(media, author, text, at=at, parent=parent, restricted=restricted)
    return {"id": comment.id, "media_id": media.id}


def change_comment(world: World, comment_id: str, given: Given) -> dict[str, Any]:
    """The public edits or deletes a comment, or we hide it in the app or approve it (``restricted``: false)."""
    _check_keys(given, "text", "deleted", "hidden", "restricted")
    comment = comment_of(world, comment_id)
    if "text" in given:
        comment.text, comment.edited = _word(given, "text"), True
    if given.get("deleted"):
        comment.delete()
    elif "deleted" in given:
        comment.deleted = False
    if "hidden" in given:
        comment.hidden = bool(given["hidden"]) and not comment.own
    if "restricted" in given:
        comment.restricted = bool(given["restricted"])
    return {"id": comment.id}


def message_of(world: World, message_id: str) -> Message:
    """The message with this id, taken back or not."""
    node = world.nodes.get(message_id)
    if not isinstance(node, Message):
        raise Nonsense(f"there is no message {message_id}")
    return node


def _content(world: World, given: Given) -> dict[str, Any]:
    """What is in a message: a text, attachments, a story, or several of them."""
    attachments = given.get("attachments") or []
    if not isinstance(attachments, list) or not all(
        isinstance(one, dict) and one.get("type") in KINDS for one in attachments
    ):
        raise Nonsense(f"attachments is a list of objects with a type, one of {', '.join(KINDS)}")
    text = given.get("text") or ""
    stories = {name: str(given.get(name) or "") for name in ("story_reply", "story_mention")}
    if not isinstance(text, str) or not (text or attachments or any(stories.values())):
        raise Nonsense("a message has a text, attachments or a story")
    above = message_of(world, str(given["reply_to"])) if given.get("reply_to") else None
    return {"text": text, "attachments": list(attachments), "reply_to": above, **stories}


def add_message(world: World, given: Given) -> dict[str, Any]:
    """Somebody of the public writes a direct message. ``request`` puts a new conversation into the request folder."""
    known = (
        "account",
        "author",
        "text",
        "at",
        "attachments",
        "story_reply",
        "story_mention",
        "reply_to",
        "request",
    )
    _check_keys(given, *known)
    account, at = account_of(world, given), _moment(world, given)
    person = world.person(account, _word(given, "author"))
    rest = _content(world, given)
    conversation = world.conversation(person, "requests" if given.get("request") else "inbox")
    message = world.add_message(conversation, at=at, by="public", **rest)
    return {"id": message.id, "conversation_id": conversation.id, "person_id": person.id}


def change_message(world: World, message_id: str, given: Given) -> dict[str, Any]:
    """Its writer takes a message back (``unsent``) or edits it (``text``), or the other side reacts to it.

    ``reaction`` is its name or sign, empty to take it back.
    """
    _check_keys(given, "unsent", "text", "reaction")
    message = message_of(world, message_id)
    if "unsent" in given:
        message.unsent = bool(given["unsent"])
    if "text" in given:
        message.text = _word(given, "text")
    if "reaction" in given:
        by = "public" if message.own else "staff"
        message.reactions.pop(by, None)
        if given["reaction"]:
            message.reactions[by] = _word(given, "reaction")
    return {"id": message.id}


def staff_answers(world: World, given: Given) -> dict[str, Any]:
    """A colleague answers from the phone: a reply (``comment_id``), a comment (``media_id``) or a message.

    A message goes to a ``conversation_id`` or a ``person`` (username).
    """
    _check_keys(
        given,
        "account",
        "comment_id",
        "media_id",
        "caption_contains",
        "conversation_id",
        "person",
        "text",
        "at",
        "attachments",
    )
    at = _moment(world, given)
    content = _content(world, given)
    text = content["text"]
    if not text and not {"conversation_id", "person"} & set(given):
        raise Nonsense("text is needed, as a text")
    if given.get("comment_id"):
        above = comment_of(world, str(given["comment_id"]))
        author = above.account.username
        return {"id": world.add_comment(above.media, author, text, at=at, by="staff", parent=above).id}
    if "media_id" in given or "caption_contains" in given:
        media = _media_of(world, given)
        return {"id": world.add_comment(media, media.account.username, text, at=at, by="staff").id}
    conversation = world.nodes.get(str(given.get("conversation_id")))
    if given.get("person"):
        conversation = world.conversation(world.person(account_of(world, given), str(given["person"])))
    if not isinstance(conversation, Conversation):
        raise Nonsense("comment_id, media_id, conversation_id or person is needed")
    message = world.add_message(conversation, at=at, by="staff", **content)
    return {"id": message.id, "conversation_id": conversation.id}


def add_media(world: World, given: Given) -> dict[str, Any]:
    """A post published by hand in the app. ``children`` is how many pictures a carousel has."""
    known = ("account", "kind", "caption", "at", "url", "children", "viewers", "like_count", "is_video")
    _check_keys(given, *known)
    kind = given.get("kind", "image")
    if kind not in POST_KINDS:
        raise Nonsense(f"kind is one of {', '.join(POST_KINDS)}, not {kind!r}")
    account, at = account_of(world, given), _moment(world, given)
    url = str(given.get("url", "https://scontent.cdninstagram.com/by-hand.jpg"))
    is_video = bool(given.get("is_video", kind in ("reel", "video")))
    media = world.add_media(
        account, kind, at, caption=str(given.get("caption", "")), url=url, is_video=is_video
    )
    media.viewers, media.like_count = given.get("viewers"), given.get("like_count")
    for _ in range(int(given.get("children", 2)) if kind == "carousel" else 0):
        world.add_media(account, "image", at, url=url, parent=media)
    return {"id": media.id}


def change_media(world: World, media_id: str, given: Given) -> dict[str, Any]:
    """What a person may do to a post in the app, and what the public does to its figures."""
    known = ("deleted", "comment_enabled", "comments_withheld", "viewers", "like_count", "caption")
    _check_keys(given, *known)
    media = world.nodes.get(media_id)
    if not isinstance(media, Media):
        raise Nonsense(f"there is no post {media_id}")
    for name, value in given.items():
        setattr(media, name, value)
    return {"id": media.id}


def set_figures(world: World, given: Given) -> dict[str, Any]:
    """What insights shall say of a post (``media_id``), or of one of Meta's days of the account (``day``)."""
    _check_keys(given, "account", "media_id", "day", "figures")
    figures = given.get("figures")
    if not isinstance(figures, dict) or not all(
        isinstance(value, int) and not isinstance(value, bool) and value >= 0 for value in figures.values()
    ):
        raise Nonsense("figures is an object of whole numbers, none below 0")
    if ("media_id" in given) == ("day" in given):
        raise Nonsense("media_id or day is needed")
    if "media_id" in given:
        known, node_id, day = {*metrics()["media"]}, _media_of(world, given).id, None
    else:
        known, node_id = {*metrics()["account"], UNFOLLOWED}, account_of(world, given).id
        day = date.fromisoformat(_word(given, "day"))
    if unknown := sorted(set(figures) - known):
        raise Nonsense(f"no such metric: {', '.join(unknown)}")
    world.set_figures.setdefault((node_id, day), {}).update(figures)
    return {"id": node_id, "figures": world.set_figures[node_id, day]}
