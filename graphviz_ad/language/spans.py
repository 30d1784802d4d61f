"""Sums over a part of an axis → which entries they take: ∑_{k=2}^{4} x_k, ∑_{i=1}^{n-1} (x_{i+1} - x_i)²."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import Given
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import NAME, TOTAL, Limits, Program, Statement

_TERM = re.compile(r"(^[-−]?|[-+−])(?=\w)([0-9]*)[·*]?([^\W\d_]\w*)?(?:/([1-9][0-9]*))?(?![\w*·/])")
"""A term of a bound or an index: t, -1, +k, 2N, N/2."""
_COUNTED_ON = re.compile(r"\w[ ]*[-+−]")
"""A bound that is counted from another number."""
_CALCULATED = re.compile(r"\w[ ]*[-+−]|[0-9][·* ]*[^\W\d_]|/")
"""A bound that is computed from other numbers: N-1, 2N, N/2."""
_COUNTED_NAME = re.compile(r"([^\W\d_]\w*)(?:[ ]*[-+−][ ]*[0-9]+)?")
"""A bound that is a name, or counted from one: n, n-1."""
_NAME = re.compile(r"[^\W\d_]\w*")
"""A name in a bound."""
_LAST = re.compile(r"(?<!\w)[A-Znm](?!\w)")
"""Letters for the number of the last entry."""


@dataclass(frozen=True, slots=True)
class Part:
    """Says of a name with an index which letter it has, its array, and which entries it takes, from `start` on."""

    letter: str
    array: str
    start: int
    count: int
    is_whole: bool


@dataclass(frozen=True)
class Spans:
    """Holds, for each statement, the first and the last number of the letters that do not run over a whole axis, and
    the names with them."""

    letters: Mapping[int, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    names: Mapping[int, Mapping[str, Part]] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def find_spans(program: Program, known: Given) -> Spans:
    """Program and what is known of the values → the spans of its sums.

    The entries of an array are counted from 1, or from 0 where the formula has an entry 0; an array with as many
    entries as the sum has terms is taken whole. Raises ParseError where an array ends before the sum does.
    """
    letters: dict[int, dict[str, tuple[int, int]]] = {}
    names: dict[int, dict[str, Part]] = {}
    used, notes = set[str](), dict[str, None]()
    if TOTAL not in program.tree.kind or not known.by_identity:
        return Spans()
    finder = _Finder(program, known)
    ends: dict[tuple[str, ...], object] = {}
    for number, statement in enumerate(program.statements):
        spans: dict[str, tuple[int, int] | None] = {}
        for node, limits in _single_totals(program, statement):
            letter, span = limits.letters[0], finder.span(node, limits)
            if spans.setdefault(letter, span) != span:
                place = program.marks[node]
                hint = "give the letter of one of them another name"
                message = f"two sums over {letter} have other bounds"
                raise ParseError(message, source=program.source, span=(place, place + 1), hint=hint)
            for key, end in finder.ends(node, limits, span):
                if ends.setdefault(key, end) != end:
                    place = program.marks[node]
                    last = _NAME.findall(limits.upper)[0]
                    message = f"sums over the same entries end at other places, and {last} is not known"
                    hint = f"give a value for {last}"
                    raise ParseError(message, source=program.source, span=(place, place + 1), hint=hint)
            for name, part in finder.parts(node, letter, span).items() if span is not None else ():
                names.setdefault(number, {})[name] = part
                if not part.is_whole:
                    entries = f"{part.start} to {part.start + part.count - 1} of {part.array}, counted from 0"
                    notes[f"{name} takes the entries {entries}"] = None
            is_known = span is not None or (
                _CALCULATED.search(limits.upper) and finder.number(limits.upper) is not None
            )
            used |= finder.used(node, limits) if is_known else set()
        if known_spans := {letter: span for letter, span in spans.items() if span is not None}:
            letters[number] = known_spans
    return Spans(letters, names, frozenset(used), tuple(notes))


def counted(text: str, known: Given, letter: str = "") -> int | None:
    """T-t+1 → the number that it is where T and t are given; with a letter, what is added to that one."""
    total, seen = 0, not letter
    terms = [*_TERM.finditer(text := text.replace(" ", ""))]
    if not terms or "".join(term[0] for term in terms) != text:
        return None
    for sign, factor, name, divisor in (term.groups() for term in terms):
        if name == letter and not (factor or divisor or seen) and sign not in ("-", "−"):
            seen = True
            continue
        value = known.numbers.get(name) if name else 1
        if value is None or value * int(factor or 1) % int(divisor or 1):
            return None
        value = value * int(factor or 1) // int(divisor or 1)
        total += -value if sign in ("-", "−") else value
    return total if seen else None


def known_ranges(program: Program, known: Given) -> dict[str, tuple[int, int | None]]:
    """Program → the letters whose first number is said behind it, with that and with the last one where it is known."""
    ranges = {}
    for letter, (first, last) in program.ranges.items():
        lower, upper = counted(first, known), counted(last, known)
        if lower is not None and (upper is None or lower <= upper) and letter not in known.numbers:
            ranges[letter] = lower, upper
    return ranges


def _single_totals(program: Program, statement: Statement) -> Iterator[tuple[int, Limits]]:
    """Statement → its sums over one letter without a condition."""
    for side in statement.forms or (statement,):
        for node in range(side.first, side.root + 1):
            limits = program.tree.head[node]
            if program.tree.kind[node] == TOTAL and len(limits.letters) == 1 and limits.condition is None:
                yield node, limits


@dataclass(frozen=True)
class _Finder:
    """Knows a program and what is given."""

    program: Program
    known: Given

    def number(self, text: str, letter: str = "") -> int | None:
        """T-t+1 → the number that it is where T and t are given; with a letter, what is added to that one."""
        return counted(text, self.known, letter)

    def shifts(self, node: int, letter: str) -> dict[str, tuple[str, int, int]] | None:
        """Sum and its letter → the names with that letter below them whose arrays are given, each with its array, what
        is added to the letter, and the length of the array; None where another name has the letter."""
        tree, shifted = self.program.tree, dict[str, tuple[str, int, int]]()
        for inner in nodes_below(tree, node):
            name = str(tree.head[inner])
            if tree.kind[inner] != NAME:
                continue
            parts = split(name)
            if identity(name) in self.known.by_identity:
                continue
            if not parts.below or (letter not in re.findall(r"[^\W\d_]", parts.below)):
                continue
            shift = self.number(parts.below, letter)
            array = parts._replace(below="")
            base = self.given(Parts(array.stem) if array == Parts(array.stem) else array)
            if shift is None or base is None or array.above:
                return None
            shifted[name] = base, shift, self.known.shapes[base][0]
        return shifted

    def own(self, node: int, letter: str) -> dict[str, int]:
        """Sum and its letter → the names that count on from it and are given as they stand, one entry for each number,
        as r_{t+k}, and how many entries they have."""
        tree, counts = self.program.tree, dict[str, int]()
        for inner in nodes_below(tree, node):
            name = str(tree.head[inner])
            shape = self.known.by_identity.get(identity(name)) if tree.kind[inner] == NAME else None
            below = split(name).below if shape else ""
            if shape and _COUNTED_ON.search(below) and letter in re.findall(r"[^\W\d_]", below):
                counts[name] = shape[0]
        return counts

    def carries(self, node: int, letter: str) -> bool:
        """Whether a name in a sum has its letter below it."""
        tree = self.program.tree
        names = (str(tree.head[n]) for n in nodes_below(tree, node) if tree.kind[n] == NAME)
        return any(letter in re.findall(r"[^\W\d_]", split(name).below) for name in names)

    def given(self, parts: Parts) -> str | None:
        """Parts of the name of an array → the name as it is given, None where it has no entries."""
        key = identity(parts.stem) if parts == Parts(parts.stem) else parts
        return next((name for name, shape in self.known.shapes.items() if shape and identity(name) == key), None)

    def span(self, node: int, limits: Limits) -> tuple[int, int] | None:
        """Sum → the first and the last number of its letter; None where it runs over a whole axis, or that is not
        known."""
        names, own = self.shifts(node, limits.letters[0]), self.own(node, limits.letters[0])
        first, last = self.number(limits.lower), self.number(limits.upper)
        if names is None or not (names or own):
            is_of_numbers = (
                names == {} and not self.carries(node, limits.letters[0]) and limits.lower not in ("", "0", "1")
            )
            return (first, last) if is_of_numbers and first is not None and last is not None and last >= first else None
        shifts = {shift for _, shift, _ in names.values()}
        is_name = limits.upper.isalpha() and limits.upper not in self.program.tree.head
        if (limits.lower and first is None) or (limits.upper and last is None and not is_name):
            return None
        if own:
            return first or 0, (first or 0) + min(own.values()) - 1
        counts = {count for _, _, count in names.values()}
        if shifts == {0} and limits.lower in ("", "0", "1"):
            part = _CALCULATED.search(limits.upper) or limits.upper in "ijklst"
            if last is None or not part or counts == {last - (first or 0) + (first != 1)}:
                return None
        if first is None and min(shifts) < 0:
            return None  # ∑_n (r_n - r_{n-1}), where the entry before the first is not known
        first = 1 if first is None else first
        if last is None:
            lowest = {base: min(s for b, s, _ in names.values() if b == base) for base, _, _ in names.values()}
            last = min(count - shift - (first + lowest[base] == 0) for base, shift, count in names.values())
        if last < first:
            return None
        return first, last

    def ends(self, node: int, limits: Limits, span: tuple[int, int] | None) -> Iterator[tuple[tuple[str, ...], object]]:
        """Sum up to a number that is not known → what another one with the same key must have in common with it: its
        span, and for an array that is taken whole its upper bound."""
        bound = _COUNTED_NAME.fullmatch(limits.upper)
        if bound is None or self.number(limits.upper) is not None:
            return
        if span is not None:
            yield (limits.lower, limits.upper), span
            return
        for base, _, _ in (self.shifts(node, limits.letters[0]) or {}).values():
            yield (base, limits.lower, bound[1]), limits.upper

    def parts(self, node: int, letter: str, span: tuple[int, int]) -> dict[str, Part]:
        """Sum, its letter and the numbers of that one → the entries that each name takes.

        Raises ParseError where there are fewer.
        """
        first, last = span
        names = self.shifts(node, letter) or {}
        parts = {name: Part(letter, name, 0, count, True) for name, count in self.own(node, letter).items()}
        for name, (base, shift, count) in names.items():
            shifts = [s for b, s, _ in names.values() if b == base]
            low, high = first + min(shifts), last + max(shifts)
            last_names = _LAST.findall(self.program.tree.head[node].upper)
            ends = high == count - 1 and high in [self.known.numbers.get(name) for name in last_names]
            ends = ends or (high == count - 1 and self.program.tree.head[node].lower == "0")
            begin = low if high - low + 1 == count else 0 if low == 0 or ends else 1
            start, size = first + shift - begin, last - first + 1
            if start < 0 or start + size > count:
                place = self.program.span(node)
                hint = f"give it an entry for each number, or another bound; entries are counted from {begin}"
                message = f"the sum takes the entries {low} to {high} of {base}, which has {count}"
                raise ParseError(message, source=self.program.source, span=(place[0], place[0] + 1), hint=hint)
            parts[name] = Part(letter, base, start, size, start == 0 and size == count)
        return parts

    def used(self, node: int, limits: Limits) -> set[str]:
        """Sum → the names in its bounds and indices whose numbers were taken."""
        tree = self.program.tree
        texts = [limits.lower, limits.upper]
        texts += [split(str(tree.head[n])).below for n in nodes_below(tree, node) if tree.kind[n] == NAME]
        return {term for text in texts for _, _, term, _ in _TERM.findall(text) if term in self.known.numbers}
