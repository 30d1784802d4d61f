"""Sums over shifted indices, y_{ij} = ∑_m ∑_n x_{i+m,j+n} w_{mn} → what slides a kernel over an array, conv2d(x, w)."""

from __future__ import annotations

import re
from dataclasses import replace

from graphviz_ad.language.letters import array_name, index_letters
from graphviz_ad.language.names import split
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import CALL, NAME, OPERATOR, TOTAL, Limits, Program, Statement

_SHIFTED = re.compile(r"([^\W\d_])\+([^\W\d_])(?:[-−]1)?")
"""One index that is counted on from another one, perhaps less 1 where both count from 1: i+m, i+m-1."""
_SLIDING = {1: "conv1d", 2: "conv2d"}
"""Operations by the number of axes."""


def with_sliding_kernels(program: Program) -> Program:
    """Program → the same with conv1d and conv2d for sums over shifted indices, where a left side has the letters that
    they are counted from and nothing else has these."""
    if TOTAL not in program.tree.kind or not any("+" in str(head) for head in program.tree.head):
        return program
    additions, statements = Additions(program), list(program.statements)
    notes, ends = dict.fromkeys(program.notes), set[str]()
    for number, statement in enumerate(statements):
        left = index_letters(split(statement.name)) if statement.name else ()
        for node in nodes_below(program.tree, statement.root) if left else ():
            found = _kernel(program, node, left)
            if found is None or _carried(program, statement, node, left):
                continue
            sums = (program.tree.head[inner] for inner in nodes_below(program.tree, node))
            ends |= {head.upper for head in sums if isinstance(head, Limits)}
            array, kernel = (additions.add(NAME, array_name(name), (), node) for name in found)
            tree = program.tree
            tree.kind[node], tree.head[node], tree.args[node] = CALL, _SLIDING[len(left)], (array, kernel)
            statements[number] = replace(statement, name=array_name(str(statement.name)), letters="")
            notes[f"{tree.head[array]} under the kernel {tree.head[kernel]} is {_SLIDING[len(left)]}, at each place"
                  " where the kernel fits"] = None  # fmt: skip
            break
    if len(notes) == len(program.notes):
        return program
    return additions.planted(
        statements=tuple(statements), notes=tuple(notes), ignored=program.ignored | {end for end in ends if end}
    )


def _kernel(program: Program, node: int, left: tuple[str, ...]) -> tuple[str, str] | None:
    """Sum over letters → the names of the array with shifted indices and of the kernel, None for any other node."""
    tree, letters = program.tree, list[str]()
    while tree.kind[node] == TOTAL and tree.head[node].operation == "sum" and tree.head[node].condition is None:
        letters += tree.head[node].letters
        (node,) = tree.args[node]
    if tree.kind[node] != OPERATOR or tree.head[node] not in ("*", "·") or len(letters) != len(left):
        return None
    names = [str(tree.head[arg]) for arg in tree.args[node] if tree.kind[arg] == NAME]
    shifted = [name for name in names if "+" in split(name).below]
    plain = [name for name in names if index_letters(split(name)) == tuple(letters)]
    if len(letters) not in _SLIDING or len(shifted) != 1 or len(plain) != 1:
        return None
    parts = [_SHIFTED.fullmatch(part.strip()) for part in split(shifted[0]).below.split(",")]
    pairs = [part.groups() if part else () for part in parts]
    return (shifted[0], plain[0]) if pairs == list(zip(left, letters)) else None


def _carried(program: Program, statement: Statement, without: int, letters: tuple[str, ...]) -> bool:
    """Whether names outside a sum have one of the letters."""
    inside = set(nodes_below(program.tree, without))
    return any(
        set(letters) & set(index_letters(split(str(program.tree.head[node]))))
        for node in nodes_below(program.tree, statement.root)
        if node not in inside and program.tree.kind[node] == NAME
    )
