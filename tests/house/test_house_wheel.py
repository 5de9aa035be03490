"""The wheel carries all that an installed worker reads."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_wheel_carries_all_that_the_worker_reads(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, REPOSITORY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    package = REPOSITORY / "src" / "ig_worker"
    wanted = {f"ig_worker/{p.relative_to(package).as_posix()}" for p in package.rglob("*") if p.is_file()}
    wanted |= {
        f"ig_worker/{p.relative_to(REPOSITORY).as_posix()}" for p in REPOSITORY.glob("migrations/**/*.py")
    }
    wanted |= {"ig_worker/config.example.toml", "ig_worker/py.typed"}
    wanted = {name for name in wanted if "__pycache__" not in name}
    assert any("/fonts/" in name for name in wanted)
    assert any("/migrations/versions/" in name for name in wanted)
    assert wanted - carried == set()
    assert not [
        name for name in carried if name.startswith(("tests", "scripts", "docs")) or "__pycache__" in name
    ]
