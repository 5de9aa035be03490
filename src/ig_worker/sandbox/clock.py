"""The sandbox's own time: the machine's until somebody sets it, then it stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class WorldClock:
    """Runs with the machine's clock until it is set or moved; from then on it moves only when told to."""

    def __init__(self, now: datetime | None = None) -> None:
        self._fixed = now

    def now(self) -> datetime:
        """The world's time, in UTC."""
        if self._fixed is not None:
            return self._fixed
        # The sandbox is a program of its own and imports nothing of the product, its clock neither.
        return datetime.now(UTC)  # noqa: TID251

    def set(self, moment: datetime) -> None:
        """Let it be that moment, and stand still."""
        self._fixed = moment.astimezone(UTC)

    def let_run(self) -> None:
        """Be the machine's again."""
        self._fixed = None

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass, and stand still."""
        self._fixed = self.now() + timedelta(seconds=seconds)


def graph_time(moment: datetime) -> str:
    """A time as the Graph API writes it: ``2026-11-22T02:00:00+0000``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def read_time(text: str) -> datetime:
    """A Unix time or an ISO 8601 time or date (UTC where it names no zone); ValueError for anything else."""
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
