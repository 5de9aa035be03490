"""What Prometheus fetches: how things stand, by ways and words of ours, and nothing about a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from board_centre import Centre
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from ig_worker import __version__
from ig_worker.domain.rights import Role
from ig_worker.store import jobs, schema
from ig_worker.store.schema import SCHEMA_VERSION

Sample = tuple[str, frozenset[tuple[str, str]]]


def fetched(centre: Centre) -> dict[Sample, float]:
    """What stands on the page, by name and labels; read as Prometheus does."""
    answer = centre.browser().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def one(found: Mapping[Sample, float], name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def message(centre: Centre, number: int, **more: object) -> None:
    values = {
        "account": "polowijen", "channel": "comment", "ig_id": f"m{number}", "author": "sari.wulandari",
        "text": "Obatnya habis, hubungi 081234567890", "attachments": [], "sent_at": centre.now,
        "first_seen_at": centre.now, "label": "keluhan", "topic": "obat", "reasons": [], **more,
    }  # fmt: skip
    with centre.database.writing() as connection:
        connection.execute(insert(schema.messages).values(**values))


def test_an_empty_centre_has_every_figure(centre: Centre) -> None:
    found = fetched(centre)
    assert one(found, "igworker_database_readable") == 1
    assert one(found, "igworker_healthy") == 0  # no job has ever succeeded
    assert one(found, "igworker_job_late", job="inbox") == 1
    assert one(found, "igworker_build_info", version=__version__, schema=SCHEMA_VERSION) == 1
    assert one(found, "igworker_posts", status="unconfirmed") == 0
    assert one(found, "igworker_messages", label="keluhan") == 0
    assert one(found, "igworker_cases", status="new") == 0
    assert one(found, "igworker_notices", status="failed") == 0
    assert one(found, "igworker_crises_open") == 0
    assert one(found, "process_resident_memory_bytes") > 1_000_000


def test_a_job_tells_how_long_ago_it_succeeded_and_that_it_fails(centre: Centre) -> None:
    with centre.database.writing() as connection:
        jobs.succeeded(connection, "inbox", centre.now - timedelta(seconds=90))
        jobs.succeeded(connection, "cases", centre.now - timedelta(hours=5))
        jobs.failed(connection, "cases", centre.now, "the disk is full: /srv/rahasia")
    found = fetched(centre)
    assert one(found, "igworker_job_last_success_age_seconds", job="inbox") == 90
    assert one(found, "igworker_job_late", job="inbox") == 0
    assert one(found, "igworker_job_failing", job="inbox") == 0
    assert one(found, "igworker_job_last_success_age_seconds", job="cases") == 5 * 3600
    assert one(found, "igworker_job_late", job="cases") == 1
    assert one(found, "igworker_job_failing", job="cases") == 1
    assert ("igworker_job_last_success_age_seconds", frozenset({("job", "publish")})) not in found


def test_an_account_tells_what_is_left_of_its_token_and_of_the_day(centre: Centre) -> None:
    with centre.database.writing() as connection:
        connection.execute(
            insert(schema.tokens).values(
                account="polowijen", secret="IGAA-sangat-rahasia", adopted="0" * 64, adopted_at=centre.now,
                expires_at=centre.now + timedelta(days=3),
            )
        )  # fmt: skip
        connection.execute(schema.accounts.update().values(publishing_used=7, publishing_total=100))
    found = fetched(centre)
    assert one(found, "igworker_token_seconds_left", account="polowijen") == 3 * 86400
    assert one(found, "igworker_publishing_used", account="polowijen") == 7
    assert one(found, "igworker_publishing_total", account="polowijen") == 100


def test_what_is_not_known_of_an_account_is_not_said(centre: Centre) -> None:
    names = {name for name, _ in fetched(centre)}
    assert names.isdisjoint(
        {"igworker_token_seconds_left", "igworker_publishing_used", "igworker_publishing_total"}
    )


def test_messages_are_counted_and_nothing_of_them_is_told(centre: Centre) -> None:
    message(centre, 1)
    message(centre, 2, label="pertanyaan", needs_review=True, first_seen_at=centre.now - timedelta(hours=2))
    message(centre, 3, own=True)
    text = centre.browser().get("/metrics").text
    for personal in ("sari", "081234567890", "Obatnya", "rahasia", "IGAA"):
        assert personal not in text
    found = fetched(centre)
    assert one(found, "igworker_messages", label="keluhan") == 1
    assert one(found, "igworker_messages", label="pertanyaan") == 1
    assert one(found, "igworker_waiting_oldest_seconds") == 7200


def test_requests_are_counted_by_the_ways_pattern_never_by_what_was_typed(centre: Centre) -> None:
    browser = centre.browser()
    browser.get("/media/rahasia-pasien-081234567890.jpg")
    browser.get("/cari/081234567890?nama=sari")
    browser.request("PROPFIND-081234567890", "/masuk")
    browser.get("/masuk")
    browser.post("/masuk", {"name": "siti.pasien", "password": "salah"})
    text = browser.get("/metrics").text
    assert "081234567890" not in text
    assert "siti.pasien" not in text
    found = fetched(centre)
    assert one(found, "igworker_board_requests_total", method="GET", way="/media/{name}", status="404") == 1
    assert one(found, "igworker_board_requests_total", method="none", way="none", status="404") == 1
    assert one(found, "igworker_board_requests_total", method="none", way="none", status="405") == 1
    assert one(found, "igworker_board_requests_total", method="POST", way="/masuk", status="401") == 1
    assert one(found, "igworker_board_request_seconds_count", way="/masuk") >= 2


def test_a_part_of_a_file_counts_as_what_was_sent(centre: Centre) -> None:
    folder = centre.office.media_dir
    folder.mkdir(parents=True)
    (folder / f"{'k' * 32}.jpg").write_bytes(b"\xff\xd8\xff" * 100)
    centre.browser().get(f"/media/{'k' * 32}.jpg", headers={"Range": "bytes=4-11"})
    found = fetched(centre)
    assert one(found, "igworker_board_requests_total", method="GET", way="/media/{name}", status="206") == 1


def test_who_asks_again_at_once_is_told_the_same_without_asking_the_database(centre: Centre) -> None:
    assert one(fetched(centre), "igworker_messages", label="keluhan") == 0
    message(centre, 1)
    assert one(fetched(centre), "igworker_messages", label="keluhan") == 0


@pytest.mark.sqlite_only("puts something else into the file")
def test_a_database_that_cannot_be_read_is_said_and_the_board_still_counts(centre: Centre) -> None:
    centre.browser().get("/masuk")
    centre.database.close()
    file = centre.database.sqlite_file
    assert file is not None
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    file.write_bytes(b"this is no database at all" * 1000)
    found = fetched(centre)
    assert one(found, "igworker_database_readable") == 0
    assert one(found, "igworker_board_requests_total", method="GET", way="/masuk", status="200") == 1
    assert not any(name == "igworker_healthy" for name, _ in found)


@pytest.mark.parametrize("role", list(Role))
def test_the_page_is_the_same_for_everybody(centre: Centre, role: Role) -> None:
    assert centre.browser(role).get("/metrics").status_code == 200
