"""Turns a picture into the JPEG that Instagram takes. The only module that loads Pillow; it runs in its own process.

Section B of ``instagram_api.md``: JPEG, sRGB, 320 to 1440 wide, 4:5 to 1.91:1, at most 8 MB.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Pillow finds its WebP reader by itself only after loading all forty formats.
from PIL import ExifTags, Image, ImageCms, ImageFilter, ImageOps, WebPImagePlugin  # noqa: F401

from ig_worker.domain.errors import MediaRejected
from ig_worker.media.fitting import Size, canvas_size, fitted_size
from ig_worker.media.sources import HEAD_BYTES, called, cannot_write, is_heic

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""Few, because every decoder is a door; MPO (a photograph with a second one behind it) comes as a JPEG."""
DECODED_PIXELS_MAX = 30_000_000
"""What is decoded whole: measured, 300 MB for a PNG with transparency of this size."""
WEBP_PIXELS_MAX = 18_000_000
"""Its decoder keeps the picture three times: measured, 320 MB."""
JPEG_PIXELS_MAX = 200_000_000
"""A baseline JPEG is read at a half, a quarter or an eighth of its size, so more pixels are bearable."""
SIDE_MIN = 100

# At 90, noise of 1440 x 1800 stays near five of the eight megabytes, so no picture needs a second try.
_QUALITY = 90
_SMALL_QUALITY = 80
_DRAFT_SIZE = (2000, 2000)
# So strong that no enlarged letter can be read beside the picture: a tenth of its width.
_BLUR_SCALE, _BLUR_RADIUS = 24, 6
_BROKEN_CURE = "Buka gambarnya, simpan ulang sebagai JPG, lalu impor lagi."
_LARGE_CURE = "Kecilkan gambarnya, misalnya menjadi 2000 piksel di sisi terpanjang."


def look(source: Path) -> tuple[str, Size]:
    """A picture's format in Pillow's words and its size, as it is; nothing is decoded. Raises MediaRejected."""
    name = called(source)
    with _broken_is_refused(name), _open(source) as image:
        turned = _orientation(image) > 4
        return str(image.format), image.size[::-1] if turned else image.size


def prepare(
    source: Path, target: Path, *, story: bool, ratio: float | None, border: str = "blur"
) -> tuple[str, int, Size]:
    """Write the JPEG and give its SHA-256 (hex), its size in bytes and its width and height.

    ``border`` is "blur" or a colour ("#rrggbb").

    Raises MediaRejected for a picture that can never go out, Misconfigured where the JPEG cannot be written.
    """
    with _bounded_memory(called(source)):
        content, canvas = _make(source, story=story, ratio=ratio, border=border)
    _write(target, content)
    return hashlib.sha256(content).hexdigest(), len(content), canvas


def shrink(source: Path, target: Path, *, longest: int) -> Size:
    """Write a JPEG of the whole picture, at most `longest` pixels long; its width and height. Raises as ``prepare``."""
    with _bounded_memory(called(source)):
        image = _read(source)
        profile = image.info.get("icc_profile")
        image.thumbnail((longest, longest), reducing_gap=3.0)
        # Onto new paper: what the file says beside its pixels (a place, a comment) stays behind.
        small = Image.new("RGB", image.size, "white")
        small.paste(_srgb(_flat(image), profile))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=_SMALL_QUALITY, optimize=True)
    _write(target, out.getvalue())
    return small.size


