"""The evidence cards that are hard to draw: their data, their pictures, and how both are kept beside this file.

    PYTHONPATH=src .venv/bin/python tests/render/hard_cards.py

draws all of them anew into ``cards/``. Look at every one before you commit it: a person has to be able to read it.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from ig_worker.render.evidence import full_card
from ig_worker.render.press import press

KEPT = Path(__file__).parent / "cards"
DIGESTS = KEPT / "sha256.json"
Card = dict[str, Any]


def names() -> list[str]:
    return sorted(path.stem for path in KEPT.glob("*.json") if path != DIGESTS)


def card(name: str, folder: Path) -> Card:
    """The card of that name; the picture of its post is made in `folder` where one is needed."""
    kept: Card = json.loads((KEPT / f"{name}.json").read_text("utf-8"))
    post = kept["post"]
    if post is not None and post["picture"] is not None:
        path = folder / post["picture"]
        post["picture"] = str(path)
        if path.name in PICTURES and not path.exists():
            path.write_bytes(PICTURES[path.name]())
    return kept


def drawn(name: str, folder: Path) -> bytes:
    """The PNG of that card, set in this process."""
    return press("evidence_card.typ", full_card(card(name, folder)), "png")


def looks_like(name: str, png: bytes) -> str:
    """In what the PNG differs from the kept picture for a person's eye; empty where it does not."""
    with Image.open(KEPT / f"{name}.png") as kept, Image.open(io.BytesIO(png)) as fresh:
        if kept.size != fresh.size:
            return f"it is {fresh.size} pixels large, not {kept.size}"
        apart = ImageChops.difference(kept.convert("L"), fresh.convert("L"))
    # A glyph that moved or changed differs by black on white; the palette of the kept picture by a shade.
    share = sum(apart.histogram()[61:]) / (apart.width * apart.height)
    return f"{share:.2%} of its pixels are of another brightness" if share > 0.001 else ""


def keep(name: str, png: bytes) -> None:
    """Keep a card as a reference: its exact digest, and a picture in 128 colours, small enough for a repository."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            KEPT / f"{name}.png", optimize=True
        )
    digests = json.loads(DIGESTS.read_text("utf-8")) if DIGESTS.exists() else {}
    digests[name] = hashlib.sha256(png).hexdigest()
    DIGESTS.write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", "utf-8")


def digest(name: str) -> str:
    return str(json.loads(DIGESTS.read_text("utf-8"))[name])


def _waiting_room(width: int, height: int) -> bytes:
    """A large picture with large shapes, which compresses well."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.paste((200, 120, 40), (width // 4, height // 4, width // 2, height * 3 // 4))
    return _jpeg(picture, quality=85)


def _noisy(width: int, height: int) -> bytes:
    """As a camera writes it at the highest quality: hardly compressed at all."""
    grains = random.Random(7).randbytes(width * height * 3)
    return _jpeg(Image.frombytes("RGB", (width, height), grains), quality=95)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "post.jpg": lambda: _waiting_room(1080, 1350),
    "8000x8000.jpg": lambda: _waiting_room(8000, 8000),
    "27-megabytes.jpg": lambda: _noisy(4600, 3600),
}
"""Whatever other picture a card names is missing, and meant to be."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in names():
            png = drawn(name, Path(folder))
            keep(name, png)
            kept = (KEPT / f"{name}.png").stat().st_size
            sys.stdout.write(f"{name}: {len(png):,} bytes, kept as {kept:,}\n")


if __name__ == "__main__":
    main()
