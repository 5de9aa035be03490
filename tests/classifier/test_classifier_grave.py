"""A death, a danger or a threat beside kind words: never thanked, never unseen."""

from __future__ import annotations

import pytest

from ig_worker.domain.classifier import Classifier
from ig_worker.shipped import classifier_model

CLASSIFIER = Classifier(classifier_model())


@pytest.mark.parametrize(
    "text",
    [
        "Alhamdulillah ibu saya sudah tenang di sisi Allah, terima kasih sudah merawat",
        "Terima kasih sudah mengantar kepergian ibu kami dengan baik",
        "Terima kasih banyak atas bantuan peti dan ambulans jenazahnya",
        "Turut berduka cita atas meninggalnya bidan Sri, orangnya baik dan ramah",
        "Selamat jalan dokter, jasamu tak terlupakan, terima kasih",
        "Matur nuwun dok, bapak kulo sampun sedo",
        "Hatur nuhun bu bidan, pun bapa tos ngantunkeun",
        "Sakalangkong bidanna sae, bapa' ampon seda",
        "Makasih bu bidan sudah menolong, walau akhirnya dedek bayi tidak tertolong",
        "Terima kasih dokter, bapak pergi dengan tenang",
        "Bidan terbaik, semoga tenang di alam sana",
        "Matur suwun sedaya, simbah sampun kapundut",
        "Terima kasih, besok saya viralkan",
        "Terima kasih petugas IGD sigap saat bapak saya serangan jantung",
    ],
)
def test_beside_praise_a_person_looks_and_nobody_is_thanked(text: str) -> None:
    verdict = CLASSIFIER.judge(text)
    assert not verdict.auto_thank, verdict.reasons
    assert verdict.needs_review or verdict.opens_case
    assert not verdict.danger


@pytest.mark.parametrize(
    "text",
    [
        "Makasih bu bidan, istri saya masih pendarahan sampai sekarang",
        "terimakasih dok, tapi bapak sesak nafas lagi sekarang",
        "tolong anak saya kejang, dulu juga pernah",
        "kalau istri pendarahan terus tolong hubungi ambulans kemana",
        "Selamat tinggal semua, terima kasih sudah baik sama saya",
    ],
)
def test_thanks_and_talk_of_the_past_hide_no_danger_of_now(text: str) -> None:
    verdict = CLASSIFIER.judge(text)
    assert verdict.danger
    assert not verdict.auto_thank


@pytest.mark.parametrize(
    "text",
    [
        "dulu anak saya pernah kejang, sekarang sehat",
        "dulu pernah stroke, sekarang sudah pulih berkat puskesmas",
        "Alhamdulillah anak saya yang kejang kemarin sudah sehat, terima kasih bu bidan",
    ],
)
def test_what_is_over_wakes_nobody(text: str) -> None:
    assert not CLASSIFIER.judge(text).danger


@pytest.mark.parametrize(
    "text",
    [
        "terima kasih penyuluhan tentang kejang demam, sangat bermanfaat",
        "semangat terus pak, kami dukung",
        "Terima kasih bu bidan, dulu takut sekarang tenang",
    ],
)
def test_what_only_sounds_like_it_is_thanked(text: str) -> None:
    verdict = CLASSIFIER.judge(text)
    assert verdict.auto_thank, verdict.reasons


@pytest.mark.parametrize("sign", ["🐌", "🐢", "🤡", "💀", "👎", "🙃", "💔"])
def test_praise_with_a_mocking_or_sad_sign_goes_to_a_person(sign: str) -> None:
    assert CLASSIFIER.judge("Mantap").auto_thank
    verdict = CLASSIFIER.judge(f"Mantap {sign}")
    assert not verdict.auto_thank
    assert verdict.needs_review


@pytest.mark.parametrize(
    "text",
    [
        "Tumben cepat, terima kasih",
        "Terima kasih telah mengajari saya arti sabar",
        "Satpamnya lebih ramah dari dokternya",
        "Dulu petugasnya ramah ramah",
        "Jos gandos antriane sak ndayak",
        "Terima kasih bu Yuli satu satunya yang senyum",
        "Pelayanan di sini membuat saya makin cinta sama rumah sakit swasta",
        "Terima kasih bunda pesugihan putih sudah membantu saya",
        "Makasih shopee gratis ongkirnya",
        "Terima kasih suntikannya bikin tangan anak saya bengkak",
        "Best puskesmas ever, said no one",
        "Terima kasih banyak atas penolakannya",
        "Puskesmas paling sepi, pantes cepat",
        "Makasih min dibalas juga akhirnya",
        "Keren min, adminnya ganteng ga",
        "Terima kasih puskesmas kecamatan lain yang mau menerima saya",
    ],
)
def test_praise_that_blames_or_is_for_somebody_else_is_not_thanked(text: str) -> None:
    assert not CLASSIFIER.judge(text).auto_thank
