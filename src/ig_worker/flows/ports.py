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
    Media,
    MetricsRead,
    Page,
    PublishingLimit,
)


class Clock(Protocol):
    """The only way to know the time: an argument, never a global."""

    def now(self) -> datetime:
        """The time, timezone-aware, in UTC."""
        ...


class Publishing(Protocol):
    """Section B. Writes raise Refused or Throttled only where that proves nothing was done, else Unanswered."""

    def create_container(self, spec: ContainerSpec) -> str: ...

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

    def media_with_counts(self, since: datetime, after: str | None = None) -> Page[Media]:
        """Our posts, newest first, with ``comments_count``; 100 a page."""
        ...

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        """Top-level comments, newest first, 50 a page, each with its first replies."""
        ...

    def comment_replies(self, comment_id: str, media_id: str, after: str | None = None) -> Page[Comment]: ...

    def conversations(self, after: str | None = None) -> Page[ConversationHead]: ...

    def conversation(self, conversation_id: str) -> Conversation: ...


class Replying(Protocol):
    """Sections C and D, writing."""

    def reply_to_comment(self, comment_id: str, text: str) -> str:
        """The id of our reply. Only a top-level comment can be answered."""
        ...

    def send_message(self, person_id: str, text: str) -> str:
        """The id of our message; text of at most 1000 bytes, within 24 hours of theirs (else WindowClosed)."""
        ...


class Insights(Protocol):
    """Section E."""

    def account_insights(self, day: date) -> MetricsRead:
        """The account's figures of one of Meta's days (Pacific)."""
        ...

    def media_insights(self, media: Sequence[Media]) -> dict[str, MetricsRead]:
        """Lifetime figures by media id, with the metrics that each product type has."""
        ...


class Account(Protocol):
    """Section A."""

    def profile(self) -> AccountProfile: ...

    def refresh_token(self) -> FreshToken: ...


class Instagram(Publishing, Inbox, Replying, Insights, Account, Protocol):
    """One account's door to Instagram."""


class StagedFile(Protocol):
    """A picture or video made ready and served: its name below ``data_dir/media``, and its ratio (0 for a video)."""

    @property
    def name(self) -> str: ...

    @property
    def is_video(self) -> bool: ...

    @property
    def ratio(self) -> float: ...


class Staging(Protocol):
    """Our own copies of what a post shows, and the ready-made files that Meta may fetch for a while."""

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        """Take our own copy of what the sheet names (a path below `folder`, or a URL): its name and SHA-256.

        Raises MediaRejected when it can never be published as it is.
        """
        ...

    def stage(self, original: str, *, story: bool, ratio: float | None) -> StagedFile:
        """Make the file that Meta fetches; `ratio` is the carousel's first picture's. Raises MediaRejected."""
        ...

    def url(self, name: str) -> str:
        """Where Meta fetches a staged file; Misconfigured without ``[media] public_base_url``."""
        ...

    def has(self, name: str) -> bool:
        """Whether a staged file is still there."""
        ...

    def unstage(self, name: str) -> None:
        """Stop serving it."""
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
