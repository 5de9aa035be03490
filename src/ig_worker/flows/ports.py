"""The outside as the flows see it: what leaves the machine, in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from ig_worker.domain.instagram import (
    AccountProfile,
    Comment,
    ContainerSpec,
    ContainerState,
    Conversation,
    ConversationHead,
    FreshToken,
    Kind,
    ListedMessage,
    Media,
    MediaRead,
    MetricsRead,
    Page,
    PageAccess,
    PublishingLimit,
    TokenFacts,
)


class Clock(Protocol):
    """The only way to know the time: an argument, never a global."""

    def now(self) -> datetime:
        """The time, timezone-aware, in UTC."""
        ...


class Chance(Protocol):
    """Where a drawn pause comes from (``random.Random`` is one)."""

    def uniform(self, a: float, b: float) -> float: ...


class Publishing(Protocol):
    """Section B. Writes raise Refused or Throttled only where that proves nothing was done, else Unanswered."""

    @property
    def uploads_videos(self) -> bool:
        """Whether a reel's or a story's video may be sent as bytes (``ContainerSpec.video_file``)."""
        ...

    def create_container(self, spec: ContainerSpec) -> str:
        """Make a container, and send its video where it has a ``video_file``; returns its id."""
        ...

    def container_states(self, container_ids: Sequence[str]) -> dict[str, ContainerState]:
        """Every id asked for is in the answer; one that cannot be read is UNREADABLE."""
        ...

    def publish_container(self, container_id: str) -> str:
        """Publish, wait up to ``publish_timeout_seconds``, and return the media id. Never retried below this line."""
        ...

    def permalink(self, media_id: str) -> str:
        """The post's address; raises like any read, and is never worth failing a post for."""
        ...

    def publishing_limit(self) -> PublishingLimit: ...

    def media_since(self, since: datetime, *, kind: Kind) -> tuple[Media, ...]:
        """Everything published since then: ``/media``, or ``/stories`` for a story; all pages."""
        ...


class Inbox(Protocol):
    """Sections C and D, reading."""

    def calls_used(self) -> int:
        """Percent of the calls that Meta allows, as its answers of the last hour said; 0 where none did. No call."""
        ...

    def media_with_counts(self, since: datetime, after: str | None = None) -> Page[Media]:
        """Our posts, newest first, with ``comments_count``; 100 a page."""
        ...

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        """Top-level comments, newest first, 50 a page, each with its first replies."""
        ...

    def comment_replies(self, comment_id: str, media_id: str, after: str | None = None) -> Page[Comment]: ...

    def comment_exists(self, comment_id: str) -> bool:
        """False only where Instagram says in so many words that there is no such comment (or none for us)."""
        ...

    def conversations(self, after: str | None = None) -> Page[ConversationHead]: ...

    def conversation(self, conversation_id: str) -> Conversation: ...

    def message_ids(self, conversation_id: str, after: str | None = None) -> Page[ListedMessage]:
        """The messages of a conversation by name only, newest first, those that can no longer be read as well."""
        ...


class Replying(Protocol):
    """Sections C and D, writing."""

    def reply_to_comment(self, comment_id: str, text: str) -> str:
        """The id of our reply. Only a top-level comment can be answered."""
        ...

    def send_message(self, person_id: str, text: str, *, human_agent: bool = False) -> str:
        """The id of our message; text of at most 1000 bytes, within 24 hours of theirs (else WindowClosed).

        Within 7 days with ``human_agent``, which says to Meta that a person has written it.
        """
        ...


class Moderating(Protocol):
    """Section C, what the public sees of the comments under our posts."""

    def hide_comment(self, comment_id: str, hide: bool) -> None:
        """Hide it, or show it again; once more does no harm. Our own comments always show."""
        ...


class Showing(Protocol):
    """Section B, what one of our posts looks like."""

    def picture_address(self, media_id: str, *, carousel: bool = False) -> str:
        """Where its picture can be had for a while: a video's preview, a carousel's first; empty where Meta gives none.

        Asked once, whatever comes of it.
        """
        ...


class Commenting(Protocol):
    """Section C, writing under our own posts."""

    def comment_on_media(self, media_id: str, text: str) -> str:
        """The id of our comment. A story takes none."""
        ...


