"""The web board: calendar, approvals, inbox, cases and figures for the centre's people, and pictures for Meta."""

from ig_worker.board.application import create_app
from ig_worker.board.office import Office
from ig_worker.board.serving import serve

__all__ = ["Office", "create_app", "serve"]
