"""Who asks for their data gets all of theirs, and nothing of anybody else."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from siti_wrote import ID, LATER, NAME, SIMILAR, SITI, Home
from sqlalchemy import select, update

from fakes.bench import START
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.reply import Reply, Status
from ig_worker.flows.casework.without import Redrawing
from ig_worker.flows.privacy.handing_over import HandingOver
from ig_worker.store import (
    replies,
)
from ig_worker.store.database import Database
from ig_worker.store.schema import messages as written
from ig_worker.store.schema import metadata


@pytest.fixture
def home(own_database: Database, tmp_path: Path) -> Home:
    return Home(own_database, tmp_path)


def archive_of(home: Home, out: Path) -> dict[str, bytes]:
    from fakes.generated_year import ZONE

    handing = HandingOver(
        home.database, home.data_dir, Redrawing(home.cards, home.data_dir), home.clock, ZONE
    )
    handing.make(home.siti(), out, by="Rina", centre="Puskesmas Polowijen")
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_archive_has_all_of_theirs_and_nothing_of_others(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home.close_cases()
    ours = {"own": True, "opens_case": False, "label": "lainnya", "parent_id": "m1"}
    ours |= {"author": "puskesmaspolowijen", "author_id": "17841400000000001"}
    home.message(6, f"@{NAME.upper()} mohon maaf, loket kami tambah", **ours)
    home.message(7, "@orang2 hasil lab Anda sudah ada", **ours)
    home.message(8, "Nomor kasus Anda K-2026-0002", **ours)
    home.message(9, "Terlambat lagi", **SITI, media_id="180", topic="antrean", parent_id="m1")
    home.run()
    with home.database.writing() as connection:
        other = connection.execute(select(written).where(written.c.ig_id == "m2")).one()
        reply = Reply(Status.SENT, asked_at=START, due_at=START, ig_id="m8")
        replies.plan(connection, other, reply, "Nomor kasus Anda K-2026-0002", 0, START)
        of_it = replies.replies.c.message_id == other.id
        connection.execute(update(replies.replies).where(of_it).values(ig_id="m8", status="sent"))
    out = tmp_path_factory.mktemp("out") / "siti.zip"
    files = archive_of(home, out)
    assert out.stat().st_mode & 0o777 == 0o600
    data = json.loads(files["data.json"])
    assert [each["text"] for each in data["messages"]] == [
        "Antrean loket lama sekali",
        LATER,
        "Terlambat lagi",
    ]
    assert [each["text"] for each in data["written_by_us"]] == [
        "Assalamualaikum bu Siti",
        f"@{NAME.upper()} mohon maaf, loket kami tambah",
    ]
    assert data["names"] == [NAME]
    assert data["evidence"]
    page = files["ringkasan.html"].decode()
    assert LATER in page
    assert "Data tentang @siti.aminah_87" in page
    whole = b"".join(files.values())
    for foreign in (
        b"orang2",
        b"igsid-2",
        b"menunggu tiga jam",
        SIMILAR.encode() + b'"',
        b"Toiletnya",
        b"Rina",
        b"hasil lab",
    ):
        assert foreign not in whole, foreign
    with home.database.reading() as connection:
        lines = connection.execute(select(metadata.tables["journal"].c.what)).scalars().all()
    (noted,) = [line for line in lines if "handed over" in line]
    assert NAME not in noted


def test_the_page_shows_hostile_words_as_words(home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    home.message(7, "<script>alert(1)</script>\u202e\x07 a&b", author=NAME, author_id=ID, opens_case=False)
    page = archive_of(home, tmp_path_factory.mktemp("out") / "a.zip")["ringkasan.html"].decode()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; a&amp;b" in page


def test_no_archive_is_overwritten(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "ada.zip"
    out.write_bytes(b"x")
    with pytest.raises(NeedsPerson, match="there already"):
        archive_of(home, out)
    assert out.read_bytes() == b"x"
    with pytest.raises(NeedsPerson, match="cannot write"):
        archive_of(home, tmp_path / "tidak ada" / "a.zip")
