"""Writes the pages about problems out of the book: one for each check, and their index."""

from __future__ import annotations

import re

from ig_worker.domain.checkup.book import GROUPS, LEVELS, Book, Check, Known, Sentence

_IN_BRACES = re.compile(r"\{(\w+)\}")

_MARKS = {
    "ok": ("baik", "ok"),
    "warning": ("peringatan", "warning"),
    "problem": ("masalah", "problem"),
}


def page(check: Check) -> str:
    """The page of one check, as Markdown: Indonesian first, for the operator, then English."""
    return "\n".join(
        [
            f"# {check.number}: {check.title[0]}",
            "",
            f"*{check.title[1]}* · pemeriksaan `{check.name}` dari `ig-worker doctor` · [semua masalah](README.md)",
            "",
            "## Apa artinya",
            "",
            check.what[0],
            "",
            "## Mengapa penting",
            "",
            check.why[0],
            "",
            "## Yang tertulis, dan cara memperbaikinya",
            "",
            *_findings(check, 0),
            "Sesudahnya jalankan `ig-worker doctor` sekali lagi: baris ini harus hijau.",
            "",
            "---",
            "",
            f"# {check.number}: {check.title[1]}",
            "",
            "## What it means",
            "",
            check.what[1],
            "",
            "## Why it matters",
            "",
            check.why[1],
            "",
            "## What it says, and the cure",
            "",
            *_findings(check, 1),
            "Then run `ig-worker doctor` again: this line should be green.",
            "",
        ]
    )


def index(book: Book) -> str:
    """The page that lists all of them."""
    lines = [
        "# Masalah dan cara memperbaikinya",
        "",
        "`ig-worker doctor` memeriksa segala yang diperlukan ig-worker dan menyebut nomor di setiap baris. Cari",
        "nomornya di bawah ini, atau baca halamannya langsung di mesin: `ig-worker doctor --explain IGW-E012`.",
        "",
        "- **baik** (hijau): tidak ada yang perlu dilakukan.",
        "- **peringatan** (kuning): masih berjalan, tetapi sebaiknya dibereskan. Status keluar tetap 0.",
        "- **masalah** (merah): ada yang tidak berjalan. Status keluar 1, juga bila konfigurasinya yang keliru.",
        "",
        "Bereskan dari atas ke bawah: urutannya urutan mengerjakannya. Dengan `ig-worker doctor --send` satu",
        "pemberitahuan percobaan dikirim ke setiap saluran. `--json` untuk program lain, `--lang en` untuk bahasa",
        "Inggris.",
        "",
        "*English: each line of `ig-worker doctor` has a number; its page says what it means and how to put it right.*",
        "*Warnings leave the exit status 0, problems make it 1, a wrong configuration among them.*",
        "",
    ]
    for group, titles in GROUPS.items():
        lines += [
            f"## {titles[0]}",
            "",
            "| Nomor | Yang diperiksa | Check | Dapat berupa |",
            "|---|---|---|---|",
        ]
        for check in book.checks.values():
            if check.group == group:
                lines.append(
                    f"| [{check.number}]({check.number}.md) | {check.title[0]} | {check.title[1]} | {_can_be(check)} |"
                )
        lines.append("")
    return "\n".join(lines)


def _can_be(check: Check) -> str:
    levels = {known.level for known in check.findings.values()}
    return ", ".join(_MARKS[level][0] for level in LEVELS if level in levels)


def _findings(check: Check, language: int) -> list[str]:
    lines = []
    for known in check.findings.values():
        sentence = known.english if language else known.indonesian
        if known.level == "ok" and not sentence.cure:
            continue
        lines += [f"### {_MARKS[known.level][language]}: “{_shown(sentence.found)}”", ""]
        lines += [*_steps(sentence), "", *_practice(known, language)]
    return lines


def _steps(sentence: Sentence) -> list[str]:
    return [f"{number}. {_shown(step)}" for number, step in enumerate(sentence.cure, 1)]


def _practice(known: Known, language: int) -> list[str]:
    if known.in_practice == known.level:
        return []
    level = _MARKS[known.in_practice][language]
    said = (
        f"Selama berlatih dengan sandbox ([graph] base_url menunjuk ke mesin ini) baris ini hanya “{level}”.",
        f"While you practise with the sandbox ([graph] base_url is on this machine) this line is “{level}” only.",
    )
    return [said[language], ""]


def _shown(text: str) -> str:
    """What is filled in stands as a dot."""
    return _IN_BRACES.sub("…", text)
