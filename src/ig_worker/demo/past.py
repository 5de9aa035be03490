"""The weeks before the played day, made up and always the same: what a month's evaluation has to tell of.

The cases are put down before the worker begins, closed, so that the day's numbers go on from theirs; everything else
when the day is over, so that the day itself happens as it always does.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ig_worker.demo.past_figures import account_figures, media_figures
from ig_worker.demo.stage import ACCOUNT, SAMPLE
from ig_worker.store import posts as post_shelf
from ig_worker.store import schema
from ig_worker.store.database import Connection, Database

Row = dict[str, Any]

FIRST = date(2026, 10, 1)
LAST = date(2026, 11, 24)
"""The day before the played one."""

WIB = timedelta(hours=7)
SEED = 2026
SOURCE = "rencana-oktober-november.xlsx"
PLAN = (
    (
        0,
        time(9),
        "Nice to Know",
        "image",
        "Cuci tangan pakai sabun, 20 detik saja sudah melindungi keluarga kita 💧",
    ),
    (
        1,
        time(18, 30),
        "Kegiatan Rutin",
        "carousel",
        "Posyandu minggu ini: timbang, ukur, dan imunisasi. Yuk, Bunda!",
    ),
    (3, time(16), "Pengumuman", "image", "Jadwal layanan minggu ini. Simpan dulu, nanti lupa 😊"),
    (
        4,
        time(18, 30),
        "Konde Emas",
        "reel",
        "Konde Emas: konsultasi kehamilan lebih dekat dengan bidan Polowijen",
    ),
    (5, time(9), "Dokumentasi", "carousel", "Senam lansia di halaman Puskesmas, sehat dan guyub!"),
)
"""A week of the plan: weekday, time, segment, kind, caption."""

PRODUCTS = {"image": ("IMAGE", "FEED"), "carousel": ("CAROUSEL_ALBUM", "FEED"), "reel": ("VIDEO", "REELS")}
BY_HAND = (date(2026, 10, 19), date(2026, 11, 10))
PEOPLE = (
    "arek.mlg", "bu_sulis", "dina.a", "eko_prast", "fitri.w", "gatot77", "hesti_n", "indah.lowok", "joko.s",
    "kartika_r", "lilik.m", "mama_alesha", "nurul.h", "pak_slamet", "rini.p", "santi_dewi", "tono_b", "wiwik.e",
)  # fmt: skip
LOUDNESS = {"pujian": 3, "pertanyaan": 2}
"""How much more often than others people write so."""

UNITS = {"antrean": "pendaftaran", "pendaftaran": "pendaftaran", "obat": "farmasi", "gigi": "gigi", "petugas": "humas",
         "fasilitas": "umum", "informasi": "humas"}  # fmt: skip


@dataclass(frozen=True)
class Past:
    """The rows of those weeks, by table; a reply and a case know their message by its place."""

    posts: Sequence[Row]
    messages: Sequence[Row]
    cases: Sequence[tuple[int, Row]]


def made_up() -> Past:
    """The weeks before."""
    chance = random.Random(SEED)
    posts = list(_posts(chance))
    messages = list(_messages(chance, [post for post in posts if post["status"] == "published"]))
    return Past(posts, messages, list(_cases(chance, messages)))


def put_cases(database: Database, past: Past) -> None:
    """Put the closed cases onto the shelf; the next one gets the number after theirs."""
    with database.writing() as connection:
        _put(connection, schema.case_numbers, [{"year": 2026, "last": len(past.cases)}])
        _put(connection, schema.cases, [case for _, case in past.cases])
        _put(connection, schema.deadlines, [line for _, case in past.cases for line in _deadlines(case)])


def put_the_rest(database: Database, past: Past) -> None:
    """Put the posts, figures and messages onto the shelves, beside those of the played day."""
    chance = random.Random(SEED + 1)
    with database.writing() as connection:
        pictures = [
            file.original
            for post in post_shelf.listed(connection)
            for file in post.media
            if file.original.endswith(".jpg")
        ]
        ids = _put_posts(connection, past.posts)
        files = [
            {"post_id": post_id, "position": 0, "written": "gambar.jpg", "original": chance.choice(pictures),
             "sha256": "", "tried": True}
            for post_id in ids
        ]  # fmt: skip
        _put(connection, schema.post_media, files)
        media = [post for post in past.posts if post["status"] == "published"] + [
            _by_hand(day) for day in BY_HAND
        ]
        _put(connection, schema.our_media, [_medium(post) for post in media])
        figures = [*media_figures(chance, media), *account_figures(connection, chance, FIRST, LAST)]
        _put(connection, schema.metrics, [{"account": ACCOUNT, **row} for row in figures])
        _put_messages(connection, past)


def _posts(chance: random.Random) -> Iterator[Row]:
    day = FIRST
    while day <= LAST:
        for weekday, at, segment, kind, caption in PLAN:
            if day.weekday() == weekday:
                yield _post(chance, datetime.combine(day, at, UTC) - WIB, segment, kind, caption)
        day += timedelta(days=1)


def _post(chance: random.Random, at: datetime, segment: str, kind: str, caption: str) -> Row:
    fate = chance.random()
    out = at + timedelta(minutes=chance.randint(20, 50) if fate > 0.9 else 0, seconds=4)
    status = "failed" if 0.04 < fate < 0.08 else "published"
    key = f"POL-{(at + WIB):%m%d}-{segment[:2].upper()}"
    number = f"{(at + WIB):%m%d%H%M}"
    return {
        "account": ACCOUNT, "key": key, "status": status, "kind": kind, "segment": segment, "scheduled_at": at,
        "caption": caption, "options": {}, "child_ids": [], "made_by": "Rina", "edited_by": "Sari",
        "verified_by": "dr. Wulan", "responsible": "", "source": SOURCE, "source_row": 2, "sheet_status": "disetujui",
        "content_hash": number.ljust(64, "0"), "row_hash": number.ljust(64, "1"), "approved_by": "dr. Wulan",
        "approved_at": at - timedelta(days=2), "approved_hash": number.ljust(64, "0"), "publish_calls": 1,
        "published_at": out if status == "published" else None,
        "ig_media_id": f"179{number}000000" if status == "published" else None,
        "permalink": f"https://www.instagram.com/p/{number}/" if status == "published" else "",
        "last_error": "" if status == "published" else "Instagram tidak menerima videonya",
    }  # fmt: skip


def _by_hand(day: date) -> Row:
    at = datetime.combine(day, time(11, 5), UTC) - WIB
    number = f"{at:%m%d%H%M}"
    return {"ig_media_id": f"180{number}000000", "caption": "Selamat Hari Santri dan Hari Pahlawan 🇮🇩", "kind": "image",
            "published_at": at, "permalink": f"https://www.instagram.com/p/{number}/", "segment": ""}  # fmt: skip


def _medium(post: Mapping[str, Any]) -> Row:
    media_type, product = PRODUCTS[post["kind"]]
    return {"account": ACCOUNT, "ig_id": post["ig_media_id"], "caption": post["caption"], "media_type": media_type,
            "product_type": product, "permalink": post["permalink"], "posted_at": post["published_at"]}  # fmt: skip


def _messages(chance: random.Random, posts: Sequence[Row]) -> Iterator[Row]:
    sentences: list[Mapping[str, str]] = json.loads((SAMPLE / "minggu-lalu.json").read_text("utf-8"))
    weights = [LOUDNESS.get(sentence["label"], 1) for sentence in sentences]
    day = FIRST
    while day <= LAST:
        for number in range(chance.randint(1, 6)):
            (said,) = chance.choices(sentences, weights)
            at = datetime.combine(day, time(chance.randint(6, 20), chance.randint(0, 59)), UTC) - WIB
            before = [post["ig_media_id"] for post in posts if post["published_at"] < at]
            public = bool(before) and chance.random() < 0.7
            praise = said["label"] == "pujian"
            yield {
                "account": ACCOUNT, "channel": "comment" if public else "dm", "ig_id": f"178{at:%m%d%H%M}{number:03d}",
                "media_id": before[-1] if public else "", "author": chance.choice(PEOPLE), "text": said["text"],
                "conversation_id": "" if public else f"lalu-{number}", "attachments": [], "sent_at": at,
                "first_seen_at": at + timedelta(seconds=chance.randint(5, 110)), "label": said["label"],
                "topic": said["topic"], "confidence": 0.97, "reasons": [], "auto_thank": praise,
                "opens_case": said["label"] in ("keluhan", "saran"),
            }  # fmt: skip
        day += timedelta(days=1)


def _cases(chance: random.Random, messages: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """Each complaint and suggestion has a case, all of them closed; with the place of its message."""
    number = 0
    for place, message in enumerate(messages):
        if not message["opens_case"]:
            continue
        number += 1
        opened = message["first_seen_at"]
        heard = opened + timedelta(minutes=chance.randint(90, 1_900))
        done = min(heard + timedelta(hours=chance.randint(2, 80)), datetime(2026, 11, 24, 23, tzinfo=UTC))
        heard = min(heard, done)
        rejected = chance.random() < 0.06
        yield place, {
            "id": number, "number": f"K-2026-{number:04d}", "account": ACCOUNT, "label": message["label"],
            "topic": message["topic"], "unit": UNITS.get(message["topic"], ""), "severity": "biasa",
            "status": "rejected" if rejected else "resolved", "channel": message["channel"],
            "author": message["author"],
            "acknowledged_by": "Bu Ani", "assigned_to": "Bu Ani", "opened_at": opened, "told_at": opened,
            "first_response_at": heard, "acknowledged_at": heard, "started_at": heard, "closed_at": done,
            "resolved_at": None if rejected else done, "notices_written": True,
            "reason": "Bukan layanan Puskesmas" if rejected else "",
            "follow_up": "" if rejected else "Dibahas di lokakarya mini dan ditindaklanjuti unit terkait",
        }  # fmt: skip


def _deadlines(case: Row) -> Iterator[Row]:
    for name, days, met in (("acknowledge", 1, "first_response_at"), ("resolve", 3, "closed_at")):
        due = case["opened_at"] + timedelta(days=days)
        yield {"case_id": case["id"], "name": name, "due_at": due, "met_at": case[met]}


def _put_posts(connection: Connection, rows: Sequence[Row]) -> list[int]:
    statement = schema.posts.insert().returning(schema.posts.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, list(rows)).scalars())


def _put_messages(connection: Connection, past: Past) -> None:
    statement = schema.messages.insert().returning(schema.messages.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(statement, list(past.messages)).scalars())
    both = list(zip(ids, past.messages, strict=True))
    _put(connection, schema.replies, [_thanks(key, row) for key, row in both if row["auto_thank"]])
    _put(
        connection,
        schema.case_messages,
        [{"message_id": ids[place], "case_id": case["id"]} for place, case in past.cases],
    )
    _put(
        connection,
        schema.waiting_messages,
        [
            {"message_id": key, "account": ACCOUNT, "since": row["sent_at"], "settled_by": "Rina",
             "settled_at": row["sent_at"] + timedelta(hours=3)}
            for key, row in both
            if row["label"] == "pertanyaan"
        ],
    )  # fmt: skip


def _thanks(message_id: int, message: Row) -> Row:
    at = message["first_seen_at"] + timedelta(minutes=3)
    return {"message_id": message_id, "account": ACCOUNT, "status": "sent", "purpose": "thanks", "asked_at": at,
            "due_at": at, "intent_at": at, "sent_at": at, "ig_id": f"terima-kasih-{message_id}",
            "text": "Terima kasih banyak, Kak 🙏 Salam sehat selalu!"}  # fmt: skip


def _put(connection: Connection, table: Any, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(table.insert(), list(rows))
