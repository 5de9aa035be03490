"""A planning sheet from somebody's telephone or desk: uploaded, looked at, and taken as it was looked at."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board.imports import SEEN, SORT, TAKEN, TROUBLE
from ig_worker.board.visit import BAD, NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.flows.planning.bringing import Bringer
from ig_worker.store import plans
from ig_worker.uploads import Upload, called, hash_of

ENDINGS = (".csv", ".xlsx", ".zip")

AGAIN_SECONDS = "2"
"""How soon the page of an import that runs looks again by itself."""

LINES = 100
"""So many posts of one sort are shown unless all are asked for."""

_SECOND_DOWNLOAD = re.compile(r"\s*\(\d{1,3}\)(?=\.[A-Za-z]+$)")
_NO_PICTURE = re.compile(r"Baris \d+, kolom (media|sampul):")


def start_page(visit: Visit) -> Response:
    """The form, and this user's uploads that are not done with."""
    return visit.page("import_start.html", **_start(visit))


def upload(visit: Visit) -> Response:
    """Keep the file, and find out what it would change."""
    files = visit.files("lembar")
    if not files:
        return visit.page("import_start.html", 422, **_start(visit, "importing.no_file"))
    name = called(files[0].filename or "")
    ending = PurePosixPath(files[0].filename or "").suffix.casefold()
    if ending not in ENDINGS:
        return visit.page("import_start.html", 422, **_start(visit, "importing.other_file", file=name))
    imports, user = visit.office.imports, visit.user
    if imports.is_busy(user.id):
        return visit.go("/impor", "importing.busy", NOTE)
    kept = _keep(visit, files[0], name, ending)
    imports.look(kept, _bringer(visit))
    return visit.go(_address(kept))


def look(visit: Visit) -> Response:
    """Where an upload stands: under way, not to be read, looked at, or taken."""
    kept = _mine(visit)
    work = visit.office.imports.work_of(kept.token)
    context: dict[str, Any] = {"token": kept.token, "note": kept.note()}
    if work is not None:
        response = visit.page("import_running.html", work=work, **context)
        response.headers["Refresh"] = AGAIN_SECONDS
        return response
    if (done := kept.read(TAKEN)) is not None:
        return visit.page(
            "import_result.html", **context, **_shown(visit, done), posts_of=_posts_of(visit, done)
        )
    if (trouble := kept.read(TROUBLE)) is not None:
        return visit.page("import_trouble.html", trouble=trouble, **context)
    if (seen := kept.read(SEEN)) is not None:
        return visit.page("import_preview.html", **context, **_shown(visit, seen))
    return visit.page("import_trouble.html", trouble={"said": "", "cure": ""}, **context)


def take(visit: Visit) -> Response:
    """Take exactly the file that was looked at, unless it would do something else by now."""
    kept = _mine(visit)
    if kept.read(TAKEN) is not None:
        return visit.go(_address(kept))
    seen = kept.read(SEEN)
    if visit.office.imports.is_busy(visit.user.id):
        return visit.go(_address(kept), "importing.busy", NOTE)
    file = kept.folder / kept.note()["file"]
    if seen is None or visit.said("sha256") != kept.note()["sha256"] or not file.is_file():
        return visit.go(_address(kept), "importing.other_version", BAD)
    if hash_of(file) != visit.said("sha256"):
        return visit.go(_address(kept), "importing.other_version", BAD)
    visit.office.imports.take(kept, _bringer(visit), visit.said("seen"))
    return visit.go(_address(kept))


def look_again(visit: Visit) -> Response:
    """Find out once more what it would change; `lembar` says whether it is the next version of a known sheet."""
    kept = _mine(visit)
    if visit.office.imports.is_busy(visit.user.id) or kept.read(TAKEN) is not None:
        return visit.go(_address(kept))
    if visit.said("lembar") == "sendiri":
        kept.change(called=kept.note()["uploaded"])
    visit.office.imports.look(kept, _bringer(visit))
    return visit.go(_address(kept))


