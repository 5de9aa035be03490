"""What keeps the worker and its data well, wired beside the figures: no call to Instagram."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, partial

from ig_worker.backup_desk import backups_of
from ig_worker.figures_desk import FiguresDesk
from ig_worker.flows import retention
from ig_worker.flows.backing_up import AtNight
from ig_worker.flows.privacy.erasing import Erasing
from ig_worker.flows.soundness import Soundness
from ig_worker.known_time import KnownTime
from ig_worker.lanes import Job
from ig_worker.privacy_desk import erasing_of, retention_of
from ig_worker.storage_watch import StorageWatch, watch_of
from ig_worker.store import integrity


class UpkeepDesk(FiguresDesk):
    """Backups, retention and health, made from the settings.

    Raises Misconfigured when the database is not there, of another schema, or cannot be used.
    """

    def upkeep_jobs(self, *, patient: bool = True, at_any_time: Collection[str] = ()) -> list[Job]:
        """The jobs that look after the worker itself; those named `at_any_time` do not wait for their hour.

        Not `patient`, a pass waits for what it has begun.
        """
        backups = backups_of(self.settings, self.database, self.outbox, self.clock)
        night = AtNight(backups, apart=patient, stopwatch=self.waits.stopwatch)
        backup = partial(night.run, at_any_time="backup" in at_any_time)
        purge = partial(self._purge, at_any_time=retention.JOB in at_any_time)
        sound = Soundness(
            self.database, self.outbox, self.clock, self.settings.zone, integrity.found_in_own_process
        )
        look = partial(sound.run, at_any_time="integrity" in at_any_time)
        return [
            Job("backup", "rest", self._rest, backup, under_way=night.under_way, give_up=night.give_up),
            Job(retention.JOB, "rest", self._rest, purge),
            Job("integrity", "rest", self._rest, look),
        ]

    def clock_ahead(self) -> float | None:
        """Seconds by which the machine's clock is ahead of what this process has heard; None where it heard nothing."""
        return None

    def _purge(self, *, at_any_time: bool) -> None:
        """Erasing again asks no clock."""
        self.erasing.run()
        self.retention.run(at_any_time=at_any_time)

    @cached_property
    def known_time(self) -> KnownTime:
        """What is known of the machine's clock."""
        return KnownTime(self.settings, self.database, self.clock, self.clock_ahead)

    @cached_property
    def storage(self) -> StorageWatch:
        """Whether anything can be written; one for all lanes."""
        return watch_of(self.database, self.settings, self.outbox, self.clock, self.waits.stopwatch)

    @cached_property
    def retention(self) -> retention.Retention:
        """What purges all that has been kept for its time."""
        return retention_of(self.settings, self.database, self.clock, self.erasing, self.known_time)

    @cached_property
    def erasing(self) -> Erasing:
        """What erases a person on request, and again where a backup that was put back brought them back."""
        return erasing_of(self.settings, self.database, self.clock, self.renderer, self.known_time)
