"""Messages in a centre with a board, and what its inbox shows of them."""

from __future__ import annotations

import re
from typing import Any

import httpx
from board_centre import Browser, Centre

from ig_worker.store import messages


def written(centre: Centre, text: str = "Buka jam berapa?", **changes: Any) -> int:
    """Somebody wrote a comment, a question if nothing else is said; its number."""
    with centre.database.writing() as connection:
        values = {
            "account": "polowijen",
            "channel": "comment",
            "ig_id": f"c-{text[:20]}-{changes.get('sent_at', centre.now)}",
            "media_id": "m-1",
            "author": "bunda_rara",
            "author_id": "77",
            "text": text,
            "attachments": [],
            "sent_at": centre.now,
            "first_seen_at": centre.now,
            "label": "pertanyaan",
            "topic": "jam_layanan",
            "confidence": 0.9,
            "reasons": ["Dibaca sebagai pertanyaan (90%) karena “jam berapa”."],
            **changes,
        }
        number = messages.add(connection, values)
    assert number is not None
    return number


def row_of(centre: Centre, number: int) -> Any:
    with centre.database.reading() as connection:
        return messages.get(connection, number)


def field(page: httpx.Response, action: str, name: str) -> str:
    """A hidden field of the form that goes to this address."""
    form = re.search(rf'action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert form is not None, action
    found = re.search(rf'name="{name}" value="([^"]*)"', form[0])
    assert found is not None, name
    return found[1]


def answer(
    browser: Browser, number: int, text: str, page: httpx.Response | None = None, **more: Any
) -> httpx.Response:
    """Send an answer from the form of the message's page, as it was when it was looked at."""
    address = f"/kotak-masuk/{number}/balas"
    page = page or browser.get(f"/kotak-masuk/{number}")
    fields = {name: field(page, address, name) for name in ("seen", "kunci")}
    return browser.post(address, {**fields, "teks": text, **more})


def judge(
    browser: Browser, number: int, label: str, topic: str = "", page: httpx.Response | None = None
) -> httpx.Response:
    """Tap one of the five buttons."""
    address = f"/kotak-masuk/{number}/nilai"
    page = page or browser.get(f"/kotak-masuk/{number}")
    seen = field(page, address, "seen")
    return browser.post(address, {"seen": seen, "label": label, "topik": topic})


def numbers_in(page: httpx.Response) -> list[int]:
    """Which messages a list shows, in its order."""
    return [int(found) for found in re.findall(r'class="mail__line" href="/kotak-masuk/(\d+)"', page.text)]
