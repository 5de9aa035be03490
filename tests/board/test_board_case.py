"""The page of one case: what was written, what is due, what was done, and who may read what of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from board_centre import Centre
from case_shelf import AUTHOR, FIRST, PNG, WORDS, hang_evidence, move, open_case, tell, write_again

from ig_worker.domain.case import Event
from ig_worker.domain.reply import Reply, Status
from ig_worker.domain.rights import Role
from ig_worker.store import answers, journal, messages

READERS = {Role.HOLDER, Role.COMPLAINTS, Role.HEAD}
PAGE = f"/kasus/{FIRST}"


@pytest.mark.parametrize("role", list(Role))
def test_only_who_reads_cases_opens_one(centre: Centre, role: Role) -> None:
    open_case(centre)
    answer = centre.browser(role, unit="pendaftaran").get(PAGE)
    assert answer.status_code == (200 if role in READERS else 403)


@pytest.mark.parametrize(
    "number", ["K-2026-9999", "k", "..%2f..%2fetc", "K-2026-0001'--", "%00", f"{FIRST}%00", "x" * 500]
)
def test_a_case_that_is_not_there_is_not_found(centre: Centre, number: str) -> None:
    open_case(centre)
    assert centre.browser(Role.COMPLAINTS).get(f"/kasus/{number}").status_code == 404


def test_the_page_tells_the_whole_case(centre: Centre) -> None:
    message = open_case(centre)
    move(centre, Event.ACKNOWLEDGE)
    hang_evidence(centre, message)
    tell(centre)
    page = centre.browser(Role.COMPLAINTS).get(PAGE).text
    for said in (
        WORDS,
        AUTHOR,
        "Keluhan",
        "Antrean",
        "Pendaftaran",
        "Diterima tim",
        "Tanggapan pertama",
        "terpenuhi Rab 25 Nov 07.30",
        "tim keluhan",
        "mailto://mail.example.org",
        "menunggu dikirim",
        "kasus dibuka",
        f"/kotak-masuk/{message}",
    ):
        assert said in page, said
    assert "rahasia" not in page
    assert "t" * 64 not in page


def test_in_english_the_journal_is_as_it_was_written(centre: Centre) -> None:
    open_case(centre)
    page = centre.browser(Role.COMPLAINTS, language="en").get(PAGE).text
    assert "opened: keluhan, antrean" in page
    assert "Nobody has taken this case on yet" in page


def test_without_the_right_to_full_texts_everything_is_masked(centre: Centre) -> None:
    message = open_case(
        centre, plan="telepon 081234567890", answer=f"@{AUTHOR} sudah ditelepon ke 081234567890"
    )
    hang_evidence(centre, message)
    with centre.database.writing() as connection:
        journal.note(
            connection, centre.now, f"case:{FIRST}", f"note: @{AUTHOR}, WA 081234567890", who="Bu Ani"
        )
        given = Reply(Status.SENT, centre.now, centre.now, sent_at=centre.now)
        theirs = messages.get(connection, message)
        answers.add(
            connection,
            theirs,
            given,
            f"@{AUTHOR} Mohon maaf ya",
            centre.now,
            by="Rina",
            human_agent=False,
        )
    for role in (Role.HEAD, Role.HOLDER):
        page = centre.browser(role, unit="pendaftaran").get(PAGE).text
        assert "081234567890" not in page
        assert "Budi Santoso" not in page
        assert AUTHOR not in page
        assert "Mohon maaf ya" in page
        assert "disamarkan" in page
        assert "hanya ditampilkan kepada yang berhak" in page
        assert "<img" not in page


def test_a_holder_opens_only_cases_of_their_unit(centre: Centre) -> None:
    message = open_case(centre, unit="farmasi")
    piece = hang_evidence(centre, message)
    theirs = centre.browser(Role.HOLDER, name="farmasi", unit="farmasi", full_texts=True)
    others = centre.browser(Role.HOLDER, name="gigi", unit="gigi", full_texts=True)
    nobodys = centre.browser(Role.HOLDER, name="tanpa", unit="", full_texts=True)
    for path in (PAGE, f"{PAGE}/bukti/{piece}", f"{PAGE}/bukti/{piece}/json"):
        assert theirs.get(path).status_code == 200, path
        assert others.get(path).status_code == 404, path
        assert nobodys.get(path).status_code == 404, path


def test_evidence_is_shown_to_who_may_read_full_texts(centre: Centre) -> None:
    piece = hang_evidence(centre, open_case(centre))
    browser = centre.browser(Role.COMPLAINTS)
    picture = browser.get(f"{PAGE}/bukti/{piece}")
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert "no-store" in picture.headers["cache-control"]
    document = browser.get(f"{PAGE}/bukti/{piece}/json")
    assert document.json() == {"text": WORDS}
    assert "attachment" in document.headers["content-disposition"]
    for path in (f"{PAGE}/bukti/{piece}", f"{PAGE}/bukti/{piece}/json"):
        assert centre.browser(Role.HEAD).get(path).status_code == 403
        assert centre.browser().get(path, follow_redirects=False).status_code == 303


def test_evidence_belongs_to_its_own_case(centre: Centre) -> None:
    piece = hang_evidence(centre, open_case(centre))
    open_case(centre, "K-2026-0002", author="orang_lain")
    browser = centre.browser(Role.COMPLAINTS)
    assert browser.get(f"/kasus/K-2026-0002/bukti/{piece}").status_code == 404
    for wrong in (piece + 1, 0, "-1", "1e3", "..%2f..%2fig-worker.db", "9" * 30):
        assert browser.get(f"{PAGE}/bukti/{wrong}").status_code == 404, wrong


def test_nothing_outside_of_the_evidence_folder_is_ever_handed_out(centre: Centre) -> None:
    message = open_case(centre)
    secret = centre.settings.data_dir / "rahasia.png"
    piece = hang_evidence(centre, message, path="evidence/../rahasia.png")
    assert secret.read_bytes() == PNG
    assert centre.browser(Role.COMPLAINTS).get(f"{PAGE}/bukti/{piece}").status_code == 404
    secret.unlink()
    link = centre.settings.data_dir / "evidence" / "link.png"
    other = hang_evidence(centre, open_case(centre, "K-2026-0002"), "K-2026-0002", path="evidence/link.png")
    link.unlink()
    link.symlink_to(centre.settings.data_dir / "ig-worker.db")
    assert centre.browser(Role.COMPLAINTS).get(f"/kasus/K-2026-0002/bukti/{other}").status_code == 404


def test_a_picture_that_is_gone_is_not_found(centre: Centre) -> None:
    message = open_case(centre)
    piece = hang_evidence(centre, message)
    (centre.settings.data_dir / f"evidence/2026/{FIRST}/{message}.png").unlink()
    assert centre.browser(Role.COMPLAINTS).get(f"{PAGE}/bukti/{piece}").status_code == 404


def test_what_people_wrote_is_never_markup(centre: Centre) -> None:
    evil = '</textarea><script>alert(1)</script>"><img src=x onerror=y>'
    open_case(
        centre, said=evil, author=evil, assigned_to=evil, plan=evil, answer=evil, unit=evil, follow_up=evil
    )
    with centre.database.writing() as connection:
        journal.note(connection, centre.now, f"case:{FIRST}", f"note: {evil}", who=evil)
    for role in (Role.COMPLAINTS, Role.HEAD):
        page = centre.browser(role).get(PAGE).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "</textarea><" not in page


def test_one_thing_is_to_be_done_first(centre: Centre) -> None:
    open_case(centre)
    browser = centre.browser(Role.COMPLAINTS)
    assert "Terima kasus ini" in browser.get(PAGE).text
    move(centre, Event.ACKNOWLEDGE)
    page = browser.get(PAGE).text
    assert "Terima kasus ini" not in page
    assert "Jawab orangnya" in page
    assert page.count('class="button"') == 1


def test_a_new_danger_asks_to_be_acknowledged_again(centre: Centre) -> None:
    open_case(centre)
    move(centre, Event.ACKNOWLEDGE)
    centre.set_clock(centre.now + timedelta(hours=1))
    write_again(centre, "Tolong, ibu saya pingsan!", danger=True)
    assert "Terima kasus ini" in centre.browser(Role.COMPLAINTS).get(PAGE).text


def test_who_only_reads_finds_nothing_to_do(centre: Centre) -> None:
    open_case(centre)
    page = centre.browser(Role.HEAD).get(PAGE).text
    assert "Terima kasus ini" not in page
    assert f'action="{PAGE}' not in page
