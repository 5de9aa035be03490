"""Restoring a backup: proven first, then all of it or nothing, and what was there is moved aside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.backups import progress
from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document

if TYPE_CHECKING:
    from ig_worker.flows.casework.verifying import Finding
    from ig_worker.store.backups.aftermath import Aftermath
    from ig_worker.store.backups.proving import Proof
    from ig_worker.store.backups.restoring import Place

SHOWN = 10
"""Findings that are named on a terminal."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))  # is_there says what helps
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Into this folder instead of data_dir; the database becomes DIR/ig-worker.db.",
)
@click.option("--check", is_flag=True, help="Only prove it; nothing is changed.")
@click.option("--yes", is_flag=True, help="Ask nothing where something is there already.")
@click.option(
    "--despite-findings", is_flag=True, help="Also where evidence was altered when it was backed up."
)
@as_json
@pass_desk
def restore(
    desk: Desk, file: Path, to: Path | None, check: bool, yes: bool, despite_findings: bool, as_json: bool
) -> None:
    """Prove a backup and put it into its place. The worker and the board must be stopped.

    What is there now is moved aside, never deleted. Nothing that may have gone out since the backup goes out again.
    """
    from ig_worker.domain.thinning import AHEAD
    from ig_worker.store.backups.proving import is_there
    from ig_worker.store.backups.restoring import alone, require_unused

    place = _place(desk, to)
    if not is_there(file):
        raise NotDone(f"there is no file {file}", cure="ig-worker db backup --list shows the backups")
    _require_space(file, place.data_dir)
    with alone(place) as room, _no_worker(None if check else place.database):
        proof = _laid_out(desk, file, room, as_json=as_json)
        findings = _what_is_wrong(room)
        document = {
            "file": str(file),
            "taken_at": desk.iso(proof.taken_at),
            "schema": proof.schema,
            "sealed": proof.sealed,
            "bytes": proof.bytes,
            "files": proof.files,
            "evidence_files": proof.evidence_files,
            "problems": proof.problems,
            "findings": [asdict(finding) for finding in findings],
        }
        bad = [finding for finding in findings if finding.kind != "foreign"]
        if not as_json:
            _show_proof(desk, file, proof, findings)
        if bad and not despite_findings and not check:
            raise NotDone(
                f"{len(bad)} things about the evidence were not as they should be when it was backed up:"
                f" {bad[0].where}: {bad[0].says}",
                cure="try an older backup, or restore this one with --despite-findings",
            )
        if check:
            if as_json:
                show_document(document | {"restored": False})
            if bad:
                raise NotDone(
                    f"the backup is whole, but {len(bad)} things about its evidence are not as they should be"
                )
            return
        if desk.now() < proof.taken_at - AHEAD:
            raise NotDone(
                f"by this machine's clock it is {desk.shown(desk.now())}, and the backup is of later",
                cure="set the clock (timedatectl set-ntp true): it decides what may have been published since",
            )
        if place.database is not None:
            require_unused(place.database)
        if place.is_taken() and not yes:
            click.confirm(
                f"{place.data_dir} is in use; it is moved aside, and the backup takes its place. Restore?",
                abort=True,
                err=True,
            )
        aside, aftermath = _put_in_place(desk, place, proof)
    if as_json:
        show_document(
            document
            | {"restored": True, "into": str(place.data_dir), "moved_aside": str(aside) if aside else None}
            | asdict(aftermath)
        )
        return
    _show_aftermath(desk, place, proof, aside, aftermath)


def _place(desk: Desk, to: Path | None) -> Place:
    from ig_worker.store.backups.restoring import Place

    if to is not None:
        folder = to.absolute()
        return Place(folder, f"sqlite:///{folder / 'ig-worker.db'}")
    return Place(desk.settings.data_dir, desk.settings.database_url)


@contextmanager
def _no_worker(database: Path | None) -> Iterator[None]:
    """While it is proven, and until it is in its place, no worker may begin."""
    from ig_worker.store.lock import only_worker

    if database is not None:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_worker(database):
        yield


def _require_space(file: Path, folder: Path) -> None:
    """Everything is laid out beside what is there; the database in it is larger than it is packed."""
    while not folder.exists():
        folder = folder.parent
    needed, free = file.stat().st_size * 5 // 4, shutil.disk_usage(folder).free
    if free < needed:
        raise NotDone(
            f"there is no room in {folder}: about {needed:,} bytes are needed, {free:,} are free",
            cure="free some space, or restore elsewhere with --to",
        )


def _laid_out(desk: Desk, file: Path, room: Path, *, as_json: bool) -> Proof:
    from ig_worker.store.backups.proving import PLACE_OF_DATABASE, lay_out
    from ig_worker.store.migrate import upgrade_in_own_process

    key = desk.settings.security.key.get_secret_value()
    proof = lay_out(file, key, room, progress(as_json=as_json))
    upgrade_in_own_process(f"sqlite:///{room / PLACE_OF_DATABASE}")
    return proof


def _what_is_wrong(room: Path) -> list[Finding]:
    """What ``cases verify`` finds in what lies ready."""
    from ig_worker.flows.casework.verifying import Verifier
    from ig_worker.store.backups.proving import PLACE_OF_DATABASE
    from ig_worker.store.database import Database

    database = Database(f"sqlite:///{room / PLACE_OF_DATABASE}")
    try:
        return list(Verifier(database, room / "data").run())
    finally:
        database.close()


