"""What a post shows: its pictures as Instagram would have them, its videos, and thumbnails for other pages."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.instagram import Kind
from ig_worker.domain.media_limits import is_video
from ig_worker.domain.rights import Right
from ig_worker.media import Previews, Shown
from ig_worker.store import posts
from ig_worker.store.posts import COVER, MediaFile, StoredPost

Made = TypeVar("Made")

PICTURES_WAITING, THUMBNAILS_WAITING = 12, 8
"""So many requests may wait for pictures to be made: a browser asks for six at a time, and whoever leaves a page before
its pictures are made leaves six behind. Thumbnails, of which a calendar has dozens, never take a picture's place.

Others see none for now: the board has 24 requests in work at once, and pages must not wait for pictures.
"""

MADE_FOR_A_PAGE = 3
"""So many pictures that nobody has tried yet are made before a page is shown, so that it can say what is wrong."""

_pictures = threading.BoundedSemaphore(PICTURES_WAITING)
_thumbnails = threading.BoundedSemaphore(THUMBNAILS_WAITING)
_ALWAYS_ASKED = {"Cache-Control": "private, no-cache"}


@dataclass(frozen=True)
class Slide:
    """One picture or video of a post on its page. ``why_not`` is why there is nothing to see, in Indonesian.

    ``ratio`` is width to height, 0 where it is not known.
    """

    position: int
    is_video: bool
    alt: str
    ratio: float
    why_not: str
    mark: str
    """Changes with the bytes, for the address of the picture."""


def slides_of(previews: Previews, post: StoredPost) -> list[Slide]:
    """What the post shows, in its order, and a reel's own cover after it."""
    alts = post.row.alt_text.split("\n") if post.publication.kind is Kind.CAROUSEL else [post.row.alt_text]
    untried = 0
    slides: list[Slide] = []
    for number, file in enumerate(post.files):
        untried += not file.tried
        shown = _seen(previews, post, file, make=not file.tried and untried <= MADE_FOR_A_PAGE)
        alt = alts[number].strip() if number < len(alts) else ""
        why_not = shown.why_not if shown else ""
        ratio = shown.ratio if shown else 0.0
        slides.append(
            Slide(
                file.position, is_video(file.original or file.written), alt, ratio, why_not, file.sha256[:12]
            )
        )
    return slides


def picture(visit: Visit) -> Response:
    """A picture as Instagram would show it, a video itself, or with ``?bingkai=1`` the video's first frame."""
    post, file = _asked(visit, visit.number("position"))
    room = visit.office.desk.staging
    if is_video(file.original) and visit.asked("bingkai") != "1":
        return _video(room.path(file.original))
    shown = _seen(visit.office.desk.previews, post, file, make=False)
    if shown is None:
        shown = _in_turn(_pictures, lambda: _seen(visit.office.desk.previews, post, file, make=True))
    if shown is None or shown.picture is None:
        raise HTTPException(404)
    return _jpeg(visit, shown.picture)


def thumbnail(visit: Visit) -> Response:
    """The post's first picture, at most 320 pixels long; of a video its cover or first frame."""
    post = stored(visit)
    previews = visit.office.desk.previews
    file = post.cover or next(iter(post.media), None)
    if file is None:
        raise HTTPException(404)
    small = previews.small(file, make=False) or _in_turn(_thumbnails, lambda: previews.small(file))
    if small is None:
        raise HTTPException(404)
    return _jpeg(visit, small)


def stored(visit: Visit) -> StoredPost:
    """The post of the address; 404 where there is none."""
    with visit.office.database.reading() as connection:
        post = posts.get(connection, visit.number())
    if post is None:
        raise HTTPException(404)
    return post


def _asked(visit: Visit, position: int) -> tuple[StoredPost, MediaFile]:
    post = stored(visit)
    for file in post.files:
        if file.position == position and file.original:
            return post, file
    raise HTTPException(404)


def _seen(previews: Previews, post: StoredPost, file: MediaFile, *, make: bool) -> Shown | None:
    """The file as the post shows it; a carousel's further pictures follow its first one."""
    kind = post.publication.kind
    # A reel and its cover fill the screen as a story does; the film itself is looked at as it is.
    story = kind is Kind.STORY or file.role == COVER
    ratio: float | None = None
    first = post.files[0]
    if kind is Kind.CAROUSEL and file.position != first.position:
        shown = _one(previews, first, story=False, ratio=None, make=make)
        if shown is None:
            return None
        ratio = shown.ratio or None
    return _one(previews, file, story=story, ratio=ratio, make=make)


def _one(
    previews: Previews, file: MediaFile, *, story: bool, ratio: float | None, make: bool
) -> Shown | None:
    if make:
        return previews.look(file, story=story, ratio=ratio)
    return previews.known(file, story=story, ratio=ratio)


def _in_turn(waiting: threading.Semaphore, make: Callable[[], Made]) -> Made:
    """Made now: one after the other, as all pictures are. 404 where too many wait already; the next look makes it."""
    if not waiting.acquire(blocking=False):
        raise HTTPException(404)
    try:
        return make()
    finally:
        waiting.release()


def _video(file: Path) -> Response:
    """With ranges, so that it can be wound; only a plain file directly among our copies."""
    try:
        found = file.lstat()
    except OSError:
        raise HTTPException(404) from None
    if not stat.S_ISREG(found.st_mode):
        raise HTTPException(404)
    kind = "video/quicktime" if file.suffix.lower() == ".mov" else "video/mp4"
    return FileResponse(file, media_type=kind, stat_result=found, headers=_ALWAYS_ASKED)


def _jpeg(visit: Visit, file: Path) -> Response:
    """The picture; nothing where the browser has it already. It asks each time: who is out sees nothing any more."""
    mark = f'"{file.stem}"'
    headers = {**_ALWAYS_ASKED, "ETag": mark}
    if visit.request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    return Response(file.read_bytes(), media_type="image/jpeg", headers=headers)


WAYS = (
    get("/posting/{number}/gambar/{position}", picture, Right.SEE_PLAN, aside=True),
    get("/posting/{number}/kecil", thumbnail, Right.SEE_PLAN, aside=True),
)
