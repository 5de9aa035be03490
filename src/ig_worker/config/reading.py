"""Finds config.toml, lays the environment over it, and makes Settings of the two."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from ig_worker import shipped
from ig_worker.config.fields import CONFIG_FOLDER
from ig_worker.config.model import ENV_PREFIX, Settings
from ig_worker.config.problems import describe
from ig_worker.domain.errors import Misconfigured

USUAL_PLACES = (Path("config.toml"), Path("/etc/ig-worker/config.toml"))

# IG_WORKER_CONFIG names the file; IG_WORKER_SHARED is where the tests look for reference data.
_NOT_KEYS = frozenset({"config", "shared"})


class _Environment(EnvSettingsSource):
    """The variables as a tree of sections and keys, from a mapping instead of the process."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._given = {name.lower(): value for name, value in env.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._given


def load(path: Path | None = None, *, env: Mapping[str, str] | None = None) -> Settings:
    """The settings of ``path``, else of ``$IG_WORKER_CONFIG``, ``./config.toml`` or ``/etc/ig-worker/config.toml``.

    Variables ``IG_WORKER_SECTION__KEY`` of ``env`` (default: the process's) go over the file. Relative paths in
    either start at the file's folder. Everything that is wrong is a Misconfigured of one line, never with a secret.
    """
    env = os.environ if env is None else env
    file, in_file = _find(path, env)
    in_env = _tree(env)
    token = CONFIG_FOLDER.set(file.absolute().parent)
    try:
        settings = Settings(**_overlay(in_file, in_env))
    except ValidationError as error:
        raise Misconfigured(
            f"{file}: {describe(error, in_env)}.",
            cure=f"Correct {file} or the variable named; config.example.toml explains every key.",
        ) from None
    finally:
        CONFIG_FOLDER.reset(token)
    settings._source = file.absolute()
    return settings


def is_there(path: Path | None = None, *, env: Mapping[str, str] | None = None) -> bool:
    """Whether :func:`load` would find a file, right or wrong."""
    named = (os.environ if env is None else env).get(f"{ENV_PREFIX}CONFIG", "")
    place = path or (Path(named) if named else None)
    return any(map(_stands, USUAL_PLACES if place is None else (place,)))


def _stands(place: Path) -> bool:
    try:
        return place.exists()
    except OSError:
        return True  # in a folder that this user may not enter: what it is, load() says


def init(directory: Path, text: str = "") -> Path:
    """Write a commented config.toml there, readable by its owner alone, and return its path; `text` is the example's.

    Misconfigured where one stands already (it is left as it is) or the folder cannot be written.
    """
    file = directory / "config.toml"
    text = text or shipped.example_config()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(file, error) from None
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misconfigured(
            f"{file} is there already; it was left as it is.",
            cure="Edit it, or move it away and run `ig-worker init` again.",
        ) from None
    except OSError as error:
        raise _cannot_write(file, error) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise _cannot_write(file, error) from None
    return file


def _cannot_write(file: Path, error: OSError) -> Misconfigured:
    return Misconfigured(
        f"{file} cannot be written: {error.strerror}.",
        cure="Choose a folder that this user can write, on a disk with space left.",
    )


def _find(path: Path | None, env: Mapping[str, str]) -> tuple[Path, dict[str, Any]]:
    named = env.get(f"{ENV_PREFIX}CONFIG", "")
    if path is None and named:
        path = Path(named)
    for place in USUAL_PLACES if path is None else (path,):
        try:
            return place, _read(place)
        except (FileNotFoundError, NotADirectoryError):
            continue
    if path is not None:
        raise Misconfigured(
            f"There is no configuration at {path}.",
            cure="Correct the path (--config or IG_WORKER_CONFIG), or run `ig-worker init` to make one.",
        )
    looked = ", ".join(["--config", f"${ENV_PREFIX}CONFIG", *(str(place) for place in USUAL_PLACES)])
    raise Misconfigured(
        f"There is no configuration; looked at {looked}.",
        cure="Run `ig-worker init` to make a config.toml here.",
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        raise
    except PermissionError as error:
        raise Misconfigured(
            f"{file} cannot be read: {error.strerror}.",
            cure="Run it as the user whose file it is; as installed by scripts/install that is `sudo ig-worker`.",
        ) from None
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 text (byte {error.start + 1})"
    except tomllib.TOMLDecodeError as error:
        # Its words name the line and column, and never quote the value.
        problem = f"is not TOML: {error}"
    except (ValueError, RecursionError):
        problem = "is not TOML: a value nobody could mean"
    raise Misconfigured(
        f"{file} {problem}.", cure="Correct it there; config.example.toml shows how it is written."
    )


def _tree(env: Mapping[str, str]) -> dict[str, Any]:
    names = {name: name.lower().removeprefix(ENV_PREFIX.lower()) for name in env}
    ours = {name: rest.split("__")[0] for name, rest in names.items() if rest != name.lower()}
    unknown = [
        name
        for name, key in ours.items()
        if key not in Settings.model_fields and names[name] not in _NOT_KEYS
    ]
    if unknown:
        raise Misconfigured(
            f"Unknown environment variable {', '.join(sorted(unknown))}.",
            cure=f"Variables are called {ENV_PREFIX}SECTION__KEY, with a section of config.example.toml.",
        )
    return _Environment(env)()


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """One tree of two; where both say something, ``above`` counts.

    Variables know no small letters and no hyphens, so the names of accounts and units are matched without them. A
    secret given above replaces the same secret's file below, and the other way round.
    """
    merged = dict(below)
    spelled = {_as_in_variables(key): key for key in below}
    for key, value in above.items():
        own = spelled.get(_as_in_variables(key), key)
        for rival in (f"{own}_file", own.removesuffix("_file")):
            if rival != own:
                merged.pop(rival, None)
        here = merged.get(own)
        merged[own] = (
            _overlay(here, value) if isinstance(here, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def _as_in_variables(key: str) -> str:
    return key.lower().replace("-", "_").replace(".", "_")
