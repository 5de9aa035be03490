"""Says figures and opening time as Indonesians write them: ``1.234``, ``4,5``, ``5 jam 30 menit jam kerja``."""

from __future__ import annotations

from ig_worker.domain.evaluation import wording


def number(value: float, places: int = 0) -> str:
    """``1.234`` or ``1.234,5``; what is whole has no places."""
    rounded = round(value, places)
    return wording.number(rounded, 0 if rounded == int(rounded) else places)


def working_time(hours: float) -> str:
    """Opening time: ``20 jam kerja``, ``5 jam 30 menit jam kerja``, ``40 menit jam kerja``; by whole minutes."""
    minutes = int(hours * 60 + 0.5)
    whole, rest = divmod(minutes, 60)
    if not minutes:
        return "kurang dari 1 menit jam kerja"
    if not rest:
        return f"{number(whole)} jam kerja"
    return f"{number(whole)} jam {rest} menit jam kerja" if whole else f"{rest} menit jam kerja"
