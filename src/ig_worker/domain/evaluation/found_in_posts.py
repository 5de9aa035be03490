"""Findings over posts: against the plan, by segment, by hour."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from ig_worker.domain.evaluation.changes import Doc, ended
from ig_worker.domain.evaluation.figures_in_words import number
from ig_worker.domain.evaluation.finding import Finding, Rule, called, count, grew, moved, part, shrank

FEW_POSTS = 3
KINDS = {"image": "gambar", "carousel": "carousel", "reel": "reel", "story": "story"}


def posts_are_late(doc: Doc) -> Iterator[Finding]:
    """At least 3 and 15 % of those that went out."""
    late, out = count(doc, "posts", "late"), count(doc, "posts", "out")
    if late >= max(FEW_POSTS, 0.15 * out):
        yield Finding(
            "unggahan",
            74,
            f"Dari {number(out)} unggahan, {number(late)} terbit terlambat.",
            "Sepakati batas persetujuan sehari sebelum jadwal, dan siapkan pengganti bila verifikator berhalangan.",
        )


def posts_failed(doc: Doc) -> Iterator[Finding]:
    """At least 2."""
    failed, planned = count(doc, "posts", "failed"), count(doc, "posts", "planned")
    if failed >= 2:
        yield Finding(
            "unggahan",
            75,
            f"Dari {number(planned)} unggahan yang direncanakan, {number(failed)} gagal terbit.",
            "Baca sebabnya di daftar unggahan, dan periksa gambar serta videonya beberapa hari sebelum jadwal.",
        )


def posts_were_not_approved(doc: Doc) -> Iterator[Finding]:
    """At least 3 and 15 % of the plan waited beyond their time."""
    waiting, planned = count(doc, "posts", "waiting"), count(doc, "posts", "planned")
    if waiting >= max(FEW_POSTS, 0.15 * planned):
        yield Finding(
            "unggahan",
            70,
            f"Dari {number(planned)} unggahan yang direncanakan, {number(waiting)} belum terbit walau waktunya "
            "sudah lewat.",
            "Rencanakan sebanyak yang sanggup diperiksa, dan jadwalkan satu waktu tetap setiap pekan untuk menyetujui.",
        )


def everything_went_out_in_time(doc: Doc) -> Iterator[Finding]:
    """At least 8 posts, each in time, none failed or waiting."""
    out = count(doc, "posts", "out")
    troubles = sum(count(doc, "posts", name) for name in ("late", "failed", "waiting", "upcoming"))
    if out >= 8 and count(doc, "posts", "on_time") == out and not troubles:
        yield Finding(
            "unggahan",
            37,
            f"Semua {number(out)} unggahan yang direncanakan terbit tepat waktu.",
            "Terima kasih kepada tim konten; pertahankan jadwal rapat redaksi yang sekarang.",
        )


def fewer_posts_went_out(doc: Doc) -> Iterator[Finding]:
    """Fewer than chance explains."""
    if (both := moved(doc, "posts_out")) and shrank(*both):
        now, before = both
        yield Finding(
            "unggahan",
            52,
            f"Unggahan yang terbit turun dari {number(before)} menjadi {number(now)}.",
            "Isi kembali rencana bulan depan sejak sekarang; bahan lama yang masih benar boleh diunggah ulang.",
        )


def posts_are_made_outside_the_plan(doc: Doc) -> Iterator[Finding]:
    """At least 5, and a third or more of all that came out."""
    by_hand, out = count(doc, "posts", "by_hand"), count(doc, "posts", "out")
    if by_hand >= 5 and 2 * by_hand >= out:
        yield Finding(
            "unggahan",
            48,
            f"{number(by_hand)} unggahan dibuat langsung di Instagram, di samping {number(out)} dari rencana.",
            "Masukkan juga ke lembar rencana, supaya tetap melalui redaksi dan verifikator.",
        )


def a_segment_is_below_its_target(doc: Doc) -> Iterator[Finding]:
    """Of a month that is over and was watched as a whole: at least 2 short, and at most 60 % of the target. The one
    that lacks most."""
    if not ended(doc) or part(doc, "messages", "partial"):
        return
    short = [
        line
        for line in part(doc, "posts", "by_segment") or ()
        if line["target"] and line["target"] - line["out"] >= 2 and line["out"] <= 0.6 * line["target"]
    ]
    if short:
        worst = max(short, key=lambda line: line["target"] - line["out"])
        yield Finding(
            "segmen",
            64,
            f"Segmen {called(worst['segment'])} terbit {number(worst['out'])} kali dari target "
            f"{number(worst['target'])}.",
            "Tunjuk satu penanggung jawab segmen ini dan jadwalkan bahannya lebih awal, atau sesuaikan targetnya.",
        )


def a_segment_reaches_far_more(doc: Doc) -> Iterator[Finding]:
    """Its median is half as high again as any other segment's, over at least 3 posts, and a quarter of all at most."""
    out = count(doc, "posts", "out")
    known = [
        line
        for line in part(doc, "posts", "by_segment") or ()
        if line["reach_median"] is not None and line["out"] >= FEW_POSTS
    ]
    ranked = sorted(known, key=lambda line: -line["reach_median"])
    if len(ranked) < 2 or not ranked[1]["reach_median"]:
        return
    best, next_best = ranked[:2]
    if best["reach_median"] >= 1.5 * next_best["reach_median"] and best["out"] <= 0.25 * out:
        yield Finding(
            "segmen",
            62,
            f"Segmen {called(best['segment'])} menjangkau paling banyak: median {number(best['reach_median'])} akun, "
            f"segmen berikutnya {number(next_best['reach_median'])}; padahal hanya {number(best['out'])} dari "
            f"{number(out)} unggahan.",
            "Tambah satu atau dua unggahan segmen ini bulan depan, dan lihat apakah jangkauannya bertahan.",
        )


