"""Which videos Instagram takes, and what to say of one that it would refuse (section B, "Media limits")."""

from __future__ import annotations

from dataclasses import dataclass

from ig_worker.domain.media_limits import (
    REEL_SECONDS_MAX,
    STORY_VIDEO_SECONDS_MAX,
    VIDEO_BITS_PER_SECOND_MAX,
    VIDEO_RATIO_MAX,
    VIDEO_RATIO_MIN,
    VIDEO_SECONDS_MIN,
    VIDEO_WIDTH_MAX,
    Obstacle,
    ratio_in_words,
    same_ratio,
)

CODECS = {"h264": "H.264", "hevc": "HEVC"}
FRAMES_MIN, FRAMES_MAX = 23, 60
AUDIO_HZ_MAX, AUDIO_CHANNELS_MAX = 48_000, 2

# Phones count 60.02 seconds and 60.2 frames where they mean 60.
_SECONDS_ROUNDED = 0.1
_FRAMES_ROUNDED = 0.5

_EXPORT = (
    "Ekspor ulang videonya sebagai MP4: H.264, 30 gambar per detik, lebar 1080 piksel, suara AAC stereo."
)


@dataclass(frozen=True)
class VideoFacts:
    """What a video says of itself; 0 or empty where it does not say.

    Width and height in pixels as it is shown (turned by the phone's mark); ``codec``, ``pixels`` (the pixel format) and
    ``audio`` in ffprobe's words.
    """

    width: int = 0
    height: int = 0
    seconds: float = 0.0
    codec: str = ""
    frames_per_second: float = 0.0
    bits_per_second: int = 0
    pixels: str = ""
    interlaced: bool = False
    audio: str = ""
    audio_hz: int = 0
    audio_channels: int = 0

    @property
    def ratio(self) -> float:
        """Width to height; 0 where it is not known."""
        return self.width / self.height if self.width and self.height else 0.0


def video_obstacle(facts: VideoFacts, *, story: bool, ratio: float | None = None) -> Obstacle | None:
    """Why Instagram would refuse this video, or crop it to the `ratio` of its carousel's first item; None if neither.

    Everything that is wrong is said at once, so that one new export is enough.
    """
    picture, length, shape = _picture(facts), _length(facts, story=story), _shape(facts, ratio)
    reasons = [*picture, *length, *shape]
    if not reasons:
        return None
    cures = []
    if picture:
        cures.append(_EXPORT)
    if length:
        cures.append("Pilih bagian yang pas lamanya.")
    if shape:
        wanted = f"dengan rasio {ratio_in_words(ratio)}" if ratio else "tegak (9:16) atau mendatar (16:9)"
        cures.append(f"Ekspor ulang videonya {wanted}, atau terbitkan sendiri sebagai reel.")
    return Obstacle("; ".join(reasons), " ".join(cures))


def _picture(facts: VideoFacts) -> list[str]:
    found = []
    if facts.codec and facts.codec not in CODECS:
        found.append(f"gambarnya dikodekan sebagai {facts.codec}, yang diterima H.264 atau HEVC")
    if facts.pixels and "420" not in facts.pixels and facts.pixels not in {"nv12", "nv21", "p010le"}:
        found.append(f"format warnanya {facts.pixels}, yang diterima 4:2:0")
    if facts.interlaced:
        found.append("gambarnya berselang-seling (interlaced), yang diterima progressive")
    if facts.width > VIDEO_WIDTH_MAX:
        found.append(f"lebarnya {facts.width} piksel, paling lebar {VIDEO_WIDTH_MAX}")
    frames = facts.frames_per_second
    if frames and not FRAMES_MIN - _FRAMES_ROUNDED <= frames <= FRAMES_MAX + _FRAMES_ROUNDED:
        found.append(f"{frames:.0f} gambar per detik, yang diterima {FRAMES_MIN} sampai {FRAMES_MAX}")
    if facts.bits_per_second > VIDEO_BITS_PER_SECOND_MAX:
        found.append(
            f"laju datanya {facts.bits_per_second / 1e6:.0f} Mbps, "
            f"paling tinggi {VIDEO_BITS_PER_SECOND_MAX // 1_000_000} Mbps"
        )
    if facts.audio and facts.audio != "aac":
        found.append(f"suaranya dikodekan sebagai {facts.audio}, yang diterima AAC")
    if facts.audio_hz > AUDIO_HZ_MAX:
        found.append(f"suaranya {facts.audio_hz // 1000} kHz, paling tinggi {AUDIO_HZ_MAX // 1000} kHz")
    if facts.audio_channels > AUDIO_CHANNELS_MAX:
        found.append(f"suaranya {facts.audio_channels} kanal, paling banyak {AUDIO_CHANNELS_MAX} (stereo)")
    return found


def _length(facts: VideoFacts, *, story: bool) -> list[str]:
    longest = STORY_VIDEO_SECONDS_MAX if story else REEL_SECONDS_MAX
    if facts.seconds and facts.seconds < VIDEO_SECONDS_MIN - _SECONDS_ROUNDED:
        return [
            f"lamanya {facts.seconds:.1f} detik, paling pendek {VIDEO_SECONDS_MIN} detik".replace(".", ",")
        ]
    if facts.seconds > longest + _SECONDS_ROUNDED:
        limit = f"{longest} detik" if story else f"{longest // 60} menit"
        return [f"lamanya {_lasting(facts.seconds)}, paling lama {limit}"]
    return []


def _lasting(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} menit {rest} detik" if minutes else f"{rest} detik"


def _shape(facts: VideoFacts, ratio: float | None) -> list[str]:
    if not facts.ratio:
        return []
    if not VIDEO_RATIO_MIN <= facts.ratio <= VIDEO_RATIO_MAX:
        return [f"bentuknya terlalu panjang ({facts.width}×{facts.height} piksel)"]
    if ratio and not same_ratio(facts.ratio, ratio):
        return [
            f"rasionya {ratio_in_words(facts.ratio)}, sedangkan item pertama carousel {ratio_in_words(ratio)}: "
            "Instagram akan memotongnya"
        ]
    return []
