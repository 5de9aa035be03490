"""What stands around the code says what is true: version, pins, scripts, licence, container, README."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ig_worker

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("runtime", "sheets", "image", "build", "dev")
SHELL_SCRIPTS = ("setup", "demo", "test", "check", "lock", "install")


def text_of(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    """Every text file that git would carry into a clone, by its path."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    found = {}
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (REPOSITORY / name).is_file() and b"\0" not in (content := (REPOSITORY / name).read_bytes()):
            found[name] = content.decode("utf-8", "replace")
    return found


def lines_with(tracked: dict[str, str], pattern: str, *folders: str) -> list[str]:
    """`path:line` of every match in files under those folders, this one left out."""
    return [
        f"{name}:{number}"
        for name, text in tracked.items()
        if name.startswith(folders) and name != Path(__file__).relative_to(REPOSITORY).as_posix()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_the_changelogs_top_version_is_the_packages() -> None:
    versions = re.findall(r"^## \[([^]]+)]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert next(version for version in versions if version != "Unreleased") == ig_worker.__version__


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_and_has_hashes(name: str) -> None:
    pins = re.split(r"\n(?=\S)", text_of(f"requirements/{name}.txt").strip())
    assert len(pins) > 5
    for pin in pins:
        assert re.match(r"[a-z0-9-]+(\[\w+])?==[\w.]+ ", pin), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_name_no_place_to_fetch_from(name: str) -> None:
    assert not re.search(r"https?:|index|find-links|file:|git\+| @ ", text_of(f"requirements/{name}.txt"))


def test_the_developers_set_holds_the_workers_and_the_builders_same_pins() -> None:
    pins = {
        name: set(
            re.findall(r"^([a-z0-9-]+(?:\[\w+])?==[\w.]+)", text_of(f"requirements/{name}.txt"), re.MULTILINE)
        )
        for name in REQUIREMENTS
    }
    assert pins["runtime"] | pins["build"] | pins["image"] <= pins["dev"]
    assert pins["runtime"] <= pins["sheets"] <= pins["image"]


def test_every_declared_dependency_is_pinned_for_the_worker() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    declared = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]}
    pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[\w+])?==", text_of("requirements/runtime.txt"), re.MULTILINE))
    assert declared <= pinned


def test_no_file_names_a_package_registry(tracked: dict[str, str]) -> None:
    hosts = ["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(com|org)", "extra-" + "index-url"]
    assert lines_with(tracked, "|".join(hosts), "") == []


def test_what_npm_brings_is_pinned_by_hash_and_names_no_place_to_fetch_from() -> None:
    lock = text_of("tests/browser/package-lock.json")
    packages = {name: one for name, one in json.loads(lock)["packages"].items() if name}
    assert packages
    assert all(one["integrity"].startswith("sha512-") and one["dev"] for one in packages.values())
    assert not re.search(r"resolved|https?:", lock)


def test_nothing_is_left_undone_in_the_code(tracked: dict[str, str]) -> None:
    assert (
        lines_with(
            tracked, r"\b(TODO|FIXME|XXX)\b|pragma: no cover|raise NotImplementedError", "src/", "tests/"
        )
        == []
    )


def test_nothing_is_taken_out_of_a_conftest(tracked: dict[str, str]) -> None:
    """There are several of that name, and which one an import finds depends on which folders are run together."""
    taken = re.compile(r"^\s*(from|import) conftest\b", re.MULTILINE)
    assert [path for path, text in tracked.items() if path.endswith(".py") and taken.search(text)] == []


def test_a_patch_or_a_sleep_in_a_test_has_its_reason_beside_it(tracked: dict[str, str]) -> None:
    machine = r"(?!(socket|os|sys), )"  # what is not ours may be replaced
    for pattern in (r"mock\.patch", rf"monkeypatch\.setattr\({machine}", r"\btime\.sleep\("):
        assert lines_with(tracked, rf"{pattern}[^#]*$", "tests/") == []


@pytest.mark.parametrize("name", [*(f"scripts/{script}" for script in SHELL_SCRIPTS), ".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    script = REPOSITORY / name
    shell = "bash" if name.startswith(".ci") else "sh"
    assert os.access(script, os.X_OK)
    assert re.match(rf"#!(/bin/{shell}|/usr/bin/env {shell})\n", script.read_text("utf-8"))
    assert subprocess.run([shell, "-n", script], check=False).returncode == 0


def test_the_licence_is_mit_as_the_package_says() -> None:
    licence = text_of("LICENSE")
    assert licence.startswith("MIT License\n\nCopyright (c) 2026 the ig-worker contributors\n")
    assert "Permission is hereby granted, free of charge" in licence
    assert tomllib.loads(text_of("pyproject.toml"))["project"]["license"] == "MIT"


def test_everything_the_container_copies_exists_and_is_not_ignored() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", text_of("Dockerfile"), re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert {"requirements", "src", "migrations", "pyproject.toml"} <= {
        source.rstrip("/") for source in copied
    }
    allowed = re.findall(r"^!(\S+)", text_of(".dockerignore"), re.MULTILINE)
    for source in copied:
        assert (REPOSITORY / source).exists(), source
        assert source.rstrip("/") in allowed, source


def test_the_container_runs_the_worker_as_an_ordinary_user() -> None:
    final = text_of("Dockerfile").rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001(:10001)?$", final, re.MULTILINE)
    assert re.search(r"^VOLUME \[?\"?/data", final, re.MULTILINE)
    assert json.loads(re.findall(r"^CMD (.+)$", final, re.MULTILINE)[-1]) == ["ig-worker", "run"]
    assert re.search(r"^HEALTHCHECK .*(\\\n.*)*ig-worker status", final, re.MULTILINE)


def help_of(*command: str) -> str | None:
    """What `ig-worker COMMAND --help` says; None where there is no such command."""
    script = Path(sys.executable).parent / "ig-worker"
    run = subprocess.run([script, *command, "--help"], capture_output=True, text=True, check=False)
    return run.stdout if run.returncode == 0 else None


def test_every_command_in_the_readme_exists() -> None:
    shown = re.findall(r"`(?:\.venv/bin/)?ig-worker ([a-z-]+(?: [a-z-]+)*)", text_of("README.md"))
    assert len(shown) > 10
    assert [command for command in sorted(set(shown)) if help_of(*command.split()) is None] == []


def test_every_command_is_in_the_readme() -> None:
    listed = (help_of() or "").partition("Commands:")[2]
    commands = re.findall(r"^  ([a-z][a-z-]+)", listed, re.MULTILINE)
    assert len(commands) > 5
    assert [command for command in commands if f"`ig-worker {command}" not in text_of("README.md")] == []


def test_every_script_and_document_that_the_readme_names_exists() -> None:
    named = re.findall(
        r"(?<![\w/.])((?:scripts|docs|requirements|src|tests)/[\w./-]*[\w/])", text_of("README.md")
    )
    assert len(named) > 5
    assert [name for name in named if not (REPOSITORY / name).exists()] == []
