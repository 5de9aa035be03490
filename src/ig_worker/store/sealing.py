"""Seals and opens secrets with a passphrase, in a short-lived process of its own.

The library for it costs seven megabytes, and the worker needs it for a moment at its start and at a refresh.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from typing import Literal

from ig_worker.domain.errors import Misconfigured

WRONG_KEY = 3
"""Exit status of the process when this key does not open what it was given."""


def sealed(secret: str, key: str) -> str:
    """The secret as only this key opens it."""
    done = _ask("seal", secret, key)
    if done.returncode != 0:
        raise Misconfigured(
            "a secret could not be encrypted", cure="look whether the machine is out of memory"
        )
    return done.stdout


def opened(text: str, key: str) -> str | None:
    """What was sealed, None when this key does not open it."""
    done = _ask("open", text, key)
    if done.returncode not in (0, WRONG_KEY):
        raise Misconfigured(
            "a secret could not be decrypted", cure="look whether the machine is out of memory"
        )
    return done.stdout if done.returncode == 0 else None


def _ask(what: Literal["seal", "open"], text: str, key: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        # Over standard input: an argument would show in the process list.
        [sys.executable, "-P", "-m", "ig_worker.store.sealing"],
        input=json.dumps({"do": what, "text": text, "key": key}),
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> int:
    """Do the one thing that standard input asks for; the result goes to standard output."""
    from cryptography.fernet import Fernet, InvalidToken

    asked = json.load(sys.stdin)
    box = Fernet(base64.urlsafe_b64encode(hashlib.sha256(asked["key"].encode()).digest()))
    try:
        done = box.encrypt(asked["text"].encode()) if asked["do"] == "seal" else box.decrypt(asked["text"])
    except InvalidToken:
        return WRONG_KEY
    sys.stdout.write(done.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
