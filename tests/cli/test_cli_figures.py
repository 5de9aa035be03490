"""Insights from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from cli_centre import NOW, Installation
from on_terminal import on_terminal

from fakes.bench import plan_post
from ig_worker.domain.instagram import Media, Metric, Why
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import figures, inbox
from ig_worker.store.schema import missing_figures, stories


@pytest.fixture
def measured(centre: Installation) -> Installation:
    """Some of Meta's days until the last one closed, one planned post, two published by hand, a story of few."""
    with centre.writing() as connection:
        post_at = NOW - timedelta(days=2)
        plan_post(connection, at=post_at, status="published", ig_media_id="1800", published_at=post_at)
        plan_post(connection, key="P-00", at=NOW - timedelta(days=90), status="published", ig_media_id="1700",
                  published_at=NOW - timedelta(days=90))  # fmt: skip
        for ig_id, media_type, product_type in (
            ("1800", "IMAGE", "FEED"),
            ("1801", "VIDEO", "REELS"),
            ("1802", "CAROUSEL_ALBUM", "FEED"),
        ):
            address = f"https://www.instagram.com/p/{ig_id}/"
            media = Media(ig_id, "", post_at, media_type, product_type, permalink=address)
            inbox.remember_media(connection, "polowijen", media)
        for day, reach in ((date(2026, 11, 23), 31), (date(2026, 11, 20), 0), (date(2026, 9, 1), 1)):
            metrics = [Metric("reach", float(reach)), Metric("followers_count", 4200.0 + reach)]
            parts = [Metric("views", 5.0, day, "media_product_type=REELS")]
            figures.store(connection, "polowijen", "", day, [*metrics, *parts])
        read = [Metric("reach", 30.0), Metric("total_interactions", 12.0), Metric("saved", 0.0)]
        figures.store(connection, "polowijen", "1800", date(2026, 11, 23), [Metric("reach", 3.0)])
        figures.store(connection, "polowijen", "1800", date(2026, 11, 24), read)
        figures.store(connection, "polowijen", "1801", date(2026, 11, 24), [Metric("reach", 2.0), read[1]])
        story = {"account": "polowijen", "ig_id": "1900", "media_type": "IMAGE", "posted_at": NOW}
        connection.execute(stories.insert().values(story))
        for media_id, day, name, why in (
            ("1900", date(2026, 11, 24), "", "too_few"),
            ("", date(2026, 11, 22), "", "no_data"),
            ("", date(2026, 11, 23), "saves", "refused"),
            ("", date(2026, 11, 23), "follower_count", "too_few"),
        ):
            row = {"account": "polowijen", "media_id": media_id, "day": day, "name": name, "why": why}
            connection.execute(missing_figures.insert().values(**row, read_at=NOW))
    return centre


def test_the_figures_are_the_accounts_days_and_each_posts(measured: Installation) -> None:
    shown = measured("insights", "show", "--json")
    assert (shown.status, shown.err) == (0, "")
    document = shown.document
    assert list(document) == ["account", "since", "until", "days", "gaps", "gap_reasons", "media"]
    parts = {"views:media_product_type=REELS": 5.0}
    assert document["days"] == [
        {"date": "2026-11-20", "metrics": {"followers_count": 4200.0, "reach": 0.0} | parts, "missing": {}},
        {
            "date": "2026-11-23",
            "metrics": {"followers_count": 4231.0, "reach": 31.0} | parts,
            "missing": {"follower_count": "too_few", "saves": "refused"},
        },
    ]
    assert [media["ig_media_id"] for media in document["media"]] == ["1800", "1801", "1802", "1900"]
    assert document["media"][0] == {
        "ig_media_id": "1800",
        "published_at": "2026-11-23T07:30:00+07:00",
        "kind": "image",
        "segment": "Pengumuman",
        "caption": "Posyandu besok pagi ya, Bunda! 🌸 P-01",
        "permalink": "https://www.instagram.com/p/1800/",
        "metrics": {"reach": 30.0, "saved": 0.0, "total_interactions": 12.0},
        "missing": {},
        "rate": 40.0,
    }


