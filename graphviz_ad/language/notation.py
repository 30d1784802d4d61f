"""How names and functions are written in mathematics: Greek letters, subscripts, hats, roots, bars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphviz_ad.language.operators import ATOM


@dataclass(frozen=True, slots=True)
class Notation:
    """How a call is written where not as `name(arguments)`.

    Templates hold `#0`, `#1` … for the arguments, `#0!` where an argument that is not a single sign gets
    brackets, `#0?` for a condition, and `#*` for all of them with commas. `level` is how tightly the whole binds
    (`operators.ATOM` unless it ends in a power or a sum).

    Options of the call, whose defaults are `options`, are placed by name: `#{slope}` is the value, given or not;
    `#{-correction}` is the value with a minus before it, and nothing where it is 0. `#{_}` is a subscript with all
    options that were given and have no place of their own (nothing where there are none), in which those it names
    (`#{_p}`) come first and without their name; `#{,}` is the same where a subscript stands already. A template
    without either has `#{_}` at its end, so that no option is ever left out. `params` are the names of the arguments,
    of which one that is `xs` stands for any number.
    """

    latex: str
    typst: str
    level: int = ATOM
    params: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def always(self) -> frozenset[str]:
        """The options that are written also where they have their defaults."""
        return frozenset(_PLACED.findall(self.latex))


_PLACED = re.compile(r"#\{-?(\w+)\}")

LABELS = {"axis": "axis ", "keepdims": "keepdims", "at": "at "}
"""What stands before an option's value in a subscript, where not `name = `."""
FLAGS = frozenset(("keepdims",))
"""Options that are on or off: their word alone says so."""


_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
)
GREEK = dict(zip(_GREEK_NAMES.split(" "), "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
"""Greek letters by name; with a capital first letter they are the capitals."""
_LETTER_NAMES = {letter: name for name, letter in GREEK.items()} | {"ς": "varsigma", "ϕ": "phi", "ϵ": "epsilon"}
_LATEX_CAPITALS = frozenset(
    ("gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega")
)
_LATEX_NAMES = {"phi": "varphi", "epsilon": "varepsilon"}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-aeoxhklmnpstijruv")
_ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u20d7": "vec"}


def split(name: str) -> tuple[str, str, str, str]:
    """Name → its stem, its accent, its subscript, its primes.

    >>> split("ŷ_0"), split("w₁"), split("theta_max'")
    (('y', 'hat', '0', ''), ('w', '', '1', ''), ('theta', '', 'max', "'"))
    """
    body = name.rstrip("'′")
    primes = "'" * (len(name) - len(body))
    stem, _, below = body.partition("_")
    plain = stem.rstrip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ")
    if plain and plain != stem:
        below = stem[len(plain) :].translate(_SUBSCRIPTS) + below
        stem = plain
    if not below and (match := re.fullmatch(r"([^\W\d])([0-9]+)", stem)):
        stem, below = match.groups()
    accent = ""
    letters = unicodedata.normalize("NFD", stem)
    if len(letters) == 2 and letters[1] in _ACCENTS:
        stem, accent = letters[0], _ACCENTS[letters[1]]
    return stem or name, accent, below.replace("_", ","), primes


def is_word(name: str) -> bool:
    """Whether a name is set as a word, so that two of them side by side would not read as a product."""
    stem = split(name)[0]
    return len(stem) > 1 and _greek(stem) is None


def latex_name(name: str) -> str:
    r"""Name → LaTeX.

    >>> latex_name("theta_0"), latex_name("ŷ"), latex_name("loss"), latex_name("損失")
    ('\\theta_{0}', '\\hat{y}', '\\mathit{loss}', '\\text{損失}')
    """
    if name == "inf":
        return r"\infty"
    stem, accent, below, primes = split(name)
    word = _latex_word(stem)
    if accent:
        word = f"\\{accent}{{{word}}}"
    if below:
        word += f"_{{{','.join(map(_latex_sub, below.split(',')))}}}"
    return word + primes


def _latex_word(word: str) -> str:
    letter = _greek(word)
    if letter is not None:
        capital, base = letter[0].isupper(), letter.lower()
        if capital and base in _LATEX_CAPITALS:
            return "\\" + letter
        if capital:
            return f"\\mathrm{{{base[0].upper()}}}"
        return "o" if base == "omicron" else "\\" + _LATEX_NAMES.get(base, base)
    if len(word) == 1 and word.isascii():
        return word
    return f"\\mathit{{{word}}}" if word.isascii() else f"\\text{{{word}}}"


def _latex_sub(word: str) -> str:
    return word if len(word) == 1 or not word.isalpha() else _latex_word(word).replace("\\mathit", "\\mathrm")


def typst_name(name: str) -> str:
    """Name → Typst mathematics.

    >>> typst_name("theta_0"), typst_name("ŷ"), typst_name("loss"), typst_name("損失")
    ('theta_(0)', 'hat(y)', 'italic("loss")', '"損失"')
    """
    if name == "inf":
        return "infinity"
    stem, accent, below, primes = split(name)
    word = _typst_word(stem)
    if accent:
        word = f"{'arrow' if accent == 'vec' else 'macron' if accent == 'bar' else accent}({word})"
    word += primes  # before the subscript, to which Typst would attach them
    return f"{word}_({','.join(map(_typst_sub, below.split(',')))})" if below else word


def _typst_word(word: str) -> str:
    letter = _greek(word)
    if letter is not None:
        return {"varsigma": "sigma.alt", "phi": "phi.alt", "epsilon": "epsilon.alt"}.get(letter, letter)
    if len(word) == 1 and word.isascii():
        return word
    return f'italic("{word}")' if unicodedata.name(word[0], "").startswith("LATIN") else f'"{word}"'


def _typst_sub(word: str) -> str:
    if word.isdigit() or (len(word) == 1 and word.isascii() and word.isalpha()):
        return word
    return _typst_word(word) if _greek(word) else f'"{word}"'


def _greek(word: str) -> str | None:
    """The English name of a Greek letter, written out or as the sign itself; None for anything else."""
    if word in _LETTER_NAMES:
        return _LETTER_NAMES[word]
    lower = word.lower()
    if lower in GREEK and word in (lower, lower.capitalize()):
        return word
    if len(word) == 1 and word.lower() in _LETTER_NAMES:
        return _LETTER_NAMES[word.lower()].capitalize()
    return None
