"""Text → tokens, by one regular expression.

The text is brought to Unicode NFC first, and the full-width letters and signs of a Japanese keyboard are
read as their ASCII forms, so positions are those of the text after that.
"""

from __future__ import annotations

import re
import unicodedata

SPACE, NUMBER, NAME, SIGN, END, POWER, OTHER = range(1, 8)
"""Groups of TOKEN, which are the kinds of token."""

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_NOT_IN_NAMES = f"[{_SUPERSCRIPTS}ᵀ]"
_COMBINING = "\u0300-\u036f"

TOKEN = re.compile(
    r"([ \t\r\u00a0\u2009]+|\#[^\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]*)"  # what XML can hold
    r"|((?>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?!_))"
    rf"|((?:(?!{_NOT_IN_NAMES})[^\W\d])(?:(?!{_NOT_IN_NAMES})[\w{_COMBINING}])*['′]*)"
    r"|(\*\*|<=|>=|==|!=|\.T(?!\w)|[-+*/@^<>=(),\[\]:√·⋅×∗−–÷∕≤≥≠ᵀ⊤])"
    r"|([;\n；])"
    rf"|([{_SUPERSCRIPTS}]+)"
    r"|([\s\S])"
)

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def normalise(text: str) -> str:
    """Text as typed → NFC, full-width signs as ASCII, one kind of line end."""
    if text.isascii():
        return text.replace("\r\n", "\n") if "\r" in text else text
    return unicodedata.normalize("NFC", text).translate(_WIDE).replace("\r\n", "\n")


def superscript(text: str) -> str:
    """Raised digits → plain ones: '⁻¹' → '-1'."""
    return text.translate(_DIGITS)


def is_name(text: str) -> bool:
    """Whether the whole text is one name."""
    match = TOKEN.fullmatch(normalise(text))
    return match is not None and match.lastindex == NAME
