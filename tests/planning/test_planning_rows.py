"""Rows of the planning sheet become posts, or say what is wrong with them."""
# ruff: noqa: DTZ001 -- a spreadsheet's dates have no zone.

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.planning import PlannedPost, approval_gap, content_hash, plan_row, plan_sheet
from ig_worker.domain.sheet_rows import COLUMNS, Cell, RowProblem, SheetRow, header_name, shown

WIB = ZoneInfo("Asia/Jakarta")

ROW: dict[str, Cell] = {
    "tanggal": "25/11/2026",
    "jam": "09.00",
    "jenis": "gambar",
    "media": "poster.jpg",
    "caption": "Halo, Sobat Sehat!",
}


def planned(accounts: tuple[str, ...] = ("polowijen",), **cells: Cell) -> PlannedPost:
    result = plan_row(2, {**ROW, **cells}, accounts=accounts, zone=WIB)
    assert isinstance(result, PlannedPost), [str(problem) for problem in result]
    return result


def problems(accounts: tuple[str, ...] = ("polowijen",), **cells: Cell) -> tuple[RowProblem, ...]:
    result = plan_row(2, {**ROW, **cells}, accounts=accounts, zone=WIB)
    assert isinstance(result, tuple)
    return result


def problem(**cells: Cell) -> str:
    (only,) = problems(**cells)
    return str(only)


def test_the_smallest_row_is_a_draft_of_the_only_account() -> None:
    post = planned()
    assert post.account == "polowijen"
    assert post.kind is Kind.IMAGE
    assert post.scheduled_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert post.media == ("poster.jpg",)
    assert post.sheet_status == "draf"
    assert post.share_to_feed is None
    assert not post.urgent
    assert not post.shows_patient
    assert post.row_number == 2


def test_every_column_is_read() -> None:
    post = planned(
        kode="PENG-01",
        akun="Polowijen",
        segmen="  Nice   to Know ",
        jenis="Carousel",
        media="a.jpg; b.png\nhttps://contoh.go.id/c.jpg ;",
        alt_text="Poster",
        komentar_pertama="Simpan ya",
        kolaborator="@dinkes.malang; pkm_bakung",
        tag="ani (0.2, 0.8)",
        lokasi="1234567890123456789",
        sampul="sampul.jpg",
        thumb_offset="1500",
        bagikan_ke_feed="ya",
        mendesak="YA",
        ada_pasien="tidak",
        persetujuan_pasien="PC-12/2026",
        status="Disetujui",
        pembuat="Rina",
        redaksi="Bayu",
        verifikator="dr. Sari",
        penanggung_jawab="Pak Hadi",
    )
    assert post == PlannedPost(
        key="PENG-01",
        account="polowijen",
        kind=Kind.CAROUSEL,
        scheduled_at=datetime(2026, 11, 25, 9, 0, tzinfo=WIB),
        media=("a.jpg", "b.png", "https://contoh.go.id/c.jpg"),
        caption="Halo, Sobat Sehat!",
        segment="Nice to Know",
        alt_text="Poster",
        first_comment="Simpan ya",
        collaborators=("dinkes.malang", "pkm_bakung"),
        user_tags=(UserTag("ani", 0.2, 0.8),),
        location_id="1234567890123456789",
        cover="sampul.jpg",
        thumb_offset_ms=1500,
        share_to_feed=True,
        urgent=True,
        shows_patient=False,
        consent="PC-12/2026",
        sheet_status="disetujui",
        made_by="Rina",
        edited_by="Bayu",
        verified_by="dr. Sari",
        responsible="Pak Hadi",
        row_number=2,
    )


def test_every_problem_of_a_row_is_told_at_once() -> None:
    found = problems(
        tanggal="31/11/2026",
        jam="25.00",
        jenis="poster",
        media=" ; ",
        status="ok",
        mendesak="mungkin",
        kode="x" * 65,
    )
    assert {p.column for p in found} == {"tanggal", "jam", "jenis", "media", "status", "mendesak", "kode"}
    assert all(p.row == 2 for p in found)


