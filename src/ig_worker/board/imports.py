"""Imports that somebody on the board waits for: one at a time, in the background."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ig_worker import heap
from ig_worker.domain.errors import IgWorkerError
from ig_worker.flows.planning.bringing import Bringer
from ig_worker.flows.planning.imported import ImportResult
from ig_worker.planning_desk import PlanningDesk
from ig_worker.store.database import StorageError, unreadable
from ig_worker.uploads import Upload, Uploads

if TYPE_CHECKING:
    from ig_worker.config import Settings

log = logging.getLogger(__name__)

SORT = "impor"
"""What an uploaded sheet is among the uploads."""

SEEN, TAKEN, TROUBLE = "pratinjau.json", "hasil.json", "kendala.json"
"""What an upload's folder tells of it: what the import would do, what it did, why it cannot."""

AT_ONCE_SECONDS = 4.0
"""So long a form waits for its import before it shows how far it is."""

_CLOSING_SECONDS = 30.0


@dataclass
class Work:
    """An import that runs or waits for its turn: what it does, and how far it is."""

    user: int
    taking: bool
    done: int = 0
    total: int = 0
    finished: threading.Event = field(default_factory=threading.Event)

    def moved(self, done: int, total: int) -> None:
        """So many rows have been looked at."""
        self.done, self.total = done, total


class Imports:
    """All imports of the board. Reading, comparing and taking are heavy: they happen one after the other."""

    def __init__(self, settings: Settings, desk: PlanningDesk, uploads: Uploads) -> None:
        self._settings = settings
        self._desk = desk
        self._uploads = uploads
        self.patience = AT_ONCE_SECONDS
        self._works: dict[str, Work] = {}
        self._begun: list[threading.Thread] = []
        self._changing, self._turn = threading.Lock(), threading.Lock()

    def work_of(self, token: str) -> Work | None:
        """What is being done with an upload."""
        return self._works.get(token)

    def is_busy(self, user: int) -> bool:
        """Whether an import of this user is under way."""
        return any(work.user == user for work in list(self._works.values()))

    def look(self, upload: Upload, by: Bringer) -> None:
        """Have it found out what the upload would change; back when it is, or after a few seconds."""
        self._start(upload, by, taking=False, seen="")

    def take(self, upload: Upload, by: Bringer, seen: str) -> None:
        """Have it taken, unless it would do something else now than what was `seen`; back as :meth:`look`."""
        self._start(upload, by, taking=True, seen=seen)

    def close(self) -> None:
        """Let what runs come to its end."""
        for thread in self._begun:
            thread.join(_CLOSING_SECONDS)

    def _start(self, upload: Upload, by: Bringer, *, taking: bool, seen: str) -> None:
        user = int(upload.note().get("user", 0))
        with self._changing:
            if self.is_busy(user) or upload.read(TAKEN) is not None:
                return  # sent twice
            work = self._works[upload.token] = Work(user, taking)
            self._begun = [thread for thread in self._begun if thread.is_alive()]
            thread = threading.Thread(target=self._run, args=(upload, by, work, seen), daemon=True)
            self._begun.append(thread)
        thread.start()
        work.finished.wait(self.patience)

    def _run(self, upload: Upload, by: Bringer, work: Work, seen: str) -> None:
        try:
            with self._turn:
                self._do(upload, by, work, seen)
        except FileNotFoundError:
            log.info("an upload was removed while it was looked at")
        except IgWorkerError as error:
            self._tell(upload, str(error), error.cure)
        except StorageError as error:
            trouble = unreadable(self._desk.database, error)
            log.error("an import on the board: %s", trouble)  # noqa: TRY400 (said in a line)
            self._tell(upload, str(trouble), trouble.cure)
        except Exception:
            log.exception("an import on the board failed")
            self._tell(upload, "", "")
        finally:
            heap.give_back()
            del self._works[upload.token]
            work.finished.set()

    def _do(self, upload: Upload, by: Bringer, work: Work, seen: str) -> None:
        from ig_worker.sheets.sent import opened_aside

        note = upload.note()
        file = upload.folder / note["file"]
        with opened_aside(file, note["called"], self._settings.data_dir / "imports") as found:
            importing, sheet = self._desk.importing, found.sheet
            would = importing.take(sheet, found.folder, dry_run=True, progress=work.moved, by=by)
            source = sheet.source_name
            (upload.folder / TROUBLE).unlink(missing_ok=True)
            if not work.taking or would.would_do() != seen:
                upload.write(SEEN, {**_told(would, source), "changed_meanwhile": work.taking})
                return
            del would  # a thousand posts need not be there twice
            work.done = 0
            result = importing.take(sheet, found.folder, progress=work.moved, by=by)
            importing.try_media(source, result, work.moved)
        upload.write(TAKEN, _told(result, source))
        file.unlink(missing_ok=True)

    @staticmethod
    def _tell(upload: Upload, said: str, cure: str) -> None:
        if upload.folder.is_dir():
            upload.write(TROUBLE, {"said": said, "cure": cure})


def _told(result: ImportResult, source: str) -> dict[str, Any]:
    return {"source": source, "seen": result.would_do(), **result.in_full()}
