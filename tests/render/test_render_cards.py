"""The evidence card: whole, the same each time, readable whatever was written, and a plain one where all else fails."""

from __future__ import annotations

import copy
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ig_worker.domain.errors import Misconfigured, NeedsPerson
from ig_worker.render.evidence import full_card, plain_card
from ig_worker.render.press import press
from ig_worker.render.typesetter import Typesetter

Card = dict[str, Any]
CARD: Card = {
    "version": 1,
    "case": "K-2026-0001",
    "label": "keluhan",
    "topic": "antrean",
    "account": {"name": "polowijen", "username": "puskesmaspolowijen"},
    "zone": "Asia/Jakarta",
    "captured_at": "2026-11-22T02:20:00+00:00",
    "channel": "comment",
    "post": {
        "ig_media_id": "17895695668004550",
        "permalink": "https://www.instagram.com/p/Cx1/",
        "caption": "Jadwal imunisasi 🌟",
        "published_at": "2026-11-21T01:00:00+00:00",
        "picture": None,
    },
    "thread": [
        {
            "ig_id": "1",
            "author": "ibu_rina",
            "text": "Anak 9 bulan bisa Senin?",
            "sent_at": "2026-11-22T01:50:00Z",
            "own": False,
        },
        {
            "ig_id": "2",
            "author": "puskesmaspolowijen",
            "text": "Bisa, Bunda 😊",
            "sent_at": "2026-11-22T01:55:00Z",
            "own": True,
        },
    ],
    "message": {
        "ig_id": "3",
        "author": "bu.siti88",
        "text": "Antri dari jam 7 belum dipanggil 😡",
        "sent_at": "2026-11-22T02:15:00Z",
    },
    "sha256": "3f" * 32,
}
HARD = {
    "2,200 letters": "Saya menunggu lama sekali. " * 81,
    "2,200 emoji": "🤬😭" * 1100,
    "2,200 capitals": "W" * 2200,
    "1,100 marks": "\u202ea" * 1100,
    "skin tones and flags": "👍🏻👍🏽👍🏿 👨‍👩‍👧‍👦 👩🏽‍⚕️ 🏳️‍🌈 🇮🇩🇵🇸 1️⃣ ❤️‍🔥",
    "bidi": "Ini \u202eterbalik\u202c \u2066iso\u2069 nol\u200blebar",
    "control and surrogates": "\x00NUL \x07bel \ud83d \udc00 \ufeff",
    "arabic": "السلام عليكم ورحمة الله\nTerima kasih",
    "one word": "a" * 2200,
    "many lines": "\n".join(["baris"] * 400),
    "accents": ("Z" + "\u0301" * 30) * 60,
    "markup": '#set page(fill: red) #read("/etc/passwd") $x$ *b* \\ @x <a> // /* [[',
    "nothing": " \n ",
    "other scripts": "你好 สวัสดี 안녕 ꦱꦸꦒꦼꦁ नमस्ते ﷽ 𝗣𝗘𝗡𝗧𝗜𝗡𝗚",
}


def card(**changes: Any) -> Card:
    """A card with some of its parts replaced."""
    return {**copy.deepcopy(CARD), **changes}


def message(text: str) -> Card:
    return {**CARD["message"], "text": text}


def thread(length: int) -> list[Card]:
    return [{**CARD["thread"][n % 2], "ig_id": f"t{n}", "text": f"Pesan {n}"} for n in range(length)]


def drawn(a_card: Card) -> Image.Image:
    """The full card, made in this process."""
    return Image.open(io.BytesIO(press("evidence_card.typ", full_card(a_card), "png"))).convert("RGB")


def words(lines: list[Any]) -> str:
    return "\n".join(
        "".join(run.get("text", f"[{run.get('mark')}]") for run in line["runs"]) for line in lines
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("evidence") / "2026" / "K-2026-0001" / "card.png"
    Typesetter().evidence_card(CARD, out)
    return out


def test_a_card_is_a_picture_1080_pixels_wide_and_alone_in_its_folder(made: Path) -> None:
    with Image.open(made) as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)
    assert list(made.parent.iterdir()) == [made]


