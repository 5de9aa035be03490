"""``posts draft transparency``: what became of a month's cases, drafted for the public without anybody in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values
from PIL import Image

from ig_worker.store import cases, messages, posts

OCTOBER = datetime(2026, 10, 13, 3, tzinfo=UTC)
NAMES = ("bunda_rara", "081234567890", "Siti Aminah", "Bu Ani", "tumor", "loket tiga")
KEY = "TRANSPARANSI-2026-10"
DRAFT = ("posts", "draft", "transparency", "--month", "2026-10")


def resolved(
    centre: Installation,
    count: int,
    topic: str,
    *,
    at: datetime = OCTOBER,
    first: int = 1,
    status: str = "resolved",
) -> None:
    """Cases with everything that must not be told, resolved two days after they were opened."""
    done = at + timedelta(days=2)
    with centre.writing() as connection:
        for number in range(first, first + count):
            text = f"Ibu Siti Aminah 081234567890 kena tumor {topic} {number}"
            message = message_values(
                text, ig_id=f"{topic}-{number}-{at}", label="keluhan", author="bunda_rara"
            )
            message_id = messages.add(connection, message)
            assert message_id is not None
            values = {
                "number": f"K-2026-{topic}-{number}", "account": "polowijen", "label": "keluhan", "topic": topic,
                "unit": "", "severity": "biasa", "channel": "comment", "author": "bunda_rara", "opened_at": at,
                "assigned_to": "Bu Ani", "plan": "buka loket tiga", "follow_up": "Bu Siti Aminah ditelepon",
                "answer": "Maaf, Bu Siti Aminah 081234567890", "acknowledged_at": at + timedelta(hours=1),
                "started_at": at + timedelta(hours=1), "resolved_at": done, "closed_at": done,
            }  # fmt: skip
            due = [("acknowledge", at + timedelta(days=1)), ("resolve", at + timedelta(days=1))]
            case_id = cases.open_case(connection, values, due, at)
            connection.exec_driver_sql(f"UPDATE cases SET status = '{status}' WHERE id = {case_id}")
            cases.join(connection, case_id, message_id)


@pytest.fixture
def october(centre: Installation) -> Installation:
    """Nine resolved cases of October, and some that do not count."""
    resolved(centre, 5, "antrean")
    resolved(centre, 3, "obat")
    resolved(centre, 1, "gigi")
    resolved(centre, 4, "biaya", status="in_progress")
    resolved(centre, 4, "bpjs", at=OCTOBER + timedelta(days=30))
    return centre


def stored(centre: Installation, key: str = KEY) -> Any:
    database = centre.opened()
    with database.reading() as connection:
        post = posts.by_key(connection, "polowijen", key)
    database.close()
    return post


def test_a_months_cases_become_a_draft_without_anybody_in_it(october: Installation) -> None:
    done = october(*DRAFT, "--json")
    assert (done.status, done.err) == (0, "")
    made = done.document
    assert (made["key"], made["status"], made["kind"], made["outcome"]) == (KEY, "draft", "image", "added")
    assert made["figures"] == {
        "resolved": 9,
        "topics": [
            {"name": "Antrean dan waktu tunggu", "count": 5},
            {"name": "Obat dan farmasi", "count": 3},
            {"name": "Hal lain", "count": 1},
        ],
        "answered": {"in_time": 9, "decided": 9},
        "finished": {"in_time": 0, "decided": 9},
        "median_hours": 1.0,
    }
    # Wednesday 07.30 here: a working morning that is a day away or more.
    assert made["scheduled_at"] == "2026-11-26T09:00:00+07:00"
    assert [word for word in NAMES if word in done.out] == []
    assert "gigi" not in done.out.casefold()
    with Image.open(made["picture"]) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1080, 1350))
    shown = october("posts", "show", KEY, "--json").document
    assert shown["caption"] == made["caption"]
    assert shown["source"] == "transparansi:2026-10:polowijen"
    assert shown["media_next_at"] is None, "its picture was tried at once"
    assert "9 masukan warga" in shown["alt_text"]


def test_it_goes_out_only_with_somebodys_yes(october: Installation) -> None:
    said = october(*DRAFT)
    assert (said.status, said.err) == (0, "")
    assert "posts approve 1 --by NAMA" in said.out
    assert october("posts", "approve", KEY, "--by", "dr. Wulan", "--as", "verifikator").status == 0
    assert stored(october).row.status == "approved"


def test_made_again_it_is_the_same_post_and_other_content_voids_the_yes(october: Installation) -> None:
    october(*DRAFT)
    october("posts", "approve", KEY, "--by", "dr. Wulan", "--as", "verifikator")
    october.set_clock(NOW + timedelta(hours=9))
    again = october(*DRAFT, "--json").document
    assert (again["outcome"], again["status"], again["id"]) == ("unchanged", "approved", 1)
    assert again["scheduled_at"] == "2026-11-26T09:00:00+07:00", "its time stays while it is to come"
    resolved(october, 1, "obat", first=9)
    changed = october(*DRAFT, "--json").document
    assert (changed["outcome"], changed["status"], changed["approved_by"]) == ("changed", "draft", None)
    assert len(october("posts", "list", "--json").document) == 1
    titles = [row["what"] for row in october("posts", "show", KEY, "--json").document["journal"]]
    assert any("the approval of dr. Wulan is void" in what for what in titles)


def test_no_import_of_a_sheet_makes_it_vanish(october: Installation) -> None:
    october(*DRAFT)
    sheet = october.folder / "rencana.csv"
    Image.new("RGB", (1080, 1350), "green").save(october.folder / "satu.jpg")
    sheet.write_text(
        "kode,tanggal,jam,jenis,media,caption\nP-01,30/11/2026,09.00,gambar,satu.jpg,Posyandu\n", "utf-8"
    )
    assert october("posts", "import", sheet, "--json").document["held"] == []
    sheet.write_text(
        "kode,tanggal,jam,jenis,media,caption\nP-02,30/11/2026,09.00,gambar,satu.jpg,Imunisasi\n", "utf-8"
    )
    assert october("posts", "import", sheet, "--json").document["held"] == ["P-01"]
    assert stored(october).row.status == "draft"


@pytest.mark.parametrize(
    ("status", "said"), [("published", "is out already"), ("unconfirmed", "may be out already")]
)
def test_what_people_have_read_is_not_changed(october: Installation, status: str, said: str) -> None:
    october(*DRAFT)
    with october.writing() as connection:
        connection.exec_driver_sql(f"UPDATE posts SET status = '{status}', ig_media_id = '1800'")
    again = october(*DRAFT)
    assert again.status == 1
    assert said in again.line
    assert stored(october).row.status == status


def test_too_few_cases_are_not_told_of(centre: Installation) -> None:
    resolved(centre, 4, "antrean")
    refused = centre(*DRAFT)
    assert refused.status == 1
    assert "only 4 cases of polowijen were resolved in 2026-10" in refused.line
    assert stored(centre) is None
    assert not (centre.folder / "var" / "reports").exists()


def test_a_month_to_come_has_nothing_to_tell(centre: Installation) -> None:
    refused = centre("posts", "draft", "transparency", "--month", "2026-12")
    assert (refused.status, "2026-12 has not begun yet" in refused.line) == (1, True)
    assert centre("posts", "draft", "transparency", "--month", "Oktober").status == 2


def test_a_month_that_runs_says_until_when(october: Installation) -> None:
    resolved(october, 2, "bpjs", at=NOW - timedelta(days=3), first=20)
    made = october("posts", "draft", "transparency", "--month", "2026-11", "--json").document
    assert made["period"] == "1–25 November 2026"
    assert made["figures"]["resolved"] == 6


def test_its_time_can_be_chosen(october: Installation) -> None:
    made = october(*DRAFT, "--at", "2026-11-30 16:00", "--json").document
    assert made["scheduled_at"] == "2026-11-30T16:00:00+07:00"
    assert october(*DRAFT, "--at", "2026-12-01 10:00", "--json").document["outcome"] == "changed"
    assert "is over" in october(*DRAFT, "--at", "2026-11-24 10:00").line
    assert october(*DRAFT, "--at", "besok").status == 2


def test_whoever_writes_the_caption_cannot_verify_it(october: Installation, tmp_path: Path) -> None:
    october(*DRAFT)
    words = tmp_path / "caption.txt"
    words.write_text("Terima kasih, Dulur! Suara panjenengan sudah kami dengar. 💚\n", "utf-8")
    assert october(*DRAFT, "--caption-file", words).status == 2, "whose words?"
    own = october(*DRAFT, "--caption-file", words, "--by", "Rina", "--json").document
    assert own["caption"] == "Terima kasih, Dulur! Suara panjenengan sudah kami dengar. 💚"
    assert october("posts", "approve", KEY, "--by", "rina", "--as", "verifikator").status == 1
    # Made again without another text, the picture follows the figures and the words stay.
    resolved(october, 1, "obat", first=9)
    again = october(*DRAFT, "--json").document
    assert (again["caption"], again["figures"]["resolved"]) == (own["caption"], 10)
    assert again["notes"] == ["Captionnya tetap yang ditulis Rina: periksa apakah angkanya masih sesuai."]
    assert october("posts", "approve", KEY, "--by", "dr. Wulan", "--as", "verifikator").status == 0


def test_whoever_has_verified_it_and_makes_it_again_needs_another_yes(october: Installation) -> None:
    october(*DRAFT)
    october("posts", "approve", KEY, "--by", "dr. Wulan", "--as", "verifikator")
    assert october(*DRAFT, "--by", "Rina", "--json").document["status"] == "approved"
    again = october(*DRAFT, "--by", "dr. wulan", "--json").document
    assert (again["status"], again["approved_by"]) == ("draft", None)
    assert stored(october).row.made_by == "dr. wulan"
    assert october("posts", "approve", KEY, "--by", "dr. Wulan", "--as", "verifikator").status == 1
    assert october("posts", "approve", KEY, "--by", "Rina", "--as", "verifikator").status == 0


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe\x00", b"x" * 10_001])
def test_a_file_that_holds_no_caption_is_refused(
    october: Installation, tmp_path: Path, content: bytes
) -> None:
    words = tmp_path / "caption.txt"
    words.write_bytes(content)
    refused = october(*DRAFT, "--caption-file", words, "--by", "Rina")
    assert (refused.status, "holds no caption" in refused.line) == (1, True)
    assert october(*DRAFT, "--caption-file", tmp_path / "tidak-ada", "--by", "Rina").status == 1


def test_a_caption_too_long_is_refused_with_the_queues_reason(october: Installation, tmp_path: Path) -> None:
    words = tmp_path / "caption.txt"
    words.write_text("a" * 2201, "utf-8")
    assert "2201 karakter" in october(*DRAFT, "--caption-file", words, "--by", "Rina").line


def test_a_cancelled_draft_is_planned_again_when_it_is_made_again(october: Installation) -> None:
    october(*DRAFT)
    assert october("posts", "cancel", KEY, "--by", "Rina").status == 0
    assert "was cancelled" in october(*DRAFT).line
    again = october(*DRAFT, "--at", "2026-12-01 10:00", "--json").document
    assert (again["status"], again["outcome"]) == ("draft", "changed")


def test_the_centres_name_and_number_stand_in_it(october: Installation) -> None:
    written = october.config.read_text("utf-8")
    october.config.write_text(
        written
        + '[centre]\nname = "Puskesmas Polowijen"\ncolour = "#7a1f5c"\n[posts]\nown_numbers = ["0341491320"]\n',
        "utf-8",
    )
    said = october(*DRAFT, "--json").document
    assert "hubungi 0341491320" in said["caption"]
    assert said["alt_text"].startswith("Infografis Puskesmas Polowijen:")
    with Image.open(said["picture"]) as picture:
        found = picture.getpixel((540, 6))
    assert isinstance(found, tuple)
    assert all(abs(one - other) <= 4 for one, other in zip(found, (0x7A, 0x1F, 0x5C), strict=True))
