"""Levels of detail: statements and functions closed to one node each, over the numbers of the open graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal, get_args

from graphviz_ad.autodiff.closed_operation import OPERATION, STATEMENT, Written, closed_operation
from graphviz_ad.autodiff.forward_mode import seeded
from graphviz_ad.autodiff.parts import Part, Parts, add_constants
from graphviz_ad.autodiff.product_signs import with_product_signs
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError, InputError
from graphviz_ad.graph.body import Body
from graphviz_ad.graph.graph import Graph
from graphviz_ad.graph.merging import Merge, merged
from graphviz_ad.language.names import listed
from graphviz_ad.language.notation import spelt
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import NAME, OPERATOR, Tree, graft

Detail = Literal["operation", "constants", "affine", "function", "statement", "module", "block"]
"""What is one node: each operation, operation together with its constants, also with the affine maps a x + b of numbers
a and b that it reads, call of a function, statement, statement together with its own parameters, or that together with
data, which are inside of all nodes that read them."""
OF_OPERATIONS = "constants", "affine"
"""Levels at which operations are one node with what is before them."""

LINEAR = "linear"
"""The function of PyTorch that is one operation to its reader, as x Wᵀ + b, and several to the language."""

_PARAMETERS = frozenset((
    *"wWuUvVbBθΘβγ", "weight", "bias", "weights", "biases", "重み", "バイアス", "权重", "偏置",
))  # fmt: skip
"""What parameters are called, without subscripts: inputs that a module has inside where nothing else uses them."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What `closed` was told when it made a trace, and of each node that is left its id in the open graph."""

    detail: Detail
    close: frozenset[str]
    open: frozenset[str]
    kept: tuple[int, ...]


def closed(
    trace: Trace, detail: Detail = "operation", close: str | Iterable[str] = (), open: str | Iterable[str] = ()
) -> Trace:
    """Trace → the same passes with parts of the formula closed to one node each; the numbers stay as they were.

    `detail` says what is one node; `close` names statements and functions to close besides, `open` those to leave
    open; both are names, or one text with commas between them.

    Raises GraphvizADError for a level or a name that is not there, or that cannot be closed.
    """
    require_level(detail)
    if trace.forward_mode is not None:
        return closed_as(trace, closed(trace.forward_mode.reverse, detail, close, open))
    names, others = frozenset(listed(close)), frozenset(listed(open))
    if trace.opened is not None and trace.closing and trace.closing.detail in OF_OPERATIONS and detail != "operation":
        return closed(trace.opened, detail, names | trace.closing.close, others | trace.closing.open)
    graph = trace.graph
    if trace.in_symbols and (detail != "operation" or names) and (node := shaped(graph)) is not None:
        graph.fail(
            InputError, "what this sends back depends on the shapes of arrays, and no values are given", node,
            "give values, as in x=[1,2], or draw each operation: --detail operation",
        )  # fmt: skip
    parts = Parts(graph, detail, names, others)
    parts.require_known()
    part_of = [parts.of(node) for node in range(len(graph))]
    if detail in OF_OPERATIONS:
        add_constants(graph, part_of, affine=detail == "affine")
    parameters, data = _parameters(trace, detail), _data(trace, detail)
    members = _members(_results(graph, part_of, parameters | data, data))
    if alone := {node for result, nodes in members.items() if not _args(graph, nodes) for node in nodes} & data:
        members = _members(_results(graph, part_of, parameters | data - alone, data))

    def is_whole(result: int, nodes: Collection[int]) -> bool:
        inner = (
            nodes if detail in (*OF_OPERATIONS, "block") else [node for node in nodes if graph.ops[node] is not None]
        )
        return part_of[result] is not None and len(inner) > 1

    visible = {node for result, nodes in members.items() if not is_whole(result, nodes) for node in nodes}
    merges, tree = {}, with_product_signs(trace)
    for result, nodes in members.items():
        part = part_of[result]
        if part is not None and is_whole(result, nodes):
            merges[result] = _merge(trace, tree, part, result, [node for node in nodes if node not in visible])
    if not merges:
        return trace
    smaller, ids = merged(graph, merges)
    kept = [node for node, new in enumerate(ids) if new is not None]
    return Trace(
        replace(smaller, in_pairs=None), [trace.values[node] for node in kept], [trace.grads[node] for node in kept],
        trace.seed, bytearray(trace.active[node] for node in kept),
        opened=trace.opened or trace, passes=trace.passes, calls=trace.calls,
        updates=frozenset(new for new, node in enumerate(kept) if node in trace.updates),
        closing=None if trace.opened else Closing(detail, names, others, tuple(kept)), in_symbols=trace.in_symbols,
    )  # fmt: skip


