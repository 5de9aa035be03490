"""What exists in the Graph API: which fields, edges, methods and parameters each type of node has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ig_worker.sandbox.errors import graph_error, invalid, missing

#: The type of each kind of node, by the login of the account it belongs to.
TYPES = {
    ("account", "facebook"): "IGUser",
    ("account", "instagram"): "IGUserForIGOnlyAPI",
    ("media", "facebook"): "IGMedia",
    ("media", "instagram"): "IGMediaForIGOnlyAPI",
    ("comment", "facebook"): "IGComment",
    ("comment", "instagram"): "IGComment",
    ("container", "facebook"): "ShadowIGMediaBuilder",
    ("container", "instagram"): "ShadowIGMediaBuilder",
    ("conversation", "facebook"): "UnifiedThread",
    ("conversation", "instagram"): "UnifiedThread",
    ("message", "facebook"): "Message",
    ("message", "instagram"): "Message",
    ("person", "facebook"): "InstagramPerson",
    ("person", "instagram"): "InstagramPerson",
    ("page", "facebook"): "Page",
    ("facebook_user", "facebook"): "FacebookUser",
}


@dataclass(frozen=True)
class NodeType:
    """One type of node. Parameters map to whether they are required."""

    name: str
    shown_as: str
    default_fields: tuple[str, ...]
    fields: frozenset[str]
    methods: Mapping[str, Mapping[str, bool]]
    edges: Mapping[str, Mapping[str, Mapping[str, bool]]]

    def no_such_field(self, name: str) -> Exception:
        """Meta's refusal of a field or edge that is not there."""
        return invalid(f"Tried accessing nonexisting field ({name}) on node type ({self.shown_as})")

    def parameters(self, method: str, edge: str) -> Mapping[str, bool]:
        """The parameters of a call on the node (empty edge) or one of its edges; raises where there is none."""
        methods = self.edges.get(edge, {}) if edge else self.methods
        if method in methods:
            return methods[method]
        if edge and method == "GET":
            raise self.no_such_field(edge)
        raise graph_error(100, 33, id=edge or self.shown_as, verb=method.lower())


def _parameters(names: Iterable[str]) -> dict[str, bool]:
    return {name.removesuffix("!"): name.endswith("!") for name in names}


@cache
def _load() -> tuple[dict[str, NodeType], frozenset[str]]:
    data = json.loads(resources.files(__package__).joinpath("vocabulary.json").read_text("utf-8"))
    types = {
        name: NodeType(
            name,
            node["shown_as"],
            tuple(node["default_fields"]),
            frozenset(node["fields"]),
            {method: _parameters(names) for method, names in node["methods"].items()},
            {
                edge: {method: _parameters(names) for method, names in methods.items()}
                for edge, methods in node["edges"].items()
            },
        )
        for name, node in data["nodes"].items()
    }
    return types, frozenset(data["every_call_takes"])


def node_type(kind: str, login: str) -> NodeType:
    """The type of a kind of node under an account of that login."""
    return _load()[0][TYPES[kind, login]]


def check_parameters(given: Mapping[str, object], allowed: Mapping[str, bool]) -> None:
    """Refuse parameters that do not exist and the absence of required ones (code 100).

    Meta swallows some unknown parameters in silence; the sandbox never does, so that a misspelt one is found here.
    """
    everywhere = _load()[1]
    for name in given:
        if name not in allowed and name not in everywhere:
            raise invalid(f"Invalid parameter: {name} is not allowed here")
    for name, required in allowed.items():
        if required and given.get(name) in (None, ""):
            raise missing(name)
