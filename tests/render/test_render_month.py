"""The month's evaluation on paper: every figure on it, nothing over anything else, no chart of nothing."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.evaluation.figures_in_words import working_time
from ig_worker.domain.evaluation.moved import figure, moved
from ig_worker.render.axes import FEWEST, labels, over_days, ticks
from ig_worker.render.colours import READABLE, WHITE, contrast
from ig_worker.render.heat import heat
from ig_worker.render.month_report import month_pages
from ig_worker.render.palette import palette
from ig_worker.render.press import press
from ig_worker.render.typesetter import Typesetter
from render.month_sample import VARIANTS, Document, empty, full, hostile, huge, tiny

SIDE, TOP, BOTTOM = 45.3, 39.0, 20.0
"""Points of the page that stay white; the footer stands lower than the text."""


@dataclass(frozen=True)
class Word:
    """A word as another program finds it on the page; its box holds letters, not what they could hold."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def tool(*command: str | Path) -> str:
    found = shutil.which(str(command[0]))
    if found is None:
        pytest.skip(f"no {command[0]} on this machine; Debian has it in the package poppler-utils")
    done = subprocess.run([found, *command[1:]], capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return done.stdout


def set_in(folder: Path, doc: Document) -> Path:
    path = folder / "month.pdf"
    path.write_bytes(press("month_report.typ", month_pages(doc, folder), "pdf"))
    return path


def pages_of(path: Path) -> list[str]:
    """Each page's text with single blanks."""
    text = tool("pdftotext", "-layout", path, "-").replace("\u200b", "").replace("\u00a0", " ")
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def words_of(path: Path) -> Iterator[Word]:
    page = 0
    for line in tool("pdftotext", "-bbox", path, "-").splitlines():
        page += "<page " in line
        box = re.search(r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</word>', line)
        if box:
            left, top, right, bottom = (float(box[n]) for n in range(1, 5))
            # The box is as high as the font's tallest accent; letters take the middle of it.
            high = bottom - top
            yield Word(page, left, top + 0.25 * high, right, bottom - 0.1 * high, unescape(box[5]))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Posts' pictures of several shapes; one is broken, one is not there."""
    folder = tmp_path / "pictures" / "polowijen"
    folder.mkdir(parents=True)
    for number, size in {1: (480, 480), 2: (384, 480), 3: (480, 270), 5: (270, 480)}.items():
        Image.linear_gradient("L").resize(size).convert("RGB").save(folder / f"1790000000000000{number}.jpg")
    (folder / "17900000000000004.jpg").write_bytes(b"\xff\xd8broken")
    return tmp_path


@pytest.mark.parametrize("name", VARIANTS)
def test_no_word_stands_over_another_or_outside_the_page(name: str, pictures: Path) -> None:
    words = [
        word for word in words_of(set_in(pictures, VARIANTS[name]())) if word.text.strip("\u200b\u200e\u200f")
    ]
    assert len(words) > 150
    out = [
        w
        for w in words
        if w.left < SIDE - 1 or w.right > 595.3 - SIDE + 1 or w.top < TOP or w.bottom > 842 - BOTTOM
    ]
    assert out == []
    assert list(overlaps(words)) == []


def overlaps(words: list[Word]) -> Iterator[tuple[Word, Word]]:
    """Words that share more than a hair."""
    for one, other in combinations(words, 2):
        wide = min(one.right, other.right) - max(one.left, other.left)
        high = min(one.bottom, other.bottom) - max(one.top, other.top)
        # Of emoji and Arabic words other programs guess the box.
        known = re.search(r"[A-Za-z0-9]", one.text) and re.search(r"[A-Za-z0-9]", other.text)
        if known and one.page == other.page and wide > 0.5 and high > 0.5:
            yield one, other


@pytest.mark.parametrize(
    ("name", "most"), [("full", 4), ("empty", 3), ("tiny", 3), ("hostile", 5), ("huge", 5)]
)
def test_every_headline_and_finding_is_on_its_few_pages(name: str, most: int, pictures: Path) -> None:
    doc = VARIANTS[name]()
    pages = pages_of(set_in(pictures, doc))
    assert 2 <= len(pages) <= most
    for each in doc["headline"]:
        assert each["name"] in pages[0]
        assert figure(each["value"], each["form"]) in pages[0]
        change = moved(each["value"], each["before"], each["form"])
        assert change is None or change.words.partition(" (")[0] in pages[0]
    for each in doc["findings"]:
        assert each["text"][:60] in pages[0]
    assert pages[0].count("Yang dapat dilakukan:") == len(doc["findings"])
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page
        assert "menurut hari Meta (Pasifik); unggahan, pesan, dan kasus menurut WIB" in page
    for said in ("Keputusan dan tindak lanjut", "Kepala Puskesmas", "Nama dan tanda tangan"):
        assert said in pages[-1]


def test_a_full_month_says_all_its_parts(pictures: Path) -> None:
    doc = full()
    whole = " ".join(pages_of(set_in(pictures, doc)))
    assert "Belum cukup data" not in whole
    for each in doc["findings"]:
        assert each["text"] in whole
        assert each["suggestion"] in whole
    segments = doc["posts"]["by_segment"]
    said = [each["segment"] for each in segments]
    said += [each["name"] for group in ("by_label", "by_topic") for each in doc["messages"][group]]
    said += [each["words"] for each in doc["hours"]["best"]]
    said += [
        "Pengikut 4.216 4.123 naik 93 (2,3 %)",
        "Tanggapan pertama (median) 1,4 jam 2,1 jam turun 0,7 jam",
    ]
    said += [
        doc[part]["note"]
        for part in ("followers", "reach", "posts", "hours", "audience", "messages", "answers")
    ]
    said += ["2 masih menunggu 2 belum waktunya"]
    said += ["109 dari 118 pujian dibalas dengan terima kasih", "(92,4 %)", "8 dari 9 tepat waktu (88,9 %)"]
    said += [
        "obat batuk 14 kali, biasanya 3,2",
        "nomor saya 08••••••••12",
        "+93 perubahan",
        "Rapat koordinasi lintas",
    ]
    said += [
        "KIA dan imunisasi",
        "Malang, East Java 64,3 % 2.640",
        "1 jam 24 menit 5 jam 12 menit",
        "11 jam 30 menit 31 jam",
        "Dibaca pada 25 Oktober 2026",
    ]
    assert [each for each in said if each not in whole] == []


def test_opening_time_keeps_its_unit(pictures: Path) -> None:
    doc = full()
    doc["answers"]["first_response"].update(
        median_words=working_time(20), p90_words=working_time(31.5), median_hours=20.0, p90_hours=31.5
    )
    doc["answers"]["resolution"].update(median_words=working_time(0), p90_words=working_time(0.5))
    first, second = month_pages(doc, pictures)["answers"]["took"]
    assert [str(cell) for cell in first[2:]] == ["20 jam", "31 jam 30 menit"]
    assert [str(cell) for cell in second[2:]] == ["kurang dari 1 menit", "30 menit"]


def test_where_there_is_no_figure_it_says_why_instead_of_drawing(pictures: Path) -> None:
    doc = empty()
    pages = month_pages(doc, pictures)
    drawn = [
        pages["followers"]["chart"],
        pages["reach"]["chart"],
        pages["hours"]["map"],
        pages["hours"]["online"],
    ]
    assert drawn == [None] * 4
    whole = " ".join(pages_of(set_in(pictures, doc)))
    assert whole.count("Belum cukup data.") == 11
    assert "Topik yang menonjol belum dipantau pada bulan ini." in whole
    assert "jauh melebihi biasanya" not in whole
    assert "Belum cukup data. 0 unggahan, perlu sedikitnya 20." in whole
    assert "Belum cukup data. Belum ada angka dari Instagram untuk bulan ini." in whole
    assert whole.lower().count("belum cukup data") == 11 + 5 + 1  # the tiles, the line on what is complete


def test_zero_and_nothing_known_are_two_things() -> None:
    doc = tiny()
    doc["reach"]["days"] = [{**day, "value": 0} for day in doc["reach"]["days"]]
    assert month_pages(doc, None)["reach"]["chart"] is None
    doc["reach"]["days"] = [{**day, "value": n % 2} for n, day in enumerate(doc["reach"]["days"])]
    chart = month_pages(doc, None)["reach"]["chart"]
    assert chart["points"][:4] == [0, 1, 0, 1]
    assert [tick["label"] for tick in chart["ticks"]] == ["0", "1"]
    assert not chart["gaps"]


def test_hours_of_all_days_together_are_told_where_no_hour_of_a_weekday_has_enough(pictures: Path) -> None:
    doc = full()
    doc["hours"].update(
        cells=[], best=[{"words": "18.00–20.00 (semua hari)", "posts": 5, "reach_median": 1534.5}]
    )
    whole = " ".join(pages_of(set_in(pictures, doc)))
    assert "1. 18.00–20.00 (semua hari) median 1.534 dari 5 unggahan" in whole
    assert "Belum cukup data" not in whole


def test_a_day_without_a_figure_is_a_gap(pictures: Path) -> None:
    chart = month_pages(full(), None)["followers"]["chart"]
    assert [n + 1 for n, point in enumerate(chart["points"]) if point is None] == [3, 17]
    assert chart["cut"]
    assert all(0 <= point <= 1 for point in chart["points"] if point is not None)
    whole = " ".join(pages_of(set_in(pictures, full())))
    assert "tidak ada data" in whole
    assert "sumbu tidak mulai dari nol" in whole


def test_a_picture_keeps_its_shape_and_a_broken_one_is_a_box(pictures: Path) -> None:
    posts = month_pages(full(), pictures)["posts"]
    shown = [post["picture"] is not None for post in posts["best"] + posts["weakest"]]
    assert shown == [True, True, True, False, True, False]
    sizes = tool("pdfimages", "-list", set_in(pictures, full())).splitlines()[2:]
    assert [tuple(line.split()[3:5]) for line in sizes] == [
        ("240", "240"),
        ("192", "240"),
        ("240", "135"),
        ("135", "240"),
    ]


@pytest.mark.parametrize(
    "path", ["../outside.jpg", "/tmp/outside.jpg", "pictures/\0.jpg", "pictures", "a" * 5000, ""]
)
def test_no_picture_is_read_outside_of_its_folder(path: str, tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "outside.jpg")
    (tmp_path / "data" / "pictures").mkdir(parents=True)
    doc = full()
    doc["posts"]["best"][0]["picture"] = path if path[:1] != "/" else str(tmp_path / "outside.jpg")
    assert month_pages(doc, tmp_path / "data")["posts"]["best"][0]["picture"] is None
    assert month_pages(doc, None)["posts"]["best"][0]["picture"] is None


def test_only_a_link_to_instagram_is_a_link() -> None:
    doc = full()
    doc["posts"]["best"][1]["permalink"] = "https://www.instagram.com.jahat.example/p/1/"
    doc["posts"]["best"][2]["permalink"] = ""
    links = [post["link"] for post in month_pages(doc, None)["posts"]["best"]]
    assert links == ["https://www.instagram.com/p/Cx1/", "", ""]


def test_what_is_left_out_is_counted(pictures: Path) -> None:
    doc = huge()
    whole = " ".join(pages_of(set_in(pictures, doc)))
    for said in ("dan 7 segmen lagi", "dan 8 lagi", "dan 8 angka lagi"):
        assert said in whole


def test_marks_are_explained_where_there_are_any(pictures: Path) -> None:
    explained = "menggantikan karakter yang tidak terlihat"
    assert explained in pages_of(set_in(pictures, hostile()))[-1]
    assert explained not in pages_of(set_in(pictures, full()))[-1]


def test_the_same_evaluation_gives_the_same_bytes(pictures: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        Typesetter().month_report(copy.deepcopy(full()), pictures / "reports" / name, pictures)
    first, second = ((pictures / "reports" / name).read_bytes() for name in ("a.pdf", "b.pdf"))
    assert first == second
    assert b"D:20261102010000Z" in first
    assert sorted(path.name for path in (pictures / "reports").iterdir()) == ["a.pdf", "b.pdf"]


def test_it_is_made_without_pictures_as_well(tmp_path: Path) -> None:
    Typesetter().month_report(full(), tmp_path / "month.pdf")
    assert "tanpa gambar" in pages_of(tmp_path / "month.pdf")[1]


BROKEN: dict[str, dict[str, Any]] = {
    "another version": {"version": 2},
    "no findings": {"findings": None},
    "a time that is none": {"made_at": "kemarin"},
}


@pytest.mark.parametrize("changes", BROKEN.values(), ids=BROKEN.keys())
def test_an_evaluation_that_is_not_whole_needs_a_person(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match=r"month\.pdf could not be made: \w+"):
        Typesetter().month_report({**full(), **changes}, tmp_path / "month.pdf")
    assert list(tmp_path.iterdir()) == []


def test_the_process_that_sets_it_stays_below_a_hundred_megabytes(pictures: Path) -> None:
    script = (
        "import resource, sys, json; from pathlib import Path; from ig_worker.render.typesetter import Typesetter;"
        "Typesetter().month_report(json.load(sys.stdin), Path(sys.argv[1]), Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, pictures / "month.pdf", pictures],
        input=json.dumps(hostile()),
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert int(done.stdout) / 1024 < 100


@pytest.mark.parametrize(
    "colour", ["#0e5360", "#fff7c2", "#ffffff", "#000000", "#05070a", "#ff0000", "#7f7f7f", "#00ff00"]
)
def test_whatever_the_centres_colour_is_words_in_it_and_on_it_can_be_read(colour: str) -> None:
    made: dict[str, Any] = palette(colour)
    assert contrast(made["band"], made["on_band"]) >= READABLE
    assert contrast(made["accent"], WHITE) >= READABLE
    assert contrast(made["accent"], made["pale"]) >= 3.5  # large figures
    assert min(contrast(level["fill"], level["text"]) for level in made["levels"]) >= READABLE
    lights = [contrast(level["fill"], WHITE) for level in made["levels"]]
    assert lights == sorted(lights)
    assert len({round(light, 1) for light in lights}) == 5


@pytest.mark.parametrize("colour", ["", "merah", "#12345", "red; }", "#0e5360\n#fff"])
def test_a_colour_that_is_none_is_ours(colour: str) -> None:
    assert palette(colour)["band"] == "#0e5360"


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [
        (4123, 4216, ["4.100", "4.125", "4.150", "4.175", "4.200", "4.225"]),
        (0, 1, ["0", "1"]),
        (0, 61_240, ["0", "20 rb", "40 rb", "60 rb", "80 rb"]),
        (0, 9.2e6, ["0", "2,5 jt", "5 jt", "7,5 jt", "10 jt"]),
        (
            123_456_000,
            123_456_900,
            ["123.456.000", "123.456.250", "123.456.500", "123.456.750", "123.457.000"],
        ),
    ],
)
def test_an_axis_has_a_few_round_numbers_that_differ(lowest: float, highest: float, said: list[str]) -> None:
    assert labels(ticks(lowest, highest)) == said


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**13)), min_size=28, max_size=31), st.booleans())
def test_whatever_was_counted_a_chart_holds_it(values: list[int | None], from_zero: bool) -> None:
    days = [{"day": f"2026-10-{n:02d}", "value": value} for n, value in enumerate(values, 1)]
    chart = over_days(days, from_zero=from_zero)
    known = [value for value in values if value is not None]
    assert (chart is None) == (len(known) < FEWEST or (from_zero and max(known) == 0))
    if chart:
        assert [point is None for point in chart["points"]] == [value is None for value in values]
        assert all(0 <= point <= 1 for point in chart["points"] if point is not None)
        assert 2 <= len(chart["ticks"]) <= 7
        assert len({tick["label"] for tick in chart["ticks"]}) == len(chart["ticks"])
        heights = [point for point in chart["points"] if point is not None]
        assert sorted(range(len(known)), key=known.__getitem__) == sorted(
            range(len(known)), key=heights.__getitem__
        )


def test_a_map_of_hours_shows_at_least_half_a_day_and_five_shades() -> None:
    cells = [
        {"weekday": 6, "hour": 23, "posts": 2, "reach_median": 100},
        {"weekday": 0, "hour": 22, "posts": 1234, "reach_median": 600},
    ]
    made = heat(cells)
    assert made is not None
    assert (made["hours"][0], made["hours"][-1]) == ("12", "23")
    assert made["rows"][6]["cells"][-1] == {"posts": "2", "level": 0}
    assert made["rows"][0]["cells"][-2] == {"posts": "999+", "level": 4}
    assert [each["words"] for each in made["legend"]] == [
        "100–200",
        "200–300",
        "300–400",
        "400–500",
        "500–600",
    ]
    alike = heat([{**cells[0], "hour": 0}])
    assert alike is not None
    assert (alike["hours"][0], alike["hours"][-1]) == ("00", "11")
    assert [each["words"] for each in alike["legend"]] == ["100"]
    assert heat([{**cells[0], "reach_median": None}]) is None
