"""A post is made with a telephone: chosen, looked at, saved once, and changed again."""

from __future__ import annotations

import html
import io
import re
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest
from board_centre import Browser, Centre
from PIL import Image

from fakes.tiny_mp4 import tiny_mp4
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Role
from ig_worker.flows.planning import verdicts
from ig_worker.store import approvals, journal, posts
from ig_worker.store.posts import StoredPost

TYPED = {
    "tanggal": "2026-11-27",
    "jam": "09:00",
    "segmen": "Nice to Know",
    "caption": "Minum air putih yang cukup",
    "jenis": "",
    "alt_text": "Segelas air",
}


def picture(colour: str = "teal", form: str = "JPEG", size: tuple[int, int] = (640, 640)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def text(page: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def made(
    browser: Browser, *files: tuple[str, bytes], aksi: str = "simpan", key: str = "", **typed: str
) -> httpx.Response:
    token = key or hidden(browser.get("/posting-baru"), "kunci")
    sent = [("media", (name, content)) for name, content in files]
    said = TYPED | {"kunci": token, "aksi": aksi} | typed
    return browser.post("/posting-baru", said, files=sent or None, follow_redirects=False)


def changed(browser: Browser, post: StoredPost, *files: tuple[str, bytes], **typed: str) -> httpx.Response:
    page = browser.get(f"/posting/{post.id}/ubah")
    said = (
        TYPED
        | {"alt_text": ""}
        | {"kunci": hidden(page, "kunci"), "seen": hidden(page, "seen"), "aksi": "simpan"}
        | typed
    )
    sent = [("media", (name, content)) for name, content in files]
    return browser.post(f"/posting/{post.id}/ubah", said, files=sent or None, follow_redirects=False)


def plan(centre: Centre) -> list[StoredPost]:
    with centre.database.reading() as connection:
        return posts.listed(connection)


def lines(centre: Centre, post: StoredPost) -> list[tuple[str, str]]:
    with centre.database.reading() as connection:
        return [(line.who, line.what) for line in journal.of(connection, f"post:{post.id}")]


def approve(centre: Centre, post: StoredPost, by: str = "Bidan Ratna") -> None:
    desk = centre.office.desk
    verdicts.approve(desk.database, desk.clock.now(), post.id, desk.approving, "verifikator", by=by)


@pytest.fixture
def maker(centre: Centre) -> Browser:
    return centre.browser(Role.MAKER)


def test_one_picture_is_saved_as_a_draft_of_its_maker(centre: Centre, maker: Browser) -> None:
    answer = made(maker, ("IMG_0001.JPG", picture()))
    (post,) = plan(centre)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/posting/{post.id}")
    row = post.row
    page = maker.get(f"/posting/{post.id}")
    assert f'href="/posting/{post.id}/ubah"' in page.text
    assert "Dibuat di papan" in page.text
    assert (row.kind, row.status, row.made_by, row.segment) == (
        "image",
        "draft",
        "Siti Maesaroh",
        "Nice to Know",
    )
    assert (row.caption, row.alt_text) == ("Minum air putih yang cukup", "Segelas air")
    assert row.source == f"papan:{row.key}"
    assert row.content_hash
    assert [(file.written, file.tried) for file in post.files] == [("foto-1.jpg", True)]
    assert f"{row.scheduled_at.astimezone(centre.office.zone):%d %H.%M}" == "27 09.00"
    assert lines(centre, post) == [("Siti Maesaroh", "made on the board")]
    assert list((centre.settings.data_dir / "uploads").iterdir()) == []


def test_the_same_form_sent_twice_makes_one_post(centre: Centre, maker: Browser) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    first = made(maker, ("a.jpg", picture()), key=key)
    again = made(maker, ("a.jpg", picture()), key=key, caption="Lain")
    (post,) = plan(centre)
    assert first.headers["location"] == again.headers["location"] == f"/posting/{post.id}"
    assert post.row.caption == "Minum air putih yang cukup"


def test_several_pictures_are_put_in_order_and_told_of_one_by_one(centre: Centre, maker: Browser) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    files = [(f"{colour}.png", picture(colour, "PNG")) for colour in ("red", "green", "blue")]
    page = made(maker, *files, aksi="lihat", key=key)
    assert page.status_code == 200
    assert plan(centre) == []
    names = re.findall(r'name="urutan_(foto-\d\.png)"', page.text)
    assert names == ["foto-1.png", "foto-2.png", "foto-3.png"]
    small = maker.get(f"/posting-baru/{key}/foto-2.png")
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    order = {"urutan_foto-1.png": "3", "urutan_foto-2.png": "1", "urutan_foto-3.png": "2"}
    told = {"alt_foto-1.png": "", "alt_foto-2.png": "", "alt_foto-3.png": "Biru"}
    made(maker, key=key, **order, **told)
    (post,) = plan(centre)
    assert post.row.kind == "carousel"
    assert [file.written for file in post.media] == ["foto-2.png", "foto-3.png", "foto-1.png"]
    assert post.row.alt_text == "\nBiru\n"
    assert all(file.tried for file in post.files)


def test_a_file_is_taken_away_and_another_added(centre: Centre, maker: Browser) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    made(maker, ("a.jpg", picture("red")), ("b.jpg", picture("blue")), aksi="lihat", key=key)
    page = made(maker, ("c.jpg", picture("green")), aksi="lihat", key=key, **{"hapus_foto-1.jpg": "1"})
    assert re.findall(r'name="urutan_(foto-\d\.jpg)"', page.text) == ["foto-2.jpg", "foto-3.jpg"]
    again = made(maker, ("c.jpg", picture("green")), aksi="lihat", key=key)
    assert len(re.findall(r'name="urutan_', again.text)) == 2, "a page that is loaded again adds nothing"


def test_a_video_is_a_reel_and_a_story_a_choice(centre: Centre, maker: Browser) -> None:
    made(maker, ("VID.MP4", tiny_mp4()))
    made(maker, ("a.jpg", picture()), jenis="story", caption="", alt_text="")
    assert [(post.row.kind, post.files[0].written, post.files[0].tried) for post in plan(centre)] == [
        ("reel", "video-1.mp4", True),
        ("story", "foto-1.jpg", True),
    ]


def test_a_photograph_of_an_iphone_comes_in(centre: Centre, maker: Browser) -> None:
    heif = pytest.importorskip("pillow_heif", reason="photographs in HEIC need the extra heic")
    out = io.BytesIO()
    heif.from_pillow(Image.new("RGB", (640, 640), "teal")).save(out, format="HEIF")
    made(maker, ("IMG_0001.HEIC", out.getvalue()))
    (post,) = plan(centre)
    assert (post.row.kind, post.files[0].written, post.files[0].tried) == ("image", "foto-1.jpg", True)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"caption": "a" * 2201}, "2201 karakter; paling banyak 2200"),
        ({"caption": "#a " * 31}, "31 tagar; paling banyak 30"),
        ({"tanggal": "2026-11-24"}, "waktu itu sudah lewat"),
        ({"tanggal": ""}, "masih kosong"),
        ({"jam": "25:00"}, "“25:00” tidak dapat dipakai"),
        ({"jenis": "reel"}, "reel berisi video"),
        ({"jenis": "poster"}, "“poster” tidak dapat dipakai"),
        ({"alt_text": "a" * 1001}, "1001 karakter"),
        ({"komentar_pertama": "@siti " * 21}, "21 sebutan"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_everything_stays(
    centre: Centre, maker: Browser, wrong: dict[str, str], says: str
) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    page = made(maker, ("a.jpg", picture()), key=key, **wrong)
    assert page.status_code == 422
    assert says in text(page)
    assert plan(centre) == []
    assert "foto-1.jpg" in page.text
    right = made(maker, key=key, **{"alt_foto-1.jpg": "Segelas air"})
    assert right.status_code == 303
    assert len(plan(centre)) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("surat.pdf", b"%PDF-1.7 x", "“surat.pdf” sebenarnya PDF"),
        ("rusak.jpg", b"\xff\xd8\xff" + b"x" * 500, "“rusak.jpg”"),
        ("kosong.png", b"", "“kosong.png” kosong"),
        ("kecil.png", picture(form="PNG", size=(20, 20)), "“kecil.png”"),
        ("<img src=x>.svg", b"<svg onload='alert(1)'></svg>", "halaman web"),
    ],
)
def test_a_file_that_cannot_be_published_is_refused_at_once(
    centre: Centre, maker: Browser, name: str, content: bytes, says: str
) -> None:
    page = made(maker, (name, content))
    assert page.status_code == 422
    assert says in text(page)
    assert "<img src=x>" not in page.text
    assert plan(centre) == []


