"""A row that is corrected after its post went out does not put out a second version; long imports leave others room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from planning_desk import WIB, Desk, empty_desk, row

from ig_worker.domain.publication import Event, Happened, decide
from ig_worker.domain.publication import Rules as PublishingRules
from ig_worker.flows.planning import turns
from ig_worker.flows.planning.turns import Turns
from ig_worker.store import accounts

INTENDED = (
    Happened(Event.START),
    Happened(Event.CONTAINER_MADE, container_id="1"),
    Happened(Event.CONTAINER_READY),
    Happened(Event.INTEND),
)
OUT = (*INTENDED, Happened(Event.OUT, media_id="9"))
UNCONFIRMED = (*INTENDED, Happened(Event.GIVE_UP, reason="tidak ada kabar"))


@pytest.fixture
def desk() -> Iterator[Desk]:
    with empty_desk("polowijen", "arjosari") as empty:
        yield empty


def only_key(desk: Desk) -> str:
    ((columns, _),) = desk.rows()
    return str(columns["key"])


def new_key(desk: Desk, old: str) -> str:
    (key,) = [columns["key"] for columns, _ in desk.rows() if columns["key"] != old]
    return str(key)


@pytest.mark.parametrize("happened", [INTENDED, OUT, UNCONFIRMED])
@pytest.mark.parametrize("corrected", [{"caption": "Posyandu lusa"}, {"jam": "10.00"}, {"kode": "P-001"}])
def test_a_row_corrected_after_its_post_went_out_is_held(
    desk: Desk, corrected: dict[str, str], happened: tuple[Happened, ...]
) -> None:
    before = row(akun="polowijen", kode="P-01" if "kode" in corrected else "")
    desk.take(before)
    old = only_key(desk)
    desk.happen(*happened, key=old)
    result = desk.take(row(akun="polowijen", **{"kode": "", **corrected}))
    key = new_key(desk, old)
    post = desk.post(key)
    assert (result.added, post.publication.status) == ([key], "held")
    assert result.waiting[key].startswith(f"barisnya menggantikan {old}, yang ")
    assert decide(post.publication, desk.clock.now(), PublishingRules()).step == "nothing"
    again = desk.take(row(akun="polowijen", **{"kode": "", **corrected}))
    assert (again.unchanged, again.waiting) == ([key], result.waiting)


def test_an_import_tells_the_same_of_it_where_nobody_is_named_as_its_verifier(desk: Desk) -> None:
    desk.take(row(akun="polowijen", kode="P-01"))
    desk.happen(*OUT, key="P-01")
    corrected = row(akun="polowijen", kode="P-02", verifikator="")
    result = desk.take(corrected)
    assert result.waiting["P-02"].startswith("barisnya menggantikan P-01")
    assert desk.take(corrected).waiting == result.waiting


def test_the_sheet_approves_what_replaces_a_post_only_after_it_was_a_draft(desk: Desk) -> None:
    desk.take(row("P-01", akun="polowijen"))
    desk.happen(*OUT)
    desk.take(row("P-02", akun="polowijen"))
    desk.take(row("P-02", akun="polowijen", segmen="Pengumuman"))
    assert desk.status("P-02") == "draft"
    desk.take(row("P-02", akun="polowijen", status="draf"))
    desk.take(row("P-02", akun="polowijen"))
    assert desk.status("P-02") == "approved"


@pytest.mark.parametrize(
    "other",
    [{"akun": "arjosari"}, {"tanggal": "03/12/2026"}, {"jam": "10.00", "caption": "Jadwal imunisasi"}],
)
def test_a_new_row_that_replaces_nothing_goes(desk: Desk, other: dict[str, str]) -> None:
    desk.take(row("P-01", akun="polowijen"))
    desk.happen(*OUT)
    cells = {"akun": "polowijen", **other}
    desk.take(row("P-02", **cells))
    assert desk.status("P-02", account=cells["akun"]) == "approved"


def test_a_new_row_beside_the_one_that_went_out_goes(desk: Desk) -> None:
    desk.take(row("P-01", akun="polowijen"))
    desk.happen(*OUT)
    desk.take(row("P-01", akun="polowijen"), row("P-02", number=3, akun="polowijen"))
    assert desk.status("P-02") == "approved"


def test_a_row_of_another_sheet_replaces_nothing(desk: Desk) -> None:
    desk.take(row("P-01", akun="polowijen"), source="november.csv")
    desk.happen(*OUT)
    desk.take(row("P-02", akun="polowijen"), source="kegiatan.csv")
    assert desk.status("P-02") == "approved"


def test_what_is_held_beside_others_leaves_their_rows_as_they_are(desk: Desk) -> None:
    desk.take(row("P-01", akun="polowijen"))
    desk.happen(*OUT)
    desk.take(
        row("P-02", akun="polowijen", jam="11.00", caption="Lain"), row("P-03", number=3, akun="polowijen")
    )
    assert [desk.post(key).row.approval_void for key in ("P-02", "P-03")] == [False, True]
    assert [desk.status(key) for key in ("P-02", "P-03")] == ["approved", "held"]


@pytest.mark.parametrize("nothing_new", [{"segmen": "Pengumuman"}, {"redaksi": "Sari"}, {"mendesak": "ya"}])
def test_what_a_person_has_to_decide_is_not_decided_by_a_column_beside_it(
    desk: Desk, nothing_new: dict[str, str]
) -> None:
    desk.take(row(akun="polowijen"))
    desk.happen(*UNCONFIRMED, Happened(Event.NOT_OUT, reason="Bu Ani saw that it is not out"))
    result = desk.take(row(akun="polowijen", **nothing_new))
    assert (result.changed, desk.status()) == (["P-01"], "held")
    assert result.waiting == {"P-01": "Bu Ani saw that it is not out"}
    desk.take(row(akun="polowijen", jam="13.00", **nothing_new))
    assert desk.status() == "approved"


def test_after_long_writing_the_others_get_their_turn(desk: Desk) -> None:
    pauses: list[float] = []
    ticks = iter([0.0, 0.25, 1.0, 1.25, 2.0, 2.25, 3.0, 3.05])
    writing = Turns(desk.database, give_way=pauses.append, stopwatch=lambda: next(ticks))
    told = []
    for _ in range(4):
        with writing.writing() as connection:
            accounts.known(connection, "polowijen", "1", "puskesmas")
        told.append(list(pauses))
    assert told == [[], [], [turns.TURN], [turns.TURN]]


def test_a_dry_run_of_many_rows_leaves_nothing(desk: Desk) -> None:
    many = [
        row(f"P-{n}", number=n + 2, akun="polowijen", caption=f"Nomor {n}")
        for n in range(turns.AT_ONCE * 2 + 3)
    ]
    assert len(desk.take(*many, dry_run=True).added) == len(many)
    assert desk.rows() == []
    assert len(desk.take(*many).added) == len(desk.rows()) == len(many)
    assert len(desk.take(many[0], dry_run=True).held) == len(many) - 1
    assert {columns["status"] for columns, _ in desk.rows()} == {"approved"}
    assert {columns["scheduled_at"].astimezone(WIB).hour for columns, _ in desk.rows()} == {9}
