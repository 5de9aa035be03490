"""Laporan: a month's evaluation with its charts, as the paper has it, and its papers to take along."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from ig_worker.board import charts
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.evaluation.moved import count, figure, moved
from ig_worker.domain.evaluation.whatsapp import short_text
from ig_worker.domain.month import Month
from ig_worker.domain.rights import Right
from ig_worker.store import evaluated_mark

GOOD_WHEN_UP = {"followers", "reach", "views", "interaction_rate", "conversion_rate"}
"""More posts or more messages are neither good nor bad by themselves."""

KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_PERMALINK = re.compile(r"https://www\.instagram\.com/[\w/-]{1,80}", re.ASCII)
_MEDIA_ID = re.compile(r"\d{1,40}", re.ASCII)
_KEPT = re.compile(r"evaluasi-(?P<month>\d{4}-\d{2})\.(?:pdf|xlsx)", re.ASCII)


def figures(visit: Visit) -> Response:
    """The month's evaluation: ``?bulan=2026-10&akun=``; the last month that is over, unless another is asked for."""
    account = _account(visit)
    months = _months(visit, account)
    if not months:
        return visit.page(
            "figures.html", doc=None, account=account, months=[], month=None, **_accounts(visit)
        )
    said = visit.asked("bulan")
    month = _month(said) if said else (months[1] if len(months) > 1 else months[0])
    if month not in months:
        raise HTTPException(404)
    doc = visit.office.evaluations.of(month, account)
    place = months.index(month)
    return visit.page(
        "figures.html",
        doc=doc,
        account=account,
        months=months,
        month=month,
        earlier=months[place + 1] if place + 1 < len(months) else None,
        later=months[place - 1] if place else None,
        tiles=[_tile(each) for each in doc["headline"]],
        drawn=_drawn(doc),
        shown_figure=figure,
        count=count,
        whole=_whole,
        best=_posts(visit, doc["posts"]["best"], account),
        weakest=_posts(visit, doc["posts"]["weakest"], account),
        examples=_reads_messages(visit),
        short=short_text(doc),
        kept=_kept(visit, account) if _reads_messages(visit) else None,
        **_accounts(visit),
    )


def _reads_messages(visit: Visit) -> bool:
    """Whether the messages of all units are theirs to read, and so the examples of an evaluation."""
    return visit.may(Right.READ_INBOX) and visit.user.only_unit is None


def _accounts(visit: Visit) -> dict[str, Any]:
    names = list(visit.office.settings.accounts)
    return {"accounts": names, "account_options": [(name, name) for name in names]}


def _account(visit: Visit) -> str:
    """The account that is asked for, the first one by default; 404 for one that is not ours."""
    known = visit.office.settings.accounts
    asked = visit.asked("akun") or next(iter(known), "")
    if asked not in known:
        raise HTTPException(404)
    return asked


def _month(said: str) -> Month:
    try:
        return Month.written(said)
    except ValueError:
        raise HTTPException(404) from None


def _months(visit: Visit, account: str) -> list[Month]:
    """Every month of which there is something to tell, the newest first."""
    with visit.office.database.reading() as connection:
        begins = evaluated_mark.begins(connection, account)
    today = visit.today()
    if begins is None:
        return []
    found = [Month(today.year, today.month)]
    while found[-1].first > begins:
        found.append(found[-1].previous)
    return found


def _tile(each: Mapping[str, Any]) -> dict[str, Any]:
    change = moved(each["value"], each["before"], each["form"])
    mood = ""
    if change is not None and change.way != "same" and each["key"] in GOOD_WHEN_UP:
        mood = "good" if change.way == "up" else "bad"
    return {
        "name": each["name"],
        "value": figure(each["value"], each["form"]),
        "before": figure(each["before"], each["form"]),
        "way": change.way if change is not None else "",
        "change": change.words if change is not None else "",
        "mood": mood,
        "note": each["note"],
    }


