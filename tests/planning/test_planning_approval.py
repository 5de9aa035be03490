"""Who has to agree: each role to exactly this content, and the maker never to their own post."""

from __future__ import annotations

import pytest

from ig_worker.domain.approval import HOLDER, ROLES, VERIFIER, Approval, missing_roles
from ig_worker.domain.people import is_named, same_person

CONTENT = "a" * 64


def yes(role: str, name: str = "dr. Wulan", content_hash: str = CONTENT) -> Approval:
    return Approval(role, name, content_hash)


def test_a_post_is_approved_when_every_role_has_said_yes() -> None:
    assert missing_roles([yes(VERIFIER)], [VERIFIER], CONTENT, "Rina") == ()
    assert missing_roles([yes(VERIFIER)], ROLES, CONTENT, "Rina") == (HOLDER,)
    assert missing_roles([yes(HOLDER), yes(VERIFIER)], ROLES, CONTENT, "Rina") == ()


def test_a_yes_to_other_content_is_none() -> None:
    assert missing_roles([yes(VERIFIER, content_hash="b" * 64)], [VERIFIER], CONTENT, "Rina") == (VERIFIER,)


def test_before_the_media_are_known_nothing_counts() -> None:
    assert missing_roles([yes(VERIFIER, content_hash="")], [VERIFIER], "", "Rina") == (VERIFIER,)


@pytest.mark.parametrize(
    "name", ["Rina", " rina ", "RINA", "Ri\u200bna", "Rina.", "Ｒína", "R\u00adina\u3164"]
)
def test_the_maker_does_not_verify_but_may_hold_the_programme(name: str) -> None:
    assert same_person(name, "Rina")
    assert missing_roles([yes(VERIFIER, name)], [VERIFIER], CONTENT, "Rina") == (VERIFIER,)
    assert missing_roles([yes(VERIFIER), yes(HOLDER, name)], ROLES, CONTENT, "Rina") == ()


@pytest.mark.parametrize(
    ("name", "is_one"), [("dr. Wulan", True), ("-", False), ("…?", False), ("\u3164", False)]
)
def test_a_dash_in_a_names_place_is_nobody(name: str, is_one: bool) -> None:
    assert is_named(name) is is_one
