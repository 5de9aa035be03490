"""Access tokens: refreshing, exchanging, looking at them (section A)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
from graph_wire import APP_SECRET, FACEBOOK, IG, INSTAGRAM, PAGE, TOKEN, error
from responses.matchers import header_matcher, query_param_matcher

from ig_worker.domain.errors import Misconfigured, Refused, TokenExpired, Unanswered, Unavailable
from ig_worker.domain.instagram import FreshToken
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.graph.tokens import TokenFacts

Client = Callable[..., InstagramAccount]
REFRESH = f"{INSTAGRAM}/refresh_access_token"


def test_a_token_is_refreshed_without_a_version_and_without_standing_in_the_address(
    wire: responses.RequestsMock, client: Client
) -> None:
    wire.get(
        REFRESH,
        json={"access_token": "IGfresh", "token_type": "bearer", "expires_in": 5183944},
        match=[
            query_param_matcher({"grant_type": "ig_refresh_token"}),
            header_matcher({"Authorization": f"Bearer {TOKEN}"}),
        ],
    )
    assert client().refresh_token() == FreshToken("IGfresh", 5183944)


def test_a_page_token_is_not_refreshed(client: Client) -> None:
    with pytest.raises(Unavailable):
        client("facebook").refresh_token()


@pytest.mark.parametrize(
    "silence", [{"body": requests.ReadTimeout()}, {"status": 500}, {"json": {}}, {"json": error(2)}], ids=str
)
def test_a_refresh_without_a_clear_answer_is_not_repeated(
    wire: responses.RequestsMock, client: Client, silence: dict[str, Any]
) -> None:
    wire.get(REFRESH, **silence)
    with pytest.raises(Unanswered):
        client().refresh_token()
    assert len(wire.calls) == 1


@pytest.mark.parametrize(("code", "family"), [(190, TokenExpired), (100, Refused)])
def test_a_refusal_to_refresh_says_why(
    wire: responses.RequestsMock, client: Client, code: int, family: type[Exception]
) -> None:
    wire.get(REFRESH, status=400, json=error(code))
    with pytest.raises(family):
        client().refresh_token()


def test_a_short_token_is_exchanged_with_instagram_login(
    wire: responses.RequestsMock, client: Client
) -> None:
    query = {"grant_type": "ig_exchange_token", "client_secret": APP_SECRET}
    wire.get(
        f"{INSTAGRAM}/access_token",
        json={"access_token": "IGlong", "expires_in": "5183944"},
        match=[query_param_matcher(query), header_matcher({"Authorization": f"Bearer {TOKEN}"})],
    )
    assert client(app_secret=APP_SECRET).exchange_token() == FreshToken("IGlong", 5183944)


def test_a_short_token_is_exchanged_with_facebook_login(wire: responses.RequestsMock, client: Client) -> None:
    query = {
        "grant_type": "fb_exchange_token",
        "client_id": "42",
        "client_secret": APP_SECRET,
        "fb_exchange_token": TOKEN,
    }
    wire.get(
        f"{FACEBOOK}/v25.0/oauth/access_token",
        json={"access_token": "EAlong"},
        match=[query_param_matcher(query)],
    )
    account = client("facebook", app_secret=APP_SECRET)
    assert account.exchange_token("42") == FreshToken("EAlong", None)
    assert "Authorization" not in wire.calls[0].request.headers


def test_secrets_in_the_address_do_not_come_back_in_an_error(
    wire: responses.RequestsMock, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    words = f"Error validating client secret {APP_SECRET} of {TOKEN}"
    wire.get(f"{FACEBOOK}/v25.0/oauth/access_token", status=400, json=error(1, None, words))
    with pytest.raises(Unanswered) as caught:
        client("facebook", app_secret=APP_SECRET).exchange_token("42")
    for secret in (APP_SECRET, TOKEN):
        assert secret not in str(caught.value)
        assert secret not in caplog.text


def test_meta_tells_the_facts_of_a_token(wire: responses.RequestsMock, client: Client) -> None:
    facts = {
        "is_valid": True,
        "expires_at": 0,
        "data_access_expires_at": 1795000000,
        "scopes": ["instagram_basic"],
    }
    query = {"input_token": TOKEN, "access_token": f"42|{APP_SECRET}"}
    wire.get(f"{FACEBOOK}/v25.0/debug_token", json={"data": facts}, match=[query_param_matcher(query)])
    account = client("facebook", app_secret=APP_SECRET)
    end = datetime.fromtimestamp(1795000000, UTC)
    assert account.token_facts("42") == TokenFacts(True, None, end, ("instagram_basic",))


def test_the_permissions_of_a_token_are_told_in_its_own_name(
    wire: responses.RequestsMock, client: Client
) -> None:
    facts = {"is_valid": True, "scopes": ["instagram_basic", "instagram_content_publish", 7, "Kein Recht"]}
    wire.get(
        f"{FACEBOOK}/v25.0/debug_token",
        json={"data": facts},
        match=[
            query_param_matcher({"input_token": TOKEN}),
            header_matcher({"Authorization": f"Bearer {TOKEN}"}),
        ],
    )
    assert client("facebook").token_scopes() == ("instagram_basic", "instagram_content_publish")


@pytest.mark.parametrize("facts", [{}, {"is_valid": False, "scopes": ["a_b"]}, {"is_valid": True}])
def test_permissions_that_are_not_told_are_unknown(
    wire: responses.RequestsMock, client: Client, facts: dict[str, Any]
) -> None:
    wire.get(f"{FACEBOOK}/v25.0/debug_token", json={"data": facts})
    with pytest.raises(Unavailable):
        client("facebook").token_scopes()


def test_with_instagram_login_the_permissions_come_with_a_fresh_token(
    wire: responses.RequestsMock, client: Client
) -> None:
    with pytest.raises(Unavailable):
        client().token_scopes()
    permissions = "instagram_business_basic, instagram_business_content_publish"
    wire.get(REFRESH, json={"access_token": "IGfresh", "permissions": permissions})
    assert client().refresh_token().scopes == tuple(permissions.split(", "))


@pytest.mark.parametrize("permissions", ["", "business_basic,comments", ["pages_show_list"], 7, None])
def test_permissions_without_any_of_instagrams_are_not_believed(
    wire: responses.RequestsMock, client: Client, permissions: Any
) -> None:
    wire.get(REFRESH, json={"access_token": "IGfresh", "permissions": permissions})
    assert client().refresh_token().scopes == ()


def test_a_token_meta_says_nothing_of_is_not_valid(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{FACEBOOK}/v25.0/debug_token", json={"data": {"error": {"code": 190}}})
    assert client("facebook").token_facts("42") == TokenFacts(False, None, None, (), code=190)


def test_meta_that_says_nothing_at_all_of_a_token_does_not_call_it_dead(
    wire: responses.RequestsMock, client: Client
) -> None:
    wire.get(f"{FACEBOOK}/v25.0/debug_token", json={"data": {}})
    known = client("facebook").token_facts("42")
    assert (known.valid, known.is_dead) == (None, False)


@pytest.mark.parametrize(
    ("code", "dead"), [(190, True), (100, False)], ids=["of the token", "of another app's token"]
)
def test_why_a_token_is_not_valid_is_told(
    wire: responses.RequestsMock, client: Client, code: int, dead: bool
) -> None:
    facts = {"is_valid": False, "type": "PAGE", "error": {"code": code, "message": "no", "subcode": 463}}
    wire.get(f"{FACEBOOK}/v25.0/debug_token", json={"data": facts})
    known = client("facebook").token_facts("42")
    assert (known.code, known.subcode, known.kind, known.is_dead) == (code, 463, "PAGE", dead)


@pytest.mark.parametrize(
    "token", ["", " ", "EAA with blanks", "EAA\n", "é" * 30, "E" * 5000, 7, None], ids=repr
)
def test_what_cannot_be_a_token_is_none(wire: responses.RequestsMock, client: Client, token: Any) -> None:
    wire.get(REFRESH, json={"access_token": token, "expires_in": 5183944})
    with pytest.raises(Unanswered, match="holds no token"):
        client().refresh_token()


@pytest.mark.parametrize(
    ("login", "app_id", "lacking"),
    [("instagram", "", "app_secret"), ("facebook", "", "app_secret and app_id")],
)
def test_an_exchange_without_the_apps_own_secret_says_what_is_missing(
    client: Client, login: str, app_id: str, lacking: str
) -> None:
    with pytest.raises(Misconfigured, match=f"without the app's {lacking}"):
        client(login).exchange_token(app_id)


def test_the_pages_of_a_person_are_read_to_the_end_and_the_configured_one_by_its_id(
    wire: responses.RequestsMock, client: Client
) -> None:
    pages = f"{FACEBOOK}/v25.0/me/accounts"
    first = {
        "id": "11",
        "name": "Lain",
        "access_token": "EAAlain",
        "instagram_business_account": {"id": "17841400000000009"},
    }
    after = {"cursors": {"after": "XYZ"}, "next": "https://graph.facebook.com/x?access_token=EAAsecret"}
    wire.get(pages, json={"data": [first, {"id": "12", "name": "Tanpa token"}], "paging": after})
    wire.get(pages, json={"data": []}, match=[query_param_matcher({"after": "XYZ"}, strict_match=False)])
    own = {"id": PAGE, "name": "Puskesmas", "access_token": "EAApage"}
    wire.get(f"{FACEBOOK}/v25.0/{PAGE}", json=own)
    found = client("facebook").page_accesses()
    assert [(page.page_id, page.ig_user_id) for page in found] == [("11", "17841400000000009"), (PAGE, "")]
    assert "EAA" not in repr(found)


def test_a_door_that_speaks_with_another_token_stops_nothing(
    wire: responses.RequestsMock, client: Client
) -> None:
    heard: list[str] = []
    access = AccountAccess(
        "polowijen", "facebook", IG, PAGE, lambda: TOKEN, APP_SECRET, lambda token, said: heard.append(token)
    )
    account = InstagramAccount(access)
    node = f"{FACEBOOK}/v25.0/{IG}"
    for _ in range(2):
        wire.get(node, status=400, json=error(190, 463))
    for door in (account.speaking("EAAother"), account):
        with pytest.raises(TokenExpired):
            door.profile()
    assert heard == [TOKEN]
    proofs = [call.request.params["appsecret_proof"] for call in wire.calls]
    assert len(set(proofs)) == 2, "made anew for each token"
