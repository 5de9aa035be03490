"""Who writes to the centre in the generated year, what is answered, and the cases that come of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from fakes.generated_shelves import FIRST, LABELS, LAST, NOW, UNITS, WORDS, ZONE, Row, local, put
from ig_worker.store import schema
from ig_worker.store.database import Connection


def messages_of(chance: random.Random, account: str, count: int, media: Sequence[Row]) -> Iterator[Row]:
    """Comments and direct messages; in the last three days every third of them is about medicines."""
    seconds = int((local(LAST, time(23, 59)) - local(FIRST, time())).total_seconds())
    moments = sorted(chance.randrange(seconds) for _ in range(count))
    by_time = sorted(media, key=lambda row: row["posted_at"])
    shown = 0
    for number, after in enumerate(moments, 1):
        sent = local(FIRST, time()) + timedelta(seconds=after)
        while shown < len(by_time) and by_time[shown]["posted_at"] < sent:
            shown += 1
        rising = sent >= local(LAST - timedelta(days=2), time()) and chance.random() < 0.34
        topic = "obat" if rising else chance.choice(list(WORDS))
        complains = chance.random() < 0.09
        label = chance.choice(("keluhan", "keluhan", "saran")) if complains else chance.choice(LABELS)
        dm = not shown or chance.random() < 0.22
        person = chance.randrange(2_500)
        number_said = f" nomor saya 08123456{person:04d}" if chance.random() < 0.02 else ""
        yield {
            "id": number, "account": account, "channel": "dm" if dm else "comment", "ig_id": f"m-{number}",
            "media_id": "" if dm else chance.choice(by_time[max(0, shown - 12) : shown])["ig_id"],
            "parent_id": "", "conversation_id": f"t-{person}" if dm else "", "author": f"warga_{person}",
            "author_id": str(10_000 + person), "text": f"{chance.choice(WORDS[topic])} kak{number_said} #{number}",
            "attachments": [], "own": False, "sent_at": sent,
            "first_seen_at": sent + timedelta(seconds=chance.randint(5, 300)), "backlog": chance.random() < 0.004,
            "deleted": chance.random() < 0.01, "exposes": "", "label": label,
            "label_by": "Rina" if chance.random() < 0.03 else "", "confidence": round(chance.uniform(0.5, 1), 3),
            "topic": topic, "auto_thank": label == "pujian" and chance.random() < 0.93,
            "needs_review": chance.random() < 0.05, "opens_case": complains, "danger": False, "reasons": [],
        }  # fmt: skip


def own_words(chance: random.Random, written: Sequence[Row]) -> Iterator[Row]:
    """What the centre answered by hand: questions, mostly. It is nobody's message to the centre."""
    number = len(written)
    for message in written:
        if message["label"] == "pertanyaan" and chance.random() < 0.25:
            number += 1
            at = message["first_seen_at"] + timedelta(minutes=chance.randint(2, 600))
            yield {
                **message, "id": number, "ig_id": f"o-{number}", "author": "puskesmaspolowijen",
                "author_id": "17841400000000001", "own": True, "text": "Baik, kak, kami bantu ya.", "sent_at": at,
                "first_seen_at": at, "backlog": False, "deleted": False, "label": "lainnya", "label_by": "",
                "auto_thank": False, "needs_review": False, "opens_case": False,
                "parent_id": message["ig_id"] if message["channel"] == "comment" else "",
            }  # fmt: skip


def thanks(chance: random.Random, written: Sequence[Row]) -> Iterator[Row]:
    for message in written:
        if not message["auto_thank"] or message["backlog"]:
            continue
        fate = chance.random()
        status = "sent" if fate < 0.9 else "skipped" if fate < 0.97 else "unconfirmed"
        asked = message["first_seen_at"]
        due = asked + timedelta(seconds=chance.randint(60, 300))
        yield {
            "message_id": message["id"], "account": message["account"], "status": status, "purpose": "thanks",
            "text": "Terima kasih banyak, kak 🙏", "phrase": 1, "asked_at": asked, "due_at": due,
            "intent_at": due if status != "skipped" else None, "sent_at": due if status == "sent" else None,
            "ig_id": f"r-{message['id']}" if status == "sent" else "",
        }  # fmt: skip


def put_cases(connection: Connection, chance: random.Random, written: Sequence[Row], count: int) -> None:
    told = [message for message in written if message["opens_case"] and not message["backlog"]]
    count = min(count, len(told))
    first = [told[place * len(told) // count] for place in range(count)]
    cases, joined, due = [], [], []
    for place, message in enumerate(first, 1):
        opened = message["first_seen_at"] + timedelta(seconds=chance.randint(1, 30))
        cases.append(case := _case(chance, place, message, opened))
        joined.append({"message_id": message["id"], "case_id": place})
        for name, days, met in (
            ("acknowledge", 1, _first(case["first_response_at"], case["acknowledged_at"])),
            ("resolve", 4, case["closed_at"]),
        ):
            due.append(
                {
                    "case_id": place,
                    "name": name,
                    "due_at": opened + timedelta(days=days),
                    "met_at": met,
                }
            )
    opening = {row["message_id"] for row in joined}
    latest = 0
    for message in told:  # who complains once more joins the newest case
        latest += message["id"] in opening
        if message["id"] not in opening:
            joined.append({"message_id": message["id"], "case_id": latest})
    numbers = {int(case["number"][2:6]): int(case["number"][7:]) for case in cases}
    put(connection, schema.case_numbers, [{"year": year, "last": last} for year, last in numbers.items()])
    put(connection, schema.cases, cases)
    put(connection, schema.case_messages, joined)
    put(connection, schema.deadlines, due)


def _case(chance: random.Random, place: int, message: Row, opened: datetime) -> Row:
    fate = chance.random()
    heard = opened + timedelta(minutes=chance.randint(5, 2_600))
    done = heard + timedelta(hours=chance.randint(2, 160))
    status = "resolved" if fate < 0.9 else "rejected" if fate < 0.93 else "merged" if fate < 0.95 else "told"
    if done > NOW or heard > NOW:
        status = "told"
    known = heard if heard <= NOW and (status != "told" or fate < 0.985) else None
    closed = done if status in {"resolved", "rejected", "merged"} else None
    if known and closed is None:
        status = "acknowledged"
    answered = known + timedelta(minutes=chance.randint(1, 90)) if known and chance.random() < 0.6 else None
    return {
        "id": place, "number": f"K-{opened.astimezone(ZONE).year}-{place:04d}", "account": message["account"],
        "label": message["label"], "topic": message["topic"], "unit": UNITS.get(message["topic"], "humas"),
        "severity": chance.choice(("biasa",) * 9 + ("mendesak",)), "status": status, "channel": message["channel"],
        "author": message["author"], "author_id": message["author_id"], "opened_at": opened,
        "told_at": opened + timedelta(seconds=40),
        "first_response_at": answered if answered and answered <= NOW else None,
        "acknowledged_at": known, "started_at": None, "resolved_at": closed if status == "resolved" else None,
        "closed_at": closed, "answer": "Sudah kami tangani, terima kasih." if status == "resolved" else "",
        "notices_written": True,
        "merged_into": f"K-{opened.astimezone(ZONE).year}-{place - 1:04d}" if status == "merged" else "",
    }  # fmt: skip


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
