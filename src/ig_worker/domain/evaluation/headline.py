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
    """A figure of the headline; None where it is not known, and the note says why.

    ``days`` is on how many of Meta's days it stands, ``whole`` what a rate divides by; None for what has none.
    """

    key: str
    name: str
    value: float | None
    form: Form
    note: str
    days: int | None = None
    whole: float | None = None


def headline(month: Standing) -> tuple[Line, ...]:
    """Followers, reach, views, both rates, posts, messages and cases, in this order."""
    followers, covered = month.followers.end, month.coverage
    read = "pengikut pada bacaan terakhir bulan ini" if followers is not None else "belum dibaca bulan ini"
    return (
        Line("followers", "Pengikut", followers, "count", read),
        _daily("reach", "Jangkauan", month.reach, "jumlah jangkauan harian", covered),
        _daily("views", "Tayangan", month.views, "jumlah tayangan harian", covered),
        _rate(
            "interaction_rate",
            "Tingkat interaksi",
            month.interaction,
            "akun yang berinteraksi ÷ jangkauan",
            covered,
        ),
        _rate("conversion_rate", "Konversi", month.conversion, "ketukan tautan profil ÷ jangkauan", covered),
        Line("posts_out", "Unggahan terbit", month.posts.out, "count", _of_the_plan(month)),
        _counted("messages", "Pesan masuk", month.messages, "komentar dan pesan langsung"),
        _counted("cases", "Kasus baru", month.cases, "keluhan dan saran yang dibuka sebagai kasus"),
    )


def _daily(key: str, name: str, found: Daily, formula: str, covered: Coverage) -> Line:
    note = f"{formula}{_of_days(found.counted, covered)}" if found.counted else found.why_not
    return Line(key, name, found.total, "count", note, found.counted)


def _rate(key: str, name: str, found: Rate, formula: str, covered: Coverage) -> Line:
    # Both together would not fit a tile.
    note = found.why_not or f"{formula}{_of_days(found.counted, covered)}"
    return Line(key, name, found.share.of_hundred, "percent", note, found.counted, found.share.whole)


def _counted(key: str, name: str, value: int | None, note: str) -> Line:
    return Line(key, name, value, "count", note if value is not None else "belum dibaca bulan ini")


def _of_days(counted: int, covered: Coverage) -> str:
    whole = len(covered.month.days)
    return "" if counted == whole else f" ({counted} dari {whole} hari)"


def _of_the_plan(month: Standing) -> str:
    beside = f"; {month.by_hand} lagi langsung di Instagram" if month.by_hand else ""
    if not month.posts.planned:
        return f"tidak ada yang direncanakan{beside}"
    return f"dari {month.posts.planned} yang direncanakan{beside}"
