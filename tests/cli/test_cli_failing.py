"""One line for whatever went wrong, and its exit status."""

from __future__ import annotations

import errno
import logging

import click
import pytest

from ig_worker import logs
from ig_worker.cli.failing import NotDone, WrongConfiguration, tell
from ig_worker.domain.errors import Misconfigured, TokenExpired


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (NotDone("there is no post 3", cure="look at the list"), 1, "there is no post 3: look at the list"),
        (NotDone("there is no post 3."), 1, "there is no post 3."),
        (TokenExpired("The token is dead.", cure="Log in again."), 1, "The token is dead. Log in again."),
        (Misconfigured("the disk is full", cure="free some"), 1, "the disk is full: free some"),
        (WrongConfiguration("config.toml is not TOML."), 2, "config.toml is not TOML."),
        (click.UsageError("No such option."), 2, "No such option: see ig-worker --help"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/srv/x"),
            1,
            "/srv/x: No space left on device: free some space on that disk; nothing that was saved is lost",
        ),
        (OSError("the device said nothing"), 1, "the device said nothing"),
        (
            ZeroDivisionError("x"),
            1,
            "unexpected ZeroDivisionError in the program itself: run it again with --log-level DEBUG and report "
            "what that shows",
        ),
    ],
)
def test_an_error_is_one_line(
    error: Exception, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(error) == status
    assert capsys.readouterr().err == f"ig-worker: {line}\n"


@pytest.mark.parametrize("error", [click.Abort(), KeyboardInterrupt()])
def test_an_interruption_needs_no_words(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert (tell(error), capsys.readouterr().err) == (130, "")


def test_a_reader_that_has_gone_needs_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert (tell(BrokenPipeError(errno.EPIPE, "Broken pipe")), capsys.readouterr().err) == (1, "")


def test_whatever_an_error_holds_stays_on_its_line_and_no_secret_in_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.register_secret("kata sandi rahasia")
    tell(NotDone("one\ntwo\x1b[2J\u202e three kata sandi rahasia access_token=IGAAsomethingsecret \udcff"))
    assert capsys.readouterr().err == "ig-worker: one two[2J three *** access_token=*** �\n"


def test_the_traceback_of_what_nobody_foresaw_is_in_the_debug_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tell(ZeroDivisionError("nobody foresaw it"))
    (record,) = caplog.records
    assert record.levelno == logging.DEBUG
    assert record.exc_info is not None
