"""`privacy export` and `privacy erase` as somebody at the centre types them."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values
from sqlalchemy import select

from ig_worker.store import accounts, cases, messages
from ig_worker.store.schema import metadata

SITI = {"author": "siti.aminah", "author_id": "igsid-1"}
WHY = ("--by", "Rina", "--reason", "surat nomor 12")


@pytest.fixture
def filled(centre: Installation) -> Installation:
    """Siti and somebody with a name like hers have written."""
    with centre.writing() as connection:
        messages.add(connection, message_values("Nomor saya 081234567890", ig_id="c1", **SITI))
        other = {"author": "siti.aminah2", "author_id": "igsid-2"}
        messages.add(connection, message_values("Saya orang lain", ig_id="c2", **other))
        accounts.known(connection, "polowijen", "17841400000000001")
        accounts.first_polled(connection, "polowijen", NOW - timedelta(days=9))
        accounts.wholly_read(connection, "polowijen", NOW)
    return centre


def open_case(centre: Installation) -> None:
    with centre.writing() as connection:
        number = messages.add(connection, message_values("Antre lama", ig_id="c3", label="keluhan", **SITI))
        assert number is not None
        said: dict[str, Any] = {
            "number": "K-2026-0001", "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "humas",
            "severity": "biasa", "channel": "comment", "opened_at": NOW, "notices_written": True, **SITI,
        }  # fmt: skip
        cases.join(connection, cases.open_case(connection, said, [], NOW), number)


def texts(centre: Installation) -> list[str]:
    return [row["text"] for row in centre("inbox", "list", "--json").document]


@pytest.mark.parametrize("name", ["siti.aminah", "@Siti.Aminah", "SITI.AMINAH"])
def test_a_dry_run_tells_what_there_is(filled: Installation, name: str) -> None:
    done = filled("privacy", "erase", name, *WHY, "--dry-run")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(
        "siti.aminah; id igsid-1: 1 messages, 0 answers of ours in 0 conversations, no case"
    )
    assert done.out.endswith("Nothing was changed.\n")
    assert len(texts(filled)) == 2
    assert not (filled.folder / "var" / "erased.jsonl").exists()


def test_a_dry_run_needs_nobodys_name_and_no_reason(filled: Installation) -> None:
    done = filled("privacy", "erase", "siti.aminah", "--dry-run")
    assert (done.status, done.err) == (0, "")
    for missing, given in (("--by", WHY[2:]), ("--reason", WHY[:2]), ("--reason", (*WHY[:3], "  "))):
        refused = filled("privacy", "erase", "siti.aminah", "--yes", *given)
        assert refused.status == 2
        assert f"Missing option '{missing}'" in refused.line
    assert len(texts(filled)) == 2
    assert "[dihapus atas permintaan]" not in texts(filled)


def test_erased_is_erased_and_the_one_with_a_similar_name_is_not(filled: Installation) -> None:
    done = filled("privacy", "erase", "siti.aminah", *WHY, "--yes")
    assert (done.status, done.err) == (0, "")
    assert "Erased." in done.out
    assert "Backups made before this still hold them" in done.out
    assert texts(filled) == ["[dihapus atas permintaan]", "Saya orang lain"]
    raw = b"".join(file.read_bytes() for file in (filled.folder / "var").rglob("*") if file.is_file())
    with filled.writing() as connection:
        for table in metadata.sorted_tables:
            raw += repr(connection.execute(select(table)).all()).encode()
    assert b"081234567890" not in raw
    assert b"igsid-1" not in raw
    assert b"siti.aminah2" in raw
    again = filled("privacy", "erase", "siti.aminah", *WHY, "--yes")
    assert (again.status, "nothing is kept" in again.line) == (1, True)


def test_without_yes_it_asks_and_no_answer_is_no(filled: Installation) -> None:
    done = filled.apart("privacy", "erase", "siti.aminah", *WHY, input=b"n\n")
    assert done.status == 1
    assert len(texts(filled)) == 2
    assert "[dihapus atas permintaan]" not in texts(filled)
    assert filled.apart("privacy", "erase", "siti.aminah", *WHY, input=b"y\n").status == 0
    assert "[dihapus atas permintaan]" in texts(filled)


def test_an_open_complaint_stands_against_it(filled: Installation) -> None:
    open_case(filled)
    done = filled("privacy", "erase", "siti.aminah", *WHY, "--yes")
    assert (done.status, "K-2026-0001" in done.line, "--also-open" in done.line) == (1, True, True)
    assert "Antre lama" in texts(filled)
    done = filled("privacy", "erase", "siti.aminah", *WHY, "--yes", "--also-open", "--json")
    assert (done.status, done.document["open_cases"], done.document["messages"]) == (0, ["K-2026-0001"], 2)
    (case,) = filled("cases", "list", "--json").document
    assert (case["number"], case["status"]) == ("K-2026-0001", "new"), "the case goes on"


def test_since_when_nobody_has_read_is_said(filled: Installation) -> None:
    filled.set_clock(NOW + timedelta(days=2))
    dry = filled("privacy", "erase", "siti.aminah", "--dry-run")
    assert "The inbox was not read since 25/11/2026 07.30" in dry.out
    done = filled("privacy", "erase", "siti.aminah", *WHY, "--yes", "--json")
    assert (done.status, done.document["inbox_read_at"]) == (0, "2026-11-25T07:30:00+07:00")
    assert "[dihapus atas permintaan]" in texts(filled)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("siti",), 1, "nothing is kept of anybody with that name"),
        (("puskesmaspolowijen",), 1, "nothing is kept|centre's own account"),
        (("dua kata",), 2, "is no name"),
        ((), 2, "name one person"),
        (("siti.aminah", "--id", "igsid-1"), 2, "name one person"),
        (("--id", "igsid-7"), 1, "nothing is kept of that id"),
    ],
)
def test_who_is_not_meant(filled: Installation, words: tuple[str, ...], status: int, says: str) -> None:
    done = filled("privacy", "erase", *words, *WHY, "--yes")
    assert done.status == status
    assert any(part in done.err for part in says.split("|"))
    assert "[dihapus atas permintaan]" not in texts(filled)


def test_a_name_with_two_ids_is_refused_until_it_is_said_which(filled: Installation) -> None:
    with filled.writing() as connection:
        twin = {"author": "siti.aminah", "author_id": "igsid-8"}
        messages.add(connection, message_values("Saya siti yang lain", ig_id="c4", **twin))
    done = filled("privacy", "erase", "siti.aminah", *WHY, "--yes")
    assert (done.status, "igsid-1, igsid-8" in done.line) == (1, True)
    assert filled("privacy", "erase", "--id", "igsid-8", *WHY, "--yes").status == 0
    assert texts(filled)[0].startswith("Nomor saya 08")


def test_the_reason_must_not_name_them(filled: Installation) -> None:
    done = filled("privacy", "erase", "siti.aminah", "--by", "Rina", "--reason", "Siti.Aminah minta", "--yes")
    assert (done.status, "leave the person's name out" in done.err) == (2, True)


def test_the_archive(filled: Installation) -> None:
    out = filled.folder / "siti.zip"
    done = filled("privacy", "export", "siti.aminah", "--to", out, "--by", "Rina", "--json")
    assert (done.status, done.document["messages"], done.document["names"]) == (0, 1, ["siti.aminah"])
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["data.json", "ringkasan.html"]
        assert json.loads(archive.read("data.json"))["messages"][0]["text"] == "Nomor saya 081234567890"
    again = filled("privacy", "export", "siti.aminah", "--to", out)
    assert (again.status, "it is there already" in again.line) == (1, True)
    said = filled("privacy", "export", "siti.aminah", "--to", filled.folder / "b.zip")
    assert "Only you can read it" in said.out
