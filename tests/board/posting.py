"""Posts in a centre's plan with real files, and what stands on their pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from board_centre import NOW, Centre
from PIL import Image

from ig_worker.domain.approval import VERIFIER, Approval
from ig_worker.domain.instagram import Kind
from ig_worker.store import approvals, journal, posts
from ig_worker.store.posts import COVER, MEDIA, MediaFile, StoredPost

HASH = "c" * 64


def plan(centre: Centre, kind: Kind = Kind.IMAGE, *, files: list[Path] | None = None, **changes: Any) -> int:
    """A draft of the day after tomorrow, by Siti Maesaroh, with these files as our copies; a reel's 2nd is its cover.

    Without files, it names one of which there is no copy.
    """
    media = [] if files is not None else [MediaFile(0, "satu.jpg", "satu.jpg", "0" * 64, tried=True)]
    for position, file in enumerate(files or []):
        original, sha256 = centre.office.desk.staging.keep_original(file.name, file.parent)
        role = COVER if kind is Kind.REEL and position == 1 else MEDIA
        media.append(MediaFile(position, file.name, original, sha256, role=role, tried=True))
    values = {
        "account": "polowijen",
        "key": "P-01",
        "kind": kind.value,
        "segment": "Nice to Know",
        "scheduled_at": NOW + timedelta(days=2),
        "caption": "Posyandu besok pagi ya, Bunda!",
        "options": {},
        "made_by": "Siti Maesaroh",
        "edited_by": "",
        "verified_by": "",
        "responsible": "",
        "source": "rencana-november.csv",
        "source_row": 7,
        "sheet_status": "draf",
        "content_hash": HASH,
        "row_hash": "r" * 64,
        **changes,
    }
    with centre.database.writing() as connection:
        post_id = posts.add(connection, values, media, NOW - timedelta(days=1))
        if name := changes.get("approved_by"):
            approvals.put(connection, post_id, Approval(VERIFIER, name, HASH), NOW)
    return post_id


def picture(folder: Path, name: str = "satu.jpg", size: tuple[int, int] = (800, 1000)) -> Path:
    """A picture on the disk."""
    file = folder / name
    Image.effect_noise(size, 50).convert("RGB").save(file)
    return file


def stored(centre: Centre, post_id: int) -> StoredPost:
    """The post as it is now."""
    with centre.database.reading() as connection:
        found = posts.get(connection, post_id)
    assert found is not None
    return found


def status(centre: Centre, post_id: int) -> str:
    """Its state."""
    return str(stored(centre, post_id).row.status)


def set_values(centre: Centre, post_id: int, **values: Any) -> None:
    """Somebody, or the worker, changes it."""
    with centre.database.writing() as connection:
        posts.set_values(connection, post_id, **values)


def happened(centre: Centre, post_id: int) -> list[tuple[str, str]]:
    """The journal after the post was planned: who, what."""
    with centre.database.reading() as connection:
        return [(line.who, line.what) for line in journal.of(connection, f"post:{post_id}")][1:]


def seen(page: httpx.Response) -> str:
    """The mark that the page's forms carry."""
    found = re.search(r'name="seen" value="([0-9a-f]{16})"', page.text)
    assert found is not None, "the page has no form"
    return found[1]


def forms(page: httpx.Response) -> set[str]:
    """The decisions that the page offers, as their addresses end."""
    return set(re.findall(r'action="/posting/\d+/([a-z]+)"', page.text))


def words(page: httpx.Response) -> str:
    """What somebody reads on the page, with single blanks."""
    inside = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", f"<{inside}")).split())
