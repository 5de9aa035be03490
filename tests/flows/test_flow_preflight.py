"""What is held against a post that waits in the queue, before Instagram is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest
from planning_desk import WIB, Desk, empty_desk, row

from fakes.bench import ACCOUNT
from ig_worker.domain.planning import PlannedPost, plan_row
from ig_worker.store import posts


@pytest.fixture
def desk() -> Iterator[Desk]:
    with empty_desk() as empty:
        yield empty


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {
            "jenis": "carousel",
            "media": "a.jpg; https://contoh.id/b.jpg",
            "tag": "dinkes.malang (0.5, 0.8); bidan",
        },
        {"jenis": "reel", "media": "a.mp4", "thumb_offset": "1500", "bagikan_ke_feed": "tidak", "tag": "ibi"},
        {"jenis": "story", "caption": "", "mendesak": "ya", "segmen": "Hari Besar", "tag": "ibi"},
        {
            "kolaborator": "dinkes;kemenkes",
            "lokasi": "1234567",
            "komentar_pertama": "Salam 🌸",
            "alt_text": "a\nb",
        },
        {"ada_pasien": "ya", "persetujuan_pasien": "PC-1", "redaksi": "Sari", "penanggung_jawab": "Nur Aini"},
    ],
)
def test_a_kept_post_asks_for_what_its_row_asked_for(desk: Desk, cells: dict[str, str]) -> None:
    written = row(**cells)
    desk.take(written)
    asked = plan_row(written.number, written.cells, accounts=(ACCOUNT,), zone=WIB)
    assert isinstance(asked, PlannedPost)
    kept = posts.as_planned(desk.post())
    assert kept == asked
    assert kept.scheduled_at.tzinfo is UTC
