"""A client whose wire is the test's: no network, no waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses
from graph_wire import IG, PAGE, TOKEN

from ig_worker.graph import AccountAccess, InstagramAccount


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """Everything that leaves the machine; what a test registers must be asked for."""
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:
        yield mock


@pytest.fixture
def pauses() -> list[float]:
    """How long the client would have waited, in seconds."""
    return []


@pytest.fixture
def client(pauses: list[float]) -> Callable[..., InstagramAccount]:
    """Makes a client: ``client()``, ``client(login="facebook")``, ``client(base_url=…)``."""

    def make(
        login: Any = "instagram",
        *,
        token: Callable[[], str] = lambda: TOKEN,
        app_secret: str = "",
        page_id: str | None = None,
        **options: Any,
    ) -> InstagramAccount:
        page = (PAGE if login == "facebook" else "") if page_id is None else page_id
        access = AccountAccess("polowijen", login, IG, page, token, app_secret)
        return InstagramAccount(access, sleep=pauses.append, **options)

    return make
