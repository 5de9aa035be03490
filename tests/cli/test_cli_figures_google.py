"""A night's figures in the centre's spreadsheet at Google, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from cli_centre import NOW, Installation

from fakes.google_sheets import SPREADSHEET, Google, Tab, google_running
from ig_worker.domain.instagram import Metric
from ig_worker.store import figures


@pytest.fixture
def google(centre: Installation) -> Iterator[Google]:
    with google_running(Tab("Rencana", [["kode"]])) as google:
        google.write_credentials(centre.folder)
        with centre.config.open("a") as config:
            config.write('[planner]\ncredentials_file = "akun-layanan.json"\n')
            config.write(f'base_url = "{google.address}"\n[insights]\nspreadsheet = "{SPREADSHEET}"\n')
            config.write('worksheet = "Angka"\n')
        yield google


def read(centre: Installation, reach: float) -> None:
    with centre.writing() as connection:
        figures.store(connection, "polowijen", "", date(2026, 11, 23), [Metric("reach", reach)])


def test_a_night_is_written_and_another_pass_asks_google_nothing(
    centre: Installation, google: Google
) -> None:
    read(centre, 31)
    done = centre("run-once", "insights_sheet", "--json")
    assert (done.status, done.document) == (0, {"jobs": [{"name": "insights_sheet", "error": None}]})
    assert google.tab("Angka").column("reach") == [31]
    assert google.tab("Angka").column("tanggal") == ["2026-11-23"]
    google.calls.clear()
    assert centre("run-once", "insights_sheet").status == 0
    assert google.calls == []


def test_a_refusal_is_this_jobs_alone_and_says_what_to_do(centre: Installation, google: Google) -> None:
    read(centre, 31)
    google.shared = False
    done = centre("run-once", "insights_sheet")
    assert done.status == 1
    assert "insights_sheet failed: Lembar angka di Google belum dibagikan" in done.err
    assert "Bagikan lembar itu kepada rencana@" in done.err
    centre.set_clock(NOW)
    jobs = {job["name"]: job["last_error"] for job in centre("status", "--json").document["jobs"]}
    assert jobs["insights_sheet"]
    assert jobs["insights"] is None


def test_without_a_spreadsheet_there_is_no_such_job(centre: Installation) -> None:
    done = centre("run-once", "insights_sheet")
    assert (done.status, "there is no job insights_sheet" in done.line) == (2, True)
