"""What a person takes back disappears from everything that the worker shows, and a week later from the disk."""

from __future__ import annotations

import json
from pathlib import Path

from inbox_days import Centre

GREETING = "Assalamualaikum kak"
SECRET = "Petugas loket membentak saya di depan umum, nama saya Siti Rahmawati, saya malu sekali!"
EVERYTHING = ("inbox", "replies", "cases")
TAKEN_BACK = "[pesan ditarik pengirim]"


def shown(centre: Centre, number: str, message: str) -> str:
    """All that the commands say of a case and its message."""
    return "\n".join(
        (
            json.dumps(centre.asked("inbox", "list", "--full"), ensure_ascii=False),
            centre.command("inbox", "list"),
            json.dumps(centre.asked("inbox", "show", message), ensure_ascii=False),
            centre.command("inbox", "show", message),
            centre.command("inbox", "explain", message),
            centre.command("cases", "list"),
            json.dumps(centre.asked("cases", "show", number), ensure_ascii=False),
            centre.command("cases", "show", number),
        )
    )


def files_with(folder: Path, words: str) -> list[str]:
    found = [path for path in (folder / "var" / "evidence").rglob("*") if path.is_file()]
    return [path.name for path in found if words.encode() in path.read_bytes()]


def test_a_complaint_that_was_taken_back_leaves_its_case_and_none_of_its_words(centre: Centre) -> None:
    centre.door.message("bu_siti", GREETING)
    centre.later(minutes=1)
    sent = centre.door.message("bu_siti", SECRET)
    centre.later(minutes=2)
    centre.run(*EVERYTHING)
    (row,) = centre.rows(f"SELECT id FROM messages WHERE ig_id = '{sent['id']}'")
    message = str(row["id"])
    centre.later(minutes=1)
    centre.door.message("bu_siti", "Obatnya juga kosong terus di apotek puskesmas, kecewa sekali!")
    centre.later(minutes=2)
    centre.run(*EVERYTHING)
    assert "Siti Rahmawati" in shown(centre, "K-2026-0001", message)
    assert files_with(centre.folder, "Siti Rahmawati")
    centre.door.change_message(sent["id"], unsent=True)
    centre.later(hours=2)
    centre.run("inbox")
    said = shown(centre, "K-2026-0001", message)
    assert "Siti Rahmawati" not in said
    assert "membentak" not in said
    assert TAKEN_BACK in said
    assert centre.asked("inbox", "show", message)["deleted"]
    assert "Isinya disembunyikan dan dihapus permanen pada" in centre.command("inbox", "explain", message)
    centre.run(*EVERYTHING)
    assert files_with(centre.folder, "Siti Rahmawati"), "hidden for a week, in case Meta was wrong"
    assert centre.command("cases", "verify")
    centre.later(days=7, minutes=1)
    centre.run(*EVERYTHING)
    assert files_with(centre.folder, "Siti Rahmawati") == []
    assert files_with(centre.folder, "Obatnya juga kosong")
    assert "tanpa" in str(centre.asked("cases", "show", "K-2026-0002")["evidence"])
    assert centre.command("cases", "verify", "--redraw")
    for table in ("messages", "journal", "notices", "taken_back", "replies", "cases"):
        assert "Siti Rahmawati" not in str(centre.rows(f"SELECT * FROM {table}")), table
    case = centre.asked("cases", "show", "K-2026-0001")
    assert (case["number"], case["label"], case["evidence"]) == ("K-2026-0001", "keluhan", [])
    register = centre.command("cases", "export", "--format", "csv", "--out", "-")
    assert TAKEN_BACK in register
    assert "(dihapus sesuai aturan)" in register
    assert "Siti Rahmawati" not in register
    assert "Siti Rahmawati" not in shown(centre, "K-2026-0001", message)
    assert "Isinya dihapus permanen" in centre.command("inbox", "explain", message)


def test_a_centre_that_keeps_what_was_taken_back_still_sees_it(centre: Centre) -> None:
    centre.configure("[notify]", '[cases]\non_unsend = "keep"\n\n[notify]')
    centre.door.message("bu_siti", GREETING)
    centre.later(minutes=1)
    sent = centre.door.message("bu_siti", SECRET)
    centre.later(minutes=2)
    centre.run(*EVERYTHING)
    centre.door.change_message(sent["id"], unsent=True)
    centre.later(hours=2)
    centre.run(*EVERYTHING)
    centre.later(days=8)
    centre.run(*EVERYTHING)
    stored = centre.message(sent["id"])
    assert (stored["text"], bool(stored["deleted"])) == (SECRET, True)
    assert files_with(centre.folder, "Siti Rahmawati")
