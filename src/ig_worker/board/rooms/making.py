"""A post made with a telephone: pictures, words and a time, saved as a draft; and changed again the same way."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ig_worker.board.visit import NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.board.workbench import Picture, Workbench
from ig_worker.domain.differences import KIND_WORDS
from ig_worker.domain.instagram import Kind
from ig_worker.domain.people import same_person
from ig_worker.domain.post_rules import CAPTION_MAX, HASHTAGS_MAX
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right, Role
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.domain.sheet_rows import Cell, is_from_board
from ig_worker.flows.planning.approving import is_held_by_person
from ig_worker.flows.planning.by_hand import CHANGEABLE, Draft, NotTaken, Problem
from ig_worker.store import plans, posts, users
from ig_worker.store.posts import StoredPost
from ig_worker.uploads import Upload, new_token

NEW, CHANGED = "posting", "ubah"
"""What the uploads are for."""

SEGMENTS = (
    "Pengumuman",
    "Inovasi",
    "Kegiatan Rutin",
    "Kegiatan Insidental",
    "Dokumentasi",
    "SIKAKUNG",
    "Nice to Know",
    "Konde Emas",
    "Info Grafis",
    "Hari Besar",
)
"""Those of the procedures (INTERFACE.md), offered beside those in use."""

TYPED = (
    *("akun", "tanggal", "jam", "segmen", "jenis", "caption", "komentar_pertama"),
    *("persetujuan_pasien", "penanggung_jawab"),
)
TICKED = ("mendesak", "ada_pasien")

_ONE_BY_ONE = [threading.Lock() for _ in range(16)]
"""A form that was sent twice at the same moment is answered one after the other."""


def new_page(visit: Visit) -> Response:
    """An empty form; a calendar's day may be in the address."""
    typed = {name: visit.asked(name) for name in TYPED} | dict.fromkeys(TICKED, "")
    typed["tanggal"] = typed["tanggal"] or (visit.today() + timedelta(days=1)).isoformat()
    typed["jam"] = typed["jam"] or "09:00"
    return _form(visit, "/posting-baru", new_token(), typed, [], [])


def make(visit: Visit) -> Response:
    """Take the pictures, then show them, or save the draft."""
    with _ONE_BY_ONE[hash(visit.said("kunci")) % len(_ONE_BY_ONE)]:
        return _make(visit)


def _make(visit: Visit) -> Response:
    upload = _begun(visit, NEW)
    key = f"papan-{hashlib.sha256(upload.token.encode()).hexdigest()[:10]}"
    hand, account = visit.office.desk.by_hand, _account(visit)
    if (made := hand.made(account, key)) is not None:
        upload.remove()
        return visit.go(f"/posting/{made}", "making.already", NOTE)
    bench = _bench(visit, upload)
    draft, problems = _received(visit, bench, {"kode": key, "pembuat": visit.user.full_name})
    show = visit.said("aksi") != "simpan"
    if not problems and not show:
        try:
            number = hand.add(draft, visit.user.full_name)
        except NotTaken as error:
            problems = list(error.problems)
        else:
            upload.remove()
            return visit.go(f"/posting/{number}", *_sentence(visit, number, "making.made"))
    elif show:
        problems += hand.look(draft)[1] if bench.pictures else [_no_picture(visit)]
    return _shown_again(visit, "/posting-baru", upload, bench, problems, show=show)


def picture(visit: Visit) -> Response:
    """One of the files of a post that is being made, as it would go out."""
    for sort in (NEW, CHANGED):
        try:
            upload = visit.office.uploads.find(visit.request.path_params["token"], visit.user.id, sort)
        except KeyError:
            continue
        made = _bench(visit, upload).preview(visit.request.path_params["name"])
        if made is not None:
            return FileResponse(
                made, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"}
            )
    raise HTTPException(404)


def change_page(visit: Visit) -> Response:
    """The form with the post as it is; or where else it is changed."""
    stored, seen = _post(visit)
    if (elsewhere := _elsewhere(visit, stored)) is not None:
        return elsewhere
    pictures = [Picture(file.written, file.written, file.sha256) for file in stored.media]
    return _form(
        visit,
        _address(stored),
        new_token(),
        _typed_of(visit, stored),
        pictures,
        [],
        stored=stored,
        seen=seen,
        alt_texts=_alt_texts_of(stored),
    )


def change(visit: Visit) -> Response:
    """Save the changes, or show them again with what is wrong."""
    with _ONE_BY_ONE[hash(visit.said("kunci")) % len(_ONE_BY_ONE)]:
        return _change(visit)


