"""Complaints and suggestions: each a case with its evidence, told to the right people."""
