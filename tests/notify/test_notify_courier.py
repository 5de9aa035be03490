"""Notices sent in a process of their own."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.domain.errors import Unanswered
from ig_worker.notify import Courier


def test_words_and_picture_arrive(tmp_path: Path) -> None:
    picture = tmp_path / "bukti.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    with SmtpSink(tmp_path / "mails") as sink:
        Courier().send(sink.url("tim@puskesmas.example"), "K-2026-0001 Keluhan", "Antrean lama 🙏", [picture])
        (mail,) = sink.mails()
    assert mail["subject"] == "K-2026-0001 Keluhan"
    (attached,) = list(mail.iter_attachments())
    assert attached.get_content() == picture.read_bytes()


def test_a_picture_that_is_gone_does_not_hold_the_words_back(tmp_path: Path) -> None:
    with SmtpSink(tmp_path / "mails") as sink:
        Courier().send(sink.url("tim@puskesmas.example"), "Judul", "Isi", [tmp_path / "hilang.png"])
        (mail,) = sink.mails()
    assert "hilang.png" in mail.as_string()


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unanswered) as caught:
        Courier().send(f"mailto://petugas:rahasia123@127.0.0.1:{port}/?from=a@b.id&to=c@d.id", "t", "b", [])
    assert "rahasia123" not in str(caught.value)


def test_a_server_that_accepts_and_says_nothing_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"mailto://127.0.0.1:{mute.getsockname()[1]}/?from=a@b.id&to=c@d.id"
        with pytest.raises(Unanswered, match="no end after 3 seconds"):
            Courier(seconds=3).send(url, "t", "b", [])
