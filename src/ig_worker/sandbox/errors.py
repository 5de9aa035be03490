"""How the embedded Instagram says no: Meta's error envelope and the words for each code."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


class GraphError(Exception):
    """An answer in Meta's envelope (instagram_api.md, section G)."""

    def __init__(
        self,
        code: int,
        subcode: int | None,
        message: str,
        *,
        http_status: int = 400,
        title: str = "",
        user_msg: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.message = message
        self.http_status = http_status
        self.title = title
        self.user_msg = user_msg

    def envelope(self, fbtrace_id: str) -> dict[str, Any]:
        """The body of the answer."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["is_transient"] = self.code in (1, 2)
        if self.title:
            error["error_user_title"] = self.title
        if self.user_msg:
            error["error_user_msg"] = self.user_msg
        error["fbtrace_id"] = fbtrace_id
        return {"error": error}


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Code/subcode (``9007/2207027``, ``190``) to message, title, user_msg and http_status."""
    text = resources.files(__package__).joinpath("errors.json").read_text("utf-8")
    known: dict[str, dict[str, Any]] = json.loads(text)["errors"]
    return known


def graph_error(code: int, subcode: int | None = None, message: str = "", **words: object) -> GraphError:
    """The error with the catalogue's words; ``message`` replaces them, ``words`` fill their blanks."""
    known = catalogue().get(f"{code}" if subcode is None else f"{code}/{subcode}", {})
    said = message or str(known.get("message", "An error has occurred."))
    if words:
        said = said.format(**words)
    return GraphError(
        code,
        subcode,
        said,
        http_status=known.get("http_status", 400),
        title=known.get("title", ""),
        user_msg=known.get("user_msg", ""),
    )


def code_of_subcode(subcode: int) -> int:
    """The code that goes with a subcode whose pairing Meta does not document; 100 where nobody saw one."""
    for key in catalogue():
        code, _, known = key.partition("/")
        if known == str(subcode):
            return int(code)
    return 100


def invalid(message: str) -> GraphError:
    """Code 100: something in the request is not as it must be."""
    return graph_error(100, message=f"(#100) {message}")


def missing(name: str) -> GraphError:
    """Code 100: a required parameter is not there."""
    return invalid(f"The parameter {name} is required.")


def not_there(node_id: str, verb: str = "get") -> GraphError:
    """Code 100/33: no such object, or not for this token (instagram_api.md, section G)."""
    return graph_error(100, 33, id=node_id, verb=verb.lower())
