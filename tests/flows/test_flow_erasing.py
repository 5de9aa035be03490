"""Who asks to be erased is gone from every byte here, nobody else is touched, and the chain still holds."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import PlainCards
from siti_wrote import COMPLAINT, ID, LATER, NAME, OTHERS, PHONE, SIMILAR, TRACES, Home
from sqlalchemy import func, select, update

from fakes.bench import ACCOUNT, START, HandClock
from fakes.instagram_faults import Killed
from fakes.killed_at import KilledAt
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.erasure import Erased, Person, Traces, digest, username
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.forgotten import ERASED
from ig_worker.domain.instagram import Comment, Conversation, DirectMessage
from ig_worker.domain.reply import Reply, Status
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.shipped import classifier_model
from ig_worker.store import (
    accounts,
    answers,
    cases,
    erasures,
    jobs,
    journal,
    messages,
    persons,
    replies,
)
from ig_worker.store.compacting import compact
from ig_worker.store.database import Database
from ig_worker.store.evidenced import EDITED
from ig_worker.store.schema import cases as case_rows
from ig_worker.store.schema import journal as lines
from ig_worker.store.schema import messages as written
from ig_worker.store.schema import metadata, notices


@pytest.fixture
def home(own_database: Database, tmp_path: Path) -> Home:
    return Home(own_database, tmp_path)


def counts(home: Home) -> dict[str, int]:
    with home.database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if name
            in {"messages", "cases", "case_messages", "replies", "notices", "conversations", "deadlines"}
        }


def rows_of_others(home: Home) -> list[Any]:
    with home.database.reading() as connection:
        theirs = written.c.author_id.in_(["igsid-9", "igsid-2"])
        return [
            {**row._mapping, "text": row.text.replace(f"@{NAME}", ERASED)}
            for row in connection.execute(select(written).where(theirs).order_by(written.c.id))
        ]


def test_no_byte_of_the_person_is_left_and_nobody_else_is_touched(home: Home) -> None:
    before, others = counts(home), rows_of_others(home)
    assert len(home.bytes_with(*TRACES)) > 10
    home.erase()
    assert compact(home.database).why_not == ""
    assert home.bytes_with(*TRACES) == []
    assert counts(home) == before, "numbers stay"
    assert rows_of_others(home) == others
    assert home.verify() == []
    assert home.verify(redraw=True) == []
    with home.database.reading() as connection:
        said = connection.execute(select(notices.c.body).where(notices.c.key == "waiting:4")).scalar_one()
        assert "Baris lain tetap." in said
        labels = set(connection.execute(select(written.c.label).where(written.c.text == ERASED)).scalars())
        assert "keluhan" in labels, "what it was judged to be still counts"
    reports = {file.name for file in (home.data_dir / "reports").iterdir()}
    assert reports == {"buku-register-2026-01.pdf"}, "papers that told of them are made again without them"


def test_evaluations_around_their_month_go_for_they_may_quote_them(home: Home) -> None:
    """Siti wrote in November; what rose then may have begun in October, and go on in December."""
    room = home.data_dir / "evaluations" / ACCOUNT
    papers = home.data_dir / "reports" / ACCOUNT
    for folder, name in ((room, "{}.json"), (room / "tanpa-contoh", "evaluasi-{}.pdf"), (papers, "evaluasi-{}.xlsx"),
                         (papers, "transparansi-{}.jpg")):  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        for month in ("2026-08", "2026-10", "2026-11", "2026-12", "2027-02"):
            (folder / name.format(month)).write_text("x")
    home.erase()
    left = {file.name for folder in (room, papers) for file in folder.rglob("*") if file.is_file()}
    assert left == {
        *(f"{month}.json" for month in ("2026-08", "2027-02")),
        *(f"evaluasi-{month}.{form}" for month in ("2026-08", "2027-02") for form in ("pdf", "xlsx")),
        *(f"transparansi-{month}.jpg" for month in ("2026-08", "2026-10", "2026-12", "2027-02")),
    }


def test_another_ones_evidence_is_drawn_again_without_them(home: Home) -> None:
    home.erase()
    left = [json.loads(file.read_bytes()) for file in home.data_dir.rglob("evidence/**/*.json")]
    by_others = [said for said in left if said["message"]["author_id"] == "igsid-2"]
    assert by_others
    for said in by_others:
        assert [line for line in said["thread"] if line["author"] == NAME] == []
    assert any("tanpa" in file.name for file in home.files())


def test_evidence_that_a_killed_worker_left_behind_goes(home: Home) -> None:
    """Files are put into their place, or drawn aside, before the row that names them hangs."""
    other = home.data_dir / "evidence" / "2026" / "K-2026-0099"
    draft = home.data_dir / "evidence" / ".drafts" / "0123456789abcdef"
    for folder in (other, draft):
        folder.mkdir(parents=True)
    with home.database.reading() as connection:
        first = messages.by_ig_id(connection, ACCOUNT, "m1")
        third = messages.by_ig_id(connection, ACCOUNT, "m3")
    assert first is not None
    assert third is not None
    ours = other / f"pesan-{third.id}-disunting-20261125T013000.000000.json"
    ours.write_text("Toiletnya kotor")
    longer = other / f"pesan-{first.id}0.json"
    longer.write_text("punya orang lain")
    for name in (f"pesan-{first.id}.json", f"pesan-{first.id}-disunting-20261125T013000.000000.json"):
        (other / name).write_text(COMPLAINT)
    (draft / "data.json").write_text(COMPLAINT)
    os.utime(draft, (1, 1))
    home.erase()
    compact(home.database)
    assert home.bytes_with(*TRACES) == []
    assert ours.is_file()
    assert longer.is_file()


def test_anothers_evidence_that_is_hung_during_the_erasing_shows_nothing_of_them(home: Home) -> None:
    """The worker goes on while cards are drawn again; one takes a second."""
    home.message(20, "Saya juga menunggu lama", media_id="180", parent_id="m1", topic="obat")
    worker, cards = home.casework, home.cards

    class Slow(PlainCards):
        """While the first card is drawn, the worker hangs another one."""

        drawn = 0

        def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
            self.drawn += 1
            if self.drawn == 1:
                worker.run()
            super().evidence_card(card, out)

    home.cards = Slow()
    home.erase()
    assert home.cards.drawn == 2
    home.cards = cards
    compact(home.database)
    assert home.bytes_with(*TRACES) == []
    assert home.verify() == []
    assert home.verify(redraw=True) == []


def test_what_is_found_is_told_before(home: Home) -> None:
    found = home.erasing().find(home.siti())
    assert (found.messages, found.our_lines, found.conversations) == (2, 1, 1)
    assert found.open_cases == found.cases
    assert len(found.cases) >= 1
    assert found.evidence_pieces == 3


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", range(3))
def test_killed_in_the_middle_the_worker_finishes_it(home: Home, number: int, before: bool) -> None:
    with pytest.raises(Killed):
        home.erase(database=KilledAt(home.database, number, before=before))
    if number == 0 and before:
        home.erase()  # nothing was begun: whoever asked asks again
    home.erasing().run()
    home.erasing().again()
    compact(home.database)
    assert home.bytes_with(*TRACES) == []
    assert home.verify() == []


@pytest.mark.sqlite_only("puts an older file back")
def test_a_restored_backup_is_cleared_again(home: Home, tmp_path: Path) -> None:
    old = tmp_path / "old"
    home.database.close()
    shutil.copytree(home.data_dir, old, ignore=shutil.ignore_patterns("old"))
    home.erase()
    home.database.close()
    for file in (old / "ig-worker.db", old / "evidence"):
        target = home.data_dir / file.name
        if file.is_dir():
            shutil.copytree(file, target, dirs_exist_ok=True)
        else:
            for stale in home.data_dir.glob("ig-worker.db-*"):
                stale.unlink()
            shutil.copy(file, target)
    shutil.rmtree(old)
    home.database = Database(f"sqlite:///{home.data_dir / 'ig-worker.db'}")
    assert home.bytes_with(NAME) != []
    home.erasing().run()
    compact(home.database)
    assert home.bytes_with(*TRACES) == []
    assert home.verify() == []


def test_no_mark_is_sent_in_the_place_of_words_that_were_under_way(home: Home) -> None:
    now = home.clock.now()
    states = {1: Status.PLANNED, 4: Status.SENDING}
    with home.database.writing() as connection:
        for row in connection.execute(select(written).where(written.c.ig_id.in_(["m1", "m4"]))).all():
            reply = Reply(states[int(row.ig_id[1:])], asked_at=now, due_at=now, intent_at=now)
            replies.plan(connection, row, reply, f"Terima kasih kak @{NAME}", 0, now)
            answers.add(connection, row, reply, "Kami telepon ya", now, by="Rina", human_agent=False)
    home.erase()
    with home.database.reading() as connection:
        assert replies.active(connection, ACCOUNT) == []
        assert answers.active(connection, ACCOUNT) == []
        for table in (replies.replies, answers.answers):
            left = connection.execute(select(table.c.status, table.c.text).order_by(table.c.message_id)).all()
            assert [tuple(row) for row in left] == [("skipped", ERASED), ("unconfirmed", ERASED)]


@pytest.mark.parametrize("closed", [True, False])
def test_a_notice_that_is_still_to_go_out_says_plainly_what_became_of_it(home: Home, closed: bool) -> None:
    box = Outbox(
        {"operators": [Recipient("target-1", "a@example.org"), Recipient("target-2", "b@example.org")]}
    )
    number = "K-2026-0001"
    with home.database.writing() as connection:
        stored = cases.get(connection, number)
        assert stored is not None
        letter = Letter(f"{number}:later", f"Keluhan dari {NAME}", f"“{COMPLAINT}”", case_id=stored.id)
        box.tell(connection, home.clock.now(), "operators", letter)
        gone = notices.c.target == "target-2", notices.c.key == letter.key
        connection.execute(update(notices).where(*gone).values(status="sent"))
    if closed:
        home.close_cases()
    home.erase()
    with home.database.reading() as connection:
        which = notices.c.key == letter.key
        pending, sent = connection.execute(select(notices).where(which).order_by(notices.c.target)).all()
    assert (sent.title, sent.body) == (ERASED, ERASED)
    assert pending.status == "pending"
    assert pending.title == f"Kasus {number}: data pelapor sudah dihapus atas permintaannya"
    assert ERASED not in pending.body
    assert f"ig-worker cases show {number}" in pending.body
    assert ("masih terbuka" in pending.body) is not closed
    home.erasing().again()
    with home.database.reading() as connection:
        again = connection.execute(select(notices.c.body).where(notices.c.id == pending.id)).scalar_one()
    assert again == pending.body


def test_a_case_that_was_opened_meanwhile_stands_against_it(home: Home) -> None:
    home.close_cases()
    siti = home.siti()
    assert home.erasing().find(siti).open_cases == []
    home.message(9, "Loketnya tutup lagi", topic="antrean", author=NAME, author_id=ID)
    home.run()
    with pytest.raises(NeedsPerson, match=r"a complaint of theirs is under way: K-2026-\d{4}"):
        home.erase(also_open=False)
    assert home.bytes_with("Loketnya tutup lagi") != []
    assert not (home.data_dir / erasures.FILE).exists(), "nothing is known to be erased"
    home.close_cases()
    home.erase(also_open=False)
    with home.database.reading() as connection:
        assert erasures.known(connection).covers(NAME, ID, START)


def test_what_nobody_has_read_yet_is_new_and_no_complaint_is_dropped(home: Home) -> None:
    read_at, siti = home.clock.now() - timedelta(days=2), home.siti()
    with home.database.writing() as connection:
        jobs.succeeded(connection, "inbox", home.clock.now())
        accounts.first_polled(connection, ACCOUNT, START)
        accounts.wholly_read(connection, ACCOUNT, read_at)
        newest = persons.newest(connection, siti)
    assert home.erasing().find(siti).inbox_read_at == read_at
    home.erase()
    with home.database.reading() as connection:
        known = erasures.known(connection)
    until = max(read_at, newest or read_at)
    assert known.covers(NAME, ID, until), "whatever was read is erased"
    assert not known.covers(NAME, ID, until + timedelta(seconds=1)), "what was not is theirs to be heard"


def test_the_inbox_counts_as_read_since_the_account_that_was_wholly_read_longest_ago(home: Home) -> None:
    now, siti = home.clock.now(), home.siti()

    def read_at(names: tuple[str, ...] | None = None) -> datetime | None:
        return home.erasing(accounts=names).find(siti).inbox_read_at

    assert read_at() is None
    with home.database.writing() as connection:
        accounts.first_polled(connection, ACCOUNT, START)
        accounts.wholly_read(connection, ACCOUNT, now)
    assert read_at() == now
    with home.database.writing() as connection:
        accounts.known(connection, "baru", "17841400000000002")
    assert read_at() == now, "nothing of that one was ever asked for"
    with home.database.writing() as connection:
        accounts.first_polled(connection, "baru", now - timedelta(days=3))
    assert read_at() == now - timedelta(days=3), "since then it has been read in parts only"
    assert read_at((ACCOUNT,)) == now, "an account that is no longer configured is not waited for"
    with home.database.writing() as connection:
        accounts.wholly_read(connection, "baru", now - timedelta(days=1))
    assert read_at() == now - timedelta(days=1)


def test_the_list_of_the_erased_names_nobody(home: Home) -> None:
    home.erase()
    file = home.data_dir / erasures.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert NAME not in file.read_text("ascii")
    with home.database.reading() as connection:
        assert erasures.known(connection) == erasures.in_file(home.data_dir)


def test_who_was_erased_with_another_salt_is_known_again(home: Home) -> None:
    """The list of a machine that is gone comes back after this one has begun a list of its own."""
    file = home.data_dir / erasures.FILE
    with home.database.writing() as connection:
        older = Erased("salt-1", {digest("salt-1", f"id:{ID}"): home.clock.now()})
        newer = Erased("salt-2", {digest("salt-2", "id:igsid-else"): home.clock.now()})
        erasures.remember(connection, newer, home.clock.now())
    erasures.write_down(home.data_dir, older)
    lines_before = file.read_text("ascii")
    erasures.write_down(home.data_dir, newer)
    file.write_text(lines_before + file.read_text("ascii"), "ascii")
    home.erasing().run()
    compact(home.database)
    assert home.bytes_with("obat ibu saya", "Antrean loket lama") == []
    with home.database.reading() as connection:
        known, told = erasures.known(connection), erasures.in_file(home.data_dir)
    for erased in (known, told):
        assert erased.covers("x", ID, START)
        assert erased.covers("x", "igsid-else", START)
        assert not erased.covers("x", "igsid-9", START)
    home.message(
        8, "Sekarang sudah baik", author="lain", author_id="igsid-8", opens_case=False, label="lainnya"
    )
    with home.database.reading() as connection:
        other = persons.with_ids(connection, ["igsid-8"])
    home.erasing().erase(other, by="Rina", reason="surat 13")
    home.erasing().run()
    assert erasures.in_file(home.data_dir).covers("x", ID, START), (
        "an erasing after that forgets no older one"
    )


def test_erasing_twice_changes_nothing_more(home: Home) -> None:
    home.erase()
    before = home.files()
    home.erasing().again()
    assert not home.erasing().find(home.siti())
    assert home.files() == before
    assert home.verify() == []


def poll(home: Home, text: str, ig_id: str, at: Any, author: str = NAME, author_id: str = ID) -> None:
    keeper = Keeper(ACCOUNT, Classifier(classifier_model()))
    with home.database.writing() as connection:
        shown = Comment(ig_id, "180", text, at, author, author_id)
        keeper.keep_comments(connection, [shown], "180", home.clock.now(), START - timedelta(days=9))


def test_what_instagram_still_shows_does_not_come_back(home: Home) -> None:
    home.erase()
    home.clock.forward(timedelta(hours=1))
    poll(home, COMPLAINT, "m1", START)
    poll(home, "Sebelumnya belum terbaca", "m90", START)
    poll(home, OTHERS, "m2", START, "orang2", "igsid-2")
    with home.database.writing() as connection:
        keeper = Keeper(ACCOUNT, Classifier(classifier_model()))
        said = DirectMessage("m4", LATER, START, NAME, ID, own=False)
        talk = Conversation("t-siti", START, ID, NAME, (said,))
        keeper.keep_message(connection, talk, said, home.clock.now(), START)
        assert messages.by_ig_id(connection, ACCOUNT, "m90") is None
    compact(home.database)
    assert home.bytes_with(*TRACES, "belum terbaca") == []
    with home.database.reading() as connection:
        edited = connection.execute(select(written.c.id).where(written.c.edited)).all()
        assert len(edited) == 1, "nothing new was taken for an edit"


def test_what_they_write_afterwards_is_new(home: Home) -> None:
    home.erase()
    home.clock.forward(timedelta(days=2))
    poll(home, "Terima kasih, sekarang sudah bagus", "m91", home.clock.now())
    with home.database.reading() as connection:
        row = messages.by_ig_id(connection, ACCOUNT, "m91")
    assert row is not None
    assert row.author == NAME
    home.erasing().again()
    with home.database.reading() as connection:
        kept = messages.by_ig_id(connection, ACCOUNT, "m91")
    assert kept is not None
    assert kept.text.startswith("Terima kasih"), "only what was before is erased again"


@pytest.mark.parametrize("off", [timedelta(days=365), timedelta(days=-365)])
@pytest.mark.parametrize("told", [True, False])
def test_by_a_wrong_clock_what_was_written_goes_and_what_comes_later_stays(
    home: Home, off: timedelta, told: bool
) -> None:
    truly = home.clock.now()
    home.clock = HandClock(truly + off)
    home.erase(true_now=lambda: truly if told else None)
    compact(home.database)
    assert home.bytes_with("obat ibu saya", "Antrean loket lama") == []
    home.clock = HandClock(truly + timedelta(days=1))
    poll(home, OTHERS, "m2", START, "orang2", "igsid-2")
    with home.database.reading() as connection:
        assert not connection.execute(
            select(written.c.id).where(written.c.edited, written.c.ig_id == "m2")
        ).all()
    poll(home, "Obatnya kurang lagi", "m93", home.clock.now())
    home.erasing().again()
    with home.database.reading() as connection:
        row = messages.by_ig_id(connection, ACCOUNT, "m93")
    assert row is not None
    assert row.text == "Obatnya kurang lagi", "a complaint of the next day is no part of the erasing"


def test_a_name_that_somebody_else_has_now_erases_nobody_else(home: Home) -> None:
    home.erase()
    poll(home, "Saya orang lain", "m92", START, NAME, "igsid-other")
    with home.database.reading() as connection:
        assert messages.by_ig_id(connection, ACCOUNT, "m92") is not None


def test_names_are_exact_and_follow_the_id(home: Home) -> None:
    home.message(6, "sip", author="siti_baru", author_id=ID, opens_case=False, label="lainnya")
    with home.database.reading() as connection:
        assert persons.named(connection, username("@SITI_baru")) == Person(
            frozenset({NAME, "siti_baru"}), frozenset({ID})
        )
        assert not persons.named(connection, username("siti"))
        assert not persons.named(connection, username("siti.aminah"))
        assert persons.named(connection, SIMILAR).ids == {"igsid-9"}
        assert persons.is_centre(connection, Person(frozenset({"PuskesmasPolowijen"}), frozenset()))
        assert persons.is_centre(connection, Person(frozenset(), frozenset({"17841400000000001"})))
        assert not persons.is_centre(connection, home.siti())


@pytest.mark.parametrize("written_name", ["", "  ", "@", "dua kata"])
def test_what_is_no_name(written_name: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(written_name)}$"):
        username(written_name)


def test_traces_leave_similar_names_and_what_others_took_back() -> None:
    traces = Traces(Person(frozenset({"ani.w"}), frozenset()), ["Nomor 0812 3456 7890", "Ya"])
    assert (
        traces.taken_out("dari @ani.w. dan @ani.wati, ani.w_2", about_them=True)
        == f"dari {ERASED}. dan @ani.wati, ani.w_2"
    )
    assert traces.taken_out("telp 081234567890", about_them=True) == f"telp {ERASED}"
    assert traces.taken_out("[pesan ditarik pengirim]", about_them=True) == "[pesan ditarik pengirim]"
    assert traces.mentions_taken_out("ani.w itu siapa, @ANI.W?") == f"ani.w itu siapa, {ERASED}?"


def test_what_is_about_others_loses_no_word_by_chance() -> None:
    siti = Person(frozenset({"sari", "sari_87"}), frozenset({"igsid-siti-1"}))
    said = [
        "Antrean di loket pendaftaran lama sekali 😡",
        "Terima kasih banyak atas pelayanannya",
        "Parkirnya sempit",
    ]
    traces = Traces(siti, said, {"terima kasih banyak atas pelayanannya"})
    for kept in (
        "assigned to Bu Sari: Antrean di loket pendaftaran sudah ditambah petugas",
        "• Keluhan K-2026-0009\n“Antrean di loket pendaftaran tutup sejak pagi”",
        "“Terima kasih banyak atas pelayanannya”",
        "resolved: parkirnya sempit, sudah ditata",
    ):
        assert traces.taken_out(kept, about_them=False) == kept
    letter = "Menunggu jawaban:\n“Antrean di loket pendaftaran lama sekali 😡”\n“Antrean di loket pendaftaran tutup”"
    assert traces.taken_out(letter, about_them=False).splitlines() == [
        "Menunggu jawaban:",
        ERASED,
        letter.splitlines()[2],
    ]
    for named in ("dari @sari ya", "ditelepon (sari_87)", "id igsid-siti-1"):
        assert ERASED in traces.taken_out(named, about_them=False), named
    assert traces.taken_out("kata bu sari antre", about_them=True) == f"kata bu {ERASED} antre"


def test_a_complaint_that_is_no_case_yet_is_under_way_and_becomes_none_without_its_words(home: Home) -> None:
    home.close_cases()
    number = home.message(9, "Loketnya tutup lagi", topic="antrean", author=NAME, author_id=ID)
    assert home.erasing().find(home.siti()).open_cases == [f"message {number}"]
    with home.database.reading() as connection:
        before = connection.execute(select(func.count()).select_from(case_rows)).scalar_one()
    home.erase()
    home.run()
    with home.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(case_rows)).scalar_one() == before
        row = connection.execute(select(written).where(written.c.id == number)).one()
    assert (row.text, row.label) == (ERASED, "keluhan"), "what it was judged to be still counts"


def test_a_name_of_digits_and_a_number_of_everybodys_leave_others_alone() -> None:
    person = Person(frozenset({"2026", "k3"}), frozenset({"igsid-77"}))
    said = ["Sudah telepon +62 341 491234 tidak diangkat, hubungi 0812-3456-7890"]
    traces = Traces(person, said, shared={"0341491234"})
    for kept in ("K-2026-0001 selesai", "petugas K3 datang", "Silakan telepon (0341) 491234 atau 0341491234"):
        assert traces.taken_out(kept, about_them=False) == kept
    assert traces.taken_out("K-2026-0001 selesai", about_them=True) == "K-2026-0001 selesai"
    assert traces.taken_out("dari @2026, 081234567890", about_them=False) == f"dari {ERASED}, {ERASED}"


def test_hours_days_prices_and_cases_numbers_that_they_wrote_are_no_numbers_of_theirs() -> None:
    hers = "0812-3456-7890 atau +62 341 491234, NIK 3573 0412 3456 7890, kode 4711081512"
    said = [
        "Buka 08.00-12.00 atau 07.30 - 14.00, tanggal 25-11-2026 alias 2026-11-25 atau 25.11.2026, 20261125",
        "Kasus K-2026-0001, biayanya 1.250.000 atau Rp 12.500.000",
        f"Hubungi {hers}",
    ]
    traces = Traces(Person(frozenset({"ani.w"}), frozenset({"1784140000"})), said)
    for kept in (
        "Loket buka 08.00-12.00, Sabtu 07.30 - 14.00",
        "Rapat 25-11-2026, lalu 2026-11-25; 25.11.2026; 20261125",
        "K-2026-0001 dan K-2026-0002 ditutup",
        "Anggaran 1.250.000, Rp 12.500.000",
        "nomor 10812345678901, id 17841400001",
    ):
        assert traces.taken_out(kept, about_them=True) == kept
        assert traces.taken_out(kept, about_them=False) == kept
    for theirs in (*hers.removeprefix("NIK ").split(", "), "081234567890", "4711081512.", "id 1784140000"):
        left = traces.taken_out(theirs, about_them=False)
        assert ERASED in left, theirs
        assert not any(letter.isdigit() for letter in left), left


def test_the_centres_number_stays_where_somebody_wrote_it(home: Home) -> None:
    home.message(8, "Telepon 0341-491234 tidak diangkat", channel="dm", conversation_id="t-siti", author=NAME,
                 author_id=ID, opens_case=False, label="lainnya")  # fmt: skip
    said = "note: diminta menelepon 0341-491234"
    with home.database.writing() as connection:
        journal.note(connection, START, "case:K-2026-0003", said, who="Rina")
    home.erase(own_numbers=["(0341) 491234"])
    with home.database.reading() as connection:
        assert said in connection.execute(select(lines.c.what)).scalars().all()
    compact(home.database)
    assert home.bytes_with(PHONE) == []


def test_what_is_said_to_others_keeps_its_words(home: Home) -> None:
    """Two persons complain in the same words; erasing the one takes nothing from the other."""
    again = home.message(7, LATER, author="orang7", author_id="igsid-7", topic="obat")
    home.run()
    thanks = f"Terima kasih {LATER}"
    with home.database.writing() as connection:
        row = connection.execute(select(written).where(written.c.id == again)).one()
        due = Reply(Status.PLANNED, asked_at=START, due_at=START)
        answers.add(connection, row, due, f"@{NAME} {thanks}", START, by="Rina", human_agent=False)
        journal.note(connection, START, f"message:{again}", f"{EDITED}{LATER}")
        before = connection.execute(
            select(notices.c.id, notices.c.body).where(notices.c.body.contains(LATER))
        ).all()
    home.erase()
    with home.database.reading() as connection:
        assert connection.execute(select(answers.answers.c.text)).scalar_one() == f"@{NAME} {thanks}", (
            "on its way"
        )
        noted = (
            connection.execute(select(lines.c.what).where(lines.c.subject == f"message:{again}"))
            .scalars()
            .all()
        )
        assert f"{EDITED}{LATER}" in noted
        after = (
            connection.execute(select(notices.c.body).where(notices.c.body.contains(LATER))).scalars().all()
        )
    assert len(before) > len(after) > 0, "hers are gone, the other one's are whole"


def test_a_mention_of_that_time_is_taken_out_and_a_later_one_stays() -> None:
    erased = Erased("s", {digest("s", "name:ani.w"): START})
    assert erased.unnamed("@Ani.w. ayo", START) == f"{ERASED}. ayo"
    assert erased.unnamed("@ani.w ayo", START + timedelta(days=1)) == "@ani.w ayo"
    assert erased.unnamed("@ani.wati", START) == "@ani.wati"
