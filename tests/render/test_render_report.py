"""The day's report: one page, whatever the day was like."""

from __future__ import annotations

import copy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ig_worker.domain.errors import NeedsPerson
from ig_worker.render.press import press
from ig_worker.render.report import one_page
from ig_worker.render.typesetter import Typesetter

Report = dict[str, Any]
REPORT: Report = {
    "title": "Laporan harian Instagram",
    "account": {"name": "polowijen", "username": "puskesmaspolowijen"},
    "zone": "Asia/Jakarta",
    "period": "Minggu, 22 November 2026",
    "made_at": "2026-11-22T20:00:00+07:00",
    "posts": [
        {
            "time": "09.00",
            "kind": "image",
            "segment": "Pengumuman",
            "caption": "Jadwal 🌟",
            "status": "published",
            "permalink": "https://www.instagram.com/p/x/",
        }
    ],
    "posts_by_status": {"published": 1, "held": 2, "failed": 0},
    "messages_by_label": {"pujian": 24, "saran": 5, "keluhan": 9},
    "messages_by_topic": {"lainnya": 30, "antrean": 5, "bpjs": 3, "obat": 0},
    "thanks_sent": 21,
    "needs_person": 3,
    "cases": [
        {
            "number": "K-2026-0001",
            "label": "keluhan",
            "topic": "antrean",
            "unit": "",
            "severity": "mendesak",
            "status": "told",
            "summary": "Antri lama",
            "due": "2026-11-23T02:15:00Z",
        }
    ],
    "figures": [
        {"name": "Jangkauan", "value": 1234, "note": ""},
        {"name": "Interaksi", "value": None, "note": ""},
    ],
    "findings": ["Keluhan terbanyak tentang antrean: 5 dari 38 pesan."],
}
QUIET: Report = {
    **REPORT,
    "posts": [],
    "posts_by_status": {},
    "messages_by_label": {},
    "messages_by_topic": {},
    "thanks_sent": 0,
    "needs_person": 0,
    "cases": [],
    "figures": [],
    "findings": [],
}


def busy(text: str) -> Report:
    """A day with far more of everything than a page holds, in a stranger's words."""
    day = copy.deepcopy(REPORT)
    day["title"] = day["period"] = text
    day["posts"] = [{**REPORT["posts"][0], "caption": text, "segment": text} for _ in range(60)]
    day["cases"] = [{**REPORT["cases"][0], "summary": text, "unit": text, "due": text} for _ in range(60)]
    day["figures"] = [{"name": text, "value": 10**9, "note": text} for _ in range(40)]
    day["findings"] = [text * 3] * 40
    day["messages_by_topic"] = {f"topik_{n}": n for n in range(30)}
    return day


def words(line: Any) -> str:
    return "".join(run.get("text", f"[{run.get('mark')}]") for run in line["runs"])


HOSTILE = [
    "W" * 400,
    "🤬" * 400,
    "kata " * 80,
    "\u202e\x00\ud83d" * 100,
    "#panic() " * 40,
    "السلام " * 60,
    "a\n" * 200,
]


@pytest.mark.parametrize("day", [REPORT, QUIET, *map(busy, HOSTILE)])
def test_a_day_fits_one_page(day: Report) -> None:
    # A PNG of several pages would come out as a list, which press refuses.
    assert press("day_report.typ", one_page(day), "png").startswith(b"\x89PNG")


