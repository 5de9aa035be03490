"""Says in one line what is wrong with a configuration: which key, what was found, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from ig_worker.config.model import ENV_PREFIX, Settings
from ig_worker.domain.redaction import hide_secrets

Place = Sequence[str | int]

_SHOWN_PROBLEMS = 5

# pydantic's own words for these speak of Python.
_PLAINER = {
    "model_type": "a table of keys",
    "dict_type": "a table of keys",
    "tuple_type": "a list",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "a text",
}


def describe(error: ValidationError, environment: Mapping[str, Any]) -> str:
    """The problems of a configuration, joined; ``environment`` is the tree that the variables made."""
    problems = [_describe_one(dict(detail), environment) for detail in error.errors(include_url=False)]
    more = len(problems) - _SHOWN_PROBLEMS
    return "; ".join(problems[:_SHOWN_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")


def _describe_one(detail: dict[str, Any], environment: Mapping[str, Any]) -> str:
    place: Place = [part for part in detail["loc"] if part != "[key]"]
    name = key_name(place, environment)
    if detail["type"] == "missing":
        return f"{name} is missing"
    if detail["type"] == "extra_forbidden":
        return f"{name} is not a known key; {known_here(place)}"
    allowed = _PLAINER.get(detail["type"], detail["msg"].removeprefix("Input should be "))
    return f"{name}: found {_found(place, detail)}; allowed: {allowed}"


def key_name(place: Place, environment: Mapping[str, Any]) -> str:
    """How people call the key: the variable where it came from one, else ``[section] key`` of the file."""
    if _stands_in(environment, place):
        return ENV_PREFIX + "__".join(str(part).upper() for part in place if isinstance(part, str))
    keys = [str(part) for part in place if isinstance(part, str)]
    number = "".join(f" (number {part + 1})" for part in place if isinstance(part, int))
    if len(keys) == 1:
        return keys[0] + number
    return f"[{'.'.join(keys[:-1])}] {keys[-1]}{number}"


def known_here(place: Place) -> str:
    """The keys that may stand where the unknown one was found, the likeliest alone where there is one."""
    model = _model_at(place[:-1])
    known = [field.alias or name for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(str(place[-1]), known, 1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"


def _stands_in(tree: Mapping[str, Any], place: Place) -> bool:
    here: Any = tree
    for part in place:
        if isinstance(part, int):
            return True  # an item of a list that stands there
        if not isinstance(here, Mapping) or part not in here:
            return False
        here = here[part]
    return True


def _found(place: Place, detail: dict[str, Any]) -> str:
    """What was found, in words that give no secret away: only values of keys known to hold none are shown."""
    value = detail["input"]
    if isinstance(value, Mapping | BaseModel):
        return "a table"
    if _is_open(place):
        text = hide_secrets(str(value) if not isinstance(value, str) else f'"{value}"')
        shown = text if len(text) <= 60 else text[:59] + "…"
        return "".join(character if character.isprintable() else "�" for character in shown)
    if value is None or value == "" or (isinstance(value, SecretStr) and not value.get_secret_value()):
        return "nothing"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return "a value (not shown, it may be secret)"


def _is_open(place: Place) -> bool:
    """Is this the place of a key that exists and holds no secret?"""
    names = [part for part in place if isinstance(part, str)]
    fields = _model_at(names[:-1]).model_fields.items()
    annotation = next(
        (field.annotation for name, field in fields if names[-1] in (name, field.alias)), SecretStr
    )
    return not _holds_secret(annotation) and _section(annotation) is None


def _holds_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_holds_secret(inner) for inner in get_args(annotation))


def _section(annotation: Any) -> type[BaseModel] | None:
    """The section that a key holds, or each key of the table it holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section(inner))), None)


def _model_at(place: Place) -> type[BaseModel]:
    """The section whose keys stand at that place, the deepest there is on the way."""
    here: type[BaseModel] = Settings
    parts = [str(part) for part in place]
    while parts and (field := here.model_fields.get(parts.pop(0))) and (inner := _section(field.annotation)):
        if get_args(field.annotation):
            del parts[:1]  # a table of tables: this part is a name that people chose
        here = inner
    return here
