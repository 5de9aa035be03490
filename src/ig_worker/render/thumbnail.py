"""A small JPEG of a post's picture, made without ever holding a picture that is too large for the machine."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

LONGEST_SIDE = 480
"""Pixels. It is drawn at most 340 pixels wide on the card."""
MOST_FILE_BYTES = 30_000_000
MOST_DECODED_BYTES = 36_000_000
"""What decoding may take: a picture of 12 megapixels, or any baseline JPEG that can be decoded at a fraction."""


class NoPicture(Exception):
    """The picture cannot be shown; ``str`` is the reason in Indonesian, for the card."""


def thumbnail(path: Path, longest: int = LONGEST_SIDE) -> bytes:
    """A JPEG at most `longest` pixels long, the same bytes for the same file. Raises NoPicture."""
    try:
        if not path.is_file():
            raise NoPicture("berkas gambar tidak ditemukan")
        if path.stat().st_size > MOST_FILE_BYTES:
            raise NoPicture("berkas gambar terlalu besar")
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
                return _small(picture, longest)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise NoPicture("gambar terlalu besar") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise NoPicture("berkas gambar rusak atau bukan JPEG, PNG, WebP") from error


def _small(picture: Image.Image, longest: int) -> bytes:
    width, height = picture.size
    # A JPEG can be decoded at a half, a quarter or an eighth; a progressive one still needs all its coefficients.
    picture.draft("RGB", (longest, longest))
    whole = picture.size if not picture.info.get("progressive") else (width, height)
    if whole[0] * whole[1] * max(3, len(picture.getbands())) > MOST_DECODED_BYTES:
        raise NoPicture(f"gambar terlalu besar ({width} × {height} piksel)")
    picture.thumbnail((longest, longest))
    upright = ImageOps.exif_transpose(picture)
    small = upright.convert("RGBA")
    paper = Image.new("RGBA", small.size, "white")
    paper.alpha_composite(small)
    out = io.BytesIO()
    paper.convert("RGB").save(out, "JPEG", quality=82)
    return out.getvalue()
