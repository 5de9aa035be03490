"""Proves that the evidence of cases is what it was, and says of a printed head where it stands in the chain."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.cases import cases
from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import FAILED, NotDone
from ig_worker.cli.showing import one_line, show_document

if TYPE_CHECKING:
    from ig_worker.flows.casework.verifying import Finding, Verifier
    from ig_worker.store.database import Connection

PROGRESS_EVERY = 250
"""Pieces between two lines on stderr."""


def _head(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[str]:
    """People copy a head from paper: with spaces in it, in capitals, or only its beginning."""
    heads = ["".join(value.split()).lower() for value in values]
    for head in heads:
        if not re.fullmatch(r"[0-9a-f]{8,64}", head):
            raise click.BadParameter("8 to 64 of the digits 0-9 and a-f are needed")
    return heads


def _numbers(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[str]:
    return [value.strip().upper() for value in values]


@cases.command()
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1, callback=_numbers)
@click.option(
    "--head",
    "heads",
    multiple=True,
    callback=_head,
    metavar="HEX",
    help="Say where this head of the chain, printed in a notice or register, stands.",
)
@click.option("--redraw", is_flag=True, help="Draw every card again from its data, and compare the bytes.")
@as_json
@pass_desk
def verify(desk: Desk, numbers: list[str], heads: list[str], redraw: bool, as_json: bool) -> None:
    """Check every file of evidence against its hash, and the chain from its first link to its last.

    With NUMBERs only the files of those cases are read, but every link. Status 1 where anything was altered.
    """
    from ig_worker.flows.casework.verifying import Verifier
    from ig_worker.render.typesetter import Typesetter
    from ig_worker.store import cases as shelf

    with desk.database() as database:
        with database.reading() as connection:
            if unknown := [number for number in numbers if shelf.get(connection, number) is None]:
                raise NotDone(f"there is no case {unknown[0]}", cure="ig-worker cases list shows them")
            stand = [_stand(desk, connection, head, as_json=as_json) for head in heads]
        renderer = Typesetter() if redraw else None
        verifier = Verifier(database, desk.settings.data_dir, renderer, _progress)
        found = 0
        findings: list[dict[str, Any]] = []
        for finding in verifier.run(numbers):
            found += 1
            if as_json:
                findings.append(asdict(finding))
            else:
                click.echo(_line(finding))
    lost = [head for head in stand if head["piece"] is None]
    sound = not found and not lost
    if as_json:
        show_document(
            {
                "sound": sound,
                "findings": findings,
                "accounts": [{"account": name, "head": head} for name, head in verifier.heads.items()],
                "heads": stand,
                **asdict(verifier.tally),
            }
        )
    else:
        _say_heads(stand)
        _sum_up(verifier, found)
    if not sound:
        click.get_current_context().exit(FAILED)


def _stand(desk: Desk, connection: Connection, head: str, *, as_json: bool) -> dict[str, Any]:
    """Where a printed head stands."""
    from ig_worker.domain.evidence_chain import START
    from ig_worker.store import custody

    found = custody.at_head(connection, head)
    if found is None:
        return {"head": head, "piece": 0 if START.startswith(head) else None, "case": None, "made_at": None}
    when = desk.iso if as_json else desk.shown
    piece, case, made_at = found
    return {"head": head, "piece": piece, "case": case, "made_at": when(made_at)}


def _say_heads(stand: list[dict[str, Any]]) -> None:
    for each in stand:
        if each["piece"] is None:
            click.echo(f"head {each['head']}: NOT on any chain: what it vouched for is no longer there")
        elif each["piece"] == 0:
            click.echo(f"head {each['head']}: the beginning of every chain, before the first piece")
        else:
            click.echo(
                f"head {each['head']}: on the chain, piece {each['piece']} of {each['made_at']}, case {each['case']}"
            )


def _line(finding: Finding) -> str:
    case = f" ({finding.case})" if finding.case else ""
    hashes = ""
    if finding.expected or finding.found:
        hashes = f"; expected {finding.expected or '-'}, found {finding.found or '-'}"
    return one_line(f"{finding.kind.upper()} {finding.where}{case}: {finding.says}{hashes}")


def _sum_up(verifier: Verifier, found: int) -> None:
    tally = verifier.tally
    said = [f"{tally.pieces} pieces of evidence, {tally.files} files read"]
    said += [f"{tally.redrawn} cards drawn again"] if tally.redrawn else []
    kept = f" ({tally.purged} of them with cases whose time was over)" if tally.purged else ""
    said += [f"{tally.erased} pieces erased by rule{kept}"] if tally.erased else []
    said += [f"{tally.unfinished} files of pieces still to be made"] if tally.unfinished else []
    changed = "one thing is not as it was" if found == 1 else f"{found} things are not as they were"
    click.echo(f"{', '.join(said)}: {changed if found else 'all as it was'}.")
    for name, head in verifier.heads.items():
        click.echo(f"Head of {name}: {head}")


def _progress(done: int, total: int) -> None:
    if done % PROGRESS_EVERY == 0:
        sys.stderr.write(f"{done} of {total} pieces\n")
        sys.stderr.flush()
