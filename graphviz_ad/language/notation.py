"""How names and functions are written in mathematics: Greek letters, subscripts, hats, roots, bars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphviz_ad.language.markup import Markup, OptionValue, parts_of
from graphviz_ad.language.names import GREEK, Parts, greek, split
from graphviz_ad.language.operators import ATOM


@dataclass(frozen=True, slots=True)
class Notation:
    """How a call is written where not as `name(arguments)`: markup with places for arguments and options.

    `level` is how tightly the whole binds (`operators.ATOM` unless it ends in a power or a sum). `options` are those of
    the call, with their defaults; no option is ever left out: where the markup has no place for more of them, they
    stand below the whole. `params` are the names of the arguments, of which one that is `xs` stands for any number;
    `aliases` are other names of options and arguments. `several` is how a call with several values is written, where
    that is another operation: max(a, b) compares values, max(x) the entries of one.
    """

    markup: Markup
    level: int = ATOM
    params: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    several: Notation | None = None

    @property
    def always(self) -> frozenset[str]:
        """The options that are written also where they have their defaults."""
        return frozenset(part.name for part in parts_of(self.markup) if isinstance(part, OptionValue))


LABELS = {"axis": "axis ", "keepdims": "keepdims", "at": "at "}
"""What stands before an option's value in a subscript, where not `name = `."""
FLAGS = frozenset(("keepdims",))
"""Options that are on or off: their word alone says so."""


_LATEX_LETTERS = {
    "ε": "varepsilon", "ϵ": "epsilon", "φ": "varphi", "ϕ": "phi", "ϑ": "vartheta", "ϱ": "varrho", "ϖ": "varpi",
    "ϰ": "varkappa", "ς": "varsigma", "ℓ": "ell",
}  # fmt: skip
"""Letters whose command in LaTeX is not their English name, each as it was typed."""
_TYPST_LETTERS = {
    "ϵ": "epsilon.alt", "ϕ": "phi.alt", "ϑ": "theta.alt", "ϱ": "rho.alt", "ϖ": "pi.alt", "ϰ": "kappa.alt",
    "ς": "sigma.alt", "ℓ": "ell",
}  # fmt: skip
"""Letters whose name in Typst is not their English name, each as it was typed."""
_VARIANTS = {"varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varrho": "ϱ", "varpi": "ϖ", "varsigma": "ς"}
"""Names of LaTeX's variants of letters → the letters."""
_ENGLISH = {letter: name for name, letter in GREEK.items()}
"""Small Greek letters → their English names."""
_LATEX_CAPITALS = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ")
"""Greek capitals for which LaTeX has a command; the others look like Latin ones."""
_TYPST_ACCENTS = {"ddot": "dot.double", "vec": "arrow", "overleftarrow": "arrow.l", "bar": "macron"}
"""Accents that Typst calls otherwise."""
_SHORT = re.compile(r"[0-9]+|[^\W\d_][0-9]?")
"""A short subscript: digits, or a letter and perhaps a digit, as 12, i or t1."""
PATH = re.compile(r"\w*[^\W\d]\w*(?:\.\w+)+|[^\W\d_]{2,}[0-9]+")
"""A subscript that is the path of a part of a program, or its name with a number: net.0, fc1; it is set as a word."""
INDICES = re.compile("(?!in)[i-n]{2}")
"""Two letters that count, as in w_ij: they are set as letters, not as a word."""


@lru_cache(maxsize=4096)  # a picture and what is said of it have the same names many times
def spelt(name: str) -> Parts:
    """Name → its parts as they are set: exposure_at_default is one word, theta_max a letter with a subscript.

    A subscript is what stands in braces, or what is short: numbers, single letters, and of a letter also one word.

    >>> spelt("theta_max")[:3], spelt("loss_1")[:3], spelt("expected_loss")[:3]
    (('theta', '', 'max'), ('loss', '', '1'), ('expected_loss', '', ''))
    """
    parts = split(name)
    whole = re.sub("['′″]", "", name)
    if "{" in name or not (parts.below or whole.endswith("_")):
        return parts
    below = re.split("[_,]", parts.below)
    long = sum(not _SHORT.fullmatch(part) for part in below)
    if "" not in below and name[0] != "_" and (long == 0 or (long == 1 and len(below) < 3 and _is_letter(parts.stem))):
        return parts
    return Parts(whole, primes=parts.primes)


def spelled_letter(word: str) -> str:
    """Word → the letter it spells: θ for theta; any other word as it is."""
    return _VARIANTS.get(word) or greek(word)


def _is_letter(word: str) -> bool:
    return len(spelled_letter(word)) == 1


