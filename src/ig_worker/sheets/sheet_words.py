"""What a spreadsheet at Google is called in what we say about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetWords:
    """Its name, the section of the configuration that says where it is, and the columns that are ours."""

    name: str
    section: str
    ours: str


PLAN = SheetWords("lembar rencana", "planner", "kolom status_ig, tautan, dan galat")
FIGURES = SheetWords("lembar angka", "insights", "lembar tempat angka ditulis")
