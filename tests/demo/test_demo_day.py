"""The demo as a person runs it: all of it happens, everything is kept, and twice gives the same counts."""

from __future__ import annotations

import io
import re
import sqlite3
from pathlib import Path

import pytest
from rich.console import Console

from ig_worker.demo.play import play
from ig_worker.domain.errors import Misconfigured
from ig_worker.sandbox.world import INSTAGRAM_TOKEN


def _counts(folder: Path) -> dict[str, int]:
    tables = ("posts", "messages", "replies", "cases", "evidence", "metrics", "waiting_messages")
    with sqlite3.connect(folder / "ig-worker.db") as database:
        found = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
        # Which messages share a letter about what waits is a matter of minutes.
        others = "SELECT count(*) FROM notices WHERE key NOT LIKE 'waiting:%'"
        found["notices"] = database.execute(others).fetchone()[0]
        for table, column in (("posts", "status"), ("messages", "label"), ("replies", "status")):
            # Our own thanks are messages, too; which of the phrasings went out is a matter of chance.
            of_people = "WHERE NOT own" if table == "messages" else ""
            rows = database.execute(f"SELECT {column}, count(*) FROM {table} {of_people} GROUP BY 1")
            found |= {f"{table} {value}": count for value, count in rows}
    database.close()
    return found


@pytest.mark.usefixtures("untraced_children")
def test_the_day_happens_and_a_second_one_gives_the_same_counts(tmp_path: Path) -> None:
    folder = tmp_path / "hari"
    said = io.StringIO()
    assert play(folder, console=Console(file=said, width=120)) == 0, said.getvalue()
    first = _counts(folder)
    assert len(list(folder.glob("evidence/**/*.png"))) >= 4
    assert list(folder.glob("mails/*.eml"))
    papers = sorted((folder / "reports" / "polowijen").iterdir())
    assert [path.name for path in papers] == [
        "evaluasi-2026-11.pdf",
        "evaluasi-2026-11.txt",
        "evaluasi-2026-11.xlsx",
        "harian-2026-11-25.pdf",
        "transparansi-2026-10.jpg",
    ]
    assert [path.read_bytes()[:5] for path in papers if path.suffix == ".pdf"] == [b"%PDF-"] * 2
    short = (folder / "reports" / "polowijen" / "evaluasi-2026-11.txt").read_text("utf-8")
    assert "1 sampai 26 November 2026" in short
    assert "*Temuan dan saran*" in short
    assert (folder / "logs" / "worker.log").stat().st_size > 0
    assert f"--config {folder / 'config.toml'} board serve" in said.getvalue()
    assert re.search(r"worker's memory after the day\W+\d+ MB resident", said.getvalue())
    assert "✗" not in said.getvalue()
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name != "config.toml"]
    assert [path for path in kept if INSTAGRAM_TOKEN.encode() in path.read_bytes()] == []

    assert play(folder, console=Console(file=io.StringIO(), width=120)) == 0
    assert _counts(folder) == first


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "skripsi.docx").write_text("penting")
    with pytest.raises(Misconfigured, match="not empty"):
        play(tmp_path, console=Console(file=io.StringIO()))
    assert [path.name for path in tmp_path.iterdir()] == ["skripsi.docx"]
