"""The process's heap, kept small: glibc gives every thread its own and keeps what a large piece once took."""

from __future__ import annotations

import ctypes
import gc

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of malloc.h
LARGE = 1024 * 1024


def share() -> None:
    """Let all threads share one heap: one each costs a small server seven megabytes here, more after large pieces."""
    _set(_ARENA_MAX, 1)


def give_large_back() -> None:
    """Have what takes a megabyte or more always go back to the system at once: a password's hash takes nineteen.

    Left alone, glibc learns from the first such piece to keep the next ones on the heap of their thread.
    """
    _set(_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Return what the start needed and the work does not to the system."""
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def _set(what: int, value: int) -> None:
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(what, value)
