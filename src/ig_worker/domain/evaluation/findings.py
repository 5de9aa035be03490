"""Chooses the three findings of a month: what the figures say that is most worth acting on, of different kinds."""

from __future__ import annotations

from ig_worker.domain.evaluation import found_in_answers, found_in_messages, found_in_posts, found_in_reach
from ig_worker.domain.evaluation.changes import Doc
from ig_worker.domain.evaluation.finding import Finding, Rule

MOST = 3

RULES: tuple[Rule, ...] = (
    *found_in_messages.RULES,
    *found_in_answers.RULES,
    *found_in_posts.RULES,
    *found_in_reach.RULES,
)


def findings(doc: Doc) -> list[dict[str, str]]:
    """The part ``findings`` of an evaluation that has all its other parts, ``changes`` included.

    At most three, the weightiest first; fewer where the figures say no more, none without figures. Two are of the same
    kind only where there is no other. Every number in them stands in the document.
    """
    return [{"text": each.text, "suggestion": each.suggestion} for each in chosen(found(doc))]


def found(doc: Doc) -> list[Finding]:
    """Everything that the rules find, the weightiest first."""
    every = [finding for rule in RULES for finding in rule(doc)]
    return sorted(every, key=lambda finding: -finding.weight)


def chosen(every: list[Finding]) -> list[Finding]:
    """Three of them (the weightiest first), of three kinds where there are so many."""
    first_of_kind = list({finding.kind: finding for finding in reversed(every)}.values())
    firsts = [finding for finding in every if finding in first_of_kind]
    others = [finding for finding in every if finding not in first_of_kind]
    return sorted([*firsts, *others][:MOST], key=lambda finding: -finding.weight)
