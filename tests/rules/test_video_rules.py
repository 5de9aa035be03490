"""Which videos go out, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.media_limits import ratio_in_words, same_ratio
from ig_worker.domain.video_rules import VideoFacts, video_obstacle

FINE = VideoFacts(
    width=1080,
    height=1920,
    seconds=30.0,
    codec="h264",
    frames_per_second=30.0,
    bits_per_second=8_000_000,
    pixels="yuv420p",
    audio="aac",
    audio_hz=48_000,
    audio_channels=2,
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"codec": "hevc", "pixels": "yuv420p10le"},
        {"audio": "", "audio_hz": 0, "audio_channels": 0},
        {"frames_per_second": 23.976},
        {"frames_per_second": 60.2},
        {"seconds": 2.95},
        {"seconds": 60.02},
        {"width": 1920, "height": 1080},
    ],
)
def test_what_phones_film_goes_out(changes: dict[str, object]) -> None:
    facts = replace(FINE, **changes)  # type: ignore[arg-type]
    assert video_obstacle(facts, story=False) is None
    assert video_obstacle(facts, story=True) is None


def test_what_a_video_does_not_tell_is_not_held_against_it() -> None:
    assert video_obstacle(VideoFacts(), story=True, ratio=0.8) is None


@pytest.mark.parametrize(
    ("changes", "said", "cure"),
    [
        ({"codec": "av1"}, "dikodekan sebagai av1", "H.264"),
        ({"pixels": "yuv444p"}, "format warnanya yuv444p", "H.264"),
        ({"interlaced": True}, "interlaced", "H.264"),
        ({"width": 3840, "height": 2160}, "lebarnya 3840 piksel, paling lebar 1920", "1080 piksel"),
        ({"frames_per_second": 15.0}, "15 gambar per detik", "30 gambar"),
        ({"frames_per_second": 120.0}, "120 gambar per detik", "30 gambar"),
        ({"bits_per_second": 50_000_000}, "50 Mbps, paling tinggi 25 Mbps", "H.264"),
        ({"audio": "amr_nb"}, "suaranya dikodekan sebagai amr_nb", "AAC"),
        ({"audio_hz": 96_000}, "96 kHz, paling tinggi 48 kHz", "AAC"),
        ({"audio_channels": 6}, "6 kanal", "stereo"),
        ({"seconds": 2.5}, "lamanya 2,5 detik, paling pendek 3 detik", "Pilih bagian"),
        ({"seconds": 901.0}, "lamanya 15 menit 1 detik, paling lama 15 menit", "Pilih bagian"),
        ({"width": 1900, "height": 100}, "terlalu panjang (1900×100 piksel)", "tegak (9:16)"),
    ],
)
def test_what_instagram_refuses_is_said_with_its_cure(
    changes: dict[str, object], said: str, cure: str
) -> None:
    found = video_obstacle(replace(FINE, **changes), story=False)  # type: ignore[arg-type]
    assert found is not None
    assert said in found.reason
    assert cure in found.cure
    assert not found.passing


def test_a_story_is_at_most_a_minute() -> None:
    long = replace(FINE, seconds=95.0)
    assert video_obstacle(long, story=False) is None
    found = video_obstacle(long, story=True)
    assert found is not None
    assert found.reason == "lamanya 1 menit 35 detik, paling lama 60 detik"


def test_a_video_of_another_ratio_than_its_carousel_is_refused_rather_than_cropped() -> None:
    assert video_obstacle(FINE, story=False, ratio=9 / 16) is None
    assert video_obstacle(replace(FINE, height=1904), story=False, ratio=9 / 16) is None, (
        "within one per cent"
    )
    found = video_obstacle(FINE, story=False, ratio=0.8)
    assert found is not None
    assert "rasionya 9:16, sedangkan item pertama carousel 4:5" in found.reason
    assert "dengan rasio 4:5" in found.cure


def test_everything_wrong_is_said_at_once() -> None:
    bad = replace(FINE, codec="vp9", seconds=1.0, frames_per_second=12.0)
    found = video_obstacle(bad, story=False, ratio=1.0)
    assert found is not None
    assert found.reason.count(";") == 3
    assert "Ekspor ulang videonya sebagai MP4" in found.cure


@given(st.floats(0.1, 10))
def test_a_ratio_has_words_that_mean_it(ratio: float) -> None:
    above, _, below = ratio_in_words(ratio).replace(",", ".").partition(":")
    assert abs(float(above) / float(below) - ratio) <= max(0.01 * ratio, 0.01)


def test_ratios_within_one_per_cent_are_the_same() -> None:
    assert same_ratio(0.8, 0.804)
    assert not same_ratio(0.8, 0.82)
