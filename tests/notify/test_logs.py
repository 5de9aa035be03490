"""The log is readable by people or machines, one line per event, and holds no secret however it came in."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ig_worker import logs
from ig_worker.domain.errors import Misconfigured

pytestmark = pytest.mark.shows_secrets("what hides secrets is tried out with some")

TOKEN = "EAAGm0PX4ZCpsBAKZCQZDZD_rahasia"
ODD_SECRET = 'pa"ss wörd/1%'


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    yield
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, logs.Redacted)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(False)


def start(*, json_lines: bool = False, level: str = "INFO", file: Path | None = None) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, json=json_lines, stream=stream, file=file, zone=ZoneInfo("Asia/Jakarta"))
    return stream


def test_a_line_for_people_has_the_centres_time_level_place_and_fields() -> None:
    stream = start()
    logger = logging.getLogger("ig_worker.publish")
    record = logger.makeRecord(
        logger.name, logging.INFO, "f", 1, "Post %s is out", ("12",), None, extra={"post": 12}
    )
    record.created = 1795314000.0  # 2026-11-22 02:20 UTC
    logger.handle(record)
    assert stream.getvalue() == "2026-11-22 09:20:00 INFO    publish: Post 12 is out post=12\n"


def test_a_line_for_machines_is_json_in_utc_with_the_fields() -> None:
    stream = start(json_lines=True)
    logger = logging.getLogger("ig_worker.inbox")
    logger.warning("Dua\nbaris 😀 \ud800", extra={"account": "polowijen", "path": Path("/x")})
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert line["level"] == "WARNING"
    assert line["logger"] == "ig_worker.inbox"
    assert line["message"] == "Dua\nbaris 😀 \ud800"
    assert line["account"] == "polowijen"
    assert line["path"] == "/x"
    assert line["time"].endswith("+00:00")


def fail_with(message: str) -> None:
    raise ValueError(message)


@pytest.mark.parametrize("json_lines", [True, False])
@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        f"https://graph.example/me?access_token={'z' * 20}&x=1",
        '{"access_token": "qqqqqqqqqqqq"}',
        "Authorization: Bearer abc.def-ghi",
        "Authorization: OAuth abcdef123",
        "mailto://petugas:kata-sandi@smtp.example/x",
        "mailto://petugas:kata@sandi@smtp.example/x",
        "tgram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/1",
        "https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage",
        "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "postgresql+psycopg://ig:kata-sandi@db/ig",
        "client_secret=0123456789abcdef",
        "app_secret=SecretStr('0123456789abcdef')",
    ],
)
def test_what_has_the_shape_of_a_secret_is_taken_out_wherever_it_comes_in(
    secret: str, json_lines: bool
) -> None:
    stream = start(json_lines=json_lines)
    logger = logging.getLogger("ig_worker.graph")
    logger.info("said %s", secret)
    logger.info("nested %r", {"a": [secret]}, extra={"answer": {"deep": secret}})
    try:
        fail_with(secret)
    except ValueError:
        logger.exception("failed")
    text = stream.getvalue()
    for hidden in ("rahasia", "zzzz", "qqqq", "abc.def", "abcdef", "sandi", "AAHd", "0123456789"):
        assert hidden not in text
    assert "***" in text
    if json_lines:
        assert len([json.loads(line) for line in text.splitlines()]) == 3


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_registered_secret_is_taken_out_in_every_spelling(json_lines: bool) -> None:
    logs.register_secret(ODD_SECRET)
    stream = start(json_lines=json_lines)
    logger = logging.getLogger("ig_worker.notify")
    logger.info("plain %s", ODD_SECRET)
    logger.info("quoted pa%22ss%20w%C3%B6rd%2F1%25 and pa%22ss+w%C3%B6rd%2F1%25")
    logger.info("repr %r", [ODD_SECRET])
    logger.info("json %s", json.dumps({"a": ODD_SECRET}))
    logger.info("fields", extra={"password_given": ODD_SECRET})
    text = stream.getvalue()
    assert "rd/1" not in text
    assert "rd%2F1" not in text
    assert text.count("***") >= 6


def test_a_secret_inside_another_one_leaves_nothing_standing() -> None:
    logs.register_secret("inner-part")
    logs.register_secret("outer-inner-part-outer")
    stream = start()
    logging.getLogger("ig_worker").info("x outer-inner-part-outer y inner-part z")
    assert stream.getvalue().endswith("x *** y *** z\n")


def test_plain_talk_of_tokens_stays_readable() -> None:
    stream = start()
    plain = "OAuth access is basic knowledge; see https://example.id/a:b, 62812:30 and IGA_TAG"
    logging.getLogger("ig_worker").info(plain)
    assert plain in stream.getvalue()


def test_a_very_short_secret_does_not_eat_the_log() -> None:
    logs.register_secret("a")
    stream = start()
    logging.getLogger("ig_worker").info("aaa")
    assert "aaa" in stream.getvalue()


def test_what_the_public_wrote_cannot_forge_a_line_or_move_the_cursor() -> None:
    stream = start()
    hostile = "halo\n2026-11-22 09:15:00 INFO forged\r\x1b[2J\x00\u202eabc\u2028\ud83d"
    logging.getLogger("ig_worker.inbox").info("from %s", hostile)
    try:
        fail_with("boom\n2026-11-22 09:15:00 INFO forged")
    except ValueError:
        logging.getLogger("ig_worker.inbox").error("failed", exc_info=True, stack_info=True)
    text = stream.getvalue()
    first, second, *rest = text.split("\n")
    assert "\\n2026" in first
    assert "\\x1b[2J\\x00\\u202eabc\\u2028\\ud83d" in first
    assert " ERROR " in second
    assert all(line.startswith("    ") for line in rest if line)
    text.encode()


def test_the_level_counts_and_chatty_packages_are_quiet() -> None:
    stream = start(level="DEBUG")
    logging.getLogger("ig_worker").debug("ours")
    logging.getLogger("urllib3.connectionpool").info("theirs")
    logging.getLogger("apprise").warning("their trouble")
    start(level="ERROR")
    logging.getLogger("alembic").warning("not now")
    text = stream.getvalue()
    assert "ours" in text
    assert "theirs" not in text
    assert "their trouble" in text


def test_configured_again_it_starts_over() -> None:
    first = start()
    second = start()
    logging.getLogger("ig_worker").info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_a_file_gets_the_same_lines(tmp_path: Path) -> None:
    file = tmp_path / "log" / "worker.log"
    stream = start(file=file)
    logging.getLogger("ig_worker").info("Terima kasih 🙏 %s", TOKEN)
    assert file.read_text("utf-8") == stream.getvalue()
    assert "Terima kasih 🙏 ***" in stream.getvalue()


def test_a_file_that_cannot_be_written_for_now_is_warned_of_once_and_begun_when_it_can(
    tmp_path: Path,
) -> None:
    file = tmp_path / "log" / "worker.log"
    file.parent.mkdir()
    # Two names that lead to each other: nobody can open them, not even root.
    file.symlink_to(file.with_name("loop"))
    file.with_name("loop").symlink_to(file)
    for warned in (1, 0):
        stream = start(file=file)
        logging.getLogger("ig_worker").warning("Still at work")
        assert "Still at work" in stream.getvalue()
        assert stream.getvalue().count("The log cannot be written to") == warned
    file.unlink()
    logging.getLogger("ig_worker").warning("There is room again")
    assert "There is room again" in file.read_text("utf-8")


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("not a folder")
    with pytest.raises(Misconfigured, match=r"cannot be written to .*worker\.log: ") as caught:
        start(file=tmp_path / "log" / "worker.log")
    assert "[log] file" in caught.value.cure


def test_warnings_go_to_the_log() -> None:
    stream = start()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"old {TOKEN}", DeprecationWarning, stacklevel=1)
    assert "old ***" in stream.getvalue()


def test_a_broken_log_call_prints_nothing_of_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", json=False, stream=sys.stderr, zone=UTC)
    # pytest's own capturing handlers raise on a broken call; only ours is asked here.
    handler = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, logs.Redacted))
    handler.handle(logging.makeLogRecord({"msg": "%d", "args": (TOKEN,)}))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("json_lines", [False, True])
def test_numbers_and_addresses_of_persons_do_not_reach_the_log(json_lines: bool) -> None:
    """Neither by the message, its arguments and fields, nor by an exception of somebody else's."""
    stream = start(json_lines=json_lines)
    logger = logging.getLogger("ig_worker.inbox")
    said = "NIK 3573011234567890, wa 0812\u200b3456\n7890, ani@mail.id"
    logger.warning(
        "cannot read %s", said, extra={"text": said, "error": ValueError(said), "comment": 17841400000000001}
    )
    try:
        fail_with(said)
    except ValueError:
        logger.exception("nobody foresaw this")
    logged = stream.getvalue()
    assert [part for part in ("3573011234567890", "3456", "7890", "ani@") if part in logged] == []
    assert "17841400000000001" in logged
    assert "90" in logged


def test_a_secret_that_looks_like_somebodys_number_is_still_hidden_whole() -> None:
    logs.register_secret("kunci-081234567890-rahasia")
    stream = start()
    logging.getLogger("ig_worker").warning("refused: kunci-081234567890-rahasia")
    assert "rahasia" not in stream.getvalue()
    assert "***" in stream.getvalue()