def _change(visit: Visit) -> Response:
    stored, seen_now = _post(visit)
    if (elsewhere := _elsewhere(visit, stored)) is not None:
        elsewhere.status_code = 409 if elsewhere.status_code == 200 else elsewhere.status_code
        return elsewhere
    user, hand = visit.user, visit.office.desk.by_hand
    upload = _begun(visit, CHANGED)
    upload.change(post=upload.note().get("post", stored.id))
    if upload.note()["post"] != stored.id:
        raise HTTPException(404)
    bench = _bench(visit, upload)
    bench.begin_with(stored, visit.office.settings.data_dir / "originals")
    by_maker = same_person(user.full_name, stored.row.made_by)
    named = {"pembuat": stored.row.made_by, "redaksi": stored.row.edited_by if by_maker else user.full_name}
    draft, problems = _received(visit, bench, {"kode": stored.row.key, **named})
    show, changed = visit.said("aksi") != "simpan", False
    if not problems and not show:
        try:
            hand.change(stored.id, draft, user.full_name, edits=_edits(visit), seen=visit.said("seen"))
        except NotTaken as error:
            problems = list(error.problems)
        except ChangedMeanwhile:
            changed = True
        else:
            upload.remove()
            return visit.go(f"/posting/{stored.id}", *_sentence(visit, stored.id, "making.changed"))
    elif show:
        problems += hand.look(draft, before=stored)[1] if bench.pictures else [_no_picture(visit)]
    seen = seen_now if changed else visit.said("seen")
    return _shown_again(
        visit, _address(stored), upload, bench, problems, show=show, stored=stored, seen=seen, changed=changed
    )


def _begun(visit: Visit, sort: str) -> Upload:
    try:
        return visit.office.uploads.begin(visit.user.id, sort, visit.said("kunci"))
    except KeyError:
        raise HTTPException(404) from None


def _bench(visit: Visit, upload: Upload) -> Workbench:
    return Workbench(upload, visit.office.settings.media.border)


def _received(visit: Visit, bench: Workbench, own: dict[str, Cell]) -> tuple[Draft, list[Problem]]:
    """What the form says, and what is wrong with its files."""
    places = {}
    for each in bench.pictures:
        said = visit.said(f"urutan_{each.name}")
        places[each.name] = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 99
    bench.arrange(places, [each.name for each in bench.pictures if visit.ticked(f"hapus_{each.name}")])
    wrong = bench.add(visit.files("media"))
    pictures = bench.pictures
    cells: dict[str, Cell] = {name: visit.said(name) for name in TYPED}
    cells |= {name: "ya" for name in TICKED if visit.ticked(name)}
    cells["jenis"] = cells["jenis"] or KIND_WORDS[_guessed(pictures)]
    cells |= {"media": "\n".join(each.name for each in pictures), "status": "draf", **own}
    # What was tried as it goes out: alone in the feed, or first of a carousel.
    first = pictures[:1] if cells["jenis"] != KIND_WORDS[Kind.STORY] else []
    tried = [each.name for each in first if bench.was_tried(each.name)]
    alt_texts = _alt_texts(visit, pictures)
    filled = {name: cell for name, cell in cells.items() if cell != ""}
    problems = [Problem("media", line) for line in wrong]
    if not pictures and not problems:
        problems = [_no_picture(visit)] if visit.said("aksi") == "simpan" else []
    return Draft(filled, alt_texts, bench.folder, tried), problems


def _no_picture(visit: Visit) -> Problem:
    return Problem("media", visit.t("making.no_picture"))


def _guessed(pictures: list[Picture]) -> Kind:
    if len(pictures) > 1:
        return Kind.CAROUSEL
    return Kind.REEL if pictures and pictures[0].is_video else Kind.IMAGE


def _alt_texts(visit: Visit, pictures: list[Picture]) -> list[str]:
    """One for each picture: from its own field, or from the lines that were written before it was there."""
    lines = iter(visit.said("alt_text").split("\n"))
    return [
        visit.said(f"alt_{each.name}") if f"alt_{each.name}" in visit.form else next(lines, "")
        for each in pictures
    ]


def _account(visit: Visit) -> str:
    accounts = list(visit.office.settings.accounts)
    said = visit.said("akun")
    return said if said in accounts else accounts[0] if accounts else ""


def _post(visit: Visit) -> tuple[StoredPost, str]:
    with visit.office.database.reading() as connection:
        stored = posts.get(connection, visit.number())
        if stored is None:
            raise HTTPException(404)
        return stored, visit.office.desk.by_hand.seen_of(connection, stored)


def _edits(visit: Visit) -> bool:
    return Role.EDITOR in visit.user.roles


def _elsewhere(visit: Visit, stored: StoredPost) -> Response | None:
    """The page that says where a post is changed, or why not by this user; None where it is here and now."""
    source, status = stored.row.source, stored.publication.status
    why = ""
    if not is_from_board(source):
        why = (
            "google"
            if source.startswith("Google Sheets ")
            else "draft"
            if source.startswith("transparansi:")
            else "sheet"
        )
    elif status not in CHANGEABLE:
        why = "cancelled" if status is Status.CANCELLED else "out"
    elif not _edits(visit) and not same_person(visit.user.full_name, stored.row.made_by):
        why = "other"
    if not why:
        return None
    return visit.page("making_elsewhere.html", 403 if why == "other" else 200, why=why, post=stored)


