"""Every single and double fault over case, evidence and outbox: one case each, everybody told, numbers without gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, START, HandClock, bench_database, outbox
from fakes.fake_instagram import FakeInstagram, Killed
from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import IgWorkerError, NeedsPerson, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.flows.casework.caseworker import Casework
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.opening import Rules
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.store import cases, chain, messages, notices
from ig_worker.store.database import Database

CLASSIFIER = Classifier(shipped.classifier_model())
TEAMS = ("complaint_team", "operators")
FAULTS = ("die_before", "die_after", "lost_before", "lost_after")
HORIZON = timedelta(hours=6)


class Outside:
    """A renderer and a messenger whose calls are counted together and fail by a plan."""

    def __init__(self, plan: Mapping[int, str]) -> None:
        self.plan = plan
        self.calls = 0
        self.delivered: list[tuple[str, str]] = []
        """(recipient, title), as the people see them."""

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        self._call(lambda: out.write_bytes(card["sha256"].encode()), NeedsPerson("no card"))

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        raise AssertionError("casework makes no reports")

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        assert all(path.is_file() for path in attachments)
        self._call(lambda: self.delivered.append((url, title)), Unanswered("no answer"))

    def _call(self, effect: Callable[[], object], error: IgWorkerError) -> None:
        self.calls += 1
        fault = self.plan.get(self.calls, "")
        if fault == "die_before":
            raise Killed
        if fault == "lost_before":
            raise error
        effect()
        if fault == "die_after":
            raise Killed
        if fault == "lost_after":
            raise error


class History:
    """Three people's words, of which one person writes twice about the same, through one plan of faults."""

    def __init__(self, plan: Mapping[int, str], folder: Path) -> None:
        self.outside = Outside(plan)
        self.folder = folder
        self.clock = HandClock()

    def play(self) -> str:
        """Play it to its end; returns what is wrong with it, or nothing."""
        with bench_database() as database:
            self._write(database)
            casework, notifier = self._flows(database)
            while self.clock.now() < START + HORIZON:
                for flow in (casework, notifier, casework):
                    try:
                        flow.run()
                    except Killed:
                        casework, notifier = self._flows(database)
                        break
                self.clock.forward(timedelta(minutes=10))
            return self._judge(database)

    def _write(self, database: Database) -> None:
        instagram = FakeInstagram(self.clock)
        media_id = instagram.post_by_hand(Kind.IMAGE, "Jam layanan")
        instagram.comment(
            media_id, "pak_budi", "Antrean loket lama sekali, dari jam 7 sampai 10 belum dipanggil 😡"
        )
        instagram.comment(media_id, "ibu_sri", "Saran saya tolong ditambah kursi di ruang tunggu ya min")
        instagram.message("pak_budi", "Petugas farmasinya judes, obatnya juga kosong. Kecewa!")
        reader = InboxReader(ACCOUNT, database, instagram, CLASSIFIER, self.clock, InboxRules())
        reader.run()
        instagram.comment(
            media_id, "pak_budi", "Sampai sekarang antrean loket masih lama sekali, mengecewakan 😡"
        )
        reader.run()

    def _flows(self, database: Database) -> tuple[Casework, Notifier]:
        def due(opened_at: datetime) -> list[tuple[str, datetime]]:
            return [("resolve", opened_at + timedelta(days=3))]

        letters = outbox(*TEAMS)
        room = EvidenceRoom(database, self.outside, self.folder, "Asia/Jakarta")
        rules = Rules(ZoneInfo("Asia/Jakarta"), {}, due)
        addresses = Addresses({f"target-{team}": team for team in TEAMS})
        notifier = Notifier(database, self.outside, letters, addresses, self.folder, self.clock)
        notifier.free()
        return Casework(ACCOUNT, database, room, letters, self.clock, rules), notifier

    def _judge(self, database: Database) -> str:
        with database.reading() as connection:
            words = [row for row in messages.listed(connection) if row.opens_case]
            opened = cases.listed(connection)
            pieces = [piece for stored in opened for piece in chain.of_case(connection, stored.id)]
            pending = notices.counts(connection).get("pending", 0)
        if len(words) != 4 or any(row.case_number is None for row in words):
            return f"not in a case: {[row.text for row in words if row.case_number is None]}"
        if [stored.number for stored in opened] != ["K-2026-0001", "K-2026-0002", "K-2026-0003"]:
            return f"numbers {[stored.number for stored in opened]}"
        if len(pieces) != 4 or any(not (self.folder / piece.path).is_file() for piece in pieces):
            return f"{len(pieces)} pieces of evidence"
        links = [chain.START, *(piece.chain for piece in sorted(pieces, key=lambda piece: piece.id))]
        if [piece.previous for piece in sorted(pieces, key=lambda piece: piece.id)] != links[:-1]:
            return "the chain is broken"
        told = Counter(
            title.split()[0] for recipient, title in self.outside.delivered if recipient == "complaint_team"
        )
        if any(not told[stored.number] or stored.case.told_at is None for stored in opened) or pending:
            return f"told {told}, {pending} pending"
        return (
            f"told more than once without a fault: {told}"
            if not self.outside.plan and max(told.values()) > 1
            else ""
        )


def singles(folder: Path) -> Iterator[History]:
    """The undisturbed history, and every fault at each of its calls."""
    calm = History({}, folder)
    yield calm
    for call in range(1, calm.outside.calls + 1):
        yield from (History({call: fault}, folder) for fault in FAULTS)


def test_no_single_fault_loses_or_doubles_a_case(tmp_path: Path) -> None:
    wrong = {str(history.outside.plan): found for history in singles(tmp_path) if (found := history.play())}
    assert wrong == {}


@pytest.mark.slow
def test_no_double_fault_loses_or_doubles_a_case(tmp_path: Path) -> None:
    wrong: dict[str, str] = {}
    for first in singles(tmp_path):
        first.play()
        for call in range(max(first.outside.plan, default=99) + 1, first.outside.calls + 1):
            for fault in FAULTS:
                second = History({**first.outside.plan, call: fault}, tmp_path)
                if found := second.play():
                    wrong[str(second.outside.plan)] = found
    assert wrong == {}


def test_a_card_that_cannot_be_made_never_holds_the_notice_back(tmp_path: Path) -> None:
    plan = dict.fromkeys(range(1, 4), "lost_before")
    history = History(plan, tmp_path)
    history.play()
    titles = [title for _, title in history.outside.delivered if title.startswith("K-2026-0001")]
    assert titles
