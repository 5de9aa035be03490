"""What one message is, how sure that is, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ig_worker.domain.classifier import explanation, grave, vetoes
from ig_worker.domain.classifier.attachments import may_say_more, to_be_seen
from ig_worker.domain.classifier.features import word_features
from ig_worker.domain.classifier.lexicon import LABELS, TOPICS
from ig_worker.domain.classifier.linear import LinearModel
from ig_worker.domain.classifier.normalise import Token, normalise
from ig_worker.domain.classifier.sincerity import IRONY
from ig_worker.domain.classifier.strangeness import has_nothing_familiar, is_strange
from ig_worker.domain.classifier.vetoes import Cues, find_cues

_CASES = ("keluhan", "saran")
_MIXED = (vetoes.COMPLAINT, vetoes.CONTRAST, vetoes.QUESTION, vetoes.SAD_EMOJI, IRONY)
"""Findings that, beside praise, want a person."""
_WORDLESS_CONFIDENCE = 0.96
_TRUST_IN_STRANGE = 0.4
_STRANGE = "sebagian besar katanya tidak dikenal (bahasa, huruf atau ejaan lain)"


@dataclass(frozen=True)
class Verdict:
    """One message judged. Labels and topics as in INTERFACE.md; probabilities are calibrated and sum to 1."""

    label: str
    confidence: float
    probabilities: dict[str, float]
    topic: str
    auto_thank: bool
    """Praise, sure enough, with nothing in it that a public thank-you would be wrong under."""
    needs_review: bool
    """A person must look: not sure, or mixed signals. A confident question is not meant: it waits as an open one."""
    opens_case: bool
    """A complaint or suggestion, sure enough for the register."""
    danger: bool
    """Somebody's life may be in danger: the person on duty is told at once."""
    reasons: tuple[str, ...]
    """Short Indonesian sentences naming the words that decided."""


@dataclass(frozen=True)
class Thresholds:
    """Probabilities at which something is done; they stand in the model's JSON."""

    thank: float
    """At least this much praise."""
    case: float
    """At least this much of complaint and suggestion together, where one of them is the likeliest."""
    review: float
    """Less than this for the likeliest label: a person looks."""
    suspicion: float
    """At least this much of complaint and suggestion, where another label is the likeliest: a person looks."""


