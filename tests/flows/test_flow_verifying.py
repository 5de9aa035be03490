"""Any byte changed in any file of evidence, any column changed in any row of its chain, is found and named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import Folder, PlainCards, sha256
from sqlalchemy import delete, select, update

from fakes.bench import ACCOUNT, bench_database
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.evidence_chain import link
from ig_worker.store import chain
from ig_worker.store.schema import cases, evidence, journal

NO_TEXT = pytest.mark.sqlite_only("its columns hold anything")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with bench_database() as database:
        yield Folder(database, tmp_path).filled()


def rows(folder: Folder) -> list[Any]:
    with folder.database.reading() as connection:
        return list(connection.execute(select(evidence).order_by(evidence.c.id)))


def test_what_nobody_touched_is_as_it_was(folder: Folder) -> None:
    verifier = folder.verifier(redraw=True)
    assert list(verifier.run()) == []
    tally = verifier.tally
    assert (tally.pieces, tally.erased, tally.redrawn, tally.unfinished) == (6, 1, 4, 0)
    assert tally.files == len(folder.files()) == 10, "each case has its own copy of the post's picture"
    assert verifier.heads == {ACCOUNT: rows(folder)[-1].chain}


def test_every_changed_byte_of_every_file_is_named(folder: Folder) -> None:
    for path in folder.files():
        content = path.read_bytes()
        where = path.relative_to(folder.data_dir).as_posix()
        for place in {0, 1, len(content) // 3, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :])
            assert where in {finding.where for finding in folder.verify()}, (where, place)
        for changed in (content + b"\0", content[:-1], b""):
            path.write_bytes(changed)
            assert where in {finding.where for finding in folder.verify()}, (where, len(changed))
        path.write_bytes(content)
    assert folder.verify() == []


def test_what_was_expected_and_found_is_said(folder: Folder) -> None:
    path = folder.data_dir / rows(folder)[0].path
    path.write_bytes(b"another picture")
    (finding,) = folder.verify()
    assert (finding.kind, finding.where, finding.case) == ("altered", rows(folder)[0].path, "K-2026-0001")
    assert (finding.expected, finding.found) == (rows(folder)[0].sha256, sha256(path))


@pytest.mark.parametrize("column", [column.name for column in evidence.c])
def test_every_changed_column_of_every_row_is_named(folder: Folder, column: str) -> None:
    for row in rows(folder):
        (held,) = folder.tamper(f"SELECT {column} FROM evidence WHERE id = ?", row.id)
        for changed in _other_values(column, row):
            folder.tamper(f"UPDATE evidence SET {column} = ? WHERE id = ?", changed, row.id)
            assert folder.verify(), (column, row.id, changed)
            number = changed if column == "id" else row.id
            folder.tamper(f"UPDATE evidence SET {column} = ? WHERE id = ?", *held, number)
    assert folder.verify() == []


def _other_values(column: str, row: Any) -> list[Any]:
    value = row._mapping[column]
    match column:
        case "id":
            return [value + 100]
        case "case_id":
            return [value % 3 + 1, 99]
        case "message_id":
            return [99]
        case "form":
            return [1, 3]
        case "erases":
            return [None if value else 6 if row.id != 6 else 5]
        case "made_at" | "happened_at":
            return ["2026-11-25 00:30:00.000007"]
        case "occasion":
            return ["deleted:2020-01-01"]
        case "account":
            return ["kendalsari"]
    return (
        ["1" * 64, value[1:] + "x"] if len(value) == 64 else ["evidence/2026/K-2026-0001/x.png", value + "x"]
    )


@NO_TEXT
def test_a_row_that_holds_nonsense_is_named_and_stops_nothing(folder: Folder) -> None:
    folder.tamper("UPDATE evidence SET made_at = 'yesterday' WHERE id = 2")
    assert "row 2" in {finding.where for finding in folder.verify()}
    folder.tamper("UPDATE evidence SET happened_at = 5 WHERE erases IS NOT NULL")
    assert {"row 2", "row 6"} <= {finding.where for finding in folder.verify()}


@pytest.mark.parametrize("column", ["path", "json_path", "account"])
@pytest.mark.parametrize(
    "nonsense", ["", ".", "/", "evidence", "evidence/", pytest.param(b"\xff\x00", marks=NO_TEXT)]
)
def test_a_place_that_is_none_is_named_and_stops_nothing(
    folder: Folder, column: str, nonsense: str | bytes
) -> None:
    folder.tamper(f"UPDATE evidence SET {column} = ? WHERE id = 2", nonsense)
    findings = folder.verify()
    assert findings
    assert all(finding.kind in {"altered", "removed", "foreign"} for finding in findings)


def test_a_row_with_a_number_that_no_database_gives_is_read_too(folder: Folder) -> None:
    folder.tamper("UPDATE evidence SET id = -1 WHERE id = 6")
    assert "row -1" in {finding.where for finding in folder.verify()}


def test_files_that_were_erased_without_a_rule_are_missed(folder: Folder) -> None:
    """Whoever can write rows can write one that vouches; nobody took a public comment back."""
    first = rows(folder)[0]
    with folder.database.writing() as connection:
        chain.erase(connection, first, folder.clock.now())
    for path in (first.path, first.json_path):
        (folder.data_dir / path).unlink()
    (finding,) = folder.verify()
    assert (finding.kind, finding.where, finding.case) == ("missing", first.path, "K-2026-0001")


def test_a_private_message_that_nobody_took_back_is_not_erased_by_rule(folder: Folder) -> None:
    message_id = folder.message(4, channel="dm", conversation_id="t-4")
    folder.run()
    with folder.database.writing() as connection:
        (piece,) = chain.of_message(connection, message_id)
        chain.erase(connection, piece, folder.clock.now())
    assert [(finding.kind, finding.where) for finding in folder.verify()] == [("missing", piece.path)]


@pytest.mark.parametrize("which", [0, 2, 5])
def test_a_removed_row_is_missed_wherever_it_hung(folder: Folder, which: int) -> None:
    gone = rows(folder)[which]
    folder.tamper("DELETE FROM evidence WHERE id = ?", gone.id)
    assert ("removed", gone.chain) in {(finding.kind, finding.expected) for finding in folder.verify()}


def test_a_chain_that_was_made_anew_as_a_whole_differs_from_what_was_printed(folder: Folder) -> None:
    old = rows(folder)
    with folder.database.writing() as connection:
        connection.execute(delete(journal).where(journal.c.subject == f"evidence:{ACCOUNT}"))
        previous = chain.START
        for row in old:
            forged = {**row._mapping, "previous": previous, "sha256": row.sha256[::-1]}
            previous = link(forged)
            connection.execute(
                update(evidence).where(evidence.c.id == row.id).values(**{**forged, "chain": previous})
            )
    printed = [finding for finding in folder.verify() if finding.where.startswith("notice ")]
    assert printed, "the notices in the outbox carry the heads of the true chain"


def test_a_removed_end_is_missed_by_the_notices_alone(folder: Folder) -> None:
    folder.tamper("DELETE FROM journal WHERE subject LIKE 'evidence:%'")
    folder.tamper("DELETE FROM evidence WHERE id >= 5")
    assert any(finding.where.startswith("notice ") for finding in folder.verify())


def test_files_that_changed_places_missing_ones_links_and_strangers_are_named(folder: Folder) -> None:
    first, second, *_ = rows(folder)
    one, other = folder.data_dir / first.path, folder.data_dir / second.path
    held, theirs = one.read_bytes(), other.read_bytes()
    one.write_bytes(theirs)
    other.write_bytes(held)
    assert {finding.where for finding in folder.verify()} == {first.path, second.path}
    one.write_bytes(held)
    other.write_bytes(theirs)

    aside = folder.data_dir / "aside.png"
    one.rename(aside)
    assert [(finding.kind, finding.where) for finding in folder.verify()] == [("missing", first.path)]
    one.symlink_to(aside)
    assert [(finding.kind, finding.where) for finding in folder.verify()] == [("altered", first.path)]
    one.unlink()
    one.mkdir()
    assert [(finding.kind, finding.where) for finding in folder.verify()] == [("altered", first.path)]
    one.rmdir()
    os.mkfifo(one)
    assert [(finding.kind, finding.where) for finding in folder.verify()] == [("altered", first.path)]
    one.unlink()
    aside.rename(one)

    case = one.parent
    moved = folder.data_dir / "elsewhere"
    case.rename(moved)
    case.symlink_to(moved)
    assert first.path in {finding.where for finding in folder.verify()}
    case.unlink()
    moved.rename(case)

    for name in ("pesan-99.png", "catatan.txt", ".hidden", "unggahan-0123456789abcdef.jpg", "pesan-1-x.png"):
        stranger = case / name
        stranger.write_bytes(b"put there by somebody")
        (finding,) = folder.verify()
        assert (finding.kind, finding.where) == (
            "foreign",
            stranger.relative_to(folder.data_dir).as_posix(),
        ), name
        stranger.unlink()
    assert folder.verify() == []


def test_what_an_interruption_left_is_no_stranger(folder: Folder) -> None:
    number = folder.message(7)
    mended = folder.cards

    class Broken(PlainCards):
        def evidence_card(self, card: Any, out: Path) -> None:
            raise NeedsPerson("no space")

    folder.cards = Broken()
    folder.casework = folder.worker()
    folder.run()
    folder.cards = mended
    folder.casework = folder.worker()
    case = folder.data_dir / "evidence" / "2026" / folder.numbers()[-1]
    case.mkdir()
    (case / f"pesan-{number}.png").write_bytes(b"half")
    (case / f"pesan-{number}.json").write_bytes(b"half")
    draft = folder.data_dir / "evidence" / ".drafts" / "x"
    draft.mkdir(parents=True)
    (draft / "card.png").write_bytes(b"half")
    verifier = folder.verifier()
    assert list(verifier.run()) == []
    assert verifier.tally.unfinished == 3
    folder.run()
    verifier = folder.verifier()
    assert list(verifier.run()) == []
    assert verifier.tally.unfinished == 1


def test_of_one_case_only_its_files_are_read_but_every_link(folder: Folder) -> None:
    first, second, *_ = rows(folder)
    (folder.data_dir / first.path).write_bytes(b"x")
    (folder.data_dir / second.path).write_bytes(b"x")
    assert [finding.where for finding in folder.verify("K-2026-0002")] == [second.path]
    with folder.database.writing() as connection:
        connection.execute(update(evidence).where(evidence.c.id == first.id).values(sha256="0" * 64))
    assert "row 1" in {finding.where for finding in folder.verify("K-2026-0002")}


def test_another_number_on_the_case_is_named(folder: Folder) -> None:
    with folder.database.writing() as connection:
        connection.execute(update(cases).where(cases.c.id == 2).values(number="K-2026-0009"))
    findings = folder.verify()
    assert {finding.kind for finding in findings} == {"altered"}
    assert "K-2026-0009" in {finding.expected for finding in findings}


def test_drawn_again_another_picture_is_named_even_where_its_hash_was_hung_with_it(folder: Folder) -> None:
    number = folder.message(8)
    real = folder.cards

    class Forged(type(real)):
        def evidence_card(self, card: Any, out: Path) -> None:
            super().evidence_card({**card, "label": "pujian"}, out)

    folder.cards = Forged()
    folder.casework = folder.worker()
    folder.run()
    folder.cards = real
    assert folder.verify() == []
    (finding,) = folder.verify(redraw=True)
    assert (finding.kind, Path(finding.where).name) == ("redrawn", f"pesan-{number}.png")


def test_old_rows_still_prove_what_they_proved(folder: Folder) -> None:
    folder.tamper("DELETE FROM journal WHERE subject LIKE 'evidence:%'")
    folder.tamper("DELETE FROM notices")
    previous = chain.START
    for row in rows(folder)[:2]:
        old = {**row._mapping, "form": 1, "previous": previous}
        previous = link(old)
        folder.tamper(
            "UPDATE evidence SET form = 1, previous = ?, chain = ? WHERE id = ?",
            old["previous"],
            previous,
            row.id,
        )
    folder.tamper("DELETE FROM evidence WHERE id > 2")
    assert folder.verify("K-2026-0001", "K-2026-0002") == []
    for column, changed in (("message_id", 3), ("case_id", 2), ("occasion", "deleted:x"), ("erases", 2)):
        (held,) = folder.tamper(f"SELECT {column} FROM evidence WHERE id = 1")
        folder.tamper(f"UPDATE evidence SET {column} = ? WHERE id = 1", changed)
        assert folder.verify("K-2026-0001", "K-2026-0002"), column
        folder.tamper(f"UPDATE evidence SET {column} = ? WHERE id = 1", *held)


def test_a_forged_row_without_a_true_case_is_named(folder: Folder) -> None:
    last = rows(folder)[-1]
    forged = {**last._mapping, "id": 77, "case_id": 55, "occasion": "x", "previous": last.chain}
    folder.tamper(
        "INSERT INTO evidence (id, case_id, message_id, occasion, form, account, path, sha256, json_path, json_sha256,"
        " previous, chain, made_at) VALUES (77, 55, ?, 'x', 2, ?, '', '', '', '', ?, ?, '2026-11-25 00:30:00.000000')",
        last.message_id,
        ACCOUNT,
        last.chain,
        link(forged),
    )
    assert "row 77" in {finding.where for finding in folder.verify()}
