"""Equations that are the same but for one index, as those of the weights of gates → one for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, Head, Tree

_LETTERS = "kjmqr"
"""What the index is called: the first of them that nothing else is called."""


class Row(NamedTuple):
    """The equation of a gradient: its node, a tree, and the sides in it; of a known one the shorter form too."""

    node: int
    tree: Tree
    parts: tuple[int, ...]
    is_one: bool

    def sides(self, dialect: Dialect, tree: Tree | None = None) -> tuple[str, str]:
        """→ The left side, and all that it is equal to, each once."""
        left, *right = (write(tree or self.tree, part, dialect) for part in self.parts)
        return left, dialect.relation("=").join(dict.fromkeys(right))


def alike(graph: Graph, rows: Sequence[Row], dialect: Dialect) -> tuple[list[tuple[str, str]], str]:
    """Equations of gradients → their sides, in which those that are alike but for the index of what they are about
    stand once, and which indices these are, as `k = i, f, o`, "" where none stand for several.

    The gradients of w_i, w_f and w_o are one equation of w_k, where i, f and o stand in it as k does. Equations for
    other indices than most say behind them which these are.
    """
    used = {*graph.names, *"".join(map(_index, graph.names))}
    letter = next((letter for letter in _LETTERS if letter not in used), None)
    families: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        index = _index(graph.names[row.node])
        tree = row.tree if letter is None or not index else _renamed(row.tree, index, letter)
        families.setdefault(row.sides(dialect, tree), []).append(row)

    def indices_of(members: Sequence[Row]) -> str:
        indices = (dialect.write_name(_index(graph.names[member.node])) for member in members)
        return f"{dialect.write_name(letter or '')}{dialect.relation('=')}{', '.join(indices)}"

    several = Counter(indices_of(members) for members in families.values() if len(members) > 1)
    usual = max(several, key=several.__getitem__, default="")
    sides = []
    for (left, right), members in families.items():
        if len(members) == 1:
            sides.append(members[0].sides(dialect))
        else:
            which = indices_of(members)
            sides.append((left, right if which == usual else f"{right} {dialect.gap}({which})"))
    return sides, usual


def _index(name: str) -> str:
    """Name → its index, "" where it has none: i of w_i, t-1 of h_{t-1}."""
    stem, _, index = name.rpartition("_")
    return index.removeprefix("{").removesuffix("}") if stem else ""


def _renamed(tree: Tree, index: str, letter: str) -> Tree:
    """Tree → the same with a letter for an index, and for what is called as it is."""

    def new(name: Head) -> Head:
        if name == index:
            return letter
        return f"{str(name).rpartition('_')[0]}_{letter}" if _index(str(name)) == index else name

    heads = [
        new(head) if kind == NAME else tuple(map(new, head)) if kind == DERIVATIVE else head
        for kind, head in zip(tree.kind, tree.head, strict=True)
    ]
    return Tree(list(tree.kind), heads, list(tree.args))
