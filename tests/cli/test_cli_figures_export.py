"""The figures as files: every list, nothing invented, nothing that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation
from openpyxl import load_workbook

from fakes.bench import plan_post
from ig_worker.domain.instagram import Media, Metric
from ig_worker.store import figures, inbox
from ig_worker.store.schema import missing_figures, stories

HOSTILE = '=HYPERLINK("http://jahat.example","klik")\n+62812 \x07 😭\u202e@sum'


@pytest.fixture
def measured(centre: Installation) -> Installation:
    """Three of Meta's days with one that was missed, a planned post and one by hand, a story, an audience."""
    with centre.writing() as connection:
        at = NOW - timedelta(days=2, hours=10)  # 22 November, 21.30 in Malang
        plan_post(connection, at=at, status="published", ig_media_id="1800", published_at=at)
        by_hand = Media(
            "1801", HOSTILE, at + timedelta(hours=1), "VIDEO", "REELS", permalink="https://ig/1801"
        )
        inbox.remember_media(connection, "polowijen", by_hand)
        story = {"account": "polowijen", "ig_id": "1900", "media_type": "IMAGE", "posted_at": at}
        connection.execute(stories.insert().values(story))
        for day, reach in ((date(2026, 11, 21), 40.0), (date(2026, 11, 23), 0.0)):
            read = [Metric("reach", reach), Metric("accounts_engaged", 5.0), Metric("new_in_2027", 1.5)]
            part = Metric("follows_and_unfollows", 3.0, day, "follow_type=NON_FOLLOWER")
            online = Metric("online_followers", 17.0, day, "hour=0")
            figures.store(connection, "polowijen", "", day, [*read, part, online])
        figures.store(
            connection,
            "polowijen",
            "1800",
            date(2026, 11, 24),
            [Metric("reach", 50.0), Metric("total_interactions", 4.0), Metric("saved", 0.0)],
        )
        for media_id, name, why in (
            ("", "views", "refused"),
            ("", "follower_count", "too_few"),
            ("1900", "", "too_few"),
        ):
            row = {"account": "polowijen", "media_id": media_id, "day": date(2026, 11, 23), "name": name}
            connection.execute(missing_figures.insert().values(**row, why=why, read_at=NOW))
    return centre


def lines(measured: Installation, *words: str | Path) -> list[dict[str, str]]:
    """The lines of a list as CSV, by their heads."""
    done = measured.apart("insights", "export", "--format", "csv", "--out", "-", *words)
    assert (done.status, done.err) == (0, "")
    return list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"), newline="")))


def test_days_have_every_figure_under_metas_name_and_a_gap_is_empty(measured: Installation) -> None:
    days = lines(measured, "--days", "3")
    assert [day["tanggal"] for day in days] == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert [day["reach"] for day in days] == ["40", "", "0"]
    assert [day["unfollows"] for day in days] == ["3", "", "3"]
    assert [day["new_in_2027"] for day in days] == ["1.5", "", "1.5"]
    assert [day["likes"] for day in days] == ["", "", ""]
    assert [day["tingkat_interaksi"] for day in days] == ["12.5", "", ""]
    few = "follower_count: terlalu sedikit pengikut (kurang dari 100)"
    assert [day["catatan"] for day in days] == ["", "belum terbaca", f"{few}; views: ditolak Instagram"]
    assert {day["akun"] for day in days} == {"polowijen"}
    # What is read no longer has a column where there are figures of earlier times.
    assert not {"profile_views", "website_clicks"} & days[0].keys()


def test_posts_have_the_centres_time_and_what_is_known_of_them(measured: Installation) -> None:
    planned, by_hand = lines(measured, "--table", "posts")
    assert (planned["terbit"], planned["segmen"], planned["jenis"]) == (
        "2026-11-22 21:30",
        "Pengumuman",
        "gambar",
    )
    assert (planned["reach"], planned["saved"], planned["tingkat_interaksi"]) == ("50", "0", "8.0")
    assert (by_hand["jenis"], by_hand["tautan"], by_hand["reach"]) == ("reel", "https://ig/1801", "")
    assert by_hand["catatan"] == "belum terbaca"


