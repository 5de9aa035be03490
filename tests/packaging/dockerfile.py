"""Reads a Dockerfile, and does what it says in a folder instead of an image: no container engine is needed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

UMASK = 0o022
"""An engine's: what is built is for every user to read, however private this machine's own files are."""


@dataclass
class Stage:
    """One FROM and what follows it: instructions in their order, in the Dockerfile's own words."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        """What stands behind each such instruction."""
        return [words for name, words in self.steps if name == instruction]

    def one(self, instruction: str) -> str:
        """What stands behind the last such instruction."""
        return self.all(instruction)[-1]

    @property
    def env(self) -> dict[str, str]:
        """All that ENV sets."""
        return dict(re.findall(r"(\w+)=(\S+)", " ".join(self.all("ENV"))))

    @property
    def healthcheck(self) -> str:
        """The command as a shell takes it."""
        return self.one("HEALTHCHECK").partition(" CMD ")[2]

    @property
    def command(self) -> list[str]:
        """The words of CMD."""
        words: list[str] = json.loads(self.one("CMD"))
        return words


def read(file: Path) -> list[Stage]:
    """The stages; an instruction outside of the language is a ValueError."""
    known = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
    text = re.sub(r"^#.*\n", "", file.read_text("utf-8"), flags=re.MULTILINE)
    stages: list[Stage] = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip():
            continue
        name, _, words = line.strip().partition(" ")
        if name not in known:
            raise ValueError(f"no instruction: {line}")
        if name == "FROM":
            base, _, called = words.partition(" AS ")
            stages.append(Stage(base, called))
        else:
            stages[-1].steps.append((name, words.strip()))
    return stages


@dataclass
class Prefix:
    """A folder in which the image's paths stand, so that nothing of the machine is touched."""

    folder: Path
    python: str
    places: Sequence[str] = ("/opt/build", "/opt/ig-worker", "/src", "/dist", "/data", "/tmp")

    def path(self, inside: str) -> Path:
        """Where a path of the image is."""
        return self.folder / inside.lstrip("/")

    def mapped(self, words: str) -> str:
        """The same words with the image's paths in the folder."""
        places = "|".join(map(re.escape, self.places))
        return re.sub(rf"(?<![\w./-])({places})(?![\w-])", lambda found: str(self.path(found[1])), words)

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """What a process in the image sees."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "LANG"))
        }
        path = f"{self.path('/bin')}:/usr/local/bin:/usr/bin:/bin"
        own = {name: self.mapped(value).replace("$PATH", path) for name, value in env.items()}
        return {**kept, "PATH": path, "HOME": str(self.path("/tmp")), "TMPDIR": str(self.path("/tmp")), **own}

    def prepare(self) -> None:
        """An empty image with the machine's own Python as `python`."""
        for place in ("/bin", "/opt", "/tmp", "/data"):
            self.path(place).mkdir(parents=True)
            self.path(place).chmod(0o755)
        python = self.path("/bin/python")
        python.write_text(f'#!/bin/sh\nexec {self.python} "$@"\n')
        python.chmod(0o755)

    def copy(self, words: str, workdir: str) -> None:
        """COPY from the repository, without what .dockerignore leaves out."""
        *sources, target = words.split()
        into = self.path(workdir) / target
        into.mkdir(parents=True, exist_ok=True)
        leave = shutil.ignore_patterns("__pycache__", "*.pyc")
        for source in sources:
            if (REPOSITORY / source).is_dir():
                shutil.copytree(REPOSITORY / source, into, dirs_exist_ok=True, ignore=leave)
            else:
                shutil.copy(REPOSITORY / source, into)

    def run(self, words: str, workdir: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """RUN: as a shell does it, by this machine's own way to packages, which may stand in its user's home."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")}
        return subprocess.run(
            ["sh", "-ec", self.mapped(words)],
            cwd=self.path(workdir),
            env={**inherited, **self.environment(env), "HOME": str(Path.home())},
            capture_output=True,
            text=True,
            check=False,
            umask=UMASK,
        )

    def build(self, stage: Stage) -> str:
        """Do what the stage says; returns what pip or another command complained of, "" where all went well."""
        workdir, env = "/", stage.env
        for name, words in stage.steps:
            if name == "WORKDIR":
                workdir = words
                self.path(workdir).mkdir(parents=True, exist_ok=True)
            elif name == "COPY":
                self.copy(words, workdir)
            elif name == "RUN":
                done = self.run(words, workdir, env)
                if done.returncode:
                    return done.stdout[-2000:] + done.stderr[-3000:]
        return ""
