"""What the database names on the disk is whole there before the row is written: a power cut leaves no empty file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from fakes.power import Power
from fakes.tiny_mp4 import tiny_mp4
from ig_worker import lasting
from ig_worker.domain.erasure import Erased
from ig_worker.flows.casework import evidence_files
from ig_worker.media import MediaRoom, Previews
from ig_worker.render.typesetter import Typesetter
from ig_worker.sheets.written import write_whole
from ig_worker.store import erasures
from ig_worker.uploads import Uploads


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


@pytest.fixture
def power() -> Power:
    return Power()


@pytest.fixture
def room(data: Path) -> MediaRoom:
    return MediaRoom(data, public_base_url="https://puskesmas.example/media", allow_private_addresses=False)


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The folder of a sheet, with what it names."""
    Image.effect_noise((640, 640), 60).convert("RGB").save(tmp_path / "satu.jpg")
    (tmp_path / "film.mp4").write_bytes(tiny_mp4())
    return tmp_path


def test_the_look_on_a_power_cut_empties_what_was_not_synced(data: Path, power: Power) -> None:
    for name in ("synced", "named", "neither"):
        (data / name).write_text(name)
    with power.watched():
        lasting.sync(data / "synced")
        lasting.sync(data)
    (data / "late").write_text("late")
    power.cut(data)
    assert {file.name: file.read_text() for file in data.iterdir()} == {
        "synced": "synced",
        "named": "",
        "neither": "",
    }


def test_a_folder_that_its_disk_cannot_sync_is_no_trouble_and_a_file_is() -> None:
    lasting.sync(Path("/proc"))  # EINVAL, as some network shares say it
    with pytest.raises(OSError, match="Invalid argument"):
        lasting.sync(Path("/proc/self/status"))
    with pytest.raises(FileNotFoundError):
        lasting.sync(Path("/proc/nothing"))


def test_a_folder_that_may_be_written_and_not_read_takes_its_files(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.chmod(0o333)
    monkeypatch.chdir(data)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # who may do everything may read every folder
    try:
        Path("made").write_text("whole")
        lasting.into_place(Path("made"), Path("there"))
        assert Path("there").read_text() == "whole"
        with pytest.raises(PermissionError):
            list(Path().iterdir())
    finally:
        if root:
            os.seteuid(0)
        data.chmod(0o700)


@pytest.mark.parametrize("name", ["satu.jpg", "film.mp4"])
def test_an_original_and_what_is_staged_of_it_are_whole(
    data: Path, room: MediaRoom, beside: Path, power: Power, name: str
) -> None:
    with power.watched():
        original, _sha256 = room.keep_original(name, beside)
        staged = room.stage(original, story=name == "film.mp4", ratio=None)
    written = (data / "media" / staged.name).read_bytes()
    power.cut(data)
    assert (data / "originals" / original).read_bytes() == (beside / name).read_bytes()
    assert (data / "media" / staged.name).read_bytes() == written != b""


def test_a_preview_that_people_looked_at_is_whole(
    data: Path, room: MediaRoom, beside: Path, power: Power
) -> None:
    class File:
        original, sha256 = room.keep_original("satu.jpg", beside)

    previews = Previews(room, data / "previews", border="blur")
    with power.watched():
        shown = previews.look(File, story=False)
        small = previews.small(File)
    power.cut(data / "previews")
    assert shown.picture is not None
    assert small is not None
    for picture in (shown.picture, small):
        Image.open(picture).verify()


def test_evidence_is_whole_before_its_row(data: Path, power: Power) -> None:
    draft = evidence_files.draft(data)
    (draft / "card.png").write_bytes(b"card")
    (draft / "data.json").write_bytes(b"{}")
    place = f"{evidence_files.folder_of('K-2026-0001')}/pesan-1"
    with power.watched():
        evidence_files.put_in_place(
            data, {f"{place}.png": draft / "card.png", f"{place}.json": draft / "data.json"}
        )
    power.cut(data)
    assert ((data / f"{place}.png").read_bytes(), (data / f"{place}.json").read_bytes()) == (b"card", b"{}")


def test_reports_and_workbooks_are_whole(data: Path, power: Power) -> None:
    picture = data / "satu.jpg"
    Image.effect_noise((640, 640), 60).convert("RGB").save(picture)
    small, book = data / "reports" / "kecil.jpg", data / "reports" / "buku.xlsx"
    with power.watched():
        Typesetter().small_picture(picture, small)
        write_whole(book, lambda out: out.write_bytes(b"PK") and None)
    power.cut(data / "reports")
    Image.open(small).verify()
    assert book.read_bytes() == b"PK"


def test_a_note_of_an_upload_is_whole_or_the_one_before(data: Path, power: Power) -> None:
    with power.watched():
        upload = Uploads(data).begin(7, "posting")
        upload.change(caption="Jadwal posyandu")
    power.cut(upload.folder)
    assert upload.note()["caption"] == "Jadwal posyandu"


def test_who_was_erased_is_known_after_a_power_cut(data: Path, power: Power) -> None:
    erased = Erased("garam", {"abc": datetime(2026, 11, 25, tzinfo=UTC)})
    with power.watched():
        erasures.write_down(data, erased)
    power.cut(data)
    assert erasures.in_file(data) == erased
