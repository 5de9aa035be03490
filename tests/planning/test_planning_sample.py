"""The sample that the demo plays: a plan with its pictures, and what the public writes that day."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import ig_worker
from ig_worker.domain.planning import PlannedPost, approval_gap, plan_sheet
from ig_worker.domain.post_rules import check_post
from ig_worker.domain.sheet_rows import COLUMNS, RowProblem
from ig_worker.media import MediaType, media_type, resolve_media
from ig_worker.sheets import read_sheet

SAMPLE = Path(ig_worker.__file__).parent / "demo" / "sample"


def plan(name: str) -> tuple[tuple[PlannedPost, ...], tuple[RowProblem, ...]]:
    sheet = read_sheet(SAMPLE / name)
    assert sheet.problems == ()
    return plan_sheet(sheet.rows, accounts=("polowijen",), zone=ZoneInfo("Asia/Jakarta"))


@pytest.fixture(scope="module")
def public() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads((SAMPLE / "publik.json").read_text("utf-8"))
    return items


def test_both_files_hold_the_same_plan_with_every_column() -> None:
    assert plan("rencana.csv")[0] == plan("rencana.xlsx")[0]
    header = (SAMPLE / "rencana.csv").read_text("utf-8").splitlines()[0]
    assert set(header.split(",")) == set(COLUMNS)


@pytest.mark.parametrize("name", ["rencana.csv", "rencana.xlsx"])
def test_two_of_twelve_rows_are_refused_one_waits_and_nine_are_approved(name: str) -> None:
    posts, problems = plan(name)
    assert [(p.row, p.column, p.found) for p in problems] == [
        (12, "tanggal", "31/11/2026"),
        (13, "jenis", "siaran langsung"),
    ]
    assert [p.key for p in posts if approval_gap(p)] == ["POL-1125-09"]
    assert Counter(p.kind.value for p in posts if not approval_gap(p)) == {
        "image": 6,
        "carousel": 1,
        "story": 2,
    }
    assert len(posts) == 10


def test_the_day_goes_from_morning_to_evening() -> None:
    moments = [post.scheduled_at for post in plan("rencana.csv")[0]]
    assert {moment.date() for moment in moments} == {date(2026, 11, 25)}
    assert (f"{min(moments):%H:%M}", f"{max(moments):%H:%M}") == ("07:30", "19:00")


def test_nothing_is_held_against_any_post_and_every_picture_is_there() -> None:
    for post in plan("rencana.csv")[0]:
        assert check_post(post) == ()
        for written in post.media:
            assert media_type(resolve_media(SAMPLE, written)) is MediaType.PICTURE
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*.*") if path.is_file()) < 1_500_000


def test_the_public_writes_as_it_was_counted(public: list[dict[str, Any]]) -> None:
    assert Counter(item["expect"] for item in public) == {
        "pujian": 14,
        "keluhan": 12,
        "saran": 7,
        "pertanyaan": 14,
        "lainnya": 13,
    }
    assert Counter(item["channel"] for item in public) == {"comment": 48, "dm": 12}
    assert max(len(item["text"]) for item in public) > 1000


def test_comments_come_after_a_post_that_can_have_them(public: list[dict[str, Any]]) -> None:
    commentable = {
        post.key: f"{post.scheduled_at:%H:%M}"
        for post in plan("rencana.csv")[0]
        if not approval_gap(post) and post.kind.value != "story"
    }
    assert [item["at"] for item in public] == sorted(item["at"] for item in public)
    for place, item in enumerate(public):
        if item["channel"] == "comment":
            assert item["at"] > commentable[item["on"]]
        answered = item.get("reply_to")
        if answered is not None:
            assert answered < place
            assert public[answered]["on"] == item["on"]
            assert "reply_to" not in public[answered]
