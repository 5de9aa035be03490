"""Writes many notices to one recipient as one message: each with its title and what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from ig_worker.domain.case_letter import chain_line
from ig_worker.domain.text import shorten
from ig_worker.store.notices import StoredNotice

MOST_CHARACTERS = 3_200
"""Telegram takes 4,096; gateways to WhatsApp cut earlier."""

LINE = 160
"""The most that is shown of one notice, below its title."""

BEGINNING = "Banyak pemberitahuan masuk hampir bersamaan, jadi kami kirim sekaligus:"


def parted(several: Sequence[StoredNotice]) -> list[list[StoredNotice]]:
    """The notices in as few messages as hold them, in order."""
    parts: list[list[StoredNotice]] = []
    room = 0
    for stored in several:
        size = len(_entry(stored)) + 2
        if not parts or size > room:
            parts.append([])
            room = MOST_CHARACTERS
        parts[-1].append(stored)
        room -= size
    return parts


def title_of(several: Sequence[StoredNotice]) -> str:
    """How many, and the first and last of the cases among them."""
    cases = [stored.row.key.partition(":")[0] for stored in several if stored.row.case_id is not None]
    span = f": {cases[0]} … {cases[-1]}" if len(set(cases)) > 1 else ""
    return f"{len(several)} pemberitahuan sekaligus{span}"


def body_of(several: Sequence[StoredNotice]) -> str:
    """All of them, each in two or three lines, and where the rest can be read."""
    lines = [BEGINNING, *(f"\n{_entry(stored)}" for stored in several)]
    if any(stored.row.case_id is not None for stored in several):
        lines.append("\nSelengkapnya dan gambar buktinya: ig-worker cases show NOMOR")
    return "\n".join([*lines, *_newest_head(several)])


def _entry(stored: StoredNotice) -> str:
    """The title, and what the letter itself says for this purpose, else its first line."""
    lines = [line.strip() for line in stored.row.body.splitlines() if line.strip()]
    said = stored.row.line or next(
        (line for line in lines if line.startswith("“")), lines[0] if lines else ""
    )
    return f"• {shorten(stored.row.title, LINE)}\n{shorten(said, LINE)}".rstrip()


def _newest_head(several: Sequence[StoredNotice]) -> list[str]:
    """The line with the chain's head from the newest notice that has one: it proves everything before it as well."""
    heads = (
        line
        for stored in reversed(several)
        for line in stored.row.body.splitlines()
        if line.startswith(chain_line(""))
    )
    return [head for head in [next(heads, "")] if head]
