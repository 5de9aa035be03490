"""What the worker says by itself, and what it suggests to people, put together from the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ig_worker import shipped
from ig_worker.config.phrasings import phrasings
from ig_worker.domain import reply
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.frequent import Frequent
from ig_worker.domain.suggestions import Suggestions
from ig_worker.domain.thanks import NUMBERED, Phrasebook
from ig_worker.flows.replying.informing import Acknowledging, Advising, Helping
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.occasions import Occasion
from ig_worker.flows.replying.thanking import Thanking

if TYPE_CHECKING:
    from ig_worker.config import Settings


def manners(settings: Settings) -> Manners:
    """When it speaks (``[replies]``)."""
    wanted = settings.replies
    return Manners(
        zone=settings.zone,
        enabled=wanted.enabled,
        delay_seconds=wanted.delay_seconds,
        quiet_hours=settings.quiet_hours,
        dry_run=wanted.dry_run,
        rules=reply.Rules(
            call_timeout=timedelta(seconds=settings.graph.timeout_seconds),
            settle=timedelta(seconds=settings.graph.settle_seconds),
            max_age=timedelta(hours=wanted.max_age_hours),
        ),
    )


def occasions(settings: Settings, when: Manners) -> list[Occasion]:
    """For what the worker speaks by itself, the gravest first; Misconfigured where a phrasing cannot go out."""
    wanted = settings.replies
    file, texts = phrasings(wanted.phrasings_file)
    phrasebook = Phrasebook.from_mapping(texts, file)
    found: list[Occasion] = [Thanking(phrasebook, when)]
    if wanted.acknowledge:
        missing = [label for label in NUMBERED if not phrasebook.acknowledgements.get(label)]
        if missing:
            raise Misconfigured(
                f"[replies] acknowledge = true, and {file} has no phrasings for {missing[0]} under [konfirmasi].",
                cure=f'Add {missing[0]} = ["… {{nomor}} …"] there, or write acknowledge = false.',
            )
        found.insert(0, Acknowledging(phrasebook, when))
    if wanted.answer_questions:
        found.insert(0, Advising(frequent_questions(settings), when))
    if wanted.emergency_text:
        found.insert(0, Helping(wanted.emergency_text, when))
    return found


def frequent_questions(settings: Settings) -> tuple[Frequent, ...]:
    """The frequent questions of ``[faq]``."""
    return tuple(Frequent(name, each.questions, each.answer) for name, each in settings.faq.items())


def suggestions(settings: Settings) -> Suggestions:
    """What could be answered to a message: out of ``[faq]``, or in general."""
    return Suggestions.of(shipped.suggestions(), frequent_questions(settings), settings.opening)
