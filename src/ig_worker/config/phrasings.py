"""Reads the centre's phrasings: its own file if it has one, else those that came along."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ig_worker import shipped
from ig_worker.domain.errors import Misconfigured


def phrasings(own: Path | None) -> tuple[str, dict[str, Any]]:
    """The name of the file and what it holds, as ``domain.thanks.Phrasebook.from_mapping`` takes it.

    Misconfigured where ``[replies] phrasings_file`` cannot be read.
    """
    if own is None:
        return "thanks.toml", shipped.thanks()
    try:
        return str(own), tomllib.loads(own.read_text("utf-8-sig"))
    except OSError as error:
        raise Misconfigured(
            f"[replies] phrasings_file {own} cannot be read: {error.strerror or error}.",
            cure='Correct the path, or write phrasings_file = "" for the phrasings that came along.',
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(
            f"[replies] phrasings_file {own} is not TOML in UTF-8: {error}.",
            cure="Correct that place; the texts stand in quotes, with commas between them.",
        ) from None
