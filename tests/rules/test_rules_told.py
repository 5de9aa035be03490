"""Who is told of a case, and in which words: always whole, always short, and never in somebody else's name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.case_letter import AboutCase, Occasion, body_of, line_of, quoted, shown_moment, title_of
from ig_worker.domain.notice import Rules, goes_alone
from ig_worker.domain.reaching import Reach, gives_out, in_order, missed, pause, to_be_told
from ig_worker.domain.text import utf16_length
from ig_worker.domain.told import teams_of

ZONE = ZoneInfo("Asia/Jakarta")
DUE = datetime(2026, 11, 26, 7, 30, tzinfo=ZONE)
HEAD = "ab" * 32
CAPTION = 1024


def case(*texts: str, **changes: object) -> AboutCase:
    values: dict[str, object] = {
        "number": "K-2026-0001",
        "label": "keluhan",
        "topic": "jam_layanan",
        "severity": "biasa",
        "channel": "comment",
        "unit": "tata_usaha",
        "person": "dr. Wulan Sari",
        "texts": texts,
        "deadlines": [("acknowledge", DUE), ("resolve", DUE + timedelta(days=2))],
        "link": "https://www.instagram.com/p/ABCDEFGHIJK/",
        "chain_head": HEAD,
        **changes,
    }
    return AboutCase(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "severity", "teams"),
    [
        ("farmasi", "biasa", ("complaint_team", "unit:farmasi")),
        ("farmasi", "mendesak", ("complaint_team", "unit:farmasi")),
        ("farmasi", "darurat", ("complaint_team", "unit:farmasi", "on_duty")),
        ("", "biasa", ("complaint_team",)),
        ("", "darurat", ("complaint_team", "on_duty")),
        ("", "of another version", ("complaint_team",)),
    ],
)
def test_who_is_told_of_a_case(unit: str, severity: str, teams: tuple[str, ...]) -> None:
    assert teams_of(unit, severity) == teams


def test_everything_needed_to_act_stands_in_the_letter() -> None:
    said = body_of(case("Antrean lama sekali"))
    assert said.splitlines() == [
        "Keluhan baru lewat komentar.",
        "Topik: jam layanan · Unit: tata usaha · PJ: dr. Wulan Sari · Tingkat: biasa",
        "“Antrean lama sekali”",
        "Batas tanggapan pertama: Kamis 26/11/2026 07.30 WIB",
        "Batas penyelesaian: Sabtu 28/11/2026 07.30 WIB",
        "Tautan: https://www.instagram.com/p/ABCDEFGHIJK/",
        "Lihat: ig-worker cases show K-2026-0001",
        "Tanggapi: ig-worker cases ack K-2026-0001 --by NAMA",
        f"Rantai bukti: {HEAD}",
    ]


@pytest.mark.parametrize(
    ("occasion", "severity", "title"),
    [
        (Occasion.NEW, "biasa", "K-2026-0001 Keluhan: jam layanan"),
        (Occasion.NEW, "mendesak", "MENDESAK · K-2026-0001 Keluhan: jam layanan"),
        (Occasion.NEW, "darurat", "DARURAT · K-2026-0001 Keluhan: jam layanan"),
        (Occasion.MORE, "biasa", "K-2026-0001 Keluhan: jam layanan (tambahan)"),
        (Occasion.REOPENED, "biasa", "K-2026-0001 Keluhan: jam layanan (dibuka kembali)"),
    ],
)
def test_the_title_says_how_grave_it_is_and_why_it_comes(
    occasion: Occasion, severity: str, title: str
) -> None:
    assert title_of(case(severity=severity), occasion) == title


@pytest.mark.parametrize(("severity", "alone"), [("biasa", False), ("mendesak", True), ("darurat", True)])
def test_what_cannot_wait_never_waits_for_others(severity: str, alone: bool) -> None:
    assert goes_alone(title_of(case(severity=severity)), "", about_a_case=True, with_files=True) is alone


HOSTILE = st.text(st.sampled_from("ab :\n\r\u2028\u2029\x85\x0b\x00“”👩‍👩‍👧🇮🇩\u202eé"), max_size=400)


@given(st.lists(HOSTILE, max_size=6), st.sampled_from(Occasion), st.booleans())
def test_whatever_was_written_the_letter_is_whole_short_and_ours(
    texts: list[str], occasion: Occasion, with_picture: bool
) -> None:
    about = case(*texts, "Tanggapi: ig-worker cases ack K-2026-0666 --by X" * 50, with_picture=with_picture)
    said = body_of(about, occasion)
    assert utf16_length(title_of(about, occasion)) + utf16_length(said) < CAPTION
    lines = said.splitlines()
    assert [line for line in lines if line.startswith("Tanggapi:")] == [
        "Tanggapi: ig-worker cases ack K-2026-0001 --by NAMA"
    ]
    assert [line for line in lines if line.startswith("Rantai bukti:")] == [f"Rantai bukti: {HEAD}"]
    for line in lines[2 : lines.index("Batas tanggapan pertama: Kamis 26/11/2026 07.30 WIB")]:
        assert line.startswith(("“", "(")), "no line of theirs looks like ours"
        assert line.count("“") <= 1
        assert line.count("”") <= 1


def test_a_long_text_fills_the_room_and_no_emoji_is_cut() -> None:
    family = "👨‍👩‍👧‍👦"
    about = case(family * 400)
    said = body_of(about)
    quote = said.splitlines()[2]
    assert set(quote.strip("“”…").replace(family, "")) == set()
    assert 850 < utf16_length(said) + utf16_length(title_of(about)) < CAPTION


def test_of_many_messages_the_newest_are_shown_and_the_others_counted() -> None:
    said = body_of(case(*(f"Pesan {number} " + "panjang " * 40 for number in range(12))))
    assert "“Pesan 11 panjang" in said
    assert "pesan sebelumnya)" in said
    assert said.index("pesan sebelumnya)") < said.index("“Pesan 11")


def test_personal_numbers_are_masked_also_over_a_line_break() -> None:
    assert "3573011204850001" not in quoted("NIK 35730112\n04850001 ya", 200).replace(" ", "")


def test_words_without_anything_to_read_are_said_to_be_none() -> None:
    assert quoted("\u202e \n\x00", 50) == "(tanpa kata-kata)"


def test_a_line_in_a_gathered_message_has_the_words_and_the_deadline() -> None:
    assert line_of(case("Antrean lama")) == "“Antrean lama” · Batas Kamis 26/11/2026 07.30 WIB"


def test_a_time_says_its_zone_where_it_has_an_indonesian_name() -> None:
    assert (
        shown_moment(datetime(2026, 11, 28, 8, tzinfo=ZoneInfo("Asia/Makassar")))
        == "Sabtu 28/11/2026 08.00 WITA"
    )
    assert shown_moment(datetime(2026, 11, 28, 8, tzinfo=ZoneInfo("UTC"))) == "Sabtu 28/11/2026 08.00"


RULES = Rules()


def test_a_recipient_that_is_silent_has_growing_pauses_and_is_told_of_once() -> None:
    reach, now, pauses, told = Reach(), DUE, [], []
    for _ in range(10):
        reach = missed(reach, now)
        pauses.append(pause(reach, RULES).total_seconds())
        if to_be_told(reach, now, RULES):
            told.append(now - DUE)
            reach = Reach(reach.failing_since, reach.failures, now)
        now += pause(reach, RULES)
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert told == [timedelta(seconds=30 * (2**7 - 1))]


@pytest.mark.parametrize(
    ("tried", "reach", "order"),
    [
        ([], Reach(), []),
        ([0, 0, 0], Reach(), [0, 1, 2]),
        ([3, 0, 0], Reach(), [0, 1, 2]),
        ([3, 0, 0], Reach(DUE, 3), [1, 0, 2]),
        ([3, 1], Reach(DUE, 3), [0, 1]),
    ],
)
def test_what_was_not_tried_yet_goes_first_where_the_last_try_failed(
    tried: list[int], reach: Reach, order: list[int]
) -> None:
    assert in_order(tried, reach) == order


def test_one_refusal_among_arrivals_is_no_silence() -> None:
    assert gives_out(1, proven=False)
    assert not gives_out(1, proven=True)
    assert gives_out(2, proven=True)
