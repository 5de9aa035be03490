"""Where the configuration is found, what goes over what, and how it is written first."""

from __future__ import annotations

import resource
import stat
from datetime import time
from pathlib import Path

import pytest

from ig_worker import config
from ig_worker.domain.errors import Misconfigured

ACCOUNT = '[accounts.polowijen]\nig_user_id = "17841400000000001"\n'


def write(folder: Path, text: str, name: str = "config.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, ""), env={})
    assert settings.schedule.inbox_every == 120
    assert settings.graph.version == "v25.0"
    assert settings.replies.delay_seconds == (60, 300)
    assert settings.accounts == {}
    assert settings.zone.key == "Asia/Jakarta"


def test_relative_paths_start_at_the_files_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    write(folder, 'data_dir = "data"\nplayed_clock = "now.txt"\n[log]\nfile = "log/worker.log"\n')
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings = config.load(Path("../etc/config.toml"), env={})
    assert settings.data_dir.resolve() == folder / "data"
    assert settings.played_clock is not None
    assert settings.played_clock.resolve() == folder / "now.txt"
    assert settings.log.file is not None
    assert settings.log.file.is_absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'ig-worker.db'}"
    assert settings.source == Path("../etc/config.toml").absolute()


def test_absolute_paths_and_a_database_of_ones_own_are_kept(tmp_path: Path) -> None:
    file = write(tmp_path, 'data_dir = "/srv/data"\n[database]\nurl = "postgresql+psycopg://ig:pw@db/ig"\n')
    settings = config.load(file, env={})
    assert settings.data_dir == Path("/srv/data")
    assert settings.database_url == "postgresql+psycopg://ig:pw@db/ig"


def test_the_path_given_goes_before_the_variable_and_the_variable_before_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = write(tmp_path, "[board]\nport = 1\n")
    named = write(tmp_path, "[board]\nport = 2\n", "named.toml")
    given = write(tmp_path, "[board]\nport = 3\n", "given.toml")
    monkeypatch.chdir(tmp_path)
    assert config.load(env={}).board.port == 1
    assert config.load(env={"IG_WORKER_CONFIG": str(named)}).board.port == 2
    assert config.load(given, env={"IG_WORKER_CONFIG": str(named)}).board.port == 3
    assert here.exists()


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IG_WORKER_CONFIG", str(write(tmp_path, "")))
    monkeypatch.setenv("IG_WORKER_BOARD__PORT", "9")
    assert config.load().board.port == 9


def test_without_any_file_it_says_where_it_looked_and_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        Misconfigured, match=r"looked at --config, \$IG_WORKER_CONFIG, config.toml, /etc/"
    ) as caught:
        config.load(env={})
    assert "ig-worker init" in caught.value.cure


def test_a_file_that_was_named_and_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "")
    with pytest.raises(Misconfigured, match=r"no configuration at gone\.toml"):
        config.load(Path("gone.toml"), env={})
    with pytest.raises(Misconfigured, match=r"no configuration at config\.toml/gone\.toml"):
        config.load(env={"IG_WORKER_CONFIG": "config.toml/gone.toml"})


def test_a_folder_in_place_of_the_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read: Is a directory") as caught:
        config.load(tmp_path, env={})
    assert "\n" not in str(caught.value)


def test_broken_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    file = write(tmp_path, 'timezone = "Asia/Jakarta"\n[board\nport = 1\n')
    with pytest.raises(Misconfigured, match=r"is not TOML: .*line 2, column 7"):
        config.load(file, env={})


def test_a_broken_secret_is_not_quoted(tmp_path: Path) -> None:
    file = write(tmp_path, '[accounts.a]\naccess_token = "EAAGrahasia-sekali\n')
    with pytest.raises(Misconfigured) as caught:
        config.load(file, env={})
    assert "rahasia" not in str(caught.value)


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'timezone = "caf\xe9"\n')
    with pytest.raises(Misconfigured, match=r"is not UTF-8 text \(byte 16\)"):
        config.load(tmp_path / "config.toml", env={})


@pytest.mark.parametrize("text", ["x = " + "[" * 20000, "x = 9999-99-99\n", "x = " + "9" * 5000])
def test_absurd_toml_is_refused_without_a_traceback(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured):
        config.load(write(tmp_path, text), env={})


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[board]\nport = 7\n")
    assert config.load(tmp_path / "config.toml", env={}).board.port == 7


