"""Media are fetched and tried after the import, the soonest first, and only then does an approval count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from planning_desk import SHEET, Desk, empty_desk, row

from fakes.bench import PlainStaging
from ig_worker.domain.errors import MediaRejected, Misconfigured, Unanswered
from ig_worker.domain.publication import Event, Happened
from ig_worker.flows.planning.approving import Agreement
from ig_worker.flows.planning.gathering import Rules

ADDRESS = "https://awan.example/satu.jpg?kunci=rahasia"
MINUTE = timedelta(minutes=1)


class Cloud(PlainStaging):
    """Addresses answer, are silent, or are refused; the disk can be full."""

    def __init__(self) -> None:
        super().__init__()
        self.silent: set[str] = set()
        self.gone: set[str] = set()
        self.full = False
        self.fetched: list[str] = []

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        if self.full:
            raise Misconfigured("the disk is full", cure="free some space")
        if written.startswith("https://"):
            self.fetched.append(written)
            if written in self.silent:
                raise Unanswered("awan.example/satu.jpg tidak menjawab", cure="Dicoba lagi nanti.")
            if written in self.gone:
                raise MediaRejected(
                    "Alamat awan.example/satu.jpg menjawab 404, bukan gambar", cure="Tulis alamatnya."
                )
            name = written.rpartition("/")[2].partition("?")[0]
            return name, hashlib.sha256(written.encode()).hexdigest()
        return super().keep_original(written, folder)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with empty_desk() as empty:
        empty.staging = Cloud()
        yield empty


def cloud(desk: Desk) -> Cloud:
    assert isinstance(desk.staging, Cloud)
    return desk.staging


def test_an_address_is_fetched_and_tried_and_then_the_sheets_approval_counts(desk: Desk) -> None:
    desk.take(row(media=ADDRESS))
    assert (desk.status(), desk.approvals()) == ("draft", [])
    assert desk.gatherer().next_moment() == desk.clock.now()
    desk.gather()
    post = desk.post()
    assert (post.publication.status, post.row.approved_by) == ("approved", "dr. Wulan")
    assert post.row.approved_hash == post.row.content_hash != ""
    assert (post.row.gather_next_at, [file.tried for file in post.files]) == (None, [True])
    assert desk.approvals() == [("verifikator", "dr. Wulan")]
    assert desk.gatherer().next_moment() is None
    again = desk.take(row(media=ADDRESS))
    assert (again.unchanged, again.waiting) == (["P-01"], {})


def test_a_draft_stays_a_draft_when_its_media_are_there(desk: Desk) -> None:
    desk.take(row(media=ADDRESS, status="draf"))
    desk.gather()
    assert desk.status() == "draft"
    assert desk.post().row.content_hash
    desk.take(row(media=ADDRESS))
    assert desk.status() == "approved"
    assert cloud(desk).fetched == [ADDRESS], "what we hold is not fetched again"


def test_what_cannot_go_out_is_held_with_the_reason_and_told_once(desk: Desk) -> None:
    desk.staging.refused["satu.jpg"] = "“satu.jpg” terpotong"
    desk.take(row(), row("P-02", 3, media="dua.jpg"))
    desk.gather()
    desk.gather()
    assert (desk.status("P-01"), desk.status("P-02")) == ("held", "approved")
    assert desk.post().publication.last_error.startswith("satu.jpg: “satu.jpg” terpotong. gambar JPG")
    ((title, body),) = desk.letters()
    assert title == "Gambar atau video untuk P-01 tidak dapat diterbitkan"
    assert "terpotong" in body
    assert f"{SHEET}, baris 2" in body
    assert desk.take(row(), row("P-02", 3, media="dua.jpg")).waiting["P-01"].startswith("satu.jpg: ")


def test_an_approval_of_the_row_does_not_let_a_refused_picture_go(desk: Desk) -> None:
    desk.staging.refused["satu.jpg"] = "“satu.jpg” terpotong"
    desk.take(row(status="draf"))
    desk.gather()
    for hour in ("10.00", "11.00"):
        desk.take(row(jam=hour))
        desk.gather()
        assert desk.status() == "held"
    assert len(desk.letters()) == 1
    desk.staging.refused.clear()
    desk.take(row(jam="12.00"))
    desk.gather()
    assert desk.status() == "approved"


def test_another_picture_lets_the_post_go_again(desk: Desk) -> None:
    desk.staging.refused["satu.jpg"] = "“satu.jpg” terpotong"
    desk.take(row(status="draf"))
    desk.gather()
    desk.take(row(media="dua.jpg"))
    desk.gather()
    assert (desk.status(), desk.post().publication.last_error) == ("approved", "")


def test_an_address_that_is_refused_holds_its_post(desk: Desk) -> None:
    cloud(desk).gone.add(ADDRESS)
    desk.take(row(media=ADDRESS))
    desk.gather()
    post = desk.post()
    assert (post.publication.status, post.row.content_hash, post.row.gather_next_at) == ("held", "", None)
    ((_, body),) = desk.letters()
    assert "404" in body
    assert "rahasia" not in body + post.publication.last_error


@pytest.mark.parametrize(
    ("jenis", "media", "sampul", "said"),
    [
        ("gambar", "https://awan.example/unduh.mp4", "", "isinya video, bukan gambar"),
        ("reel", "https://awan.example/unduh.jpg", "", "isinya gambar, bukan video"),
        ("reel", "a.mp4", "https://awan.example/unduh.mp4", "untuk sampul pakai gambar"),
    ],
)
def test_an_address_that_gives_another_sort_of_thing_holds_its_post(
    desk: Desk, jenis: str, media: str, sampul: str, said: str
) -> None:
    class Nameless(Cloud):
        """The addresses do not tell what they give; the copies' names do."""

        def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
            name, sha256 = super().keep_original(written, folder)
            return (name if "." in name else f"{name}.{written[-3:]}"), sha256

    desk.staging = Nameless()
    hidden = [text.replace("unduh.", "unduh?jenis=") for text in (media, sampul)]
    desk.take(row(jenis=jenis, media=hidden[0], sampul=hidden[1]))
    desk.gather()
    assert desk.status() == "held"
    assert said in desk.post().publication.last_error