def forget(visit: Visit) -> Response:
    """The upload is not wanted any more."""
    kept = _mine(visit)
    if visit.office.imports.work_of(kept.token) is not None:
        return visit.go(_address(kept), "importing.busy", NOTE)
    kept.remove()
    return visit.go("/impor", "importing.forgotten", NOTE)


def _start(visit: Visit, wrong: str = "", **values: str) -> dict[str, Any]:
    uploads = []
    for kept in visit.office.uploads.of(visit.user.id, SORT):
        state = "taken" if kept.read(TAKEN) else "seen" if kept.read(SEEN) else "trouble"
        if visit.office.imports.work_of(kept.token) is not None:
            state = "running"
        uploads.append((_address(kept), kept.note().get("uploaded", ""), state))
    megabytes = visit.office.settings.board.max_upload_mb
    sheet = visit.office.settings.planner.spreadsheet
    said = visit.t(wrong, **values) if wrong else ""
    return {"uploads": uploads, "wrong": said, "megabytes": megabytes, "google": bool(sheet)}


def _keep(visit: Visit, file: UploadFile, name: str, ending: str) -> Upload:
    kept = visit.office.uploads.begin(visit.user.id, SORT)
    stored = f"lembar{ending}"
    with (kept.folder / stored).open("wb") as out:
        shutil.copyfileobj(file.file, out, 1 << 20)
    kept.change(
        uploaded=name, called=_next_version_of(visit, name), file=stored, sha256=hash_of(kept.folder / stored)
    )
    return kept


def _next_version_of(visit: Visit, name: str) -> str:
    """The sheet's name: what a browser adds to a second download of the same file is no part of it."""
    plain = _SECOND_DOWNLOAD.sub("", name)
    if plain == name:
        return name
    with visit.office.database.reading() as connection:
        return plain if plans.is_known(connection, plain) and not plans.is_known(connection, name) else name


def _mine(visit: Visit) -> Upload:
    try:
        return visit.office.uploads.find(visit.request.path_params["token"], visit.user.id, SORT)
    except KeyError:
        raise HTTPException(404) from None


def _bringer(visit: Visit) -> Bringer:
    return Bringer(visit.user.full_name, verifies=visit.may(Right.VERIFY))


def _address(kept: Upload) -> str:
    return f"/impor/{kept.token}"


def _shown(visit: Visit, told: dict[str, Any]) -> dict[str, Any]:
    """What a page lists of an import: the first lines of each sort, or all."""
    everything = visit.asked("semua") == "1"
    problems = told["problems"]
    missing = [line for line in problems if _NO_PICTURE.match(line)]
    rest = [line for line in problems if line not in set(missing)]
    return {
        "told": told,
        "most": 10**6 if everything else LINES,
        "everything": everything,
        "missing": missing,
        "problems": rest,
        "when": lambda line: visit.shown(datetime.fromisoformat(line["at"])),
    }


def _posts_of(visit: Visit, told: dict[str, Any]) -> dict[str, int]:
    """The posts' numbers by their keys, for links."""
    keys = [*told["added"], *told["changed"], *told["held"]]
    numbers: dict[str, int] = {}
    with visit.office.database.reading() as connection:
        for first in range(0, len(keys), 500):
            known = plans.known(connection, keys[first : first + 500])
            numbers |= {
                post.key: post.id
                for (account, key), post in known.items()
                if told["posts"].get(key, {}).get("account") == account
            }
    return numbers


WAYS = (
    get("/impor", start_page, Right.MAKE),
    post("/impor", upload, Right.MAKE, uploads=True),
    get("/impor/{token}", look, Right.MAKE),
    post("/impor/{token}/terapkan", take, Right.MAKE),
    post("/impor/{token}/lihat-lagi", look_again, Right.MAKE),
    post("/impor/{token}/buang", forget, Right.MAKE),
)
