"""Is everything set up and within reach: a line for each check, with its number and the cure."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import FAILED, WrongConfiguration
from ig_worker.cli.showing import one_line, show_document

if TYPE_CHECKING:
    from ig_worker.domain.checkup import Book, Finding, Line
    from ig_worker.domain.checkup.book import Check

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "problem": ("✗", "red")}

_WORDS = {
    "id": {
        "ok": "baik",
        "warning": "peringatan",
        "problem": "masalah",
        "cure": "Perbaikan",
        "hint": "Saran",
        "page": "Penjelasan",
        "well": "Semua baik.",
        "sum": "{problems} masalah, {warnings} peringatan, {ok} baik.",
        "next": "Yang perlu dilakukan, berurutan:",
        "first": "Berikutnya: rencanakan posting (`ig-worker posts import`), lalu jalankan `ig-worker run`.",
        "looking": "memeriksa {name} …",
    },
    "en": {
        "ok": "ok",
        "warning": "warning",
        "problem": "problem",
        "cure": "Cure",
        "hint": "Hint",
        "page": "Explained by",
        "well": "All is well.",
        "sum": "{problems} problems, {warnings} warnings, {ok} ok.",
        "next": "What to do, in this order:",
        "first": "Next: plan posts (`ig-worker posts import`), then start `ig-worker run`.",
        "looking": "looking at {name} …",
    },
}


@click.command()
@as_json
@click.option("--send", is_flag=True, help="Really send one test notice to each channel.")
@click.option(
    "--lang", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Of what people read."
)
@click.option("--english", "lang", flag_value="en", help="The same as --lang en.")
@click.option("--explain", metavar="ID", help="The page about one check, such as IGW-E012.")
@pass_desk
def doctor(desk: Desk, as_json: bool, send: bool, lang: str, explain: str | None) -> int:
    """Look at everything the worker needs, say what is wrong and how it is put right.

    Exit status 1 if there is a problem, a wrong configuration among them; 0 with warnings only.
    """
    from ig_worker import shipped
    from ig_worker.domain.checkup import Book
    from ig_worker.domain.checkup.book import worst

    book = Book.of(shipped.checks())
    if explain is not None:
        return _explain(book, explain)
    lines: list[Line] = []
    show = None if as_json else _Shown(lang)
    with _without_a_log(desk):
        for line in _lines(desk, book, send, show):
            lines.append(line)
            if show is not None:
                show.line(line)
    if show is None:
        show_document([_as_document(line) for line in lines])
    else:
        show.end(lines)
    return FAILED if worst(line.level for line in lines) == "problem" else 0


@contextmanager
def _without_a_log(desk: Desk) -> Iterator[None]:
    """What it finds is said on its lines; only who asks for a log gets one besides."""
    ours = logging.getLogger("ig_worker")
    before = ours.level
    ours.setLevel(before if desk.wants_a_log else logging.CRITICAL)
    try:
        yield
    finally:
        ours.setLevel(before)


def _lines(desk: Desk, book: Book, send: bool, show: _Shown | None) -> Iterator[Line]:
    from ig_worker import clock, config
    from ig_worker.doctor_desk import DoctorDesk, without_settings
    from ig_worker.flows.checking_up.rounds import the_round

    practising = False
    try:
        surgery = DoctorDesk(desk.settings, send=send)
        looks = surgery.looks()
        made, practising = surgery.round(looks), surgery.practising
    except WrongConfiguration as error:
        looks = without_settings(not config.is_there(desk.config), str(error).rstrip("."))
        made = the_round(looks, clock.stopwatch)
    if show is not None:
        show.looking(book.checks[looks[0].check])
    for number, (_, findings) in enumerate(made, 1):
        yield from (_clean(book, finding, practising) for finding in findings)
        if show is not None and number < len(looks):
            show.looking(book.checks[looks[number].check])


def _clean(book: Book, finding: Finding, practising: bool) -> Line:
    """In words, without anything secret or a person's number: what others said stands in it."""
    from dataclasses import replace

    from ig_worker.domain.masking import mask_line
    from ig_worker.logs import redact

    def said(value: str | int) -> str | int:
        return mask_line(redact(one_line(value))) if isinstance(value, str) else value

    values = {name: said(value) for name, value in finding.values.items()}
    return book.line(replace(finding, values=values), practising=practising)