def test_without_a_file_nothing_is_made(centre: Centre, maker: Browser) -> None:
    page = made(maker)
    assert page.status_code == 422
    assert "Pilih paling sedikit satu" in text(page)
    assert "Minum air putih yang cukup" in page.text


def test_a_patient_without_a_consent_is_held(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture()), ada_pasien="1")
    (post,) = plan(centre)
    assert (post.row.status, "persetujuan_pasien" in post.row.last_error) == ("held", True)
    changed(maker, post, ada_pasien="1", persetujuan_pasien="001/PKM/2026")
    assert [(post.row.status, post.row.last_error) for post in plan(centre)] == [("draft", "")]


def test_a_calendars_day_is_in_the_form(maker: Browser) -> None:
    page = maker.get("/posting-baru?tanggal=2026-12-01&jam=16:00&segmen=Inovasi")
    assert 'value="2026-12-01"' in page.text
    assert 'value="16:00"' in page.text
    assert 'value="Inovasi"' in page.text
    assert 'value="2026-11-26"' in maker.get("/posting-baru").text, "else tomorrow"


def test_other_peoples_pictures_are_not_there(centre: Centre, maker: Browser) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    made(maker, ("a.jpg", picture()), aksi="lihat", key=key)
    other = centre.browser(Role.EDITOR)
    assert other.get(f"/posting-baru/{key}/foto-1.jpg").status_code == 404
    assert made(other, ("a.jpg", picture()), key=key).status_code == 404
    for name in ("catatan.json", "%2e%2e", "foto-9.jpg", "foto-1.jpg.jpg"):
        assert maker.get(f"/posting-baru/{key}/{name}").status_code in {404, 405}
    assert made(maker, ("a.jpg", picture()), key="../../../etc").status_code == 404