def _address(stored: StoredPost) -> str:
    return f"/posting/{stored.id}/ubah"


def _typed_of(visit: Visit, stored: StoredPost) -> dict[str, str]:
    row, local = stored.row, stored.row.scheduled_at.astimezone(visit.office.zone)
    options = row.options
    return {
        "akun": stored.account,
        "tanggal": f"{local:%Y-%m-%d}",
        "jam": f"{local:%H:%M}",
        "segmen": row.segment,
        "jenis": KIND_WORDS[stored.publication.kind],
        "caption": row.caption,
        "komentar_pertama": row.first_comment,
        "persetujuan_pasien": options.get("consent", ""),
        "penanggung_jawab": row.responsible,
        "mendesak": "1" if options.get("urgent") else "",
        "ada_pasien": "1" if options.get("shows_patient") else "",
    }


def _alt_texts_of(stored: StoredPost) -> dict[str, str]:
    lines = (
        stored.row.alt_text.split("\n") if stored.publication.kind is Kind.CAROUSEL else [stored.row.alt_text]
    )
    return {file.written: line for file, line in zip(stored.media, lines, strict=False)}


def _sentence(visit: Visit, number: int, key: str) -> tuple[str, str]:
    """What the post's page says first; that it is held, where it is."""
    with visit.office.database.reading() as connection:
        stored = posts.get(connection, number)
    held = stored is not None and stored.publication.status is Status.HELD and not is_held_by_person(stored)
    return ("making.held", "warn") if held else (key, "good")


def _shown_again(
    visit: Visit,
    address: str,
    upload: Upload,
    bench: Workbench,
    problems: list[Problem],
    *,
    show: bool,
    **more: Any,
) -> Response:
    typed = {name: visit.said(name) for name in (*TYPED, *TICKED, "alt_text")}
    pictures = bench.pictures
    alt_texts = dict(zip((each.name for each in pictures), _alt_texts(visit, pictures), strict=True))
    refused = any(problem.refuses for problem in problems)
    status = 409 if more.get("changed") else 422 if refused and not (show and pictures) else 200
    return _form(
        visit,
        address,
        upload.token,
        typed,
        pictures,
        problems,
        status=status,
        kept=True,
        alt_texts=alt_texts,
        **more,
    )


def _form(
    visit: Visit,
    address: str,
    token: str,
    typed: dict[str, str],
    pictures: list[Picture],
    problems: list[Problem],
    *,
    status: int = 200,
    kept: bool = False,
    stored: StoredPost | None = None,
    seen: str = "",
    changed: bool = False,
    alt_texts: dict[str, str] | None = None,
) -> Response:
    with visit.office.database.reading() as connection:
        used = plans.segments(connection)
        people = [
            each.full_name
            for each in users.listed(connection)
            if Role.HOLDER in each.roles and each.disabled_at is None
        ]
    targets = visit.office.settings.planner.targets
    segments = list(dict.fromkeys([*used, *targets, *SEGMENTS]))
    wrong, notes = dict[str, str](), dict[str, str]()
    for problem in problems:
        said = wrong if problem.refuses else notes
        said[problem.column] = (
            f"{said[problem.column]} {problem.said}" if problem.column in said else problem.said
        )
    return visit.page(
        "making_form.html",
        status,
        address=address,
        token=token,
        typed=typed,
        pictures=[
            (each, f"/posting-baru/{token}/{each.name}" if kept else _shown_of(stored, at, each))
            for at, each in enumerate(pictures)
        ],
        wrong=wrong,
        notes=notes,
        post=stored,
        seen=seen,
        changed=changed,
        alt_texts=alt_texts or {},
        accounts=[(name, name) for name in visit.office.settings.accounts],
        segments=segments,
        people=people,
        caption_max=CAPTION_MAX,
        hashtags_max=HASHTAGS_MAX,
        kinds=[
            ("", visit.t("making.guess")),
            *((word, visit.t(f"post_kind.{kind.value}")) for kind, word in KIND_WORDS.items()),
        ],
        earliest=visit.today().isoformat(),
    )


def _shown_of(stored: StoredPost | None, position: int, file: Picture) -> str:
    assert stored is not None  # a new post has no pictures before they are uploaded
    return f"/posting/{stored.id}/gambar/{position}?v={file.sha256[:12]}"


WAYS = (
    get("/posting-baru", new_page, Right.MAKE),
    post("/posting-baru", make, Right.MAKE, uploads=True),
    get("/posting-baru/{token}/{name}", picture, Right.MAKE, aside=True),
    get("/posting/{number}/ubah", change_page, Right.MAKE),
    post("/posting/{number}/ubah", change, Right.MAKE, uploads=True),
)
