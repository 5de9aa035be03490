"""Lays out the month's evaluation: what fits a line, what the charts show, what is said where there is no figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ig_worker.domain.evaluation.moved import count, figure, moved
from ig_worker.domain.share import Share
from ig_worker.domain.text import shorten
from ig_worker.render import indonesian
from ig_worker.render.axes import over_days, over_hours
from ig_worker.render.heat import heat
from ig_worker.render.palette import palette
from ig_worker.render.texts import Line, one_line

VERSION = 1
MOST_SEGMENTS, MOST_CITIES, MOST_TOPICS, MOST_RISING, MOST_CHANGES, MOST_FINDINGS = 14, 9, 13, 4, 16, 3
"""Of each list; what is left out is counted ("dan 4 lagi")."""
PICTURE_PIXELS = 240
"""The longest side: a picture is printed 23 mm wide."""

_GOOD_WHEN_UP = {"followers", "reach", "views", "interaction_rate", "conversion_rate"}
"""More posts or more messages are neither good nor bad by themselves."""
_TOO_LITTLE = "Belum cukup data"
_PERMALINK = re.compile(r"https://www\.instagram\.com/[\w/-]{1,80}", re.ASCII)


def month_pages(doc: Mapping[str, Any], pictures: Path | None) -> dict[str, Any]:
    """The data of ``month_report.typ``. KeyError, TypeError or ValueError where `doc` is not whole.

    Posts' pictures are looked for in the folder `pictures` only; one that is missing or broken is a grey box.
    """
    if doc["version"] != VERSION:
        raise ValueError(f"an evaluation of version {doc['version']!r}, not {VERSION}")
    account = doc["account"]
    made = {
        "title": _words(doc["title"], 50),
        "period": _words(doc["period"], 30),
        "centre": _words(account["centre"] or account["name"], 60),
        "username": _words(f"@{account['username']}" if account["username"] else "", 40),
        "made": _words(doc["made_in_words"], 60),
        "zone": _words(doc["zone"], 12),
        "colours": palette(doc["colour"] or ""),
        "tiles": [_tile(each) for each in doc["headline"]],
        "findings": [
            {"text": _words(each["text"], 300), "suggestion": _words(each["suggestion"] or "", 240)}
            for each in doc["findings"][:MOST_FINDINGS]
        ],
        "coverage": _note(doc["coverage"]["note"]),
        "followers": _followers(doc["followers"]),
        "reach": {
            "chart": over_days(doc["reach"]["days"], from_zero=True),
            "facts": _facts(("jumlah", doc["reach"]["total"])),
            "note": _note(doc["reach"]["note"]),
        },
        "posts": _posts(doc["posts"], pictures),
        "hours": _hours(doc["hours"]),
        "audience": _audience(doc["audience"]),
        "messages": _messages(doc["messages"]),
        "answers": _answers(doc["answers"]),
        "rising": {
            **_list([_rising(each) for each in doc["rising"]], MOST_RISING),
            "note": _note(doc["rising_note"]),
        },
        "changes": _list([_change(each) for each in doc["changes"]], MOST_CHANGES),
    }
    return {**made, "marks": _has_marks(made)}


def _words(text: str, most: int, long_word: int = 30) -> Line | str:
    """A text as one line, cut between words with "…" where it can be; bare where nothing in it needs care."""
    short = shorten(" ".join(text.split()), most)
    if short.isascii() and short.isprintable() and all(len(word) <= long_word for word in short.split()):
        return short
    return one_line(short, most=most + 1, long_word=long_word)


def _note(text: str | None) -> dict[str, Line | str]:
    """What is said below a section, and, where it says why there is no figure, the reason alone."""
    said = text or ""
    why = said[len(_TOO_LITTLE) :].lstrip(":. ") if said.startswith(_TOO_LITTLE) else ""
    return {"said": _words(said, 480), "why": _words(why[:1].upper() + why[1:], 480)}


def _number(value: float | None) -> str:
    return "–" if value is None else count(value)


def _median(value: float | None) -> str:
    """Of people reached: half a person is none."""
    return "–" if value is None else count(round(value))


def _percent(value: float | None) -> str:
    """Of a share; empty where it cannot be said."""
    return figure(None if value is None else round(value, 1), "percent")


def _list(items: Sequence[Any], most: int) -> dict[str, Any]:
    return {"shown": list(items[:most]), "more": max(len(items) - most, 0)}


def _facts(*facts: tuple[str, float | None]) -> list[list[str]]:
    """Names with their figures, without those that nobody knows."""
    return [[name, count(value)] for name, value in facts if value is not None]


def _tile(each: Mapping[str, Any]) -> dict[str, Any]:
    value = figure(each["value"], each["form"])
    change = moved(each["value"], each["before"], each["form"])
    mood = ""
    if change and change.way != "same" and each["key"] in _GOOD_WHEN_UP:
        mood = "good" if change.way == "up" else "bad"
    return {
        "name": _words(each["name"], 28),
        "value": value,
        "size": next(size for most, size in ((8, 19), (11, 15), (99, 11)) if len(value) <= most),
        "way": change.way if change else "",
        "change": change.words if change else "",
        "mood": mood,
        "before": figure(each["before"], each["form"]),
        "note": _words(each["note"] or "", 60),
    }


def _followers(followers: Mapping[str, Any]) -> dict[str, Any]:
    change = followers["change"]
    return {
        "chart": over_days(followers["days"], from_zero=False),
        "facts": [
            *_facts(("awal bulan", followers["start"]), ("akhir bulan", followers["end"])),
            *([["perubahan", f"{'+' if change > 0 else ''}{count(change)}"]] if change is not None else []),
            *_facts(("mengikuti", followers["won"]), ("berhenti mengikuti", followers["lost"])),
        ],
        "note": _note(followers["note"]),
    }


def _posts(posts: Mapping[str, Any], pictures: Path | None) -> dict[str, Any]:
    segments = posts["by_segment"]
    longest = max((max(each["planned"], each["out"] + each["failed"]) for each in segments), default=0)
    return {
        "facts": _facts(
            ("direncanakan", posts["planned"]),
            ("disetujui", posts["approved"]),
            ("terbit", posts["out"]),
            ("tepat waktu", posts["on_time"]),
            ("terlambat", posts["late"]),
            ("gagal", posts["failed"]),
            ("masih menunggu", posts["waiting"]),
            ("belum waktunya", posts["upcoming"] or None),
            ("dibuat langsung di Instagram", posts["by_hand"]),
        ),
        "segments": _list([_segment(each, longest) for each in segments], MOST_SEGMENTS),
        "best": [_post(each, pictures) for each in posts["best"][:3]],
        "weakest": [_post(each, pictures) for each in posts["weakest"][:3]],
        "note": _note(posts["note"]),
    }


def _segment(each: Mapping[str, Any], longest: int) -> dict[str, Any]:
    figures = ("planned", "approved", "out", "on_time", "late", "failed", "target")
    parts = [each["on_time"], each["late"], each["failed"]]
    parts.append(max(each["planned"] - sum(parts), 0))
    return {
        "name": _words(each["segment"] or "(tanpa segmen)", 36, long_word=14),
        "figures": [*(_number(each[name]) for name in figures), _median(each["reach_median"])],
        "parts": [part / longest if longest else 0 for part in parts],
    }


def _post(post: Mapping[str, Any], pictures: Path | None) -> dict[str, Any]:
    rate = _percent(post["rate"])
    link = post["permalink"] or ""
    return {
        "picture": _picture(post["picture"], pictures),
        "caption": _words(post["caption"] or "(tanpa caption)", 72, long_word=14),
        "kind": indonesian.word(post["kind"]),
        "segment": _words(post["segment"] or "", 30, long_word=14),
        "published": _words(post["published_in_words"], 50),
        "link": link if _PERMALINK.fullmatch(link) else "",
        "figures": [
            ["Jangkauan", _number(post["reach"])],
            ["Tayangan", _number(post["views"])],
            ["Interaksi", _number(post["interactions"])],
            ["Tingkat", rate or "–"],
        ],
    }


def _picture(path: str | None, folder: Path | None) -> list[int] | None:
    """The bytes of a small JPEG as numbers (JSON has no bytes); None where there is none to show."""
    if not path or folder is None:
        return None
    # Reading pictures takes a quarter of the process's start, and many reports have none.
    from ig_worker.render.thumbnail import NoPicture, thumbnail

    try:
        inside = (folder / path).resolve()
        if not inside.is_relative_to(folder.resolve()):
            return None
        return list(thumbnail(inside, PICTURE_PIXELS))
    except (NoPicture, OSError, ValueError):
        return None


def _hours(hours: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sample": count(hours["sample"]),
        "map": heat(hours["cells"]) if hours["enough"] else None,
        "best": [
            {"words": _words(each["words"], 40), "posts": count(each["posts"]), "reach": _median(each["reach_median"])}
            for each in hours["best"][:3]
        ],
        "online": over_hours(hours["online"]),
        "note": _note(hours["note"]),
    }  # fmt: skip


def _audience(audience: Mapping[str, Any]) -> dict[str, Any]:
    groups = (("Usia", "age", 8), ("Jenis kelamin", "sex", 4), ("Kota", "city", MOST_CITIES))
    return {
        "groups": [[name, _parts(audience[key][:most])] for name, key, most in groups],
        "read_on": _words(audience["read_on"] or "", 30),
        "note": _note(audience["note"]),
    }


def _parts(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Bars as long as their share of the longest one; none where nothing was counted."""
    longest = max((each["count"] or 0 for each in parts), default=0)
    if not longest:
        return []
    return [
        {
            "name": _words(each["name"], 30, long_word=14),
            "count": _number(each["count"]),
            "share": _percent(each["share"]),
            "long": (each["count"] or 0) / longest,
        }
        for each in parts
    ]


