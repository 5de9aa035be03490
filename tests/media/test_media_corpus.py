"""Whatever people send is prepared within Instagram's limits, upright and whole, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from picture_corpus import SAMPLES, SCENE, Sample, Size, heic
from PIL import Image

from ig_worker.domain.errors import MediaRejected
from ig_worker.media import MediaRoom, MediaType, media_type
from ig_worker.media.picture import prepare
from ig_worker.sandbox.fetching import Fetched, check_image

WAYS = {
    "umpan": {"story": False, "ratio": None},
    "cerita": {"story": True, "ratio": None},
    "carousel": {"story": False, "ratio": 1.91},
}
WHITE, RED, GREEN, BLUE = (255, 255, 255), (220, 0, 0), (0, 160, 0), (0, 0, 220)
JPEG_END = b"\xff\xd9"


def check_limits(path: Path, *, story: bool, ratio: float | None) -> Image.Image:
    """An independent look at a prepared file, by what section B says; the embedded Instagram looks as well."""
    content = path.read_bytes()
    assert len(content) <= 8_000_000
    assert content.startswith(b"\xff\xd8\xff")
    check_image(Fetched(content, "image/jpeg"), feed_ratio=not story)
    assert content.endswith(JPEG_END)
    for mark in (b"Exif", b"ICC_PROFILE", b"Bu Ani", b"http://ns.adobe.com", b"MPF\0"):
        assert mark not in content, mark
    with Image.open(path) as image:
        image.load()
    assert (image.format, image.mode) == ("JPEG", "RGB")
    width, height = image.size
    assert 320 <= width <= 1440
    wanted = 9 / 16 if story else ratio
    if wanted:
        assert abs(width - height * wanted) <= max(1.0, wanted)
    else:
        assert 4 / 5 <= width / height <= 1.91
    return image


def where_the_picture_lies(sample: Size, canvas: Size) -> tuple[float, float, float, float]:
    scale = min(canvas[0] / sample[0], canvas[1] / sample[1])
    width, height = sample[0] * scale, sample[1] * scale
    return (canvas[0] - width) / 2, (canvas[1] - height) / 2, width, height


def check_scene(image: Image.Image, size: Size, *, grey: bool) -> None:
    """Upright and whole: every part of the scene is where it was, and nothing of it is cut off."""
    left, top, width, height = where_the_picture_lies(size, image.size)
    spots = {(0.5, 0.07): WHITE, (0.1, 0.6): RED, (0.5, 0.6): GREEN, (0.9, 0.6): BLUE, (0.1, 0.93): RED}
    for (across, down), colour in spots.items():
        found = image.getpixel((int(left + across * width), int(top + down * height)))
        assert isinstance(found, tuple)
        red, green, blue = colour
        expected = (round(0.299 * red + 0.587 * green + 0.114 * blue),) * 3 if grey else colour
        assert all(abs(a - b) <= 40 for a, b in zip(found, expected, strict=True)), (across, down, found)


def prepared_in_every_way(source: Path, size: Size, *, shows_scene: bool, grey: bool = False) -> None:
    assert media_type(source) is MediaType.PICTURE
    for border in ("blur", "#ffff00"):
        for way, wanted in WAYS.items():
            out = source.with_name(f"{way}-{border}.jpg")
            prepare(source, out, border=border, **wanted)  # type: ignore[arg-type]
            image = check_limits(out, **wanted)  # type: ignore[arg-type]
            if shows_scene:
                check_scene(image, size, grey=grey)
            left, top, _, _ = where_the_picture_lies(size, image.size)
            if border != "blur" and max(left, top) >= 12:
                assert image.getpixel((0, 0)) == pytest.approx((255, 255, 0), abs=6)


@pytest.mark.parametrize("sample", [each for each in SAMPLES if not each.refused], ids=lambda each: each.name)
def test_it_goes_out_within_the_limits(sample: Sample, tmp_path: Path) -> None:
    source = tmp_path / sample.name
    source.write_bytes(sample.make())
    prepared_in_every_way(source, sample.size, shows_scene=sample.shows_scene, grey=sample.grey)


@pytest.mark.parametrize("sample", [each for each in SAMPLES if each.refused], ids=lambda each: each.name)
def test_it_is_refused_with_a_reason_and_a_cure(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / sample.name).write_bytes(sample.make())
    room = MediaRoom(tmp_path / "var", public_base_url="", allow_private_addresses=False)
    with pytest.raises(MediaRejected, match=sample.refused) as caught:
        room.try_out(room.keep_original(sample.name, tmp_path)[0], story=False)
    assert sample.name in str(caught.value)
    assert caught.value.cure.endswith(".")
    assert "\n" not in str(caught.value)


def test_a_photograph_of_an_iphone_goes_out_where_it_can_be_read(tmp_path: Path) -> None:
    pytest.importorskip("pillow_heif", reason="pillow-heif (extra heic) is not installed")
    source = tmp_path / "IMG_0001.HEIC"
    source.write_bytes(heic())
    prepared_in_every_way(source, SCENE, shows_scene=True)
