"""A centre's year on Instagram: 400 posts, 20,000 messages, 1,200 cases and the figures of twelve months.

Always the same one, on SQLite and on PostgreSQL, made in a few seconds. It has what years have: days without figures,
posts that went out late or by hand, deadlines that were missed, and in its last days a topic that everybody asks about.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from fakes.generated_people import messages_of, own_words, put_cases, thanks
from fakes.generated_shelves import FIRST, LAST, MONTHS, NOW, PACIFIC, WORDS, ZONE, Row, local, put
from ig_worker.store import schema
from ig_worker.store.database import Database

__all__ = ["ACCOUNT", "FIRST", "LAST", "MONTHS", "NOW", "TARGETS", "ZONE", "fill"]

ACCOUNT = "polowijen"
SEGMENTS = (
    "Pengumuman", "Inovasi", "Kegiatan Rutin", "Kegiatan Insidental", "Dokumentasi", "SIKAKUNG", "Nice to Know",
    "Konde Emas", "Info Grafis", "Hari Besar",
)  # fmt: skip
TARGETS = {"Pengumuman": 2, "Nice to Know": 2, "Konde Emas": 1, "Kegiatan Rutin": 1}
KINDS = ("image",) * 5 + ("carousel",) * 3 + ("reel",) * 2 + ("story",) * 2
PRODUCTS = {
    "image": ("IMAGE", "FEED"), "carousel": ("CAROUSEL_ALBUM", "FEED"), "reel": ("VIDEO", "REELS"),
    "story": ("IMAGE", "STORY"),
}  # fmt: skip
NO_FIGURES = (date(2026, 3, 8), *(date(2026, 7, day) for day in range(13, 18)), date(2026, 10, 3))
"""Meta's days of which there is nothing: an outage in July, and two single days."""
FEWER_FIGURES = (date(2026, 9, 9), date(2026, 10, 20))
"""Days that have reach, and nothing of what needs a total."""


def fill(
    database: Database,
    account: str = ACCOUNT,
    *,
    posts: int = 400,
    messages: int = 20_000,
    cases: int = 1_200,
    seed: int = 2026,
) -> None:
    """Put the year onto empty shelves."""
    chance = random.Random(seed)
    with database.writing() as connection:
        put(
            connection,
            schema.accounts,
            [
                {
                    "name": account, "ig_user_id": "17841400000000001", "username": "puskesmaspolowijen",
                    "first_polled_at": local(FIRST, time(7)), "first_poll_whole_at": local(FIRST, time(8)),
                }
            ],
        )  # fmt: skip
        planned = list(_posts(chance, account, posts))
        put(connection, schema.posts, planned)
        put(connection, schema.post_media, [_file(post) for post in planned])
        media = [*_published(planned), *_by_hand(chance, account, posts // 14)]
        put(connection, schema.our_media, [_medium(row) for row in media if row["kind"] != "story"])
        put(connection, schema.stories, [_story(row) for row in media if row["kind"] == "story"])
        missing: list[Row] = []
        put(connection, schema.metrics, _media_figures(chance, account, media, missing))
        put(connection, schema.metrics, _account_figures(chance, account, missing))
        put(connection, schema.missing_figures, missing)
        written = list(
            messages_of(chance, account, messages, [row for row in media if row["kind"] != "story"])
        )
        put(connection, schema.messages, written)
        put(connection, schema.messages, own_words(chance, written))
        put(connection, schema.replies, thanks(chance, written))
        put_cases(connection, chance, written, cases)
        if connection.dialect.name == "postgresql":
            # The rows brought their numbers along; whoever adds one gets the next.
            for table in ("posts", "messages", "cases"):
                newest = f"(SELECT max(id) FROM {table})"
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})"))


