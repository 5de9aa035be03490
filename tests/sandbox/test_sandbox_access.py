"""Tokens and who may see what (instagram_api.md, section A)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from ig_worker.sandbox.world import (
    FACEBOOK_ACCOUNT,
    FACEBOOK_PAGE,
    FACEBOOK_PAGE_TOKEN,
    FACEBOOK_USER_TOKEN,
    INSTAGRAM_ACCOUNT,
    INSTAGRAM_TOKEN,
    World,
)

DAY = 86_400


@pytest.mark.parametrize("path", ["/v25.0/me", "/me", "/v26.0/me"])
def test_paths_work_with_and_without_a_version(ig, path):
    answer = ig.client.get(path, params={"fields": "username", "access_token": INSTAGRAM_TOKEN})
    assert answer.json()["username"] == "puskesmaspolowijen"


def test_instagram_login_has_two_ids_and_paths_take_the_account_one(ig):
    me = ig.ok("me", fields="id,user_id,username")
    assert me["user_id"] == INSTAGRAM_ACCOUNT
    assert me["id"] != INSTAGRAM_ACCOUNT
    assert ig.no(me["id"])[:2] == (100, 33)
    assert ig.ok(INSTAGRAM_ACCOUNT, fields="username")["username"] == "puskesmaspolowijen"


def test_a_token_can_come_in_the_header_or_as_a_parameter_and_none_is_refused(ig):
    assert ig.client.get("/me", headers={"Authorization": f"Bearer {INSTAGRAM_TOKEN}"}).status_code == 200
    assert ig.client.get("/me", headers={"Authorization": f"OAuth {INSTAGRAM_TOKEN}"}).status_code == 200
    assert ig.client.get("/me", params={"access_token": INSTAGRAM_TOKEN}).status_code == 200
    assert ig.client.get("/me").json()["error"]["code"] == 104
    assert ig.client.get("/me", headers={"Authorization": "Basic abc"}).json()["error"]["code"] == 104
    ig.token = "nobody's"
    assert ig.no("me")[0] == 190


def test_a_token_expires_after_60_days_by_the_sandboxs_clock(ig):
    ig.advance(58 * DAY - 1)
    ig.ok("me")
    ig.advance(1)
    code, subcode, message = ig.no("me")
    assert (code, subcode) == (190, 463)
    assert "expired" in message
    assert INSTAGRAM_TOKEN not in message


def test_another_accounts_objects_do_not_exist_for_a_token(ig):
    media = ig.post_by_hand()
    assert ig.facebook().no(media)[:2] == (100, 33)
    assert ig.facebook().no(INSTAGRAM_ACCOUNT)[:2] == (100, 33)
    assert ig.no(FACEBOOK_ACCOUNT)[:2] == (100, 33)
    assert ig.no("12345")[:2] == (100, 33)


def test_a_wrong_appsecret_proof_is_code_100_on_facebook_and_ignored_on_instagram(ig):
    secret = ig.world.accounts[FACEBOOK_ACCOUNT].app_secret
    right = hmac.new(secret.encode(), FACEBOOK_USER_TOKEN.encode(), hashlib.sha256).hexdigest()
    facebook = ig.facebook()
    facebook.ok(FACEBOOK_ACCOUNT, appsecret_proof=right)
    assert facebook.no(FACEBOOK_ACCOUNT, appsecret_proof="0" * 64)[0] == 100
    # The proof belongs to one token: the Page token needs its own.
    assert ig.facebook(page=True).no(FACEBOOK_ACCOUNT, appsecret_proof=right)[0] == 100
    ig.ok("me", appsecret_proof="0" * 64)


def test_me_is_a_person_a_page_or_an_account_by_the_token(ig):
    pages = ig.facebook().ok("me/accounts", fields="id,name,instagram_business_account,access_token")["data"]
    assert pages == [
        {
            "id": FACEBOOK_PAGE,
            "name": "Puskesmas Kendalkerep",
            "instagram_business_account": {"id": FACEBOOK_ACCOUNT},
            "access_token": FACEBOOK_PAGE_TOKEN,
        }
    ]
    assert ig.facebook().ok("me")["name"].startswith("Admin")
    assert ig.facebook(page=True).ok("me")["id"] == FACEBOOK_PAGE
    assert ig.facebook().ok(f"{FACEBOOK_PAGE}/instagram_accounts")["data"] == [{"id": FACEBOOK_ACCOUNT}]
    assert "access_token" in ig.facebook().ok("me/accounts")["data"][0]
    assert "access_token" not in ig.facebook().ok(FACEBOOK_PAGE)


def test_a_page_token_does_not_expire_by_date(ig):
    ig.advance(200 * DAY)
    ig.facebook(page=True).ok(FACEBOOK_ACCOUNT)
    assert ig.facebook().no(FACEBOOK_ACCOUNT)[:2] == (190, 463)


def refresh(ig, token, **changes):
    params = {"grant_type": "ig_refresh_token", "access_token": token, **changes}
    return ig.client.get("/refresh_access_token", params=params)


def test_a_refresh_gives_60_more_days_and_the_old_token_lives_unless_set_otherwise(ig):
    given = refresh(ig, INSTAGRAM_TOKEN).json()
    assert given["token_type"] == "bearer"
    assert given["expires_in"] == timedelta(days=60).total_seconds()
    assert "instagram_business_basic" in given["permissions"]
    ig.advance(59 * DAY)
    assert ig.no("me")[:2] == (190, 463)
    ig.token = given["access_token"]
    ig.ok("me")


def test_the_old_token_can_be_made_to_die_at_a_refresh(ig):
    ig.control("settings", after_refresh="old_token_dies")
    refresh(ig, INSTAGRAM_TOKEN)
    assert ig.no("me")[:2] == (190, 467)


def test_only_a_token_of_24_hours_that_lives_can_be_refreshed(ig):
    fresh = refresh(ig, INSTAGRAM_TOKEN).json()["access_token"]
    assert refresh(ig, fresh).json()["error"]["code"] == 100
    ig.advance(DAY)
    assert refresh(ig, fresh).status_code == 200
    ig.advance(100 * DAY)
    assert refresh(ig, fresh).json()["error"]["code"] == 190


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grant_type": ""}, 100),
        ({"grant_type": "fb_exchange_token"}, 100),
        ({"access_token": ""}, 100),
        ({"access_token": "unknown"}, 190),
        ({"access_token": FACEBOOK_USER_TOKEN}, 100),
    ],
)
def test_a_refresh_that_cannot_be(ig, changes, code):
    assert refresh(ig, INSTAGRAM_TOKEN, **changes).json()["error"]["code"] == code


def test_a_code_becomes_a_short_token_and_that_a_long_one(ig):
    login = ig.control("login")
    form = {
        "client_id": login["client_id"],
        "client_secret": login["client_secret"],
        "grant_type": "authorization_code",
        "redirect_uri": "https://example.org/back",
        "code": login["code"],
    }
    first = ig.client.post("/oauth/access_token", data=form).json()["data"][0]
    # The user_id here is the app-scoped number, not the account's.
    assert first["user_id"] == ig.ok("me", fields="id")["id"]
    again = ig.client.post("/oauth/access_token", data=form)
    assert (again.status_code, again.json()["error_type"]) == (400, "OAuthException")
    assert "error_message" in again.json()
    exchange = {
        "grant_type": "ig_exchange_token",
        "client_secret": login["client_secret"],
        "access_token": first["access_token"],
    }
    long = ig.client.get("/access_token", params=exchange).json()
    assert refresh(ig, first["access_token"]).json()["error"]["code"] == 100
    ig.advance(2 * 3600)
    ig.token = first["access_token"]
    assert ig.no("me")[:2] == (190, 463)
    ig.token = long["access_token"]
    ig.ok("me")


@pytest.mark.parametrize("change", [{"code": "stolen"}, {"client_secret": "x"}, {"redirect_uri": ""}])
def test_a_code_exchange_that_cannot_be_answers_in_its_own_shape(ig, change):
    login = ig.control("login", account="puskesmaspolowijen")
    form = {**login, "grant_type": "authorization_code", "redirect_uri": "https://example.org", **change}
    answer = ig.client.post("/oauth/access_token", data=form)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_type", "code", "error_message"}


def test_a_code_lives_one_hour(ig):
    login = ig.control("login")
    ig.advance(3601)
    form = {**login, "grant_type": "authorization_code", "redirect_uri": "https://example.org"}
    assert ig.client.post("/oauth/access_token", data=form).status_code == 400


def test_only_a_short_token_can_be_exchanged_and_only_with_the_secret(ig):
    secret = ig.world.accounts[INSTAGRAM_ACCOUNT].app_secret
    asked = {"grant_type": "ig_exchange_token", "client_secret": secret, "access_token": INSTAGRAM_TOKEN}
    assert ig.client.get("/access_token", params=asked).json()["error"]["code"] == 190
    assert ig.client.get("/access_token", params={**asked, "client_secret": "x"}).json()["error"]["code"] == 1


def facebook_exchange(ig, **changes):
    account = ig.world.accounts[FACEBOOK_ACCOUNT]
    params = {
        "grant_type": "fb_exchange_token",
        "client_id": account.app_id,
        "client_secret": account.app_secret,
        "fb_exchange_token": FACEBOOK_USER_TOKEN,
        **changes,
    }
    return ig.client.get("/v25.0/oauth/access_token", params=params).json()


def test_a_facebook_user_token_is_exchanged_for_60_days(ig):
    given = facebook_exchange(ig)
    facebook = ig.facebook()
    facebook.token = given["access_token"]
    ig.advance(59 * DAY)
    facebook.ok("me/accounts")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_secret": "x"}, 1),
        ({"fb_exchange_token": ""}, 100),
        ({"fb_exchange_token": FACEBOOK_PAGE_TOKEN}, 190),
        ({"fb_exchange_token": INSTAGRAM_TOKEN}, 190),
        ({"grant_type": "password"}, 100),
    ],
)
def test_a_facebook_exchange_that_cannot_be(ig, changes, code):
    assert facebook_exchange(ig, **changes)["error"]["code"] == code


def debug(ig, token, asking=None):
    app = facebook_exchange(ig, grant_type="client_credentials")["access_token"]
    params = {"input_token": token, "access_token": asking or app}
    return ig.client.get("/v25.0/debug_token", params=params).json()


def test_debug_token_tells_life_and_scopes(ig):
    user = debug(ig, FACEBOOK_USER_TOKEN)["data"]
    assert user["is_valid"] is True
    assert user["type"] == "USER"
    assert user["data_access_expires_at"] - user["issued_at"] == 90 * DAY
    assert "instagram_content_publish" in user["scopes"]
    page = debug(ig, FACEBOOK_PAGE_TOKEN)["data"]
    assert (page["expires_at"], page["profile_id"]) == (0, FACEBOOK_PAGE)
    assert debug(ig, "unknown")["data"]["is_valid"] is False
    assert debug(ig, FACEBOOK_USER_TOKEN, asking="wrong|secret")["error"]["code"] == 190
    assert debug(ig, FACEBOOK_PAGE_TOKEN, asking=FACEBOOK_PAGE_TOKEN) == {"data": page}
    assert debug(ig, INSTAGRAM_TOKEN, asking=INSTAGRAM_TOKEN)["error"]["code"] == 190
    assert debug(ig, "")["error"]["code"] == 100
    ig.advance(61 * DAY)
    late = debug(ig, FACEBOOK_USER_TOKEN)["data"]
    assert (late["is_valid"], late["error"]["subcode"]) == (False, 463)


def test_a_permission_that_was_not_granted_is_code_10(client_of):
    account = {
        "ig_user_id": "178",
        "username": "x",
        "access_token": "IGx",
        "scopes": ["instagram_business_basic", "instagram_business_manage_comments"],
    }
    client = client_of({"accounts": [account]})
    media = client.post("/control/media", json={}).json()["id"]
    asked = {"access_token": "IGx"}
    assert client.get(f"/{media}/comments", params=asked).status_code == 200
    insights = client.get(f"/{media}/insights", params={**asked, "metric": "reach"})
    assert (insights.status_code, insights.json()["error"]["code"]) == (403, 10)
    assert (
        client.post("/178/media_publish", params={**asked, "creation_id": "1"}).json()["error"]["code"] == 10
    )
    assert client.get("/me/conversations", params=asked).json()["error"]["code"] == 10


def test_an_instagram_token_knows_no_pages(ig):
    # Even where an account of Instagram Login names a Page, its token does not reach it.
    assert ig.no(FACEBOOK_PAGE)[:2] == (100, 33)


def test_subscriptions_are_kept(ig):
    assert ig.ok(f"{ig.me}/subscribed_apps") == {"data": []}
    assert ig.done(f"{ig.me}/subscribed_apps", subscribed_fields="comments,messages") == {"success": True}
    assert ig.ok(f"{ig.me}/subscribed_apps")["data"][0]["subscribed_fields"] == ["comments", "messages"]
    assert ig.call("DELETE", f"{ig.me}/subscribed_apps").json() == {"success": True}
    assert ig.ok(f"{ig.me}/subscribed_apps") == {"data": []}


@pytest.mark.parametrize(
    "config",
    [
        {"acounts": []},
        {"accounts": [{"ig_user_id": "1", "username": "x", "access_token": "t", "pagid": "2"}]},
        {"accounts": [{"ig_user_id": "1", "username": "x", "access_token": "t", "login": "threads"}]},
        {"accounts": [{"ig_user_id": "1", "username": "x", "access_token": "t", "login": "facebook"}]},
        {"settings": {"publishing_limits": 3}},
    ],
)
def test_a_configuration_with_an_unknown_word_is_refused(config):
    with pytest.raises(ValueError):
        World(config)
