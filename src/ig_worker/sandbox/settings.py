"""How the embedded Instagram behaves where Meta's own behaviour varies or is not documented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Settings:
    """All can be changed while it runs, through the control door (`POST /control/settings`)."""

    container_seconds: float = 3.0
    """How long a container is IN_PROGRESS, by the world's clock."""
    container_error: int | None = None
    """While set, every new container ends in ERROR with this subcode."""
    answer_seconds: float = 0.0
    """How long every answer takes, by the machine's clock."""
    fetch_seconds: float = 10.0
    """How long a media URL may take to answer."""
    publishing_limit: int = 50
    """Posts in a rolling 24 hours. Meta's pages say 50 and 100 (section B)."""
    container_limit: int = 400
    """Containers in a rolling 24 hours."""
    republish: str = "publish_again"
    """Publishing a container twice: ``publish_again`` (a second visible post) or ``refuse``. Not documented."""
    list_lag_seconds: float = 0.0
    """How late a new post shows up in the media list."""
    insights_lag_seconds: float = 0.0
    """How late figures come; Meta says up to 48 hours. Until then the data set is empty."""
    insights_days: int = 90
    """How many of Meta's days the account's figures are kept; of those before there is no data."""
    retired_metrics: str = ""
    """Metrics that Meta takes no longer, as ``reposts,profile_views``: not in its lists of valid names either."""
    comments_a_page: int = 50
    """At most so many comments a page, whatever was asked for; never more than Meta's 50."""
    replies_a_page: int = 50
    """The same for replies, those in an expansion too."""
    replies_order: str = "newest_first"
    """``newest_first`` or ``oldest_first``. Not documented."""
    comments_lag_seconds: float = 0.0
    """How late a comment shows up in lists, while it is counted at once."""
    older_messages: str = "left_out"
    """What a list with details makes of messages older than the 20 newest: ``left_out`` or ``bare`` (id and time)."""
    withheld: str = ""
    """Fields that answers leave out, as ``comment.from,media.comments_count``."""
    usage_headers: str = "always"
    """``always`` or ``never``. Not documented for Instagram Login."""
    usage_percent: int | None = None
    """What the usage headers say of the account; None counts the calls of 24 hours against ``call_budget``."""
    app_usage_percent: int | None = None
    """What they say of the whole app; None says the same as of the account. From 100 on reads answer code 4."""
    regain_minutes: int | None = None
    """Minutes until calls are welcome again, always said; None says 19 where the budget is used up."""
    call_budget: int = 480_000
    """Calls in 24 hours: 4800 for each impression (section F), here of a hundred impressions."""
    after_refresh: str = "old_token_lives"
    """``old_token_lives`` or ``old_token_dies``. Not documented."""
    after_exchange: str = "fresh_lives"
    """``fresh_lives`` or ``fresh_is_dead``: whether the token that a refresh or an exchange gives is taken."""
    fresh_expires_in: int | None = None
    """What is said of a fresh token's life, in seconds, whatever it is; -1 leaves it out, None says the truth."""

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """These settings with some changed; ValueError for a name or a value that cannot be."""
        types = {one.name: one.type for one in fields(self)}
        for name, value in changes.items():
            if name not in types:
                raise ValueError(f"no setting is named {name}; there are {', '.join(types)}")
            if not _fits(value, str(types[name])):
                raise ValueError(f"{name} must be {types[name]}, not {value!r}")
            allowed = _CHOICES.get(name)
            if allowed and value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
        return replace(self, **changes)


_CHOICES = {
    "republish": ("publish_again", "refuse"),
    "after_refresh": ("old_token_lives", "old_token_dies"),
    "after_exchange": ("fresh_lives", "fresh_is_dead"),
    "replies_order": ("newest_first", "oldest_first"),
    "older_messages": ("left_out", "bare"),
    "usage_headers": ("always", "never"),
}


def _fits(value: object, wanted: str) -> bool:
    if value is None:
        return "None" in wanted
    if isinstance(value, bool):
        return False
    if "float" in wanted:
        return isinstance(value, int | float) and value >= 0
    if "int" in wanted:
        return isinstance(value, int)
    return isinstance(value, str)