def test_variables_go_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "timezone = 'Asia/Jakarta'\n[schedule]\ninbox_every = 60\ncases_every = 7\n")
    settings = config.load(
        file,
        env={
            "IG_WORKER_TIMEZONE": "Asia/Makassar",
            "IG_WORKER_SCHEDULE__INBOX_EVERY": "1800",
            "IG_WORKER_REPLIES__DELAY_SECONDS": "[0, 0]",
            "IG_WORKER_REPLIES__QUIET_HOURS": '["21:00", "06:00"]',
            "IG_WORKER_NOTIFY__OPERATORS": "mailto://u:p@host",
            "IG_WORKER_NOTIFY__REPORT": "",
            "IG_WORKER_NOTIFY__HEAD": "mailtos://u:p@host?to=a@x.id,b@x.id",
            "IG_WORKER_UNITS__FARMASI__NOTIFY": '["tgram://1:a/2"]',
            "IG_WORKER_TOPICS__OBAT__PERSON": "Bu Rina",
            "IG_WORKER_LOG__JSON": "true",
            "IG_WORKER_MEDIA__ALLOW_PRIVATE_ADDRESSES": "true",
            "PATH": "/bin",
        },
    )
    assert settings.timezone == "Asia/Makassar"
    assert (settings.schedule.inbox_every, settings.schedule.cases_every) == (1800, 7)
    assert settings.replies.delay_seconds == (0, 0)
    assert settings.quiet_hours == (time(21), time(6))
    assert settings.recipients("operators") == ("mailto://u:p@host",)
    assert settings.recipients("report") == ()
    assert settings.recipients("head") == (
        "mailtos://u:p@host/?to=a%40x.id",
        "mailtos://u:p@host/?to=b%40x.id",
    )
    assert settings.recipients("farmasi") == ("tgram://1:a/2",)
    assert settings.topics["obat"].person == "Bu Rina"
    assert settings.topics["obat"].unit == "farmasi"
    assert settings.log.as_json is True
    assert settings.media.allow_private_addresses is True


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("false", False), ('"auto"', None), ('"FALSE"', False)]
)
def test_json_lines_are_on_off_or_up_to_the_terminal(
    tmp_path: Path, text: str, expected: bool | None
) -> None:
    assert config.load(write(tmp_path, f"[log]\njson = {text}\n"), env={}).log.as_json is expected


def test_addresses_lose_the_slash_at_their_end_and_times_may_be_tomls_own(tmp_path: Path) -> None:
    text = '[media]\npublic_base_url = "https://media.example.id/m/"\n[schedule]\ninsights_at = 02:30:00\n'
    settings = config.load(write(tmp_path, text), env={})
    assert settings.media.public_base_url == "https://media.example.id/m"
    assert settings.schedule.insights_at == time(2, 30)


def test_an_accounts_variable_finds_its_name_whatever_the_case_and_the_hyphens(tmp_path: Path) -> None:
    file = write(tmp_path, '[accounts.Polowijen-2]\nig_user_id = "17841400000000001"\naccess_token = "old"\n')
    settings = config.load(file, env={"IG_WORKER_ACCOUNTS__POLOWIJEN_2__ACCESS_TOKEN": "new"})
    assert list(settings.accounts) == ["Polowijen-2"]
    assert settings.account("Polowijen-2").access_token.get_secret_value() == "new"


def test_an_account_can_live_in_the_environment_alone(tmp_path: Path) -> None:
    env = {"IG_WORKER_ACCOUNTS__BAKUNG__IG_USER_ID": "17841400000000009"}
    assert config.load(write(tmp_path, ""), env=env).account("bakung").ig_user_id == "17841400000000009"


def test_a_secret_can_be_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("EAAsecret\n")
    (tmp_path / "key").write_text("correct horse battery\n")
    file = write(tmp_path, ACCOUNT + 'access_token_file = "token"\n[security]\nkey_file = "key"\n')
    settings = config.load(file, env={})
    assert settings.account("polowijen").access_token.get_secret_value() == "EAAsecret"
    assert settings.security.key.get_secret_value() == "correct horse battery"


@pytest.mark.parametrize(
    ("inside", "reason"), [(b" \n", "is empty"), (b"\xff", "is not"), (None, "No such file")]
)
def test_a_secrets_file_that_gives_nothing_is_named(
    tmp_path: Path, inside: bytes | None, reason: str
) -> None:
    if inside is not None:
        (tmp_path / "token").write_bytes(inside)
    with pytest.raises(Misconfigured, match=rf"\[accounts.polowijen\] access_token: .*{reason}"):
        config.load(write(tmp_path, ACCOUNT + 'access_token_file = "token"\n'), env={})


def test_a_secret_and_its_file_at_once_are_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("EAAone")
    with pytest.raises(Misconfigured, match="only one of access_token and access_token_file") as caught:
        config.load(
            write(tmp_path, ACCOUNT + 'access_token = "EAAtwo"\naccess_token_file = "token"\n'), env={}
        )
    assert "EAA" not in str(caught.value)


def test_a_secret_in_a_variable_replaces_the_files_secret_file_and_the_other_way_round(
    tmp_path: Path,
) -> None:
    (tmp_path / "token").write_text("from-file")
    by_file = write(tmp_path, ACCOUNT + 'access_token_file = "token"\n')
    settings = config.load(by_file, env={"IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN": "from-variable"})
    assert settings.account("polowijen").access_token.get_secret_value() == "from-variable"
    by_text = write(tmp_path, ACCOUNT + 'access_token = "from-text"\n')
    settings = config.load(by_text, env={"IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN_FILE": "token"})
    assert settings.account("polowijen").access_token.get_secret_value() == "from-file"


def test_init_writes_a_file_that_loads_and_only_its_owner_reads(tmp_path: Path) -> None:
    file = config.init(tmp_path / "new" / "folder")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert config.load(file, env={}).account("polowijen").login == "instagram"


def test_init_never_overwrites(tmp_path: Path) -> None:
    write(tmp_path, "# mine\n")
    with pytest.raises(Misconfigured, match="is there already"):
        config.init(tmp_path)
    assert (tmp_path / "config.toml").read_text() == "# mine\n"


def test_init_says_when_the_folder_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="cannot be written"):
        config.init(tmp_path / "file")


def test_init_says_when_the_file_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be written: No such"):
        config.init(Path("/proc/self/fd"))


def test_init_on_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    # A limit on the size of files plays the full disk.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(Misconfigured, match="cannot be written"):
            config.init(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
