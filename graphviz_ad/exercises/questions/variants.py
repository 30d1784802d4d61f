"""Formula → formulas that a hasty reader takes it for, each with another graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import CALL, OPERATOR, Program, Tree

_EXCHANGED = {"+": "*", "*": "+", "-": "+", "/": "*"}
"""Signs and those a careless reader takes for them."""
_COMMUTES = frozenset(("add", "multiply"))
"""Operations whose graph is the same with their arguments exchanged."""


def variants(graph: Graph, chance: Random, count: int) -> list[str]:
    """Graph → up to `count` formulas, by chance, whose graphs differ from it and from each other."""
    known = {_form(graph)}
    chosen: list[str] = []
    edited = list(_edits(graph.program))
    chance.shuffle(edited)
    for text in edited:
        try:
            other = parse(text)
        except GraphvizADError:
            continue
        if set(other.inputs) != set(graph.inputs):
            continue
        form = _form(other)
        if form not in known:
            known.add(form)
            chosen.append(text)
        if len(chosen) == count:
            break
    return chosen


def _edits(program: Program) -> Iterator[str]:
    """Program → its text with a sign exchanged, two operations regrouped, or a function put a step too early."""
    tree = program.tree
    for node in range(len(tree)):
        if tree.kind[node] == OPERATOR and tree.head[node] in _EXCHANGED:
            yield _text(program, _edited(tree, {node: (_EXCHANGED[tree.head[node]], tree.args[node])}))
        for at, child in enumerate(tree.args[node]):
            yield from _regrouped(program, node, at, child)


def _regrouped(program: Program, node: int, at: int, child: int) -> Iterator[str]:
    """An operation and one of its arguments with their places changed: a·b + c → a·(b + c), f(x + y) → f(x) + y."""
    tree = program.tree
    both = tree.kind[node] == tree.kind[child] == OPERATOR
    if both and len(tree.args[node]) == len(tree.args[child]) == 2 and tree.head[node] != tree.head[child]:
        own, inner = tree.args[node], tree.args[child]
        changes: dict[int, tuple[str, tuple[int, ...]]]
        if at == 0:
            changes = {child: (tree.head[node], (inner[1], own[1])), node: (tree.head[child], (inner[0], child))}
        else:
            changes = {child: (tree.head[node], (own[0], inner[0])), node: (tree.head[child], (child, inner[1]))}
        yield _text(program, _edited(tree, changes))
    calls = tree.kind[node] == CALL and len(tree.args[node]) == 1
    if calls and tree.kind[child] == OPERATOR and len(tree.args[child]) == 2:
        copy = Tree(list(tree.kind), list(tree.head), list(tree.args))
        early = copy.add(CALL, tree.head[node], (tree.args[child][0],))
        copy.kind[node], copy.head[node], copy.args[node] = OPERATOR, tree.head[child], (early, tree.args[child][1])
        yield _text(program, copy)


def _edited(tree: Tree, changes: Mapping[int, tuple[str, tuple[int, ...]]]) -> Tree:
    copy = Tree(list(tree.kind), list(tree.head), list(tree.args))
    for node, (head, args) in changes.items():
        copy.head[node], copy.args[node] = head, args
    return copy


def _text(program: Program, tree: Tree) -> str:
    """Program with another tree → its text."""
    lines = []
    for statement in program.statements:
        params = f"({', '.join(statement.params)})" if statement.params is not None else ""
        head = f"{statement.name}{params} = " if statement.name else ""
        lines.append(head + write(tree, statement.root, TEXT))
    return "\n".join(lines)


def _form(graph: Graph) -> str:
    """Graph → a text that is the same for graphs that look alike, names of intermediates aside."""
    forms: list[str] = []
    for node, args in enumerate(graph.args):
        if graph.ops[node] is None:
            forms.append(graph.names[node])
            continue
        inner = [forms[arg] for arg in args]
        name = graph.op_name(node)
        forms.append(f"{name}({','.join(sorted(inner) if name in _COMMUTES else inner)})")
    return forms[graph.output]
