"""What the centre has set: one TOML file, the environment over it, and plain words when something is wrong."""

from ig_worker.config.model import Settings
from ig_worker.config.reading import init, is_there, load

__all__ = ["Settings", "init", "is_there", "load"]
