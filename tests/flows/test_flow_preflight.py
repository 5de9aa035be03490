"""What is held against a post that waits in the queue, before Instagram is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from planning_desk import WIB, Desk, empty_desk, row
from publishing_bench import publishing_bench

from fakes.bench import ACCOUNT, START, PlainStaging, bench_database, outbox, plan_post
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.approval import Approval
from ig_worker.domain.errors import Misconfigured, Throttled, TokenExpired
from ig_worker.domain.instagram import Kind, PublishingLimit
from ig_worker.domain.media_limits import Obstacle
from ig_worker.domain.planning import PlannedPost, plan_row
from ig_worker.domain.post_rules import Finding, Severity
from ig_worker.flows.planning.approving import Agreement
from ig_worker.flows.planning.preflight import Preflight, Rules
from ig_worker.media import Staged
from ig_worker.store import accounts, approvals, notices, posts, tokens
from ig_worker.store.database import Database
from ig_worker.store.posts import COVER, MediaFile


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


DAY = timedelta(days=1)


class LookedAt(PlainStaging):
    """A staging room with copies on the disk, and an answer for each address that is probed."""

    def __init__(self, folder: Path, *, serves: bool = True) -> None:
        super().__init__(serves=serves)
        self.folder = folder
        self.obstacles: dict[str, Obstacle] = {}
        self.probed: list[str] = []
        self.lengths: dict[str, float] = {}

    def path(self, original: str) -> Path:
        return self.folder / original

    def probe_url(self, url: str) -> Obstacle | None:
        self.probed.append(url)
        return self.obstacles.get(url) or self.obstacles.get("*")

    def seconds(self, original: str) -> float:
        return self.lengths.get(original, 0.0)


class Bench:
    """Posts on the shelf, their copies in a folder, and the look at them."""

    def __init__(self, database: Database, folder: Path, *, serves: bool = True) -> None:
        self.database = database
        self.room = LookedAt(folder, serves=serves)
        self.rules = Rules(WIB)
        self.team = outbox("content_team", "operators")
        for name in ("a.jpg", "b.jpg", "c.jpg", "a.mp4"):
            (folder / name).write_bytes(b"copy")

    @property
    def preflight(self) -> Preflight:
        return Preflight(self.database, self.room, self.team, self.rules)

    def post(self, kind: Kind = Kind.IMAGE, **changes: Any) -> posts.StoredPost:
        with self.database.writing() as connection:
            post_id = plan_post(connection, kind, **{"at": START + DAY, **changes})
        return self.again(post_id)

    def again(self, post_id: int) -> posts.StoredPost:
        with self.database.reading() as connection:
            found = posts.get(connection, post_id)
        assert found is not None
        return found

    def files(self, post: posts.StoredPost, *files: MediaFile) -> posts.StoredPost:
        with self.database.writing() as connection:
            posts.put_media(connection, post.id, files)
        return self.again(post.id)

    def token(self, **columns: Any) -> None:
        with self.database.writing() as connection:
            tokens.TokenShelf("").current(connection, ACCOUNT, "IGAA-token", START)
            connection.execute(tokens.tokens.update().values(**columns))

    def look(self, post: posts.StoredPost, *, online: bool = False) -> tuple[Finding, ...]:
        return self.preflight.look(post, START, online=online)

    def codes(self, post: posts.StoredPost, *, online: bool = False) -> dict[str, str]:
        return {finding.code: finding.severity.value for finding in self.look(post, online=online)}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_database() as database:
        yield Bench(database, tmp_path)


@pytest.fixture
def unserved(tmp_path: Path) -> Iterator[Bench]:
    with bench_database() as database:
        yield Bench(database, tmp_path, serves=False)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_held_against_a_good_post(bench: Bench, kind: Kind) -> None:
    bench.token(expires_at=START + 50 * DAY, scopes="instagram_business_content_publish")
    post = bench.post(kind, **({"caption": ""} if kind is Kind.STORY else {}))
    assert bench.codes(post, online=True) == {}
    assert bench.preflight(post, START) == ""
    assert bench.room.staged == set(), "what was served for the look is served no longer"


@pytest.mark.parametrize("status", ["published", "cancelled", "publishing", "unconfirmed"])
def test_what_is_out_or_never_will_be_is_not_looked_at(bench: Bench, status: str) -> None:
    post = bench.post(status=status, caption="x" * 9000, ig_media_id="1", intent_at=START)
    assert bench.look(post, online=True) == ()
    assert bench.room.probed == []


def test_what_instagram_would_refuse_is_said_first_and_holds_the_post(bench: Bench) -> None:
    post = bench.post(Kind.STORY, caption="", alt_text="x", first_comment="x" * 2201, status="draft", key="S")
    found = bench.look(post)
    assert [finding.severity.value for finding in found] == ["refuse", "hold", "warning", "warning"]
    assert bench.preflight(post, START) == str(found[0])


def test_a_personal_number_is_said_until_a_verifier_overrules_it_for_this_content(bench: Bench) -> None:
    post = bench.post(caption="WA 081234567890")
    assert bench.codes(post) == {"personal_number": "hold"}
    assert bench.preflight(post, START) == "", "whoever approved it knew"
    for content, left in (("d" * 64, {"personal_number": "hold"}), ("c" * 64, {})):
        with bench.database.writing() as connection:
            yes = Approval("verifikator", "dr. Wulan", content, override="nomor layanan")
            approvals.put(connection, post.id, yes, START)
        assert bench.codes(post) == left
    bench.rules = Rules(WIB, agreement=Agreement(own_numbers=("0812-3456-7890",)))
    assert bench.codes(bench.post(key="P-02", caption="WA 081234567890")) == {}


def test_who_must_still_say_yes(bench: Bench) -> None:
    bench.rules = Rules(WIB, agreement=Agreement(("verifikator", "penanggung_jawab")))
    post = bench.post(status="draft")
    with bench.database.writing() as connection:
        approvals.put(connection, post.id, Approval("verifikator", "dr. Wulan", "c" * 64), START)
    assert [finding.field for finding in bench.look(post)] == ["penanggung_jawab"]
    assert bench.look(bench.post(key="P-02", status="approved")) == ()


def test_nobodys_yes_counts_before_the_media_are_known(bench: Bench) -> None:
    post = bench.files(bench.post(status="draft", content_hash=""), MediaFile(0, "https://contoh.id/a.jpg"))
    assert [str(finding) for finding in bench.look(post)] == [
        "Kolom media: isinya belum dikenal; medianya masih diambil; persetujuannya berlaku sesudah itu.",
        "Kolom media: “https://contoh.id/a.jpg” belum diambil; diambil sendiri selama pekerja berjalan.",
    ]


def test_why_a_post_is_held_is_said_once(bench: Bench) -> None:
    draft = bench.look(bench.post(caption="WA 081234567890", status="draft"))
    reason = next(str(finding) for finding in draft if finding.code == "personal_number")
    held = bench.look(bench.post(key="P-02", caption="WA 081234567890", status="held", last_error=reason))
    assert held == draft


def test_why_a_post_is_held_is_repeated(bench: Bench) -> None:
    (finding, missing) = bench.look(bench.post(status="held", last_error="terlambat."))
    assert (finding.code, missing.code) == ("waiting", "approval_missing")
    assert (
        str(finding) == "Kolom status: ditahan: terlambat; putuskan: approve, reschedule, retry, atau cancel."
    )


def test_a_time_that_is_over(bench: Bench) -> None:
    post = bench.post(at=START - timedelta(hours=3))
    assert bench.codes(post) == {"time_over": "hold"}
    assert bench.codes(bench.post(key="P-02", at=START - timedelta(hours=3), approved_at=START)) == {}


def test_more_roles_in_the_configuration_ask_for_more_people_before_the_post_goes(bench: Bench) -> None:
    post = bench.post()
    with bench.database.writing() as connection:
        approvals.put(connection, post.id, Approval("verifikator", "dr. Wulan", "c" * 64), START)
    assert (bench.codes(post), bench.preflight(post, START)) == ({}, "")
    bench.rules = Rules(WIB, agreement=Agreement(required=("verifikator", "penanggung_jawab")))
    assert bench.codes(post) == {"approval_missing": "hold"}
    assert "belum disetujui penanggung jawab" in bench.preflight(post, START)
    with bench.database.writing() as connection:
        approvals.put(connection, post.id, Approval("penanggung_jawab", "Bu Kepala", "c" * 64), START)
    assert (bench.codes(post), bench.preflight(post, START)) == ({}, "")


def test_a_post_whose_maker_turns_out_to_be_its_verifier_stays_here(bench: Bench) -> None:
    post = bench.post(made_by="Wulan")
    with bench.database.writing() as connection:
        approvals.put(connection, post.id, Approval("verifikator", "wulan", "c" * 64), START)
    assert "belum disetujui verifikator" in bench.preflight(post, START)


def test_a_patient_without_consent_stays_here_whoever_approved_it(bench: Bench) -> None:
    post = bench.post(options={"shows_patient": True, "consent": "-"})
    assert "persetujuan tertulis" in bench.preflight(post, START)


@pytest.mark.parametrize(
    ("left", "severity"), [(-DAY, "refuse"), (timedelta(hours=6), "refuse"), (4 * DAY, "warning")]
)
def test_an_ending_token_is_told_to_the_content_team_once_a_day_and_holds_nothing(
    bench: Bench, left: timedelta, severity: str
) -> None:
    bench.token(expires_at=START + left)
    post = bench.post()
    assert bench.codes(post) == {"token": severity}
    for _ in range(2):
        assert bench.preflight(post, START) == ""
    with bench.database.reading() as connection:
        waiting = notices.due(connection, START)
    assert [each.row.team for each in waiting] == ["content_team"]
    assert f"Akun {ACCOUNT}: token" in waiting[0].row.title
    assert "P-01" in waiting[0].row.body


def test_permissions_that_are_missing(bench: Bench) -> None:
    bench.token(scopes="instagram_business_basic")
    post = bench.post(first_comment="Salam")
    assert bench.codes(post) == {"scope_publish": "refuse", "scope_comment": "warning"}
    assert bench.codes(bench.post(Kind.STORY, key="S", caption="")) == {"scope_publish": "refuse"}
    assert bench.preflight(post, START) == ""
    with bench.database.reading() as connection:
        told = sorted((each.row.title, each.row.team) for each in notices.due(connection, START))
    assert told == [
        (f"Akun {ACCOUNT}: token tidak punya izin {what}", team)
        for what in ("berkomentar", "menerbitkan")
        for team in ("content_team", "operators")
    ]


def test_more_posts_in_a_day_than_instagram_takes(bench: Bench) -> None:
    with bench.database.writing() as connection:
        accounts.set_limit(connection, ACCOUNT, PublishingLimit(0, 3, 86400), START)
    bench.post(
        key="A", at=START + timedelta(hours=1), status="published", ig_media_id="1", published_at=START + DAY
    )
    bench.post(key="B", at=START + timedelta(hours=2))
    bench.post(Kind.STORY, key="S", at=START + timedelta(hours=3))
    bench.post(key="C", at=START + timedelta(hours=4), status="cancelled")
    bench.post(key="L", at=START + timedelta(hours=4), account="lain")
    assert bench.codes(bench.post(key="D", at=START + DAY)) == {}
    assert bench.codes(bench.post(key="E", at=START + DAY)) == {"publishing_limit": "refuse"}
    assert bench.preflight(bench.again(1), START) == ""


def test_instagram_is_asked_for_the_limit(bench: Bench) -> None:
    post, preflight = bench.post(), bench.preflight

    class Answers(FakeInstagram):
        """Says this when it is asked for the limit."""

        said: PublishingLimit | Exception

        def publishing_limit(self) -> PublishingLimit:
            if isinstance(self.said, Exception):
                raise self.said
            return self.said

    instagram = Answers.__new__(Answers)
    for said, found in (
        (PublishingLimit(4, 50, 86400), {}),
        (Throttled("later", wait_seconds=60), {"limit_unread": Severity.WARNING}),
        (TokenExpired("Session has expired", cure="Masuk lagi."), {"account": Severity.REFUSE}),
    ):
        instagram.said = said
        preflight.ask(ACCOUNT, instagram, START)
        assert {each.code: each.severity for each in preflight.look(post, START, online=False)} == found
    with bench.database.reading() as connection:
        known = accounts.get(connection, ACCOUNT)
    assert known is not None
    assert (known.publishing_used, known.publishing_total) == (4, 50)


def test_a_copy_that_is_gone_is_refused_and_one_that_is_to_come_is_awaited(bench: Bench) -> None:
    (bench.room.folder / "a.jpg").unlink()
    post = bench.post()
    assert bench.codes(post) == {"media_gone": "refuse"}
    assert "impor lagi" in bench.preflight(post, START)
    waiting = bench.files(bench.post(key="P-02", gather_tries=3), MediaFile(0, "https://contoh.id/a.jpg"))
    (finding,) = bench.look(waiting)
    assert (finding.code, finding.severity) == ("media_waiting", Severity.WARNING)
    assert "sudah dicoba 3 kali" in finding.found
    assert bench.preflight(waiting, START) == ""


def test_what_was_not_tried_is_tried_as_it_will_go_out(bench: Bench) -> None:
    bench.room.refused["b.jpg"] = "“b.jpg” rusak."
    carousel = bench.post(Kind.CAROUSEL)
    (finding,) = bench.look(carousel)
    assert (finding.code, finding.found) == ("media", "“b.jpg” rusak")
    assert bench.room.tried == [("a.jpg", False, None), ("b.jpg", False, 1.0), ("c.jpg", False, 1.0)]
    bench.room.tried.clear()
    reel = bench.files(
        bench.post(Kind.REEL, key="R"),
        MediaFile(0, "a.mp4", "a.mp4", "0" * 64),
        MediaFile(1, "a.jpg", "a.jpg", "0" * 64, role=COVER),
    )
    assert bench.look(reel) == ()
    assert bench.room.tried == [("a.mp4", False, None), ("a.jpg", True, None)]
    bench.room.tried.clear()
    known = bench.files(bench.post(key="K"), MediaFile(0, "b.jpg", "b.jpg", "0" * 64, tried=True))
    assert bench.look(known) == ()
    assert bench.room.tried == []


def test_a_machine_that_cannot_try_a_picture_now_refuses_nothing(bench: Bench) -> None:
    class Full(LookedAt):
        """A room on a disk that takes nothing more."""

        def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
            raise Misconfigured("Media tidak dapat disimpan", cure="Periksa sisa ruang disk.")

        def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
            raise Misconfigured("Media tidak dapat disimpan")

    bench.room = Full(bench.room.folder)
    (finding,) = bench.look(bench.post(), online=True)
    assert (finding.code, finding.severity) == ("media_untried", Severity.WARNING)
    assert str(finding) == "Kolom media: Media tidak dapat disimpan; periksa sisa ruang disk."
    assert bench.room.probed == []


def test_our_address_is_looked_at_with_the_first_copy_there_is(bench: Bench) -> None:
    waiting = bench.files(
        bench.post(Kind.REEL, options={"thumb_offset_ms": 1}), MediaFile(0, "https://a.id/a.mp4")
    )
    preflight = bench.preflight
    assert [each.code for each in preflight.look(waiting, START, online=True)] == ["media_waiting"]
    assert bench.room.probed == []
    assert preflight.look(bench.post(key="P-02"), START, online=True) == ()
    assert len(bench.room.probed) == 1


def test_a_cover_after_the_films_end(bench: Bench) -> None:
    bench.room.lengths["a.mp4"] = 4.5
    for offset, codes in ((4500, {"thumb_offset_beyond": "refuse"}), (4499, {})):
        post = bench.post(Kind.REEL, key=f"R-{offset}", options={"thumb_offset_ms": offset})
        assert bench.codes(post) == codes
    bench.room.lengths.clear()
    assert bench.codes(bench.post(Kind.REEL, options={"thumb_offset_ms": 99999})) == {}


@pytest.mark.parametrize(("passing", "severity"), [(False, "refuse"), (True, "warning")])
def test_our_own_address_is_seen_as_meta_sees_it_once(bench: Bench, passing: bool, severity: str) -> None:
    bench.room.obstacles["*"] = Obstacle("media.example mengalihkan.", "Perbaiki.", passing=passing)
    preflight = bench.preflight
    for key in ("P-01", "P-02"):
        (finding,) = preflight.look(bench.post(key=key), START, online=True)
        assert (finding.code, finding.severity) == ("public_address", severity)
        assert "media.example mengalihkan;" in str(finding)
    assert len(bench.room.probed) == 1
    assert bench.room.staged == set()
    assert bench.codes(bench.post(key="P-03"), online=False) == {}


def test_without_an_address_of_ours_metas_own_way_to_each_picture_is_looked_at(unserved: Bench) -> None:
    address = "https://contoh.id/a.png"
    by_address = MediaFile(0, address, "a.jpg", hashlib.sha256(b"").hexdigest(), tried=True)
    post = unserved.files(unserved.post(), by_address)
    assert unserved.codes(post, online=True) == {}
    unserved.room.obstacles[address] = Obstacle("bukan JPEG", "Simpan sebagai JPG")
    assert unserved.codes(post, online=True) == {"address_unreachable": "refuse"}
    assert unserved.codes(post, online=False) == {}
    assert unserved.codes(unserved.post(key="L")) == {"no_public_address": "refuse"}


def test_a_local_video_needs_no_address_where_its_bytes_are_uploaded(unserved: Bench) -> None:
    post = unserved.post(Kind.REEL)
    assert unserved.codes(post) == {"no_public_address": "refuse"}
    unserved.rules = Rules(WIB, uploads_videos=(ACCOUNT,))
    assert unserved.codes(post) == {}


def test_what_instagram_would_refuse_is_held_an_hour_before_its_time_and_told(tmp_path: Path) -> None:
    with publishing_bench() as publishing:
        bench = Bench(publishing.database, tmp_path)
        bench.token(expires_at=START + 2 * DAY)
        publishing.publisher = publishing.another_publisher(preflight=bench.preflight)
        hour = timedelta(hours=1)
        bad = publishing.plan(key="P-01", at=START + hour, caption="x" * 2201)
        good = publishing.plan(key="P-02", at=START + hour)
        publishing.go_on(START + timedelta(minutes=1))
        assert publishing.status(bad) == "held"
        publishing.go_on(START + 2 * hour)
        assert (publishing.status(bad), publishing.status(good)) == ("held", "published")
        letters = publishing.letters()
    assert any("2201 karakter; paling banyak 2200" in body for _, body in letters)
    assert any("token habis" in title for title, _ in letters), "the token ends soon, and holds nothing"
    assert len(publishing.instagram.containers) == 1
