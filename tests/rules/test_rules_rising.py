"""What people speak of far more than usual is found; what only looks so is not, and nobody's name ever is."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from masking_corpus import Reading, corpus

from ig_worker.domain.rising import LEAST_HISTORY, MOST, PEOPLE, chance_of, find, is_in, same_matter
from ig_worker.domain.rising_lists import GIVEN_NAMES
from ig_worker.domain.rising_said import DAYS_BACK, Found, Kind, Rules, Said, begin_of
from ig_worker.domain.rising_words import (
    example,
    is_given_name,
    is_telling,
    names_in,
    own_words,
    pairs,
    words_of,
)

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = NOW - 200 * DAY
HABIS = (
    "Vaksinnya sudah habis ya min?",
    "vaksin habis terus, kecewa",
    "kok vaksin sdh habis padahal baru jam 8",
)


class Crowd:
    """Messages as they are written; each of somebody else under a post of its own, as far as nothing is said."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def say(
        self,
        text: str,
        age: timedelta = HOUR,
        *,
        label: str = "keluhan",
        topic: str = "lainnya",
        person: str = "",
        author: str = "",
        post: str = "",
        danger: bool = False,
    ) -> None:
        number = len(self.said) + 1
        self.said.append(
            Said(
                number,
                NOW - age,
                text,
                label,
                topic,
                person or f"p{number}",
                author or f"warga{number}",
                post or f"m{number}",
                danger,
            )
        )

    def chat(self, texts: Sequence[str], a_day: int, *, days: int = 31, seed: int = 7, **said: str) -> None:
        """So much of it on each of the last days."""
        chance = random.Random(seed)
        for day in range(days):
            for _ in range(a_day):
                self.say(chance.choice(texts), day * DAY + chance.random() * 0.99 * DAY, **said)

    def find(
        self, rules: Rules | None = None, since: datetime = LONG_AGO, own: Iterable[str] = ()
    ) -> tuple[Found, ...]:
        known = rules or Rules()
        ordered = sorted(self.said, key=lambda said: said.at)
        begin = begin_of(NOW, known)

        def recent() -> list[Said]:
            return [said for said in ordered if said.at >= begin]

        def before() -> list[Said]:
            return [said for said in ordered if said.at < begin]

        return find(recent, before, NOW, since, known, frozenset(own))

    def terms(self, **given: object) -> list[str]:
        return [one.term for one in self.find(**given)]  # type: ignore[arg-type]


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def test_a_quiet_account_hears_that_six_people_miss_the_vaccine(crowd: Crowd) -> None:
    crowd.chat(("Jam berapa buka min?", "Terima kasih, ramah sekali"), 1, label="pertanyaan")
    for at in range(6):
        crowd.say(HABIS[at % 3], at * HOUR, topic="kia_imunisasi")
    topic = crowd.find()[0]
    assert (topic.kind, topic.term, topic.count, topic.people) == (Kind.TOPIC, "kia_imunisasi", 6, 6)
    assert topic.also == ("vaksin habis",)
    assert (topic.usual, topic.complaints, len(topic.message_ids)) == (0, 6, 6)
    assert len(crowd.find()) == 1


def test_words_without_a_topic_are_found_and_two_words_say_more_than_one(crowd: Crowd) -> None:
    for at in range(7):
        crowd.say(HABIS[at % 3], at * HOUR)
    assert [(one.kind, one.term) for one in crowd.find()] == [(Kind.WORD, "vaksin habis")]


def test_five_of_a_thing_that_comes_up_daily_are_nothing(crowd: Crowd) -> None:
    crowd.chat(("obat di apotek kosong ya?",), 2, topic="obat")
    for at in range(5):
        crowd.say("obat di apotek kosong", at * HOUR, topic="obat")
    assert crowd.find() == ()


