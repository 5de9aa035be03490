"""At the first contact the old is stored and judged, nothing else is done, and the team is told of it exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from message_desk import COMPLAINT, HOUR, PRAISE, QUIET, Desk

from fakes.bench import ACCOUNT, bench_database, outbox
from fakes.fake_instagram import FAULTS, FaultPlan, Killed
from ig_worker.domain.errors import IgWorkerError, Throttled, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.flows.outbox import Outbox
from ig_worker.store import accounts, conversations, messages, waiting

DANGER = "Tolong, anak saya kejang dan tidak sadar di ruang tunggu!"
DAY = timedelta(days=1)


class OldAccount(Desk):
    """An account with months of comments and messages before anybody read them."""

    media = ""

    def live(self, days: int) -> None:
        self.media = self.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
        for day in range(days):
            self.instagram.comment(self.media, f"orang{day}", COMPLAINT)
            self.instagram.message(f"warga{day % 7}", PRAISE if day % 3 else COMPLAINT)
            self.clock.forward(DAY)
        self.clock.forward(DAY)


@pytest.fixture
def old() -> Iterator[OldAccount]:
    with bench_database() as database:
        yield OldAccount(database)


def test_of_ninety_days_of_complaints_there_is_one_notice_and_no_case(old: OldAccount) -> None:
    old.live(90)
    old.poll()
    for _ in range(4):
        old.poll(12 * HOUR)
        old.another_reader().run()
    assert [(notice.team, notice.key) for notice in old.notices()] == [
        ("complaint_team", f"backlog:{ACCOUNT}")
    ]
    with old.database.reading() as connection:
        assert messages.for_cases(connection, ACCOUNT) == []
        assert messages.to_thank(connection, ACCOUNT) == []
        assert messages.alarms(connection, ACCOUNT, old.clock.now() - 400 * DAY) == []
        assert waiting.beginning(connection, [ACCOUNT]) == []


def test_the_notice_says_how_many_of_what_from_when_to_when_and_what_to_look_at(old: OldAccount) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    for text in (
        PRAISE,
        COMPLAINT,
        f"{COMPLAINT} Hubungi saya 081234567890",
        "Jam buka puskesmas jam berapa ya?",
    ):
        old.instagram.comment(old.media, "sari", text)
        old.clock.forward(DAY)
    old.instagram.message("budi", DANGER)
    old.clock.forward(2 * DAY)
    old.instagram.comment(old.media, "ani", COMPLAINT)
    old.poll()
    (notice,) = old.notices()
    labels = Counter(message.label for message in old.stored() if message.backlog)
    assert notice.title == f"Pesan lama di akun {ACCOUNT}: 5 pesan, {labels['keluhan']} keluhan"
    lines = notice.body.splitlines()
    assert "mulai dibaca pada 01/12/2026" in lines[0]
    assert "5 komentar dan pesan dari masyarakat, dari 25/11/2026 sampai 29/11/2026" in lines[0]
    assert "tidak dibalas dan tidak dijadikan kasus" in lines[1]
    counted = sorted(labels.items(), key=lambda one: (-one[1], one[0]))
    assert lines[2] == f"Menurut jenis: {', '.join(f'{count} {label}' for label, count in counted)}."
    assert lines[3].startswith("Topik keluhan dan saran: 2 antrean")
    assert lines[5].startswith(f"1. 29/11/2026, mungkin ada bahaya: “{DANGER}” (nomor 6, pesan langsung)")
    assert f"/p/{old.media}/)" in lines[6]
    assert "ig-worker inbox list" in lines[-1]
    assert "belum selesai" not in notice.body
    assert "081234567890" not in notice.body
    assert len(notice.body) < 3500


def test_the_notice_stays_short_whatever_people_wrote(old: OldAccount) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    for number in range(30):
        old.instagram.comment(old.media, f"orang{number}", f"{COMPLAINT}\n\u202e\x00" * 45)
    old.clock.forward(3 * DAY)
    old.poll()
    (notice,) = old.notices()
    assert len(notice.body) < 3500
    assert "\u202e" not in notice.body
    assert notice.body.count("“") == 5


def test_the_notice_hides_a_number_however_many_blanks_stand_before_it(old: OldAccount) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    old.instagram.comment(old.media, "sari", f"{COMPLAINT}\nTelp{' ' * 60}:{' ' * 60}491320")
    old.clock.forward(3 * DAY)
    old.poll()
    (notice,) = old.notices()
    assert "Telp : ••••20" in notice.body


def test_where_nothing_is_old_nothing_is_told(old: OldAccount) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    old.instagram.comment(old.media, "sari", COMPLAINT)
    old.poll()
    old.poll(30 * HOUR)
    assert old.notices() == []
    with old.database.reading() as connection:
        account = accounts.get(connection, ACCOUNT)
        assert account is not None
        assert account.first_poll_whole_at == account.backlog_told_at == account.first_polled_at


def test_after_a_first_poll_by_a_clock_that_was_ahead_what_is_new_is_no_backlog(old: OldAccount) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    old.clock.forward(100 * DAY)
    old.poll()
    old.clock.forward(-100 * DAY)
    old.instagram.comment(old.media, "sari", COMPLAINT)
    for number in range(30):
        old.instagram.message("budi", f"{COMPLAINT} {number}")
    old.poll()
    assert len(old.stored()) == 21
    assert not any(message.backlog for message in old.stored())
    with old.database.reading() as connection:
        assert conversations.lost_messages(connection) == 10
    old.poll(2 * DAY)
    old.instagram.comment(old.media, "ani", COMPLAINT)
    old.poll(3 * DAY)
    assert not any(message.backlog for message in old.stored())


def test_what_staff_wrote_and_what_was_taken_back_is_no_backlog(old: OldAccount) -> None:
    old.instagram.message("budi", PRAISE)
    old.instagram.staff_message("budi", "Sama-sama, Kak")
    old.clock.forward(3 * DAY)
    old.poll()
    (notice,) = old.notices()
    assert notice.title.endswith(": 1 pesan, 0 keluhan")
    assert "Yang paling perlu dilihat" not in notice.body


@pytest.mark.parametrize(
    ("teams", "told"), [(("complaint_team", "operators"), "complaint_team"), (("operators",), "operators")]
)
def test_the_complaint_team_is_told_or_the_operators(
    old: OldAccount, teams: tuple[str, ...], told: str
) -> None:
    old.outbox = outbox(*teams)
    old.reader = old.another_reader()
    old.live(3)
    old.poll()
    assert [notice.team for notice in old.notices()] == [told]


def test_where_nobody_is_named_the_first_one_named_later_is_told(
    old: OldAccount, caplog: pytest.LogCaptureFixture
) -> None:
    team, old.outbox = old.outbox, Outbox({})
    old.reader = old.another_reader()
    old.live(3)
    for _ in range(3):
        old.poll()
    assert sum("nobody is told of 6 old messages" in line for line in caplog.messages) == 1
    old.outbox = team
    old.reader = old.another_reader()
    old.poll()
    assert len(old.notices()) == 1


CALLS_OF_THE_FIRST_POLL = 6


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(1, CALLS_OF_THE_FIRST_POLL + 1))
def test_whatever_interrupts_the_first_poll_it_is_told_once_and_completely(
    old: OldAccount, call: int, fault: str
) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    for number in range(4):
        old.instagram.comment(old.media, f"orang{number}", COMPLAINT)
    for number in range(3):
        old.instagram.message(f"orang{number}", PRAISE)
        old.clock.forward(DAY)
    old.clock.forward(DAY)
    old.instagram.faults = FaultPlan({call: fault})
    with suppress(Killed, IgWorkerError):
        old.poll()
    assert old.notices() == []
    old.reader = old.another_reader()
    for _ in range(3):
        old.poll()
    assert [notice.title for notice in old.notices()] == [f"Pesan lama di akun {ACCOUNT}: 7 pesan, 4 keluhan"]
    assert old.poll() == QUIET


def test_without_a_fault_the_first_poll_makes_these_calls(old: OldAccount) -> None:
    old.media = old.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
    old.instagram.comment(old.media, "orang", COMPLAINT)
    for number in range(3):
        old.instagram.message(f"orang{number}", PRAISE)
    assert len(old.poll()) == CALLS_OF_THE_FIRST_POLL


@pytest.mark.parametrize("error", [Unanswered("no answer"), Throttled("later", wait_seconds=60)])
def test_after_a_day_it_is_told_even_if_something_could_still_not_be_read(
    old: OldAccount, error: IgWorkerError
) -> None:
    old.live(5)

    def never(after: str | None = None) -> None:
        raise error

    old.instagram.conversations = never  # type: ignore[method-assign,assignment]
    for _ in range(23):
        with pytest.raises(type(error)):
            old.poll(HOUR)
    assert old.notices() == []
    for _ in range(3):
        with pytest.raises(type(error)):
            old.poll(HOUR)
    (notice,) = old.notices()
    assert "Pembacaan pertama belum selesai" in notice.body
    assert "5 komentar dan pesan" in notice.body


def test_what_a_full_budget_left_for_later_is_waited_for(old: OldAccount) -> None:
    for number in range(12):
        old.instagram.message(f"orang{number}", COMPLAINT)
    old.clock.forward(3 * DAY)
    old.instagram.percent_used = 95
    old.poll()
    old.poll()
    assert old.notices() == []
    old.poll()
    assert [notice.title for notice in old.notices()] == [
        f"Pesan lama di akun {ACCOUNT}: 12 pesan, 12 keluhan"
    ]


def test_what_a_full_budget_left_of_the_comments_is_waited_for_as_well(old: OldAccount) -> None:
    for number in range(12):
        media = old.instagram.post_by_hand(Kind.IMAGE, f"Kiriman {number}")
        old.instagram.comment(media, f"orang{number}", COMPLAINT)
    old.clock.forward(3 * DAY)
    old.instagram.percent_used = 95
    counts = [len(old.notices()) for _ in range(4) if old.poll()]
    assert counts == [0, 0, 1, 1]
    assert len(old.stored()) == 12


@pytest.mark.parametrize(("first", "then", "cases"), [(PRAISE, COMPLAINT, 1), (COMPLAINT, PRAISE, 0)])
def test_old_words_that_become_a_complaint_now_are_no_backlog_any_more(
    old: OldAccount, first: str, then: str, cases: int
) -> None:
    old.instagram.message("sari", "Halo")
    message = old.instagram.message("sari", first)
    old.clock.forward(3 * DAY)
    old.poll()
    old.instagram.edit_message(message, then)
    old.instagram.message("sari", "Sudah saya ubah")
    old.poll()
    with old.database.reading() as connection:
        assert len(messages.for_cases(connection, ACCOUNT)) == cases
        assert messages.to_thank(connection, ACCOUNT) == []
