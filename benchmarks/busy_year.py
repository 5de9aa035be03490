"""A busy centre's year in a folder: posts, messages and cases by the thousand, with all that hangs on them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import func, select, update

from fakes.generated_shelves import NOW, put
from fakes.generated_year import ACCOUNT, fill
from ig_worker.board import passwords
from ig_worker.domain.rights import READS_FULL_TEXTS, Role
from ig_worker.store import schema, users
from ig_worker.store.database import Connection, Database
from ig_worker.store.migrate import upgrade

Row = dict[str, Any]

PASSWORD = "jangan-lupa-minum-air"
CONFIG = """\
data_dir = "var"
played_clock = "clock"
[centre]
name = "Puskesmas Polowijen"
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "IGAAsandboxTokenPolowijen"
[graph]
base_url = "{graph}"
[notify]
complaint_team = ["mailto://127.0.0.1:9?to=tim@example.org"]
[log]
level = "WARNING"
[planner.targets]
Pengumuman = 2
"Nice to Know" = 2
"Konde Emas" = 1
"""
PICTURE = "gambar.jpg"
PLANNED = 200
"""Posts of the weeks to come."""


def fill_busy_year(folder: Path, graph: str, *, posts: int, messages: int, cases: int) -> None:
    """Make configuration, clock, database and one picture that all posts share; users of every role."""
    (folder / "config.toml").write_text(CONFIG.format(graph=graph), "utf-8")
    (folder / "config.toml").chmod(0o600)
    (folder / "clock").write_text(NOW.isoformat(), "ascii")
    (folder / "var" / "originals").mkdir(parents=True)
    picture = Image.effect_noise((1080, 1350), 60).convert("RGB")
    picture.save(folder / "var" / "originals" / PICTURE, quality=85)
    evidence = folder / "var" / "evidence" / "2026"
    evidence.mkdir(parents=True)
    picture.resize((900, 600)).save(evidence / "bukti.png")
    (evidence / "bukti.json").write_text("{}")
    url = f"sqlite:///{folder / 'var' / 'ig-worker.db'}"
    upgrade(url)
    database = Database(url)
    fill(database, ACCOUNT, posts=posts, messages=messages, cases=cases)
    chance = random.Random(7)
    with database.writing() as connection:
        _plan_ahead(connection, chance)
        connection.execute(update(schema.post_media).values(original=PICTURE))
        put(connection, schema.approvals, _approvals(connection))
        put(connection, schema.waiting_messages, _waiting(connection, chance))
        put(connection, schema.evidence, _evidence(connection))
        put(connection, schema.notices, _notices(connection))
        put(connection, schema.journal, _journal(connection))
        put(
            connection,
            schema.jobs,
            [{"name": name, "last_success_at": NOW} for name in ("publish", "inbox", "cases")],
        )
        _let_in(connection)
        connection.exec_driver_sql("ANALYZE")
    database.close()


def _plan_ahead(connection: Connection, chance: random.Random) -> None:
    posts = schema.posts
    columns = [column for column in posts.c if column.name != "id"]
    rows = connection.execute(select(*columns).order_by(posts.c.id.desc()).limit(PLANNED)).mappings().all()
    fresh = []
    for number, row in enumerate(rows):
        status = chance.choice(("draft", "approved", "approved", "held"))
        approved = status != "draft"
        fresh.append(
            {**row, "key": f"N-{number:04d}", "status": status, "scheduled_at": NOW + timedelta(hours=3 * number + 5),
             "published_at": None, "ig_media_id": None, "permalink": "", "last_error": "",
             "approved_by": "dr. Wulan" if approved else "", "approved_at": NOW if approved else None}
        )  # fmt: skip
    put(connection, posts, fresh)
    newest = connection.execute(select(func.max(posts.c.id))).scalar_one()
    files = [
        {"post_id": newest - place, "position": 0, "written": PICTURE, "original": PICTURE, "sha256": "a" * 64,
         "role": "media", "tried": True}
        for place in range(PLANNED)
    ]  # fmt: skip
    put(connection, schema.post_media, files)


def _approvals(connection: Connection) -> Iterator[Row]:
    posts = schema.posts
    for row in connection.execute(select(posts.c.id, posts.c.content_hash, posts.c.approved_at)).all():
        if row.approved_at is not None:
            yield {"post_id": row.id, "role": "verifikator", "name": "dr. Wulan", "content_hash": row.content_hash,
                   "override": "", "at": row.approved_at}  # fmt: skip


def _waiting(connection: Connection, chance: random.Random) -> Iterator[Row]:
    messages = schema.messages
    found = select(messages.c.id, messages.c.account, messages.c.sent_at).where(schema.people.FOR_A_PERSON)
    for row in connection.execute(found).all():
        settled = row.sent_at + timedelta(hours=5) if chance.random() < 0.97 else None
        yield {"message_id": row.id, "account": row.account, "since": row.sent_at, "told_at": row.sent_at,
               "settled_at": settled, "settled_by": "Rina" if settled else ""}  # fmt: skip


def _evidence(connection: Connection) -> Iterator[Row]:
    joined, found = schema.case_messages, schema.messages
    rows = connection.execute(
        select(joined.c.case_id, joined.c.message_id, found.c.first_seen_at)
        .join(found, found.c.id == joined.c.message_id)
        .order_by(joined.c.message_id)
    ).all()
    for number, row in enumerate(rows):
        yield {"case_id": row.case_id, "message_id": row.message_id, "account": ACCOUNT,
               "path": "evidence/2026/bukti.png", "sha256": "a" * 64, "json_path": "evidence/2026/bukti.json",
               "json_sha256": "b" * 64, "previous": f"{number:064x}", "chain": f"{number + 1:064x}",
               "made_at": row.first_seen_at}  # fmt: skip


def _notices(connection: Connection) -> Iterator[Row]:
    cases = schema.cases
    for row in connection.execute(select(cases.c.id, cases.c.number, cases.c.opened_at)).all():
        for target in ("tim", "unit"):
            yield {"key": row.number, "team": "complaint_team", "target": target * 10, "channel": "mailto://…",
                   "title": f"Keluhan {row.number}", "body": "Ada keluhan baru. " * 20, "attachments": [],
                   "case_id": row.id, "status": "sent", "written_at": row.opened_at, "next_at": row.opened_at,
                   "attempts": 1, "sent_at": row.opened_at}  # fmt: skip


def _journal(connection: Connection) -> Iterator[Row]:
    shelves = (
        (
            schema.posts,
            schema.posts.c.scheduled_at,
            "post",
            ("added from rencana.csv", "approved by dr. Wulan", "out"),
        ),
        (schema.messages, schema.messages.c.first_seen_at, "message", ("stored",)),
    )
    for table, at, name, lines in shelves:
        for number, moment in connection.execute(select(table.c.id, at)).tuples().all():
            for what in lines:
                yield {"at": moment, "who": "ig-worker", "subject": f"{name}:{number}", "what": what}
    cases = schema.cases
    for number, moment in connection.execute(select(cases.c.number, cases.c.opened_at)).tuples().all():
        for what in ("opened", "the team was told", "acknowledged", "resolved"):
            yield {"at": moment, "who": "Ani", "subject": f"case:{number}", "what": what}


def _let_in(connection: Connection) -> None:
    kept = passwords.hashed(PASSWORD)
    for role in Role:
        more = {"unit": "kia"} if role is Role.HOLDER else {}
        users.add(
            connection, role.value, f"Bu {role.value}", [role.value], kept, NOW, full_texts=role in READS_FULL_TEXTS,
            **more,
        )  # fmt: skip