def test_a_great_account_hears_what_is_new_and_nothing_of_what_is_always_so(crowd: Crowd) -> None:
    texts = (
        "antrean loket lama", "obat kosong", "jadwal posyandu kapan", "parkir sempit", "daftar online error",
        "dokter gigi ada?", "rujukan bpjs bagaimana", "cek kolesterol bayar berapa", "toilet kotor",
    )  # fmt: skip
    crowd.chat(texts, 200)
    assert crowd.find() == ()
    for at in range(40):
        crowd.say("banyak yang demam berdarah di gang kami, mohon fogging", at * HOUR)
    assert crowd.terms()[0] in {"demam berdarah", "fogging", "gang", "darah fogging"}


@pytest.mark.parametrize("others", [0, 1, 2])
def test_one_angry_person_is_no_topic(crowd: Crowd, others: int) -> None:
    for at in range(60):
        crowd.say("ambulans telat terus!", at * HOUR, person="pemarah", topic="fasilitas")
    for at in range(others):
        crowd.say("iya ambulans telat", at * HOUR, topic="fasilitas")
    assert crowd.find() == ()


def test_people_count_once_a_day_and_the_busiest_once(crowd: Crowd) -> None:
    for at in range(8):
        crowd.say("genset berisik sekali", at * HOUR)
    for _ in range(20):
        crowd.say("genset berisik lagi", 26 * HOUR, person="p1")
    (one,) = crowd.find()
    assert (one.count, one.people, len(one.message_ids)) == (8, 8, 28)


def test_whoever_is_unknown_counts_as_somebody_else(crowd: Crowd) -> None:
    for at in range(6):
        number = at + 1
        crowd.said.append(Said(number, NOW - at * HOUR, "genset berisik", "keluhan", "lainnya"))
    assert crowd.terms() == ["genset berisik"]


def test_a_quiz_is_no_news(crowd: Crowd) -> None:
    crowd.chat(("jam buka berapa?",), 3, label="pertanyaan")
    for at in range(300):
        text = ("hadir min", "jawabannya cuci tangan", "B cuci tangan")[at % 3]
        crowd.say(text, at % 70 * HOUR, label="lainnya", post="kuis")
    assert crowd.find() == ()


def test_questions_under_one_post_are_news_and_say_where(crowd: Crowd) -> None:
    for at in range(8):
        crowd.say("khitan massal daftarnya di mana ya kak?", at * HOUR, label="pertanyaan", post="khitan")
    (one,) = crowd.find()
    assert (one.term, one.post) == ("khitan massal", "khitan")


def test_a_post_that_goes_around_makes_no_topic_of_everything(crowd: Crowd) -> None:
    texts = tuple(
        f"{word} bagaimana ini" for word in ("obat", "antrean", "toilet", "parkir", "loket", "rujukan")
    )
    crowd.chat(texts, 12, label="lainnya")
    crowd.chat(texts, 60, days=2, seed=9, label="lainnya")
    assert crowd.find() == ()


def test_what_every_monday_has_is_usual_on_a_monday(crowd: Crowd) -> None:
    for week in range(5):
        for at in range(9):
            crowd.say("imunisasi hari senin antre panjang", week * 7 * DAY + at * HOUR, topic="kia_imunisasi")
    assert crowd.find(Rules(days=1)) == ()


def test_ramadan_greets_and_asks(crowd: Crowd) -> None:
    crowd.chat(("obat kosong", "loket buka jam berapa"), 10)
    for at in range(60):
        crowd.say(
            "Selamat menunaikan ibadah puasa Ramadan, mohon maaf lahir batin", at * HOUR, label="lainnya"
        )
    for at in range(12):
        crowd.say("selama puasa poli gigi tutup jam berapa?", at * HOUR, label="pertanyaan")
    found = crowd.terms()
    assert found
    assert not {"ramadan", "selamat", "lahir", "batin", "ibadah"}.intersection(" ".join(found).split())


