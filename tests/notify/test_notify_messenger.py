"""A notice reaches its recipient with its words whatever becomes of the picture, over a real mail server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.domain.errors import Unanswered
from ig_worker.domain.text import utf16_length
from ig_worker.notify.messenger import AppriseMessenger, _fitted, told_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(tmp_path / "mails") as sink:
        yield sink


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "K-2026-0001 bukti?.png"
    file.write_bytes(PNG)
    return file


class _Web(BaseHTTPRequestHandler):
    """Answers every POST with the server's status and keeps the bodies."""

    server: WebServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.send_response(413 if len(body) > 5000 else self.server.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class WebServer(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Web)
        self.bodies: list[bytes] = []
        self.status = 200


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def send(url: str, *attachments: Path, title: str = "Kasus K-2026-0001", body: str = "Ada keluhan.") -> None:
    AppriseMessenger().send(url, title, body, attachments)


def text_of(mail: object) -> str:
    part = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return str(part.get_content()).replace("\r\n", "\n")


def test_words_and_picture_arrive_byte_for_byte(sink: SmtpSink, picture: Path) -> None:
    send(
        sink.url("tim@puskesmas.example"),
        picture,
        title="Kasus 🏥",
        body="Antre 3 jam 😡\n<b>bukan</b> markup & co",
    )
    (mail,) = sink.mails()
    assert mail["To"] == "tim@puskesmas.example"
    assert mail["Subject"] == "Kasus 🏥"
    assert text_of(mail).strip() == "Antre 3 jam 😡\n<b>bukan</b> markup & co"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "K-2026-0001 bukti?.png"
    assert attachment.get_content_type() == "image/png"
    assert attachment.get_content() == PNG


def test_a_text_too_long_for_the_channel_keeps_its_beginning_and_its_commands(web: WebServer) -> None:
    lines = [f"K-2026-{number:04}: antre lama sekali" for number in range(1, 400)]
    body = "\n".join([*lines, "Lihat: ig-worker cases show K-2026-0001", "Rantai bukti: abc"])
    send(f"mmost://127.0.0.1:{web.server_port}/3ccdd113474722377935511fc85d3dd4", body=body)
    words = json.loads(web.bodies[0])["text"]
    assert len(words) < 4000 < len(body)
    assert "K-2026-0001: antre" in words
    assert "(… dipotong" in words
    assert words.replace("\\", "").endswith("Lihat: ig-worker cases show K-2026-0001\nRantai bukti: abc")


@pytest.mark.parametrize("most", [60, 140, 160, 1000, 2000])
def test_whatever_a_channel_takes_the_text_is_never_longer(most: int) -> None:
    for body in ("😡" * 5000, "a\n" * 3000, "kata " * 2000 + "\nLihat: cases show"):
        assert utf16_length(_fitted("Judul", body, most)) <= most - 5


MARKS = "<b>x</b> *tebal* [klik](http://jahat.id) @everyone @channel @here <!channel> <@123>"


def test_marks_of_chat_services_arrive_as_plain_text_by_mail(sink: SmtpSink) -> None:
    send(sink.url("tim@puskesmas.example"), body=MARKS)
    (mail,) = sink.mails()
    assert text_of(mail).strip() == MARKS


def test_nobody_is_called_and_no_link_is_hidden_in_a_chat_service(web: WebServer) -> None:
    send(f"mmost://127.0.0.1:{web.server_port}/3ccdd113474722377935511fc85d3dd4", title="@all", body=MARKS)
    (body,) = web.bodies
    words = json.loads(body)["text"]
    for call in ("@everyone", "@channel", "@here", "@all", "<!channel", "<@123", "](http"):
        assert call not in words
    assert "everyone" in words
    assert "http://jahat.id" in words.replace("\\", "")


def test_html_mail_shows_the_text_as_it_is(sink: SmtpSink) -> None:
    send(sink.url("tim@puskesmas.example") + "&format=html", body="a <script>x</script>\nb")
    (mail,) = sink.mails()
    part = mail.get_body(("html",))
    assert part is not None
    html = part.get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_picture_that_is_gone_does_not_hold_the_words_back(
    sink: SmtpSink, picture: Path, tmp_path: Path
) -> None:
    send(sink.url("tim@puskesmas.example"), tmp_path / "hilang.png", picture)
    (mail,) = sink.mails()
    assert "Lampiran tidak dapat disertakan: hilang.png." in text_of(mail)
    assert len(list(mail.iter_attachments())) == 1


def test_a_picture_the_channel_refuses_is_left_out_and_told(web: WebServer, picture: Path) -> None:
    send(f"json://127.0.0.1:{web.server_port}/", picture)
    refused, taken = web.bodies
    assert len(refused) > 5000
    assert b"Lampiran tidak dapat disertakan: K-2026-0001 bukti?.png." in taken
    assert b"Ada keluhan." in taken


def test_a_channel_without_files_gets_the_words_and_the_note(web: WebServer, picture: Path) -> None:
    send(f"gotify://127.0.0.1:{web.server_port}/Token-rahasia", picture)
    (body,) = web.bodies
    assert b"Ada keluhan." in body
    assert b"Lampiran tidak dapat disertakan" in body


def test_hostile_text_is_cleaned_on_its_way(sink: SmtpSink) -> None:
    send(
        sink.url("tim@puskesmas.example"),
        title="a\nBcc: x@y.z\x00 \ud83d" + "t" * 500,
        body="x\x00y \ud83d\u202ez",
    )
    (mail,) = sink.mails()
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("a Bcc: x@y.z")
    assert len(mail["Subject"]) <= 200
    assert text_of(mail).strip() == "xy �z"


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path, picture: Path) -> None:
    with SmtpSink(tmp_path / "mails") as gone:
        port = gone.port
    url = f"mailto://petugas:kata-sandi@127.0.0.1:{port}/?to=tim@puskesmas.example&from=a@b.id"
    with pytest.raises(Unanswered, match=r"mailto tim@… via 127\.0\.0\.1:\d+: Connection error") as caught:
        send(url, picture)
    assert "sandi" not in str(caught.value)


