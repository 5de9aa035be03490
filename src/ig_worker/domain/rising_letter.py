"""Writes what people are told of what rises: short enough for any channel, and no line of it is somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ig_worker.domain.rising_said import Found, Kind

MOST_CHARACTERS = 3_400
"""Telegram takes 4,096; gateways to WhatsApp cut earlier."""


@dataclass(frozen=True)
class Told:
    """What rises, with masked examples of it and the address of the post that it stands under."""

    found: Found
    examples: Sequence[str] = ()
    link: str = ""


def name_of(kind: str, term: str) -> str:
    """``topik kia imunisasi`` or ``“vaksin habis”``: a topic is one of ours, a word is the people's."""
    return f"topik {term.replace('_', ' ')}" if kind == Kind.TOPIC else f"“{term}”"


def is_for_complaints(found: Found) -> bool:
    """Whether those who handle complaints should know: at least half of it complains, or somebody is in danger."""
    return found.danger or 2 * found.complaints >= len(found.message_ids)


def usually(usual: float) -> str:
    """``biasanya sekitar 4``."""
    return f"biasanya sekitar {usual:.0f}" if usual >= 1 else "biasanya hampir tidak ada"


def title_of(told: Sequence[Told]) -> str:
    """``Sedang ramai: “vaksin habis” dan 2 hal lainnya``."""
    first = name_of(told[0].found.kind, told[0].found.term)
    return f"Sedang ramai: {first}" + (f" dan {len(told) - 1} hal lainnya" if len(told) > 1 else "")


def body_of(told: Sequence[Told], days: int, account: str = "") -> str:
    """The words below the title. `account` is named where there are several."""
    above = [
        *([f"Akun: {account}"] if account else []),
        f"Halo tim, dalam {days} hari terakhir hal berikut jauh lebih sering dibicarakan daripada biasanya.",
    ]
    commanding = f"ig-worker inbox rising{f' --account {account}' if account else ''}"
    below = [
        "",
        "Yang bisa dilakukan: buat unggahan penjelasan supaya pertanyaan yang sama terjawab sekaligus, dan sampaikan"
        " kepada unit yang bersangkutan bila ada yang perlu dibenahi.",
        "Melihat rencana unggahan: ig-worker posts plan",
        f"Selengkapnya: {commanding}",
        "(Satu orang dihitung sekali sehari.)",
    ]
    for most in (3, 2, 1, 0):
        text = "\n".join([*above, *(line for each in told for line in _entry(each, most)), *below])
        if len(text) <= MOST_CHARACTERS:
            break
    return text


def _entry(told: Told, most: int) -> list[str]:
    found = told.found
    name = name_of(found.kind, found.term)
    lines = [
        "",
        f"{name[0].upper()}{name[1:]}: {found.count} pesan dari {found.people} orang, {usually(found.usual)}.",
    ]
    if found.also:
        lines.append(f"Sering disebut juga: {', '.join(f'“{word}”' for word in found.also)}")
    if found.complaints:
        part = "Sebagian besar" if 2 * found.complaints > len(found.message_ids) else "Di antaranya"
        lines.append(f"{part} keluhan: {found.complaints} dari {len(found.message_ids)} pesan.")
    if found.post:
        lines.append(f"Hampir semuanya di bawah satu unggahan{f': {told.link}' if told.link else '.'}")
    if most and told.examples:
        lines += ["Contoh:", *(f"• {example}" for example in told.examples[:most])]
    return lines
