"""Does the same for many things, so that one that fails keeps no other one waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ParamSpec

from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    PermissionLost,
    Silence,
    Throttled,
    TokenExpired,
    Unavailable,
)
from ig_worker.store.database import StorageError

log = logging.getLogger(__name__)

STOPS_EVERYTHING = (Throttled, TokenExpired, PermissionLost, AccountBlocked)
"""After these the next thing would fail as well, or make it worse."""

SILENCES = 2
"""After so many calls in a row without any answer the line is dead, and waiting for more costs others their time."""

Given = ParamSpec("Given")


class Each:
    """Collects what failed; what cannot be had at all is only told in the log."""

    def __init__(self) -> None:
        self._failed: list[Exception] = []
        self._silences = 0

    def do(self, what: str, act: Callable[Given, object], *given: Given.args, **named: Given.kwargs) -> None:
        """Do it to one more; raises only what stops everything, a database that cannot be used among it."""
        try:
            act(*given, **named)
        except STOPS_EVERYTHING:
            raise
        except Unavailable as error:
            log.warning("%s cannot be had now: %s", what, error)
        except StorageError:
            raise
        except IgWorkerError as error:
            log.warning("%s failed: %s", what, error)
            self._failed.append(error)
            self._silences = self._silences + 1 if isinstance(error, Silence) else 0
            if self._silences >= SILENCES:
                raise
        except Exception as error:  # noqa: BLE001  # one spoilt thing must not keep all others waiting for ever
            log.error("%s failed for a reason that nobody foresaw: %s", what, type(error).__name__)  # noqa: TRY400
            self._failed.append(error)
        else:
            self._silences = 0

    @property
    def failed(self) -> bool:
        """Whether something has failed so far."""
        return bool(self._failed)

    def end(self) -> None:
        """Raise the first thing that failed, if any did: the job has not succeeded."""
        if self._failed:
            raise self._failed[0]
