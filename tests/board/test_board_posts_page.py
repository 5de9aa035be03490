"""The page of a post and its pictures: as Instagram would show it, whatever people wrote, whatever is broken."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from board_centre import NOW, Centre
from PIL import Image
from posting import picture, plan, set_values, stored, words

from ig_worker.board.rooms.posts.page import folded
from ig_worker.domain.instagram import Kind
from ig_worker.domain.rights import Role
from ig_worker.store import posts
from ig_worker.store.posts import MediaFile

HOSTILE = (
    '<script>alert("1")</script> {{ 7*7 }} \u202eterbalik\u202c \U0001f469\u200d\u2695\ufe0f ' + "a" * 400
)

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="ffmpeg shows films; it is not installed"
)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Five seconds of film for a reel."""
    file = tmp_path / "film.mp4"
    size = "testsrc=size=540x960:rate=24:duration=4"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        size,
        "-pix_fmt",
        "yuv420p",
        "-c:v",
        "libx264",
        str(file),
    ]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return file


def test_a_page_says_all_that_is_known(centre: Centre, tmp_path: Path) -> None:
    options = {
        "collaborators": ["dinkes_malang"],
        "user_tags": [{"username": "kader_rw3", "x": 0.5, "y": 0.25}],
        "location_id": "10203040",
        "urgent": True,
    }
    people = {"edited_by": "Dewi Lestari", "verified_by": "Bidan Ratna", "responsible": "dr. Bagus"}
    post_id = plan(
        centre,
        files=[picture(tmp_path)],
        options=options,
        alt_text="Ibu dan balita",
        first_comment="#posyandu",
        **people,
    )
    said = words(centre.browser(Role.MAKER).get(f"/posting/{post_id}"))
    for each in (
        "P-01", "Draf", "Gambar", "Nice to Know", "Mendesak", "Jum 27 Nov 07.30", "Siti Maesaroh", "Dewi Lestari",
        "Bidan Ratna", "dr. Bagus", "rencana-november.csv, baris 7", "dinkes_malang",
        "kader_rw3 (0,5; 0,25)", "10203040",
        "Ibu dan balita", "#posyandu", "satu.jpg", "puskesmaspolowijen",
    ):  # fmt: skip
        assert each in said, each


def test_what_people_wrote_is_shown_and_never_run(centre: Centre, tmp_path: Path) -> None:
    texts = (
        "caption",
        "alt_text",
        "first_comment",
        "segment",
        "made_by",
        "responsible",
        "source",
        "last_error",
    )
    hostile = {
        name: HOSTILE[:80] if name in ("segment", "made_by", "responsible", "source") else HOSTILE
        for name in texts
    }
    post_id = plan(centre, files=[picture(tmp_path)], key="<i>P", **hostile)
    page = centre.browser(Role.VERIFIER).get(f"/posting/{post_id}")
    assert page.status_code == 200
    assert '<script>alert("1")' not in page.text
    assert "<i>P" not in page.text
    assert "49" not in words(page).partition("{{ 7*7 }}")[2][:10]
    assert 'alert("1")' in words(page)
    listed = centre.browser(Role.VERIFIER).get("/posting")
    assert '<script>alert("1")' not in listed.text


def test_a_caption_is_folded_as_on_instagram(centre: Centre) -> None:
    caption = (
        "Posyandu Melati buka lagi.\nBawa buku KIA.\nMulai jam delapan sampai selesai.\n#posyandu #malang"
    )
    page = centre.browser(Role.MAKER).get(f"/posting/{plan(centre, caption=caption)}")
    head, _, rest = page.text.partition('<details class="ig__text fold">')[2].partition("</summary>")
    assert "Bawa buku KIA." in head
    assert "selengkapnya" in head
    assert "Mulai jam delapan" in rest
    assert "Mulai jam delapan" not in head


@pytest.mark.parametrize(
    ("caption", "seen_at_once"),
    [
        ("", ""),
        ("pendek", "pendek"),
        ("satu\ndua\ntiga", "satu\ndua"),
        ("a" * 125, "a" * 125),
        ("a" * 200, "a" * 125),
        ("\n\n\nempat", "\n"),
    ],
)
def test_where_a_caption_is_folded(caption: str, seen_at_once: str) -> None:
    head, rest = folded(caption)
    assert (head, head + rest) == (seen_at_once, caption)


def test_no_sign_is_cut_in_two() -> None:
    nurse = "\U0001f469\U0001f3fd\u200d\u2695\ufe0f"
    head, rest = folded("a" * 123 + nurse + " sehat")
    assert head + rest == "a" * 123 + nurse + " sehat"
    assert head == "a" * 123


# Pictures


