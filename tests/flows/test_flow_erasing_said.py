"""Who asks to be erased is gone from what the centre wrote to and of others, and from nothing else of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from siti_wrote import COMPLAINT, LATER, NAME, NIK, PHONE, Home
from sqlalchemy import select, update

from fakes.bench import START
from ig_worker.domain.forgotten import ERASED
from ig_worker.domain.reply import Reply, Status
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.store import answers, cases, journal, messages
from ig_worker.store.compacting import compact
from ig_worker.store.database import Database
from ig_worker.store.evidenced import EDITED
from ig_worker.store.schema import cases as case_rows
from ig_worker.store.schema import journal as lines
from ig_worker.store.schema import notices


@pytest.fixture
def home(own_database: Database, tmp_path: Path) -> Home:
    return Home(own_database, tmp_path)


def journal_of_message(home: Home, number: int) -> list[str]:
    with home.database.reading() as connection:
        query = select(lines.c.what).where(lines.c.subject == f"message:{number}").order_by(lines.c.id)
        return list(connection.execute(query).scalars())


def test_what_the_centre_answered_to_others_names_and_quotes_them_no_more_in_the_journal(home: Home) -> None:
    before = f"Dulu: {LATER}, kata @{NAME}, telepon {PHONE}"
    number = home.message(7, "Sama, saya juga", author="orang7", author_id="igsid-7")
    said = f"Kak, Bu Siti ({NAME}, {PHONE}) sudah kami bantu.\nKatanya “{LATER}”\nSilakan datang besok."
    with home.database.writing() as connection:
        row = messages.get(connection, number)
        assert row is not None
        reply = Reply(Status.SENT, asked_at=START, due_at=START, sent_at=START, ig_id="r7")
        answers.add(connection, row, reply, said, START, by="Rina", human_agent=False)
        journal.note(connection, START, f"message:{number}", f"{EDITED}{before}")
    home.erase()
    noted = journal_of_message(home, number)
    (answered,) = (what for what in noted if what.startswith("answer: "))
    for trace in (NAME, PHONE, LATER):
        assert trace not in answered
    assert ERASED in answered
    assert answered.endswith("\nSilakan datang besok.")
    assert f"{EDITED}{before}".replace(f"@{NAME}", ERASED) in noted, "what others wrote is theirs"
    compact(home.database)
    assert home.bytes_with(NAME, NIK, COMPLAINT) == []


def test_a_notice_of_a_case_with_others_in_it_is_cleaned_like_the_case(home: Home) -> None:
    plan = "Cek dulu Antrean loket lama sekali, hubungi saya, baru lapor"
    quoted = "“Antrean loket lama sekali, sama seperti ibu saya”"
    other = home.message(7, "Sama, saya juga", author="orang7", author_id="igsid-7", opens_case=False)
    box = Outbox({"operators": [Recipient("target-1", "a@example.org")]})
    with home.database.writing() as connection:
        stored = cases.get(connection, "K-2026-0001")
        assert stored is not None
        cases.join(connection, stored.id, other)
        connection.execute(update(case_rows).where(case_rows.c.id == stored.id).values(plan=plan))
        body = f"Kasus diserahkan kepada unit farmasi.\n{quoted}\nRencana: {plan}\nMulai: ig-worker"
        box.tell(connection, home.clock.now(), "operators", Letter("k1", "Kasus", body, case_id=stored.id))
    home.erase()
    with home.database.reading() as connection:
        said = connection.execute(select(notices.c.body).where(notices.c.key == "k1")).scalar_one()
        kept = connection.execute(select(case_rows.c.plan).where(case_rows.c.id == stored.id)).scalar_one()
    assert kept == ERASED
    assert said.splitlines() == ["Kasus diserahkan kepada unit farmasi.", quoted, ERASED, "Mulai: ig-worker"]
