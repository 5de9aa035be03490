"""What stands open to everybody: staged files for Meta, the health page, and the board's own style."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response

from ig_worker.board.statics import static
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.errors import IgWorkerError

NO_DATABASE = "the database cannot be used"

_KINDS = {".jpg": "image/jpeg", ".mp4": "video/mp4", ".mov": "video/quicktime"}

# What is named here, and nothing that the document may hold one day: states, moments and numbers. Where the disk and
# the backups are, and what is wrong with them, is for those who have a terminal.
_TOLD = (
    "healthy",
    "worker",
    "posts",
    "inbox",
    "cases",
    "open_crises",
    "overdue_cases",
    "waiting_for_person",
    "waiting_since",
    "lost_messages",
    "unseen_posts",
    "accounts",
)
_TOLD_OF = {"storage": ("writable",), "backup": ("last_at", "age_seconds")}

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
    """How each job is, and how much there is of everything: 200 where every job has succeeded lately, else 503.

    Of the document of ``status --json`` what nobody wrote: states, moments and numbers.
    """
    try:
        well, document = visit.office.health()
    except IgWorkerError:
        well, document = False, {"healthy": False, "error": NO_DATABASE}
    return JSONResponse(_for_everybody(document), 200 if well else 503, headers={"Cache-Control": "no-store"})


def _for_everybody(document: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: document[key] for key in _TOLD if key in document}
    for key, known in _TOLD_OF.items():
        if key in document:
            told[key] = {name: document[key][name] for name in known}
    jobs = [{**job, "last_error": None} for job in document.get("jobs", ())]
    # Which database, and where it lies, stands in the log.
    error = {"error": NO_DATABASE} if "error" in document else {"jobs": jobs}
    return told | error


WAYS = (
    get("/media/{name}", media, None),
    get("/healthz", healthz, None),
    get("/static/{name}", static, None),
)
