"""A first and a new token from the command line, with both logins; nobody sees it on the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cli_centre import NOW, Installation, Outcome

from fakes import leaks
from fakes.processes import family, shown_by
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import (
    FACEBOOK_ACCOUNT,
    FACEBOOK_PAGE,
    FACEBOOK_PAGE_TOKEN,
    FACEBOOK_USER_TOKEN,
    INSTAGRAM_ACCOUNT,
)
from ig_worker.store import notices, tokens
from ig_worker.store.stored_token import StoredToken

APP_SECRET = "sandbox-app-secret-1"
NO_SECRET = "IGAAyangSudahTerlihatOrangLain"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


@pytest.fixture
def instagram(centre: Installation, sandbox: SandboxProcess) -> Installation:
    """An account with Instagram Login that has no token yet."""
    sandbox.door.reset(NOW)
    centre.configure(base_url=sandbox.base_url, token="")
    text = centre.config.read_text("utf-8")
    centre.config.write_text(text.replace('access_token = ""', f'app_secret = "{APP_SECRET}"'), "utf-8")
    return centre


@pytest.fixture
def facebook(centre: Installation, sandbox: SandboxProcess) -> Installation:
    """The same with Facebook Login, and the Page not named."""
    sandbox.door.reset(NOW)
    centre.configure(base_url=sandbox.base_url, token="")
    text = centre.config.read_text("utf-8")
    text = text.replace('ig_user_id = "17841400000000001"', f'ig_user_id = "{FACEBOOK_ACCOUNT}"')
    said = 'login = "facebook"\napp_id = "990000000000002"\napp_secret = "sandbox-app-secret-2"'
    centre.config.write_text(text.replace('access_token = ""', said), "utf-8")
    return centre


def typed(centre: Installation, *words: str | Path, given: str = "") -> Outcome:
    """A command that is given something on its standard input, in a process of its own."""
    return centre.apart(*words, input=given.encode())


def kept(centre: Installation, configured: str = "") -> StoredToken:
    with centre.writing() as connection:
        return tokens.TokenShelf("").current(connection, "polowijen", configured, NOW)


@pytest.mark.parametrize("words", [["--short"], [], ["--short", "-"], ["--short", "--account", "polowijen"]])
def test_a_short_token_from_another_program_becomes_a_long_one(
    instagram: Installation, sandbox: SandboxProcess, words: list[str]
) -> None:
    short = sandbox.door.token()
    done = typed(instagram, "--log-level", "debug", "token", "exchange", *words, given=f"{short}\n")
    assert done.status == 0, done.err
    assert "polowijen: a new token is kept (@puskesmaspolowijen); until 24/01/2027 07.30." in done.out
    assert "Which permissions it has, Meta did not tell." in done.out
    token = kept(instagram)
    assert token.expires_at == NOW + timedelta(days=60)
    assert (token.proved_at, token.previous) == (NOW, "")
    for secret in (short, token.secret, APP_SECRET):
        assert secret not in done.out + done.err


def test_a_token_of_the_dashboard_that_lasts_already_is_kept_as_it_is(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    lasting = sandbox.door.token(long=True)
    done = typed(instagram, "token", "exchange", "--short", given=lasting)
    assert done.status == 0, done.err
    assert "a new token is kept (@puskesmaspolowijen); no last day is known." in done.out
    assert (kept(instagram).secret, kept(instagram).expires_at) == (lasting, None)
    assert lasting not in done.out + done.err


def test_a_short_token_is_not_kept_where_the_apps_secret_is_wrong(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    text = instagram.config.read_text("utf-8")
    instagram.config.write_text(text.replace(APP_SECRET, "another-secret"), "utf-8")
    assert typed(instagram, "token", "exchange", "--short", given=sandbox.door.token()).status == 1
    with instagram.writing() as connection:
        assert tokens.about(connection, "polowijen") is None


def test_a_short_token_from_a_file(instagram: Installation, sandbox: SandboxProcess) -> None:
    file = instagram.folder / "pendek.txt"
    file.write_text(f"  {sandbox.door.token()}\n", "utf-8")
    assert typed(instagram, "token", "exchange", "--short-file", file).status == 0
    assert kept(instagram).secret.startswith("IGAA")


@pytest.mark.parametrize(
    "words",
    [
        ["--short", NO_SECRET],
        [f"--short={NO_SECRET}"],
        [NO_SECRET],
        ["--short", "--account", "polowijen", NO_SECRET],
    ],
)
def test_a_token_in_the_command_line_is_refused_and_not_said_again(
    instagram: Installation, words: list[str]
) -> None:
    done = instagram("token", "exchange", *words)
    assert done.status == 2
    assert "regard this one as seen" in done.line
    assert NO_SECRET not in done.out + done.err
    assert NO_SECRET[6:16] not in done.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "no token was given"),
        ("  \n", "no token was given"),
        ("dua kata", "this is not a token"),
        ("IGAA\u00e9", "this is not a token"),
        ("satu\ndua", "this is not a token"),
    ],
)
def test_what_is_no_token_is_said_at_once(instagram: Installation, given: str, said: str) -> None:
    done = typed(instagram, "token", "exchange", "--short", given=given)
    assert (done.status, done.line.startswith(said)) == (1, True)


def test_a_token_that_instagram_does_not_exchange_changes_nothing(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    assert typed(instagram, "token", "exchange", "--short", given=sandbox.door.token()).status == 0
    before = kept(instagram)
    done = typed(instagram, "token", "exchange", "--short", given="IGAAunknownTokenOfNobody")
    assert done.status == 1
    assert "unknownToken" not in done.err
    assert kept(instagram) == before


def test_a_token_of_another_account_is_not_kept(instagram: Installation, sandbox: SandboxProcess) -> None:
    text = instagram.config.read_text("utf-8")
    instagram.config.write_text(text.replace(INSTAGRAM_ACCOUNT, "17841400000000777"), "utf-8")
    done = typed(instagram, "token", "exchange", "--short", given=sandbox.door.token())
    assert done.status == 1
    assert (
        "this token is that of @puskesmaspolowijen (17841400000000001), not of account polowijen" in done.line
    )
    with instagram.writing() as connection:
        assert tokens.about(connection, "polowijen") is None


def test_without_the_apps_secret_it_is_said_what_to_fill_in(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    text = instagram.config.read_text("utf-8")
    instagram.config.write_text(text.replace(f'app_secret = "{APP_SECRET}"', ""), "utf-8")
    done = typed(instagram, "token", "exchange", "--short", given=sandbox.door.token())
    assert done.status == 1
    assert "without the app's app_secret" in done.line


def test_the_configured_token_does_not_come_back_unless_it_is_changed(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    old, newer = (sandbox.door.token(long=True) for _ in range(2))
    text = instagram.config.read_text("utf-8")
    instagram.config.write_text(text.replace("[media]", f'access_token = "{old}"\n[media]'), "utf-8")
    done = typed(instagram, "token", "exchange", "--short", given=sandbox.door.token())
    assert "access_token in the configuration is not used any more" in done.out
    exchanged = kept(instagram, old).secret
    assert exchanged not in (old, newer)
    assert kept(instagram, newer).secret == newer


def test_where_instagram_is_silent_after_the_exchange_the_token_is_kept_and_tried_later(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    sandbox.door.fault("http_500", path="/me", times=9)
    done = typed(instagram, "token", "exchange", "--short", given=sandbox.door.token())
    assert done.status == 0, done.err
    assert "Instagram is silent now" in done.out
    assert kept(instagram).proved_at is None


# Facebook Login.


def test_with_facebook_login_the_pages_own_token_is_taken_and_kept(
    facebook: Installation, sandbox: SandboxProcess
) -> None:
    short = sandbox.door.token(account=FACEBOOK_ACCOUNT)
    done = typed(facebook, "--log-level", "debug", "token", "exchange", "--short", given=short)
    assert done.status == 0, done.err
    said = "a new token is kept (@puskesmaskendalkerep with the Page Puskesmas Kendalkerep); no last day is known."
    assert said in done.out
    assert "It has every permission that the worker uses." in done.out
    assert "Meta gives its data until 21/02/2027 07.30." in done.out
    token = kept(facebook)
    assert token.secret == FACEBOOK_PAGE_TOKEN
    assert (token.expires_at, token.data_access_expires_at) == (None, NOW + timedelta(days=88))
    for secret in (short, FACEBOOK_PAGE_TOKEN, FACEBOOK_USER_TOKEN, "sandbox-app-secret-2"):
        assert secret not in done.out + done.err
    (line,) = facebook("token", "status", "--json").document
    assert (line["expires_at"], line["data_access_expires_at"]) == (None, "2027-02-21T07:30:00+07:00")
    assert line["missing_scopes"] == []
    assert "no last day" in facebook("token", "status").out


def test_permissions_that_a_login_did_not_grant_are_named(
    facebook: Installation, sandbox: SandboxProcess
) -> None:
    sandbox.door.change_token(account=FACEBOOK_ACCOUNT, scopes=["instagram_basic", "pages_show_list"])
    short = sandbox.door.token(account=FACEBOOK_ACCOUNT, scopes=["instagram_basic", "pages_show_list"])
    done = typed(facebook, "token", "exchange", "--short", given=short)
    assert done.status == 0, done.err
    assert "Missing permissions: instagram_content_publish, " in done.out


def test_a_page_that_the_login_does_not_reach_is_told_with_those_it_does(
    facebook: Installation, sandbox: SandboxProcess
) -> None:
    text = facebook.config.read_text("utf-8")
    facebook.config.write_text(text.replace(FACEBOOK_ACCOUNT, "17841400000000555"), "utf-8")
    done = typed(facebook, "token", "exchange", "--short", given=sandbox.door.token(account=FACEBOOK_ACCOUNT))
    assert done.status == 1
    assert f"the Pages it gives: Puskesmas Kendalkerep ({FACEBOOK_PAGE})" in done.line


def test_a_page_token_that_died_is_replaced_by_the_next_login(
    facebook: Installation, sandbox: SandboxProcess
) -> None:
    for _ in range(2):
        short = sandbox.door.token(account=FACEBOOK_ACCOUNT)
        assert typed(facebook, "token", "exchange", "--short", given=short).status == 0
        sandbox.door.change_token(FACEBOOK_PAGE_TOKEN, dead=460)
    assert kept(facebook).secret != FACEBOOK_PAGE_TOKEN
    done = facebook("token", "refresh")
    assert done.out.startswith("polowijen: valid; a Page token has no last day"), done.err


# What is seen of it.


def test_a_stopped_account_is_shown_and_token_refresh_brings_it_back(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    assert typed(instagram, "token", "exchange", "--short", given=sandbox.door.token()).status == 0
    secret = kept(instagram).secret
    sandbox.door.change_token(secret, dead=0)
    with instagram.writing() as connection:
        tokens.TokenShelf("").refused(connection, "polowijen", secret, "190", NOW)
    (line,) = instagram("token", "status", "--json").document
    assert (line["refused_at"], line["refused_as"]) == ("2026-11-25T07:30:00+07:00", "190")
    assert "25/11/2026 07.30 (190)" in instagram("token", "status").out
    assert "stopped" in instagram("status").out
    assert instagram("token", "refresh").status == 1
    sandbox.door.change_token(secret, dead=None)
    done = instagram("token", "refresh")
    assert done.status == 0
    assert done.out.startswith("polowijen: Instagram takes its token again, and its jobs go on."), done.out
    assert instagram("token", "status", "--json").document[0]["refused_at"] is None


def test_whoever_heard_that_an_account_stopped_hears_that_a_new_token_lets_it_go_on(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    text = instagram.config.read_text("utf-8")
    operators = '[notify]\noperators = ["mailto://mail.example.org?to=operator@example.org"]\n'
    instagram.config.write_text(text.replace("[notify]\n", operators), "utf-8")
    assert typed(instagram, "token", "exchange", "--short", given=sandbox.door.token()).status == 0
    secret = kept(instagram).secret
    with instagram.writing() as connection:
        tokens.TokenShelf("").refused(connection, "polowijen", secret, "190", NOW)
        assert [each.row.title for each in notices.due(connection, NOW)] == []
    assert typed(instagram, "token", "exchange", "--short", given=sandbox.door.token()).status == 0
    with instagram.writing() as connection:
        assert [each.row.title for each in notices.due(connection, NOW)] == ["Akun polowijen berjalan lagi"]


def test_while_a_token_is_exchanged_no_process_shows_it(
    instagram: Installation, sandbox: SandboxProcess
) -> None:
    """In the process list nor in any environment, of the command and of all that it starts, with a key as well."""
    text = instagram.config.read_text("utf-8")
    instagram.config.write_text(text + '[security]\nkey = "kunci puskesmas"\n', "utf-8")
    short = sandbox.door.token()
    sandbox.door.fault("delay", path="access_token", seconds=1.5)
    seen: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "ig_worker", "--config", instagram.config, "token", "exchange", "--short"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(short)
        process.stdin.close()
        while process.poll() is None:
            seen += shown_by(family(process.pid))
        said = process.stdout.read()
    assert process.returncode == 0, said
    assert len(set(seen)) > 1, "the process itself, and one that seals"
    shown = "\n".join(seen)
    with instagram.writing() as connection:
        secret = tokens.TokenShelf("kunci puskesmas").current(connection, "polowijen", "", NOW).secret
    for hidden in (short, secret, "kunci puskesmas", APP_SECRET):
        assert hidden not in shown
    leaks.look_at("processes", shown)


def test_the_look_at_processes_sees_an_argument() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()", "rahasia-besar"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # before that it may not have its arguments yet
        assert "rahasia-besar" in " ".join(shown_by(family(process.pid)))
        process.communicate(b"\n")
