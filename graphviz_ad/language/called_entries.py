"""Entries of what has no name: softmax(z)_i and (W x)_i → p_i of a quantity p = softmax(z), softmax(z)_c →
softmax(z)[c]."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import chain, count

from graphviz_ad.language.letters import array_name, index_letters
from graphviz_ad.language.names import LOWERED, split
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import CALL, INDEX, NAME, OPERATOR, Limits, Program, Statement

_BELOW = re.compile(r"_\{?([^\W\d_])(?:(?:, ?)?([^\W\d_]))?\}?|([ᵢⱼₖₗₘₙₜ])")
"""A letter or two below what stands before them."""
_BRACKET_WITH_LETTER = re.compile(r"[)\]}]\s*(?:_|[ᵢⱼₖₗₘₙₜ])")
"""A bracket with a subscript."""
_OPENING = re.compile(r"^\s*(?:\\left\s*)?[(\[]\s*")
"""The bracket before a value."""
_COLUMN = re.compile(r"_\{ *: *,")
"""What says below a name that a column is meant: X_{:,k}."""
_LETTERS = "pqsuvhrabcd"
"""Letters for what is given a name; the first that is free is taken, p2 and so on after them."""


def with_entries_of_calls(program: Program) -> Program:
    """Program → the same with a statement for each value without a name that has below it a letter of a sum or of the
    left side.

    Where that entry is all that stands on the right, it is the whole value.
    """
    tree = program.tree
    if INDEX not in tree.kind and _BRACKET_WITH_LETTER.search(program.source.text) is None:
        return program
    entries = {node: below for node in range(len(tree)) if (below := _entry(program, node)) is not None}
    if not entries:
        return program
    summed = {letter for head in tree.head if isinstance(head, Limits) for letter in head.letters}
    taken = {split(str(head)).stem for kind, head in zip(tree.kind, tree.head, strict=True) if kind in (NAME, CALL)}
    taken |= {split(str(statement.name)).stem for statement in program.statements}
    numbered = (f"p{number}" for number in count(2))
    free = (name for name in chain(_LETTERS, numbered) if name not in taken)
    additions, notes, named = Additions(program), dict.fromkeys(program.notes), dict[str, str]()
    statements: list[Statement] = []
    for statement in program.statements:
        own = (*statement.letters, *(index_letters(split(statement.name)) if statement.name else ()))
        roots = {form.root for form in statement.forms} | {statement.root}
        wholes = [root for root in roots if root in entries and entries[root][1] == own]
        for node in wholes:
            value = entries[node][0]
            tree.kind[node], tree.head[node], tree.args[node] = tree.kind[value], tree.head[value], tree.args[value]
        if wholes and roots.issubset(wholes):
            statement = statement._replace(name=array_name(str(statement.name)), letters="")
        inside = {inner: None for root in sorted(roots) for inner in nodes_below(tree, root) if inner not in wholes}
        for node in (inner for inner in inside if inner in entries):
            value, letters = entries[node]
            subscript = _subscript(letters)
            written = _written(program, node, value)
            is_of_letters = all(letter in summed or letter in own for letter in letters)
            if is_of_letters and written not in named:
                named[written] = next(free)
                statements.append(Statement(named[written], None, value, value, program.span(value)))
                notes[f"{written}{subscript} is the entry {', '.join(letters)} of {named[written]} = {written}"] = None
            if is_of_letters and not summed.issuperset(letters):
                statement = statement._replace(letters="".join(own))
            if is_of_letters:
                entry = additions.add(NAME, f"{named[written]}{subscript}", (), node)
            else:
                places = [additions.add(NAME, letter, (), node) for letter in letters]
                entry = additions.add(INDEX, None, (value, *places), node)
                notes[f"{written}{subscript} is read as {written}[{', '.join(letters)}], entries counted from 0"] = None
            before = tree.args[node][0]
            if before == value:
                tree.kind[node], tree.head[node], tree.args[node] = tree.kind[entry], tree.head[entry], tree.args[entry]
            elif tree.head[before] == "neg":
                tree.kind[node], tree.head[node], tree.args[node] = OPERATOR, "neg", (entry,)
            else:
                tree.args[node] = tree.args[before][0], entry
        statements.append(statement)
    return additions.planted(statements=tuple(statements), notes=tuple(notes))


def entry_at(name: str, points: Sequence[str], shape: Sequence[int] | None, bound: Set[str] = frozenset()) -> str:
    """Name of a value, names of points in its brackets, its shape where that is known → the entry that is meant.

    K(x_i, x_j) is K_ij, K(x, x_i) of a vector K is K_i, and X(i, j) X_ij where sums run over both letters, which are
    `bound`; it is the name where points have no letters below them, or where something stands below the name itself, as
    in h_θ(x_i).
    """
    if len(points) > 1 and bound >= {*points} and shape is not None and len(shape) == len(points):
        return name if split(name).below else f"{name}{_subscript(points)}"
    letters = [below for point in points if len(below := split(point).below) == 1 and below.isalpha()]
    axes = len(points) if shape is None else len(shape)
    has_all = letters and len(letters) == axes and (shape is not None or axes > 1) and not split(name).below
    return f"{name}{_subscript(letters)}" if has_all else name


def _subscript(letters: Sequence[str]) -> str:
    """Letters → how they stand below a name."""
    return f"_{letters[0]}" if len(letters) == 1 else f"_{{{''.join(letters)}}}"


def _written(program: Program, node: int, value: int) -> str:
    """Entry and its value → how the value is written, in its brackets."""
    start, stop = program.span(value)
    text = program.source.text
    if program.tree.kind[node] == OPERATOR and ")" in text[start:stop]:
        return text[start : text.rindex(")", start, stop) + 1]
    if (column := _COLUMN.search(text[start:stop])) is not None:
        return f"{text[start : start + column.start()]}ᵀ"
    inside = _OPENING.sub("", text[program.starts[node] : program.marks[node]])
    if sum(map(inside.count, ")]")) > sum(map(inside.count, "([")):
        inside = inside.rstrip()[:-1]
    inside = inside.rstrip().removesuffix("\\right").rstrip()
    return inside if program.tree.kind[value] == CALL else f"({inside})"


def _entry(program: Program, node: int) -> tuple[int, tuple[str, ...]] | None:
    """Node → the value and the letters right behind its bracket, where it is their product, perhaps after a factor."""
    tree = program.tree
    kind, args = tree.kind[node], tree.args[node]
    is_below = kind == INDEX and len(args) == 2  # (W x)_i
    if not is_below and (kind != OPERATOR or tree.head[node] != "·"):
        return None
    before, below = args
    letters = _BELOW.fullmatch(str(tree.head[below])) if tree.kind[below] == NAME else None
    value = before
    if not is_below and tree.kind[before] == OPERATOR and tree.head[before] in ("·", "*", "neg"):
        value = tree.args[before][-1]
    if letters is None or (not is_below and (tree.kind[value] != CALL or program.stops[value] < program.starts[below])):
        return None
    return value, tuple(letter.translate(LOWERED) for letter in letters.groups() if letter)
