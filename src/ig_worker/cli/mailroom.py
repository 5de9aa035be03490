"""Every command of ``inbox``: each module here hangs its own on the group."""

from __future__ import annotations

from ig_worker.cli import answering, explaining, relabelling, rising, settling
from ig_worker.cli.inbox import inbox

HANGERS = (explaining, answering, relabelling, settling, rising)

commands = (inbox,)
