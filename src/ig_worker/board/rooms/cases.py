"""Kasus: the register as a list, what is due next in front, for a thumb."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from ig_worker.board import case_words
from ig_worker.board.paging import LINES, Page, Place
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.rights import Right
from ig_worker.domain.text import shorten
from ig_worker.store import case_lists, crises
from ig_worker.store.case_files import CaseFile
from ig_worker.store.case_lists import Listed, Shelf, Wanted

EXCERPT = 140
"""Letters of what was written last, in a list."""

MOST_DANGERS = 50


@dataclass(frozen=True)
class Line:
    """A case in the list, as this user reads it."""

    number: str
    label: str
    topic: str
    unit: str
    assigned_to: str
    status: str
    severity: str
    due: case_words.Due | None
    said: str
    messages: int


def cases(visit: Visit) -> Response:
    """The list: a tab, filters, fifty lines."""
    wanted = _wanted(visit)
    now, place = visit.office.now(), Place.written(visit.asked("sesudah"))
    with visit.office.database.reading() as connection:
        above = place is None and wanted.shelf in (Shelf.OPEN, Shelf.LATE)
        dangers = case_lists.dangers(connection, wanted, now, MOST_DANGERS) if above else []
        after = None if place is None else (place.at, place.id)
        found = case_lists.page(connection, wanted, now, after, LINES + 1)
        counts = case_lists.counts(connection, wanted, now)
        units = case_lists.units(connection)
        storms = crises.listed(connection, open_only=True)
    page = Page.of(found, _place)
    asked = {name: visit.asked(name) for name in ("tab", "unit", "topik", "akun", "milik")}
    settings = visit.office.settings
    return visit.page(
        "cases.html",
        shelves=list(Shelf),
        shelf=wanted.shelf,
        counts=counts,
        dangers=[_line(visit, file) for file in dangers],
        lines=[_line(visit, each.file) for each in page.lines],
        next=page.next,
        first=place is None,
        query=asked,
        is_filtered=any(asked[name] for name in ("unit", "topik", "akun", "milik")),
        units=units if visit.user.only_unit is None else [],
        topics=list(settings.topics),
        accounts=list(settings.accounts) if len(settings.accounts) > 1 else [],
        crises=storms,
        words=case_words,
    )


def _wanted(visit: Visit) -> Wanted:
    tab = visit.asked("tab")
    return Wanted(
        shelf=Shelf(tab) if tab in set(Shelf) else Shelf.OPEN,
        unit=visit.asked("unit"),
        topic=visit.asked("topik"),
        account=visit.asked("akun"),
        assigned_to=visit.user.full_name if visit.asked("milik") else "",
        only_unit=visit.user.only_unit,
    )


def _place(listed: Listed) -> Place:
    return Place(listed.at, listed.file.row.id)


def _line(visit: Visit, file: CaseFile) -> Line:
    row = file.row
    # Masked before it is cut: half of a number would not be known as one.
    said = " ".join(case_words.words_of(visit, file.messages[-1].text).split()) if file.messages else ""
    return Line(
        number=row.number,
        label=row.label,
        topic=row.topic,
        unit=row.unit,
        assigned_to=row.assigned_to,
        status=row.status,
        severity=row.severity,
        due=case_words.next_due(visit, file),
        said=shorten(said, EXCERPT),
        messages=len(file.messages),
    )


WAYS = (get("/kasus", cases, Right.READ_CASES),)
