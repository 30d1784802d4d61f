"""Text of a formula → the letters that stand above names as labels and not as powers: the l of z^l, the t of h^t_i."""

from __future__ import annotations

import re
from collections.abc import Set

from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.tokens import superscript

_NUMBERED = re.compile(
    r"(?P<base>\\[A-Za-z]+ *\{[^{}]*\}|\\[A-Za-z]+|[^\W\d_]\w*?|[∑∏)\]}0-9])['′]*"
    r"(?: *_(?:\{[^{}]*\}|\\[A-Za-z]+|[^\W_]))? *\^ *"
    r"(?:\{ *(?P<open>\\langle|[(\[<])? *(?P<braced>[A-Za-zℓ]|\\ell) *(?P<by>[-+−] *[0-9]+)? *(?:\\rangle|[)\]>])? *\}"
    r"|\( *(?P<counted>[A-Za-zℓ]) *(?P<on>[-+−] *[0-9]+) *\)"
    r"|(?P<alone>[A-Za-zℓ](?![\w'′(])|[A-Za-zℓ](?=_)|\\ell(?![A-Za-z])))"
    r"(?P<index> *_)?"
)
"""What is raised on a name, a number or a bracket, where it is a letter or one counted from it, perhaps with an index
behind it."""
_RAISED_LETTER = re.compile(r"\^ *[({A-Za-zℓ\\]")
"""What may be a letter above a name, quickly found."""
_LEFT = re.compile(
    r"(?m)(?:^|;|\\\\)[\s$&]*(?P<base>(?:\\[A-Za-z]+ *\{)*\\?[A-Za-z\u0370-\u03ff]+\}*)"
    r"(?P<index> *_(?:\{[^{}\n]*\}|\w))?"
    r" *\^ *(?:\{ *(?P<braced>[A-Za-z]|\\ell) *\}|(?P<alone>[A-Za-z](?!\w)))[ &]*:?=(?!=)"
)
"""A left side with a raised letter, which can be no power."""
_RAISED_SIGNS = re.compile("[ˡᴸ](?:[⁺⁻][⁰¹²³⁴-⁹]+)?")
"""A raised sign for the number of a layer."""
_POWERS_OF = re.compile(r"\\?(?:e|exp|beta|gamma|β|γ)(?![A-Za-z\u0370-\u03ff])|[)\]0-9]")
"""What is raised to powers, such as the base of the logarithm and the rates of averages."""
_TOTALS = re.compile(r"\\(?:sum|prod|bigcup|int|max|min)(?![A-Za-z])|[∑∏Σ]|(?:sum|prod)(?![A-Za-z])")
"""What has limits, not powers."""
_BELOW = re.compile(r"_(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\w)")
"""A subscript."""
_BRACKETED = re.compile(r"\^ *\{ *[(\[][^{}()\[\]]*[)\]] *\}")
"""A label in brackets."""
_BOUND = re.compile(
    r"(?:\\(?:sum|prod)(?:\\limits)?|[∑∏Σ]|\b(?:sum|prod)) *(?:\^(?:\{[^{}]*\}|\w))? *_ *"
    r"(?:[{(]([^{}()]*)[})]|(\w))"
)
"""A sum with what stands below it."""
_NO_QUANTITY = re.compile(
    r"#[^\n]*|\\(?:text\w*|mathrm|operatorname) *\{[^{}]*\}|(?:\\partial|∂|∇|\\nabla) *[A-Za-z]"
    r"|\\(?!ell(?![A-Za-z]))[A-Za-z]+|[A-Za-z]{3,}"
)
"""Words, commands and derivatives, whose letters are no values."""
EULER_LABEL = re.compile(r"(?<!\w)e\^\{(\(([i-nstLMNK](?:[-+][0-9]{1,4})?|[0-9]{1,4})\))\}(?!_)")
"""A letter e with a label above it that is no exponent: e^{(t)}."""
_LAYERS = frozenset(("l", "L", "ℓ"))
"""Letters of layers."""


def raised_labels(text: str, given: Set[Parts | str]) -> set[str]:
    """Text of a formula, and what has values → the letters that are parts of the names they stand above.

    The number of a layer is one, and so is a letter with an index behind it, as in x^k_j, or that stands above one
    name by itself and counted on above another, as in x^t and h^{t-1}; none where it is a quantity.

    >>> raised_labels("z^l = w^l a^{l-1}", set()), raised_labels("y = l x^l", set()), raised_labels("x^k_j", set())
    ({'l'}, set(), {'k'})
    """
    text = text if text.isascii() else _RAISED_SIGNS.sub(lambda raised: f"^{{{superscript(raised[0])}}}", text)
    if _RAISED_LETTER.search(text) is None:
        return set()
    labels: set[str] = set()
    alone: dict[str, set[str]] = {}
    counted: dict[str, set[str]] = {}

    def take(raised: re.Match[str]) -> str:
        """A letter above a name → blanks, once it is noted; what is a power stays."""
        base, letter = raised["base"], (raised["braced"] or raised["counted"] or raised["alone"]).replace("\\ell", "ℓ")
        if _TOTALS.match(base):
            return " "
        is_entry = base == "e" and "_" in raised[0].split("^")[0]  # e_{ij}^k
        if _POWERS_OF.match(base) and not is_entry and not (letter in _LAYERS and base[-1] in "aβγ"):
            return raised[0]
        if letter in _LAYERS or raised["index"]:
            labels.add(letter)
        (counted if raised["by"] or raised["on"] else alone).setdefault(letter, set()).add(base)
        return f"{base} _" if raised["index"] else f"{base} "

    remaining = _NUMBERED.sub(take, text)
    labels |= {letter for letter, bases in alone.items() if any(counted.get(letter, set()) - {base} for base in bases)}
    labels |= {
        (left["braced"] or left["alone"]).replace("\\ell", "ℓ")
        for left in _LEFT.finditer(text) if left["index"] or _POWERS_OF.match(left["base"]) is None
    }  # fmt: skip
    if not labels:
        return labels
    bound = {
        letter for below in _BOUND.findall(text) for letter in re.findall("[A-Za-zℓ]", "".join(below).split("=")[0])
    }
    return {letter for letter in labels - bound - {"T"} if not is_quantity(letter, remaining, given)}


def is_quantity(letter: str, text: str, given: Set[Parts | str]) -> bool:
    """Whether a letter is a value, or stands in a text other than below a name, in a label in brackets and as the left
    side of its one statement."""
    if identity(letter) in given:
        return True
    text = _NO_QUANTITY.sub(" ", _BELOW.sub(" ", _BRACKETED.sub(" ", text))).replace("\\ell", "ℓ")
    places = re.findall(rf"{letter}(?!\w*\()", text)
    is_left = re.match(rf"[\s$&]*{letter}\s*&?=(?!=)[^;\n]*$", text.strip()) is not None
    return len(places) > is_left


def label_note(letter: str) -> str:
    """Letter above a name → the note that it is a label."""
    what = "is the number of a layer, a part of the name" if letter in _LAYERS else "is a part of the name, no power"
    return f"{letter} above a name {what}, since {letter} has no value of its own"


def euler_labels(text: str, given: Set[Parts | str]) -> dict[str, str]:
    """Text of a formula, and what has values → the names that are e with a label, each with the note that says so."""
    if "{" not in text or "e^{(" not in text:
        return {}
    return {
        label[0]: f"{label[0]} is a name with a label above it; for the exponential write e^{{{label[2]}}}"
        for label in EULER_LABEL.finditer(text)
        if not is_quantity(label[2][0], text, given)
    }
