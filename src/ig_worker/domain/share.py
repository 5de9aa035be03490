"""A part of a whole: never more than it, and never of nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """How much of a whole something is; both may be unknown (None).

    ``of_hundred`` is None where it cannot be said: something is unknown, the whole is nothing, or the part is more
    than the whole (Meta counts people and their deeds by different clocks, so that can come). ``why_not`` says so in
    Indonesian, empty where the share stands.
    """

    part: float | None
    whole: float | None

    @property
    def of_hundred(self) -> float | None:
        """0 to 100."""
        if self.why_not or self.part is None or self.whole is None:
            return None
        return 100 * (self.part / self.whole)  # so never 100 and a bit

    @property
    def why_not(self) -> str:
        """Why there is no figure."""
        if self.part is None or self.whole is None:
            return "belum ada datanya"
        if self.part < 0 or self.whole <= 0:
            return "tidak dihitung: pembaginya 0"
        if self.part > self.whole:
            return "tidak dihitung: bagian melebihi keseluruhan"
        return ""
