"""A publisher with the real client, and a wire on which every call of Meta's API can be answered with an error."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import responses
from publishing_bench import PublishingBench, publishing_bench
from requests import PreparedRequest

from ig_worker.graph import AccountAccess, InstagramAccount

IG = "17841400000000001"

EVERYTHING = re.compile(r"https://graph\.instagram\.com/.*")


class Wire:
    """As much of Meta as publishing needs, its clock the bench's.

    ``errors`` are given instead of an effect, or after it where the spot is in ``all_the_same``.
    """

    def __init__(self, bench: PublishingBench) -> None:
        self._bench = bench
        self.calls: Counter[str] = Counter()
        self.log: list[str] = []
        self.errors: dict[str, tuple[int | None, int | None]] = {}
        self.all_the_same: set[str] = set()
        self.takes_ids = True
        self.containers: dict[str, dict[str, str]] = {}
        self.media: list[dict[str, Any]] = []
        self.effect_after = 0.0
        """Seconds after an answer in which what it was about takes effect."""

    def answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        url = urlsplit(str(request.url))
        path = url.path.split("/", 2)[-1]
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        body = request.body.decode() if isinstance(request.body, bytes) else (request.body or "")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        spot = self._spot(str(request.method), path, query)
        self.calls[spot] += 1
        self.log.append(spot)
        error = self.errors.pop(spot, None)
        if error is not None and spot not in self.all_the_same:
            return self._no(*error)
        if spot == "ids" and not self.takes_ids:
            return self._no(100, None, "The parameter ids is not supported")
        effect = getattr(self, f"_{spot}")(path, query, form)
        return self._no(*error) if error is not None else (200, {}, json.dumps(effect))

    @staticmethod
    def _spot(method: str, path: str, query: dict[str, str]) -> str:
        if method == "POST":
            return {f"{IG}/media": "create", f"{IG}/media_publish": "publish"}[path]
        if path == f"{IG}/content_publishing_limit":
            return "limit"
        if path == f"{IG}/media":
            return "list"
        if "ids" in query:
            return "ids"
        return "permalink" if query.get("fields") == "permalink" else "status"

    @staticmethod
    def _no(code: int | None, subcode: int | None, message: str = "No.") -> tuple[int, dict[str, str], str]:
        error: dict[str, Any] = {
            "message": message,
            "type": "OAuthException",
            "code": code,
            "fbtrace_id": "A",
        }
        if subcode is not None:
            error["error_subcode"] = subcode
        return 400, {}, json.dumps({"error": error})

    def _create(self, _path: str, _query: dict[str, str], form: dict[str, str]) -> Any:
        ig_id = f"1789{len(self.containers):010d}"
        self.containers[ig_id] = form
        return {"id": ig_id}

    def _state(self, ig_id: str) -> dict[str, str]:
        out = any(media["container"] == ig_id and self._shown(media) for media in self.media)
        return {"id": ig_id, "status_code": "PUBLISHED" if out else "FINISHED"}

    def _status(self, path: str, _query: dict[str, str], _form: dict[str, str]) -> Any:
        return self._state(path)

    def _ids(self, _path: str, query: dict[str, str], _form: dict[str, str]) -> Any:
        return {ig_id: self._state(ig_id) for ig_id in query["ids"].split(",")}

    def _publish(self, _path: str, _query: dict[str, str], form: dict[str, str]) -> Any:
        container = self.containers[form["creation_id"]]
        kind = "CAROUSEL_ALBUM" if "children" in container else "IMAGE"
        self.media.append(
            {
                "id": f"1800{len(self.media):010d}",
                "container": form["creation_id"],
                "caption": container.get("caption", ""),
                "at": self._bench.clock.now(),
                "media_type": kind,
            }
        )
        return {"id": self.media[-1]["id"]}

    def _shown(self, media: dict[str, Any]) -> bool:
        at: datetime = media["at"]
        return (self._bench.clock.now() - at).total_seconds() >= self.effect_after

    def _list(self, _path: str, _query: dict[str, str], _form: dict[str, str]) -> Any:
        return {
            "data": [
                {
                    "id": media["id"],
                    "caption": media["caption"],
                    "timestamp": media["at"].strftime("%Y-%m-%dT%H:%M:%S+0000"),
                    "media_type": media["media_type"],
                    "media_product_type": "FEED",
                }
                for media in reversed(self.media)
                if self._shown(media)
            ]
        }

    def _permalink(self, path: str, _query: dict[str, str], _form: dict[str, str]) -> Any:
        return {"id": path, "permalink": f"https://www.instagram.com/p/{path}/"}

    def _limit(self, _path: str, _query: dict[str, str], _form: dict[str, str]) -> Any:
        return {"data": [{"quota_usage": len(self.media), "config": {"quota_total": 50}}]}


@contextmanager
def wired_bench() -> Iterator[tuple[PublishingBench, Wire]]:
    """A bench whose publisher speaks to the wire through the real client."""
    with publishing_bench() as bench, responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        wire = Wire(bench)
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, EVERYTHING, callback=wire.answer)
        access = AccountAccess("polowijen", "instagram", IG, "", lambda: "IGAAsecretsecretsecret")
        begun = bench.clock.now()

        def stopwatch() -> float:
            return (bench.clock.now() - begun).total_seconds()

        door = InstagramAccount(access, sleep=lambda seconds: None, stopwatch=stopwatch)
        bench.publisher = bench.another_publisher(instagram=door)
        yield bench, wire
