"""Pengaturan: how this centre's ig-worker is set up, how its accounts and channels are, and a test of a channel."""

from __future__ import annotations

import math
import shutil
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker import __version__
from ig_worker.board.configured import sections_of
from ig_worker.board.throttle import Held, Patience
from ig_worker.board.visit import BAD, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.flows.channel_test import try_channel
from ig_worker.flows.outbox import Recipient
from ig_worker.notify import Courier, channel_name, target_id
from ig_worker.planning_desk import recipients as recipients_of
from ig_worker.store import accounts, jobs, recipients, tokens

SOON = timedelta(days=14)
"""A token that ends within it is shown as a warning."""

TEST_SECONDS = 40.0
"""Longer nobody looks at a page that loads."""

TESTS = Patience(2, timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=5))

LITTLE_FREE = 1024**3
"""A centre writes less than that in a month."""


def settings(visit: Visit) -> Response:
    """Everything that is set, read only."""
    office = visit.office
    with office.database.reading() as connection:
        known = {row.name: row for row in accounts.listed(connection)}
        said = [_account(connection, visit, name, known.get(name)) for name in office.settings.accounts]
        troubles = [row for row in jobs.listed(connection) if row.last_error]
        channels = _channels(connection, visit)
    free = shutil.disk_usage(office.settings.data_dir).free
    return visit.page(
        "settings.html",
        accounts=said,
        troubles=troubles,
        channels=channels,
        sections=sections_of(office.settings, visit.t),
        version=__version__,
        schema=office.database.version(),
        data_dir=str(office.settings.data_dir),
        free_gb=f"{free / 1024**3:.1f}".replace(".", "," if visit.language == "id" else "."),
        is_full=free < LITTLE_FREE,
        config_file=str(office.settings.source or ""),
    )


def test_channel(visit: Visit) -> Response:
    """Send one notice to one recipient now, and say whether it arrived."""
    team, target = visit.said("tim"), visit.said("saluran")
    url = next(
        (url for url in recipients_of(visit.office.settings).get(team, ()) if target_id(url) == target), None
    )
    if url is None:
        raise HTTPException(404)
    name = channel_name(url)
    try:
        visit.office.throttle.attempt([(f"channel:{target}", TESTS)], visit.office.now())
    except Held as held:
        response = visit.go(
            "/pengaturan#saluran", "settings.test_held", BAD, minutes=math.ceil(held.seconds / 60)
        )
        response.headers["Retry-After"] = str(held.seconds)
        return response
    tried = try_channel(
        Courier(TEST_SECONDS),
        visit.office.database,
        visit.office.now(),
        url,
        Recipient(target, name),
        team_in_words(visit, team),
        by=visit.user.full_name,
    )
    if tried.arrived:
        return visit.go("/pengaturan#saluran", "settings.test_arrived", channel=name)
    return visit.page("channel_test.html", 502, channel=name, why=tried.why)


def team_in_words(visit: Visit, team: str) -> str:
    """A list of ``[notify]`` or a unit as people call it."""
    kind, _, unit = team.partition(":")
    return visit.t("settings.of_unit", unit=unit) if kind == "unit" else visit.t(f"config.notify.{team}")


def _account(connection: Any, visit: Visit, name: str, row: Any) -> dict[str, Any]:
    token = tokens.about(connection, name)
    expires_at = token.expires_at if token is not None else None
    left = (expires_at - visit.office.now()).days if expires_at is not None else None
    return {
        "name": name,
        "username": row.username if row is not None else "",
        "expires_at": expires_at,
        "days": left,
        "refused_at": token.refused_at if token is not None else None,
        "data_access": token.data_access_expires_at if token is not None else None,
        "is_soon": left is not None and left < SOON.days,
        "used": row.publishing_used if row is not None else None,
        "total": row.publishing_total if row is not None else None,
        "has_token": token is not None
        or bool(visit.office.settings.accounts[name].access_token.get_secret_value()),
    }


def _channels(connection: Any, visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "team": team,
            "said": team_in_words(visit, team),
            "recipients": [_recipient(connection, url) for url in urls],
        }
        for team, urls in recipients_of(visit.office.settings).items()
    ]


def _recipient(connection: Any, url: str) -> dict[str, Any]:
    target = target_id(url)
    reach = recipients.reach(connection, target)
    return {"target": target, "channel": channel_name(url), "failing_since": reach.failing_since}


WAYS = (
    get("/pengaturan", settings, Right.SEE_SETTINGS),
    post("/pengaturan/saluran/uji", test_channel, Right.TEST_CHANNELS),
)
