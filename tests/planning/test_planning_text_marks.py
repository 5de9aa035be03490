"""Hashtags and mentions are counted as carefully as Instagram might."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.text_marks import count_hashtags, count_mentions


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("#sehat #PuskesmasPolowijen", 2),
        ("#sehat#kuat", 2),
        ("##sehat", 1),
        ("＃sehat ﹟kuat", 2),
        ("#\u200bsehat", 1),
        ("#\u2060\u200dsehat", 1),
        ("#💚", 1),
        ("#_sehat #2026", 2),
        ("#sehät #健康 #صحة", 3),
        ("# sehat", 0),
        ("#️⃣1", 0),
        ("nomor #, #! #.", 0),
        ("#", 0),
        ("#\u200b", 0),
        ("C# itu", 0),
    ],
)
def test_hashtags(text: str, count: int) -> None:
    assert count_hashtags(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("@dinkes @kemenkes.ri", 2),
        ("(@dinkes),@ibi", 2),
        ("＠dinkes", 1),
        ("@\u200bdinkes", 1),
        ("surat ke puskesmas@malangkota.go.id", 0),
        ("@ 5000", 0),
        ("@", 0),
        ("👍@dinkes", 1),
    ],
)
def test_mentions(text: str, count: int) -> None:
    assert count_mentions(text) == count


@given(st.text(), st.integers(0, 40))
def test_what_stands_around_hides_no_hashtag(text: str, count: int) -> None:
    alone = count_hashtags(text)
    assert count_hashtags(text + "\n" + " ".join(["#sehat"] * count)) == alone + count


@given(st.text(alphabet="#@＃ a\u200b\u200d💚_.\n", max_size=60))
def test_there_are_never_more_than_signs(text: str) -> None:
    assert count_hashtags(text) <= sum(text.count(sign) for sign in "#＃﹟")
    assert count_mentions(text) <= sum(text.count(sign) for sign in "@＠﹫")
