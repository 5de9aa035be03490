"""Findings: each rule where it speaks and where it just does not, and never a number that is not in the document."""

from __future__ import annotations

import pytest

from ig_worker.domain.classifier import TOPICS
from ig_worker.domain.evaluation.finding import Finding, apart, grew
from ig_worker.domain.evaluation.findings import RULES, chosen, findings
from ig_worker.domain.evaluation.found_in_reach import few_tap_the_link
from ig_worker.domain.evaluation.topic_advice import ASKED, COMPLAINED
from rules.evaluation_documents import (
    BEST,
    RUNS,
    TUESDAY,
    Doc,
    deadline,
    hours,
    invented,
    quiet,
    segment,
    took,
    unit,
    with_change,
    with_messages,
    with_part,
)

SPEAKS: list[tuple[str, Doc, str]] = [
    ("praise_is_thanked", with_messages(praise=5, thanked=4), "Dari 5 pujian, 4 sudah dibalas"),
    (
        "what_became_of_the_plan",
        with_part("posts", planned=3, out=1),
        "Dari 3 unggahan yang direncanakan, 1 sudah",
    ),
    (
        "complaints_on_a_topic_grew",
        with_messages(("keluhan", "antrean", 21, 8)),
        "tentang antrean naik dari 8 menjadi 21",
    ),
    (
        "complaints_on_a_topic_grew",
        with_messages(("keluhan", "bpjs", 9, 0)),
        "tentang BPJS naik dari 0 menjadi 9",
    ),
    (
        "complaints_grew",
        with_messages(
            ("keluhan", "antrean", 12, 8), ("keluhan", "obat", 20, 9), ("keluhan", "lainnya", 9, 5)
        ),
        "naik dari 22 menjadi 41, paling banyak tentang obat (20)",
    ),
    (
        "complaints_shrank",
        with_messages(("keluhan", "obat", 9, 29), ("pujian", "obat", 90, 90)),
        "turun dari 29 menjadi 9",
    ),
    (
        "complaints_are_mostly_of_one_topic",
        with_messages(("keluhan", "gigi", 8, 8), ("keluhan", "lainnya", 24, 24)),
        "Dari 32 keluhan, 8 tentang gigi",
    ),
    (
        "questions_on_a_topic_grew",
        with_messages(("pertanyaan", "jam_layanan", 44, 20)),
        "tentang jam layanan naik dari 20 menjadi 44",
    ),
    (
        "a_question_comes_again_and_again",
        with_messages(("pertanyaan", "biaya", 10, None), ("pertanyaan", "obat", 9, None)),
        "Dari 19 pertanyaan, 10 tentang biaya",
    ),
    ("praise_is_not_thanked", with_messages(praise=40, thanked=31), "Dari 40 pujian, 31 yang sudah dibalas"),
    (
        "praise_is_mostly_of_one_topic",
        with_messages(("pujian", "petugas", 10, 10)),
        "Dari 10 pujian, 10 tentang petugas",
    ),
    ("praise_grew", with_messages(("pujian", "lainnya", 60, 30)), "naik dari 30 menjadi 60"),
    (
        "suggestions_on_a_topic",
        with_messages(("saran", "fasilitas", 8, 8)),
        "Dari 8 saran, 8 tentang fasilitas",
    ),
    ("messages_wait", with_messages(waiting=5), "5 komentar dan pesan"),
    ("messages_grew", with_messages(("lainnya", "lainnya", 90, 50)), "naik dari 50 menjadi 90"),
    (
        "a_topic_rose",
        {**quiet(), "rising": [{"kind": "topic", "term": "KIA dan imunisasi", "count": 22, "usual": 3.25}]},
        "KIA dan imunisasi sempat ramai: 22 kali dalam beberapa hari, biasanya 3,2",
    ),
    (
        "the_topic_of_most",
        with_messages(("lainnya", "lainnya", 30, 30), ("lainnya", "obat", 8, 8)),
        "adalah obat: 8 dari 38",
    ),
    (
        "a_unit_is_late",
        with_part("answers", units=[unit("Gigi", 3, 12), unit("Farmasi", 6, 14)]),
        "Unit Farmasi melewati batas penyelesaian pada 6 dari 14 kasus",
    ),
    (
        "a_unit_is_late",
        with_part("answers", units=[unit("(belum ada unit)", 3, 3)]),
        "belum punya unit melewati batas penyelesaian: 3 dari 3 kasus",
    ),
    (
        "a_deadline_is_missed",
        with_part("answers", deadlines=[deadline(9, 3)]),
        "9 kasus dan terlambat pada 3 kasus (75 % tepat waktu)",
    ),
    (
        "every_deadline_is_kept",
        with_part("answers", deadlines=[deadline(5, 0), deadline(0, 0)]),
        "pada semua 5 kasus",
    ),
    (
        "the_first_response_slowed_down",
        with_change("first_response", 3, 2),
        "naik dari 2 menjadi 3 jam kerja",
    ),
    (
        "the_first_response_sped_up",
        with_change("first_response", 1.5, 4.25),
        "turun dari 4,2 menjadi 1,5 jam kerja",
    ),
    (
        "some_wait_far_longer",
        took(10, 2.0, 12.0),
        "dalam 2 jam kerja, tetapi untuk sembilan dari sepuluh kasus perlu sampai 12 jam kerja",
    ),
    ("cases_are_carried_over", with_part("answers", carried=5), "5 kasus"),
    (
        "many_are_still_open",
        with_part("answers", opened=12, open=5),
        "Dari 12 kasus bulan ini, 5 belum selesai",
    ),
    ("most_are_resolved", with_part("answers", opened=5, resolved=4), "Dari 5 kasus bulan ini, 4 sudah"),
    ("posts_are_late", with_part("posts", out=20, late=3), "Dari 20 unggahan, 3 terbit terlambat"),
    ("posts_failed", with_part("posts", failed=2), "Dari 30 unggahan yang direncanakan, 2 gagal"),
    (
        "posts_were_not_approved",
        with_part("posts", planned=20, waiting=3),
        "Dari 20 unggahan yang direncanakan, 3 belum",
    ),
    (
        "everything_went_out_in_time",
        with_part("posts", out=8, on_time=8, late=0, failed=0, waiting=0),
        "Semua 8 unggahan",
    ),
    ("fewer_posts_went_out", with_change("posts_out", 12, 30), "turun dari 30 menjadi 12"),
    (
        "posts_are_made_outside_the_plan",
        with_part("posts", out=10, by_hand=5),
        "5 unggahan dibuat langsung di Instagram, di samping 10",
    ),
    (
        "a_segment_is_below_its_target",
        with_part("posts", by_segment=[segment("Gizi", 3, target=5), segment("SIKAKUNG", 1, target=6)]),
        "Segmen SIKAKUNG terbit 1 kali dari target 6",
    ),
    (
        "a_segment_reaches_far_more",
        with_part("posts", by_segment=[segment("Konde Emas", 3, 3000), segment("Pengumuman", 20, 2000)]),
        "Konde Emas menjangkau paling banyak: median 3.000 akun, segmen berikutnya 2.000; padahal hanya 3 dari 28",
    ),
    (
        "a_frequent_segment_reaches_few",
        with_part(
            "posts",
            by_segment=[
                segment("Hari Besar", 9, 600),
                segment("Konde Emas", 4, 1000),
                segment("Gizi", 3, 1200),
            ],
        ),
        "Segmen Hari Besar terbit 9 dari 28 unggahan, tetapi median jangkauannya 600 akun; segmen Gizi 1.200",
    ),
    (
        "the_best_hour_is_hardly_used",
        hours(TUESDAY, 2540, 1900, 1200),
        "Unggahan Selasa 18.00–20.00 menjangkau median 2.540 akun, tetapi baru 7 dari 84",
    ),
    (
        "the_best_post",
        with_part("posts", best=[BEST]),
        "reel segmen Konde Emas (Selasa, 6 Oktober 2026, 18.00 WIB): 612 akun dijangkau, 74 interaksi",
    ),
    ("reach_moved", with_change("reach", 850, 1000), "Jangkauan turun dari 1.000 menjadi 850."),
    ("reach_moved", with_change("reach", 1150, 1000), "Jangkauan naik dari 1.000 menjadi 1.150."),
    ("interaction_moved", with_change("interaction_rate", 4, 5), "turun dari 5 % menjadi 4 %"),
    ("interaction_moved", with_change("interaction_rate", 6.84, 5.12), "naik dari 5,12 % menjadi 6,84 %"),
    (
        "few_tap_the_link",
        {**quiet(), "headline": [{"key": "reach", "value": 5000}, {"key": "conversion_rate", "value": 0.42}]},
        "0,42 % dari jangkauan 5.000",
    ),
    ("followers_moved", with_part("followers", won=12, lost=30), "berkurang: 12 mengikuti dan 30 berhenti"),
    ("followers_moved", with_part("followers", won=131, lost=38), "bertambah: 131 mengikuti dan 38 berhenti"),
    ("days_are_missing", with_part("coverage", days=30, read=24), "untuk 24 dari 30 hari"),
    (
        "the_largest_age_group",
        with_part(
            "audience",
            age=[{"name": "25–34", "count": 100, "share": 41.67}, {"name": "65+", "count": 9, "share": 4}],
        ),
        "25–34 tahun: 100 orang (41,7 %)",
    ),
]

