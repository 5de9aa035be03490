"""Makes the evidence of a case: what the API said as JSON, a card drawn from it, and their place in the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.casework import evidence_files as files
from ig_worker.flows.casework.post_pictures import PostPicture, PostPictures, wanted
from ig_worker.flows.casework.what_was_said import Change, card_of, exact, said_about
from ig_worker.flows.ports import Renderer
from ig_worker.store import chain, evidenced, messages
from ig_worker.store.database import Connection, Database, Row


@dataclass(frozen=True)
class Piece:
    """A piece of evidence that is drawn and hangs nowhere yet; paths are relative to ``data_dir``."""

    case_id: int
    message_id: int
    account: str
    path: str
    sha256: str
    json_path: str
    json_sha256: str
    made_at: datetime
    words: str
    """The message's words when it was drawn."""
    thread: Mapping[str, str] = field(repr=False)
    """And those of what stood before it, by Meta's ids."""
    change: Change | None
    draft: Path
    drafts: Mapping[str, Path] = field(repr=False)
    """Where each of its files lies until it hangs, by the path that it will have."""


class EvidenceRoom:
    """Where evidence is made: files first, then the row that proves them.

    `keeps_unsent` is whether messages that their senders took back are kept as evidence (``[cases] on_unsend``).
    """

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        data_dir: Path,
        zone_name: str,
        pictures: PostPictures | None = None,
        *,
        keeps_unsent: bool = False,
    ) -> None:
        self._database = database
        self._renderer = renderer
        self._data_dir = data_dir
        self._zone_name = zone_name
        self._pictures = pictures
        self._keeps_unsent = keeps_unsent

    def new_pass(self) -> None:
        """What could not be had from Instagram in the last pass may be asked for again."""
        if self._pictures is not None:
            self._pictures.new_pass()

    def may_draw(self, message: Row[Any]) -> bool:
        """Whether a card of the message may be made: of one that its sender took back, no more."""
        return message.withdrawn_at is None and message.redacted_at is None

    def may_say_deleted(self, message: Row[Any]) -> bool:
        """Whether a deletion becomes evidence: of a private message only where the policy keeps what was taken back."""
        return self.may_draw(message) and (message.channel != "dm" or self._keeps_unsent)

    def make(self, case: Row[Any], message: Row[Any], now: datetime, change: Change | None = None) -> Piece:
        """Draw one message, or what became of it later, beside the place where it will lie.

        Raises NeedsPerson where the files cannot be written, and what the renderer raises.
        """
        with self._database.reading() as connection:
            said = said_about(connection, case, message, change, self._zone_name, now)
            post = wanted(connection, message)
        folder = files.folder_of(case.number)
        stem = files.stem_of(message.id, change.word if change else "", change.at if change else None)
        try:
            picture = self._pictures.of(post) if self._pictures is not None and post is not None else None
            return self._drawn(case, message, change, said, picture, f"{folder}/{stem}", now)
        except OSError as error:
            raise self._unwritable(folder, error) from None

    def _drawn(
        self,
        case: Row[Any],
        message: Row[Any],
        change: Change | None,
        said: dict[str, Any],
        picture: PostPicture | None,
        place: str,
        now: datetime,
    ) -> Piece:
        draft = files.draft(self._data_dir)
        with files.thrown_away_on_error(draft):
            drafts = self._with_picture(said, picture, draft, place)
            written = exact(said)
            made, data = draft / "card.png", draft / "data.json"
            data.write_bytes(written)
            self._renderer.evidence_card(card_of(said, files.sha256(written), draft), made)
            path, json_path = f"{place}.png", f"{place}.json"
            return Piece(
                case_id=case.id,
                message_id=message.id,
                account=case.account,
                path=path,
                sha256=files.sha256(made.read_bytes()),
                json_path=json_path,
                json_sha256=files.sha256(written),
                made_at=now,
                words=message.text,
                thread={line["ig_id"]: line["text"] for line in said["thread"]},
                change=change,
                draft=draft,
                drafts={**drafts, json_path: data, path: made},
            )

    def _with_picture(
        self, said: dict[str, Any], picture: PostPicture | None, draft: Path, place: str
    ) -> dict[str, Path]:
        """Put the post's picture into the data, named by its own hash; returns its draft, if there is one."""
        if picture is None or said["post"] is None:
            return {}
        said["post"]["no_picture"] = picture.missing
        if not picture.content:
            return {}
        digest = files.sha256(picture.content)
        name = f"unggahan-{digest[:16]}.jpg"
        said["post"]["picture"] = {"file": name, "sha256": digest, "source": picture.source}
        (draft / name).write_bytes(picture.content)
        return {f"{place.rpartition('/')[0]}/{name}": draft / name}

    def hang_up(self, connection: Connection, piece: Piece) -> bool:
        """Put the piece's files into their place and hang it at the end of its account's chain.

        False where it hangs there already, or where its words have changed since it was drawn: then it is drawn anew.
        Raises NeedsPerson where the files cannot be put there.
        """
        try:
            return self._hung(connection, piece)
        except OSError as error:
            raise self._unwritable(piece.path.rpartition("/")[0], error) from None
        finally:
            files.throw_away(piece.draft)

    def _hung(self, connection: Connection, piece: Piece) -> bool:
        occasion = piece.change.occasion if piece.change else "written"
        chain.wait_for_turn(connection, piece.account)
        message = messages.hold(connection, piece.message_id)
        if message is None or not self.may_draw(message) or message.text != piece.words:
            return False
        # Somebody's words may have been erased while they were drawn here as well.
        before = {line.ig_id: line.text for line in messages.thread_before(connection, message)}
        if any(before.get(ig_id) != text for ig_id, text in piece.thread.items()):
            return False
        if chain.has(connection, piece.message_id, occasion):
            return False
        # Under the lock, so that another worker's files never lie under this one's row.
        files.put_in_place(self._data_dir, piece.drafts)
        values = {
            "case_id": piece.case_id,
            "message_id": piece.message_id,
            "account": piece.account,
            "occasion": occasion,
            "happened_at": piece.change.at if piece.change else None,
            "path": piece.path,
            "sha256": piece.sha256,
            "json_path": piece.json_path,
            "json_sha256": piece.json_sha256,
            "made_at": piece.made_at,
        }
        chain.hang(connection, values)
        evidenced.made(connection, piece.message_id, piece.change.line if piece.change else None)
        return True

    def _unwritable(self, folder: str, error: OSError) -> NeedsPerson:
        return NeedsPerson(
            f"cannot write evidence into {self._data_dir / folder}: {error.strerror}",
            cure="free some space, or make the folder writable for the worker's user",
        )