def test_a_silent_address_is_asked_again_with_growing_pauses(desk: Desk) -> None:
    cloud(desk).silent.add(ADDRESS)
    desk.take(row(media=ADDRESS, tanggal="30/11/2026"))
    waits = []
    for _ in range(9):
        desk.gather()
        moment = desk.gatherer().next_moment()
        assert moment is not None
        waits.append((moment - desk.clock.now()) // MINUTE)
        desk.gather()
        desk.clock.move_to(moment)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(cloud(desk).fetched) == 9, "nobody asks before the pause is over"
    ((title, body),) = desk.letters()
    assert title == "Gambar atau video untuk P-01 belum dapat diambil"
    assert "rahasia" not in body
    cloud(desk).silent.clear()
    desk.gather()
    assert desk.status() == "approved"


@pytest.mark.parametrize(("jam", "told"), [("07.45", 1), ("15.00", 0)])
def test_silence_is_told_at_once_when_the_time_is_near(desk: Desk, jam: str, told: int) -> None:
    cloud(desk).silent.add(ADDRESS)
    desk.take(row(media=ADDRESS, tanggal="25/11/2026", jam=jam))
    desk.gather()
    assert len(desk.letters()) == told


def test_an_address_that_never_answers_is_given_up_a_day_after_the_time(desk: Desk) -> None:
    cloud(desk).silent.add(ADDRESS)
    desk.take(row(media=ADDRESS))
    desk.clock.forward(timedelta(days=3))
    desk.gather()
    assert desk.status() == "held"
    assert desk.gatherer().next_moment() is None


def test_a_post_that_was_fetched_too_late_waits_for_a_person_and_does_not_go_out_late(desk: Desk) -> None:
    desk.take(row(media=ADDRESS))
    desk.clock.forward(timedelta(days=2))
    desk.gather()
    post = desk.post().publication
    assert post.approved_at == post.scheduled_at, "a sheet's yes is for the planned time"


def test_a_carousels_other_items_take_the_first_ones_ratio(desk: Desk) -> None:
    class Tall(Cloud):
        def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
            super().try_out(original, story=story, ratio=ratio)
            return 0.8

    desk.staging = Tall()
    desk.take(row(jenis="carousel", media="a.jpg; b.jpg; c.jpg"))
    desk.gather()
    assert desk.staging.tried == [("a.jpg", False, None), ("b.jpg", False, 0.8), ("c.jpg", False, 0.8)]


def test_a_reels_cover_is_fetched_tried_and_part_of_what_is_approved(desk: Desk) -> None:
    cover = "https://awan.example/sampul.jpg"
    desk.take(row(jenis="reel", media="a.mp4", sampul=cover))
    assert (desk.status(), desk.post().row.content_hash) == ("draft", "")
    desk.gather()
    post = desk.post()
    assert post.cover is not None
    assert (post.cover.original, post.cover.position, len(post.media)) == ("sampul.jpg", 1, 1)
    assert desk.status() == "approved"
    desk.take(row(jenis="reel", media="a.mp4", sampul="lain.jpg"))
    assert (desk.status(), desk.approvals()) == ("draft", [])
    assert "sampul" in desk.letters()[0][1]


def test_a_picture_that_many_posts_show_is_prepared_once_a_pass(desk: Desk) -> None:
    desk.take(*[row(f"P-{number:02}", number) for number in range(2, 12)])
    desk.gather()
    assert desk.staging.tried == [("satu.jpg", False, None)]
    assert all(file.tried for _, files in desk.rows() for file in files)


def test_the_posts_that_go_out_soonest_are_looked_after_first(desk: Desk) -> None:
    desk.take(row("P-01", jam="15.00", media="siang.jpg"), row("P-02", 3, jam="08.00", media="pagi.jpg"))
    desk.gather()
    assert [name for name, *_ in desk.staging.tried] == ["pagi.jpg", "siang.jpg"]


def test_a_pass_is_bounded_and_the_rest_is_for_the_next(desk: Desk) -> None:
    desk.take(*[row(f"P-{number:02}", number, media=f"{number}.jpg") for number in range(2, 5)])
    gatherer = desk.gatherer(rules=Rules(seconds=0))
    for tried in (1, 2, 3):
        gatherer.run()
        assert len(desk.staging.tried) == tried
    assert gatherer.next_moment() is None


def test_a_full_disk_is_said_and_the_others_are_still_looked_after(desk: Desk) -> None:
    desk.take(row("P-01", media=ADDRESS), row("P-02", 3))
    cloud(desk).full = True
    with pytest.raises(Misconfigured, match="the disk is full"):
        desk.gather()
    assert desk.post("P-02").files[0].tried
    assert desk.gatherer().next_moment() == desk.clock.now() + MINUTE


def test_a_post_that_changed_while_it_was_fetched_is_left_for_the_next_pass(desk: Desk) -> None:
    class Changing(Cloud):
        def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
            if written == ADDRESS:
                desk.take(row(media="https://awan.example/lain.jpg"), staging=Cloud())
            return super().keep_original(written, folder)

    desk.take(row(media=ADDRESS))
    desk.gather(Changing())
    post = desk.post()
    assert (post.media[0].written, post.media[0].original) == ("https://awan.example/lain.jpg", "")
    assert desk.status() == "draft"
    assert "draf dahulu" in desk.take(row(media="https://awan.example/lain.jpg")).waiting["P-01"]
    desk.gather()
    assert desk.status() == "draft", "nobody approved the other picture"


@pytest.mark.parametrize(
    "happened",
    [
        (Event.START,),
        (Event.START, Event.CONTAINER_MADE, Event.CONTAINER_READY, Event.INTEND),
        (Event.CANCEL,),
    ],
)
def test_what_is_on_its_way_or_off_the_plan_is_left_alone(desk: Desk, happened: tuple[Event, ...]) -> None:
    desk.take(row())
    desk.happen(*[Happened(each, container_id="178") for each in happened])
    before = desk.rows()
    desk.gather()
    assert desk.rows() == before
    assert desk.gatherer().next_moment() is None


def test_a_programme_holder_who_is_required_is_waited_for(desk: Desk) -> None:
    desk.agreement = Agreement(required=("verifikator", "penanggung_jawab"))
    waiting = desk.take(row(media=ADDRESS), row("P-02", 3, penanggung_jawab="Bu Kepala")).waiting
    assert desk.status("P-02") == "approved"
    assert desk.post("P-02").row.approved_by == "dr. Wulan, Bu Kepala"
    assert set(waiting) == {"P-01"}
    desk.gather()
    assert desk.status("P-01") == "draft"
    again = desk.take(row(media=ADDRESS), row("P-02", 3, penanggung_jawab="Bu Kepala"))
    assert again.waiting == {"P-01": "menunggu persetujuan penanggung jawab"}
    desk.take(row(media=ADDRESS, penanggung_jawab="Bu Kepala"), row("P-02", 3, penanggung_jawab="Bu Kepala"))
    assert desk.status("P-01") == "approved"


def test_the_local_files_of_one_sheet_are_tried_while_its_bearer_waits(desk: Desk) -> None:
    desk.staging.refused["rusak.jpg"] = "“rusak.jpg” terpotong"
    desk.take(row("P-01"), row("P-02", 3, media="rusak.jpg"), row("P-03", 4, media=ADDRESS))
    desk.take(row("P-09", media="lain.jpg"), source="desember.csv")
    seen: list[tuple[int, int]] = []
    (refusal,) = desk.gatherer().look_at(SHEET, 40, lambda done, total: seen.append((done, total)))
    assert (refusal.post.row.key, refusal.file.written) == ("P-02", "rusak.jpg")
    assert seen == [(1, 2), (2, 2)]
    assert cloud(desk).fetched == []
    assert [name for name, *_ in desk.staging.tried] == ["satu.jpg", "rusak.jpg"]


class Mended(Cloud):
    """An address that gives a torn picture at first."""

    torn = True

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        name, _ = super().keep_original(written, folder)
        name = f"{'torn' if self.torn else 'whole'}-{name}"
        return name, hashlib.sha256(name.encode()).hexdigest()

    def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
        if original.startswith("torn"):
            raise MediaRejected("gambarnya terpotong", cure="Unggah lagi.")
        return super().try_out(original, story=story, ratio=ratio)


def test_what_an_address_gives_is_fetched_again_once_somebody_mended_it(desk: Desk) -> None:
    desk.staging = Mended()
    desk.take(row(media=ADDRESS))
    desk.gather()
    assert (desk.status(), desk.post().media[0].original) == ("held", "")
    desk.staging.torn = False
    desk.happen(Happened(Event.CHANGE), gather_next_at=desk.clock.now())
    desk.gatherer().look_after(desk.post().id)
    assert (desk.status(), desk.post().media[0].original[:5]) == ("approved", "whole")


def test_a_torn_file_beside_the_sheet_is_mended_by_an_import(desk: Desk) -> None:
    desk.staging = Mended()
    desk.take(row())
    desk.gather()
    assert "posts retry" not in desk.letters()[0][1]
    assert "impor lagi" in desk.letters()[0][1]
    desk.staging.torn = False
    for status in ("draf", "disetujui"):
        desk.take(row(status=status))
        desk.gather()
    assert desk.status() == "approved"