SILENT: list[tuple[str, Doc]] = [
    ("complaints_on_a_topic_grew", with_messages(("keluhan", "antrean", 7, 0))),
    ("complaints_on_a_topic_grew", with_messages(("keluhan", "antrean", 20, 8))),
    ("complaints_on_a_topic_grew", with_messages(("keluhan", "antrean", 21, None))),
    ("complaints_on_a_topic_grew", with_messages(("keluhan", "lainnya", 21, 8))),
    ("complaints_on_a_topic_grew", with_messages(("saran", "antrean", 21, 8))),
    ("complaints_grew", with_messages(("keluhan", "antrean", 124, 100))),
    ("complaints_shrank", with_messages(("keluhan", "obat", 9, 29), ("pujian", "obat", 9, 29))),
    ("complaints_shrank", {**with_messages(("keluhan", "obat", 9, 29), ("pujian", "obat", 90, 90)), **RUNS}),
    (
        "complaints_are_mostly_of_one_topic",
        with_messages(("keluhan", "gigi", 8, 8), ("keluhan", "lainnya", 25, 25)),
    ),
    ("a_question_comes_again_and_again", with_messages(("pertanyaan", "biaya", 9, None))),
    ("praise_is_not_thanked", with_messages(praise=40, thanked=32)),
    ("praise_is_not_thanked", with_messages(praise=9, thanked=0)),
    ("praise_is_thanked", with_messages(praise=4, thanked=4)),
    ("praise_is_thanked", with_messages(praise=10, thanked=7)),
    ("what_became_of_the_plan", with_part("posts", planned=3, out=0)),
    ("most_are_resolved", with_part("answers", opened=2, resolved=2)),
    ("the_topic_of_most", with_messages(("saran", "obat", 9, None))),
    ("messages_wait", with_messages(waiting=4)),
    ("a_topic_rose", {**quiet(), "rising": [{"kind": "word", "term": "obat", "count": 22, "usual": 1}]}),
    (
        "a_topic_rose",
        {**quiet(), "rising": [{"kind": "topic", "term": "dr. Wulan", "count": 22, "usual": 1}]},
    ),
    ("a_unit_is_late", with_part("answers", units=[unit("Farmasi", 2, 4), unit("Gigi", 3, 13)])),
    ("a_deadline_is_missed", with_part("answers", deadlines=[deadline(12, 3)])),
    ("a_deadline_is_missed", with_part("answers", deadlines=[deadline(1, 3)])),
    ("every_deadline_is_kept", with_part("answers", deadlines=[deadline(9, 0), deadline(9, 1)])),
    ("the_first_response_slowed_down", with_change("first_response", 1.4, 0.5)),
    ("the_first_response_slowed_down", with_change("first_response", 9, 7)),
    ("some_wait_far_longer", took(9, 2.0, 12.0)),
    ("many_are_still_open", {**with_part("answers", opened=12, open=5), **RUNS}),
    ("posts_are_late", with_part("posts", out=21, late=3)),
    ("posts_failed", with_part("posts", failed=1)),
    (
        "everything_went_out_in_time",
        with_part("posts", out=9, on_time=9, late=0, failed=0, waiting=0, upcoming=1),
    ),
    ("fewer_posts_went_out", with_change("posts_out", 20, 30)),
    (
        "a_segment_is_below_its_target",
        {**with_part("posts", by_segment=[segment("Gizi", 0, target=5)]), **RUNS},
    ),
    ("a_segment_is_below_its_target", with_part("posts", by_segment=[segment("Gizi", 1, target=2)])),
    (
        "a_segment_is_below_its_target",
        {**with_messages(partial=True), "posts": {"by_segment": [segment("Gizi", 1, target=9)]}},
    ),
    (
        "a_segment_reaches_far_more",
        with_part("posts", by_segment=[segment("A", 8, 3000), segment("B", 20, 2000)]),
    ),
    (
        "a_segment_reaches_far_more",
        with_part("posts", by_segment=[segment("A", 2, 9000), segment("B", 20, 2000)]),
    ),
    ("the_best_hour_is_hardly_used", hours(TUESDAY, 2540, 1960)),
    ("the_best_hour_is_hardly_used", hours(TUESDAY, 2540, 1000, 1000, sample=34)),
    ("reach_moved", with_change("reach", 860, 1000)),
    ("reach_moved", with_change("reach", 100, 499)),
    ("interaction_moved", with_change("interaction_rate", 4.1, 5)),
    ("interaction_moved", with_change("interaction_rate", 11, 10)),
    ("followers_moved", with_part("followers", won=12, lost=20)),
    ("followers_moved", with_part("followers", won=12, lost=30, change=40)),
    ("followers_moved", with_part("followers", won=131, lost=38, change=0)),
    ("followers_moved", with_part("followers", won=None, lost=None)),
    ("days_are_missing", with_part("coverage", days=30, read=0)),
    ("the_largest_age_group", with_part("audience", age=[{"name": "25–34", "count": 99, "share": 41.67}])),
]

