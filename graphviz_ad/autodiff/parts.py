"""Which part of a formula each node belongs to: a statement, a call of a function, a module, an operation."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from graphviz_ad.errors import GraphvizADError, UnknownNameError, nearest
from graphviz_ad.graph.graph import Graph, Group
from graphviz_ad.language.tree import Statement


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the formula that can be closed: a statement, a call of a function within one, a module of several; or
    an operation with its constants, which has no name."""

    name: str
    statement: Statement | None
    key: tuple[str, int]
    is_module: bool = False
    is_repeated: bool = False


class Parts:
    """Which part of the formula each node belongs to, of those that are to be closed."""

    def __init__(self, graph: Graph, detail: str, close: frozenset[str], open: frozenset[str]) -> None:
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

    def around(self, node: int) -> Iterator[Part]:
        """The parts round a node, from the outermost in."""
        parts = [Part(g.name, None, ("group", n), g.is_module, g.is_repeated) for n, g in self.groups.get(node, ())]
        yield from (part for part in parts if part.is_module)
        number = bisect_left(self.lasts, node)
        if number < len(self.statements) and not self.graph.is_input(node):
            statement = self.statements[number]
            yield Part(statement.name or "", statement, ("statement", number))
        yield from (part for part in parts if not part.is_module)

    def of(self, node: int) -> Part | None:
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

    def is_to_close(self, part: Part) -> bool:
        """Whether the level closes a part."""
        if part.is_repeated:
            return False
        return self.detail in ("statement", "module", "block") or (self.detail == "function" and part.statement is None)


_AFFINE = frozenset(("add", "subtract", "multiply", "divide", "negate"))
"""Operations that give a x + b of one value x, with numbers a and b."""
_MAX_PARTS = 12
"""Names, numbers and signs of a part that ends with an operation and begins with such: it is read at a glance."""


def add_constants(graph: Graph, part_of: list[Part | None], *, affine: bool) -> None:
    """Graph, and the part of each node → operations on one value and numbers, and products with numbers, become parts,
    each with these numbers; where they are `affine` maps, of the operation that reads them alone.

    What is computed from numbers alone, as √2, is one of them.
    """
    numbers = {node: [node] for node in graph.constants}
    owned: dict[int, list[int]] = {}
    for node, args in enumerate(graph.args):
        inside = [arg for arg in args if arg in numbers]
        below = [member for arg in inside for member in numbers[arg]]
        if args and len(inside) == len(args) and node not in graph.given_names and len(graph.consumers[node]) == 1:
            numbers[node] = [node, *below]
        is_written = _is_written(graph, node)
        is_one_value = is_written and len(args) - len(inside) == 1
        is_product = not is_written and graph.op_name(node) == "multiply" and 0 < len(inside) < len(args)
        if part_of[node] is None and (is_one_value or is_product):
            owned[node] = [node, *below]
    roots, sizes = {node: node for node in owned}, dict[int, int]()
    shared = {node for node in graph.constants if len(graph.consumers[node]) > 1}
    for node in sorted(owned, reverse=True) if affine else ():
        readers = [reader for reader, _ in graph.consumers[node]]
        if len(readers) != 1 or node in graph.given_names or graph.op_name(node) not in _AFFINE:
            continue
        root = roots.get(readers[0], readers[0])
        members = owned.get(root) or [root, *(m for arg in graph.args[root] for m in numbers.get(arg, ()))]
        size = sizes.get(root, len(members) + len(graph.args[root])) + len(owned[node]) + len(graph.args[node])
        is_readable = readers[0] in owned or _is_written(graph, readers[0])
        is_readable &= shared.isdisjoint((*owned[node], *members))  # which stand beside the part
        if size <= _MAX_PARTS and is_readable and part_of[readers[0]] is None:
            roots[node] = roots[root] = root
            owned[root], sizes[root] = members, size
    for node, members in owned.items():
        for member in members:
            part_of[member] = Part("", None, ("operation", roots[node]))
    for node, args in enumerate(graph.args):
        if part_of[node] is None and _is_square(graph, node) and _is_length(graph, args[0]):
            part_of[node] = part_of[args[0]] = Part("", None, ("operation", node))


def _is_square(graph: Graph, node: int) -> bool:
    """Whether a node is the square of another."""
    bound = graph.ops[node]
    return bound is not None and (bound.row.name == "square" or (bound.row.name == "power" and bound.options["n"] == 2))


def _is_length(graph: Graph, node: int) -> bool:
    """Whether a node is the length of an array, without a name, that is read once: ‖w‖ of ‖w‖², whose slope is 2w."""
    bound = graph.ops[node]
    is_norm = (
        bound is not None and bound.row.name == "norm" and (bound.options["p"], bound.options["axis"]) == (2, None)
    )
    return is_norm and node not in graph.given_names and len(graph.consumers[node]) == 1


def _is_written(graph: Graph, node: int) -> bool:
    """Whether an operation is written with what it reads, as neither one of several in a sum is nor a power, whose
    exponent is a part of it."""
    return len(graph.program.tree.args[graph.origins[node]]) == len(graph.args[node])
