"""Words that a page can check without holding them, and texts that only the right word opens.

What this keeps from whom: someone who reads the source of a page finds no answer and no feedback in it. Someone who
writes a program and tries answer after answer finds them: a mark is one of about a thousand, and what may be opened
without an answer (hints, solutions) opens with words that stand in the page's script.
"""

from __future__ import annotations

import base64
import hashlib
import math
from dataclasses import dataclass

ROUNDS = 1000
"""Of PBKDF2 (RFC 8018) with HMAC-SHA-256: a few milliseconds for a phone, and for each answer that is tried."""

PARTS = 8
"""Places a grid of marks may begin at, in parts of the width of a mark."""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts with words; the same secret and word give the same seal."""

    secret: bytes

    @property
    def salt(self) -> str:
        """What a page mixes into each word; it is no secret."""
        return hashlib.sha256(b"salt" + self.secret).hexdigest()[:16]

    def seal(self, word: str, text: str) -> tuple[str, str]:
        """Word and text → the tag by which the word is known again, and the text that only the word opens."""
        key = hashlib.pbkdf2_hmac("sha256", word.encode(), self.salt.encode(), ROUNDS)
        return _base64(hashlib.sha256(key + b"tag").digest()[:9]), ciphered(key, text)

    def key(self, name: str) -> str:
        """Name of a text → a key of its own, for `ciphered`, that stands sealed in other texts."""
        return _base64(hashlib.sha256(b"key" + self.secret + name.encode()).digest()[:18])


def ciphered(key: bytes, text: str) -> str:
    """Key and text → base64 of the UTF-8 text, each 32 bytes exclusively or-ed with a hash of key and their number."""
    data = text.encode()
    stream = b"".join(hashlib.sha256(key + n.to_bytes(4, "big")).digest() for n in range((len(data) + 31) // 32))
    return _base64(bytes(byte ^ masking_byte for byte, masking_byte in zip(data, stream, strict=False)))


def width(share: float) -> float:
    """Share by which an answer may be off → the width of a mark, in natural logarithms."""
    return math.log((1 + share) / (1 - share))


def mark(right: float, share: float) -> tuple[str, int]:
    """Number → its mark, which all numbers within `share` of it have, and where the grid of marks begins for it.

    A mark is the sign and the number of a cell in a grid that is even in logarithms. The grid begins at one of eight
    places, the one at which the cell lies best about the number, so that it is off by a sixteenth of its width at most:
    for 1 %, answers that are off by 0.88 … 1.12 % may be taken either way. Of a number no more is told than the place.

    >>> mark(24.0, 0.01), mark(-24.1, 0.01), mark(0.0, 0.01)
    (('+158.3', 3), ('-158.5', 5), ('0', 0))
    """
    if right == 0:
        return "0", 0
    place = round(math.log(abs(right) * (1 - share)) / width(share) * PARTS)
    cell, begin = divmod(place, PARTS)
    return f"{'-' if right < 0 else '+'}{cell}.{begin}", begin
