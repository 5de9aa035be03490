"""Serves the embedded Instagram on a port of this machine."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ig_worker.sandbox.app import HANG_UP, make_app
from ig_worker.sandbox.world import World

READY = "sandbox listening on "


class HangingUpProtocol(H11Protocol):
    """HTTP/1.1 that lets the application close the connection without an answer."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[HANG_UP] = self.transport.abort
            await inner(scope, receive, send)

        self.app = app


def serve(host: str, port: int, world: World) -> None:
    """Serve this world until SIGTERM or SIGINT; port 0 takes a free one. Says on stdout when it is ready.

    Raises OSError when it cannot listen there. To be called from the main thread.
    """
    config = uvicorn.Config(
        make_app(world),
        http=HangingUpProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, because only then asyncio sends small answers at once.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
        # The server ends by sending itself the signal it got once more; SIGTERM shall end it as gently as Ctrl-C.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            shown = f"[{host}]" if family == socket.AF_INET6 else host
            sys.stdout.write(f"{READY}http://{shown}:{listening.getsockname()[1]}\n")
            sys.stdout.flush()
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            return
        finally:
            signal.signal(signal.SIGTERM, before)


def _world(file: Path | None, seed: int | None) -> World:
    config = json.loads(file.read_text("utf-8")) if file else {}
    if not isinstance(config, dict):
        raise TypeError("it must be a JSON object")
    return World(config if seed is None else {**config, "seed": seed})


def main(argv: Sequence[str] | None = None) -> int:
    """The command ``python -m ig_worker.sandbox``; exit status 2 when the configuration makes no sense."""
    parser = argparse.ArgumentParser(prog="ig_worker.sandbox", description="The embedded Instagram.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8125, help="0 takes a free one")
    parser.add_argument("--config", type=Path, help="a JSON file with accounts, settings, seed and now")
    parser.add_argument("--seed", type=int, help="other figures and ids")
    chosen = parser.parse_args(argv)
    try:
        world = _world(chosen.config, chosen.seed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"the sandbox cannot use this configuration: {error}\n")
        return 2
    try:
        serve(chosen.host, chosen.port, world)
    except OSError as error:
        sys.stderr.write(f"the sandbox cannot listen on {chosen.host} port {chosen.port}: {error}\n")
        return 1
    return 0
