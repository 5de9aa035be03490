"""Whatever versions of a sheet come one after the other: one post a key, no crash, no row that is silently dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from planning_desk import Desk, empty_desk, row

from ig_worker.domain.publication import ACTIVE, Event, Happened, Status
from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.flows.planned_row import SETTLED

KEYS = ("P-01", "P-02", "P-03")
ACCOUNTS = ("polowijen", "arjosari")

cells = st.fixed_dictionaries(
    {},
    optional={
        "akun": st.sampled_from(ACCOUNTS),
        "jam": st.sampled_from(["08.00", "15.30", "pagi"]),
        "tanggal": st.sampled_from(["27/11/2026", "31/02/2026"]),
        "jenis": st.sampled_from(["gambar", "story", "carousel", "poster"]),
        "media": st.sampled_from(["satu.jpg", "dua.jpg", "satu.jpg; dua.jpg", ""]),
        "caption": st.sampled_from(["Posyandu", "Hubungi 081234567890", "x" * 2201, "\x00\ud83d🌸"])
        | st.text(max_size=40),
        "status": st.sampled_from(["draf", "disetujui", "batal", "", "oke"]),
        "verifikator": st.sampled_from(["dr. Wulan", "Rina", ""]),
        "ada_pasien": st.sampled_from(["ya", "tidak"]),
        "persetujuan_pasien": st.sampled_from(["", "SP-12"]),
    },
)
rows = st.lists(st.tuples(st.sampled_from(KEYS), cells), max_size=4)
MEANWHILE = {
    "nothing": (),
    "prepared": (Happened(Event.START), Happened(Event.CONTAINER_MADE, container_id="178")),
    "published": (
        Happened(Event.START),
        Happened(Event.CONTAINER_MADE, container_id="178"),
        Happened(Event.CONTAINER_READY),
        Happened(Event.INTEND),
        Happened(Event.OUT),
    ),
    "late": (Happened(Event.HOLD, reason="late"),),
    "failed": (Happened(Event.FAIL, reason="refused"),),
    "cancelled": (Happened(Event.CANCEL),),
}
versions = st.lists(
    st.tuples(rows, st.sampled_from(["a.csv", "b.csv"]), st.sampled_from(sorted(MEANWHILE))), max_size=7
)


# Shrinking a history takes minutes, and what is found is short enough to be read.
@settings(max_examples=80, deadline=None, phases=[Phase.generate])
@given(versions)
def test_no_sequence_of_sheets_doubles_a_post_or_drops_a_row(
    history: list[tuple[list[tuple[str, dict[str, Any]]], str, str]],
) -> None:
    with empty_desk(*ACCOUNTS) as desk:
        for version, source, meanwhile in history:
            sheet = [
                row(key, number, **{"akun": "polowijen", **changes})
                for number, (key, changes) in enumerate(version, 2)
            ]
            _import_and_look(desk, sheet, source)
            _let_happen(desk, meanwhile)


def _import_and_look(desk: Desk, sheet: list[SheetRow], source: str) -> None:
    settled = {post: was for post, was in _posts(desk).items() if was[0] in SETTLED}
    tried = desk.take(*sheet, source=source, dry_run=True)
    result = desk.take(*sheet, source=source)
    assert tried == result, "a dry run says what will happen"
    taken = result.added + result.changed + result.unchanged
    refused = {line.split(",")[0].removeprefix("Baris ") for line in result.problems}
    assert len(taken) + len(refused) == len(sheet), "a row was dropped in silence, or counted twice"
    assert {line.cells["kode"] for line in sheet if str(line.number) not in refused} == set(taken)
    assert len(taken) == len(set(taken))
    now = _posts(desk)
    live = [
        columns["key"]
        for columns, _ in desk.rows()
        if columns["status"] in ACTIVE and columns["source"] == source
    ]
    assert len(live) == len(set(live)), "the same row waits to go out twice"
    for post, was in settled.items():
        assert now[post] == was, "what is out was changed"
    for key in set(taken) & set(live) & set(result.waiting):
        raise AssertionError(f"{key} waits for an approval and goes out")
    again = desk.take(*sheet, source=source)
    assert (again.added, again.changed, again.held) == ([], [], [])
    assert (again.waiting, again.problems) == (result.waiting, result.problems)
    assert _posts(desk) == now


def _posts(desk: Desk) -> dict[tuple[str, str], tuple[Status, str]]:
    return {
        (columns["account"], columns["key"]): (Status(columns["status"]), columns["caption"])
        for columns, _ in desk.rows()
    }


def _let_happen(desk: Desk, meanwhile: str) -> None:
    """The publisher or a person takes one of the approved posts on."""
    for columns, _ in desk.rows():
        if columns["status"] == Status.APPROVED:
            for happened in MEANWHILE[meanwhile]:
                media_id = f"media-{columns['id']}" if happened.event is Event.OUT else ""
                desk.happen(
                    replace(happened, media_id=media_id), key=columns["key"], account=columns["account"]
                )
            return
