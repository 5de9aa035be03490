"""What stands open to everybody: staged files for Meta, the health page, and the board's own style."""

from __future__ import annotations

import re
import stat

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response

from ig_worker.board.statics import static
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.errors import IgWorkerError

_KINDS = {".jpg": "image/jpeg", ".mp4": "video/mp4", ".mov": "video/quicktime"}

# The room of staged media makes names of 32 such characters; whoever knows one was told it.
_STAGED = re.compile(r"[A-Za-z0-9_-]{22,86}(?P<kind>\.[a-z0-9]{3})")


def media(visit: Visit) -> Response:
    """A file that lies directly among the staged ones under an unguessable name, with its type, ETag and ranges."""
    name = visit.request.path_params["name"]
    staged = _STAGED.fullmatch(name)
    kind = _KINDS.get(staged["kind"]) if staged else None
    if kind is None:
        raise HTTPException(404)
    file = visit.office.media_dir / name
    try:
        found = file.lstat()
    except OSError:
        raise HTTPException(404) from None
    if not stat.S_ISREG(found.st_mode):
        raise HTTPException(404)
    return FileResponse(
        file, media_type=kind, stat_result=found, headers={"Cache-Control": "private, no-cache"}
    )


def healthz(visit: Visit) -> Response:
    """The document of ``status --json``: 200 where every job has succeeded lately, else 503."""
    try:
        well, document = visit.office.health()
    except IgWorkerError as error:
        well, document = False, {"healthy": False, "error": str(error)}
    return JSONResponse(document, 200 if well else 503, headers={"Cache-Control": "no-store"})


WAYS = (
    get("/media/{name}", media, None),
    get("/healthz", healthz, None),
    get("/static/{name}", static, None),
)
