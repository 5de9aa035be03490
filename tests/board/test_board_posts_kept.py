"""What nobody gets round: a person's hold, the yes of somebody else, and being who one is under another name."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from board_centre import NAMES, NOW, Browser, Centre
from posting import HASH, forms, plan, seen, set_values, status, stored
from posting import picture as image
from test_board_import import csv, packed, picture, row, take, upload

from ig_worker.board import serving
from ig_worker.board.office import LOOKS_AT_ONCE
from ig_worker.board.rooms.posts import pictures
from ig_worker.clock import stopwatch
from ig_worker.domain.approval import HOLDER, VERIFIER, Approval
from ig_worker.domain.instagram import Kind
from ig_worker.domain.rights import Role
from ig_worker.media import own_process
from ig_worker.store import approvals, posts

HELD = f"ditahan oleh {NAMES[Role.HEAD]}: tunggu dinas"
BOTH = '[posts]\nrequired_roles = ["verifikator", "penanggung_jawab"]\n'


def bring(browser: Browser, **cells: str) -> int:
    """Somebody uploads the sheet with this row, and has it taken; returns the post's number."""
    take(browser, upload(browser, packed(csv(row(**cells)), a_jpg=picture())))
    with browser.centre.database.reading() as connection:
        (post,) = posts.listed(connection)
    return post.id


def hold(centre: Centre, post_id: int) -> None:
    """The head stops it."""
    head = centre.browser(Role.HEAD)
    mark = seen(head.get(f"/posting/{post_id}"))
    head.post(f"/posting/{post_id}/tahan", {"alasan": "tunggu dinas", "seen": mark})
    assert stored(centre, post_id).row.last_error == HELD


@pytest.fixture(autouse=True)
def patient(centre: Centre) -> None:
    """A busy machine may take longer than people are kept waiting."""
    centre.office.imports.patience = 60.0


@pytest.mark.parametrize(
    "cells", [{"caption": "Minum air"}, {"status": "draf"}, {"status": "draf", "caption": "Minum air"}]
)
def test_no_upload_ends_a_persons_hold(centre: Centre, cells: dict[str, str]) -> None:
    agreed = {"status": "disetujui", "verifikator": "Bidan Ratna"}
    post_id = bring(centre.browser(Role.VERIFIER), **agreed)
    hold(centre, post_id)
    bring(centre.browser(Role.MAKER), **{**agreed, **cells})
    after = stored(centre, post_id).row
    assert (after.status, after.last_error, after.approved_by) == ("held", HELD, "")
    bring(centre.browser(Role.VERIFIER), **{**agreed, **cells, "status": "draf"})
    bring(centre.browser(Role.VERIFIER), **{**agreed, **cells})
    assert status(centre, post_id) == "held"


def test_a_draft_row_takes_nothing_from_what_was_approved_on_the_board_and_is_held(centre: Centre) -> None:
    post_id = bring(centre.browser(Role.MAKER))
    verifier = centre.browser(Role.VERIFIER)
    mark = seen(verifier.get(f"/posting/{post_id}"))
    verifier.post(f"/posting/{post_id}/setujui", {"sebagai": VERIFIER, "seen": mark})
    hold(centre, post_id)
    bring(centre.browser(Role.MAKER), jam="10.00")
    after = stored(centre, post_id).row
    assert (after.status, after.last_error, after.approved_by) == ("held", HELD, "Bidan Ratna")


def test_the_holders_yes_does_not_end_the_heads_hold(open_centre: Callable[..., Centre]) -> None:
    centre = open_centre(more=BOTH)
    post_id = plan(centre, responsible="dr. Bagus")
    with centre.database.writing() as connection:
        approvals.put(connection, post_id, Approval(VERIFIER, "Bu Ani", HASH), NOW)
    hold(centre, post_id)
    holder = centre.browser(Role.HOLDER)
    mark = seen(holder.get(f"/posting/{post_id}"))
    holder.post(f"/posting/{post_id}/setujui", {"sebagai": HOLDER, "seen": mark})
    after = stored(centre, post_id).row
    assert (after.status, after.last_error, after.approved_by) == ("held", HELD, "Bu Ani, dr. Bagus")
    verifier = centre.browser(Role.VERIFIER)
    mark = seen(verifier.get(f"/posting/{post_id}"))
    verifier.post(f"/posting/{post_id}/ulang", {"seen": mark})
    assert status(centre, post_id) == "approved"


@pytest.mark.parametrize("verified_by", ["", "Siti Maesaroh"])
def test_no_maker_brings_the_yes_that_a_row_still_lacks(centre: Centre, verified_by: str) -> None:
    maker = centre.browser(Role.MAKER)
    post_id = bring(maker)
    set_values(centre, post_id, sheet_status="disetujui", verified_by=verified_by, row_hash="x" * 64)
    bring(maker, status="disetujui", verifikator="Bidan Ratna")
    after = stored(centre, post_id).row
    assert (after.status, after.approved_by) == ("draft", "")


def test_under_another_name_nobody_verifies_what_they_made(centre: Centre) -> None:
    post_id = plan(
        centre, source="papan:P-01", source_row=0, made_by="bidan ratna.", responsible="Bidan Ratna"
    )
    both = centre.browser(Role.VERIFIER, Role.MAKER, name="ratna")
    admin = centre.browser(Role.ADMIN)
    form = admin.get("/pengaturan/pengguna/1")
    fields = {"full_name": "Ratna Sari, A.Md.Keb", "roles": "verifikator", "full_texts": "0"}
    done = admin.post("/pengaturan/pengguna/1/ubah", {**fields, "seen": seen(form)})
    assert done.status_code == 200
    both.come_in(1)
    page = both.get(f"/posting/{post_id}")
    assert "setujui" not in forms(page)
    refused = both.post(f"/posting/{post_id}/setujui", {"sebagai": VERIFIER, "seen": seen(page)})
    assert (refused.status_code, status(centre, post_id)) == (403, "draft")
    after = stored(centre, post_id).row
    assert (after.made_by, after.responsible) == ("Ratna Sari, A.Md.Keb", "Ratna Sari, A.Md.Keb")


def test_no_page_waits_for_pictures_that_are_being_made(centre: Centre, tmp_path: Path) -> None:
    slides = range(10)  # a carousel has no more
    files = [image(tmp_path, f"{number}.jpg") for number in slides]
    post_id = plan(centre, Kind.CAROUSEL, files=files)
    with ThreadPoolExecutor(len(slides) + pictures.THUMBNAILS_WAITING + 3) as pool:
        with own_process._one_at_a_time:  # somebody's large picture
            asked = [
                pool.submit(centre.browser(Role.MAKER).get, f"/posting/{post_id}/gambar/{number}")
                for number in slides
            ]
            # A calendar's thumbnails take no place from a post's own pictures.
            small = [
                pool.submit(centre.browser(Role.MAKER).get, f"/posting/{post_id}/kecil")
                for _ in range(pictures.THUMBNAILS_WAITING)
            ]
            late = stopwatch() + 30
            while pictures._thumbnails._value or pictures._pictures._value > pictures.PICTURES_WAITING - 10:
                assert stopwatch() < late
            assert centre.browser(Role.MAKER).get(f"/posting/{post_id}/kecil").status_code == 404
            page = pool.submit(centre.browser(Role.MAKER).get, "/posting")
            assert page.result(20).status_code == 200
        assert [each.result(60).status_code for each in asked] == [200] * len(slides)
        assert {each.result(60).status_code for each in small} == {200}
    assert pictures.PICTURES_WAITING + pictures.THUMBNAILS_WAITING < serving.AT_ONCE - LOOKS_AT_ONCE
