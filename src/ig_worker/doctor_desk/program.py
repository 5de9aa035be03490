"""Looks at the program and the machine under it: what there is without any configuration."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker import __version__, clock
from ig_worker.domain.checkup import found
from ig_worker.domain.checkup.machine import of_ffprobe, of_python
from ig_worker.flows.checking_up import machine
from ig_worker.flows.checking_up.rounds import Look

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)

FONTS = (
    "NotoColorEmoji-COLRv1.ttf",
    "NotoSans-Bold.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansJavanese-Regular.ttf",
    "NotoSansMath-Regular.ttf",
)
"""What papers are set with; a test holds it against the package."""


def without_settings(missing: bool, said: str) -> list[Look]:
    """What can be looked at where the configuration is missing or wrong."""
    return [
        Look("config_file", lambda: [found("config_file", "missing" if missing else "wrong", said=said)]),
        *of_the_program(clock.SystemClock().now),
        Look("ffprobe", lambda: [of_ffprobe(installed=has_ffprobe(), videos=0)]),
    ]


def of_the_program(now: Callable[[], datetime]) -> list[Look]:
    version = (sys.version_info.major, sys.version_info.minor, sys.version_info.micro)
    folder = Path(str(files("ig_worker").joinpath("render", "fonts")))
    return [
        Look("python", lambda: [of_python(version, __version__, now().date())]),
        Look("memory", machine.memory),
        Look("fonts", partial(machine.fonts, folder, FONTS)),
    ]


def has_ffprobe() -> bool:
    return machine.on_path("ffprobe") and machine.on_path("ffmpeg")
