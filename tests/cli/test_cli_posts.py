"""The queue of posts from the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation

from fakes.bench import plan_post
from ig_worker.cli.failing import NotDone, require_saved
from ig_worker.domain.publication import TIME_IS_OVER
from ig_worker.domain.reply import Reply, Status
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import first_comments, journal, posts

KEYS = {
    "id", "key", "account", "kind", "segment", "status", "scheduled_at", "published_at", "ig_media_id",
    "permalink", "attempts", "last_error", "approved_by",
}  # fmt: skip


def planned(centre: Installation, **changes: Any) -> int:
    with centre.writing() as connection:
        return plan_post(connection, **changes)


def the_post(centre: Installation, post_id: int) -> Any:
    with centre.writing() as connection:
        post = posts.get(connection, post_id)
    assert post is not None
    return post.row


def what_happened(centre: Installation, post_id: int) -> tuple[str, str]:
    with centre.writing() as connection:
        entry = journal.of(connection, f"post:{post_id}")[-1]
    return entry.who, entry.what


def test_the_list_holds_every_post_by_its_time_in_the_centres_zone(centre: Installation) -> None:
    planned(centre, key="P-02", at=NOW + timedelta(days=1))
    planned(centre, key="P-01", at=NOW, segment="", approved_by="")
    listed = centre("posts", "list", "--json")
    first, second = listed.document
    assert (listed.status, listed.err) == (0, "")
    assert (first["key"], second["key"]) == ("P-01", "P-02")
    assert set(first) == KEYS
    assert first["scheduled_at"] == "2026-11-25T07:30:00+07:00"
    unknown = ("segment", "published_at", "ig_media_id", "permalink", "last_error", "approved_by")
    assert [first[name] for name in unknown] == [None] * len(unknown)
    assert (second["segment"], second["approved_by"], second["attempts"]) == ("Pengumuman", "dr. Wulan", 0)


def test_the_list_can_be_of_one_status_and_of_some_length(centre: Installation) -> None:
    for number in range(3):
        planned(centre, key=f"P-{number}", status="draft" if number else "approved")
    assert len(centre("posts", "list", "--json", "--status", "draft").document) == 2
    assert len(centre("posts", "list", "--json", "--status", "draft", "--limit", "1").document) == 1
    assert centre("posts", "list", "--json", "--status", "failed").document == []


def test_elsewhere_than_on_a_terminal_a_post_is_a_line_with_tabs(centre: Installation) -> None:
    planned(centre, caption="Halo\n\tBunda \x1b[31m" + "panjang " * 40)
    header, line = centre("posts", "list").out.splitlines()
    assert header.split("\t")[:3] == ["ID", "Key", "Account"]
    cells = line.split("\t")
    assert len(cells) == len(header.split("\t"))
    assert cells[5] == "25/11/2026 07.30"
    assert cells[7].startswith("Halo Bunda [31mpanjang")
    assert cells[7].endswith("…")


class Terminal(io.StringIO):
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_list_is_a_table_with_nothing_cut_off(
    centre: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(centre, last_error="Gambar ditolak: [bold]rasio 1:3[/bold] tidak dapat dipakai di Instagram")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)  # the command runs in this process, which has no terminal
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    assert centre("posts", "list").status == 0
    shown = "".join(terminal.getvalue().split())
    assert "[bold]" in shown
    assert max(map(len, terminal.getvalue().splitlines())) <= 80, terminal.getvalue()


def test_show_tells_all_and_the_history(centre: Installation) -> None:
    post_id = planned(centre, caption="Baris satu\nBaris dua", options={"consent": "RM-7", "urgent": False})
    text = centre("posts", "show", str(post_id)).out
    assert "caption\n    Baris satu\n    Baris dua\n" in text
    assert "consent=RM-7" in text
    assert "urgent" not in text
    assert "scheduled_at 25/11/2026 07.30" in " ".join(text.split())
    assert "ig-worker: planned from rencana.csv row 2" in text
    document = centre("posts", "show", str(post_id), "--json").document
    assert set(document) > KEYS
    assert document["media"] == [{"written": "a.jpg", "sha256": "0" * 64}]
    assert document["journal"][0]["at"] == "2026-11-24T07:30:00+07:00"


def test_show_tells_what_became_of_the_first_comment(centre: Installation) -> None:
    post_id = planned(centre, status="published", ig_media_id="1801", first_comment="Daftar ya, Bunda")
    assert centre("posts", "show", str(post_id), "--json").document["first_comment_status"] is None
    with centre.writing() as connection:
        (post,) = first_comments.wanted(connection, "polowijen")
        failed = Reply(Status.FAILED, NOW, NOW, last_error="Instagram says no")
        first_comments.plan(connection, post, failed, NOW)
    document = centre("posts", "show", str(post_id), "--json").document
    assert document["first_comment"] == "Daftar ya, Bunda"
    assert (document["first_comment_status"], document["first_comment_error"]) == (
        "failed",
        "Instagram says no",
    )


def test_a_post_that_is_not_there_is_named(centre: Installation) -> None:
    shown = centre("posts", "show", "77")
    assert (shown.status, shown.line) == (1, "there is no post 77: ig-worker posts list shows them")


def test_approve_lets_the_post_go_out_in_the_persons_name(centre: Installation) -> None:
    post_id = planned(centre, status="draft", approved_by="", approval_void=True)
    done = centre("posts", "approve", str(post_id), "--by", "dr. Wulan", "--as", "verifikator")
    assert (done.status, done.err) == (0, "")
    assert "25/11/2026 07.30" in done.out
    row = the_post(centre, post_id)
    assert (row.status, row.approved_by, row.approved_hash) == ("approved", "dr. Wulan", row.content_hash)
    assert (row.approved_at, row.approval_void) == (NOW, False)
    assert what_happened(centre, post_id) == ("dr. Wulan", "approved as verifikator")


def test_nobody_approves_what_they_made_themselves(centre: Installation) -> None:
    post_id = planned(centre, status="draft", made_by="Rina  Sari")
    done = centre("posts", "approve", str(post_id), "--by", " rina SARI", "--as", "verifikator")
    assert (done.status, done.line) == (1, f"rina SARI made post {post_id}: someone else has to approve it")
    assert the_post(centre, post_id).status == "draft"


def test_a_patient_without_consent_is_not_approved(centre: Installation) -> None:
    post_id = planned(centre, status="held", options={"shows_patient": True, "consent": ""})
    done = centre("posts", "approve", str(post_id), "--by", "dr. Wulan", "--as", "verifikator")
    assert done.status == 1
    assert "persetujuan_pasien" in done.line
    assert the_post(centre, post_id).status == "held"


def test_what_is_out_cannot_be_approved_rejected_cancelled_moved_or_tried_again(centre: Installation) -> None:
    post_id = str(planned(centre, status="published", ig_media_id="180001"))
    for words in (
        ("approve", post_id, "--by", "Wulan", "--as", "verifikator"),
        ("reject", post_id, "--by", "Wulan", "--reason", "salah"),
        ("cancel", post_id, "--by", "Wulan"),
        ("reschedule", post_id, "--by", "Wulan", "--at", "26/11/2026 09.00"),
        ("confirm", post_id, "--by", "Wulan", "--not-published"),
        ("confirm", post_id, "--by", "Wulan", "--published", "180002"),
        ("confirm", post_id, "--by", "Wulan", "--published", "https://www.instagram.com/p/Aa/"),
        ("retry", post_id),
    ):
        done = centre("posts", *words)
        assert done.status == 1, words
        assert f"post {post_id} is published" in done.line
    row = the_post(centre, int(post_id))
    assert (row.status, row.version) == ("published", 0)


@pytest.mark.parametrize(("sheet_status", "void"), [("disetujui", True), ("draf", False)])
def test_a_rejected_post_is_a_draft_that_the_same_sheet_does_not_approve_again(
    centre: Installation, sheet_status: str, void: bool
) -> None:
    post_id = planned(centre, sheet_status=sheet_status, approved_hash="c" * 64)
    done = centre("posts", "reject", str(post_id), "--by", "Wulan", "--reason", "tanggalnya salah")
    assert done.status == 0
    row = the_post(centre, post_id)
    assert (row.status, row.last_error, row.approved_by) == ("draft", "tanggalnya salah", "")
    assert row.approval_void is void
    assert what_happened(centre, post_id) == ("Wulan", "rejected: tanggalnya salah")


def test_a_cancelled_post_stays_in_the_list(centre: Installation) -> None:
    post_id = planned(centre)
    assert centre("posts", "cancel", str(post_id), "--by", "Wulan").status == 0
    assert [post["status"] for post in centre("posts", "list", "--json").document] == ["cancelled"]


@pytest.mark.parametrize(
    "written",
    ["26/11/2026 09.00", "2026-11-26 09:00", "26 November 2026 pukul 09.00", "Kamis, 26-11-2026 9.00 WIB"],
)
def test_a_post_is_moved_to_a_time_as_people_write_it_and_keeps_its_approval(
    centre: Installation, written: str
) -> None:
    post_id = planned(centre)
    done = centre("posts", "reschedule", str(post_id), "--at", written, "--by", "Wulan")
    assert (done.status, done.err) == (0, "")
    row = the_post(centre, post_id)
    assert row.scheduled_at.isoformat() == "2026-11-26T02:00:00+00:00"
    assert (row.status, row.approved_by) == ("approved", "dr. Wulan")
    assert what_happened(centre, post_id) == ("Wulan", "moved to 26/11/2026 09.00")


@pytest.mark.parametrize("written", ["besok", "31/02/2026 09.00", "26/11/2026", "26/11/2026 09.00 WIT", ""])
def test_a_time_that_makes_no_sense_is_a_wrong_command(centre: Installation, written: str) -> None:
    post_id = planned(centre)
    done = centre("posts", "reschedule", str(post_id), "--at", written, "--by", "Wulan")
    assert done.status == 2
    assert f'--at: found "{written}"; allowed: ' in done.line


@pytest.mark.parametrize(
    ("reason", "approved", "status"),
    [(TIME_IS_OVER, "ini", "approved"), (TIME_IS_OVER, "", "held"), ("alasan lain", "ini", "held")],
)
def test_a_new_time_is_the_yes_that_a_late_post_waited_for(
    centre: Installation, reason: str, approved: str, status: str
) -> None:
    """What is held for another reason, or is not approved as it is now, goes on waiting."""
    changes = {"content_hash": "ini", "approved_hash": approved}
    post_id = planned(centre, status="held", last_error=reason, **changes)
    done = centre("posts", "reschedule", str(post_id), "--at", "26/11/2026 09.00", "--by", "Wulan")
    assert done.status == 0
    assert (f"still held; it goes out after: ig-worker posts retry {post_id}" in done.out) is (
        status == "held"
    )
    row = the_post(centre, post_id)
    assert (row.status, row.scheduled_at.isoformat()) == (status, "2026-11-26T02:00:00+00:00")


def test_nothing_is_moved_into_the_past(centre: Installation) -> None:
    post_id = planned(centre)
    done = centre("posts", "reschedule", str(post_id), "--at", "25/11/2026 07.30", "--by", "Wulan")
    assert (done.status, done.line) == (1, "25/11/2026 07.30 is over: name a time to come")


def unconfirmed(centre: Installation, **changes: Any) -> int:
    changes = {
        "status": "unconfirmed",
        "intent_at": NOW,
        "container_id": "1790",
        "publish_calls": 1,
        **changes,
    }
    return planned(centre, **changes)


def test_an_unconfirmed_post_that_is_out_gets_its_media_id(centre: Installation) -> None:
    post_id = unconfirmed(centre)
    done = centre("posts", "confirm", str(post_id), "--published", "18000000000000009", "--by", "Wulan")
    assert (done.status, done.err) == (0, "")
    row = the_post(centre, post_id)
    assert (row.status, row.ig_media_id, row.published_at) == ("published", "18000000000000009", NOW)
    assert row.permalink_next_at == NOW, "the publisher asks for the address"
    assert what_happened(centre, post_id) == ("Wulan", "seen: published as 18000000000000009")


def test_who_has_looked_need_not_be_said(centre: Installation) -> None:
    post_id = unconfirmed(centre)
    assert centre("posts", "confirm", str(post_id), "--published", "18000000000000009").status == 0
    assert what_happened(centre, post_id) == ("command line", "seen: published as 18000000000000009")
    nobody = centre("posts", "confirm", str(unconfirmed(centre, key="P-02")), "--not-published", "--by", " ")
    assert nobody.status == 2


def test_a_media_id_belongs_to_one_post(centre: Installation) -> None:
    planned(centre, key="P-00", status="published", ig_media_id="18000000000000009")
    post_id = unconfirmed(centre)
    done = centre("posts", "confirm", str(post_id), "--published", "18000000000000009", "--by", "Wulan")
    assert done.status == 1
    assert "belongs to another post" in done.line
    assert the_post(centre, post_id).status == "unconfirmed"


def test_an_unconfirmed_post_that_is_not_out_is_held_and_can_be_tried_again(centre: Installation) -> None:
    post_id = unconfirmed(centre, approved_hash="c" * 64)
    assert centre("posts", "confirm", str(post_id), "--not-published", "--by", "Wulan").status == 0
    row = the_post(centre, post_id)
    assert (row.status, row.intent_at, row.last_error) == ("held", None, "Wulan saw that it is not out")
    assert centre("posts", "retry", str(post_id)).status == 0
    row = the_post(centre, post_id)
    assert (row.status, row.container_id, row.approved_at) == ("approved", "", NOW)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


def test_the_address_of_a_post_is_looked_up_among_the_accounts_own(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    media_id = sandbox.door.media(caption="Posyandu besok")
    permalink = next(media["permalink"] for media in sandbox.door.state()["media"] if media["id"] == media_id)
    post_id = unconfirmed(centre)
    wrong = centre(
        "posts", "confirm", str(post_id), "--published", "https://www.instagram.com/p/zzz/", "--by", "Wulan"
    )
    assert (wrong.status, "polowijen has no post at https://www.instagram.com/p/zzz/" in wrong.line) == (
        1,
        True,
    )
    shared = permalink.rstrip("/") + "?igsh=abc"
    done = centre("posts", "confirm", str(post_id), "--published", shared, "--by", "Wulan")
    assert (done.status, done.err) == (0, "")
    row = the_post(centre, post_id)
    assert (row.status, row.ig_media_id, row.permalink) == ("published", media_id, permalink)


@pytest.mark.parametrize("words", [(), ("--published", "1800", "--not-published"), ("--published", "ada")])
def test_confirm_wants_one_clear_answer(centre: Installation, words: tuple[str, ...]) -> None:
    post_id = unconfirmed(centre)
    done = centre("posts", "confirm", str(post_id), *words, "--by", "Wulan")
    assert done.status == 2
    assert "--published" in done.line


@pytest.mark.parametrize(
    "changes",
    [{"approved_by": ""}, {"approved_hash": "d" * 64}, {"approved_hash": "c" * 64, "approval_void": True}],
)
def test_a_failed_post_is_not_tried_again_without_an_approval_of_what_it_says_now(
    centre: Installation, changes: dict[str, Any]
) -> None:
    post_id = planned(centre, status="failed", **changes)
    done = centre("posts", "retry", str(post_id))
    assert done.status == 1
    assert f"ig-worker posts approve {post_id}" in done.line


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_every_decision_is_somebodys(centre: Installation, name: str) -> None:
    post_id = planned(centre)
    done = centre("posts", "cancel", str(post_id), "--by", name)
    assert done.status == 2
    assert "--by" in done.line
    assert the_post(centre, post_id).status == "approved"


def test_a_lost_race_is_said() -> None:
    require_saved(True, "post 3")
    with pytest.raises(NotDone, match="post 3 was changed by someone else meanwhile"):
        require_saved(False, "post 3")


def test_a_post_is_held_with_a_reason_until_it_is_tried_again(centre: Installation) -> None:
    post_id = str(planned(centre))
    held = centre("posts", "hold", post_id, "--reason", "menunggu  dinas", "--by", "Wulan", "--json").document
    assert (held["status"], held["last_error"]) == ("held", "ditahan oleh Wulan: menunggu dinas")
    again = centre("posts", "hold", post_id, "--reason", "lagi", "--by", "Wulan")
    assert (again.status, "is held: hold is not possible any more" in again.line) == (1, True)
    assert centre("posts", "retry", post_id).status == 0
    assert the_post(centre, int(post_id)).status == "approved"


def test_a_hold_without_a_reason_holds_nothing(centre: Installation) -> None:
    post_id = planned(centre)
    done = centre("posts", "hold", str(post_id), "--reason", " ", "--by", "Wulan")
    assert (done.status, '--reason "why"' in done.line) == (1, True)
    assert the_post(centre, post_id).status == "approved"
