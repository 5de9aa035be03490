"""Two Instagrams on which the same play is given: the fake in memory, and the real client with the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Literal, Protocol

from PIL import Image

from fakes.fake_instagram import FakeInstagram, FaultPlan
from ig_worker.domain.instagram import Kind, Why
from ig_worker.flows.ports import Instagram
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import (
    FACEBOOK_ACCOUNT,
    FACEBOOK_PAGE,
    FACEBOOK_PAGE_TOKEN,
    INSTAGRAM_ACCOUNT,
    INSTAGRAM_TOKEN,
)

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Stage(Protocol):
    """What the public, the staff and fate do, while the worker looks through ``instagram``."""

    instagram: Instagram
    picture: str

    def now(self) -> datetime: ...
    def advance(self, time: timedelta) -> None: ...
    def containers_take_long(self) -> None: ...
    def containers_are_ready(self) -> None: ...
    def containers_fail(self) -> None: ...
    def list_lags(self, time: timedelta) -> None: ...
    def quota_of_posts(self, total: int) -> None: ...
    def post_by_hand(self, kind: Kind, caption: str) -> str: ...
    def comment(self, media_id: str, author: str, text: str, parent_id: str = "") -> str: ...
    def delete_comment(self, comment_id: str) -> None: ...
    def edit_comment(self, comment_id: str, text: str) -> None: ...
    def message(self, author: str, text: str) -> str: ...
    def staff_message(self, to: str, text: str) -> None: ...
    def too_few_see(self, media_id: str) -> None: ...
    def figures_are_late(self, day: date) -> None: ...
    def has_an_audience(self) -> None: ...
    def retire(self, metric: str) -> None: ...
    def next_call(self, method: str, path: str, fate: str) -> None: ...


class ManualClock:
    """A clock that moves when it is told."""

    def __init__(self) -> None:
        self.moment = BEGIN

    def now(self) -> datetime:
        return self.moment


class FakeStage:
    """The fake: what flows are tested with."""

    picture = "https://media.example/a.jpg"

    def __init__(self, *, uploads_videos: bool = False) -> None:
        self._clock = ManualClock()
        self.instagram: FakeInstagram = FakeInstagram(self._clock, uploads_videos=uploads_videos)

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, time: timedelta) -> None:
        self._clock.moment += time

    def containers_take_long(self) -> None:
        self.instagram.ready_after_reads = 1_000_000

    def containers_are_ready(self) -> None:
        self.instagram.ready_after_reads = 0

    def containers_fail(self) -> None:
        for container_id in self.instagram.containers:
            self.instagram.break_container(container_id)

    def list_lags(self, time: timedelta) -> None:
        self.instagram.list_lag = time

    def quota_of_posts(self, total: int) -> None:
        self.instagram.publishing_total = total

    def post_by_hand(self, kind: Kind, caption: str) -> str:
        return self.instagram.post_by_hand(kind, caption)

    def comment(self, media_id: str, author: str, text: str, parent_id: str = "") -> str:
        return self.instagram.comment(media_id, author, text, parent_id=parent_id)

    def delete_comment(self, comment_id: str) -> None:
        self.instagram.delete_comment(comment_id)

    def edit_comment(self, comment_id: str, text: str) -> None:
        self.instagram.edit_comment(comment_id, text)

    def message(self, author: str, text: str) -> str:
        return self.instagram.message(author, text)

    def staff_message(self, to: str, text: str) -> None:
        self.instagram.staff_message(to, text)

    def too_few_see(self, media_id: str) -> None:
        self.instagram.figures.without[media_id] = Why.TOO_FEW

    def figures_are_late(self, day: date) -> None:
        self.instagram.figures.no_data.add(day)

    def has_an_audience(self) -> None:
        self.instagram.figures.hours = {str(hour): 10.0 + hour for hour in range(24)}
        parts = ("age=25-34", "age=35-44", "gender=F", "city=Malang, East Java")
        self.instagram.figures.audience = dict.fromkeys(parts, 40.0)

    def retire(self, metric: str) -> None:
        self.instagram.figures.refused[metric] = "(#100) metric[0] must be one of the following values: reach"

    def next_call(self, method: str, path: str, fate: str) -> None:
        self.instagram.faults = FaultPlan({len(self.instagram.calls) + 1: fate})


class SandboxStage:
    """The real client, over a real socket, with a process that behaves as Instagram."""

    def __init__(
        self, process: SandboxProcess, picture: str, login: Literal["instagram", "facebook"]
    ) -> None:
        self._door = process.door
        self._door.reset(BEGIN)
        self._door.settings(container_seconds=0)
        self._seconds = 0.0
        self.picture = picture
        facebook = login == "facebook"
        self._account = FACEBOOK_ACCOUNT if facebook else INSTAGRAM_ACCOUNT
        token = FACEBOOK_PAGE_TOKEN if facebook else INSTAGRAM_TOKEN
        access = AccountAccess(
            "polowijen", login, self._account, FACEBOOK_PAGE if facebook else "", lambda: token
        )
        self.instagram: InstagramAccount = InstagramAccount(
            access,
            base_url=process.base_url,
            sleep=lambda seconds: None,
            stopwatch=lambda: self._seconds,
        )

    def now(self) -> datetime:
        return self._door.now()

    def advance(self, time: timedelta) -> None:
        self._door.advance(time.total_seconds())
        self._seconds += time.total_seconds()

    def containers_take_long(self) -> None:
        self._door.settings(container_seconds=600)

    def containers_are_ready(self) -> None:
        self._door.advance(601)

    def containers_fail(self) -> None:
        self._door.settings(container_error=2207052)

    def list_lags(self, time: timedelta) -> None:
        self._door.settings(list_lag_seconds=time.total_seconds())

    def quota_of_posts(self, total: int) -> None:
        self._door.settings(publishing_limit=total)

    def post_by_hand(self, kind: Kind, caption: str) -> str:
        return self._door.media(kind.value, caption, account=self._account)

    def comment(self, media_id: str, author: str, text: str, parent_id: str = "") -> str:
        parent = {"parent_id": parent_id} if parent_id else {}
        return self._door.comment(author, text, media_id=media_id, account=self._account, **parent)

    def delete_comment(self, comment_id: str) -> None:
        self._door.change_comment(comment_id, deleted=True)

    def edit_comment(self, comment_id: str, text: str) -> None:
        self._door.change_comment(comment_id, text=text)

    def message(self, author: str, text: str) -> str:
        return str(self._door.message(author, text, account=self._account)["id"])

    def staff_message(self, to: str, text: str) -> None:
        self._door.staff(text, person=to, account=self._account)

    def too_few_see(self, media_id: str) -> None:
        self._door.change_media(media_id, viewers=4)

    def figures_are_late(self, day: date) -> None:
        self._door.settings(insights_lag_seconds=172_800)

    def has_an_audience(self) -> None:
        """It has one from the beginning."""

    def retire(self, metric: str) -> None:
        self._door.settings(retired_metrics=metric)

    def next_call(self, method: str, path: str, fate: str) -> None:
        if fate == "refused":
            self._door.fault("error", method=method, path=path, code=100, subcode=2534015)
        elif fate == "throttled":
            self._door.fault("throttle", method=method, path=path)
        else:
            self._door.fault(fate, method=method, path=path)


class PictureServer(BaseHTTPRequestHandler):
    """Serves one JPEG at every address."""

    picture = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(self.picture)))
        self.end_headers()
        self.wfile.write(self.picture)

    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def picture_address() -> Iterator[str]:
    """An address on this machine where Meta's stand-in can fetch a picture."""
    file = BytesIO()
    Image.new("RGB", (1080, 1080), "teal").save(file, "JPEG")
    PictureServer.picture = file.getvalue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), PictureServer)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/a.jpg"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
