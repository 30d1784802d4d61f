"""Name → its parts: stem, accent, subscript, raised label, primes; and whether two spellings are one name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
)
"""Names of the Greek letters, in the order of the alphabet."""
GREEK = dict(zip(_GREEK_NAMES.split(" "), "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
"""Greek letters by name; with a capital first letter they are the capitals."""
VARIANTS = {"ϵ": "ε", "ϕ": "φ", "ϑ": "θ", "ϱ": "ρ", "ϖ": "π", "ϰ": "κ", "ς": "σ", "ℓ": "l", "ℒ": "L", "ℎ": "h"}
"""Other shapes of a letter, with the letter that they are."""
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-aeoxhklmnpstijruv")
"""Table for `str.translate`: lowered digits, signs and letters as plain ones."""
_LOWERED_SIGNS = "".join(map(chr, LOWERED))
"""All of these lowered characters."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁱⁿᵏˡᵗ", "0123456789-+inklt")
"""Table for `str.translate`: raised digits and letters of a label ⁽ⁱ⁾ as plain ones."""
ACCENTS = {
    "\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u20d7": "vec", "\u20d6": "overleftarrow",
    "\u0305": "bar", "\u0308": "ddot",
}  # fmt: skip
"""Accents that Unicode writes behind their letter, by name."""
BRACES = re.compile(r"_\{([^{}]*)\}|\^\{((?:[(\[<][^{}()\[\]<>]*[)\]>])+)\}|⁽([^⁾]*)⁾")
"""A subscript in braces, or a raised label in either notation."""
WITH_DIGITS = re.compile(r"([^\W\d_]+?)([0-9]+)")
"""Letters with a number behind them, which is a subscript where the letters are one: w1."""
_SPELLED_ACCENT = re.compile(r"(.+?)_?(hat|bar|tilde|dot|vec)")
"""A name with its accent as a word: y_hat, yhat."""
_RAISED_WORD = re.compile(r"\^(?:\{([^\W_]+(?:[-+][0-9]+)?)\}|\(([^\W_]+(?:[-+][0-9]+)?)\)|([^\W_]+))$")
"""A raised label without its bracket, as in a^L; as a name of its own, where it is no power."""
_TYPED_HAT = re.compile(r"(?:(_\w+|_\{[^{}]*\})|(?<=[^\W_]))\^(?:$|(?=_))")
"""A hat behind its letter, or behind what stands below that: y^, y_i^, y^_i."""
_OUTER_PRIMES = re.compile("['′″](?![^{}()]*[})])")
"""Primes that stand in no braces and no brackets."""
_BETWEEN_NAMES = re.compile(r",(?![^{}]*\}|[^()]*\))")
"""A comma that stands in no brackets, as h_{1,2} and Q(s,a) have one."""
_LETTER_AND_NUMBER = re.compile(r"([A-Za-z])_?([0-9]+)")
"""One letter with a number below it, for which there is a quick way."""


class Parts(NamedTuple):
    """Holds the parts of a name; `above` is a raised label with its brackets, as "(1)"."""

    stem: str
    accent: str = ""
    below: str = ""
    above: str = ""
    primes: str = ""


def listed(names: str | Iterable[str]) -> tuple[str, ...]:
    """Names, each perhaps several with commas between them → the names.

    >>> listed("w, h_{1,2}"), listed(["a,b", "c"])
    (('w', 'h_{1,2}'), ('a', 'b', 'c'))
    """
    texts = [names] if isinstance(names, str) else names
    return tuple(name.strip() for text in texts for name in _BETWEEN_NAMES.split(text) if name.strip())


def split(name: str) -> Parts:
    """Name → its parts.

    >>> split("ŷ_0")[:3], split("w₁")[:3], split("h_{t-1}")[:3], split("W^{(1)}").above, split("V(s')").primes
    (('y', 'hat', '0'), ('w', '', '1'), ('h', '', 't-1'), '(1)', '')
    """
    if name.isascii() and name.isalnum():  # most names, the quick way
        digits = WITH_DIGITS.fullmatch(name)
        is_below = digits is not None and (len(digits[1]) == 1 or digits[1].lower() in GREEK)
        return Parts(digits[1], below=digits[2]) if digits is not None and is_below else Parts(name)
    outside = BRACES.sub("", name)
    primes = "'" * sum(2 if mark == "″" else 1 for mark in _OUTER_PRIMES.findall(outside))
    body = _OUTER_PRIMES.sub("", name) if primes else name
    if "^" in body:
        body = _TYPED_HAT.sub("\u0302\\1", body)
        body = _RAISED_WORD.sub(r"^{(\1\2\3)}", body)
    below, above = "", ""
    for match in BRACES.finditer(body):
        if match[1] is not None:
            below += match[1]
        elif match[3] is not None:
            above += f"({match[3].translate(_RAISED)})"
        else:
            above += match[2].replace("<", "(").replace(">", ")")
    body = BRACES.sub("", body)
    stem, _, under = body.partition("_")
    if body.endswith("_") and not under and stem.lower() not in GREEK:
        stem += "_"  # y_ beside y; lambda_ is λ
    plain = stem.rstrip(_LOWERED_SIGNS)
    if plain and plain != stem:
        under = stem[len(plain) :].translate(LOWERED) + under
        stem = plain
    below = under.translate(LOWERED) + below
    digits = None if below else WITH_DIGITS.fullmatch(stem)
    if digits is not None and (len(digits[1]) == 1 or digits[1].lower() in GREEK):
        stem, below = digits.groups()
    letters = unicodedata.normalize("NFD", stem)
    accent = ACCENTS.get(letters[-1], "") if len(letters) > 1 else ""
    if accent:
        stem = unicodedata.normalize("NFC", letters[:-1])
    return Parts(stem or name, accent, below.replace(" ", ""), above, primes)


