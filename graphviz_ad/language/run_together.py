"""Letters without a space between them and without values → the factors that a reader sees: xy in x² + xy + y²."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphviz_ad.language.names import GREEK, letter, pieces, split

_PARAMETERS = re.compile(r"(?:^|[;\n])[ \t]*\w+['′]*[ \t]*\(([^()=\n]*)\)[ \t]*(?::?=(?!=)|[←≔≜≝])")
"""What a function on the left side of a statement is a function of."""
_MAX_FACTORS = 3
"""Letters side by side that are taken for a product: four are a word."""
_NUMBERED_LETTER = re.compile(r"[a-zA-Zα-ω][0-9]")
"""A letter with a number: x1."""
_NUMBERED = re.compile(rf"(?:{_NUMBERED_LETTER.pattern}){{2,{_MAX_FACTORS}}}")
"""Letters with a number each: w1x1."""
_NAME_AND_NUMBER = re.compile(r"[a-zA-Z]+[0-9_]")
_CONSTANT = "π"
"""The letter that is a number."""
DOUBTFUL = re.compile(r"[a-ce-z][xyz]|[xyz][a-ce-z]")
"""Two letters side by side that are hardly one quantity: wx, mx, xw; dx is one."""
_NO_FACTORS = frozenset("eijkdδ")
"""Letters that say something else: e is a number, i, j and k are indices, dx and δz are quantities of their own."""
_OF_OTHERS = frozenset("μσ")
"""Greek letters behind which another letter says of what they are: σx, where x is not alone too, is that of x."""
_BOUND = frozenset(GREEK.values()) | {"ϵ", "ϕ", "ϑ"}
"""Greek letters, the variants that LaTeX has of them too."""
_FUNCTION_AND_VALUE = re.compile(r"(log|ln|exp|sinh?|cosh?|tanh?|sqrt)([^\W\d].*)")
_WAVE = re.compile(r"(sin|cos|tan)([0-9]*)([xyztuθφαβωϕ])")
"""A function of angles and its argument without a space: sin2x."""
_WAVES = re.compile(f"(?:{_WAVE.pattern})+")
"""Several of them side by side."""


def function_before(word: str) -> tuple[str, str]:
    """Name → the function that it begins with and the rest, empty where it begins with none.

    >>> function_before("cosθ_c"), function_before("loss")
    (('cos', 'θ_c'), ('', ''))
    """
    match = _FUNCTION_AND_VALUE.fullmatch(word)
    return (match[1], match[2]) if match is not None else ("", "")


def waves(word: str) -> list[tuple[str, str, str]]:
    """Name → the functions it is made of, each with a number and a letter: sin2x, sinxcosx; nothing for others.

    >>> waves("sin2x"), waves("sinxcosx"), waves("sinx"), waves("sink")
    ([('sin', '2', 'x')], [('sin', '', 'x'), ('cos', '', 'x')], [], [])
    """
    if _WAVES.fullmatch(word) is None:
        return []
    parts = _WAVE.findall(word)
    return parts if len(parts) > 1 or parts[0][1] else []


def is_argument(name: str) -> bool:
    """Whether a name without a value may stand right behind a function's name: a Greek letter, or x, y, z.

    >>> is_argument("θ_c"), is_argument("x_test"), is_argument("x")
    (True, False, True)
    """
    stem = split(name).stem
    return name in ("x", "y", "z") or (len(stem) == 1 and not stem.isascii())


def is_numbered(word: str) -> bool:
    """Whether a name is one with a number or a subscript and so no product, as v12 and x_i.

    >>> is_numbered("v12"), is_numbered("w1x1"), is_numbered("xy")
    (True, False, False)
    """
    return _NAME_AND_NUMBER.match(word) is not None and _NUMBERED.fullmatch(word) is None


def is_raised(word: str, text: str) -> bool:
    """Whether a name stands before a power that is no number: the Ae of Ae^-x.

    >>> is_raised("Ae", "Ae^-x"), is_raised("Ae", "Ae^2")
    (True, False)
    """
    sign, number = r"(?:\^|\*\*)[ \t]*[({]?[ \t]*[-−+]?[ \t]*", r"[0-9.]*[ \t]*(?!T(?!\w))[^\W\d_]"
    power = rf"[ \t]*(?:{sign}{number}|[⁻⁺]?[⁰¹²³⁴-⁹]*[ᵃ-ᵘʰ-ʸˣⁱⁿ])"
    return re.search(rf"(?<!\w){re.escape(word)}{power}", text) is not None


def parameters(text: str) -> frozenset[str]:
    """Formula → the names that its left sides are functions of: x and y of f(x, y) = …

    >>> sorted(parameters("f(x, y) = xy; q = f(1, 2)"))
    ['x', 'y']
    """
    return frozenset(name.strip() for names in _PARAMETERS.findall(text) for name in re.split(r"[,;|]", names))


def alone(names: Iterable[str]) -> frozenset[str]:
    """Names that stand somewhere → those of one letter, perhaps with a script, that can be factors.

    >>> sorted(alone(["x", "xy", "v_{t-1}", "e", "loss"]))
    ['v_{t-1}', 'x']
    """
    return frozenset(name for name in names if _is_single(name))


def _is_single(name: str) -> bool:
    """Whether a name is one letter, perhaps with a script."""
    if len(name) > 1 and name[:2].isascii() and name[:2].isalpha():
        return False
    stem = split(name).stem
    return len(stem) == 1 and stem.isalpha() and stem not in _NO_FACTORS


def factors(word: str, singles: frozenset[str], of: frozenset[str], text: str) -> list[str]:
    """Name that has no value → its factors, where the formula shows that it is a product; else nothing.

    It is one where each letter stands alone somewhere (`singles`) or has a number of its own, where one of two is what
    the left side is a function `of`, where a Greek letter is before another, or where the last of two that are hardly
    one quantity stands alone; two capital letters before a transpose are one, too.

    >>> factors("xy", frozenset("xy"), frozenset(), "x + xy + y"), factors("lr", frozenset("x"), frozenset(), "lr*x")
    (['x', 'y'], [])
    >>> factors("w1x1", frozenset(), frozenset(), "w1x1")
    ['w1', 'x1']
    >>> factors("βx", frozenset(), frozenset(), "βx"), factors("Wx", frozenset("x"), frozenset(), "Wx @ x")
    (['β', 'x'], [])
    """
    if _NUMBERED.fullmatch(word) and f"{word}." not in text:  # x1w1.grad is a name of a program
        return _NUMBERED_LETTER.findall(word)
    if letter(word) != word or _is_single(word) or _NAME_AND_NUMBER.match(word):
        return []
    parts = pieces(word, lambda part, _: part == _CONSTANT or _is_single(part))
    if not 2 <= len(parts) <= _MAX_FACTORS:
        return []
    first, second = parts[0], parts[1]
    known = [part == _CONSTANT or part in singles for part in parts]
    greek = first == _CONSTANT or (first in _BOUND and first.islower() and first not in _OF_OTHERS)
    doubtful = DOUBTFUL.fullmatch(word) or (first.isupper() and second.islower())
    beside = len(parts) == 2 and doubtful and known[1] and not _multiplied(word, text)
    turned = word.isupper() and re.search(rf"(?<!\w){word}(?:\^\{{?[T⊤⊺]|[ᵀ⊤⊺])", text)  # QK^T
    if all(known) or (len(parts) == 2 and (greek or turned or of & set(parts))) or beside:
        return parts
    return []


def _multiplied(word: str, text: str) -> bool:
    """Whether a sign of a product stands beside the word, which is then a name that was thought of: Wx @ x."""
    return re.search(rf"(?<!\w){re.escape(word)}[ \t]*[@*·]|[@*·][ \t]*{re.escape(word)}(?!\w)", text) is not None
