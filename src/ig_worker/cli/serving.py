"""Two servers: the board, where Meta fetches pictures, and the embedded Instagram for training and tests."""

from __future__ import annotations

from typing import Any

import click

from ig_worker.cli.desk import Desk, pass_desk

a_port = click.IntRange(0, 65535)


@click.group()
def board() -> None:
    """The web board."""


@board.command("serve")
@click.option("--host", help="Where to listen; without it: [board] host.")
@click.option("--port", type=a_port, help="0 takes a free one; without it: [board] port.")
@pass_desk
def serve_board(desk: Desk, host: str | None, port: int | None) -> None:
    """Serve the staged pictures under /media, and /healthz."""
    from ig_worker import board as rooms
    from ig_worker.bootstrap import expected
    from ig_worker.flows.standing import standing
    from ig_worker.store.database import StorageError, unreadable

    desk.log_as_configured()
    settings = desk.settings
    jobs = expected(settings)
    with desk.database() as database:

        def health() -> tuple[bool, dict[str, Any]]:
            try:
                document = standing(database, jobs, desk.now())
            except StorageError as error:
                return False, {"healthy": False, "error": str(unreadable(database, error))}
            return document["healthy"], document

        app = rooms.create_app(media_dir=settings.data_dir / "media", health=health)
        rooms.serve(app, host or settings.board.host, settings.board.port if port is None else port)


@click.group()
def sandbox() -> None:
    """The embedded Instagram."""


@sandbox.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=a_port, default=8125, show_default=True, help="0 takes a free one.")
def serve_sandbox(host: str, port: int) -> int:
    """Serve the embedded Instagram until SIGTERM or SIGINT."""
    from ig_worker.sandbox.server import main

    return main(["--host", host, "--port", str(port)])


commands = (board, sandbox)
