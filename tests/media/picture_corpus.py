"""Pictures as people send them, made on the spot: by name, how to make each, and whether it can go out."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms, ImageDraw

Size = tuple[int, int]
SCENE = (900, 1200)
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera held so stores the picture; the mark in its EXIF (1 to 8) tells to turn it back."""


@dataclass(frozen=True)
class Sample:
    """One file: its name, its bytes, what a refusal says (empty: it goes out), and what it shows."""

    name: str
    make: Callable[[], bytes]
    refused: str = ""
    shows_scene: bool = True
    grey: bool = False
    size: Size = SCENE


def scene(size: Size = SCENE, mode: str = "RGB") -> Image.Image:
    """White on top, below it red on the left, green in the middle and blue on the right."""
    image = Image.new("RGB", size, (0, 160, 0))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 3, size[1]), fill=(220, 0, 0))
    draw.rectangle((2 * size[0] // 3, 0, size[0], size[1]), fill=(0, 0, 220))
    draw.rectangle((0, 0, size[0], size[1] // 5), fill="white")
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The image's bytes in a format of Pillow's."""
    out = io.BytesIO()
    image.save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def with_exif(orientation: int) -> bytes:
    """A photograph as a telephone stores it, with the place and a name in it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "Bu Ani"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (7.0, 56.0, 1.0)
    turn = TURNS[orientation]
    stored = scene() if turn is None else scene().transpose(turn)
    return saved(stored, "JPEG", exif=exif, quality=92, comment=b"rumah Bu Ani")


def transparent(form: str, **options: object) -> bytes:
    """The scene, whose white band is not there at all."""
    image = scene(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, SCENE[0], SCENE[1] // 5))
    return saved(image, form, **options)


def sixteen_bits() -> bytes:
    """A PNG with sixteen bits a colour, which Pillow cannot write."""
    image = scene()
    rows = bytearray()
    for line in range(image.height):
        one = image.crop((0, line, image.width, line + 1)).tobytes()
        rows += b"\0" + bytes(value for byte in one for value in (byte, byte))
    head = struct.pack(">IIBBBBB", *image.size, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 50,000 pixels square."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1_000_000), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def cmyk(*, marked: bool) -> bytes:
    """As a printer's office sends it: the values stored the other way round, with or without Adobe's mark for that."""
    content = saved(scene(mode="CMYK"), "JPEG", quality=95)
    if marked:
        return content
    at = content.index(b"Adobe") - 4
    (length,) = struct.unpack_from(">H", content, at + 2)
    return content[:at] + content[at + 2 + length :]


def profiled(primaries: tuple[tuple[float, float], ...], form: str) -> bytes:
    """The scene in a wider colour space, with the profile that says so."""
    profile = wide_profile(primaries)
    changed = ImageCms.profileToProfile(scene(), ImageCms.createProfile("sRGB"), profile)
    assert changed is not None
    return saved(changed, form, icc_profile=profile.tobytes(), **({"quality": 95} if form == "JPEG" else {}))


def wide_profile(primaries: tuple[tuple[float, float], ...]) -> ImageCms.ImageCmsProfile:
    """sRGB's own profile with other primaries in it (their XYZ adapted to D50, in fifteen-sixteenths)."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", content, 128)
    places = {}
    for number in range(count):
        name, offset, _ = struct.unpack_from(">4sII", content, 132 + 12 * number)
        places[name] = offset
    for name, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True):
        struct.pack_into(">3i", content, places[name] + 8, *(round(value * 65536) for value in xyz))
    return ImageCms.ImageCmsProfile(io.BytesIO(bytes(content)))


# XYZ of red, green and blue under D50, as the profiles themselves hold them.
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def moving(form: str) -> bytes:
    """Two pictures, one after the other."""
    frames = [scene(), scene().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def halved(content: bytes) -> bytes:
    """What a broken download leaves."""
    return content[: len(content) // 2]


def heic() -> bytes:
    """As an iPhone takes it; needs pillow-heif."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(scene()).save(out, quality=90)
    return out.getvalue()


BROKEN = "rusak atau terpotong"
TOO_LARGE = "terlalu besar"
SMALL = "terlalu kecil"
MOVING = "gambar bergerak"

SAMPLES = [
    Sample("biasa.jpg", lambda: saved(scene(), "JPEG", quality=92)),
    Sample("progresif.jpg", lambda: saved(scene(), "JPEG", progressive=True)),
    Sample("abu-abu.jpg", lambda: saved(scene(mode="L"), "JPEG"), grey=True),
    Sample("abu-abu.png", lambda: saved(scene(mode="L"), "PNG"), grey=True),
    Sample("satu-bit.png", lambda: saved(scene(mode="1"), "PNG"), shows_scene=False),
    Sample("palet.png", lambda: saved(scene().quantize(16), "PNG")),
    Sample("transparan.png", lambda: transparent("PNG")),
    Sample("palet-transparan.png", lambda: saved(_palette_with_hole(), "PNG", transparency=0)),
    Sample("enam-belas-bit.png", sixteen_bits),
    Sample(
        "abu-enam-belas-bit.png", lambda: saved(Image.new("I;16", SCENE, 0x8000), "PNG"), shows_scene=False
    ),
    Sample("cmyk.jpg", lambda: cmyk(marked=False)),
    Sample("cmyk-adobe.jpg", lambda: cmyk(marked=True)),
    *(Sample(f"diputar-{mark}.jpg", lambda mark=mark: with_exif(mark)) for mark in TURNS),  # type: ignore[misc]
    Sample("webp.webp", lambda: saved(scene(), "WEBP", quality=90)),
    Sample("webp-utuh.webp", lambda: saved(scene(), "WEBP", lossless=True)),
    Sample("webp-transparan.webp", lambda: transparent("WEBP", lossless=True)),
    Sample("diam.gif", lambda: saved(scene(), "GIF")),
    Sample("foto-ganda.jpg", lambda: saved(scene(), "MPO", save_all=True, append_images=[scene((300, 300))])),
    Sample("display-p3.jpg", lambda: profiled(DISPLAY_P3, "JPEG")),
    Sample("adobe-rgb.png", lambda: profiled(ADOBE_RGB, "PNG")),
    Sample("profil-rusak.jpg", lambda: saved(scene(), "JPEG", icc_profile=b"bukan profil", quality=92)),
    Sample("profil-terpotong.png", lambda: saved(scene(), "PNG", icc_profile=_half_profile())),
    Sample("sangat-lebar.jpg", lambda: saved(scene((3000, 120)), "JPEG", quality=92), size=(3000, 120)),
    Sample("sangat-tinggi.png", lambda: saved(scene((120, 3000)), "PNG"), size=(120, 3000)),
    Sample("kecil.jpg", lambda: saved(scene((150, 150)), "JPEG", quality=95), size=(150, 150)),
    Sample("nama-salah.png", lambda: saved(scene(), "JPEG", quality=92)),
    Sample("raksasa.jpg", lambda: saved(scene((12_000, 9_000)), "JPEG", quality=60), size=(12_000, 9_000)),
    Sample("raksasa.png", lambda: saved(Image.new("L", (12_000, 9_000)), "PNG"), TOO_LARGE),
    Sample("bom.png", bomb, TOO_LARGE),
    Sample("setitik.png", lambda: saved(scene((1, 1)), "PNG"), SMALL),
    Sample("sehelai.jpg", lambda: saved(scene((2_000, 3)), "JPEG"), SMALL),
    Sample("bergerak.gif", lambda: moving("GIF"), MOVING),
    Sample("bergerak.webp", lambda: moving("WEBP"), MOVING),
    Sample("bergerak.png", lambda: moving("PNG"), MOVING),
    Sample("terpotong.jpg", lambda: halved(saved(scene(), "JPEG")), BROKEN),
    Sample("terpotong.png", lambda: halved(saved(scene(), "PNG")), BROKEN),
    Sample("terpotong.webp", lambda: halved(saved(scene(), "WEBP")), BROKEN),
    Sample("hanya-kepala.jpg", lambda: saved(scene(), "JPEG")[:64], BROKEN),
    Sample("kosong.jpg", bytes, "kosong"),
    Sample("halaman.jpg", lambda: b"<!DOCTYPE html><html><title>Masuk</title></html>", "halaman web"),
    Sample("brosur.png", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    Sample("lambang.jpg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "halaman web"),
    Sample("pindaian.jpg", lambda: saved(scene(), "TIFF"), "bukan gambar atau video yang dikenal"),
    Sample("teks.jpg", lambda: b"bukan gambar", "bukan gambar atau video yang dikenal"),
]


def _palette_with_hole() -> Image.Image:
    """The scene in a palette whose first colour stands for nothing; the white band is made of it."""
    image = Image.new("P", SCENE, 0)
    image.putpalette([0, 0, 0, 220, 0, 0, 0, 160, 0, 0, 0, 220])
    draw = ImageDraw.Draw(image)
    third, band = SCENE[0] // 3, SCENE[1] // 5
    for place, colour in enumerate((1, 2, 3)):
        draw.rectangle((place * third, band, (place + 1) * third, SCENE[1]), fill=colour)
    return image


def _half_profile() -> bytes:
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return content[: len(content) // 2]