def test_a_change_voids_the_approval_and_is_journalled(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    approve(centre, post)
    assert plan(centre)[0].row.status == "approved"
    assert "Sudah disetujui oleh Bidan Ratna" in text(maker.get(f"/posting/{post.id}/ubah"))
    answer = changed(maker, post, caption="Cuci tangan", **{"alt_foto-1.jpg": "Segelas air"})
    assert answer.headers["location"] == f"/posting/{post.id}"
    (after,) = plan(centre)
    assert (after.row.status, after.row.approved_by, after.row.caption) == ("draft", "", "Cuci tangan")
    assert lines(centre, after)[-1] == (
        "Siti Maesaroh",
        "changed on the board: caption; the approval of Bidan Ratna is void",
    )
    with centre.database.reading() as connection:
        assert [
            each for each in approvals.of(connection, post.id) if each.content_hash == after.row.content_hash
        ] == []


def test_another_time_needs_a_yes_again_and_nothing_new_needs_none(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    approve(centre, post)
    same = {"alt_foto-1.jpg": "Segelas air"}
    changed(maker, post, **same)
    assert plan(centre)[0].row.status == "approved"
    changed(maker, post, jam="10:00", **same)
    assert plan(centre)[0].row.status == "draft"
    changed(maker, post, jam="09:00", **same)
    assert f"{plan(centre)[0].row.scheduled_at.astimezone(centre.office.zone):%H.%M}" == "09.00"


def test_pictures_are_changed(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture("red")), ("b.jpg", picture("blue")))
    (post,) = plan(centre)
    changed(maker, post, ("c.jpg", picture("green")), **{"hapus_foto-1.jpg": "1", "alt_foto-2.jpg": "Biru"})
    (after,) = plan(centre)
    assert [file.written for file in after.media] == ["foto-2.jpg", "foto-3.jpg"]
    assert after.media[0].sha256 == post.media[1].sha256
    assert after.media[1].sha256 not in {file.sha256 for file in post.media}
    assert after.row.content_hash
    assert after.row.content_hash != post.row.content_hash


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    page = maker.get(f"/posting/{post.id}/ubah")
    editor = centre.browser(Role.EDITOR)
    changed(editor, post, caption="Dari redaksi", **{"alt_foto-1.jpg": "Segelas air"})
    said = TYPED | {
        "kunci": hidden(page, "kunci"),
        "seen": hidden(page, "seen"),
        "aksi": "simpan",
        "caption": "Dariku",
    }
    refused = maker.post(f"/posting/{post.id}/ubah", said)
    assert refused.status_code == 409
    assert "Dariku" in refused.text
    assert plan(centre)[0].row.caption == "Dari redaksi"
    assert plan(centre)[0].row.edited_by == "Dewi Lestari"
    assert plan(centre)[0].row.made_by == "Siti Maesaroh"
    again = said | {"seen": hidden(refused, "seen"), "kunci": hidden(refused, "kunci")}
    maker.post(f"/posting/{post.id}/ubah", again)
    assert plan(centre)[0].row.caption == "Dariku"


def test_only_its_maker_and_an_editor_change_a_post(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    other = centre.browser(Role.VERIFIER)
    page = other.get(f"/posting/{post.id}/ubah")
    assert page.status_code == 403
    assert "dibuat oleh Siti Maesaroh" in text(page)
    assert other.post(f"/posting/{post.id}/ubah", TYPED).status_code == 403
    assert plan(centre)[0].row.version == post.row.version


def test_who_stopped_a_post_lets_it_go_on(centre: Centre, maker: Browser) -> None:
    from ig_worker.flows.planning import deciding

    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    deciding.hold(centre.database, centre.now, post.id, "tunggu kepala", by="dr. Hartono")
    changed(maker, post, caption="Lain", **{"alt_foto-1.jpg": "Segelas air"})
    (after,) = plan(centre)
    assert (after.row.status, after.row.caption) == ("held", "Lain")
    assert "tunggu kepala" in after.row.last_error


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"source": "Rencana.xlsx", "source_row": 7}, "lembar “Rencana.xlsx”, baris 7"),
        ({"source": "Google Sheets 1abc#0", "source_row": 3}, "lembar rencana di Google, baris 3"),
        ({"source": "transparansi:2026-10:polowijen"}, "posts draft"),
        ({"status": Status.PUBLISHED.value, "ig_media_id": "1"}, "tidak dapat diubah lagi"),
        ({"status": Status.CANCELLED.value}, "dibatalkan"),
    ],
)
def test_where_else_a_post_is_changed_is_said(
    centre: Centre, maker: Browser, values: dict[str, Any], says: str
) -> None:
    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    with centre.database.writing() as connection:
        posts.set_values(connection, post.id, **values)
    page = maker.get(f"/posting/{post.id}/ubah")
    assert says in text(page)
    assert "<form" not in page.text.partition("<main")[2]
    refused = maker.post(f"/posting/{post.id}/ubah", TYPED)
    assert refused.status_code == 409
    assert plan(centre)[0].row.caption == "Minum air putih yang cukup"
    assert maker.get("/posting/999/ubah").status_code == 404


