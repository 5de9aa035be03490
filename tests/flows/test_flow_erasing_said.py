"""Who asks to be erased is gone from what the centre wrote to and of others, and from nothing else of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from siti_wrote import COMPLAINT, LATER, NAME, NIK, PHONE, SITI, Home
from sqlalchemy import select, update

from fakes.bench import ACCOUNT, START
from ig_worker.domain.forgotten import ERASED
from ig_worker.domain.reply import Reply, Status
from ig_worker.domain.rising_words import example, names_of
from ig_worker.flows.casework.exposure import Exposures
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


def told(home: Home, *keys: str) -> dict[str, Any]:
    with home.database.reading() as connection:
        found = connection.execute(select(notices).where(notices.c.key.in_(keys))).all()
    assert len(found) == len(keys)
    return {row.key: row for row in found}


def test_what_was_told_of_their_words_alone_says_them_no_more_however_it_spelled_them(home: Home) -> None:
    said = "Ibu Ratna Dewi itu sakit TBC, NIK 3573 0412 3456 7890, kasihan dia"
    box = Outbox({"complaint_team": [Recipient("target-1", "a@example.org")]})
    theirs = [home.message(number, said, exposes="penyakit", opens_case=False, **SITI) for number in (8, 9)]
    other = home.message(10, said, exposes="penyakit", opens_case=False, author="orang7", author_id="igsid-7")
    Exposures(ACCOUNT, home.database, box, home.clock).run()
    answered = "Yth. Ibu Aminah,\nkami kirim obatnya"
    with home.database.writing() as connection:
        row = messages.get(connection, theirs[0])
        assert row is not None
        due = Reply(Status.FAILED, asked_at=START, due_at=START)
        stored = answers.add(connection, row, due, answered, START, by="Rina", human_agent=False)
        alarm, failed = f"alarm:{theirs[0]}", f"answer:{stored.id}:failed"
        box.tell(
            connection, START, "complaint_team", Letter(alarm, "DARURAT", f"Bahaya:\n“{said}”\nLihat: x")
        )
        box.tell(
            connection, START, "complaint_team", Letter(failed, "Jawaban", f"Gagal.\n“{answered}”\nLihat: x")
        )
        sent, waiting, others = (f"exposure:{each}" for each in (*theirs, other))
        connection.execute(update(notices).where(notices.c.key == sent).values(status="sent"))
        before = connection.execute(select(notices.c.body).where(notices.c.key == others)).scalar_one()
    assert "“Ibu R•••" in before
    home.erase()
    found = told(home, sent, waiting, others, alarm, failed)
    assert (found[sent].title, found[sent].body) == (ERASED, ERASED)
    assert found[waiting].title == f"Data pribadi di komentar nomor {theirs[1]}"
    assert "sakit TBC" not in found[waiting].body
    assert f"ig-worker inbox hide {theirs[1]}" in found[waiting].body, "it is there for everybody to read"
    assert found[alarm].body == f"Bahaya:\n{ERASED}\nLihat: x"
    assert found[failed].body == f"Gagal.\n{ERASED}\nLihat: x"
    assert found[others].body == before, "another's words, though they are the same"


def test_an_example_of_what_rises_is_taken_out_in_its_own_spelling(home: Home) -> None:
    said = "Saya aminah, Bu Ratna di loket marah-marah, telepon 0812 9999 8888 tidak diangkat"
    home.message(8, said, opens_case=False, **SITI)
    lines = [
        f"• {example(said, names_of(NAME))}",
        f"• {example('Bu Ratna marah-marah juga kepada saya kemarin')}",
    ]
    assert "“Saya a•••, Bu R••• di loket" in lines[0]
    box = Outbox({"content_team": [Recipient("target-1", "a@example.org")]})
    with home.database.writing() as connection:
        letter = Letter("rising:polowijen:3", "Ramai", "\n".join(["Contoh:", *lines]))
        box.tell(connection, START, "content_team", letter)
    home.erase()
    assert told(home, letter.key)[letter.key].body.splitlines() == ["Contoh:", f"• {ERASED}", lines[1]]
