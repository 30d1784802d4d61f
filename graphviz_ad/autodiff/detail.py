"""Levels of detail: statements and functions closed to one node each, over the numbers of the open graph."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal, get_args

from graphviz_ad.autodiff.closed_operation import OPERATION, STATEMENT, Written, closed_operation
from graphviz_ad.autodiff.forward_mode import seeded
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError, InputError, UnknownNameError, nearest
from graphviz_ad.graph.body import Body
from graphviz_ad.graph.graph import Graph, Group
from graphviz_ad.graph.merging import Merge, merged
from graphviz_ad.language.names import listed
from graphviz_ad.language.notation import spelt
from graphviz_ad.language.tree import NAME, Statement, Tree, graft

Detail = Literal["operation", "constants", "function", "statement", "module", "block"]
"""What is one node: each operation, operation together with its constants, call of a function, statement, statement
together with its own parameters, or that together with its own data."""

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


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the formula that can be closed: a statement, a call of a function within one, a module of several; or
    an operation with its constants, which has no name."""

    name: str
    statement: Statement | None
    key: tuple[str, int]
    is_module: bool = False
    is_repeated: bool = False


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
    if trace.opened is not None and trace.closing and trace.closing.detail == "constants" and detail != "operation":
        return closed(trace.opened, detail, names | trace.closing.close, others | trace.closing.open)
    graph = trace.graph
    parts = _Parts(graph, detail, names, others)
    parts.require_known()
    part_of = [parts.of(node) for node in range(len(graph))]
    if detail == "constants":
        _add_constants(trace, part_of)
    parameters, data = _parameters(trace, detail), _data(trace, detail)
    members = _members(_results(graph, part_of, parameters | data))
    if alone := {node for result, nodes in members.items() if not _args(graph, nodes) for node in nodes} & data:
        members = _members(_results(graph, part_of, parameters | data - alone))
    merges = {}
    for result, nodes in members.items():
        operations = sum(graph.ops[node] is not None for node in nodes)
        whole = operations > 1 or (detail in ("constants", "block") and len(nodes) > 1)  # or with what it has inside
        part = part_of[result]
        if whole and part is not None:
            merges[result] = _merge(trace, part, result, nodes)
    if not merges:
        return trace
    smaller, ids = merged(graph, merges)
    kept = [node for node, new in enumerate(ids) if new is not None]
    return Trace(
        replace(smaller, in_pairs=None), [trace.values[node] for node in kept], [trace.grads[node] for node in kept],
        trace.seed, bytearray(trace.active[node] for node in kept),
        opened=trace.opened or trace, passes=trace.passes, calls=trace.calls,
        updates=frozenset(new for new, node in enumerate(kept) if node in trace.updates),
        closing=None if trace.opened else Closing(detail, names, others, tuple(kept)),
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


def require_level(detail: str) -> None:
    """Raise GraphvizADError for a level that is not there."""
    if detail not in get_args(Detail):
        raise GraphvizADError(f"there is no level '{detail}'", hint="use " + ", ".join(get_args(Detail)))


class _Parts:
    """Which part of the formula each node belongs to, of those that are to be closed."""

    def __init__(self, graph: Graph, detail: Detail, close: frozenset[str], open: frozenset[str]) -> None:
        self.graph, self.detail, self.close, self.open = graph, detail, close, open
        self.statements = graph.program.computed
        outputs = [graph.scope.get(statement.name or "", graph.output) for statement in self.statements]
        self.lasts = list(accumulate(outputs, max))  # statements are computed one behind the other
        self.groups: dict[int, list[tuple[int, Group]]] = {}
        largest_first = sorted(enumerate(graph.groups), key=lambda entry: -len(entry[1].members))
        for number, group in largest_first:
            for node in (*group.members, *group.parameters):
                self.groups.setdefault(node, []).append((number, group))

    def require_known(self) -> None:
        """Raise GraphvizADError for a name that is no statement's or function's, and to close what is one operation."""
        known = {s.name: None for s in self.statements if s.name} | {group.name: None for group in self.graph.groups}
        for what, names in (("closed", self.close), ("opened", self.open)):
            for name in sorted(names - known.keys()):
                near = nearest(name, known)
                problem = (
                    "it is an input" if name in self.graph.inputs else "there is no statement or function of that name"
                )
                listed = "these can: " + ", ".join(known) if known else "name a statement, as in z = w*x + b"
                hint = f"did you mean '{near}'?" if near and name not in self.graph.inputs else listed
                raise UnknownNameError(f"'{name}' cannot be {what}: {problem}", hint=hint)
        operations = [node for node, bound in enumerate(self.graph.ops) if bound is not None]
        counts = Counter((part.name, part.key) for node in operations for part in self.around(node))
        large = {name for (name, _), count in counts.items() if count > 1}
        for name in sorted(self.close - large):
            raise GraphvizADError(f"'{name}' cannot be closed: it is one operation already", hint="leave it out")

    def around(self, node: int) -> Iterator[_Part]:
        """The parts round a node, from the outermost in."""
        parts = [_Part(g.name, None, ("group", n), g.is_module, g.is_repeated) for n, g in self.groups.get(node, ())]
        yield from (part for part in parts if part.is_module)
        number = bisect_left(self.lasts, node)
        if number < len(self.statements) and not self.graph.is_input(node):
            statement = self.statements[number]
            yield _Part(statement.name or "", statement, ("statement", number))
        yield from (part for part in parts if not part.is_module)

    def of(self, node: int) -> _Part | None:
        """Node → the outermost part round it that is to be closed and lies in no part that is open by name.

        Where a module and the statement of its result have that name the module is meant.
        """
        chosen, opened = None, ""
        for part in self.around(node):
            if part.name in self.open and part.name != opened:
                chosen, opened = None, part.name
            elif chosen is None and (part.name in self.close or self.is_to_close(part)):
                chosen = part
        return chosen

    def is_to_close(self, part: _Part) -> bool:
        """Whether the level closes a part."""
        if part.is_repeated:
            return False
        return self.detail in ("statement", "module", "block") or (self.detail == "function" and part.statement is None)


def _add_constants(trace: Trace, part_of: list[_Part | None]) -> None:
    """Trace, and the part of each node → operations on one value and numbers become parts, each with these numbers."""
    graph = trace.graph
    for node, args in enumerate(graph.args):
        inside = [arg for arg in args if arg in graph.constants]
        is_written = len(graph.program.tree.args[graph.origins[node]]) == len(args)  # and not a sum of several terms
        if part_of[node] is None and is_written and len(args) - len(inside) == 1:
            for member in (node, *inside):
                part_of[member] = _Part("", None, ("operation", node))


def _parameters(trace: Trace, detail: str) -> set[int]:
    """Trace and level → the inputs that a module may have inside: those called as parameters are that get gradients."""
    inputs = trace.graph.inputs.items() if detail in ("module", "block") else ()
    return {node for name, node in inputs if trace.active[node] and is_parameter(name)}


def _data(trace: Trace, detail: str) -> set[int]:
    """Trace and level → the inputs that a block may have inside besides: those that get no gradient."""
    return {node for node in trace.graph.inputs.values() if not trace.active[node]} if detail == "block" else set()


def is_parameter(name: str) -> bool:
    """Whether an input is called as parameters are, and not as data."""
    return spelt(name).stem in _PARAMETERS


def _results(graph: Graph, parts: Sequence[_Part | None], parameters: Collection[int]) -> list[int | None]:
    """Part of each node → the node whose value it helps to compute within its part, and nowhere else.

    A node that is read outside its part is a result of its own; so are inputs but `parameters`.
    """
    results: list[int | None] = [None] * len(graph)
    for node in range(len(graph) - 1, -1, -1):
        part = parts[node]
        readers = {results[reader] for reader, _ in graph.consumers[node]}
        if node in parameters and len(readers) == 1:
            results[node] = readers.pop()
            continue
        if part is None:
            continue
        results[node] = node
        is_inner = part.is_module or node not in graph.given_names
        if node != graph.output and is_inner and len(readers) == 1:
            (only,) = readers
            if only is not None and (node in graph.constants or _part_key(parts[only]) == part.key):
                results[node] = only
    return results


def _members(results: Sequence[int | None]) -> dict[int, list[int]]:
    """For every node the result it helps to compute → by result these nodes, in order."""
    members: dict[int, list[int]] = {}
    for node, result in enumerate(results):
        if result is not None:
            members.setdefault(result, []).append(node)
    return members


def _args(graph: Graph, nodes: Collection[int]) -> tuple[int, ...]:
    """Nodes of a part in order → what is read in it from outside, in order."""
    return tuple(dict.fromkeys(arg for node in nodes for arg in graph.args[node] if arg not in nodes))


def _part_key(part: _Part | None) -> tuple[str, int] | None:
    return part.key if part else None


def _merge(trace: Trace, part: _Part, result: int, nodes: list[int]) -> Merge:
    """Part of a trace, its result and its nodes in order → the one node that stands for them."""
    graph, args = trace.graph, _args(trace.graph, nodes)
    written = _written(graph, part, result, args)
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
    what = {"statement": STATEMENT, "operation": OPERATION}.get(part.key[0], part.name), part.name
    return Merge(closed_operation(body, *what, written, shapes), args, frozenset(nodes) - {result})


def _written(graph: Graph, part: _Part, result: int, args: Sequence[int]) -> Written | None:
    """Part of the formula → what its author wrote for the whole of it, None where that is not all that is closed."""
    statement, tree = part.statement, graph.program.tree
    if part.key[0] == "operation":
        return _with_constants(graph, result)
    if statement is None:
        return None
    names = [str(tree.head[n]) for n in range(statement.first, statement.root + 1) if tree.kind[n] == NAME]
    slots: dict[str, int] = {}
    for name in names:
        node = graph.ids.get(name)
        if node in args and name not in slots:
            slots[name] = len(slots)
    return Written(tree, statement.root, slots) if len(slots) == len(args) else None


def _with_constants(graph: Graph, node: int) -> Written:
    """Operation on one value and numbers → what its author wrote, with the name of the value, as in `1 + v_5`."""
    whole, origin, tree, slots = graph.program.tree, graph.origins[node], Tree(), dict[str, int]()
    parts = []
    for arg, child in zip(graph.args[node], whole.args[origin], strict=True):
        if arg in graph.constants:
            parts.append(graft(tree, whole, child, {}))
        else:
            slots[graph.names[arg]] = 0
            parts.append(tree.add(NAME, graph.names[arg]))
    return Written(tree, tree.add(whole.kind[origin], whole.head[origin], tuple(parts)), slots)
