"""Sets the register of complaints on A4 landscape: every case whole, then the sums, the chains and room to sign.

Set in stretches, each going on where the one before ended, so that a thousand cases need no more memory than fifty.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from ig_worker.render import indonesian
from ig_worker.render.binding import Binder
from ig_worker.render.characters import is_flag_letter, shown, sticks
from ig_worker.render.press import LongPress
from ig_worker.render.texts import Line, one_line

STRETCH = 36_000
"""Characters after which a stretch ends; some ten pages."""

MOST_CASES = 70
LOWEST_START = 520.0
"""Points from the page's upper edge (of 595): a stretch that ended below has filled its page."""

_NARROW, _NAME, _WIDE = 13, 16, 20
"""Characters that a line of a column holds whatever they are."""
_SHORT = 450
"""Characters of a column that no page break need part."""
_MOST = 200_000
_HEADS = (
    "No, nomor, waktu",
    "Kanal, akun, pelapor",
    "Isi",
    "Jenis, topik, unit, tingkat",
    "Rencana tindak lanjut",
    "Tindak lanjut",
    "Umpan balik",
    "Tanggapan, selesai, lama",
    "Status, petugas, bukti",
)
_GROUP_HEADS = ("", "Jumlah", "Selesai", "Tepat", "Lambat", "Berjalan")
_CHAIN_NOTE = (
    "Setiap bukti memuat sidik (SHA-256) bukti sebelumnya. Lembar yang ditandatangani membuktikan bahwa bukti sampai "
    "kepala rantai ini tidak diubah: ig-worker cases verify."
)


def bound_register(book: Mapping[str, Any]) -> bytes:
    """The PDF of a book as ``flows/bookkeeping/book.py`` makes it. KeyError, TypeError, ValueError or TypstError where
    it cannot be set. The same book gives the same bytes."""
    press = LongPress("register.typ", int(datetime.fromisoformat(book["made_at"]).timestamp()))
    common = {
        "title": book["title"],
        "period": book["period"],
        "accounts": _inline(", ".join(book["accounts"]), 90),
        "made_in_words": book["made_in_words"],
    }
    binder = Binder()
    start = 0.0
    for cases in stretches(book["rows"]):
        lines = {
            **common,
            "part": "lines",
            "start": start,
            "heads": _HEADS,
            "cases": [_case(case) for case in cases],
        }
        part, end = press.part(lines, "<end>")
        binder.add(part, resumes=start > 0)
        start = float(end["y"])
        start = start if start < LOWEST_START else 0.0
    sums, _ = press.part({**common, "part": "sums", **_sums(book)})
    binder.add(sums)
    folio, _ = press.part({**common, "part": "folio", "pages": len(binder.pages)})
    binder.number(folio)
    return binder.finished()


