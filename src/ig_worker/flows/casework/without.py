"""Draws a piece of evidence again without what one person wrote in the thread that it shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Protocol

from ig_worker import lasting
from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.casework import evidence_files as files
from ig_worker.flows.casework.what_was_said import card_of, exact

Line = dict[str, Any]


class Draws(Protocol):
    """Draws a card."""

    def evidence_card(self, card: dict[str, Any], out: Path) -> None: ...


class Redrawing:
    """Pieces as they look without somebody's lines. Raises NeedsPerson where a file cannot be written."""

    def __init__(self, draws: Draws, data_dir: Path) -> None:
        self._draws = draws
        self._data_dir = data_dir

    def said(self, json_path: str) -> dict[str, Any] | None:
        """What a piece's data say; None where they are lost.

        NeedsPerson where the disk does not give them just now: what is taken for lost goes for good.
        """
        try:
            said = json.loads((self._data_dir / json_path).read_bytes())
            return said if isinstance(said["thread"], list) else None
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None
        except OSError as error:
            raise NeedsPerson(
                f"evidence cannot be read: {json_path}: {error.strerror}",
                cure="check the disk and its rights",
            ) from None

    def beside(
        self, piece: Any, hides: Callable[[Line], bool], mark: str, rewrites: Callable[[str], str]
    ) -> dict[str, str] | None:
        """The piece drawn again beside itself, without the lines that `hides` names and with its other words as
        `rewrites` gives them: the columns of its row.

        None where nothing changes by that. Of a piece whose data are lost nothing is left: its row has no files.
        """
        said = self.said(piece.json_path)
        if said is None:
            return {}
        rewritten = _rewritten(said, rewrites)
        if rewritten == said and not any(hides(line) for line in said["thread"]):
            return None
        stem = f"{piece.path.removesuffix('.png')}-tanpa-{mark}"
        picture, data = self.drawn(rewritten, hides, stem, (self._data_dir / piece.path).parent)
        return {
            "path": f"{stem}.png",
            "sha256": files.sha256(picture),
            "json_path": f"{stem}.json",
            "json_sha256": files.sha256(data),
        }

    def files_of(self, message_ids: Collection[int]) -> list[str]:
        """The files of these messages that lie there, relative to ``data_dir``; drafts of a killed worker go."""
        files.throw_away(files.draft(self._data_dir))
        return list(files.of_messages(self._data_dir, message_ids))

    def drawn(
        self, said: dict[str, Any], hides: Callable[[Line], bool], stem: str, pictures: Path
    ) -> tuple[bytes, bytes]:
        """Draw the data without those lines as ``stem.png`` and ``stem.json`` below ``data_dir``, or below an absolute
        stem's folder; returns both files' bytes."""
        thread = [
            {**line, "author": "", "text": "", "attachments": [], "taken_back": True} if hides(line) else line
            for line in said["thread"]
        ]
        said = {**said, "thread": thread}
        data = exact(said)
        target, aside = self._data_dir / f"{stem}.png", files.draft(self._data_dir)
        try:
            with files.thrown_away_on_error(aside):
                (aside / "data.json").write_bytes(data)
                self._draws.evidence_card(card_of(said, files.sha256(data), pictures), aside / "card.png")
                picture = (aside / "card.png").read_bytes()
                target.parent.mkdir(parents=True, exist_ok=True)
                lasting.into_place(aside / "data.json", self._data_dir / f"{stem}.json")
                lasting.into_place(aside / "card.png", target)
        except OSError as error:
            raise NeedsPerson(
                f"cannot write {target}: {error.strerror}",
                cure="free some space, or make the folder writable for the worker's user",
            ) from None
        finally:
            files.throw_away(aside)
        return picture, data


def _rewritten(said: dict[str, Any], rewrites: Callable[[str], str]) -> dict[str, Any]:
    """The same data with what people wrote in them as `rewrites` gives it."""

    def line(one: Line) -> Line:
        return {**one, "text": rewrites(one["text"])}

    fresh = {**said, "message": line(said["message"]), "thread": [line(one) for one in said["thread"]]}
    if said.get("change"):
        fresh["change"] = {**said["change"], "before": rewrites(said["change"]["before"])}
    return fresh