class Classifier:
    """Judges messages with a trained model (``shipped/classifier_model.json``, made by ``classifier train``)."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._labels = LinearModel(model["label"])
        self._topics = LinearModel(model["topic"])
        self._thresholds = Thresholds(**model["thresholds"])

    def judge(self, text: str, attachments: Sequence[str] = ()) -> Verdict:
        """Never raises, whatever the text. Takes a fraction of a millisecond.

        ``attachments`` are the kinds of what came with a direct message, in the Graph API's words (``image``,
        ``share`` …). What they show is not known here: without words, or beside praise or small talk, a person looks.
        """
        unseen = to_be_seen(attachments)
        tokens = normalise(text)
        if not any(token.is_word for token in tokens):
            return self._wordless(unseen)
        verdict = self._by_words(text, tokens)
        if verdict.auto_thank and may_say_more(attachments):
            unseen = unseen or ("kiriman yang diteruskan: perlu dilihat orang",)
            reasons = tuple(reason for reason in verdict.reasons if reason != explanation.THANKED)
            verdict = replace(verdict, auto_thank=False, reasons=reasons)
        if unseen and verdict.label in ("pujian", "lainnya"):
            reasons = (*verdict.reasons, *explanation.to_be_looked_at(unseen))
            verdict = replace(verdict, needs_review=True, reasons=reasons)
        return verdict

    @staticmethod
    def judge_as(text: str, label: str, topic: str) -> Verdict:
        """The verdict on a text whose label and topic a person has set: ValueError if they are none of INTERFACE.md's.

        Nobody needs to look again, and no model is asked. Praise is thanked only if the rules see nothing that forbids
        it, since the person has said what it is and not that it may be answered in public; danger is told whatever the
        label.
        """
        if label not in LABELS or topic not in TOPICS:
            raise ValueError(f"No label and topic: {label!r}, {topic!r}.")
        cues = find_cues(text, normalise(text))
        reasons = [f"Ditetapkan oleh petugas sebagai {label}, topik {explanation.shown(topic)}."]
        if label == "pujian":
            reasons.extend(explanation.what_forbids_thanks(cues))
        reasons.extend(explanation.why_danger(cues))
        return Verdict(
            label=label,
            confidence=1.0,
            probabilities={one: 1.0 if one == label else 0.0 for one in LABELS},
            topic=topic,
            auto_thank=label == "pujian" and not cues.found,
            needs_review=False,
            opens_case=label in _CASES,
            danger=grave.DANGER in cues,
            reasons=tuple(reasons),
        )

    def _by_words(self, text: str, tokens: Sequence[Token]) -> Verdict:
        features = word_features(tokens)
        cues = find_cues(text, tokens)
        scores = self._labels.scores(features, tokens)
        shares = self._labels.probabilities(scores.totals)
        probabilities = dict(zip(self._labels.labels, shares, strict=True))
        label = self._labels.labels[scores.winner]
        strange = is_strange(tokens, self._labels.knows) or (
            label in _CASES and has_nothing_familiar(tokens, self._labels.knows)
        )
        if strange:
            label, probabilities = "lainnya", _unsure(probabilities)
        confidence = probabilities[label]
        limits = self._thresholds
        auto_thank = label == "pujian" and confidence >= limits.thank and cues.praises and not cues.found
        blame = sum(probabilities[case] for case in _CASES)
        opens_case = label in _CASES and blame >= limits.case
        doubts = self._doubts(label, confidence, blame, cues) if not (opens_case or auto_thank) else []
        if strange:
            doubts = [_STRANGE]
        topics = self._topics.scores(features, tokens)
        topic = self._topics.labels[topics.winner] if topics.knows_anything else "lainnya"
        reasons = explanation.why_label(probabilities, tokens, scores)
        if topic != "lainnya":
            reasons.append(
                explanation.why_topic(topic, explanation.deciding(tokens, topics, 2, topics.winner))
            )
        if label == "pujian" and not auto_thank:
            reasons += explanation.why_no_thanks(cues, confidence, limits.thank)
        reasons += explanation.why_danger(cues)
        reasons += explanation.to_be_looked_at(doubts)
        if auto_thank:
            reasons.append(explanation.THANKED)
        if label == "pertanyaan" and not doubts:
            reasons.append(explanation.WAITS)
        return Verdict(
            label=label,
            confidence=confidence,
            probabilities=probabilities,
            topic=topic,
            auto_thank=auto_thank,
            needs_review=bool(doubts),
            opens_case=opens_case,
            danger=grave.DANGER in cues,
            reasons=tuple(reasons),
        )

    def _doubts(self, label: str, confidence: float, blame: float, cues: Cues) -> list[str]:
        """Why a person should look at a text that is neither thanked nor in the register."""
        limits = self._thresholds
        doubts = []
        if confidence < limits.review:
            doubts.append(f"keyakinan {confidence:.0%} di bawah batas {limits.review:.0%}")
        if label not in _CASES and blame >= limits.suspicion:
            doubts.append(f"kemungkinan keluhan atau saran {blame:.0%}")
        if label == "pujian" and any(finding in cues for finding in _MIXED):
            doubts.append("ada pujian sekaligus tanda keluhan, sindiran atau pertanyaan")
        if label == "pujian" and (grave.GRIEF in cues or grave.MENTIONED in cues):
            doubts.append("ada kabar duka atau cerita keadaan gawat di samping pujian")
        if grave.THREAT in cues:
            doubts.append(f"ada {grave.THREAT}")
        if grave.DANGER in cues:
            doubts.append("ada tanda bahaya")
        return doubts

    def _wordless(self, unseen: Sequence[str]) -> Verdict:
        rest = (1 - _WORDLESS_CONFIDENCE) / (len(self._labels.labels) - 1)
        return Verdict(
            label="lainnya",
            confidence=_WORDLESS_CONFIDENCE,
            probabilities={
                label: _WORDLESS_CONFIDENCE if label == "lainnya" else rest for label in self._labels.labels
            },
            topic="lainnya",
            auto_thank=False,
            needs_review=bool(unseen),
            opens_case=False,
            danger=False,
            reasons=(explanation.NO_WORDS, *explanation.to_be_looked_at(unseen)),
        )


def _unsure(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Little trust in what the model made of words it does not know, and the rest to "lainnya"."""
    spread = {label: share * _TRUST_IN_STRANGE for label, share in probabilities.items()}
    spread["lainnya"] += 1 - _TRUST_IN_STRANGE
    return spread
