"""Whatever versions of a sheet come one after the other: one post a key, no crash, no row that is silently dropped."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from planning_desk import WIB, Desk, empty_desk, row

from fakes.bench import PlainStaging
from ig_worker.domain.errors import MediaRejected, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.domain.planning import PlannedPost, approval_gap, content_hash, plan_row
from ig_worker.domain.publication import ACTIVE, Event, Happened, Status
from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.flows.planning.planned_row import SETTLED
from ig_worker.store import approvals, posts

KEYS = ("P-01", "P-02", "P-03")
ACCOUNTS = ("polowijen", "arjosari")

ADDRESSES = ("https://awan.example/a", "https://awan.example/hilang", "https://awan.example/diam")

cells = st.fixed_dictionaries(
    {},
    optional={
        "akun": st.sampled_from(ACCOUNTS),
        "jam": st.sampled_from(["08.00", "15.30", "pagi"]),
        "tanggal": st.sampled_from(["27/11/2026", "31/02/2026"]),
        "jenis": st.sampled_from(["gambar", "story", "carousel", "reel", "poster"]),
        "media": st.sampled_from(["satu.jpg", "dua.jpg", "satu.jpg; dua.jpg", "", *ADDRESSES]),
        "sampul": st.sampled_from(["sampul.jpg", ADDRESSES[0]]),
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
    "gathered": (),
    "other bytes": (),
    "an hour": (),
}
versions = st.lists(
    st.tuples(rows, st.sampled_from(["a.csv", "b.csv"]), st.sampled_from(sorted(MEANWHILE))), max_size=7
)


class Cloud(PlainStaging):
    """Local files that somebody may save again, one address that answers, one that is gone, one that is silent."""

    saved = 0

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        if written.endswith("hilang"):
            raise MediaRejected("Alamat awan.example/hilang menjawab 404", cure="Tulis alamat yang benar.")
        if written.endswith("diam"):
            raise Unanswered("awan.example/diam tidak menjawab", cure="Dicoba lagi nanti.")
        version = 0 if written.startswith("https://") else self.saved
        return Path(written).name, hashlib.sha256(f"{written} {version}".encode()).hexdigest()


# Shrinking a history takes minutes, and what is found is short enough to be read.
@settings(max_examples=80, deadline=None, phases=[Phase.generate])
@given(versions)
def test_no_sequence_of_sheets_doubles_a_post_or_drops_a_row(
    history: list[tuple[list[tuple[str, dict[str, Any]]], str, str]],
) -> None:
    with empty_desk(*ACCOUNTS) as desk:
        desk.staging = staging = Cloud()
        approved: set[str] = set()
        for version, source, meanwhile in history:
            sheet = [
                row(key, number, **{"akun": "polowijen", **changes})
                for number, (key, changes) in enumerate(version, 2)
            ]
            approved |= _approved_in(sheet, staging)
            _import_and_look(desk, sheet, source)
            _nothing_goes_that_nobody_approved(desk, approved)
            if meanwhile == "other bytes":
                staging.saved += 1
            if meanwhile == "an hour":
                desk.clock.forward(timedelta(hours=1))
            if meanwhile in {"gathered", "an hour"}:
                desk.gather()
                _nothing_goes_that_nobody_approved(desk, approved)
            _let_happen(desk, meanwhile)


def _approved_in(sheet: list[SheetRow], staging: Cloud) -> set[str]:
    """The contents to which this version of the sheet says yes."""
    planned = [plan_row(line.number, line.cells, accounts=ACCOUNTS, zone=WIB) for line in sheet]
    return {
        _content(post, staging)
        for post in planned
        if isinstance(post, PlannedPost) and not approval_gap(post)
    }


def _content(post: PlannedPost, staging: Cloud) -> str:
    """What the public would see, with the bytes that lie beside the sheet now."""
    files = [*post.media, *([post.cover] if post.kind is Kind.REEL and post.cover else [])]
    usable = [written for written in files if not written.endswith(("hilang", "diam"))]
    return content_hash(post, [staging.keep_original(written, Path())[1] for written in usable])


def _nothing_goes_that_nobody_approved(desk: Desk, approved: set[str]) -> None:
    with desk.database.reading() as connection:
        for post in posts.listed(connection):
            if post.publication.status in ACTIVE:
                assert post.row.approved_hash == post.row.content_hash
                assert post.row.content_hash in approved, "nobody has approved this content"
                given = {each.role: each.content_hash for each in approvals.of(connection, post.id)}
                assert given.get("verifikator") == post.row.content_hash


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
