"""Spellings of programs → the same length of text as Python has it: x(2:end), 1.0f, log.(x), a .+ b, r_0_{ij}."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.from_one import DOTTED_CALL, DOTTED_SUM
from graphviz_ad.language.labelled import Labelled
from graphviz_ad.language.stack import TIGHT

_C_FLOAT = re.compile(r"(?<![\w.])([0-9]+\.[0-9]*|\.[0-9]+)[fF](?![\w(])")
"""A number of C: 1.0f."""
_ANY_FLOAT = re.compile(r"[0-9.][fF]")
"""What the following three have."""
_JULIA_FLOAT = re.compile(r"(?<![\w.])([0-9]+\.[0-9]*|\.[0-9]+)f([0-9]+)(?![\w(])")
"""A number of Julia with 32 bits: 2.0f0."""
_EITHER_FLOAT = re.compile(r"(?<![\w.])([0-9]+\.[0-9]*|\.[0-9]+)f([-+][0-9]+)(?![\w.(])")
"""A number of Julia, or a sum of two in C: 1.0f-3."""
_NUMBER_AND_LETTERS = re.compile(r"(?<![\w.])([^\W\d_])_([0-9])_(?:\{([a-z](?:,?[ ]?[a-z])*)\})")
"""An entry of an array with a number in its name: r_0_{ij}."""
_IF = re.compile(r"(?<!\w)if[ ]?\(")
"""What begins R's choice: if (c) a else b."""
_ELSE = re.compile(r"(?<!\w)else(?!\w)")
"""The word before its other value."""
_VALUE_BEHIND = re.compile(r"[ \t]*(?!else\b)(?:[\w(.]|-[\w(])")
"""A value right behind the condition."""
_BEFORE_CHOICE = ("", "=", "(", ",", "-", "+", "*", "/", "{", ";")
"""Signs before a choice."""
_NORMAL = re.compile(r"(?<![\w.])norm\.(?=(?:pdf|cdf|logpdf)\()")
"""scipy's normal distribution without its module: norm.pdf(x)."""
_MODULO = re.compile(r"(?<=[\w)\] ])%/?%(?=[ \t]*[\w(.-])")
"""R's signs of a remainder and of a quotient rounded down."""
_ROOT = re.compile(r"((\w+(?:\^|\*\*))-?1)/([2-9])(?![\w.])")
"""A power of 1 before a slash: x^1/2."""
_DIVIDED_TWICE = re.compile(r"/[ \t]*([^\W\d]\w*)[ \t]*/(√|sqrt)")
"""A quotient that is divided by a root: x/s/√n, which statisticians mean as x/(s/√n)."""


class Spelled(Labelled):
    """Writes what other languages have as this one has it."""

    def with_python_spellings(self, text: str) -> str:
        """MATLAB's x(2:end), Julia's x[1], log.(x), a .+ b, C's 1.0f → the same length of text as Python has it."""
        if ("f" in text or "F" in text) and _ANY_FLOAT.search(text) is not None and not self.is_set("f"):
            is_julia = self.is_matlab or _JULIA_FLOAT.search(text) is not None
            text = _JULIA_FLOAT.sub(r"\1e\2", text)
            if (either := _EITHER_FLOAT.search(text)) is not None and not is_julia:
                number, power = either.groups()
                hint = f"write {number}e{power}, or {number} {power[0]} {power[1:]} with spaces"
                self.fail(f"'{either.group()}' can be read in two ways", either.span(), hint)
            text = _C_FLOAT.sub(r"\1 ", _EITHER_FLOAT.sub(r"\1e\2", text))
        if ".(" in text:
            text = DOTTED_CALL.sub(lambda call: f"{call[1]} (" if self.vocabulary.function(call[1]) else call[0], text)
        if "/" in text and ("/d" in text or "/ d" in text or "∂" in text):
            self.require_no_derivative(text)
        if "else" in text and _IF.search(text) is not None:
            text = self.with_choice(text)
        if "norm." in text and not self.is_set("norm"):
            text = _NORMAL.sub("norm_", text)
        if "length.out" in text:
            text = text.replace("length.out", "length_out")  # R
        if ".+" in text or ".-" in text:
            text = DOTTED_SUM.sub(r" \1", text)
        if "_{" in text and self.arrays and _NUMBER_AND_LETTERS.search(text) is not None:
            text = _NUMBER_AND_LETTERS.sub(self.numbered_array, text)
        if "%" in text:
            text = _MODULO.sub(lambda sign: TIGHT.ljust(len(sign[0])), text)
        if "1/" in text and ("^1/" in text or "^-1/" in text or "**1/" in text):
            for root in _ROOT.finditer(text):
                other = f"{root[2]}(1/{root[3]})"
                self.notes[f"{root[0]} is read as ({root[1]})/{root[3]}; for the root write {other}"] = None
        if ("/√" in text or "/sqrt" in text) and (twice := _DIVIDED_TWICE.search(text)) is not None:
            below = f"{twice[1]}/{twice[2]}…"
            self.notes[f"…/{below} is read as (…/{twice[1]})/{twice[2]}…; for the other reading write …/({below})"] = (
                None
            )
        has_arrays = bool(self.vocabulary.shapes)
        is_counted = has_arrays and (self.has_round_entries or self.counts_from_one or self.is_r)
        return self.with_indices_from_zero(text) if is_counted or self.is_matlab else text

    def with_choice(self, text: str) -> str:
        """R's if (c) a else b → the same length of text as c ? a : b."""
        for word in reversed(list(_IF.finditer(text))):
            close = tokens.closer(text, word.end() - 1)
            other = _ELSE.search(text, close) if close > 0 else None
            if (
                other is None
                or text[: word.start()].rstrip()[-1:] not in _BEFORE_CHOICE
                or _VALUE_BEHIND.match(text, close + 1) is None
            ):
                continue
            signs = list(text)
            signs[word.start() : word.end()], signs[close] = " " * len(word[0]), "?"
            signs[other.start() : other.end()] = ":   "
            text = "".join(signs)
        return text

    def numbered_array(self, entry: re.Match[str]) -> str:
        """r_0_{ij}, where r_0 is given → r0_{ij}, as long."""
        shape = self.shape(f"{entry[1]}_{entry[2]}")
        letters = entry[3].replace(",", "").replace(" ", "")
        return f"{entry[1]}{entry[2]}_{{{entry[3]}}}".ljust(len(entry[0])) if len(shape) == len(letters) else entry[0]