OF = {rule.__name__: rule for rule in RULES}


@pytest.mark.parametrize(("rule", "doc", "words"), SPEAKS)
def test_a_rule_speaks_with_its_numbers(rule: str, doc: Doc, words: str) -> None:
    (finding,) = OF[rule](doc)
    assert words in finding.text
    assert finding.suggestion.endswith(".")
    assert invented(finding.text, doc) == set()


@pytest.mark.parametrize(("rule", "doc"), SILENT)
def test_a_rule_is_silent_below_its_threshold(rule: str, doc: Doc) -> None:
    assert list(OF[rule](doc)) == []


def test_every_rule_is_tried_and_no_weight_is_had_by_two() -> None:
    assert {rule for rule, _, _ in SPEAKS} == set(OF)
    assert len(OF) == len(RULES) >= 14
    weights = [finding.weight for rule, doc, _ in SPEAKS for finding in OF[rule](doc)]
    assert all(0 < weight <= 100 for weight in weights)


def test_a_quiet_month_says_how_it_was_and_an_empty_one_nothing() -> None:
    assert [each["text"] for each in findings(quiet())] == [
        "Dari 4 kasus bulan ini, 4 sudah diselesaikan.",
        "Dari 30 unggahan yang direncanakan, 28 sudah terbit.",
    ]
    assert findings({}) == []
    empty = {**quiet(), "headline": [], "coverage": {"days": 31, "read": 0}}
    for part in ("messages", "posts", "followers", "answers"):
        empty[part] = {key: [] if isinstance(value, list) else None for key, value in empty[part].items()}
    assert findings(empty) == []


