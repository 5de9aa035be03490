"""One post: as Instagram would show it, what was found, what is to be decided, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from ig_worker.board.rooms.posts.choices import Choices, choices_of
from ig_worker.board.rooms.posts.pictures import slides_of, stored
from ig_worker.board.visit import Visit, own_address
from ig_worker.board.ways import get
from ig_worker.domain.approval import VERIFIER, Answer, Judgement, roles_in_words
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right
from ig_worker.domain.text import shorten
from ig_worker.flows.planning.approving import GOING
from ig_worker.flows.planning.confirming import SAW_NOTHING
from ig_worker.flows.planning.deciding import seen_of
from ig_worker.store import accounts, approvals, crises, first_comments, journal, publishing
from ig_worker.store.posts import StoredPost, as_planned

FOLDED = 125
"""So many letters of a caption, in at most two lines, Instagram shows before "more"."""

_SAID_ELSEWHERE = {"approval_missing", "waiting", "time_over"}
"""Findings that the sentence about the post's state says already."""


@dataclass(frozen=True)
class Wrong:
    """What was typed into one of the forms, and the sentence that says why it was not done."""

    form: str
    typed: Mapping[str, str]
    sentence: str


def post(visit: Visit) -> Response:
    """The page of one post."""
    return shown(visit)


def shown(visit: Visit, status: int = 200, wrong: Wrong | None = None) -> Response:
    """The page as the post is now; with what was typed where a decision could not be carried out."""
    desk, now = visit.office.desk, visit.office.now()
    found = stored(visit)
    with visit.office.database.reading() as connection:
        given = approvals.of(connection, found.id)
        entries = journal.of(connection, f"post:{found.id}")
        comment = first_comments.of(connection, found.id)
        account = accounts.get(connection, found.account)
        paused = crises.pausing(connection).get(found.account)
    approving = desk.approving
    judged = approving.judgement(found, given)
    choices = choices_of(visit, approving, found, given, judged)
    findings = desk.preflight.look(found, now, online=False, trying=False)
    head, rest = folded(found.row.caption)
    slides = slides_of(desk.previews, found)
    back = visit.said("kembali") or visit.asked("kembali")
    cover = found.cover
    return visit.page(
        "post.html",
        status,
        post=found,
        row=found.row,
        plan=as_planned(found),
        seen=seen_of(found, given),
        given=[each for each in given if each.content_hash == found.row.content_hash != ""],
        choices=choices,
        findings=[each for each in findings if each.code not in _SAID_ELSEWHERE],
        slides=[slide for slide in slides if cover is None or slide.position != cover.position],
        cover=next(
            (slide for slide in slides if cover is not None and slide.position == cover.position), None
        ),
        head=head,
        rest=rest,
        username=(account.username if account is not None else "") or found.account,
        first_comment=comment,
        entries=entries,
        next=_what_is_next(visit, found, judged, paused, now),
        wrong=wrong,
        wrong_yes=choices_sentences(visit, choices),
        back=own_address(back) if back else "",
        permalink=_web_address(found.row.permalink),
    )


def folded(caption: str) -> tuple[str, str]:
    """What Instagram shows of a caption at once, and the rest; no sign is cut in two."""
    lines = caption.split("\n")
    two = "\n".join(lines[:2])
    if len(two) > FOLDED:
        two = shorten(two, FOLDED + 1).removesuffix("…")
    return two, caption[len(two) :]


def choices_sentences(visit: Visit, choices: Choices) -> list[str]:
    """Why this user's yes, though it is wanted, could not count now."""
    return [visit.t(f"post.not.{each.why.value}", detail=each.detail) for each in choices.obstacles]


def _what_is_next(
    visit: Visit,
    found: StoredPost,
    judged: Judgement,
    crisis: int | None,
    now: datetime,
) -> str:
    """The post's state in a sentence, with what happens next."""
    status, row = found.publication.status, found.row
    values: dict[str, Any] = {
        "at": visit.shown(row.scheduled_at),
        "reason": reason_said(visit, row.last_error),
    }
    key = status.value
    if status is Status.DRAFT:
        if row.last_error:
            key = "sent_back"
        elif not row.content_hash:
            key = "fetching"
        elif judged.missing:
            values["roles"] = roles_in_words(judged.missing)
        elif judged.answer is Answer.HOLD:
            key = "draft_held"
    elif status in GOING:
        key = "paused" if crisis is not None and publishing.waits_in_a_crisis(found, now) else "going"
    elif status is Status.PUBLISHED:
        values["at"] = visit.shown(row.published_at)
    values.setdefault("roles", roles_in_words((VERIFIER,)))
    return visit.t(f"post.next.{key}", **values)


def reason_said(visit: Visit, reason: str) -> str:
    """Why a post waits; what the program keeps in English is said in the reader's language."""
    if reason.endswith(SAW_NOTHING):
        return visit.t("post.seen_not_out", who=reason.removesuffix(SAW_NOTHING).strip())
    return reason


def _web_address(permalink: str) -> str:
    return permalink if permalink.startswith("https://") else ""


WAYS = (get("/posting/{number}", post, Right.SEE_PLAN),)
