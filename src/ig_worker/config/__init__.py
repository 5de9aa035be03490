"""What the centre has set: one TOML file, the environment over it, and plain words when something is wrong."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ig_worker.config.apart import Reading
    from ig_worker.config.model import Settings
    from ig_worker.config.reading import init, is_there, load

__all__ = ["Reading", "Settings", "init", "is_there", "load"]

_HOMES = {
    "Reading": "apart",
    "Settings": "model",
    "init": "reading",
    "is_there": "reading",
    "load": "reading",
}


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: a worker whose settings were read apart carries no pydantic."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