def stretches(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """The cases in pieces of so many characters, or cases."""
    first = size = 0
    for place, row in enumerate(rows):
        size += sum(len(str(value)) for value in row.values())
        if size > STRETCH or place - first >= MOST_CASES:
            yield rows[first : place + 1]
            first, size = place + 1, 0
    if first < len(rows):
        yield rows[first:]


def _case(case: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("said", "plan", "follow_up", "answer", "remarks", "evidence")
    plain = (
        "number",
        "channel",
        "kind",
        "lapor",
        "topic",
        "severity",
        "response_kept",
        "resolve_kept",
        "took",
    )
    return {
        "no": str(case["no"]),
        "short": all(len(case[name]) < _SHORT and case[name].count("\n") < 8 for name in texts),
        **{name: case[name] for name in plain},
        "status": case["status"],
        "date": _moment(case["date"]),
        "time": case["time"].replace(":", "."),
        "account": _inline(case["account"]),
        "person": _inline(case["person"]),
        "unit": _inline(case["unit"], _NARROW),
        "officer": _inline(case["officer"], _NAME),
        "said": _lines(case["said"], _WIDE),
        **{name: _lines(case[name], _NARROW) for name in texts[1:]},
        **{name: _moment(case[name]) for name in ("responded", "closed", "response_due", "resolve_due")},
    }


def _moment(iso: str | None) -> str:
    if not iso:
        return ""
    at = datetime.fromisoformat(iso)
    return f"{at:%d/%m/%Y %H.%M}" if "T" in iso else f"{at:%d/%m/%Y}"


def _lines(text: str, long_word: int) -> list[Line | str]:
    """Every line of a text; nothing is cut off."""
    return [_inline(line, long_word) for line in text.split("\n") if line.strip()]


def _inline(text: str, long_word: int = _NARROW) -> Line | str:
    """A text as one line; as plain text where there is nothing special in it: that sets faster."""
    if all(map(_is_plain, text)) and all(len(word) <= long_word for word in text.split()):
        return " ".join(text.split())
    line = one_line(text, most=_MOST, long_word=long_word)
    runs = line["runs"]
    if line["rtl"] or line.get("tall") or any("mark" in run for run in runs):
        return line
    return "".join(run["text"] for run in runs)


@cache
def _is_plain(character: str) -> bool:
    """Whether it is printed as it is whatever stands beside it."""
    if character.isascii():
        return character.isprintable()
    alone = unicodedata.bidirectional(character) in {"L", "ON", "ET", "EN"} and not sticks(character)
    return alone and not is_flag_letter(character) and shown(character) == [(character, "")]


def _sums(book: Mapping[str, Any]) -> dict[str, Any]:
    sums = book["sums"]
    carried = sums["carried"]
    count = indonesian.number
    return {
        "summary": (
            f"{count(sums['cases'])} kasus · {count(sums['still_open'])} belum selesai"
            f" · {count(sums['reopened'])} dibuka kembali"
        ),
        "empty": "" if book["rows"] else book["empty"],
        "privacy": _inline(book["privacy"], 60),
        "topics": _bars([[group["name"], group["cases"]] for group in sums["topics"]]),
        "units": [_group(group) for group in sums["units"]],
        "group_heads": _GROUP_HEADS,
        "counts": [
            [book["spans_head"], _bars(sums["spans"])],
            ["Jenis", _bars(sums["kinds"])],
            ["Klasifikasi LAPOR", _bars(sums["lapor"])],
            ["Kanal", _bars(sums["channels"])],
            ["Tingkat", _bars(sums["severities"])],
            ["Status", _bars(sums["statuses"])],
        ],
        "deadlines": [_deadline(line) for line in sums["deadlines"]],
        "durations": [
            [line["name"], count(line["cases"]), _hours(line["hours"]), _hours(line["working_hours"])]
            for line in sums["durations"]
        ],
        "carried": f"{count(len(carried))} kasus: {', '.join(carried)}" if carried else None,
        "chains": [
            {"account": _inline(chain["account"]), "pieces": count(chain["pieces"]), "head": chain["head"]}
            for chain in book["chains"]
        ],
        "chain_note": _CHAIN_NOTE if book["chains"] else "Belum ada bukti.",
    }


def _bars(counts: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Names with their counts, and each count's share of the largest."""
    largest = max((count for _, count in counts), default=1)
    return [[_inline(name, 16), indonesian.number(count), count / largest] for name, count in counts]


def _group(group: Mapping[str, Any]) -> list[Line | str]:
    figures = (group[key] for key in ("cases", "done", "in_time", "late", "running"))
    return [_inline(group["name"], 12), *map(indonesian.number, figures)]


def _deadline(line: Mapping[str, Any]) -> dict[str, Any]:
    parts = [(line["in_time"], "teal"), (line["late"], "red"), (line["running"], "quiet")]
    whole = sum(number for number, _ in parts)
    share = "" if line["share"] is None else f" ({indonesian.number(round(100 * line['share']))} %)"
    decided = line["in_time"] + line["late"]
    said = f"{line['in_time']} dari {decided} tepat waktu{share}" if decided else "belum ada yang jatuh tempo"
    if line["running"]:
        said += f", {line['running']} berjalan"
    return {
        "name": line["name"],
        "said": said,
        "parts": [[number / whole, color] for number, color in parts],
    }


def _hours(hours: float | None) -> str:
    return "–" if hours is None else indonesian.number(hours)
