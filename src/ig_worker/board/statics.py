"""Style, script and icons: a few files of the package, each under an address that changes with its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from ig_worker.board.visit import Visit

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def _content(name: str) -> bytes:
    return (resources.files("ig_worker.board") / "static" / name).read_bytes()


@cache
def _names() -> frozenset[str]:
    folder = resources.files("ig_worker.board") / "static"
    return frozenset(file.name for file in folder.iterdir() if file.name.rpartition(".")[2] in KINDS)


@cache
def address_of(name: str) -> str:
    """Where the browser finds the file; KeyError for one that is not there."""
    if name not in _names():
        raise KeyError(name)
    return f"/static/{name}?v={hashlib.sha256(_content(name)).hexdigest()[:12]}"


def static(visit: Visit) -> Response:
    """One of the files; nothing else of the disk can be named."""
    name = visit.request.path_params["name"]
    if name not in _names():
        raise HTTPException(404)
    return Response(
        _content(name),
        media_type=KINDS[name.rpartition(".")[2]],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
