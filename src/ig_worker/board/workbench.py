"""The pictures and videos of a post that somebody is making: uploaded, looked at, in their order, until it is saved."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from starlette.datastructures import UploadFile

from ig_worker import lasting
from ig_worker.domain.errors import MediaRejected
from ig_worker.domain.media_limits import CAROUSEL_ITEMS_MAX, PICTURE_ENDINGS, VIDEO_ENDINGS
from ig_worker.media import MediaRoom, MediaType, media_type
from ig_worker.store.posts import StoredPost
from ig_worker.uploads import Upload, called, hash_of

OURS = re.compile(r"(foto|video)-\d{1,3}\.[a-z0-9]{3,4}")
"""How we call the files, whatever a telephone calls them."""

_FILES = "originals"


@dataclass(frozen=True)
class Picture:
    """One file of a post that is being made: our name for it, its owner's, and its bytes' hash."""

    name: str
    called: str
    sha256: str = ""

    @property
    def is_video(self) -> bool:
        """Whether it moves."""
        return self.name.startswith("video-")


class Workbench:
    """The files of one upload, in the order in which they are to be shown."""

    def __init__(self, upload: Upload, border: str) -> None:
        self._upload = upload
        self._room = MediaRoom(
            upload.folder, public_base_url="", allow_private_addresses=False, border=border
        )

    @property
    def folder(self) -> Path:
        """Where the files lie under their names."""
        folder = self._upload.folder / _FILES
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def pictures(self) -> list[Picture]:
        """All of them, in order; those that are gone from the disk are left out."""
        found = [Picture(**each) for each in self._upload.note().get("pictures", [])]
        return [each for each in found if (self.folder / each.name).is_file()]

    def begin_with(self, post: StoredPost, originals: Path) -> None:
        """Lay out the files of a post that is to be changed; once."""
        if "pictures" in self._upload.note():
            return
        pictures = []
        for file in post.media:
            if OURS.fullmatch(file.written) and file.original:
                with suppress(FileExistsError):
                    _link(originals / file.original, self.folder / file.written)
                pictures.append(Picture(file.written, file.written, file.sha256))
        self._keep(pictures)

    def arrange(self, places: Mapping[str, int], without: Iterable[str]) -> None:
        """Put the files into the order of these numbers, and take some away."""
        gone = set(without)
        kept = [each for each in self.pictures if each.name not in gone]
        order = {each.name: (places.get(each.name, 99), at) for at, each in enumerate(kept)}
        self._keep(sorted(kept, key=lambda each: order[each.name]))

    def add(self, files: Sequence[UploadFile]) -> list[str]:
        """Take further files, each tried once; returns what is wrong with those that cannot be published."""
        wrong, pictures = [], self.pictures
        for file in files:
            name = called(file.filename or "")
            if len(pictures) >= CAROUSEL_ITEMS_MAX:
                wrong.append(f"“{name}”: satu postingan berisi paling banyak {CAROUSEL_ITEMS_MAX} berkas.")
                continue
            arrived = self.folder / "datang.part"
            with arrived.open("wb") as out:
                shutil.copyfileobj(file.file, out, 1 << 20)
            try:
                self._adopt(arrived, name, pictures)
            except MediaRejected as error:
                wrong.append(f"{_renamed(str(error), name)}. {error.cure}".replace("..", "."))
            finally:
                arrived.unlink(missing_ok=True)
        self._keep(pictures)
        return wrong

    def was_tried(self, name: str) -> bool:
        """Whether a picture was prepared once for the feed, in its own ratio."""
        return (self._upload.folder / f"{name}.jpg").is_file()

    def preview(self, name: str) -> Path | None:
        """The JPEG of a file as it would go out, None where there is none."""
        made = self._upload.folder / f"{name}.jpg"
        if not OURS.fullmatch(name) or not (self.folder / name).is_file():
            return None
        if not made.is_file():
            try:
                self._room.preview(name, made, story=False)
            except MediaRejected:
                return None
        return made if made.is_file() else None

    def _adopt(self, arrived: Path, name: str, pictures: list[Picture]) -> None:
        sort = media_type(arrived)
        sha256 = hash_of(arrived)
        if any(each.sha256 == sha256 for each in pictures):
            return  # the same form sent again
        taken = {each.name.partition(".")[0] for each in self._all()}
        stem = "video" if sort is MediaType.VIDEO else "foto"
        number = next(each for each in range(1, 1000) if f"{stem}-{each}" not in taken)
        ours = f"{stem}-{number}{_ending(name, sort)}"
        lasting.into_place(arrived, self.folder / ours)
        try:
            self._room.preview(ours, self._upload.folder / f"{ours}.jpg", story=False)
        except MediaRejected:
            (self.folder / ours).unlink(missing_ok=True)
            raise
        pictures.append(Picture(ours, name, sha256))

    def _all(self) -> list[Path]:
        return list(self.folder.iterdir())

    def _keep(self, pictures: Sequence[Picture]) -> None:
        self._upload.change(pictures=[asdict(each) for each in pictures])


def _ending(name: str, sort: MediaType) -> str:
    endings, usual = (VIDEO_ENDINGS, ".mp4") if sort is MediaType.VIDEO else (PICTURE_ENDINGS, ".jpg")
    ending = PurePosixPath(name).suffix.casefold()
    return ending if ending in endings else usual


def _renamed(said: str, name: str) -> str:
    """A refusal with the name that its owner knows the file by."""
    return re.sub(r"“(datang\.part|(foto|video)-\d+\.\w+)”", lambda _found: f"“{name}”", said).rstrip(".")


def _link(original: Path, target: Path) -> None:
    try:
        os.link(original, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copyfile(original, target)