def test_what_is_not_there_says_why_and_no_rate_is_made_of_it(measured: Installation) -> None:
    document = measured("insights", "show", "--json").document
    by_id = {media["ig_media_id"]: media for media in document["media"]}
    more_than_all, nothing, few = (by_id[ig_id] for ig_id in ("1801", "1802", "1900"))
    assert [more_than_all["rate"], nothing["rate"], few["rate"]] == [None, None, None]
    assert (nothing["metrics"], nothing["missing"]) == ({}, {})
    assert (few["kind"], few["metrics"], few["missing"]) == ("story", {}, {"": "too_few"})


def test_days_without_figures_are_named_from_the_first_one_that_has_some(measured: Installation) -> None:
    document = measured("insights", "show", "--json").document
    assert (document["since"], document["until"]) == ("2026-10-25", "2026-11-23")
    assert document["gaps"][0] == "2026-10-25"
    assert len(document["gaps"]) == 28
    assert document["gap_reasons"] == {"2026-11-22": "no_data"}


def test_a_day_of_which_only_the_followers_are_known_says_that_instagram_had_no_more(
    measured: Installation,
) -> None:
    """So it is of nearly every gap: the total of followers is read each night."""
    with measured.writing() as connection:
        day = date(2026, 11, 21)
        figures.store(connection, "polowijen", "", day, [Metric("followers_count", 4210.0)])
        missing = {"reach": Why.NO_DATA, "views": Why.NO_DATA, "follower_count": Why.TOO_FEW}
        figures.note_missing(connection, "polowijen", day, missing, NOW)
    document = measured("insights", "show", "--json").document
    assert document["gap_reasons"] == {"2026-11-21": "no_data", "2026-11-22": "no_data"}
    said = measured("insights", "show", "--days", "4").out.splitlines()[-1]
    assert said == "No figures for: 21–22 Nov 2026 (Instagram had none)."
    written = measured("insights", "export", "--format", "csv", "--table", "days", "--out", "-").out
    notes = [line.rpartition(",")[2] for line in written.splitlines() if "2026-11-21" in line]
    assert notes == ["Instagram tidak memberi data"]


def test_how_far_back_can_be_said(measured: Installation) -> None:
    document = measured("insights", "show", "--json", "--days", "100").document
    assert [len(document["days"]), len(document["media"])] == [3, 5]
    assert document["gaps"][0] == "2026-09-02"
    document = measured("insights", "show", "--json", "--days", "1").document
    assert [len(document["days"]), document["gaps"], len(document["media"])] == [1, [], 4]


def test_other_programs_get_lines_with_tabs_and_no_colours(measured: Installation) -> None:
    lines = measured("insights", "show", "--days", "4").out.splitlines()
    assert lines[:6] == [
        "Account\tLast\tSum, change\tDays\tDay by day",
        "Followers\t4231\t+31\t2/4\t▁··█",
        "New followers\ttoo few\t–\t0/4\t····",
        "Reach\t31\t31\t2/4\t▁··█",
        "Saves\trefused\t–\t0/4\t····",
        "",
    ]
    assert lines[6:11] == [
        "Published\tKind\tReach\tViews\tInteractions\tRate\tSaves\tShares\tSegment\tCaption\tPost",
        "23/11/2026 07.30\timage\t30\t–\t12\t40.0%\t0\t–\tPengumuman\tPosyandu besok pagi ya, Bunda! 🌸 P-01\thttps://www.instagram.com/p/1800/",
        "23/11/2026 07.30\treel\t2\t–\t12\t–\t–\t–\t\t\thttps://www.instagram.com/p/1801/",
        "23/11/2026 07.30\tcarousel\t–\t–\t–\t–\t–\t–\t\t\thttps://www.instagram.com/p/1802/",
        "25/11/2026 07.30\tstory\t<5\t<5\t<5\t–\t<5\t<5\t\t\t1900",
    ]
    assert lines[-1] == "No figures for: 21 Nov 2026 (not read), 22 Nov 2026 (Instagram had none)."


