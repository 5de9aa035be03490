"""Every command of ``cases``: each module here hangs its own on the group."""

from __future__ import annotations

from ig_worker.cli import case_moves, crises, open_days, register, telling, verifying
from ig_worker.cli.cases import cases

HANGERS = (case_moves, crises, register, open_days, telling, verifying)

commands = (cases,)