def test_a_problem_says_row_column_what_was_found_and_what_is_allowed() -> None:
    assert problem(tanggal="31/11/2026") == (
        "Baris 2, kolom tanggal: tertulis “31/11/2026”, seharusnya tanggal yang ada di kalender antara 2020 dan "
        "2100, misalnya 25/11/2026."
    )
    assert problem(jenis="siaran langsung") == (
        "Baris 2, kolom jenis: tertulis “siaran langsung”, seharusnya gambar, carousel, reel, atau story."
    )


def test_an_empty_cell_is_called_empty() -> None:
    result = plan_row(7, {k: v for k, v in ROW.items() if k != "jam"}, accounts=("a",), zone=WIB)
    assert isinstance(result, tuple)
    assert str(result[0]).startswith("Baris 7, kolom jam: masih kosong, seharusnya jam")


def test_a_quoted_cell_is_one_short_line_without_tricks() -> None:
    text = problem(jenis="po\nster\u202e\x00" + "x" * 500)
    assert "\n" not in text
    assert "\u202e" not in text
    assert "\x00" not in text
    assert len(text) < 200
    assert shown(date(2026, 1, 2)) == "02/01/2026"
    assert shown(time(9, 5)) == "09:05"
    assert shown(datetime(2026, 1, 2, 3, 4)) == "02/01/2026 03:04"


def test_the_account_must_be_named_where_there_are_two() -> None:
    assert planned(("polowijen", "bakung"), akun="@BAKUNG").account == "bakung"
    (only,) = problems(("polowijen", "bakung"))
    assert str(only) == (
        "Baris 2, kolom akun: masih kosong, seharusnya salah satu akun di konfigurasi: bakung, polowijen."
    )
    assert "“malang”" in problem(akun="malang")


def test_a_zone_that_is_not_the_centres_is_refused() -> None:
    assert planned(jam="09.00 WIB").scheduled_at == planned().scheduled_at
    assert "zona waktu puskesmas (WIB)" in problem(jam="09.00 WITA")


def test_a_fixed_offset_serves_as_zone() -> None:
    zone = timezone(timedelta(hours=8))
    result = plan_row(2, {**ROW, "jam": "09.00 WITA"}, accounts=("a",), zone=zone)
    assert isinstance(result, PlannedPost)
    assert result.scheduled_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def test_spreadsheet_values_are_read_as_what_they_show() -> None:
    post = planned(
        kode=12.0, tanggal=datetime(2026, 11, 25), jam=0.375, mendesak=True, thumb_offset=1500.0, segmen=2026
    )
    assert post.key == "12"
    assert post.scheduled_at == datetime(2026, 11, 25, 9, 0, tzinfo=WIB)
    assert post.urgent is True
    assert post.thumb_offset_ms == 1500
    assert post.segment == "2026"


def test_odd_values_in_text_columns_become_their_text() -> None:
    post = planned(
        caption=date(2026, 11, 25),
        alt_text=time(9, 30),
        komentar_pertama=datetime(2026, 11, 25, 9, 30),
        segmen=0.5,
        pembuat=float("inf"),
    )
    assert (post.caption, post.alt_text, post.first_comment) == ("25/11/2026", "09:30", "25/11/2026 09:30")
    assert post.segment == "0.5"
    assert post.made_by == "inf"


def test_text_keeps_emoji_and_line_ends_and_loses_what_breaks_json_and_databases() -> None:
    post = planned(caption=" Halo 👋🏽👨‍👩‍👧\r\nbaris dua\rtiga\x00\x07\ud83d\x85 ")
    assert post.caption == "Halo 👋🏽👨‍👩‍👧\nbaris dua\ntiga\ufffd"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#VALUE!"])
def test_a_formula_that_failed_never_becomes_a_caption(error: str) -> None:
    assert "rumus di sel ini gagal" in problem(caption=error)


@pytest.mark.parametrize(
    ("written", "kind"), [("image", Kind.IMAGE), ("REELS", Kind.REEL), ("story", Kind.STORY)]
)
def test_kinds_are_read_in_both_languages(written: str, kind: Kind) -> None:
    assert planned(jenis=written).kind is kind


@pytest.mark.parametrize(
    ("written", "status"), [("Draft", "draf"), ("approved", "disetujui"), ("BATAL", "batal")]
)
def test_statuses_are_read_in_both_languages(written: str, status: str) -> None:
    assert planned(status=written).sheet_status == status


