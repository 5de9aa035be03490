"""A case as a line of the register book, and the sums of many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.register import COLUMNS, Due, Facts, Proof, Said, kept, line, masked, person, readable
from ig_worker.domain.register_sums import sums
from ig_worker.domain.working_time import WorkingCalendar

WITA = ZoneInfo("Asia/Makassar")
HOURS = {day: (time(8), time(14)) for day in range(5)}
CALENDAR = WorkingCalendar(HOURS, frozenset({date(2026, 11, 26)}), WITA)
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=WITA)
NOW = WEDNESDAY + timedelta(days=9)
CASE = Facts(
    number="K-2026-0001",
    account="polowijen",
    channel="dm",
    label="saran",
    topic="kia_imunisasi",
    status="told",
    opened_at=WEDNESDAY,
    author="bunda_rara",
    said=(Said("Mohon ruang tunggu ditambah", WEDNESDAY),),
    due=(
        Due("acknowledge", WEDNESDAY + timedelta(days=2), None),
        Due("resolve", NOW + timedelta(days=1), None),
    ),
)


def closed(case: Facts, after: timedelta, status: str = "resolved") -> Facts:
    at = case.opened_at + after
    due = tuple(replace(each, met_at=at) for each in case.due)
    return replace(case, status=status, closed_at=at, acknowledged_at=at, due=due)


def test_every_column_has_its_cell() -> None:
    assert set(line(1, CASE, CALENDAR, NOW)) == {column.name for column in COLUMNS}


@pytest.mark.parametrize(
    ("label", "kind", "lapor"),
    [
        ("keluhan", "Keluhan", "Pengaduan"),
        ("saran", "Saran", "Aspirasi"),
        ("pertanyaan", "Pertanyaan", "Permintaan informasi"),
        ("pujian", "Pujian", "Permintaan informasi"),
    ],
)
def test_lapors_kind_stands_beside_ours(label: str, kind: str, lapor: str) -> None:
    made = line(1, replace(CASE, label=label), CALENDAR, NOW)
    assert (made["kind"], made["lapor"]) == (kind, lapor)


@pytest.mark.parametrize(
    ("after", "took", "hours"),
    [
        (timedelta(minutes=20), "kurang dari 1 hari kerja (20 menit)", 0.3),
        (timedelta(hours=3, minutes=20), "kurang dari 1 hari kerja (3 jam 20 menit)", 3.3),
        (timedelta(days=2), "1 hari kerja (2 hari)", 6.0),  # Thursday is a holiday
        (timedelta(days=5, hours=1), "2 hari kerja (5 hari 1 jam)", 13.0),  # over the weekend to Monday
        (timedelta(seconds=5), "kurang dari 1 hari kerja (kurang dari 1 menit)", 0.0),
    ],
)
def test_how_long_it_took_is_said_in_working_days_and_by_the_clock(
    after: timedelta, took: str, hours: float
) -> None:
    made = line(1, closed(CASE, after), CALENDAR, NOW)
    assert (made["took"], made["took_hours"]) == (took, hours)


def test_what_is_open_says_so() -> None:
    made = line(1, CASE, CALENDAR, NOW)
    assert (made["took"], made["took_hours"], made["closed"]) == (
        "berjalan, 6 hari kerja (9 hari)",
        None,
        None,
    )
    assert (made["response_kept"], made["resolve_kept"]) == ("Tidak", "Belum jatuh tempo")


def test_a_deadline_is_kept_until_its_last_moment() -> None:
    due = Due("resolve", NOW, NOW)
    assert kept(due, NOW) is True
    assert kept(replace(due, met_at=NOW + timedelta(seconds=1)), NOW) is False
    assert kept(replace(due, met_at=None), NOW) is None
    assert kept(replace(due, met_at=None), NOW + timedelta(seconds=1)) is False
    assert kept(None, NOW) is None


def test_the_first_answer_of_either_kind_counts() -> None:
    both = replace(
        CASE, first_response_at=WEDNESDAY + timedelta(hours=2), acknowledged_at=WEDNESDAY + timedelta(hours=1)
    )
    assert line(1, both, CALENDAR, NOW)["responded"] == "2026-11-25T10:00"
    assert line(1, replace(both, acknowledged_at=None), CALENDAR, NOW)["responded"] == "2026-11-25T11:00"


def test_later_messages_stand_below_with_their_time_and_what_was_taken_back_is_gone() -> None:
    more = (
        *CASE.said,
        Said("masih panas", WEDNESDAY + timedelta(hours=5), edited=True),
        Said("rahasia", WEDNESDAY + timedelta(hours=6), taken_back=True),
    )
    made = line(1, replace(CASE, said=more), CALENDAR, NOW, full=True)
    assert made["said"] == (
        "Mohon ruang tunggu ditambah\n(25/11/2026 14.00) masih panas\n(25/11/2026 15.00) [pesan ditarik pengirim]"
    )
    assert made["remarks"] == "Pesan ditarik pengirim. Pesan diubah pengirim; versi awalnya ada di bukti."


def test_a_time_between_two_numbers_is_part_of_neither() -> None:
    said = (Said("hubungi 0812 3456 7890", WEDNESDAY), Said("081234567891", WEDNESDAY + timedelta(hours=1)))
    first, second = str(line(1, replace(CASE, said=said), CALENDAR, NOW)["said"]).split("\n")
    assert "3456" not in first
    assert (second.startswith("(25/11/2026 10.00) 08"), "345678" in second) == (True, False)


def test_evidence_is_named_by_its_file_and_the_beginning_of_its_hash() -> None:
    proofs = (Proof("evidence/2026/K-2026-0001/1.png", "ab" * 32), Proof("", "cd" * 32))
    made = line(1, replace(CASE, proofs=proofs), CALENDAR, NOW)
    assert made["evidence"] == (
        "evidence/2026/K-2026-0001/1.png · abababababababab\n(tanpa gambar) · cdcdcdcdcdcdcdcd"
    )


@pytest.mark.parametrize(
    ("username", "shown"), [("bunda_rara", "b•••a"), ("ani", "•••"), ("", ""), ("anis", "a•••s")]
)
def test_who_wrote_is_left_unrecognisable_for_others(username: str, shown: str) -> None:
    assert person(username, full=False) == shown
    assert person(username, full=True) == username


@pytest.mark.parametrize("name", ["plan", "follow_up", "answer", "reason", "assigned_to"])
def test_personal_numbers_are_masked_in_every_text(name: str) -> None:
    case = replace(CASE, status="rejected", **{name: "NIK 3573012345678901"})
    assert "345678" not in str(line(1, case, CALENDAR, NOW))
    assert "3573012345678901" in str(line(1, case, CALENDAR, NOW, full=True))


def test_a_sign_nobody_sees_hides_no_number() -> None:
    assert "345678" not in masked("NIK 35730123\x0045678901")
    assert masked("aman\x00saja") == "aman␀saja"


def test_whom_an_answer_names_is_left_unrecognisable() -> None:
    said = masked("@bunda.rara_ Mohon maaf ya, Kak, tulis ke humas@example.org")
    assert said == "@b•••_ Mohon maaf ya, Kak, tulis ke h•••@example.org"
    assert masked(said) == said


@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_can_be_written_into_any_file(text: str) -> None:
    said = readable(text)
    said.encode("utf-8")
    assert not [
        c for c in said if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or c in "\ufffe\uffff"
    ]
    assert readable(said) == said


def test_the_sums_count_what_is_there() -> None:
    cases = [
        closed(CASE, timedelta(hours=2)),
        closed(replace(CASE, label="keluhan", topic="obat", unit="farmasi"), timedelta(days=20)),
        closed(CASE, timedelta(hours=4), "rejected"),
        closed(CASE, timedelta(minutes=1), "merged"),
        replace(CASE, label="keluhan", topic="obat", unit="farmasi", reopened=1),
    ]
    made = sums(cases, ["K-2026-0000"], CALENDAR, NOW, by_week=True)
    assert (made.cases, made.still_open, made.reopened, made.carried) == (5, 1, 1, ("K-2026-0000",))
    assert dict(made.kinds) == {"Saran": 3, "Keluhan": 2}
    assert dict(made.lapor) == {"Aspirasi": 3, "Pengaduan": 2}
    assert dict(made.statuses) == {"Selesai": 2, "Ditolak": 1, "Digabung": 1, "Disampaikan": 1}
    topics = {group.name: group for group in made.topics}
    obat = topics["Obat"]
    assert (obat.cases, obat.complaints, obat.suggestions, obat.done) == (2, 2, 0, 1)
    assert (obat.in_time, obat.late, obat.running) == (0, 1, 1)
    assert [group.name for group in made.units] == ["(belum ada unit)", "Farmasi"]
    acknowledge, resolve = made.deadlines
    # The merged case's deadlines are those of the one in which it goes on.
    assert (acknowledge.in_time, acknowledge.late, acknowledge.running, acknowledge.share) == (2, 2, 0, 0.5)
    assert (resolve.in_time, resolve.late, resolve.running, resolve.share) == (2, 1, 1, 2 / 3)
    first, whole = made.durations
    assert (first.cases, first.hours) == (3, 4.0)
    assert (whole.cases, whole.hours, whole.working_hours) == (2, 241.0, 40.0)


def test_no_cases_have_no_median_and_no_share() -> None:
    made = sums([], [], CALENDAR, NOW, by_week=True)
    assert (made.cases, made.topics, made.deadlines, made.spans) == (0, (), (), ())
    assert [duration.hours for duration in made.durations] == [None, None]


def test_a_month_is_told_by_its_weeks_and_longer_by_its_months() -> None:
    days = [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 8), date(2026, 11, 30)]
    cases = [replace(CASE, opened_at=datetime.combine(day, time(12), WITA)) for day in days]
    assert sums(cases, [], CALENDAR, NOW, by_week=True).spans == (
        ("1 November", 1),
        ("2–8 November", 2),
        ("30 November", 1),
    )
    cases.append(replace(CASE, opened_at=datetime(2027, 1, 3, tzinfo=WITA)))
    assert sums(cases, [], CALENDAR, NOW, by_week=False).spans == (("November 2026", 4), ("Januari 2027", 1))
