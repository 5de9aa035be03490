"""The register book to take along: as a workbook, a table, or a paper to sign."""

from __future__ import annotations

from starlette.responses import Response

from ig_worker import aside
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.month import Month
from ig_worker.domain.rights import Right
from ig_worker.store import register

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
MOST_MONTHS = 36
"""That can be chosen one by one; all of them are in the whole book."""


def choose(visit: Visit) -> Response:
    """Which month, which form, whose account."""
    return _page(visit)


def take(visit: Visit) -> Response:
    """The book as a download. Who takes a full one is written into the journal before it is handed out."""
    from ig_worker.register_desk import bookkeeper

    form, said, account = visit.said("bentuk"), visit.said("bulan"), visit.said("akun")
    months = {str(month): month for month in _months(visit)}
    known_account = account == "" or account in visit.office.settings.accounts
    if form not in FORMS or (said and said not in months) or not known_account:
        return _page(visit, 422, wrong=visit.t("case.wrong_choice"))
    full = visit.ticked("lengkap") and visit.user.full_texts
    keeper = bookkeeper(visit.office.settings, visit.office.database, visit.office)
    month, name = months.get(said), account or None
    # Not below reports: what somebody takes is theirs, and a full book must not be left lying about.
    with aside.folder(visit.office.settings.data_dir) as folder:
        file = folder / keeper.path(form, month, name, full=full).name
        count = keeper.export(form, file, month, name, full_for=visit.user.full_name if full else "")
        content = file.read_bytes()
    if not count and form == "csv":
        # A workbook and a paper say it themselves; a table would be a line of heads.
        when = month.in_words if month is not None else visit.t("list.all")
        return _page(visit, empty=visit.t("case.register_empty", month=when))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=FORMS[form], headers=headers)


def _page(visit: Visit, status: int = 200, wrong: str = "", empty: str = "") -> Response:
    with visit.office.database.reading() as connection:
        opened = register.opened_by_month(connection, visit.office.zone)
    return visit.page(
        "register.html",
        status,
        months=[
            ("", visit.t("case.register_all", count=sum(opened.values()))),
            *((str(month), _counted(visit, month, opened.get(month, 0))) for month in _months(visit)),
        ],
        this_month=str(_months(visit)[0]),
        forms=[(form, visit.t(f"case.register_{form}")) for form in FORMS],
        accounts=list(visit.office.settings.accounts),
        wrong=wrong,
        empty=empty,
    )


def _counted(visit: Visit, month: Month, count: int) -> str:
    key = "case.register_count" if count else "case.register_none"
    return visit.t(key, month=month.in_words, count=count)


def _months(visit: Visit) -> list[Month]:
    """From this month back to that of the first case, the newest first."""
    with visit.office.database.reading() as connection:
        first = register.first_opened(connection)
    today = visit.today()
    found = [Month(today.year, today.month)]
    begins = first.astimezone(visit.office.zone).date() if first is not None else today
    while found[-1].first > begins and len(found) < MOST_MONTHS:
        found.append(found[-1].previous)
    return found


WAYS = (
    get("/kasus/register", choose, Right.EXPORT_REGISTER),
    post("/kasus/register", take, Right.EXPORT_REGISTER),
)
