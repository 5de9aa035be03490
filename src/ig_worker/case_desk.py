"""What works on complaints and suggestions and tells people, wired beside the planning desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ig_worker import own_words
from ig_worker.centre_calendar import CentreCalendar
from ig_worker.domain import crisis as storms
from ig_worker.domain import notice, reminders
from ig_worker.flows import crisis
from ig_worker.flows.casework.caseworker import Casework
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.exposure import Exposures
from ig_worker.flows.casework.opening import Rules
from ig_worker.flows.casework.post_pictures import Door, PostPictures
from ig_worker.flows.casework.reminding import Reminding, Watch
from ig_worker.flows.casework.unsent import Unsent
from ig_worker.flows.crisis import CrisisWatch
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.flows.waiting.letters import WhoAnswers
from ig_worker.flows.waiting.register import Register
from ig_worker.flows.waiting.telling import Desks, Telling
from ig_worker.lanes import AtOnce, Work, about
from ig_worker.notify import KEPT_SECONDS, Courier, target_id
from ig_worker.planning_desk import PlanningDesk, recipients
from ig_worker.render.typesetter import Typesetter
from ig_worker.store import messages

if TYPE_CHECKING:
    from ig_worker.config import Settings
    from ig_worker.flows.opening_up.drafting import Drafting

NOTICES_AT_ONCE = 5
"""Recipients who are sent something at one moment; each takes a process of some thirty megabytes meanwhile."""


class CaseDesk(PlanningDesk):
    """All that makes cases, keeps their deadlines and tells people, made from the settings.

    Raises Misconfigured when the database is not there, of another schema, or cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.renderer = Typesetter()
        self.calendar = CentreCalendar(settings)
        self.addresses = Addresses(
            {target_id(url): url for urls in recipients(settings).values() for url in urls}
        )

    def case_steps(
        self,
        names: Sequence[str],
        notify: Callable[[], object],
        doors: Callable[[str], Door],
        *,
        at_once: bool,
    ) -> list[Callable[[], object]]:
        """What the job ``cases`` does in one pass.

        `notify` sends the notices, `at_once` or by another lane; `doors` lead to each account's posts on Instagram.
        """
        caseworkers = [about(name, self._casework(name, doors(name)).run) for name in names]
        exposures = [about(name, self._exposures(name).run) for name in names]
        # A case is told of in the pass that opens it, and the pass after the notice notes who was told: right now where
        # the notice has gone out by now.
        return [
            *(about(name, self._unsent(name).run) for name in names),
            *caseworkers,
            *exposures,
            *(about(name, self.crisis_watch(name).run) for name in names),
            Register(names, self.database, self.clock).run,
            self._telling(names).run,
            self._reminding(names).run,
            notify,
            *(caseworkers if at_once else ()),
        ]

    def next_case(self) -> datetime | None:
        """Now, where a complaint or suggestion was read and has no case yet: nobody waits for the next tick."""
        with self.database.reading() as connection:
            fresh = any(messages.for_cases(connection, name) for name in self.settings.accounts)
        return self.clock.now() if fresh else None

    def notices(self, ended: Callable[[], object], *, patience: float) -> AtOnce:
        """What sends the notices, to a few recipients at once: one that hangs keeps no other one waiting."""
        notifier = self._notifier()
        if self.database.sqlite_file is not None:
            # The jobs are made by the only worker there is: whatever is claimed is a dead one's.
            notifier.free()

        def work(target: str) -> Work:
            return Work(target, partial(notifier.serve, target), partial(notifier.next_for, target))

        everyone = [work(target) for target in self.addresses.urls]
        gone = Work("", notifier.let_go, notifier.next_to_let_go)
        return AtOnce([*everyone, gone], self.clock, ended, places=NOTICES_AT_ONCE, patience=patience)

    @property
    def drafting(self) -> Drafting:
        """Drafts what the centre tells in public of the cases that it resolved; the worker itself never does."""
        from ig_worker.flows.opening_up.drafting import Drafting, Queue
        from ig_worker.flows.opening_up.drafting import Rules as DraftingRules

        settings = self.settings
        numbers = settings.posts.own_numbers
        return Drafting(
            self.database,
            Queue(self.planner.take, self.gatherer.look_at),
            self.renderer,
            settings.data_dir,
            self.clock,
            DraftingRules(
                settings.zone,
                self.calendar.over,
                settings.centre.name,
                settings.centre.colour,
                numbers[0] if numbers else "",
            ),
        )

    def crisis_watch(self, name: str) -> CrisisWatch:
        """What watches for a storm of complaints about one account."""
        said = self.settings.crisis
        rules = crisis.Rules(
            zone=self.settings.zone,
            crisis=storms.Rules(
                at_least=said.at_least,
                times_usual=said.times_usual,
                within=timedelta(minutes=said.within_minutes),
                same_post=said.same_post,
                same_topic=said.same_topic,
            ),
            pauses=said.pause_publishing,
        )
        return CrisisWatch(name, self.database, self.outbox, self.clock, rules)

    def _notifier(self) -> Notifier:
        settings = self.settings
        rules = notice.Rules(
            digest_after=settings.notify.digest_after,
            digest_within=timedelta(minutes=settings.notify.digest_minutes),
        )
        return Notifier(
            self.database,
            Courier(kept_seconds=KEPT_SECONDS),
            self.outbox,
            self.addresses,
            settings.data_dir,
            self.clock,
            rules,
        )

    def _unsent(self, name: str) -> Unsent:
        settings = self.settings
        keeps = settings.cases.on_unsend == "keep"
        return Unsent(name, self.database, self.renderer, settings.data_dir, self.clock, keeps=keeps)

    def _casework(self, name: str, door: Door) -> Casework:
        settings = self.settings

        rules = Rules(
            zone=settings.zone,
            units={topic: answers.unit for topic, answers in settings.topics.items()},
            deadlines=self.calendar.due,
            people={topic: answers.person for topic, answers in settings.topics.items()},
        )
        pictures = PostPictures(
            door,
            self.renderer,
            settings.data_dir,
            allow_private_addresses=settings.media.allow_private_addresses,
        )
        evidence = EvidenceRoom(
            self.database,
            self.renderer,
            settings.data_dir,
            settings.timezone,
            pictures,
            keeps_unsent=settings.cases.on_unsend == "keep",
        )
        return Casework(name, self.database, evidence, self.outbox, self.clock, rules)

    def _exposures(self, name: str) -> Exposures:
        return Exposures(name, self.database, self.outbox, self.clock)

    def _reminding(self, names: Sequence[str]) -> Reminding:
        settings = self.settings
        rules = reminders.Rules(
            settings.cases.remind_before, settings.cases.climb_after, settings.cases.urgent_climb
        )
        people = {topic: answers.person for topic, answers in settings.topics.items()}
        watch = Watch(settings.zone, self.calendar.around, rules, people)
        return Reminding(names, self.database, self.outbox, self.clock, watch)

    def _telling(self, names: Sequence[str]) -> Telling:
        settings = self.settings
        topics = settings.topics.items()
        desks = Desks({topic: answers.unit for topic, answers in topics}, self.calendar.around)
        answering = WhoAnswers(
            settings.zone,
            {topic: answers.unit for topic, answers in topics},
            {topic: answers.person for topic, answers in topics},
            own_words.suggestions(settings),
            several_accounts=len(names) > 1,
        )
        return Telling(names, self.database, self.outbox, self.clock, desks, answering)
