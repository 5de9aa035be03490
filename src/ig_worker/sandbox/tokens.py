"""Access tokens: which there are, what they may do, and how long they live (section A)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.errors import graph_error

LONG_LIFE = timedelta(days=60)
DATA_ACCESS = timedelta(days=90)
SHORT_LIFE = timedelta(hours=1)
REFRESH_AGE = timedelta(hours=24)

INSTAGRAM_SCOPES = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
    "instagram_business_manage_insights",
)
FACEBOOK_SCOPES = (
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "instagram_manage_messages",
    "instagram_manage_contents",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
)

_INSTAGRAM_NEEDS = {
    "read": "instagram_business_basic",
    "publish": "instagram_business_content_publish",
    "comments": "instagram_business_manage_comments",
    "messages": "instagram_business_manage_messages",
    "insights": "instagram_business_manage_insights",
    "contents": "instagram_business_content_publish",
}
_FACEBOOK_NEEDS = {
    "read": "instagram_basic",
    "publish": "instagram_content_publish",
    "comments": "instagram_manage_comments",
    "messages": "instagram_manage_messages",
    "insights": "instagram_manage_insights",
    "contents": "instagram_manage_contents",
}


@dataclass(eq=False)
class Token:
    """One token. ``speaker`` is instagram (an Instagram user), facebook_user or page.

    ``dead`` is the subcode of 190 that it is refused with, 0 for the bare code.
    """

    value: str
    speaker: str
    account_id: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime | None
    short: bool = False
    dead: int | None = None
    data_access_until: datetime | None = None
    """With Facebook Login; None for 90 days after it was issued."""

    @property
    def data_access_expires_at(self) -> datetime:
        """When Meta closes the account's data to it."""
        return self.data_access_until or self.issued_at + DATA_ACCESS

    def check_alive(self, now: datetime) -> None:
        """Raise 190 with its subcode when the token is dead or has expired."""
        if self.dead is not None:
            raise graph_error(190, self.dead or None)
        if self.expires_at is not None and now >= self.expires_at:
            expired, present = graph_time(self.expires_at), graph_time(now)
            raise graph_error(
                190,
                463,
                f"Error validating access token: Session has expired on {expired}. The current time is {present}.",
            )

    def check_scope(self, family: str) -> None:
        """Raise code 10 when the permission for this family of calls was not granted."""
        needs = _INSTAGRAM_NEEDS if self.speaker == "instagram" else _FACEBOOK_NEEDS
        if needs[family] not in self.scopes:
            raise graph_error(10)