def test_after_an_outage_what_was_written_then_counts_for_then(crowd: Crowd) -> None:
    """All of it is read on one morning; only when it was written counts."""
    crowd.chat(("loket buka jam berapa", "obat kosong"), 4)
    for day in range(3, 10):
        for at in range(4):
            crowd.say("listrik mati di ruang tunggu", day * DAY + at * HOUR)
    assert crowd.find() == ()


def test_adverts_and_copies_are_not_people(crowd: Crowd) -> None:
    for at in range(40):
        crowd.say("pinjaman tanpa agunan https://pinjam.example/x", at * HOUR, label="lainnya")
        crowd.say("herbal alami sembuhkan diabetes hubungi kami", at * HOUR / 9, label="lainnya")
    assert crowd.find() == ()


def test_gambling_that_many_accounts_advertise_in_words_of_their_own_is_no_topic(crowd: Crowd) -> None:
    for at, when in enumerate(["siang", "pagi", "sore", "malam", "tadi", "kemarin", "barusan"] * 3):
        crowd.say(f"Promo slot gacor maxwin daftar sekarang {when}", at * HOUR, label="lainnya")
    assert crowd.terms() == []


def test_greetings_thanks_praise_and_the_own_name_never_rise(crowd: Crowd) -> None:
    for at in range(40):
        crowd.say(
            "Assalamualaikum min Polowijen, terima kasih pelayanannya ramah, cepat dan bagus 🙏 wkwk",
            at * HOUR,
        )
    assert crowd.find(own=own_words("Puskesmas Polowijen", "puskesmaspolowijen")) == ()


def test_a_topic_of_praise_counts_too_but_chatter_has_none(crowd: Crowd) -> None:
    for at in range(8):
        crowd.say("ramah", at * HOUR, label="pujian", topic="petugas")
        crowd.say("obat", at * HOUR, label="lainnya", topic="obat")
    assert ("topic", "petugas") in {(one.kind.value, one.term) for one in crowd.find()}
    assert ("topic", "obat") not in {(one.kind.value, one.term) for one in crowd.find()}


@pytest.mark.parametrize(("days", "told"), [(LEAST_HISTORY + 3, True), (LEAST_HISTORY + 2, False)])
def test_without_two_weeks_before_nothing_is_told(crowd: Crowd, days: int, told: bool) -> None:
    for at in range(9):
        crowd.say("genset berisik", at * HOUR)
    assert bool(crowd.find(since=NOW - days * DAY)) is told


def test_no_more_than_a_handful_the_strongest_first(crowd: Crowd) -> None:
    words = ("genset", "lampu", "kipas", "pagar", "galon", "lift", "ambulans")
    crowd.chat(("loket buka jam berapa", "obat kosong"), 8)
    for more, word in enumerate(words):
        for at in range(6 + 3 * more):
            crowd.say(word, at * HOUR)
    found = crowd.find()
    assert len(found) == MOST
    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)


TITLED = (
    "bu {} galak banget", "Bu {} judes", "dr {} telat terus", "bidan {} marah-marah", "suster {} kasar",
    "pak {} loket 2",
    "petugas namanya {} jutek", "pasien atas nama {} belum dipanggil", "tolong Ny. {} dibantu", "{} galak banget",
)  # fmt: skip


@pytest.mark.parametrize("name", ["sumarni", "Sumarni", "wulandari", "Hartinah", "quraisyiah", "Tukinem"])
def test_a_name_never_rises(crowd: Crowd, name: str) -> None:
    for at in range(60):
        crowd.say(TITLED[at % len(TITLED)].format(name), at * HOUR)
    found = crowd.find()
    assert not any(name.lower() in f"{one.term} {' '.join(one.also)}" for one in found)


