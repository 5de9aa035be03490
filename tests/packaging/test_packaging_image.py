"""The image without an engine: its install lines are run, then its command and its health check as an ordinary user."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dockerfile import REPOSITORY, Prefix, Stage, read
from ordinary import as_ordinary, fetched_or_skip, open_folder, owner, python_for_all

from ig_worker.clock import pause, stopwatch
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_TOKEN

BUILD, FINAL = read(REPOSITORY / "Dockerfile")
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@dataclass
class Image:
    """The final stage with what was built, its root read-only as far as the user's rights say so."""

    prefix: Prefix
    stage: Stage
    base_url: str

    @property
    def environment(self) -> dict[str, str]:
        """As an operator would run it: the settings that differ as variables."""
        return {
            **self.prefix.environment(self.stage.env),
            "IG_WORKER_GRAPH__BASE_URL": self.base_url,
            "IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN": INSTAGRAM_TOKEN,
            "IG_WORKER_MEDIA__ALLOW_PRIVATE_ADDRESSES": "true",
            "IG_WORKER_PLAYED_CLOCK": "clock",
        }

    def move_to(self, now: datetime) -> None:
        file = self.prefix.path("/data/clock")
        fresh = file.with_name("clock.new")
        fresh.write_text(now.isoformat(), "ascii")
        fresh.chmod(0o644)
        fresh.replace(file)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            env=self.environment,
            cwd=self.prefix.path("/data"),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            **as_ordinary(),
        )

    def healthy(self) -> bool:
        """Docker's word: 0 is healthy, 1 is not, and nothing else may be said."""
        done = self.command("sh", "-c", self.stage.healthcheck)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
        return done.returncode == 0

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        log = self.prefix.path("/log")
        with log.open("ab") as stderr:
            process = subprocess.Popen(
                self.stage.command,
                env=self.environment,
                cwd=self.prefix.path("/data"),
                stderr=stderr,
                **as_ordinary(),
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()

    def until_healthy(self, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
        begun = stopwatch()
        while not self.healthy():
            said = self.prefix.path("/log").read_text("utf-8", "replace")[-3000:]
            assert process.poll() is None, said
            assert stopwatch() - begun < seconds, said
            pause(0.2)


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    python = python_for_all()
    with open_folder() as folder, SandboxProcess({"now": NOW.isoformat()}) as instagram:
        prefix = Prefix(folder, python)
        prefix.prepare()
        fetched_or_skip(prefix.build(BUILD))
        # What the final stage copies over is all that is left of the first one.
        assert FINAL.all("COPY") == [f"--from={BUILD.name} /opt/ig-worker /opt/ig-worker"]
        for place in ("/opt/build", "/src", "/dist"):
            shutil.rmtree(prefix.path(place))
        shutil.rmtree(prefix.path("/tmp"))
        prefix.path("/tmp").mkdir(mode=0o777)
        for place in ("/data", "/tmp"):
            os.chown(prefix.path(place), owner(), -1)
        if os.geteuid() != 0:
            subprocess.run(["chmod", "-R", "a-w", prefix.path("/opt")], check=True)
        yield Image(prefix, FINAL, instagram.base_url)
        subprocess.run(["chmod", "-R", "u+w", prefix.path("/opt")], check=True)


def everything_else(image: Image) -> dict[str, tuple[int, int, int]]:
    """Every file outside /data and /tmp, with when and how it last changed."""
    found = {}
    for path in image.prefix.folder.rglob("*"):
        inside = "/" + str(path.relative_to(image.prefix.folder))
        if not inside.startswith(("/data", "/tmp", "/log")):
            seen = path.lstat()
            found[inside] = (seen.st_mtime_ns, seen.st_size, seen.st_mode)
    return found


@pytest.mark.slow
def test_the_installed_image_runs_and_tells_its_health(image: Image, untraced_children: None) -> None:
    before = everything_else(image)
    image.move_to(NOW)
    begun = image.command("ig-worker", "init", str(image.prefix.path("/data")))
    assert begun.returncode == 0, begun.stderr
    assert not image.healthy()

    with image.running() as worker:
        image.until_healthy(worker)
        worker.kill()
        worker.wait()
        image.move_to(NOW + timedelta(minutes=10))
        assert not image.healthy()

    with image.running() as worker:
        image.until_healthy(worker)
        begun_to_stop = stopwatch()
        worker.terminate()
        assert worker.wait(10) == 0
        assert stopwatch() - begun_to_stop < 10

    assert image.prefix.path("/data/var/ig-worker.db").is_file()
    assert everything_else(image) == before


@pytest.mark.slow
def test_the_image_has_what_the_configuration_may_ask_for(image: Image) -> None:
    asked = "import psycopg, gspread, pillow_heif; print(psycopg.pq.version() > 0)"
    found = image.command("python", "-c", asked)
    assert (found.returncode, found.stdout) == (0, "True\n"), found.stderr
    # Nothing that installs packages is left for whoever gets in.
    assert image.command("python", "-m", "pip", "--version").returncode != 0
    upgraded = image.command("ig-worker", "--version")
    assert upgraded.returncode == 0, upgraded.stderr


@pytest.mark.slow
def test_the_health_check_is_cheap(image: Image, untraced_children: None) -> None:
    if not image.prefix.path("/data/config.toml").exists():
        image.move_to(NOW)
        assert image.command("ig-worker", "init", str(image.prefix.path("/data"))).returncode == 0
    image.healthy()

    def spent(work: Callable[[], object]) -> float:
        took = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            work()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(took)

    # Beside what every command has to load, on the same machine at the same time.
    loading = spent(lambda: image.command("python", "-c", "import sqlalchemy, pydantic_settings"))
    checking = spent(image.healthy)
    print(f"a health check takes {checking:.2f} s of the processor, what it is made with {loading:.2f} s")
    assert checking < 2.5 * loading


def test_the_final_stage_writes_only_where_it_may() -> None:
    assert BUILD.base == FINAL.base
    assert FINAL.one("USER") == "10001:10001"
    assert FINAL.one("VOLUME") == '["/data"]'
    assert FINAL.one("STOPSIGNAL") == "SIGTERM"
    assert FINAL.env["IG_WORKER_CONFIG"] == "/data/config.toml"
    assert FINAL.env["HOME"] == "/tmp"
    assert FINAL.env["SQLITE_TMPDIR"] == "/data", "in compose.yaml /tmp is 64 MB of memory"
    assert FINAL.env["PYTHONDONTWRITEBYTECODE"] == "1"
    (made,) = FINAL.all("RUN")
    assert "groupadd --gid 10001" in made
    assert "useradd --uid 10001 --gid 10001" in made
    assert "--owner=10001 --group=10001 --mode=0750 /data" in made


def test_a_dockerfile_with_a_slip_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM a AS b\nRNU true\n")
    with pytest.raises(ValueError, match="RNU true"):
        read(file)
    file.write_text("FROM a AS b\nRUN one \\\n && two\nENV A=1 \\\n    B=/opt/ig-worker/bin:$PATH\n")
    (stage,) = read(file)
    assert stage.steps[0] == ("RUN", "one   && two")
    prefix = Prefix(tmp_path, "python3")
    assert prefix.environment(stage.env)["B"].startswith(f"{tmp_path}/opt/ig-worker/bin:{tmp_path}/bin:")
    assert prefix.mapped("/opt/ig-worker/bin/pip /dist/*.whl /database /opt/ig-worker-x") == (
        f"{tmp_path}/opt/ig-worker/bin/pip {tmp_path}/dist/*.whl /database /opt/ig-worker-x"
    )
