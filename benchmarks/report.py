"""How long a month's evaluation of a busy year takes, from command to papers, and how much memory, beside naive ways.

    .venv/bin/python benchmarks/report.py [--posts 400] [--messages 20000] [--cases 1200] [--repeat 3]

The year is the one of tests/fakes/generated_year.py, on SQLite. Each line is a command in a process of its own, from
its start to its end; the median of the clock and of the processor is told, and the most memory that the command and
the processes it starts held together, what they share counted once. The naive ways: every row of the tables that
the evaluation reads, loaded as it is before anything is counted; and the workbook written with openpyxl in the
process that holds everything.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from measured import run  # noqa: E402

from fakes.generated_year import ACCOUNT, NOW, fill  # noqa: E402
from ig_worker.store.database import Database  # noqa: E402
from ig_worker.store.migrate import upgrade  # noqa: E402

MONTH = "2026-10"
CONFIG = """\
data_dir = "var"
played_clock = "clock"
[centre]
name = "Puskesmas Polowijen"
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "benchmark"
[planner.targets]
Pengumuman = 2
"""
READ_ALL = """
import sqlite3, sys
opened = sqlite3.connect(sys.argv[1])
opened.row_factory = sqlite3.Row
tables = ("metrics", "messages", "replies", "answers", "posts", "our_media", "cases", "case_messages", "deadlines")
held = {}
for table in tables:
    if opened.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        held[table] = [dict(row) for row in opened.execute(f"SELECT * FROM {table}")]
"""
NAIVE_XLSX = """
import json, sys
from openpyxl import Workbook
doc = json.load(open(sys.argv[1]))
made = Workbook()
for name, part in doc.items():
    sheet = made.create_sheet(name)
    for key, value in part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else [part]):
        sheet.append([key, json.dumps(value)])
made.save(sys.argv[1] + ".xlsx")
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=400)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--cases", type=int, default=1_200)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        (folder / "clock").write_text(NOW.isoformat(), "ascii")
        (folder / "var").mkdir()
        shelf = folder / "var" / "ig-worker.db"
        url = f"sqlite:///{shelf}"
        upgrade(url)
        database = Database(url)
        fill(database, ACCOUNT, posts=asked.posts, messages=asked.messages, cases=asked.cases)
        database.close()
        title = f"{asked.posts} posts, {asked.messages} messages"
        print(f"{title:<28}{'clock':>10}{'processor':>12}{'memory':>10}{'size':>10}")
        document = folder / "evaluasi.json"
        report = ("-m", "ig_worker", "insights", "report", "--month", MONTH)
        lines: list[tuple[str, tuple[str | Path, ...], Path | None]] = [
            ("all papers", report, None),
            ("json", (*report, "--format", "json", "-o", document), document),
            ("pdf", (*report, "--format", "pdf", "-o", folder / "e.pdf"), folder / "e.pdf"),
            ("xlsx", (*report, "--format", "xlsx", "-o", folder / "e.xlsx"), folder / "e.xlsx"),
            ("text", (*report, "--format", "text", "-o", folder / "e.txt"), folder / "e.txt"),
            ("help alone", ("-m", "ig_worker", "insights", "--help"), None),
            ("naive: read every row", ("-c", READ_ALL, shelf), None),
            ("naive: openpyxl", ("-c", NAIVE_XLSX, document), Path(f"{document}.xlsx")),
        ]
        for what, command, made in lines:
            runs = [run(*command, folder=folder) for _ in range(asked.repeat)]
            clock, processor = (statistics.median(each[place] for each in runs) for place in (0, 1))
            size = f"{made.stat().st_size / 1024:>7.0f} KB" if made else ""
            print(
                f"{what:<28}{clock:>8.2f} s{processor:>10.2f} s{max(each[2] for each in runs):>7.0f} MB{size}"
            )
        if json.loads(document.read_text("utf-8"))["messages"]["total"] is None:
            raise SystemExit("the year was not read")


if __name__ == "__main__":
    main()
