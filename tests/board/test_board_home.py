"""Beranda: what waits for whom, what went wrong, and nothing that is not theirs to see."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from board_centre import NAMES, Centre
from sqlalchemy import insert, update

from ig_worker.board.texts import catalogue
from ig_worker.domain.approval import HOLDER, VERIFIER, Approval
from ig_worker.domain.reply import Reply, Status
from ig_worker.domain.rights import RIGHTS, Right, Role
from ig_worker.intervals import expected
from ig_worker.store import answers, approvals, crises, jobs, messages, running, schema, waiting

Open = Callable[..., Centre]

NUMBERS = count(1)


def seen(centre: Centre, *roles: Role, **more: Any) -> str:
    """The page as one reads it, without tags."""
    answer = centre.browser(*roles, **more).get("/")
    assert answer.status_code == 200
    body = answer.text.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def add(centre: Centre, table: str, **values: Any) -> int:
    with centre.database.writing() as connection:
        key = connection.execute(insert(getattr(schema, table)).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0]) if isinstance(key[0], int) else 0


def post(centre: Centre, **more: Any) -> int:
    values = {
        "account": "polowijen", "key": f"P{next(NUMBERS)}", "status": "draft", "kind": "image",
        "segment": "Pengumuman", "scheduled_at": centre.now + timedelta(days=1), "caption": "Halo", "options": {},
        "made_by": NAMES[Role.MAKER], "edited_by": "", "verified_by": "", "responsible": "", "source": "",
        "source_row": 0, "sheet_status": "", "content_hash": "abc", "row_hash": "", "child_ids": [], **more,
    }  # fmt: skip
    return add(centre, "posts", **values)


def case(centre: Centre, due: datetime | None = None, **more: Any) -> str:
    number = f"K-2026-{next(NUMBERS):04d}"
    values = {
        "number": number, "account": "polowijen", "label": "keluhan", "topic": "obat", "unit": "farmasi",
        "severity": "biasa", "status": "told", "channel": "comment", "author": "sari.wulandari",
        "opened_at": centre.now - timedelta(hours=1), **more,
    }  # fmt: skip
    case_id = add(centre, "cases", **values)
    if due is not None:
        add_deadline(centre, case_id, due)
    return number


def add_deadline(centre: Centre, case_id: int, due: datetime, **more: Any) -> None:
    with centre.database.writing() as connection:
        values = {"case_id": case_id, "name": "acknowledge", "due_at": due, **more}
        connection.execute(insert(schema.deadlines).values(**values))


def message(centre: Centre, **more: Any) -> int:
    values = {
        "account": "polowijen", "channel": "comment", "ig_id": f"m{next(NUMBERS)}", "author": "sari.wulandari",
        "text": "Kapan buka? 081234567890", "attachments": [], "sent_at": centre.now - timedelta(hours=2),
        "first_seen_at": centre.now - timedelta(hours=2), "label": "pertanyaan", "topic": "obat", "reasons": [],
        **more,
    }  # fmt: skip
    return add(centre, "messages", **values)


def all_well(centre: Centre, ago: timedelta = timedelta(0)) -> None:
    """Every job has succeeded; the inbox was read two and a half minutes before the others."""
    with centre.database.writing() as connection:
        for name in expected(centre.settings):
            more = timedelta(seconds=150) if name == "inbox" else timedelta(0)
            jobs.succeeded(connection, name, centre.now - ago - more)


def storm(centre: Centre, *, pauses: bool) -> None:
    with centre.database.writing() as connection:
        crises.begin(connection, "polowijen", "topic", "obat", [1, 2, 3], centre.now, pauses=pauses)


@pytest.mark.parametrize("role", list(Role))
def test_where_nothing_waits_it_says_so(centre: Centre, role: Role) -> None:
    all_well(centre)
    assert "Tidak ada yang menunggu Anda" in seen(centre, role)


# Posts


def test_a_verifier_finds_what_names_them_or_nobody(centre: Centre) -> None:
    me = NAMES[Role.VERIFIER]
    post(centre, segment="Bernama", verified_by=me.upper())
    post(centre, segment="Tanpa Nama", verified_by="-")
    post(centre, segment="Orang Lain", verified_by="dr. Lain")
    post(centre, segment="Buatan Sendiri", made_by=me)
    post(centre, segment="Belum Terambil", content_hash="")
    post(centre, segment="Dikembalikan", last_error="fotonya buram")
    done = post(centre, segment="Sudah Diverifikasi")
    stale = post(centre, segment="Isinya Berubah")
    with centre.database.writing() as connection:
        approvals.put(connection, done, Approval(VERIFIER, "dr. Lain", "abc"), centre.now)
        approvals.put(connection, stale, Approval(VERIFIER, "dr. Lain", "before"), centre.now)
    page = seen(centre, Role.VERIFIER)
    assert "3 Posting menunggu verifikasi Anda" in page
    for segment in ("Bernama", "Tanpa Nama", "Isinya Berubah"):
        assert segment in page
    for segment in ("Orang Lain", "Buatan Sendiri", "Belum Terambil", "Sudah Diverifikasi", "Dikembalikan"):
        assert segment not in page


def test_what_goes_out_soonest_is_named_first_and_the_rest_is_counted(centre: Centre) -> None:
    for days in (5, 1, -2, 3, 2):
        post(centre, segment=f"Hari {days}", scheduled_at=centre.now + timedelta(days=days))
    page = seen(centre, Role.VERIFIER)
    assert [page.find(f"Hari {days}") > 0 for days in (1, 2, 3, 5, -2)] == [True, True, True, False, False]
    assert page.index("Hari 1") < page.index("Hari 2") < page.index("Hari 3")
    assert "dan 2 lagi" in page


def test_a_holder_is_asked_only_where_posts_need_them(open_centre: Open) -> None:
    centre = open_centre(more='[posts]\nrequired_roles = ["verifikator", "penanggung_jawab"]')
    post(centre, segment="Saya", responsible=NAMES[Role.HOLDER])
    post(centre, segment="Orang Lain", responsible="Bidan Nur")
    agreed = post(centre, segment="Sudah", responsible=NAMES[Role.HOLDER])
    with centre.database.writing() as connection:
        approvals.put(connection, agreed, Approval(HOLDER, NAMES[Role.HOLDER], "abc"), centre.now)
    page = seen(centre, Role.HOLDER, unit="farmasi")
    assert "1 Posting menunggu persetujuan Anda" in page
    assert "Saya" in page
    assert "Orang Lain" not in page


def test_a_holder_is_not_asked_where_a_verifier_is_enough(centre: Centre) -> None:
    post(centre, responsible=NAMES[Role.HOLDER])
    assert "menunggu persetujuan Anda" not in seen(centre, Role.HOLDER, unit="farmasi")


def test_a_maker_reads_why_their_draft_came_back(centre: Centre) -> None:
    number = post(centre, last_error="<script>alert(1)</script> fotonya buram")
    post(centre, last_error="bukan milik saya", made_by="Orang Lain")
    answer = centre.browser(Role.MAKER).get("/").text
    assert f'href="/posting/{number}"' in answer
    assert "&lt;script&gt;alert(1)&lt;/script&gt; fotonya buram" in answer
    assert "bukan milik saya" not in answer


def test_posts_that_somebody_must_settle_wait_for_who_may(centre: Centre) -> None:
    for status, more in (
        ("unconfirmed", {"intent_at": centre.now}),
        ("failed", {}),
        ("held", {}),
    ):
        post(centre, status=status, segment=f"Kasus {status}", **more)
    verifier, maker = seen(centre, Role.VERIFIER), seen(centre, Role.MAKER)
    assert "1 Posting yang belum pasti terbit" in verifier
    assert "1 Posting yang gagal terbit" in verifier
    assert "1 Posting yang ditahan" in verifier
    assert "Tidak ada yang menunggu Anda" in maker
    assert "Perlu diketahui 1 Posting yang belum pasti terbit" in maker


def test_todays_posts_stand_there_with_their_time_and_state(centre: Centre) -> None:
    today = datetime.fromisoformat("2026-11-25T18:30:00+07:00")
    number = post(centre, status="approved", segment="Sore\u202e", scheduled_at=today)
    post(centre, segment="Kemarin", scheduled_at=today - timedelta(days=1))
    post(centre, segment="Besok", scheduled_at=today + timedelta(hours=5, minutes=30))
    page = centre.browser(Role.MAKER).get("/").text
    part = page.partition('id="posts"')[2]
    assert f'href="/posting/{number}"' in part
    assert "18.30" in part
    assert "Disetujui" in part
    assert "Kemarin" not in part
    assert "Besok" not in part
    assert "/kecil" not in part  # we have no copy of its picture yet


# Cases and messages


def test_the_complaint_team_finds_new_late_and_their_own_cases(centre: Centre) -> None:
    late = case(
        centre, centre.now - timedelta(hours=3), status="acknowledged", assigned_to=NAMES[Role.COMPLAINTS]
    )
    fresh = case(centre, centre.now + timedelta(hours=3))
    case(centre, centre.now - timedelta(days=9), status="resolved")
    page = seen(centre, Role.COMPLAINTS)
    assert f"1 Kasus melewati batas waktu {late}: Obat, batas waktunya 3 jam lalu" in page
    assert f"1 Kasus belum diterima {fresh}: Obat" in page
    assert f"1 Kasus yang ditugaskan kepada Anda {late}" in page
    assert "Semua kasus terbuka (2)" in page
    assert "sari" not in page


def test_a_deadline_that_was_met_is_no_longer_waited_for(centre: Centre) -> None:
    case(centre, status="in_progress")
    add_deadline(centre, 1, centre.now - timedelta(hours=5), met_at=centre.now)
    add_deadline(centre, 1, centre.now + timedelta(hours=5), name="resolve")
    page = seen(centre, Role.COMPLAINTS)
    assert "melewati batas waktu" not in page
    assert "Penyelesaian: Rab 25 Nov 12.30 (5 jam lagi)" in page


def test_a_holder_sees_the_cases_and_messages_of_their_unit_alone(centre: Centre) -> None:
    ours = case(centre, centre.now - timedelta(hours=1))
    theirs = case(centre, centre.now - timedelta(hours=1), unit="gigi", topic="gigi")
    message(centre)
    message(centre, topic="gigi")
    message(centre, topic="gigi")
    page = seen(centre, Role.HOLDER, unit="farmasi")
    assert ours in page
    assert theirs not in page
    assert "Semua kasus terbuka (1)" in page
    assert "1 Pesan menunggu jawaban paling lama sejak 2 jam lalu" in page
    everybody = seen(centre, Role.COMPLAINTS)
    assert theirs in everybody
    assert "3 Pesan menunggu jawaban" in everybody


def test_what_was_answered_a_moment_ago_waits_no_longer(centre: Centre) -> None:
    number = message(centre)
    message(centre)
    with centre.database.writing() as connection:
        row = messages.get(connection, number)
        waiting.begin(connection, row, centre.now, centre.now)
        given = Reply(Status.SENT, centre.now, centre.now, sent_at=centre.now)
        answers.add(connection, row, given, "Jam delapan, Kak", centre.now, by="Rina", human_agent=False)
    assert "1 Pesan menunggu jawaban" in seen(centre, Role.COMPLAINTS)
    assert centre.browser(Role.COMPLAINTS).get("/kotak-masuk").text.count('class="mail__line"') == 1


def test_a_holder_without_a_unit_sees_none(centre: Centre) -> None:
    number = case(centre, centre.now - timedelta(hours=1), unit="")
    message(centre)
    page = seen(centre, Role.HOLDER, unit="")
    assert number not in page
    assert "Pesan menunggu jawaban" not in page


def test_who_only_reads_messages_is_not_asked_to_answer_them(centre: Centre) -> None:
    message(centre)
    assert "Pesan menunggu jawaban" not in seen(centre, Role.HEAD)


# The worker, and what went wrong


def test_a_worker_that_works_is_said_to(centre: Centre) -> None:
    all_well(centre)
    assert "Pekerja berjalan: kotak masuk dibaca 2 menit lalu." in seen(centre, Role.MAKER)


def test_a_worker_that_nobody_has_seen_is_said_with_whom_to_ask(centre: Centre) -> None:
    centre.user(Role.ADMIN)
    all_well(centre, timedelta(days=1))
    assert "Pekerja tidak terlihat sejak Sel 24 Nov 07.30: hubungi Agus Operator." in seen(centre, Role.MAKER)


def test_a_worker_that_never_ran_is_said(centre: Centre) -> None:
    said = "Pekerja belum pernah berjalan di sini: hubungi petugas yang mengurus ig-worker."
    assert said in seen(centre, Role.MAKER)


def test_a_worker_that_has_just_begun_and_has_not_read_the_inbox_is_said_to_run(centre: Centre) -> None:
    with centre.database.writing() as connection:
        running.began(connection, centre.now)
        jobs.succeeded(connection, "publish", centre.now)
    assert "Pekerja berjalan: " in seen(centre, Role.MAKER)


def test_a_job_that_is_late_is_counted_for_all_and_named_for_who_looks_after_it(centre: Centre) -> None:
    all_well(centre)
    with centre.database.writing() as connection:
        jobs.succeeded(connection, "token", centre.now - timedelta(hours=5))
        jobs.failed(connection, "rising", centre.now, "/srv/rahasia: disk penuh")
    maker, admin = seen(centre, Role.MAKER), seen(centre, Role.ADMIN)
    assert "Pekerja berjalan, tetapi 1 tugasnya terlambat" in maker
    assert "Memperbarui token akses" not in maker
    assert "1 Tugas pekerja yang terlambat Memperbarui token akses" in admin
    assert "1 Tugas pekerja yang gagal Memantau yang sedang ramai" in admin
    assert "rahasia" not in admin


def test_every_job_has_its_name_in_the_catalogue(centre: Centre) -> None:
    for name in (*expected(centre.settings), "sheet", "insights_sheet"):
        assert catalogue("id")[f"home.job.{name}"]


def test_the_admin_hears_of_tokens_that_end_and_channels_that_are_silent(centre: Centre) -> None:
    with centre.database.writing() as connection:
        token = {"secret": "IGAA-sangat-rahasia", "adopted": "0" * 64, "adopted_at": centre.now}
        ends = centre.now + timedelta(days=3)
        connection.execute(insert(schema.tokens).values(account="polowijen", expires_at=ends, **token))
        connection.execute(
            insert(schema.recipients).values(
                target="t1", failing_since=centre.now - timedelta(days=1), failures=9
            )
        )
        notice = {"key": "K", "team": "complaint_team", "target": "t1", "channel": "mailto://tim@…", "title": "",
                  "body": "", "attachments": [], "written_at": centre.now, "next_at": centre.now}  # fmt: skip
        connection.execute(insert(schema.notices).values(status="failed", **notice))
    page = seen(centre, Role.ADMIN)
    assert "1 Token akses akan habis polowijen: habis 3 hari lagi (Sab 28 Nov 07.30)" in page
    assert (
        "1 Saluran pemberitahuan tidak terjangkau mailto://tim@…: tidak terjangkau sejak Sel 24 Nov 07.30"
        in page
    )
    assert "1 Pemberitahuan yang tidak sampai" in page
    assert "rahasia" not in page
    assert "Token" not in seen(centre, Role.HEAD)


def test_a_stopped_account_is_told_to_who_plans_and_to_who_looks_after_the_program(centre: Centre) -> None:
    with centre.database.writing() as connection:
        token = {"secret": "plain:IGAA-sangat-rahasia", "adopted": "0" * 64, "adopted_at": centre.now}
        ends = {
            "expires_at": centre.now + timedelta(days=1),
            "refused_at": centre.now,
            "refused_as": "190/463",
        }
        connection.execute(insert(schema.tokens).values(account="polowijen", **ends, **token))
    for role in (Role.ADMIN, Role.MAKER):
        page = seen(centre, role)
        assert "1 Akun berhenti karena token aksesnya ditolak" in page
        assert "polowijen: sejak Rab 25 Nov 07.30 Instagram tidak menerima tokennya" in page
        assert "akan habis" not in page
        assert "rahasia" not in page
    settings = centre.browser(Role.ADMIN).get("/pengaturan").text
    assert "Ditolak Instagram sejak" in settings


def test_the_token_of_an_account_that_was_given_up_is_nobodys_haste(centre: Centre) -> None:
    token = {"secret": "plain:IGAA", "adopted": "0" * 64, "adopted_at": centre.now}
    for name, refused_at in (("lama", centre.now), ("lebih_lama", None)):
        ends = {"expires_at": centre.now + timedelta(days=1), "refused_at": refused_at}
        add(centre, "accounts", name=name, ig_user_id="17841400000000009")
        add(centre, "tokens", account=name, **ends, **token)
    page = seen(centre, Role.ADMIN)
    assert "lama:" not in page
    assert "Token akses" not in page


def test_a_crisis_is_told_to_who_works_on_cases_and_that_posts_wait_to_all(centre: Centre) -> None:
    storm(centre, pauses=True)
    head = centre.browser(Role.HEAD).get("/").text
    assert 'href="/krisis/1"' in head
    assert "Banyak keluhan tentang satu topik" in head
    for role in (Role.MAKER, Role.HOLDER):
        page = centre.browser(role).get("/").text
        assert "/krisis/" not in page
        assert "sedang ditahan sampai krisis dinyatakan selesai" in page


def test_a_crisis_that_stops_no_posts_does_not_trouble_the_makers(centre: Centre) -> None:
    storm(centre, pauses=False)
    assert "krisis" not in seen(centre, Role.MAKER)


def test_what_is_much_spoken_of_is_told_as_far_as_it_is_theirs(centre: Centre) -> None:
    for kind, term in (("topic", "obat"), ("topic", "gigi"), ("word", "vaksin <b>habis")):
        add(centre, "rising_topics", account="polowijen", kind=kind, term=term, begun_at=centre.now, usual=3.6,
            last_seen_at=centre.now, count=12, people=9, most=12, most_usual=3.6, also=[], message_ids=[])  # fmt: skip
    verifier = seen(centre, Role.VERIFIER)
    assert "“vaksin <b>habis” 12 pesan, biasanya sekitar 4" in verifier
    holder = seen(centre, Role.HOLDER, unit="farmasi")
    assert "Obat 12 pesan" in holder
    assert "Gigi" not in holder
    assert "vaksin" not in holder
    assert "Sedang ramai" not in seen(centre, Role.MAKER)


BEHIND = {
    "/kasus": Right.READ_CASES,
    "/krisis": Right.READ_CASES,
    "/kalender": Right.SEE_PLAN,
    "/posting": Right.SEE_PLAN,
    "/kotak-masuk": Right.READ_INBOX,
    "/laporan": Right.SEE_FIGURES,
    "/pengaturan": Right.SEE_SETTINGS,
    "/akun": Right.BE_HERE,
}


@pytest.mark.parametrize("role", list(Role))
def test_nothing_leads_where_one_may_not_go(centre: Centre, role: Role) -> None:
    for status in ("unconfirmed", "failed", "held", "draft"):
        post(centre, status=status, intent_at=centre.now, scheduled_at=centre.now)
    case(centre, centre.now - timedelta(hours=1), assigned_to=NAMES[role])
    message(centre)
    storm(centre, pauses=True)
    with centre.database.writing() as connection:
        connection.execute(insert(schema.conversations).values(
            account="polowijen", ig_id="c", person="sari", updated_at=centre.now, lost=2))  # fmt: skip
        connection.execute(update(schema.posts).values(made_by=NAMES[role]))
    page = centre.browser(role, unit="farmasi").get("/").text.partition("<main")[2]
    led = {f"/{path}" for path in re.findall(r'(?:href|src)="/([a-z-]+)', page)}
    assert {path for path in led if BEHIND[path] not in RIGHTS[role]} == set()


def test_the_page_is_there_in_english(centre: Centre) -> None:
    all_well(centre)
    page = seen(centre, Role.VERIFIER, language="en")
    assert "The worker is running: it read the inbox 2 minutes ago." in page
    assert "Nothing is waiting for you" in page