def _write(target: Path, content: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
    except OSError as error:
        with suppress(OSError):
            target.unlink()
        raise cannot_write(target.parent, error) from None


def _make(source: Path, *, story: bool, ratio: float | None, border: str) -> tuple[bytes, Size]:
    image = _read(source)
    canvas = canvas_size(image.size, story=story, ratio=ratio)
    # Made smaller first: colours and transparency are then worked out on a fraction of the pixels.
    fitted = image.resize(fitted_size(image.size, canvas), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture = _on_canvas(_srgb(_flat(fitted), image.info.get("icc_profile")), canvas, border)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue(), canvas


def _read(source: Path) -> Image.Image:
    """The decoded picture, upright, in one of the modes L, LA, RGB, RGBA, CMYK."""
    name = called(source)
    with _broken_is_refused(name), _open(source) as image:
        _check_shape(image, name)
        image.draft(None, _DRAFT_SIZE)
        _check_pixels(image, DECODED_PIXELS_MAX, name)
        image.load()
        upright = ImageOps.exif_transpose(image) if _orientation(image) != 1 else image
        return _plain_mode(upright)


@contextmanager
def _broken_is_refused(name: str) -> Iterator[None]:
    try:
        with _without_pillows_limit():
            yield
    except (MediaRejected, MemoryError):
        raise
    except Exception:  # noqa: BLE001 -- on a damaged file Pillow raises whatever its decoders trip over
        raise MediaRejected(f"“{name}” rusak atau terpotong", cure=_BROKEN_CURE) from None


@contextmanager
def _bounded_memory(name: str) -> Iterator[None]:
    """This process may take only so much (``__main__``); a picture that wants more is refused."""
    try:
        yield
    except MemoryError:
        raise MediaRejected(f"“{name}” memerlukan terlalu banyak memori", cure=_LARGE_CURE) from None


def _open(source: Path) -> Image.Image:
    with source.open("rb") as file:
        if not is_heic(file.read(HEAD_BYTES)):
            return Image.open(source, formats=FORMATS)
    # Loaded only for what an iPhone took: its decoders are large.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(source, formats=("HEIF",))


@contextmanager
def _without_pillows_limit() -> Iterator[None]:
    """Our own limits are checked before anything is decoded; Pillow's, which all of the process shares, only warns."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_shape(image: Image.Image, name: str) -> None:
    # A photograph with a depth map or a thumbnail behind it is still one photograph.
    if image.format not in {"MPO", "HEIF"} and getattr(image, "is_animated", False):
        raise MediaRejected(
            f"“{name}” adalah gambar bergerak, yang tidak diterima Instagram",
            cure="Jadikan video MP4 dan pakai jenis reel, atau pilih satu gambar diam.",
        )
    if min(image.size) < SIDE_MIN:
        raise MediaRejected(
            f"“{name}” terlalu kecil ({image.width}×{image.height} piksel)",
            cure="Pakai gambar yang sisinya paling sedikit 320 piksel.",
        )
    streamed = image.format in {"JPEG", "MPO"} and not image.info.get("progressive")
    whole = WEBP_PIXELS_MAX if image.format == "WEBP" else DECODED_PIXELS_MAX
    _check_pixels(image, JPEG_PIXELS_MAX if streamed else whole, name)


def _check_pixels(image: Image.Image, limit: int, name: str) -> None:
    if image.width * image.height > limit:
        raise MediaRejected(f"“{name}” terlalu besar ({image.width}×{image.height} piksel)", cure=_LARGE_CURE)


def _orientation(image: Image.Image) -> int:
    return int(image.getexif().get(ExifTags.Base.Orientation, 1))


def _plain_mode(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen bits of grey: a plain conversion would make everything above 255 white.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _flat(image: Image.Image) -> Image.Image:
    """On white where it is transparent, as every viewer shows it."""
    if image.mode not in {"LA", "RGBA"}:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB. A profile that cannot be understood is left aside, as viewers do."""
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return changed or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return image.convert("RGB")
    return image.convert("RGB")


def _on_canvas(picture: Image.Image, canvas: Size, border: str) -> Image.Image:
    """In the middle of the canvas, over a blurred enlargement of itself or a plain colour."""
    # A new image: whatever is made out of another one inherits what the file said beside its pixels (comments, place).
    paper = Image.new("RGB", canvas, "black" if border == "blur" else border)
    if picture.size != canvas and border == "blur":
        small = (max(1, canvas[0] // _BLUR_SCALE), max(1, canvas[1] // _BLUR_SCALE))
        blurred = ImageOps.fit(picture, small, Image.Resampling.BOX).filter(
            ImageFilter.GaussianBlur(_BLUR_RADIUS)
        )
        paper.paste(blurred.resize(canvas, Image.Resampling.BICUBIC))
    paper.paste(picture, ((canvas[0] - picture.width) // 2, (canvas[1] - picture.height) // 2))
    return paper
