"""An address with several recipients becomes one for each: what one of them refuses does not reach the others again."""

from __future__ import annotations

import pytest

from ig_worker.config.recipients import one_by_one
from ig_worker.notify.messenger import service_of

MAIL = "mailtos://ig%40puskesmas.id:raha%2Fsia@puskesmas.id"
TOKEN = "tgram://123456789:AAAAbbbbccccddddeeeeffff11112222333"


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        (f"{MAIL}/?smtp=mail.puskesmas.id&to=a@x.id,b@y.id", ["a@x.id", "b@y.id"]),
        (f"{MAIL}?smtp=mail.puskesmas.id&to=Sari <a@x.id>, Budi <b@y.id>", ["a@x.id", "b@y.id"]),
        (f"{MAIL}/a@x.id/b@y.id?from=Puskesmas", ["a@x.id", "b@y.id"]),
        (f"{MAIL}/a@x.id?to=b@y.id", ["a@x.id", "b@y.id"]),
        (f"{MAIL}?to=a@x.id,a@x.id,b@y.id", ["a@x.id", "b@y.id"]),
        (f"{TOKEN}/-1001/-1002?silent=yes", [-1001, -1002]),
        (f"{TOKEN}/@humas/12345", ["@humas", 12345]),
    ],
)
def test_each_recipient_has_an_address_of_its_own(url: str, reached: list[object]) -> None:
    """Apprise reads them as it reads the whole: the same server, password and options, one target each."""
    whole = service_of(url)
    parts = [service_of(alone) for alone in one_by_one(url)]
    assert [len(part.targets) for part in parts] == [1] * len(reached)
    assert [target for part in parts for target in part.targets] == sorted_as(whole.targets, reached)
    for part in parts:
        for name in ("user", "password", "smtp_host", "from_addr", "bot_token", "silent", "secure", "host"):
            assert getattr(part, name, None) == getattr(whole, name, None), name


def sorted_as(targets: list[tuple[object, object]], reached: list[object]) -> list[tuple[object, object]]:
    """Apprise's targets in the order of the address; names beside mailboxes are not kept."""
    by_mail = {target[1]: (False, target[1]) for target in targets}
    by_chat = {target[0]: target for target in targets}
    return [by_mail.get(each) or by_chat[each] for each in reached]


def test_who_gets_a_copy_gets_one() -> None:
    first, second = one_by_one(f"{MAIL}?to=a@x.id,b@y.id&cc=c@x.id&bcc=d@x.id")
    assert (service_of(first).cc, service_of(first).bcc) == ({"c@x.id"}, {"d@x.id"})
    assert (service_of(second).cc, service_of(second).bcc) == (set(), set())


@pytest.mark.parametrize(
    "url",
    [
        f"{MAIL}/?smtp=mail.puskesmas.id&to=Sari%20%3Ca%40x.id%3E",
        f"{MAIL}?to=a@x.id",
        f"{MAIL}",
        f"{MAIL}/?to=",
        f"{MAIL}?to=,",
        f"{TOKEN}/-1001",
        "json://127.0.0.1:8080/a/b",
        "whatsapp://token@number/08123/08124",
        "mailto://[nonsense",
        "",
    ],
)
def test_an_address_with_one_recipient_stays_as_it_is(url: str) -> None:
    """Its hash stands in the database for whoever it is."""
    assert one_by_one(url) == [url]