def is_word(name: str) -> bool:
    """Whether a name is set as a word, so that two of them side by side would not read as a product."""
    return not _is_letter(spelt(name).stem)


def subscripts(parts: Parts) -> list[str]:
    """Parts of a name → its subscripts, which commas part."""
    return [part for part in re.split("," if "." in parts.below else "[_,]", parts.below) if part]


def latex_name(name: str) -> str:
    r"""Name → LaTeX.

    >>> latex_name("theta_0"), latex_name("ŷ"), latex_name("loss"), latex_name("損失"), latex_name("h_{t-1}")
    ('\\theta_{0}', '\\hat{y}', '\\mathrm{loss}', '\\text{損失}', 'h_{t-1}')
    >>> latex_name("W_{net.0}"), latex_name("b_{fc1}"), latex_name("x_t1")
    ('W_{\\mathrm{net.0}}', 'b_{\\mathrm{fc1}}', 'x_{t1}')
    """
    if name in ("inf", "∞"):
        return r"\infty"
    parts = spelt(name)
    word = _latex_word(parts.stem)
    if parts.accent:
        word = f"\\{parts.accent}{{{word}}}"
    if below := subscripts(parts):
        word += f"_{{{','.join(map(_latex_sub, below))}}}"
    return word + parts.primes + (f"^{{{parts.above}}}" if parts.above else "")


def _latex_word(word: str) -> str:
    letter = spelled_letter(word)
    if letter in _LATEX_LETTERS:
        return "\\" + _LATEX_LETTERS[letter]
    small = _ENGLISH.get(letter.lower())
    if small is not None and letter in _LATEX_CAPITALS:
        return "\\" + small.capitalize()
    if small is not None and letter.isupper():
        return f"\\mathrm{{{small[0].upper()}}}"
    if small is not None:
        return "o" if small == "omicron" else "\\" + small
    if letter == "ℒ":
        return r"\mathcal{L}"
    if len(word) == 1 and word.isascii():
        return word
    word = word.replace("_", r"\_")
    return f"\\mathrm{{{word}}}" if word.isascii() else f"\\text{{{word}}}"


def _latex_sub(word: str) -> str:
    if PATH.fullmatch(word):
        return _latex_word(word)
    return word if len(word) == 1 or not word.isalpha() or INDICES.fullmatch(word) else _latex_word(word)


def typst_name(name: str) -> str:
    """Name → Typst mathematics.

    >>> typst_name("theta_0"), typst_name("ŷ"), typst_name("loss"), typst_name("損失"), typst_name("W^{(1)}")
    ('theta_(0)', 'hat(y)', 'upright("loss")', '"損失"', 'W^((1))')
    """
    if name in ("inf", "∞"):
        return "infinity"
    parts = spelt(name)
    word = _typst_word(parts.stem)
    if parts.accent:
        word = f"{_TYPST_ACCENTS.get(parts.accent, parts.accent)}({word})"
    word += parts.primes  # before the subscript, to which Typst would attach them
    if below := subscripts(parts):
        word += f"_({','.join(map(_typst_sub, below))})"
    return word + (f"^({parts.above})" if parts.above else "")


def _typst_word(word: str) -> str:
    letter = spelled_letter(word)
    if letter in _TYPST_LETTERS:
        return _TYPST_LETTERS[letter]
    small = _ENGLISH.get(letter.lower())
    if small is not None:
        return small.capitalize() if letter.isupper() else small
    if letter == "ℒ":
        return "cal(L)"
    if len(word) == 1 and word.isascii():
        return word
    return f'upright("{word}")' if unicodedata.name(word[0], "").startswith("LATIN") else f'"{word}"'


def _typst_sub(word: str) -> str:
    if word.isdecimal() or (len(word) == 1 and word.isascii() and word.isalpha()):
        return word
    if PATH.fullmatch(word):
        return f'upright("{word}")'
    if INDICES.fullmatch(word):
        return " ".join(word)
    if not word.isalpha() and word.isascii():
        return " ".join(re.findall(r"[A-Za-z]|[0-9.]+|\S", word))
    return _typst_word(word) if _is_letter(word) else f'"{word}"'


_NUMBERED = re.compile(r"([^\W_]+)_(\d+|[a-z])")
"""A function with an index: f_1, blocks_0, ln_f."""


def indexed(text: str, kind: str) -> tuple[str, str]:
    """Words and their kind → the name of a function and its index, "" of one that has none and of other words."""
    match = _NUMBERED.fullmatch(text) if kind == "function" else None
    return (match[1], match[2]) if match else (text, "")
