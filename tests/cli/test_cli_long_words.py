"""Names and words of any length: a database that counts letters (PostgreSQL) takes them as SQLite does."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from cli_centre import NOW, Installation, message_values
from PIL import Image

from fakes.bench import plan_post
from ig_worker.store import messages

LONG = "Bidan Ratna Wulandari, penanggung jawab program kesehatan ibu dan anak di kelurahan Polowijen " * 4
NAME = LONG[:80].strip()
ROW = {
    "kode": "P-01", "tanggal": "26/11/2026", "jam": "09.00", "jenis": "gambar", "media": "satu.jpg",
    "caption": "Posyandu besok", "status": "disetujui", "segmen": "Pengumuman", "pembuat": "Rina", "redaksi": "Sari",
    "verifikator": "dr. Wulan", "penanggung_jawab": "Bu Ani",
}  # fmt: skip


def imported(centre: Installation, name: str = "november.csv", **cells: str) -> tuple[int, str, str]:
    folder = centre.folder / "rencana"
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (1080, 1080), "teal").save(folder / "satu.jpg")
    for picture in cells.get("media", "").split(";"):
        if picture:
            Image.new("RGB", (1080, 1080), "teal").save(folder / picture)
    sheet = folder / name
    with sheet.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, ROW)
        rows.writeheader()
        rows.writerow({**ROW, **cells})
    done = centre("posts", "import", sheet)
    return done.status, done.out, done.err


@pytest.mark.parametrize("cell", ["segmen", "pembuat", "redaksi", "verifikator", "penanggung_jawab"])
def test_a_long_cell_of_the_plan_stops_no_import(centre: Installation, cell: str) -> None:
    for _ in range(2):
        status, out, err = imported(centre, **{cell: LONG.strip()})
        assert (status, err) == (0, "")
    assert "Tetap: 1" in out
    shown = centre("posts", "show", "P-01")
    assert (shown.status, shown.err) == (0, "")
    assert LONG[:60] in centre("posts", "show", "P-01", "--json").out


@pytest.mark.parametrize("cell", ["kode", "status", "jenis"])
def test_a_long_word_that_must_be_right_is_a_row_to_mend(centre: Installation, cell: str) -> None:
    status, out, err = imported(centre, **{cell: LONG.strip()})
    assert (status, f"Baris 2, kolom {cell}" in out, "perbaiki baris" in err) == (1, True, True)


def test_a_sheet_and_a_picture_may_have_long_names(centre: Installation) -> None:
    status, out, err = imported(centre, LONG[:180].strip() + ".csv", media="b" * 240 + ".jpg")
    assert (status, err) == (0, "")
    assert "Ditambahkan: 1" in out


def test_whoever_moves_a_post_may_have_a_long_name(centre: Installation) -> None:
    with centre.writing() as connection:
        plan_post(connection, at=NOW + timedelta(days=1), status="draft", approved_by="")
    for words in (
        ("posts", "hold", "P-01", "--by", NAME, "--reason", LONG),
        ("posts", "reject", "P-01", "--by", NAME, "--reason", LONG),
    ):
        assert (done := centre(*words)).status == 0, done.err
    refused = centre("posts", "approve", "P-01", "--by", LONG)
    assert (refused.status, "a name of 1 to 80 letters" in refused.err) == (2, True)


def test_whoever_moves_a_case_may_have_a_long_name(centre: Installation) -> None:
    with centre.writing() as connection:
        more = {"label": "keluhan", "topic": "antrean", "opens_case": True, "author": "sari"}
        messages.add(connection, message_values("Antrean lama sekali", **more))
    assert centre("run-once", "cases").status == 0
    case = "K-2026-0001"
    for words in (
        ("cases", "ack", case, "--by", NAME),
        ("cases", "assign", case, "--to", NAME, "--by", NAME),
        ("cases", "note", case, LONG, "--by", NAME),
        ("cases", "resolve", case, "--by", NAME, "--answer", LONG),
        ("cases", "reopen", case, "--by", NAME, "--reason", LONG),
        ("privacy", "erase", "sari", "--by", NAME, "--reason", LONG, "--yes", "--also-open"),
    ):
        assert (done := centre(*words)).status == 0, done.err


def test_a_recipient_may_have_a_long_address(centre: Installation) -> None:
    address = f"{'a' * 60}@{'b' * 60}.pengaduan.puskesmas.example.org"
    text = centre.config.read_text("utf-8").replace("tim@example.org", address)
    centre.config.write_text(text, "utf-8")
    with centre.writing() as connection:
        more = {"label": "keluhan", "topic": "antrean", "opens_case": True, "author": "sari"}
        messages.add(connection, message_values("Antrean lama sekali", **more))
    done = centre("run-once", "cases")
    assert done.status == 0, done.err
