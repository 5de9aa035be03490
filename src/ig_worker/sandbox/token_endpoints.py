"""The endpoints that give, exchange, refresh and inspect tokens (section A)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ig_worker.sandbox.call import Json, text_of
from ig_worker.sandbox.entities import Account
from ig_worker.sandbox.errors import graph_error, invalid, missing
from ig_worker.sandbox.tokens import INSTAGRAM_SCOPES, LONG_LIFE, REFRESH_AGE, SHORT_LIFE, Token
from ig_worker.sandbox.world import World

PATHS = {
    ("access_token",): "exchange",
    ("refresh_access_token",): "refresh",
    ("oauth", "access_token"): "oauth",
    ("debug_token",): "debug",
}


class CodeRefused(Exception):
    """The code exchange answers its errors in a shape of its own (section A, step 2)."""

    def body(self) -> Json:
        """What api.instagram.com says."""
        return {"error_type": "OAuthException", "code": 400, "error_message": str(self)}


def answer(world: World, endpoint: str, method: str, params: Mapping[str, Any], token_value: str) -> Json:
    """What one of the endpoints of :data:`PATHS` says."""
    if endpoint == "exchange":
        return _exchange(world, params, token_value)
    if endpoint == "refresh":
        return _refresh(world, params, token_value)
    if endpoint == "debug":
        return _debug(world, params, token_value)
    if method == "POST" and text_of(params, "grant_type") == "authorization_code":
        return _code(world, params)
    return _facebook(world, params)


def _grant(params: Mapping[str, Any], wanted: str) -> None:
    grant = text_of(params, "grant_type")
    if not grant:
        raise missing("grant_type")
    if grant != wanted:
        raise invalid(f"Invalid grant_type: {grant}")


def _known(world: World, value: str) -> Token:
    if not value:
        raise missing("access_token")
    token = world.tokens.get(value)
    if token is None:
        raise graph_error(190)
    token.check_alive(world.now())
    return token


def _long_token(world: World, old: Token, prefix: str) -> Token:
    now = world.now()
    value = world.token_value(prefix)
    return world.add_token(Token(value, old.speaker, old.account_id, old.scopes, now, now + LONG_LIFE))


def _given(world: World, token: Token) -> Json:
    if world.settings.after_exchange == "fresh_is_dead":
        token.dead = 467
    said = world.settings.fresh_expires_in
    given = {
        "access_token": token.value,
        "token_type": "bearer",
        "expires_in": int(LONG_LIFE.total_seconds()) if said is None else said,
    }
    if said == -1:
        del given["expires_in"]
    return given


def _exchange(world: World, params: Mapping[str, Any], token_value: str) -> Json:
    """A short-lived Instagram token against one of 60 days."""
    _grant(params, "ig_exchange_token")
    token = _known(world, token_value)
    account = world.accounts[token.account_id]
    if text_of(params, "client_secret") != account.app_secret:
        raise graph_error(1, message="Error validating client secret.")
    if token.speaker != "instagram" or not token.short:
        raise graph_error(190, message="The access token is not a short-lived Instagram User token")
    return _given(world, _long_token(world, token, "IGAA"))


def _refresh(world: World, params: Mapping[str, Any], token_value: str) -> Json:
    """60 more days for a token of at least 24 hours that has not expired; no secret is asked."""
    _grant(params, "ig_refresh_token")
    token = _known(world, token_value)
    if token.speaker != "instagram" or token.short:
        raise invalid("The access token is not a long-lived Instagram User token")
    token.check_scope("read")
    if world.now() - token.issued_at < REFRESH_AGE:
        raise invalid("The access token must be at least 24 hours old to be refreshed")
    fresh = _long_token(world, token, "IGAA")
    if world.settings.after_refresh == "old_token_dies":
        token.dead = 467
    return {**_given(world, fresh), "permissions": ",".join(fresh.scopes)}


def _client(world: World, params: Mapping[str, Any]) -> Account | None:
    """The account whose app this is, when id and secret are right."""
    for account in world.accounts.values():
        if (
            text_of(params, "client_id") == account.app_id
            and text_of(params, "client_secret") == account.app_secret
        ):
            return account
    return None


def _code(world: World, params: Mapping[str, Any]) -> Json:
    """An authorization code (one hour, once) against a short-lived token; the id is the app-scoped one."""
    if not text_of(params, "redirect_uri"):
        raise CodeRefused("Missing redirect_uri")
    account = _client(world, params)
    if account is None:
        raise CodeRefused("Invalid platform app")
    owner, issued = world.codes.pop(text_of(params, "code"), (None, world.now()))
    if owner is not account or world.now() - issued > SHORT_LIFE:
        raise CodeRefused("This authorization code has expired or was used")
    now = world.now()
    value = world.token_value("IGAA")
    token = Token(value, "instagram", account.id, INSTAGRAM_SCOPES, now, now + SHORT_LIFE, short=True)
    world.add_token(token)
    given = {"access_token": value, "user_id": account.scoped_id, "permissions": ",".join(token.scopes)}
    return {"data": [given]}


def _facebook(world: World, params: Mapping[str, Any]) -> Json:
    """A Facebook User token against one of 60 days, or an app's own token."""
    account = _client(world, params)
    if account is None or account.login != "facebook":
        raise graph_error(1, message="Error validating client secret.")
    if text_of(params, "grant_type") == "client_credentials":
        return {"access_token": f"{account.app_id}|{account.app_secret}", "token_type": "bearer"}
    _grant(params, "fb_exchange_token")
    old = text_of(params, "fb_exchange_token")
    if not old:
        raise missing("fb_exchange_token")
    token = _known(world, old)
    if token.account_id != account.id or token.speaker != "facebook_user":
        raise graph_error(190)
    return _given(world, _long_token(world, token, "EAA"))


def _debug(world: World, params: Mapping[str, Any], token_value: str) -> Json:
    """What a Facebook token is and may do, asked with the app's token ``id|secret`` or that of somebody who has a role
    on the app.
    """
    asking = {f"{account.app_id}|{account.app_secret}": account for account in world.accounts.values()}
    account = asking.get(token_value)
    if account is None and token_value in world.tokens:
        account = world.accounts[_known(world, token_value).account_id]
    if account is None or account.login != "facebook":
        raise graph_error(190, message="Invalid OAuth access token signature.")
    if not text_of(params, "input_token"):
        raise missing("input_token")
    token = world.tokens.get(text_of(params, "input_token"))
    if token is None or token.account_id != account.id:
        said = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": {"error": said, "is_valid": False, "scopes": []}}
    alive = token.dead is None and (token.expires_at is None or world.now() < token.expires_at)
    data: Json = {
        "app_id": account.app_id,
        "type": "PAGE" if token.speaker == "page" else "USER",
        "application": "ig-worker sandbox",
        "is_valid": alive,
        "issued_at": int(token.issued_at.timestamp()),
        "expires_at": int(token.expires_at.timestamp()) if token.expires_at else 0,
        "data_access_expires_at": int(token.data_access_expires_at.timestamp()),
        "scopes": list(token.scopes),
        "granular_scopes": [{"scope": scope, "target_ids": [account.id]} for scope in token.scopes],
        "user_id": world.facebook_user(account).id,
    }
    if token.speaker == "page":
        data["profile_id"] = account.page_id
    if not alive:
        data["error"] = {"code": 190, "message": "Session has expired.", "subcode": token.dead or 463}
    return {"data": data}
