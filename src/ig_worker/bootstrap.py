"""Puts the house together: the one place that sees everything."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial

from ig_worker import logs, own_words, shipped
from ig_worker.config import Settings
from ig_worker.domain import publication, reply
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import Misconfigured
from ig_worker.figures_desk import REST_EVERY, FiguresDesk
from ig_worker.flows.housekeeping import Housekeeper, TokenKeeper
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
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.lanes import LANES, AtOnce, Job, Work, about, first_of, in_turn
from ig_worker.own_classifier import classifier_in_use
from ig_worker.store import publishing
from ig_worker.store.refusals import RefusalShelf
from ig_worker.store.tokens import TokenShelf
from ig_worker.uploads import Uploads

log = logging.getLogger(__name__)

WAIT_FOR_NOTICES, WHOLE_PASS = 2.0, 900.0
"""Seconds that a pass waits for notices that are being sent: a moment in the running worker, else until they are."""


class House(FiguresDesk):
    """Everything of one worker, made from its settings: the planning desk and all that acts on the world.

    Raises Misconfigured when the database is not there, of another schema, or cannot be used.
    """

    def __init__(self, settings: Settings, *, patient: bool = True) -> None:
        """Without `patient`, reads that fail are not tried again after a pause: a person sits before a terminal."""
        super().__init__(settings)
        self.tokens = TokenShelf(settings.security.key.get_secret_value())
        self.alarms = {lane: threading.Event() for lane in LANES}
        self._patient = patient
        self._doors: dict[str, InstagramAccount] = {}

    def instagram(self, name: str) -> InstagramAccount:
        """One account's door to Instagram; the lanes share it."""
        if name not in self._doors:
            self._doors[name] = self._open_door(name)
        return self._doors[name]

    def _open_door(self, name: str) -> InstagramAccount:
        settings = self.settings
        account = settings.account(name)
        configured = account.access_token.get_secret_value()

        def token() -> str:
            with self.database.reading() as connection:
                secret = self.tokens.known(connection, name, configured)
            if secret is None:
                with self.database.writing() as connection:
                    secret = self.tokens.current(connection, name, configured, self.clock.now()).secret
            if secret not in told:
                told.add(secret)
                logs.register_secret(secret)
            return secret

        told: set[str] = set()

        access = AccountAccess(
            name=name,
            login=account.login,
            ig_user_id=account.ig_user_id,
            page_id=account.page_id,
            token=token,
            app_secret=account.app_secret.get_secret_value(),
        )
        return InstagramAccount(
            access,
            base_url=settings.graph.base_url,
            version=settings.graph.version,
            timeout_seconds=settings.graph.timeout_seconds,
            publish_timeout_seconds=settings.graph.publish_timeout_seconds,
            patient=self._patient,
            shelf=RefusalShelf(name, self.database, self.clock),
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
        rest = min(REST_EVERY, schedule.cases_every)
        names = tuple(self.settings.accounts)
        classifier = self._classifier()
        readers = [about(name, self._reader(name, classifier).run) for name in names]
        # A person's words before the worker's own.
        speakers = [about(name, self.answering(name).run) for name in names]
        speakers += [about(name, self._responder(name).run) for name in names]
        keepers = [about(name, self._token_keeper(name).run) for name in names]
        housekeeper = Housekeeper(
            self.database, self.staging, Uploads(self.settings.data_dir), self.clock, names
        )

        # A single pass of the cases sends their notices as well; the running worker has a lane for them.
        patience = WAIT_FOR_NOTICES if patient else WHOLE_PASS
        notices = self.notices(self.alarms["notices"].set, patience=patience)
        # Twice: what the operators are told of a recipient who is silent should not wait for the next pass.
        notify = self.alarms["notices"].set if patient else in_turn((notices.run, notices.run))

        gatherer = self.gatherer
        watch = self.sheet_watch
        return [
            # First, so that a single pass also does what the sheet asks for now.
            *([Job("sheet", "plan", self.settings.planner.every, watch.run)] if watch else ()),
            *self._publishing(names, gatherer, patient=patient),
            Job("inbox", "people", schedule.inbox_every, in_turn(readers)),
            Job("replies", "people", schedule.replies_every, in_turn(speakers)),
            Job(
                "cases",
                "people",
                schedule.cases_every,
                in_turn(self.case_steps(names, notify, self.instagram)),
                self.next_case,
            ),
            Job("notices", "notices", schedule.cases_every, notices.run, under_way=notices.under_way),
            Job("media", "plan", rest, gatherer.run, gatherer.next_moment),
            Job("token", "rest", rest, in_turn(keepers)),
            *self.figure_jobs(names, self.instagram, at_any_time),
            Job("housekeeping", "rest", rest, housekeeper.run),
        ]

    def _publishing(self, names: Sequence[str], gatherer: gathering.Gatherer, *, patient: bool) -> list[Job]:
        """At the hour and before it: two lanes in ``run``; in a single pass ``publish`` alone does all of it."""
        every = self.settings.schedule.publish_every
        publishers = {name: self._publisher(name) for name in names}
        comments = {name: self._first_comments(name) for name in names}
        before = [
            Work(
                name,
                in_turn((comments[name].run, each.prepare, each.follow_up)),
                partial(first_of, comments[name].next_moment, each.next_to_prepare, each.next_to_follow_up),
            )
            for name, each in publishers.items()
        ]
        at_it = [Work(name, each.publish, each.next_to_publish) for name, each in publishers.items()]
        prepare = AtOnce(before, self.clock, self.alarms["prepare"].set, self._posts_go_out)
        publish = AtOnce(at_it, self.clock, self.alarms["publish"].set)
        all_of_it = [
            gatherer.run,
            *(about(name, each.run) for name, each in publishers.items()),
            *(about(name, each.run) for name, each in comments.items()),
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
            self.clock,
            rules,
            zone=settings.zone,
            preflight=self.preflight,
            ready=self.alarms["publish"].set,
            gone=self.alarms["prepare"].set,
        )

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
            return Classifier(shipped.classifier_model())

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

    def _token_keeper(self, name: str) -> TokenKeeper:
        configured = self.settings.account(name).access_token.get_secret_value()
        return TokenKeeper(name, configured, self.tokens, self.database, self.instagram(name), self.clock)