def printed(day: Report, folder: Path) -> str:
    """What stands on the page."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("no pdftotext on this machine; Debian has it in the package poppler-utils")
    Typesetter().day_report(day, folder / "day.pdf")
    done = subprocess.run([tool, "-layout", folder / "day.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode().replace("\u200b", "")


def test_a_page_with_room_shows_every_row(tmp_path: Path) -> None:
    day = {
        **REPORT,
        "posts": [{**REPORT["posts"][0], "caption": f"Unggahan ke-{n}"} for n in range(10)],
        "cases": [{**REPORT["cases"][0], "number": f"K-2026-{n:04d}"} for n in range(5)],
        "messages_by_topic": {f"topik_{n}": n + 1 for n in range(8)},
        "figures": [{"name": f"Angka {n}", "value": None, "note": ""} for n in range(8)],
        "findings": [f"Temuan {n}." for n in range(4)],
    }
    page = printed(day, tmp_path)
    for name, count in (("Unggahan ke-", 10), ("K-2026-", 5), ("Topik ", 9), ("Angka ", 9), ("Temuan ", 4)):
        assert page.count(name) == count, page
    assert page.count("belum ada data") == 8
    assert " lagi" not in page


def test_what_finds_no_room_is_counted(tmp_path: Path) -> None:
    day = {
        **REPORT,
        "posts": [{**REPORT["posts"][0], "caption": f"Unggahan ke-{n}"} for n in range(30)],
        "cases": [{**REPORT["cases"][0], "number": f"K-2026-{n:04d}"} for n in range(30)],
    }
    page = printed(day, tmp_path)
    posts, cases = page.count("Unggahan ke-"), page.count("K-2026-")
    assert (posts >= 10, cases >= 7) == (True, True)
    assert f"dan {30 - posts} lagi" in page
    assert f"dan {30 - cases} lagi" in page


def test_a_report_is_a_pdf_and_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    Typesetter().day_report(REPORT, tmp_path / "reports" / "a.pdf")
    Typesetter().day_report(copy.deepcopy(REPORT), tmp_path / "reports" / "b.pdf")
    made = (tmp_path / "reports" / "a.pdf").read_bytes()
    assert made.startswith(b"%PDF-")
    assert made == (tmp_path / "reports" / "b.pdf").read_bytes()
    assert b"D:20261122130000Z" in made
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == ["a.pdf", "b.pdf"]


def test_the_tiles_count_the_day() -> None:
    assert one_page(REPORT)["tiles"] == [
        ["Unggahan terbit", "1"],
        ["Pesan masuk", "38"],
        ["Ucapan terima kasih", "21"],
        ["Kasus", "1"],
        ["Menunggu petugas", "3"],
    ]


def test_only_what_was_counted_is_named() -> None:
    page = one_page(REPORT)
    assert page["posts_by_status"] == "Terbit 1 · Ditahan 2"
    assert [(bar["name"], bar["count"]) for bar in page["topics"]] == [
        ("Antrean", "5"),
        ("BPJS", "3"),
        ("Lainnya", "30"),
    ]


def test_every_kind_of_message_has_a_bar_and_the_longest_is_whole() -> None:
    bars = one_page(REPORT)["labels"]
    assert [bar["name"] for bar in bars] == ["Pujian", "Saran", "Keluhan", "Pertanyaan", "Lainnya"]
    assert [bar["share"] for bar in bars] == [1, 5 / 24, 9 / 24, 0, 0]


def test_a_quiet_day_has_no_bars() -> None:
    page = one_page(QUIET)
    assert (page["labels"], page["topics"], page["tiles"][1]) == ([], [], ["Pesan masuk", "0"])


def test_a_case_without_unit_shows_its_topic_and_its_time_in_the_centres_zone() -> None:
    case = one_page(REPORT)["cases"]["shown"][0]
    assert (words(case["where"]), words(case["due"]), case["status"]) == (
        "Antrean",
        "23 Nov, 09.15",
        "Disampaikan",
    )


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("tata_usaha", "Tata usaha"),
        ("kia", "KIA"),
        ("farmasi", "Farmasi"),
        ("Loket BPJS", "Loket BPJS"),
        ("", "Antrean"),
    ],
)
def test_units_are_called_as_people_call_them(unit: str, expected: str) -> None:
    case = {**REPORT["cases"][0], "unit": unit}
    shown = one_page({**REPORT, "cases": [case]})["cases"]["shown"][0]
    assert words(shown["where"]) == expected


def test_a_long_text_ends_with_a_whole_word() -> None:
    caption = "Jadwal posyandu bulan ini di RW 03 sampai RW 09, bawa buku KIA"
    (post,) = one_page({**REPORT, "posts": [{**REPORT["posts"][0], "caption": caption}]})["posts"]["shown"]
    assert words(post["caption"]) == "Jadwal posyandu bulan ini di RW 03 sampai RW …"


@pytest.mark.parametrize(("due", "expected"), [("besok pagi", "besok pagi"), ("", "-"), (None, "-")])
def test_a_time_in_words_stays_as_it_is(due: str | None, expected: str) -> None:
    case = {**REPORT["cases"][0], "due": due, "summary": "", "label": "saran"}
    shown = one_page({**REPORT, "cases": [case]})["cases"]["shown"][0]
    assert (words(shown["due"]), words(shown["summary"]), shown["mood"]) == (expected, "-", "blue")


def test_a_figure_that_is_missing_is_not_zero() -> None:
    assert [figure["value"] for figure in one_page(REPORT)["figures"]] == ["1.234", None]


def test_lists_keep_count_of_what_is_left_out() -> None:
    page = one_page(busy("x"))
    assert (page["cases"]["all"], len(page["cases"]["shown"])) == (60, 14)


def test_a_report_that_is_not_whole_needs_a_person(tmp_path: Path) -> None:
    broken = {name: value for name, value in REPORT.items() if name != "cases"}
    with pytest.raises(NeedsPerson, match=r"day\.pdf could not be made: KeyError: 'cases'"):
        Typesetter().day_report(broken, tmp_path / "day.pdf")
    assert list(tmp_path.iterdir()) == []
