"""The bill of calls to the Graph API: by kind, for a day and for the year, beside what a naive poller would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

WATCHED = 25
"""Posts that a naive poller asks for comments at every poll, a call each; replies and profiles not counted."""
CONVERSATIONS = 25
"""Conversations whose messages it reads, at every poll."""


class Bill:
    """By kind of call: how many there were, and how many of them were refused or came to nothing."""

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[str]] = {}
        self._seen = 0

    def take(self, state: Mapping[str, Any]) -> None:
        """What is new in the sandbox's log, which keeps the last 20,000 calls: a busy month's."""
        whole = sum(state["calls"].values())
        new = whole - self._seen
        assert new <= len(state["log"]), "calls were lost to the bill"
        self._seen = whole
        for line in state["log"][len(state["log"]) - new :]:
            name = line["template"] or f"{line['method']} {_plain(line['path'])}"
            kind = self.kinds.setdefault(name, Counter())
            kind["calls"] += 1
            if line["fault"]:
                kind["outage"] += 1
            elif line["status"] >= 400:
                kind["refused"] += 1


def show(
    kinds: Mapping[str, Counter[str]], days: int, polls_a_day: int, posts_a_day: int, console: Console
) -> None:
    """Print it."""
    table = Table(title="Calls to the Graph API", title_justify="left")
    for name in ("kind", "a day", "in all", "refused", "in outages"):
        table.add_column(name, justify="left" if name == "kind" else "right")
    for name, kind in sorted(kinds.items(), key=lambda item: -item[1]["calls"]):
        table.add_row(
            name, f"{kind['calls'] / days:.1f}", str(kind["calls"]), str(kind["refused"]), str(kind["outage"])
        )
    whole = sum((kind for kind in kinds.values()), Counter())
    table.add_section()
    table.add_row(
        "all",
        f"{whole['calls'] / days:.0f}",
        str(whole["calls"]),
        str(whole["refused"]),
        str(whole["outage"]),
    )
    # Of each poll: the list of posts, each one's comments, the list of conversations, and each one's messages; of each
    # post: a container, ten looks at it, publishing, permalink; each night 30 days of posts, and the account.
    naive = polls_a_day * (2 + WATCHED + CONVERSATIONS) + posts_a_day * 13 + 30 * posts_a_day + 10
    table.add_row("a naive poller", str(naive), str(naive * days), "", "")
    console.print(table)


def _plain(path: str) -> str:
    return "/".join("…" if any(letter.isdigit() for letter in part) and len(part) > 5 else part
                    for part in path.split("/"))  # fmt: skip
