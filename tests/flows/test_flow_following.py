"""A case's cards are made patiently, and what becomes of its messages later becomes further evidence, once each."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import MINUTE, Folder, PlainCards
from sqlalchemy import select

from fakes.bench import bench_database
from ig_worker.domain.card_tries import LONGEST_PAUSE, is_long_known, next_try
from ig_worker.domain.errors import NeedsPerson
from ig_worker.store import cases, chain, messages, notices
from ig_worker.store.database import Row
from ig_worker.store.schema import notices as notice_rows

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with bench_database() as database:
        yield Folder(database, tmp_path)


def pieces(folder: Folder, message_id: int) -> list[Row[Any]]:
    with folder.database.reading() as connection:
        return list(chain.of_message(connection, message_id))


def letters(folder: Folder) -> list[Row[Any]]:
    with folder.database.reading() as connection:
        found = [
            one for stored in cases.listed(connection) for one in cases.deliveries_of(connection, stored.id)
        ]
    return [one for one in found if one.team == "complaint_team"]


def data_of(folder: Folder, piece: Row[Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder.data_dir / piece.json_path).read_bytes())
    return found


def test_each_edit_becomes_a_piece_with_the_words_before_and_after(folder: Folder) -> None:
    number = folder.message(1, "Antrean lama")
    folder.run(timedelta(hours=3))
    folder.edit(number, "Antrean lama sekali")
    folder.clock.forward(MINUTE)
    folder.edit(number, "Sudah baik, terima kasih")
    for _ in range(3):
        folder.run()
    written, first, second = pieces(folder, number)
    assert [data_of(folder, piece).get("change", {}).get("before") for piece in (written, first, second)] == [
        None,
        "Antrean lama",
        "Antrean lama sekali",
    ]
    assert [data_of(folder, piece)["message"]["text"] for piece in (written, first, second)] == [
        "Antrean lama",
        "Antrean lama sekali",
        "Sudah baik, terima kasih",
    ]
    assert first.occasion == f"edited:{first.happened_at.isoformat()}"
    _, told, again = letters(folder)
    assert "disunting pengirimnya 3 jam kemudian" in told.body
    assert "Semula: “Antrean lama”\nMenjadi: “Antrean lama sekali”" in told.body
    assert told.attachments == [first.path]
    assert again.attachments == [second.path]
    assert chain_head_in(again.body) == second.chain
    assert folder.verify(redraw=True) == []


def chain_head_in(body: str) -> str:
    return body.rpartition("Rantai bukti: ")[2]


def test_an_edit_that_came_before_the_card_is_no_further_evidence(folder: Folder) -> None:
    number = folder.message(1, "Biasa saja")
    folder.edit(number, "Antrean lama")
    folder.run()
    folder.run()
    (written,) = pieces(folder, number)
    assert data_of(folder, written)["message"]["text"] == "Antrean lama"


def test_a_deleted_comment_stays_as_evidence_and_its_deletion_is_told(folder: Folder) -> None:
    number = folder.message(1, "Obat kosong. NIK saya 3573014107900002")
    folder.run(timedelta(days=2))
    folder.delete(number)
    for _ in range(3):
        folder.run()
    written, deleted = pieces(folder, number)
    assert (folder.data_dir / written.path).is_file()
    said = data_of(folder, deleted)
    assert said["change"] == {
        "kind": "deleted",
        "at": deleted.happened_at.isoformat(),
        "before": "Obat kosong. NIK saya 3573014107900002",
    }
    _, told = letters(folder)
    assert "tidak ada lagi di Instagram, 2 hari kemudian" in told.body
    assert "3573014107900002" not in told.body
    assert told.attachments == [deleted.path]


def test_one_that_is_deleted_again_after_it_came_back_is_evidence_again(folder: Folder) -> None:
    number = folder.message(1)
    folder.run()
    folder.delete(number)
    folder.run()
    with folder.database.writing() as connection:
        messages.change(connection, number, folder.clock.now(), "there again", deleted=False, deleted_at=None)
    folder.run()
    folder.delete(number)
    folder.run()
    assert [piece.occasion.partition(":")[0] for piece in pieces(folder, number)] == [
        "written",
        "deleted",
        "deleted",
    ]


def test_a_private_message_that_was_taken_back_is_not_drawn_again(folder: Folder) -> None:
    number = folder.message(1, channel="dm", conversation_id="t-1")
    folder.run()
    folder.edit(number, "lain")
    folder.delete(number)
    with folder.database.writing() as connection:
        messages.change(connection, number, folder.clock.now(), "taken back", withdrawn_at=folder.clock.now())
    folder.run()
    assert len(pieces(folder, number)) == 1


def test_what_was_changed_long_ago_is_evidence_and_no_news(folder: Folder) -> None:
    number = folder.message(1)
    folder.run()
    folder.delete(number)
    folder.run(8 * DAY)
    before = len(letters(folder))
    other = folder.message(2)
    folder.run()
    folder.delete(other)
    folder.clock.forward(8 * DAY)
    folder.run()
    assert len(pieces(folder, other)) == 2
    assert len(letters(folder)) == before + 1, "the new case alone"


class Broken(PlainCards):
    """A renderer that cannot, until it is mended."""

    def __init__(self) -> None:
        self.tries = 0
        self.broken = True

    def evidence_card(self, card: Any, out: Path) -> None:
        self.tries += 1
        if self.broken:
            raise NeedsPerson("cannot write evidence into /somewhere: No space left on device")
        super().evidence_card(card, out)


@pytest.fixture
def broken(folder: Folder) -> Broken:
    folder.cards = Broken()
    folder.casework = folder.worker()
    return folder.cards


def test_the_team_is_told_without_a_picture_and_the_picture_follows_after_the_cure(
    folder: Folder, broken: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    number = folder.message(1)
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            folder.run(timedelta(seconds=20))
    assert broken.tries == 3
    (told,) = letters(folder)
    assert told.attachments == []
    assert len([line for line in caplog.records if "no evidence card" in line.message]) == 1
    broken.broken = False
    folder.run(2 * MINUTE)
    folder.run()
    (piece,) = pieces(folder, number)
    _, follows = letters(folder)
    assert follows.attachments == [piece.path]
    assert "kini sudah ada dan terlampir" in follows.body
    assert folder.verify() == []


def test_a_card_that_never_works_is_tried_once_a_day(folder: Folder, broken: Broken) -> None:
    folder.message(1)
    for _ in range(60):
        folder.run(timedelta(hours=6))
    assert 17 <= broken.tries <= 26
    assert len(letters(folder)) == 1


def test_pauses_grow_to_a_day_and_no_calendar_is_too_short(folder: Folder) -> None:
    now = folder.clock.now()
    pauses = [(next_try(attempts, now) - now) / MINUTE for attempts in (0, 1, 2, 3, 4, 5, 13, 14, 10**6)]
    assert pauses == [0, 0, 0, 1, 2, 4, 1024, LONGEST_PAUSE / MINUTE, LONGEST_PAUSE / MINUTE]
    first = next(attempts for attempts in range(99) if is_long_known(attempts))
    failed_for = [
        sum((next_try(each, now) - now for each in range(last)), 0 * DAY) for last in (first - 1, first)
    ]
    assert failed_for[0] < 3 * DAY <= failed_for[1]


def test_of_a_card_that_can_never_be_made_the_operators_hear_less_and_less(
    folder: Folder, broken: Broken
) -> None:
    number = folder.message(1)
    began = folder.clock.now()
    while (gone := folder.clock.now() - began) < 31 * DAY:
        folder.run(MINUTE if gone < 2 * DAY and broken.tries < 13 else timedelta(hours=1))
    days = [(told - began.date()).days for told in told_to_operators(folder)]
    assert days == [0, 1, 2, 9, 16, 23, 30]
    assert broken.tries > 30, "it is tried every day all the same"
    # Another one that fails is news.
    folder.message(2)
    for _ in range(5):
        folder.run()
    assert told_to_operators(folder)[-1] == folder.clock.now().date()
    assert pieces(folder, number) == []


def told_to_operators(folder: Folder) -> list[date]:
    """On which days they were told that cards cannot be made."""
    with folder.database.reading() as connection:
        query = select(notice_rows.c.key).where(notice_rows.c.team == "operators").order_by(notice_rows.c.id)
        keys = connection.execute(query).scalars().all()
    return [date.fromisoformat(key.removeprefix("evidence:")) for key in keys if key.startswith("evidence:")]


def test_many_cards_that_fail_do_not_hold_the_telling_up(folder: Folder, broken: Broken) -> None:
    for number in range(12):
        folder.message(number)
    for _ in range(4):
        folder.run()
    assert len(letters(folder)) == 12
    assert broken.tries <= 3 * 3 + 1


def test_an_edit_whose_card_fails_is_told_without_a_picture_and_drawn_later(
    folder: Folder,
) -> None:
    number = folder.message(1)
    folder.run()
    mended = folder.cards
    folder.cards = Broken()
    folder.casework = folder.worker()
    folder.edit(number, "lain")
    for _ in range(4):
        folder.run()
    _, told = letters(folder)
    assert "belum dapat dibuat" in told.body
    folder.cards = mended
    folder.casework = folder.worker()
    folder.run(MINUTE)
    folder.run()
    assert len(pieces(folder, number)) == 2
    assert len(letters(folder)) == 2


def test_later_words_of_a_case_with_a_broken_card_are_told_once(folder: Folder, broken: Broken) -> None:
    broken.broken = False
    folder.message(1)
    folder.run()
    broken.broken = True
    folder.message(2, author="orang1", author_id="igsid-1", text="Masih lama juga")
    for _ in range(5):
        folder.run(timedelta(seconds=30))
    told = [one for one in letters(folder) if one.key.endswith(":message:2")]
    assert len(told) == 1
    assert not told[0].attachments
    with folder.database.reading() as connection:
        assert notices.counts(connection)
