"""Says in Indonesian why a message was judged as it was, so that a midwife can follow it and object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ig_worker.domain.classifier.grave import DANGER
from ig_worker.domain.classifier.linear import Scores
from ig_worker.domain.classifier.normalise import Token
from ig_worker.domain.classifier.vetoes import Cues

_WORTH_TELLING = 0.10
"""A second label at least this likely is told of."""

_OF_A_NUMBER = 4
"""So many digits may be a piece of somebody's number, and alone nothing tells it."""

NO_WORDS = "Dibaca sebagai lainnya: tidak ada kata di dalamnya."
THANKED = "Pujian yang jelas dan tidak ada yang meragukan: boleh dibalas dengan ucapan terima kasih."
WAITS = "Pertanyaan ini menunggu jawaban orang."


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def because(finding: str, words: Sequence[str]) -> str:
    """One sentence: what was found, and the words that it was found by."""
    return f"{finding} karena {_quoted(words)}." if words else f"{finding}."


def deciding(tokens: Sequence[Token], scores: Scores, count: int, column: int) -> list[str]:
    """The words that spoke most for a class, as written, a negated one together with the word before it; no number."""
    shown = []
    for place in scores.deciding_places(count, column):
        token = tokens[place]
        if sum(map(str.isdecimal, token.written)) >= _OF_A_NUMBER:
            continue
        before = tokens[place - 1] if token.negated and place else None
        shown.append(f"{before.written} {token.written}" if before and before.is_word else token.written)
    return list(dict.fromkeys(shown))


def why_label(probabilities: Mapping[str, float], tokens: Sequence[Token], scores: Scores) -> list[str]:
    """What it was read as, and what else it may be."""
    labels = list(probabilities)
    ranked = sorted(labels, key=lambda label: -probabilities[label])
    first, second = ranked[:2]
    lines = [
        because(
            f"Dibaca sebagai {first} ({probabilities[first]:.0%})",
            deciding(tokens, scores, 4, labels.index(first)),
        )
    ]
    if probabilities[second] >= _WORTH_TELLING:
        words = deciding(tokens, scores, 3, labels.index(second))
        lines.append(because(f"Mungkin juga {second} ({probabilities[second]:.0%})", words))
    return lines


def why_topic(topic: str, words: Sequence[str]) -> str:
    """What it is about."""
    return because(f"Topik {shown(topic)}", words)


def shown(topic: str) -> str:
    """A topic as people read it."""
    return topic.replace("_", " ")


def why_danger(cues: Cues) -> list[str]:
    """That the one on duty must know."""
    if DANGER not in cues:
        return []
    return [because("Mungkin ada bahaya, petugas jaga perlu tahu", cues.found[DANGER])]


def what_forbids_thanks(cues: Cues) -> list[str]:
    """Each finding that stands in the way of a thank-you, with its words."""
    return [
        f"Tidak diberi ucapan otomatis: ada {finding} ({', '.join(words[:3])})."
        for finding, words in cues.found.items()
    ]


def why_no_thanks(cues: Cues, confidence: float, limit: float) -> list[str]:
    """Why praise is not thanked."""
    why = what_forbids_thanks(cues)
    if not cues.praises:
        why.append("Tidak diberi ucapan otomatis: tidak ada kata pujian yang jelas.")
    if confidence < limit:
        why.append(f"Tidak diberi ucapan otomatis: keyakinan pujian di bawah {limit:.0%}.")
    return why


def to_be_looked_at(doubts: Sequence[str]) -> list[str]:
    """Why a person must look."""
    return [f"Perlu dilihat orang: {doubt}." for doubt in doubts]
