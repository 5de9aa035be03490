"""Takes the README's pictures, of the demo's day: the board, a case with its evidence, a page of the evaluation.

    .venv/bin/python tests/browser/readme_pictures.py [DEMO-DIR]

The folder is one that `ig-worker demo --dir` has made; without one the demo is played first. Needs Chromium, pdftoppm
(poppler-utils) and a font with emoji (fonts-noto-color-emoji). Pictures go to docs/pictures.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from chromium import DESK, TELEPHONE, board_at, launched, sitting  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

TARGET = ROOT / "docs" / "pictures"
NAME, PASSWORD = "demo", "jangan-lupa-minum-air"


def main() -> None:
    folder = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else _played()
    config = folder / "config.toml"
    words = [
        "--full-name",
        "Bidan Ratna",
        *(f"--role={role}" for role in ("verifikator", "keluhan", "kepala")),
    ]
    _ig_worker(config, "board", "user", "add", NAME, *words, said=PASSWORD)
    TARGET.mkdir(exist_ok=True)
    evidence = min((folder / "evidence").rglob("*.png"), key=str)
    with board_at(config) as board, sync_playwright() as playwright:
        browser = launched(playwright)
        for width, pages in (
            (DESK, {"beranda": "/", "kalender": "/kalender"}),
            (TELEPHONE, {"kasus": f"/kasus/{evidence.parent.name}", "kotak-masuk": "/kotak-masuk"}),
        ):
            with sitting(browser, board, width=width, dark=False) as one:
                one.come_in(NAME, PASSWORD)
                for name, path in pages.items():
                    page = one.go(path)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=TARGET / f"{name}.png")
                    _small(TARGET / f"{name}.png")
    _first_page(next((folder / "reports").rglob("evaluasi-*.pdf")), TARGET / "evaluasi.png")
    (TARGET / "bukti.png").write_bytes(evidence.read_bytes())
    _small(TARGET / "bukti.png")


def _played() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ig-worker-pictures-"))
    subprocess.run([sys.executable, "-m", "ig_worker", "demo", "--dir", folder], check=True)
    return folder


def _ig_worker(config: Path, *words: str, said: str) -> None:
    command = [sys.executable, "-m", "ig_worker", "--config", str(config), *words]
    subprocess.run(command, input=f"{said}\n", text=True, check=True)


def _first_page(paper: Path, target: Path) -> None:
    command = [
        "pdftoppm",
        "-png",
        "-r",
        "80",
        "-f",
        "1",
        "-l",
        "1",
        "-singlefile",
        paper,
        target.with_suffix(""),
    ]
    subprocess.run(command, check=True)
    _small(target)


def _small(file: Path) -> None:
    """A palette is enough for flat colours, and a quarter of the bytes."""
    with Image.open(file) as picture:
        flat = picture.convert("RGB").quantize(192, method=Image.Quantize.MEDIANCUT)
    flat.save(file, optimize=True)


if __name__ == "__main__":
    main()
