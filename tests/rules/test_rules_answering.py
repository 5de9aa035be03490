"""What a person's answer must be like, and until when it may go out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ig_worker.domain.answering import CannotAnswer, Window, addressed, as_typed, require_length, window

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "found"),
    [
        (timedelta(0), Window.OPEN),
        (timedelta(hours=24), Window.OPEN),
        (timedelta(hours=24, seconds=1), Window.HUMAN_AGENT),
        (timedelta(days=7), Window.HUMAN_AGENT),
        (timedelta(days=7, seconds=1), Window.CLOSED),
        (timedelta(minutes=-3), Window.OPEN),
    ],
)
def test_a_message_can_be_answered_for_a_day_and_by_a_person_for_a_week(
    passed: timedelta, found: Window
) -> None:
    assert window(NOW - passed, NOW) is found


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("  Baik, Kak 🙏 \n", "Baik, Kak 🙏"),
        ("satu\r\ndua\rtiga", "satu\ndua\ntiga"),
        ("keluarga 👨‍👩‍👧 sehat ❤️\ttitik", "keluarga 👨‍👩‍👧 sehat ❤️\ttitik"),
        ("شكرا", "شكرا"),
    ],
)
def test_what_was_typed_is_sent_as_it_is(typed: str, sent: str) -> None:
    assert as_typed(typed) == sent


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", "nothing"),
        (" \n\t ", "nothing"),
        ("\u200b\u2060", "nothing"),
        ("a\x00b", "U+0000"),
        ("a\x1b[2Jb", "U+001B"),
        ("besok \u202ejam 8", "U+202E"),
        ("besok \udcff", "UTF-8"),
        ("\ud83d", "UTF-8"),
    ],
)
def test_what_cannot_be_sent_is_named(typed: str, found: str) -> None:
    with pytest.raises(ValueError, match=found.replace("+", r"\+")):
        as_typed(typed)


@pytest.mark.parametrize(
    ("text", "author", "sent"),
    [
        ("Baik, Kak", "bunda.rara_1", "@bunda.rara_1 Baik, Kak"),
        ("@bunda Baik", "bunda", "@bunda Baik"),
        ("Baik Kak @BUNDA.", "bunda", "Baik Kak @BUNDA."),
        ("Baik @bunda_lain", "bunda", "@bunda Baik @bunda_lain"),
        ("Baik @bunda.lain", "bunda", "@bunda Baik @bunda.lain"),
        ("surat@bunda", "bunda", "@bunda surat@bunda"),
        ("Baik", "", "Baik"),
        ("Baik", "\u202enama", "Baik"),
        ("Baik", "dua kata", "Baik"),
    ],
)
def test_a_comments_answer_names_whom_it_is_for(text: str, author: str, sent: str) -> None:
    assert addressed(text, author) == sent


@pytest.mark.parametrize(
    ("text", "channel", "over"),
    [("a" * 1001, "dm", 1), ("🙏" * 251, "dm", 4), ("a" * 2205, "comment", 5), ("🙏" * 1101, "comment", 2)],
)
def test_a_text_too_long_is_told_by_how_much(text: str, channel: str, over: int) -> None:
    with pytest.raises(CannotAnswer, match=rf"is {over} (bytes|letters) too long"):
        require_length(text, channel)
    require_length(text[:-5], channel)