def test_a_picture_is_shown_as_it_would_go_out(centre: Centre, tmp_path: Path) -> None:
    post_id = plan(centre, files=[picture(tmp_path, size=(400, 900))])
    maker = centre.browser(Role.MAKER)
    page = maker.get(f"/posting/{post_id}")
    assert f'src="/posting/{post_id}/gambar/0?v=' in page.text
    shown = maker.get(f"/posting/{post_id}/gambar/0")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "private, no-cache"
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.size == (720, 900), "the border of a picture that is too tall"
    mark = {"if-none-match": shown.headers["etag"]}
    again = maker.get(f"/posting/{post_id}/gambar/0", headers=mark)
    assert (again.status_code, again.content) == (304, b"")
    assert 'width="1080" height="1350"' in maker.get(f"/posting/{post_id}").text


def test_nobody_sees_a_picture_without_logging_in(centre: Centre, tmp_path: Path) -> None:
    post_id = plan(centre, files=[picture(tmp_path)])
    for what in ("", "/gambar/0", "/kecil"):
        assert centre.browser().get(f"/posting/{post_id}{what}", follow_redirects=False).status_code == 303
    assert centre.browser().get("/posting", follow_redirects=False).status_code == 303


def test_a_carousels_pictures_stand_in_a_row_and_follow_the_first(centre: Centre, tmp_path: Path) -> None:
    files = [picture(tmp_path, "a.jpg", (500, 500)), picture(tmp_path, "b.jpg", (800, 500))]
    post_id = plan(centre, Kind.CAROUSEL, files=files, alt_text="Poster\nJadwal")
    maker = centre.browser(Role.MAKER)
    page = maker.get(f"/posting/{post_id}")
    assert page.text.index('alt="Poster"') < page.text.index('alt="Jadwal"')
    assert 'href="#gambar-2"' in page.text
    assert 'id="gambar-2"' in page.text
    assert "2/2" in words(page)
    with Image.open(io.BytesIO(maker.get(f"/posting/{post_id}/gambar/1").content)) as image:
        assert image.size[0] == image.size[1]


@needs_ffmpeg
def test_a_reel_can_be_played_and_wound(centre: Centre, tmp_path: Path, film: Path) -> None:
    post_id = plan(centre, Kind.REEL, files=[film, picture(tmp_path, "sampul.jpg", (900, 1600))])
    maker = centre.browser(Role.MAKER)
    page = maker.get(f"/posting/{post_id}")
    assert f'poster="/posting/{post_id}/gambar/1?v=' in page.text
    whole = maker.get(f"/posting/{post_id}/gambar/0")
    assert (whole.headers["content-type"], whole.content) == ("video/mp4", film.read_bytes())
    part = maker.get(f"/posting/{post_id}/gambar/0", headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, film.read_bytes()[100:200])
    with Image.open(io.BytesIO(maker.get(f"/posting/{post_id}/gambar/1").content)) as cover:
        assert cover.size == (900, 1600)
    frame = maker.get(f"/posting/{post_id}/gambar/0?bingkai=1")
    with Image.open(io.BytesIO(frame.content)) as image:
        assert image.size == (540, 960)
    with Image.open(io.BytesIO(maker.get(f"/posting/{post_id}/kecil").content)) as small:
        assert small.size == (180, 320), "the cover, small"


@needs_ffmpeg
def test_a_reel_without_a_cover_shows_its_first_frame(centre: Centre, film: Path) -> None:
    post_id = plan(centre, Kind.REEL, files=[film])
    maker = centre.browser(Role.MAKER)
    assert "bingkai=1" in maker.get(f"/posting/{post_id}").text
    with Image.open(io.BytesIO(maker.get(f"/posting/{post_id}/kecil").content)) as small:
        assert max(small.size) == 320


def test_a_story_fills_the_screen_and_has_no_caption(centre: Centre, tmp_path: Path) -> None:
    post_id = plan(centre, Kind.STORY, files=[picture(tmp_path, size=(800, 800))], caption="tak tampil")
    maker = centre.browser(Role.MAKER)
    page = maker.get(f"/posting/{post_id}")
    assert "ig--story" in page.text
    assert "Story tampil tanpa caption" in words(page)
    with Image.open(io.BytesIO(maker.get(f"/posting/{post_id}/gambar/0").content)) as image:
        assert round(image.size[0] / image.size[1], 2) == 0.56


