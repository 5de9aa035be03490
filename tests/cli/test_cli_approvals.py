"""Saying yes or no to a post from the command line: in which role, to what exactly, and in spite of what."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation
from PIL import Image
from sqlalchemy import select

from fakes.bench import plan_post
from ig_worker.store import approvals, posts
from ig_worker.store.schema import notices

HEADER = "kode,tanggal,jam,jenis,media,caption,status,pembuat,verifikator,penanggung_jawab\n"
BOTH = '[posts]\nrequired_roles = ["verifikator", "penanggung_jawab"]\n'
TEAM = '\ncontent_team = ["mailto://tim:rahasia-benar@mail.example.org?to=konten@example.org"]\n'


def configure(centre: Installation, more: str = "") -> None:
    """The ordinary configuration with a content team, and `more` sections."""
    centre.configure()
    centre.config.write_text(centre.config.read_text("utf-8").rstrip("\n") + TEAM + more, "utf-8")


def planned(centre: Installation, **changes: Any) -> int:
    with centre.writing() as connection:
        return plan_post(connection, **{"status": "draft", "approved_by": "", **changes})


def the_post(centre: Installation, post_id: int) -> Any:
    with centre.writing() as connection:
        post = posts.get(connection, post_id)
    assert post is not None
    return post.row


def letters(centre: Installation) -> list[tuple[str, str]]:
    with centre.writing() as connection:
        return [(row.title, row.body) for row in connection.execute(select(notices).order_by(notices.c.id))]


def say_yes(centre: Installation, said: int | str, by: str, role: str, *more: str) -> Any:
    return centre("posts", "approve", str(said), "--by", by, "--as", role, *more)


def test_a_post_goes_when_every_role_has_said_yes(centre: Installation) -> None:
    configure(centre, BOTH)
    post_id = planned(centre)
    first = say_yes(centre, post_id, "Bu Kepala", "penanggung_jawab")
    assert (first.status, first.err) == (0, "")
    said = f"Post {post_id} (P-01) has your yes as penanggung jawab; still wanted: verifikator."
    assert first.out.splitlines()[0] == said
    assert the_post(centre, post_id).status == "draft"
    second = say_yes(centre, post_id, "dr. Wulan", "verifikator")
    assert "is approved for 25/11/2026 07.30" in second.out
    row = the_post(centre, post_id)
    assert (row.status, row.approved_by, row.approved_hash) == (
        "approved",
        "dr. Wulan, Bu Kepala",
        row.content_hash,
    )
    shown = centre("posts", "show", str(post_id), "--json").document
    assert shown["approved_by"] == "dr. Wulan, Bu Kepala"
    assert [(each["role"], each["valid"]) for each in shown["approvals"]] == [
        ("penanggung_jawab", True),
        ("verifikator", True),
    ]
    assert "verifikator: dr. Wulan" in centre("posts", "show", str(post_id)).out


def test_a_number_in_the_text_goes_out_only_with_a_verifiers_reason(centre: Installation) -> None:
    post_id = planned(centre, status="held", caption="Hubungi 0812 3456 7890 ya, Bunda")
    refused = say_yes(centre, post_id, "dr. Wulan", "verifikator")
    assert refused.status == 1
    assert "berakhiran 90" in refused.line
    assert "--override" in refused.line
    assert the_post(centre, post_id).status == "held"
    reason = "nomor kader, sudah setuju tertulis"
    assert say_yes(centre, post_id, "dr. Wulan", "verifikator", "--override", reason).status == 0
    assert the_post(centre, post_id).status == "approved"
    with centre.writing() as connection:
        (approval,) = approvals.of(connection, post_id)
    assert approval.override == reason
    assert reason in centre("posts", "show", str(post_id)).out


def test_an_override_is_the_verifiers(centre: Installation) -> None:
    post_id = planned(centre, caption="Hubungi 0812 3456 7890 ya, Bunda")
    done = say_yes(centre, post_id, "Bu Kepala", "penanggung_jawab", "--override", "boleh")
    assert (done.status, "--override is for verifikator only" in done.line) == (2, True)


def test_the_holders_yes_overrules_nothing(centre: Installation) -> None:
    configure(centre, BOTH)
    post_id = planned(centre, caption="Hubungi 0812 3456 7890 ya, Bunda")
    assert say_yes(centre, post_id, "Bu Kepala", "penanggung_jawab").status == 0
    assert say_yes(centre, post_id, "dr. Wulan", "verifikator").status == 1
    assert the_post(centre, post_id).status == "draft"


def test_a_missing_consent_is_not_overruled(centre: Installation) -> None:
    post_id = planned(centre, options={"shows_patient": True})
    done = say_yes(centre, post_id, "dr. Wulan", "verifikator", "--override", "pasien setuju lisan")
    assert done.status == 1
    assert "persetujuan_pasien" in done.line
    assert the_post(centre, post_id).status == "draft"


def test_nobody_approves_what_nobody_can_have_seen(centre: Installation) -> None:
    post_id = planned(centre, content_hash="", gather_next_at=NOW)
    done = say_yes(centre, post_id, "dr. Wulan", "verifikator")
    assert done.status == 1
    assert "run-once media" in done.line
    assert the_post(centre, post_id).status == "draft"


def test_a_rejection_takes_every_yes_back_and_the_content_team_is_told(centre: Installation) -> None:
    configure(centre, BOTH)
    post_id = planned(centre)
    say_yes(centre, post_id, "Bu Kepala", "penanggung_jawab")
    say_yes(centre, post_id, "dr. Wulan", "verifikator")
    done = centre("posts", "reject", "P-01", "--by", "dr. Wulan", "--reason", "tanggalnya salah")
    assert done.status == 0
    with centre.writing() as connection:
        assert approvals.of(connection, post_id) == []
    ((title, body),) = letters(centre)
    assert title == "P-01 dikembalikan untuk diperbaiki"
    assert "oleh dr. Wulan.\nAlasan: tanggalnya salah\n" in body


def test_what_instagram_would_refuse_is_not_approved(centre: Installation) -> None:
    post_id = planned(centre, caption="#satu " * 31)
    done = say_yes(centre, post_id, "dr. Wulan", "verifikator")
    assert done.status == 1
    assert "31 tagar" in done.line
    assert the_post(centre, post_id).status == "draft"


def test_whoever_says_yes_is_told_what_pre_flight_found(centre: Installation) -> None:
    post_id = planned(centre, caption="")
    done = say_yes(centre, post_id, "dr. Wulan", "verifikator")
    assert done.status == 0
    assert "  Kolom caption: masih kosong" in done.out


def test_a_rejection_names_the_role_and_somebody_to_ask(centre: Installation) -> None:
    post_id = planned(centre)
    done = centre("posts", "reject", str(post_id), "--by", "dr. Wulan", "--as", "verifikator", "--json")
    assert done.document["last_error"] == "ditolak oleh dr. Wulan; tanyakan apa yang perlu diubah"
    history = centre("posts", "show", str(post_id), "--json").document["journal"]
    assert history[-1]["what"].startswith("rejected as verifikator: ditolak oleh dr. Wulan")


# A post by its number or its key.


@pytest.mark.parametrize("name", [" ", "-", "\u200b"])
def test_nobody_is_no_name(centre: Installation, name: str) -> None:
    done = centre("posts", "cancel", "P-01", "--by", name)
    assert (done.status, "a name of 1 to 80 letters is needed" in done.line) == (2, True)


def test_blanks_are_no_reason_to_overrule(centre: Installation) -> None:
    post_id = planned(centre, caption="Hubungi 0812-3456-7890", content_hash="c" * 64)
    done = say_yes(centre, post_id, "Wulan", "verifikator", "--override", " \n ")
    assert (done.status, "--override" in done.line) == (1, True)


def test_a_post_is_named_by_its_number_or_its_key(centre: Installation) -> None:
    post_id = planned(centre, key="NOV-7")
    for said in (str(post_id), "NOV-7"):
        assert centre("posts", "show", said, "--json").document["id"] == post_id
    assert say_yes(centre, "NOV-7", "dr. Wulan", "verifikator").status == 0
    missing = centre("posts", "cancel", "NOV-8", "--by", "Wulan")
    assert missing.line == "there is no post NOV-8: ig-worker posts list shows them"


def test_a_name_that_may_mean_two_posts_is_asked_back(centre: Installation) -> None:
    first = planned(centre, key="P-01")
    second = planned(centre, key=str(first))
    third = planned(centre, key="P-01", account="arjosari")
    clash = centre("posts", "cancel", str(first), "--by", "Wulan")
    assert clash.line == (
        f"{first} may be any of: {first} (P-01 of polowijen), {second} ({first} of polowijen): "
        "write id: and its number, or kode: and its key"
    )
    assert centre("posts", "show", f"id:{first}", "--json").document["id"] == first
    assert centre("posts", "show", f"kode:{first}", "--json").document["id"] == second
    both = centre("posts", "cancel", "P-01", "--by", "Wulan")
    assert f"{first} (P-01 of polowijen), {third} (P-01 of arjosari)" in both.line
    assert the_post(centre, first).status == "draft"
    assert centre("posts", "cancel", str(third), "--by", "Wulan").status == 0


def test_a_number_longer_than_any_post_has_is_not_there(centre: Installation) -> None:
    assert "there is no post 99999999999999999999" in centre("posts", "show", "9" * 20).line


def test_a_move_shows_the_post_as_a_document(centre: Installation) -> None:
    post_id = str(planned(centre, at=NOW + timedelta(days=1)))
    by = ("--by", "Wulan", "--json")
    approved = centre("posts", "approve", post_id, "--as", "verifikator", *by).document
    assert (approved["status"], approved["approved_by"]) == ("approved", "Wulan")
    moved = centre("posts", "reschedule", post_id, "--at", "27/11/2026 09.00", *by).document
    assert moved["scheduled_at"] == "2026-11-27T09:00:00+07:00"
    assert centre("posts", "reject", post_id, "--reason", "salah", *by).document["last_error"] == "salah"
    assert centre("posts", "cancel", post_id, *by).document["status"] == "cancelled"
    out = planned(centre, key="P-02", status="unconfirmed", intent_at=NOW, container_id="17")
    held = centre("posts", "confirm", str(out), "--not-published", *by).document
    assert held["status"] == "held"
    failed = planned(centre, key="P-03", status="failed", approved_by="Wulan", approved_hash="c" * 64)
    assert centre("posts", "retry", str(failed), "--json").document["status"] == "approved"


def test_what_was_approved_before_its_consent_was_withdrawn_is_not_tried_again(centre: Installation) -> None:
    yes = {"approved_by": "Wulan", "approved_hash": "c" * 64}
    options = {"shows_patient": True, "consent": "dicabut"}
    post_id = planned(centre, status="held", last_error="persetujuan dicabut", options=options, **yes)
    done = centre("posts", "retry", str(post_id))
    assert (done.status, "persetujuan_pasien" in done.line) == (1, True)
    assert the_post(centre, post_id).status == "held"


def test_a_post_that_is_moved_gets_its_tries_back(centre: Installation) -> None:
    post_id = planned(centre, status="approved", containers_made=3)
    centre("posts", "reschedule", str(post_id), "--at", "27/11/2026 09.00", "--by", "Wulan")
    assert the_post(centre, post_id).containers_made == 0


# A picture that cannot go out.


@pytest.fixture
def sheet(centre: Installation) -> Path:
    """A sheet beside a good picture and one that was cut off in the middle."""
    folder = centre.folder / "rencana"
    folder.mkdir()
    Image.effect_noise((600, 600), 90).save(folder / "satu.jpg")
    whole = (folder / "satu.jpg").read_bytes()
    (folder / "rusak.jpg").write_bytes(whole[: len(whole) // 3])
    lines = [
        f"P-0{number},26/11/2026,0{number}.00,gambar,{name},Posyandu,disetujui,Rina,dr. Wulan,\n"
        for number, name in ((1, "satu.jpg"), (2, "rusak.jpg"))
    ]
    (folder / "november.csv").write_text(HEADER + "".join(lines), "utf-8")
    return folder / "november.csv"


def test_a_broken_picture_is_named_at_the_import_and_its_post_is_held(
    centre: Installation, sheet: Path
) -> None:
    configure(centre)
    document = centre("posts", "import", sheet, "--json").document
    assert document["added"] == ["P-01", "P-02"]
    (problem,) = document["problems"]
    assert problem.startswith(
        "Baris 3, kolom media: tertulis “rusak.jpg”, seharusnya berkas yang dapat diterbitkan ("
    )
    assert problem.endswith("Postingan P-02 ditahan.")
    assert set(document["waiting"]) == {"P-02"}
    assert [post["status"] for post in centre("posts", "list", "--json").document] == ["approved", "held"]
    assert [title for title, _ in letters(centre)] == ["Gambar atau video untuk P-02 tidak dapat diterbitkan"]
    refused = say_yes(centre, "P-02", "dr. Wulan", "verifikator")
    assert (refused.status, "posts retry" in refused.line) == (1, True)


def test_a_mended_picture_is_tried_again(centre: Installation, sheet: Path) -> None:
    centre("posts", "import", sheet)
    again = centre("posts", "retry", "P-02")
    assert again.status == 1
    assert "is still held: rusak.jpg" in again.line
    (sheet.parent / "rusak.jpg").write_bytes((sheet.parent / "satu.jpg").read_bytes())
    document = centre("posts", "import", sheet, "--json").document
    assert document["problems"] == []
    assert "draf dahulu" in document["waiting"]["P-02"], "nobody has approved these bytes"
    assert say_yes(centre, "P-02", "dr. Wulan", "verifikator").status == 0


def test_a_dry_run_leaves_no_copy_behind(centre: Installation, sheet: Path) -> None:
    before = sorted(path for path in (centre.folder / "var").rglob("*") if path.is_file())
    assert centre("posts", "import", sheet, "--dry-run").status == 0
    after = sorted(
        path
        for path in (centre.folder / "var").rglob("*")
        if path.is_file() and "ig-worker.db" not in path.name
    )
    assert after == [path for path in before if "ig-worker.db" not in path.name]
