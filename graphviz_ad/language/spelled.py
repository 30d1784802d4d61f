"""Spellings of programs → the same length of text as Python has it: x(2:end), 1.0f, log.(x), a .+ b, r_0_{ij}."""

from __future__ import annotations

import re

from graphviz_ad.language import tokens
from graphviz_ad.language.from_one import DOTTED_CALL, DOTTED_SUM
from graphviz_ad.language.labelled import Labelled
from graphviz_ad.language.stack import TIGHT

_ENTRY_END = re.compile(r"[\w.)\]']")
"""What an entry of a row ends with."""
_ENTRY_BEGIN = re.compile(r"[ \t]+(?:[-+−](?=[\w.(])|[\w.(\[])")
"""The blanks before an entry, and what that begins with."""
_SIGNED_ROWS = re.compile(r"\[(?=[^\[\]]*[\w.)'][ \t]+[-−][\w.(])([^\[\]]*)\]")
"""A list with a blank before a minus, and none behind it."""
_COMPARING = ("<", ">", "==", "~=", "≤", "≥", "≠")
"""Signs of comparisons."""
_DOTTED = re.compile(r"\.[-+(]")
"""A sign entry by entry, quickly found."""
_ALONE = re.compile(r"(?<![\w.])[^\W\d]\w*")
"""A name that stands by itself."""
_NUMBERS = re.compile(r"[ \t]*[-+−]?[0-9.]+(?:[ \t]+[-+−][0-9.]+)+[ \t]*")
"""Numbers with blanks between them."""
_CHOSEN = re.compile(r"(?<![\w.])([^\W\d]\w*)\((?=[^()\n]*(?:[<>≤≥≠]|[=~]=))")
"""A name, and a condition in round brackets."""
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


def with_commas(row: str) -> str:
    """Row of a matrix of MATLAB → the same length of text with commas for the blanks between its entries.

    >>> with_commas("cos(t) -sin(t)"), with_commas("a - b (c -d)")
    ('cos(t),-sin(t)', 'a - b,(c -d)')
    """
    depth, signs = 0, list(row)
    for place, sign in enumerate(row):
        depth += (sign in "([{") - (sign in ")]}")
        is_gap = sign in " \t" and row[place - 1 : place].strip() != "" and not depth
        if is_gap and _ENTRY_END.fullmatch(row[place - 1]) and _ENTRY_BEGIN.match(row, place):
            signs[place] = ","
    return "".join(signs)


class Spelled(Labelled):
    """Writes what other languages have as this one has it."""

    def with_python_spellings(self, text: str) -> str:
        """MATLAB's x(2:end), Julia's x[1], log.(x), a .+ b, C's 1.0f → the same length of text as Python has it."""
        if "[" in text and (" -" in text or "\t-" in text or " −" in text):
            text = _SIGNED_ROWS.sub(self.with_entries, text)
        if self.arrays and any(sign in text for sign in _COMPARING) and _CHOSEN.search(text) is not None:
            text = self.with_chosen_entries(text)
        if ("f" in text or "F" in text) and _ANY_FLOAT.search(text) is not None and not self.is_set("f"):
            is_julia = self.is_matlab or _JULIA_FLOAT.search(text) is not None
            text = _JULIA_FLOAT.sub(r"\1e\2", text)
            if (either := _EITHER_FLOAT.search(text)) is not None and not is_julia:
                number, power = either.groups()
                hint = f"write {number}e{power}, or {number} {power[0]} {power[1:]} with spaces"
                self.fail(f"'{either.group()}' can be read in two ways", either.span(), hint)
            text = _C_FLOAT.sub(r"\1 ", _EITHER_FLOAT.sub(r"\1e\2", text))
        has_dotted = _DOTTED.search(text) is not None
        if has_dotted and ".(" in text:
            text = DOTTED_CALL.sub(lambda call: f"{call[1]} (" if self.vocabulary.function(call[1]) else call[0], text)
        if "/" in text and ("/d" in text or "/ d" in text or "∂" in text):
            self.require_no_derivative(text)
        if "else" in text and _IF.search(text) is not None:
            text = self.with_choice(text)
        if "norm." in text and not self.is_set("norm"):
            text = _NORMAL.sub("norm_", text)
        if "." in text and "length.out" in text:
            text = text.replace("length.out", "length_out")  # R
        if has_dotted and (".+" in text or ".-" in text):
            text = DOTTED_SUM.sub(r" \1", text)
        if self.arrays and "_{" in text and _NUMBER_AND_LETTERS.search(text) is not None:
            text = _NUMBER_AND_LETTERS.sub(self.numbered_array, text)
        if "%" in text:
            text = _MODULO.sub(lambda sign: TIGHT.ljust(len(sign[0])), text)
        if "/" in text and "1/" in text and ("^1/" in text or "^-1/" in text or "**1/" in text):
            for root in _ROOT.finditer(text):
                other = f"{root[2]}(1/{root[3]})"
                self.notes[f"{root[0]} is read as ({root[1]})/{root[3]}; for the root write {other}"] = None
        if "/" in text and ("/√" in text or "/sqrt" in text) and (twice := _DIVIDED_TWICE.search(text)) is not None:
            below = f"{twice[1]}/{twice[2]}…"
            self.notes[f"…/{below} is read as (…/{twice[1]})/{twice[2]}…; for the other reading write …/({below})"] = (
                None
            )
        has_arrays = bool(self.vocabulary.shapes)
        is_counted = has_arrays and (self.has_round_entries or self.counts_from_one or self.is_r)
        return self.with_indices_from_zero(text) if is_counted or self.is_matlab else text

    def with_entries(self, matrix: re.Match[str]) -> str:
        """A matrix of MATLAB, [1 -2; 3 4] → the same length of text with commas between its entries."""
        rows = [with_commas(row) for row in matrix[1].split(";")]
        counts = {len(tokens.apart(row, ",")) for row in rows if row.strip()}
        if len(rows) == 1 and not self.is_matlab and _NUMBERS.fullmatch(matrix[1]):
            entries = ", ".join(matrix[1].split())
            hint = f"write [{entries}] for a list, or a blank behind the sign for a difference"
            self.fail(f"'{matrix[0]}' can be read in two ways", matrix.span(), hint)
        if not (self.is_matlab if len(rows) == 1 else len(counts) == 1 and counts != {1}):
            return matrix[0]
        self.notes["entries with blanks between them are read as with commas, as MATLAB has them"] = None
        return f"[{';'.join(rows)}]"

    def with_chosen_entries(self, text: str) -> str:
        """x(x > 0), where x is an array → the same length of text with square brackets."""
        signs = list(text)
        for name in _CHOSEN.finditer(text):
            close = tokens.closer(text, name.end() - 1)
            inside = text[name.end() : close]
            own = name[1] in _ALONE.findall(inside)
            if close > 0 and self.shape(name[1]) and name[1] not in self.defined and (own or self.is_matlab):
                signs[name.end() - 1], signs[close] = "[", "]"
        return "".join(signs)

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
