"""Watching the planning sheet at Google: taken, marked, told once, and never believed when it is suddenly empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from planning_desk import WIB, Desk, empty_desk, row

from ig_worker.domain.errors import IgWorkerError, Misconfigured, Throttled, Unanswered
from ig_worker.domain.publication import Event, Happened
from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.flows.outbox import Outbox, Recipient
from ig_worker.flows.planning.imported import ImportResult
from ig_worker.flows.planning.sheet_watch import LINES_MAX, STATUS_WORDS, Rules, SheetWatch
from ig_worker.sheets import Sheet
from ig_worker.sheets.online import mark_of
from ig_worker.store import notices, posts

SOURCE = "Google Sheets 1aBc#0"


class OpenSheet:
    """A sheet that somebody edits between our looks; answers as told."""

    def __init__(self) -> None:
        self.rows: list[SheetRow] = []
        self.marks: dict[str, dict[str, str]] = {}
        self.error: IgWorkerError | None = None
        self.reads = self.writes = 0

    def read(self) -> Sheet:
        self.reads += 1
        if self.error is not None:
            raise self.error
        return Sheet(SOURCE, tuple(self.rows), ())

    def mark(self, marks: Mapping[str, Mapping[str, str]]) -> int:
        self.writes += 1
        if self.error is not None:
            raise self.error
        changed = sum(self.marks.get(name) != mark for name, mark in marks.items())
        self.marks = {name: dict(mark) for name, mark in marks.items()}
        return changed

    def beside(self, number: int = 2) -> dict[str, str]:
        """What stands beside a row."""
        (found,) = [each for each in self.rows if each.number == number]
        return self.marks[mark_of(found.cells)]


class Watch:
    """The watch over one open sheet, and what it told the content team."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sheet = OpenSheet()
        self.folders: list[Path] = []
        self.watch = self.fresh()

    def fresh(self) -> SheetWatch[ImportResult]:
        def take(source: str, folder: Path, rows: Any, *, dry_run: bool) -> ImportResult:
            self.folders.append(folder)
            return self.desk.take(*rows, source=source, dry_run=dry_run)

        outbox = Outbox({"content_team": [Recipient("t1", "mailto")]})
        rules = Rules(self.desk.accounts, WIB, Path("gambar"))
        return SheetWatch(self.sheet, take, self.desk.database, outbox, self.desk.clock, rules)

    def run(self, *rows: SheetRow) -> None:
        if rows:
            self.sheet.rows = list(rows)
        self.watch.run()

    def publish(self, **columns: str) -> None:
        """P-01 is out."""
        post = self.desk.post()
        with self.desk.database.writing() as connection:
            posts.set_values(connection, post.id, status="published", ig_media_id="180", **columns)

    def letters(self) -> list[str]:
        """The letters of this sheet, oldest first; what the planner itself tells is left out."""
        with self.desk.database.reading() as connection:
            due = notices.due(connection, self.desk.clock.now() + timedelta(days=99))
        return [notice.row.body for notice in due if notice.row.key.startswith("sheet:")]


@pytest.fixture
def watch() -> Iterator[Watch]:
    with empty_desk() as desk:
        yield Watch(desk)


BAD = {"tanggal": "31/02/2026"}


def test_rows_become_posts_and_are_marked_with_what_became_of_them(watch: Watch) -> None:
    watch.run(row("P-01"), row("P-02", 3, status="draf"), row("P-03", 4, **BAD))
    assert watch.desk.post("P-01").row.source == SOURCE
    assert watch.folders == [Path("gambar")]
    assert watch.sheet.beside(3) == {"status_ig": "draf", "tautan": "", "galat": "statusnya masih draf"}
    refused = watch.sheet.beside(4)
    assert refused["status_ig"] == "tidak diambil"
    assert refused["galat"].startswith("kolom tanggal: tertulis “31/02/2026”, seharusnya")


def test_every_status_has_its_word_and_a_published_post_its_link(watch: Watch) -> None:
    assert len(set(STATUS_WORDS.values())) == len(STATUS_WORDS)
    watch.run(row("P-01", status="draf"))
    link = "https://www.instagram.com/p/DRx1/"
    watch.publish(permalink=link)
    watch.run()
    assert watch.sheet.beside() == {"status_ig": "terbit", "tautan": link, "galat": ""}


