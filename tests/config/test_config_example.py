"""config.example.toml documents every key, with its default, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from ig_worker import config, shipped
from ig_worker.config import Settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"

NAMED_BY_PEOPLE = ("accounts.", "units.", "topics.", "faq.", "cases.profiles.")


def keys_of(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Every key of a section, dotted; a table of tables stands as ``accounts.*``."""
    found = set()
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        annotation = field.annotation
        inner = annotation
        if get_args(annotation):
            inner = next(
                (a for a in get_args(annotation) if isinstance(a, type) and issubclass(a, BaseModel)), None
            )
            key = f"{key}.*" if inner else key
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= keys_of(inner, f"{key}.")
        else:
            found.add(key)
    return found


def keys_in(tree: dict[str, Any], prefix: str = "") -> set[str]:
    found = set()
    for name, value in tree.items():
        key = f"{prefix}*" if prefix in NAMED_BY_PEOPLE else prefix + name
        tables = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        if tables:
            found |= set().union(*(keys_in(one, f"{key}.*.") for one in tables))
        else:
            found |= keys_in(value, f"{key}.") if isinstance(value, dict) and value else {key}
    return found


def with_its_commented_tables() -> str:
    """The example with those tables uncommented that would else be taken for the centre's own words."""
    lines, inside = [], False
    for line in EXAMPLE.read_text("utf-8").splitlines():
        inside = line.startswith("# [") or (inside and line.startswith("# "))
        lines.append(line.removeprefix("# ") if inside else line)
    return "\n".join(lines)


def test_the_example_has_every_key_of_the_model_and_no_other() -> None:
    assert keys_in(tomllib.loads(with_its_commented_tables())) == keys_of(Settings)


def test_the_commented_tables_of_the_example_may_be_uncommented(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(with_its_commented_tables(), "utf-8")
    settings = config.load(tmp_path / "config.toml", env={})
    (question,) = settings.faq.values()
    assert "jam berapa buka" in question.questions
    assert [str(each) for each in settings.cases.profiles["cepat"].steps] == [
        "acknowledge",
        "follow_up",
        "resolve",
    ]
    (ramadan,) = settings.calendar.other_hours
    assert ramadan.name == "Ramadan"


def test_the_examples_values_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    example = config.load(EXAMPLE, env={}).model_dump()
    default = config.load(tmp_path / "empty.toml", env={}).model_dump()
    assert example.pop("data_dir") == EXAMPLE.parent / "var"
    assert default.pop("data_dir") == tmp_path / "var"
    account = example.pop("accounts")["polowijen"]
    assert account["access_token"].get_secret_value() == ""
    assert example.pop("units") == {"farmasi": {"notify": ()}}
    assert default.pop("accounts") == default.pop("units") == {}
    assert example == default


def test_every_key_has_an_explanation_in_its_line_or_stands_in_a_table_that_has_one() -> None:
    explained_tables = {
        "calendar",
        "topics",
        "working_hours",
        "schedule",
        "replies",
        "notify",
        "units.farmasi",
    }
    table = ""
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.startswith("["):
            table = line[1 : line.index("]")]
        elif line and not line.lstrip().startswith("#"):
            assert "#" in line or table in explained_tables, line


def test_the_text_that_init_writes_is_the_example() -> None:
    assert shipped.example_config() == EXAMPLE.read_text("utf-8")


def test_opening_hours_are_by_weekday() -> None:
    opening = Settings().opening
    assert [opening[day] is None for day in range(7)] == [False] * 6 + [True]
    assert [str(opening[4][1]), str(opening[5][1])] == ["11:30:00", "12:30:00"]  # type: ignore[index]
