"""Findings over the account's figures: reach, rates, followers, and days of which there are none."""

from __future__ import annotations

from collections.abc import Iterator

from ig_worker.domain.evaluation.changes import ENOUGH_DAYS, Doc, days_of, line_of, tile
from ig_worker.domain.evaluation.figures_in_words import number
from ig_worker.domain.evaluation.finding import BY_CHANCE, Finding, Rule, apart, called, count, moved, part
from ig_worker.domain.evaluation.moved import figure

ENOUGH_REACH = 500
"""People do not come independently of each other, so reach is judged by its part and not as a count."""

NOTICEABLE = 0.15


def reach_moved(doc: Doc) -> Iterator[Finding]:
    """By 15 % or more, from at least 500 on."""
    both = moved(doc, "reach")
    if both is None or max(both) < ENOUGH_REACH or not both[1]:
        return
    now, before = both
    words = f"dari {number(before)} menjadi {number(now)}"
    if now <= (1 - NOTICEABLE) * before:
        posts = moved(doc, "posts_out")
        fewer = posts is not None and posts[0] < posts[1]
        also = (
            f"; unggahan juga turun dari {number(posts[1])} menjadi {number(posts[0])}"
            if posts and fewer
            else ""
        )
        yield Finding(
            "jangkauan",
            71,
            f"Jangkauan turun {words}{also}.",
            "Kembalikan jumlah unggahan ke rencana, mulai dengan segmen yang paling banyak dijangkau."
            if fewer
            else "Coba reel singkat dan ajak kader serta lintas sektor membagikan unggahan penting.",
        )
    elif now >= (1 + NOTICEABLE) * before:
        yield Finding(
            "jangkauan",
            43,
            f"Jangkauan naik {words}.",
            "Lihat unggahan terbaik bulan ini dan buat lanjutannya selagi orang masih ingat.",
        )


def interaction_moved(doc: Doc) -> Iterator[Finding]:
    """By a point or more, and by a fifth."""
    both = moved(doc, "interaction_rate")
    if both is None or abs(both[0] - both[1]) < max(1, 0.2 * both[1]):
        return
    now, before = both
    if now < before:
        yield Finding(
            "jangkauan",
            63,
            f"Tingkat interaksi turun dari {figure(before, 'percent')} menjadi {figure(now, 'percent')}.",
            "Akhiri takarir dengan satu pertanyaan yang mudah dijawab, dan balas komentar pada hari yang sama.",
        )
    else:
        yield Finding(
            "jangkauan",
            41,
            f"Tingkat interaksi naik dari {figure(before, 'percent')} menjadi {figure(now, 'percent')}.",
            "Catat bentuk unggahan yang paling banyak ditanggapi dan ulangi bulan depan.",
        )


def few_tap_the_link(doc: Doc) -> Iterator[Finding]:
    """Less than half a percent of a reach of 5,000 or more, on ten days or more.

    That reach is of the days on which both were counted, which may be fewer than those of the month's reach.
    """
    rate = tile(doc, "conversion_rate")
    reach = line_of(doc, "conversion_rate").get("whole") or tile(doc, "reach")
    if rate is None or reach is None or days_of(doc, "conversion_rate") < ENOUGH_DAYS:
        return
    if rate < 0.5 and reach >= 10 * ENOUGH_REACH:
        yield Finding(
            "jangkauan",
            46,
            f"Tautan di profil diketuk {number(rate, 2)} % dari jangkauan {number(reach)}.",
            "Sebut tautan pendaftaran di akhir takarir dan taruh stiker tautan di story.",
        )


def followers_moved(doc: Doc) -> Iterator[Finding]:
    """More won than lost, or the other way, than chance explains, and the total moved the same way."""
    won, lost = count(doc, "followers", "won"), count(doc, "followers", "lost")
    if max(won, lost) < 10 or abs(apart(won, lost)) < BY_CHANCE:
        return
    change = part(doc, "followers", "change")
    if change is not None and change * (won - lost) <= 0:
        # Days without figures had it the other way; the totals of both ends know better.
        return
    words = f"{number(won)} mengikuti dan {number(lost)} berhenti mengikuti"
    if lost > won:
        yield Finding(
            "pengikut",
            73,
            f"Pengikut berkurang: {words}.",
            "Periksa apakah unggahan terlalu rapat atau terlalu seragam, dan tanyakan lewat story apa yang diharapkan.",
        )
    else:
        yield Finding(
            "pengikut",
            36,
            f"Pengikut bertambah: {words}.",
            "Sambut pengikut baru dengan unggahan perkenalan: layanan, jam, dan cara mendaftar.",
        )


def days_are_missing(doc: Doc) -> Iterator[Finding]:
    """Of at least 10 days a fifth or more, where there are any and the account was watched all the time."""
    days, read = count(doc, "coverage", "days"), count(doc, "coverage", "read")
    if days >= 10 and 0 < read <= 0.8 * days and not part(doc, "messages", "partial"):
        yield Finding(
            "data",
            54,
            f"Angka akun hanya ada untuk {number(read)} dari {number(days)} hari.",
            "Minta operator memeriksa apakah ig-worker menyala dan tersambung pada malam-malam itu.",
        )


def the_largest_age_group(doc: Doc) -> Iterator[Finding]:
    """Of at least 100 followers, told where there is little else to tell."""
    groups = [group for group in part(doc, "audience", "age") or () if group["share"] is not None]
    most = max(groups, key=lambda group: float(group["count"]), default=None)
    if most and most["count"] >= 100:
        yield Finding(
            "pengikut",
            18,
            f"Pengikut terbanyak berusia {called(most['name'])} tahun: {number(most['count'])} orang "
            f"({number(most['share'], 1)} %).",
            "Pilih bahasa dan contoh yang dekat dengan usia ini, dan satu unggahan untuk usia yang belum terjangkau.",
        )


RULES: tuple[Rule, ...] = (
    reach_moved,
    interaction_moved,
    few_tap_the_link,
    followers_moved,
    days_are_missing,
    the_largest_age_group,
)
