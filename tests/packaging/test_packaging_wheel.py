"""Wheel and source distribution work far from the repository: both are built, and one is installed and used."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from ordinary import fetched_or_skip

import ig_worker

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Built:
    """What was built: the source distribution, the wheel that was made of it, and one made of the checkout."""

    sdist: Path
    wheel: Path
    of_checkout: Path


def build(kind: str, source: Path, into: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", into, source],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = into.iterdir()
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("dist")
    sdist = build("--sdist", REPOSITORY, folder / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "src")  # our own archive; Debian 12 knows no filter yet
    (unpacked,) = (folder / "src").iterdir()
    wheel = build("--wheel", unpacked, folder / "wheel")
    return Built(sdist, wheel, build("--wheel", REPOSITORY, folder / "checkout"))


@dataclass
class Installed:
    """An environment with nothing but the worker's pins and the wheel, and an empty folder."""

    python: Path
    folder: Path

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python.with_name("ig-worker"), *words],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
        )


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--no-input"]
    pins = [*pip, "--require-hashes", "--only-binary", ":all:", "-r", REPOSITORY / "requirements/runtime.txt"]
    done = subprocess.run(pins, capture_output=True, text=True, check=False)
    fetched_or_skip(done.stderr if done.returncode else "")
    # Without looking anything up: the pins hold all that the wheel asks for.
    done = subprocess.run(
        [*pip, "--no-index", built.wheel], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    (folder / "empty").mkdir()
    return Installed(python, folder / "empty")


@pytest.mark.slow
def test_the_wheel_made_of_the_source_distribution_is_the_checkouts(built: Built) -> None:
    def contents(wheel: Path) -> dict[str, str]:
        with zipfile.ZipFile(wheel) as archive:
            return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}

    assert built.wheel.name == built.of_checkout.name
    assert contents(built.wheel) == contents(built.of_checkout)


@pytest.mark.slow
def test_the_source_distribution_is_a_checkout_that_can_be_worked_on(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"README.md", "LICENSE", "CHANGELOG.md", "config.example.toml", "Dockerfile", "compose.yaml"}
    wanted |= {"pyproject.toml", "scripts/install", "docs/deploying/Caddyfile", "requirements/runtime.txt"}
    assert wanted - names == set()
    private = ("var/", "data/", "secrets/", ".venv", ".env")
    assert not [name for name in names if name.startswith(private) or name.endswith((".pyc", "config.toml"))]


@pytest.mark.slow
def test_what_it_carries_is_licensed_and_says_so(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        names = archive.namelist()
    licences = [name for name in names if ".dist-info/licenses/" in name]
    assert any(name.endswith("/LICENSE") for name in licences)
    assert len([name for name in licences if "/fonts/" in name]) == len(
        list((REPOSITORY / "src/ig_worker/render/fonts").glob("LICENSE*"))
    )


@pytest.mark.slow
def test_an_installation_begins_in_an_empty_folder(installed: Installed, untraced_children: None) -> None:
    assert installed("--version").stdout.split()[-1] == ig_worker.__version__
    assert installed("init").returncode == 0
    assert (installed.folder / "config.toml").read_bytes() == (
        REPOSITORY / "config.example.toml"
    ).read_bytes()
    upgraded = installed("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert installed("status").returncode == 1
    judged = installed("classify", "Terima kasih, petugasnya ramah sekali")
    assert judged.returncode == 0, judged.stderr
    looked = installed("doctor", "--json")
    assert looked.returncode in (0, 1), looked.stderr
    assert "Traceback" not in looked.stderr
    found = subprocess.run(
        [installed.python, "-c", "import ig_worker; print(ig_worker.__file__)"],
        cwd=installed.folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed.python.parents[1]) in found.stdout


@pytest.mark.slow
def test_the_demo_plays_there(installed: Installed, untraced_children: None) -> None:
    played = installed("demo", "--dir", "hari")
    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-4000:]
    assert (installed.folder / "hari" / "ig-worker.db").is_file()
    assert list((installed.folder / "hari").rglob("evidence/**/*.png"))
