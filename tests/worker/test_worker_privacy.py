"""A day on which people write down their numbers: whatever leaves the case afterwards names none of them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from inbox_days import Centre

from ig_worker import logs

sys.path.append(str(Path(__file__).parents[1] / "rules"))
from masking_corpus import Line, Reading, corpus

ALL = ("inbox", "replies", "cases")
OPINIONS = (
    "Antrean loket lama sekali, mengecewakan 😡",
    "Kak, pendaftaran BPJS buka jam berapa ya?",
    "Sebaiknya ruang tunggu ditambah kursi",
    "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏",
    "Tolong, ibu saya pingsan dan sesak napas di ruang antrean!",
    "asdfgh qwerty",
)


@pytest.fixture
def log(logging_as_before: None) -> io.StringIO:
    """Everything the worker logs, down to what only its makers read."""
    stream = io.StringIO()
    logs.configure("DEBUG", json=False, stream=stream)
    return stream


def test_no_number_of_a_person_leaves_the_case(centre: Centre, log: io.StringIO) -> None:
    lines = [
        line._replace(text=f"{OPINIONS[place % len(OPINIONS)]} {line.text}")
        # Ids of the embedded Instagram are full of zeros.
        for place, line in enumerate(each for each in corpus(seed=7, each=9) if "0000" not in each.secret)
    ]
    centre.door.media("image", "Jadwal layanan")
    centre.run(*ALL)
    centre.later(minutes=2)
    half = len(lines) // 2
    centre.door.comments({"author": f"warga{n}", "text": line.text} for n, line in enumerate(lines[:half]))
    centre.door.messages({"author": f"pesan{n}", "text": line.text} for n, line in enumerate(lines[half:]))
    for _ in range(4):
        centre.run(*ALL)
        centre.later(minutes=61)
    centre.later(days=1)
    centre.run(*ALL, "report")

    stored = {row["text"] for row in centre.rows("SELECT text FROM messages WHERE NOT own")}
    assert len([line for line in lines if line.text in stored]) >= len(lines) * 0.8, (
        "the case has the whole text"
    )

    left = {
        "mails": "\n".join(
            f"{mail['subject']}\n{mail.get_body(('plain',)).get_content()}"  # type: ignore[union-attr]
            for mail in centre.sink.mails()
        ),
        "outbox": json.dumps(centre.rows("SELECT title, body FROM notices"), ensure_ascii=False),
        "log": log.getvalue(),
        "inbox list": centre.command("inbox", "list"),
        "inbox list --json": json.dumps(centre.asked("inbox", "list"), ensure_ascii=False),
        "waiting": json.dumps(centre.asked("inbox", "list", "--waiting"), ensure_ascii=False),
        "cases list": centre.command("cases", "list"),
        "cases list --json": json.dumps(centre.asked("cases", "list"), ensure_ascii=False),
        "status": json.dumps(centre.asked("status")),
        "explained": "".join(
            centre.command("inbox", "explain", str(row["id"]))
            for row in centre.rows("SELECT id FROM messages WHERE NOT own ORDER BY id LIMIT 24")
        ),
        "reports": _reports(centre.folder),
    }
    assert all(left[name] for name in left if name != "reports")
    assert len(centre.rows("SELECT id FROM cases")) > 15
    found = {where: _found(lines, text) for where, text in left.items()}
    assert {where: secrets for where, secrets in found.items() if secrets} == {}


def _found(lines: list[Line], text: str) -> list[str]:
    """Which secrets can be read there. Ids and times are full of digits: half a number proves nothing here."""
    reading = Reading(text)
    return [
        f"{line.kind} {line.secret}"
        for line in lines
        if len(reading.of(line._replace(around=""))) > (5 if line.kind == "rm" else 7)
    ]


def _reports(folder: Path) -> str:
    """The words of the reports, where this machine can read a PDF."""
    tool = shutil.which("pdftotext")
    if tool is None:
        return ""
    return "\n".join(
        subprocess.run([tool, str(file), "-"], capture_output=True, text=True, check=True).stdout
        for file in folder.rglob("*.pdf")
    )
