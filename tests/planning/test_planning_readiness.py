"""A post that is fine in itself can still be stopped: by the clock, the token, the limit, or a yes that is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ig_worker.domain.post_rules import Severity
from ig_worker.domain.readiness import (
    AccountStanding,
    check_approvals,
    check_limit,
    check_scopes,
    check_time,
    check_token,
)

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
DUE = NOW + timedelta(days=2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("late", "severity"),
    [
        (-HOUR, None),
        (timedelta(), None),
        (timedelta(minutes=5), "warning"),
        (3 * HOUR, "hold"),
        (9 * DAY, "hold"),
    ],
)
def test_a_time_that_is_over(late: timedelta, severity: str | None) -> None:
    found = list(check_time(NOW - late, NOW, late_after=2 * HOUR, written="25/11/2026 09.00"))
    assert [finding.severity for finding in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        (None, None),
        (40 * DAY, None),
        (6 * DAY, None),
        (4 * DAY, "warning"),
        (DAY, "refuse"),
        (timedelta(), "refuse"),
        (-DAY, "refuse"),
    ],
)
def test_a_token_that_ends(left: timedelta | None, severity: str | None) -> None:
    account = AccountStanding(token_expires_at=None if left is None else NOW + left)
    found = list(check_token(account, DUE, NOW, ends="27/11/2026"))
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_a_token_that_the_worker_renews_in_time_is_a_warning() -> None:
    account = AccountStanding(token_expires_at=NOW + 10 * DAY)
    (finding,) = check_token(account, NOW + 20 * DAY, NOW, ends="5/12/2026")
    assert finding.severity is Severity.WARNING
    assert str(finding) == (
        "Kolom akun: token habis 5/12/2026, sebelum waktu terbit; diperbarui sendiri selama pekerja berjalan."
    )


@pytest.mark.parametrize(
    ("scopes", "codes"),
    [
        ((), []),
        (("instagram_business_basic", "instagram_business_content_publish"), ["scope_comment"]),
        (("instagram_basic", "instagram_content_publish", "instagram_manage_comments"), []),
        (("instagram_business_basic",), ["scope_publish", "scope_comment"]),
        (("instagram_business_manage_comments",), ["scope_publish"]),
    ],
)
def test_what_the_token_may_do(scopes: tuple[str, ...], codes: list[str]) -> None:
    account = AccountStanding(scopes=frozenset(scopes))
    assert [finding.code for finding in check_scopes(account, first_comment=True)] == codes
    without = [code for code in codes if code != "scope_comment"]
    assert [finding.code for finding in check_scopes(account, first_comment=False)] == without


def test_more_posts_in_a_day_than_the_limit() -> None:
    account = AccountStanding(limit_used=0, limit_total=3)
    near = [DUE - HOUR, DUE - 23 * HOUR, DUE - 24 * HOUR, DUE + HOUR]
    assert list(check_limit(account, DUE, NOW, near)) == []
    (finding,) = check_limit(account, DUE, NOW, [*near, DUE])
    assert finding.severity is Severity.REFUSE
    assert "postingan ke-4 dalam 24 jam" in finding.found
    assert list(check_limit(AccountStanding(), DUE, NOW, [DUE] * 500)) == []


def test_a_limit_that_is_used_up_now_stops_what_is_due_now() -> None:
    account = AccountStanding(limit_used=50, limit_total=50)
    (finding,) = check_limit(account, NOW + timedelta(minutes=30), NOW, [])
    assert finding.severity is Severity.WARNING
    assert list(check_limit(account, NOW + 2 * DAY, NOW, [])) == []


def test_each_yes_that_is_missing_is_named() -> None:
    found = list(check_approvals(("verifikator", "penanggung_jawab")))
    assert [finding.field for finding in found] == ["verifikator", "penanggung_jawab"]
    assert {finding.severity for finding in found} == {Severity.HOLD}
    assert "penanggung jawab" in str(found[1])
