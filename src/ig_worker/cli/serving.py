"""Two servers: the board, where Meta fetches pictures, and the embedded Instagram for training and tests."""

from __future__ import annotations

from pathlib import Path

import click

from ig_worker.cli.board_users import user
from ig_worker.cli.desk import Desk, pass_desk
from ig_worker.cli.failing import NotDone

a_port = click.IntRange(0, 65535)


@click.group()
def board() -> None:
    """The web board."""


board.add_command(user)


@board.command("serve")
@click.option("--host", help="Where to listen; without it: [board] host.")
@click.option("--port", type=a_port, help="0 takes a free one; without it: [board] port.")
@pass_desk
def serve_board(desk: Desk, host: str | None, port: int | None) -> None:
    """Serve the board, the staged pictures under /media, /healthz and /metrics."""
    from ig_worker import heap

    desk.stay_small()
    heap.share()
    heap.give_large_back()
    from ig_worker import board as rooms

    desk.log_as_configured()
    settings = desk.settings
    with desk.database():  # what is wrong with it is said here, in plain words
        office = rooms.Office(settings)
    try:
        app = rooms.create_app(office)
        heap.give_back()
        said = settings.board
        rooms.serve(app, host or said.host, said.port if port is None else port, said.trusted_proxies)
    finally:
        office.close()


@click.group()
def sandbox() -> None:
    """The embedded Instagram."""


@sandbox.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=a_port, default=8125, show_default=True, help="0 takes a free one.")
@click.option(
    "--mails", type=click.Path(path_type=Path), help="Also take mails, and keep each as a file here."
)
@click.option("--mail-port", type=a_port, default=8126, show_default=True, help="Where mails are taken.")
def serve_sandbox(host: str, port: int, mails: Path | None, mail_port: int) -> int:
    """Serve the embedded Instagram until SIGTERM or SIGINT."""
    from ig_worker.sandbox.server import main

    words = ["--host", host, "--port", str(port)]
    if mails is None:
        return main(words)
    from ig_worker.demo.smtp_sink import SmtpSink

    try:
        with SmtpSink(mails, mail_port) as office:
            click.echo(f"mails to port {office.port} come to lie in {mails}")
            return main(words)
    except OSError as error:
        raise NotDone(
            f"no mails can be taken on port {mail_port}: {error.strerror}", cure="--mail-port 0"
        ) from None


commands = (board, sandbox)
