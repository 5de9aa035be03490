"""Centres with storage that fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_disk
from small_centre import Centre, centre_in


def _wants_a_disk(item: pytest.Item) -> bool:
    return "centre" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where there is no disk that could be filled, these tests are no part of the run."""
    wanting = [item for item in items if _wants_a_disk(item) and item.path.parent == Path(__file__).parent]
    if wanting and not small_disk.where():
        config.hook.pytest_deselected(items=wanting)
        items[:] = [item for item in items if item not in set(wanting)]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Who may mount nothing as he is runs the test again where he may: in a process with namespaces of its own."""
    if not _wants_a_disk(pyfuncitem) or small_disk.where() != "namespace":
        return None
    # In there he is called root, and root's own folder of temporary files is not his.
    base = f"--basetemp={tempfile.mkdtemp(prefix='ig-worker-again-')}/base"
    again = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", base, pyfuncitem.nodeid]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
    done = subprocess.run(
        [*small_disk.NAMESPACE, *again],
        cwd=pyfuncitem.config.rootpath,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout, done.stdout
    return True


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre | None]:
    """The centre; nothing where another process has it and runs the test."""
    if small_disk.where() == "namespace":
        yield None
        return
    with centre_in(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def _as_people_run_it(untraced_children: None) -> None:
    """Whole workers live here for minutes; their parts are measured where they are tested."""
