"""The picture that tells people what became of what they said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.transparency import TOPICS, Centre, Outcome, page, sums_of
from ig_worker.render.colours import WHITE, contrast, dark_enough, text_on
from ig_worker.render.transparency import laid_out
from ig_worker.render.typesetter import Typesetter

SHORT = Centre("Puskesmas", "pkm")
LONG = Centre(("Unit Pelaksana Teknis Daerah Puskesmas " * 3)[:80], "puskesmas.polowijen.kota.malan")


def shown(topics: int, centre: Centre, colour: str, each: int = 3) -> dict[str, Any]:
    named = [topic for topic in TOPICS if topic != "lainnya"][:topics]
    sums = sums_of([Outcome(topic, 3.0, True, False) for topic in named for _ in range(each)])
    assert sums is not None
    return {**page(sums, "1–22 September 2026", centre), "colour": colour}


@pytest.mark.parametrize(
    ("topics", "centre", "colour", "each"),
    [
        (1, SHORT, "#ffffff", 6),
        (12, LONG, "#000000", 3),
        (8, LONG, "#f4d35e", 4000),
        (2, SHORT, "#0e5360", 3),
    ],
)
def test_it_is_as_large_as_instagram_shows_a_picture(
    tmp_path: Path, topics: int, centre: Centre, colour: str, each: int
) -> None:
    out = tmp_path / "gambar.jpg"
    Typesetter().transparency(shown(topics, centre, colour, each), out)
    with Image.open(out) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (1080, 1350), "RGB")
        # The head and the foot stand in the centre's colour, down to the last line: nothing is pushed out.
        wanted = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
        for place in ((540, 6), (6, 1344)):
            found = picture.getpixel(place)
            assert isinstance(found, tuple)
            assert all(abs(one - other) <= 4 for one, other in zip(found, wanted, strict=True))
    first = out.read_bytes()
    Typesetter().transparency(shown(topics, centre, colour, each), out)
    assert out.read_bytes() == first, "an approval is for these very bytes"


@pytest.mark.parametrize(
    "colour", ["#ffffff", "#000000", "#f4d35e", "#0e5360", "#ff0000", "#777777", "#00ff00"]
)
def test_any_colour_can_be_read(colour: str) -> None:
    drawn = laid_out(shown(3, SHORT, colour))
    assert contrast(colour, text_on(colour)) >= 4.5
    assert contrast(drawn["accent"], WHITE) >= 4.5
    assert dark_enough("#0e5360") == "#0e5360"


def test_what_is_not_whole_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match=r"gambar\.jpg"):
        Typesetter().transparency({"colour": "#0e5360"}, tmp_path / "gambar.jpg")
    assert list(tmp_path.iterdir()) == []
