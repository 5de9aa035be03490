"""What conftest.py changes in pytest: a skip is a failure on the build machine, and hostile text ends no run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"
TESTS = {
    "folder": "def test_it(shared_folder): assert shared_folder.is_dir()",
    "skips": "import pytest\ndef test_it(): pytest.skip('no tool')",
    "marked": "import pytest\n@pytest.mark.skipif(True, reason='no tool')\ndef test_it(): pass",
    "module": "import pytest\npytest.importorskip('no_such_module')\ndef test_it(): pass",
    "hostile": "import sys\ndef test_it(): print('half an emoji: \\ud83d'); sys.stderr.write(chr(0xDC00))",
    "hostile_and_failing": "def test_it(): raise ValueError('half an emoji: \\ud83d')",
    "xfail": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False",
}


def outcomes(project: Path, *arguments: str, **environment: str) -> dict[str, str]:
    """What pytest says of each of the tests above in a new project that has our conftest.py."""
    tests = project / "tests"
    tests.mkdir(parents=True)
    shutil.copy(CONFTEST, tests)
    (tests / "fakes").mkdir()
    shutil.copy(CONFTEST.parent / "fakes" / "leaks.py", tests / "fakes")
    for name, text in TESTS.items():
        (tests / f"test_{name}.py").write_text(text)
    ours = ("CI", "IG_WORKER_", "PYTEST_", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "--continue-on-collection-errors", *arguments],
        cwd=project,
        env=kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL)\b.*\btest_(\w+)\.py", run.stdout, re.MULTILINE)
    assert len(said) >= len(TESTS), run.stdout
    return {test: word for word, test in said}


def test_a_skip_is_a_skip_on_a_laptop(tmp_path: Path) -> None:
    said = outcomes(tmp_path / "project")
    skipped = {test for test, word in said.items() if word == "SKIPPED"}
    assert skipped == {"folder", "skips", "marked", "module"}


def test_a_skip_is_a_failure_on_the_build_machine(tmp_path: Path) -> None:
    said = outcomes(tmp_path / "project", CI="true")
    assert (said["skips"], said["marked"], said["module"]) == ("FAILED", "ERROR", "ERROR")


def test_an_expected_failure_stays_one_on_the_build_machine(tmp_path: Path) -> None:
    assert outcomes(tmp_path / "project", CI="true")["xfail"] == "XFAIL"


def test_the_shared_folder_may_be_absent_on_the_build_machine_unless_it_was_promised(tmp_path: Path) -> None:
    assert outcomes(tmp_path / "free", CI="true")["folder"] == "SKIPPED"
    promised = outcomes(tmp_path / "promised", CI="true", IG_WORKER_SHARED="nowhere")
    assert promised["folder"] == "ERROR"


def test_the_shared_folder_is_found_beside_the_project_or_where_the_environment_says(tmp_path: Path) -> None:
    (tmp_path / "shared" / "reference").mkdir(parents=True)
    assert outcomes(tmp_path / "beside")["folder"] == "PASSED"
    far = outcomes(tmp_path / "far" / "away", CI="true", IG_WORKER_SHARED="../../shared")
    assert far["folder"] == "PASSED"


def test_hostile_text_in_a_report_does_not_end_a_parallel_run(tmp_path: Path) -> None:
    said = outcomes(tmp_path / "project", "-p", "xdist.plugin", "-n", "1")
    assert (said["hostile"], said["hostile_and_failing"]) == ("PASSED", "FAILED")
