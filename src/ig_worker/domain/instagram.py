"""What Instagram tells us and what we ask of it, in the Graph API's own words.

Ids are strings, always (``instagram_api.md``, section A). Times are timezone-aware, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list; ``after`` is the cursor of the next one, None on the last."""

    items: tuple[Item, ...]
    after: str | None = None


class Kind(StrEnum):
    """What a post is, as the planning sheet and ``posts list --json`` name it."""

    IMAGE = "image"
    CAROUSEL = "carousel"
    REEL = "reel"
    STORY = "story"


class ContainerStatus(StrEnum):
    """``status_code`` of a container; UNREADABLE is ours: Meta answered 100/33 or not at all."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True)
class ContainerState:
    """A container as it was read; ``detail`` is Meta's ``status`` text, which holds the subcode on ERROR."""

    status: ContainerStatus
    detail: str = ""


@dataclass(frozen=True)
class UserTag:
    """A person tagged; ``x`` and ``y`` in 0.0-1.0, needed on pictures, absent on videos."""

    username: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True)
class ContainerSpec:
    """A container to make, `POST /{ig-user}/media` (section B).

    ``kind`` is the kind of the *post*. A carousel's child has ``carousel_child=True`` and one URL; its parent has
    ``children`` and no URL. A picture has ``image_url``, a video ``video_url``, or ``video_file``: the path
    of our own copy, whose bytes are sent (Facebook Login only, not for a carousel's child).
    """

    kind: Kind
    image_url: str = ""
    video_url: str = ""
    video_file: str = ""
    caption: str = ""
    alt_text: str = ""
    carousel_child: bool = False
    children: tuple[str, ...] = ()
    collaborators: tuple[str, ...] = ()
    user_tags: tuple[UserTag, ...] = ()
    location_id: str = ""
    cover_url: str = ""
    thumb_offset_ms: int | None = None
    share_to_feed: bool | None = None


@dataclass(frozen=True)
class PublishingLimit:
    """`GET /{ig-user}/content_publishing_limit`: posts used of those allowed in a rolling window."""

    used: int
    total: int
    window_seconds: int


@dataclass(frozen=True)
class Media:
    """A published post as ``/media`` or ``/stories`` lists it. Fields Meta left out are empty."""

    ig_id: str
    caption: str
    timestamp: datetime
    media_type: str
    """``IMAGE``, ``VIDEO`` or ``CAROUSEL_ALBUM``."""
    product_type: str
    """``FEED``, ``REELS``, ``STORY`` or ``AD``; a reel's media_type reads back as VIDEO."""
    permalink: str = ""
    comments_count: int | None = None
    like_count: int | None = None
    media_url: str = ""
    thumbnail_url: str = ""


@dataclass(frozen=True)
class Comment:
    """A comment or a reply to one (section C). ``author_id`` is scoped to our account; empty where withheld."""

    ig_id: str
    media_id: str
    text: str | None
    """None where the answer has no text at all ("Meta did not say"); empty where Meta says that it is empty."""
    timestamp: datetime
    author: str
    author_id: str
    parent_id: str = ""
    hidden: bool | None = None
    """By the account's owner; None where Meta did not say."""
    like_count: int = 0
    own: bool = False
    """Written by the account itself (the worker or its staff)."""
    replies: tuple[Comment, ...] = ()
    more_replies: str | None = None
    """Cursor of the replies' next page, None when all are here."""


@dataclass(frozen=True)
class ConversationHead:
    """A conversation as the list gives it."""

    ig_id: str
    updated: datetime


@dataclass(frozen=True)
class DirectMessage:
    """One message of a conversation (section D). ``readable`` is False behind the 20-message horizon."""

    ig_id: str
    text: str | None
    """None where the answer has no text at all ("Meta did not say"); empty where Meta says that it is empty."""
    timestamp: datetime
    author: str
    author_id: str
    own: bool
    readable: bool = True
    attachments: tuple[str, ...] = ()
    """Kinds of what came with it: image, video, audio, file, share, story_reply, story_mention, unsupported …"""
    deleted: bool = False
    """Meta says in so many words that it was taken back."""


@dataclass(frozen=True)
class ListedMessage:
    """A message of which only the id, and mostly the time, can be had: Meta names all, and shows the newest 20."""

    ig_id: str
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation with its newest messages (at most 20 readable), newest first.

    ``person_id`` is whom to answer: the participant who is not us.
    """

    ig_id: str
    updated: datetime
    person_id: str
    person: str
    messages: tuple[DirectMessage, ...]
    older: bool = False
    """Whether Meta names messages behind these."""
    whole: bool = True
    """Whether all that Meta listed could be read; else one that is not here may still be there."""


@dataclass(frozen=True)
class AccountProfile:
    """`GET /me` or the IG user node: who the token speaks for."""

    ig_user_id: str
    username: str
    name: str = ""
    followers_count: int | None = None
    follows_count: int | None = None
    media_count: int | None = None


@dataclass(frozen=True)
class Metric:
    """One figure. ``day`` is Meta's day (Pacific time), None for lifetime figures of a media.

    ``breakdown`` is empty, or ``key=value`` parts joined with ``,`` (``follow_type=FOLLOWER``).
    """

    name: str
    value: float
    day: date | None = None
    breakdown: str = ""


class Why(StrEnum):
    """Why there is no figure, which is not the same as a figure of 0."""

    NO_DATA = "no_data"
    """It was asked for, and the answer does not have it."""
    TOO_FEW = "too_few"
    """Too few people saw it, or follow the account, for Meta to say."""
    REFUSED = "refused"
    """Instagram does not give it, and says so."""


@dataclass(frozen=True)
class MetricsRead:
    """What was learned by asking for figures.

    ``refused`` has the names that Instagram does not give, with its words; ``missing`` has every name that was wanted
    and not had, with the reason. In both the name ``""`` stands for all.
    """

    metrics: tuple[Metric, ...]
    refused: dict[str, str] = field(default_factory=dict)
    missing: dict[str, Why] = field(default_factory=dict)


@dataclass(frozen=True)
class MediaRead:
    """A post as it was listed, with its figures as far as they could be had."""

    media: Media
    read: MetricsRead


@dataclass(frozen=True)
class FreshToken:
    """A token as the token endpoints give it; ``expires_in`` in seconds, None where Meta does not say.

    ``scopes`` are the permissions it has, none where the answer does not name them.
    """

    access_token: str = field(repr=False)
    expires_in: int | None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TokenFacts:
    """What ``debug_token`` says of a Facebook Login token; a time of None is "never" or unknown.

    ``valid`` is None where it does not say. ``kind`` is ``PAGE``, ``USER`` or empty; ``code`` and ``subcode`` are those
    of the error it gives as the reason.
    """

    valid: bool | None
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    scopes: tuple[str, ...]
    kind: str = ""
    code: int | None = None
    subcode: int | None = None

    @property
    def is_dead(self) -> bool:
        """Whether Meta says that this token is not taken. Another reason than 190 is about the question: a token of
        another app is "not valid" for ours."""
        return self.valid is False and self.code in (None, 102, 190)


@dataclass(frozen=True)
class PageAccess:
    """A Facebook Page that a person looks after, and its own token; ``ig_user_id`` is empty where none is linked."""

    page_id: str
    name: str
    ig_user_id: str
    access_token: str = field(repr=False)