@pytest.mark.parametrize("media", ["ftp://x/a.jpg", "file:///etc/passwd", "a.jpg; javascript://x"])
def test_only_web_addresses_are_media(media: str) -> None:
    assert "https://" in problem(media=media)
    assert planned(media="http://contoh.go.id/a.jpg").media == ("http://contoh.go.id/a.jpg",)


def test_a_cover_is_a_file_or_a_web_address_too() -> None:
    assert "https://" in problem(sampul="ftp://x/a.jpg")


@pytest.mark.parametrize("names", ["dinkes malang!", "https://instagram.com/dinkes", "x" * 31])
def test_a_collaborator_is_a_user_name(names: str) -> None:
    assert "nama pengguna" in problem(kolaborator=names)


def test_a_collaborator_named_twice_is_asked_once() -> None:
    assert planned(kolaborator="@a, b; a").collaborators == ("a", "b")


def test_tags_without_a_place_stand_in_a_row_near_the_lower_edge() -> None:
    assert planned(tag="@a; b, c").user_tags == (
        UserTag("a", 0.25, 0.9),
        UserTag("b", 0.5, 0.9),
        UserTag("c", 0.75, 0.9),
    )


def test_a_reels_tags_have_no_place_and_a_storys_may() -> None:
    assert planned(jenis="reel", media="v.mp4", tag="a (0.1, 0.2)").user_tags == (UserTag("a"),)
    assert planned(jenis="story", tag="a (0.1, 0.2); b").user_tags == (UserTag("a", 0.1, 0.2), UserTag("b"))


def test_tags_may_be_the_apis_own_json() -> None:
    tags = json.dumps([{"username": "@a", "x": 0.5, "y": 1}, {"username": "b"}])
    assert planned(jenis="story", tag=tags).user_tags == (UserTag("a", 0.5, 1.0), UserTag("b"))


@pytest.mark.parametrize(
    "tag",
    [
        "a (1.5, 0.2)",
        "a b",
        "[1]",
        "[",
        '[{"x": 1}]',
        '[{"username": "a", "x": 0.5}]',
        '[{"username": "a b"}]',
        '[{"username": "a", "x": NaN, "y": 0}]',
        '[{"username": "a", "x": null, "y": 0}]',
        '[{"username": 7}]',
        "[" * 100_000,
    ],
)
def test_a_tag_that_cannot_be_read_is_refused(tag: str) -> None:
    assert "nama pengguna" in problem(tag=tag)


@pytest.mark.parametrize("offset", ["1,5", "dua", "-1", "1" * 10])
def test_a_thumb_offset_is_whole_milliseconds(offset: str) -> None:
    assert "milidetik" in problem(thumb_offset=offset)


def test_a_location_is_a_number() -> None:
    assert "angka saja" in problem(lokasi="Polowijen")
    assert planned(lokasi=213385402).location_id == "213385402"


def test_a_long_location_in_a_number_cell_is_refused_because_it_was_rounded() -> None:
    assert "teks" in problem(lokasi=1.1234567890123456e17)


def test_consent_and_patients_are_read_even_where_one_is_missing() -> None:
    post = planned(ada_pasien="ya")
    assert post.shows_patient
    assert post.consent == ""


def test_a_derived_key_is_stable_and_follows_date_time_and_caption() -> None:
    key = planned().key
    assert key.startswith("auto-")
    assert key == planned(jam="09:00", tanggal="2026-11-25", alt_text="lain").key
    assert (
        len({key, planned(jam="09.01").key, planned(tanggal="26/11/2026").key, planned(caption="Hai").key})
        == 4
    )


def test_rows_with_one_key_are_all_refused_and_the_others_taken() -> None:
    rows = [SheetRow(n, {**ROW, "kode": kode}) for n, kode in ((2, "A"), (3, "B"), (5, "A"))]
    posts, found = plan_sheet(rows, accounts=("polowijen",), zone=WIB)
    assert [post.key for post in posts] == ["B"]
    assert [str(p) for p in found] == [
        "Baris 2, kolom kode: tertulis “A”, seharusnya kode yang hanya dipakai sekali (ada di baris 2, 5).",
        "Baris 5, kolom kode: tertulis “A”, seharusnya kode yang hanya dipakai sekali (ada di baris 2, 5).",
    ]


