"""Asks for figures of many posts of one type at once, and finds the one that keeps them from the others (section E)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ig_worker.domain.errors import Refused, Unanswered, Unavailable
from ig_worker.domain.instagram import Metric, Why
from ig_worker.graph.answers import NOT_THERE
from ig_worker.graph.figures import lifetime_figures
from ig_worker.graph.media_metrics import blames_one_post, refused_of, remember
from ig_worker.graph.reading import mapping
from ig_worker.graph.refused_metrics import IN_VAIN, TOO_FEW, named, words_to_go_on
from ig_worker.graph.session import GraphSession

MOST_IDS: Final = 50
FEW: Final = 3
"""So many posts are asked one by one sooner than halved."""

MANY: Final = 5
"""So many posts that do not have a metric, while none has it, speak for all of their type."""

POSTS_IN_VAIN: Final = 2
"""After so many posts that give nothing, while none has given anything, no more are asked this time."""

BEFORE_PROFESSIONAL: Final = 2108006
UNKNOWN_ALIAS: Final = 803
"""The code of "Some of the aliases you requested do not exist"."""

POSTS_WITHOUT: Final = "posts without insights"
"""Where posts made before the account became professional are remembered: they never get figures."""

TOGETHER: Final = "posts together"
"""Where it is remembered that Meta does not take several ids in one call."""


@dataclass
class Findings:
    """What posts of one type gave, by id."""

    figures: dict[str, tuple[Metric, ...]] = field(default_factory=dict)
    without: dict[str, tuple[Why, str]] = field(default_factory=dict)
    """Posts of which Meta gives nothing: why, and its words."""
    refused: dict[str, str] = field(default_factory=dict)
    """Metrics that Meta refuses of all of them."""
    refused_of: dict[str, dict[str, str]] = field(default_factory=dict)
    """Metrics that it refuses of one."""


def figures_of_posts(
    graph: GraphSession, product: str, ids: Sequence[str], metrics: Sequence[str], *, at_fault: bool = False
) -> Findings:
    """Lifetime figures of posts of one type, the newest first: one call for 50 of them when nothing is refused.

    Where one of them is known to be ``at_fault``, all together would be refused, and halves are asked at once.
    """
    search = _Search(graph, product, ids, metrics)
    for start in range(0, len(ids), MOST_IDS):
        part = ids[start : start + MOST_IDS]
        if at_fault and len(part) == len(ids):
            search.halves(part)
        else:
            search.group(part)
    return search.findings


def words_in(item: Mapping[str, Any]) -> str:
    """What Meta says of one post in place of its figures."""
    error = mapping(item.get("error")) or mapping(mapping(item.get("insights")).get("error"))
    return str(error.get("message") or "")[:300] if error else ""


class _Search:
    """One type's posts, asked for in groups that are halved where one is at fault."""

    def __init__(self, graph: GraphSession, product: str, ids: Sequence[str], metrics: Sequence[str]) -> None:
        self.findings = Findings()
        self._ids = [*ids]
        self._in_vain = 0
        self._troubled = 0
        self._blamed: Counter[str] = Counter()
        self._graph = graph
        self._product = product
        self._metrics = metrics

    def group(self, ids: Sequence[str]) -> None:
        ids = [ig_id for ig_id in ids if ig_id not in self.findings.without]
        metrics = self._left()
        if not ids or not metrics:
            return
        if len(ids) == 1:
            self._single(ids[0])
        elif self._graph.refusals.of(TOGETHER):
            self._singles(ids)
        else:
            self._together(ids, metrics)

    def _left(self) -> list[str]:
        refused = {**refused_of(self._graph, self._product), **self.findings.refused}
        return [name for name in self._metrics if name not in refused]

    def _together(self, ids: Sequence[str], metrics: Sequence[str]) -> None:
        try:
            found = self._ask_together(ids, metrics)
        except Unanswered as error:
            # Where Meta answers, it may want to be asked for less, or have trouble with one of them.
            if error.said is None:
                raise
            self.halves(ids)
        except Refused as error:
            self._look_into(error, ids, metrics)
        else:
            for ig_id in ids:
                self._take(ig_id, mapping(found.get(ig_id)))

    def _take(self, ig_id: str, item: Mapping[str, Any]) -> None:
        if words := words_in(item):
            self.findings.without[ig_id] = (Why.TOO_FEW if TOO_FEW.search(words) else Why.REFUSED, words)
        else:
            data = mapping(item.get("insights")).get("data")
            self.findings.figures[ig_id] = lifetime_figures(data)

    def _look_into(self, error: Refused, ids: Sequence[str], metrics: Sequence[str]) -> None:
        words = words_to_go_on(error)
        mentioned = [ig_id for ig_id in ids if re.search(rf"(?<![\d#\[]){re.escape(ig_id)}(?!\d)", words)]
        # A few of many may be those that there was room for.
        culprits = mentioned if len(mentioned) == 1 else []
        bad = [] if isinstance(error, Unavailable) or blames_one_post(words) else named(words, metrics)
        if bad:
            self._refuse(bad, words)
            self.group(ids)
        elif not culprits and (is_about_one(error) or blames_one_post(words)):
            self.halves(ids)
        else:
            self._begin_with(culprits[0] if culprits else ids[0], ids, metrics, words)

    def _begin_with(self, first: str, ids: Sequence[str], metrics: Sequence[str], words: str) -> None:
        """If it has figures by itself, it is another one that is at fault, or the way of asking."""
        others = [ig_id for ig_id in ids if ig_id != first]
        if not self._single(first) or len(self._left()) < len(metrics):
            self.group(others)
            return
        half = len(others) // 2
        parts = (others[:half], others[half:]) if len(others) > FEW else ()
        refused = [part for part in parts if not self._taken(part)]
        if len(refused) == len(parts):
            if self._singles(others):
                self._graph.refusals.add(TOGETHER, "ids", words)
        else:
            for part in refused:
                self.halves(part)

    def _taken(self, ids: Sequence[str]) -> bool:
        """Whether these posts are given together, whatever Meta's words are if not."""
        try:
            found = self._ask_together(ids, self._left())
        except Refused as error:
            words_to_go_on(error)
            return False
        for ig_id in ids:
            self._take(ig_id, mapping(found.get(ig_id)))
        return True

    def _refuse(self, names: Sequence[str], words: str) -> None:
        self.findings.refused |= dict.fromkeys(names, words)
        remember(self._graph, [self._product], names, words)

    def halves(self, ids: Sequence[str]) -> None:
        if len(ids) <= FEW:
            self._singles(ids)
            return
        half = len(ids) // 2
        self.group(ids[:half])
        self.group(ids[half:])

    def _singles(self, ids: Sequence[str]) -> bool:
        """Whether each of them had figures; each is asked for, whatever the one before had."""
        had = [self._single(ig_id) for ig_id in ids if ig_id not in self.findings.without]
        return all(had)

    def _single(self, ig_id: str) -> bool:
        """Whether one post had figures; if not, its reason is noted, or that of its metrics."""
        own: dict[str, str] = {}
        while (ig_id not in self.findings.without) and (
            metrics := [name for name in self._left() if name not in own]
        ):
            try:
                answer = self._ask(ig_id, metrics)
            except Unanswered as error:
                self._has_trouble(ig_id, error)
                return False
            except Refused as error:
                words = words_to_go_on(error)
                bad = [] if isinstance(error, Unavailable) else named(words, metrics)
                if isinstance(error, Unavailable):
                    self._nothing(ig_id, error, words)
                elif bad and blames_one_post(words):
                    own |= dict.fromkeys(bad, words)
                    self.findings.refused_of[ig_id] = own
                    self._blame(bad, words)
                elif bad:
                    self._refuse(bad, words)
                elif not self._metrics_alone(ig_id, metrics, words):
                    return False
            else:
                self._take(ig_id, {"insights": answer})
                return ig_id in self.findings.figures
        return False

    def _ask_together(self, ids: Sequence[str], metrics: Sequence[str]) -> Mapping[str, Any]:
        query = {"ids": ",".join(ids), "fields": f"insights.metric({','.join(metrics)})"}
        return self._graph.read("", query, patient=False)

    def _ask(self, ig_id: str, metrics: Sequence[str]) -> Mapping[str, Any]:
        """The plain form, so that figures still come should Meta stop taking many ids at once."""
        return self._graph.read(f"{ig_id}/insights", {"metric": ",".join(metrics)}, patient=False)

    def _nothing(self, ig_id: str, error: Refused, words: str) -> None:
        said = error.said
        gone = said is not None and ((said.code, said.subcode) == NOT_THERE or said.code == UNKNOWN_ALIAS)
        reason = Why.TOO_FEW if TOO_FEW.search(words) else Why.NO_DATA if gone else Why.REFUSED
        self.findings.without[ig_id] = (reason, words)
        if said is not None and said.subcode == BEFORE_PROFESSIONAL:
            # So it is of all that are older.
            older = self._ids[self._ids.index(ig_id) :]
            self.findings.without |= dict.fromkeys(older, (reason, words))
            self._graph.refusals.add(POSTS_WITHOUT, older, words)

    def _has_trouble(self, ig_id: str, error: Unanswered) -> None:
        """One post that Meta has trouble with costs the others nothing; trouble with all is raised."""
        self._troubled += 1
        if error.said is None or self._troubled > (FEW if self.findings.figures else 1):
            raise error
        self.findings.without[ig_id] = (Why.NO_DATA, error.said.message)

    def _blame(self, names: Sequence[str], words: str) -> None:
        """What so many posts do not have, one after the other, none of their type has, whatever Meta's words are."""
        self._blamed.update(names)
        given = {metric.name for figures in self.findings.figures.values() for metric in figures}
        if nobodys := [name for name in names if self._blamed[name] >= MANY and name not in given]:
            self._refuse(nobodys, words)

    def _metrics_alone(self, ig_id: str, metrics: Sequence[str], words: str) -> bool:
        """Whether some metrics alone were found at fault, where Meta did not say which; else it is the post."""
        given = 0
        refused: dict[str, str] = {}
        for name in metrics:
            if not given and len(refused) == IN_VAIN:
                break
            try:
                self._ask(ig_id, [name])
                given += 1
            except Unavailable as error:
                self._nothing(ig_id, error, words_to_go_on(error))
                return False
            except Refused as error:
                refused[name] = words_to_go_on(error)
        if not given:
            self.findings.without[ig_id] = (Why.REFUSED, words)
            self._in_vain += 1
            if not self.findings.figures and self._in_vain >= POSTS_IN_VAIN:
                self.findings.refused |= dict.fromkeys(metrics, words)
            return False
        for name, no in refused.items():
            self._refuse([name], no)
        return bool(refused)


def is_about_one(error: Refused) -> bool:
    """Whether Meta's words are about one post: too few viewers, or older than the professional account."""
    said = error.said
    return said is not None and (
        said.subcode == BEFORE_PROFESSIONAL or TOO_FEW.search(said.message) is not None
    )
