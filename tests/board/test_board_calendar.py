"""The calendar shows the plan by month and week, what it lacks, and the days that a centre speaks of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from board_centre import NOW, Centre
from calendar_page import calendar_of
from sqlalchemy import insert, text

from fakes.bench import plan_post
from fakes.hostile_words import HOSTILE_CAPTION
from ig_worker import config
from ig_worker.board import Office
from ig_worker.domain.instagram import Kind
from ig_worker.domain.rights import Role
from ig_worker.render import indonesian
from ig_worker.store import crises, posts
from ig_worker.store.posts import MediaFile
from ig_worker.store.schema import our_media

Open = Callable[..., Centre]
DAY = timedelta(days=1)
TWO = """[accounts.kedua]
ig_user_id = "17841400000000002"
access_token = "IGAAsandboxTokenKedua"
"""


def planned(centre: Centre, at: datetime = NOW + DAY, key: str = "P-01", **changes: Any) -> int:
    with centre.database.writing() as connection:
        return plan_post(connection, at=at, key=key, **changes)


def by_hand(centre: Centre, at: datetime, **changes: Any) -> None:
    values = {
        "account": "polowijen",
        "ig_id": "18000000000000001",
        "caption": "Langsung dari telepon",
        "media_type": "VIDEO",
        "product_type": "REELS",
        "permalink": "https://www.instagram.com/p/abc/",
        "posted_at": at,
        **changes,
    }
    with centre.database.writing() as connection:
        connection.execute(insert(our_media).values(values))


def test_a_month_has_its_weeks_whole_from_monday_to_sunday(centre: Centre) -> None:
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    days = list(page.days)
    assert (days[0], days[-1], len(days)) == ("2026-10-26", "2026-12-06", 42)
    assert "day--outside" in page.days["2026-10-31"].classes
    assert "day--outside" not in page.days["2026-11-01"].classes
    assert [day for day, cell in page.days.items() if "day--today" in cell.classes] == ["2026-11-25"]
    assert [week.split(" ")[0] for week in page.weeks][:3] == ["26", "2–8", "9–15"]


def test_a_month_that_begins_on_monday_has_four_weeks(centre: Centre) -> None:
    days = list(calendar_of(centre.browser(Role.MAKER), "bulan=2027-02").days)
    assert (days[0], len(days)) == ("2027-02-01", 28)


def test_a_week_reaches_over_the_end_of_a_year(centre: Centre) -> None:
    planned(centre, datetime(2027, 1, 1, 2, tzinfo=UTC), "tahun-baru", caption="Selamat tahun baru 2027")
    browser = centre.browser(Role.MAKER)
    page = calendar_of(browser, "minggu=2026-12-31")
    assert list(page.days) == [f"2026-12-{day}" for day in (28, 29, 30, 31)] + [
        "2027-01-01",
        "2027-01-02",
        "2027-01-03",
    ]
    assert "09.00" in page.days["2027-01-01"].text
    assert "Selamat tahun baru" in page.days["2027-01-01"].text
    assert "Tahun Baru Masehi libur nasional" in page.days["2027-01-01"].text
    assert not any(cell.classes.count("day--outside") for cell in page.days.values())
    assert "/kalender?minggu=2026-12-21" in page.links
    assert "/kalender?minggu=2027-01-04" in page.links
    assert "09.00" in calendar_of(browser, "bulan=2026-12").days["2027-01-01"].text


def test_the_way_on_leads_to_the_months_beside_and_back_to_today(centre: Centre) -> None:
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2027-01&segmen=Konde%20Emas")
    for wanted in ("2026-12", "2027-02", "2026-11"):
        assert any(link.startswith("/kalender?") and f"bulan={wanted}" in link for link in page.links)
    assert "/kalender?bulan=2026-12&segmen=Konde%20Emas" in page.links, "the filter goes along"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "today"),
    [
        ("Asia/Jakarta", "2026-11-29", "23.45", "2026-11-29"),
        ("Asia/Makassar", "2026-11-30", "00.45", "2026-11-30"),
        ("Asia/Jayapura", "2026-11-30", "01.45", "2026-11-30"),
    ],
)
def test_days_are_the_centres_own(open_centre: Open, zone: str, day: str, clock: str, today: str) -> None:
    elsewhere = open_centre(now=datetime(2026, 11, 29, 16, 30, tzinfo=UTC))
    file = elsewhere.folder / "config.toml"
    file.write_text(f'timezone = "{zone}"\n' + file.read_text("utf-8"), "utf-8")
    settings = config.load(file)
    centre = Centre(elsewhere.folder, settings, Office(settings))
    planned(centre, datetime(2026, 11, 29, 16, 45, tzinfo=UTC))
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    centre.close()
    assert [name for name, cell in page.days.items() if clock in cell.text] == [day]
    assert [name for name, cell in page.days.items() if "day--today" in cell.classes] == [today]


@pytest.mark.parametrize(
    "words",
    ["bulan=2026-13", "bulan=2026-00", "bulan=abc", "bulan=1999-12", "bulan=2101-01", "minggu=2026-02-30",
     "minggu=kapan", "bulan=٢٠٢٦-11", "minggu=9999-12-31", "bulan=2026-11-01"],
)  # fmt: skip
def test_what_is_no_month_shows_the_present_one_and_says_so(centre: Centre, words: str) -> None:
    page = calendar_of(centre.browser(Role.MAKER), words)
    assert "November 2026" in page.text
    assert "tidak dikenal" in page.text


def test_the_calendar_ends_where_no_plan_can_be(centre: Centre) -> None:
    browser = centre.browser(Role.MAKER)
    assert not any("bulan=2019-12" in link for link in calendar_of(browser, "bulan=2020-01").links)
    assert not any("bulan=2101" in link for link in calendar_of(browser, "bulan=2100-12").links)
    assert calendar_of(browser, "minggu=2100-12-31").days
    assert calendar_of(browser, "minggu=2020-01-01").days


def test_a_post_is_shown_with_time_state_kind_and_segment(centre: Centre) -> None:
    number = planned(centre, kind=Kind.REEL, segment="Konde Emas", caption="Senam hamil\nlima menit")
    day = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11").days["2026-11-26"]
    for word in ("07.30", "Disetujui", "Senam hamil lima menit", "Konde Emas · Reel"):
        assert word in day.text
    assert f"/posting/{number}" in day.links
    assert "polowijen" not in day.text, "there is one account"


def test_pictures_are_asked_for_where_there_are_some(centre: Centre) -> None:
    with centre.database.writing() as connection:
        for place, original in enumerate(("a.jpg", "a.mp4", "")):
            number = plan_post(connection, at=NOW + DAY, key=f"P-{place}")
            posts.put_media(connection, number, [MediaFile(0, "x", original)])
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    assert page.html.count("/kecil") == 1
    assert page.html.count("plan__film") == 1


def test_gaps_between_posts_are_one_line(centre: Centre) -> None:
    planned(centre, datetime(2026, 11, 2, 2, tzinfo=UTC))
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    assert "Sel 3 Nov – Min 8 Nov: tidak ada postingan" in page.days["2026-11-03"].text
    assert "day--in-gap" in page.days["2026-11-05"].classes
    assert "tidak ada postingan" not in page.days["2026-11-05"].text
    filtered = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11&segmen=Konde%20Emas")
    assert "tidak ada yang cocok" in filtered.days["2026-11-02"].text, (
        "there is a post, but not of this segment"
    )


def test_each_week_says_what_its_segments_lack_and_where_to_make_it(centre: Centre) -> None:
    planned(centre, segment="nice TO know")
    maker = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    assert "23–29 Nov 1 dari 2 kurang 1 Nice to Know" in maker.weeks[4]
    assert "9–15 Nov 0 dari 2 kurang 2 Nice to Know" in maker.weeks[2]
    assert "/posting-baru?tanggal=2026-11-25&segmen=Nice%20to%20Know" in maker.links, "the first free day"
    assert "/posting-baru?tanggal=2026-11-30&segmen=Nice%20to%20Know" in maker.links
    assert not any("tanggal=2026-11-09" in link for link in maker.links), "that week is over"
    assert "Minggu ini: 1 dari 2" in maker.text
    head = calendar_of(centre.browser(Role.HEAD), "bulan=2026-11")
    assert not any("posting-baru" in link for link in head.links), "who makes no posts is not asked to"


def test_this_week_is_counted_also_beside_another_month(centre: Centre) -> None:
    planned(centre, segment="Nice to Know")
    assert "Minggu ini: 1 dari 2" in calendar_of(centre.browser(Role.MAKER), "bulan=2026-03").text


def test_without_targets_the_week_says_how_many_there_are(centre: Centre) -> None:
    centre.settings.planner.targets.clear()
    planned(centre)
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    assert "Minggu ini: 1 postingan" in page.text
    assert "[planner.targets]" in page.text


def test_special_days_stand_in_their_cells_and_those_without_a_post_stand_out(centre: Centre) -> None:
    planned(centre, datetime(2026, 12, 1, 2, tzinfo=UTC), caption="Hari AIDS Sedunia: kenali dan cegah")
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-12")
    assert "Hari AIDS Sedunia hari kesehatan" in page.days["2026-12-01"].text
    assert "belum ada postingan" not in page.days["2026-12-01"].text
    missing = page.days["2026-12-22"]
    assert "Hari Ibu hari besar belum ada postingan" in missing.text
    assert "/posting-baru?tanggal=2026-12-22&segmen=Hari%20Besar" in missing.links
    assert "Hari Raya Natal libur nasional" in page.days["2026-12-25"].text
    assert "hari libur" in page.days["2026-12-24"].text, (
        "joint leave is no occasion, but everybody is at home"
    )
    assert "belum ada postingan" not in page.days["2026-12-24"].text


def test_a_special_day_that_is_over_is_not_asked_for(centre: Centre) -> None:
    day = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11").days["2026-11-12"]
    assert "Hari Kesehatan Nasional (HKN) hari kesehatan" in day.text
    assert "belum ada postingan" not in day.text
    assert day.links == []


def test_a_month_of_health_stands_once_with_its_end(centre: Centre) -> None:
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    holders = [name for name, cell in page.days.items() if "Bulan Imunisasi Anak Sekolah" in cell.text]
    assert holders == ["2026-11-01"]
    assert "sampai 30 November" in page.days["2026-11-01"].text
    assert "/posting-baru?tanggal=2026-11-25&segmen=Hari%20Besar" in page.days["2026-11-01"].links


def test_what_was_published_by_hand_is_shown_and_fills_its_day(centre: Centre) -> None:
    by_hand(centre, datetime(2026, 11, 26, 4, 5, tzinfo=UTC), caption="Selamat! #HariAIDSSedunia")
    by_hand(centre, datetime(2026, 11, 27, 4, tzinfo=UTC), ig_id="2", permalink="javascript:alert(1)")
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2026-11")
    day = page.days["2026-11-26"]
    assert "11.05 dibuat langsung di Instagram" in day.text
    assert "Reel" in day.text
    assert "https://www.instagram.com/p/abc/" in day.links
    assert "javascript:" not in page.html
    assert "belum ada postingan" not in page.days["2026-12-01"].text, "somebody has spoken of it"
    assert "tanggal 25, 28–30" in page.text
    assert (
        "langsung"
        not in calendar_of(centre.browser(Role.MAKER), "bulan=2026-11&segmen=X").days["2026-11-26"].text
    )


def test_filters_leave_what_was_asked_for(open_centre: Open) -> None:
    centre = open_centre(more=TWO)
    planned(centre, key="satu", segment="Konde Emas", caption="Satu")
    planned(centre, key="dua", segment="Inovasi", status="draft", caption="Dua")
    planned(centre, key="tiga", account="kedua", caption="Tiga")
    planned(centre, key="batal", status="cancelled", caption="Empat")
    browser = centre.browser(Role.MAKER)

    def shown(words: str) -> set[str]:
        day = calendar_of(browser, f"bulan=2026-11&{words}").days["2026-11-26"].text
        return {name for name in ("Satu", "Dua", "Tiga", "Empat") if name in day}

    assert shown("") == {"Satu", "Dua", "Tiga"}
    assert shown("akun=kedua") == {"Tiga"}
    assert shown("akun=tidakada") == {"Satu", "Dua", "Tiga"}
    assert shown("segmen=konde%20emas") == {"Satu"}
    assert shown("status=draft") == {"Dua"}
    assert shown("status=cancelled") == {"Empat"}
    assert shown("status=apa-saja") == {"Satu", "Dua", "Tiga"}
    page = calendar_of(browser, "bulan=2026-11")
    assert "1 postingan yang dibatalkan tidak ditampilkan" in page.text
    assert "Inovasi · Gambar · polowijen" in page.text, "with two accounts each says whose it is"


def test_an_accounts_counts_are_its_own(open_centre: Open) -> None:
    centre = open_centre(more=TWO)
    planned(centre, segment="Nice to Know")
    browser = centre.browser(Role.MAKER)
    assert "Minggu ini: 1 dari 2" in calendar_of(browser, "akun=polowijen").text
    assert "Minggu ini: 0 dari 2" in calendar_of(browser, "akun=kedua").text
    assert any(
        "akun=kedua" in link for link in calendar_of(browser, "akun=kedua").links if "posting-baru" in link
    )


def test_what_must_be_decided_soon_is_named_first(centre: Centre) -> None:
    planned(centre, NOW - DAY, "lewat", status="held", last_error="Fotonya terlalu kecil", caption="Lewat")
    planned(centre, NOW + DAY, "besok", status="draft", caption="Besok")
    planned(centre, NOW + 2 * DAY, "pasti", caption="Sudah beres")
    planned(centre, NOW + 9 * DAY, "nanti", status="draft", caption="Nanti")
    planned(centre, NOW - 40 * DAY, "dulu", status="draft", caption="Terlupakan")
    page = calendar_of(centre.browser(Role.VERIFIER), "bulan=2027-03")
    assert "Perlu keputusan segera (2)" in page.text
    for word in ("Lewat", "Waktunya sudah lewat", "Fotonya terlalu kecil", "Besok"):
        assert word in page.text
    for word in ("Sudah beres", "Nanti", "Terlupakan"):
        assert word not in page.text


def test_captions_of_those_who_mean_no_good_are_words(centre: Centre) -> None:
    planned(
        centre,
        caption=HOSTILE_CAPTION,
        segment="<b>Segmen</b>\u202e\x07 x",
        status="draft",
        last_error="<i>a</i>",
    )
    planned(centre, key="kosong", caption="", kind=Kind.STORY)
    for words in ("bulan=2026-11", "minggu=2026-11-25", "segmen=%3Cscript%3E", "bulan=%22%3E%3Cscript%3E"):
        page = calendar_of(centre.browser(Role.VERIFIER), words)
        assert "<script>document" not in page.html
        assert "<b>Segmen" not in page.html
        assert "\u202e" not in page.html
        assert "\x07" not in page.html
        assert '"><script>' not in page.html
    assert "(tanpa caption)" in calendar_of(centre.browser(Role.VERIFIER), "bulan=2026-11").text


def test_a_crisis_that_holds_posts_back_is_said_at_the_top(open_centre: Open) -> None:
    centre = open_centre(more=TWO)
    with centre.database.writing() as connection:
        crisis = crises.begin(connection, "polowijen", "pace", "", [], centre.now, pauses=True)
        crises.begin(connection, "kedua", "pace", "", [], centre.now, pauses=False)
    page = calendar_of(centre.browser(Role.HEAD))
    assert "Akun polowijen: postingan yang tidak mendesak sedang menunggu" in page.text
    assert "Akun kedua" not in page.text
    assert f"/krisis/{crisis}" in page.links
    assert f"/krisis/{crisis}" not in calendar_of(centre.browser(Role.MAKER)).links
    assert "menunggu, karena" not in calendar_of(centre.browser(Role.MAKER), "akun=kedua").text


def test_an_account_that_is_not_configured_any_more_is_still_shown(centre: Centre) -> None:
    planned(centre, account="lama", caption="Akun lama")
    assert "Akun lama" in calendar_of(centre.browser(Role.MAKER)).days["2026-11-26"].text


def test_who_is_not_logged_in_sees_no_plan(centre: Centre) -> None:
    planned(centre, caption="Rahasia dulu")
    answer = centre.browser().get("/kalender?bulan=2026-11")
    assert answer.url.path == "/masuk"
    assert "Rahasia" not in answer.text


def test_the_calendar_is_said_in_english_too(centre: Centre) -> None:
    browser = centre.browser(Role.MAKER, name="inggris")
    with centre.database.writing() as connection:
        connection.execute(text("UPDATE users SET language = 'en'"))
    assert "This week: 0 of 2" in calendar_of(browser).text


def test_without_the_countrys_holidays_the_calendar_is_shown_and_says_so(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", str(centre.folder))  # no Python starts with it
    page = calendar_of(centre.browser(Role.MAKER), "bulan=2093-12")
    assert "tidak dapat dihitung" in page.text
    assert "Hari Ibu" in page.days["2093-12-22"].text
    assert "Natal" not in page.text
    monkeypatch.undo()
    again = calendar_of(centre.browser(Role.MAKER), "bulan=2093-12")
    assert "Hari Raya Natal" in again.days["2093-12-25"].text, "what failed is not remembered"
    assert "tidak dapat dihitung" not in again.text


def test_dates_are_written_as_indonesians_do() -> None:
    last_of_october, first_of_november = date(2026, 10, 26), date(2026, 11, 1)
    assert indonesian.span(last_of_october, first_of_november) == "26 Okt – 1 Nov"
    assert indonesian.span(date(2026, 11, 2), date(2026, 11, 8)) == "2–8 Nov"
    assert indonesian.span(first_of_november, first_of_november) == "1 Nov"
    assert indonesian.weekday(first_of_november) == "Minggu"
    assert indonesian.day_and_month(first_of_november) == "1 November"
    assert indonesian.ranges([date(2026, 11, day) for day in (1, 2, 3, 7)]) == "1–3, 7"
