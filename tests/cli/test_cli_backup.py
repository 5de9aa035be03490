"""``db backup``: one file with everything, that is proven, private, and says nothing secret in the clear."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import resource
import sqlite3
import stat
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from cli_centre import NOW, TOKEN, Installation

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import chain, facts
from ig_worker.store.backups.archive import DATABASE
from ig_worker.store.backups.asked import Process
from ig_worker.store.backups.proving import lay_out, prove
from ig_worker.store.backups.sealed import Damaged

KEY = "kunci rahasia puskesmas polowijen"
WITH_KEY = f'[security]\nkey = "{KEY}"\n'


def evidence(backed_up: Installation) -> list[Path]:
    return sorted(path for path in (backed_up.folder / "var/evidence").rglob("pesan-*") if path.is_file())


def sealing(backed_up: Installation) -> None:
    config = backed_up.config.read_text("utf-8")
    backed_up.config.write_text(config + WITH_KEY, "utf-8")


def backup(backed_up: Installation, *words: str) -> Path:
    return Path(backed_up("db", "backup", "--json", *words).document["path"])


def test_a_backup_is_one_private_file_with_everything_that_belongs_together(backed_up: Installation) -> None:
    done = backed_up("db", "backup", "--json")
    assert (done.status, done.err) == (0, "")
    path = Path(done.document["path"])
    assert path.name == "ig-worker-2026-11-25T073000+0700.tar"
    assert path.parent == backed_up.folder / "var" / "backups"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert names[:2] == ["about.json", DATABASE]
    assert names[-1] == "manifest.jsonl"
    wanted = {f"data/{file.relative_to(backed_up.folder / 'var').as_posix()}" for file in evidence(backed_up)}
    assert len(wanted) == 2
    assert wanted | {"data/reports/2026-10.pdf"} == set(names[2:-1])
    assert done.document["evidence_files"] == 2
    assert not list((backed_up.folder / "var/.backing-up").glob("[!l]*"))
    with backed_up.writing() as connection:
        known = facts.read(connection, "backup")
    assert known is not None
    assert (known.at, json.loads(known.value)["path"]) == (NOW, str(path))


@pytest.mark.sqlite_only("reads the bytes of the file")
def test_without_a_key_no_token_and_no_configuration_is_in_it(backed_up: Installation) -> None:
    path = backup(backed_up)
    with tarfile.open(path) as tar:
        packed = tar.extractfile(DATABASE)
        assert packed is not None
        content = gzip.decompress(packed.read())
        everything = content + b"".join(
            (tar.extractfile(name) or packed).read() for name in tar.getnames() if name != DATABASE
        )
    assert TOKEN.encode() in backed_up.database_file.read_bytes()
    assert TOKEN.encode() not in everything
    assert b"rahasia-benar" not in everything
    assert b"Antrean lama sekali" in content
    assert "It is not encrypted" in backed_up("db", "backup").out


def test_with_a_key_nothing_of_it_can_be_read_without(backed_up: Installation) -> None:
    sealing(backed_up)
    path = backup(backed_up)
    assert path.name.endswith(".tar.sealed")
    content = path.read_bytes()
    for word in (b"Antrean", TOKEN.encode(), b"pesan-1", b"ustar", b"SQLite", KEY.encode()):
        assert word not in content
    into = backed_up.folder / "dibuka"
    into.mkdir()
    proof = lay_out(path, KEY, into)
    assert (into / "data/config.toml").read_bytes() == backed_up.config.read_bytes()
    assert TOKEN.encode() in (into / "database.db").read_bytes()
    assert proof.evidence_files == 2
    assert not proof.problems
    with pytest.raises(Misconfigured, match="another key"):
        prove(path, "kunci yang lain sama sekali", backed_up.folder)


@pytest.mark.parametrize("key", ["", KEY])
def test_every_byte_of_it_is_proven(backed_up: Installation, key: str) -> None:
    """A few hundred places, and every kind of place: headers, contents, what fills up, the end."""
    if key:
        sealing(backed_up)
    content = backup(backed_up).read_bytes()
    chance = random.Random(3)
    places = {0, 1, 100, 156, 257, 511, 512, 700, 1023, 1536, len(content) - 1, len(content) - 500}
    places |= {len(content) - 600, len(content) - 5000}
    places |= {chance.randrange(len(content)) for _ in range(15 if key else 30)}
    spoilt = backed_up.folder / "rusak"
    for place in sorted(places):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        spoilt.write_bytes(changed)
        with pytest.raises(Damaged):
            prove(spoilt, key, backed_up.folder)
    for length in (0, 7, 600, 5000, len(content) // 2, len(content) - 512, len(content) - 1):
        spoilt.write_bytes(content[:length])
        with pytest.raises(Damaged):
            prove(spoilt, key, backed_up.folder)
    spoilt.write_bytes(content + b"\0")
    with pytest.raises(Damaged):
        prove(spoilt, key, backed_up.folder)
    assert not list(backed_up.folder.glob("proof-*"))


def test_an_altered_piece_is_said_and_does_not_stop_the_backup(backed_up: Installation) -> None:
    card, data = sorted(evidence(backed_up), key=lambda path: path.suffix, reverse=True)
    card.write_bytes(b"lain")
    data.unlink()
    done = backed_up("db", "backup", "--json")
    assert done.status == 0
    folder = "evidence/2026/K-2026-0001"
    assert done.document["problems"] == [
        f"{folder}/{card.name} is altered",
        f"{folder}/{data.name} is missing",
    ]
    assert f"warning: {folder}/{card.name} is altered" in backed_up("db", "backup").err


def test_what_is_erased_by_rule_meanwhile_is_not_in_it(backed_up: Installation) -> None:
    """The row that vouches for the erasing is there, the files are not: as after a privacy request."""
    gone = evidence(backed_up)
    with backed_up.writing() as connection:
        (piece,) = chain.of_message(connection, 1)
        assert chain.erase(connection, piece, NOW) is not None
    for file in gone:
        file.unlink()
    done = backed_up("db", "backup", "--json")
    assert (done.document["problems"], done.document["evidence_files"]) == ([], 0)


def test_files_that_come_while_it_is_made_are_left_to_the_next(backed_up: Installation) -> None:
    folder = backed_up.folder / "var/evidence/2026"
    (folder / "K-2026-0001" / "pesan-9.png").write_bytes(b"belum tercatat")
    (folder / "K-2026-0002").mkdir()
    (folder / "K-2026-0002" / "pesan-10.png").write_bytes(b"belum tercatat")
    with tarfile.open(backup(backed_up)) as tar:
        assert not [name for name in tar.getnames() if "pesan-9" in name or "K-2026-0002" in name]


def test_a_full_disk_leaves_nothing_half(backed_up: Installation) -> None:
    """A file may grow to so many bytes and no further, as on a disk that is full."""
    (backed_up.folder / "var/reports/besar.pdf").write_bytes(random.Random(1).randbytes(3_000_000))

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    done = backed_up.apart("db", "backup", preexec_fn=no_more)
    assert done.status == 1
    assert "nothing of it is left: no room" in done.line
    assert list((backed_up.folder / "var/backups").iterdir()) == []
    assert backed_up("db", "backup").status == 0


def test_it_goes_where_it_is_told_and_replaces_nothing(backed_up: Installation) -> None:
    elsewhere = backed_up.folder / "usb"
    assert backup(backed_up, "--to", str(elsewhere)).parent == elsewhere
    again = backup(backed_up, "--to", str(elsewhere))
    assert again.name == "ig-worker-2026-11-25T073000+0700-2.tar"
    file = backed_up.folder / "cadangan.tar"
    assert backup(backed_up, "--to", str(file)) == file
    assert "is there already" in backed_up("db", "backup", "--to", file).line
    listed = backed_up("db", "backup", "--list", "--json", "--to", str(elsewhere)).document
    assert [Path(each["path"]).name for each in listed] == [
        again.name,
        "ig-worker-2026-11-25T073000+0700.tar",
    ]
    assert backed_up("db", "backup", "--list", "--json").document == []


def test_a_share_that_cannot_sync_its_folders_takes_backups_and_gives_them_back(
    backed_up: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_disk = os.fsync

    def of_files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        on_the_disk(handle)

    monkeypatch.setattr(os, "fsync", of_files_only)  # as some network shares do, and no disk of this machine
    share = backed_up.folder / "share"
    share.mkdir()
    path = backup(backed_up, "--to", str(share))
    restored = backed_up("db", "restore", path, "--yes", "--json")
    assert (path.parent, restored.status, len(evidence(backed_up))) == (share, 0, 2), restored.err


def test_old_ones_are_thinned_out_and_strangers_stay(backed_up: Installation) -> None:
    folder = backed_up.folder / "var" / "backups"
    folder.mkdir()
    stranger = folder / "ig-worker-2026-01-01T023000+0700.tar"
    stranger.write_bytes(b"resep masakan")
    for day in range(10):
        backed_up.set_clock(NOW + timedelta(days=day))
        assert backed_up("db", "backup").status == 0
    names = sorted(path.name for path in folder.iterdir())
    assert stranger.name in names
    days = [name[10:20] for name in names if name != stranger.name]
    # Seven days; the Sunday and the end of November are among them.
    assert days == [f"2026-{day}" for day in ("11-28", "11-29", "11-30", "12-01", "12-02", "12-03", "12-04")]


def test_while_evidence_is_altered_no_old_backup_goes(backed_up: Installation) -> None:
    """One of them may hold the only whole copy of it."""
    folder = backed_up.folder / "var" / "backups"
    assert backed_up("db", "backup").status == 0
    evidence(backed_up)[0].write_bytes(b"lain")
    for day in (1, 9, 10):
        backed_up.set_clock(NOW + timedelta(days=day))
        assert backed_up("db", "backup").status == 0
    assert len(list(folder.iterdir())) == 4


def test_years_of_one_lost_piece_fill_no_disk(backed_up: Installation) -> None:
    """What was made before it was lost stays, and what is newer is thinned out as ever."""
    folder = backed_up.folder / "var" / "backups"
    first = backup(backed_up)
    evidence(backed_up)[0].unlink()
    for day in (*range(1, 12), 700, 701):
        backed_up.set_clock(NOW + timedelta(days=day))
        assert backed_up("db", "backup").status == 0
    names = sorted(path.name for path in folder.iterdir())
    assert first.name in names
    assert len(names) < 13


@pytest.mark.sqlite_only("damages the file")
def test_a_backup_of_a_damaged_database_is_refused_and_the_good_ones_stay(backed_up: Installation) -> None:
    good = backup(backed_up)
    with sqlite3.connect(backed_up.database_file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(backed_up.database_file.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    backed_up.database_file.write_bytes(bytes(content))
    done = backed_up.apart("db", "backup")
    assert done.status == 1
    assert "Traceback" not in done.err
    assert [path.name for path in good.parent.iterdir()] == [good.name]


def test_two_at_once_are_one_and_a_refusal(backed_up: Installation) -> None:
    import fcntl

    room = backed_up.folder / "var" / ".backing-up"
    room.mkdir()
    with (room / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another backup is being made" in backed_up("db", "backup").line
    assert backed_up("db", "backup").status == 0


def test_whoever_does_not_wait_any_more_leaves_nothing_behind(backed_up: Installation) -> None:
    from ig_worker.store.backups.asked import GivenUp

    process = Process()
    process.give_up()
    with pytest.raises(GivenUp):
        process.prove(backed_up.config, "", backed_up.folder / "var")


@pytest.mark.sqlite_only("names the file")
def test_a_backup_that_was_not_proven_to_the_end_does_not_stay(
    backed_up: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name it would be the newest of its day, and take the place of one that is good."""
    from ig_worker.store.backups import __main__ as process
    from ig_worker.store.backups import taking

    def ended(*_: object) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(taking, "prove", ended)  # a worker that stops at just that moment
    folder = backed_up.folder / "backups"
    asked = {
        "do": "take",
        "url": f"sqlite:///{backed_up.database_file}",
        "data_dir": str(backed_up.folder / "var"),
        "to": str(folder),
        "key": "",
        "config": "",
        "zone": "Asia/Jakarta",
        "now": NOW.isoformat(),
    }
    with pytest.raises(SystemExit):
        process._done(asked)
    assert list(folder.iterdir()) == []


def test_it_opens_by_hand_as_the_page_says(backed_up: Installation) -> None:
    """The program on docs/backup.md knows nothing of ig-worker; what it leaves is a tar."""
    page = (Path(__file__).parents[2] / "docs" / "backup.md").read_text("utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    sealing(backed_up)
    out = backed_up.folder / "dibuka.tar"
    subprocess.run([sys.executable, "-c", program, KEY, backup(backed_up), out], check=True)
    with tarfile.open(out) as tar:
        packed = tar.extractfile(DATABASE)
        assert packed is not None
        assert gzip.decompress(packed.read()).startswith(b"SQLite format 3")