def test_hostile_words_stay_words(centre: Centre, maker: Browser) -> None:
    hostile = "<script>alert(1)</script>\u202e\x00😀" * 20
    page = made(
        maker, ("a.jpg", picture()), aksi="lihat", caption=hostile, segmen='"><b>', penanggung_jawab="<i>"
    )
    assert "<script>alert" not in page.text
    assert '"><b>' not in page.text
    made(maker, ("a.jpg", picture()), caption=hostile)
    (post,) = plan(centre)
    assert "\x00" not in post.row.caption


def test_files_that_waited_too_long_have_to_be_chosen_again(centre: Centre, maker: Browser) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    made(maker, ("a.jpg", picture()), aksi="lihat", key=key)
    centre.office.uploads.sweep(timedelta(0))
    page = made(maker, key=key)
    assert page.status_code == 422
    assert "Pilih paling sedikit satu" in text(page)
    assert "Minum air putih yang cukup" in page.text


def test_two_taps_at_the_same_moment_make_one_post(centre: Centre, maker: Browser) -> None:
    key = hidden(maker.get("/posting-baru"), "kunci")
    made(maker, ("a.jpg", picture()), aksi="lihat", key=key)
    other = Browser(centre)
    other.cookies, other.mark = maker.cookies, maker.mark
    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda one=one: answers.append(made(one, key=key))) for one in (maker, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(plan(centre)) == 1
    assert {answer.headers.get("location") for answer in answers} == {f"/posting/{plan(centre)[0].id}"}


def test_a_change_that_is_sent_twice_is_one_change(centre: Centre, maker: Browser) -> None:
    made(maker, ("a.jpg", picture()))
    (post,) = plan(centre)
    page = maker.get(f"/posting/{post.id}/ubah")
    said = {**TYPED, "kunci": hidden(page, "kunci"), "seen": hidden(page, "seen"), "aksi": "simpan"}
    said |= {"alt_foto-1.jpg": "Segelas air", "caption": "Cuci tangan"}
    for _ in range(2):
        files = [("media", ("b.jpg", picture("red")))]
        answer = maker.post(f"/posting/{post.id}/ubah", said, files=files, follow_redirects=False)
        assert answer.headers["location"] == f"/posting/{post.id}"
    (after,) = plan(centre)
    assert [file.written for file in after.media] == ["foto-1.jpg", "foto-2.jpg"]
    assert len(lines(centre, after)) == 2


def test_no_sheet_takes_a_post_over_that_was_made_on_the_board(centre: Centre) -> None:
    centre.office.imports.patience = 60.0
    verifier = centre.browser(Role.VERIFIER)
    made(verifier, ("a.jpg", picture()))
    (post,) = plan(centre)
    head = "kode;tanggal;jam;jenis;media;caption;status;pembuat;verifikator"
    row = f"{post.row.key};28/11/2026;10.00;gambar;https://example.org/a.jpg;Lain;disetujui;Orang Lain;dr. Bagus"
    preview = verifier.post("/impor", files={"lembar": ("rencana.csv", f"{head}\n{row}".encode())})
    assert "dibuat di papan dan hanya diubah di sana" in text(preview)
    said = {name: hidden(preview, name) for name in ("sha256", "seen") if f'name="{name}"' in preview.text}
    verifier.post(f"{preview.url.path}/terapkan", said)
    (after,) = plan(centre)
    assert (after.row.made_by, after.row.caption, after.row.version) == (
        "Bidan Ratna",
        "Minum air putih yang cukup",
        post.row.version,
    )
