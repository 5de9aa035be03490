"""The planning sheet becomes the queue: again and again, always with the same result (INTERFACE.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from planning_desk import SHEET, WIB, Desk, empty_desk, row
from sqlalchemy import event

from fakes.bench import START, PlainStaging
from ig_worker.domain.approval import NOT_FETCHED
from ig_worker.domain.errors import MediaRejected, Misconfigured, NeedsPerson, Unanswered
from ig_worker.domain.publication import Event, Happened, Rules, Step, decide
from ig_worker.flows.planning.planner import Planner
from ig_worker.flows.planning.replanning import VANISHED
from ig_worker.flows.planning.turns import AT_ONCE
from ig_worker.store import journal

PREPARED = (Happened(Event.START), Happened(Event.CONTAINER_MADE, container_id="178"))
PUBLISHING = (*PREPARED, Happened(Event.CONTAINER_READY), Happened(Event.INTEND))
PUBLISHED = (*PUBLISHING, Happened(Event.OUT, media_id="180"))
UNCONFIRMED = (*PUBLISHING, Happened(Event.GIVE_UP, reason="nobody knows"))


class OneBadFile(PlainStaging):
    """Everything can be published but ``rusak.jpg``; the disk has no room for ``penuh.jpg``."""

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        if written == "rusak.jpg":
            raise MediaRejected("“rusak.jpg” bukan gambar", cure="gambar JPG atau PNG yang dapat dibuka")
        if written.startswith("https://diam"):
            raise Unanswered("nobody asks while a sheet is read")
        if written == "penuh.jpg":
            raise Misconfigured("the disk is full")
        return super().keep_original(written, folder)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with empty_desk() as empty:
        yield empty


def test_an_approved_row_becomes_an_approved_post_at_its_local_time(desk: Desk) -> None:
    result = desk.take(row())
    assert (result.added, result.problems, result.waiting) == (["P-01"], [], {})
    post = desk.post()
    assert post.publication.status == "approved"
    assert post.publication.scheduled_at == datetime(2026, 11, 26, 9, 0, tzinfo=WIB)
    assert (post.row.approved_by, post.row.approved_hash) == ("dr. Wulan", post.row.content_hash)
    assert [file.written for file in post.media] == ["satu.jpg"]


def test_imported_again_the_same_sheet_gives_the_same_result(desk: Desk) -> None:
    rows = [row("P-01"), row("P-02", 3, status="draf"), row("P-03", 4, status="batal")]
    rows += [row("P-04", 5, verifikator="Rina"), row("P-05", 6, ada_pasien="ya")]
    first = desk.take(*rows)
    before = desk.rows()
    again = desk.take(*rows)
    assert again.unchanged == first.added == ["P-01", "P-02", "P-03", "P-04", "P-05"]
    assert (again.added, again.changed, again.held, again.problems) == ([], [], [], [])
    assert again.waiting == first.waiting
    assert set(again.waiting) == {"P-02", "P-04", "P-05"}
    assert desk.rows() == before


def test_a_dry_run_says_all_and_changes_nothing(desk: Desk) -> None:
    desk.take(row("P-01"), row("P-02", 3))
    before = desk.rows()
    sheet = (row("P-01", caption="Lain"), row("P-03", 3), row("P-04", 4, jam="pagi"))
    tried = desk.take(*sheet, dry_run=True)
    assert desk.rows() == before
    done = desk.take(*sheet)
    assert tried == done
    assert (done.added, done.changed, done.held) == (["P-03"], ["P-01"], ["P-02"])
    assert len(done.problems) == 1


def test_bad_rows_are_told_with_row_column_found_and_allowed_and_the_good_ones_go_in(desk: Desk) -> None:
    result = desk.take(
        row("P-01", 2),
        row("P-02", 3, tanggal="31/02/2026"),
        row("P-03", 4, jenis="carousel"),
        row("P-04", 5, media=""),
    )
    assert result.added == ["P-01"]
    assert [line.split(":")[0] for line in result.problems] == [
        "Baris 3, kolom tanggal",
        "Baris 4, kolom media",
        "Baris 5, kolom media",
    ]
    assert "tertulis “31/02/2026”, seharusnya" in result.problems[0]
    assert "1 berkas" in result.problems[1]
    assert "masih kosong" in result.problems[2]


def test_refused_media_is_a_problem_of_its_row_only(desk: Desk) -> None:
    result = desk.take(row("P-01"), row("P-02", 3, media="rusak.jpg"), staging=OneBadFile())
    assert result.added == ["P-01"]
    (problem,) = result.problems
    assert problem.startswith(
        "Baris 3, kolom media: tertulis “rusak.jpg”, seharusnya berkas yang dapat diterbitkan ("
    )
    assert problem.endswith("gambar JPG atau PNG yang dapat dibuka).")


def test_nothing_is_fetched_while_a_sheet_is_read(desk: Desk) -> None:
    address = "https://diam.example/a.jpg"
    result = desk.take(row("P-01"), row("P-02", 3, media=address), staging=OneBadFile())
    assert (result.added, result.problems) == (["P-01", "P-02"], [])
    assert result.waiting == {"P-02": NOT_FETCHED}
    post = desk.post("P-02")
    assert (post.publication.status, post.row.content_hash, post.row.gather_next_at) == ("draft", "", START)


def test_a_file_that_many_rows_show_is_copied_once(desk: Desk) -> None:
    copied: list[str] = []

    class Counting(PlainStaging):
        def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
            copied.append(written)
            return super().keep_original(written, folder)

    rows = [row(f"P-{number:02}", number) for number in range(2, 30)]
    assert len(desk.take(*rows, staging=Counting()).added) == 28
    assert copied == ["satu.jpg"]


def test_more_rows_than_are_written_together_all_come_in_and_stay(desk: Desk) -> None:
    rows = [row(f"P-{number:04}", number) for number in range(2, AT_ONCE + 60)]
    assert len(desk.take(*rows).added) == AT_ONCE + 58
    assert len(desk.take(*rows).unchanged) == AT_ONCE + 58
    assert len(desk.take(*rows[:1]).held) == AT_ONCE + 57


def test_a_disk_that_is_full_stops_the_import_before_anything_is_taken(desk: Desk) -> None:
    with pytest.raises(Misconfigured, match="the disk is full"):
        desk.take(row("P-01"), row("P-02", 3, media="penuh.jpg"), staging=OneBadFile())
    assert desk.rows() == []


def test_rows_that_share_a_key_are_both_refused(desk: Desk) -> None:
    result = desk.take(row("P-01", 2), row("P-01", 3), row("P-02", 4))
    assert (result.added, len(result.problems)) == (["P-02"], 2)


def test_what_can_go_out_but_perhaps_not_as_meant_is_a_note(desk: Desk) -> None:
    result = desk.take(row(caption=""))
    assert result.added == ["P-01"]
    assert result.notes == ["Baris 2: Kolom caption: masih kosong; postingan tampil tanpa teks."]


def test_progress_is_told_row_by_row(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    planner = Planner(desk.database, desk.staging, desk.clock, desk.accounts, WIB)
    planner.take(
        SHEET, Path(), [row("P-01"), row("P-02", 3)], progress=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]


# Rows that vanish and come back.


def test_a_vanished_row_holds_its_post_and_says_so(desk: Desk) -> None:
    desk.take(row("P-01"), row("P-02", 3))
    result = desk.take(row("P-01"))
    assert (result.unchanged, result.held) == (["P-01"], ["P-02"])
    assert desk.status("P-02") == "held"
    assert desk.post("P-02").publication.last_error == VANISHED
    assert desk.take(row("P-01")).held == []


def test_a_row_that_reappears_comes_back_as_it_was_approved(desk: Desk) -> None:
    desk.take(row("P-01"), row("P-02", 3))
    desk.take(row("P-01"))
    result = desk.take(row("P-01"), row("P-02", 3))
    assert result.changed == ["P-02"]
    assert desk.status("P-02") == "approved"
    assert desk.post("P-02").publication.last_error == ""
    assert desk.take(row("P-01"), row("P-02", 3)).unchanged == ["P-01", "P-02"]


def test_a_draft_whose_row_reappears_is_a_draft_again_and_then_unchanged(desk: Desk) -> None:
    desk.take(row("P-01", status="draf"))
    desk.take()
    assert desk.take(row("P-01", status="draf")).changed == ["P-01"]
    again = desk.take(row("P-01", status="draf"))
    assert (again.unchanged, again.waiting) == (["P-01"], {"P-01": "statusnya masih draf"})


def test_a_row_that_reappears_changed_waits_for_another_approval(desk: Desk) -> None:
    desk.take(row())
    desk.take()
    result = desk.take(row(caption="Lain"))
    assert "draf dahulu" in result.waiting["P-01"]
    assert desk.status() == "draft"


def test_another_sheet_does_not_touch_what_this_one_planned(desk: Desk) -> None:
    desk.take(row("P-01"))
    assert desk.take(row("P-09"), source="desember.csv").held == []
    assert desk.status("P-01") == "approved"


def test_a_row_vanishes_from_the_sheet_that_showed_it_last(desk: Desk) -> None:
    desk.take(row("P-01"))
    desk.take(row("P-01"), row("P-02", 3), source="rencana-final.csv")
    assert desk.take(row("P-02", 3), source="rencana-final.csv").held == ["P-01"]


def test_a_row_that_cannot_be_read_any_more_holds_its_post(desk: Desk) -> None:
    desk.take(row())
    result = desk.take(row(tanggal="31/02/2026"))
    assert (result.held, len(result.problems)) == (["P-01"], 1)
    assert desk.status() == "held"
    assert desk.take(row()).changed == ["P-01"]
    assert desk.status() == "approved"


@pytest.mark.parametrize("typo", ["caption", "tanggal", "jam"])
def test_a_corrected_typo_in_a_row_without_a_key_never_leaves_two_live_versions(
    desk: Desk, typo: str
) -> None:
    right = {"caption": "Posyandu lusa", "tanggal": "27/11/2026", "jam": "10.00"}[typo]
    desk.take(row(kode=""))
    result = desk.take(row(kode="", **{typo: right}))
    assert (len(result.added), len(result.held)) == (1, 1)
    live = [columns for columns, _ in desk.rows() if columns["status"] == "approved"]
    assert len(live) == 1


def test_a_corrected_account_never_leaves_the_post_in_both_accounts() -> None:
    with empty_desk("polowijen", "arjosari") as desk:
        desk.take(row(akun="arjosari"))
        result = desk.take(row(akun="polowijen"))
        assert (result.added, result.held) == (["P-01"], ["P-01"])
        assert desk.status(account="polowijen") == "approved"
        assert desk.status(account="arjosari") == "held"


# What is out cannot be changed.


@pytest.mark.parametrize(
    ("happened", "status"),
    [
        (PUBLISHING, "sedang diterbitkan"),
        (PUBLISHED, "sudah terbit"),
        (UNCONFIRMED, "mungkin sudah terbit"),
    ],
)
def test_what_is_out_or_may_be_cannot_be_changed_and_it_is_said(
    desk: Desk, happened: tuple[Happened, ...], status: str
) -> None:
    desk.take(row())
    desk.happen(*happened)
    before = desk.rows()
    result = desk.take(row(caption="Terlambat diubah", status="batal"))
    assert (result.changed, result.unchanged, len(result.problems)) == ([], [], 1)
    assert result.problems[0].startswith("Baris 2, kolom kode: tertulis “P-01”")
    assert status in result.problems[0]
    assert "tidak dapat diubah lagi" in result.problems[0]
    assert desk.rows() == before


def test_what_stands_in_a_cell_is_quoted_once(desk: Desk) -> None:
    (problem,) = desk.take(row(media="../daftar.txt")).problems
    assert "tertulis “../daftar.txt”, seharusnya" in problem


def test_a_key_that_another_sheet_uses_already_is_told(desk: Desk) -> None:
    desk.take(row(), source="november.csv")
    result = desk.take(row(number=5, caption="Lain"), source="desember.csv")
    assert result.changed == ["P-01"]
    assert result.notes[0].startswith("Baris 5: kode P-01 sudah dipakai di november.csv baris 2; ")
    assert desk.take(row(number=5, caption="Lain"), source="salinan.csv").notes == []


@pytest.mark.parametrize("happened", [PUBLISHED, UNCONFIRMED])
def test_what_is_out_stays_so_when_its_row_vanishes(desk: Desk, happened: tuple[Happened, ...]) -> None:
    desk.take(row())
    desk.happen(*happened)
    before = desk.status()
    assert desk.take().held == []
    assert desk.status() == before


# Two at once.


def test_a_publisher_that_was_at_work_on_a_rescheduled_post_sees_that_it_was_too_slow(desk: Desk) -> None:
    desk.take(row())
    desk.happen(*PREPARED)
    at_work = desk.post()
    desk.take(row(jam="15.00"))
    now = desk.post()
    assert now.version > at_work.version
    assert now.publication.scheduled_at == datetime(2026, 11, 26, 15, 0, tzinfo=WIB)
    assert now.publication.status == "preparing"


def test_somebody_faster_stops_the_import_and_nothing_is_taken(desk: Desk) -> None:
    desk.take(row("P-01"))
    before = desk.rows()

    def faster(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE posts"):
            cursor.execute("UPDATE posts SET version = version + 1 WHERE key = 'P-01'")

    event.listen(desk.database.engine, "before_cursor_execute", faster)
    try:
        with pytest.raises(NeedsPerson, match="P-01 sedang diubah") as stopped:
            desk.take(row("P-00", 2), row("P-01", 3, caption="Lain"))
    finally:
        event.remove(desk.database.engine, "before_cursor_execute", faster)
    assert stopped.value.cure == "impor lembar rencananya sekali lagi"
    assert desk.rows() == before


def test_the_journal_tells_what_the_sheet_did(desk: Desk) -> None:
    desk.take(row())
    desk.take(row(jam="10.00"))
    desk.take(row(jam="10.00", status="batal"))
    subject = f"post:{desk.post().id}"
    with desk.database.reading() as connection:
        lines = [(line.who, line.what) for line in journal.of(connection, subject)]
    assert lines == [
        ("ig-worker", f"planned from {SHEET} row 2"),
        ("dr. Wulan", "approved in the sheet"),
        ("lembar rencana", "the row changed"),
        ("lembar rencana", "the row changed"),
        ("lembar rencana", "cancelled in the sheet"),
    ]


def test_a_first_comment_is_kept_for_when_the_post_is_out() -> None:
    with empty_desk() as desk:
        result = desk.take(row(komentar_pertama="Tulis pertanyaanmu di sini, ya!"))
        assert desk.post().row.first_comment == "Tulis pertanyaanmu di sini, ya!"
    assert result.notes == []


def test_a_row_whose_time_is_long_past_is_said_to_be_so_and_waits_for_a_person() -> None:
    """An approval in the sheet is for the planned time, and makes no late post good."""
    with empty_desk() as desk:
        result = desk.take(row("P-01", tanggal="24/11/2020"))
        assert any("sudah lewat" in note for note in result.notes)
        stored = desk.post("P-01")
        rules = Rules()
        assert decide(stored.publication, desk.clock.now(), rules).step is Step.HOLD_AS_LATE
