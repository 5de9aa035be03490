"""``posts plan``: a month of the plan at a glance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation

from fakes.bench import plan_post

TARGETS = '[planner.targets]\n"Nice to Know" = 2\n"Konde Emas" = 1\n'


def planned(centre: Installation, **changes: Any) -> int:
    with centre.writing() as connection:
        return plan_post(connection, **changes)


@pytest.fixture
def month(centre: Installation) -> Installation:
    """November 2026, today the 25th, with some posts."""
    centre.config.write_text(centre.config.read_text("utf-8") + TARGETS, "utf-8")
    # 23.30 UTC on Sunday is Monday here.
    planned(centre, key="N-1", at=datetime(2026, 11, 15, 23, 30, tzinfo=UTC), segment="Nice to Know")
    planned(
        centre,
        key="N-2",
        at=datetime(2026, 11, 18, 2, tzinfo=UTC),
        segment="nice to know",
        status="cancelled",
    )
    planned(
        centre, key="G-1", at=NOW + timedelta(hours=2), segment="Hari Besar", caption="Selamat Hari Guru!"
    )
    planned(centre, key="D-1", at=NOW + timedelta(days=2), status="draft", last_error="tanggalnya salah")
    planned(centre, key="D-2", at=NOW - timedelta(days=1), status="held")
    planned(centre, key="D-3", at=NOW + timedelta(days=9), status="draft")
    return centre


def test_each_week_has_its_segments_and_what_they_lack(month: Installation) -> None:
    document = month("posts", "plan", "--json").document
    assert (document["month"], document["account"]) == ("2026-11", None)
    assert [week["first"] for week in document["weeks"]][:2] == ["2026-10-26", "2026-11-02"]
    week = next(week for week in document["weeks"] if week["first"] == "2026-11-16")
    assert week["last"] == "2026-11-22"
    assert week["segments"] == [
        {"segment": "Nice to Know", "planned": 1, "target": 2, "missing": 1},
        {"segment": "Konde Emas", "planned": 0, "target": 1, "missing": 1},
    ]


def test_days_and_occasions_without_a_post_are_named(month: Installation) -> None:
    document = month("posts", "plan", "--json").document
    empty = document["days_without_post"]
    assert "2026-11-16" not in empty
    assert "2026-11-18" in empty, "a cancelled post is none"
    assert len(empty) == 30 - 4
    occasions = {occasion["name"]: occasion for occasion in document["occasions"]}
    assert occasions["Hari Guru Nasional"]["planned"]
    assert [post["key"] for post in occasions["Hari Guru Nasional"]["posts"]] == ["G-1"]
    assert not occasions["Hari AIDS Sedunia"]["planned"], "the next weeks are looked at, too"
    assert "Hari Pahlawan" not in occasions, "it is over"
    assert occasions["Hari AIDS Sedunia"]["first"] == "2026-12-01"


def test_what_is_near_and_not_approved_is_named(month: Installation) -> None:
    document = month("posts", "plan", "--json").document
    assert [(post["key"], post["status"]) for post in document["not_approved"]] == [
        ("D-2", "held"),
        ("D-1", "draft"),
    ]


def test_another_month_is_shown_whole(month: Installation) -> None:
    document = month("posts", "plan", "--month", "2026-08", "--json").document
    occasions = {occasion["name"]: occasion for occasion in document["occasions"]}
    assert occasions["Hari Kemerdekaan Republik Indonesia"]["kind"] == "libur nasional"
    assert occasions["Pekan Menyusui Sedunia"]["last"] == "2026-08-07"
    assert "Hari AIDS Sedunia" not in occasions
    assert date.fromisoformat(document["weeks"][0]["first"]).weekday() == 0


def test_the_content_team_reads_it_on_a_narrow_terminal(month: Installation) -> None:
    planned(month, key="X" * 60, at=NOW + timedelta(days=1), segment="Segmen " * 11, status="draft")
    done = month("posts", "plan")
    assert (done.status, done.err) == (0, "")
    assert "Rencana November 2026" in done.out
    assert "Sen 16 Nov – Min 22 Nov: 1 postingan" in done.out
    assert "kurang 1" in done.out
    assert "Tanggal tanpa postingan (25 hari): 1–15, 17–23, 28–30" in done.out
    assert "ada    Rab 25 Nov: Hari Guru Nasional" in done.out
    assert "belum  Sel 1 Des: Hari AIDS Sedunia" in done.out
    assert "(waktunya sudah lewat)" in done.out
    assert "tanggalnya salah" in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80] == []


def test_a_plan_without_targets_says_where_they_are_set(centre: Installation) -> None:
    done = centre("posts", "plan", "--month", "2027-02")
    assert "Rencana Februari 2027" in done.out
    assert "[planner.targets]" in done.out
    assert "Tanggal tanpa postingan (28 hari): 1–28" in done.out


def test_a_month_without_a_gap_says_so(centre: Installation) -> None:
    for day in range(28):
        planned(centre, key=f"F-{day}", at=datetime(2027, 2, 1 + day, 3, tzinfo=UTC))
    assert "Setiap hari bulan ini ada postingannya." in centre("posts", "plan", "--month", "2027-02").out


def test_one_accounts_plan(month: Installation) -> None:
    planned(month, key="L-1", at=NOW, account="lain", segment="Konde Emas")
    document = month("posts", "plan", "--account", "polowijen", "--json").document
    assert document["account"] == "polowijen"
    assert sum(week["planned"] for week in document["weeks"]) == 5
    assert month("posts", "plan", "--account", "tidakada").status == 2


@pytest.mark.parametrize(
    "written", ["2026", "2026-13", "2026-00", "11-2026", "２０２６-11", "2026-1", "1999-01", ""]
)
def test_a_month_that_is_none_is_a_wrong_command(centre: Installation, written: str) -> None:
    done = centre("posts", "plan", f"--month={written}")
    if not written:
        assert done.status == 0
        return
    assert done.status == 2
    assert f'--month: found "{written}"; allowed: ' in done.line
