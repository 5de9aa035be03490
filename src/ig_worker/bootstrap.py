"""Puts the house together: the one place that sees everything."""

from __future__ import annotations

import logging
import random
import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ig_worker import own_words, pulse
from ig_worker.attendance import Attendance
from ig_worker.clock import since_boot
from ig_worker.domain import publication, reply
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.health.clock_check import ClockCheck
from ig_worker.flows.health.health import Health
from ig_worker.flows.health.health import Rules as HealthRules
from ig_worker.flows.housekeeping import Housekeeper
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.measuring.collector import Collector
from ig_worker.flows.outbox import Letter
from ig_worker.flows.planning import gathering
from ig_worker.flows.publishing.first_comments import FirstComments
from ig_worker.flows.publishing.publisher import Publisher
from ig_worker.flows.replying.answering import Answering
from ig_worker.flows.replying.answering import Manners as AnsweringManners
from ig_worker.flows.replying.hiding import Hiding
from ig_worker.flows.replying.responder import Responder
from ig_worker.flows.tokens.keeper import TokenKeeper
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.intervals import expected, health_every, rest_every
from ig_worker.lanes import LANES, AtOnce, Job, Work, about, first_of, in_turn
from ig_worker.listening import Listener
from ig_worker.live_accounts import LiveAccounts
from ig_worker.own_classifier import classifier_in_use, shipped_classifier
from ig_worker.ping import ping
from ig_worker.store import publishing
from ig_worker.store.refusals import RefusalShelf
from ig_worker.store.tokens import TokenShelf
from ig_worker.true_time import TrueTime
from ig_worker.upkeep_desk import UpkeepDesk
from ig_worker.uploads import Uploads

if TYPE_CHECKING:
    from ig_worker.config import Settings

log = logging.getLogger(__name__)

WAIT_FOR_NOTICES, WHOLE_PASS = 2.0, 900.0
"""Seconds that a pass waits for notices that are being sent: a moment in the running worker, else until they are."""

LONG_WORK = 1800.0
"""Seconds that a copy or a check of the whole database may take without a word."""


