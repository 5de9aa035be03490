"""Figures of posts and stories: with the list of them where Meta allows it, else of many at once (section E)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ig_worker.domain.errors import Refused, Unanswered, Unavailable
from ig_worker.domain.instagram import Media, MediaRead, Metric, MetricsRead, Why
from ig_worker.graph.answers import NOT_THERE
from ig_worker.graph.figures import lifetime_figures, once, without_figures
from ig_worker.graph.many_posts import (
    POSTS_WITHOUT,
    Findings,
    figures_of_posts,
    is_about_one,
    words_in,
)
from ig_worker.graph.media_metrics import (
    COMMON,
    IN_LISTS,
    POSTS,
    STORIES,
    blames_one_post,
    product_of,
    refused_of,
    remember,
    wanted_of,
)
from ig_worker.graph.posts import MEDIA_A_PAGE, Listed, posts_with
from ig_worker.graph.reading import mapping
from ig_worker.graph.refused_metrics import TOO_FEW, named, words_to_go_on
from ig_worker.graph.session import GraphSession

WITH_FIGURES_A_PAGE: Final = 50
LISTS: Final = "insights in lists"
"""Where it is remembered which lists Meta does not give with figures."""


@dataclass(frozen=True)
class Wave:
    """A list of posts, with figures of the metrics that were ``asked``, or without.

    Without, ``words`` are Meta's, unless one of the posts is ``at_fault``.
    """

    listed: Listed
    asked: tuple[str, ...] = ()
    words: str = ""
    at_fault: bool = False


def media_insights(graph: GraphSession, since: datetime) -> tuple[MediaRead, ...]:
    """The posts since then with their figures: a call a page, and one for each type's own metrics."""
    return _read(graph, "media", since, POSTS)


def stories_insights(graph: GraphSession) -> tuple[MediaRead, ...]:
    """The stories that are up with their figures: one call."""
    return _read(graph, "stories", None, STORIES)


def _read(
    graph: GraphSession, edge: str, since: datetime | None, products: Sequence[str]
) -> tuple[MediaRead, ...]:
    wave = _listed(graph, edge, since, products)
    without = graph.refusals.of(POSTS_WITHOUT)
    of_type = {
        product: [one for one in wave.listed if _type_in(products, one[0]) == product] for product in products
    }
    reads: dict[str, MediaRead] = {}
    clear = True
    for product, listed in of_type.items():
        ids = [media.ig_id for media, item in listed if media.ig_id not in without and not words_in(item)]
        rest = [name for name in wanted_of(graph, product) if name not in wave.asked]
        # Of two types it may be the other one's.
        at_fault = wave.at_fault and len(products) == 1
        findings = figures_of_posts(graph, product, ids, rest, at_fault=at_fault)
        clear = clear and len(findings.figures) == len(ids) and not findings.refused
        for media, item in listed:
            read = _reading(graph, product, media.ig_id, item, wave.asked, findings)
            reads[media.ig_id] = MediaRead(media, read)
    if wave.words and wave.listed and clear:
        graph.refusals.add(LISTS, edge, wave.words)
    return tuple(reads[media.ig_id] for media, _ in wave.listed)


def _listed(graph: GraphSession, edge: str, since: datetime | None, products: Sequence[str]) -> Wave:
    """The list, with the figures that all its posts have where Meta gives them so."""
    words, at_fault = "", False
    while not words and not at_fault:
        asked = _for_all(graph, products)
        known = edge in graph.refusals.of(LISTS) or (edge == "media" and graph.refusals.of(POSTS_WITHOUT))
        if known or not asked:
            break
        expansion = f"insights.metric({','.join(asked)})"
        try:
            listed = posts_with(
                graph,
                edge,
                since,
                a_page=WITH_FIGURES_A_PAGE,
                expand=lambda names, more=expansion: f"{names},{more}",  # type: ignore[misc]
            )
            return Wave(listed, asked)
        except Unanswered as error:
            # Meta has answered, and perhaps it is the figures that are too much for it.
            if error.said is None:
                raise
            break
        except Refused as error:
            if error.said is not None and (error.said.code, error.said.subcode) == NOT_THERE:
                # Of the account it would mean a lost permission; here it may be one post, and the bare list tells.
                break
            no = words_to_go_on(error)
            if isinstance(error, Unavailable) or is_about_one(error) or blames_one_post(no):
                at_fault = True
            elif bad := named(no, asked):
                remember(graph, products, bad, no)
            else:
                words = no
    return Wave(posts_with(graph, edge, since, a_page=MEDIA_A_PAGE), (), words, at_fault)


def _for_all(graph: GraphSession, products: Sequence[str]) -> tuple[str, ...]:
    """The metrics that every post of the list has, and that Meta takes."""
    wanted = COMMON if len(products) > 1 else wanted_of(graph, products[0])
    refused = {name for product in products for name in refused_of(graph, product)}
    if len(products) > 1:
        refused |= set(graph.refusals.of(IN_LISTS))
    return tuple(name for name in wanted if name not in refused)


def _type_in(products: Sequence[str], media: Media) -> str:
    """Among stories everything is one."""
    product = product_of(media)
    return product if product in products else products[0]


def _reading(
    graph: GraphSession,
    product: str,
    ig_id: str,
    item: Mapping[str, Any],
    asked: Sequence[str],
    findings: Findings,
) -> MetricsRead:
    """One post's figures, and of each that there is not the reason."""
    wanted = wanted_of(graph, product)
    refused = refused_of(graph, product) | findings.refused | findings.refused_of.get(ig_id, {})
    found: list[Metric] = []
    if asked:
        found += lifetime_figures(mapping(item.get("insights")).get("data"))
    found += findings.figures.get(ig_id, ())
    figures = once(metric for metric in found if metric.name in wanted)
    missing = without_figures(wanted, figures) | {
        name: Why.REFUSED for name in refused if name not in {metric.name for metric in figures}
    }
    reason, words = _nothing(graph, ig_id, item, findings)
    if reason is not None and figures:
        missing |= {name: reason for name in missing if name not in refused}
    elif reason is not None:
        missing, refused = {"": reason}, {"": words}
    return MetricsRead(figures, refused, missing)


def _nothing(
    graph: GraphSession, ig_id: str, item: Mapping[str, Any], findings: Findings
) -> tuple[Why | None, str]:
    """Why one post has no figures at all, where Meta says so."""
    if ig_id in findings.without:
        return findings.without[ig_id]
    if words := graph.refusals.of(POSTS_WITHOUT).get(ig_id):
        return Why.REFUSED, words
    if words := words_in(item):
        return Why.TOO_FEW if TOO_FEW.search(words) else Why.REFUSED, words
    return None, ""
