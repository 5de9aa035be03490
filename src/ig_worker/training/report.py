"""What a training was made of and how well it went."""

from __future__ import annotations

from dataclasses import dataclass

from ig_worker.domain.classifier import Evaluation


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


CHANCE = 0.005
"""By this much a share may fall before it counts as worse: half of one in a hundred is the luck of the draw."""


@dataclass(frozen=True)
class Comparison:
    """What corrections change, measured on texts held out of both trainings (five folds).

    *Before* has learned from the written sentences alone, *after* from them and the corrections.
    """

    corrections: int
    before: Evaluation
    after: Evaluation
    before_on_sentences: Evaluation
    after_on_sentences: Evaluation
    before_on_corrections: Evaluation
    after_on_corrections: Evaluation

    def worse(self) -> tuple[str, ...]:
        """The figures that are worse after, as a person reads them; empty where the new model may be taken.

        One more false thank-you is worse; a share is worse when it falls by more than chance.
        """
        found = []
        for what, before, after in (
            ("over all", self.before, self.after),
            ("over the written sentences", self.before_on_sentences, self.after_on_sentences),
        ):
            if after.false_thanks > before.false_thanks:
                found.append(f"false thanks {what} {before.false_thanks} -> {after.false_thanks}")
            for name in ("accuracy", "macro_f1", "case_recall", "complaint_recall"):
                was, is_now = getattr(before, name), getattr(after, name)
                if is_now < was - CHANCE:
                    found.append(f"{name.replace('_', ' ')} {what} {was:.3f} -> {is_now:.3f}")
        return tuple(found)

    def table(self) -> str:
        """Before and after as lines of text."""
        lines = [f"{'held out':<28} before   after"]
        for name in ("accuracy", "macro_f1", "case_recall", "complaint_recall", "person_share"):
            lines.append(f"{name:<28} {getattr(self.before, name):6.3f}  {getattr(self.after, name):6.3f}")
        lines.append(f"{'false_thanks':<28} {self.before.false_thanks:6d}  {self.after.false_thanks:6d}")
        for what, before, after in (
            ("accuracy on sentences", self.before_on_sentences, self.after_on_sentences),
            ("accuracy on corrections", self.before_on_corrections, self.after_on_corrections),
        ):
            lines.append(f"{what:<28} {before.accuracy:6.3f}  {after.accuracy:6.3f}")
        return "\n".join(lines)
