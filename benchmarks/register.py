"""How long the register of many cases takes in each form, and how much memory, beside the naive ways.

    .venv/bin/python benchmarks/register.py [--cases 1000] [--longest 600]

Each export is the command itself in a process of its own, from its start to its end. Memory is the most that the
command and the processes it starts held together, what they share counted once. The naive ways: all pages of the PDF
set at once, and the workbook written with openpyxl in the process that holds everything.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measured import run

from ig_worker.store import accounts, cases, chain, deadlines, messages
from ig_worker.store.database import Database
from ig_worker.store.migrate import upgrade

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
CONFIG = """\
data_dir = "var"
played_clock = "clock"
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "benchmark"
"""
WORDS = ("antre", "lama", "sekali", "petugas", "loket", "tutup", "obat", "habis", "tolong", "puskesmas", "😡")
NAIVE_XLSX = """
import json, sys
from openpyxl import Workbook
book = json.load(open(sys.argv[1]))
made = Workbook()
for row in book["rows"]:
    made.active.append(list(row.values()))
made.save(sys.argv[1] + ".xlsx")
"""
NAIVE_PDF = """
import json, sys
from ig_worker.render import register
register.STRETCH = register.MOST_CASES = 10**9
open(sys.argv[1] + ".pdf", "wb").write(register.bound_register(json.load(open(sys.argv[1]))))
"""


def fill(database: Database, count: int, longest: int) -> None:
    """A busy month: texts from a few words to `longest` characters, most cases resolved with an answer."""
    chance = random.Random(7)

    def text(most: int) -> str:
        length = chance.randint(20, most)
        said = " ".join(chance.choice(WORDS) for _ in range(length // 6 + 1))
        return said[:length]

    with database.writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001", "puskesmaspolowijen")
        for number in range(count):
            at = datetime(2026, 11, 1, 1, tzinfo=UTC) + timedelta(minutes=number * 40 % (29 * 24 * 60))
            label, topic = chance.choice(["keluhan", "keluhan", "saran"]), chance.choice(["antrean", "obat"])
            told = {"label": label, "topic": topic, "channel": "comment", "account": "polowijen"}
            message_id = messages.add(
                connection,
                {**told, "ig_id": f"c{number}", "author": "bunda_rara", "text": text(longest), "attachments": [],
                 "reasons": [], "sent_at": at, "first_seen_at": at},
            )  # fmt: skip
            assert message_id is not None
            done = at + timedelta(hours=30) if number % 4 else None
            case_id = cases.open_case(
                connection,
                {**told, "number": f"K-2026-{number + 1:04d}", "unit": "farmasi", "severity": "biasa", "opened_at": at,
                 "author": "bunda_rara", "assigned_to": "Bu Ani", "closed_at": done, "acknowledged_at": done,
                 **({"plan": text(120), "follow_up": text(120), "answer": text(200)} if done else {})},
                [("acknowledge", at + timedelta(days=1)), ("resolve", at + timedelta(days=3))],
                NOW,
            )  # fmt: skip
            cases.join(connection, case_id, message_id)
            deadlines.meet(connection, case_id, "resolve", done)
            path = f"evidence/2026/K-2026-{number + 1:04d}/{message_id}"
            chain.hang(
                connection,
                {"case_id": case_id, "message_id": message_id, "account": "polowijen", "path": f"{path}.png",
                 "sha256": "a" * 64, "json_path": f"{path}.json", "json_sha256": "b" * 64, "made_at": at},
            )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--longest", type=int, default=600)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        (folder / "clock").write_text(NOW.isoformat(), "ascii")
        (folder / "var").mkdir()
        url = f"sqlite:///{folder / 'var' / 'ig-worker.db'}"
        upgrade(url)
        database = Database(url)
        fill(database, asked.cases, asked.longest)
        print(f"{asked.cases} cases{'':<14}{'clock':>9}{'processor':>12}{'memory':>10}{'size':>10}")
        for form in ("xlsx", "csv", "pdf"):
            out = folder / f"register.{form}"
            figures = run("-m", "ig_worker", "cases", "export", "--format", form, "-o", out, folder=folder)
            _tell(form, figures, out)
        book = folder / "book.json"
        book.write_text(json.dumps(_book(database)), "utf-8")
        for form, script in (("xlsx", NAIVE_XLSX), ("pdf", NAIVE_PDF)):
            _tell(f"{form}, naive", run("-c", script, book, folder=folder), Path(f"{book}.{form}"))
        database.close()


def _book(database: Database) -> dict[str, object]:
    from zoneinfo import ZoneInfo

    from ig_worker.domain.working_time import WorkingCalendar
    from ig_worker.flows.bookkeeping.book import Bookkeeper, Rules
    from ig_worker.render.typesetter import Typesetter

    class Clock:
        def now(self) -> datetime:
            return NOW

    zone = ZoneInfo("Asia/Jakarta")
    hours = {day: (datetime(2026, 1, 1, 7, 30).time(), datetime(2026, 1, 1, 14).time()) for day in range(5)}  # noqa: DTZ001
    rules = Rules(zone, lambda _first, _last: WorkingCalendar(hours, frozenset(), zone))
    keeper = Bookkeeper(database, Typesetter(), Clock(), Path("var"), rules)
    return keeper.gather(None)


def _tell(what: str, figures: tuple[float, float, float], made: Path) -> None:
    clock, processor, memory = figures
    size = made.stat().st_size / 1024
    print(f"{what:<24}{clock:>8.1f} s{processor:>10.1f} s{memory:>7.0f} MB{size:>7.0f} KB")


if __name__ == "__main__":
    main()
