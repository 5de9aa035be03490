"""Loads requests without what guesses a text's alphabet: the Graph API says UTF-8, and a guesser takes three megabytes.

Imported before all else of this room. Whoever loaded requests or a guesser before keeps it.
"""

from __future__ import annotations

import sys
import warnings

GUESSERS = ("chardet", "charset_normalizer")


def _load() -> None:
    hidden = [name for name in GUESSERS if name not in sys.modules]
    try:
        for name in hidden:
            sys.modules[name] = None  # type: ignore[assignment]  # Python's own word for "not to be had"
        with warnings.catch_warnings():
            # It says that it lacks one; then it takes UTF-8 where an answer does not name its alphabet.
            warnings.simplefilter("ignore")
            import requests  # noqa: F401
    finally:
        for name in hidden:
            del sys.modules[name]


_load()
