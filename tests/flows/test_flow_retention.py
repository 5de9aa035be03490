"""What was kept for its time goes and its counts stay, whatever is interrupted; what is open stays whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import Folder
from sqlalchemy import func, select, update

from fakes.bench import ACCOUNT, START, HandClock, bench_database
from fakes.generated_year import NOW, ZONE, fill
from fakes.instagram_faults import Killed
from fakes.killed_at import KilledAt
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.forgotten import PURGED, kept_days
from ig_worker.domain.instagram import Comment, Conversation, DirectMessage
from ig_worker.domain.month import Month
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.retention import Retention, Rules
from ig_worker.shipped import classifier_model
from ig_worker.store import accounts, chain, heard, messages, purged, register, waiting
from ig_worker.store.compacting import compact
from ig_worker.store.database import Database
from ig_worker.store.schema import cases, journal, metadata, notices
from ig_worker.store.schema import messages as written

YEAR = timedelta(days=365)
RULES = Rules(ZONE, YEAR, 2 * YEAR, YEAR, 2 * YEAR)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with bench_database() as database:
        yield Folder(database, tmp_path).filled()


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Database]:
    with bench_database() as database:
        with database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM accounts")
        fill(database, posts=30, messages=1_500, cases=90)
        yield database


def retention(folder: Folder, rules: Rules = RULES, database: Any = None) -> Retention:
    return Retention(database or folder.database, folder.data_dir, folder.clock, rules)


def close_all(folder: Folder) -> None:
    with folder.database.writing() as connection:
        closed = {"status": "resolved", "closed_at": folder.clock.now(), "resolved_at": folder.clock.now()}
        connection.execute(update(cases).values(**closed))


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for name, table in metadata.tables.items()
        }


def rows_with(database: Database, words: str) -> list[str]:
    return [name for name, rows in everything(database).items() if words in repr(rows)]


def test_an_open_case_is_never_purged_nor_what_is_said_around_it(folder: Folder) -> None:
    folder.message(
        9, "terima kasih infonya", channel="dm", conversation_id="t-3", opens_case=False, label="lainnya"
    )
    before = everything(folder.database)
    folder.clock.forward(10 * YEAR)
    gone = retention(folder).purge()
    assert (gone.cases, gone.messages, gone.evidence_files) == (0, 0, 0)
    after = everything(folder.database)
    for table in ("cases", "messages", "evidence", "case_messages", "journal", "purged"):
        assert after[table] == before[table], table


def test_a_closed_case_goes_two_years_later_and_its_chain_still_holds(folder: Folder) -> None:
    close_all(folder)
    heads = folder.verifier()
    assert list(heads.run()) == []
    folder.clock.forward(2 * YEAR - timedelta(minutes=1))
    assert retention(folder).purge().cases == 0
    folder.clock.forward(timedelta(minutes=2))
    gone = retention(folder).purge()
    assert gone.cases == 3 == len(gone.numbers)
    assert gone.evidence_files > 0
    assert folder.files() == []
    verifier = folder.verifier()
    assert list(verifier.run()) == []
    assert verifier.tally.purged == 5
    for words in ("Antrean lama", "Obat kosong", "orang1", "igsid-2"):
        assert rows_with(folder.database, words) == [], words
    with folder.database.reading() as connection:
        assert [row.number for row in connection.execute(select(cases).order_by(cases.c.id))] == gone.numbers
        texts = set(connection.execute(select(written.c.text)).scalars())
        assert texts == {PURGED}
        (book,) = {facts.said[0].text for facts in register.cases_of(connection)}
        assert book == PURGED


def test_a_case_closed_by_a_clock_that_had_lost_its_time_has_its_years_before_it(folder: Folder) -> None:
    """Old words that became a complaint lately; whoever closed it did so on a machine that believed in 1970."""
    close_all(folder)
    folder.clock.forward(3 * YEAR)
    with folder.database.writing() as connection:
        lost = datetime(1970, 1, 1, tzinfo=UTC)
        connection.execute(update(cases).values(opened_at=folder.clock.now(), closed_at=lost))
    assert retention(folder).purge().cases == 0
    folder.clock.forward(2 * YEAR + timedelta(days=1))
    assert retention(folder).purge().cases == 3


def test_an_erasing_without_the_rule_is_still_found(folder: Folder) -> None:
    close_all(folder)
    folder.clock.forward(3 * YEAR)
    retention(folder).purge()
    folder.tamper("DELETE FROM journal WHERE subject LIKE 'case:%'")
    assert {finding.kind for finding in folder.verify()} == {"missing"}


def test_it_is_idempotent(folder: Folder) -> None:
    close_all(folder)
    folder.clock.forward(3 * YEAR)
    assert retention(folder).purge()
    before = everything(folder.database)
    assert not retention(folder).purge()
    assert everything(folder.database) == before


def test_a_dry_run_says_the_same_and_changes_nothing(folder: Folder) -> None:
    close_all(folder)
    folder.message(9, "sip", opens_case=False, label="lainnya")
    folder.clock.forward(3 * YEAR)
    before, files = everything(folder.database), folder.files()
    would = retention(folder).purge(dry=True)
    assert (everything(folder.database), folder.files()) == (before, files)
    assert would == retention(folder).purge()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", range(8))
def test_killed_between_row_and_file_it_is_finished_by_the_next_pass(
    folder: Folder, number: int, before: bool
) -> None:
    close_all(folder)
    folder.message(9, "sip", opens_case=False, label="lainnya")
    folder.clock.forward(3 * YEAR)
    try:
        retention(folder, database=KilledAt(folder.database, number, before=before)).purge()
    except Killed:
        assert folder.verify() == [], "what lies there between is explained"
    retention(folder).purge()
    assert folder.files() == []
    assert folder.verify() == []
    assert rows_with(folder.database, "sip") == []


def test_counts_before_are_counts_after_and_what_was_purged(year: Database, tmp_path: Path) -> None:
    months = [Month(2025, 11), Month(2025, 12), Month(2026, 2), Month(2026, 10)]

    def counted() -> list[Any]:
        found = []
        with year.reading() as connection:
            for month in months:
                begin, end = month.span(ZONE)
                before, _ = month.previous.span(ZONE)
                said = heard.heard(connection, "polowijen", before, begin, end)
                found.append(
                    (
                        said.piles,
                        said.thanked,
                        said.older,
                        len(register.bare_cases_of(connection, "polowijen", begin, end)),
                    )
                )
        return found

    def people() -> int:
        with year.reading() as connection:
            return connection.execute(select(func.count()).where(~written.c.own)).scalar_one()

    def chats() -> int:
        with year.reading() as connection:
            return sum(
                count
                for kind, count in purged.by_kind(connection).items()
                if "message" in kind and "own" not in kind
            )

    clock = HandClock(NOW + timedelta(days=200))
    before, all_of_them = counted(), people()
    rules = Rules(ZONE, timedelta(days=120), timedelta(days=300), None, None)
    worker = Retention(year, tmp_path, clock, rules)
    gone = worker.purge()
    assert gone.messages > 1_000
    assert people() + chats() == all_of_them
    assert counted() == before
    assert not worker.purge()
    clock.forward(timedelta(days=2_000))
    worker.purge()
    assert counted() == before


def test_no_transaction_takes_more_than_a_handful(year: Database, tmp_path: Path) -> None:
    took = []

    class Counted(KilledAt):
        @contextmanager
        def writing(self) -> Iterator[Any]:
            with year.writing() as connection:
                many = select(func.count()).select_from(written)
                before = connection.execute(many).scalar_one()
                yield connection
                took.append(before - connection.execute(many).scalar_one())

    rules = Rules(ZONE, timedelta(days=120), timedelta(days=300), None, None)
    Retention(Counted(year, 0, before=True), tmp_path, HandClock(NOW + 3 * YEAR), rules).purge()  # type: ignore[arg-type]
    assert sum(took) > 1_000
    assert max(took) <= 40, "the other lanes have their turn in between"


def test_a_night_takes_no_more_than_it_may_and_the_next_goes_on(year: Database, tmp_path: Path) -> None:
    worker = Retention(year, tmp_path, HandClock(NOW + 3 * YEAR), Rules(ZONE, YEAR, None, None, None))
    first = worker.purge(most=100)
    assert (first.messages <= 100, first.more) == (True, True)
    total = first.messages
    while (gone := worker.purge(most=100)).messages:
        total += gone.messages
    assert total > 900


def test_it_runs_once_a_day_after_three_and_when_a_sleeping_machine_wakes(folder: Folder) -> None:
    folder.message(9, "sip", opens_case=False, label="lainnya")
    folder.clock.move_to(datetime(2028, 3, 1, 19, 59, tzinfo=UTC))  # 02.59 there
    worker = retention(folder)
    worker.run()
    assert rows_with(folder.database, "sip") == ["messages"]
    folder.clock.forward(timedelta(minutes=2))
    worker.run()
    assert rows_with(folder.database, "sip") == []
    folder.message(10, "sop", sent_at=START, opens_case=False, label="lainnya")
    worker.run()
    assert rows_with(folder.database, "sop") == ["messages"], "not twice a day"
    folder.clock.forward(timedelta(hours=30))
    worker.run()
    assert rows_with(folder.database, "sop") == []


def comment(ig_id: str, text: str, at: datetime) -> Comment:
    return Comment(ig_id, "180", text, at, "orang", "igsid-7")


def test_what_was_purged_and_is_shown_again_is_not_stored_again(folder: Folder) -> None:
    keeper = Keeper(ACCOUNT, Classifier(classifier_model()))
    old = START - timedelta(days=500)
    with folder.database.writing() as connection:
        accounts.known(connection, ACCOUNT, "1")
        keeper.keep_comments(connection, [comment("c1", "Petugasnya ramah sekali!", old)], "180", START, old)
        assert messages.by_ig_id(connection, ACCOUNT, "c1") is not None
    retention(folder).purge()
    news = START - timedelta(days=499)
    with folder.database.writing() as connection:
        assert messages.by_ig_id(connection, ACCOUNT, "c1") is None
        again = [comment("c1", "Petugasnya ramah sekali!", old), comment("c2", "Sip", news)]
        keeper.keep_comments(connection, again, "180", START, old)
        said = DirectMessage("d1", "Antrean lama", old, "orang", "igsid-7", own=False)
        talk = Conversation("t", START, "igsid-7", "orang", (said,))
        keeper.keep_message(connection, talk, said, START, old)
        assert messages.by_ig_id(connection, ACCOUNT, "c1") is None
        assert messages.by_ig_id(connection, ACCOUNT, "d1") is None
        assert messages.by_ig_id(connection, ACCOUNT, "c2") is not None, "what is new is new"


def test_what_waits_for_a_person_is_kept_as_long_as_cases_are(folder: Folder) -> None:
    folder.message(9, "buka jam berapa?", label="pertanyaan", opens_case=False, needs_review=True)
    with folder.database.writing() as connection:
        for row in waiting.beginning(connection, [ACCOUNT]):
            waiting.begin(connection, row, row.first_seen_at, folder.clock.now())
    folder.clock.forward(YEAR + timedelta(days=1))
    assert retention(folder).purge().messages == 0
    folder.clock.forward(YEAR)
    assert retention(folder).purge().messages == 1


def test_a_merged_case_lives_as_long_as_the_one_in_which_it_goes_on(folder: Folder) -> None:
    close_all(folder)
    with folder.database.writing() as connection:
        first, second, _ = connection.execute(select(cases).order_by(cases.c.id)).all()
        connection.execute(
            update(cases).where(cases.c.id == first.id).values(status="merged", merged_into=second.number)
        )
        connection.execute(
            update(cases).where(cases.c.id == second.id).values(closed_at=START + YEAR, status="resolved")
        )
    folder.clock.forward(2 * YEAR + timedelta(days=9))
    assert retention(folder).purge().cases == 1
    folder.clock.forward(YEAR)
    assert retention(folder).purge().numbers == [second.number, first.number]
    assert folder.verify() == []


def test_notices_say_nothing_any_more_but_nobody_is_told_twice(folder: Folder) -> None:
    with folder.database.reading() as connection:
        keys = set(connection.execute(select(notices.c.key, notices.c.target)))
    with folder.database.writing() as connection:
        connection.execute(update(notices).values(status="sent"))
    close_all(folder)
    folder.clock.forward(3 * YEAR)
    retention(folder).purge()
    with folder.database.reading() as connection:
        assert set(connection.execute(select(notices.c.key, notices.c.target))) == keys
        assert set(connection.execute(select(notices.c.body)).scalars()) <= {""}


def test_only_old_copies_and_papers_of_ours_go(folder: Folder) -> None:
    originals, reports = folder.data_dir / "originals", folder.data_dir / "reports"
    (originals / "gambar").mkdir(parents=True)
    (reports / "polowijen").mkdir(parents=True)
    stray, foreign = originals / f"{'a' * 64}-lama.jpg", originals / "catatan.txt"
    old, new = reports / "buku-register-2023-01.pdf", reports / "polowijen" / "harian-2027-11-20.pdf"
    theirs = reports / "catatan rapat.pdf"
    for file in (stray, foreign, old, new, theirs):
        file.write_bytes(b"x")
    folder.clock.move_to(datetime(2098, 1, 1, tzinfo=UTC))
    rules = Rules(ZONE, None, None, YEAR, timedelta(days=365 * 71))
    gone = retention(folder, rules).purge()
    assert (gone.media_files, gone.reports) == (1, 1)
    assert [file.exists() for file in (stray, foreign, old, new, theirs)] == [False, True, False, True, True]


def test_a_register_of_all_cases_goes_by_when_it_was_made(folder: Folder) -> None:
    reports = folder.data_dir / "reports"
    reports.mkdir(exist_ok=True)
    old, new = reports / "register-semua.xlsx", reports / "register-semua-polowijen-lengkap.csv"
    for file, made_at in (
        (old, datetime(2024, 11, 20, tzinfo=UTC)),
        (new, datetime(2025, 11, 30, tzinfo=UTC)),
    ):
        file.write_bytes(b"x")
        os.utime(file, (made_at.timestamp(), made_at.timestamp()))
    folder.clock.move_to(datetime(2027, 11, 1, tzinfo=UTC))
    rules = Rules(ZONE, None, None, None, 2 * YEAR)
    assert retention(folder, rules).purge(dry=True).reports == 1
    assert retention(folder, rules).purge().reports == 1
    assert [file.exists() for file in (old, new)] == [False, True]


def test_the_copies_of_a_post_on_its_way_stay(folder: Folder) -> None:
    originals = folder.data_dir / "originals"
    originals.mkdir(exist_ok=True)
    needed = originals / f"{'b' * 64}-baru.jpg"
    needed.write_bytes(b"x")
    folder.tamper("UPDATE post_media SET original = ?", needed.name)
    folder.tamper("UPDATE posts SET status = 'held'")
    folder.clock.move_to(datetime(2098, 1, 1, tzinfo=UTC))
    assert retention(folder, Rules(ZONE, None, None, YEAR, None)).purge().media_files == 0
    folder.tamper("UPDATE posts SET status = 'cancelled'")
    assert retention(folder, Rules(ZONE, None, None, YEAR, None)).purge().media_files == 1


def test_kept_always_is_always(folder: Folder) -> None:
    close_all(folder)
    folder.clock.forward(50 * YEAR)
    assert not retention(folder, Rules(ZONE, None, None, None, None)).purge()
    assert kept_days(0, 90) is None
    assert kept_days(30, 90) == timedelta(days=120), "never shorter than posts are watched"


def test_the_journal_keeps_the_witnesses_of_the_chain(folder: Folder) -> None:
    close_all(folder)
    folder.clock.forward(3 * YEAR)
    retention(folder).purge()
    with folder.database.reading() as connection:
        subjects = set(connection.execute(select(journal.c.subject)).scalars())
        assert f"evidence:{ACCOUNT}" in subjects
        assert not any(subject.startswith("message:") for subject in subjects)
        assert chain.head(connection, ACCOUNT) != chain.START


@pytest.mark.sqlite_only("reads the bytes of the file")
def test_after_compacting_no_byte_of_it_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    database = Database(f"sqlite:///{file}")
    metadata.create_all(database.engine)
    with database.writing() as connection:
        accounts.known(connection, ACCOUNT, "1")
    folder = Folder(database, tmp_path).filled()
    close_all(folder)
    folder.message(9, "pesan-yang-hilang " * 400, opens_case=False, label="lainnya")
    folder.clock.forward(3 * YEAR)
    retention(folder).purge()
    assert compact(database).why_not == ""
    raw = b"".join(each.read_bytes() for each in tmp_path.glob("ig-worker.db*"))
    for words in (b"pesan-yang-hilang", b"Antrean lama", b"orang1"):
        assert words not in raw
    database.close()


@pytest.mark.sqlite_only("the log beside the file")
def test_compacting_says_why_it_could_not(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    metadata.create_all(database.engine)
    with database.reading() as connection:
        connection.execute(select(cases)).all()
        assert "log still holds" in str(compact(database).why_not)
    database.close()