def a_frequent_segment_reaches_few(doc: Doc) -> Iterator[Finding]:
    """A quarter of all posts or more, at least 5, and a median of at most 60 % of the median segment's."""
    out = count(doc, "posts", "out")
    lines = part(doc, "posts", "by_segment") or ()
    known = [line for line in lines if line["reach_median"] is not None and line["out"] >= FEW_POSTS]
    if len(known) < 3:
        return
    middle = median(line["reach_median"] for line in known)
    weak = [
        line for line in known if line["out"] >= max(5, 0.25 * out) and line["reach_median"] <= 0.6 * middle
    ]
    if weak:
        worst = max(weak, key=lambda line: int(line["out"]))
        best = max(known, key=lambda line: float(line["reach_median"]))
        yield Finding(
            "segmen",
            58,
            f"Segmen {called(worst['segment'])} terbit {number(worst['out'])} dari {number(out)} unggahan, tetapi "
            f"median jangkauannya {number(worst['reach_median'])} akun; segmen {called(best['segment'])} "
            f"{number(best['reach_median'])}.",
            "Coba bentuk lain untuk segmen ini, misalnya reel singkat, atau kurangi jumlahnya.",
        )


def the_best_hour_is_hardly_used(doc: Doc) -> Iterator[Finding]:
    """Of enough posts, the best hours reach 30 % more than the median cell, with at most a fifth of the posts."""
    best = (part(doc, "hours", "best") or [None])[0]
    cells = part(doc, "hours", "cells") or ()
    if not part(doc, "hours", "enough") or best is None or not cells:
        return
    sample = count(doc, "hours", "sample")
    usual = median(cell["reach_median"] for cell in cells)
    if best["posts"] >= FEW_POSTS and best["posts"] <= 0.2 * sample and best["reach_median"] >= 1.3 * usual:
        yield Finding(
            "waktu",
            59,
            f"Unggahan {called(best['words'])} menjangkau median {number(best['reach_median'])} akun, tetapi baru "
            f"{number(best['posts'])} dari {number(sample)} unggahan tiga bulan terakhir terbit pada waktu itu.",
            "Pindahkan unggahan yang tidak terikat waktu ke jam itu selama sebulan, lalu bandingkan.",
        )


def what_became_of_the_plan(doc: Doc) -> Iterator[Finding]:
    """Of at least 3 planned posts, told where there is little else to tell."""
    planned, out = count(doc, "posts", "planned"), count(doc, "posts", "out")
    if planned >= FEW_POSTS and out:
        yield Finding(
            "unggahan",
            13,
            f"Dari {number(planned)} unggahan yang direncanakan, {number(out)} sudah terbit.",
            "Siapkan rencana bulan depan, beserta gambarnya, sebelum bulan ini berakhir.",
        )


def the_best_post(doc: Doc) -> Iterator[Finding]:
    """What people took to most, told where there is little else to tell."""
    best = (part(doc, "posts", "best") or [None])[0]
    if best and grew(best["reach"], 0, least=20) and best["interactions"]:
        segment = f" segmen {called(best['segment'])}" if best["segment"] else ""
        kind = KINDS.get(best["kind"], "unggahan")
        yield Finding(
            "unggahan terbaik",
            20,
            f"Unggahan terbaik adalah {kind}{segment} ({best['published_in_words']}): "
            f"{number(best['reach'])} akun dijangkau, {number(best['interactions'])} interaksi.",
            "Ulangi bentuk dan waktunya untuk satu unggahan bulan depan.",
        )


RULES: tuple[Rule, ...] = (
    posts_are_late,
    posts_failed,
    posts_were_not_approved,
    everything_went_out_in_time,
    fewer_posts_went_out,
    posts_are_made_outside_the_plan,
    a_segment_is_below_its_target,
    a_segment_reaches_far_more,
    a_frequent_segment_reaches_few,
    the_best_hour_is_hardly_used,
    the_best_post,
    what_became_of_the_plan,
)
