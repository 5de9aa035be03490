"""The envelope of an encrypted backup: a stream in pieces that only its key opens, and only whole.

Described in docs/backup.md, so that it can be opened without this program. Version 1:

    8 bytes    ``IGWBAK1`` and a line feed
    4 bytes    length of the header, big-endian
    header     JSON: cipher, kdf, n, r, p, salt, check, piece
    32 bytes   SHA-256 of all that stands before
    pieces     ChaCha20-Poly1305 of ``piece`` bytes each (the last may be shorter), 16 bytes of tag behind each

The key is ``scrypt(passphrase, salt, n, r, p)``: 64 bytes, of which the first 32 are the cipher's key and the SHA-256
of the others is ``check``, by which a wrong key is told from a damaged file. A piece's nonce is its number (11 bytes,
big-endian, from 0) and one byte that is 1 for the last piece and 0 for every other: no piece can be left out, moved or
repeated, and an end that is missing is noticed (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár, 2015; as in age). The
SHA-256 of the header's part is tied to each piece.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
from typing import Any, BinaryIO

from ig_worker.domain.errors import Misconfigured

MAGIC = b"IGWBAK1\n"
PIECE = 64 * 1024
TAG = 16
N, R, P = 1 << 15, 8, 1
"""What scrypt costs: 32 MB and about a tenth of a second on a small machine, once for each file."""

LONGEST_HEADER = 4096


class Damaged(Misconfigured):
    """The backup is not as it was made."""


class Envelope:
    """Writes what it is given, sealed, into a file; `close` writes the last piece, without which nothing opens."""

    def __init__(self, out: BinaryIO, key: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        salt = os.urandom(16)
        cipher_key, check = _keys(key, salt, N, R, P)
        header = json.dumps(
            {
                "cipher": "ChaCha20-Poly1305",
                "kdf": "scrypt",
                "n": N,
                "r": R,
                "p": P,
                "salt": base64.b64encode(salt).decode(),
                "check": check,
                "piece": PIECE,
            }
        ).encode()
        head = MAGIC + struct.pack(">I", len(header)) + header
        self._tied = hashlib.sha256(head).digest()
        self._out = out
        self._box = ChaCha20Poly1305(cipher_key)
        self._number = 0
        self._waiting = bytearray()
        out.write(head + self._tied)

    def write(self, data: bytes) -> int:
        """Take some bytes; a piece goes out only when more follows, for the last one is marked."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._box.encrypt(_nonce(self._number, last=last), piece, self._tied))
        self._number += 1


class Opened:
    """Reads a sealed stream back, each piece proven before a byte of it is given out.

    Raises Damaged where it is not as it was written, Misconfigured where this key is not the one.
    """

    def __init__(self, source: BinaryIO, key: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        said, self._tied = _header(source)
        if not key:
            raise Misconfigured(
                "the backup is encrypted, and there is no key",
                cure="set [security] key to the key with which it was made",
            )
        try:
            salt = base64.b64decode(said["salt"], validate=True)
            n, r, p, self._piece = (int(said[name]) for name in ("n", "r", "p", "piece"))
            known = said["cipher"] == "ChaCha20-Poly1305" and said["kdf"] == "scrypt"
            known = known and 1 < n <= 1 << 17 and r == R and p == P and 0 < self._piece <= 1 << 20
            wanted = str(said["check"])
        except (KeyError, TypeError, ValueError):
            known = False
        if not known:
            raise Damaged(
                "the backup is encrypted in a way that this version does not know",
                cure="use the version of ig-worker that made it, or a newer one",
            ) from None
        cipher_key, check = _keys(key, salt, n, r, p)
        if not hmac.compare_digest(check, wanted):
            raise Misconfigured(
                "the backup is encrypted with another key",
                cure="set [security] key to the key with which it was made",
            )
        self._source = source
        self._box = ChaCha20Poly1305(cipher_key)
        self._number = 0
        self._next = source.read(self._piece + TAG)
        self._ended = False
        self._given = b""

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none at the proven end."""
        while not self._given and not self._ended:
            self._given = self._open_next()
        given, self._given = self._given[:size], self._given[size:]
        return given

    def _open_next(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        sealed, self._next = self._next, self._source.read(self._piece + TAG)
        self._ended = not self._next
        try:
            piece = self._box.decrypt(_nonce(self._number, last=self._ended), sealed, self._tied)
        except (InvalidTag, ValueError):
            raise damaged(f"its piece {self._number + 1} is altered, or what follows it is missing") from None
        self._number += 1
        return piece


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins so is encrypted."""
    return head.startswith(MAGIC)


def damaged(how: str) -> Damaged:
    """The error of a file that is not as it was made."""
    return Damaged(f"the backup is damaged: {how}", cure="take another copy of it, or an older backup")


def _header(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    start = source.read(len(MAGIC) + 4)
    if len(start) < len(MAGIC) + 4 or not is_sealed(start):
        raise damaged("it does not begin as one")
    (length,) = struct.unpack(">I", start[len(MAGIC) :])
    if length > LONGEST_HEADER:
        raise damaged("its header is altered")
    header, digest = source.read(length), source.read(32)
    if not hmac.compare_digest(hashlib.sha256(start + header).digest(), digest):
        raise damaged("its header is altered")
    try:
        said = json.loads(header)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise damaged("its header is altered")
    return said, digest


def _keys(key: str, salt: bytes, n: int, r: int, p: int) -> tuple[bytes, str]:
    made = hashlib.scrypt(key.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * 1024 * 1024, dklen=64)
    return made[:32], hashlib.sha256(made[32:]).hexdigest()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
