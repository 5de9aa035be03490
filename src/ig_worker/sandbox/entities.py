"""Who and what lives in the embedded Instagram: accounts, people, posts, comments, conversations, containers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ig_worker.sandbox.paging import Order

DAY = timedelta(days=1)


def order_of(at: datetime, number: int) -> Order:
    """The place of something in a list by time; what has the same time goes by the order of its making."""
    return int(at.timestamp() * 1_000_000), number


@dataclass(eq=False)
class Person:
    """Somebody of the public, as one account knows them: ``id`` is the Instagram-scoped id."""

    kind: ClassVar[str] = "person"
    id: str
    username: str
    account: Account


@dataclass(eq=False)
class Page:
    """The Facebook Page of an account with Facebook Login."""

    kind: ClassVar[str] = "page"
    order: ClassVar[Order] = (0, 0)
    id: str
    account: Account


@dataclass(eq=False)
class FacebookUser:
    """The person whose Facebook token it is."""

    kind: ClassVar[str] = "facebook_user"
    id: str
    account: Account


@dataclass(eq=False)
class Account:
    """A professional account. ``id`` is its Instagram id, ``scoped_id`` the app-scoped one of Instagram Login."""

    kind: ClassVar[str] = "account"
    order: ClassVar[Order] = (0, 0)
    id: str
    scoped_id: str
    username: str
    name: str
    login: str
    app_id: str
    app_secret: str
    page_id: str
    followers: int
    follows: int
    biography: str
    website: str
    media: list[Media] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    subscribed: list[str] = field(default_factory=list)
    publishes: list[datetime] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """Itself, so that every node can be asked whose it is."""
        return self

    @property
    def page(self) -> Page | None:
        """The Facebook Page it is linked to, None with Instagram Login."""
        return Page(self.page_id, self) if self.page_id else None


@dataclass(eq=False)
class Media:
    """A published post, or a child of a carousel (``parent``).

    ``post_kind`` is image, video, carousel, reel or story. Where ``comments_withheld`` its comments are counted and
    none is listed, as was seen of albums in development mode (section C).
    """

    kind: ClassVar[str] = "media"
    id: str
    account: Account
    post_kind: str
    at: datetime
    number: int
    caption: str = ""
    alt_text: str = ""
    url: str = ""
    is_video: bool = False
    shared_to_feed: bool = True
    comment_enabled: bool = True
    container_id: str = ""
    deleted: bool = False
    viewers: int | None = None
    like_count: int | None = None
    comments_withheld: bool = False
    parent: Media | None = None
    children: list[Media] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Kept, because lists of ten thousand are sorted by it at every call.
        self.order = order_of(self.at, self.number)

    @property
    def media_type(self) -> str:
        """``IMAGE``, ``VIDEO`` (a reel too) or ``CAROUSEL_ALBUM`` (instagram_api.md, section B)."""
        if self.post_kind == "carousel":
            return "CAROUSEL_ALBUM"
        return "VIDEO" if self.is_video else "IMAGE"

    @property
    def product_type(self) -> str:
        """``FEED``, ``REELS`` or ``STORY``."""
        return {"reel": "REELS", "story": "STORY"}.get(self.post_kind, "FEED")

    def shown_comments(self) -> list[Comment]:
        """Top-level comments that can be listed, newest first."""
        return sorted(
            (comment for comment in self.comments if not comment.gone),
            key=lambda comment: comment.order,
            reverse=True,
        )

    def comments_count(self) -> int:
        """Comments and the replies to them, those of restricted people among them (section C)."""
        standing = [comment for comment in self.comments if not comment.deleted]
        return len(standing) + sum(not reply.deleted for comment in standing for reply in comment.replies)


@dataclass(eq=False)
class Comment:
    """A comment, or a reply to one (``parent``). ``by`` is public, worker or staff.

    One of a ``restricted`` person is counted, and seen by nobody until it is approved (section C).
    """

    kind: ClassVar[str] = "comment"
    id: str
    media: Media
    text: str
    author: str
    author_id: str
    at: datetime
    number: int
    by: str = "public"
    parent: Comment | None = None
    hidden: bool = False
    restricted: bool = False
    deleted: bool = False
    edited: bool = False
    like_count: int = 0
    privately_answered: bool = False
    replies: list[Comment] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """Whose post it stands under."""
        return self.media.account

    @property
    def own(self) -> bool:
        """Written by the account itself."""
        return self.by != "public"

    @property
    def gone(self) -> bool:
        """Whether no call finds it: deleted, its post deleted, or waiting for approval."""
        return self.deleted or self.media.deleted or self.restricted

    def delete(self) -> None:
        """It goes, and what was answered under it goes along."""
        for one in (self, *self.replies):
            one.deleted = True

    def __post_init__(self) -> None:
        self.order = order_of(self.at, self.number)

    def shown_replies(self) -> list[Comment]:
        """Replies that can be listed, newest first."""
        return sorted(
            (reply for reply in self.replies if not reply.gone),
            key=lambda reply: reply.order,
            reverse=True,
        )


@dataclass(eq=False)
class Conversation:
    """A thread between the account and one person. ``folder`` is inbox or requests."""

    kind: ClassVar[str] = "conversation"
    id: str
    account: Account
    person: Person
    number: int
    folder: str = "inbox"
    messages: list[Message] = field(default_factory=list)

    @property
    def updated(self) -> datetime:
        """When the newest message came."""
        return max(message.at for message in self.messages)

    @property
    def order(self) -> Order:
        """Its place among conversations."""
        return order_of(self.updated, self.number)

    def shown_messages(self) -> list[Message]:
        """Messages that were not unsent, newest first."""
        return sorted(
            (message for message in self.messages if not message.unsent),
            key=lambda message: message.order,
            reverse=True,
        )

    def last_from_person(self) -> datetime | None:
        """When the person last wrote; opens the 24-hour window (section D)."""
        return max((message.at for message in self.messages if not message.own), default=None)


@dataclass(eq=False)
class Message:
    """One direct message. ``by`` is public, worker or staff; ``sent_as`` the type or tag the worker sent it with."""

    kind: ClassVar[str] = "message"
    id: str
    conversation: Conversation
    text: str
    at: datetime
    number: int
    by: str = "public"
    attachments: list[dict[str, Any]] = field(default_factory=list)
    story_reply: str = ""
    story_mention: str = ""
    reply_to: Message | None = None
    reactions: dict[str, str] = field(default_factory=dict)
    """Who reacted (public or staff) to with what."""
    sent_as: str = ""
    unsent: bool = False

    @property
    def account(self) -> Account:
        """Whose inbox it is in."""
        return self.conversation.account

    @property
    def own(self) -> bool:
        """Written by the account itself."""
        return self.by != "public"

    def __post_init__(self) -> None:
        self.order = order_of(self.at, self.number)


@dataclass(eq=False)
class Container:
    """Media on its way (section B). ``failure`` is the subcode it will end in, None when it will be ready."""

    kind: ClassVar[str] = "container"
    id: str
    account: Account
    post_kind: str
    made_at: datetime
    ready_at: datetime
    params: dict[str, Any]
    is_child: bool = False
    is_video: bool = False
    awaits_bytes: bool = False
    failure: int | None = None
    children: list[Container] = field(default_factory=list)
    media_ids: list[str] = field(default_factory=list)

    def status_at(self, now: datetime) -> str:
        """``IN_PROGRESS``, ``FINISHED``, ``PUBLISHED``, ``ERROR`` or ``EXPIRED`` (24 hours unpublished)."""
        if self.media_ids:
            return "PUBLISHED"
        if now >= self.made_at + DAY:
            return "EXPIRED"
        if self.awaits_bytes or now < self.ready_at:
            return "IN_PROGRESS"
        return "ERROR" if self.failure is not None else "FINISHED"


Node = Account | Media | Comment | Conversation | Message | Container | Person | Page | FacebookUser
