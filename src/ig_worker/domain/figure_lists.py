"""Writes the figures down as lists for the centre's own sheets: days, posts, stories, audience.

A figure's column has the name that Meta gives it, so that a sheet's formulas hold whatever we call things. Where there
is no figure a cell is empty, never 0, and ``catatan`` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain.register import Cell, Column
from ig_worker.domain.share import Share
from ig_worker.domain.text import clean

Figures = Mapping[str, float]
"""By Meta's name; a part of a figure as ``name:key=value``."""

Missing = Mapping[str, str]
"""Why there is none: ``no_data``, ``too_few`` or ``refused``, by name; the empty name stands for all of them."""

SNAPSHOTS = frozenset({"followers_count", "follows_count", "online_followers", "follower_demographics"})
"""What is had whenever the account is looked at: a day with no more than that was not measured."""

FOLLOWS = {
    "follows": "follows_and_unfollows:follow_type=FOLLOWER",
    "unfollows": "follows_and_unfollows:follow_type=NON_FOLLOWER",
}
"""Two parts of a figure that has no whole, by the names of their columns."""

OF_DAYS = {
    "followers_count": "Jumlah pengikut pada akhir hari itu",
    "follower_count": "Pengikut baru",
    "follows": "Yang mulai mengikuti",
    "unfollows": "Yang berhenti mengikuti",
    "reach": "Jangkauan: akun yang melihat sesuatu dari kita; satu orang dihitung lagi pada hari lain",
    "views": "Tayangan",
    "accounts_engaged": "Akun yang berinteraksi",
    "total_interactions": "Interaksi: suka, komentar, simpan, bagikan, balasan",
    "likes": "Suka",
    "comments": "Komentar",
    "saves": "Disimpan",
    "shares": "Dibagikan",
    "replies": "Balasan atas story",
    "reposts": "Diunggah ulang",
    "profile_views": "Kunjungan ke profil",
    "profile_links_taps": "Ketukan pada tautan di profil",
    "website_clicks": "Klik pada alamat situs di profil",
    "follows_count": "Jumlah akun yang kita ikuti",
}

NO_LONGER_READ = frozenset({"profile_views", "website_clicks"})
"""Read until 0.4: a column stands there for figures of that time alone, not to be empty for ever."""

OF_POSTS = {
    "reach": "Jangkauan sampai pembacaan terakhir",
    "views": "Tayangan",
    "total_interactions": "Interaksi",
    "likes": "Suka",
    "comments": "Komentar",
    "saved": "Disimpan",
    "shares": "Dibagikan",
    "reposts": "Diunggah ulang",
    "follows": "Yang mulai mengikuti dari sini",
    "profile_visits": "Kunjungan ke profil dari sini",
    "profile_activity": "Yang dilakukan di profil sesudah melihat ini",
    "ig_reels_avg_watch_time": "Rata-rata lama tonton reel (milidetik)",
    "ig_reels_video_view_total_time": "Jumlah lama tonton reel (milidetik)",
}

OF_STORIES = {
    "reach": "Jangkauan sampai pembacaan terakhir sebelum 24 jam",
    "views": "Tayangan",
    "total_interactions": "Interaksi",
    "replies": "Balasan",
    "shares": "Dibagikan",
    "follows": "Yang mulai mengikuti dari sini",
    "profile_visits": "Kunjungan ke profil dari sini",
    "navigation": "Ketukan maju, mundur, keluar",
}

KINDS = {"image": "gambar", "carousel": "carousel", "reel": "reel", "story": "story"}

WHY = {
    "": "belum terbaca",
    "no_data": "Instagram tidak memberi data",
    "too_few": "terlalu sedikit penonton (kurang dari 5)",
    "refused": "ditolak Instagram",
}
"""Why a figure of a post or story is not there."""

WHY_OF_ACCOUNT = WHY | {"too_few": "terlalu sedikit pengikut (kurang dari 100)"}
"""Why one of an account is not there (`instagram_api.md`, section E)."""

