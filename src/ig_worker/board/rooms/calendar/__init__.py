"""Kalender: the plan by month and week, what it still lacks, and a post given another day."""

from ig_worker.board.rooms.calendar.room import WAYS

__all__ = ["WAYS"]
