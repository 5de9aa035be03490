"""Every kind of picture is prepared within Instagram's limits, or refused with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media.picture import prepare

Maker = Callable[..., Path]

RED, BLUE, WHITE = (254, 0, 0), (0, 0, 254), (255, 255, 255)


def prepared(source: Path, *, story: bool = False, ratio: float | None = None) -> Image.Image:
    target = source.with_name("siap.jpg")
    target.unlink(missing_ok=True)
    _, size, (width, height) = prepare(source, target, story=story, ratio=ratio)
    assert target.stat().st_size == size <= 8_000_000
    with Image.open(target) as image:
        image.load()
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    assert image.size == (width, height)
    assert 320 <= width <= 1440
    assert story or 0.8 <= width / height <= 1.91
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & set(image.info)
    return image


def refusal(source: Path) -> str:
    target = source.with_name("siap.jpg")
    with pytest.raises(MediaRejected) as caught:
        prepare(source, target, story=False, ratio=None)
    assert caught.value.cure
    assert not target.exists()
    return str(caught.value)


def near(
    image: Image.Image, place: tuple[float, float], colour: tuple[int, int, int], tolerance: int = 30
) -> bool:
    found = image.getpixel((int(place[0] * image.width), int(place[1] * image.height)))
    assert isinstance(found, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(found, colour, strict=True))


def upright(image: Image.Image) -> bool:
    """The made picture is white on top, red on the left and blue on the right."""
    return near(image, (0.5, 0.1), WHITE) and near(image, (0.2, 0.6), RED) and near(image, (0.8, 0.6), BLUE)


def test_an_ordinary_picture_keeps_its_size_and_look(picture: Maker) -> None:
    image = prepared(picture(size=(1080, 1350), quality=95))
    assert image.size == (1080, 1350)
    assert upright(image)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.png", "RGB"),
        ("a.png", "L"),
        ("a.png", "P"),
        ("a.png", "1"),
        ("a.png", "LA"),
        ("a.webp", "RGB"),
        ("a.gif", "P"),
        ("a.jpg", "CMYK"),
        ("a.jpg", "L"),
        ("salah-nama.jpg", "RGBA"),
    ],
)
def test_every_mode_and_format_becomes_an_srgb_jpeg(picture: Maker, name: str, mode: str) -> None:
    image = prepared(picture(name, mode=mode, **({"format": "PNG"} if mode == "RGBA" else {})))
    assert near(image, (0.5, 0.1), WHITE)
    if mode in {"RGB", "RGBA", "P", "CMYK"}:
        assert upright(image)


def test_sixteen_bits_of_grey_keep_their_shades(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("I;16", (400, 400), 0x8000).save(path)
    assert near(prepared(path), (0.5, 0.5), (128, 128, 128), tolerance=4)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_white(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.png"
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (0, 0, 200, 400))
    image.convert(mode).save(path)
    made = prepared(path)
    assert near(made, (0.75, 0.5), WHITE, tolerance=6)
    assert near(made, (0.25, 0.5), (10, 10, 10), tolerance=16)


def test_a_colour_declared_transparent_becomes_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (400, 400), (0, 255, 0)).save(path, transparency=(0, 255, 0))
    assert near(prepared(path), (0.5, 0.5), WHITE, tolerance=6)


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [(3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270)],
)
def test_a_photograph_taken_sideways_stands_upright_and_loses_its_place(
    picture: Maker, orientation: int, turn: Image.Transpose
) -> None:
    path = picture(size=(1000, 900))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Telepon"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (7.0, 56.0, 1.0)
    with Image.open(path) as image:
        image.transpose(turn).save(path, exif=exif, quality=95, comment=b"rumah Bu Ani")
    made = prepared(path)
    assert made.size == (1000, 900)
    assert upright(made)


def test_a_portrait_of_three_to_four_gets_a_blurred_border_and_loses_nothing(picture: Maker) -> None:
    made = prepared(picture(size=(900, 1200), quality=95))
    assert made.size == (960, 1200)
    assert near(made, (0.06, 0.6), RED)
    assert near(made, (0.94, 0.6), BLUE)
    assert near(made, (0.01, 0.6), RED, tolerance=70)


def test_a_story_is_padded_to_its_own_ratio(picture: Maker) -> None:
    assert prepared(picture(size=(1080, 1080)), story=True).size == (1080, 1920)


def test_a_carousels_picture_is_padded_to_the_wished_ratio(picture: Maker) -> None:
    assert prepared(picture(size=(1080, 1080)), ratio=0.8).size == (1080, 1350)


def test_another_colour_space_is_converted(picture: Maker) -> None:
    """In this profile the first channel is blue and the third red, so a picture that reads red is meant blue."""
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert upright(prepared(picture("a.png", icc_profile=own)))
    swapped = own.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    made = prepared(picture("b.png", icc_profile=swapped))
    assert near(made, (0.2, 0.6), BLUE)
    assert near(made, (0.8, 0.6), RED)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_profile_nobody_understands_is_left_aside(picture: Maker, mode: str) -> None:
    made = prepared(picture(mode=mode, icc_profile=b"bukan profil", quality=95))
    assert near(made, (0.5, 0.1), WHITE)


def test_the_same_picture_gives_the_same_bytes(picture: Maker, tmp_path: Path) -> None:
    source = picture(size=(900, 1600))
    hashes = {prepare(source, tmp_path / f"{n}.jpg", story=False, ratio=None)[0] for n in range(2)}
    assert len(hashes) == 1


def test_the_worst_picture_stays_below_eight_megabytes(noise: Maker) -> None:
    made = prepared(noise((1440, 1800)))
    assert made.size == (1440, 1800)


def test_a_jpeg_of_a_hundred_megapixels_is_prepared_in_bounded_memory(tmp_path: Path) -> None:
    source = tmp_path / "besar.jpg"
    Image.new("RGB", (12_000, 9_000), "teal").save(source, quality=50)
    script = (
        "from pathlib import Path; from ig_worker.media.picture import prepare;"
        f"print(prepare(Path({str(source)!r}), Path({str(tmp_path / 'x.jpg')!r}), story=False, ratio=None)[2],"
        "Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    size, _, kilobytes = done.stdout.strip().rpartition(" ")
    assert size == "(1440, 1080)"
    assert int(kilobytes) < 150_000


@pytest.mark.parametrize(
    ("name", "size", "options"),
    [
        ("besar.png", (8_000, 6_000), {}),
        ("besar.webp", (4_500, 4_100), {"quality": 1, "method": 0}),
        ("besar.jpg", (8_000, 6_000), {"progressive": True}),
        ("besar.jpg", (65_000, 4_000), {}),
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_decoded(
    tmp_path: Path, name: str, size: tuple[int, int], options: dict[str, object]
) -> None:
    path = tmp_path / name
    Image.new("L", size).save(path, **options)  # type: ignore[arg-type]
    assert f"terlalu besar ({size[0]}×{size[1]} piksel)" in refusal(path)


def test_a_long_thin_jpeg_that_cannot_be_read_smaller_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "panjang.jpg"
    Image.new("L", (60_000, 2_100)).save(path)
    assert "terlalu besar" in refusal(path)


@pytest.mark.parametrize("size", [(1, 1), (99, 500), (2_000, 3)])
def test_a_tiny_picture_is_refused(picture: Maker, size: tuple[int, int]) -> None:
    assert "terlalu kecil" in refusal(picture(size=size))


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
def test_a_moving_picture_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert "gambar bergerak" in refusal(path)


def test_a_photograph_with_a_second_picture_behind_it_is_one_photograph(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    frames[0].save(path, format="MPO", save_all=True, append_images=frames[1:])
    assert near(prepared(path), (0.5, 0.5), RED)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif"])
def test_a_truncated_picture_is_refused(picture: Maker, name: str) -> None:
    path = picture(name)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "rusak atau terpotong" in refusal(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    place=st.floats(0, 1, exclude_max=True),
    byte=st.integers(0, 255),
    name=st.sampled_from(["a.jpg", "a.png", "a.webp", "a.gif"]),
)
def test_a_damaged_picture_is_prepared_or_refused(picture: Maker, place: float, byte: int, name: str) -> None:
    path = picture(name, size=(200, 200))
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] = byte
    path.write_bytes(content)
    try:
        prepared(path)
    except MediaRejected as error:
        assert error.cure  # noqa: PT017 -- either outcome is right


def test_a_folder_that_cannot_be_written_is_the_machines_fault(picture: Maker, tmp_path: Path) -> None:
    blocked = tmp_path / "berkas"
    blocked.write_text("x")
    with pytest.raises(Misconfigured, match="tidak dapat disimpan"):
        prepare(picture(), blocked / "siap.jpg", story=False, ratio=None)


def answer_of(job: dict[str, object]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ig_worker.media"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_the_process_answers_in_json(picture: Maker, tmp_path: Path) -> None:
    source, target = picture(), tmp_path / "siap.jpg"
    job: dict[str, object] = {"do": "prepare", "source": str(source), "target": str(target)}
    job |= {"story": False, "ratio": None, "border": "blur"}
    answer = answer_of(job)
    assert (answer["width"], answer["height"], answer["size"]) == (800, 800, target.stat().st_size)
    assert "tidak dapat disimpan" in str(answer_of(job)["misconfigured"])
    source.write_bytes(b"\xff\xd8\xff")
    assert "rusak" in str(answer_of(job)["rejected"])


def test_a_picture_that_takes_too_much_memory_ends_its_own_process_with_a_reason(tmp_path: Path) -> None:
    source = tmp_path / "berat.png"
    Image.new("RGBA", (5_400, 5_400), "teal").save(source, compress_level=1)
    job = {"do": "prepare", "source": str(source), "target": str(tmp_path / "siap.jpg")}
    job |= {"story": False, "ratio": None, "border": "blur"}  # type: ignore[dict-item]
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -v 200000; exec "$0" -P -m ig_worker.media', sys.executable],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert answer["rejected"] == "“berat.png” memerlukan terlalu banyak memori"
    assert "Kecilkan" in answer["cure"]


@pytest.mark.usefixtures("untraced_children")
def test_the_process_takes_no_more_than_its_bound() -> None:
    script = (
        "import ig_worker.media.__main__ as door; door.bound_memory();"
        "kept = bytearray(300_000_000);\ntry: bytearray(1_000_000_000)\nexcept MemoryError: print('bounded')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "bounded\n"
