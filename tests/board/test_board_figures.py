"""Laporan: a month as the evaluation has it, in words as well as in pictures, and its papers."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from board_centre import NAMES, Centre
from sqlalchemy import insert

from ig_worker.domain.rights import Role
from ig_worker.store import schema

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
NAUGHTY = "<script>alert(1)</script>\u202e" + "W" * 50


def measured(
    centre: Centre, *days: date, name: str = "reach", value: float = 100, media_id: str = ""
) -> None:
    rows = [
        {"account": "polowijen", "media_id": media_id, "day": day, "name": name, "breakdown": "",
         "value": value + number, "read_at": datetime(2026, 11, 24, tzinfo=UTC)}
        for number, day in enumerate(days)
    ]  # fmt: skip
    with centre.database.writing() as connection:
        connection.execute(insert(schema.metrics), rows)


def october(*missing: int) -> list[date]:
    return [date(2026, 10, day) for day in range(1, 32) if day not in missing]


def post(centre: Centre, number: int, **more: Any) -> None:
    at = datetime(2026, 10, 1 + number % 28, 3, 0, tzinfo=UTC)
    values = {
        "account": "polowijen", "key": f"P{number}", "status": "published", "kind": "image", "segment": "Pengumuman",
        "scheduled_at": at, "published_at": at, "ig_media_id": f"179{number:03d}", "caption": f"Posting {number}",
        "permalink": f"https://www.instagram.com/p/P{number}/", "options": {}, "made_by": NAMES[Role.MAKER],
        "edited_by": "", "verified_by": "", "responsible": "", "source": "", "source_row": 0, "sheet_status": "",
        "content_hash": "abc", "row_hash": "", "child_ids": [], **more,
    }  # fmt: skip
    with centre.database.writing() as connection:
        connection.execute(insert(schema.posts).values(**values))


def workbook(centre: Centre, role: Role) -> str:
    """All the words of the month's workbook as somebody with this role gets it."""
    content = centre.browser(role).get("/laporan/2026-10.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


@pytest.fixture
def month(centre: Centre) -> Centre:
    """A centre with an October in which the third was not measured, and posts of hostile segments."""
    measured(centre, *october(3))
    measured(centre, *october(3), name="followers_count", value=1200)
    for number in range(1, 8):
        post(centre, number, segment=NAUGHTY if number == 1 else "Pengumuman")
        for name, value in (("reach", 100 * number), ("total_interactions", 10 * number)):
            measured(centre, date(2026, 11, 1), name=name, value=value, media_id=f"179{number:03d}")
    return centre


def text(centre: Centre, path: str = "/laporan", role: Role = Role.HEAD, **more: Any) -> str:
    answer = centre.browser(role, **more).get(path)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_last_month_that_is_over_comes_first(month: Centre) -> None:
    assert "Evaluasi Instagram: Oktober 2026" in text(month)
    assert "1 sampai 25 November 2026" in text(month, "/laporan?bulan=2026-11")


def test_a_day_without_a_figure_is_named_a_gap_and_never_a_zero(month: Centre) -> None:
    page = month.browser(Role.HEAD).get("/laporan").text
    reach = page.partition('id="c-reach-title"')[2].partition("</section>")[0]
    assert reach.count('class="chart__gap" x=') == 1
    assert reach.count('class="chart__bar"') == 30
    assert "1 hari tidak ada angkanya." in reach
    row = re.search(r'<th scope="row">3</th><td class="number">([^<]*)</td>', reach)
    assert row is not None
    assert row[1] == "tidak ada angka"


def test_every_chart_says_in_words_what_it_draws(month: Centre) -> None:
    page = month.browser(Role.HEAD).get("/laporan").text
    drawings = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert len(drawings) >= 2
    for drawing in drawings:
        names = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', drawing)
        assert names is not None
        for name in names.groups():
            assert re.search(rf'id="{name}">\s*\S', drawing)


def test_what_people_called_a_segment_stays_words(month: Centre) -> None:
    page = month.browser(Role.HEAD).get("/laporan").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_no_style_stands_in_the_page(month: Centre) -> None:
    assert not re.search(r"\sstyle=|<style", month.browser(Role.HEAD).get("/laporan").text)


def test_where_nothing_was_measured_it_says_so(centre: Centre) -> None:
    assert "Belum ada angka." in text(centre)


@pytest.mark.parametrize(
    "path",
    [
        "/laporan?bulan=2026-12", "/laporan?bulan=2026-09", "/laporan?bulan=2026-13", "/laporan?bulan=../../etc",
        "/laporan?akun=lain", "/laporan/2026-09.pdf", "/laporan/2026-10.db", "/laporan/2026-10.json",
        "/laporan/2026-10.pdf?akun=../polowijen", "/laporan/..%2f..%2fig-worker.db",
        "/laporan/tersimpan/..%2f..%2fig-worker.db", "/laporan/tersimpan/harian-2026-10-01.pdf",
        "/laporan/tersimpan/buku-register-2026-10.pdf", "/laporan/tersimpan/evaluasi-2026-10.pdf",
        "/laporan/gambar/polowijen/..%2f..%2fconfig", "/laporan/gambar/lain/179001", "/laporan/gambar/polowijen/179001",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_there(month: Centre, path: str) -> None:
    folder = month.settings.data_dir / "reports"
    folder.mkdir()
    (folder / "buku-register-2026-10.pdf").write_bytes(b"names of patients")
    (folder / "polowijen").mkdir()
    (folder / "polowijen" / "harian-2026-10-01.pdf").write_bytes(b"cases")
    assert month.browser(Role.HEAD).get(path).status_code == 404


def test_a_posts_picture_is_shown_and_no_other_file(month: Centre) -> None:
    folder = month.settings.data_dir / "pictures" / "polowijen"
    folder.mkdir(parents=True)
    (folder / "179007.jpg").write_bytes(JPEG)
    browser = month.browser(Role.HEAD)
    assert "/laporan/gambar/polowijen/179007" in browser.get("/laporan").text
    assert browser.get("/laporan/gambar/polowijen/179007").content == JPEG
    (folder / "179006.jpg").symlink_to(month.folder / "config.toml")
    assert browser.get("/laporan/gambar/polowijen/179006").status_code == 404


def test_the_workbook_is_made_for_whoever_asks_and_once_only(month: Centre) -> None:
    browser = month.browser(Role.HEAD)
    answer = browser.get("/laporan/2026-10.xlsx")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert "evaluasi-polowijen-2026-10.xlsx" in answer.headers["content-disposition"]
    made = month.settings.data_dir / "evaluations" / "polowijen" / "evaluasi-2026-10.xlsx"
    before = made.stat().st_mtime_ns
    assert browser.get("/laporan/2026-10.xlsx").status_code == 200
    assert made.stat().st_mtime_ns == before


def test_the_pdf_is_one(month: Centre) -> None:
    answer = month.browser(Role.HEAD).get("/laporan/2026-10.pdf?akun=polowijen")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_was_sent_before_is_kept_there(month: Centre) -> None:
    folder = month.settings.data_dir / "reports" / "polowijen"
    folder.mkdir(parents=True)
    (folder / "evaluasi-2026-09.pdf").write_bytes(b"%PDF-1.7 sent")
    browser = month.browser(Role.HEAD)
    assert 'href="/laporan/tersimpan/evaluasi-2026-09.pdf?akun=polowijen"' in browser.get("/laporan").text
    assert browser.get("/laporan/tersimpan/evaluasi-2026-09.pdf").content == b"%PDF-1.7 sent"


def test_a_month_that_is_kept_is_not_gathered_again_until_something_happens(month: Centre) -> None:
    browser = month.browser(Role.HEAD)
    browser.get("/laporan")
    file = month.settings.data_dir / "evaluations" / "polowijen" / "2026-10.json"
    before = file.stat().st_mtime_ns
    browser.get("/laporan")
    assert file.stat().st_mtime_ns == before
    month.set_clock(month.now + timedelta(hours=2))
    browser.get("/laporan")
    assert file.stat().st_mtime_ns > before


@pytest.mark.parametrize("broken", [b"", b"[]", b"{}", b'{"mark": 1}', b"\xff\xfe"])
def test_a_kept_month_that_is_broken_is_gathered_anew(month: Centre, broken: bytes) -> None:
    file: Path = month.settings.data_dir / "evaluations" / "polowijen" / "2026-10.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(broken)
    assert "Oktober 2026" in text(month)


def test_the_examples_of_what_rose_are_for_who_reads_every_units_messages(month: Centre) -> None:
    at = datetime(2026, 10, 20, tzinfo=UTC)
    message = {
        "account": "polowijen", "channel": "comment", "ig_id": "m1", "author": "sari",
        "text": "vaksin habis ya bu 081234567890",
        "attachments": [], "sent_at": at, "first_seen_at": at, "label": "keluhan", "topic": "obat", "reasons": [],
    }  # fmt: skip
    with month.database.writing() as connection:
        connection.execute(insert(schema.messages).values(**message))
        connection.execute(
            insert(schema.rising_topics).values(
                account="polowijen", kind="word", term="vaksin", begun_at=at, last_seen_at=at, count=9, usual=1.0,
                people=8, most=9, most_usual=1.0, also=[], message_ids=[1],
            )
        )  # fmt: skip
    assert "vaksin habis ya bu" in text(month, role=Role.COMPLAINTS)
    assert "081234567890" not in text(month, role=Role.COMPLAINTS)
    folder = month.settings.data_dir / "reports" / "polowijen"
    folder.mkdir(parents=True)
    (folder / "evaluasi-2026-10.pdf").write_bytes(b"%PDF-1.7 vaksin habis ya bu")
    assert "vaksin habis ya bu" in workbook(month, Role.COMPLAINTS)
    for role in (Role.HOLDER, Role.MAKER):
        assert "vaksin habis ya bu" not in text(month, role=role, unit="gigi")
        assert "vaksin habis ya bu" not in workbook(month, role)
        assert "tersimpan" not in month.browser(role).get("/laporan").text
        assert month.browser(role).get("/laporan/tersimpan/evaluasi-2026-10.pdf").status_code == 404
    assert "vaksin habis ya bu" in workbook(month, Role.COMPLAINTS)


def test_the_page_is_there_in_english(month: Centre) -> None:
    assert "Reach by day" in text(month, language="en", name="english")
