"""Making an installation and keeping its token, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from cli_centre import NOW, TOKEN, Installation

from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import tokens
from ig_worker.store.schema import SCHEMA_VERSION


def test_init_writes_a_configuration_and_a_database_that_work(bare: Installation) -> None:
    bare.config.unlink()
    done = bare.apart("init", bare.folder / "baru")
    assert (done.status, done.err) == (0, "")
    config = bare.folder / "baru" / "config.toml"
    assert f"{config} is written." in done.out
    assert (bare.folder / "baru" / "var" / "ig-worker.db").is_file()
    bare.config.write_text(config.read_text("utf-8"), "utf-8")
    listed = bare.apart("--config", config, "posts", "list", "--json")
    assert (listed.status, listed.document) == (0, [])


def test_init_leaves_a_configuration_as_it_is(bare: Installation) -> None:
    before = bare.config.read_bytes()
    done = bare("init", bare.folder)
    assert done.status == 1
    assert "is there already; it was left as it is." in done.line
    assert bare.config.read_bytes() == before


@pytest.mark.sqlite_only("the database is a file that may be missing")
def test_the_database_is_made_and_brought_up_to_date(bare: Installation) -> None:
    missing = bare("db", "current")
    assert (missing.status, missing.line.endswith("run: ig-worker db upgrade")) == (1, True)
    assert not bare.database_file.exists(), "looking makes no database"
    for _ in range(2):
        done = bare("db", "upgrade")
        assert done.status == 0
        assert done.out.endswith(f"The database is ready (schema {SCHEMA_VERSION}).\n")
    assert bare("db", "current").out == f"{SCHEMA_VERSION} (this version knows {SCHEMA_VERSION})\n"


@pytest.mark.sqlite_only("the database is a file that may be missing")
def test_a_file_without_a_schema_is_empty(bare: Installation) -> None:
    bare.database_file.parent.mkdir()
    bare.database_file.touch()
    assert bare("db", "current").out.startswith("empty ")
    document = bare("db", "current", "--json").document
    assert document == {"schema": None, "known": SCHEMA_VERSION, "up_to_date": False}
    done = bare("posts", "list")
    assert (done.status, done.line) == (1, "the database is empty: run: ig-worker db upgrade")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


def test_a_token_is_refreshed_and_kept_and_never_shown(centre: Installation, sandbox: SandboxProcess) -> None:
    centre.configure(base_url=sandbox.base_url)
    assert "polowijen\tnot known before its first refresh\t\t\t\t\n" in centre("token", "status").out
    done = centre("--log-level", "debug", "token", "refresh")
    assert done.status == 0
    assert done.out == "polowijen: refreshed; it lasts until 24/01/2027 07.30.\n"
    with centre.writing() as connection:
        kept = tokens.TokenShelf("").current(connection, "polowijen", TOKEN, NOW)
    assert kept.expires_at == NOW + timedelta(days=60)
    assert kept.secret != TOKEN
    assert kept.secret not in done.out + done.err
    assert TOKEN not in done.err
    assert "polowijen\t24/01/2027 07.30\t60\t\t\t\n" in centre("token", "status").out
    (line,) = centre("token", "status", "--json").document
    assert (line["account"], line["expires_at"], line["days_left"]) == (
        "polowijen",
        "2027-01-24T07:30:00+07:00",
        60,
    )


def test_without_a_token_there_is_nothing_to_refresh(centre: Installation) -> None:
    centre.configure(token="")
    done = centre("token", "refresh", "--account", "polowijen")
    assert done.status == 1
    assert "account 'polowijen' has no access token: put one into [accounts.polowijen]" in done.line
