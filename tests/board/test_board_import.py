"""A sheet comes in over the board: uploaded, looked at, and taken as it was looked at."""

from __future__ import annotations

import html
import io
import re
import threading
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import openpyxl
import pytest
from board_centre import Browser, Centre
from PIL import Image

from ig_worker.domain.rights import Role
from ig_worker.store import journal, posts
from ig_worker.store.posts import StoredPost

HEAD = ["kode", "tanggal", "jam", "segmen", "jenis", "media", "caption", "status", "pembuat", "verifikator"]
ROW = [
    "A-1",
    "27/11/2026",
    "09.00",
    "Nice to Know",
    "gambar",
    "a.jpg",
    "Minum air putih",
    "draf",
    "Siti Maesaroh",
    "",
]


def picture(colour: str = "teal", form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 640), colour).save(out, form)
    return out.getvalue()


def csv(*rows: Sequence[str]) -> bytes:
    lines = [HEAD, *rows]
    return "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines).encode()


def xlsx(*rows: Sequence[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(sheet: bytes, name: str = "rencana.csv", **files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, sheet)
        for each, content in files.items():
            container.writestr(each.replace("_jpg", ".jpg"), content)
    return out.getvalue()


def row(**cells: str) -> list[str]:
    return [cells.get(name, usual) for name, usual in zip(HEAD, ROW, strict=True)]


def upload(browser: Browser, content: bytes, name: str = "rencana.zip") -> httpx.Response:
    return browser.post("/impor", files={"lembar": (name, content)})


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def take(browser: Browser, preview: httpx.Response) -> httpx.Response:
    said = {name: hidden(preview, name) for name in ("sha256", "seen")}
    return browser.post(f"{preview.url.path}/terapkan", said)


def plan(centre: Centre) -> list[StoredPost]:
    with centre.database.reading() as connection:
        return posts.listed(connection)


def text(page: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.fixture(autouse=True)
def patient(centre: Centre) -> None:
    """A busy machine may take longer than people are kept waiting."""
    centre.office.imports.patience = 60.0


@pytest.fixture
def maker(centre: Centre) -> Browser:
    return centre.browser(Role.MAKER)


def test_a_zip_is_looked_at_and_then_taken(centre: Centre, maker: Browser) -> None:
    preview = upload(maker, packed(xlsx(ROW), "Rencana Desember.xlsx", a_jpg=picture()))
    assert preview.status_code == 200
    assert plan(centre) == []
    assert "1 baru" in text(preview)
    assert "Minum air putih" in text(preview)
    done = take(maker, preview)
    (post,) = plan(centre)
    assert post.row.source == "Rencana Desember.xlsx"
    assert post.row.content_hash
    assert all(file.tried for file in post.files)
    assert f'href="/posting/{post.id}"' in done.text
    with centre.database.reading() as connection:
        assert [(line.who, line.what) for line in journal.of(connection, f"post:{post.id}")] == [
            ("Siti Maesaroh", "planned from Rencana Desember.xlsx row 2")
        ]
    assert list((centre.settings.data_dir / "imports").iterdir()) == []


def test_the_next_version_of_a_sheet_says_what_changes_and_whose_yes_is_void(centre: Centre) -> None:
    verifier = centre.browser(Role.VERIFIER)
    agreed = row(status="disetujui", verifikator="Bidan Ratna")
    other = row(kode="A-2", caption="Cuci tangan", tanggal="28/11/2026")
    take(verifier, upload(verifier, packed(csv(agreed, other), a_jpg=picture())))
    assert [post.row.status for post in plan(centre)] == ["approved", "draft"]
    changed = row(status="disetujui", verifikator="Bidan Ratna", caption="Minum air", jam="10.00")
    preview = upload(verifier, packed(csv(changed), a_jpg=picture()))
    shown = text(preview)
    assert "Persetujuan Bidan Ratna akan batal" in shown
    assert "27/11/2026 09.00" in shown
    assert "27/11/2026 10.00" in shown
    assert "Akan ditahan (1)" in shown
    assert "A-2" in shown
    assert [post.row.status for post in plan(centre)] == ["approved", "draft"]
    take(verifier, preview)
    assert [post.row.status for post in plan(centre)] == ["draft", "held"]


def test_wrong_rows_and_missing_pictures_are_named_and_the_others_come_in(
    centre: Centre, maker: Browser
) -> None:
    wrong, missing = row(kode="B", tanggal="31/02/2026"), row(kode="C", media="hilang.jpg")
    preview = upload(maker, packed(csv(ROW, wrong, missing), a_jpg=picture()))
    shown = text(preview)
    assert "Gambar atau video yang kurang (1)" in shown
    assert "“hilang.jpg” tidak ditemukan" in shown
    assert "Baris 3, kolom tanggal: tertulis “31/02/2026”" in shown
    take(maker, preview)
    assert [post.row.key for post in plan(centre)] == ["A-1"]


def test_nothing_is_taken_where_the_plan_changed_after_the_preview(centre: Centre, maker: Browser) -> None:
    first = upload(maker, packed(csv(ROW), a_jpg=picture()))
    second = upload(maker, packed(csv(row(caption="Lain")), a_jpg=picture()))
    take(maker, first)
    told = take(maker, second)
    assert "Rencananya berubah sejak pratinjau" in text(told)
    assert [post.row.caption for post in plan(centre)] == ["Minum air putih"]
    take(maker, told)
    assert [post.row.caption for post in plan(centre)] == ["Lain"]


def test_taken_twice_is_taken_once(centre: Centre, maker: Browser) -> None:
    preview = upload(maker, packed(csv(ROW), a_jpg=picture()))
    first, again = take(maker, preview), take(maker, preview)
    assert "Hasil impor" in first.text
    assert "Hasil impor" in again.text
    (post,) = plan(centre)
    with centre.database.reading() as connection:
        assert len(journal.of(connection, f"post:{post.id}")) == 1


def test_only_the_file_that_was_looked_at_is_taken(centre: Centre, maker: Browser) -> None:
    preview = upload(maker, packed(csv(ROW), a_jpg=picture()))
    said = {"sha256": "0" * 64, "seen": hidden(preview, "seen")}
    refused = maker.post(f"{preview.url.path}/terapkan", said)
    assert "bukan lagi yang Anda lihat" in text(refused)
    folder = centre.settings.data_dir / "uploads" / preview.url.path.rpartition("/")[2]
    (folder / "lembar.zip").write_bytes(packed(csv(row(caption="Lain")), a_jpg=picture()))
    assert "bukan lagi yang Anda lihat" in text(take(maker, preview))
    assert plan(centre) == []


def test_an_upload_is_its_users_alone(centre: Centre, maker: Browser) -> None:
    preview = upload(maker, packed(csv(ROW), a_jpg=picture()))
    other = centre.browser(Role.VERIFIER)
    path = preview.url.path
    assert other.get(path).status_code == 404
    for name in ("terapkan", "lihat-lagi", "buang"):
        assert other.post(f"{path}/{name}").status_code == 404
    assert path not in other.get("/impor").text
    assert path in maker.get("/impor").text
    maker.post(f"{path}/buang")
    assert maker.get(path).status_code == 404


@pytest.mark.parametrize("token", ["%2e%2e", "%2e%2e%2f%2e%2e", "x", "A" * 43])
def test_no_other_place_can_be_named(maker: Browser, token: str) -> None:
    assert maker.get(f"/impor/{token}").status_code == 404


def test_a_makers_upload_cannot_say_yes_for_a_verifier(centre: Centre, maker: Browser) -> None:
    agreed = packed(csv(row(status="disetujui", verifikator="Bidan Ratna")), a_jpg=picture())
    preview = upload(maker, agreed)
    assert "masuk sebagai draf" in text(preview)
    take(maker, preview)
    (post,) = plan(centre)
    assert (post.row.status, post.row.approved_by) == ("draft", "")
    again = upload(maker, agreed)
    assert "1 tetap" in text(again)
    verifier = centre.browser(Role.VERIFIER)
    take(verifier, upload(verifier, agreed))
    assert [post.row.status for post in plan(centre)] == ["approved"]
    take(maker, upload(maker, agreed))
    assert [post.row.status for post in plan(centre)] == ["approved"]


def test_a_verifiers_upload_cannot_verify_what_they_made(centre: Centre) -> None:
    verifier = centre.browser(Role.VERIFIER)
    own = row(status="disetujui", pembuat="Bidan Ratna", verifikator="dr. Bagus")
    take(verifier, upload(verifier, packed(csv(own), a_jpg=picture())))
    assert [post.row.status for post in plan(centre)] == ["draft"]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\Siti\\Rencana.csv", "Rencana.csv"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("a\u202efdp.csv", "afdp.csv"),
        ("x" * 300 + ".csv", "x" * 79 + "…"),
    ],
)
def test_what_a_browser_calls_a_file_is_never_a_path(
    centre: Centre, maker: Browser, name: str, stored: str
) -> None:
    preview = upload(maker, csv(row(media="https://example.org/a.jpg")), name)
    assert preview.status_code == 200
    assert "<script>alert" not in preview.text
    take(maker, preview)
    (post,) = plan(centre)
    assert post.row.source == stored
    for folder in (centre.settings.data_dir / "uploads").iterdir():
        assert {file.name for file in folder.iterdir()} <= {"catatan.json", "pratinjau.json", "hasil.json"}


def test_hostile_cells_are_shown_as_words(centre: Centre, maker: Browser) -> None:
    hostile = ["<script>alert(1)</script>", "=HYPERLINK(1)", "a\u202eb", "😀" * 900]
    rows = [row(kode=f"H-{number}", caption=each, jam=f"1{number}.00") for number, each in enumerate(hostile)]
    preview = upload(maker, packed(csv(*rows), a_jpg=picture()))
    assert "<script>alert" not in preview.text
    done = take(maker, preview)
    assert "<script>alert" not in done.text
    assert len(plan(centre)) == len(hostile)


def bomb() -> bytes:
    return packed(csv(ROW), a_jpg=b"\0" * 60_000_000)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "kosong.csv", "kosong"),
        (b"\x89PNG\r\n\x1a\n", "gambar.xlsx", "gambar.xlsx"),
        (b"PK\x03\x04rusak", "rusak.zip", "rusak atau bukan ZIP"),
        (packed(csv(ROW), **{"../../lari.jpg": picture()}), "lari.zip", "nama berkas yang tidak aman"),
        (packed(csv(ROW), "a.csv", **{"b.csv": csv(ROW)}), "dua.zip", "berisi 2 lembar"),
        (bomb(), "bom.zip", "menjadi terlalu besar"),
        (csv(*([ROW] * 3001)), "besar.csv", "terlalu besar untuk papan"),
    ],
)
def test_what_cannot_be_read_says_why(
    centre: Centre, maker: Browser, content: bytes, name: str, says: str
) -> None:
    page = upload(maker, content, name)
    assert says in text(page)
    assert "Lembar ini tidak dapat diambil" in text(page)
    assert list((centre.settings.data_dir / "imports").iterdir()) == []
    assert not (centre.folder.parent / "lari.jpg").exists()


