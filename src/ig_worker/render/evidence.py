"""Lays out one piece of evidence: what the Graph API said about a message, and what came before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ig_worker.render import indonesian
from ig_worker.render.texts import has_marks, lines, one_line

VERSION = 1
FIRST_SHOWN = 3
LAST_SHOWN = 10
"""Of a thread longer than both together the middle is left out, and the card says how many messages
that are; a very tall card leaves out more."""

Card = Mapping[str, Any]


def full_card(card: Card) -> dict[str, Any]:
    """The data of ``evidence_card.typ``. KeyError, TypeError or ValueError where `card` is not whole."""
    if card["version"] != VERSION:
        raise ValueError(f"a card of version {card['version']!r}, not {VERSION}")
    zone = str(card["zone"])
    message = _said(card["message"], zone, most=2400)
    thread = _thread([item for item in card["thread"] if item["ig_id"] != card["message"]["ig_id"]], zone)
    post = None if card["post"] is None else _post(card["post"], zone)
    change = None if card.get("change") is None else _change(card["change"], card, zone)
    shown = [
        line
        for item in (message, *thread["first"], *thread["last"])
        for line in (item["author"], *item["lines"])
    ]
    shown += change["before"] if change else []
    return {
        "case": one_line(card["case"]),
        "label": str(card["label"]),
        "label_word": one_line(str(card["label"]).upper()),
        "topic": one_line(indonesian.word(str(card["topic"]))),
        "channel": {"comment": "Komentar", "dm": "Pesan langsung (DM)"}[card["channel"]],
        "account": one_line("@" + card["account"]["username"]),
        "post": post,
        "thread": thread,
        "message": message,
        "change": change,
        "captured_at": indonesian.moment(card["captured_at"], zone),
        "ids": _ids(card),
        "sha256": _in_groups(card["sha256"]),
        "marks": has_marks([*shown, post["caption"]] if post else shown),
    }


def plain_card(card: Card, reason: str) -> dict[str, Any]:
    """The data of ``plain_card.typ``: whatever of `card` is there, and why there is no more. Never fails."""
    message = _mapping(card.get("message"))
    return {
        "case": one_line(_text(card.get("case"))),
        "label_word": one_line(_text(card.get("label")).upper()),
        "account": one_line("@" + _text(_mapping(card.get("account")).get("username"))),
        "author": one_line("@" + _text(message.get("author"))),
        "sent_at": one_line(_text(message.get("sent_at"))),
        "lines": lines(_text(message.get("text"))),
        "ig_id": one_line(_text(message.get("ig_id")), most=120),
        "captured_at": one_line(_text(card.get("captured_at"))),
        "sha256": one_line(_text(card.get("sha256")), most=80),
        "reason": one_line(reason, most=300),
    }


def _said(item: Mapping[str, Any], zone: str, most: int) -> dict[str, Any]:
    return {
        "author": one_line("@" + item["author"])
        if item["author"].strip()
        else one_line("(nama tidak diberikan)"),
        "sent_at": indonesian.moment(item["sent_at"], zone),
        "lines": lines(item["text"], most=most),
        "empty": _instead_of_words(item),
        "own": bool(item.get("own", False)),
    }


def _instead_of_words(item: Mapping[str, Any]) -> str:
    """What stands where there are no words; empty where there are."""
    if item.get("taken_back", False):
        return "(pesan ditarik pengirim)"
    if item["text"].strip():
        return ""
    kinds = dict.fromkeys(indonesian.word(str(kind)).lower() for kind in item.get("attachments") or ())
    return f"(tanpa teks; lampiran: {', '.join(kinds)})"[:160] if kinds else "(tanpa teks)"


def _change(change: Mapping[str, Any], card: Card, zone: str) -> dict[str, Any]:
    """What became of the message later, and its words before that where they were others."""
    kind = change["kind"]
    did = {"edited": "Disunting", "deleted": "Dihapus pengirim"}[kind]
    note = f"Terlihat oleh ig-worker pada {indonesian.moment(change['at'], zone)}."
    if kind == "deleted" and card["channel"] == "comment":
        note += (
            " Instagram tidak menyebut siapa yang menghapusnya; pengelola akun pun dapat menghapus komentar."
        )
    return {
        "said": f"{did} {indonesian.after(card['message']['sent_at'], change['at'])} kemudian",
        "note": note,
        "before": lines(change["before"], most=2400) if kind == "edited" else [],
    }


def _thread(thread: Sequence[Mapping[str, Any]], zone: str) -> dict[str, Any]:
    """Its first messages, its last ones, and how many there are in all."""
    most = 320 if len(thread) <= 5 else 110
    head, tail = thread[:FIRST_SHOWN], thread[FIRST_SHOWN:][-LAST_SHOWN:]
    return {
        "first": [_said(item, zone, most) for item in head],
        "last": [_said(item, zone, most) for item in tail],
        "all": len(thread),
    }


def _post(post: Mapping[str, Any], zone: str) -> dict[str, Any]:
    picture, why = _picture(post["picture"])
    return {
        "permalink": one_line(post["permalink"] or "(tanpa tautan)", most=120),
        "caption": one_line(post["caption"] or "(tanpa caption)", most=220),
        "published_at": indonesian.moment(post["published_at"], zone),
        "picture": picture,
        "no_picture": why or _why_none(post),
    }


def _picture(path: str | None) -> tuple[list[int] | None, str]:
    """The thumbnail's bytes as numbers (JSON has no bytes), or why there is none."""
    if path is None:
        return None, ""
    # Reading pictures takes a quarter of the process's start, and most cards have none.
    from ig_worker.render.thumbnail import NoPicture, thumbnail

    try:
        return list(thumbnail(Path(path))), ""
    except NoPicture as reason:
        return None, f"Gambar tidak ditampilkan: {reason}."


def _why_none(post: Mapping[str, Any]) -> str:
    reason = post.get("no_picture", "")
    return f"Gambar tidak ditampilkan: {reason}." if reason else ""


def _ids(card: Card) -> list[list[Any]]:
    ids = [["ID pesan", one_line(card["message"]["ig_id"], most=120)]]
    if card["post"] is not None:
        ids.append(["ID unggahan", one_line(card["post"]["ig_media_id"], most=120)])
    return ids


def _in_groups(digest: str) -> str:
    """A hash in groups of eight, which people can compare."""
    if len(digest) != 64 or not all(digit in "0123456789abcdef" for digit in digest):
        raise ValueError("sha256 is not 64 hexadecimal digits")
    return " ".join(digest[place : place + 8] for place in range(0, 64, 8))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return "-" if value is None else str(value)
