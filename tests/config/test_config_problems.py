"""A wrong configuration is told in one line: which key, what was found, what is allowed, and never a secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, SecretStr

from ig_worker import config
from ig_worker.config import Settings
from ig_worker.config.problems import _is_open
from ig_worker.domain.errors import Misconfigured

SECRET = "EAAGq8rahasia7Zz"


def problem(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> str:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(Misconfigured) as caught:
        config.load(file, env=env or {})
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert str(file) in message or env
    assert caught.value.cure
    return message


@pytest.mark.parametrize(
    ("text", "key", "found", "allowed"),
    [
        ('timezone = "Jakarta"', "timezone", '"Jakarta"', "Asia/Makassar"),
        ("timezone = 7", "timezone", "7", "a text"),
        ('timezone = "../etc"', "timezone", '"../etc"', "Asia/Jakarta"),
        ('data_dir = ""', "data_dir", '""', "the path of a folder"),
        ("data_dir = 3", "data_dir", "3", "a path"),
        ('data_dir = "~nobody-here/x"', "data_dir", '"~nobody-here/x"', "~ can be resolved"),
        ('graph.version = "25"', "[graph] version", '"25"', '"v25.0"'),
        ('graph.base_url = "meta.com"', "[graph] base_url", '"meta.com"', "an address such as"),
        (
            'media.public_base_url = "https://a b"',
            "[media] public_base_url",
            '"https://a b"',
            "an address such as",
        ),
        (
            'media.public_base_url = "https://a:99999"',
            "[media] public_base_url",
            '"https://a:99999"',
            "an address",
        ),
        ("graph.timeout_seconds = 0", "[graph] timeout_seconds", "0", "greater than 0"),
        ("graph.timeout_seconds = nan", "[graph] timeout_seconds", "nan", "a finite number"),
        ('schedule.inbox_every = "often"', "[schedule] inbox_every", '"often"', "a number"),
        (
            "schedule.inbox_every = 1e9",
            "[schedule] inbox_every",
            "1000000000.0",
            "less than or equal to 86400",
        ),
        (
            'schedule.insights_at = "25:00"',
            "[schedule] insights_at",
            '"25:00"',
            'a time of day such as "07:30"',
        ),
        ("schedule.insights_at = 75", "[schedule] insights_at", "75", "a time of day"),
        ("inbox.watch_days = 1.5", "[inbox] watch_days", "1.5", "a whole number"),
        ('replies.enabled = "perhaps"', "[replies] enabled", '"perhaps"', "true or false"),
        (
            "replies.delay_seconds = [300, 60]",
            "[replies] delay_seconds",
            "[300, 60]",
            "the smaller one first",
        ),
        (
            "replies.delay_seconds = [-1, 60]",
            "[replies] delay_seconds (number 1)",
            "-1",
            "greater than or equal to 0",
        ),
        ('replies.quiet_hours = ["21:00"]', "[replies] quiet_hours", "['21:00']", "[] or two times"),
        (
            'cases.profile = "3x24"',
            "[cases] profile",
            '"3x24"',
            '"puskesmas" or "1x24" or "2x24" or "lapor-3-5-10"',
        ),
        ('cases.on_unsend = "forget"', "[cases] on_unsend", '"forget"', "'redact' or 'keep'"),
        ('notify.operators = ["petugas"]', "[notify] operators (number 1)", "not shown", "an Apprise URL"),
        ("notify.operators = 5", "[notify] operators", "not shown", "a list"),
        ("notify.digest_after = 0", "[notify] digest_after", "0", "greater than or equal to 1"),
        ('topics.parkir.unit = "umum"', "topics", "a table", "not parkir"),
        (
            "units.report.notify = []",
            "units",
            "a table",
            "called otherwise than the keys of [notify] (not report)",
        ),
        ("topics = 1", "topics", "not shown", "a table of keys"),
        ('topics.obat = "farmasi"', "[topics] obat", "not shown", "a table of keys"),
        (
            'working_hours.monday = ["14:00", "07:30"]',
            "[working_hours] monday",
            "['14:00', '07:30']",
            "two times",
        ),
        ('security.key = "short"', "[security] key", "not shown", "12 characters or more"),
        ('database.url = "mysql://root:pw@h/d"', "[database] url", "not shown", "postgresql+psycopg://"),
        ('log.level = "loud"', "[log] level", '"loud"', "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("log.level = 1", "[log] level", "1", "'DEBUG'"),
        ("log.json = 3", "[log] json", "3", '"auto", true or false'),
        ("board.port = 70000", "[board] port", "70000", "less than or equal to 65535"),
        ('accounts.a.ig_user_id = "puskesmas"', "[accounts.a] ig_user_id", '"puskesmas"', "5 to 25 digits"),
        ('accounts.a = "x"', "[accounts] a", "not shown", "a table of keys"),
        ('accounts."a b".ig_user_id = "12345"', "[accounts] a b", "not shown", "pattern"),
        ('log.file = "a\\u0000b"', "[log] file", "", "a path"),
    ],
)
def test_key_found_and_allowed_are_said(
    tmp_path: Path, text: str, key: str, found: str, allowed: str
) -> None:
    message = problem(tmp_path, text)
    assert f": {key}: found " in message
    assert found in message
    assert allowed in message


def test_working_hours_need_one_open_day(tmp_path: Path) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    text = "[working_hours]\n" + "".join(f"{day} = []\n" for day in days)
    assert "at least one weekday" in problem(tmp_path, text)


def test_one_instagram_account_cannot_stand_there_twice(tmp_path: Path) -> None:
    text = '[accounts.a]\nig_user_id = "12345"\n[accounts.b]\nig_user_id = "12345"\n'
    assert "a different ig_user_id in every account" in problem(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("timezon = 'x'", "timezon is not a known key; did you mean timezone?"),
        ("[schedul]", "schedul is not a known key; did you mean schedule?"),
        ("[schedule]\ninbox_evry = 1", "[schedule] inbox_evry is not a known key; did you mean inbox_every?"),
        ("[log]\njsn = true", "[log] jsn is not a known key; did you mean json?"),
        ("[board]\nxyz = 1", "[board] xyz is not a known key; known here: host, port"),
        ("[units.gigi]\nnotif = []", "[units.gigi] notif is not a known key; did you mean notify?"),
        ("[topics.obat]\nunits = 'x'", "[topics.obat] units is not a known key; did you mean unit?"),
        ("[accounts.a]\nig_user_id = '12345'\n[accounts.a.b]\nc = 1", "[accounts.a] b is not a known key"),
        ("[nowhere.deep]\nkey = 1", "nowhere is not a known key"),
        ("[accounts.a]\nlogin = 'facebook'", "[accounts.a] ig_user_id is missing"),
    ],
)
def test_unknown_and_missing_keys_are_named(tmp_path: Path, text: str, words: str) -> None:
    assert words in problem(tmp_path, text)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"IG_WORKER_FOO": "1"}, "Unknown environment variable IG_WORKER_FOO"),
        ({"IG_WORKER_SCHEDUL__INBOX_EVERY": "1"}, "IG_WORKER_SCHEDUL__INBOX_EVERY"),
        ({"IG_WORKER_CONFIG__X": "1"}, "IG_WORKER_CONFIG__X"),
        ({"IG_WORKER_SCHEDULE__INBOX_EVRY": "1"}, "IG_WORKER_SCHEDULE__INBOX_EVRY is not a known key"),
        (
            {"IG_WORKER_SCHEDULE__INBOX_EVERY": "x"},
            'IG_WORKER_SCHEDULE__INBOX_EVERY: found "x"; allowed: a number',
        ),
        ({"IG_WORKER_SCHEDULE": "x"}, "IG_WORKER_SCHEDULE: found a value (not shown"),
        ({"IG_WORKER_REPLIES__QUIET_HOURS": "[1"}, "IG_WORKER_REPLIES__QUIET_HOURS: found"),
        (
            {"IG_WORKER_REPLIES__DELAY_SECONDS": '["a", 2]'},
            "IG_WORKER_REPLIES__DELAY_SECONDS",
        ),
        ({"IG_WORKER_BOARD__PORT": ""}, 'IG_WORKER_BOARD__PORT: found ""'),
    ],
)
def test_a_variable_is_called_by_its_name(tmp_path: Path, env: dict[str, str], words: str) -> None:
    assert words in problem(tmp_path, "", env)


def test_the_variables_that_are_no_keys_are_let_through(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    config.load(tmp_path / "config.toml", env={"IG_WORKER_SHARED": "/x", "IG_WORKERS": "y"})


def test_several_problems_are_joined_and_the_rest_counted(tmp_path: Path) -> None:
    message = problem(tmp_path, "\n".join(f"unknown_{number} = 1" for number in range(8)))
    assert message.count("is not a known key") == 5
    assert "and 3 more" in message


@pytest.mark.parametrize(
    "text",
    [
        f'[accounts.a]\nig_user_id = "12345"\naccess_token = "{SECRET} {SECRET}"',
        f'[accounts.a]\nig_user_id = "{SECRET}"',
        f'[accounts.a]\nacces_token = "{SECRET}"',
        f'[accounts]\na = "{SECRET}"',
        f'[accounts.a]\nig_user_id = "12345"\naccess_token = ["{SECRET}"]',
        f'[notify]\noperators = ["{SECRET}"]',
        f'[notify]\noperators = [["{SECRET}"]]',
        f'[units.a]\nnotify = ["{SECRET}"]',
        f'[database]\nurl = "{SECRET}"',
        f'[security]\nkey = {{ a = "{SECRET}" }}',
        f'[board]\nport = "{SECRET}"',
        f'token = "{SECRET}"',
        f'accounts = "{SECRET}"',
    ],
)
def test_no_message_ever_holds_a_secret(tmp_path: Path, text: str) -> None:
    message = problem(tmp_path, text)
    assert "rahasia" not in message


def test_every_secret_of_the_model_counts_as_one() -> None:
    """A key whose type holds a SecretStr is never shown; found by walking the whole model."""
    seen: list[str] = []

    def walk(model: type[BaseModel], place: tuple[str, ...]) -> None:
        for name, field in model.model_fields.items():
            for annotation in (field.annotation, *get_args(field.annotation)):
                if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                    walk(
                        annotation, (*place, name) if annotation is field.annotation else (*place, name, "x")
                    )
            if "SecretStr" in str(field.annotation):
                seen.append(name)
                assert not _is_open((*place, name))

    walk(Settings, ())
    assert {"access_token", "app_secret", "key", "url", "operators", "notify"} <= set(seen)


def test_settings_never_show_a_secret_when_printed(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'[accounts.a]\nig_user_id = "12345"\naccess_token = "{SECRET}"\n[notify]\noperators = ["tgram://{SECRET}/1"]\n'
        f'[database]\nurl = "postgresql+psycopg://u:{SECRET}@h/d"\n[security]\nkey = "{SECRET}"\n'
    )
    settings = config.load(tmp_path / "config.toml", env={})
    assert (
        SECRET not in repr(settings) + str(settings) + str(settings.model_dump()) + settings.model_dump_json()
    )


def test_secrets_lists_every_secret_and_the_passwords_in_addresses(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[accounts.a]\nig_user_id = "12345"\naccess_token = "tok-1"\napp_secret = "app-1"\n'
        '[notify]\noperators = ["mailto://u:p%40ss@h", "tgram://1:bot/2", "x://[broken"]\n'
        '[units.gigi]\nnotify = ["json://h"]\n'
        '[database]\nurl = "postgresql+psycopg://u:dbpw@h/d"\n[security]\nkey = "a passphrase"\n'
    )
    found = config.load(tmp_path / "config.toml", env={}).secrets()
    expected = {
        "tok-1",
        "app-1",
        "p%40ss",
        "p@ss",
        "tgram://1:bot/2",
        "x://[broken",
        "json://h",
        "dbpw",
        "a passphrase",
    }
    assert expected <= set(found)
    assert "" not in found
    assert len(set(found)) == len(found)


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings: Any = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.timezone = "Asia/Jayapura"
    with pytest.raises(ValueError, match="frozen"):
        settings.schedule.inbox_every = 1
    assert settings.source is None


def test_an_account_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(
        Misconfigured, match=re.escape("No account is called 'x'; the configuration has: none.")
    ):
        Settings().account("x")
    settings = Settings(accounts={"polowijen": {"ig_user_id": "12345"}, "bakung": {"ig_user_id": "12346"}})
    with pytest.raises(Misconfigured, match="the configuration has: polowijen, bakung"):
        settings.account("x")


def test_a_unit_nobody_set_up_has_no_recipients() -> None:
    assert Settings().recipients("radiologi") == ()


def test_a_secret_is_a_secret() -> None:
    assert isinstance(Settings().security.key, SecretStr)