def test_another_kind_of_file_is_refused_at_the_field(maker: Browser) -> None:
    page = upload(maker, b"%PDF-1.7", "rencana.pdf")
    assert page.status_code == 422
    assert "bukan CSV, XLSX, atau ZIP" in text(page)
    assert maker.post("/impor").status_code == 422


def test_too_much_is_refused(open_centre: Any) -> None:
    centre = open_centre(more="[board]\nmax_upload_mb = 1")
    maker = centre.browser(Role.MAKER)
    assert upload(maker, b"x" * 1_500_000).status_code == 413
    assert list(centre.settings.data_dir.glob("uploads/*")) == []


def test_the_second_download_of_a_sheet_is_its_next_version(centre: Centre, maker: Browser) -> None:
    address = row(media="https://example.org/a.jpg")
    take(maker, upload(maker, csv(address), "Rencana.csv"))
    preview = upload(maker, csv(row(kode="A-2", media="https://example.org/a.jpg")), "Rencana (1).csv")
    assert "versi baru dari “Rencana.csv”" in text(preview)
    assert "Akan ditahan (1)" in text(preview)
    own = maker.post(f"{preview.url.path}/lihat-lagi", {"lembar": "sendiri"})
    assert "Akan ditahan" not in text(own)
    take(maker, own)
    assert {post.row.source for post in plan(centre)} == {"Rencana.csv", "Rencana (1).csv"}


