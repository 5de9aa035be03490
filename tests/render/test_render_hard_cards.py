"""The cards of hard texts look as they did when a person last read every one of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hard_cards import DIGESTS, KEPT, digest, drawn, looks_like, names
from PIL import Image, ImageDraw

RENEW = "look at tests/render/cards after `PYTHONPATH=src .venv/bin/python tests/render/hard_cards.py`"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.mark.parametrize("name", names())
def test_a_hard_card_is_the_one_that_a_person_has_read(name: str, pictures: Path) -> None:
    png = drawn(name, pictures)
    # Another version of typst or Pillow may write other bytes that nobody can tell from these.
    if hashlib.sha256(png).hexdigest() != digest(name):
        assert looks_like(name, png) == "", RENEW


def test_all_that_is_hard_is_kept_and_small() -> None:
    assert len(names()) == 15
    files = sorted(path.name for path in KEPT.iterdir() if path != DIGESTS)
    assert files == sorted(f"{name}{kind}" for name in names() for kind in (".json", ".png"))
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < 2_000_000


@pytest.mark.parametrize("place", [(60, 900), (540, 1200)])
def test_a_word_that_is_gone_from_a_card_is_seen(place: tuple[int, int], tmp_path: Path) -> None:
    with Image.open(KEPT / "imitates-the-card.png") as kept:
        changed = kept.convert("RGB")
    ImageDraw.Draw(changed).rectangle((place[0], place[1], place[0] + 300, place[1] + 60), fill="black")
    changed.save(tmp_path / "changed.png")
    assert "brightness" in looks_like("imitates-the-card", (tmp_path / "changed.png").read_bytes())


def test_a_card_of_another_height_is_seen(tmp_path: Path) -> None:
    with Image.open(KEPT / "picture-missing.png") as kept:
        kept.crop((0, 0, 1080, 1400)).save(tmp_path / "short.png")
    assert "pixels large" in looks_like("picture-missing", (tmp_path / "short.png").read_bytes())