def _messages(messages: Mapping[str, Any]) -> dict[str, Any]:
    thanked = Share(messages["thanked"], messages["praise"])
    said = ""
    if messages["praise"]:
        said = f"{_number(messages['thanked'])} dari {_number(messages['praise'])} pujian dibalas dengan terima kasih"
        said += f" ({_percent(thanked.of_hundred)})" if thanked.of_hundred is not None else ""
    return {
        "facts": _facts(
            ("pesan", messages["total"]),
            ("komentar", messages["comments"]),
            ("pesan langsung", messages["dms"]),
        ),
        "thanked": said,
        "labels": _beside(messages["by_label"], 6),
        "topics": _beside(messages["by_topic"], MOST_TOPICS),
        "note": _note(messages["note"]),
    }


def _beside(rows: Sequence[Mapping[str, Any]], most: int) -> dict[str, Any]:
    """Two bars a row: this month and the one before."""
    shown = rows[:most]
    longest = max((max(each["count"] or 0, each["before"] or 0) for each in shown), default=0)
    return _list(
        [
            {
                "name": _words(each["name"], 30, long_word=14),
                "count": _number(each["count"]),
                "before": figure(each["before"], "count"),
                "long": (each["count"] or 0) / longest if longest else 0,
                "long_before": (each["before"] or 0) / longest if longest else 0,
            }
            for each in (rows if longest else [])
        ],
        most,
    )


