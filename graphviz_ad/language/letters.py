"""Program → which letters are indices, and which names are arrays that carry them.

A letter is an index where a sum runs over it. A name with that letter below it, x_i, is then an entry of the array x;
so is any other name with a letter below the same stem, and a left side z_j makes j an index of its statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.shapes import met_shapes
from graphviz_ad.language.spans import Part, Spans, counted
from graphviz_ad.language.tree import NAME, TOTAL, Limits, Program, Statement

USUAL_INDEX = re.compile(r"[ijklmnt]")
"""Letters that a sum without a letter runs over."""
_FOUR_LETTERS = re.compile(r"[ijklmn]{4}")
"""Letters that are indices where four of them stand below a name."""
_WORD_AND_LETTERS = re.compile(r"([^_]+)_\{(?![^\W\d_]['′],)([^{},]{2,})(?:,\w)+\}$")
"""A name with a word and letters below it: y_{pred,i}."""
_WORDS_AND_LETTER = re.compile(r"(.*[^\W_]_[^\W_]{2,})_[^\W_]$")
"""A name of words and a letter: y_pred_i."""
_LETTER_IN_MIDDLE = re.compile(r"[^\W_]+_[^\W\d_](?:_[^\W_]{2,})+")
"""A name with a letter in its middle, which is an array's: y_c_smoothed."""
_INDICES = re.compile(
    r"_\{[^{}]*\}|_\w+|\^\{\([^\W\d_efghloxyzuA-Z]\)\}|⁽[^\W\d_efghloxyzuA-Z]⁾|\^[^\W\d_efghloxyzuA-Z]$|[ᵢⱼₖₗₘₙₜ₀-₉]+"
)
"""Lower and raised indices of a name, with what stands between them."""
_CAPITAL_AND_INDEX = re.compile(r"(.+_[A-Z])\^\{\([^\W\d_efghloxyzuA-Z]\)\}")
"""A name with a capital below it and a raised index: μ_B^{(i)}."""
_RAISED_INDEX = re.compile(r"[^\W\d_efghloxyzuA-Z]")
"""A raised letter that counts examples, x^{(i)}; W^{(l)} and a^{(L)} are those of a layer, b^{(f)} that of a gate."""
_LETTERS_BELOW = re.compile(r"(?:[^\W\d_]['′]?,?){1,3}")
"""Letters below a name, perhaps with primes: t,t' of α_{t,t'}."""
_LETTER = re.compile(r"[^\W\d_]['′]?")
"""One of them."""
PICKED = re.compile(r"([^\W\d_]),([^\W\d_]+)_\1")
"""What says below a name that each row has an entry of its own: i,y_i of p_{i,y_i}."""
LETTERED_CALL = re.compile(r"(softmax|log_softmax|logsumexp)_([^\W\d_])")
"""A function along the axis that a letter stands for."""
_LETTER_ALONE = re.compile(r"(?<![^\W_])[^\W\d_]['′]?(?![^\W_])")
"""A letter by itself, perhaps below or above a name."""
_LABELS = re.compile(r"[(\[]([^)\]]*)[)\]]")
"""A raised label without its brackets."""