def _as_document(line: Line) -> dict[str, Any]:
    return {
        "id": line.check.number,
        "check": line.check.name,
        "level": line.level,
        "found": line.english.found,
        "cure": "\n".join(line.english.cure),
        "of": line.of or None,
        "finding": line.what,
        "found_id": line.indonesian.found,
        "cure_id": "\n".join(line.indonesian.cure),
        "page": line.check.page,
    }


def _explain(book: Book, number: str) -> int:
    from ig_worker.domain.checkup.pages import page

    check = book.numbered(number)
    if check is None:
        known = ", ".join(each.number for each in book.checks.values())
        raise click.UsageError(f"--explain: there is no check {number!r}; there are: {known}")
    click.echo(page(check))
    return 0


class _Shown:
    """The lines as people read them: in colours and folded on a terminal, between tabs in a pipe.

    Each step of a cure has a line of its own.
    """

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._words = _WORDS[lang]
        self._terminal = sys.stdout.isatty()
        self._coloured = self._terminal and not os.environ.get("NO_COLOR")
        self._width = shutil.get_terminal_size().columns if self._terminal else 0
        self._group = ""
        self._waiting = False
        self._cure: Sequence[str] = ()

    def looking(self, check: Check) -> None:
        """On a terminal, say what is being looked at, on a line that the next one takes away."""
        if not self._terminal:
            return
        said = self._words["looking"].format(name=check.title[self._lang == "en"])
        click.echo(f"\r\033[K  {self._painted(said[: self._width - 4], 'bright_black')}", nl=False)
        self._waiting = True

    def line(self, line: Line) -> None:
        """One finding."""
        english = self._lang == "en"
        sentence = line.english if english else line.indonesian
        title = line.check.title[english] + (f" ({line.of})" if line.of else "")
        if not self._terminal:
            cells = [self._words[line.level], line.check.number, title, sentence.found]
            first, *others = (sentence.cure if line.level != "ok" else ()) or ("",)
            click.echo("\t".join(one_line(cell) for cell in (*cells, first)).rstrip("\t"))
            for step in others:
                # Below the first one, in the same column.
                click.echo("\t" * len(cells) + one_line(step))
            return
        self._clear()
        self._heading(line.check.group)
        mark, colour = MARKS[line.level]
        head = self._painted(f"  {mark} {line.check.number}", colour)
        said = one_line(f"{title}: {sentence.found}")
        self._folded(said, f"{head}  ", " " * 14)
        if line.level != "ok" and sentence.cure != self._cure:
            # Said once for several channels of one dead server.
            self._cure = sentence.cure
            for number, step in enumerate(sentence.cure, 1):
                self._folded(one_line(step), " " * 14 + f"{number}. ", " " * 17)

    def end(self, lines: Iterable[Line]) -> None:
        """The sum, and what to do first."""
        self._clear()
        counts = dict.fromkeys(MARKS, 0)
        listed = list(lines)
        for line in listed:
            counts[line.level] += 1
        words = self._words
        click.echo("")
        if counts["problem"] or counts["warning"]:
            said = words["sum"].format(
                problems=counts["problem"], warnings=counts["warning"], ok=counts["ok"]
            )
        else:
            said = words["well"]
        colour = "red" if counts["problem"] else "yellow" if counts["warning"] else "green"
        click.echo(self._painted(said, colour))
        wrong = [line for line in listed if line.level == "problem"]
        if wrong:
            click.echo(words["next"])
            # One line for each check: seven channels of one mail server are one thing to do.
            checks = dict.fromkeys(line.check.name for line in wrong)
            for number, name in enumerate(checks, 1):
                check = next(line.check for line in wrong if line.check.name == name)
                title = check.title[self._lang == "en"]
                click.echo(f"  {number}. {title}: ig-worker doctor --explain {check.number}")
        elif any((line.check.name, line.what) == ("worker", "never") for line in listed):
            click.echo(words["first"])

    def _heading(self, group: str) -> None:
        from ig_worker.domain.checkup.book import GROUPS

        if group == self._group:
            return
        if self._group:
            click.echo("")
        self._group = group
        click.echo(
            click.style(GROUPS[group][self._lang == "en"], bold=True)
            if self._coloured
            else GROUPS[group][self._lang == "en"]
        )

    def _folded(self, text: str, first: str, rest: str) -> None:
        from ig_worker.cli.tables import folded

        for number, part in enumerate(folded(text, max(self._width - len(rest), 20))):
            click.echo((rest if number else first) + part)

    def _painted(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour) if self._coloured else text

    def _clear(self) -> None:
        if self._waiting:
            click.echo("\r\033[K", nl=False)
            self._waiting = False


commands = (doctor,)
