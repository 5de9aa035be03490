"""Notices sent in a process of their own."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ig_worker.clock import pause, stopwatch
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


@pytest.fixture
def offices() -> Callable[[], set[int]]:
    """The processes that send for this test; one that has ended and was not waited for counts as well."""
    others = all_offices()  # another test's, which are kept for a moment
    return lambda: all_offices() - others


def all_offices() -> set[int]:
    found = set()
    for folder in Path(f"/proc/{os.getpid()}/task").iterdir():
        with suppress(OSError):  # a thread, or a process, that is just gone
            for pid in map(int, (folder / "children").read_text("ascii").split()):
                command = Path(f"/proc/{pid}/cmdline").read_text("utf-8")
                if not command or "ig_worker.notify" in command:
                    found.add(pid)
    return found


def none_is_left(offices: Callable[[], set[int]]) -> bool:
    """Whether they have all ended, in twenty seconds at the latest."""
    until = stopwatch() + 20
    while offices() and stopwatch() < until:
        pause(0.1)
    return offices() == set()


def test_what_is_told_together_goes_through_one_process_that_then_ends(
    tmp_path: Path, offices: Callable[[], set[int]]
) -> None:
    courier = Courier(kept_seconds=3)
    with SmtpSink(tmp_path / "mails") as sink:
        url = sink.url("tim@puskesmas.example")
        courier.send(url, "Satu", "Isi", [])
        (first,) = offices()
        courier.send(url, "Dua", "Isi", [tmp_path / "hilang.png"])
        assert offices() == {first}
        with pytest.raises(Unanswered):
            courier.send("mailto://127.0.0.1:1/?from=a@b.id&to=c@d.id", "Tiga", "Isi", [])
        courier.send(url, "Empat", "Isi", [])
        assert offices() == {first}
        assert sorted(mail["subject"] for mail in sink.mails()) == ["Dua", "Empat", "Satu"]
    assert none_is_left(offices)


def test_without_a_wish_for_more_nothing_is_kept(tmp_path: Path, offices: Callable[[], set[int]]) -> None:
    with SmtpSink(tmp_path / "mails") as sink:
        Courier().send(sink.url("tim@puskesmas.example"), "Satu", "Isi", [])
    assert offices() == set()


def test_a_kept_process_that_was_killed_is_replaced(tmp_path: Path, offices: Callable[[], set[int]]) -> None:
    courier = Courier(kept_seconds=60)
    with SmtpSink(tmp_path / "mails") as sink:
        url = sink.url("tim@puskesmas.example")
        courier.send(url, "Satu", "Isi", [])
        (first,) = offices()
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        courier.send(url, "Dua", "Isi", [])
        (second,) = offices()
        assert second != first
        assert len(sink.mails()) == 2
    os.kill(second, signal.SIGKILL)
    os.waitpid(second, 0)


def test_several_send_at_once_and_one_process_is_kept(
    tmp_path: Path, offices: Callable[[], set[int]]
) -> None:
    courier = Courier(kept_seconds=3)
    with SmtpSink(tmp_path / "mails") as sink:
        url = sink.url("tim@puskesmas.example")
        threads = [threading.Thread(target=courier.send, args=(url, f"{n}", "Isi", [])) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(offices()) == 1
        assert len(sink.mails()) == 3
    assert none_is_left(offices)