def is_raised(name: str) -> bool:
    """Whether something stands above a name, as in x^{(1)}, where no exponent can stand then.

    >>> is_raised("x^{(1)}"), is_raised("x_1'")
    (True, False)
    """
    return bool(split(name).above)


def dotted(name: str) -> str:
    """Name → the name with a dot above it, as tangents have it.

    >>> dotted("w_1"), dotted("W^{(1)}"), dotted("x'")
    ('ẇ_1', 'Ẇ^{(1)}', "ẋ'")
    """
    parts = split(name)
    accents = [mark for mark, accent in ACCENTS.items() if accent == parts.accent][:1]
    stem = unicodedata.normalize("NFC", "".join([parts.stem, *accents])) + "\u0307"
    below = f"_{parts.below}" if parts.below.isalnum() else f"_{{{parts.below}}}" if parts.below else ""
    above = f"^{{{parts.above}}}" if parts.above else ""
    return unicodedata.normalize("NFC", stem) + below + above + parts.primes


@lru_cache(4096)
def identity(name: str) -> Parts | str:
    """Name → what is equal for two spellings of one name: w₁, w_1, w_{1} and w1; theta and θ; ŷ and ŷ.

    >>> identity("w₁") == identity("w_{1}") == identity("w1"), identity("theta_0") == identity("θ₀")
    (True, True)
    """
    if name.isascii():  # most names, the quick way
        if name.isalpha():
            if name.lower() not in GREEK:
                return name
        elif (match := _LETTER_AND_NUMBER.fullmatch(name)) is not None:
            return Parts(match[1], below=match[2])
    parts = split(name)
    stem = letter(parts.stem)
    below = letter(parts.below.replace("−", "-"))
    if parts == Parts(parts.stem):
        return stem
    return Parts(stem, parts.accent, below, parts.above.replace("−", "-"), parts.primes)


def letter(word: str) -> str:
    """Word → the Greek letter it spells or is a variant of; any other word as it is.

    >>> letter("theta"), letter("Omega"), letter("ϵ"), letter("loss")
    ('θ', 'Ω', 'ε', 'loss')
    """
    return VARIANTS.get(word) or greek(word)


def greek(word: str) -> str:
    """Word → the Greek letter it spells; any other word as it is.

    >>> greek("theta"), greek("Omega"), greek("loss")
    ('θ', 'Ω', 'loss')
    """
    symbol = GREEK.get(word.lower())
    if symbol is None or word not in (word.lower(), word.lower().capitalize()):
        return word
    return symbol.upper() if word[0].isupper() else symbol


def pieces(word: str, is_piece: Callable[[str, int], bool]) -> list[str]:
    """Word → the pieces it is made of, one behind the other; empty where it is not.

    `is_piece` is told a part of the word and where it begins.

    >>> pieces("wx", lambda part, _: part in "wxb"), pieces("way", lambda part, _: part in "wa")
    (['w', 'x'], [])
    """
    splits: list[list[str] | None] = [[], *([None] * len(word))]  # by how much of the word is made
    for stop in range(1, len(word) + 1):
        for start in range(stop):
            before, part = splits[start], word[start:stop]
            if before is not None and splits[stop] is None and part != word and is_piece(part, start):
                splits[stop] = [*before, part]
    return splits[-1] or []


def unaccented(name: str) -> Parts | str | None:
    """A name with its accent written out → the identity it has with the accent; None where it has none.

    >>> unaccented("y_hat") == identity("ŷ"), unaccented("yhat_1") == identity("ŷ_1"), unaccented("loss")
    (True, True, None)
    """
    parts = split(name)
    for word, below in ((parts.stem + "_" + parts.below, ""), (parts.stem, parts.below)):
        match = _SPELLED_ACCENT.fullmatch(word)
        if match is not None and (len(match[1]) == 1 or match[1].lower() in GREEK):
            return Parts(letter(match[1]), match[2], letter(below), parts.above, parts.primes)
    return None