@given(
    st.lists(st.sampled_from(TITLED), min_size=1, max_size=4),
    st.text("abcdefghijklmnoprstuwy", min_size=4, max_size=10),
    st.integers(5, 20),
)
@settings(max_examples=60, deadline=None)
def test_whoever_is_named_once_with_a_title_is_nobodys_word(
    sentences: list[str], name: str, often: int
) -> None:
    crowd = Crowd()
    crowd.say(f"mohon bidan {name} ditegur")
    for at in range(often):
        crowd.say(sentences[at % len(sentences)].format(name), at * HOUR)
    if name in names_in(f"mohon bidan {name} ditegur"):
        assert not any(name in one.term.split() for one in crowd.find())


def test_a_name_of_the_weeks_before_is_known_bare(crowd: Crowd) -> None:
    crowd.say("bu Tukiyem di loket 2", 20 * DAY)
    for at in range(9):
        crowd.say("tukiyem kerja lambat", at * HOUR)
    assert not any("tukiyem" in f"{one.term} {one.also}" for one in crowd.find())


def test_whoever_is_called_harsh_is_somebody(crowd: Crowd) -> None:
    crowd.say("tukiyem galak", HOUR)
    for at in range(9):
        crowd.say("tukiyem kerja lambat", at * HOUR)
    assert not any("tukiyem" in f"{one.term} {one.also}" for one in crowd.find())
    assert names_in("vaksin baik, loket ramah, tukiyem ramah") == {"tukiyem"}


def test_the_commonest_names_are_known_bare(crowd: Crowd) -> None:
    for name in sorted(GIVEN_NAMES):
        assert not is_telling(name)
    for at in range(20):
        crowd.say("siti lambat sekali ketik di loket", at * HOUR)
    assert not any("siti" in one.term for one in crowd.find())


@pytest.mark.parametrize(
    "name",
    ["supriyadi", "painem", "haryati", "sumaryanto", "ngatiyem", "sutiyono", "lukmanudin", "juwariyah"],
)
def test_a_name_without_a_title_never_rises_and_is_in_no_example(crowd: Crowd, name: str) -> None:
    sentences = ("tolong {} dipindah saja", "loket galak {} lagi", "anaknya {} kena tbc ya")
    for at in range(21):
        crowd.say(sentences[at % 3].format(name), at * 3 * HOUR)
    assert crowd.find()
    assert not any(name in f"{one.term} {' '.join(one.also)}" for one in crowd.find())
    assert name not in example(f"tolong {name}nya dipindah, si petugas {name}")


def test_words_that_end_as_names_do_may_still_be_told() -> None:
    words = "antrean parkiran dipindah habis hmpv subur imunisasi madu kuota ilmiah jadi wadah seni kimia"
    assert [word for word in words.split() if is_given_name(word)] == []


def test_the_name_in_an_account_is_no_word(crowd: Crowd) -> None:
    for at in range(9):
        crowd.say("zubaidah zubaidah", at * HOUR, author="zubaidah_88" if at == 3 else "")
    assert crowd.find() == ()


def test_no_number_and_no_address_ever_rises() -> None:
    """Thousands of sentences, each said by six people: nothing of a number or an address is a word."""
    for line in corpus(each=60):
        crowd = Crowd()
        for at in range(6):
            crowd.say(line.text, at * HOUR)
        for one in crowd.find():
            assert Reading(" ".join((one.term, *one.also))).of(line) == "", line.text
            assert not any(sign.isdigit() for sign in one.term)
        assert Reading(example(line.text)).of(line) == "", line.text


def test_an_example_names_nobody() -> None:
    said = example(
        "Bidan Sumarni marah ke bu Hartini, nomor saya 081234567890\n• K-2026-0001 siti @ani_r \u202eevil"
    )
    assert not any(
        hidden in said.lower()
        for hidden in ("sumarni", "hartini", "siti", "0812345", "ani_r", "\n", "\u202e")
    )
    assert "tukiyem" not in example("loket dua tukiyem lambat", names_in("bu tukiyem")).lower()
    assert said.startswith("“")
    assert said.endswith("”")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vaksinnya sudah habis", ["vaksin habis"]),
        ("loket tdk buka", ["tidak buka"]),
        ("habis. vaksin", []),
        ("antrean onlen eror", ["antri online", "online error"]),
        ("vaksin 08123 habis", []),
    ],
)
def test_pairs(text: str, found: list[str]) -> None:
    words = words_of(text)
    frequent = frozenset(word for word in words if is_telling(word))
    assert list(pairs(words, frequent)) == found


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for word in words_of(text):
        assert not any(sign.isdigit() or sign in "@#" for sign in word)
    names_in(text)
    example(text)


