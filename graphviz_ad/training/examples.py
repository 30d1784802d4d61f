"""A batch written out example by example: each has statements of its own, and the loss is the mean of theirs.

The example's number stands above what belongs to it, as in x⁽¹⁾, as Ng's courses and the books after them have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError, ShapeError
from graphviz_ad.graph.build import parse
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, TOTAL, Limits, Program, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import plain, shape
from graphviz_ad.training.model import Model, size_of
from graphviz_ad.values import Array, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_EXAMPLES = 8
"""Examples up to which a batch is written out."""
_TOLERANCE = 1e-9
"""How far both passes may be apart by the order in which examples are added."""


def written_out(model: Model, rows: Mapping[str, Array], parameters: Mapping[str, Value]) -> Trace | None:
    """Model, the rows of a batch, values of the parameters → both passes with every example written out.

    None where the loss is no mean of losses of single examples, as where batch normalisation couples them.
    """
    size = size_of(rows)
    batch = model.inputs(rows, parameters)
    ones = dict.fromkeys(model.counts, 1.0)
    singles = [
        {**batch, **ones, **{name: plain(rows[column][number]) for name, column in model.columns.items()}}
        for number in range(size)
    ]
    try:
        first, alone = _first(model, singles[0])
        if shape(first.values[first.graph.output]) != ():
            return None
        program, given = _text(model, first, alone, size), {**model.fixed, **parameters}
        for number, single in enumerate(singles, 1):
            given |= {numbered_name(name, number) if size > 1 else name: single[name] for name in model.columns}
        trace = run(parse(program, given=given), given, wrt=tuple(model.start))
    except GraphvizADError:
        return None
    whole = run(model.sized(rows), batch, wrt=tuple(model.start))
    if not _agree(trace, whole, model):
        return None
    if size > 1:
        shown = _for_any(model, first, alone, size)
        trace.graph = replace(trace.graph, program=replace(trace.graph.program, shown=shown))
    return trace


def _first(model: Model, single: Mapping[str, Value]) -> tuple[Trace, Shape]:
    """Model and the inputs of one example → its trace, and the shape of what is summed over examples in it.

    A sum with an index gets the one in a list, since it takes no number.
    """
    try:
        return run(model.graph, single), ()
    except ShapeError:
        listed = {name: np.array([single[name]]) for name in model.columns}
        return run(model.graph, {**single, **listed}), (1,)


def _agree(trace: Trace, whole: Trace, model: Model) -> bool:
    """Whether two traces have the same loss and the same gradients."""
    pairs: list[tuple[Value | None, Value | None]] = [
        (trace.values[trace.graph.output], whole.values[whole.graph.output])
    ]
    pairs += [(trace.grad(name), whole.grad(name)) for name in model.start]
    return all(
        np.allclose(0.0 if a is None else a, 0.0 if b is None else b, rtol=_TOLERANCE, atol=_TOLERANCE)
        for a, b in pairs
    )


def _text(model: Model, first: Trace, alone: Shape, size: int) -> str:
    """Model, its trace for one example as `_first` makes it, the number of examples → the program of them all."""
    program, loss = first.graph.program, first.graph.names[first.graph.output]
    tree, instead = _of_example(model, first, alone)
    lines, own = [], set(model.columns)

    def numbered(name: str, number: int) -> str:
        return numbered_name(name, number) if size > 1 else name

    for statement in program.statements:
        root = instead.get(statement.root, statement.root)
        names = {str(tree.head[node]) for node in nodes_below(tree, root) if tree.kind[node] == NAME}
        is_loss = statement is program.computed[-1]
        name = loss if is_loss else str(statement.name)
        if statement.params is not None or (not names & own and not is_loss):
            arguments = f"({', '.join(statement.params)})" if statement.params is not None else ""
            lines.append(f"{name}{arguments} = {write(tree, root, TEXT)}")
            continue
        own.add(name)
        for number in range(1, size + 1):
            renamed = _renamed(tree, {old: numbered(old, number) for old in own})
            lines.append(f"{numbered(name, number)} = {write(renamed, root, TEXT)}")
    if size > 1:
        terms = " + ".join(numbered(loss, number) for number in range(1, size + 1))
        lines.append(f"{loss} = {terms}" if model.grows else f"{loss} = ({terms})/{size}")
    return "\n".join(lines)


def _for_any(model: Model, first: Trace, alone: Shape, size: int) -> Program:
    """Model, its trace for one example as `_first` makes it, the number of examples → the program as it is shown: once
    for all examples, with i for their number, and the loss as a sum over i."""
    program, loss = first.graph.program, first.graph.names[first.graph.output]
    tree, instead = _of_example(model, first, alone)
    own = set(model.columns)
    statements = []
    for statement in program.statements:
        root = instead.get(statement.root, statement.root)
        names = {str(tree.head[node]) for node in nodes_below(tree, root) if tree.kind[node] == NAME}
        name = loss if statement is program.computed[-1] else str(statement.name)
        if statement.params is None and (names & own or name == loss):
            own.add(name)
        statements.append(statement._replace(name=numbered_name(name, "i") if name in own else name, root=root))
    tree = _renamed(tree, {name: numbered_name(name, "i") for name in own})
    term = tree.add(NAME, numbered_name(loss, "i"))
    root = tree.add(TOTAL, Limits("sum", ("i",), "1", str(size)), (term,))
    if not model.grows:
        share = tree.add(OPERATOR, "/", (tree.add(NUMBER, 1.0), tree.add(NUMBER, float(size))))
        root = tree.add(OPERATOR, "*", (share, root))
    statements.append(statements[-1]._replace(name=loss, root=root))
    nowhere = [-1] * len(tree)  # no part of it is marked, since it stands for several
    return replace(program, tree=tree, statements=tuple(statements), starts=nowhere, stops=nowhere, marks=nowhere)


def numbered_name(name: str, number: int | str) -> str:
    """Name, and the number of an example or a letter for it → the name with it above.

    >>> numbered_name("x", 2), numbered_name("a^{[1]}", 2)
    ('x^{(2)}', 'a^{[1](2)}')
    """
    return f"{name[:-1]}({number})}}" if name.endswith("}") and "^{" in name else f"{name}^{{({number})}}"


def _renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    """Tree → the same with other names."""
    heads = [names.get(head, head) if kind == NAME else head for kind, head in zip(tree.kind, tree.head, strict=True)]
    return Tree(tree.kind, heads, tree.args)


def _is_minus_one(tree: Tree, node: int) -> bool:
    if (tree.kind[node], tree.head[node]) != (OPERATOR, "neg"):
        return False
    (below,) = tree.args[node]
    return (tree.kind[below], tree.head[below]) == (NUMBER, 1.0)


def _of_example(model: Model, trace: Trace, alone_shape: Shape) -> tuple[Tree, dict[int, int]]:
    """Trace of one example → its tree without means and sums over one, and the nodes that stand in place of others.

    Numbers of examples are 1 in it, and factors of 1 are left out.
    """
    graph = trace.graph
    old = graph.program.tree
    alone = {
        graph.origins[node]
        for node, bound in enumerate(graph.ops)
        if bound is not None
        and bound.row.name in ("mean", "sum")
        and shape(trace.values[graph.args[node][0]]) == alone_shape
    }
    counts = {*graph.program.lengths, *model.counts}
    instead: dict[int, int] = {}
    ones: set[int] = set()
    tree = Tree()
    for node, (kind, head, original) in enumerate(zip(old.kind, old.head, old.args, strict=True)):
        args = tuple(instead.get(arg, arg) for arg in original)
        if kind == NAME and head in counts:
            kind, head = NUMBER, 1.0
            ones.add(node)
        minus = [arg for arg, old_arg in zip(args, original) if old_arg in instead and _is_minus_one(tree, arg)]
        if kind == OPERATOR and head in ("*", "·") and minus:  # of -1/n
            head, args = "neg", tuple(arg for arg in args if arg != minus[0])
        tree.add(kind, head, args)
        operands = [arg for arg in args if tree.kind[arg] != KEYWORD]
        if kind == CALL and node in alone and len(operands) == 1:
            instead[node] = operands[0]
        elif kind == OPERATOR and head == "/" and args[1] in ones:
            instead[node] = args[0]
            if (tree.kind[args[0]], tree.head[args[0]]) == (NUMBER, 1.0):
                ones.add(args[0])
        elif kind == OPERATOR and head in ("*", "·") and ones & set(args):
            instead[node] = args[1] if args[0] in ones else args[0]
    return tree, instead
