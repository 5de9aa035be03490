"""scripts/setup on machines that lack something: one line that says what to do, and nothing half made is trusted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def setup_in(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of scripts/setup in `project`, where `python3` is whatever stands in project/bin."""
    for folder in ("scripts", "requirements", "src/ig_worker", "bin"):
        (project / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "scripts" / "setup", project / "scripts")
    for name in (
        "requirements/runtime.txt",
        "requirements/build.txt",
        "pyproject.toml",
        "src/ig_worker/__init__.py",
    ):
        (project / name).write_text("\n")
    return subprocess.run(
        [project / "scripts" / "setup"],
        env={"PATH": f"{project / 'bin'}:{project / 'tools'}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A folder with a space in its name and, on the path, the tools that scripts/setup uses, but no Python."""
    project = tmp_path / "a project"
    (project / "tools").mkdir(parents=True)
    for tool in ("sh", "dirname", "cat", "cksum", "rm", "tail", "env"):
        (project / "tools" / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    return project


def stand_in_python(project: Path, script: str) -> None:
    python = project / "bin" / "python3"
    python.parent.mkdir(exist_ok=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def test_setup_without_a_python_says_so_in_one_line(bare_machine: Path) -> None:
    run = setup_in(bare_machine)
    assert run.returncode == 1
    assert run.stderr.startswith("setup: no Python 3.11 or later here; as root: apt install python3")
    assert run.stderr.count("\n") == 1


def test_setup_with_an_old_python_says_so_in_one_line(bare_machine: Path) -> None:
    stand_in_python(bare_machine, "exit 1")
    assert setup_in(bare_machine).stderr.startswith("setup: no Python 3.11 or later here")


def test_setup_without_the_venv_module_names_the_package(bare_machine: Path) -> None:
    stand_in_python(bare_machine, 'case "$*" in *ensurepip*) exit 1 ;; esac')
    run = setup_in(bare_machine)
    assert run.returncode == 1
    assert run.stderr == "setup: python3 has no venv module; as root: apt install python3-venv\n"


def test_setup_that_cannot_make_the_venv_says_where(bare_machine: Path) -> None:
    stand_in_python(bare_machine, 'case "$*" in *"-m venv"*) echo "no space" >&2; exit 1 ;; esac')
    run = setup_in(bare_machine)
    assert run.returncode == 1
    assert f"setup: cannot make {bare_machine}/.venv" in run.stderr


def test_setup_whose_packages_cannot_be_had_shows_pips_reason_and_leaves_no_stamp(bare_machine: Path) -> None:
    pip = "#!/bin/sh\\n[ $1 = -VV ] && echo Python 3 || { echo ERROR: no network >&2; exit 1; }"
    stand_in_python(
        bare_machine,
        'case "$*" in *"-m venv"*) '
        f"/bin/mkdir -p .venv/bin; printf '{pip}\\n' > .venv/bin/python; /bin/chmod +x .venv/bin/python ;; esac",
    )
    run = setup_in(bare_machine)
    assert run.returncode == 1
    assert run.stderr.endswith(
        "ERROR: no network\n"
        "setup: could not install the packages; look at the network and the disk, and run this again\n"
    )
    assert not (bare_machine / ".venv" / "ready").exists()


def test_setup_of_an_unknown_set_names_the_known_ones() -> None:
    run = subprocess.run([REPOSITORY / "scripts/setup", "x"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "setup: there is no set 'x'; say runtime or dev\n")