def test_equal_rows_without_a_code_are_told_to_take_one() -> None:
    rows = [SheetRow(n, ROW) for n in range(2, 10)]
    posts, found = plan_sheet(rows, accounts=("polowijen",), zone=WIB)
    assert posts == ()
    assert len(found) == 8
    assert "sama di baris 2, 3, 4, 5, 6, 7 …" in str(found[0])


def test_problems_of_a_sheet_come_in_the_order_of_its_rows() -> None:
    rows = [SheetRow(2, {**ROW, "kode": "A"}), SheetRow(3, {}), SheetRow(4, {**ROW, "kode": "A"})]
    _, found = plan_sheet(rows, accounts=("polowijen",), zone=WIB)
    assert [p.row for p in found] == sorted(p.row for p in found)
    assert {p.row for p in found} == {2, 3, 4}


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        ({"status": "draf", "pembuat": "Rina", "verifikator": "Sari"}, "masih draf"),
        ({"status": "batal"}, "masih batal"),
        ({"status": "disetujui", "pembuat": "Rina"}, "verifikator masih kosong"),
        ({"status": "disetujui", "pembuat": "Rina", "verifikator": " rina "}, "tidak boleh orang yang sama"),
        (
            {"status": "disetujui", "pembuat": "Rina", "verifikator": "R\u200bina"},
            "tidak boleh orang yang sama",
        ),
        ({"status": "disetujui", "pembuat": "Rina", "verifikator": "-"}, "verifikator masih kosong"),
        ({"status": "disetujui", "pembuat": "Rina", "verifikator": "Sari"}, ""),
    ],
)
def test_a_row_is_approved_by_somebody_who_did_not_make_it(cells: dict[str, Cell], gap: str) -> None:
    found = approval_gap(planned(**cells))
    assert gap in found
    assert bool(found) == bool(gap)


def test_the_content_hash_follows_what_the_public_sees_and_nothing_else() -> None:
    post = planned(jenis="carousel", media="a.jpg; b.jpg", tag="ani")
    known = content_hash(post, ["1", "2"])
    changes: dict[str, object] = {
        "account": "bakung",
        "kind": Kind.REEL,
        "media": ("b.jpg", "a.jpg"),
        "caption": "lain",
        "alt_text": "lain",
        "first_comment": "lain",
        "collaborators": ("x",),
        "user_tags": (),
        "location_id": "1",
        "cover": "x.jpg",
        "thumb_offset_ms": 1,
        "share_to_feed": False,
    }
    changed = {content_hash(replace(post, **{name: value}), ["1", "2"]) for name, value in changes.items()}  # type: ignore[arg-type]
    assert len(changed) == len(changes)
    assert known not in changed
    assert content_hash(post, ["1", "3"]) != known
    assert content_hash(post) != known
    others = {field.name for field in fields(post)} - set(changes)
    same = replace(
        post,
        key="k",
        scheduled_at=datetime(2027, 1, 1, tzinfo=UTC),
        segment="x",
        urgent=True,
        shows_patient=True,
        consent="x",
        sheet_status="batal",
        made_by="x",
        edited_by="x",
        verified_by="x",
        responsible="x",
        row_number=99,
    )
    assert {name for name in others if getattr(same, name) != getattr(post, name)} == others
    assert content_hash(same, ["1", "2"]) == known


def test_headers_are_compared_in_any_case_and_spacing() -> None:
    assert header_name(" Alt  Text ") == "alt_text"
    assert header_name("\ufeffKODE") == "kode"
    assert header_name("Bagikan-ke-Feed") == "bagikan_ke_feed"


cells = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.sampled_from([*ROW.values(), "ya", "disetujui", "@a (0.5, 0.5)", '[{"username": "a"}]', "#REF!"]),
)


@given(st.dictionaries(st.sampled_from(COLUMNS), cells))
def test_any_row_is_a_post_or_a_list_of_reasons(row: dict[str, Cell]) -> None:
    result = plan_row(3, {**ROW, **row}, accounts=("polowijen",), zone=WIB)
    if isinstance(result, PlannedPost):
        content_hash(result).encode("ascii")
        assert result.key
        assert result.scheduled_at.tzinfo is not None
        result.caption.encode("utf-8")
    else:
        assert result
        assert all(str(p).startswith("Baris 3, kolom ") for p in result)