def closed_as(trace: Trace, reverse: Trace) -> Trace:
    """Trace of forward mode, and the reverse mode of it with parts closed → its forward mode with parts closed.

    Raises InputError where an input that has a tangent would be inside of a node.
    """
    mode = trace.forward_mode
    assert mode is not None
    if reverse is mode.reverse:
        return trace
    given = {trace.graph.names[node]: tangent for node, tangent in mode.given.items()}
    for name in given:
        if name not in reverse.graph.inputs:
            raise InputError(
                f"'{name}' has a tangent, and would be inside of a node", hint="use --detail statement, or --open"
            )
    return seeded(reverse, {reverse.graph.inputs[name]: tangent for name, tangent in given.items()})


def shaped(graph: Graph) -> int | None:
    """Graph → a node whose pullback reads otherwise for arrays than for numbers, as that of a mean; None without any.

    The norm's does not.
    """
    ops = enumerate(graph.ops)
    return next((node for node, bound in ops if bound and not bound.row.pointwise and bound.row.name != "norm"), None)


def require_level(detail: str) -> None:
    """Raise GraphvizADError for a level that is not there."""
    if detail not in get_args(Detail):
        raise GraphvizADError(f"there is no level '{detail}'", hint="use " + ", ".join(get_args(Detail)))


def _parameters(trace: Trace, detail: str) -> set[int]:
    """Trace and level → the inputs that a module may have inside: those called as parameters are that get gradients."""
    inputs = trace.graph.inputs
    if detail not in ("module", "block"):
        return set()
    return {node for name, node in inputs.items() if trace.active[node] and is_parameter(name, inputs)}


def _data(trace: Trace, detail: str) -> set[int]:
    """Trace and level → the inputs that a block may have inside besides: those that get no gradient."""
    return {node for node in trace.graph.inputs.values() if not trace.active[node]} if detail == "block" else set()


def is_parameter(name: str, inputs: Collection[str]) -> bool:
    """Whether one of these inputs is called as parameters are, and not as data, as V is beside Q and K."""
    return spelt(name).stem in _PARAMETERS and not (name == "V" and {"Q", "K"} <= {*inputs})


def _results(
    graph: Graph, parts: Sequence[Part | None], parameters: Collection[int], data: Collection[int] = ()
) -> list[frozenset[int] | None]:
    """Part of each node → the nodes whose values it helps to compute within its part, and nowhere else.

    A node that is read outside its part is a result of its own; so are inputs but `parameters`, of which `data` may be
    in several parts. What several results of a module need is in all of them, and a module that is called several times
    has its parameters in all of its calls.
    """
    results: list[frozenset[int] | None] = [None] * len(graph)
    for node in range(len(graph) - 1, -1, -1):
        part = parts[node]
        readers = {results[reader] for reader, _ in graph.consumers[node]}
        if node in parameters and (len(readers) == 1 or (node in data and None not in readers)):
            results[node] = frozenset[int]().union(*(reader for reader in readers if reader)) or None
            continue
        if part is None:
            continue
        results[node] = frozenset((node,))
        is_inner = part.is_module or node not in graph.given_names
        if node == graph.output or not is_inner or None in readers or not readers:
            continue
        helped = frozenset[int]().union(*(reader for reader in readers if reader))
        if (len(helped) == 1 and node in graph.constants) or all(_is_in(graph, node, part, parts[r]) for r in helped):
            results[node] = helped if part.is_module or len(helped) == 1 else results[node]
    return results


def _is_in(graph: Graph, node: int, part: Part, other: Part | None) -> bool:
    """Whether a node of a part is in another: the same, or one more call of the module whose parameter it is."""
    if other is None or other.key == part.key:
        return other is not None
    is_called_again = part.is_module and other.is_module and part.name == other.name
    return is_called_again and node in graph.groups[other.key[1]].parameters


def _members(results: Sequence[frozenset[int] | None]) -> dict[int, list[int]]:
    """For every node the results it helps to compute → by result these nodes, in order."""
    members: dict[int, list[int]] = {}
    for node, helped in enumerate(results):
        for result in helped or ():
            members.setdefault(result, []).append(node)
    return members


