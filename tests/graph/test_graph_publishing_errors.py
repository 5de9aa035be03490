"""What each error that publishing can meet becomes, where a container is made and where one is published (section G).

Nobody sees a container: there a limit is believed without proof. Of ``media_publish`` only what proves that nothing
went out is a no.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import responses
from graph_wire import IG, INSTAGRAM, error

from ig_worker.domain.errors import (
    AccountBlocked,
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    NotReady,
    PermissionLost,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import ContainerSpec, Kind
from ig_worker.graph import InstagramAccount

Client = Callable[..., InstagramAccount]
Row = tuple[int | None, int | None, type[IgWorkerError], type[IgWorkerError]]
MEDIA = f"{INSTAGRAM}/v25.0/{IG}/media"
ELSEWHERE = ("messaging", "message", "private reply", "insights", "DELETE", "conversations")

ROWS: list[Row] = [
    (-1, 2207001, Unanswered, Unanswered),
    (-1, 2207032, Unanswered, Unanswered),
    (-1, 2207053, Unanswered, Unanswered),
    (-1, 2207085, Unanswered, Unanswered),
    (-2, 2207003, Unanswered, Unanswered),
    (-2, 2207020, ContainerGone, ContainerGone),
    (1, None, Unanswered, Unanswered),
    (1, 2207057, Unanswered, Unanswered),
    (2, None, Unanswered, Unanswered),
    (4, None, Throttled, Unanswered),
    (4, 2207051, Throttled, Unanswered),
    (9, 2207042, Throttled, Throttled),
    (10, None, PermissionLost, PermissionLost),
    (17, None, Throttled, Unanswered),
    (24, 2207006, Unanswered, Unanswered),
    (24, 2207008, Unanswered, Unanswered),
    (25, 2207050, AccountBlocked, AccountBlocked),
    (32, None, Throttled, Unanswered),
    (100, None, Unanswered, Unanswered),
    (100, 33, Unanswered, Unanswered),
    (None, 2207018, Unanswered, Unanswered),
    (100, 2207023, MediaRejected, MediaRejected),
    (100, 2207028, MediaRejected, MediaRejected),
    (100, 2207035, Unanswered, Unanswered),
    (100, 2207036, Unanswered, Unanswered),
    (100, 2207037, Unanswered, Unanswered),
    (100, 2207040, MediaRejected, MediaRejected),
    (None, 2207081, Unanswered, Unanswered),
    (100, 2207089, MediaRejected, MediaRejected),
    (102, None, TokenExpired, TokenExpired),
    (190, None, TokenExpired, TokenExpired),
    (190, 458, TokenExpired, TokenExpired),
    (190, 459, AccountBlocked, AccountBlocked),
    (190, 460, TokenExpired, TokenExpired),
    (190, 463, TokenExpired, TokenExpired),
    (190, 464, AccountBlocked, AccountBlocked),
    (190, 467, TokenExpired, TokenExpired),
    (190, 492, AccountBlocked, AccountBlocked),
    (200, None, PermissionLost, PermissionLost),
    (341, None, Throttled, Unanswered),
    (352, 2207026, Unanswered, Unanswered),
    (368, None, Throttled, Unanswered),
    (506, None, Unanswered, Unanswered),
    (613, None, Throttled, Unanswered),
    (9004, 2207052, Unanswered, Unanswered),
    (9007, 2207027, NotReady, NotReady),
    (36000, 2207004, MediaRejected, MediaRejected),
    (36001, 2207005, MediaRejected, MediaRejected),
    (36003, 2207009, MediaRejected, MediaRejected),
    (36004, 2207010, MediaRejected, MediaRejected),
    (80001, None, Throttled, Unanswered),
    (80002, None, Throttled, Throttled),
    (None, 2207076, Unanswered, Unanswered),
    (None, 2207077, Unanswered, Unanswered),
    (None, 2207082, Unanswered, Unanswered),
    # Nobody has seen these.
    (31337, None, Unanswered, Unanswered),
    (31337, 4711, Unanswered, Unanswered),
    (None, None, Unanswered, Unanswered),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}/{row[1]}")
def test_each_error_becomes_what_can_be_done_about_it(
    wire: responses.RequestsMock, client: Client, row: Row
) -> None:
    code, subcode, making, publishing = row
    wire.post(MEDIA, status=400, json=error(code, subcode))
    wire.post(f"{MEDIA}_publish", status=400, json=error(code, subcode))
    with pytest.raises(IgWorkerError) as made:
        client().create_container(ContainerSpec(Kind.IMAGE, image_url="https://a/b.jpg"))
    with pytest.raises(IgWorkerError) as published:
        client().publish_container("17900")
    assert (type(made.value), type(published.value)) == (making, publishing)
    assert len(wire.calls) == 2
    said = published.value.said
    assert said is not None
    assert (said.code, said.subcode) == (code, subcode)


def test_every_error_of_the_reference_that_can_occur_is_here(shared_folder: Path) -> None:
    reference = json.loads((shared_folder / "reference" / "graph_errors.json").read_text("utf-8"))["errors"]
    wanted = {
        (row["code"], row["subcode"])
        for row in reference
        if not any(word in row["where"] for word in ELSEWHERE) or "publish" in row["where"]
    }
    assert len(wanted) > 40
    assert wanted - {(code, subcode) for code, subcode, *_ in ROWS} == set()
