"""A week after somebody took words back nothing of them is left, whatever was interrupted, and the chain holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from casework_desk import CaseworkDesk, Paper
from message_desk import HOUR

from fakes.bench import ACCOUNT, bench_database
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.evidence_chain import link
from ig_worker.domain.forgotten import ERASED, PURGED
from ig_worker.domain.unsent import ERASED_AFTER, TAKEN_BACK
from ig_worker.flows.casework.unsent import Unsent
from ig_worker.flows.casework.verifying import Verifier
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.outbox import Letter
from ig_worker.store import case_retention, chain, custody, register
from ig_worker.store.database import Database
from ig_worker.store.schema import evidence, metadata

SECRET = "Antrean loket lama sekali, NIK saya 3573041234567890, mengecewakan 😡"
OTHER = "Obatnya kosong terus di apotek puskesmas, kecewa sekali!"
WEEK = ERASED_AFTER + HOUR


class Killed(BaseException):
    """The process is gone here."""


class Cards(Paper):
    """Draws cards that show all their data."""

    def __init__(self) -> None:
        super().__init__()
        self.full_disk = False

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        if self.full_disk:
            raise NeedsPerson("no space left on the device")
        out.write_bytes(json.dumps(card, ensure_ascii=False).encode())


class UnsentDesk(CaseworkDesk):
    """A desk with the policy that redacts, and a conversation whose second message is taken back."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.cards = Cards()
        super().__init__(database, folder, self.cards)
        self.folder = folder
        self.instagram.message("budi", "Assalamualaikum min")
        self.clock.forward(timedelta(minutes=1))
        self.gone = self.instagram.message("budi", SECRET)
        self.clock.forward(timedelta(minutes=1))
        self.instagram.message("budi", OTHER)
        self.work()

    def another_reader(self, **rules: Any) -> InboxReader:
        return super().another_reader(redacts_unsent=True, **rules)

    def take_back(self) -> None:
        self.instagram.unsend(self.gone)
        self.work(2 * HOUR)

    def erase(self, after: timedelta = WEEK, database: Any = None, *, keeps: bool = False) -> None:
        self.clock.forward(after)
        database = database or self.database
        Unsent(ACCOUNT, database, self.cards, self.folder, self.clock, keeps=keeps).run()  # type: ignore[arg-type]

    def message(self, ig_id: str) -> Any:
        return next(row for row in self.stored() if row.ig_id == ig_id)

    def files_with(self, words: str) -> list[str]:
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return sorted(path.name for path in found if words.encode() in path.read_bytes())

    def rows_with(self, words: str) -> list[str]:
        """The tables in which the words stand."""
        with self.database.reading() as connection:
            return [
                name
                for name, table in metadata.tables.items()
                if words in repr([tuple(row) for row in connection.execute(table.select())])
            ]

    def pieces(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(evidence.select().order_by(evidence.c.id)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[UnsentDesk]:
    with bench_database() as database:
        yield UnsentDesk(database, tmp_path)


def is_erased(desk: UnsentDesk) -> str:
    """What is wrong with the end; empty where all is well."""
    for words in ("3573041234567890", "Antrean loket"):
        if found := [*desk.files_with(words), *desk.rows_with(words)]:
            return f"{words} stands in {found}"
    message = desk.message(desk.gone)
    if (message.text, message.redacted_at is None, message.label) != (TAKEN_BACK, False, "keluhan"):
        return f"message {message.text} {message.redacted_at}"
    if [stored.number for stored in desk.cases()] != ["K-2026-0001", "K-2026-0002"]:
        return "a case is gone"
    previous = chain.START
    for piece in desk.pieces():
        if piece.previous != previous or piece.chain != link(piece._mapping):
            return f"the chain is broken at {piece.id}"
        previous = piece.chain
    erased = {piece.erases for piece in desk.pieces()}
    for piece in desk.pieces():
        if piece.path and (piece.id in erased) is (desk.folder / piece.path).exists():
            return f"{piece.path}: erased {piece.id in erased}"
    return ""


def test_before_it_is_taken_back_the_evidence_shows_it(desk: UnsentDesk) -> None:
    assert len(desk.files_with("3573041234567890")) == 4, (
        "its own card and data, and those of the next message"
    )


def test_a_week_later_nothing_of_it_is_left_and_the_rest_stays(desk: UnsentDesk) -> None:
    before = desk.pieces()
    desk.take_back()
    desk.erase()
    assert is_erased(desk) == ""
    own, other = [piece for piece in desk.pieces() if piece.erases]
    assert (own.occasion, own.path, own.sha256) == (f"erased:{before[0].id}", "", before[0].sha256)
    assert other.occasion == f"erased:{before[1].id}"
    said = json.loads((desk.folder / other.json_path).read_text("utf-8"))
    assert [(line["text"], line.get("taken_back", False)) for line in said["thread"]] == [
        ("Assalamualaikum min", False),
        ("", True),
    ]
    assert said["message"]["text"] == OTHER
    assert said["captured_at"] == json.loads((desk.folder / other.path).read_text("utf-8"))["captured_at"]
    assert len(desk.files_with(OTHER)) == 2


def test_nothing_is_erased_before_the_week_is_over(desk: UnsentDesk) -> None:
    desk.take_back()
    files = desk.files_with("")
    desk.erase(ERASED_AFTER - 3 * HOUR)
    assert desk.files_with("") == files
    assert desk.rows_with("3573041234567890") == ["taken_back"]


def test_what_came_back_within_the_week_is_never_erased(desk: UnsentDesk) -> None:
    whole = desk.instagram.conversation("conversation-budi")
    desk.take_back()
    desk.instagram.conversation = lambda conversation_id: whole  # type: ignore[method-assign]
    desk.instagram.message("budi", "halo")
    desk.work()
    desk.erase()
    assert desk.message(desk.gone).text == SECRET
    assert len(desk.files_with("3573041234567890")) == 4


def test_files_that_hung_nowhere_yet_are_erased_as_well(desk: UnsentDesk) -> None:
    """A worker was killed after they lay in their place, and before their row hung."""
    with desk.database.writing() as connection:
        connection.execute(evidence.delete())
    desk.take_back()
    assert desk.files_with("3573041234567890") == ["pesan-2.json", "pesan-2.png"], "the other is drawn anew"
    desk.erase()
    assert desk.files_with("3573041234567890") == []
    assert len(desk.files_with(OTHER)) == 2


def test_what_is_shown_again_after_the_erasing_is_no_longer_taken_back(desk: UnsentDesk) -> None:
    whole = desk.instagram.conversation("conversation-budi")
    desk.take_back()
    desk.erase()
    desk.instagram.conversation = lambda conversation_id: whole  # type: ignore[method-assign]
    desk.instagram.message("budi", "halo")
    desk.work()
    message = desk.message(desk.gone)
    assert (message.text, message.deleted, message.redacted_at) == (SECRET, False, None)
    with desk.database.reading() as connection:
        assert [facts.said[0].text for facts in register.cases_of(connection)] == [SECRET, OTHER]


def test_what_was_erased_on_request_does_not_come_back_with_it(desk: UnsentDesk) -> None:
    whole = desk.instagram.conversation("conversation-budi")
    desk.take_back()
    message = desk.message(desk.gone)
    with desk.database.writing() as connection:
        case_retention.blank(connection, message, ERASED, desk.clock.now())
    desk.instagram.conversation = lambda conversation_id: whole  # type: ignore[method-assign]
    desk.instagram.message("budi", "halo")
    desk.work()
    assert desk.message(desk.gone).text == ERASED
    assert desk.rows_with(SECRET) == []


@pytest.mark.parametrize("words", [PURGED, ERASED])
def test_a_card_drawn_again_stays_rightful_when_the_message_that_was_taken_back_is_forgotten(
    desk: UnsentDesk, words: str
) -> None:
    desk.take_back()
    desk.erase()
    message = desk.message(desk.gone)
    with desk.database.writing() as connection:
        case_retention.blank(connection, message, words, desk.clock.now())
    kept = next(piece for piece in desk.pieces() if piece.path and piece.erases)
    drawn_again = next(piece for piece in desk.pieces() if piece.id == kept.erases)
    with desk.database.reading() as connection:
        assert custody.erased_by_rule(connection, drawn_again)
    found = Verifier(desk.database, desk.folder).run([number_of(desk, kept)])
    assert [finding.says for finding in found] == []


def number_of(desk: UnsentDesk, piece: Any) -> str:
    return next(stored.number for stored in desk.cases() if stored.id == piece.case_id)


def test_a_disk_that_does_not_answer_just_now_has_lost_no_evidence(
    desk: UnsentDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.take_back()
    data = desk.folder / desk.pieces()[1].json_path
    kept = data.read_bytes()
    data.unlink()
    data.symlink_to(data)  # as a disk that gives an error, for root as well
    desk.erase()
    assert "cannot be erased yet: evidence cannot be read" in caplog.text
    assert len([piece for piece in desk.pieces() if piece.erases]) == 1, "its own only"
    data.unlink()
    data.write_bytes(kept)
    desk.erase()
    assert desk.files_with("3573041234567890") == []
    assert len(desk.files_with(OTHER)) == 2


def test_the_second_time_there_is_nothing_left_to_do(desk: UnsentDesk) -> None:
    desk.take_back()
    desk.erase()
    pieces, files = desk.pieces(), desk.files_with("")
    desk.erase()
    assert (desk.pieces(), desk.files_with("")) == (pieces, files)


def test_two_of_one_conversation_are_erased_one_after_the_other(desk: UnsentDesk) -> None:
    desk.take_back()
    third = desk.instagram.message("budi", "Petugasnya juga kasar sekali, saya dibentak di loket!")
    desk.work()
    second = next(row.ig_id for row in desk.stored() if row.text == OTHER)
    desk.instagram.unsend(second)
    desk.work(2 * HOUR)
    desk.erase(ERASED_AFTER - HOUR)
    assert desk.message(desk.gone).redacted_at is not None
    desk.erase(3 * HOUR)
    assert is_erased(desk) != "", "a third case is there now"
    assert desk.files_with(OTHER) == []
    assert desk.rows_with(OTHER) == []
    assert desk.message(third).text.startswith("Petugasnya")
    assert len(desk.files_with("Petugasnya juga kasar")) == 2


def test_data_that_are_lost_leave_no_card_that_may_show_the_words(desk: UnsentDesk) -> None:
    desk.take_back()
    (desk.folder / desk.pieces()[1].json_path).unlink()
    desk.erase()
    assert desk.files_with("3573041234567890") == []
    assert [piece.path for piece in desk.pieces() if piece.erases] == ["", ""]


def test_a_full_disk_keeps_the_words_hidden_until_there_is_room(
    desk: UnsentDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.take_back()
    desk.cards.full_disk = True
    desk.erase()
    assert "cannot be erased yet" in caplog.text
    assert (desk.message(desk.gone).text, desk.message(desk.gone).redacted_at) == (TAKEN_BACK, None)
    desk.cards.full_disk = False
    desk.erase(HOUR)
    assert is_erased(desk) == ""


def test_under_the_policy_that_keeps_the_hidden_is_shown_again(desk: UnsentDesk) -> None:
    desk.take_back()
    desk.erase(HOUR, keeps=True)
    desk.erase(keeps=True)
    message = desk.message(desk.gone)
    assert (message.text, message.deleted, message.withdrawn_at) == (SECRET, True, None)
    assert len(desk.files_with("3573041234567890")) == 4


def test_no_new_notice_carries_a_picture_that_shows_the_words(desk: UnsentDesk) -> None:
    pictures = tuple(piece.path for piece in desk.pieces())

    def tell(key: str) -> None:
        with desk.database.writing() as connection:
            letter = Letter(key, "Keluhan", "Batas waktunya besok.", attachments=pictures)
            desk.outbox.tell(connection, desk.clock.now(), "complaint_team", letter)

    tell("before")
    desk.instagram.unsend(desk.gone)
    desk.poll(2 * HOUR)
    tell("hidden")
    desk.erase()
    tell("erased")
    redrawn = f"{pictures[1].removesuffix('.png')}-tanpa-2.png"
    with desk.database.writing() as connection:
        letter = Letter("redrawn", "Keluhan", "Batas waktunya besok.", attachments=(*pictures, redrawn))
        desk.outbox.tell(connection, desk.clock.now(), "complaint_team", letter)
    carried = {notice.key: notice.attachments for notice in desk.notices() if notice.body.startswith("Batas")}
    assert carried == {"before": [], "hidden": [], "erased": [], "redrawn": [redrawn]}


class Dying:
    """A database whose process dies right before, or right after, one of its transactions that write."""

    def __init__(self, database: Database, at: int, *, after: bool) -> None:
        self._database = database
        self._left = at
        self._after = after

    def reading(self) -> Any:
        return self._database.reading()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        with self._database.writing() as connection:
            yield connection
        if self._left == 0:
            raise Killed


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_whatever_transaction_is_its_last_the_next_pass_ends_it(
    desk: UnsentDesk, at: int, after: bool
) -> None:
    desk.take_back()
    with pytest.raises(Killed):
        desk.erase(database=Dying(desk.database, at, after=after))
    desk.erase(HOUR)
    assert is_erased(desk) == ""
