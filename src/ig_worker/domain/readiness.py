"""What would stop a post that is fine in itself: the time, the token and what it may do, the publishing limit, a yes.

The limits are those of ``instagram_api.md``, sections A (tokens, scopes) and B (publishing limit).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.post_rules import Finding, Severity

TOKEN_IS_SHORT = timedelta(days=5)
"""The worker renews a token long before; one with fewer days left is one that could not be renewed."""

LIMIT_WINDOW = timedelta(hours=24)

MAY_PUBLISH = ("instagram_business_content_publish", "instagram_content_publish")
MAY_COMMENT = ("instagram_business_manage_comments", "instagram_manage_comments")
"""Instagram Login's name of a permission, and Facebook Login's."""


@dataclass(frozen=True)
class AccountStanding:
    """What is known of an account; what is not known is None or empty, and nothing is held against a post for it."""

    token_expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    limit_used: int | None = None
    limit_total: int | None = None


def check_time(due: datetime, now: datetime, *, late_after: timedelta, written: str) -> Iterator[Finding]:
    """A time that is over; ``written`` is the time as people here write it."""
    if now - due > late_after:
        yield Finding(
            "time_over", "jam", f"{written} sudah lewat", "beri waktu baru (posts reschedule)", Severity.HOLD
        )
    elif now - due > timedelta(minutes=1):
        yield Finding("time_late", "jam", f"{written} baru saja lewat", "terbit segera", Severity.WARNING)


def check_token(account: AccountStanding, due: datetime, now: datetime, *, ends: str) -> Iterator[Finding]:
    """A token that is dead, or will be; ``ends`` is its end as people here write it."""
    end = account.token_expires_at
    if end is None:
        return
    left = end - now
    if left <= timedelta():
        yield _token(f"sudah habis sejak {ends}", "masuk lagi untuk membuat token baru", Severity.REFUSE)
    elif left < TOKEN_IS_SHORT:
        cure = "perbarui sekarang (token refresh)"
        severity = Severity.REFUSE if end <= due else Severity.WARNING
        yield _token(f"habis {ends}" + (", sebelum waktu terbit" if end <= due else ""), cure, severity)
    elif end <= due:
        cure = "diperbarui sendiri selama pekerja berjalan"
        yield _token(f"habis {ends}, sebelum waktu terbit", cure, Severity.WARNING)


def check_scopes(account: AccountStanding, *, first_comment: bool) -> Iterator[Finding]:
    """Permissions that the token is known not to have."""
    if not account.scopes:
        return
    if account.scopes.isdisjoint(MAY_PUBLISH):
        found = "token tidak punya izin menerbitkan"
        yield Finding("scope_publish", "akun", found, f"beri izin {MAY_PUBLISH[0]}", Severity.REFUSE)
    if first_comment and account.scopes.isdisjoint(MAY_COMMENT):
        found = "token tidak punya izin berkomentar"
        allowed = f"beri izin {MAY_COMMENT[0]}, atau tulis sendiri komentarnya"
        yield Finding("scope_comment", "komentar_pertama", found, allowed, Severity.WARNING)


def check_limit(
    account: AccountStanding, due: datetime, now: datetime, others: Collection[datetime]
) -> Iterator[Finding]:
    """More posts in 24 hours than Instagram lets through the API.

    ``others`` are the times of the account's other posts, planned and published ones. What Instagram itself has
    counted stands against a post that is due before the oldest of it can have left the window.
    """
    total = account.limit_total
    if total is None:
        return
    before = sum(due - LIMIT_WINDOW < other <= due for other in others)
    if before + 1 > total:
        found = f"postingan ke-{before + 1} dalam 24 jam"
        allowed = f"lewat API paling banyak {total}; pindahkan ke waktu lain"
        yield Finding("publishing_limit", "tanggal", found, allowed, Severity.REFUSE)
    elif (account.limit_used or 0) >= total and due <= now + timedelta(hours=1):
        found = f"{account.limit_used} dari {total} postingan 24 jam ini sudah terpakai"
        yield Finding(
            "publishing_limit", "tanggal", found, "terbit sesudah ada tempat lagi", Severity.WARNING
        )


def check_approvals(missing: Sequence[str]) -> Iterator[Finding]:
    """The roles whose yes to exactly this content is still wanted."""
    for role in missing:
        name = role.replace("_", " ")
        found = f"belum disetujui {name}"
        yield Finding("approval_missing", role, found, f"menunggu persetujuan {name}", Severity.HOLD)


def _token(found: str, allowed: str, severity: Severity) -> Finding:
    return Finding("token", "akun", f"token {found}", allowed, severity)
