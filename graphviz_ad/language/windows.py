"""Sums over a window → convolutions: ∑_m ∑_n w_{mn} x_{i+m,j+n} is conv2d(x, w); below x_{i-m} the kernel is turned
round."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import array_name, index_letters, side_nodes, totals
from graphviz_ad.language.names import identity, split
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import CALL, INDEX, NAME, NUMBER, OPERATOR, SLICE, TOTAL, Program, Statement

_SHIFTED = re.compile(r"([^\W\d_])([-+−])([^\W\d_])(?:(?<=\+.)[-−]1)?")
"""An index that is counted from another one, perhaps less 1 where both count from 1: i+m, i+m-1."""
_MAX_AXES = 3
"""Axes over which a kernel slides."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A sum over a window: the names of the array and of the kernel, whether the kernel is turned round, and the
    letters of the sum with what stands above it."""

    array: str
    kernel: str
    is_turned: bool
    letters: tuple[str, ...]
    ends: frozenset[str]


def with_convolutions(program: Program, known: Given) -> Program:
    """Program → the same with a convolution for each sum over the entries of a kernel times those that it covers.

    The result has an entry for each place where the kernel lies within the array; `known` is what is
    known of the values.
    """
    heads = (head for kind, head in zip(program.tree.kind, program.tree.head, strict=True) if kind == NAME)
    if TOTAL not in program.tree.kind or not any(_SHIFTED.search(split(str(head)).below) for head in heads):
        return program
    additions = Additions(program)
    statements, ends, notes = [], set[str](), dict.fromkeys(program.notes)
    for statement in program.statements:
        own = index_letters(split(statement.name)) if statement.name else ()
        counted = () if known.by_identity.keys() & set(map(identity, own)) else totals(program, statement)
        sliding = {node: window for node, _ in counted if (window := _window(program, node, own))}
        sliding = {node: window for node, window in sliding.items() if _is_of_arrays(window, statement, known)}
        sliding = {node: _larger_first(window, known) for node, window in sliding.items()}
        if sliding and not _stand_elsewhere(program, statement, own, sliding):
            for node, window in sliding.items():
                _write(additions, node, window)
                ends |= window.ends
                notes[
                    f"the sum over {', '.join(window.letters)} is the convolution of {array_name(window.array)} with "
                    f"{array_name(window.kernel)}, at each place where that lies within {array_name(window.array)}"
                ] = None
            statement = statement._replace(name=array_name(str(statement.name)))
        statements.append(statement)
    if not ends and len(notes) == len(program.notes):
        return program
    return additions.planted(statements=tuple(statements), notes=tuple(notes), ignored=program.ignored | ends)


def _window(program: Program, node: int, own: tuple[str, ...]) -> _Window | None:
    """Sum and the letters of the left side → the window that it runs over; None for any other sum."""
    tree, letters, ends = program.tree, list[str](), set[str]()
    while tree.kind[node] == TOTAL and tree.head[node].operation == "sum" and tree.head[node].condition is None:
        letters += tree.head[node].letters
        ends.update(re.findall(r"[^\W\d_]\w*", f"{tree.head[node].lower} {tree.head[node].upper}"))
        node = tree.args[node][0]
    if (
        tree.kind[node] != OPERATOR
        or tree.head[node] not in ("*", "·")
        or not 0 < len(own) == len(letters) <= _MAX_AXES
    ):
        return None
    names = [str(tree.head[factor]) for factor in tree.args[node] if tree.kind[factor] == NAME]
    for array, kernel in (names, names[::-1]) if len(names) == 2 else ():
        indices = [_SHIFTED.fullmatch(index) for index in split(array).below.split(",")]
        parts = [index.groups() for index in indices if index is not None]
        if not len(indices) == len(parts) == len(own) or sorted(index_letters(split(kernel))) != sorted(letters):
            continue
        signs = {"-" if sign == "−" else sign for _, sign, _ in parts}
        counted = [(i, m) if i in own else (m, i) for i, _, m in parts]
        if counted == list(zip(own, index_letters(split(kernel)), strict=True)) and len(signs) == 1:
            is_turned = "-" in signs
            if not is_turned or all(i in own for i, _, _ in parts):
                return _Window(array, kernel, is_turned, tuple(letters), frozenset(ends))
    return None


def _is_of_arrays(window: _Window, statement: Statement, known: Given) -> bool:
    """Whether a window is over an array that is neither given entry by entry nor what the statement computes."""
    is_own = array_name(window.array) == array_name(str(statement.name))
    return not is_own and not known.by_identity.keys() & {identity(window.array), identity(window.kernel)}


def _larger_first(window: _Window, known: Given) -> _Window:
    """A window in which the kernel is turned round → the same with the larger of both as the array: x_{mn} w_{i-m,j-n}
    is w_{mn} x_{i-m,j-n}."""
    array, kernel = (known.by_identity.get(identity(array_name(n)), ()) for n in (window.array, window.kernel))
    exchanged = window.is_turned and len(array) == len(kernel) and array < kernel
    return replace(window, array=window.kernel, kernel=window.array) if exchanged else window


def _stand_elsewhere(program: Program, statement: Statement, own: tuple[str, ...], windows: dict[int, _Window]) -> bool:
    """Whether a letter of the left side stands outside of the windows too."""
    tree = program.tree
    within = {inner for node in windows for inner in nodes_below(tree, node)}
    return any(
        tree.kind[node] == NAME and {*own, *windows}.intersection(index_letters(split(str(tree.head[node]))))
        for node in side_nodes(statement)
        if node not in within
    )


def _write(additions: Additions, node: int, window: _Window) -> None:
    """Put the convolution in place of a sum."""
    tree, axes = additions.program.tree, len(window.letters)
    kernel = additions.add(NAME, array_name(window.kernel), (), node)
    if window.is_turned:
        back = []
        for _ in range(axes):
            step = additions.add(OPERATOR, "neg", (additions.add(NUMBER, 1.0, (), node),), node)
            back.append(additions.add(SLICE, "s", (step,), node))
        kernel = additions.add(INDEX, None, (kernel, *back), node)
    array = additions.add(NAME, array_name(window.array), (), node)
    tree.kind[node], tree.head[node], tree.args[node] = CALL, f"conv{axes}d", (array, kernel)
