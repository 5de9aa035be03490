"""A mail server that keeps every mail as a file instead of delivering it; for the demo and the tests."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP

_LARGEST_MAIL = 32 * 1024 * 1024


class SmtpSink:
    """Listens on `port` of this machine (0 for a free one) while its ``with`` block runs, in a thread of its own.

    Mails become ``0001.eml``, ``0002.eml`` … in ``folder``, in the order they came; the sender has its "250 OK" only
    when the file is whole.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)
        self._server: asyncio.Server | None = None
        self.port = port

    def __enter__(self) -> SmtpSink:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, recipient: str) -> str:
        """The Apprise URL that sends mail for ``recipient`` here: no TLS, no login."""
        return f"mailto://127.0.0.1:{self.port}/?from=ig-worker@puskesmas.example&to={quote(recipient)}"

    def mails(self) -> list[EmailMessage]:
        """Every mail so far, the oldest first."""
        files = sorted(self._folder.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep a mail."""
        number = len(list(self._folder.glob("*.eml"))) + 1
        fresh = self._folder / f"{number:04}.part"
        fresh.write_bytes(envelope.content)
        fresh.rename(fresh.with_suffix(".eml"))
        return "250 OK"

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", data_size_limit=_LARGEST_MAIL, loop=self._loop),
            "127.0.0.1",
            self.port,
        )

    async def _stop(self) -> None:
        assert self._server is not None  # only __exit__ calls this
        self._server.close()
        await self._server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
