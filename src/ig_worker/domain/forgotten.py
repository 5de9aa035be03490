"""What stands where words were that are gone for good, and what the journal says of why they went."""

from __future__ import annotations

from datetime import timedelta

PURGED = "[dihapus sesuai masa simpan]"
"""Stands in the place of words whose time was over (``[retention]``)."""

ERASED = "[dihapus atas permintaan]"
"""Stands in the place of words and names of a person who asked for it (``privacy erase``)."""

FORGOTTEN = (PURGED, ERASED)

CASE_PURGED = "purged: its words, its people and its files are gone by the rule of [retention]"
"""The journal's line of a case whose time was over; `cases verify` takes the end of its files for rightful."""

PIECE_ERASED = "files that showed a person's words are erased at the person's request"
"""The journal's line of a message whose evidence went so; `cases verify` takes it for rightful."""

PIECE_WITHOUT_ANOTHER = "files that showed what another message said, which its sender took back, are erased"
"""The same for a card that showed it in its thread. It stands at the card's own message: the other one may be purged
years before this case."""

MARGIN_DAYS = 30
"""So much longer than posts are watched (``[inbox] watch_days``) messages are kept at least: nothing that is read
again at any poll is purged."""


def erased_title(number: str) -> str:
    """The title of a notice about a case that was not sent yet when the person asked to be erased."""
    return f"Kasus {number}: data pelapor sudah dihapus atas permintaannya"


def erased_body(number: str, *, is_open: bool) -> str:
    """What such a notice says: nothing of the person, but that there is a case, and where to see how it stands."""
    stands = (
        "Kasusnya sendiri masih terbuka dan tetap perlu ditangani."
        if is_open
        else "Kasusnya sudah selesai; tidak ada lagi yang perlu dilakukan."
    )
    return (
        f"Warga yang menulis pada kasus {number} meminta datanya dihapus. Nama, kata-kata, dan gambar buktinya tidak "
        f"disimpan lagi, jadi isi pemberitahuan ini tidak dapat ditampilkan. {stands}\n"
        f"Lihat: ig-worker cases show {number}"
    )


def kept_days(days: int, watch_days: int) -> timedelta | None:
    """How long a kind of messages is kept; None for always (0)."""
    return timedelta(days=max(days, watch_days + MARGIN_DAYS)) if days else None
