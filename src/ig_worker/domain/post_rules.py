"""Looks at a planned post and tells what Instagram, or the centre's own rules, would have against it.

The limits are those of ``instagram_api.md``, section B; consent and privacy are the SOP's. Only texts and shapes are
looked at here: sizes and ratios are known once the media has been read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from ig_worker.domain.instagram import Kind
from ig_worker.domain.media_limits import (
    CAROUSEL_ITEMS_MAX,
    CAROUSEL_ITEMS_MIN,
    is_address,
    is_picture,
    is_video,
)
from ig_worker.domain.people import letters_of
from ig_worker.domain.personal_numbers import personal_numbers
from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.sheet_rows import shown
from ig_worker.domain.text import utf16_length
from ig_worker.domain.text_marks import count_hashtags, count_mentions

CAPTION_MAX = 2200
"""In UTF-16 units: the longest of the ways Instagram may count."""
HASHTAGS_MAX = 30
MENTIONS_MAX = 20
ALT_TEXT_MAX = 1000
COLLABORATORS_MAX = 3

_USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}", re.ASCII)
_LOCATION = re.compile(r"\d{1,25}", re.ASCII)


class Severity(StrEnum):
    """What a finding means for the post."""

    REFUSE = "refuse"
    """Instagram would refuse it; it must be changed."""
    HOLD = "hold"
    """A person must decide before it goes out."""
    WARNING = "warning"
    """It can go out, but perhaps not as it was meant."""


@dataclass(frozen=True)
class Finding:
    """One thing against a post; ``str()`` is a line in Indonesian for the content team."""

    code: str
    field: str
    """The sheet's column."""
    found: str
    allowed: str
    severity: Severity

    def __str__(self) -> str:
        return f"Kolom {self.field}: {self.found}; {self.allowed}."