class Insights(Protocol):
    """Section E. What Instagram refuses or does not have stands in the reading; a limit or a lost token is raised."""

    def daily_series(self, begin: date, end: date, *, new_followers: bool = True) -> MetricsRead:
        """``reach`` and ``follower_count`` (new followers) of Meta's days (Pacific), both ends included; one call.

        At most 30 days. A day without a figure is absent. Meta refuses new followers of days longer ago than 30.
        """
        ...

    def account_insights(self, day: date) -> MetricsRead:
        """All the other figures of one of Meta's days; two calls."""
        ...

    def online_followers(self) -> MetricsRead:
        """Followers online by the hour, ``hour=0`` to ``hour=23`` as Meta counts them, with its day; one call."""
        ...

    def audience(self) -> MetricsRead:
        """``follower_demographics`` by age, gender and city (``age=25-34``), without a day; three calls."""
        ...

    def media_insights(self, since: datetime) -> tuple[MediaRead, ...]:
        """Our posts since then with their lifetime figures, newest first; a call for each 50, and one for each type."""
        ...

    def stories_insights(self) -> tuple[MediaRead, ...]:
        """The stories that are up now with their figures; one call."""
        ...


class Account(Protocol):
    """Section A."""

    def speaking(self, token: str) -> Account:
        """The same door with this very token, whichever is kept; where that one is refused, nothing is stopped."""
        ...

    def profile(self) -> AccountProfile: ...

    def refresh_token(self) -> FreshToken:
        """Instagram Login: a token for another 60 days, where the one in use is a day old."""
        ...

    def exchange_token(self, app_id: str = "") -> FreshToken:
        """A token for 60 days: of a fresh login's short one, and with Facebook Login of any user token."""
        ...

    def token_facts(self, app_id: str = "") -> TokenFacts:
        """Facebook Login: what Meta says of the token in use."""
        ...

    def page_accesses(self) -> tuple[PageAccess, ...]:
        """Facebook Login: the Pages of the user whose token is in use, with their own tokens."""
        ...


class Instagram(Publishing, Inbox, Replying, Moderating, Showing, Commenting, Insights, Account, Protocol):
    """One account's door to Instagram."""


class StagedFile(Protocol):
    """A picture or video made ready and served: its name below ``data_dir/media``, and its width to its height (0 for
    a video of which it is not known)."""

    @property
    def name(self) -> str: ...

    @property
    def is_video(self) -> bool: ...

    @property
    def ratio(self) -> float: ...


class Staging(Protocol):
    """Our own copies of what a post shows, and the ready-made files that Meta may fetch for a while."""

    @property
    def serves(self) -> bool:
        """Whether Meta can fetch staged files, that is, whether ``[media] public_base_url`` is set."""
        ...

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        """Take our own copy of what the sheet names (a path below `folder`, or a URL): its name and SHA-256.

        Only the first bytes are looked at. Raises MediaRejected for what can never be published, Unanswered for an
        address that is silent now, Misconfigured where the copy cannot be written.
        """
        ...

    def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
        """Prepare a picture once on trial, or look into a video: its width to its height as it would go out.

        0 where a video does not tell. `ratio` is that of a carousel's first item. Raises MediaRejected with the reason
        and the cure, Misconfigured where this machine could not do it.
        """
        ...

    def stage(self, original: str, *, story: bool, ratio: float | None) -> StagedFile:
        """Make the file that Meta fetches; `ratio` is that of a carousel's first item. Raises as ``try_out``."""
        ...

    def url(self, name: str) -> str:
        """Where Meta fetches a staged file; Misconfigured where nothing is served."""
        ...

    def has(self, name: str) -> bool:
        """Whether a staged file is still there."""
        ...

    def staged_path(self, name: str) -> Path:
        """Where a staged file lies, whether it is served or not."""
        ...

    def unstage(self, name: str) -> None:
        """Stop serving it."""
        ...

    def check_address(
        self, written: str, sha256: str, *, story: bool = False, ratio: float | None = None
    ) -> None:
        """Where nothing is served, Meta fetches an address by itself: does it still give the very bytes approved?

        Raises MediaRejected where they differ or are such as Instagram does not take (JPEG, 4:5 to 1.91:1 except in a
        `story`, the `ratio` of a carousel's first item, no redirect), Unanswered where it is silent.
        """
        ...

    def path(self, original: str) -> Path:
        """Where our own copy lies."""
        ...


class Messenger(Protocol):
    """Takes a notice to one recipient."""

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        """Deliver, or raise Unanswered with the reason (without the URL's secret)."""
        ...


class Renderer(Protocol):
    """Makes pictures and papers out of plain data."""

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        """A PNG of one piece of evidence."""
        ...

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        """A one-page PDF."""
        ...
