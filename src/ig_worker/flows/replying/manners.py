"""When the centre speaks by itself, and when it keeps silent (``[replies]``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo

from ig_worker.domain.reply import Rules
from ig_worker.flows.ports import Chance


@dataclass(frozen=True)
class Manners:
    """``delay_seconds`` is the human pause, from and to; ``quiet_hours`` are in the centre's ``zone``."""

    zone: tzinfo
    enabled: bool = True
    delay_seconds: tuple[float, float] = (60, 300)
    quiet_hours: tuple[time, time] | None = None
    dry_run: bool = False
    rules: Rules = field(default_factory=Rules)

    def due(self, now: datetime, chance: Chance) -> datetime:
        """After a human pause; in the quiet hours a human pause after their end, or all would come at once."""
        pause = timedelta(seconds=chance.uniform(*self.delay_seconds))
        awake = self.awake_at(now + pause)
        return now + pause if awake == now + pause else awake + pause

    def awake_at(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        if self.quiet_hours is None:
            return moment
        begin, end = self.quiet_hours
        local = moment.astimezone(self.zone)
        at = local.timetz().replace(tzinfo=None)
        quiet = begin <= at < end if begin <= end else at >= begin or at < end
        if not quiet:
            return moment
        morning = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return morning if at < end else morning + timedelta(days=1)

    def midnight(self, moment: datetime) -> datetime:
        """When the day of this moment began in the centre's zone."""
        return moment.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
