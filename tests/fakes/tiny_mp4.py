"""Videos of a few hundred bytes: the boxes of an MP4, true to each other, around pictures that nobody can see."""

from __future__ import annotations

import struct

TURNED = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
STRAIGHT = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
SCALE = 600_000


def tiny_mp4(
    seconds: float = 10.0,
    size: tuple[int, int] = (1080, 1920),
    *,
    frames_per_second: float = 30.0,
    codec: bytes = b"avc1",
    audio: bytes = b"mp4a",
    audio_hz: int = 44_100,
    audio_channels: int = 2,
    turned: bool = False,
    index_last: bool = False,
    brand: bytes = b"isom",
    pictures: bytes = b"gambar" * 20,
    place: bytes = b"",
) -> bytes:
    """The bytes of a video that says this of itself; ``turned`` as a phone held upright marks its film, ``place`` as it
    writes down where it was."""
    head = box(b"ftyp", brand + bytes(4) + b"isomiso2mp41")
    film = box(b"mdat", pictures)

    def index(start: int) -> bytes:
        header = struct.pack(">IIIII", 0, 0, 0, SCALE, round(seconds * SCALE))
        header += struct.pack(">IH10x9i24xI", 0x10000, 0x100, *STRAIGHT, 3)
        tracks = _video(seconds, size, frames_per_second, codec, turned, start)
        if audio:
            tracks += _audio(seconds, audio, audio_hz, audio_channels, start)
        beside = (
            box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place)) if place else b""
        )
        return box(b"moov", box(b"mvhd", header), beside, tracks)

    if index_last:
        return head + film + index(len(head) + 8)
    return head + index(len(head) + len(index(0)) + 8) + film


def box(name: bytes, *content: bytes) -> bytes:
    """One box around its content."""
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), name) + inside


def _video(
    seconds: float, size: tuple[int, int], rate: float, codec: bytes, turned: bool, start: int
) -> bytes:
    width, height = size
    entry = bytes(16) + struct.pack(">HHIII", width, height, 0x480000, 0x480000, 0)
    entry += struct.pack(">H", 1) + bytes(32) + struct.pack(">Hh", 24, -1)
    described = box(codec, bytes(6), struct.pack(">H", 1), entry)
    count = round(seconds * rate)
    return _track(b"vide", seconds, size, turned, described, count, round(SCALE / rate), start)


def _audio(seconds: float, codec: bytes, rate: int, channels: int, start: int) -> bytes:
    entry = bytes(8) + struct.pack(">HHHHI", channels, 16, 0, 0, rate << 16)
    described = box(codec, bytes(6), struct.pack(">H", 1), entry)
    count = max(1, round(seconds * rate / 1024))
    return _track(b"soun", seconds, (0, 0), False, described, count, round(seconds * SCALE / count), start)


def _track(
    kind: bytes,
    seconds: float,
    size: tuple[int, int],
    turned: bool,
    described: bytes,
    count: int,
    step: int,
    start: int,
) -> bytes:
    length = round(seconds * SCALE)
    number = 1 if kind == b"vide" else 2
    header = struct.pack(">IIIIII", 7, 0, 0, number, 0, length) + bytes(16)
    header += struct.pack(">9i", *(TURNED if turned else STRAIGHT))
    header += struct.pack(">II", size[0] << 16, size[1] << 16)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), described),
        box(b"stts", struct.pack(">IIII", 0, 1, count, step)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
        box(b"stsz", struct.pack(">III", 0, 1, count)),
        box(b"stco", struct.pack(">III", 0, 1, start)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, SCALE, length, 0x55C40000)),
        box(b"hdlr", bytes(8), kind, bytes(13)),
        box(b"minf", table),
    )
    return box(b"trak", box(b"tkhd", header), media)