@given(st.integers(1, 400), st.floats(0.1, 300))
def test_the_chance_is_one(count: int, expected: float) -> None:
    assert chance_of(count, expected) <= 1e-9
    assert chance_of(count + 1, expected) <= chance_of(count, expected) + 1e-9


def test_the_chance_is_poissons() -> None:
    exact = 1 - sum(math.exp(-2.0) * 2.0**k / math.factorial(k) for k in range(8))
    assert math.isclose(math.exp(chance_of(8, 2.0)), exact, rel_tol=1e-9)


@st.composite
def worlds(draw: st.DrawFn) -> list[tuple[int, int, str, str]]:
    one = st.tuples(
        st.integers(0, 32 * 24),
        st.integers(0, 12),
        st.sampled_from(("genset berisik", "obat habis", "loket tutup", "hadir")),
        st.sampled_from(("keluhan", "pertanyaan", "lainnya")),
    )
    return draw(st.lists(one, max_size=120))


@given(worlds(), st.integers(3, 8), st.sampled_from((1.5, 3.0)), st.integers(1, 14))
@settings(max_examples=150, deadline=None)
def test_whatever_rises_is_what_the_rules_say(
    world: list[tuple[int, int, str, str]], at_least: int, times: float, days: int
) -> None:
    rules = Rules(at_least, times, days)
    crowd = Crowd()
    for age, person, text, label in world:
        crowd.say(text, age * HOUR, label=label, topic="obat", person=f"p{person}")
    recent = {said.message_id for said in crowd.said if said.at >= begin_of(NOW, rules)}
    found = crowd.find(rules)
    assert len(found) <= MOST
    assert len({(one.kind, one.term) for one in found}) == len(found)
    for one in found:
        assert PEOPLE <= one.people <= one.count <= len(one.message_ids)
        assert one.count >= at_least
        assert one.count >= times * one.usual
        assert set(one.message_ids) <= recent
        assert 0 <= one.complaints <= len(one.message_ids)


def test_the_same_matter_keeps_its_name() -> None:
    one = Found(Kind.WORD, "vaksin habis", 6, 6, 0, (1, 2, 3, 4, 5, 6), ("stok",))
    assert same_matter(one, "word", "vaksin habis", (), ())
    assert same_matter(one, "word", "stok", (), ())
    assert same_matter(one, "word", "vaksin", ("vaksin habis",), ())
    assert same_matter(one, "topic", "kia_imunisasi", (), (2, 3, 4, 5, 6, 7))
    assert not same_matter(one, "topic", "kia_imunisasi", (), (6, 7, 8, 9))
    assert is_in(one, (1, 2, 3))
    assert not is_in(one, (1, 2))


def test_real_comments_give_sensible_words(crowd: Crowd, shared_folder: Path) -> None:
    with (shared_folder / "data" / "real_dev.csv").open(encoding="utf-8", newline="") as file:
        real = [row["text"] for row in csv.DictReader(file)]
    chance = random.Random(3)
    for day in range(DAYS_BACK + 3):
        for text in chance.sample(real, 40):
            crowd.say(text, day * DAY + chance.random() * 0.9 * DAY, label="lainnya")
    assert crowd.find() == ()
    vaccine = [text for text in real if "vaksin" in text.lower()][:25]
    for text in vaccine * 8:
        crowd.say(text, chance.random() * 2 * DAY)
    assert any("vaksin" in f"{one.term} {' '.join(one.also)}" for one in crowd.find())
