"""No personal number of a generated corpus can be read any more, whatever it looks like and wherever it stands."""

from __future__ import annotations

from collections import Counter

import pytest
from masking_corpus import Line, corpus, readable

from ig_worker.domain.exposure import veiled
from ig_worker.domain.masking import mask, mask_line

KINDS = {"nik", "bpjs", "mobile", "fixed", "rm", "email"}


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return list(corpus())


def test_the_corpus_holds_what_it_promises(lines: list[Line]) -> None:
    """An unmasked line gives its secret away: a corpus that hides nothing would prove nothing."""
    assert Counter(line.kind for line in lines) == dict.fromkeys(KINDS, 900)
    assert sum(bool(readable(line, line.text)) for line in lines) > len(lines) * 0.99
    assert len({line.text for line in lines}) > len(lines) * 0.9


def test_nothing_of_it_can_be_read(lines: list[Line]) -> None:
    assert [line.text for line in lines if readable(line, mask(line.text))] == []


def test_nothing_of_it_can_be_read_where_names_are_veiled_too(lines: list[Line]) -> None:
    assert [line.text for line in lines if readable(line, veiled(line.text))] == []


def test_what_is_masked_stays_as_it_is(lines: list[Line]) -> None:
    for line in lines:
        masked = mask(line.text)
        assert mask(masked) == masked


def test_what_stands_around_it_stays(lines: list[Line]) -> None:
    before_and_after = ("min tolong dibalas ya, ", " terima kasih")
    masked = [mask(line.text) for line in lines if line.text.startswith(before_and_after[0])]
    assert masked
    assert all(text.startswith(before_and_after[0]) and text.endswith(before_and_after[1]) for text in masked)


def test_a_line_of_the_log_gives_nothing_away_that_is_certainly_somebodys(lines: list[Line]) -> None:
    """Sixteen digits that are built as no NIK is may be an id of Meta's: logs keep them, notices do not."""
    leaks = [line.text for line in lines if readable(line, mask_line(line.text))]
    assert len(leaks) < len(lines) * 0.01
