"""Where the server behind a recipient's address listens."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Server:
    """Where it listens, and how: ``tls`` from the first byte, ``starttls`` after a greeting; ``mail`` is SMTP."""

    host: str
    port: int
    tls: bool
    mail: bool = False
    starttls: bool = False
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
