"""Whatever mix of metrics and posts Meta refuses, and in whatever words: the rest is read, and it ends."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from figure_wire import Asked, Meta, must_be
from graph_wire import IG, TOKEN, error
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import HeldShelf
from test_graph_media_insights import SINCE, TOO_FEW

from ig_worker.domain.errors import Unanswered
from ig_worker.domain.instagram import MediaRead, Why
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.graph.many_posts import MANY
from ig_worker.graph.media_metrics import COMMON, EXTRAS

WANTED = {product: (*COMMON, *extras) for product, extras in EXTRAS.items()}
RETIRABLE = sorted({name for names in WANTED.values() for name in names})


class Moody:
    """A Meta that refuses some metrics and some posts; ``words`` is listed, named or silent."""

    def __init__(
        self, retired: set[str], quiet: set[str], old: set[str], words: str, together: bool, in_lists: bool
    ) -> None:
        self.retired, self.quiet, self.old, self.words = retired, quiet, old, words
        self.together, self.in_lists = together, in_lists
        self.odd = ""
        """A post that is refused without a reason."""

    def __call__(self, asked: Asked) -> dict[str, Any] | None:
        if not asked.metrics:
            return None
        if asked.how == "ids" and not self.together:
            return error(100, 33, "Unsupported get request.")
        if asked.how == "list" and not self.in_lists:
            return error(
                100, None, "(#100) Tried accessing nonexisting field (insights) on node type (IGMedia)"
            )
        for name in asked.metrics:
            if name in self.retired:
                return error(100, None, self._no(asked, name))
        if self.odd and (asked.how == "list" or self.odd in asked.ids):
            return error(100, None, "Invalid parameter")
        if self.quiet and (asked.how == "list" or self.quiet & {*asked.ids}):
            return TOO_FEW
        if self.old and (asked.how == "list" or self.old & {*asked.ids}):
            return error(100, 2108006, "Media posted before business account conversion")
        return None

    def _no(self, asked: Asked, name: str) -> str:
        if self.words == "listed":
            return must_be(asked.metrics, name)
        return f"(#100) {name} is not supported" if self.words == "named" else "Invalid parameter"


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_what_can_be_read_is_read_and_every_gap_has_its_reason(data: st.DataObject) -> None:
    products = data.draw(st.lists(st.sampled_from(["FEED", "REELS"]), min_size=1, max_size=30))
    posts = {f"{n + 1}": product for n, product in enumerate(products)}
    words = data.draw(st.sampled_from(["listed", "named", "silent"]))
    retired = data.draw(st.sets(st.sampled_from(RETIRABLE), max_size=2))
    quiet = data.draw(st.sets(st.sampled_from([*posts]), max_size=3))
    old = {*[*posts][data.draw(st.integers(0, len(posts))) :]} if data.draw(st.booleans()) else set()
    rule = Moody(retired, quiet, old, words, data.draw(st.booleans()), data.draw(st.booleans()))
    if len(posts) > 4:
        rule.odd = data.draw(st.sampled_from(["", *posts]))
    access = AccountAccess("polowijen", "instagram", IG, "", lambda: TOKEN)
    shelf = HeldShelf()
    calls = []
    reads: tuple[MediaRead, ...] = ()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        meta = Meta(wire, rule, **{f"p{ig_id}": product for ig_id, product in posts.items()})
        for _ in range(3):
            meta.asked.clear()
            reads = InstagramAccount(access, patient=False, shelf=shelf).media_insights(SINCE)
            calls.append(len(meta.asked))
            assert [one.media.ig_id for one in reads] == [*posts]
            for one in reads:
                ig_id, wanted = one.media.ig_id, {*WANTED[posts[one.media.ig_id]]}
                had = {metric.name for metric in one.read.metrics}
                if ig_id in quiet | old | {rule.odd}:
                    assert not had
                    reasons = {
                        *([Why.TOO_FEW] if ig_id in quiet else []),
                        *([Why.REFUSED] if ig_id in old | {rule.odd} else []),
                    }
                    assert one.read.missing[""] in reasons
                else:
                    assert had == wanted - retired
                    assert one.read.missing == dict.fromkeys(wanted & retired, Why.REFUSED)
    assert calls[0] <= 12 + 2 * len(posts) + 10 * len(retired) + 12
    assert calls[2] <= calls[1] <= calls[0]
    if not quiet and not rule.odd:  # Then all is known by now.
        types = len({product for ig_id, product in posts.items() if ig_id not in old})
        singles = len(posts) if not rule.together else types
        assert calls[2] <= 1 + max(types, singles)


@pytest.mark.parametrize(
    ("words", "at_most"),
    [
        (
            "(#100) Starting from version v25.0 and above, the {name} metric is no longer supported for the queried"
            " media.",
            1,
        ),
        ("(#100) The {name} metric is deprecated. Please use views or reach instead.", 1),
        ("(#100) Invalid parameter: metric[{place}]", 1),
        ("(#100) {name} is not available for this media.", 2 * MANY + 8),
    ],
)
def test_a_metric_taken_away_is_known_in_whatever_words(words: str, at_most: int) -> None:
    def rule(asked: Asked) -> dict[str, Any] | None:
        if "saved" not in asked.metrics:
            return None
        return error(100, None, words.format(name="saved", place=asked.metrics.index("saved")))

    access = AccountAccess("polowijen", "instagram", IG, "", lambda: TOKEN)
    shelf = HeldShelf()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        for begun in (True, False):
            meta.asked.clear()
            reads = InstagramAccount(access, patient=False, shelf=shelf).media_insights(SINCE)
            assert all(one.read.missing == {"saved": Why.REFUSED} for one in reads)
            refused = [asked for asked in meta.asked if rule(asked)]
            assert len(refused) <= (at_most if begun else 0)


@pytest.mark.parametrize("place", [1, 12, 30])
def test_a_post_that_meta_always_has_trouble_with_costs_the_others_nothing(place: int) -> None:
    def rule(asked: Asked) -> dict[str, Any] | None:
        sick = asked.metrics and (asked.how == "list" or f"{place}" in asked.ids)
        return error(1, None, "An unknown error has occurred.") if sick else None

    access = AccountAccess("polowijen", "instagram", IG, "", lambda: TOKEN)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        reads = InstagramAccount(access, patient=False).media_insights(SINCE)
    assert {one.media.ig_id: one.read.missing for one in reads if not one.read.metrics} == {
        f"{place}": {"": Why.NO_DATA}
    }
    assert len(meta.asked) <= 30


def test_when_meta_has_trouble_with_every_post_it_is_not_asked_for_each() -> None:
    def rule(asked: Asked) -> dict[str, Any] | None:
        return error(2, None, "Service temporarily unavailable") if asked.metrics else None

    access = AccountAccess("polowijen", "instagram", IG, "", lambda: TOKEN)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        with pytest.raises(Unanswered):
            InstagramAccount(access, patient=False).media_insights(SINCE)
    assert len(meta.asked) <= 20


@given(st.sampled_from(["too few", ""]), st.integers(0, 29))
@settings(max_examples=15, deadline=None)
def test_one_post_at_fault_among_thirty_is_found_with_few_calls(reason: str, place: int) -> None:
    fault = f"{place + 1}"
    rule = Moody(set(), {fault} if reason else set(), set(), "listed", together=True, in_lists=True)
    rule.odd = "" if reason else fault
    access = AccountAccess("polowijen", "instagram", IG, "", lambda: TOKEN)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        reads = InstagramAccount(access, patient=False).media_insights(SINCE)
    assert {one.media.ig_id for one in reads if not one.read.metrics} == {fault}
    assert len(meta.asked) <= (16 if reason else 24)
