"""What ``doctor`` finds: each finding judged from what was observed, and said with its number and its cure."""

from ig_worker.domain.checkup.book import Book, Line
from ig_worker.domain.checkup.finding import Finding, found

__all__ = ["Book", "Finding", "Line", "found"]
