"""What an evidence card costs: wall and processor time, memory and bytes, for each of the texts that are hard to draw.

    .venv/bin/python benchmarks/cards.py [--repeat 5]

Each card is made as the worker makes it: a process of its own, from its start to its end, with the file on the disk.
The texts are those whose cards are kept in tests/render/cards. What people do otherwise, a browser that takes a
screenshot, cannot be had here (and Instagram's terms forbid it); beside each card stands what Pillow alone needs to
write the same letters onto a white picture, with one font: no emoji, no Arabic, no layout.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from ig_worker.render.glyphs import FONTS

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "render"))

from hard_cards import card, names  # noqa: E402

OURS = [sys.executable, "-P", "-m", "ig_worker.render"]
PILLOW = """
import json, sys, textwrap
from PIL import Image, ImageDraw, ImageFont
job = json.load(sys.stdin)
font = ImageFont.truetype(job["font"], 32)
text = job["data"]["message"]["text"].encode("utf-8", "replace").decode()
lines = [part for line in text.split("\\n") for part in textwrap.wrap(line, 55) or [""]]
page = Image.new("RGB", (1080, 200 + 44 * len(lines)), "white")
ImageDraw.Draw(page).multiline_text((40, 40), "\\n".join(lines), "black", font, spacing=8)
page.save(job["out"], "PNG")
"""
WITH_PILLOW = [sys.executable, "-c", PILLOW]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--repeat", type=int, default=5, help="how often each card is made; the median is printed"
    )
    repeat = asked.parse_args().repeat
    print(f"{'card':27} {'ms':>5} {'CPU':>5} {'MB':>5} {'bytes':>9}   Pillow alone: ms")
    with tempfile.TemporaryDirectory() as folder:
        # Large pictures are made in a process of their own: the memory of this one would count for those it starts.
        with ProcessPoolExecutor(1) as painter:
            cards = {name: painter.submit(card, name, Path(folder)).result() for name in names()}
        for name, data in cards.items():
            shrunk = _with_small_picture(data, Path(folder))
            job = {"paper": "evidence_card", "data": data, "reason": "", "out": f"{folder}/o.png"}
            runs = [_cost(OURS, job) for _ in range(repeat)]
            size = (Path(folder) / "o.png").stat().st_size
            wall, cpu = (statistics.median(run[place] for run in runs) for place in (0, 1))
            memory = max(run[2] for run in runs)
            job["font"] = str(FONTS / "NotoSans-Regular.ttf")
            try:
                bare = f"{statistics.median(_cost(WITH_PILLOW, job)[0] for _ in range(repeat)):.0f}"
            except subprocess.CalledProcessError:
                bare = "fails"
            print(f"{name:27} {wall:5.0f} {cpu:5.0f} {memory:5.0f} {size:9,}   {bare:>16}{shrunk}")


def _with_small_picture(data: dict[str, Any], folder: Path) -> str:
    """Put a small copy in the place of the post's picture, as the worker does once for each post; what that costs."""
    original = (data["post"] or {}).get("picture")
    if original is None or not Path(original).exists():
        return ""
    small = f"{folder}/small-{Path(original).name}"
    job = {"paper": "small_picture", "data": {"picture": original}, "reason": "", "out": small}
    wall, cpu, memory = _cost(OURS, job)
    data["post"]["picture"] = small
    return f"   (its picture was made small before: {wall:.0f} ms, CPU {cpu:.0f}, {memory:.0f} MB)"


def _cost(command: list[str], job: dict[str, Any]) -> tuple[float, float, float]:
    """Milliseconds on the wall, milliseconds of processor, and megabytes at most, of the whole process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(json.dumps(job).encode("ascii"))
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:3])
    return wall * 1000, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1000


if __name__ == "__main__":
    main()
