"""Findings of months with any figures: never more than three, never a number that is not in the document."""

from __future__ import annotations

import copy
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ig_worker.domain.classifier import LABELS, TOPICS
from ig_worker.domain.evaluation.changes import changes
from ig_worker.domain.evaluation.findings import chosen, findings, found
from ig_worker.domain.month import Month
from rules.evaluation_documents import BEST, Doc, deadline, invented, segment, unit, with_messages

some = st.integers(0, 3000)
maybe = st.none() | some


@st.composite
def any_month(draw: st.DrawFn) -> Doc:
    """A document with any figures; what belongs together may contradict itself."""
    pairs = [(label, topic) for label in LABELS for topic in TOPICS]
    watched = draw(st.booleans())
    written = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12))
    lines = [(*pair, draw(some), draw(some) if watched else None) for pair in written]
    doc = with_messages(
        *lines, **draw(st.fixed_dictionaries({"praise": some, "thanked": some, "waiting": some}))
    )
    names = ("planned", "approved", "out", "on_time", "late", "failed", "waiting", "by_hand")
    doc["posts"].update({name: draw(some) for name in names})
    doc["posts"]["by_segment"] = draw(
        st.lists(st.builds(segment, st.sampled_from("ABCD"), some, maybe, maybe), max_size=5)
    )
    doc["posts"]["best"] = [{**BEST, "reach": draw(some), "interactions": draw(some)}]
    doc["followers"] = {"won": draw(maybe), "lost": draw(maybe)}
    doc["coverage"] = {"days": 31, "read": draw(st.integers(0, 31))}
    doc["answers"].update(
        opened=draw(some),
        resolved=draw(some),
        open=draw(some),
        carried=draw(some),
        deadlines=draw(st.lists(st.builds(deadline, some, some), max_size=3)),
        units=draw(st.lists(st.builds(unit, st.sampled_from(["Gigi", "Farmasi"]), some, some), max_size=3)),
    )
    doc["rising"] = [
        {"kind": "topic", "term": draw(st.sampled_from(TOPICS)), "count": draw(some), "usual": draw(some) / 7}
    ]
    doc["headline"] = [
        {"key": key, "value": draw(maybe)} for key in ("followers", "reach", "posts_out", "messages", "cases")
    ]
    rates = [{"key": key, "value": draw(some) / 30} for key in ("interaction_rate", "conversion_rate")]
    doc["headline"] += rates
    doc["answers"]["first_response"].update(cases=draw(some), median_hours=draw(some) / 10)
    return doc


@settings(max_examples=100, deadline=None)
@given(any_month(), any_month())
def test_no_number_is_invented_whatever_the_month_was_like(doc: Doc, before: Doc) -> None:
    before["month"] = str(Month.written(doc["month"]).previous)
    doc["changes"] = changes(doc, before)
    kept = copy.deepcopy(doc)
    for each in found(doc):
        assert invented(each.text, doc) == set(), each.text
        assert not re.search(r"\d", each.suggestion)
    told = findings(doc)
    assert len(told) <= 3
    assert doc == kept
    kinds = {each.kind for each in found(doc)}
    assert len({each.kind for each in chosen(found(doc))}) == min(3, len(kinds))
    json.dumps(told)
