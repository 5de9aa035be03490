"""The net that looks for tokens in every line of the test run bites."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TOKEN = "IGAA" + "sandboxTokenPolowijen"  # in two parts: this file's own name for it must not be found

LEAKING = {
    "a log line": "logging.getLogger('ig_worker.graph').warning('asked with %s', TOKEN)",
    "an extra field": "logging.getLogger('ig_worker.graph').warning('asked', extra={'token': TOKEN})",
    "an exception in the log": """
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger('ig_worker.graph').exception('failed')
""",
    "an address": "logging.getLogger('ig_worker.x').warning('GET /debug?access_token=abcdefgh')",
    "the standard output": "print(TOKEN)",
    "the standard error": "print(TOKEN, file=sys.stderr)",
    "a process's log": "(tmp_path / 'worker.log').write_text(f'asked with {TOKEN}')",
    "a command's words": "leaks.look_at('said', TOKEN)",
}
HARMLESS = {
    "a hidden one": "logging.getLogger('ig_worker.graph').warning('asked with access_token=***')",
    "another's line": "logging.getLogger('somebody').debug('nothing')",
    "a file that is no log": "(tmp_path / 'config.toml').write_text(TOKEN)",
}


def run_with(body: str, folder: Path, mark: str = "") -> subprocess.CompletedProcess[str]:
    """A test with this body, run by itself under the net."""
    test = folder / "test_one.py"
    test.write_text(
        "import logging, sys\nimport pytest\nfrom fakes import leaks\n"
        f"TOKEN = {TOKEN!r}\n{mark}\ndef test_it(tmp_path):\n    {body.strip()}\n",
        "utf-8",
    )
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "fakes.leaks", "-p", "no:cacheprovider", "-c", "/dev/null",
         f"--rootdir={folder}", test],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TESTS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("where", LEAKING)
def test_a_token_anywhere_fails_the_test_and_is_not_shown_again(where: str, tmp_path: Path) -> None:
    done = run_with(LEAKING[where], tmp_path)
    assert done.returncode == 1, done.stdout
    assert "a secret stands where anybody may read it" in done.stdout


@pytest.mark.parametrize("where", HARMLESS)
def test_what_is_no_secret_or_no_log_passes(where: str, tmp_path: Path) -> None:
    done = run_with(HARMLESS[where], tmp_path)
    assert done.returncode == 0, done.stdout


def test_who_writes_one_on_purpose_says_so(tmp_path: Path) -> None:
    mark = "@pytest.mark.shows_secrets('to see the net')"
    assert run_with(LEAKING["a log line"], tmp_path, mark).returncode == 0
