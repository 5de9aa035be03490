"""Findings over what people wrote: complaints, questions, praise, suggestions, and what nobody has answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ig_worker.domain.evaluation.changes import Doc, ended
from ig_worker.domain.evaluation.figures_in_words import number
from ig_worker.domain.evaluation.finding import (
    FEW,
    OF_A_DOZEN,
    Finding,
    Rule,
    apart,
    called,
    count,
    grew,
    in_a_sentence,
    part,
    shrank,
)
from ig_worker.domain.evaluation.topic_advice import known_topic, when_asked, when_complained
from ig_worker.domain.register_words import KINDS, word

MANY = 10
WAITING = 5
FEW_OF_A_TOPIC = 3
A_QUARTER = 0.25
MOST_THANKED = 0.8

Line = Mapping[str, Any]


def _of_label(doc: Doc, label: str) -> tuple[float, float | None]:
    """How many messages of that label there are, and were in the month before."""
    for line in part(doc, "messages", "by_label") or ():
        if line["name"] == KINDS[label]:
            return line["count"], line["before"]
    return 0, None


def _topics(doc: Doc, label: str) -> list[Line]:
    """The topics of the messages of a label; "lainnya" is none that anybody can act on."""
    lines = part(doc, "messages", "by_label_and_topic") or ()
    return [line for line in lines if line["label"] == label and line["topic"] != "lainnya"]


def _name(line: Line) -> str:
    return in_a_sentence(word(line["topic"]))


def _most_grown(doc: Doc, label: str) -> Line | None:
    found = [
        line
        for line in _topics(doc, label)
        if grew(line["count"], line["before"], times=1.5, chance=OF_A_DOZEN)
    ]
    return max(found, key=lambda line: apart(line["count"], line["before"]), default=None)


def _largest(doc: Doc, label: str, least: int) -> Line | None:
    """The topic of a large part of a label's messages."""
    whole, _ = _of_label(doc, label)
    largest = max(_topics(doc, label), key=lambda line: line["count"], default=None)
    if largest is None or largest["count"] < max(least, A_QUARTER * whole):
        return None
    return largest


def complaints_on_a_topic_grew(doc: Doc) -> Iterator[Finding]:
    """At least 8, half as many again as the month before, and more than chance explains."""
    if line := _most_grown(doc, "keluhan"):
        text = f"Keluhan tentang {_name(line)} naik dari {number(line['before'])} menjadi {number(line['count'])}."
        yield Finding("keluhan", 95, text, when_complained(line["topic"]))


def complaints_grew(doc: Doc) -> Iterator[Finding]:
    """A quarter more, and more than chance explains."""
    now, before = _of_label(doc, "keluhan")
    if before is not None and grew(now, before):
        largest = max(_topics(doc, "keluhan"), key=lambda line: line["count"], default=None)
        most = f", paling banyak tentang {_name(largest)} ({number(largest['count'])})" if largest else ""
        yield Finding(
            "keluhan",
            85,
            f"Keluhan naik dari {number(before)} menjadi {number(now)}{most}.",
            when_complained(largest["topic"] if largest else ""),
        )


def complaints_shrank(doc: Doc) -> Iterator[Finding]:
    """Fewer than chance explains, in a whole month, and not only because people wrote less of everything."""
    now, before = _of_label(doc, "keluhan")
    all_now, all_before = count(doc, "messages", "total"), count(doc, "messages", "before")
    if not ended(doc) or part(doc, "messages", "partial") or before is None or not shrank(now, before):
        return
    if all_before and now / before < 0.8 * all_now / all_before:
        yield Finding(
            "keluhan",
            45,
            f"Keluhan turun dari {number(before)} menjadi {number(now)}.",
            "Sampaikan kepada semua unit bahwa perbaikannya terasa oleh masyarakat, dan pertahankan.",
        )


def complaints_are_mostly_of_one_topic(doc: Doc) -> Iterator[Finding]:
    """At least 8 and a quarter of all complaints."""
    if line := _largest(doc, "keluhan", FEW):
        whole, _ = _of_label(doc, "keluhan")
        yield Finding(
            "keluhan",
            61,
            f"Dari {number(whole)} keluhan, {number(line['count'])} tentang {_name(line)}.",
            when_complained(line["topic"]),
        )


def questions_on_a_topic_grew(doc: Doc) -> Iterator[Finding]:
    """As with complaints."""
    if line := _most_grown(doc, "pertanyaan"):
        text = f"Pertanyaan tentang {_name(line)} naik dari {number(line['before'])} menjadi {number(line['count'])}."
        yield Finding("pertanyaan", 72, text, when_asked(line["topic"]))


def a_question_comes_again_and_again(doc: Doc) -> Iterator[Finding]:
    """At least 10 and a quarter of all questions."""
    if line := _largest(doc, "pertanyaan", MANY):
        whole, _ = _of_label(doc, "pertanyaan")
        yield Finding(
            "pertanyaan",
            66,
            f"Dari {number(whole)} pertanyaan, {number(line['count'])} tentang {_name(line)}.",
            when_asked(line["topic"]),
        )


