"""Insights from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from cli_centre import NOW, Installation

from fakes.bench import plan_post
from ig_worker.domain.instagram import Media, Metric
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import figures, inbox


@pytest.fixture
def measured(centre: Installation) -> Installation:
    """Two days of the account, one planned post, two published by hand."""
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
            media = Media(ig_id, "", post_at, media_type, product_type)
            inbox.remember_media(connection, "polowijen", media)
        for day, reach in ((date(2026, 11, 24), 31), (date(2026, 11, 23), 20), (date(2026, 9, 1), 1)):
            metrics = [Metric("reach", float(reach), day), Metric("views", 5.0, day, "REELS")]
            figures.store(connection, "polowijen", "", day, metrics)
        figures.store(connection, "polowijen", "1800", date(2026, 11, 24), [Metric("likes", 12.0, None)])
    return centre


def test_the_figures_are_the_accounts_days_and_each_posts(measured: Installation) -> None:
    shown = measured("insights", "show", "--json")
    assert (shown.status, shown.err) == (0, "")
    assert shown.document == {
        "account": "polowijen",
        "days": [
            {"date": "2026-11-23", "metrics": {"reach": 20.0, "views:REELS": 5.0}, "missing": {}},
            {"date": "2026-11-24", "metrics": {"reach": 31.0, "views:REELS": 5.0}, "missing": {}},
        ],
        "media": [
            {
                "ig_media_id": ig_id,
                "published_at": "2026-11-23T07:30:00+07:00",
                "kind": kind,
                "segment": segment,
                "permalink": None,
                "metrics": metrics,
                "missing": {},
            }
            for ig_id, kind, segment, metrics in (
                ("1800", "image", "Pengumuman", {"likes": 12.0}),
                ("1801", "reel", None, {}),
                ("1802", "carousel", None, {}),
            )
        ],
    }


def test_how_far_back_can_be_said(measured: Installation) -> None:
    document = measured("insights", "show", "--json", "--days", "100").document
    assert [len(document["days"]), len(document["media"])] == [3, 4]
    document = measured("insights", "show", "--json", "--days", "1").document
    assert [len(document["days"]), len(document["media"])] == [1, 0]
    lines = measured("insights", "show", "--days", "1").out.splitlines()
    assert lines == [
        "Date\tMetric\tValue",
        "2026-11-24\treach\t31",
        "2026-11-24\tviews:REELS\t5",
        "",
        "Media\tPublished\tKind\tSegment\tMetrics",
    ]


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