def _put_in_place(desk: Desk, place: Place, proof: Proof) -> tuple[Path | None, Aftermath]:
    from ig_worker.store.backups.aftermath import given_numbers, prepare
    from ig_worker.store.backups.elsewhere import numbers_there
    from ig_worker.store.backups.proving import PLACE_OF_DATABASE
    from ig_worker.store.backups.restoring import put_in_place

    now = desk.now()
    fresh = place.room / PLACE_OF_DATABASE
    _erase_again(desk, place)
    given = numbers_there(place.url) if place.database is None else given_numbers(place.database)
    aftermath = prepare(fresh, proof.taken_at, now, given)
    _tell_the_operators(desk, fresh, proof, aftermath, now)
    return put_in_place(place, now), aftermath


def _erase_again(desk: Desk, place: Place) -> None:
    """Whoever was erased since the backup comes back with nothing, not for a moment: before anything is in its place.

    The file that knows them lies below ``data_dir``, where no backup replaces it; somebody may have brought it along.
    """
    from ig_worker.flows.casework.without import Redrawing
    from ig_worker.flows.privacy.erasing import Erasing
    from ig_worker.render.typesetter import Typesetter
    from ig_worker.store import erasures
    from ig_worker.store.backups.proving import PLACE_OF_DATABASE
    from ig_worker.store.backups.snapshot import one_file
    from ig_worker.store.database import Database

    ready = place.room / "data"
    for folder in dict.fromkeys((desk.settings.data_dir, place.data_dir)):
        told = erasures.in_file(folder)
        if not told.until:
            continue
        ready.mkdir(mode=0o700, exist_ok=True)
        (ready / erasures.FILE).unlink(missing_ok=True)
        erasures.write_down(ready, told)
        database = Database(f"sqlite:///{place.room / PLACE_OF_DATABASE}")
        try:
            numbers = desk.settings.posts.own_numbers
            Erasing(database, ready, Redrawing(Typesetter(), ready), desk, own_numbers=numbers).again()
        finally:
            database.close()
        one_file(place.room / PLACE_OF_DATABASE)


def _tell_the_operators(desk: Desk, file: Path, proof: Proof, aftermath: Aftermath, now: datetime) -> None:
    """In the restored database itself, so that the worker tells them when it begins."""
    from ig_worker.flows.outbox import Letter
    from ig_worker.planning_desk import outbox_of
    from ig_worker.store.backups.snapshot import one_file
    from ig_worker.store.database import Database

    letter = Letter(
        key=f"restored:{now:%Y%m%dT%H%M%S}",
        title="Data ig-worker dipulihkan dari cadangan",
        body=(
            f"Data dipulihkan dari cadangan tanggal {desk.shown(proof.taken_at)}. Apa yang terjadi sesudah itu tidak"
            " diketahui ig-worker.\n"
            "- Postingan yang waktunya sudah lewat tidak diterbitkan begitu saja: ig-worker melihat dulu di Instagram,"
            " dan yang tidak ditemukan menunggu keputusan Anda.\n"
            "- Jadwal, persetujuan dan catatan kasus yang dibuat sesudah cadangan perlu diisi lagi; komentar dan pesan"
            " dibaca lagi dari Instagram.\n"
            "- Data orang yang minta dihapus sudah dihapus lagi, asalkan berkas erased.jsonl masih ada di folder data."
            " Bila komputer lama hilang bersama berkas itu, mohon hapus lagi permintaan sesudah tanggal cadangan.\n"
            f"- Nomor kasus berikutnya {aftermath.next_number}, agar tidak sama dengan nomor yang mungkin sudah"
            " diberikan.\n"
            "- Beberapa pemberitahuan mungkin terkirim sekali lagi, dan semua pengguna papan perlu masuk lagi."
        ),
    )
    database = Database(f"sqlite:///{file}")
    try:
        with database.writing() as connection:
            outbox_of(desk.settings).tell(connection, now, "operators", letter)
    finally:
        database.close()
    one_file(file)


def _show_proof(desk: Desk, file: Path, proof: Proof, findings: list[Finding]) -> None:
    sealed = "encrypted" if proof.sealed else "not encrypted"
    click.echo(
        f"{file}: taken {desk.shown(proof.taken_at)}, {sealed}, schema {proof.schema}, {proof.files} files,"
        f" {proof.evidence_files} of them evidence: whole."
    )
    for finding in findings[:SHOWN]:
        click.echo(f"{finding.kind.upper()} {finding.where}: {finding.says}")
    if len(findings) > SHOWN:
        click.echo(f"and {len(findings) - SHOWN} more (--json shows all)")


def _show_aftermath(desk: Desk, place: Place, proof: Proof, aside: Path | None, aftermath: Aftermath) -> None:
    lines: list[Any] = [f"Restored into {place.data_dir}."]
    if aside is not None:
        lines.append(f"What was there lies in {aside}; remove it when nobody misses anything.")
    if not proof.sealed:
        lines.append(
            "Tokens were not in it: the token of the configuration is taken. If it is dead, paste a new one."
        )
    if aftermath.overdue:
        lines.append(
            f"{aftermath.overdue} posts became due since: each is looked for on Instagram, and waits for a person"
            " where it is not found."
        )
    lines.append(
        f"The next case is {aftermath.next_number}; numbers on paper after the backup are not given again."
    )
    lines.append("Everybody has to log in to the board again. Start the worker, then: ig-worker status")
    click.echo("\n".join(lines))
