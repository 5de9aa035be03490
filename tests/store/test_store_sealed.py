"""The envelope of a backup: nothing that was changed, cut or moved opens, and a wrong key is told from damage."""

from __future__ import annotations

import io
import random

import pytest

from ig_worker.domain.errors import Misconfigured
from ig_worker.store.backups.sealed import MAGIC, PIECE, TAG, Damaged, Envelope, Opened

KEY = "kunci rahasia puskesmas"


def sealed(content: bytes, key: str = KEY) -> bytes:
    out = io.BytesIO()
    envelope = Envelope(out, key)
    for start in range(0, len(content), 10_007):
        envelope.write(content[start : start + 10_007])
    envelope.close()
    return out.getvalue()


def opened(file: bytes, key: str = KEY) -> bytes:
    reading = Opened(io.BytesIO(file), key)
    content = b""
    while block := reading.read(70_000):
        content += block
    return content


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_goes_in_comes_out(size: int) -> None:
    content = random.Random(size).randbytes(size)
    file = sealed(content)
    assert opened(file) == content
    assert content[:100] not in file or size < 20
    # Two of the same content have nothing in common behind their mark.
    assert sealed(content)[-40:] != file[-40:]


def test_another_key_is_not_damage() -> None:
    file = sealed(b"rahasia")
    with pytest.raises(Misconfigured, match="another key") as told:
        opened(file, "kunci yang lain sama sekali")
    assert not isinstance(told.value, Damaged)
    with pytest.raises(Misconfigured, match="there is no key"):
        opened(file, "")


def test_every_changed_byte_is_noticed() -> None:
    """Each byte of the header, and of the pieces a few hundred, the edges of each among them."""
    file = sealed(random.Random(1).randbytes(2 * PIECE + 500))
    start = file.index(b"}") + 1 + 32
    edges = [start + number * (PIECE + TAG) + off for number in range(3) for off in (0, 1, -1, -TAG)]
    places = {*range(start), *(place for place in edges if 0 <= place < len(file)), len(file) - 1}
    places |= {random.Random(2).randrange(len(file)) for _ in range(50)}
    for place in places:
        spoilt = bytearray(file)
        spoilt[place] ^= 1 << (place % 8)
        with pytest.raises(Damaged):
            opened(bytes(spoilt))


def test_what_is_cut_off_is_missed() -> None:
    file = sealed(random.Random(1).randbytes(3 * PIECE))
    head = len(file) - 3 * (PIECE + TAG)
    cuts = {0, 1, len(MAGIC), head - 1, head, head + 1, len(file) - 1}
    # At the edge of a piece nothing but the mark of the last one tells.
    cuts |= {head + PIECE + TAG, head + 2 * (PIECE + TAG)}
    for cut in cuts:
        with pytest.raises(Damaged):
            opened(file[:cut])


def test_pieces_cannot_be_moved_repeated_or_come_from_another_file() -> None:
    file = sealed(random.Random(1).randbytes(4 * PIECE))
    head = len(file) - 4 * (PIECE + TAG)
    pieces = [file[head + n * (PIECE + TAG) :][: PIECE + TAG] for n in range(4)]
    other = sealed(random.Random(1).randbytes(4 * PIECE))
    for order in ([1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [0, 1, 2, 3, 3]):
        with pytest.raises(Damaged):
            opened(file[:head] + b"".join(pieces[n] for n in order))
    with pytest.raises(Damaged):
        opened(file[:head] + other[head:])
    with pytest.raises(Damaged):
        opened(file + b"x")