def _args(graph: Graph, nodes: Collection[int]) -> tuple[int, ...]:
    """Nodes of a part in order → what is read in it from outside, in order."""
    return tuple(dict.fromkeys(arg for node in nodes for arg in graph.args[node] if arg not in nodes))


def _merge(trace: Trace, tree: Tree, part: Part, result: int, nodes: list[int]) -> Merge:
    """Trace, its formula, a part of it, its result and its nodes in order → the one node that stands for them."""
    graph, args = trace.graph, _args(trace.graph, nodes)
    written = _written(graph, tree, part, result, args, nodes)
    if written is not None:
        args = tuple(graph.ids[name] for name in written.slots)
    local = {node: number for number, node in enumerate((*args, *nodes))}
    constants = {local[node]: trace.values[node] for node in nodes if graph.ops[node] is None}
    body = Body(
        [None] * len(args) + [graph.ops[node] for node in nodes],
        [()] * len(args) + [tuple(local[arg] for arg in graph.args[node]) for node in nodes],
        constants, tuple(range(len(args))), local[result],
        {local[node]: graph.names[node] for node in nodes if graph.is_input(node)},
    )  # fmt: skip
    shapes = {local[node]: trace.shape(node) for node in (*args, *nodes)}
    kinds = {"statement": STATEMENT, "operation": OPERATION}
    is_linear = part.name == LINEAR and written
    what = STATEMENT if is_linear else kinds.get(part.key[0], part.name), part.name
    return Merge(closed_operation(body, *what, written, shapes), args, frozenset(nodes) - {result})


def _written(
    graph: Graph, tree: Tree, part: Part, result: int, args: Sequence[int], nodes: Sequence[int]
) -> Written | None:
    """Part of the formula, its result, what it reads and its nodes in order → what its author wrote for the whole of
    it, None where that is not all that is closed."""
    statement = part.statement
    if part.key[0] == "operation":
        return _with_constants(graph, result, args, nodes)
    if part.name == LINEAR and graph.places:
        statement = next((s for s in graph.program.computed if s.name and graph.scope.get(s.name) == result), None)
    if statement is None:
        return None
    names = [str(tree.head[n]) for n in range(statement.first, statement.root + 1) if tree.kind[n] == NAME]
    slots: dict[str, int] = {}
    for name in names:
        node = graph.ids.get(name)
        if node in args and name not in slots:
            slots[name] = len(slots)
    return Written(tree, statement.root, slots) if len(slots) == len(args) else None


def _names(tree: Tree, root: int) -> list[str]:
    """Part of a tree → the names in it, in order."""
    return [str(tree.head[node]) for node in nodes_below(tree, root) if tree.kind[node] == NAME]


def _with_constants(graph: Graph, root: int, values: Collection[int], nodes: Sequence[int]) -> Written | None:
    """Operation on `values` and numbers, maybe by way of others among `nodes`, which are in order → what its author
    wrote, with the names of the values, as in `1 + v_5`."""
    whole, tree, slots = graph.program.tree, Tree(), dict[str, int]()
    computed = {*values}.difference(graph.constants)  # from values; all else is a number
    for node in nodes:
        if not computed.isdisjoint(graph.args[node]):
            computed.add(node)

    def written(node: int, origin: int) -> int:
        args, children = graph.args[node], whole.args[origin]
        if node in values and node in computed:
            slots.setdefault(graph.names[node], len(slots))
            return tree.add(NAME, graph.names[node])
        if node not in computed:
            for name in _names(whole, origin):
                if graph.ids.get(name) in values:  # a number that has a name of its own, as N in 1/N
                    slots.setdefault(name, len(slots))
            return graft(tree, whole, origin, {})
        if len(children) == len(args):
            return tree.add(whole.kind[origin], whole.head[origin], tuple(map(written, args, children)))
        if whole.head[origin] == "^":  # ‖w‖², whose exponent is no node
            base, exponent = children
            return tree.add(OPERATOR, "^", (written(args[0], base), graft(tree, whole, exponent, {})))
        parts = (written(arg, graph.origins[arg]) for arg in args)
        return reduce(lambda left, right: tree.add(OPERATOR, "*", (left, right)), parts)

    top = written(root, graph.origins[root])
    return Written(tree, top, slots) if len(slots) == len(values) else None
