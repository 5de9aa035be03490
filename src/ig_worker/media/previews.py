"""Pictures of posts as people look at them before they go out: made on the first look, kept for the next ones."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ig_worker import lasting
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media.own_process import in_own_process
from ig_worker.media.room import MediaRoom
from ig_worker.media.sources import PART, MediaType, cannot_write, media_type

SMALL = 320
"""The longest side of a thumbnail, in pixels."""

GONE = "salinan berkasnya tidak ada lagi; impor lagi lembar rencananya"


class Original(Protocol):
    """A post's file: our own copy of it and its hash."""

    @property
    def original(self) -> str:
        """The copy's name; empty while there is none."""
        ...

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        ...


@dataclass(frozen=True)
class Shown:
    """A picture as Instagram would show it, with its width to its height (0 where that is not known).

    ``picture`` is None where there is none, and ``why_not`` then says the reason in Indonesian.
    """

    picture: Path | None
    ratio: float
    why_not: str = ""


class Previews:
    """Prepared pictures, first frames and thumbnails below one folder, by the bytes that they show and how."""

    def __init__(self, room: MediaRoom, folder: Path, *, border: str) -> None:
        self._room = room
        self._folder = folder
        self._border = border

    def known(self, file: Original, *, story: bool, ratio: float | None = None) -> Shown | None:
        """What is kept of an earlier look; None where nobody has looked yet."""
        name = self._name(file, story, self._border, ratio)
        try:
            said = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
            shown = Shown(None, float(said["ratio"]), str(said["why_not"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        picture = self._folder / f"{name}.jpg"
        if picture.is_file():
            return Shown(picture, shown.ratio)
        return shown if shown.why_not else None

    def look(self, file: Original, *, story: bool, ratio: float | None = None) -> Shown:
        """The picture that would go out, or a video's first frame: prepared now where nobody has looked yet.

        What can never be shown is kept as well; a full disk or want of memory is told and tried again next time.
        """
        if (kept := self.known(file, story=story, ratio=ratio)) is not None:
            return kept
        if not file.original or not self._room.path(file.original).is_file():
            return Shown(None, 0.0, GONE)
        name = self._name(file, story, self._border, ratio)
        part = self._folder / f"{secrets.token_hex(8)}{PART}"
        try:
            why_not = self._room.preview(file.original, part, story=story, ratio=ratio)
            found = self._ratio(file.original, part, story=story, ratio=ratio)
            if not why_not:
                _into_place(part, self._folder / f"{name}.jpg")
        except MediaRejected as error:
            why_not, found = f"{str(error).rstrip('.')}. {error.cure}".strip(), 0.0
        except Misconfigured as error:
            return Shown(None, 0.0, str(error))
        finally:
            part.unlink(missing_ok=True)
        self._note(name, {"ratio": found, "why_not": why_not})
        return Shown(None if why_not else self._folder / f"{name}.jpg", found, why_not)

    def small(self, file: Original, *, make: bool = True) -> Path | None:
        """A thumbnail, or of a video its first frame; None where there can be none, or is none yet and shall not be."""
        name = self._name(file, "small")
        picture = self._folder / f"{name}.jpg"
        if picture.is_file():
            return picture
        none = self._folder / f"{name}.json"
        if not make or none.is_file() or not file.original or not self._room.path(file.original).is_file():
            return None
        try:
            self._shrink(self._room.path(file.original), picture)
        except MediaRejected as error:
            self._note(name, {"ratio": 0, "why_not": str(error)})
            return None
        except Misconfigured:
            return None
        return picture if picture.is_file() else None

    def _shrink(self, source: Path, picture: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{secrets.token_hex(8)}{PART}"
        frame = part.with_suffix(".jpg")
        try:
            if media_type(source) is MediaType.VIDEO:
                if not self._room.frame(source.name, frame):
                    return
                source = frame
            job = {"do": "shrink", "source": str(source.absolute()), "target": str(part.absolute())}
            in_own_process({**job, "longest": SMALL}, source)
            _into_place(part, picture)
        finally:
            part.unlink(missing_ok=True)
            frame.unlink(missing_ok=True)

    def _ratio(self, original: str, picture: Path, *, story: bool, ratio: float | None) -> float:
        if media_type(self._room.path(original)) is MediaType.VIDEO:
            return self._room.try_out(original, story=story, ratio=ratio)
        width, height = jpeg_size(picture)
        return width / height

    def _note(self, name: str, said: dict[str, Any]) -> None:
        part = self._folder / f"{secrets.token_hex(8)}{PART}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(said), "utf-8")
            part.replace(self._folder / f"{name}.json")
        except OSError as error:
            part.unlink(missing_ok=True)
            raise cannot_write(self._folder, error) from None

    def _name(self, file: Original, *how: object) -> str:
        said = json.dumps([file.sha256, file.original, *how], default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:40]


def _into_place(part: Path, place: Path) -> None:
    try:
        lasting.into_place(part, place)
    except OSError as error:
        raise cannot_write(place.parent, error) from None


def jpeg_size(picture: Path) -> tuple[int, int]:
    """Width and height as a JPEG's own head says them. Raises ValueError where it says none."""
    with picture.open("rb") as file:
        if file.read(2) != b"\xff\xd8":
            raise ValueError("no JPEG")
        while len(head := file.read(4)) == 4:
            marker, length = struct.unpack(">HH", head)
            if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
                height, width = struct.unpack(">xHH", file.read(5))
                return int(width), int(height)
            file.seek(length - 2, 1)
    raise ValueError("a JPEG without a frame")