@dataclass
class Letters:
    """Holds what is known of the indices of a program.

    `arrays` are the stems of names that carry indices; `of` the letters of each statement, those of its left side
    first; `known` what is known of the values; `times` raised letters that are counted on too,
    as in x^{(t)} beside h^{(t-1)}, and are no indices; `ranges` the first and the last number of letters that have them
    behind the formula.
    """

    program: Program
    known: Given = field(default_factory=Given)
    arrays: set[Parts] = field(default_factory=set)
    of: dict[int, list[str]] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)
    times: frozenset[str] = frozenset()
    spans: Spans = field(default_factory=Spans)
    ranges: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)

    @cached_property
    def met(self) -> dict[str, tuple[int, ...]]:
        """→ Names of arrays that are set with letters, and the shapes of what they meet entry by entry."""
        return met_shapes(self.program, self.known)

    def part(self, name: str, statement: int) -> Part | None:
        """Name in a statement → the part of its array that a sum takes; None where it is the whole."""
        return self.spans.names.get(statement, {}).get(name)

    def indices(self, name: str, statement: int) -> tuple[str, ...]:
        """Name in a statement → the letters it carries; none where it is a name like any other."""
        if (part := self.part(name, statement)) is not None:
            return (part.letter,)
        known = self.of.get(statement, [])
        if name[-1] == ")":
            return self.letters_within(name, known)
        parts = split(name)
        letters = tuple([letter for letter in index_letters(parts) if letter not in self.times])
        if not letters or not (stem(parts) in self.arrays or any(letter in known for letter in letters)):
            return ()
        if len(letters) == 1 and stem(parts) in self.arrays:
            return letters
        if len(letters) > 1 and parts.above and self.axes_of(name, parts) == len(letters) - 1:
            return letters[1:]  # x_j^{(t)}, where x^{(t)} is a vector
        return letters if all(letter in known or USUAL_INDEX.fullmatch(letter) for letter in letters) else ()

    def letters_within(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """A value with what it depends on, a_t(s), and the letters of its statement → those in its brackets, where the
        given array has an axis for each."""
        letters = list(dict.fromkeys(_LETTER_ALONE.findall(name[name.find("(") :])))
        bound = [letter for letter in letters if letter in known]
        axes = len(self.known.by_identity.get(identity(name), ()))
        return tuple(letters if len(letters) == axes else bound) if bound and axes in (len(letters), len(bound)) else ()

    def axes_of(self, name: str, parts: Parts) -> int:
        """Name of an entry and its parts → how many axes the array has that is given for it; 0 where none is."""
        whole = parts._replace(below="")
        shapes = (self.known.by_identity.get(key) for key in (identity(array_name(name)), whole))
        return max((len(shape) for shape in shapes if shape is not None), default=0)

    def length(self, letter: str, statement: int) -> int | None:
        """Letter → how many values it has in a statement: as many as a given array with it has entries, or as numbers
        at a sum sign say; None where nothing does."""
        count = self.carried_length(letter, statement)
        first, last = self.ranges.get(letter, (0, None))
        if last is not None:
            return last - first + 1 if count in (None, last - first + 1) else None
        if count is not None:
            return count
        for _, limits in totals(self.program, self.program.statements[statement]):
            last = counted(limits.upper, self.known)
            if letter in limits.letters and last is not None:
                return last - self.first(letter, statement) + 1
        name = array_name(self.program.statements[statement].name or "")
        if letter in self.left.get(statement, "") and len(shape := self.met.get(name, ())) == len(self.left[statement]):
            return shape[self.left[statement].index(letter)]
        for _, limits in totals(self.program, self.program.statements[statement]):
            left, _, right = limits.condition or ("", "", "")
            other = {left: right, right: left}.get(letter, "")
            if other and (count := self.carried_length(other, statement)) is not None:
                return count  # ∑_{i≠j}: j runs as far as i
        return None

    def carried_length(self, letter: str, statement: int) -> int | None:
        """Letter → the length of the first given array that has it in a statement, or of what is taken of it; None
        where none has it."""
        if (span := self.spans.letters.get(statement, {}).get(letter)) is not None:
            return span[1] - span[0] + 1
        tree = self.program.tree
        for node in range(len(tree)):
            if tree.kind[node] != NAME:
                continue
            name = str(tree.head[node])
            axes = self.indices(name, statement)
            shape = self.known.by_identity.get(identity(array_name(name)))
            if letter in axes and shape is not None and len(shape) > axes.index(letter):
                return shape[axes.index(letter)]
        return None

    def first(self, letter: str, statement: int) -> int:
        """Letter → its first value in a statement, 1 unless a sum sign says something else."""
        if (span := self.spans.letters.get(statement, {}).get(letter)) is not None:
            return span[0]
        if letter in self.ranges:
            return self.ranges[letter][0]
        limits_inside = [limits for _, limits in totals(self.program, self.program.statements[statement])]
        compared = {letter}.union(
            *((limits.condition or ("", "", ""))[::2] for limits in limits_inside if letter in (limits.condition or ()))
        )
        for letters in ({letter}, compared):  # of ∑_{j≠i} as that of i
            for limits in limits_inside:
                if letters.intersection(limits.letters) and limits.lower.isdecimal():
                    return int(limits.lower)
        return 1

    def carries(self, name: str) -> bool:
        """Whether an array of that name has letters somewhere."""
        return stem(split(name)) in self.arrays


_USUAL = frozenset("abcdijklmnpqstuv")
"""Letters that are indices below a word."""


def index_letters(parts: Parts) -> tuple[str, ...]:
    """Parts of a name → the letters that may be indices: a raised one, as in x^{(i)}, then those below."""
    above = "".join(label for label in _LABELS.findall(parts.above) if _RAISED_INDEX.fullmatch(label))
    if ("'" in parts.below or "′" in parts.below) and _LETTERS_BELOW.fullmatch(parts.below):
        return (*above, *_LETTER.findall(parts.below))  # α_{t,t'}
    if "_" in parts.below and (picked := PICKED.fullmatch(parts.below)) is not None:
        return (*above, picked[1])
    words = _words(parts)
    if len(words) > 1 and len(words[0]) == 1 and all(len(word) > 1 for word in words[1:]) and not above:
        return (words[0],) if words[0].isalpha() else ()  # y_c_smoothed
    below = "".join(word for word in words if len(word) == 1 or (word.isalpha() and len(words) == 1))
    if any(len(word) > 1 for word in words[1:]) or (len(words) > 1 and not all(len(word) == 1 for word in words[1:])):
        below = parts.below
    if above and len(below) == 1 and below.isupper():
        return tuple(above)
    if len(above) > 1 or (below and not below.isalpha()):
        return ()
    if len(below) > 1 and len(parts.stem) > 1 and parts.stem.isascii() and not _USUAL.issuperset(below):
        return tuple(above)  # si_snr
    return (*above, *below) if len(below) <= 3 or _FOUR_LETTERS.fullmatch(below) else ()


def stem(parts: Parts) -> Parts:
    """Parts of a name → those without the letters that may be indices, which are what its array is called."""
    words = _words(parts)
    above = "".join(f"({label})" for label in _LABELS.findall(parts.above) if not _RAISED_INDEX.fullmatch(label))
    below = words[0] if len(words) > 1 and len(words[0]) > 1 and not _LETTER.fullmatch(words[0]) else ""
    return Parts(parts.stem, parts.accent, below, above, parts.primes)


def _words(parts: Parts) -> list[str]:
    """Parts of a name → what stands below it, in words and letters: pred and i of y_{pred,i} and y_pred_i."""
    return parts.below.replace("_", ",").split(",")


def array_name(name: str) -> str:
    """Name of an entry → that of its array.

    >>> array_name("ŷ_i"), array_name("W_{ij}"), array_name("x^{(i)}_j'")
    ('ŷ', 'W', "x'")
    """
    if _LETTER_IN_MIDDLE.fullmatch(name) is not None or name[-1:] == ")":
        return name
    if (spelled := _WORDS_AND_LETTER.fullmatch(name)) is not None:
        return spelled[1]
    if (capital := _CAPITAL_AND_INDEX.fullmatch(name)) is not None:
        return capital[1]
    kept = _WORD_AND_LETTERS.match(name)
    return f"{kept[1]}_{{{kept[2]}}}" if kept else _INDICES.sub("", name)


def is_entry(name: str) -> bool:
    """Whether a name alone seems to be the entry of an array: x_i, x^{(i)}, not x_bar."""
    letters = index_letters(split(name))
    return bool(letters) and all(USUAL_INDEX.fullmatch(letter) for letter in letters)


def letters_inside(
    program: Program, node: int, without: Sequence[str], given: Set[Parts | str] = frozenset()
) -> set[str]:
    """Node → the usual index letters below names within it, except some, and those of names that are `given` as they
    stand."""
    return {
        letter
        for inner in nodes_below(program.tree, node)
        if program.tree.kind[inner] == NAME and identity(str(program.tree.head[inner])) not in given
        for letter in index_letters(split(str(program.tree.head[inner])))
        if USUAL_INDEX.fullmatch(letter) and letter not in without
    }


def entries(program: Program, given: Set[Parts | str]) -> Iterator[tuple[int, str]]:
    """Program → names without a value that seem to be entries of a given array, each with its statement."""
    tree = program.tree
    for number, statement in enumerate(program.statements):
        for node in range(statement.first, statement.root + 1) if given else ():
            name = str(tree.head[node])
            if tree.kind[node] != NAME or identity(name) in given or not is_entry(name):
                continue
            if identity(array_name(name)) in given:
                yield number, name


def side_nodes(statement: Statement) -> Iterator[int]:
    """Statement → the nodes of all its sides."""
    for side in statement.forms or (statement,):
        yield from range(side.first, side.root + 1)


def totals(program: Program, statement: Statement) -> Iterator[tuple[int, Limits]]:
    """Statement → the sum signs in its sides: the node of each, and what stands at it."""
    tree = program.tree
    for node in side_nodes(statement):
        if tree.kind[node] == TOTAL:
            yield node, tree.head[node]
