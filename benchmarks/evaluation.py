"""How long a month's evaluation takes out of a year of 400 posts and 20,000 messages, and how much memory.

    .venv/bin/python benchmarks/evaluation.py [--month 2026-10] [--repeat 3]

The year is the generated one of the tests (`tests/fakes/generated_year.py`), on SQLite. Each line is the command itself
in a process of its own, from its start to its end; memory is the most that it and what it starts held together. The last
line is the gathering alone, in this process, with what is asked of the database.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from register import run
from sqlalchemy import event

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from fakes.generated_year import ACCOUNT, NOW, fill  # noqa: E402
from ig_worker.clock import PlayedClock  # noqa: E402
from ig_worker.config import load  # noqa: E402
from ig_worker.domain.month import Month  # noqa: E402
from ig_worker.evaluation_desk import evaluator  # noqa: E402
from ig_worker.store.database import Database  # noqa: E402
from ig_worker.store.migrate import upgrade  # noqa: E402

CONFIG = """\
data_dir = "var"
played_clock = "clock"
[centre]
name = "Puskesmas Polowijen"
[planner.targets]
Pengumuman = 2
"Nice to Know" = 2
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "benchmark"
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--month", default="2026-10")
    parser.add_argument(
        "--repeat", type=int, default=3, help="how often each is made; the quickest is printed"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        (folder / "clock").write_text(NOW.isoformat(), "ascii")
        (folder / "var").mkdir()
        (folder / "out").mkdir()
        url = f"sqlite:///{folder / 'var' / 'ig-worker.db'}"
        upgrade(url)
        database = Database(url)
        began = time.perf_counter()
        fill(database)
        print(
            f"the year, made in {time.perf_counter() - began:.1f} s{'clock':>10}{'processor':>12}{'memory':>10}"
        )
        for form in ("pdf", "text", "json"):
            command = ("-m", "ig_worker", "insights", "report", "--month", asked.month, "--format", form)
            out = folder / "out" / f"evaluation.{form}"
            runs = [run(*command, "-o", out, folder=folder) for _ in range(asked.repeat)]
            clock, processor = (min(figures[place] for figures in runs) for place in (0, 1))
            memory = max(figures[2] for figures in runs)
            print(f"insights report, {form:<9}{clock:>10.1f} s{processor:>10.1f} s{memory:>7.0f} MB")
        _gathering(database, folder, Month.written(asked.month), asked.repeat)
        database.close()


def _gathering(database: Database, folder: Path, month: Month, repeat: int) -> None:
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(database.engine, "before_cursor_execute", count)
    settings = load(folder / "config.toml")
    made = evaluator(settings, database, PlayedClock(folder / "clock"))
    spent = []
    for _ in range(repeat):
        began = time.process_time()
        made.gather(month, ACCOUNT)
        spent.append(time.process_time() - began)
    print(f"gathering: {min(spent):.2f} s of the processor, {statements // repeat} questions to the database")


if __name__ == "__main__":
    main()
