"""Every command of ``insights``: each module here hangs its own on the group."""

from __future__ import annotations

from ig_worker.cli import month_report, showing_figures, taking_figures
from ig_worker.cli.figures import insights

HANGERS = (showing_figures, month_report, taking_figures)

commands = (insights,)
