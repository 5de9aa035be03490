"""`db purge` at the command line: it says what it would remove, removes that, and tells what became of the space."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cli_centre import NOW, Installation, message_values

from ig_worker.store import messages

OLD = NOW - timedelta(days=400)


def put(centre: Installation, count: int = 3) -> None:
    with centre.writing() as connection:
        for number in range(count):
            old = {"ig_id": f"lama-{number}", "sent_at": OLD, "first_seen_at": OLD}
            messages.add(connection, message_values("Sudah lama sekali ya", **old))
        messages.add(connection, message_values("Baru kemarin", ig_id="baru"))


def test_a_dry_run_tells_and_changes_nothing(centre: Installation) -> None:
    put(centre)
    done = centre("db", "purge", "--dry-run")
    assert (done.status, done.out, done.err) == (0, "Would be purged: 3 messages.\n", "")
    assert len(centre("inbox", "list", "--json").document) == 4


@pytest.mark.sqlite_only("reads the bytes of the file")
def test_it_purges_and_the_bytes_are_gone(centre: Installation) -> None:
    put(centre)
    done = centre("db", "purge")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Purged: 3 messages.\n")
    assert [row["text"] for row in centre("inbox", "list", "--json").document] == ["Baru kemarin"]
    assert b"Sudah lama" not in b"".join(
        file.read_bytes() for file in centre.database_file.parent.glob("ig-worker.db*")
    )
    assert centre("db", "purge").out == "Nothing has been kept for its time yet.\n"


def test_as_json_it_has_the_counts(centre: Installation) -> None:
    put(centre)
    said = centre("db", "purge", "--json").document
    assert (said["dry_run"], said["messages"], said["cases"], said["more"]) == (False, 3, 0, False)
    assert said["purged_ever"] == {"message": 3}
    assert centre("db", "purge", "--json").document["purged_ever"] == {"message": 3}


def test_kept_always_and_too_shortly(centre: Installation) -> None:
    put(centre)
    centre.configure()
    with centre.config.open("a") as file:
        file.write("\n[retention]\nmessages_days = 0\n")
    assert centre("db", "purge").out == "Nothing has been kept for its time yet.\n"
    text = centre.config.read_text("utf-8")
    centre.config.write_text(text.replace("messages_days = 0", "messages_days = 30"), "utf-8")
    wrong = centre("db", "purge")
    assert wrong.status == 2
    assert "messages_days = 0, or 120 and more" in wrong.line


def test_a_longer_watch_lengthens_the_default_by_itself(centre: Installation) -> None:
    put(centre)
    with centre.config.open("a") as file:
        file.write("\n[inbox]\nwatch_days = 400\n")
    assert centre("db", "purge").out == "Nothing has been kept for its time yet.\n"


def test_run_once_purges_whatever_the_clock_says(centre: Installation) -> None:
    put(centre)
    assert centre("run-once", "retention").status == 0
    assert len(centre("inbox", "list", "--json").document) == 1
