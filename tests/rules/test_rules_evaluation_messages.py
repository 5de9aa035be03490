"""What people wrote in a month: sums, the month before, and what is said where nobody watched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.classifier import LABELS, TOPICS
from ig_worker.domain.evaluation.messages import Heard, Pile, messages
from ig_worker.domain.month import Month

WIB = ZoneInfo("Asia/Jakarta")
OCTOBER = Month(2026, 10)
BEGIN, END = OCTOBER.span(WIB)
BEFORE, _ = OCTOBER.previous.span(WIB)
DAY = timedelta(days=1)
PILES = (
    Pile("keluhan", "antrean", "comment", 21, 8),
    Pile("keluhan", "antrean", "dm", 2, 0),
    Pile("pujian", "petugas", "comment", 40, 35),
    Pile("pertanyaan", "lainnya", "dm", 60, 1),
    Pile("pertanyaan", "kia_imunisasi", "dm", 0, 3),
)


def heard(since: datetime | None = BEFORE, piles: tuple[Pile, ...] = PILES, older: int = 0) -> Heard:
    return Heard(piles, thanked=30, waiting=7, older=older, watched_since=since)


def test_a_small_month_by_hand() -> None:
    made = messages(heard(), OCTOBER, WIB, END)
    assert {name: made[name] for name in ("total", "before", "comments", "dms", "praise", "thanked", "waiting")} == {
        "total": 123, "before": 47, "comments": 61, "dms": 62, "praise": 40, "thanked": 30, "waiting": 7,
    }  # fmt: skip
    assert [(line["name"], line["count"], line["before"]) for line in made["by_label"]] == [
        ("Pertanyaan", 60, 4),
        ("Pujian", 40, 35),
        ("Keluhan", 23, 8),
    ]
    assert [(line["name"], line["count"], line["before"]) for line in made["by_topic"]] == [
        ("Petugas", 40, 35),
        ("Antrean", 23, 8),
        ("KIA dan imunisasi", 0, 3),
        ("Lainnya", 60, 1),
    ]
    assert {"label": "keluhan", "topic": "antrean", "count": 23, "before": 8} in made["by_label_and_topic"]
    assert not made["partial"]


@pytest.mark.parametrize(
    ("since", "known", "before", "partial"),
    [
        (BEFORE - 300 * DAY, True, True, False),
        (BEFORE + DAY, True, True, False),
        (BEFORE + 2 * DAY, True, False, False),
        (BEGIN + DAY, True, False, False),
        (BEGIN + 2 * DAY, True, False, True),
        (END, False, False, True),
        (None, False, False, True),
    ],
)
def test_what_nobody_watched_has_no_figure(
    since: datetime | None, known: bool, before: bool, partial: bool
) -> None:
    made = messages(heard(since), OCTOBER, WIB, END)
    assert (made["total"] is not None, made["praise"] is not None, bool(made["by_label"])) == (known,) * 3
    assert made["partial"] == partial
    assert (made["before"] is not None) == before
    assert all((line["before"] is not None) == before for line in (*made["by_label"], *made["by_topic"]))
    if not known:
        assert made["note"] == "Belum cukup data: kotak masuk belum dipantau pada bulan ini."


def test_the_note_says_what_is_not_counted() -> None:
    late = messages(heard(BEGIN + 11 * DAY, older=1212), OCTOBER, WIB, BEGIN + 20 * DAY)["note"]
    assert "Dipantau sejak 12 Oktober 2026." in late
    assert "1.212 tulisan lama dari sebelum pemantauan dimulai tidak dihitung." in late
    assert "Bulan ini belum selesai: dihitung sampai 21 Oktober 2026." in late
    whole = messages(heard(), OCTOBER, WIB, END)["note"]
    assert not any(words in whole for words in ("sejak", "lama", "belum selesai"))


def test_a_watched_month_in_which_nobody_wrote_is_nought() -> None:
    made = messages(Heard([], 0, 0, 0, BEFORE), OCTOBER, WIB, datetime(2026, 12, 1, tzinfo=UTC))
    assert (made["total"], made["before"], made["comments"], made["dms"]) == (0, 0, 0, 0)
    assert made["by_label"] == made["by_topic"] == made["by_label_and_topic"] == []


@given(
    st.lists(
        st.builds(
            Pile,
            st.sampled_from(LABELS),
            st.sampled_from(TOPICS),
            st.sampled_from(["comment", "dm"]),
            st.integers(0, 500),
            st.integers(0, 500),
        ),
        max_size=20,
        unique_by=lambda pile: (pile.label, pile.topic, pile.channel),
    )
)
def test_every_way_of_sorting_them_has_the_same_sum(piles: list[Pile]) -> None:
    made = messages(heard(piles=tuple(piles)), OCTOBER, WIB, END)
    for part in ("by_label", "by_topic", "by_label_and_topic"):
        assert sum(line["count"] for line in made[part]) == made["total"]
        assert sum(line["before"] for line in made[part]) == made["before"]
    assert made["comments"] + made["dms"] == made["total"]
    assert made["praise"] == sum(line["count"] for line in made["by_label"] if line["key"] == "pujian")