def check_post(post: PlannedPost, *, own_numbers: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything that is to be said against a post; empty when it can go out.

    ``own_numbers`` are the centre's own telephone numbers, which may stand in public text.
    """
    return (
        *_check_texts(post),
        *_check_tags(post),
        *_check_what_only_reels_have(post),
        *_check_media(post),
        *_check_what_a_story_lacks(post),
        *_check_privacy(post, own_numbers),
    )


def _check_texts(post: PlannedPost) -> Iterator[Finding]:
    # How long a first comment may be is not documented; the caption's limits are the only ones known.
    counted = []
    for field, text in (("caption", post.caption), ("komentar_pertama", post.first_comment)):
        counted.append(count_hashtags(text))
        yield from _at_most(f"{field}_too_long", field, utf16_length(text), CAPTION_MAX, "karakter")
        yield from _at_most(f"{field}_hashtags", field, counted[-1], HASHTAGS_MAX, "tagar")
        yield from _at_most(f"{field}_mentions", field, count_mentions(text), MENTIONS_MAX, "sebutan @")
    together = sum(counted)
    if together > HASHTAGS_MAX >= max(counted):
        found = f"bersama caption ada {together} tagar"
        yield _warning(
            "hashtags_together",
            "komentar_pertama",
            found,
            f"sebaiknya seluruhnya paling banyak {HASHTAGS_MAX}",
        )
    # A carousel's alt texts stand one a line, in the order of its pictures.
    alt_texts = post.alt_text.split("\n") if post.kind is Kind.CAROUSEL else [post.alt_text]
    longest = max(utf16_length(text) for text in alt_texts)
    yield from _at_most("alt_text_too_long", "alt_text", longest, ALT_TEXT_MAX, "karakter")
    if post.alt_text and (post.kind in {Kind.REEL, Kind.STORY} or all(is_video(item) for item in post.media)):
        yield _warning(
            "alt_text_unused", "alt_text", "terisi", "Instagram hanya menerimanya untuk gambar di feed"
        )
    if post.kind is Kind.CAROUSEL and len(alt_texts) > len(post.media):
        found = f"{len(alt_texts)} baris untuk {len(post.media)} berkas"
        yield _warning("alt_text_lines", "alt_text", found, "satu baris untuk satu gambar, menurut urutannya")
    if not post.caption.strip() and post.kind is not Kind.STORY:
        yield _warning("caption_empty", "caption", "masih kosong", "postingan tampil tanpa teks")


def _check_tags(post: PlannedPost) -> Iterator[Finding]:
    count = len(post.collaborators)
    yield from _at_most("collaborators_too_many", "kolaborator", count, COLLABORATORS_MAX, "akun")
    yield from _at_most("user_tags_too_many", "tag", len(post.user_tags), MENTIONS_MAX, "akun")
    tagged = [tag.username for tag in post.user_tags]
    for field, names in (("kolaborator", post.collaborators), ("tag", tagged)):
        for name in names:
            if not _USERNAME.fullmatch(name):
                yield _refuse("username", field, f"“{shown(name)}”", _USERNAME_ALLOWED)
    for tag in post.user_tags:
        placed = [place for place in (tag.x, tag.y) if place is not None]
        if post.kind in {Kind.IMAGE, Kind.CAROUSEL} and len(placed) < 2:
            found = f"“{shown(tag.username)}” tanpa letak"
            yield _refuse(
                "user_tag_place", "tag", found, "pada gambar tulis letaknya, misalnya nama (0.5, 0.8)"
            )
        elif not all(0 <= place <= 1 for place in placed):
            found = f"letak “{shown(tag.username)}” di luar gambar"
            yield _refuse("user_tag_place", "tag", found, "kedua angka letak antara 0.0 dan 1.0")
    if post.location_id and not _LOCATION.fullmatch(post.location_id):
        yield _refuse("location", "lokasi", f"“{shown(post.location_id)}”", "ID Halaman Facebook, angka saja")


def _check_what_only_reels_have(post: PlannedPost) -> Iterator[Finding]:
    if post.kind is not Kind.REEL:
        for field, given in (
            ("sampul", post.cover),
            ("thumb_offset", post.thumb_offset_ms),
            ("bagikan_ke_feed", post.share_to_feed),
        ):
            shared_carousel = field == "bagikan_ke_feed" and post.kind is Kind.CAROUSEL
            if given not in {"", None} and not shared_carousel:
                yield _warning("only_for_reels", field, "terisi", "hanya berlaku untuk reel")
        return
    if post.cover and (is_video(post.cover) or not (is_address(post.cover) or is_picture(post.cover))):
        yield _refuse(
            "cover_type", "sampul", f"“{shown(post.cover)}”", "sampul berupa gambar JPG, PNG, atau WEBP"
        )
    if post.thumb_offset_ms is not None and post.thumb_offset_ms < 0:
        yield _refuse("thumb_offset", "thumb_offset", f"{post.thumb_offset_ms}", "milidetik, mulai dari 0")
    elif post.cover and post.thumb_offset_ms is not None:
        yield _warning("thumb_offset_unused", "thumb_offset", "terisi", "tidak dipakai karena sampul terisi")


def _check_media(post: PlannedPost) -> Iterator[Finding]:
    count = len(post.media)
    if post.kind is Kind.CAROUSEL and not CAROUSEL_ITEMS_MIN <= count <= CAROUSEL_ITEMS_MAX:
        allowed = f"carousel berisi {CAROUSEL_ITEMS_MIN} sampai {CAROUSEL_ITEMS_MAX}"
        yield _refuse("carousel_size", "media", f"{count} berkas", allowed)
    if post.kind is not Kind.CAROUSEL and count != 1:
        yield _refuse("one_media_only", "media", f"{count} berkas", f"{_NAMES[post.kind]} berisi tepat satu")
    for item in post.media:
        if post.kind is Kind.IMAGE and is_video(item):
            yield _refuse("media_type", "media", f"video “{shown(item)}”", "untuk video pakai jenis reel")
        elif post.kind is Kind.REEL and is_picture(item):
            yield _refuse("media_type", "media", f"gambar “{shown(item)}”", "reel berisi video MP4 atau MOV")
        elif not is_address(item) and not is_picture(item) and not is_video(item):
            yield _refuse(
                "media_type", "media", f"“{shown(item)}”", "yang diterima JPG, PNG, WEBP, MP4, atau MOV"
            )
    for field, items in (("media", post.media), ("sampul", (post.cover,))):
        for item in filter(is_address, items):
            if not _is_plain_address(item):
                yield _refuse("address", field, f"alamat “{shown(item)}”", _ADDRESS_ALLOWED)
            elif item.casefold().startswith("http://"):
                yield _warning(
                    "http_address", field, f"alamat “{shown(item)}” tidak aman", "sebaiknya https://"
                )


def _check_what_a_story_lacks(post: PlannedPost) -> Iterator[Finding]:
    if post.kind is not Kind.STORY:
        return
    for field, given in (
        ("caption", post.caption),
        ("komentar_pertama", post.first_comment),
        ("kolaborator", post.collaborators),
        ("lokasi", post.location_id),
    ):
        if given:
            yield _warning(f"story_{field}", field, "terisi", "story tidak menampilkannya")


def _check_privacy(post: PlannedPost, own_numbers: Collection[str]) -> Iterator[Finding]:
    if post.shows_patient and not has_consent(post):
        found = f"tertulis “{shown(post.consent)}”" if letters_of(post.consent) else "masih kosong"
        yield _hold(
            "consent_missing",
            "persetujuan_pasien",
            f"{found} padahal ada pasien",
            "isi nomor surat persetujuan tertulis pasien",
        )
    texts = (("caption", post.caption), ("alt_text", post.alt_text), ("komentar_pertama", post.first_comment))
    for field, text in texts:
        for number in personal_numbers(text, own_numbers=own_numbers):
            found = f"memuat {number.name} (berakhiran {number.ending})"
            yield _hold("personal_number", field, found, "data pribadi tidak boleh tampil di muka umum")


def has_consent(post: PlannedPost) -> bool:
    """Whether the cell names a patient's written consent: a box that was ticked, or left empty, is no reference."""
    written = letters_of(post.consent)
    return written not in _NO_REFERENCES and not written.startswith(_TAKEN_BACK)


def _is_plain_address(address: str) -> bool:
    """Whether Meta would take the address: ASCII, no blanks, a host (section B, "Media limits")."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return False
    return bool(host) and address.isascii() and address.isprintable() and " " not in address


_SAID_INSTEAD = ("ya", "y", "yes", "true", "v", "ada", "sudah", "sudahada", "lisan", "setuju", "menyusul")
_SAID_NO = (
    "tidak",
    "tdk",
    "t",
    "no",
    "none",
    "na",
    "false",
    "0",
    "belum",
    "belumada",
    "tidakada",
    "nihil",
    "kosong",
)
_TAKEN_BACK = ("dicabut", "ditarik", "dibatalkan", "batal", "ditolak", "menolak", "tidak", "belum")
_NO_REFERENCES = frozenset(("", *_SAID_INSTEAD, *_SAID_NO))
"""What people write where there is no letter's number (letters and digits alone)."""

_USERNAME_ALLOWED = "nama pengguna Instagram: huruf, angka, titik, garis bawah; paling panjang 30"
_ADDRESS_ALLOWED = "alamat lengkap tanpa spasi dan tanpa huruf khusus; salin dari bilah alamat peramban"
_NAMES = {Kind.IMAGE: "gambar", Kind.REEL: "reel", Kind.STORY: "story"}


def _at_most(code: str, field: str, count: int, limit: int, unit: str) -> Iterator[Finding]:
    if count > limit:
        yield _refuse(code, field, f"{count} {unit}", f"paling banyak {limit}")


def _refuse(code: str, field: str, found: str, allowed: str) -> Finding:
    return Finding(code, field, found, allowed, Severity.REFUSE)


def _hold(code: str, field: str, found: str, allowed: str) -> Finding:
    return Finding(code, field, found, allowed, Severity.HOLD)


def _warning(code: str, field: str, found: str, allowed: str) -> Finding:
    return Finding(code, field, found, allowed, Severity.WARNING)
