"""Looks at a post that waits in the queue for everything that would stop it later, and says it early.

``posts check`` shows all of it; before containers are made, what Instagram would refuse holds the post, and what ails
the account (a dead token, a missing permission) is told to the people, once a day, while there is time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from ig_worker.domain.approval import NEVER_OVERRULED, NOT_FETCHED, missing_roles, overruled
from ig_worker.domain.errors import AccountBlocked, IgWorkerError, PermissionLost, TokenExpired
from ig_worker.domain.instagram import Kind
from ig_worker.domain.post_rules import Finding, Severity, check_post
from ig_worker.domain.publication import Status, wanted_at
from ig_worker.domain.readiness import (
    LIMIT_WINDOW,
    AccountStanding,
    check_approvals,
    check_limit,
    check_scopes,
    check_time,
    check_token,
)
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.planning.approving import Agreement
from ig_worker.flows.planning.preflight_files import Files, LookingRoom
from ig_worker.flows.ports import Publishing
from ig_worker.store import accounts, approvals, publishing, tokens
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import StoredPost, as_planned

TO_COME = (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY, Status.HELD, Status.FAILED)
"""The states in which something can still be said against a post in time."""

UNDECIDED = (Status.DRAFT, Status.HELD, Status.FAILED)
"""The states in which a post waits for somebody's yes."""

DEAD = (TokenExpired, PermissionLost, AccountBlocked)


@dataclass(frozen=True)
class Rules:
    """What the configuration says of it. ``uploads_videos``: the accounts whose local videos need no address."""

    zone: tzinfo
    late_after: timedelta = timedelta(hours=2)
    agreement: Agreement = field(default_factory=Agreement)
    uploads_videos: Collection[str] = field(default_factory=frozenset)


