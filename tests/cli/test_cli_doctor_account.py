"""``doctor`` and Instagram: whose the token is, what it may do, and what Instagram says to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, TOKEN, Installation
from doctor_patients import closed_port, lines_of, looked_at, quiet_server, serving
from sqlalchemy import update

from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import facts
from ig_worker.store.schema import tokens
from ig_worker.store.tokens import TokenShelf, token_fact

SCOPED = "25000000000000001"
READ_ONLY = "IGAAreadOnly"
FACEBOOK = """\
data_dir = "var"
played_clock = "clock"
[graph]
base_url = "{base_url}"
[accounts.kendalkerep]
login = "facebook"
ig_user_id = "{ig_user_id}"
page_id = "{page_id}"
access_token = "{token}"
app_secret = "{secret}"
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram with three accounts: all permissions, one that may only read, and Facebook Login."""
    accounts: list[dict[str, Any]] = [
        {
            "ig_user_id": "17841400000000001",
            "username": "polowijen",
            "access_token": TOKEN,
            "scoped_id": SCOPED,
        },
        {
            "ig_user_id": "17841400000000003",
            "username": "baca",
            "access_token": READ_ONLY,
            "scopes": ["instagram_business_basic", "instagram_business_manage_comments"],
        },
        {
            "ig_user_id": "17841400000000002",
            "username": "kendalkerep",
            "login": "facebook",
            "page_id": "102290129340398",
            "access_token": "EAAuser",
            "page_token": "EAApage",
            "app_secret": "rahasia-aplikasi",
        },
    ]
    with SandboxProcess({"now": NOW.isoformat(), "accounts": accounts}) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_before(sandbox: SandboxProcess) -> None:
    sandbox.door.reset(NOW)


def findings(document: list[dict[str, Any]], check: str) -> list[str]:
    return [line["finding"] for line in lines_of(document, check)]


def test_a_token_that_instagram_refuses_is_told_with_the_way_back(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url, token="IGAAnobodysToken")
    done = centre("doctor", "--json")
    (line,) = lines_of(done.document, "token")
    assert (done.status, line["level"], line["finding"]) == (1, "problem", "refused")
    assert "Generate token" in line["cure"]
    assert "IGAAnobodysToken" not in done.out
    assert lines_of(done.document, "permissions") == []
    assert findings(done.document, "instagram") == ["elsewhere"]


def test_an_expired_token_is_refused(centre: Installation, sandbox: SandboxProcess) -> None:
    sandbox.door.set_clock(NOW + timedelta(days=80))
    centre.configure(base_url=sandbox.base_url)
    line = looked_at(centre, "token")
    assert line["finding"] == "refused"
    assert "Session has expired" in line["found"]


@pytest.mark.parametrize(
    ("ig_user_id", "finding", "said"),
    [(SCOPED, "scoped", "17841400000000001"), ("17841400000000777", "other", "@polowijen")],
)
def test_an_id_that_is_not_the_tokens_account_is_told_apart(
    centre: Installation, sandbox: SandboxProcess, ig_user_id: str, finding: str, said: str
) -> None:
    centre.configure(base_url=sandbox.base_url)
    centre.config.write_text(centre.config.read_text().replace("17841400000000001", ig_user_id))
    line = looked_at(centre, "identity")
    assert (line["level"], line["finding"]) == ("problem", finding)
    assert said in line["cure"] + line["found"]


def test_permissions_that_are_missing_are_found_by_trying(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url, token=READ_ONLY)
    centre.config.write_text(centre.config.read_text().replace("17841400000000001", "17841400000000003"))
    line = looked_at(centre, "permissions")
    assert (line["level"], line["finding"]) == ("problem", "missing")
    for name in ("content_publish", "manage_messages", "manage_insights"):
        assert f"instagram_business_{name}" in line["found"]
    assert "instagram_business_manage_comments" not in line["found"]
    assert "direct messages" in line["found"]
    assert "pesan (DM)" in line["found_id"]


def test_an_owner_who_does_not_allow_access_to_messages(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    sandbox.door.fault("error", path="conversations", code=200, subcode=2534041, times=9)
    centre.configure(base_url=sandbox.base_url)
    document = centre("doctor", "--json").document
    assert findings(document, "messages_allowed") == ["denied"]
    assert findings(document, "permissions") == ["tried"]


def test_limits_on_calls_and_trouble_of_instagrams_are_warnings(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    sandbox.door.fault("throttle", path="/me", times=9)
    assert looked_at(centre, "instagram")["finding"] == "busy"
    sandbox.door.reset(NOW)
    sandbox.door.fault("http_500", path="/me", times=9)
    line = looked_at(centre, "instagram")
    assert (line["level"], line["finding"]) == ("warning", "trouble")


def test_a_used_up_limit_is_told(centre: Installation, sandbox: SandboxProcess) -> None:
    sandbox.door.settings(publishing_limit=0)
    centre.configure(base_url=sandbox.base_url)
    assert looked_at(centre, "publishing_limit")["level"] == "warning"


def test_a_stored_token_is_judged_by_its_days_and_opens_with_its_key_only(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    shelf = TokenShelf("kunci yang dulu dipakai")
    database = centre.opened()
    with database.writing() as connection:
        shelf.current(connection, "polowijen", TOKEN, NOW)
        connection.execute(update(tokens).values(expires_at=NOW + timedelta(days=5)))
    database.close()
    document = centre("doctor", "--json").document
    assert findings(document, "stored_tokens") == ["closed"]
    with centre.config.open("a") as config:
        config.write('[security]\nkey = "kunci yang dulu dipakai"\n')
    document = centre("doctor", "--json").document
    assert findings(document, "stored_tokens") == ["ok"]
    assert findings(document, "token") == ["soon"]
    assert findings(document, "security_key") == ["ok"]


def test_a_token_for_which_the_worker_stopped_or_that_it_cannot_refresh_is_told(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    shelf = TokenShelf("")
    with centre.writing() as connection:
        shelf.current(connection, "polowijen", TOKEN, NOW)
        why = f"{(NOW - timedelta(days=3)).isoformat()} Instagram does not answer"
        facts.write(connection, token_fact("refresh", "polowijen"), why, NOW)
    said = {line["check"]: line for line in centre("doctor", "--json").document}["token"]
    assert (said["finding"], said["level"]) == ("unrefreshed", "warning")
    assert said["found"].endswith("cannot be refreshed since 22/11/2026: Instagram does not answer")
    with centre.writing() as connection:
        shelf.refused(connection, "polowijen", TOKEN, "190", NOW)
    said = {line["check"]: line for line in centre("doctor", "--json").document}["token"]
    assert (said["finding"], said["level"]) == ("stopped", "problem")
    assert "ig-worker token refresh --account polowijen" in said["cure"]


def facebook(centre: Installation, sandbox: SandboxProcess, **changes: str) -> list[dict[str, Any]]:
    values = {
        "base_url": sandbox.base_url,
        "ig_user_id": "17841400000000002",
        "page_id": "102290129340398",
        "token": "EAAuser",
        "secret": "rahasia-aplikasi",
        **changes,
    }
    centre.config.write_text(FACEBOOK.format(**values))
    document: list[dict[str, Any]] = centre("doctor", "--json").document
    return document


def test_facebook_login_with_everything_right(centre: Installation, sandbox: SandboxProcess) -> None:
    document = facebook(centre, sandbox)
    for check in ("identity", "page_link", "app_secret", "permissions", "data_access"):
        assert findings(document, check) == ["ok"], check
    assert findings(document, "token") == ["ok"]


@pytest.mark.parametrize(
    ("changes", "check", "finding"),
    [
        ({"secret": "rahasia-lain"}, "app_secret", "mismatch"),
        ({"secret": ""}, "app_secret", "missing"),
        ({"page_id": ""}, "page_link", "missing"),
        ({"page_id": "999999999999"}, "page_link", "unlinked"),
        ({"ig_user_id": "102290129340398"}, "identity", "page"),
        ({"ig_user_id": "17841499999999999"}, "identity", "not_there"),
    ],
)
def test_facebook_login_with_one_thing_wrong(
    centre: Installation, sandbox: SandboxProcess, changes: dict[str, str], check: str, finding: str
) -> None:
    assert findings(facebook(centre, sandbox, **changes), check) == [finding]


def test_a_missing_and_a_malformed_token(centre: Installation, sandbox: SandboxProcess) -> None:
    centre.configure(base_url=sandbox.base_url, token="")
    document = centre("doctor", "--json").document
    assert findings(document, "token") == ["missing"]
    assert findings(document, "accounts") == ["example"]


def test_nobody_at_the_address_of_instagram(centre: Installation) -> None:
    centre.configure(base_url=f"http://127.0.0.1:{closed_port()}")
    line = looked_at(centre, "instagram")
    assert (line["level"], line["finding"]) == ("problem", "practice_silent")


@pytest.mark.parametrize(("token", "asked"), [(TOKEN, "GET /v25.0/me"), ("", "HEAD /")])
def test_a_machine_clock_that_is_wrong_is_told_by_the_date_of_the_answers(
    centre: Installation, token: str, asked: str
) -> None:
    told: list[str] = []

    def answer(method: str, path: str) -> tuple[int, dict[str, str], bytes]:
        told.append(f"{method} {path.partition('?')[0]}")
        return 404, {}, b"{}"

    with serving(answer) as web:
        centre.configure(base_url=web.url, token=token)
        centre.config.write_text(centre.config.read_text().replace('played_clock = "clock"\n', ""))
        assert looked_at(centre, "clock")["finding"] == "ok"
        web.late = timedelta(minutes=5)
        line = looked_at(centre, "clock")
        assert (line["level"], line["finding"]) == ("problem", "ahead")
        web.late = -timedelta(minutes=5)
        assert looked_at(centre, "clock")["finding"] == "behind"
    assert asked in told


def test_where_everything_is_dead_it_ends_all_the_same_and_quickly(centre: Installation) -> None:
    with quiet_server() as port:
        dead = f"http://127.0.0.1:{port}"
        centre.configure(base_url=dead)
        text = centre.config.read_text().replace("http://127.0.0.1:9/media", f"{dead}/media")
        text = text.replace(
            "mailto://petugas:rahasia-benar@mail.example.org?",
            f"mailto://127.0.0.1:{port}/?from=a@example.org&",
        )
        centre.config.write_text(text + f'[health]\nping_url = "https://127.0.0.1:{port}/abc"\n')
        done = centre("doctor", "--json")
    assert done.status == 1
    assert done.seconds < 30
    wrong = {line["check"]: line["finding"] for line in done.document if line["level"] != "ok"}
    assert wrong["instagram"] == "practice_silent"
    assert wrong["media_address"] == "nobody"
    assert wrong["channel"] == "unreachable"
    assert wrong["ping"] == "silent"
    assert done.err == ""
