"""Pictures and videos for the tests, made on the spot."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

Maker = Callable[..., Path]


def _scene(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture with a red left half, a blue right half and a white band on top."""
    image = Image.new("RGB", size, "blue")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 2, size[1]), fill="red")
    draw.rectangle((0, 0, size[0], size[1] // 5), fill="white")
    return image.convert(mode)


@pytest.fixture
def picture(tmp_path: Path) -> Maker:
    def make(
        name: str = "gambar.jpg", size: tuple[int, int] = (800, 800), mode: str = "RGB", **options: object
    ) -> Path:
        path = tmp_path / name
        _scene(size, mode).save(path, **options)  # type: ignore[arg-type]
        return path

    return make


@pytest.fixture
def noise(tmp_path: Path) -> Maker:
    def make(size: tuple[int, int]) -> Path:
        path = tmp_path / "derau.png"
        data = random.Random(7).randbytes(size[0] * size[1] * 3)
        Image.frombytes("RGB", size, data).save(path, compress_level=0)
        return path

    return make