class Preflight:
    """Looks and tells; it changes no post."""

    def __init__(self, database: Database, room: LookingRoom, outbox: Outbox, rules: Rules) -> None:
        self._database = database
        self._files = Files(room)
        self._outbox = outbox
        self._rules = rules
        self._said: dict[str, Finding] = {}
        """What Instagram said when it was asked for an account's limit."""

    def __call__(self, post: StoredPost, now: datetime) -> str:
        """Why the post cannot go out, before its containers are made; empty where it can.

        Instagram would refuse it, a patient's consent is gone, or more people have to agree now than when it was
        approved. The account's own troubles hold no post: they are told, and the post goes out once they are gone.
        """
        with self._database.reading() as connection:
            ailing = [*self._of_account(connection, post, now)]
            against = [*self.texts(post), *self._files.missing(post), *self._of_roles(connection, post)]
        self._tell(post, ailing, now)
        return "; ".join(str(finding) for finding in against if _stops(finding))

    def texts(self, post: StoredPost) -> tuple[Finding, ...]:
        """What is to be said against its texts and shapes: quick, and the same at every time."""
        return check_post(as_planned(post), own_numbers=self._rules.agreement.own_numbers)

    def ask(self, account: str, instagram: Publishing, now: datetime) -> None:
        """Read the account's publishing limit now; what Instagram says against it is found in all of its posts."""
        limit = None
        try:
            limit = instagram.publishing_limit()
        except DEAD as error:
            cure = error.cure or "lihat akunnya, lalu perbarui tokennya"
            self._said[account] = Finding(
                "account",
                "akun",
                f"Instagram menolak token akun ini ({error})",
                cure.rstrip("."),
                Severity.REFUSE,
            )
        except IgWorkerError as error:
            allowed = "batas terbitnya dibaca lagi nanti"
            self._said[account] = Finding(
                "limit_unread", "akun", f"Instagram tidak dapat ditanya ({error})", allowed, Severity.WARNING
            )
        if limit is not None:
            with self._database.writing() as connection:
                accounts.set_limit(connection, account, limit, now)

    def look(
        self, post: StoredPost, now: datetime, *, online: bool, trying: bool = True
    ) -> tuple[Finding, ...]:
        """Everything, the gravest first. With `online`, addresses are asked as Meta would ask them.

        Not `trying`, no picture is prepared on trial and no video looked into: whoever asks shows them anyway.
        """
        if post.publication.status not in TO_COME:
            return ()
        uploads = post.account in self._rules.uploads_videos
        with self._database.reading() as connection:
            known = [
                *self._of_people(connection, post),
                *self._of_time(connection, post, now),
                *self._of_account(connection, post, now),
            ]
        if said := self._said.get(post.account):
            known.append(said)
        texts = self.texts(post)
        found = (
            *texts,
            *self._files.missing(post),
            *(self._files.unfit(post) if trying else ()),
            *(self._files.beyond(post) if trying else ()),
            *self._files.out_of_reach(post, online=online, uploads_videos=uploads),
            *known,
        )
        if self._is_overruled(post):
            found = tuple(
                finding for finding in found if finding not in texts or not _can_be_overruled(finding)
            )
        return tuple(sorted(found, key=lambda finding: _GRAVITY.index(finding.severity)))

    def _of_people(self, connection: Connection, post: StoredPost) -> Iterator[Finding]:
        row = post.row
        if post.publication.status not in UNDECIDED:
            yield from self._of_roles(connection, post)
            return
        is_said = any(str(finding) in row.last_error for finding in self.texts(post))
        if row.last_error and not is_said and post.publication.status is not Status.DRAFT:
            done = "ditahan" if post.publication.status is Status.HELD else "gagal"
            allowed = "putuskan: approve, reschedule, retry, atau cancel"
            yield Finding(
                "waiting", "status", f"{done}: {row.last_error.rstrip('.')}", allowed, Severity.HOLD
            )
        if not row.content_hash:
            yield Finding("approval_missing", "media", "isinya belum dikenal", NOT_FETCHED, Severity.HOLD)
            return
        given = approvals.of(connection, post.id)
        yield from check_approvals(
            missing_roles(given, self._rules.agreement.required, row.content_hash, row.made_by)
        )

    def _of_roles(self, connection: Connection, post: StoredPost) -> Iterator[Finding]:
        """Whose yes is missing although it was approved: ``required_roles`` asks for more people since then."""
        row = post.row
        given = [each for each in approvals.of(connection, post.id) if each.content_hash == row.content_hash]
        if given and post.publication.status not in UNDECIDED:
            required = self._rules.agreement.required
            yield from check_approvals(missing_roles(given, required, row.content_hash, row.made_by))

    def _of_time(self, connection: Connection, post: StoredPost, now: datetime) -> Iterator[Finding]:
        due = wanted_at(post.publication)
        yield from check_time(due, now, late_after=self._rules.late_after, written=self._written(due))
        if post.publication.kind is Kind.STORY:
            return  # Whether stories count is not documented.
        others = publishing.others_between(connection, post.account, due - LIMIT_WINDOW, due, but=post.id)
        yield from check_limit(self._standing(connection, post.account), due, now, others)

    def _of_account(self, connection: Connection, post: StoredPost, now: datetime) -> Iterator[Finding]:
        standing = self._standing(connection, post.account)
        ends = "" if standing.token_expires_at is None else self._written(standing.token_expires_at)
        yield from check_token(standing, wanted_at(post.publication), now, ends=ends)
        comments = bool(post.row.first_comment) and post.publication.kind is not Kind.STORY
        yield from check_scopes(standing, first_comment=comments)

    def _standing(self, connection: Connection, account: str) -> AccountStanding:
        row = accounts.get(connection, account)
        return AccountStanding(
            token_expires_at=tokens.expiry(connection, account),
            scopes=tokens.scopes(connection, account),
            limit_used=None if row is None else row.publishing_used,
            limit_total=None if row is None else row.publishing_total,
        )

    def _is_overruled(self, post: StoredPost) -> bool:
        with self._database.reading() as connection:
            given = approvals.of(connection, post.id)
        return overruled(given, post.row.content_hash)

    def _tell(self, post: StoredPost, ailing: Collection[Finding], now: datetime) -> None:
        if not ailing:
            return
        day = now.astimezone(self._rules.zone).date()
        with self._database.writing() as connection:
            for finding in ailing:
                title = f"Akun {post.account}: {finding.found}"
                body = (
                    f"{title}.\nPostingan berikutnya: {post.row.key}, {self._written(post.row.scheduled_at)}.\n"
                    f"Tindakan: {finding.allowed}."
                )
                letter = Letter(f"preflight:{post.account}:{finding.code}:{day}", title, body)
                # Of an ending token the operators hear from the token's keeper, at its own steps.
                teams = ("content_team",) if finding.code == "token" else ("operators", "content_team")
                for team in teams:
                    self._outbox.tell(connection, now, team, letter)

    def _written(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._rules.zone):%d/%m/%Y %H.%M}"


_GRAVITY = (Severity.REFUSE, Severity.HOLD, Severity.WARNING)


def _stops(finding: Finding) -> bool:
    """Whether a post that was approved stays here: of what a verifier may overrule, whoever approved it knew."""
    return finding.severity is Severity.REFUSE or finding.code in {"approval_missing", *NEVER_OVERRULED}


def _can_be_overruled(finding: Finding) -> bool:
    return finding.severity is Severity.HOLD and finding.code not in NEVER_OVERRULED