def test_fewer_posts_explain_less_reach() -> None:
    doc = with_change("reach", 850, 1000)
    doc["changes"].append({"key": "posts_out", "now": 12, "before": 20})
    (finding,) = OF["reach_moved"](doc)
    assert finding.text == "Jangkauan turun dari 1.000 menjadi 850; unggahan juga turun dari 20 menjadi 12."


def test_every_topic_has_its_own_advice() -> None:
    assert set(COMPLAINED) == set(ASKED) == set(TOPICS) - {"lainnya"}


def finding(kind: str, weight: float) -> Finding:
    return Finding(kind, weight, f"{kind} {weight}", "")


def test_the_three_are_of_different_kinds_where_there_are_so_many() -> None:
    every = [
        finding("a", 9),
        finding("a", 8),
        finding("b", 7),
        finding("a", 6),
        finding("c", 5),
        finding("d", 4),
    ]
    assert [each.text for each in chosen(every)] == ["a 9", "b 7", "c 5"]
    assert [each.text for each in chosen(every[:4])] == ["a 9", "a 8", "b 7"]
    assert [each.text for each in chosen(every[:1])] == ["a 9"]


@pytest.mark.parametrize(
    ("now", "before", "news"), [(21, 8, True), (16, 8, False), (7, 0, False), (8, 0, True)]
)
def test_small_numbers_are_no_news(now: int, before: int, news: bool) -> None:
    assert grew(now, before) == news
    assert not grew(None, before)
    assert not grew(now, None)
    assert apart(now, before) == -apart(before, now)


def test_a_name_out_of_a_sheet_cannot_say_what_it_likes() -> None:
    name = "Hub.\n081234567890\u202e " + "x" * 200
    doc = with_part("posts", by_segment=[segment(name, 0, target=6)])
    told = findings(doc)[0]
    assert "081234567890" not in told["text"]
    assert "\n" not in told["text"]
    assert len(told["text"]) < 120


@pytest.mark.parametrize(("days", "found"), [(2, []), (9, []), (10, ["0,42 % dari jangkauan 5.100"])])
def test_a_rate_is_told_of_the_reach_that_it_is_of_and_not_of_two_days(days: int, found: list[str]) -> None:
    conversion = {"key": "conversion_rate", "value": 0.42, "days": days, "whole": 5100}
    doc = {**quiet(), "headline": [{"key": "reach", "value": 9000, "days": 31}, conversion]}
    assert [words for words in found if words in next(few_tap_the_link(doc)).text] == found
    assert bool(list(few_tap_the_link(doc))) == bool(found)
