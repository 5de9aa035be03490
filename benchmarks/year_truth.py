"""What must be true when the simulated year is over: Instagram's side is the truth, the worker's is held against it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from year_people import Colleague, Public
from year_stage import Stage

REFRESHED_EVERY = 40
"""Days: a token lives 60 days and is refreshed when 20 are left."""


def findings(
    stage: Stage, public: Public, colleague: Colleague, state: dict[str, Any], first: date, last: date
) -> Iterator[tuple[str, str, bool]]:
    """Each thing that must hold: its name, what was found, and whether it holds. `last` is the first day not played."""
    yield from _posts(stage, colleague, state)
    yield from _messages(stage, public, state)
    yield from _praise(stage, public, state)
    yield from _cases(stage, public)
    yield from _nights(stage, first, last)
    yield from _papers(stage, first, last)
    days = (last - first).days
    # Instagram's own log forgets the oldest lines. The first refresh was before the year, to begin with 60 days.
    said = "SELECT at FROM journal WHERE what = 'refreshed the access token'"
    refreshed = len(list(stage.rows(said))) - 1
    yield "token refreshed", f"{refreshed} times in {days} days", refreshed == (days - 1) // REFRESHED_EVERY
    status, said = stage.command("status", "--json")
    yield "status", said.strip()[:200] if status else "healthy", status == 0 and json.loads(said)["healthy"]


def _posts(stage: Stage, colleague: Colleague, state: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    stored = {row["key"]: row for row in stage.rows("SELECT key, status, ig_media_id, caption FROM posts")}
    out = Counter(str(media["id"]) for media in state["media"] if not media["by_hand"])
    named = Counter(media["caption"] for media in state["media"] if media["caption"] and not media["by_hand"])
    published = Counter(row["ig_media_id"] for row in stored.values() if row["status"] == "published")
    others = Counter(row["status"] for row in stored.values() if row["status"] != "published")
    due = [key for key, at in colleague.planned.items() if at < stage.now - timedelta(hours=2)]
    lost = [key for key in due if stored.get(key, {"status": ""})["status"] != "published"]
    yield (
        "posts lost",
        f"{len(lost)} of {len(due)} {dict(others) or ''} {lost[:5] or ''}",
        not lost,
    )
    doubled = sum(count - 1 for count in named.values()) + len(out - published) + len(published - out)
    yield "posts doubled, or out unknown", str(doubled), doubled == 0


def _messages(stage: Stage, public: Public, state: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    stored = Counter(row["ig_id"] for row in stage.rows("SELECT ig_id FROM messages"))
    lost = [one for one in public.said if stored[one.ig_id] == 0]
    late = max((one.at for one in public.said), default=None)
    yield (
        "messages lost",
        f"{len(lost)} of {len(public.said)} {[str(one.at) for one in lost[:3]] or ''}",
        not lost,
    )
    twice = sum(count - 1 for count in stored.values())
    yield "messages stored twice", f"{twice} (last one written {late})", twice == 0


def _praise(stage: Stage, public: Public, state: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    labels = {one.ig_id: one.label for one in public.said}
    thanked = Counter(line["parent_id"] for line in state["comments"] if line["by"] == "worker")
    sent = stage.rows(
        "SELECT m.ig_id, r.purpose FROM replies r JOIN messages m ON m.id = r.message_id WHERE r.status = 'sent'"
    )
    people = Counter()
    for conversation in state["conversations"]:
        ours = [line for line in conversation["messages"] if line["by"] == "worker"]
        people[conversation["person"]] = len(ours)
    wrong = [
        ig_id
        for ig_id in {*thanked, *(row["ig_id"] for row in sent)}
        if labels.get(ig_id) in ("keluhan", "saran")
    ]
    yield "complaints thanked", str(len(wrong)), not wrong
    doubled = sum(count - 1 for count in thanked.values())
    told = Counter(row["ig_id"] for row in sent)
    direct = sum(people.values())
    stored = sum(1 for row in sent if row["ig_id"] not in thanked)
    praise = sum(1 for one in public.said if one.label == "pujian")
    yield (
        "praise thanked twice",
        f"{doubled} ({len(told)} of {praise} thanked)",
        doubled == 0 and direct == stored,
    )


def _cases(stage: Stage, public: Public) -> Iterator[tuple[str, str, bool]]:
    inside = Counter(
        row["ig_id"]
        for row in stage.rows("SELECT m.ig_id FROM case_messages c JOIN messages m ON m.id = c.message_id")
    )
    planted = [one for one in public.said if one.label in ("keluhan", "saran")]
    without = [one.ig_id for one in planted if inside[one.ig_id] == 0]
    twice = [ig_id for ig_id, count in inside.items() if count > 1]
    cases = stage.rows("SELECT number, told_at FROM cases")
    joined = len(planted) - len(cases)
    yield (
        "complaints without a case",
        f"{len(without)} of {len(planted)} ({len(cases)} cases, {joined} joined)",
        not without,
    )
    yield "complaints in two cases", str(len(twice)), not twice
    numbers = [row["number"] for row in cases]
    told: Counter[str] = Counter()
    for (to, subject), body in zip(stage.mail.subjects, stage.mail.bodies, strict=True):
        if "complaints@" in to:
            for number in numbers_in(subject + "\n" + body):
                told[number] += 1
    untold = [number for number in numbers if not told[number]]
    yield "cases that nobody was told of", f"{len(untold)} {untold[:5] or ''}", not untold
    first = Counter(
        (to, subject) for to, subject in stage.mail.subjects if "complaints@" in to and "K-20" in subject
    )
    again = sum(count - 1 for count in first.values())
    yield (
        "mails that came twice",
        f"{again} of {len(stage.mail.subjects)} (a kill between sending and noting)",
        again <= 60,
    )
    status, said = stage.command("cases", "verify", "--json")
    pieces = stage.rows("SELECT count(*) AS n FROM evidence")[0]["n"]
    yield "evidence", f"{pieces} pieces, {'whole' if status == 0 else said.strip()[:200]}", status == 0


def numbers_in(text: str) -> set[str]:
    """The cases that a mail names."""
    import re  # here only

    return set(re.findall(r"K-\d{4}-\d+", text))


def _nights(stage: Stage, first: date, last: date) -> Iterator[tuple[str, str, bool]]:
    by_job: dict[str, set[str]] = defaultdict(set)
    for row in stage.rows("SELECT job, logical_date FROM nightly_runs"):
        by_job[row["job"]].add(row["logical_date"])
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    kept = ", ".join(f"{name} {len(done)}" for name, done in sorted(by_job.items()))
    figures = {row["day"] for row in stage.rows("SELECT DISTINCT day FROM metrics WHERE media_id = ''")}
    # Last night's figures come this night.
    holes = [day for day in days[:-2] if day.isoformat() not in figures]
    yield (
        "nights without figures",
        f"{len(holes)} {[str(day) for day in holes[:5]] or ''} ({kept})",
        not holes,
    )


def _papers(stage: Stage, first: date, last: date) -> Iterator[tuple[str, str, bool]]:
    months = sorted({f"{day:%Y-%m}" for day in _each(first, last)} - {f"{last:%Y-%m}"})
    papers = sorted(path.name for path in (stage.data / "reports").rglob("*") if path.is_file())
    monthly = {month: [name for name in papers if month in name and not name.startswith(("harian", "buku"))]
               for month in months}  # fmt: skip
    missing = [month for month in months if not monthly[month]]
    mails = Counter(
        subject for to, subject in stage.mail.subjects if "report@" in to and subject.startswith("Evaluasi")
    )
    yield "month reports missing", f"{len(missing)} of {len(months)} {missing[:3] or ''}", not missing
    yield (
        "month reports that reached nobody",
        f"{len(months) - len(mails)} of {len(months)}",
        len(mails) == len(months),
    )
    more = {subject: count for subject, count in mails.items() if count > 1}
    yield "month reports sent twice", f"{len(more)} of {len(mails)}", not more


def _each(first: date, last: date) -> Iterator[date]:
    day = first
    while day < last:
        yield day
        day += timedelta(days=1)