def _posts(chance: random.Random, account: str, count: int) -> Iterator[Row]:
    days = [FIRST + timedelta(days=place) for place in range((LAST - FIRST).days + 1)]
    for number in range(1, count + 1):
        day = days[(number - 1) * len(days) // count]
        hour = chance.choice((7, 9, 11, 11, 12, 16, 18, 18, 18, 19, 20))
        at = local(day, time(hour, chance.choice((0, 0, 30))))
        kind, segment = chance.choice(KINDS), chance.choice(SEGMENTS)
        fate = chance.random()
        status = (
            "cancelled" if fate < 0.02 else "failed" if fate < 0.04 else "held" if fate < 0.05
            else "draft" if fate < 0.06 else "unconfirmed" if fate < 0.065 else "published"
        )  # fmt: skip
        late = timedelta(minutes=chance.randint(6, 110)) if chance.random() < 0.07 else timedelta()
        out = at + late + timedelta(seconds=chance.randint(2, 90)) if status == "published" else None
        yield {
            "id": number, "account": account, "key": f"P-{number:04d}", "status": status, "kind": kind,
            "segment": segment.upper() if chance.random() < 0.1 else segment, "scheduled_at": at,
            "caption": f"{segment}: {chance.choice(WORDS[chance.choice(list(WORDS))])} 🌸 WA 0812-3456-7{number:03d}",
            "options": {}, "made_by": "Rina", "edited_by": "Sari", "verified_by": "dr. Wulan", "responsible": "",
            "source": "rencana.csv", "source_row": number + 1, "sheet_status": "disetujui",
            "content_hash": f"{number:064x}", "row_hash": f"{number:064x}", "child_ids": [],
            "approved_by": "" if status == "draft" else "dr. Wulan",
            "approved_at": None if status == "draft" else at - timedelta(days=1),
            "published_at": out, "ig_media_id": f"1790{number:013d}" if out else None,
            "permalink": f"https://www.instagram.com/p/P{number}/" if out else "",
            "last_error": "gambar tidak dapat dibuka" if status == "failed" else "",
        }  # fmt: skip


def _file(post: Mapping[str, Any]) -> Row:
    return {
        "post_id": post["id"], "position": 0, "written": f"{post['id']}.jpg", "original": f"{post['id']}.jpg",
        "sha256": "a" * 64, "role": "media",
    }  # fmt: skip


def _published(planned: Sequence[Row]) -> Iterator[Row]:
    for post in planned:
        if post["published_at"]:
            yield {
                "account": post["account"], "ig_id": post["ig_media_id"], "kind": post["kind"],
                "caption": post["caption"], "permalink": post["permalink"],
                "posted_at": post["published_at"] - timedelta(seconds=1),
            }  # fmt: skip


def _by_hand(chance: random.Random, account: str, count: int) -> Iterator[Row]:
    for number in range(count):
        day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))
        kind = chance.choice(("image", "image", "carousel", "reel", "story"))
        yield {
            "account": account, "ig_id": f"1799{number:013d}", "kind": kind, "caption": f"Kegiatan hari ini {number}",
            "permalink": f"https://www.instagram.com/p/H{number}/",
            "posted_at": local(day, time(chance.randint(6, 21), chance.randrange(60))),
        }  # fmt: skip


def _medium(row: Mapping[str, Any]) -> Row:
    media_type, product_type = PRODUCTS[row["kind"]]
    kept = {name: row[name] for name in ("account", "ig_id", "caption", "permalink", "posted_at")}
    return {**kept, "media_type": media_type, "product_type": product_type}


def _story(row: Mapping[str, Any]) -> Row:
    read = row["posted_at"] + timedelta(hours=23)
    kept = {name: row[name] for name in ("account", "ig_id", "caption", "permalink", "posted_at")}
    return {**kept, "media_type": "IMAGE", "read_at": read, "looked_at": read}


