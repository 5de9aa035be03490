"""Backups: one file for each, that proves itself when it is read."""
