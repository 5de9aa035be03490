"""What can go wrong, as the worker's own families of error.

::

    IgWorkerError
    ├─ Refused        it answered no, and would again
    │  ├─ MediaRejected    the picture, video or caption will never be taken as it is
    │  ├─ PermissionLost   the token no longer allows this
    │  ├─ TokenExpired     the token is dead; a person must log in again
    │  │  └─ AccountStopped   it is known to be dead; nothing was asked
    │  ├─ AccountBlocked   the owner must act in the Instagram app
    │  ├─ WindowClosed     the 24 hours for answering a message are over
    │  ├─ ContainerGone    the container expired or failed; a new one is needed
    │  ├─ NotReady         asked too early; ask the same again later
    │  └─ Unavailable      this one thing cannot be had (deleted, too few viewers); go on without it
    ├─ Throttled      it answered not now; carries how long to wait
    ├─ Unanswered     a call went out and the outcome is unknown
    │  └─ Silence          nothing came back at all
    ├─ Misconfigured  found at the start or by doctor; carries a cure
    ├─ NeedsPerson    the worker has done all it may
    └─ SeveralFailed  more than one of these, of one job

At a **write**, ``Refused`` and ``Throttled`` mean "proven not done", and everything else is
``Unanswered``: silence is not refusal (`instagram_api.md`, section B, "unknown outcomes").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ApiError:
    """Meta's error envelope, without anything secret in it (``instagram_api.md``, section G).

    ``action`` is one of the words of :data:`ig_worker.domain.api_errors.ACTIONS`.
    """

    code: int | None
    subcode: int | None
    message: str
    action: str
    proves_not_done: bool
    http_status: int = 400
    fbtrace_id: str = ""

    def __str__(self) -> str:
        number = f"{self.code}" if self.subcode is None else f"{self.code}/{self.subcode}"
        return f"{self.message} (code {number})"


class IgWorkerError(Exception):
    """The root. ``str(error)`` is one line a person can act on; it never holds a token or a patient's name."""

    def __init__(self, message: str, *, cure: str = "", said: ApiError | None = None) -> None:
        super().__init__(message)
        self.cure = cure
        self.said = said
        self.account = ""
        """Whose work it stopped, where that is known."""

    @property
    def each(self) -> Sequence[IgWorkerError]:
        """What failed, one by one."""
        return (self,)


class Refused(IgWorkerError):
    """It answered no, and would again."""


class MediaRejected(Refused):
    """The picture, video or text will never be taken as it is; a person must change it."""


class PermissionLost(Refused):
    """The token does not, or no longer, allow this."""


class TokenExpired(Refused):
    """The access token is dead. Nothing of this account can go on before a person logs in again."""


class AccountStopped(TokenExpired):
    """Instagram has refused the account's token before, which was told then; nothing is asked with it any more."""


class AccountBlocked(Refused):
    """Instagram wants the account's owner to do something in the app first."""


class WindowClosed(Refused):
    """More than 24 hours have passed since the person's last message."""


class ContainerGone(Refused):
    """The container expired or failed; a new one may be made."""


class NotReady(Refused):
    """Asked too early (9007/2207027): the same request is right a little later."""


class Unavailable(Refused):
    """This one thing cannot be had, now or ever; the rest goes on."""


class Throttled(IgWorkerError):
    """It answered "not now". ``wait_seconds`` is how long Meta asks us to stay away (a guess where it does not say)."""

    def __init__(
        self, message: str, *, wait_seconds: float, cure: str = "", said: ApiError | None = None
    ) -> None:
        super().__init__(message, cure=cure, said=said)
        self.wait_seconds = wait_seconds


class Unanswered(IgWorkerError):
    """A call went out and what became of it is unknown (time-out, reset, 5xx, unreadable, unproven error)."""


class Silence(Unanswered):
    """Nothing came back at all, or nothing that ends: the next call would most likely fare no better."""


class Misconfigured(IgWorkerError):
    """The configuration, the database or the machine is not as the worker needs it; ``cure`` says what to do."""


class NeedsPerson(IgWorkerError):
    """The worker has done all it may."""


class SeveralFailed(IgWorkerError):
    """More than one thing of a job failed; see ``each``."""

    def __init__(self, errors: Sequence[IgWorkerError]) -> None:
        self._each = tuple(one for error in errors for one in error.each)
        first = self._each[0]
        super().__init__(f"{first} (and {len(self._each) - 1} more)", cure=first.cure, said=first.said)

    @property
    def each(self) -> Sequence[IgWorkerError]:
        """What failed, one by one."""
        return self._each