def praise_is_not_thanked(doc: Doc) -> Iterator[Finding]:
    """Of at least 10, less than four in five."""
    praise, thanked = count(doc, "messages", "praise"), count(doc, "messages", "thanked")
    if praise >= MANY and thanked < MOST_THANKED * praise:
        yield Finding(
            "pujian",
            68,
            f"Dari {number(praise)} pujian, {number(thanked)} yang sudah dibalas.",
            "Balas pujian selagi hangat, walau hanya dengan ucapan terima kasih: orang yang disapa akan kembali.",
        )


def praise_is_thanked(doc: Doc) -> Iterator[Finding]:
    """Of at least 5, four in five or more; told where there is little else to tell."""
    praise, thanked = count(doc, "messages", "praise"), count(doc, "messages", "thanked")
    if praise >= WAITING and thanked >= MOST_THANKED * praise:
        yield Finding(
            "pujian",
            16,
            f"Dari {number(praise)} pujian, {number(thanked)} sudah dibalas.",
            "Pertahankan: orang yang disapa akan kembali, dan ceritanya menyebar.",
        )


def praise_is_mostly_of_one_topic(doc: Doc) -> Iterator[Finding]:
    """At least 10 and a quarter of all praise."""
    if line := _largest(doc, "pujian", MANY):
        whole, _ = _of_label(doc, "pujian")
        yield Finding(
            "pujian",
            35,
            f"Dari {number(whole)} pujian, {number(line['count'])} tentang {_name(line)}.",
            "Bacakan beberapa di apel pagi dan sampaikan terima kasih kepada unit yang dipuji.",
        )


def praise_grew(doc: Doc) -> Iterator[Finding]:
    """A quarter more, and more than chance explains."""
    now, before = _of_label(doc, "pujian")
    if before is not None and grew(now, before):
        yield Finding(
            "pujian",
            42,
            f"Pujian naik dari {number(before)} menjadi {number(now)}.",
            "Ceritakan kepada seluruh tim apa yang dipuji, supaya dijaga bersama.",
        )


def suggestions_on_a_topic(doc: Doc) -> Iterator[Finding]:
    """At least 8 and a quarter of all suggestions."""
    if line := _largest(doc, "saran", FEW):
        whole, _ = _of_label(doc, "saran")
        yield Finding(
            "saran",
            50,
            f"Dari {number(whole)} saran, {number(line['count'])} tentang {_name(line)}.",
            "Pilih satu saran yang dapat dikerjakan bulan depan, dan umumkan hasilnya kepada masyarakat.",
        )


def messages_wait(doc: Doc) -> Iterator[Finding]:
    """At least 5."""
    waiting = count(doc, "messages", "waiting")
    if waiting >= WAITING:
        yield Finding(
            "tanggapan",
            78,
            f"{number(waiting)} komentar dan pesan bulan ini masih menunggu jawaban petugas.",
            "Tunjuk petugas piket harian untuk menjawabnya, mulai dari yang paling lama menunggu.",
        )


def messages_grew(doc: Doc) -> Iterator[Finding]:
    """A quarter more, and more than chance explains."""
    now, before = part(doc, "messages", "total"), part(doc, "messages", "before")
    if grew(now, before, least=20):
        yield Finding(
            "pesan",
            40,
            f"Komentar dan pesan naik dari {number(before)} menjadi {number(now)}.",
            "Pastikan jadwal piket menjawab cukup untuk jumlah ini, terutama sore dan malam.",
        )


def a_topic_rose(doc: Doc) -> Iterator[Finding]:
    """Of what rose in the month, the largest topic of at least 8; a word could be somebody's name."""
    rose = [line for line in part(doc, "rising") or () if line["kind"] == "topic" and line["count"] >= FEW]
    topics = [(line, topic) for line in rose if (topic := known_topic(line["term"]))]
    if topics:
        line, topic = max(topics, key=lambda each: float(each[0]["count"]))
        yield Finding(
            "topik",
            67,
            f"Topik {in_a_sentence(word(topic))} sempat ramai: {number(line['count'])} kali dalam beberapa hari, "
            f"biasanya {number(line['usual'], 1)}.",
            "Cari tahu apa yang terjadi pada hari-hari itu, dan siapkan penjelasan bila terulang.",
        )


def the_topic_of_most(doc: Doc) -> Iterator[Finding]:
    """What people write about most, 3 of at least 10 messages; told where there is little else to tell."""
    total = count(doc, "messages", "total")
    lines = [line for line in part(doc, "messages", "by_topic") or () if line["name"] != word("lainnya")]
    most = max(lines, key=lambda line: float(line["count"]), default=None)
    if most and total >= MANY and most["count"] >= FEW_OF_A_TOPIC:
        yield Finding(
            "pesan",
            15,
            f"Yang paling banyak dibicarakan adalah {in_a_sentence(called(most['name']))}: {number(most['count'])} "
            f"dari {number(total)} komentar dan pesan.",
            "Jadikan topik ini bahan satu unggahan bulan depan.",
        )


RULES: tuple[Rule, ...] = (
    complaints_on_a_topic_grew,
    complaints_grew,
    complaints_shrank,
    complaints_are_mostly_of_one_topic,
    questions_on_a_topic_grew,
    a_question_comes_again_and_again,
    praise_is_not_thanked,
    praise_is_thanked,
    praise_is_mostly_of_one_topic,
    praise_grew,
    suggestions_on_a_topic,
    messages_wait,
    messages_grew,
    a_topic_rose,
    the_topic_of_most,
)
