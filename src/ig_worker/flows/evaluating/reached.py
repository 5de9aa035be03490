"""What a month's posts reached: against the plan, the best and the weakest, and the hours that are good for posting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from ig_worker.domain.evaluation import hours, posts
from ig_worker.domain.evaluation.wording import in_words
from ig_worker.domain.instagram import Kind
from ig_worker.domain.masking import mask
from ig_worker.domain.month import Month
from ig_worker.domain.text import clean, shorten
from ig_worker.flows.evaluating.plain import Document, number
from ig_worker.store import evaluated
from ig_worker.store.database import Connection
from ig_worker.store.posts import claimed_media_ids
from ig_worker.store.published import Published, published

CAPTION = 140
"""So much of a caption is shown."""

LARGEST_PICTURE = 4_000_000
"""Bytes of an original that a report still carries."""

JPEG = b"\xff\xd8\xff"


class Reached:
    """An account's posts of the last three months, with what they reached; those of the month itself are compared."""

    def __init__(
        self,
        connection: Connection,
        account: str,
        month: Month,
        zone: tzinfo,
        zone_label: str,
        data_dir: Path,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._account = account
        self._zone = zone
        self._zone_label = zone_label
        self._data_dir = data_dir
        begin, end = month.span(zone)
        self._over = now >= end
        until = min(end, now) if now > begin else end
        found = published(connection, account, until - hours.LOOK_BACK, end)
        planned = claimed_media_ids(connection, account)
        self._stories_by_hand, self.by_hand = (
            sum(
                (post.kind is Kind.STORY) is stories and post.ig_id not in planned
                for post in found
                if post.published_at >= begin
            )
            for stories in (True, False)
        )
        # A story's figures are of one day and of those who follow: they compare with nothing else.
        self._posts = {post.ig_id: post for post in found if post.kind is not Kind.STORY}
        read = evaluated.readings(connection, account, list(self._posts))
        self._measured = [_measured(post, read.get(post.ig_id), planned) for post in self._posts.values()]
        self._of_month = [post for post in self._measured if post.published_at >= begin]

    def against_plan(self, segments: Sequence[posts.Segment]) -> Document:
        """Posts against the plan, by segment, and the best and weakest of them."""
        whole = posts.altogether(segments)
        ranked = posts.ranked(self._of_month, over=self._over)
        medians = posts.reach_medians(self._of_month, over=self._over)
        shown = [*ranked.best, *ranked.weakest]
        pictures = self._pictures([post.ig_media_id for post in shown])
        names = {posts.segment_key(segment.name): segment.name for segment in segments}
        return {
            **_counts(whole),
            "waiting": whole.waiting,
            "upcoming": whole.upcoming,
            "cancelled": whole.cancelled,
            "by_hand": self.by_hand,
            "stories_by_hand": self._stories_by_hand,
            "by_segment": [
                {
                    "segment": segment.name,
                    **_counts(segment.counted),
                    "waiting": segment.counted.waiting,
                    "upcoming": segment.counted.upcoming,
                    "target": segment.target,
                    "reach_median": number(medians.get(posts.segment_key(segment.name))),
                }
                for segment in segments
            ],
            "best": [self._shown(post, pictures, names) for post in ranked.best],
            "weakest": [self._shown(post, pictures, names) for post in ranked.weakest],
            "compared": ranked.compared,
            "note": _note(whole, self.by_hand, ranked),
        }

    def by_hour(self) -> Document:
        """The best hours, from the posts of three months, and when followers are online."""
        known = [post for post in self._measured if post.settled(self._over)]
        found = hours.best_hours(
            hours.Posted(post.published_at.astimezone(self._zone), post.reach or 0) for post in known
        )
        return {
            "enough": found.enough,
            "sample": found.sample,
            "cells": [
                {
                    "weekday": cell.weekday,
                    "hour": cell.hour,
                    "posts": cell.posts,
                    "reach_median": number(cell.reach_median),
                }
                for cell in found.cells
            ],
            "best": [
                {
                    "words": window.words,
                    "posts": window.posts,
                    "reach_median": number(window.reach_median),
                }
                for window in found.best
            ],
            "note": found.note,
        }

    def _shown(self, measured: posts.Measured, pictures: dict[str, str], names: dict[str, str]) -> Document:
        post = self._posts[measured.ig_media_id]
        return {
            "ig_media_id": post.ig_id,
            "caption": shorten(" ".join(mask(clean(post.caption)).split()), CAPTION),
            "kind": post.kind.value,
            "segment": names.get(posts.segment_key(post.segment), post.segment) if post.segment else "",
            "published_in_words": in_words(post.published_at.astimezone(self._zone), self._zone_label),
            "permalink": post.permalink,
            "picture": pictures.get(post.ig_id, ""),
            "reach": number(measured.reach),
            "views": number(measured.views),
            "interactions": number(measured.interactions),
            "rate": number(measured.rate),
        }

    def _pictures(self, media_ids: Sequence[str]) -> dict[str, str]:
        """Small pictures below data_dir, else our own original where that is a picture."""
        originals = evaluated.originals(self._connection, self._account, media_ids) if media_ids else {}
        found = {}
        for media_id in media_ids:
            small = Path("pictures", self._account, f"{media_id}.jpg")
            own = Path("originals", originals[media_id]) if media_id in originals else None
            if (self._data_dir / small).is_file():
                found[media_id] = small.as_posix()
            elif own is not None and _can_be_shown(self._data_dir / own):
                found[media_id] = own.as_posix()
        return found


def _can_be_shown(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(3) == JPEG and file.stat().st_size <= LARGEST_PICTURE
    except OSError:
        return False


def _measured(post: Published, read: evaluated.Reading | None, planned: set[str]) -> posts.Measured:
    figures = read.figures if read is not None else {}
    return posts.Measured(
        ig_media_id=post.ig_id,
        published_at=post.published_at,
        read_at=read.read_at if read is not None else None,
        reach=figures.get("reach"),
        views=figures.get("views"),
        interactions=figures.get("total_interactions"),
        segment=post.segment if post.ig_id in planned else None,
    )


def _counts(counted: posts.Counted) -> Document:
    return {
        "planned": counted.planned,
        "approved": counted.approved,
        "out": counted.out,
        "on_time": counted.on_time,
        "late": counted.late,
        "failed": counted.failed,
    }


def _note(whole: posts.Counted, by_hand: int, ranked: posts.Ranked) -> str:
    minutes = posts.ON_TIME // timedelta(minutes=1)
    parts = [f"Tepat waktu: terbit paling lambat {minutes} menit setelah jadwalnya."]
    if whole.cancelled:
        parts.append(f"{whole.cancelled} unggahan yang dibatalkan tidak dihitung.")
    if by_hand:
        parts.append(f"{by_hand} unggahan dibuat langsung di Instagram, di luar rencana.")
    if ranked.best or ranked.weakest:
        parts.append(
            f"Dari {ranked.compared} unggahan yang terukur (tanpa story): terbaik menurut interaksi ÷ jangkauan, "
            "dengan jangkauan paling sedikit separuh dari median; terlemah menurut jangkauan."
        )
    else:
        parts.append(
            f"Belum cukup data untuk membandingkan: baru {ranked.compared} unggahan yang terukur, "
            f"perlu sedikitnya {posts.FEWEST_COMPARED}."
        )
    return " ".join(parts)
