"""How long a plan of many rows takes from the file into the queue, and how much memory: CSV and XLSX, first and again.

    .venv/bin/python benchmarks/planning.py [--rows 10000]

Each import is the command itself in a process of its own, from its start to its end, with one picture that all rows
share. Beside the time on the clock stands the processor's, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from PIL import Image

HEADERS = [
    "kode",
    "tanggal",
    "jam",
    "segmen",
    "jenis",
    "media",
    "caption",
    "alt_text",
    "status",
    "pembuat",
    "redaksi",
    "verifikator",
]
CONFIG = """\
data_dir = "{var}"
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "benchmark"
"""


def rows(count: int) -> Iterable[list[str]]:
    """A plan as a centre writes it: a post a day and more, two of three approved."""
    for number in range(count):
        day = date(2027, 1, 1) + timedelta(days=number % 700)
        approved = number % 3 > 0
        yield [
            f"P-{number:05}",
            f"{day:%d/%m/%Y}",
            f"{7 + number % 12:02}.{number % 60:02}",
            "Pengumuman",
            "gambar",
            "satu.jpg",
            f"Posyandu Mawar RW {number % 20} pekan {number}, ayo datang Bunda! 🌸\n#posyandu #malang #sehat",
            "Ibu dan bayi di posyandu",
            "disetujui" if approved else "draf",
            "Rina",
            "Sari",
            "dr. Wulan" if approved else "",
        ]


def write_sheets(folder: Path, count: int) -> None:
    """The same plan as CSV and as XLSX, beside its picture."""
    Image.new("RGB", (1080, 1080), "teal").save(folder / "satu.jpg")
    with (folder / "rencana.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(rows(count))
    # As Excel saves it: equal texts once, in a table of their own, and the page's extent at its head.
    with xlsxwriter.Workbook(folder / "rencana.xlsx") as book:
        sheet = book.add_worksheet("Rencana")
        for number, row in enumerate([HEADERS, *rows(count)]):
            sheet.write_row(number, 0, row)


def run(config: Path, *words: str | Path) -> tuple[float, float, float]:
    """A command in a process of its own: seconds on the clock, seconds of the processor, megabytes at its largest."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "ig_worker", "--config", config, *words], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    taken = time.monotonic() - begun
    if status:
        sys.exit(f"{' '.join(map(str, words))} failed")
    return taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    count: int = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_sheets(folder, count)
        print(f"{count} rows{'':<18}{'clock':>9}{'processor':>12}{'memory':>10}")
        for name in ("rencana.csv", "rencana.xlsx"):
            config = folder / f"{name}.toml"
            config.write_text(CONFIG.format(var=f"var-{name}"), "utf-8")
            run(config, "db", "upgrade")
            for again in ("first", "again"):
                clock, processor, memory = run(config, "posts", "import", folder / name)
                print(f"{name:<15}{again:<10}{clock:>8.1f} s{processor:>10.1f} s{memory:>7.0f} MB")


if __name__ == "__main__":
    main()
