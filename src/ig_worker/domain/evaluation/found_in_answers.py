"""Findings over how the centre answered: deadlines, how long it took, what is still open."""

from __future__ import annotations

from collections.abc import Iterator

from ig_worker.domain.evaluation.changes import Doc, ended
from ig_worker.domain.evaluation.figures_in_words import number
from ig_worker.domain.evaluation.finding import Finding, Rule, called, count, moved, part

FEW_CASES = 5
LATE = 3
MUCH_LATE = 0.25
MOSTLY_IN_TIME = 80.0
NO_UNIT = "(belum ada unit)"


def a_unit_is_late(doc: Doc) -> Iterator[Finding]:
    """At least 3 cases of a unit resolved too late, and a quarter of those decided: the unit with the most."""
    units = [
        unit
        for unit in part(doc, "answers", "units") or ()
        if unit["late"] >= max(LATE, MUCH_LATE * unit["decided"])
    ]
    if not units:
        return
    worst = max(units, key=lambda unit: (unit["late"], unit["name"]))
    counts = f"{number(worst['late'])} dari {number(worst['decided'])} kasus"
    if worst["name"] == NO_UNIT:
        yield Finding(
            "tanggapan",
            92,
            f"Kasus yang belum punya unit melewati batas penyelesaian: {counts}.",
            "Tetapkan unit dan penanggung jawab setiap topik, supaya setiap kasus ada yang memegang.",
        )
        return
    yield Finding(
        "tanggapan",
        92,
        f"Unit {called(worst['name'])} melewati batas penyelesaian pada {counts}.",
        "Duduk bersama unit itu di lokakarya mini: apa yang menghambat, dan siapa yang dapat membantu.",
    )


def a_deadline_is_missed(doc: Doc) -> Iterator[Finding]:
    """Of at least 5 decided, 3 too late and less than 80 % in time: the deadline kept worst."""
    missed = [
        line
        for line in part(doc, "answers", "deadlines") or ()
        if line["share"] is not None
        and line["share"] < MOSTLY_IN_TIME
        and line["late"] >= LATE
        and line["in_time"] + line["late"] >= FEW_CASES
    ]
    if missed:
        worst = min(missed, key=lambda line: float(line["share"]))
        yield Finding(
            "tanggapan",
            84,
            f"{worst['name']} tepat waktu pada {number(worst['in_time'])} kasus dan terlambat pada "
            f"{number(worst['late'])} kasus ({number(worst['share'], 1)} % tepat waktu).",
            "Baca kasus terbuka setiap pagi sebelum layanan dimulai, dan bagi penanggung jawabnya saat itu juga.",
        )


def every_deadline_is_kept(doc: Doc) -> Iterator[Finding]:
    """Of at least 5 decided none too late."""
    lines = part(doc, "answers", "deadlines") or ()
    decided = [line for line in lines if line["in_time"] + line["late"]]
    if decided and not any(line["late"] for line in decided):
        most = max(decided, key=lambda line: int(line["in_time"]))
        if most["in_time"] >= FEW_CASES:
            yield Finding(
                "tanggapan",
                38,
                f"{most['name']} tepat waktu pada semua {number(most['in_time'])} kasus.",
                "Sampaikan terima kasih kepada tim keluhan, dan catat caranya supaya petugas baru dapat meniru.",
            )


def the_first_response_slowed_down(doc: Doc) -> Iterator[Finding]:
    """By half and an opening hour, over at least 10 cases."""
    if (both := moved(doc, "first_response")) and count(doc, "answers", "first_response", "cases") >= 10:
        now, before = both
        if now >= 1.5 * before and now - before >= 1:
            yield Finding(
                "tanggapan",
                80,
                f"Tanggapan pertama melambat: mediannya naik dari {number(before, 1)} menjadi {number(now, 1)} "
                "jam kerja.",
                "Tetapkan petugas piket yang membalas lebih dulu, walau penyelesaiannya menyusul.",
            )


def the_first_response_sped_up(doc: Doc) -> Iterator[Finding]:
    """The same the other way."""
    if (both := moved(doc, "first_response")) and count(doc, "answers", "first_response", "cases") >= 10:
        now, before = both
        if before >= 1.5 * now and before - now >= 1:
            yield Finding(
                "tanggapan",
                44,
                f"Tanggapan pertama makin cepat: mediannya turun dari {number(before, 1)} menjadi {number(now, 1)} "
                "jam kerja.",
                "Pertahankan pembagian tugas bulan ini, dan ceritakan hasilnya di lokakarya mini.",
            )


def some_wait_far_longer(doc: Doc) -> Iterator[Finding]:
    """Of at least 10 cases, the 90th percentile is four times the median and more than an opening day."""
    found = part(doc, "answers", "first_response") or {}
    middle, ninth = found.get("median_hours"), found.get("p90_hours")
    if middle is None or ninth is None or found["cases"] < 10:
        return
    if ninth >= 8 and ninth >= 4 * middle:
        yield Finding(
            "tanggapan",
            56,
            f"Separuh kasus ditanggapi dalam {found['median_words']}, tetapi untuk sembilan dari sepuluh kasus perlu "
            f"sampai {found['p90_words']}.",
            "Cari tahu kasus mana yang tertinggal: topiknya, unitnya, atau harinya.",
        )


def cases_are_carried_over(doc: Doc) -> Iterator[Finding]:
    """At least 5 from before the month."""
    carried = count(doc, "answers", "carried")
    if carried >= FEW_CASES:
        yield Finding(
            "tanggapan",
            76,
            f"{number(carried)} kasus dari bulan-bulan sebelumnya masih terbuka.",
            "Tinjau satu per satu bersama PJ mutu: tuntaskan, atau catat apa yang masih ditunggu.",
        )


def many_are_still_open(doc: Doc) -> Iterator[Finding]:
    """At least 5 and two in five of a month that is over."""
    opened, still_open = count(doc, "answers", "opened"), count(doc, "answers", "open")
    if ended(doc) and still_open >= max(FEW_CASES, 0.4 * opened):
        yield Finding(
            "tanggapan",
            60,
            f"Dari {number(opened)} kasus bulan ini, {number(still_open)} belum selesai.",
            "Sediakan setengah jam setiap pekan untuk menutup kasus yang sebenarnya sudah beres.",
        )


def most_are_resolved(doc: Doc) -> Iterator[Finding]:
    """What became of the month's cases, of at least 3; told where there is little else to tell."""
    opened, resolved = count(doc, "answers", "opened"), count(doc, "answers", "resolved")
    if opened >= LATE and resolved:
        yield Finding(
            "tanggapan",
            14,
            f"Dari {number(opened)} kasus bulan ini, {number(resolved)} sudah diselesaikan.",
            "Umumkan hasilnya dengan unggahan \u201cAnda Bersuara, Kami Bertindak\u201d.",
        )


RULES: tuple[Rule, ...] = (
    a_unit_is_late,
    a_deadline_is_missed,
    every_deadline_is_kept,
    the_first_response_slowed_down,
    the_first_response_sped_up,
    some_wait_far_longer,
    cases_are_carried_over,
    many_are_still_open,
    most_are_resolved,
)
