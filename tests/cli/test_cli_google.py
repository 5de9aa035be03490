"""The planning sheet at Google from the command line, as a centre would use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation
from PIL import Image

from fakes.google_sheets import EMAIL, SPREADSHEET, Google, Moment, Tab, google_running

HEADERS = ["kode", "tanggal", "jam", "jenis", "media", "caption", "status", "pembuat", "verifikator"]


def row(kode: str, *, status: str = "draf", media: str = "satu.jpg") -> list[Any]:
    when = [Moment(46352, "26/11/2026"), Moment(0.375, "09.00")]
    return [kode, *when, "gambar", media, f"Posyandu {kode}", status, "Rina", "dr. Wulan"]


@pytest.fixture
def google(centre: Installation) -> Iterator[Google]:
    with google_running(Tab("November", [list(HEADERS)])) as google:
        pictures = centre.folder / "gambar"
        pictures.mkdir()
        Image.new("RGB", (1080, 1080), "teal").save(pictures / "satu.jpg")
        google.write_credentials(centre.folder)
        planner = (
            f'[planner]\nspreadsheet = "https://docs.google.com/spreadsheets/d/{SPREADSHEET}/edit#gid=0"\n'
        )
        planner += (
            f'credentials_file = "akun-layanan.json"\nbase_url = "{google.address}"\nmedia_dir = "gambar"\n'
        )
        with centre.config.open("a") as config:
            config.write(planner)
        yield google


def test_the_sheet_is_imported_without_a_file_and_marked(centre: Installation, google: Google) -> None:
    google.tabs[0].rows += [row("P-01"), row("P-02", media="hilang.jpg")]
    done = centre("posts", "import", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.document["added"] == ["P-01"]
    assert centre("posts", "import", "--json").document["unchanged"] == ["P-01"]
    assert google.tabs[0].column("status_ig") == ["draf", "tidak diambil"]
    assert google.tabs[0].column("galat")[0] == "statusnya masih draf"
    assert "hilang.jpg" in google.tabs[0].column("galat")[1]


def test_a_picture_that_cannot_be_prepared_is_marked_at_once(centre: Installation, google: Google) -> None:
    whole = (centre.folder / "gambar" / "satu.jpg").read_bytes()
    (centre.folder / "gambar" / "robek.jpg").write_bytes(whole[: len(whole) // 2])
    google.tabs[0].rows += [row("P-01", media="robek.jpg", status="disetujui")]
    (problem,) = centre("posts", "import", "--json").document["problems"]
    assert problem.startswith("Baris 2, kolom media: tertulis “robek.jpg”")
    assert google.tabs[0].column("status_ig") == ["ditahan"]
    assert google.tabs[0].column("galat")[0].startswith("kolom media: tertulis “robek.jpg”")


def test_a_dry_run_changes_neither_sheet_nor_queue(centre: Installation, google: Google) -> None:
    google.tabs[0].rows += [row("P-01")]
    done = centre("posts", "import", "--dry-run")
    assert done.out.splitlines()[:2] == ["Percobaan saja: tidak ada yang diubah.", "Ditambahkan: 1 (P-01)"]
    assert google.tabs[0].rows[0] == HEADERS
    assert centre("posts", "list", "--json").document == []


def test_the_job_takes_the_sheet_and_is_among_those_of_the_status(
    centre: Installation, google: Google
) -> None:
    google.tabs[0].rows += [row("P-01")]
    assert centre("run-once", "sheet").status == 0
    assert [post["key"] for post in centre("posts", "list", "--json").document] == ["P-01"]
    (job,) = [job for job in centre("status", "--json").document["jobs"] if job["name"] == "sheet"]
    assert job["last_error"] is None
    assert not job["late"]
    centre.set_clock(NOW + timedelta(hours=1))
    (job,) = [job for job in centre("status", "--json").document["jobs"] if job["name"] == "sheet"]
    assert job["late"]


def test_what_google_refuses_is_one_line_with_the_cure_and_nothing_is_lost(
    centre: Installation, google: Google
) -> None:
    google.tabs[0].rows += [row("P-01")]
    centre("run-once", "sheet")
    google.shared = False
    done = centre("run-once", "sheet")
    assert done.status == 1
    assert f"Bagikan lembar itu kepada {EMAIL} sebagai Editor" in done.err
    google.shared = True
    google.tabs[0].rows[1:] = []
    assert "tiba-tiba kosong" in centre("posts", "import").line
    assert [post["status"] for post in centre("posts", "list", "--json").document] == ["draft"]


def test_without_a_sheet_at_google_a_file_is_needed_and_there_is_no_such_job(centre: Installation) -> None:
    done = centre("posts", "import")
    assert (done.status, "name a FILE, or set [planner] spreadsheet" in done.line) == (2, True)
    assert "there is no job sheet" in centre("run-once", "sheet").line