def test_of_a_long_reason_no_half_of_a_password_is_left_at_its_end() -> None:
    password = "kata-sandi-yang-panjang-sekali"
    told = told_of(f"mailto://petugas:{password}@mail.example.org", f"{'x' * 280} {password} was refused")
    assert len(told) <= 300
    assert "kata" not in told


def test_a_web_hook_that_says_no_is_told_without_its_token(web: WebServer) -> None:
    web.status = 401
    with pytest.raises(Unanswered, match="gotify …") as caught:
        send(f"gotify://127.0.0.1:{web.server_port}/Token-rahasia")
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "petugas",
        "mailto://",
        "mailto://?to=x",
        "tgram://not-a-token/1",
        "tgram://",
        "nosuch://x/rahasia",
        "json://",
    ],
)
def test_an_address_nobody_understands_is_told_as_such(url: str) -> None:
    with pytest.raises(Unanswered, match="not one that Apprise understands") as caught:
        send(url)
    assert "rahasia" not in str(caught.value)


def test_apprise_is_not_loaded_before_the_first_notice_and_then_only_the_plugin_in_use(
    tmp_path: Path,
) -> None:
    script = """
import sys
from pathlib import Path
from ig_worker.notify.messenger import AppriseMessenger
assert not any(name.startswith("apprise") for name in sys.modules)
from ig_worker.demo.smtp_sink import SmtpSink
with SmtpSink(Path(sys.argv[1])) as sink:
    AppriseMessenger().send(sink.url("a@b.id"), "t", "b", [])
assert "apprise.plugins.email" in sys.modules
assert "apprise.plugins.telegram" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "mails")], check=True, timeout=60)
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 1


def test_the_sink_keeps_mails_in_order_and_counts_on_in_a_folder_with_mails(tmp_path: Path) -> None:
    for round_ in (1, 2):
        with SmtpSink(tmp_path) as sink:
            send(sink.url("a@b.id"), title=f"surat {round_}")
    assert [mail["Subject"] for mail in sink.mails()] == ["surat 1", "surat 2"]
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["0001.eml", "0002.eml"]


def test_the_sink_stops_although_somebody_is_still_connected(tmp_path: Path) -> None:
    with SmtpSink(tmp_path) as sink:
        client = socket.create_connection(("127.0.0.1", sink.port), 5)
        assert client.recv(3) == b"220"
    client.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "smtp-sink"]
