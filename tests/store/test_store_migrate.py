"""The migrations make the tables that the program knows, once, by one process at a time, after a copy."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from store_things import NOW, add_post

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import jobs, posts
from ig_worker.store.database import Database
from ig_worker.store.lock import AnotherWorks, a_worker, no_workers
from ig_worker.store.migrate import migrations_folder, upgrade, upgrade_in_own_process
from ig_worker.store.schema import SCHEMA_VERSION, metadata

NewUrl = Callable[[], str]


def structure(database: Database) -> dict[str, Any]:
    """Everything about the tables that the database can tell: columns, keys, checks, indexes, with their names."""
    found: dict[str, Any] = {}
    inspector = inspect(database.engine)
    for table in set(inspector.get_table_names()) - {"alembic_version"}:
        found[table] = {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                for column in inspector.get_columns(table)
            ),
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": sorted(inspector.get_foreign_keys(table), key=str),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(_told(index) for index in inspector.get_indexes(table)),
        }
    return found


def _told(index: Mapping[str, Any]) -> str:
    """An index, with the words of its condition in place of an object."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def test_the_migrations_make_the_tables_of_the_schema(database: Database, empty_url: NewUrl) -> None:
    straight = Database(empty_url())
    with straight.writing() as connection:
        metadata.create_all(connection)
    made = structure(straight)
    straight.close()
    assert set(made) == set(metadata.tables)
    assert structure(database) == made


def test_alembic_finds_nothing_to_do_after_the_migrations(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_version_that_the_program_knows() -> None:
    files = sorted((migrations_folder() / "versions").glob("*.py"))
    revisions = [
        re.findall(r'^revision = "(\d{4})"$', file.read_text("utf-8"), re.MULTILINE) for file in files
    ]
    assert revisions == [[file.name[:4]] for file in files]
    assert revisions[-1] == [SCHEMA_VERSION]


def test_an_upgrade_of_nothing_makes_the_newest_schema(empty_url: NewUrl) -> None:
    url = empty_url()
    upgrade(url)
    database = Database(url)
    assert database.version() == SCHEMA_VERSION
    database.require_schema()
    database.close()


def test_a_second_upgrade_changes_nothing_and_makes_no_copy(
    database: Database, url: str, tmp_path: Path
) -> None:
    with database.writing() as connection:
        post_id = add_post(connection)
    before = structure(database)
    upgrade(url)
    assert structure(database) == before
    with database.reading() as connection:
        assert posts.get(connection, post_id) is not None
    assert list(tmp_path.glob("*before-upgrade*")) == []


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'var' / 'deep' / 'ig-worker.db'}")
    assert (tmp_path / "var" / "deep" / "ig-worker.db").is_file()


def test_four_upgrades_at_once_all_succeed(empty_url: NewUrl) -> None:
    url = empty_url()
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "ig_worker.store.migrate"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(url)
        process.stdin.close()
        process.stdin = None
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    database = Database(url)
    assert database.version() == SCHEMA_VERSION
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    database.close()


def make_older(database: Database) -> None:
    """As a database of an older version would be, except that no migration leads on from this one."""
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))


def test_a_copy_with_everything_in_it_is_made_before_an_older_database_is_touched(
    sqlite_database: Database,
) -> None:
    file = sqlite_database.sqlite_file
    assert file is not None
    with sqlite_database.writing() as connection:
        jobs.started(connection, "inbox", NOW)  # lies in the write-ahead log, not in the file
    make_older(sqlite_database)
    with pytest.raises(Misconfigured):
        upgrade(sqlite_database.url)
    copy = Database(f"sqlite:///{file.with_name('only-before-upgrade-from-0000.db')}")
    assert copy.version() == "0000"
    with copy.reading() as connection:
        assert [row.name for row in jobs.listed(connection)] == ["inbox"]
    copy.close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(database: Database, url: str) -> None:
    make_older(database)
    before = structure(database)
    with pytest.raises(Misconfigured, match="cannot be brought to schema"):
        upgrade(url)
    assert structure(database) == before
    assert database.version() == "0000"


def test_an_unknown_version_is_told_in_one_line(database: Database, url: str) -> None:
    make_older(database)
    with pytest.raises(Misconfigured) as caught:
        upgrade_in_own_process(url)
    assert "\n" not in str(caught.value)
    assert "0000" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert caught.value.cure


def test_a_newer_database_is_not_upgraded_nor_copied(database: Database, url: str, tmp_path: Path) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="from a newer ig-worker") as caught:
        upgrade(url)
    assert caught.value.cure == "install that newer ig-worker again; nothing was changed"
    assert database.version() == "9999"
    assert list(tmp_path.glob("*before-upgrade*")) == []