def test_a_picture_that_cannot_go_out_says_why(centre: Centre, tmp_path: Path) -> None:
    whole = picture(tmp_path, "rusak.jpg").read_bytes()
    (tmp_path / "rusak.jpg").write_bytes(whole[: len(whole) // 3])
    post_id = plan(centre, files=[tmp_path / "rusak.jpg"])
    with centre.database.writing() as connection:
        (file,) = stored(centre, post_id).files
        untried = MediaFile(0, file.written, file.original, file.sha256)
        posts.put_media(connection, post_id, [untried])
    maker = centre.browser(Role.MAKER)
    page = maker.get(f"/posting/{post_id}")
    assert "Belum dapat ditampilkan. “rusak.jpg” rusak atau terpotong" in words(page)
    assert "/gambar/0" not in page.text
    assert maker.get(f"/posting/{post_id}/gambar/0").status_code == 404
    assert maker.get(f"/posting/{post_id}/kecil").status_code == 404


def test_a_post_without_files_has_a_page(centre: Centre) -> None:
    maker = centre.browser(Role.MAKER)
    post_id = plan(centre, content_hash="")
    page = maker.get(f"/posting/{post_id}")
    assert (page.status_code, "Berkasnya masih diambil" in words(page)) == (200, True)
    assert maker.get(f"/posting/{post_id}/kecil").status_code == 404


@pytest.mark.parametrize("position", ["1", "99", "-1", "..%2f..%2fig-worker.db", "0%00", "x"])
def test_only_a_posts_own_pictures_are_there(centre: Centre, tmp_path: Path, position: str) -> None:
    post_id = plan(centre, files=[picture(tmp_path)])
    assert centre.browser(Role.MAKER).get(f"/posting/{post_id}/gambar/{position}").status_code == 404


def test_the_journal_is_read_in_indonesian(centre: Centre) -> None:
    post_id = plan(centre)
    verifier = centre.browser(Role.VERIFIER)
    page = verifier.get(f"/posting/{post_id}")
    assert "planned from" not in words(page)
    english = centre.browser(Role.VERIFIER, name="john", full_name="John", language="en").get(
        f"/posting/{post_id}"
    )
    assert "planned from rencana-november.csv row 7" in words(english)
    assert "Waits for the yes of" in words(english)


def test_a_post_whose_time_came_in_a_crisis_says_so(centre: Centre) -> None:
    from sqlalchemy import insert

    from ig_worker.store.schema import crises

    post_id = plan(
        centre,
        status="ready",
        scheduled_at=NOW - timedelta(minutes=5),
        approved_by="x",
        approved_hash="c" * 64,
    )
    maker = centre.browser(Role.MAKER)
    assert "Akan terbit sendiri" in words(maker.get(f"/posting/{post_id}"))
    with centre.database.writing() as connection:
        connection.execute(
            insert(crises).values(account="polowijen", kind="pace", message_ids=[], begun_at=NOW, pauses=True)
        )
    assert "menunggu krisis dinyatakan selesai" in words(maker.get(f"/posting/{post_id}"))


# The list


def test_posts_are_found(centre: Centre) -> None:
    first = plan(centre, key="P-01", caption="Imunisasi 100% gratis")
    second = plan(centre, key="P-02", caption="Senam lansia", segment="Kegiatan Rutin", status="held")
    maker = centre.browser(Role.MAKER)

    def found(query: str) -> list[int]:
        page = maker.get(f"/posting?{query}")
        assert page.status_code == 200
        return [each for each in (first, second) if f'href="/posting/{each}"' in page.text]

    assert found("") == [first, second]
    assert found("cari=IMUNISASI") == [first]
    assert found("cari=100%25") == [first]
    assert found("cari=_enam") == []
    assert found("cari=p-02") == [second]
    assert found(f"cari={second}") == [second] or found(f"cari={second}") == [first, second]
    assert found("status=draft") == [first]
    assert found("status=perlu") == [second]
    assert found("status=jalan") == []
    assert found("segmen=Kegiatan Rutin") == [second]
    assert found("akun=polowijen&status=held") == [second]
    assert found("akun=lain") == []
    assert found("status=ngawur") == [first, second]
    assert found("sesudah=ngawur") == [first, second]


def test_what_waits_for_a_verifier_is_one_tap_away(centre: Centre) -> None:
    plan(centre)
    page = centre.browser(Role.VERIFIER).get("/posting")
    assert 'href="/posting?status=draft"' in page.text
    assert "Menunggu verifikasi 1" in words(page)


def test_the_list_is_walked_without_gaps(centre: Centre) -> None:
    at = NOW + timedelta(days=1)
    ids = [
        plan(centre, key=f"P-{number}", scheduled_at=at - timedelta(minutes=number // 3))
        for number in range(120)
    ]
    maker = centre.browser(Role.MAKER)
    seen: list[int] = []
    query = "/posting?segmen=Nice%20to%20Know"
    while query:
        page = maker.get(query)
        seen += [int(each.partition('"')[0]) for each in page.text.split('class="name" href="/posting/')[1:]]
        more = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        query = more
    assert sorted(seen) == ids
    assert len(seen) == len(ids)
    times = [stored(centre, each).row.scheduled_at for each in seen]
    assert times == sorted(times, reverse=True)


def test_a_published_post_leads_to_instagram_and_nowhere_else(centre: Centre) -> None:
    out = {"status": "published", "ig_media_id": "180001", "published_at": NOW}
    post_id = plan(centre, permalink="https://www.instagram.com/p/Aa/", **out)
    maker = centre.browser(Role.MAKER)
    assert (
        'href="https://www.instagram.com/p/Aa/" rel="noreferrer noopener"'
        in maker.get(f"/posting/{post_id}").text
    )
    set_values(centre, post_id, permalink="javascript:alert(1)")
    assert "javascript:" not in maker.get(f"/posting/{post_id}").text
