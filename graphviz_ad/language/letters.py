"""Which letters of a program are indices, and which names are arrays that carry them.

A letter is an index where a sum runs over it. A name with that letter below it, x_i, is then an entry of the array x;
so is any other name with a letter below the same stem, and a left side z_j makes j an index of its statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from graphviz_ad.errors import ParseError
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, NAME, OPERATOR, TOTAL, Limits, Program, Statement

_USUAL = re.compile(r"[ijklmnt]")
"""Letters that a sum without a letter runs over."""
_NAMED = re.compile(r"([^_]+)_\{([^{},]{2,})(?:,\w)+\}$")
"""A name with a word and letters below it: y_{pred,i}."""
_SPELLED = re.compile(r"(.*[^\W_]_[^\W_]{2,})_[^\W_]$")
"""A name of words and a letter: y_pred_i."""
_BELOW = re.compile(r"_\{[^{}]*\}|_\w+|\^\{\([^\W\d_]\)\}|⁽[^\W\d_]⁾|[ᵢⱼₖₗₘₙₜ₀-₉]+")
_LABELS = re.compile(r"[(\[]([^)\]]*)[)\]]")


@dataclass
class Letters:
    """What is known of the indices of a program.

    `arrays` are the stems of names that carry indices; `of` the letters of each statement, those of its left side
    first.
    """

    program: Program
    arrays: set[Parts] = field(default_factory=set)
    of: dict[int, list[str]] = field(default_factory=dict)
    left: dict[int, str] = field(default_factory=dict)

    def indices(self, name: str, statement: int) -> tuple[str, ...]:
        """Name in a statement → the letters it carries; none where it is a name like any other."""
        parts = split(name)
        letters = _letters(parts)
        known = self.of.get(statement, [])
        if not letters or not (_stem(parts) in self.arrays or any(letter in known for letter in letters)):
            return ()
        if len(letters) == 1 and _stem(parts) in self.arrays:
            return letters
        return letters if all(letter in known or _USUAL.fullmatch(letter) for letter in letters) else ()

    def carries(self, name: str) -> bool:
        """Whether an array of that name has letters somewhere."""
        return _stem(split(name)) in self.arrays


def _letters(parts: Parts) -> tuple[str, ...]:
    """Parts of a name → the letters that may be indices: a raised one, as in x^{(i)}, then those below."""
    above = "".join(label for label in _LABELS.findall(parts.above) if len(label) == 1 and label.isalpha())
    if re.fullmatch(r"[^\W\d_]['′]", parts.below):  # α_{k'}
        return (*above, parts.below)
    words = _words(parts)
    below = "".join(word for word in words if len(word) == 1 or (word.isalpha() and len(words) == 1))
    if any(len(word) > 1 for word in words[1:]) or (len(words) > 1 and not all(len(word) == 1 for word in words[1:])):
        below = parts.below
    if len(above) > 1 or (below and not below.isalpha()):
        return ()
    return (*above, *below) if len(below) <= 3 else ()


def _stem(parts: Parts) -> Parts:
    words = _words(parts)
    above = "".join(f"({label})" for label in _LABELS.findall(parts.above) if len(label) > 1 or not label.isalpha())
    below = words[0] if len(words) > 1 and len(words[0]) > 1 else ""
    return Parts(parts.stem, parts.accent, below, above, parts.primes)


def _words(parts: Parts) -> list[str]:
    """What stands below a name, in words and letters: pred and i of y_{pred,i} and y_pred_i."""
    return parts.below.replace("_", ",").split(",")


def array_name(name: str) -> str:
    """Name of an entry → that of its array.

    >>> array_name("ŷ_i"), array_name("W_{ij}"), array_name("x^{(i)}_j'")
    ('ŷ', 'W', "x'")
    """
    if (spelled := _SPELLED.fullmatch(name)) is not None:
        return spelled[1]
    kept = _NAMED.match(name)
    return f"{kept[1]}_{{{kept[2]}}}" if kept else _BELOW.sub("", name)


def is_entry(name: str) -> bool:
    """Whether a name alone seems to be the entry of an array: x_i, x^{(i)}, not x_bar."""
    letters = _letters(split(name))
    return bool(letters) and all(_USUAL.fullmatch(letter) for letter in letters)


_REDUCING = frozenset(("sum", "prod", "mean"))
"""Calls that run over a letter where exactly one stands below the names in them."""


def has_lettered_calls(program: Program) -> bool:
    """Whether a sum written as a call has names with a letter in it: sum(t_k log y_k)."""
    tree = program.tree
    return any(
        tree.kind[node] == CALL and tree.head[node] in _REDUCING and len(tree.args[node]) == 1
        and _inside(program, node, ())
        for node in range(len(tree))
    )  # fmt: skip


def _inside(program: Program, node: int, without: Sequence[str]) -> set[str]:
    """The usual index letters below names within a node, except some."""
    return {
        letter
        for inner in nodes_below(program.tree, node)
        if program.tree.kind[inner] == NAME
        for letter in _letters(split(str(program.tree.head[inner])))
        if _USUAL.fullmatch(letter) and letter not in without
    }


def find_letters(program: Program, given: Set[Parts | str] = frozenset()) -> Letters:
    """Program → the letters of its statements and the arrays that carry them.

    `given` are identities of the names that values are given for: with x given, x_i is an entry of it.
    """
    letters = Letters(program)
    for number, statement in enumerate(program.statements):
        bound = [letter for _, limits in totals(program, statement) for letter in limits.letters]
        letters.of[number] = list(dict.fromkeys(bound))
        if statement.letters:
            letters.left[number] = statement.letters
            letters.of[number] += [letter for letter in statement.letters if letter not in bound]
    for number, statement in enumerate(program.statements):
        _open_totals(letters, number, statement)
    for number, name in entries(program, given):
        letters.arrays.add(_stem(split(name)))
        letters.of[number] += [letter for letter in _letters(split(name)) if letter not in letters.of[number]]
    while _spread(letters):
        pass
    return letters


def entries(program: Program, given: Set[Parts | str]) -> Iterator[tuple[int, str]]:
    """Names that are not given, though the array is that they seem to be an entry of, each with its statement."""
    tree = program.tree
    for number, statement in enumerate(program.statements):
        for node in range(statement.first, statement.root + 1) if given else ():
            name = str(tree.head[node])
            if tree.kind[node] != NAME or identity(name) in given or not is_entry(name):
                continue
            if identity(array_name(name)) in given:
                yield number, name


def totals(program: Program, statement: Statement) -> Iterator[tuple[int, Limits]]:
    """The sum signs of a statement: node, and what stands at it."""
    tree = program.tree
    for node in range(statement.first, statement.root + 1):
        if tree.kind[node] == TOTAL:
            yield node, tree.head[node]


def _open_totals(letters: Letters, number: int, statement: Statement) -> None:
    """A sum sign without a letter runs over the one letter below the names behind it, if there is one."""
    program = letters.program
    for node, limits in totals(program, statement):
        if limits.letters:
            continue
        own = _letters(split(statement.name)) if statement.name else ()
        inside = _inside(program, node, own) or _functional(program, node)
        if len(inside) > 1:
            raise ParseError(
                "this sum does not say which letter it runs over", source=program.source,
                span=(program.marks[node], program.marks[node] + 1),
                hint=f"write one below it, as in ∑_{min(inside)}",
            )  # fmt: skip
        if inside:
            program.tree.head[node] = Limits(limits.operation, tuple(inside))
            letters.of[number] += [letter for letter in inside if letter not in letters.of[number]]
    tree = program.tree
    for node in range(statement.first, statement.root + 1):
        if tree.kind[node] == CALL and tree.head[node] in _REDUCING and len(tree.args[node]) == 1:
            inside = _inside(program, node, _letters(split(statement.name)) if statement.name else ())
            if len(inside) == 1:
                _require_one_reading(program, statement, node)
                tree.kind[node], tree.head[node] = TOTAL, Limits(str(tree.head[node]), tuple(inside))
                letters.of[number] += [letter for letter in inside if letter not in letters.of[number]]


def _require_one_reading(program: Program, statement: Statement, node: int) -> None:
    """Raise ParseError for sum(y_k - t_k)^2: a sum of squares, or the square of a sum."""
    tree = program.tree
    for above in range(node + 1, statement.root + 1):
        if tree.kind[above] == OPERATOR and tree.head[above] == "^" and tree.args[above][0] == node:
            start, stop = program.span(node)
            inner = program.source.text[start:stop].partition("(")[2].rstrip(")")
            name = tree.head[node]
            raise ParseError(
                f"the power behind {name}(…) can be read in two ways", source=program.source, span=program.span(above),
                hint=f"for the {name} of the powers write {name}(({inner})^2), for its power ({name}({inner}))^2",
            )  # fmt: skip


def _functional(program: Program, node: int) -> set[str]:
    """The letter below names that were written p(x), where there is one."""
    heads = (
        str(program.tree.head[inner]) for inner in nodes_below(program.tree, node) if program.tree.kind[inner] == NAME
    )
    return {letters[0] for head in heads if len(letters := _letters(split(head))) == 1 and letters[0] in "xyz"}


def _spread(letters: Letters) -> bool:
    """One more round of what follows from what is known → whether something new was found."""
    program, changed = letters.program, False
    for number, statement in enumerate(program.statements):
        known = letters.of[number]
        if statement.name and number not in letters.left:
            parts = split(statement.name)
            own = _letters(parts)
            if own and (_stem(parts) in letters.arrays or (known and _carried(letters, statement, own))):
                letters.left[number] = "".join(own)
                letters.of[number] = known = [*known, *(letter for letter in own if letter not in known)]
                letters.arrays.add(_stem(parts))
                changed = True
        for node in range(statement.first, statement.root + 1):
            if program.tree.kind[node] != NAME:
                continue
            parts = split(str(program.tree.head[node]))
            own = _letters(parts)
            if own and all(letter in known for letter in own) and _stem(parts) not in letters.arrays:
                letters.arrays.add(_stem(parts))
                changed = True
    return changed


def _carried(letters: Letters, statement: Statement, own: tuple[str, ...]) -> bool:
    """Whether a name right of "=" carries all letters of the left side."""
    program = letters.program
    return any(
        letter in own
        for node in range(statement.first, statement.root + 1)
        if program.tree.kind[node] == NAME
        for letter in _letters(split(str(program.tree.head[node])))
    )