# What a person is told, by the process of its own as well.


def told(url: str) -> tuple[str, str]:
    with pytest.raises(Misconfigured) as caught:
        upgrade_in_own_process(url)
    with pytest.raises(Misconfigured) as inside:
        upgrade(url)
    assert (str(inside.value), inside.value.cure) == (str(caught.value), caught.value.cure)
    return str(caught.value), caught.value.cure


def test_a_process_of_its_own_does_the_same(empty_url: NewUrl) -> None:
    url = empty_url()
    upgrade_in_own_process(url)
    database = Database(url)
    assert database.version() == SCHEMA_VERSION
    database.close()


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    file.write_text("nama;tanggal;caption\n" * 100)
    message, cure = told(f"sqlite:///{file}")
    assert message == f"the database {file} cannot be used: file is not a database"
    assert "restore the last backup" in cure
    assert file.read_text() == "nama;tanggal;caption\n" * 100


def test_a_folder_in_the_place_of_the_database_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "ig-worker.db"
    folder.mkdir()
    message, _ = told(f"sqlite:///{folder}")
    assert message == f"the database {folder} cannot be used: unable to open database file"


def test_a_file_in_the_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    message, cure = told(f"sqlite:///{tmp_path / 'var' / 'ig-worker.db'}")
    assert message == f"cannot make the data folder {tmp_path / 'var'}: File exists"
    assert "another data_dir" in cure


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "ig-worker.db.upgrade").mkdir()
    message, cure = told(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    assert message.startswith(f"cannot write beside {tmp_path / 'ig-worker.db'}: ")
    assert cure == "make the data folder writable for the worker's user"


def test_a_database_of_another_program_is_left_alone(empty_url: NewUrl) -> None:
    url = empty_url()
    theirs = Database(url)
    with theirs.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE accounts (balance INTEGER)")
    message, cure = told(url)
    assert "accounts" in message
    assert cure == "this database is another program's; name another one, nothing was changed"
    assert inspect(theirs.engine).get_table_names() == ["accounts"]
    theirs.close()


def test_a_copy_that_cannot_be_made_stops_the_upgrade(sqlite_database: Database) -> None:
    file = sqlite_database.sqlite_file
    assert file is not None
    make_older(sqlite_database)
    file.with_name("only-before-upgrade-from-0000.db").mkdir()
    message, cure = told(sqlite_database.url)
    assert message == f"no copy of {file} could be made before the upgrade: Is a directory"
    assert cure == "free some space and make the folder writable; nothing was changed"
    assert sqlite_database.version() == "0000"


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    message, cure = told(f"postgresql+psycopg://centre:rahasia@/shelves?host={tmp_path}")
    assert "rahasia" not in message + cure
    assert cure == "check that the database is running"


@pytest.mark.parametrize("url", ["rahasia", "oracle+rahasia://x/y", ""])
def test_an_address_that_means_no_database_is_told_in_one_line(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        upgrade_in_own_process(url)
    assert str(caught.value) == "[database] url is not the address of a database that the worker knows"
    assert caught.value.cure == "leave it empty for SQLite, or begin it with postgresql+psycopg://"


def test_an_end_without_a_word_is_an_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dumb = tmp_path / "python"
    dumb.write_text("#!/bin/sh\nexit 3\n")
    dumb.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dumb))  # a real process that ends so, in place of Python
    with pytest.raises(Misconfigured, match=r"^the upgrade ended without a word$") as caught:
        upgrade_in_own_process(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    assert "the copy made before is untouched" in caught.value.cure


def test_a_busy_upgrade_elsewhere_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib; from ig_worker.store import migrate\n"
            "with migrate._alone(pathlib.Path(sys.argv[1])):\n"
            "    print('held', flush=True); sys.stdin.read()",
            str(file),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waiting = subprocess.Popen(
        [sys.executable, "-m", "ig_worker.store.migrate"], stdin=subprocess.PIPE, text=True
    )
    assert waiting.stdin is not None
    waiting.stdin.write(f"sqlite:///{file}")
    waiting.stdin.close()
    waiting.stdin = None
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(2)
    assert not file.exists()
    holder.communicate("go on")
    assert waiting.wait(30) == 0
    assert sqlite3.connect(file).execute("SELECT version_num FROM alembic_version").fetchone() == (
        SCHEMA_VERSION,
    )


# Whose hands are on the database, and what stays beside it.


def old_database(file: Path) -> Database:
    """A database of schema 0006, with something in it."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    database = Database(f"sqlite:///{file}")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
    with database.writing() as connection:
        jobs.started(connection, "inbox", NOW)
    return database


def test_a_database_is_not_upgraded_under_a_workers_hands(tmp_path: Path) -> None:
    database = old_database(tmp_path / "ig-worker.db")
    with a_worker(database):
        message, cure = told(database.url)
    assert "another worker (process" in message
    assert "must not be upgraded under a worker's hands" in message
    assert cure.startswith("stop the worker")
    assert database.version() == "0006"
    upgrade(database.url)
    with a_worker(database):
        upgrade(database.url)  # nothing to do harms nobody: a container does it at each start
    database.close()


def test_on_postgresql_a_worker_and_an_upgrade_keep_out_of_each_others_way(cluster: Any) -> None:
    url = cluster.new_shelves()
    one, two = Database(url), Database(url)
    with a_worker(one), a_worker(two), pytest.raises(AnotherWorks, match="a worker works"), no_workers(one):
        pass
    with no_workers(one), pytest.raises(AnotherWorks, match="being upgraded"), a_worker(two):
        pass
    with a_worker(one), a_worker(two):
        make_older(two)
        assert "must not be upgraded" in told(url)[0]
    with no_workers(two):
        pass
    one.close()
    two.close()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_does_not_keep_all_letters_is_refused(cluster: Any, encoding: str) -> None:
    """As a plain CREATE DATABASE makes it on a machine without a locale."""
    url = cluster.new_database(encoding=encoding)
    message, cure = told(url)
    assert message.endswith(f"keeps its texts as {encoding}, not as UTF8")
    statement = cure.partition("CREATE DATABASE ig_worker ")[2]
    assert statement == "ENCODING 'UTF8' TEMPLATE template0"
    database = Database(url)
    assert inspect(database.engine).get_table_names() == []
    database.close()


def test_each_step_of_an_upgrade_is_said(tmp_path: Path) -> None:
    database = old_database(tmp_path / "ig-worker.db")
    copy = tmp_path / "ig-worker-before-upgrade-from-0006.db"
    said = upgrade_in_own_process(database.url)
    assert said[0] == f"From schema 0006 to schema {SCHEMA_VERSION}."
    assert said[1].startswith(f"A copy was made and read through: {copy} (")
    assert said[2] == f"Schema {SCHEMA_VERSION} is in place."
    assert upgrade_in_own_process(database.url) == [f"The schema is {SCHEMA_VERSION} already: nothing to do."]
    database.close()


def test_a_copy_and_a_new_database_are_their_owners_alone(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'new.db'}")
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600
    old_database(tmp_path / "ig-worker.db").close()
    upgrade(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    assert (tmp_path / "ig-worker-before-upgrade-from-0006.db").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.new*"))


def test_the_last_two_copies_stay(tmp_path: Path) -> None:
    for number, version in enumerate(("0001", "0003", "0005")):
        copy = tmp_path / f"ig-worker-before-upgrade-from-{version}.db"
        copy.write_text("old")
        os.utime(copy, (number, number))
    old_database(tmp_path / "ig-worker.db").close()
    upgrade(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    assert [copy.name[-7:-3] for copy in sorted(tmp_path.glob("*before-upgrade*"))] == ["0005", "0006"]


def test_a_damaged_database_is_not_upgraded(tmp_path: Path) -> None:
    database = old_database(tmp_path / "ig-worker.db")
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for number in range(300):
            jobs.started(connection, f"job-{number}", NOW)
    database.shorten_log()
    database.close()
    file = tmp_path / "ig-worker.db"
    content = bytearray(file.read_bytes())
    content[-4096 * 4 :] = b"\0" * 4096 * 4
    file.write_bytes(content)
    message, cure = told(f"sqlite:///{file}")
    assert "is damaged, and was not upgraded" in message
    assert "restore the last backup" in cure
    assert not list(tmp_path.glob("*before-upgrade*"))


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_in_the_middle_leaves_the_old_schema_or_the_new_one(
    empty_url: NewUrl, backend: str, seed: int
) -> None:
    url = empty_url()
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    database = Database(url)
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    with database.writing() as connection:
        jobs.started(connection, "inbox", NOW)
    before = structure(database)
    database.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "ig_worker.store.migrate"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(url)
    process.stdin.close()
    assert process.stdout.readline().startswith("From schema 0003")
    with suppress(subprocess.TimeoutExpired):
        process.wait(random.Random(seed).uniform(0, 1.0))
    process.kill()
    process.wait()
    process.stdout.close()
    found = database.version()
    assert found in ("0003", SCHEMA_VERSION)
    if found == "0003":
        assert structure(database) == before
    database.close()
    upgrade(url)
    after = structure(database)
    assert database.version() == SCHEMA_VERSION
    assert set(after) == set(metadata.tables)
    with database.reading() as connection:
        assert [row.name for row in jobs.listed(connection)] == ["inbox"]
    database.close()