def test_a_person_gets_tables_that_fit_the_terminal(measured: Installation) -> None:
    plain = {"NO_COLOR": "1"}
    narrow = on_terminal(measured.config, "insights", "show", "--days", "90", columns=80, env=plain)
    tables = narrow.splitlines()[:-5]
    assert max(map(len, tables)) <= 80
    assert "3 days a sign" in tables[0]
    assert "    Post: https://www.instagram.com/p/1800/" in tables
    assert any(line.startswith("    Segment: Pengumuman · Caption: Posyandu") for line in tables)
    wide = on_terminal(measured.config, "insights", "show", "--days", "90", columns=160, env=plain)
    assert "Day by day" in wide.splitlines()[0]
    assert any("Pengumuman" in line and line.endswith("/1800/") for line in wide.splitlines())
    assert "\x1b" not in wide


def test_a_terminal_gets_colours(measured: Installation) -> None:
    assert "\x1b[36m▁\x1b[0m··\x1b[36m█\x1b[0m" in on_terminal(
        measured.config, "insights", "show", "--days", "4"
    )


def test_without_figures_it_says_what_fetches_them(centre: Installation) -> None:
    shown = centre("insights", "show")
    assert (shown.status, shown.out) == (0, "")
    assert shown.err == "There are no figures of polowijen yet: ig-worker insights collect fetches them.\n"
    assert centre("insights", "show", "--json").document["gaps"] == []


def test_an_account_that_is_not_configured_is_a_wrong_command(measured: Installation) -> None:
    done = measured("insights", "show", "--account", "arjosari")
    assert (done.status, "--account must be one of: polowijen" in done.line) == (2, True)


def test_among_several_accounts_one_must_be_named(measured: Installation) -> None:
    with measured.config.open("a", encoding="utf-8") as config:
        config.write('[accounts.arjosari]\nig_user_id = "17841400000000002"\n')
    assert "polowijen, arjosari" in measured("insights", "show").line
    assert measured("insights", "show", "--account", "arjosari", "--json").document["days"] == []


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


def test_collect_fetches_the_closed_days_whatever_the_hour(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    done = centre("insights", "collect")
    assert (done.status, done.out) == (0, "polowijen: the figures are up to date.\n")
    days = centre("insights", "show", "--json").document["days"]
    assert any("reach" in day["metrics"] for day in days)


def test_one_account_that_fails_does_not_keep_the_other_from_its_figures(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    text = centre.config.read_text("utf-8")
    broken = '[accounts.arjosari]\nig_user_id = "17841400000000002"\naccess_token = "IGAAsomethingElse"\n'
    centre.config.write_text(text.replace("[accounts.polowijen]", broken + "[accounts.polowijen]"), "utf-8")
    done = centre("insights", "collect")
    assert (done.status, done.out) == (1, "polowijen: the figures are up to date.\n")
    assert "IGAAsomethingElse" not in done.err


def test_after_a_hundred_days_all_that_is_left_is_fetched_and_the_rest_is_named(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    newest = date(2026, 11, 23)
    with centre.writing() as connection:
        before = newest - timedelta(days=92)
        figures.mark_night(connection, "insights", "polowijen", before, NOW - timedelta(days=91))
    done = centre("insights", "collect")
    assert (done.status, done.out) == (
        0,
        "polowijen: the figures are up to date. Instagram has none for 2026-08-24, 2026-08-25.\n",
    )
    with centre.writing() as connection:
        days = figures.nights_done(connection, "insights", "polowijen")
        assert len(days) == 93
        measured = {
            row.day for row in figures.account_figures(connection, "polowijen", before) if row.name == "views"
        }
    assert measured == {newest - timedelta(days=count) for count in range(90)}
