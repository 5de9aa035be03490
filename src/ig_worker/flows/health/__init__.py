"""Looks after the worker itself: whether it advances, and who is told when it does not."""