def test_no_text_becomes_a_formula(measured: Installation) -> None:
    _, by_hand = lines(measured, "--table", "posts")
    assert by_hand["caption"] == '\'=HYPERLINK("http://jahat.example","klik")\n\'+62812  😭@sum'
    (_, workbook) = exported(measured, "--days", "3")
    cells = [cell for row in workbook["Postingan"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    (caption,) = (cell for cell in cells if str(cell.value).startswith("=HYPERLINK"))
    assert caption.quotePrefix


def test_stories_and_audience_are_lists_of_their_own(measured: Installation) -> None:
    (story,) = lines(measured, "--table", "stories", "--month", "2026-11")
    assert (story["ig_media_id"], story["reach"]) == ("1900", "")
    assert story["catatan"] == "terlalu sedikit penonton (kurang dari 5)"
    audience = lines(measured, "--table", "audience")
    assert audience[0] == {
        "akun": "polowijen",
        "tanggal": "2026-11-21",
        "angka": "online_followers",
        "menurut": "hour",
        "kelompok": "0",
        "jumlah": "17",
    }
    assert len(audience) == 2


def exported(measured: Installation, *words: str) -> tuple[Path, Any]:
    done = measured("insights", "export", *words)
    assert (done.status, done.err) == (0, "")
    path = Path(done.out.strip())
    return path, load_workbook(path)


def test_a_workbook_has_them_all_and_says_what_they_mean(measured: Installation) -> None:
    path, workbook = exported(measured, "--month", "2026-11")
    assert path == measured.folder / "var" / "reports" / "insights-2026-11.xlsx"
    assert workbook.sheetnames == ["Hari", "Postingan", "Story", "Audiens", "Keterangan"]
    head, first, gap, last = workbook["Hari"].iter_rows(values_only=True)
    assert dict(zip(head, first, strict=True))["tanggal"].date() == date(2026, 11, 21)
    reach = head.index("reach")
    assert [row[reach] for row in (first, gap, last)] == [40, None, 0]
    meant = {(row[0], row[1]) for row in workbook["Keterangan"].iter_rows(min_row=2, values_only=True)}
    assert {("Hari", "reach"), ("Postingan", "tingkat_interaksi"), ("Audiens", "menurut")} <= meant


def test_a_month_is_metas_days_up_to_the_last_closed_one(measured: Installation) -> None:
    assert [day["tanggal"][8:] for day in lines(measured, "--month", "2026-11")] == ["21", "22", "23"]
    measured.set_clock(datetime.fromisoformat("2026-12-15T00:30:00+00:00"))
    days = lines(measured, "--month", "2026-11")
    assert [days[0]["tanggal"], days[-1]["tanggal"]] == ["2026-11-21", "2026-11-30"]


def test_where_it_goes_and_in_which_form_can_be_said(measured: Installation) -> None:
    path = measured.folder / "angka.csv"
    done = measured("insights", "export", "--out", path)
    assert (done.status, done.out) == (0, f"{path}\n")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfakun,tanggal,")
    usual = measured("insights", "export", "--table", "posts", "--account", "polowijen")
    assert usual.out.endswith("var/reports/insights-30-hari-polowijen-posts.csv\n")
    nowhere = measured("insights", "export", "--out", measured.folder / "tidak" / "ada.xlsx")
    assert (nowhere.status, "there is no folder" in nowhere.line) == (1, True)


def test_an_empty_time_is_said_and_has_its_heads(measured: Installation) -> None:
    done = measured("insights", "export", "--month", "2025-01", "--format", "csv")
    assert (done.status, done.err) == (0, "There are no figures of that time: the lists are empty.\n")
    assert len(Path(done.out.strip()).read_text("utf-8").splitlines()) == 1
    assert measured("insights", "export", "--month", "2025-01").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--days", "3", "--month", "2026-11"), "--days and --month exclude each other"),
        (("--table", "posts", "--format", "xlsx"), "--table goes with --format csv"),
        (("--month", "11/2026"), "allowed: a year and a month such as 2026-11"),
        (("--format", "pdf"), "'pdf' is not one of"),
        (("--account", "arjosari"), "--account must be one of: polowijen"),
    ],
)
def test_what_cannot_be_meant_is_a_wrong_command(
    measured: Installation, words: tuple[str, ...], said: str
) -> None:
    done = measured("insights", "export", *words)
    assert (done.status, said in done.line) == (2, True)
