"""What is right and wrong with an account: its token, its permissions, who it is, what Instagram allows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo

from ig_worker.domain.checkup.finding import Finding, found

VERSION_ENDS = {
    20: date(2026, 9, 24),
    21: date(2027, 1, 21),
    22: date(2027, 5, 20),
    23: date(2027, 10, 8),
    24: date(2028, 2, 18),
    25: date(2028, 7, 29),
}
"""The last day of each version of the Graph API (its changelog; `instagram_api.md`, section 0)."""

VERSION_WARNING = timedelta(days=90)

TOKEN_WARNING, TOKEN_PROBLEM = timedelta(days=10), timedelta(days=2)
"""The worker refreshes a token when 20 days are left: with half of that it has failed for days."""

DATA_ACCESS_WARNING = timedelta(days=14)

LIMIT_WARNING = 0.8

EXAMPLE_ID = "17841400000000001"
"""The id in config.example.toml."""

_NEEDED = {
    "instagram": {
        "instagram_business_basic": ("membaca akun", "reading the account"),
        "instagram_business_content_publish": ("menayangkan posting", "publishing posts"),
        "instagram_business_manage_comments": ("komentar", "comments"),
        "instagram_business_manage_messages": ("pesan (DM)", "direct messages"),
        "instagram_business_manage_insights": ("statistik", "insights"),
    },
    "facebook": {
        "instagram_basic": ("membaca akun", "reading the account"),
        "instagram_content_publish": ("menayangkan posting", "publishing posts"),
        "instagram_manage_comments": ("komentar", "comments"),
        "instagram_manage_messages": ("pesan (DM)", "direct messages"),
        "instagram_manage_insights": ("statistik", "insights"),
        "pages_show_list": ("menemukan Halaman", "finding the Page"),
        "pages_read_engagement": ("membaca Halaman", "reading the Page"),
        "pages_manage_metadata": ("pesan (DM) lewat Halaman", "direct messages by way of the Page"),
    },
}
"""Each permission by login with what does not work without it (section A)."""

TRIED = {
    "publish": ("menayangkan posting", "publishing posts"),
    "comments": ("komentar", "comments"),
    "messages": ("pesan (DM)", "direct messages"),
    "insights": ("statistik", "insights"),
}
"""What is tried where Meta does not tell the permissions, in both languages."""

_PERMISSION_OF = {
    "publish": "content_publish",
    "comments": "manage_comments",
    "messages": "manage_messages",
    "insights": "manage_insights",
}


def needed(login: str) -> Sequence[str]:
    """The permissions that all of the worker needs."""
    return tuple(_NEEDED[login])


def of_configured(accounts: Iterable[tuple[str, str, bool]]) -> Iterator[Finding]:
    """Name, id and whether there is a token (in the configuration or in the database), of each account."""
    listed = list(accounts)
    if not listed:
        yield found("accounts", "none")
        return
    examples = [(name, number) for name, number, token in listed if number == EXAMPLE_ID and not token]
    for name, number in examples:
        yield found("accounts", "example", name=name, ig_user_id=number)
    if not examples:
        yield found("accounts", names=", ".join(name for name, _, _ in listed))


def of_version(version: str, today: date) -> Finding:
    """``v25.0`` against the days on which versions end; a newer one than is known here has none."""
    major = int(version.removeprefix("v").partition(".")[0])
    end = VERSION_ENDS.get(major)
    if end is None:
        if major < min(VERSION_ENDS):
            return found("graph_version", "ended", version=version, date=_day(min(VERSION_ENDS.values())))
        return found("graph_version", version=version, until="", until_en="")
    if today > end:
        return found("graph_version", "ended", version=version, date=_day(end))
    if end - today < VERSION_WARNING:
        return found("graph_version", "ends_soon", version=version, date=_day(end), days=(end - today).days)
    said = f", dilayani Meta sampai {_day(end)}", f", served until {_day(end)}"
    return found("graph_version", version=version, until=said[0], until_en=said[1])


def of_token(
    account: str,
    expires_at: datetime | None,
    now: datetime,
    zone: tzinfo,
    *,
    stopped_since: datetime | None = None,
    unrefreshed: tuple[datetime, str] | None = None,
) -> Finding:
    """A token that Instagram has just accepted; the worker may have stopped for it, or fail to refresh it."""
    if stopped_since is not None:
        return found("token", "stopped", of=account, since=_day(stopped_since.astimezone(zone)))
    left = expires_at - now if expires_at is not None else None
    if unrefreshed is not None and (left is None or left >= TOKEN_WARNING):
        since, why = unrefreshed
        return found("token", "unrefreshed", of=account, since=_day(since.astimezone(zone)), said=why)
    if expires_at is None or left is None:
        return found("token", "ok_endless", of=account)
    what = "very_soon" if left < TOKEN_PROBLEM else "soon" if left < TOKEN_WARNING else "ok"
    return found("token", what, of=account, date=_day(expires_at.astimezone(zone)), days=max(left.days, 0))


def of_data_access(account: str, ends_at: datetime, now: datetime, zone: tzinfo) -> Finding:
    """Until when the app may read (Facebook Login)."""
    left, day = ends_at - now, _day(ends_at.astimezone(zone))
    if left <= timedelta(0):
        return found("data_access", "ended", of=account, date=day)
    what = "soon" if left < DATA_ACCESS_WARNING else "ok"
    return found("data_access", what, of=account, date=day, days=left.days)


def of_scopes(
    account: str, login: str, told: Collection[str], refused: Collection[str], tried: Collection[str]
) -> Finding:
    """``told`` is what Meta says the token is allowed (empty: it does not say); the others are keys of TRIED."""
    prefix = "instagram_business_" if login == "instagram" else "instagram_"
    missing = [name for name in _NEEDED[login] if told and name not in told]
    missing += [
        name for kind in TRIED if kind in refused and (name := prefix + _PERMISSION_OF[kind]) not in missing
    ]
    if missing:
        lost = [_NEEDED[login][name] for name in missing]
        return found(
            "permissions",
            "missing",
            of=account,
            names=", ".join(missing),
            lost=", ".join(words[0] for words in lost),
            lost_en=", ".join(words[1] for words in lost),
            needed=", ".join(_NEEDED[login]),
        )
    if told:
        return found("permissions", of=account)
    worked = [TRIED[kind] for kind in TRIED if kind in tried]
    return found(
        "permissions",
        "tried",
        of=account,
        tried=", ".join(words[0] for words in worked) or "membaca akun",
        tried_en=", ".join(words[1] for words in worked) or "reading the account",
    )


def of_identity(account: str, configured: str, user_id: str, scoped_id: str, username: str) -> Finding:
    """``user_id`` is the professional account, ``scoped_id`` its id within the app (section A, "Two ids")."""
    values = {"username": username or "?", "ig_user_id": user_id}
    if configured == user_id:
        return found("identity", of=account, **values)
    what = "scoped" if configured == scoped_id else "other"
    return found("identity", what, of=account, configured=configured, **values)


def of_kind(account: str, kind: str) -> Finding:
    """``account_type`` as Meta says it: BUSINESS, MEDIA_CREATOR, PERSONAL."""
    what = "personal" if "personal" in kind.casefold() else "ok"
    return found("account_type", what, of=account, kind=kind)


def of_page(account: str, page_id: str, configured: str, linked: str | None) -> Finding:
    """``linked`` is the Instagram account that the Page names, None where it names none or is not seen."""
    if not page_id:
        return found("page_link", "missing", of=account)
    if linked is None:
        return found("page_link", "unlinked", of=account, page_id=page_id)
    if linked != configured:
        return found("page_link", "other", of=account, page_id=page_id, linked=linked)
    return found("page_link", of=account, page_id=page_id)


def of_limit(account: str, used: int, total: int) -> Finding:
    """Posts used of those allowed in 24 hours."""
    what = "nearly" if total and used / total >= LIMIT_WARNING else "ok"
    return found("publishing_limit", what, of=account, used=used, total=total)


def _day(moment: date) -> str:
    return f"{moment:%d/%m/%Y}"
