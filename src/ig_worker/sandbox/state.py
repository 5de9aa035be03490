"""The whole world as plain data, for whoever wants to see what became of it."""

from __future__ import annotations

from typing import Any

from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.entities import DAY, Account, Comment, Container, Conversation, Media, Message
from ig_worker.sandbox.figures import followers_now
from ig_worker.sandbox.media import permalink
from ig_worker.sandbox.publishing import published_since
from ig_worker.sandbox.world import World

Plain = dict[str, Any]


def state_of(world: World) -> Plain:
    """Accounts, posts, comments, conversations, containers, counts of calls and the log; tokens are not in it."""
    accounts = list(world.accounts.values())
    return {
        "now": world.now().isoformat(),
        "accounts": [_account(world, account) for account in accounts],
        "media": [_media(media) for account in accounts for media in account.media],
        "comments": [
            _comment(one)
            for account in accounts
            for media in account.media
            for comment in media.comments
            for one in (comment, *comment.replies)
        ],
        "conversations": [
            _conversation(conversation)
            for account in accounts
            for conversation in account.conversations.values()
        ],
        "containers": [
            _container(world, container) for account in accounts for container in account.containers
        ],
        "calls": dict(sorted(world.calls.items())),
        "log": list(world.log),
        "faults": [fault.kind for fault in world.faults.waiting()],
        "settings": vars(world.settings),
    }


def _account(world: World, account: Account) -> Plain:
    return {
        "ig_user_id": account.id,
        "scoped_id": account.scoped_id,
        "username": account.username,
        "login": account.login,
        "page_id": account.page_id,
        "followers": followers_now(world, account),
        "publishing_used": published_since(account, world.now() - DAY),
    }


def _media(media: Media) -> Plain:
    return {
        "id": media.id,
        "account": media.account.username,
        "kind": media.post_kind,
        "media_type": media.media_type,
        "product_type": media.product_type,
        "caption": media.caption,
        "alt_text": media.alt_text,
        "timestamp": graph_time(media.at),
        "children": len(media.children),
        "permalink": permalink(media),
        "comments_count": media.comments_count(),
        "container_id": media.container_id,
        "by_hand": not media.container_id,
        "deleted": media.deleted,
    }


def _comment(comment: Comment) -> Plain:
    return {
        "id": comment.id,
        "media_id": comment.media.id,
        "account": comment.account.username,
        "author": comment.author,
        "text": comment.text,
        "timestamp": graph_time(comment.at),
        "parent_id": comment.parent.id if comment.parent else None,
        "hidden": comment.hidden,
        "restricted": comment.restricted,
        "deleted": comment.deleted,
        "edited": comment.edited,
        "own": comment.own,
        "by": comment.by,
        "privately_answered": comment.privately_answered,
    }


def _conversation(conversation: Conversation) -> Plain:
    return {
        "id": conversation.id,
        "account": conversation.account.username,
        "person": conversation.person.username,
        "person_id": conversation.person.id,
        "folder": conversation.folder,
        "messages": [_message(message) for message in conversation.messages],
    }


def _message(message: Message) -> Plain:
    return {
        "id": message.id,
        "author": message.account.username if message.own else message.conversation.person.username,
        "text": message.text,
        "timestamp": graph_time(message.at),
        "own": message.own,
        "by": message.by,
        "attachments": message.attachments,
        "story_reply": message.story_reply,
        "story_mention": message.story_mention,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "reactions": message.reactions,
        "sent_as": message.sent_as,
        "unsent": message.unsent,
    }


def _container(world: World, container: Container) -> Plain:
    return {
        "id": container.id,
        "account": container.account.username,
        "kind": container.post_kind,
        "is_child": container.is_child,
        "status": container.status_at(world.now()),
        "made_at": graph_time(container.made_at),
        "caption": str(container.params.get("caption", "")),
        "children": [child.id for child in container.children],
        "media_ids": list(container.media_ids),
    }