def _answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    lasted = (("Tanggapan pertama", answers["first_response"]), ("Penyelesaian", answers["resolution"]))
    return {
        "facts": _facts(
            ("kasus baru", answers["opened"]),
            ("selesai", answers["resolved"]),
            ("belum selesai", answers["open"]),
            ("dari bulan sebelumnya", answers["carried"]),
        ),
        "took": [
            [name, count(took["cases"]), *(_lasted(took[key]) for key in ("median_words", "p90_words"))]
            for name, took in lasted
            if took["cases"]
        ],
        "deadlines": [_deadline(each) for each in answers["deadlines"]],
        "note": _note(answers["note"]),
    }  # fmt: skip


def _lasted(words: str | None) -> Line | str:
    """A duration; above it stands already that it is opening time: ``5 jam 30 menit``, ``20 jam``."""
    said = words or "–"
    return _words(said.removesuffix(" jam kerja" if "menit" in said else " kerja"), 40)


def _deadline(each: Mapping[str, Any]) -> dict[str, Any]:
    parts = (each["in_time"], each["late"], each["running"])
    decided = each["in_time"] + each["late"]
    said = (
        f"{count(each['in_time'])} dari {count(decided)} tepat waktu"
        if decided
        else "belum ada yang jatuh tempo"
    )
    if decided and each["share"] is not None:
        said += f" ({_percent(each['share'])})"
    if each["running"]:
        said += f", {count(each['running'])} masih berjalan"
    whole = sum(parts)
    return {
        "name": _words(each["name"], 40),
        "said": said,
        "decided": bool(decided),
        "parts": [part / whole for part in parts] if whole else [],
    }


def _rising(each: Mapping[str, Any]) -> dict[str, Any]:
    usual = count(each["usual"]) if each["usual"] else "tidak ada"
    return {
        "term": _words(each["term"], 60, long_word=20),
        "said": f"{count(each['count'])} kali, biasanya {usual}",
        "examples": [_words(example, 120) for example in each["examples"][:3]],
    }


def _change(each: Mapping[str, Any]) -> list[Any]:
    """Both figures as they are printed, and their difference as a reader would reckon it."""
    values = (figure(each[key], each["form"]) or "–" for key in ("now", "before"))
    change = moved(each["now"], each["before"], each["form"])
    return [_words(each["name"], 60), *values, change.words if change else _words(each["words"], 70)]


def _has_marks(made: Any) -> bool:
    """Whether a grey label stands anywhere, so that the reader is told what they are."""
    if isinstance(made, Mapping):
        return "mark" in made or any(map(_has_marks, made.values()))
    return isinstance(made, list) and not (made and isinstance(made[0], int)) and any(map(_has_marks, made))
