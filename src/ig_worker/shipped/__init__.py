"""The files that travel inside the package."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any


def example_config() -> str:
    """The text of config.example.toml: beside the package in a wheel, at the top of a checkout."""
    in_wheel = files("ig_worker").joinpath("config.example.toml")
    if in_wheel.is_file():
        return in_wheel.read_text("utf-8")
    return Path(__file__).parents[3].joinpath("config.example.toml").read_text("utf-8")


def thanks() -> dict[str, Any]:
    """The centre's phrasings for thanks, as ``domain.thanks.Phrasebook.from_mapping`` takes them."""
    return tomllib.loads(files("ig_worker.shipped").joinpath("thanks.toml").read_text("utf-8"))


def suggestions() -> dict[str, Any]:
    """General answers by kind and topic, as ``domain.suggestions.Suggestions.of`` takes them."""
    return tomllib.loads(files("ig_worker.shipped").joinpath("suggestions.toml").read_text("utf-8"))


def joint_leave() -> dict[str, Any]:
    """The government's joint leave days (cuti bersama), by year."""
    return tomllib.loads(files("ig_worker.shipped").joinpath("cuti_bersama.toml").read_text("utf-8"))


def marked_days() -> dict[str, Any]:
    """The national and health days that are no public holidays, as ``domain.occasions.marked_days`` takes them."""
    return tomllib.loads(files("ig_worker.shipped").joinpath("hari_besar.toml").read_text("utf-8"))


def checks() -> dict[str, Any]:
    """What ``doctor`` looks at, as ``domain.checkup.Book.of`` takes it."""
    return tomllib.loads(files("ig_worker.shipped").joinpath("checks.toml").read_text("utf-8"))


def classifier_content() -> bytes:
    """The trained model's JSON (made by ``training.train``), as ``domain.classifier.rows.read_model`` takes it."""
    return files("ig_worker.shipped").joinpath("classifier_model.json").read_bytes()


def classifier_model() -> dict[str, Any]:
    """The same as plain objects."""
    model: dict[str, Any] = json.loads(classifier_content())
    return model
