"""What systemd hears of the worker, on a real socket, from a real process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ig_worker.clock import stopwatch
from ig_worker.demo.day import BEGIN
from ig_worker.demo.stage import set_up
from ig_worker.pulse import Pulse
from ig_worker.signals import Ending
from ig_worker.systemd import Systemd
from ig_worker.worker import _look_after


@pytest.fixture(params=["path", "abstract"])
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """An address as NOTIFY_SOCKET has it, and the socket behind it."""
    name = f"{tmp_path}/notify" if request.param == "path" else f"@ig-worker-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(name if name.startswith("/") else "\0" + name[1:])
        heard.settimeout(60)
        yield name, heard


def test_a_real_worker_says_that_it_is_ready_that_it_lives_and_that_it_stops(
    tmp_path: Path, line: tuple[str, socket.socket]
) -> None:
    address, heard = line
    with set_up(tmp_path / "hari", BEGIN) as stage:
        environment = os.environ | {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000000"}
        worker = subprocess.Popen(
            [sys.executable, "-m", "ig_worker", "--config", str(stage.config), "run"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert heard.recv(4096).decode().startswith("READY=1\nSTATUS=")
            begun = stopwatch()
            for _ in range(3):
                assert heard.recv(4096) == b"WATCHDOG=1"
            assert stopwatch() - begun < 3 * 3, "systemd would have ended it"
            worker.send_signal(signal.SIGTERM)
            while (said := heard.recv(4096)) == b"WATCHDOG=1":
                pass
            assert said == b"STOPPING=1\nSTATUS=SIGTERM: stopping"
            assert worker.wait(10) == 0
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.wait()


class _Health:
    stuck: object = ()


class _Storage:
    replaced = ""


class _House:
    """What looking after the lanes needs of the house."""

    def __init__(self) -> None:
        self.pulse = Pulse(lambda lane: 0.0, stuck_after=0.3)
        self.health = _Health()
        self.storage = _Storage()


def test_a_lane_that_hangs_is_fed_no_more_and_the_rest_of_the_worker_goes_on(
    line: tuple[str, socket.socket],
) -> None:
    address, heard = line
    systemd = Systemd({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "300000"})
    house = _House()
    deadlock, free = threading.Lock(), threading.Event()
    deadlock.acquire()

    def hang() -> None:
        house.pulse.works("people", "inbox")
        deadlock.acquire()
        house.pulse.rests()
        free.wait(30)

    lane = threading.Thread(target=hang, name="people")
    lane.start()
    ending = Ending()
    main = threading.Thread(target=_look_after, args=(house, [], [lane], ending, systemd))
    main.start()
    try:
        fed = 0
        while (said := heard.recv(4096)) == b"WATCHDOG=1":
            fed += 1
        assert said == b"STATUS=stuck: people at inbox"
        assert fed >= 2
        heard.settimeout(0.8)  # the time in which it would have been fed eight times
        with pytest.raises(TimeoutError):
            heard.recv(4096)
        heard.settimeout(10)
        deadlock.release()
        assert heard.recv(4096) == b"STATUS=every lane advances"
        assert heard.recv(4096) == b"WATCHDOG=1"
    finally:
        ending.asked_by = "SIGTERM"
        ending.ring()
        main.join(10)
        free.set()
        lane.join(10)
    assert not main.is_alive()


def test_its_variables_are_no_childs(tmp_path: Path) -> None:
    environment = {
        "NOTIFY_SOCKET": "/run/x",
        "WATCHDOG_USEC": "60000000",
        "WATCHDOG_PID": str(os.getpid()),
        "A": "b",
    }
    assert Systemd(environment).watchdog_seconds == 60
    assert environment == {"A": "b"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "x"},
        {"WATCHDOG_USEC": "5000000", "WATCHDOG_PID": "1"},
        {"NOTIFY_SOCKET": "vsock:2:1"},
    ],
)
def test_where_nobody_listens_nothing_is_said(environment: dict[str, str]) -> None:
    systemd = Systemd(environment)
    systemd.say("READY=1")
    assert systemd.watchdog_seconds == 0


def test_a_listener_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": f"{tmp_path}/gone"}).say("WATCHDOG=1")
