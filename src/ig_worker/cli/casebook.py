"""Every command of ``cases``: each module here hangs its own on the group."""

from __future__ import annotations

from ig_worker.cli import case_moves, crises, open_days, register, telling
from ig_worker.cli.cases import cases

HANGERS = (case_moves, crises, register, open_days, telling)

commands = (cases,)
