"""A comment that exposes somebody is told of once, and hidden by nobody but a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from message_desk import HOUR, Desk

from fakes.bench import ACCOUNT, bench_database, outbox
from ig_worker.domain.instagram import Kind
from ig_worker.flows.casework.exposure import Exposures
from ig_worker.store import journal

EXPOSING = "bu Ani tetangga saya kena TBC, NIK 3573014107900001"
DAY = timedelta(days=1)


class Watched(Desk):
    """An account that is read, with a post under which people write."""

    media = ""

    def begin(self, *teams: str) -> str:
        """Somebody is named, there is a post, and the account was read before; returns the post."""
        self.media = self.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
        self.outbox = outbox(*(teams or ("complaint_team", "operators", "on_duty")))
        self.exposures = Exposures(ACCOUNT, self.database, self.outbox, self.clock)
        self.poll()
        return self.media

    def look(self) -> list[Any]:
        """Read, look for exposures twice, and return what was told of them."""
        self.poll(6 * HOUR)
        self.exposures.run()
        self.exposures.run()
        return [notice for notice in self.notices() if notice.key.startswith("exposure:")]


@pytest.fixture
def desk() -> Iterator[Watched]:
    with bench_database() as database:
        yield Watched(database)


def test_the_team_is_asked_once_with_the_link_and_the_command_and_without_names(desk: Watched) -> None:
    comment = desk.instagram.comment(desk.begin(), "sari_malang", EXPOSING)
    (notice,) = desk.look()
    (message,) = [each for each in desk.stored() if each.ig_id == comment]
    assert message.exposes == "NIK atau nomor KK, keterangan kesehatan seseorang yang disebut namanya"
    assert message.exposure_told_at is not None
    assert not message.hidden
    assert notice.team == "complaint_team"
    assert notice.title == f"Data pribadi di komentar nomor {message.id}"
    assert "“bu A••• tetangga saya kena TBC, NIK 35••••••••••••01”" in notice.body
    assert f"ig-worker inbox hide {message.id} --by NAMA" in notice.body
    assert "Tautan: https://" in notice.body
    for name in ("Ani", "sari", "3573014107900001"):
        assert name not in notice.body
    with desk.database.reading() as connection:
        history = [entry.what for entry in journal.of(connection, f"message:{message.id}")]
    assert history[-1] == f"complaint_team is asked whether to hide it: {message.exposes}"
    assert "hide_comment" not in desk.instagram.calls
    assert desk.look() == [notice]


def test_an_edit_is_judged_again(desk: Watched) -> None:
    comment = desk.instagram.comment(desk.begin(), "sari", "antrean lama")
    assert desk.look() == []
    desk.instagram.edit_comment(comment, EXPOSING)
    assert len(desk.look()) == 1
    desk.instagram.edit_comment(comment, f"{EXPOSING} ya")
    assert len(desk.look()) == 1
    desk.instagram.edit_comment(comment, "maaf, sudah saya hapus")
    assert len(desk.look()) == 1
    (message,) = [each for each in desk.stored() if each.ig_id == comment]
    assert message.exposes == ""
    desk.instagram.edit_comment(comment, "pak Joko positif HIV")
    assert len(desk.look()) == 2


def test_what_nobody_can_read_any_more_raises_no_alarm(desk: Watched) -> None:
    media = desk.begin()
    hidden, deleted = (desk.instagram.comment(media, name, EXPOSING) for name in ("sari", "budi"))
    desk.poll()
    desk.instagram.staff_hide(hidden)
    desk.instagram.delete_comment(deleted)
    assert desk.look() == []
    desk.instagram.staff_hide(hidden, hide=False)
    assert len(desk.look()) == 1


def test_a_direct_message_exposes_nobody(desk: Watched) -> None:
    desk.begin()
    desk.instagram.message("sari", EXPOSING)
    assert desk.look() == []
    assert [message.exposes for message in desk.stored()] == [""]


def test_the_centres_own_comment_is_to_be_deleted_by_hand(desk: Watched) -> None:
    media = desk.begin()
    desk.instagram.comment(media, desk.instagram.me.username, "@siti hasil tes HIV Anda positif")
    (notice,) = desk.look()
    assert "mohon dihapus lewat aplikasi Instagram" in notice.body
    assert "inbox hide" not in notice.body


def test_old_comments_are_counted_in_the_first_summary_and_told_of_nowhere_else(desk: Watched) -> None:
    media = desk.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    desk.instagram.comment(media, "sari", EXPOSING)
    desk.clock.forward(3 * DAY)
    desk.begin()
    assert desk.look() == []
    (summary,) = desk.notices()
    assert "1 komentar lama tampaknya memuat data kesehatan atau nomor pribadi" in summary.body
    assert "inbox list --exposing" in summary.body


def test_it_waits_until_somebody_is_named(desk: Watched, caplog: pytest.LogCaptureFixture) -> None:
    media = desk.begin("content_team")
    desk.instagram.comment(media, "sari", EXPOSING)
    assert desk.look() == []
    assert desk.look() == []
    assert caplog.text.count("comments that expose somebody") == 1
    desk.exposures = Exposures(ACCOUNT, desk.database, outbox("operators"), desk.clock)
    assert [notice.team for notice in desk.look()] == ["operators"]


def test_a_week_later_nobody_is_woken_up_any_more(desk: Watched) -> None:
    desk.instagram.comment(desk.begin(), "sari", EXPOSING)
    desk.poll(HOUR)
    desk.clock.forward(8 * DAY)
    desk.exposures.run()
    assert [notice for notice in desk.notices() if notice.key.startswith("exposure:")] == []
