"""Plays a day of the centre against the embedded Instagram."""