def _drawn(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Every chart of the page; None where there is too little for one."""
    known = doc["coverage"]["days"]
    segments = doc["posts"]["by_segment"]
    longest = max((max(each["planned"], each["out"] + each["failed"]) for each in segments), default=0)
    return {
        "known": known,
        "followers": charts.line(doc["followers"]["days"], known),
        "reach": charts.columns(doc["reach"]["days"], known),
        "online": charts.hours(doc["hours"]["online"]),
        "week": charts.week(doc["hours"]["cells"]) if doc["hours"]["enough"] else None,
        "labels": _beside(doc["messages"]["by_label"]),
        "topics": _beside(doc["messages"]["by_topic"]),
        "segments": [(each, _parts(each, longest)) for each in segments],
        "audience": {key: _alone(doc["audience"][key]) for key in ("age", "sex", "city")},
    }


def _beside(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], float, float]]:
    """Each row with two bars: this month's and the one before's."""
    now, before = charts.shares([row["count"] for row in rows], [row["before"] for row in rows])
    return list(zip(rows, now, before, strict=True))


def _alone(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], float]]:
    (bars,) = charts.shares([row["count"] for row in rows])
    return list(zip(rows, bars, strict=True))


def _parts(segment: Mapping[str, Any], longest: float) -> list[tuple[str, float, float]]:
    """What became of a segment's posts: kind, where its part of the bar begins and how long it is, 0 to 1."""
    parts = [("on_time", segment["on_time"]), ("late", segment["late"]), ("failed", segment["failed"])]
    parts.append(("rest", max(segment["planned"] - sum(number for _, number in parts), 0)))
    found, begin = [], 0.0
    for kind, number in parts:
        share = number / longest if longest else 0.0
        if share:
            found.append((kind, begin, share))
        begin += share
    return found


def _whole(value: float | None) -> str:
    """A median of people: half a person is none."""
    return "–" if value is None else count(round(value))


def _posts(visit: Visit, shown: Sequence[Mapping[str, Any]], account: str) -> list[dict[str, Any]]:
    """Posts with where their picture is and where they stand on the board and on Instagram."""
    with visit.office.database.reading() as connection:
        numbers = evaluated_mark.numbers_of(connection, account, [post["ig_media_id"] for post in shown])
    return [
        {
            **post,
            "number": numbers.get(post["ig_media_id"]),
            "link": post["permalink"] if _PERMALINK.fullmatch(post["permalink"] or "") else "",
            "rate_words": figure(None if post["rate"] is None else round(post["rate"], 1), "percent"),
            "src": _source(post, account, numbers),
        }
        for post in shown
    ]


def _source(post: Mapping[str, Any], account: str, numbers: Mapping[str, int]) -> str:
    """Our small picture of it, else the thumbnail of the post in the plan; empty where there is neither."""
    media_id = post["ig_media_id"]
    if post["picture"].startswith("pictures/"):
        return f"/laporan/gambar/{account}/{media_id}"
    return f"/posting/{numbers[media_id]}/kecil" if post["picture"] and media_id in numbers else ""


def picture(visit: Visit) -> Response:
    """The small picture of a post on Instagram that the evaluation shows."""
    account, media_id = visit.request.path_params["account"], visit.request.path_params["media_id"]
    if account not in visit.office.settings.accounts or not _MEDIA_ID.fullmatch(media_id):
        raise HTTPException(404)
    file = visit.office.settings.data_dir / "pictures" / account / f"{media_id}.jpg"
    if not file.is_file() or file.is_symlink():
        raise HTTPException(404)
    return FileResponse(file, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


def paper(visit: Visit) -> Response:
    """The month's evaluation as PDF or workbook, made now unless one of this very evaluation is there."""
    account = _account(visit)
    written, _, form = visit.request.path_params["paper"].rpartition(".")
    month = _month(written)
    if form not in KINDS or month not in _months(visit, account):
        raise HTTPException(404)
    file = visit.office.evaluations.paper(month, account, form, examples=_reads_messages(visit))
    name = f"evaluasi-{account}-{month}.{form}"
    return FileResponse(file, media_type=KINDS[form], filename=name, headers={"Cache-Control": "no-store"})


def _kept(visit: Visit, account: str) -> list[dict[str, Any]]:
    """The evaluations that the worker or somebody made before, as they were sent; the newest first."""
    folder = visit.office.settings.data_dir / "reports" / account
    found = []
    for file in folder.glob("evaluasi-*"):
        if (named := _KEPT.fullmatch(file.name)) and file.is_file() and not file.is_symlink():
            made = datetime.fromtimestamp(file.stat().st_mtime, visit.office.zone)
            found.append({"name": file.name, "month": _in_words(named["month"]), "made": made})
    return sorted(found, key=lambda each: str(each["name"]), reverse=True)


def _in_words(month: str) -> str:
    try:
        return Month.written(month).in_words
    except ValueError:
        return month


def kept_paper(visit: Visit) -> Response:
    """One of the evaluations that were made before; no other report, and nothing else of the disk."""
    account, name = _account(visit), visit.request.path_params["name"]
    if not (_KEPT.fullmatch(name) and _reads_messages(visit)):
        raise HTTPException(404)
    file = visit.office.settings.data_dir / "reports" / account / name
    if not file.is_file() or file.is_symlink():
        raise HTTPException(404)
    kind = KINDS[name.rpartition(".")[2]]
    return FileResponse(file, media_type=kind, filename=name, headers={"Cache-Control": "no-store"})


WAYS = (
    get("/laporan", figures, Right.SEE_FIGURES),
    get("/laporan/{paper}", paper, Right.SEE_FIGURES, aside=True),
    get("/laporan/tersimpan/{name}", kept_paper, Right.SEE_FIGURES),
    get("/laporan/gambar/{account}/{media_id}", picture, Right.SEE_FIGURES),
)