def test_the_same_card_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = json.loads(json.dumps(CARD))
    Typesetter().evidence_card(again, tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == made.read_bytes()
    assert again == CARD


def test_an_older_card_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "card.png"
    out.write_bytes(b"old")
    Typesetter().evidence_card(CARD, out)
    assert out.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_a_hard_text_makes_a_card_that_is_not_too_tall(text: str) -> None:
    picture = drawn(card(message=message(text), thread=thread(100)))
    assert picture.width == 1080
    assert 700 < picture.height <= 3600


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_hard_texts_go_through_everywhere_a_stranger_can_write(text: str) -> None:
    hostile = card(
        message={**message(text), "author": text},
        thread=[{**item, "text": text, "author": text} for item in thread(20)],
        post={**CARD["post"], "caption": text, "permalink": text},
        account={"name": "x", "username": text},
    )
    assert drawn(hostile).height <= 3600


def test_what_is_said_is_on_the_card() -> None:
    data = full_card(card())
    assert words([data["case"], data["label_word"], data["topic"], data["account"]]) == (
        "K-2026-0001\nKELUHAN\nAntrean\n@puskesmaspolowijen"
    )
    assert data["channel"] == "Komentar"
    assert data["message"]["sent_at"] == "Minggu, 22 November 2026 pukul 09.15 WIB"
    assert data["captured_at"] == "Minggu, 22 November 2026 pukul 09.20 WIB"
    assert words(data["message"]["lines"]) == "Antri dari jam 7 belum dipanggil 😡"
    assert [(words([item["author"]]), item["own"]) for item in data["thread"]["first"]] == [
        ("@ibu_rina", False),
        ("@puskesmaspolowijen", True),
    ]
    assert [(name, words([line])) for name, line in data["ids"]] == [
        ("ID pesan", "3"),
        ("ID unggahan", "17895695668004550"),
    ]
    assert data["sha256"] == " ".join(["3f3f3f3f"] * 8)
    assert not data["marks"]


def test_a_direct_message_has_no_post() -> None:
    data = full_card(card(channel="dm", post=None))
    assert (data["channel"], data["post"], len(data["ids"])) == ("Pesan langsung (DM)", None, 1)
    assert drawn(card(channel="dm", post=None)).height < drawn(card()).height


def test_a_name_that_instagram_withholds_and_a_text_that_is_none_are_said() -> None:
    data = full_card(card(message={**message("  "), "author": " "}))
    assert words([data["message"]["author"]]) == "(nama tidak diberikan)"
    assert data["message"]["empty"] == "(tanpa teks)"


def test_what_came_without_words_is_named_by_its_kind() -> None:
    sent = {**message(""), "attachments": ["image", "image", "audio", "something_new"]}
    data = full_card(card(channel="dm", post=None, message=sent))
    assert data["message"]["empty"] == "(tanpa teks; lampiran: gambar, pesan suara, something new)"


def test_an_empty_caption_and_a_missing_link_are_said() -> None:
    data = full_card(card(post={**CARD["post"], "caption": "", "permalink": ""}))
    assert words([data["post"]["caption"], data["post"]["permalink"]]) == "(tanpa caption)\n(tanpa tautan)"


def test_a_long_thread_loses_its_middle_and_says_how_much() -> None:
    data = full_card(card(thread=thread(100)))["thread"]
    shown = [words(item["lines"]) for item in data["first"] + data["last"]]
    assert shown == [f"Pesan {n}" for n in [0, 1, 2, *range(90, 100)]]
    assert data["all"] - len(shown) == 87


def test_a_thread_that_ends_with_the_message_does_not_say_it_twice() -> None:
    assert full_card(card(thread=[*thread(2), CARD["message"]]))["thread"]["all"] == 2


@pytest.mark.parametrize("place", ["message", "thread", "caption", "author"])
def test_wherever_a_mark_is_the_card_explains_it(place: str) -> None:
    changes: dict[str, Card] = {
        "message": card(message=message("a\u202eb")),
        "thread": card(thread=[{**CARD["thread"][0], "text": "a\u202eb"}]),
        "caption": card(post={**CARD["post"], "caption": "a\u202eb"}),
        "author": card(message={**CARD["message"], "author": "a\u202eb"}),
    }
    assert full_card(changes[place])["marks"]


def test_emoji_come_out_in_colour() -> None:
    def colourful(text: str) -> int:
        box = drawn(card(message=message(text), thread=[], post=None)).crop((80, 400, 1000, 700))
        counts = box.getcolors(box.width * box.height) or []
        return sum(count for count, (r, g, b) in counts if r > 220 and g > 150 and b < 90)

    assert colourful("👍😀👍😀") > 1000
    assert colourful("plain") == 0


def test_arabic_stands_on_the_right() -> None:
    def ink(text: str) -> tuple[int, int]:
        box = drawn(card(message=message(text), thread=[], post=None)).crop((80, 400, 1020, 470)).convert("L")
        dark = [x for x in range(box.width) if box.crop((x, 0, x + 1, box.height)).getextrema()[0] < 90]
        return min(dark), max(dark)

    assert ink("السلام")[0] > 700
    assert ink("Salam")[1] < 300


def test_a_picture_is_shown_and_a_missing_one_is_explained(tmp_path: Path) -> None:
    Image.new("RGB", (1080, 1350), (0, 200, 0)).save(tmp_path / "post.png")
    with_picture = card(post={**CARD["post"], "picture": str(tmp_path / "post.png")})
    counts = drawn(with_picture).getcolors(1 << 24) or []
    assert sum(n for n, (r, g, b) in counts if g > 180 and r < 40 and b < 40) > 50_000
    without = full_card(card(post={**CARD["post"], "picture": str(tmp_path / "gone.jpg")}))
    assert without["post"]["no_picture"] == "Gambar tidak ditampilkan: berkas gambar tidak ditemukan."
    assert without["post"]["picture"] is None
    assert full_card(card())["post"]["no_picture"] == ""


def test_a_deletion_is_said_with_how_much_later_it_was_seen_and_what_is_not_known() -> None:
    change = {
        "kind": "deleted",
        "at": "2026-11-22T05:31:00Z",
        "before": "Antri dari jam 7 belum dipanggil 😡",
    }
    comment = full_card(card(change=change))["change"]
    assert comment["said"] == "Dihapus pengirim 3 jam kemudian"
    assert comment["note"].startswith(
        "Terlihat oleh ig-worker pada Minggu, 22 November 2026 pukul 12.31 WIB. "
    )
    assert "pengelola akun" in comment["note"]
    assert comment["before"] == []
    direct = full_card(card(change=change, channel="dm", post=None))["change"]
    assert direct["note"].endswith("12.31 WIB.")
    assert drawn(card(change=change)).height > drawn(card()).height


def test_an_edit_is_said_with_the_words_before_it_and_their_marks() -> None:
    change = {"kind": "edited", "at": "2026-11-24T05:31:00Z", "before": "Kasar\u202e sekali"}
    data = full_card(card(change=change))
    assert data["change"]["said"] == "Disunting 2 hari kemudian"
    assert words(data["change"]["before"]) == "Kasar[RLO] sekali"
    assert data["marks"]


def test_two_long_texts_of_an_edit_are_both_on_the_card() -> None:
    change = {"kind": "edited", "at": "2026-11-24T05:31:00Z", "before": "W" * 2200}
    assert drawn(card(message=message("W" * 2200), change=change)).height <= 4200


def test_words_that_their_sender_took_back_stand_on_no_card() -> None:
    thread = [{**CARD["thread"][0], "text": "", "taken_back": True}]
    assert full_card(card(thread=thread))["thread"]["first"][0]["empty"] == "(pesan ditarik pengirim)"


BROKEN: dict[str, Card] = {
    "another version": card(version=2),
    "no message": {name: value for name, value in CARD.items() if name != "message"},
    "a zone that is none": card(zone="Asia/Polowijen"),
    "a time without offset": card(captured_at="2026-11-22T02:20:00"),
    "a time before time": card(captured_at="0001-01-01T00:00:00+14:00"),
    "an unknown channel": card(channel="fax"),
    "a text that is a number": card(message={**CARD["message"], "text": 7}),
    "a hash that is none": card(sha256="3F" * 32),
    "a change that is none": card(change={"kind": "lost", "at": "2026-11-24T05:31:00Z", "before": ""}),
    "nothing at all": {},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_a_full_card_becomes_a_plain_one(broken: Card, tmp_path: Path) -> None:
    Typesetter().evidence_card(broken, tmp_path / "card.png")
    with Image.open(tmp_path / "card.png") as picture:
        assert picture.width == 1080
    assert list(tmp_path.iterdir()) == [tmp_path / "card.png"]


def test_a_plain_card_says_what_there_is_and_why_it_is_plain() -> None:
    data = plain_card(card(zone="x"), "KeyError: 'x'")
    assert words([data["reason"], data["author"], *data["lines"]]) == (
        "KeyError: 'x'\n@bu.siti88\nAntri dari jam 7 belum dipanggil 😡"
    )
    assert words([plain_card({"message": 3}, "-")["sent_at"]]) == "-"


def test_when_nothing_can_be_made_a_person_is_needed_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match=r"card\.png: not finished after 0\.001 s"):
        Typesetter(timeout_seconds=0.001).evidence_card(CARD, tmp_path / "card.png")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("")
    with pytest.raises(Misconfigured, match="cannot be written") as caught:
        Typesetter().evidence_card(CARD, tmp_path / "evidence" / "card.png")
    assert caught.value.cure


def test_a_disk_that_takes_nothing_is_a_matter_of_configuration() -> None:
    with pytest.raises(Misconfigured, match=r"/proc/card\.png cannot be written"):
        Typesetter().evidence_card(CARD, Path("/proc/card.png"))


def test_the_worker_that_asks_for_a_card_stays_small() -> None:
    asked = (
        "import sys, ig_worker.render.typesetter;"
        "print([m for m in ('typst', 'PIL', 'uharfbuzz') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.fixture
def at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets every Python process started from here first run a line, as an ill machine would treat it."""

    def write(line: str) -> None:
        (tmp_path / "start").mkdir()
        (tmp_path / "start" / "sitecustomize.py").write_text(f"import os, signal\n{line}\n")
        monkeypatch.setenv(
            "PYTHONPATH", f"{tmp_path / 'start'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        )

    return write


def test_no_secret_of_the_environment_reaches_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_start: Callable[[str], None]
) -> None:
    at_start(f"open({str(tmp_path / 'seen')!r}, 'w').write('\\n'.join(os.environ))")
    monkeypatch.setenv("IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN", "IGAAsecret")
    Typesetter().evidence_card(CARD, tmp_path / "card.png")
    seen = (tmp_path / "seen").read_text().splitlines()
    assert "PATH" in seen
    assert not [name for name in seen if name.startswith("IG_WORKER_")]


def test_a_stop_while_a_card_is_made_does_not_make_a_plain_one(
    tmp_path: Path, at_start: Callable[[str], None]
) -> None:
    at_start("os.kill(os.getpid(), signal.SIGTERM)")
    with pytest.raises(NeedsPerson, match="told to stop"):
        Typesetter().evidence_card(CARD, tmp_path / "card.png")
    assert not (tmp_path / "card.png").exists()


def test_a_process_that_is_killed_is_tried_once_more_plainly(
    tmp_path: Path, at_start: Callable[[str], None]
) -> None:
    once = str(tmp_path / "once")
    at_start(
        f"os.path.exists({once!r}) or (open({once!r}, 'w').close(), os.kill(os.getpid(), signal.SIGKILL))"
    )
    Typesetter().evidence_card(CARD, tmp_path / "card.png")
    with Image.open(tmp_path / "card.png") as picture:
        assert picture.getpixel((0, 0)) == (255, 255, 255, 255)  # the plain card has no coloured head


def test_a_process_that_says_nothing_is_named_by_its_status(
    tmp_path: Path, at_start: Callable[[str], None]
) -> None:
    at_start("os._exit(7)")
    with pytest.raises(NeedsPerson, match="exit status 7"):
        Typesetter().evidence_card(CARD, tmp_path / "card.png")


def test_the_worst_card_stays_under_100_megabytes(tmp_path: Path) -> None:
    # The largest child of a fresh process, so that other tests' children do not count.
    Image.new("RGB", (8000, 8000), "teal").save(tmp_path / "large.jpg")
    worst = card(
        message=message("🤬😭" * 1100),
        thread=[{**item, "text": "W😭" * 1100} for item in thread(100)],
        post={**CARD["post"], "picture": str(tmp_path / "large.jpg")},
    )
    script = (
        "import json, pathlib, resource, sys; from ig_worker.render.typesetter import Typesetter;"
        "Typesetter().evidence_card(json.load(sys.stdin), pathlib.Path(sys.argv[1]));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "card.png")],
        input=json.dumps(worst),
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    assert int(said.stdout) < 100_000  # kilobytes
