"""``insights report``: the month's evaluation in every form, and what a month without figures is told."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli_centre import NOW, Installation
from sqlalchemy import select

from ig_worker.domain.instagram import Metric
from ig_worker.store import figures
from ig_worker.store.schema import metrics, notices

OCTOBER = ("insights", "report", "--month", "2026-10")


@pytest.fixture
def measured(centre: Installation) -> Installation:
    """Reach and followers of October and of November so far."""
    with centre.writing() as connection:
        day = date(2026, 10, 1)
        while day <= date(2026, 11, 23):
            found = [
                Metric("reach", 200.0 + day.day),
                Metric("followers_count", 1800.0 + day.toordinal() % 100),
            ]
            figures.store(connection, "polowijen", "", day, found)
            day += timedelta(days=1)
        connection.execute(metrics.update().values(read_at=NOW))
    return centre


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_forms_lie_in_the_reports_and_the_short_text_is_said(measured: Installation) -> None:
    done = measured(*OCTOBER)
    assert (done.status, done.err) == (0, "")
    folder = measured.folder / "var" / "reports" / "polowijen"
    lines = done.out.splitlines()
    assert lines[: len(names(folder))] == [
        str(folder / f"evaluasi-2026-10.{ending}") for ending in ("pdf", "xlsx", "txt")
    ]
    assert (folder / "evaluasi-2026-10.pdf").read_bytes().startswith(b"%PDF-")
    assert (folder / "evaluasi-2026-10.xlsx").read_bytes().startswith(b"PK")
    said = (folder / "evaluasi-2026-10.txt").read_text("utf-8")
    assert done.out.endswith(said)
    assert said.startswith("*Evaluasi Instagram, Oktober 2026*\n")


def test_the_last_month_is_meant_where_none_is_named(measured: Installation) -> None:
    assert measured("insights", "report", "--json").document["month"] == "2026-10"


def test_json_is_the_document_and_nothing_else_is_made(measured: Installation) -> None:
    done = measured(*OCTOBER, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.document["version"] == 1
    assert done.document["reach"]["total"] == sum(200 + day for day in range(1, 32))
    assert not (measured.folder / "var" / "reports").exists()


def test_one_form_can_be_had_where_one_wants_it(measured: Installation, tmp_path: Path) -> None:
    place = tmp_path / "lokmin"
    place.mkdir()
    assert measured(*OCTOBER, "--format", "pdf", "--out", place).status == 0
    assert names(place) == ["evaluasi-2026-10.pdf"]
    assert measured(*OCTOBER, "--format", "text", "--format", "json", "--out", place).status == 0
    assert names(place) == ["evaluasi-2026-10.json", "evaluasi-2026-10.pdf", "evaluasi-2026-10.txt"]
    assert measured(*OCTOBER, "-o", place / "untuk-kepala.pdf").status == 0
    assert (place / "untuk-kepala.pdf").read_bytes().startswith(b"%PDF-")
    assert measured(*OCTOBER, "-o", place / "lembar.xlsx").status == 0
    assert (place / "lembar.xlsx").read_bytes().startswith(b"PK")
    both = measured(*OCTOBER, "--out", place / "semua")
    assert (both.status, "one place for" in both.line) == (2, True)
    assert measured(*OCTOBER, "--format", "pdf", "--out", place / "tidak" / "ada.pdf").status == 1
    assert not (measured.folder / "var" / "reports").exists()


def test_stdout_takes_one_form(measured: Installation) -> None:
    text = measured(*OCTOBER, "--out", "-")
    assert (text.status, text.out.startswith("*Evaluasi Instagram, Oktober 2026*")) == (0, True)
    document = json.loads(measured(*OCTOBER, "--format", "json", "--out", "-").out)
    assert document["month"] == "2026-10"
    assert json.loads(measured(*OCTOBER, "--json", "--out", "-").out)["month"] == "2026-10"
    assert measured.apart(*OCTOBER, "--format", "json", "-o", "-").status == 0
    assert measured(*OCTOBER, "--format", "all", "--out", "-").status == 2
    assert measured(*OCTOBER, "--format", "text", "--json", "--out", "-").status == 2


def test_a_month_that_runs_says_until_when(measured: Installation) -> None:
    said = measured("insights", "report", "--month", "2026-11", "--format", "text", "--out", "-").out
    assert "sampai 25 November" in said
    document = measured("insights", "report", "--month", "2026-11", "--json").document
    assert document["period"] == "1 sampai 25 November 2026"
    assert document["coverage"]["days"] <= 24


@pytest.mark.parametrize(
    ("month", "status", "said"),
    [
        ("2026-12", 1, "2026-12 has not begun yet"),
        ("2026-13", 2, "--month: found '2026-13'"),
        ("Oktober", 2, "allowed: a year and a month such as 2026-11"),
    ],
)
def test_a_month_that_cannot_be_told_of_is_refused_in_a_line(
    measured: Installation, month: str, status: int, said: str
) -> None:
    refused = measured("insights", "report", "--month", month)
    assert (refused.status, refused.out) == (status, "")
    assert said in refused.line


def test_a_month_of_which_nothing_is_known_says_so_on_paper_and_beside_it(measured: Installation) -> None:
    made = measured("insights", "report", "--month", "2026-08", "--format", "text", "--out", "-")
    assert made.status == 0
    assert "Agustus 2026" in made.out
    assert made.err == "Nothing was measured of polowijen in 2026-08; from 2026-10 on there is.\n"


def test_where_nothing_was_measured_the_way_to_begin_is_said(centre: Installation) -> None:
    made = centre(*OCTOBER)
    assert made.status == 0
    assert sorted(Path(line).suffix for line in made.out.splitlines()[:3]) == [".pdf", ".txt", ".xlsx"]
    assert made.err == "Nothing was measured of polowijen yet: ig-worker insights collect begins with it.\n"


def test_the_worker_makes_it_when_it_is_asked_for(measured: Installation) -> None:
    measured.config.write_text(
        measured.config.read_text("utf-8") + 'report = ["mailto://a:b@127.0.0.1:9?to=kepala@example.org"]\n',
        "utf-8",
    )
    assert measured("run-once", "report").status == 0
    assert measured("run-once", "report").status == 0
    with measured.writing() as connection:
        rows = connection.execute(select(notices).where(notices.c.key.startswith("evaluation:"))).all()
    (letter,) = rows
    assert letter.title == "Evaluasi Instagram Oktober 2026"
    assert letter.attachments == ["reports/polowijen/evaluasi-2026-10.pdf"]
    assert re.match(r"\*Evaluasi Instagram, Oktober 2026\*", letter.body)
    assert (measured.folder / "var" / "reports/polowijen/evaluasi-2026-10.pdf").is_file()