def test_a_user_keeps_a_few_uploads(centre: Centre, maker: Browser) -> None:
    for number in range(7):
        upload(maker, csv(row(caption=str(number))), f"{number}.csv")
    assert len(list((centre.settings.data_dir / "uploads").iterdir())) == 5


def test_the_command_line_and_the_board_are_one_source(centre: Centre, maker: Browser) -> None:
    from ig_worker.sheets import opened

    folder = centre.folder / "lembar"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture())
    (folder / "rencana.csv").write_bytes(csv(ROW))
    with opened(folder / "rencana.csv", centre.folder) as found:
        centre.office.desk.importing.take(found.sheet, found.folder)
    assert "1 tetap" in text(upload(maker, packed(csv(ROW), a_jpg=picture())))


def test_a_long_import_shows_how_far_it_is_and_a_user_has_one_at_a_time(
    centre: Centre, maker: Browser
) -> None:
    imports = centre.office.imports
    imports.patience = 0.0
    with imports._turn:  # another import has its turn
        page = upload(maker, packed(csv(ROW), a_jpg=picture()))
        assert page.headers["refresh"] == "2"
        assert "sedang diperiksa" in text(page)
        assert "Impor Anda yang lain masih berjalan" in text(upload(maker, csv(ROW), "lain.csv"))
        assert maker.post(f"{page.url.path}/buang").status_code == 200
        assert "masih berjalan" in text(maker.post(f"{page.url.path}/buang"))
        assert "Sedang berjalan" in text(maker.get("/impor"))
    imports.close()
    preview = maker.get(page.url.path)
    assert "refresh" not in preview.headers
    assert "1 baru" in text(preview)