def test_a_post_that_waits_says_what_for(watch: Watch) -> None:
    watch.run(row("P-01", status="draf"))
    watch.desk.happen(Happened(Event.HOLD, reason="gambarnya rusak"))
    watch.run()
    assert watch.sheet.beside()["status_ig"] == "ditahan"
    assert watch.sheet.beside()["galat"] != ""


def test_a_row_that_no_longer_makes_sense_shows_its_post_and_its_problem(watch: Watch) -> None:
    watch.run(row("P-01"))
    watch.run(row("P-01", **BAD))
    mark = watch.sheet.beside()
    assert mark["status_ig"] == "ditahan"
    assert mark["galat"].startswith("kolom tanggal:")


def test_a_row_without_account_or_with_a_broken_key_is_only_refused(watch: Watch) -> None:
    watch.run(row("#REF!", **BAD), row("P-02", 3, akun="lain", **BAD))
    assert watch.sheet.beside(2)["status_ig"] == watch.sheet.beside(3)["status_ig"] == "tidak diambil"


def test_marks_are_verified_once_more_and_then_left_alone(watch: Watch) -> None:
    watch.run(row("P-01", status="draf"))
    for _ in range(4):
        watch.run()
    assert (watch.sheet.reads, watch.sheet.writes) == (5, 2)
    watch.run(row("P-01", status="draf"), row("P-02", 3, status="draf"))
    assert watch.sheet.writes == 3


def test_a_post_that_came_from_a_file_and_is_out_is_marked_all_the_same(watch: Watch) -> None:
    watch.desk.take(row("P-01", status="draf"), source="lama.csv")
    watch.publish()
    watch.run(row("P-01", caption="lain"))
    assert watch.sheet.beside()["status_ig"] == "terbit"
    assert "tidak dapat diubah" in watch.sheet.beside()["galat"]


def test_problems_are_told_once_and_not_at_every_look(watch: Watch) -> None:
    watch.run(row("P-01", **BAD), row("P-02", 3, status="draf"))
    for _ in range(3):
        watch.desk.clock.forward(timedelta(minutes=5))
        watch.run()
    (letter,) = watch.letters()
    assert letter.startswith("Baris 2, kolom tanggal: tertulis “31/02/2026”")


def test_a_moved_row_is_no_news_a_second_such_row_is_and_a_mended_one_is_not(watch: Watch) -> None:
    watch.run(row("P-01", **BAD))
    watch.run(row("P-09", 2, status="draf"), row("P-01", 3, **BAD))
    assert len(watch.letters()) == 1
    for _ in range(3):
        watch.run(row("P-09", 2, status="draf"), row("P-01", 3, **BAD), row("P-02", 4, **BAD))
    assert len(watch.letters()) == 2
    for _ in range(3):
        watch.run(row("P-09", 2, status="draf"), row("P-01", 3, status="draf"), row("P-02", 4, **BAD))
    assert len(watch.letters()) == 2


def test_a_row_that_is_still_being_typed_is_nobodys_problem_yet(watch: Watch) -> None:
    watch.run(row("P-01", status="draf"))
    for typed in ({"tanggal": "2"}, {"tanggal": "25/1"}, {"jam": ""}, {"caption": "", "media": ""}):
        watch.run(row("P-01", status="draf"), row("P-02", 3, **typed))
    assert watch.letters() == []
    watch.run(row("P-01", status="draf"), row("P-02", 3, caption="", media=""))
    assert len(watch.letters()) == 1


def test_after_a_restart_the_same_day_nothing_is_told_again(watch: Watch) -> None:
    watch.run(row("P-01", **BAD))
    watch.watch = watch.fresh()
    watch.run()
    assert len(watch.letters()) == 1


def test_a_long_list_is_cut_and_says_so(watch: Watch) -> None:
    watch.run(*(row(f"P-{number}", number, **BAD) for number in range(2, 62)))
    (letter,) = watch.letters()
    assert letter.count("kolom tanggal") == LINES_MAX
    assert "… dan 20 lagi." in letter


