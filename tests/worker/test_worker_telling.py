"""From somebody's words at Instagram to the mail with the picture, by the worker as a process and real clocks."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest
from inbox_days import COMPLAINT, put_up
from PIL import Image

from ig_worker.clock import pause, stopwatch
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_ACCOUNT, INSTAGRAM_TOKEN
from ig_worker.store import jobs
from ig_worker.store.database import Database

pytestmark = pytest.mark.slow

INBOX_EVERY = 5
"""Seconds; everything else stands as it comes, [schedule] cases_every too."""

ALLOWED = INBOX_EVERY + 35

CONFIG = """\
timezone = "Asia/Jakarta"
data_dir = "var"
[accounts.polowijen]
ig_user_id = "{account}"
access_token = "{token}"
[graph]
base_url = "{graph}"
[schedule]
inbox_every = {inbox_every}
[notify]
complaint_team = [{team}]
"""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(tmp_path / "mails") as sink:
        yield sink


@contextmanager
def mute_server() -> Iterator[str]:
    """A mail server that accepts every connection and never says a word; gives its Apprise address."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as mute:
        yield f"mailto://127.0.0.1:{mute.getsockname()[1]}/?from=a@b.id&to=bisu@d.id"


@contextmanager
def running(
    folder: Path, instagram: SandboxProcess, empty_database: Path | str, team: list[str]
) -> Iterator[Database]:
    """The worker as a process over an empty database; gives a look into it."""
    config = folder / "config.toml"
    text = CONFIG.format(
        account=INSTAGRAM_ACCOUNT,
        token=INSTAGRAM_TOKEN,
        graph=instagram.base_url,
        inbox_every=INBOX_EVERY,
        team=", ".join(f'"{url}"' for url in team),
    )
    (folder / "var").mkdir()
    config.write_text(put_up(empty_database, folder / "var", text), "utf-8")
    config.chmod(0o600)
    elsewhere = empty_database if isinstance(empty_database, str) else ""
    database = Database(elsewhere or f"sqlite:///{folder / 'var' / 'ig-worker.db'}")
    log = (folder / "worker.log").open("wb")
    worker = subprocess.Popen(
        [sys.executable, "-m", "ig_worker", "--config", config, "run"], stdout=log, stderr=log
    )
    try:
        yield database
    finally:
        worker.terminate()
        worker.wait(15)
        log.close()
        database.close()


def last_started(database: Database, name: str) -> datetime | None:
    with database.reading() as connection:
        return next((row.last_started_at for row in jobs.listed(connection) if row.name == name), None)


def picture_of(mail: EmailMessage) -> Image.Image:
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "image/png"
    picture = Image.open(io.BytesIO(attached.get_content()))
    picture.load()
    return picture


@pytest.mark.parametrize("beside_a_mute_server", [False, True])
def test_a_complaint_is_in_the_mail_with_its_picture_in_time(
    tmp_path: Path,
    instagram: SandboxProcess,
    empty_database: Path | str,
    sink: SmtpSink,
    beside_a_mute_server: bool,
) -> None:
    door = instagram.door
    door.reset(datetime.now(UTC))
    media_id = door.media("image", "Jam layanan")
    with (
        mute_server() if beside_a_mute_server else nullcontext("") as mute,
        running(
            tmp_path,
            instagram,
            empty_database,
            [*([mute] if mute else []), sink.url("tim@puskesmas.example")],
        ) as database,
    ):
        begun = stopwatch()
        while last_started(database, "cases") is None:
            assert stopwatch() - begun < 60
            pause(0.05)
        # Right after a pass of the cases: the longest wait there is.
        begun = stopwatch()
        door.set_clock(datetime.now(UTC))
        door.comment("pak_budi", COMPLAINT, media_id=media_id)
        door.message("ibu_sri", "Petugas farmasinya judes, obatnya juga kosong. Kecewa! 😡")
        took: list[float] = []
        while len(took) < 2 or (mute and stopwatch() - begun < ALLOWED + 10):
            assert stopwatch() - begun < ALLOWED + 30, (tmp_path / "worker.log").read_text("utf-8")[-2000:]
            while len(took) < len(sink.mails()):
                took.append(stopwatch() - begun)
            pause(0.1)
        # The worker notes a job of every few seconds less often than it runs; its log has each call.
        lines = (tmp_path / "worker.log").read_text("utf-8").splitlines()
        asked = [json.loads(line) for line in lines if "GET me/conversations" in line]
        reads = [datetime.fromisoformat(line["time"]) for line in asked]
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(reads)]
        print(
            f"mails after {', '.join(f'{each:.1f} s' for each in took)}; inbox read every {max(gaps):.1f} s at most"
        )
        assert max(took) < ALLOWED
        assert max(gaps) < INBOX_EVERY + 5, "a mute mail server is no business of the inbox"
    subjects = sorted(str(mail["subject"]) for mail in sink.mails())
    assert subjects == ["K-2026-0001 Keluhan: antrean", "K-2026-0002 Keluhan: obat"] or subjects == [
        "K-2026-0001 Keluhan: obat",
        "K-2026-0002 Keluhan: antrean",
    ]
    for mail in sink.mails():
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "😡" in text
        assert f"Tanggapi: ig-worker cases ack {str(mail['subject'])[:11]} --by NAMA" in text
        assert picture_of(mail).width > 300
