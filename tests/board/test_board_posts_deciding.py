"""Deciding about a post on its page: who may, what was looked at, and what was typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from board_centre import NAMES, NOW, Centre
from posting import forms, happened, plan, seen, set_values, status, stored, words

from ig_worker.domain.rights import Role

NUMBER = "Hubungi 0812 3456 7890 ya, Bunda"
BOTH = '[posts]\nrequired_roles = ["verifikator", "penanggung_jawab"]\n'
GONE_OUT = {
    "status": "published",
    "ig_media_id": "180001",
    "published_at": NOW,
    "permalink": "https://www.instagram.com/p/Aa/",
}
IN_DOUBT = {"status": "unconfirmed", "intent_at": NOW - timedelta(hours=1), "container_id": "17"}
APPROVED = {"approved_by": "Bu Ani", "approved_hash": "c" * 64}


def test_a_verifier_looks_and_approves(centre: Centre) -> None:
    post_id = plan(centre)
    verifier = centre.browser(Role.VERIFIER)
    page = verifier.get(f"/posting/{post_id}")
    assert "Menunggu persetujuan verifikator" in words(page)
    done = verifier.post(f"/posting/{post_id}/setujui", {"sebagai": "verifikator", "seen": seen(page)})
    assert done.status_code == 200
    assert "Disetujui. Terbit Jum 27 Nov 07.30." in words(done)
    row = stored(centre, post_id).row
    assert (row.status, row.approved_by, row.approved_hash) == ("approved", "Bidan Ratna", row.content_hash)
    assert happened(centre, post_id) == [("Bidan Ratna", "approved as verifikator")]


@pytest.mark.parametrize("made_by", ["Bidan Ratna", "bidan ratna", " BIDAN  RATNA."])
def test_the_maker_never_verifies_their_own(centre: Centre, made_by: str) -> None:
    post_id = plan(centre, made_by=made_by)
    verifier = centre.browser(Role.VERIFIER)
    page = verifier.get(f"/posting/{post_id}")
    assert "setujui" not in forms(page)
    assert "orang lain yang memeriksanya" in words(page)
    done = verifier.post(f"/posting/{post_id}/setujui", {"sebagai": "verifikator", "seen": seen(page)})
    assert done.status_code == 403
    assert status(centre, post_id) == "draft"


def test_who_changed_the_content_on_the_board_does_not_verify_it(centre: Centre) -> None:
    post_id = plan(centre, source="papan:P-01", source_row=0, edited_by="bidan ratna")
    page = centre.browser(Role.VERIFIER).get(f"/posting/{post_id}")
    assert "setujui" not in forms(page)
    other = centre.browser(Role.VERIFIER, name="ani", full_name="Bu Ani")
    fields = {"sebagai": "verifikator", "seen": seen(page)}
    assert centre.browser(Role.VERIFIER).post(f"/posting/{post_id}/setujui", fields).status_code == 403
    assert other.post(f"/posting/{post_id}/setujui", fields).status_code == 200


def test_what_changed_meanwhile_is_not_approved(centre: Centre) -> None:
    post_id = plan(centre)
    verifier = centre.browser(Role.VERIFIER)
    page = verifier.get(f"/posting/{post_id}")
    set_values(centre, post_id, caption="Isi yang lain sama sekali", content_hash="d" * 64)
    done = verifier.post(f"/posting/{post_id}/setujui", {"sebagai": "verifikator", "seen": seen(page)})
    assert done.status_code == 409
    assert "Sudah diubah oleh orang lain" in words(done)
    assert "Isi yang lain sama sekali" in words(done)
    assert status(centre, post_id) == "draft"
    assert seen(done) != seen(page)
    again = verifier.post(f"/posting/{post_id}/setujui", {"sebagai": "verifikator", "seen": seen(done)})
    assert again.status_code == 200
    assert stored(centre, post_id).row.approved_hash == "d" * 64


@pytest.mark.parametrize("mark", ["", "0" * 16, "<script>"])
def test_a_form_that_looked_at_nothing_decides_nothing(centre: Centre, mark: str) -> None:
    post_id = plan(centre)
    done = centre.browser(Role.VERIFIER).post(
        f"/posting/{post_id}/setujui", {"sebagai": "verifikator", "seen": mark}
    )
    assert (done.status_code, status(centre, post_id)) == (409, "draft")


def test_the_worker_on_its_way_sends_nobody_back(centre: Centre) -> None:
    post_id = plan(centre, status="approved", **APPROVED)
    verifier = centre.browser(Role.VERIFIER)
    page = verifier.get(f"/posting/{post_id}")
    set_values(centre, post_id, status="ready", container_id="17", version=9)
    assert (
        verifier.post(f"/posting/{post_id}/tahan", {"alasan": "tunggu", "seen": seen(page)}).status_code
        == 200
    )
    assert status(centre, post_id) == "held"


def test_of_two_at_once_one_wins_and_the_other_keeps_what_was_typed(centre: Centre) -> None:
    post_id = plan(centre)
    first = centre.browser(Role.VERIFIER)
    second = centre.browser(Role.VERIFIER, name="ani", full_name="Bu Ani")
    mark = seen(first.get(f"/posting/{post_id}"))
    tries = [
        (first, "setujui", {"sebagai": "verifikator", "seen": mark}),
        (second, "tolak", {"alasan": "tanggalnya keliru", "seen": mark}),
    ]
    answers: dict[str, int] = {}
    pages: dict[str, str] = {}
    at_once = threading.Barrier(2)

    def press(number: int) -> None:
        browser, action, fields = tries[number]
        at_once.wait(10)
        done = browser.post(f"/posting/{post_id}/{action}", fields)
        answers[action], pages[action] = done.status_code, done.text

    people = [threading.Thread(target=press, args=(number,)) for number in (0, 1)]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    assert sorted(answers.values()) == [200, 409]
    assert len(happened(centre, post_id)) == 1
    if answers["tolak"] == 409:
        assert "tanggalnya keliru" in pages["tolak"]


# Who sees which forms.

OFFERED = {
    Role.MAKER: set(),
    Role.EDITOR: {"pindah"},
    Role.VERIFIER: {"setujui", "tolak", "pindah", "tahan", "batal"},
    Role.HOLDER: {"setujui", "tolak"},
    Role.COMPLAINTS: set(),
    Role.HEAD: {"tahan", "batal"},
    Role.ADMIN: set(),
}

REFUSED_FORMS = {"setujui", "tolak", "pindah", "tahan", "batal", "ulang", "pastikan"}
RIGHTFUL = {
    Role.EDITOR: {"pindah"},
    Role.VERIFIER: REFUSED_FORMS,
    Role.HOLDER: {"setujui", "tolak"},
    Role.HEAD: {"tahan", "batal"},
    Role.ADMIN: {"ulang", "pastikan"},
}


@pytest.mark.parametrize("role", list(Role))
def test_a_page_offers_what_the_role_may(centre: Centre, role: Role) -> None:
    page = centre.browser(role).get(f"/posting/{plan(centre)}")
    assert page.status_code == 200
    assert forms(page) == OFFERED[role]


@pytest.mark.parametrize("role", list(Role))
def test_a_form_that_is_not_theirs_is_refused(centre: Centre, role: Role) -> None:
    post_id = plan(centre)
    browser = centre.browser(role)
    for form in sorted(REFUSED_FORMS - RIGHTFUL.get(role, set())):
        done = browser.post(
            f"/posting/{post_id}/{form}", {"sebagai": "verifikator", "alasan": "x", "seen": ""}
        )
        assert done.status_code == 403, form
    assert happened(centre, post_id) == []


@pytest.mark.parametrize(
    ("role", "other"),
    [(Role.HOLDER, "verifikator"), (Role.VERIFIER, "penanggung_jawab"), (Role.VERIFIER, "kepala")],
)
def test_nobody_says_yes_in_a_role_that_is_not_theirs(centre: Centre, role: Role, other: str) -> None:
    post_id = plan(centre)
    browser = centre.browser(role)
    mark = seen(browser.get(f"/posting/{post_id}"))
    assert browser.post(f"/posting/{post_id}/setujui", {"sebagai": other, "seen": mark}).status_code == 403
    assert status(centre, post_id) == "draft"


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({"status": "approved", **APPROVED}, {"tolak", "pindah", "tahan", "batal"}),
        ({"status": "publishing", "intent_at": NOW}, set()),
        (GONE_OUT, set()),
        (IN_DOUBT, {"pastikan"}),
        (
            {"status": "held", "last_error": "ditahan oleh dr. Hartono: tunggu", **APPROVED},
            {"ulang", "tolak", "pindah", "batal"},
        ),
        ({"status": "held", "last_error": "tunggu"}, {"setujui", "tolak", "pindah", "batal"}),
        ({"status": "failed", "last_error": "gagal", **APPROVED}, {"ulang", "pindah", "batal"}),
        ({"status": "cancelled"}, set()),
    ],
)
def test_a_page_offers_what_the_state_allows(
    centre: Centre, changes: dict[str, object], offered: set[str]
) -> None:
    assert forms(centre.browser(Role.VERIFIER).get(f"/posting/{plan(centre, **changes)}")) == offered


def test_a_holder_agrees_to_what_names_them_or_nobody(open_centre: Callable[..., Centre]) -> None:
    centre = open_centre(more=BOTH)
    holder = centre.browser(Role.HOLDER)
    own, nobodys, others = (
        plan(centre, key=key, responsible=name)
        for key, name in (("A", "dr Bagus"), ("B", "-"), ("C", "drg. Sari"))
    )
    page = holder.get(f"/posting/{others}")
    assert forms(page) == set()
    assert "menunggu persetujuan drg. Sari sebagai penanggung jawab" in words(page)
    mark = seen(centre.browser(Role.VERIFIER).get(f"/posting/{others}"))
    for form in ("setujui", "tolak"):
        fields = {"sebagai": "penanggung_jawab", "alasan": "x", "seen": mark}
        assert holder.post(f"/posting/{others}/{form}", fields).status_code == 403
    for post_id in (own, nobodys):
        mark = seen(holder.get(f"/posting/{post_id}"))
        done = holder.post(f"/posting/{post_id}/setujui", {"sebagai": "penanggung_jawab", "seen": mark})
        assert "Masih menunggu: Verifikator." in words(done)
        assert "setujui" not in forms(done), "once is enough"


# A number in the text.


def test_a_reason_is_asked_only_where_something_was_found(centre: Centre) -> None:
    verifier = centre.browser(Role.VERIFIER)
    plain = verifier.get(f"/posting/{plan(centre)}")
    assert 'id="setujui-alasan"' not in plain.text
    post_id = plan(centre, key="P-02", caption=NUMBER, status="held", last_error="memuat nomor")
    page = verifier.get(f"/posting/{post_id}")
    assert 'id="setujui-alasan"' in page.text
    refused = verifier.post(f"/posting/{post_id}/setujui", {"sebagai": "verifikator", "seen": seen(page)})
    assert (refused.status_code, "berakhiran 90" in words(refused)) == (422, True)
    fields = {"sebagai": "verifikator", "alasan": "nomor kader,\nsetuju tertulis", "seen": seen(page)}
    assert verifier.post(f"/posting/{post_id}/setujui", fields).status_code == 200
    assert status(centre, post_id) == "approved"
    assert happened(centre, post_id)[-1][1].endswith("overruling: nomor kader, setuju tertulis")


def test_a_patient_without_consent_is_not_approved(centre: Centre) -> None:
    post_id = plan(centre, options={"shows_patient": True, "consent": "lisan"})
    verifier = centre.browser(Role.VERIFIER)
    page = verifier.get(f"/posting/{post_id}")
    assert "setujui" not in forms(page)
    assert "persetujuan tertulisnya belum disebut" in words(page)
    fields = {"sebagai": "verifikator", "alasan": "boleh", "seen": seen(page)}
    assert verifier.post(f"/posting/{post_id}/setujui", fields).status_code == 409
    assert status(centre, post_id) == "draft"


# No, later, not now, never, once more.


def test_a_post_is_sent_back_with_a_reason(centre: Centre) -> None:
    post_id = plan(centre)
    verifier = centre.browser(Role.VERIFIER)
    mark = seen(verifier.get(f"/posting/{post_id}"))
    empty = verifier.post(f"/posting/{post_id}/tolak", {"alasan": "  ", "seen": mark})
    assert (empty.status_code, "Tulis alasannya" in words(empty)) == (422, True)
    done = verifier.post(f"/posting/{post_id}/tolak", {"alasan": "<b>tanggalnya</b> salah", "seen": mark})
    assert "Masih draf: <b>tanggalnya</b> salah" in words(done)
    assert happened(centre, post_id) == [("Bidan Ratna", "rejected as verifikator: <b>tanggalnya</b> salah")]


def test_a_post_is_moved_in_the_centres_time(centre: Centre) -> None:
    post_id = plan(centre)
    editor = centre.browser(Role.EDITOR)
    page = editor.get(f"/posting/{post_id}")
    assert 'value="2026-11-27"' in page.text
    assert 'value="07:30"' in page.text
    fields = {
        "tanggal": "2026-12-01",
        "jam": "16:05",
        "kembali": f"/posting/{post_id}?dari=kalender",
        "seen": seen(page),
    }
    done = editor.post(f"/posting/{post_id}/pindah", fields)
    assert done.url.query == b"dari=kalender"
    assert "Dipindahkan ke Sel 1 Des 16.05." in words(done)
    assert stored(centre, post_id).publication.scheduled_at.isoformat() == "2026-12-01T09:05:00+00:00"


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [
        ("2026-11-24", "09:00", "24/11/2026 09.00 sudah lewat"),
        ("besok", "09:00", "tidak terbaca"),
        ("2026-12-01", "25:00", "tidak terbaca"),
        ("9999-12-31", "23:59", "tidak terbaca"),
        ("2026-12-01", "09:00+05:00", "tidak terbaca"),
    ],
)
def test_a_time_that_is_none_is_asked_for_again(centre: Centre, day: str, clock: str, said: str) -> None:
    post_id = plan(centre)
    editor = centre.browser(Role.EDITOR)
    fields = {"tanggal": day, "jam": clock, "seen": seen(editor.get(f"/posting/{post_id}"))}
    done = editor.post(f"/posting/{post_id}/pindah", fields)
    assert (done.status_code, said in words(done)) == (422, True)
    assert f'value="{day}"' in done.text
    assert happened(centre, post_id) == []


@pytest.mark.parametrize(
    "where", ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere_after_a_decision(centre: Centre, where: str) -> None:
    post_id = plan(centre)
    head = centre.browser(Role.HEAD)
    mark = seen(head.get(f"/posting/{post_id}"))
    done = head.post(f"/posting/{post_id}/batal", {"seen": mark, "kembali": where}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert head.get(f"/posting/{post_id}?kembali={where}").text.count("jahat.example") == 0


def test_a_post_is_held_and_goes_on(centre: Centre) -> None:
    post_id = plan(centre, status="approved", **APPROVED)
    head, verifier = centre.browser(Role.HEAD), centre.browser(Role.VERIFIER)
    mark = seen(head.get(f"/posting/{post_id}"))
    held = head.post(f"/posting/{post_id}/tahan", {"alasan": "menunggu dinas", "seen": mark})
    assert (
        "Ditahan dan tidak akan terbit sebelum ada yang memutuskan. ditahan oleh dr. Hartono: menunggu dinas"
        in words(held)
    )
    mark = seen(verifier.get(f"/posting/{post_id}"))
    on = verifier.post(f"/posting/{post_id}/ulang", {"seen": mark})
    assert "Akan dicoba lagi" in words(on)
    assert status(centre, post_id) == "approved"
    assert [who for who, _ in happened(centre, post_id)] == [NAMES[Role.HEAD], NAMES[Role.VERIFIER]]


def test_what_is_late_for_a_decision_is_told_with_the_new_state(centre: Centre) -> None:
    post_id = plan(centre, status="published", ig_media_id="180001", published_at=NOW)
    head = centre.browser(Role.HEAD)
    from ig_worker.flows.planning.deciding import seen_of

    mark = seen_of(stored(centre, post_id), [])
    done = head.post(f"/posting/{post_id}/batal", {"seen": mark})
    assert done.status_code == 409
    assert "Keadaan posting ini sudah lain" in words(done)
    assert "Terbit Rab 25 Nov 07.30." in words(done)


# Whether it is out.


def test_an_unconfirmed_post_is_settled_by_its_media_id(centre: Centre) -> None:
    post_id = plan(centre, **IN_DOUBT)
    admin = centre.browser(Role.ADMIN)
    mark = seen(admin.get(f"/posting/{post_id}"))
    done = admin.post(f"/posting/{post_id}/pastikan", {"terbit": "18000000000000009", "seen": mark})
    assert "Dicatat: sudah terbit." in words(done)
    assert (status(centre, post_id), stored(centre, post_id).row.ig_media_id) == (
        "published",
        "18000000000000009",
    )


def test_an_unconfirmed_post_that_is_not_out_is_held(centre: Centre) -> None:
    post_id = plan(centre, **IN_DOUBT)
    admin = centre.browser(Role.ADMIN)
    mark = seen(admin.get(f"/posting/{post_id}"))
    done = admin.post(f"/posting/{post_id}/pastikan", {"tidak_terbit": "1", "seen": mark})
    assert "Agus Operator sudah melihat Instagram: belum terbit" in words(done)
    assert status(centre, post_id) == "held"


def test_instagrams_silence_is_said_and_changes_nothing(centre: Centre) -> None:
    post_id = plan(centre, **IN_DOUBT)
    admin = centre.browser(Role.ADMIN)
    mark = seen(admin.get(f"/posting/{post_id}"))
    address = "https://www.instagram.com/p/Aa/"
    done = admin.post(f"/posting/{post_id}/pastikan", {"terbit": address, "seen": mark})
    assert done.status_code == 409
    assert "Instagram tidak dapat ditanya sekarang" in words(done)
    assert f'value="{address}"' in done.text, "what was typed is kept"
    assert status(centre, post_id) == "unconfirmed"


@pytest.mark.parametrize("said", ["", "instagram.com/p/Aa", '"><script>alert(1)</script>'])
def test_what_is_no_address_is_asked_back(centre: Centre, said: str) -> None:
    post_id = plan(centre, **IN_DOUBT)
    admin = centre.browser(Role.ADMIN)
    mark = seen(admin.get(f"/posting/{post_id}"))
    done = admin.post(f"/posting/{post_id}/pastikan", {"terbit": said, "seen": mark})
    assert (done.status_code, "<script>alert" in done.text) == (422, False)
    assert "bukan alamat posting" in words(done)


@pytest.mark.parametrize("number", ["999999999", "0", "x", "1e3", "٣"])
def test_a_post_that_is_not_there(centre: Centre, number: str) -> None:
    verifier = centre.browser(Role.VERIFIER)
    assert verifier.get(f"/posting/{number}").status_code == 404
    for form in sorted(REFUSED_FORMS):
        fields = {
            "sebagai": "verifikator",
            "alasan": "x",
            "tanggal": "2026-12-01",
            "jam": "09:00",
            "terbit": "1",
            "seen": "x",
        }
        assert verifier.post(f"/posting/{number}/{form}", fields).status_code == 404
