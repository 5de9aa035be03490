"""Pengaturan: how the centre is set up, without its secrets, and a channel that is tried."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from board_centre import Centre, Open
from sqlalchemy import insert, update

from ig_worker.board.configured import sections_of
from ig_worker.board.texts import LANGUAGES, catalogue, say
from ig_worker.domain.rights import Role
from ig_worker.notify import target_id
from ig_worker.store import facts, jobs, journal, schema
from ig_worker.store.backups import known

MORE = """
[security]
key = "sangat-rahasia-sekali"
[faq.jam]
questions = ["jam berapa <b>buka</b>"]
answer = "Pukul 07.30"
approved_by = "Rina"
[units.farmasi]
notify = ["tgram://123456789:AAErahasiaBotTokenYangPanjang/987654"]
[calendar]
closed_on = ["2026-12-31"]
[[calendar.other_hours]]
from = "2027-02-08"
until = "2027-03-09"
monday = ["08:00", "13:00"]
"""


def test_every_key_of_the_configuration_has_its_words(open_centre: Open) -> None:
    settings = open_centre(more=MORE).settings
    for language in LANGUAGES:
        sections = sections_of(
            settings, lambda key, language=language, **values: say(language, key, **values)
        )
        assert [section.key for section in sections if section.name == ""][:3] == [
            "general",
            "centre",
            "database",
        ]
        known = {key for key in catalogue(language) if key.startswith("config.")}
        used = {f"config.{section.key}.{word}" for section in sections for word in ("title", "about")}
        used |= {
            f"config.{section.key}.{line.key}"
            for section in sections
            for line in section.lines
            if section.key not in {"topics", "units"}
        }
        used |= {"config.topics.unit", "config.topics.person", "config.units.notify"}
        assert used == known


def test_nothing_secret_is_shown(open_centre: Open) -> None:
    centre = open_centre(more=MORE)
    page = centre.browser(Role.ADMIN).get("/pengaturan").text
    for secret in centre.settings.secrets():
        assert secret not in page
    for piece in ("rahasia-benar", "AAE", "IGAAsandbox", "sangat-rahasia", "mail.example.org?to"):
        assert piece not in page
    for said in (
        "mailto tim@… via mail.example.org",
        "tgram …7654",
        "terisi",
        "belum diisi",
        "07.30–14.00",
        "Unit farmasi",
    ):
        assert said in page, said
    assert "jam berapa &lt;b&gt;buka" in page


def test_how_the_account_its_token_and_the_jobs_are(centre: Centre) -> None:
    head = centre.browser(Role.HEAD)
    assert "Masa berlaku belum diketahui" in head.get("/pengaturan").text
    with centre.database.writing() as connection:
        given = {"account": "polowijen", "secret": "", "adopted": "", "adopted_at": centre.now}
        connection.execute(
            insert(schema.tokens).values(**given, expires_at=centre.now + timedelta(days=10, hours=1))
        )
        jobs.failed(connection, "insights", centre.now, "Instagram answered <nothing>")
        connection.execute(update(schema.accounts).values(publishing_used=3, publishing_total=100))
    page = head.get("/pengaturan").text
    assert "10 hari lagi" in page
    assert "3 dari 100 terpakai" in page
    assert "Instagram answered &lt;nothing&gt;" in page
    assert "/pengaturan/pengguna" not in page
    assert ">Uji<" not in page


def test_a_recipient_that_cannot_be_reached_is_named(centre: Centre) -> None:
    (url,) = centre.settings.recipients("complaint_team")
    with centre.database.writing() as connection:
        connection.execute(
            insert(schema.recipients).values(target=target_id(url), failing_since=centre.now, failures=3)
        )
    assert "Tidak sampai sejak" in centre.browser(Role.HEAD).get("/pengaturan").text


@contextmanager
def taking_notices(status: int) -> Iterator[tuple[int, list[bytes]]]:
    taken: list[bytes] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with socketserver.TCPServer(("127.0.0.1", 0), Taker) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], taken
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 500])
def test_a_channel_is_tried_now_and_the_outcome_is_said(open_centre: Open, status: int) -> None:
    with taking_notices(status) as (port, taken):
        url = f"json://127.0.0.1:{port}/jalan-rahasia-sekali"
        centre = open_centre(more=f'[units.farmasi]\nnotify = ["{url}"]')
        admin = centre.browser(Role.ADMIN)
        answer = admin.post("/pengaturan/saluran/uji", {"tim": "unit:farmasi", "saluran": target_id(url)})
        assert len(taken) == 1
        assert b"Agus Operator" in taken[0]
    assert "jalan-rahasia" not in answer.text
    if status == 200:
        assert "Pemberitahuan percobaan diterima" in answer.text
    else:
        assert answer.status_code == 502
        assert "tidak sampai" in answer.text
        assert "berkas konfigurasi" in answer.text
    with centre.database.reading() as connection:
        (entry,) = journal.of(connection, f"channel:{target_id(url)}")
    assert entry.who == "Agus Operator"


def test_a_channel_is_not_tried_again_and_again(open_centre: Open) -> None:
    with taking_notices(200) as (port, taken):
        url = f"json://127.0.0.1:{port}/x"
        centre = open_centre(more=f'[units.farmasi]\nnotify = ["{url}"]')
        admin = centre.browser(Role.ADMIN)
        said = [
            admin.post("/pengaturan/saluran/uji", {"tim": "unit:farmasi", "saluran": target_id(url)}).text
            for _ in range(3)
        ]
        assert "baru saja diuji" in said[2]
        assert len(taken) == 2
        centre.set_clock(centre.now + timedelta(minutes=2))
        admin.post("/pengaturan/saluran/uji", {"tim": "unit:farmasi", "saluran": target_id(url)})
        assert len(taken) == 3


@pytest.mark.parametrize(
    ("team", "target"), [("complaint_team", "0" * 16), ("nobody", "0" * 16), ("digest_after", ""), ("", "")]
)
def test_only_what_is_configured_can_be_tried(centre: Centre, team: str, target: str) -> None:
    answer = centre.browser(Role.ADMIN).post("/pengaturan/saluran/uji", {"tim": team, "saluran": target})
    assert answer.status_code == 404


def test_the_health_page_tells_only_what_it_is_known_to_tell(centre: Centre) -> None:
    document = centre.browser().get("/healthz").json()
    assert set(document) == {
        "healthy", "worker", "storage", "jobs", "backup", "posts", "inbox", "cases", "open_crises", "overdue_cases",
        "waiting_for_person", "waiting_since", "lost_messages", "unseen_posts", "accounts",
    }  # fmt: skip
    assert set(document["storage"]) == {"writable"}
    assert set(document["backup"]) <= {"last_at", "age_seconds"}


def test_the_health_page_tells_nothing_that_somebody_wrote(centre: Centre) -> None:
    with centre.database.writing() as connection:
        jobs.failed(connection, "publish", centre.now, "post 12: Bu Sari 0812")
        taken = json.dumps({"path": "/srv/cadangan/Sari.tar", "sealed": True})
        facts.write(connection, known.LAST, taken, centre.now - timedelta(hours=5))
        facts.write(connection, known.FAILED, "/mnt/nas of Sari is full", centre.now)
        facts.write(connection, known.CARRIED, "carry-away ended with status 1: sari@10.0.0.7", centre.now)
    document = centre.browser().get("/healthz").json()
    assert document["backup"] == {
        "last_at": (centre.now - timedelta(hours=5)).isoformat(),
        "age_seconds": 5 * 3600,
    }
    assert "rising" not in document
    assert "sari" not in str(document).lower()
    assert {job["last_error"] for job in document["jobs"]} == {None}
    assert re.fullmatch(r"[\w:{}\[\]', .+-]+", str(document))
