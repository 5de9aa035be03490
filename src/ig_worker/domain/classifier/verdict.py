"""What one message is, how sure that is, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ig_worker.domain.classifier import vetoes
from ig_worker.domain.classifier.attachments import may_say_more, to_be_seen
from ig_worker.domain.classifier.features import word_features
from ig_worker.domain.classifier.lexicon import LABELS, TOPICS
from ig_worker.domain.classifier.linear import LinearModel, Scores
from ig_worker.domain.classifier.normalise import Token, normalise
from ig_worker.domain.classifier.vetoes import Cues, find_cues

_CASES = ("keluhan", "saran")
_MIXED = (vetoes.COMPLAINT, vetoes.CONTRAST, vetoes.QUESTION)
"""Findings that, beside praise, want a person."""
_WORDLESS_CONFIDENCE = 0.96


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
            verdict = replace(verdict, auto_thank=False)
        if unseen and verdict.label in ("pujian", "lainnya"):
            seen = tuple(f"Perlu dilihat orang: {reason}." for reason in unseen)
            verdict = replace(verdict, needs_review=True, reasons=(*verdict.reasons, *seen))
        return verdict

    def judge_as(self, text: str, label: str, topic: str) -> Verdict:
        """The verdict on a text whose label and topic a person has set: ValueError if they are none of INTERFACE.md's.

        Nobody needs to look again. Praise is thanked only if the rules see nothing that forbids it, since the person
        has said what it is and not that it may be answered in public; danger is told whatever the label.
        """
        if label not in LABELS or topic not in TOPICS:
            raise ValueError(f"No label and topic: {label!r}, {topic!r}.")
        cues = find_cues(text, normalise(text))
        reasons = [f"Ditetapkan oleh petugas sebagai {label}, topik {topic.replace('_', ' ')}."]
        if label == "pujian":
            reasons.extend(_why_not(cues))
        if vetoes.DANGER in cues:
            reasons.append(_danger(cues))
        return Verdict(
            label=label,
            confidence=1.0,
            probabilities={one: 1.0 if one == label else 0.0 for one in LABELS},
            topic=topic,
            auto_thank=label == "pujian" and not cues.found,
            needs_review=False,
            opens_case=label in _CASES,
            danger=vetoes.DANGER in cues,
            reasons=tuple(reasons),
        )

    def _by_words(self, text: str, tokens: Sequence[Token]) -> Verdict:
        features = word_features(tokens)
        cues = find_cues(text, tokens)
        scores = self._labels.scores(features, tokens)
        shares = self._labels.probabilities(scores.totals)
        probabilities = dict(zip(self._labels.labels, shares, strict=True))
        label, confidence = self._labels.labels[scores.winner], shares[scores.winner]
        limits = self._thresholds
        auto_thank = label == "pujian" and confidence >= limits.thank and cues.praises and not cues.found
        blame = sum(probabilities[case] for case in _CASES)
        opens_case = label in _CASES and blame >= limits.case
        doubts = self._doubts(label, confidence, blame, cues) if not (opens_case or auto_thank) else []
        topics = self._topics.scores(features, tokens)
        topic = self._topics.labels[topics.winner]
        reasons = [_because(f"Dibaca sebagai {label} ({confidence:.0%})", _deciding(tokens, scores, 4))]
        if topic != "lainnya":
            reasons.append(_because(f"Topik {topic.replace('_', ' ')}", _deciding(tokens, topics, 2)))
        if label == "pujian" and not auto_thank:
            reasons.extend(_why_no_thanks(cues, confidence, limits.thank))
        if vetoes.DANGER in cues:
            reasons.append(_danger(cues))
        reasons.extend(f"Perlu dilihat orang: {doubt}." for doubt in doubts)
        return Verdict(
            label=label,
            confidence=confidence,
            probabilities=probabilities,
            topic=topic,
            auto_thank=auto_thank,
            needs_review=bool(doubts),
            opens_case=opens_case,
            danger=vetoes.DANGER in cues,
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
            doubts.append("ada pujian sekaligus tanda keluhan atau pertanyaan")
        if vetoes.DANGER in cues:
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
            reasons=(
                "Dibaca sebagai lainnya: tidak ada kata di dalamnya.",
                *(f"Perlu dilihat orang: {reason}." for reason in unseen),
            ),
        )


def _deciding(tokens: Sequence[Token], scores: Scores, count: int) -> list[str]:
    """The words that decided, as written, a negated one together with the word before it."""
    shown = []
    for place in scores.deciding_places(count):
        token = tokens[place]
        before = tokens[place - 1] if token.negated and place else None
        shown.append(f"{before.written} {token.written}" if before and before.is_word else token.written)
    return list(dict.fromkeys(shown))


def _because(finding: str, words: Sequence[str]) -> str:
    return f"{finding} karena {', '.join(f'“{word}”' for word in words)}." if words else f"{finding}."


def _danger(cues: Cues) -> str:
    return _because("Mungkin ada bahaya, petugas jaga perlu tahu", cues.found[vetoes.DANGER])


def _why_not(cues: Cues) -> list[str]:
    return [
        f"Tidak diberi ucapan otomatis: ada {finding} ({', '.join(words[:3])})."
        for finding, words in cues.found.items()
    ]


def _why_no_thanks(cues: Cues, confidence: float, limit: float) -> list[str]:
    why = _why_not(cues)
    if not cues.praises:
        why.append("Tidak diberi ucapan otomatis: tidak ada kata pujian yang jelas.")
    if confidence < limit:
        why.append(f"Tidak diberi ucapan otomatis: keyakinan pujian di bawah {limit:.0%}.")
    return why
