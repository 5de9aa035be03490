"""What an evaluation is computed from, on both databases, out of a generated year."""

from __future__ import annotations

from sqlalchemy import func, select

from fakes.generated_year import fill
from ig_worker.store import schema
from ig_worker.store.database import Database


def test_the_generated_year_has_what_was_asked_for_and_takes_more(database: Database) -> None:
    fill(database, posts=40, messages=600, cases=30)
    with database.writing() as connection:
        for table, count in ((schema.posts, 40), (schema.cases, 30)):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == count
        peoples = select(func.count()).where(~schema.messages.c.own)
        assert connection.execute(peoples).scalar() == 600
        values = dict(connection.execute(select(schema.posts)).mappings().first() or {})
        values |= {"key": "one more", "ig_media_id": None, "status": "draft"}
        del values["id"]
        added = connection.execute(schema.posts.insert().values(**values)).inserted_primary_key
        assert added is not None
        assert added[0] == 41
