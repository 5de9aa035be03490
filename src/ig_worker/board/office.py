"""What the board works with: settings, database, clock, and the desks, each made when it is first needed."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ig_worker.board.counted import Counted
from ig_worker.board.imports import Imports
from ig_worker.board.signing import signing_key
from ig_worker.board.standing_figures import figures_of
from ig_worker.board.throttle import Throttle
from ig_worker.figures_desk import FiguresDesk
from ig_worker.flows.standing import standing
from ig_worker.intervals import expected
from ig_worker.store.database import StorageError, unreadable
from ig_worker.uploads import Uploads

if TYPE_CHECKING:
    from ig_worker.bootstrap import House
    from ig_worker.config import Settings
    from ig_worker.flows.evaluating.kept import KeptEvaluations

LOOKS_AT_ONCE = 3
"""Pages that are made at one moment: on one core more come no sooner, and a full calendar takes some megabytes."""


class Office:
    """One for the whole process. Raises Misconfigured when the database is not there or of another schema."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.throttle = Throttle()
        self.desk = FiguresDesk(settings)
        self.database = self.desk.database
        self.zone = settings.zone
        self._house: House | None = None
        self._making = threading.Lock()
        self.looking = threading.BoundedSemaphore(LOOKS_AT_ONCE)
        self.uploads = Uploads(settings.data_dir)
        self.imports = Imports(settings, self.desk, self.uploads)

    def now(self) -> datetime:
        """The worker's time, aware, in UTC or the clock's own zone."""
        return self.desk.clock.now()

    @property
    def house(self) -> House:
        """What asks Instagram: loaded when the first answer is sent, because it takes ten megabytes more."""
        from ig_worker.bootstrap import House

        with self._making:
            if self._house is None:
                self._house = House(self.settings, patient=False)
            return self._house

    @cached_property
    def counted(self) -> Counted:
        """What the board counts of itself and can say of the worker."""
        settings, every = self.settings, expected(self.settings)
        return Counted(
            lambda: figures_of(self.database, every, self.now(), settings.data_dir, settings.accounts)
        )

    @cached_property
    def evaluations(self) -> KeptEvaluations:
        """The months' evaluations; what makes them is loaded when the first is looked at."""
        from ig_worker.evaluation_desk import kept_evaluations

        return kept_evaluations(self.settings, self.database, self.desk.clock)

    @property
    def media_dir(self) -> Path:
        """The staged files that Meta fetches."""
        return self.settings.data_dir / "media"

    @property
    def is_https(self) -> bool:
        """Whether people reach the board over an encrypted line, so that cookies may insist on it."""
        return self.settings.board.public_url.startswith("https://")

    @cached_property
    def key(self) -> bytes:
        """What cookies and forms are signed with: made once, kept beside the database for this user alone.

        Misconfigured where what is kept is no such key.
        """
        return signing_key(self.settings.data_dir / "board.key")

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether every job has succeeded lately, and the document of ``status --json``."""
        try:
            settings = self.settings
            document = standing(
                self.database, expected(settings), self.now(), settings.data_dir, names=settings.accounts
            )
        except StorageError as error:
            return False, {"healthy": False, "error": str(unreadable(self.database, error))}
        return document["healthy"], document

    def close(self) -> None:
        """Give every connection back."""
        self.imports.close()
        if self._house is not None:
            self._house.database.close()
        self.database.close()