def test_a_vanished_row_is_told_once(watch: Watch) -> None:
    watch.run(row("P-01"), row("P-02", 3))
    for _ in range(3):
        watch.run(row("P-02", 3))
    assert watch.desk.status("P-01") == "held"
    (letter,) = watch.letters()
    assert letter.startswith("P-01: barisnya tidak ada lagi")


def test_a_sheet_that_is_suddenly_empty_changes_nothing(watch: Watch) -> None:
    watch.run(row("P-01", status="draf"))
    watch.sheet.rows = []
    with pytest.raises(Misconfigured, match="tiba-tiba kosong"):
        watch.run()
    assert watch.desk.status("P-01") == "draft"
    assert watch.letters()[0].startswith("Lembar rencana di Google tiba-tiba kosong")


def test_an_empty_sheet_from_which_nothing_waits_is_just_empty(watch: Watch) -> None:
    watch.run()
    watch.run(row("P-01", status="batal"))
    watch.sheet.rows = []
    watch.run()
    assert watch.desk.status("P-01") == "cancelled"
    assert watch.letters() == []


@pytest.mark.parametrize("error", [Misconfigured("belum dibagikan", cure="Bagikan"), Unanswered("x")])
def test_a_reading_that_fails_makes_no_row_vanish(watch: Watch, error: IgWorkerError) -> None:
    watch.run(row("P-01"))
    before = watch.desk.status("P-01")
    watch.sheet.error = error
    with pytest.raises(type(error)):
        watch.run()
    assert watch.desk.status("P-01") == before


def test_a_sheet_that_cannot_be_read_for_good_is_told_with_the_cure(watch: Watch) -> None:
    watch.sheet.error = Misconfigured("belum dibagikan", cure="Bagikan kepada akun layanan.")
    for _ in range(2):
        with pytest.raises(Misconfigured):
            watch.run()
    (letter,) = watch.letters()
    assert letter.startswith("belum dibagikan. Bagikan kepada akun layanan.")


def test_the_pauses_grow_while_nobody_answers_and_end_with_the_first_answer(watch: Watch) -> None:
    watch.sheet.error = Unanswered("Google Sheets tidak menjawab")
    asked = []
    for minute in range(130):
        with pytest.raises(Unanswered, match="tidak menjawab"):
            watch.run()
        if watch.sheet.reads > len(asked):
            asked.append(minute)
        watch.desk.clock.forward(timedelta(minutes=1))
    assert asked == [0, 1, 3, 7, 15, 31, 63, 123]
    watch.sheet.error = None
    watch.desk.clock.forward(timedelta(hours=1))
    watch.run()
    watch.run()
    assert watch.sheet.reads == len(asked) + 2


def test_a_pause_that_google_asks_for_is_kept(watch: Watch) -> None:
    watch.sheet.error = Throttled("minta jeda", wait_seconds=600)
    for _ in range(9):
        with pytest.raises(Throttled):
            watch.run()
        watch.desk.clock.forward(timedelta(minutes=1))
    assert watch.sheet.reads == 1
    watch.desk.clock.forward(timedelta(minutes=1))
    with pytest.raises(Throttled):
        watch.run()
    assert watch.sheet.reads == 2


def test_a_sheet_that_cannot_be_marked_has_been_taken_all_the_same(watch: Watch) -> None:
    watch.sheet.rows = [row("P-01")]

    def refuse(_marks: Mapping[str, Mapping[str, str]]) -> int:
        raise Misconfigured("dilindungi", cure="Izinkan")

    watch.sheet.mark = refuse  # type: ignore[method-assign]
    with pytest.raises(Misconfigured, match="dilindungi"):
        watch.run()
    assert watch.desk.post("P-01").row.source == SOURCE


def test_a_dry_run_reads_and_changes_nothing(watch: Watch) -> None:
    watch.sheet.rows = [row("P-01"), row("P-02", 3, **BAD)]
    sheet, result = watch.watch.look(dry_run=True)
    assert (len(sheet.rows), result.added, len(result.problems)) == (2, ["P-01"], 1)
    assert watch.desk.rows() == []
    assert (watch.sheet.writes, watch.letters()) == (0, [])
