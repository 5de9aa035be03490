"""What an import did, or would do."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from ig_worker.domain.differences import Difference
from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.seen import mark_of


@dataclass(frozen=True)
class Change:
    """What becomes of one post: the columns that differ, and whose approval is void then (empty for nobody's)."""

    differences: tuple[Difference, ...]
    approval_void: str


@dataclass
class ImportResult:
    """What an import did, by the posts' keys.

    Every row is in one of ``added``, ``changed``, ``unchanged``, or told in ``problems``; ``notes`` say what to know.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    """Posts that wait for an approval or for their media, and why."""
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)
    """Of the changed ones."""
    posts: dict[str, PlannedPost] = field(default_factory=dict)
    """Those that were added, changed or held, as they are then; times are aware."""

    def document(self) -> dict[str, Any]:
        """As ``posts import --json`` shows it."""
        return {name: value for name, value in vars(self).items() if name not in {"changes", "posts"}}

    def in_full(self) -> dict[str, Any]:
        """As a page shows it: each changed post's differences, and what the posts are known by, beside it."""
        return self.document() | {
            "changes": {key: asdict(change) for key, change in self.changes.items()},
            "posts": {key: _line(post) for key, post in self.posts.items()},
        }

    def would_do(self) -> str:
        """A mark of all that the import does; the same for two looks between which nothing has changed."""
        named = (self.added, self.changed, self.unchanged, self.held, self.problems)
        return mark_of(*named, {key: asdict(change) for key, change in self.changes.items()})


def _line(post: PlannedPost) -> dict[str, Any]:
    at: datetime = post.scheduled_at
    return {
        "at": at.isoformat(),
        "account": post.account,
        "kind": post.kind.value,
        "segment": post.segment,
        "caption": post.caption[:200],
        "row": post.row_number,
    }
