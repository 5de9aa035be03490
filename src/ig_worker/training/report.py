"""What a training was made of and how well it went."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bin:
    """One line of the reliability table: of ``n`` held-out answers about this sure, what share was right."""

    lowest: float
    highest: float
    n: int
    mean_confidence: float
    share_right: float


@dataclass(frozen=True)
class TrainingReport:
    """Measured on sentences held out of the learning (five folds); shares are between 0 and 1."""

    sentences: int
    sentences_sha256: str
    accuracy: float
    macro_f1: float
    topic_accuracy: float
    reliability: tuple[Bin, ...]
    expected_calibration_error: float
    """The mean distance between how sure an answer was and how often such answers were right."""
    bytes_written: int

    def table(self) -> str:
        """The reliability table as lines of text."""
        lines = ["sure of it      n  mean   right"]
        lines += [
            f"{one.lowest:.1f} to {one.highest:.1f} {one.n:6d}  {one.mean_confidence:.2f}   {one.share_right:.2f}"
            for one in self.reliability
        ]
        return "\n".join(lines)
