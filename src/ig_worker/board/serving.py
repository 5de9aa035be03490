"""Listens for the board until it is told to stop."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from starlette.types import ASGIApp

from ig_worker import heap
from ig_worker.domain.errors import Misconfigured

_GRACE_SECONDS = 5

_TIDY_TICKS = 300
"""Half a minute of the server's tenths of a second."""

AT_ONCE = 24
"""Requests in work at one moment; the others wait their turn."""


def serve(app: ASGIApp, host: str, port: int, trusted_proxies: Sequence[str] = ()) -> None:
    """Serve until SIGTERM or SIGINT, and come back within seconds of it. For the main thread of a process.

    Prints one line on stdout when ready, ``board listening on http://127.0.0.1:8080``; port 0 is any free one.
    Misconfigured where the address cannot be had. Of `trusted_proxies` alone (addresses, networks) it is believed for
    whom they ask.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        lifespan="off",
        ws="none",
        limit_concurrency=200,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    with listener:
        _Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        raise Misconfigured(
            f"The board cannot listen on {host}, port {port}: {error.strerror or error}.",
            cure="Choose another [board] host or port; another program may be there already.",
        ) from None
    # What is accepted inherits it. asyncio sets it only where the socket names its protocol, which this one does not;
    # without it each page waits forty milliseconds for the browser's acknowledgement of its head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Server(uvicorn.Server):
    """Says when it is ready, and takes a signal to stop as a wish, not as a crash of the process."""

    _tidied_after = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # More threads answer nothing sooner on one core, and each holds a connection to the database and its memory.
        current_default_thread_limiter().total_tokens = AT_ONCE
        await super().startup(sockets)
        assert sockets is not None  # serve gives one
        host, port = sockets[0].getsockname()[:2]
        sys.stdout.write(f"board listening on http://{f'[{host}]' if ':' in host else host}:{port}\n")
        sys.stdout.flush()

    async def on_tick(self, counter: int) -> bool:
        # What many large pages left behind goes back to the system once they are over.
        asked = self.server_state.total_requests
        if counter % _TIDY_TICKS == 0 and asked != self._tidied_after:
            self._tidied_after = asked
            heap.give_back()
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
