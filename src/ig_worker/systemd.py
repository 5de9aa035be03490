"""Tells systemd that the worker is ready, that it lives, and that it ends (``sd_notify(3)``)."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping


class Systemd:
    """Says nothing where nobody listens. Its variables are taken out of the environment: no child may speak for us.

    ``watchdog_seconds`` is how often systemd wants to hear of the worker at least; 0 where it does not.
    """

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        self._address = environment.pop("NOTIFY_SOCKET", "")
        wanted, whose = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
        ours = whose in ("", str(os.getpid()))
        self.watchdog_seconds = int(wanted) / 1e6 if ours and wanted.isdecimal() else 0.0

    def say(self, *words: str) -> None:
        """Send ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1``, ``STATUS=…``; a listener that is gone is no trouble."""
        if not self._address.startswith(("/", "@")):
            return
        # An address with @ is in the abstract name space, which begins with a NUL.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto(
                    "\n".join(word.replace("\n", " ") for word in words).encode(errors="replace"), address
                )
        except OSError:
            pass
