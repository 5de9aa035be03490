"""Every command of ``posts``: each module here hangs its own on the group."""

from __future__ import annotations

from ig_worker.cli import approvals, checking, deciding, drafts, planning
from ig_worker.cli.posts import posts

HANGERS = (approvals, checking, deciding, drafts, planning)

commands = (posts,)