def _media_figures(
    chance: random.Random, account: str, media: Sequence[Row], missing: list[Row]
) -> Iterator[Row]:
    """What each post had gathered at each night's reading of its first thirty days, until the year was over."""
    for row in media:
        story = row["kind"] == "story"
        whole = int(chance.lognormvariate(5.5 if story else 6.6, 0.6))
        if story and chance.random() < 0.1:
            day = row["posted_at"].astimezone(PACIFIC).date()
            missing.append(
                {"account": account, "media_id": row["ig_id"], "day": day, "name": "", "why": "too_few",
                 "read_at": row["posted_at"] + timedelta(hours=23)}
            )  # fmt: skip
            continue
        hour = row["posted_at"].astimezone(ZONE).hour
        whole = int(whole * (1.6 if hour in {18, 19} else 1.0)) + 5
        parts = {
            "reach": 1.0, "views": 1.5 + chance.random(), "likes": chance.uniform(0.02, 0.14),
            "comments": chance.uniform(0, 0.02), "saved": chance.uniform(0, 0.03), "shares": chance.uniform(0, 0.03),
        }  # fmt: skip
        if story:
            parts = {"reach": 1.0, "views": 1.2, "replies": 0.01, "navigation": 1.1, "shares": 0.0}
        first = (row["posted_at"] + timedelta(hours=20)).astimezone(PACIFIC).date()
        for night in range(1 if story else 30):
            read = row["posted_at"] + timedelta(hours=20, days=night)
            if read >= NOW:
                break
            grown = 1 - 0.55 ** (night + 1)
            values = {name: int(whole * share * grown) for name, share in parts.items()}
            counted = [values.get(name, 0) for name in ("likes", "comments", "saved", "shares", "replies")]
            for name, value in {**values, "total_interactions": sum(counted)}.items():
                yield _figure(account, row["ig_id"], first + timedelta(days=night), name, value, read)


def _account_figures(chance: random.Random, account: str, missing: list[Row]) -> Iterator[Row]:
    followers = 3_100
    for place in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=place)
        read = datetime.combine(day + timedelta(days=1), time(18, 15), UTC)
        won, lost = chance.randint(1, 14), chance.randint(0, 7)
        followers += won - lost
        if day in NO_FIGURES:
            missing.append(
                {
                    "account": account,
                    "media_id": "",
                    "day": day,
                    "name": "",
                    "why": "no_data",
                    "read_at": read,
                }
            )
            continue
        reach = chance.randint(300, 4_500)
        values: dict[tuple[str, str], float] = {
            ("reach", ""): reach,
            ("follower_count", ""): won,
            ("followers_count", ""): followers,
            ("follows_count", ""): 120,
        }
        if day not in FEWER_FIGURES:
            engaged = int(reach * chance.uniform(0.02, 0.12))
            values |= {
                ("views", ""): int(reach * chance.uniform(1.2, 2.4)), ("accounts_engaged", ""): engaged,
                ("total_interactions", ""): int(engaged * 1.3), ("likes", ""): engaged, ("comments", ""): engaged // 9,
                ("saves", ""): engaged // 7, ("shares", ""): engaged // 8, ("replies", ""): 0,
                ("profile_links_taps", ""): int(reach * chance.uniform(0, 0.02)),
                ("profile_views", ""): reach // 6, ("website_clicks", ""): 0,
                ("follows_and_unfollows", "follow_type=FOLLOWER"): won,
                ("follows_and_unfollows", "follow_type=NON_FOLLOWER"): lost,
            }  # fmt: skip
        # Evenings in Jakarta, whatever the clock in California says then.
        jakarta = {
            hour: datetime.combine(day, time(hour), PACIFIC).astimezone(ZONE).hour for hour in range(24)
        }
        values |= {
            ("online_followers", f"hour={hour}"): 150
            + 900 * (19 <= jakarta[hour] <= 22)
            + chance.randint(0, 99)
            for hour in range(24)
        }
        if day.weekday() == 0:
            values |= _demographics(followers)
        for (name, breakdown), value in values.items():
            yield _figure(account, "", day, name, value, read, breakdown)


def _demographics(followers: int) -> dict[tuple[str, str], float]:
    ages = {"13-17": 3, "18-24": 19, "25-34": 41, "35-44": 24, "45-54": 9, "55-64": 3, "65+": 1}
    sexes = {"F": 72, "M": 24, "U": 4}
    cities = {"Malang, East Java": 60, "Batu, East Java": 7, "Surabaya, East Java": 5, "Jakarta, Jakarta": 2}
    cities |= {f"Kota {place}, East Java": 2 - place * 0.06 for place in range(1, 30)}
    return {
        ("follower_demographics", f"{part}={name}"): int(followers * share / 100)
        for part, shares in (("age", ages), ("gender", sexes), ("city", cities))
        for name, share in shares.items()
    }


def _figure(
    account: str, media_id: str, day: date, name: str, value: float, read: datetime, breakdown: str = ""
) -> Row:
    return {
        "account": account, "media_id": media_id, "day": day, "name": name, "breakdown": breakdown,
        "value": float(value), "read_at": read,
    }  # fmt: skip
