"""``posts check``: what stands in the way of the posts to come, and what they will look like."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation
from PIL import Image

from fakes.bench import plan_post
from ig_worker.domain.instagram import Kind
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import accounts, posts
from ig_worker.store.posts import MediaFile


def planned(
    centre: Installation, kind: Kind = Kind.IMAGE, *, sizes: tuple[tuple[int, int], ...] = (), **changes: Any
) -> int:
    """A post whose pictures lie among the originals, one of each size."""
    originals = centre.folder / "var" / "originals"
    originals.mkdir(exist_ok=True)
    files = []
    for position, size in enumerate(sizes or ((900, 900),)):
        written = BytesIO()
        Image.new("RGB", size, "teal").save(written, "PNG")
        sha256 = hashlib.sha256(written.getvalue()).hexdigest()
        (originals / f"{sha256}-a.png").write_bytes(written.getvalue())
        files.append(MediaFile(position, f"a{position}.png", f"{sha256}-a.png", sha256))
    with centre.writing() as connection:
        post_id = plan_post(connection, kind, **{"at": NOW + timedelta(days=1), **changes})
        posts.put_media(connection, post_id, files)
    return post_id


def test_every_post_to_come_is_looked_at(centre: Installation) -> None:
    planned(centre, key="P-01")
    planned(centre, key="P-02", caption="x" * 2201)
    planned(centre, key="P-03", status="published", ig_media_id="1")
    planned(centre, key="P-04", status="cancelled")
    done = centre("posts", "check", "--offline", "--json")
    first, second = done.document
    assert (done.status, done.err) == (1, "")
    assert first == {
        "id": 1, "key": "P-01", "account": "polowijen", "status": "approved",
        "findings": [], "preview": [], "notes": [],
    }  # fmt: skip
    assert second["findings"] == [
        {
            "code": "caption_too_long",
            "field": "caption",
            "found": "2201 karakter",
            "allowed": "paling banyak 2200",
            "severity": "refuse",
        }
    ]


def test_posts_are_named_by_number_or_by_their_own_key(centre: Installation) -> None:
    planned(centre, key="P-01", caption="x" * 2201)
    two = planned(centre, key="P-02")
    for words in (("P-02",), (str(two),), ("P-02", str(two))):
        done = centre("posts", "check", *words, "--offline", "--json")
        assert (done.status, [post["id"] for post in done.document]) == (0, [two])
    missing = centre("posts", "check", "P-99", "--offline")
    assert (missing.status, missing.line) == (1, "there is no post P-99: ig-worker posts list shows them")


def test_a_post_that_waits_for_a_yes_would_not_be_refused(centre: Installation) -> None:
    planned(centre, key="P-01", status="draft")
    done = centre("posts", "check", "--offline")
    assert done.status == 0
    assert "P-01 (1), 26/11/2026 07.30: ditahan\n" in done.out
    assert "belum disetujui verifikator" in done.out
    assert done.out.endswith("1 postingan diperiksa: 1 menunggu keputusan.\n")


def test_a_published_post_is_said_to_be_out(centre: Installation) -> None:
    planned(centre, key="P-01", status="published", ig_media_id="1")
    done = centre("posts", "check", "P-01", "--offline")
    assert (done.status, done.out.splitlines()[0]) == (0, "P-01 (1), 26/11/2026 07.30: terbit")


def test_the_preview_shows_what_would_go_out(centre: Installation, tmp_path: Path) -> None:
    planned(centre, Kind.CAROUSEL, key="C-1", sizes=((1600, 1000), (600, 900)))
    planned(centre, Kind.STORY, key="S-1", caption="", sizes=((500, 500),))
    out = tmp_path / "baru" / "lihat"
    carousel, story = centre("posts", "check", "--offline", "--json", "--preview", str(out)).document
    assert carousel["preview"] == [str(out / "C-1-1.jpg"), str(out / "C-1-2.jpg")]
    assert story["preview"] == [str(out / "S-1-1.jpg")]
    with Image.open(out / "C-1-1.jpg") as first, Image.open(out / "C-1-2.jpg") as second:
        assert first.format == "JPEG"
        assert second.width / second.height == pytest.approx(1.6, rel=0.01), "it follows the first"
    with Image.open(out / "S-1-1.jpg") as tall:
        assert tall.width / tall.height == pytest.approx(9 / 16, rel=0.01)


def test_no_key_leads_out_of_the_folder_or_over_another_posts_picture(
    centre: Installation, tmp_path: Path
) -> None:
    for key in ("../../jahat", ".tersembunyi", "a/b", "C:\\x", "kode\n2", "👋"):
        planned(centre, key=key)
    planned(centre, key="sama")
    planned(centre, key="sama", account="lain")
    out = tmp_path / "lihat"
    done = centre("posts", "check", "--offline", "--preview", str(out))
    assert done.status == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == sorted([*(f"posting-{n}-1.jpg" for n in range(1, 7)), "sama-1.jpg", "sama-8-1.jpg"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clock", "config.toml", "lihat", "var"]


def test_a_broken_picture_is_refused_with_its_cure_and_the_others_are_shown(
    centre: Installation, tmp_path: Path
) -> None:
    post_id = planned(centre, Kind.CAROUSEL, key="C-1", sizes=((800, 800), (700, 700)))
    with centre.writing() as connection:
        post = posts.get(connection, post_id)
    assert post is not None
    broken = centre.folder / "var" / "originals" / post.media[1].original
    broken.write_bytes(broken.read_bytes()[:100])
    (document,) = centre("posts", "check", "--offline", "--json", "--preview", str(tmp_path / "p")).document
    assert [finding["severity"] for finding in document["findings"]] == ["refuse"]
    assert document["preview"] == [str(tmp_path / "p" / "C-1-1.jpg")]
    assert len(document["notes"]) == 1


def test_without_a_public_address_each_posts_own_pictures_are_named(centre: Installation) -> None:
    planned(centre, key="P-01")
    planned(centre, key="P-02")
    config = centre.config.read_text("utf-8")
    centre.config.write_text(config.replace("http://127.0.0.1:9/media", ""), "utf-8")
    done = centre("posts", "check", "--offline")
    assert done.status == 1
    assert done.out.count("public_base_url") == 2
    assert "2 akan ditolak" in done.out


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


def test_what_ails_the_whole_account_is_asked_and_said_once(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    planned(centre, key="P-01")
    planned(centre, key="P-02")
    done = centre("posts", "check")
    assert done.status == 0, "a machine may not reach its own public address"
    assert done.out.startswith(
        "Semua postingan polowijen:\n  catatan: Kolom media: alamat [media] public_base_url"
    )
    assert done.out.count("public_base_url") == 1
    assert "P-01 (1), 26/11/2026 07.30: siap" in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80] == []
    with centre.writing() as connection:
        row = accounts.get(connection, "polowijen")
    assert row is not None
    assert row.publishing_total is not None
    assert not list((centre.folder / "var" / "media").iterdir()), "nothing stays served"


def test_a_dead_token_is_found_long_before_the_time(centre: Installation, sandbox: SandboxProcess) -> None:
    centre.configure(base_url=sandbox.base_url, token="IGAAnobodyKnowsThisToken")
    planned(centre, key="P-01")
    done = centre("posts", "check", "--json")
    assert done.status == 1
    assert "account" in {finding["code"] for finding in done.document[0]["findings"]}
    assert "IGAAnobody" not in done.out + done.err