class House(UpkeepDesk):
    """Everything of one worker, made from its settings: the planning desk and all that acts on the world.

    Raises Misconfigured when the database is not there, of another schema, or cannot be used.
    """

    def __init__(self, settings: Settings, *, patient: bool = True) -> None:
        """Without `patient`, reads that fail are not tried again after a pause: a person sits before a terminal."""
        super().__init__(settings)
        self.tokens = TokenShelf(settings.security.key.get_secret_value(), self.clock.now())
        self.live = LiveAccounts(settings, self.tokens, self.database, self.outbox, self.clock)
        self.alarms = {lane: threading.Event() for lane in LANES}
        self.attendance = Attendance(self.database)
        self.pulse = pulse.Pulse(self._patience_with)
        self.database.felt = self.staging.felt = self.pulse.felt
        # A played clock is right by definition.
        self.time = None if settings.played_clock else TrueTime(self.clock)
        self.health = self._health()
        self._patient = patient
        self._doors: dict[str, InstagramAccount] = {}

    def _health(self) -> Health:
        said, data_dir = self.settings.health, self.settings.data_dir

        def free() -> int | None:
            try:
                return shutil.disk_usage(data_dir).free
            except OSError:
                return None

        address = said.ping_url.get_secret_value()
        rules = HealthRules(
            expected(self.settings),
            self.settings.zone,
            said.alive_at,
            said.least_free_mb,
            said.ping_every,
            data_dir,
            self.settings.accounts,
        )
        return Health(
            self.database,
            self.outbox,
            self.clock,
            rules,
            stopwatch=self.waits.stopwatch,
            # By a played clock as much has passed as it was moved.
            since_boot=since_boot if self.time is not None else lambda: self.clock.now().timestamp(),
            free_bytes=free,
            ping=partial(ping, address) if address else None,
            at_work=self.pulse.at_work,
            clock_check=ClockCheck(self.time.ahead) if self.time is not None else None,
        )

    def _patience_with(self, lane: str) -> float:
        """Seconds that a lane may be silent in what is no call of ours: a check takes long on a small disk."""
        if lane != "rest":
            return pulse.SILENT
        carried_away = self.settings.backup.after_timeout if self.settings.backup.after else 0.0
        return LONG_WORK + carried_away

    def instagram(self, name: str) -> InstagramAccount:
        """One account's door to Instagram; the lanes share it."""
        if name not in self._doors:
            self._doors[name] = self._open_door(name)
        return self._doors[name]

    def _open_door(self, name: str) -> InstagramAccount:
        settings = self.settings
        account = settings.account(name)
        access = AccountAccess(
            name=name,
            login=account.login,
            ig_user_id=account.ig_user_id,
            page_id=account.page_id,
            token=self.live.token_of(name),
            app_secret=account.app_secret.get_secret_value(),
            refused=self.live.refusals(name).heard,
        )
        return InstagramAccount(
            access,
            base_url=settings.graph.base_url,
            version=settings.graph.version,
            timeout_seconds=settings.graph.timeout_seconds,
            publish_timeout_seconds=settings.graph.publish_timeout_seconds,
            patient=self._patient,
            sleep=self.waits.pause,
            stopwatch=self.waits.stopwatch,
            shelf=RefusalShelf(name, self.database, self.clock),
            listener=Listener(self.pulse, self.time),
        )

    def collector(self, name: str) -> Collector:
        """One account's figures."""
        return self.collector_of(name, self.instagram(name))

    def answering(self, name: str) -> Answering:
        """One account's answers by people of the centre."""
        settings = self.settings
        rules = reply.Rules(
            call_timeout=timedelta(seconds=settings.graph.timeout_seconds),
            settle=timedelta(seconds=settings.graph.settle_seconds),
            max_age=timedelta(hours=24),
        )
        units = {topic: answers.unit for topic, answers in settings.topics.items()}
        manners = AnsweringManners(rules, units)
        return Answering(name, self.database, self.instagram(name), self.outbox, self.clock, manners)

    def hiding(self, name: str) -> Hiding:
        """What a person hides of one account's comments."""
        return Hiding(self.database, self.instagram(name), self.clock)

    def jobs(self, *, patient: bool = True, at_any_time: Collection[str] = ()) -> list[Job]:
        """Every job of the worker, in the order in which one pass runs them.

        Without `patient`, reads that fail are not tried again after a pause; the nightly jobs named `at_any_time` do
        not wait for their hour.
        """
        self._patient = patient
        schedule = self.settings.schedule
        rest = rest_every(self.settings)
        names = tuple(self.settings.accounts)
        classifier = self._classifier()
        readers = [self.live.during(name, self._reader(name, classifier).run) for name in names]
        # A person's words before the worker's own.
        speakers = [self.live.during(name, self.answering(name).run) for name in names]
        speakers += [self.live.during(name, self._responder(name).run) for name in names]
        asked = "token" in at_any_time
        keepers = [about(name, self.token_keeper(name, at_any_time=asked).run) for name in names]
        housekeeper = Housekeeper(
            self.database, self.staging, Uploads(self.settings.data_dir), self.clock, names
        )

        # A single pass of the cases sends their notices as well; the running worker has a lane for them.
        # By a played clock a notice takes no time: its lane has done its work when it is sent.
        patience = WAIT_FOR_NOTICES if patient and not self.waits.played else WHOLE_PASS
        notices = self.notices(self.alarms["notices"].set, patience=patience)
        # Twice: what the operators are told of a recipient who is silent should not wait for the next pass.
        notify = self.alarms["notices"].set if patient else in_turn((notices.run, notices.run))

        gatherer = self.gatherer
        watch = self.sheet_watch
        jobs = [
            # First, so that a single pass also does what the sheet asks for now.
            *([Job("sheet", "plan", self.settings.planner.every, watch.run)] if watch else ()),
            *self._publishing(names, gatherer, patient=patient),
            Job("inbox", "people", schedule.inbox_every, in_turn(readers)),
            Job("replies", "people", schedule.replies_every, in_turn(speakers)),
            Job(
                "cases",
                "people",
                schedule.cases_every,
                in_turn(self.case_steps(names, notify, self.instagram, at_once=not patient)),
                self.next_case,
            ),
            Job("notices", "notices", schedule.cases_every, notices.run, under_way=notices.under_way),
            Job("media", "plan", rest, gatherer.run, gatherer.next_moment),
            Job("token", "rest", rest, in_turn(keepers)),
            *self.figure_jobs(names, self.instagram, at_any_time),
            Job("housekeeping", "rest", rest, housekeeper.run),
            *self.upkeep_jobs(patient=patient, at_any_time=at_any_time),
            # Last, so that a single pass judges what it has just done.
            Job("health", "health", health_every(self.settings), self.health.run),
        ]
        self.health.lanes = {job.name: job.lane for job in jobs} if patient else {}
        return jobs

    def _publishing(self, names: Sequence[str], gatherer: gathering.Gatherer, *, patient: bool) -> list[Job]:
        """At the hour and before it: two lanes in ``run``; in a single pass ``publish`` alone does all of it."""
        every = self.settings.schedule.publish_every
        publishers = {name: self._publisher(name) for name in names}
        comments = {name: self._first_comments(name) for name in names}

        def next_comment(name: str) -> datetime | None:
            return None if self.live.stopped(name) else comments[name].next_moment()

        before = [
            Work(
                name,
                in_turn((self.live.during(name, comments[name].run), each.prepare, each.follow_up)),
                partial(
                    first_of,
                    partial(next_comment, name),
                    self._machines(each.next_to_prepare),
                    self._machines(each.next_to_follow_up),
                ),
            )
            for name, each in publishers.items()
        ]
        # A stopped account's posts wait, or become too late; then the pass says why.
        at_it = [
            Work(
                name,
                in_turn((each.publish, partial(self.live.require, name))),
                self._machines(each.next_to_publish),
            )
            for name, each in publishers.items()
        ]
        prepare = AtOnce(before, self.clock, self.alarms["prepare"].set, self._posts_go_out)
        publish = AtOnce(at_it, self.clock, self.alarms["publish"].set)
        all_of_it = [
            gatherer.run,
            *(about(name, each.run) for name, each in publishers.items()),
            *(self.live.during(name, each.run) for name, each in comments.items()),
        ]
        at_the_hour = publish.run if patient else in_turn(all_of_it)
        return [
            Job("publish", "publish", every, at_the_hour, publish.next_moment, publish.under_way),
            Job("prepare", "prepare", every, prepare.run, prepare.next_moment, prepare.under_way),
        ]

    def _posts_go_out(self) -> bool:
        """Whether it is the very moment of a post: then links and containers of others leave it the machine."""
        now = self.clock.now()
        with self.database.reading() as connection:
            return publishing.due_between(connection, now - timedelta(seconds=3), now)

    def _publisher(self, name: str) -> Publisher:
        settings = self.settings
        rules = publication.Rules(
            prepare_ahead=timedelta(seconds=settings.schedule.prepare_ahead),
            late_after=timedelta(seconds=settings.posts.late_after),
            late_spacing=timedelta(seconds=settings.posts.late_spacing),
            publish_timeout=timedelta(seconds=settings.graph.publish_timeout_seconds),
            settle=timedelta(seconds=settings.graph.settle_seconds),
        )
        return Publisher(
            name,
            self.database,
            self.instagram(name),
            self.staging,
            self.outbox,
            self.time or self.clock,
            rules,
            zone=settings.zone,
            preflight=self.preflight,
            ready=self.alarms["publish"].set,
            gone=self.alarms["prepare"].set,
            sure_of_time=partial(self._sure_of_time, name),
            stopped=partial(self.live.stopped, name),
        )

    def _sure_of_time(self, name: str) -> bool:
        """Whether the time is known; asks Instagram where nobody has answered since the start, and is False then.

        A clock that was set to tomorrow by a power cut must not publish tomorrow's posts.
        """
        if self.time is None or self.time.is_known:
            return True
        self.instagram(name).ask_the_time()
        return False

    def clock_ahead(self) -> float | None:
        return self.time.ahead() if self.time is not None else None

    def _machines(self, next_moment: Callable[[], datetime | None]) -> Callable[[], datetime | None]:
        """The same moment as the machine's clock will show it, which is what the lanes wait by."""
        return lambda: self.time.on_the_machine(next_moment()) if self.time is not None else next_moment()

    def _first_comments(self, name: str) -> FirstComments:
        graph = self.settings.graph
        rules = reply.Rules(
            call_timeout=timedelta(seconds=graph.timeout_seconds),
            settle=timedelta(seconds=graph.settle_seconds),
        )
        return FirstComments(name, self.database, self.instagram(name), self.outbox, self.clock, rules)

    def _classifier(self) -> Classifier:
        """The centre's own, or ig-worker's where that one cannot be used (a new version, a broken disk).

        Posts go out and alarms are heard all the same; the operators are told, once a day at most.
        """
        try:
            return classifier_in_use(self.settings.data_dir)
        except Misconfigured as error:
            log.error("%s ig-worker's own model judges instead. %s", error, error.cure)  # noqa: TRY400 (no bug of ours)
            now = self.clock.now()
            letter = Letter(
                key=f"classifier:{now.astimezone(self.settings.zone):%Y-%m-%d}",
                title="Model pengklasifikasi milik puskesmas tidak dapat dipakai",
                body=(
                    "Untuk sementara pesan dinilai dengan model bawaan ig-worker; pekerjaan lain tetap berjalan.\n"
                    f"Sebab: {error}\n"
                    "Mohon jalankan: ig-worker classifier train --with-corrections, lalu mulai ulang ig-worker."
                ),
            )
            with self.database.writing() as connection:
                self.outbox.tell(connection, now, "operators", letter)
            return shipped_classifier()

    def _reader(self, name: str, classifier: Classifier) -> InboxReader:
        settings = self.settings.inbox
        rules = InboxRules(
            timedelta(days=settings.watch_days),
            timedelta(hours=settings.backlog_hours),
            # A pass that somebody asks for runs whatever the budget says.
            every=timedelta(seconds=self.settings.schedule.inbox_every) if self._patient else None,
            zone=self.settings.zone,
            redacts_unsent=self.settings.cases.on_unsend == "redact",
            own_numbers=self.settings.posts.own_numbers,
        )
        return InboxReader(
            name, self.database, self.instagram(name), classifier, self.clock, rules, self.outbox
        )

    def _responder(self, name: str) -> Responder:
        manners = own_words.manners(self.settings)
        occasions = own_words.occasions(self.settings, manners)
        door = self.instagram(name)
        return Responder(name, self.database, door, occasions, self.clock, random.Random(), manners)

    def token_keeper(self, name: str, *, at_any_time: bool = False) -> TokenKeeper:
        """What looks after one account's token; asked for `at_any_time`, it does not wait after a failure."""
        return self.live.keeper(name, self.instagram(name), at_any_time=at_any_time)
