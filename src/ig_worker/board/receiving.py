"""Forms with files: what comes is written to the disk of the data at once, and never lies in memory as a whole."""

from __future__ import annotations

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

SPOOLED_BYTES = 256 * 1024
"""What is smaller than this needs no file."""


class _ToDisk(MultiPartParser):
    """The parser of such forms, whose files lie in a folder of ours: /tmp is memory on many a machine."""

    folder: Path

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        upload = self._current_part.file
        if upload is not None:
            ours = SpooledTemporaryFile(SPOOLED_BYTES, dir=str(self.folder))  # noqa: SIM115 (closed with the form)
            self._files_to_close_on_error.append(ours)
            upload.file.close()
            upload.file = cast("BinaryIO", ours)
            upload._max_mem_size = SPOOLED_BYTES


async def received(request: Request, folder: Path, files: int, fields: int, part_bytes: int) -> FormData:
    """The form, its files in `folder` under no name. Raises as ``request.form``, and OSError (a full disk)."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.form(max_files=0, max_fields=fields, max_part_size=part_bytes)
    parser = _ToDisk(
        request.headers, request.stream(), max_files=files, max_fields=fields, max_part_size=part_bytes
    )
    parser.folder = folder
    return await parser.parse()