_ACCOUNT = Column("account", "akun", width=14)
_DAY = Column("day", "tanggal", "date", 11)
_NOTE = Column("note", "catatan", width=34)


@dataclass(frozen=True)
class Day:
    """One of Meta's days of an account; nothing read of it where `figures` is empty."""

    account: str
    day: date
    figures: Figures
    missing: Missing


@dataclass(frozen=True)
class Post:
    """A post or a story that went out, with the newest reading of its figures."""

    account: str
    ig_id: str
    published_at: datetime
    kind: str
    segment: str
    caption: str
    permalink: str
    figures: Figures
    missing: Missing


def is_measured(figures: Iterable[str]) -> bool:
    """Whether a day was measured, by the names of its figures."""
    return any(name.partition(":")[0] not in SNAPSHOTS for name in figures)


def unmeasured(found: Mapping[date, Figures], first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which the account was not measured."""
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in span if not is_measured(found.get(day, ()))]


def why_unmeasured(missing: Missing) -> str:
    """Why a day was not measured; empty where it was not asked for. What Instagram withholds beside it says less."""
    reasons = {why for name, why in missing.items() if name not in SNAPSHOTS}
    first = [why for why in ("no_data", "refused", "too_few") if why in reasons]
    return missing.get("") or next(iter(first), "")


def days_list(days: Sequence[Day]) -> dict[str, Any]:
    """A line for each account and Meta day, those without figures, too."""
    wholes = {_column_of(name) for day in days for name in day.figures}
    known = [name for name in OF_DAYS if name in wholes or name not in NO_LONGER_READ]
    names = [*known, *sorted(name for name in wholes - OF_DAYS.keys() if ":" not in name)]
    return _list(
        "days",
        "Hari",
        [
            _ACCOUNT,
            _DAY,
            *_numbers(names),
            Column("rate", "tingkat_interaksi", "number", 12),
            Column("conversion", "konversi", "number", 10),
            _NOTE,
        ],
        [_day_row(day, names) for day in days],
        "Belum ada angka akun untuk waktu ini.",
        {
            "tanggal": "Hari Meta: tengah malam sampai tengah malam waktu Pasifik (California)",
            **{name: OF_DAYS.get(name, "Sebagaimana Meta menyebutnya") for name in names},
            "tingkat_interaksi": "Persen: accounts_engaged dibagi reach; kosong bila tidak dapat dihitung",
            "konversi": "Persen: profile_links_taps dibagi reach; kosong bila tidak dapat dihitung",
            "catatan": "Mengapa suatu sel kosong. Kosong berarti tidak ada data, bukan nol",
        },
    )


def posts_list(posts: Sequence[Post], zone: tzinfo, *, stories: bool) -> dict[str, Any]:
    """A line for each post, or for each story."""
    meant = [post for post in posts if (post.kind == "story") == stories]
    meanings = OF_STORIES if stories else OF_POSTS
    names = [*meanings, *sorted({name for post in meant for name in post.figures} - meanings.keys())]
    return _list(
        "stories" if stories else "posts",
        "Story" if stories else "Postingan",
        [
            _ACCOUNT,
            Column("published", "terbit", "moment", 15),
            Column("kind", "jenis", width=9),
            Column("segment", "segmen", width=16),
            Column("caption", "caption", width=46),
            *_numbers(names),
            Column("rate", "tingkat_interaksi", "number", 12),
            Column("permalink", "tautan", width=30),
            Column("ig_media_id", "ig_media_id", width=20),
            _NOTE,
        ],
        [_post_row(post, names, zone) for post in meant],
        "Tidak ada story pada waktu ini." if stories else "Tidak ada postingan pada waktu ini.",
        {
            "terbit": "Waktu terbit menurut jam setempat",
            **{name: meanings.get(name, "Sebagaimana Meta menyebutnya") for name in names},
            "tingkat_interaksi": "Persen: total_interactions dibagi reach; kosong bila tidak dapat dihitung",
            "catatan": "Mengapa suatu sel kosong. Kosong berarti tidak ada data, bukan nol",
        },
    )


def audience_list(days: Sequence[Day]) -> dict[str, Any]:
    """A line for each part of a figure: who follows, when they are online."""
    rows: list[dict[str, Cell]] = []
    for day in days:
        for name, value in day.figures.items():
            whole, _, part = name.partition(":")
            if part and name not in FOLLOWS.values():
                key, _, of = part.partition("=")
                rows.append(
                    {
                        "account": day.account,
                        "day": day.day.isoformat(),
                        "name": whole,
                        "key": key,
                        "of": clean(of),
                        "value": _plain(value),
                    }
                )
    return _list(
        "audience",
        "Audiens",
        [
            _ACCOUNT,
            _DAY,
            Column("name", "angka", width=24),
            Column("key", "menurut", width=14),
            Column("of", "kelompok", width=26),
            Column("value", "jumlah", "number", 10),
        ],
        rows,
        "Belum ada angka audiens untuk waktu ini.",
        {
            "angka": "follower_demographics: pengikut; online_followers: pengikut yang daring",
            "menurut": "age: umur; gender: jenis kelamin (F perempuan, M laki-laki, U tidak diketahui); city: kota; "
            "hour: jam menurut waktu Pasifik",
        },
    )


def _list(
    key: str,
    sheet: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Cell]],
    empty: str,
    meanings: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "key": key,
        "sheet": sheet,
        "columns": [asdict(column) for column in columns],
        "rows": list(rows),
        "empty": empty,
        "meanings": dict(meanings),
    }


def _numbers(names: Iterable[str]) -> list[Column]:
    return [Column(f"figure:{name}", name, "number", max(9, min(len(name) + 2, 18))) for name in names]


def _day_row(day: Day, names: Sequence[str]) -> dict[str, Cell]:
    figures = {_column_of(name): value for name, value in day.figures.items()}
    reach = figures.get("reach")
    return {
        "account": day.account,
        "day": day.day.isoformat(),
        **{f"figure:{name}": _plain(figures.get(name)) for name in names},
        "rate": _percent(Share(figures.get("accounts_engaged"), reach)),
        "conversion": _percent(Share(figures.get("profile_links_taps"), reach)),
        "note": _note(_reasons(day), WHY_OF_ACCOUNT, unread=not is_measured(day.figures)),
    }


def _post_row(post: Post, names: Sequence[str], zone: tzinfo) -> dict[str, Cell]:
    local = post.published_at.astimezone(zone).replace(tzinfo=None)
    return {
        "account": post.account,
        "published": local.isoformat(timespec="minutes"),
        "kind": KINDS.get(post.kind, post.kind),
        "segment": clean(post.segment),
        "caption": clean(post.caption),
        **{f"figure:{name}": _plain(post.figures.get(name)) for name in names},
        "rate": _percent(Share(post.figures.get("total_interactions"), post.figures.get("reach"))),
        "permalink": post.permalink,
        "ig_media_id": post.ig_id,
        "note": _note(post.missing, WHY, unread=not post.figures),
    }


def _column_of(name: str) -> str:
    return next((column for column, part in FOLLOWS.items() if part == name), name)


def _plain(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) else value


def _percent(share: Share) -> float | None:
    return None if share.of_hundred is None else round(share.of_hundred, 2)


def _reasons(day: Day) -> Missing:
    """Why figures of a day are not there; of one that was not measured one reason is enough."""
    if is_measured(day.figures) or not (reason := why_unmeasured(day.missing)):
        return day.missing
    return {name: why for name, why in day.missing.items() if name in SNAPSHOTS} | {"": reason}


def _note(missing: Missing, words: Mapping[str, str], *, unread: bool) -> str:
    if unread and "" not in missing:
        missing = {"": "", **missing}
    reasons = {name: words.get(why, why) for name, why in sorted(missing.items())}
    return "; ".join(f"{name}: {said}" if name else said for name, said in reasons.items())
