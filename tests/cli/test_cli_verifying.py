"""``cases verify`` over real cards: what was altered is named, a printed head is found, status 1 where it is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli_centre import Installation, message_values

from ig_worker.store import messages


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data folder of a register is kept that was drawn once for all tests."""
    return tmp_path_factory.mktemp("drawn") / "var"


@pytest.fixture
def register(centre: Installation, drawn: Path) -> Installation:
    """Two cases with the cards that the worker draws."""
    if drawn.exists() and not centre.elsewhere:
        shutil.copytree(drawn, centre.folder / "var", dirs_exist_ok=True)
        return centre
    with centre.writing() as connection:
        for author, text, topic in (
            ("sari", "Antrean lama sekali 😡", "antrean"),
            ("budi", "Obat kosong", "obat"),
        ):
            more = {"label": "keluhan", "topic": topic, "opens_case": True, "author": author}
            messages.add(connection, message_values(text, **more))
    assert centre("run-once", "cases").status == 0
    if not centre.elsewhere:
        shutil.copytree(centre.folder / "var", drawn)
    return centre


def files(register: Installation) -> list[Path]:
    return sorted(path for path in (register.folder / "var/evidence").rglob("*") if path.is_file())


def test_whole_evidence_is_said_to_be_whole_and_draws_the_same_bytes_again(register: Installation) -> None:
    done = register("cases", "verify", "--redraw")
    assert done.status == 0
    summary, head = done.out.splitlines()
    assert summary == "2 pieces of evidence, 4 files read, 2 cards drawn again: all as it was."
    assert head.startswith("Head of polowijen: ")
    assert done.err == ""
    document = register("cases", "verify", "--json").document
    assert document["sound"] is True
    assert (document["pieces"], document["files"], document["findings"]) == (2, 4, [])
    assert head.endswith(document["accounts"][0]["head"])


def test_each_altered_file_is_named_in_one_line_and_the_status_tells(register: Installation) -> None:
    for path in files(register):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        done = register("cases", "verify")
        where = path.relative_to(register.folder / "var").as_posix()
        assert done.status == 1
        assert [line for line in done.out.splitlines() if line.startswith(f"ALTERED {where} (K-2026-000")]
        assert "not as" in done.out.splitlines()[-2]
        found = register("cases", "verify", "--json")
        assert (found.status, found.document["sound"]) == (1, False)
        assert found.document["findings"][0]["where"] == where
        path.write_bytes(content)


def test_of_one_case_only_its_files_are_read(register: Installation) -> None:
    first, *_, last = files(register)
    first.write_bytes(b"x")
    assert register("cases", "verify", "k-2026-0002").status == 0
    assert register("cases", "verify", "K-2026-0001").status == 1
    assert last.exists()
    unknown = register("cases", "verify", "K-2026-0009")
    assert (unknown.status, "there is no case K-2026-0009" in unknown.line) == (1, True)


def test_a_head_from_paper_is_found_on_the_chain(register: Installation) -> None:
    head = register("cases", "verify", "--json").document["accounts"][0]["head"]
    with register.writing() as connection:
        more = {"label": "keluhan", "topic": "bpjs", "opens_case": True, "author": "ani"}
        messages.add(connection, message_values("BPJS ditolak", **more))
    register("run-once", "cases")
    in_groups = " ".join(head[place : place + 8] for place in range(0, 64, 8)).upper()
    for written in (head, head[:16], in_groups):
        done = register("cases", "verify", "--head", written)
        assert done.status == 0
        assert "on the chain, piece 2 of 25/11/2026 07.30, case K-2026-0002" in done.out
    lost = register("cases", "verify", "--head", "ab" * 32, "--json")
    assert (lost.status, lost.document["heads"][0]["piece"]) == (1, None)
    assert register("cases", "verify", "--head", "xyz").status == 2


def test_without_any_evidence_there_is_nothing_wrong(centre: Installation) -> None:
    done = centre("cases", "verify")
    assert (done.status, done.out) == (0, "0 pieces of evidence, 0 files read: all as it was.\n")


def test_the_data_beside_a_card_say_what_is_known(register: Installation) -> None:
    data = next(path for path in files(register) if path.suffix == ".json")
    said = json.loads(data.read_text("utf-8"))
    assert said["message"]["text"] == "Antrean lama sekali 😡"
    assert said["post"]["no_picture"] == "Instagram tidak memberikannya saat ini"
    assert data.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