def test_two_users_import_at_once(centre: Centre) -> None:
    pages: dict[Role, httpx.Response] = {}

    def work(role: Role, browser: Browser) -> None:
        sheet = packed(
            csv(row(kode=f"{role}-1"), row(kode=f"{role}-2", jam="11.00")), f"{role}.csv", a_jpg=picture()
        )
        pages[role] = take(browser, upload(browser, sheet, f"{role}.zip"))

    roles = (Role.MAKER, Role.EDITOR)
    threads = [threading.Thread(target=work, args=(role, centre.browser(role))) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("2 ditambahkan" in text(pages[role]) for role in roles)
    assert len(plan(centre)) == 4


def test_an_upload_that_was_removed_is_not_there(centre: Centre, maker: Browser) -> None:
    preview = upload(maker, packed(csv(ROW), a_jpg=picture()))
    said = {name: hidden(preview, name) for name in ("sha256", "seen")}
    centre.office.uploads.sweep(timedelta(0))
    assert maker.get(preview.url.path).status_code == 404
    assert maker.post(f"{preview.url.path}/terapkan", said).status_code == 404
    assert plan(centre) == []


def test_what_was_begun_when_the_board_stopped_can_be_looked_at_again(centre: Centre, maker: Browser) -> None:
    preview = upload(maker, packed(csv(ROW), a_jpg=picture()))
    (centre.settings.data_dir / "uploads" / preview.url.path.rpartition("/")[2] / "pratinjau.json").unlink()
    assert "terhenti sebelum selesai" in text(maker.get(preview.url.path))
    assert "1 baru" in text(maker.post(f"{preview.url.path}/lihat-lagi"))


def test_a_full_folder_of_posts_is_shown_in_parts(maker: Browser) -> None:
    rows = [row(kode=f"B-{number}", jam=f"{number // 60:02}.{number % 60:02}") for number in range(130)]
    preview = upload(maker, packed(csv(*rows), a_jpg=picture()))
    assert "Tampilkan 30 lagi" in text(preview)
    assert "B-129" not in preview.text
    assert "B-129" in maker.get(f"{preview.url.path}?semua=1").text


def test_english_has_the_same_pages(centre: Centre) -> None:
    maker = centre.browser(Role.MAKER, name="english", language="en")
    preview = upload(maker, packed(csv(ROW, row(kode="B", tanggal="x")), a_jpg=picture()))
    assert "Will be added" in text(preview)
    assert "Done: 1 added" in text(take(maker, preview))
