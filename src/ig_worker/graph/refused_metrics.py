"""Asks for metrics of which one refused costs the whole call: finds it, leaves it out, remembers it (section E)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ig_worker.domain.errors import Refused, Unavailable
from ig_worker.domain.instagram import Metric, MetricsRead, Why
from ig_worker.graph.figures import once, without_figures
from ig_worker.graph.refusals import Refusals

Ask = Callable[[Sequence[str]], tuple[Metric, ...]]
"""One call for these metrics."""

TOO_FEW: Final = re.compile(r"not enough|(?:less|fewer) than \d+ (?:followers|viewers|accounts)", re.I)
OF_THE_DAYS: Final = re.compile(r"\b\d+ days\b|\bsince (?:param|and)\b|\buntil\b|querying data", re.I)
"""The days asked for are at fault, so the metric may be asked for others."""

IN_VAIN: Final = 3
"""Metrics asked for alone with nothing to show for it, until the fault is thought to lie elsewhere."""

_PLACE = re.compile(r"\bmetric\[(\d{1,3})\]")
_IN_PLACE_OF = re.compile(r"\b(?:use|using|instead|try|replaced|favou?r)\b", re.I)
"""Behind these words stands what Meta gives, not what it refuses."""

_METRIC_LIST = re.compile(r"\bmetric(?:\[(\d+)\])? must be one of(?: the following values)?:?\s*(.+)", re.I)


def read_metrics(refusals: Refusals, scope: str, wanted: Iterable[str], ask: Ask) -> MetricsRead:
    """What one call gives of the metrics wanted, without those that are refused, now or earlier in this scope.

    Where Meta does not say which it refuses, each is asked for alone.
    """
    wanted = tuple(wanted)
    known = refusals.of(scope)
    refused = {name: known[name] for name in wanted if name in known}
    left = [name for name in wanted if name not in refused]
    found: tuple[Metric, ...] = ()
    missing: dict[str, Why] = {}
    while left:
        try:
            found = ask(left)
        except Refused as error:
            words = words_to_go_on(error)
            if isinstance(error, Unavailable):
                missing = dict.fromkeys(left, why(words))
                break
            bad = named(words, left)
            if not bad:
                found, no = _each_alone(refusals, scope, left, ask, words)
                refused |= no
                break
            refused |= dict.fromkeys(bad, words)
            if not OF_THE_DAYS.search(words):
                for name in bad:
                    refusals.add(scope, name, words)
            left = [name for name in left if name not in bad]
        else:
            break
    return reading(wanted, found, refused, missing)


def reading(
    wanted: Iterable[str],
    found: Iterable[Metric],
    refused: dict[str, str],
    missing: dict[str, Why] | None = None,
) -> MetricsRead:
    """The figures that were asked for, and for each that was not had the reason."""
    wanted = set(wanted)
    kept = once(metric for metric in found if metric.name in wanted)
    reasons = {name: why(words) for name, words in refused.items()}
    return MetricsRead(kept, refused, without_figures(wanted, kept) | (missing or {}) | reasons)


def words_to_go_on(error: Refused) -> str:
    """Meta's words, where the refusal is about what was asked. A lost token or permission is raised again."""
    said = error.said
    if said is None or not (isinstance(error, Unavailable) or (said.code == 100 and type(error) is Refused)):
        raise error
    return said.message


def named(words: str, asked: Sequence[str]) -> list[str]:
    """The metrics that Meta's words find fault with; none where they do not say, or blame everything."""
    listed = _METRIC_LIST.search(words)
    if listed is None:
        at_fault = _IN_PLACE_OF.split(words)[0]
        if at := _PLACE.search(at_fault):
            return [*asked[int(at[1]) :][:1]]
        mentioned = set(re.findall(r"\w+", at_fault))
        return [name for name in asked if name in mentioned]
    valid = set(re.findall(r"\w+", listed[2]))
    bad = [name for name in asked if name not in valid]
    if len(bad) < 2 or (len(bad) < len(asked) and not words.endswith("…")):
        return bad
    # Of a list that was cut only the metric in the named place can be believed.
    place = int(listed[1]) if listed[1] and len(bad) < len(asked) else len(asked)
    return [asked[place]] if place < len(asked) and asked[place] in bad else []


def lists_all_metrics(words: str) -> bool:
    """Whether Meta lists the metrics of every type of post, so that what is not there is gone everywhere."""
    listed = _METRIC_LIST.search(words)
    valid = set(re.findall(r"\w+", listed[2])) if listed else set()
    return {"navigation", "saved", "ig_reels_avg_watch_time"} <= valid


def why(words: str) -> Why:
    """Whether Meta says that there are too few people, or simply no."""
    return Why.TOO_FEW if TOO_FEW.search(words) else Why.REFUSED


def _each_alone(
    refusals: Refusals, scope: str, metrics: Sequence[str], ask: Ask, words: str
) -> tuple[tuple[Metric, ...], dict[str, str]]:
    """What the metrics give one by one. Where none of the first few is taken, no metric is at fault: all are lost."""
    found: list[Metric] = []
    given: list[str] = []
    refused: dict[str, str] = {}
    for name in metrics if len(metrics) > 1 else ():
        if not given and len(refused) == IN_VAIN:
            break
        try:
            found += ask([name])
            given.append(name)
        except Refused as error:
            refused[name] = words_to_go_on(error)
    if not given:
        return (), dict.fromkeys(metrics, words)
    for name, no in refused.items():
        if not OF_THE_DAYS.search(no):
            refusals.add(scope, name, no)
    return tuple(found), refused
