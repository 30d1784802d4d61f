"""Which entries of given arrays are counted from 1 → u(1) and X(1, 2), as MATLAB and Fortran have them, x[n] of n
entries, as Julia and R have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from graphviz_ad.language import tokens
from graphviz_ad.language.left_names import left_letters
from graphviz_ad.language.matlab import is_terminated
from graphviz_ad.language.measured import Measured
from graphviz_ad.language.names import Parts, identity

_BOUND = r"[ \t]*(?:(?:[0-9]+|[^\W\d]\w*)(?:[ \t]*[-+][ \t]*[0-9]+)?)?[ \t]*"
"""A number, a name or `end`, perhaps counted on."""
_INDEX = rf"{_BOUND}(?::(?:[ \t]*-?[0-9]+[ \t]*:)?{_BOUND})?"
"""One index of MATLAB or Julia, or two bounds, perhaps with a step between them."""
INDEXED = re.compile(
    rf"(?<![\w.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)?([^\W\d]\w*)(?:\(((?=[^)\s]){_INDEX}(?:,{_INDEX})*)\)|\[((?=[^\]\s]){_INDEX}(?:,{_INDEX})*)\])"
)
"""Entries and parts of an array, as MATLAB and Julia write them: x(2:end), X(:, 1), x[1:2]."""
SLICED = re.compile(rf"(?<![\w.])([^\W\d]\w*)\((?:{_BOUND},)?{_BOUND}:(?:-?[0-9]+:)?{_BOUND}(?:,{_BOUND})?\)")
"""A part of an array in round brackets: X(:, k), x(1:n)."""
_BEFORE_NUMBERED = re.compile(r"[^\W\d]\w*[(\[][ \t]*(?:[0-9:,]|end(?!\w))")
"""What every such entry with a number begins with, quickly found."""
_OF_BRACKET = re.compile(rf"\)\[(?=[^\]\s]){_INDEX}(?:,{_INDEX})*\]")
"""Entries and parts of what stands in brackets: (x' * y)[1]."""
_DROPPED = re.compile(r"(?<![\w.])([^\W\d]\w*)\[-(1|length\(\1\))\]")
"""An array without its first or last entry, as R writes it: x[-1]."""
_OF_R = re.compile(r"<-|%\*%|%%|\[-length\(")
"""Signs of R."""
_ZERO = re.compile(r"(?<!\w)0(?!\w)")
"""An index that nothing has which counts from 1."""
_FROM_ZERO = re.compile(
    r"\[[^\[\]]*(?:(?<![\w.])0(?![\w.])|:[ \t]*[-\],])|\[[ \t]*[-:]|\]\["
    r"|(?<!\w)(?:np|numpy|jnp|torch|tf|math|self)\.|//|(?<!\w)(?:len|range)\(|(?<![\w.])lambda\b"
)
"""Signs of Python, or of indices that count from 0."""
_JULIA_OR_R = re.compile(
    r"%\*%|<-|\w\[[ ]*,|\w\[[^\[\]]*,[ ]*\]|(?<![\w.])[0-9.]+[^\W\d]\w*\["
    r"|\[[^\[\]]*\bend\b|\b(?:rowSums|colSums|rowMeans|colMeans)\("
)
"""Signs of Julia and R, which count from 1."""
_BEHIND_NAME = re.compile(r"(?<![^\W\d.])([^\W\d]\w*)([(\[])")
"""A name and the bracket right behind it."""
_PLACES = re.compile(r"(?:[ 0-9,:]|end)+")
"""Places that need no values to be known."""
_COMPUTED = re.compile(r"[\w \t]+(?:[-+*/][\w \t]+)*")
"""Sums and products of numbers and names."""
_ASSIGNED = re.compile(r"[ \t]*=(?!=)")
"""What stands behind a left side."""
_COUNTERS = frozenset("ijklmn")
"""Letters that in round brackets behind an array are an index."""


class Counting(Measured):
    """Sees which indices count from 1."""

    is_matlab: bool
    """Whether the formula is one of MATLAB, Octave or Julia."""

    one_based: set[int]
    """Places of the brackets of indices that count from 1."""

    dropped: set[int]
    """Places of the brackets that leave out an entry, as R has them."""
    why_from_one = ""
    """What shows that square brackets count from 1, where no sign of a language does."""

    @cached_property
    def arrays(self) -> Mapping[Parts | str, tuple[int, ...]]:
        """→ The shapes of the arrays that are given, by the identities of their names."""
        shapes = self.vocabulary.shapes
        last = {name.replace("@", "$").rpartition("$")[2]: shape for name, shape in shapes.items()}  # x of df$x
        return {identity(name): shape for name, shape in {**last, **shapes}.items() if shape}

    def shape(self, name: str) -> tuple[int, ...]:
        """Name → the shape of the array that is given for it, () where none is."""
        return self.arrays.get(identity(name), ()) if self.arrays else ()

    @cached_property
    def has_round_entries(self) -> bool:
        """Whether an entry of a given array stands in round brackets: u(1), where u is no function."""
        text = self.source.text
        if not self.vocabulary.shapes or not (self.vocabulary.whole or _BEFORE_NUMBERED.search(text)):
            return False
        return any(index[2] is not None and self.is_round_entry(index) for index in INDEXED.finditer(text))

    @cached_property
    def is_statement_of_matrices(self) -> bool:
        """Whether the lines end with semicolons and a matrix is given, as in x = x + K*y; of MATLAB."""
        return any(len(shape) == 2 for shape in self.vocabulary.shapes.values()) and is_terminated(self.source.text)

    @cached_property
    def left_letters(self) -> frozenset[str]:
        """→ The letters in square brackets behind the names of left sides: t and s of T[t, s] = …"""
        letters = left_letters(self.plain)
        return letters if not any(map(self.is_set, letters)) else frozenset()

    def doubtful(self) -> frozenset[str]:
        """→ Names of values whose shapes are not known, with a number in brackets behind them: u(1)."""
        text = self.source.text
        if self.vocabulary.shapes or not self.vocabulary.values or _BEFORE_NUMBERED.search(text) is None:
            return frozenset()
        entries = [index for index in INDEXED.finditer(text) if index[2] and _PLACES.fullmatch(index[2])]
        return frozenset(index[1] for index in entries if index[1] in self.vocabulary.values) - self.defined

    def is_round_entry(self, index: re.Match[str]) -> bool:
        """Whether a given array with numbers, letters that count or `end` in round brackets is one of its entries, or
        several: as many indices as it has axes, or one."""
        name, places = index[1], [place.strip() for place in index[2].split(",")]
        shape = self.shape(name)
        if not shape or name in self.defined or len(places) not in (1, len(shape)):
            return False
        if "".join(index[0].split()).lstrip("0123456789.") in {
            "".join(value.split()) for value in self.vocabulary.values
        }:
            return False  # V(1) is given itself
        bounds = [bound.strip() for place in places for bound in place.split(":")]
        return all(self.is_counted(bound) for bound in bounds)

    def is_counted(self, bound: str) -> bool:
        """Whether a bound of an index is a number, `end`, or a letter that is a given whole number, or left out."""
        word = re.match(r"[^\W\d]\w*", bound)
        return word is None or word[0] == "end" or (word[0] in _COUNTERS and word[0] in self.vocabulary.whole)

    @cached_property
    def is_r(self) -> bool:
        """Whether x[-1] leaves out the first entry, as in R: its signs stand in the formula, or x[-length(x)]."""
        text = self.source.text
        return bool(self.vocabulary.shapes) and "[-" in text and _OF_R.search(text) is not None

    def without_end(self, index: re.Match[str]) -> str:
        """R's x[-1] and x[-length(x)] → x[1:] and x[:-1], as long."""
        if not self.shape(index[1]):
            return index[0]
        self.dropped.add(index.end(1))
        what = "first" if index[2] == "1" else "last"
        self.notes[f"{index[0]} is {index[1]} without its {what} entry, as R has it"] = None
        part = "[1:" if index[2] == "1" else "[:-1"
        return f"{index[1]}{part}".ljust(len(index[0]) - 1) + "]"

    @cached_property
    def counts_from_one(self) -> bool:
        """Whether square brackets count from 1: Julia's or R's signs stand in the formula, or the number of entries is
        an index, and no sign of Python does."""
        text = self.source.text
        if not self.vocabulary.shapes or "[" not in text:
            return False
        if _FROM_ZERO.search(_DROPPED.sub("", text) if self.is_r else text) is not None:
            return False
        indices = [index for index in INDEXED.finditer(text) if index[3] is not None and self.shape(index[1])]
        if not indices:
            return False
        if _JULIA_OR_R.search(text) is not None:
            return True
        if "**" in text:
            return False
        last = ""
        for index in indices:
            places, shape = [place.strip() for place in index[3].split(",")], self.shape(index[1])
            whole = self.vocabulary.whole
            numbers = [int(place) if place.isdecimal() else whole.get(place, 0) for place in places]
            if any(number > length for number, length in zip(numbers, shape, strict=False)):
                return False
            if any(number == length for number, length in zip(numbers, shape, strict=False)):
                last = (
                    last or f"since {''.join(index[0].split()).lstrip('0123456789.')} would not be there counted from 0"
                )
        self.why_from_one = last
        return last != ""

    def with_indices_from_zero(self, text: str) -> str:
        """Text → the same length of text with square brackets for entries in round ones; brackets that count from 1
        are kept in mind."""
        if self.is_r:
            text = _DROPPED.sub(self.without_end, text)
        text = INDEXED.sub(self.from_zero, text)
        if ")[" in text and self.is_matlab and _FROM_ZERO.search(text) is None:
            for index in _OF_BRACKET.finditer(text):  # Julia's (x' * y)[1]
                self.one_based.add(index.start() + 1)
                self.notes["indices count from 1, as MATLAB and Julia have them"] = None
        from_one = {index[1] for index in _BEHIND_NAME.finditer(text) if index.end(1) in self.one_based}
        signs = list(text)
        for index in _BEHIND_NAME.finditer(text):
            known = self.shape(index[1]) and index.end(1) not in self.one_based | self.dropped
            if not known or index[1] in self.defined or (index[2] == "[" and index[1] not in from_one):
                continue
            close = tokens.closer(text, index.end(1))
            inside = text[index.end() : close]
            if index[2] == "[" and _ZERO.search(inside) is None:
                self.one_based.add(index.end(1))  # x[2k - 1] beside x[1]
            elif index[2] == "(" and close > 0 and self.has_round_entries and self.is_computed(inside):
                signs[index.end(1)], signs[close] = "[", "]"  # x(2*k - 1) beside x(1)
                self.one_based.add(index.end(1))
            elif index[2] == "(" and close > 0 and index[1] in from_one and not _ASSIGNED.match(text, close + 1):
                written = f"{index[1]}({inside})"
                hint = f"write {index[1]}*({inside}) for the product; an index is a number or a letter with a value"
                self.fail(f"'{written}' can be read in two ways", (index.start(), close + 1), hint)
        return "".join(signs)

    def is_computed(self, inside: str) -> bool:
        """Whether what stands in brackets is computed from whole numbers alone: 2*k - 1."""
        names = re.findall(r"[^\W\d]\w*", inside)
        return _COMPUTED.fullmatch(inside) is not None and all(name in self.vocabulary.whole for name in names)

    def from_zero(self, index: re.Match[str]) -> str:
        """An index that counts from 1 → one that counts from 0."""
        if index.end(1) in self.dropped:
            return index[0]
        name, places = index[1], index[2] or index[3]
        is_round = index[2] is not None
        shape = self.shape(name)
        if is_round and (not self.is_set(name) or (shape and name in self.defined)):
            return index[0]
        if is_round and not self.is_matlab and not self.is_round_entry(index):
            return index[0]
        if not is_round and not (self.is_matlab or self.counts_from_one):
            return index[0]
        factor = index[0][: index.start(1) - index.start()]
        written = "".join(index[0].removeprefix(factor).split())
        if is_round and shape and _ASSIGNED.match(self.plain, index.end()) and not self.is_within(index.start()):
            return index[0]  # y(1) = …
        if _ZERO.search(places):
            if is_round and shape and self.is_round_entry(index):
                hint = f"write {name}[{places}] for an entry counted from 0, {name}*({places}) for the product"
                self.fail(f"'{written}' can be read in two ways", index.span(), hint)
            return index[0]
        if len(shape) == 2 and "," not in places and places.strip() != ":" and shape[1] > 1:
            hint = (
                f"write {name}({places}, :) for a row, {name}(:, {places}) for a column, or both indices for an entry"
            )
            if is_round and places.strip().isdecimal():
                self.fail(f"'{written}' has one index, and {name} is a matrix", index.span(), hint)
        language = "as MATLAB and Julia have them" if is_round or self.is_matlab else "as Julia and R have them"
        self.notes[f"indices count from 1, {self.why_from_one or language}"] = None
        self.one_based.add(index.end(1))
        if is_round and places.strip().isdecimal():
            self.notes[f"{written} is an entry of {name}; for a product write {name}*({places})"] = None
        return f"{factor}{name}[{places}]"

    def is_within(self, place: int) -> bool:
        """Whether something of its statement stands before a place."""
        before = self.plain[:place]
        return before[max(before.rfind("\n"), before.rfind(";")) + 1 :].strip() != ""
