"""The worker's side of the renderer: it hands a job to a process of its own and takes the paper.

Typesetting takes about 45 MB that would never come back (`dependencies.md`), so nothing of it may be imported here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ig_worker import lasting
from ig_worker.domain.errors import MediaRejected, Misconfigured, NeedsPerson
from ig_worker.render.job import NOT_WRITTEN, REFUSED, Job


class _NotSet(Exception):
    """The paper could not be typeset; the reason in one line."""


class Typesetter:
    """The renderer of the worker. The same data always give the same bytes.

    Every paper appears under `out` whole or not at all, and the folder is made if need be.
    """

    def __init__(self, timeout_seconds: float = 20) -> None:
        self._timeout_seconds = timeout_seconds

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        """A PNG 1080 pixels wide; where the full card cannot be made, a plain one that says why.

        `card` is JSON-able: ``{"version": 1, "case", "label", "topic", "account": {"name", "username"}, "zone" (IANA),
        "captured_at", "channel": "comment" or "dm", "post": {"ig_media_id", "permalink", "caption", "published_at",
        "picture": absolute path or None} or None, "thread": [{"ig_id", "author", "text", "sent_at", "own"}] (oldest
        first), "message": {"ig_id", "author", "text", "sent_at"}, "sha256"}``; times ISO 8601 with offset.

        May also have ``"change": {"kind": "edited" or "deleted", "at": when it was seen, "before": text}`` (what became
        of the message later; its text is then the new one) and, in a message of the thread, ``"taken_back": True`` (its
        sender took it back, and its text is left out). What else there is, is not drawn.

        Raises Misconfigured where the file cannot be written, NeedsPerson where not even the plain card can be made.
        """
        try:
            self._make({"paper": "evidence_card", "data": dict(card), "reason": "", "out": ""}, out)
        except _NotSet as reason:
            try:
                self._make({"paper": "plain_card", "data": dict(card), "reason": str(reason), "out": ""}, out)
            except _NotSet as again:
                raise NeedsPerson(f"no evidence card could be made for {out.name}: {again}") from again

    def small_picture(self, original: Path, out: Path) -> None:
        """A JPEG of at most 480 pixels of any picture, for a card and to lie beside it.

        Raises MediaRejected with the reason in Indonesian, Misconfigured where the file cannot be written.
        """
        job: Job = {"paper": "small_picture", "data": {"picture": str(original)}, "reason": "", "out": ""}
        try:
            self._make(job, out)
        except _NotSet as reason:
            raise MediaRejected("gambar tidak dapat dibaca") from reason

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        """A PDF of one A4 page.

        `report` is JSON-able: ``{"title", "account": {"name", "username"}, "zone" (IANA), "period", "made_at",
        "posts": [{"time", "kind", "segment", "caption", "status", "permalink"}], "posts_by_status": {status: n},
        "messages_by_label": {label: n}, "messages_by_topic": {topic: n}, "thanks_sent", "needs_person",
        "cases": [{"number", "label", "topic", "unit", "severity", "status", "summary", "due"}],
        "figures": [{"name", "value": number or None, "note"}], "findings": [sentence]}``. What does not fit is counted
        ("dan 4 lagi"). ``made_at`` (ISO 8601 with offset) is also the date inside the PDF.

        Raises Misconfigured where the file cannot be written, NeedsPerson where the report cannot be made.
        """
        try:
            self._make({"paper": "day_report", "data": dict(report), "reason": "", "out": ""}, out)
        except _NotSet as reason:
            raise NeedsPerson(f"the report {out.name} could not be made: {reason}") from reason

    def month_report(self, doc: Mapping[str, Any], out: Path, pictures: Path | None = None) -> None:
        """A PDF on A4 of a month's evaluation (``flows/evaluating/evaluator.py`` says what is in it).

        `pictures` is the folder in which the posts' pictures are named (``data_dir``); nothing outside of it is read,
        and a picture that is missing or broken is a grey box. ``made_at`` is also the date inside the PDF.

        Raises Misconfigured where the file cannot be written, NeedsPerson where the evaluation cannot be made.
        """
        data = {"doc": dict(doc), "pictures": None if pictures is None else str(pictures)}
        try:
            self._make({"paper": "month_report", "data": data, "reason": "", "out": ""}, out)
        except _NotSet as reason:
            raise NeedsPerson(f"the evaluation {out.name} could not be made: {reason}") from reason

    def register(self, book: Mapping[str, Any], out: Path) -> None:
        """A PDF on A4 landscape of a register book (``flows/bookkeeping/book.py`` says what is in it).

        Raises Misconfigured where the file cannot be written, NeedsPerson where the register cannot be made.
        """
        try:
            self._make({"paper": "register", "data": dict(book), "reason": "", "out": ""}, out)
        except _NotSet as reason:
            raise NeedsPerson(f"the register {out.name} could not be made: {reason}") from reason

    def transparency(self, page: Mapping[str, Any], out: Path) -> None:
        """A JPEG of 1080 × 1350 pixels, to be published; ``domain/transparency.py`` says what is in it, and beside it
        stands the centre's ``"colour"`` (``#rrggbb``).

        Raises Misconfigured where the file cannot be written, NeedsPerson where the picture cannot be made.
        """
        try:
            self._make({"paper": "transparency", "data": dict(page), "reason": "", "out": ""}, out)
        except _NotSet as reason:
            raise NeedsPerson(f"the picture {out.name} could not be made: {reason}") from reason

    def _make(self, job: Job, out: Path) -> None:
        unfinished = out.with_name(f".{out.name}.{os.getpid()}.new")
        job["out"] = str(unfinished)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            self._run(job)
            lasting.into_place(unfinished, out)
        except OSError as error:
            raise Misconfigured(
                f"{out} cannot be written: {error.strerror}",
                cure="Check free space and the owner of the data folder.",
            ) from error
        finally:
            with suppress(OSError):
                unfinished.unlink()

    def _run(self, job: Job) -> None:
        """Let a process do the job. Raises _NotSet, or OSError where the disk is at fault."""
        try:
            ended = subprocess.run(
                [sys.executable, "-P", "-m", "ig_worker.render"],
                input=json.dumps(job).encode("ascii"),
                capture_output=True,
                timeout=self._timeout_seconds,
                check=False,
                # The settings in the environment hold access tokens, and the process needs none of them.
                env={name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")},
                # Ctrl-C is for the worker, which waits for the paper; it must not turn it into a plain one.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            raise _NotSet(f"not finished after {self._timeout_seconds:g} s") from error
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else f"exit status {ended.returncode}"
        if ended.returncode == REFUSED:
            raise MediaRejected(reason)
        if ended.returncode == NOT_WRITTEN:
            raise OSError(0, reason)
        if ended.returncode == -signal.SIGTERM:
            raise NeedsPerson("the worker was told to stop while a paper was being made")
        if ended.returncode != 0:
            raise _NotSet(reason)
