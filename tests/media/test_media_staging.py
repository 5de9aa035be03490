"""Prepared pictures and videos under names nobody can guess."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes.tiny_mp4 import tiny_mp4
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media import prepare_picture, remove_staged, stage_video

Maker = Callable[..., Path]

UNGUESSABLE = re.compile(r"[A-Za-z0-9_-]{32}\.(jpg|mp4|mov)")
MP4 = tiny_mp4()
MOV = tiny_mp4(brand=b"qt  ")


def test_a_picture_is_prepared_in_a_process_of_its_own(picture: Maker, tmp_path: Path) -> None:
    made = prepare_picture(picture(size=(900, 1200)), tmp_path / "media", story=False)
    content = made.path.read_bytes()
    assert UNGUESSABLE.fullmatch(made.path.name)
    assert made.path.parent == tmp_path / "media"
    assert (made.width, made.height, made.size) == (960, 1200, len(content))
    assert made.sha256 == hashlib.sha256(content).hexdigest()


def test_a_second_preparation_has_another_name_and_the_same_bytes(picture: Maker, tmp_path: Path) -> None:
    source = picture()
    first, second = (prepare_picture(source, tmp_path / "media", story=True, ratio=None) for _ in range(2))
    assert first.path != second.path
    assert first.sha256 == second.sha256


def test_a_ratio_is_passed_on(picture: Maker, tmp_path: Path) -> None:
    made = prepare_picture(picture(), tmp_path / "media", story=False, ratio=0.8)
    assert (made.width, made.height) == (800, 1000)


def test_a_broken_picture_is_refused_with_a_cure(tmp_path: Path) -> None:
    source = tmp_path / "gambar.jpg"
    source.write_bytes(b"\xff\xd8\xff\xe0 terpotong")
    with pytest.raises(MediaRejected, match="rusak atau terpotong") as caught:
        prepare_picture(source, tmp_path / "media", story=False)
    assert "simpan ulang" in caught.value.cure
    assert not list((tmp_path / "media").glob("*"))


def test_a_video_is_no_picture_and_a_picture_no_video(picture: Maker, tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(MP4)
    with pytest.raises(MediaRejected, match="adalah video"):
        prepare_picture(video, tmp_path / "media", story=False)
    with pytest.raises(MediaRejected, match="bukan video"):
        stage_video(picture(), tmp_path / "media", story=False)


def test_a_full_or_forbidden_folder_is_not_the_pictures_fault(picture: Maker, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("bukan folder")
    with pytest.raises(Misconfigured, match="tidak dapat disimpan") as caught:
        prepare_picture(picture(), tmp_path / "media", story=False)
    assert caught.value.cure


def test_a_process_that_ends_without_a_word_is_not_the_pictures_fault(
    picture: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", str(tmp_path / "tidak-ada"))
    with pytest.raises(Misconfigured, match="proses berhenti, kode 1") as caught:
        prepare_picture(picture(), tmp_path / "media", story=False)
    assert "memori" in caught.value.cure


def test_a_process_that_does_not_end_is_ended(picture: Maker, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"lebih dari 0\.001 detik"):
        prepare_picture(picture(), tmp_path / "media", story=False, seconds=0.001)


def test_no_secret_reaches_the_process_that_reads_the_picture(
    picture: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that would stop the process shows that it does not arrive."""
    source = picture()
    package = tmp_path / "spy"
    package.mkdir()
    (package / "sitecustomize.py").write_text(
        "import os, pathlib, sys\n"
        f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(' '.join(os.environ))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(package))
    monkeypatch.setenv("IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN", "rahasia")
    prepare_picture(source, tmp_path / "media", story=False)
    seen = (tmp_path / "seen").read_text().split()
    assert "PYTHONPATH" in seen
    assert not [name for name in seen if name.startswith("IG_WORKER_")]


def test_the_worker_itself_never_loads_pillow() -> None:
    code = "import sys, ig_worker.media; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("content", "ending"), [(MP4, ".mp4"), (MOV, ".mov")])
def test_a_video_is_copied_under_an_unguessable_name(tmp_path: Path, content: bytes, ending: str) -> None:
    source = tmp_path / "video.dat"
    source.write_bytes(content)
    staged = stage_video(source, tmp_path / "media", story=False)
    assert UNGUESSABLE.fullmatch(staged.path.name)
    assert staged.path.suffix == ending
    assert staged.path.read_bytes() == content
    assert (staged.size, staged.ratio) == (len(content), 9 / 16)


@pytest.mark.parametrize(("story", "limit"), [(True, 100), (False, 300)])
def test_a_video_has_its_largest_size(tmp_path: Path, story: bool, limit: int) -> None:
    source = tmp_path / "video.mp4"
    source.write_bytes(MP4)
    with source.open("r+b") as file:
        file.truncate(limit * 1_000_000 + 1)
    with pytest.raises(MediaRejected, match=f"paling besar {limit} MB"):
        stage_video(source, tmp_path / "media", story=story)
    assert not (tmp_path / "media").exists()


def test_staged_files_are_removed_and_missing_ones_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    remove_staged([path, tmp_path / "b.jpg"])
    remove_staged([path])
    assert not path.exists()


def test_one_picture_is_prepared_at_a_time(
    picture: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process notes when it comes and goes: on a small machine no two of them may be there at once."""
    source, notes, spy = picture(), tmp_path / "notes", tmp_path / "spy"
    notes.mkdir()
    spy.mkdir()
    (spy / "sitecustomize.py").write_text(
        "import atexit, os, pathlib\n"
        f"notes = pathlib.Path({str(notes)!r})\n"
        "others = [p.name for p in notes.iterdir() if not p.name.endswith(('gone', 'met'))]\n"
        "if others: (notes / f'{os.getpid()}.met').touch()\n"
        "mine = notes / str(os.getpid())\n"
        "mine.touch()\n"
        "atexit.register(lambda: mine.rename(mine.with_suffix('.gone')))\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{spy}:{os.environ.get('PYTHONPATH', '')}")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: prepare_picture(source, tmp_path / "media", story=False), range(4)))
    assert len({each.path for each in made}) == 4
    assert sorted(path.suffix for path in notes.iterdir()) == [".gone"] * 4
