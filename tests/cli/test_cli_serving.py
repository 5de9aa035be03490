"""The board as a process: pictures for Meta and a page that says how it goes."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

from cli_centre import NOW, Installation

from ig_worker.config import load
from ig_worker.intervals import expected
from ig_worker.store import jobs


def answer(url: str) -> tuple[int, bytes]:
    try:
        with urlopen(url, timeout=10) as response:
            return response.status, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def test_the_board_serves_pictures_and_tells_how_it_goes(centre: Installation) -> None:
    media = centre.folder / "var" / "media"
    media.mkdir()
    name = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4cXV4cXV4cXV.jpg"
    (media / name).write_bytes(b"\xff\xd8\xff picture")
    process = subprocess.Popen(
        [sys.executable, "-m", "ig_worker", "--config", centre.config, "board", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 30)[0]
        url = process.stdout.readline().strip().removeprefix("board listening on ")
        assert answer(f"{url}/media/{name}") == (200, b"\xff\xd8\xff picture")
        status, body = answer(f"{url}/healthz")
        assert (status, json.loads(body)["healthy"]) == (503, False)
        with centre.writing() as connection:
            for job in expected(load(centre.config)):
                jobs.succeeded(connection, job, NOW)
        status, body = answer(f"{url}/healthz")
        assert (status, json.loads(body)["healthy"]) == (200, True)
        with centre.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE jobs RENAME TO mislaid")
        status, body = answer(f"{url}/healthz")
        assert (status, json.loads(body)["healthy"]) == (503, False)
        assert json.loads(body)["error"] == "the database cannot be used", "what it said is for the log alone"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_a_board_that_cannot_listen_says_why(centre: Installation) -> None:
    done = centre("board", "serve", "--host", "192.0.2.1", "--port", "0")
    assert done.status == 1
    assert "cannot listen on 192.0.2.1" in done.line
