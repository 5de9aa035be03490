"""The eight figures at the head of the evaluation, each beside that of the month before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ig_worker.domain.evaluation.followers import Coverage, Daily, Followers, Rate
from ig_worker.domain.evaluation.posts import Counted

Form = Literal["count", "percent", "hours"]


@dataclass(frozen=True)
class Standing:
    """What a month comes to; ``messages`` and ``cases`` are None where nobody counted them."""

    coverage: Coverage
    followers: Followers
    reach: Daily
    views: Daily
    interaction: Rate
    conversion: Rate
    posts: Counted
    by_hand: int
    messages: int | None
    cases: int | None


@dataclass(frozen=True)
class Line:
    """A figure of the headline; ``before`` is that of the month before, None where it is not known."""

    key: str
    name: str
    value: float | None
    form: Form
    before: float | None
    note: str


def headline(now: Standing, before: Standing) -> tuple[Line, ...]:
    """Followers, reach, views, both rates, posts, messages and cases, in this order."""
    return (
        Line(
            "followers",
            "Pengikut",
            now.followers.end,
            "count",
            before.followers.end,
            "pengikut pada bacaan terakhir bulan ini"
            if now.followers.end is not None
            else "belum pernah dibaca bulan ini",
        ),
        _daily("reach", "Jangkauan", now.reach, before.reach, "jumlah jangkauan harian", now.coverage),
        _daily("views", "Tayangan", now.views, before.views, "jumlah tayangan harian", now.coverage),
        _rate(
            "interaction_rate",
            "Tingkat interaksi",
            now.interaction,
            before.interaction,
            "akun yang berinteraksi ÷ jangkauan",
            now.coverage,
        ),
        _rate(
            "conversion_rate",
            "Konversi",
            now.conversion,
            before.conversion,
            "ketukan tautan profil ÷ jangkauan",
            now.coverage,
        ),
        Line("posts_out", "Unggahan terbit", now.posts.out, "count", _posts_before(before), _posts_note(now)),
        Line(
            "messages",
            "Pesan masuk",
            now.messages,
            "count",
            before.messages,
            "komentar dan pesan langsung" if now.messages is not None else "belum dibaca bulan ini",
        ),
        Line(
            "cases",
            "Kasus baru",
            now.cases,
            "count",
            before.cases,
            "keluhan dan saran yang dibuka sebagai kasus"
            if now.cases is not None
            else "belum dibaca bulan ini",
        ),
    )


def _daily(key: str, name: str, now: Daily, before: Daily, formula: str, covered: Coverage) -> Line:
    note = f"{formula}{_of_days(now.counted, covered)}" if now.counted else "belum ada datanya"
    return Line(key, name, now.total, "count", before.total, note)


def _rate(key: str, name: str, now: Rate, before: Rate, formula: str, covered: Coverage) -> Line:
    why_not = now.share.why_not
    note = f"{formula}: {why_not}" if why_not else f"{formula}{_of_days(now.counted, covered)}"
    return Line(key, name, now.share.of_hundred, "percent", before.share.of_hundred, note)


def _of_days(counted: int, covered: Coverage) -> str:
    whole = len(covered.month.days)
    return "" if counted == whole else f" ({counted} dari {whole} hari)"


def _posts_before(before: Standing) -> int | None:
    """Of a month without any plan there is nothing to compare with."""
    return before.posts.out if before.posts.planned else None


def _posts_note(now: Standing) -> str:
    if not now.posts.planned:
        return "tidak ada yang direncanakan" + (
            f"; {now.by_hand} langsung di Instagram" if now.by_hand else ""
        )
    return f"dari {now.posts.planned} yang direncanakan" + (
        f"; {now.by_hand} lagi langsung di Instagram" if now.by_hand else ""
    )
