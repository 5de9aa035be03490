"""What is decided about a message, with the shipped model and with small ones whose numbers are known."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ig_worker.domain.classifier import LABELS, TOPICS, Classifier, Verdict
from ig_worker.shipped import classifier_model

CLASSIFIER = Classifier(classifier_model())


def judge(text: str) -> Verdict:
    return CLASSIFIER.judge(text)


def small_model(words: dict[str, list[float]], **limits: float) -> dict[str, Any]:
    """A model that knows only these words; weights in the order of LABELS."""
    nothing = {"bias": [0.0, 0.0], "words": {}, "letters": {}, "temperature": 1.0}
    return {
        "label": {
            "labels": list(LABELS),
            "bias": [0.0] * len(LABELS),
            "words": {word: [1.0, *weights] for word, weights in words.items()},
            "letters": {},
            "temperature": 1.0,
        },
        "topic": {**nothing, "labels": ["lainnya", "obat"]},
        "thresholds": {"thank": 0.7, "case": 0.5, "review": 0.5, "suspicion": 0.2} | limits,
    }


TRADE_WORDS = (
    "tidak bagus lama petugas antri terima kasih kapan min ? ! 😡 👍 @akun tapi mohon vaksin obat gigi"
)

PRAISE = [0.0, 0.0, 0.0, 9.0, 0.0]
COMPLAINT = [9.0, 0.0, 0.0, 0.0, 0.0]
QUESTION = [0.0, 0.0, 9.0, 0.0, 0.0]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=300))
def test_any_text_gets_a_whole_verdict(text: str) -> None:
    verdict = judge(text)
    assert verdict.label in LABELS
    assert verdict.topic in TOPICS
    assert set(verdict.probabilities) == set(LABELS)
    assert math.isclose(sum(verdict.probabilities.values()), 1.0)
    assert verdict.confidence == max(verdict.probabilities.values()) == verdict.probabilities[verdict.label]
    assert verdict.reasons
    assert not (verdict.auto_thank and (verdict.needs_review or verdict.opens_case or verdict.danger))
    assert not (verdict.opens_case and verdict.label not in ("keluhan", "saran"))


@given(st.lists(st.sampled_from(TRADE_WORDS.split()), max_size=30))
@settings(max_examples=200, deadline=None)
def test_words_of_the_trade_in_any_order_get_a_whole_verdict(words: list[str]) -> None:
    verdict = judge(" ".join(words))
    assert math.isclose(sum(verdict.probabilities.values()), 1.0)
    assert not (verdict.auto_thank and ("😡" in words or "tapi" in words or "?" in words))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Petugasnya ramah dan cepat, terima kasih banyak", "pujian"),
        ("antrinya lama banget, petugasnya jutek", "keluhan"),
        ("min besok puskesmas buka jam berapa ya?", "pertanyaan"),
        ("usul min, kursi ruang tunggunya ditambah dong", "saran"),
        ("@budi_ayo kapan pulang bro", "lainnya"),
    ],
)
def test_plain_cases_are_read_as_people_read_them(text: str, label: str) -> None:
    assert judge(text).label == label


def test_clear_praise_is_thanked_and_bothers_nobody() -> None:
    verdict = judge("Petugasnya ramah dan sabar, pelayanan cepat. Terima kasih banyak 👍")
    assert (verdict.auto_thank, verdict.needs_review, verdict.opens_case) == (True, False, False)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("pelayanan bagus tapi parkirnya sempit", "kata pertentangan (tapi)"),
        ("pelayanan bagus dan ramah, toiletnya kotor", "kata keluhan (kotor)"),
        ("pelayanan bagus, petugas kurang ramah", "kata keluhan (kurang, ramah)"),
        ("pelayanan bagus, nunggu obat 3 jam", "kata keluhan (tunggu obat … jam)"),
        ("pelayanan bagus, petugas main hp", "kata keluhan (main hp)"),
        ("bagus sih, ramah", "kata keraguan (sih)"),
        ("bagus dan ramah, terima kasih ketidakpastiannya", "kata keluhan (ketidakpastiannya)"),
        ("pelayanan bagus dan ramah?", "pertanyaan (?)"),
        ("pelayanan bagus dan ramah 😡", "emoji negatif (😡)"),
        ("pelayanan bagus dan ramah 😂", "emoji negatif (😂)"),
        ("pelayanan bagus dan ramah :(", "emoji negatif (:()"),
        ("pelayanan bagus ramah, mohon ditambah kursi", "permintaan (mohon, ditambah)"),
        ("pelayanan bagus ramah, hiv saya ditangani", "data kesehatan atau identitas (hiv)"),
        ("pelayanan bagus ramah, nik saya 3573012345678901", "data kesehatan atau identitas (nomor panjang)"),
        ("pelayanan bagus ramah, wa saya 0812-3456-7890", "data kesehatan atau identitas (nomor panjang)"),
    ],
)
def test_praise_with_anything_doubtful_beside_it_is_not_thanked(text: str, finding: str) -> None:
    weights = {"bagus": PRAISE, "ramah": PRAISE}
    verdict = Classifier(small_model(weights)).judge(text)
    assert verdict.label == "pujian"
    assert not verdict.auto_thank
    assert f"Tidak diberi ucapan otomatis: ada {finding}." in verdict.reasons


def test_thanks_to_god_are_not_ours_to_answer() -> None:
    verdict = Classifier(small_model({"terimakasih": PRAISE})).judge("Terima kasih ya Allah")
    assert verdict.label == "pujian"
    assert not verdict.auto_thank
    assert (
        "Tidak diberi ucapan otomatis: ada ucapan syukur kepada Tuhan (terimakasih ya allah)."
        in verdict.reasons
    )


def test_applause_without_a_word_of_praise_is_not_thanked() -> None:
    verdict = Classifier(small_model({"👏": PRAISE})).judge("besok 👏👏")
    assert (verdict.label, verdict.auto_thank) == ("pujian", False)
    assert "Tidak diberi ucapan otomatis: tidak ada kata pujian yang jelas." in verdict.reasons


def test_praise_below_the_threshold_is_not_thanked_and_says_so() -> None:
    verdict = Classifier(small_model({"bagus": [0.0, 0.0, 0.0, 1.0, 0.0]})).judge("bagus")
    assert (verdict.label, verdict.auto_thank) == ("pujian", False)
    assert "Tidak diberi ucapan otomatis: keyakinan pujian di bawah 70%." in verdict.reasons


def test_sarcasm_with_a_word_of_complaint_is_never_thanked() -> None:
    for text in (
        "Hebat ya pelayanannya, 3 jam nunggu cuma ditensi",
        "Terima kasih sudah bikin anak saya nunggu lama 👏",
        "Mantap, obatnya salah lagi 👍",
    ):
        assert not judge(text).auto_thank


def test_a_negated_complaint_is_no_complaint() -> None:
    verdict = Classifier(small_model({"ramah": PRAISE})).judge("ramah, tidak lama, tanpa ribet")
    assert verdict.auto_thank


def test_a_complaint_sure_enough_opens_a_case_and_needs_no_second_look() -> None:
    verdict = Classifier(small_model({"lama": COMPLAINT})).judge("lama")
    assert (verdict.label, verdict.opens_case, verdict.needs_review) == ("keluhan", True, False)


def test_complaint_and_suggestion_are_taken_together_for_the_register() -> None:
    torn = [2.0, 0.0, 1.9, 0.0, 1.9]
    verdict = Classifier(small_model({"antri": torn})).judge("antri")
    assert verdict.confidence < 0.5
    assert verdict.opens_case


def test_a_complaint_not_sure_enough_goes_to_a_person() -> None:
    verdict = Classifier(small_model({"antri": [0.5, 0.4, 0.4, 0.4, 0.0]})).judge("antri")
    assert (verdict.label, verdict.opens_case, verdict.needs_review) == ("keluhan", False, True)
    assert any(reason.startswith("Perlu dilihat orang: keyakinan") for reason in verdict.reasons)


def test_a_confident_question_waits_without_a_person() -> None:
    verdict = Classifier(small_model({"kapan": QUESTION})).judge("kapan")
    assert (verdict.label, verdict.needs_review, verdict.opens_case) == ("pertanyaan", False, False)


def test_a_question_that_may_be_a_complaint_goes_to_a_person() -> None:
    verdict = Classifier(small_model({"kapan": [1.5, 0.0, 3.0, 0.0, 0.0]}, suspicion=0.15)).judge("kapan")
    assert verdict.label == "pertanyaan"
    assert any("kemungkinan keluhan atau saran" in reason for reason in verdict.reasons)


def test_praise_with_a_but_goes_to_a_person() -> None:
    verdict = Classifier(small_model({"ramah": PRAISE})).judge("ramah tapi ya begitulah")
    assert verdict.needs_review
    assert (
        "Perlu dilihat orang: ada pujian sekaligus tanda keluhan, sindiran atau pertanyaan."
        in verdict.reasons
    )


@pytest.mark.parametrize(
    "text", ["", "   ", "🔥❤️❤️", "👍👍👍", "@budi @tuti", "???", "\u200b\u202e", "12.30", "\x00"]
)
def test_a_text_without_a_word_is_something_else(text: str) -> None:
    verdict = judge(text)
    assert (verdict.label, verdict.topic) == ("lainnya", "lainnya")
    assert (verdict.auto_thank, verdict.needs_review, verdict.opens_case) == (False, False, False)
    assert verdict.reasons == ("Dibaca sebagai lainnya: tidak ada kata di dalamnya.",)
    assert math.isclose(sum(verdict.probabilities.values()), 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "tolong min istri saya pendarahan hebat",
        "anak saya kejang kejang harus gimana",
        "bapak susah napas, ambulans nya mana",
        "ayah saya sesek nafas",
        "ibu pingsan di pasar",
        "rasanya pengen mati aja",
        "saya mau bunuh diri",
        "dulu saya pernah ingin bunuh diri, sekarang kepikiran lagi",
        "saya dipukulin suami tiap malam",
        "tetangga keracunan makanan",
        "ketuban sudah pecah, bidan ga angkat telepon",
    ],
)
def test_danger_to_life_wakes_somebody(text: str) -> None:
    verdict = judge(text)
    assert verdict.danger
    assert verdict.needs_review or verdict.opens_case
    assert not verdict.auto_thank
    assert any("bahaya" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "apa gejala stroke ya dok?",
        "terima kasih penyuluhan tentang kejang demam",
        "dulu anak saya pernah kejang, sekarang sehat",
        "antri lama banget",
        "semangat pagi",
    ],
)
def test_talk_about_danger_wakes_nobody(text: str) -> None:
    assert not judge(text).danger


def test_the_reasons_name_the_words_as_they_were_written() -> None:
    first = judge("Antriannya lamaaa, petugasnya juteeek").reasons[0]
    assert first.startswith("Dibaca sebagai keluhan (")
    assert "“lamaaa”" in first
    assert "“juteeek”" in first


def test_the_reasons_name_no_piece_of_a_long_number() -> None:
    """Each piece is shown by itself, and nothing tells any more that it is one."""
    verdict = Classifier(small_model({"<angka>": COMPLAINT, "<nomor>": COMPLAINT})).judge(
        "BPJS 00075116\n37265, 0812-3456-7890 jam 8"
    )
    assert verdict.reasons[0].endswith("karena “8”.")


def test_a_negated_word_is_named_with_its_negation() -> None:
    verdict = Classifier(small_model({"¬ramah": COMPLAINT})).judge("pelayanan tidak ramah")
    assert verdict.reasons[0] == "Dibaca sebagai keluhan (100%) karena “tidak ramah”."


def test_a_text_of_unknown_words_says_what_it_is_without_a_because() -> None:
    verdict = Classifier(small_model({})).judge("qwzx")
    assert verdict.reasons[0] == "Dibaca sebagai lainnya (68%)."
    assert (verdict.label, verdict.topic, verdict.needs_review) == ("lainnya", "lainnya", True)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("antri di puskesmas lama banget nomor antrian ga jalan", "antrean"),
        ("obat di apotek kosong terus", "obat"),
        ("poli gigi tutup terus, cabut gigi susah", "gigi"),
        ("jadwal imunisasi bayi hari apa ya", "kia_imunisasi"),
        ("rujukan bpjs saya ditolak", "bpjs"),
        ("petugas loketnya jutek, tidak ramah", "petugas"),
        ("hasil lab belum keluar, cek darah kapan", "laboratorium"),
        ("toiletnya bau, parkir sempit", "fasilitas"),
        ("berapa biaya khitan?", "biaya"),
        ("hari sabtu buka sampai jam berapa?", "jam_layanan"),
        ("daftar online webnya error terus", "pendaftaran"),
    ],
)
def test_the_topic_decides_which_unit_is_told(text: str, topic: str) -> None:
    verdict = judge(text)
    assert verdict.topic == topic
    assert any(reason.startswith(f"Topik {topic.replace('_', ' ')} karena") for reason in verdict.reasons)


def test_a_very_long_word_and_a_very_long_text_are_judged() -> None:
    assert judge("x" * 2_200).label in LABELS
    assert judge("pelayanan lama " * 200).label == "keluhan"


@pytest.mark.parametrize("padding", ["a" * 2_000, "🙏" * 1_000, "halo " * 400, "wkwk" * 500])
def test_a_complaint_is_heard_beside_any_padding(padding: str) -> None:
    complaint = "Antrean loket lama sekali, dari jam 7 belum dipanggil, mengecewakan 😡"
    for text in (f"{padding} {complaint}", f"{complaint} {padding}"):
        verdict = CLASSIFIER.judge(text)
        assert (verdict.label, verdict.opens_case) == ("keluhan", True)


def test_the_same_text_is_judged_the_same_after_many_others() -> None:
    fresh = Classifier(classifier_model())
    first = fresh.judge("petugasnya ramah")
    for number in range(25_000):
        fresh.judge(f"kata{_letters(number)}")
    assert fresh.judge("petugasnya ramah") == first


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
