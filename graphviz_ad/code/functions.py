"""Functions of the author → `def`s, each made of a call of it: what its body computes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphviz_ad.code import helpers
from graphviz_ad.code.forward import Forward
from graphviz_ad.code.layout import function_head, statement
from graphviz_ad.code.names import MODULES, Names
from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import call
from graphviz_ad.code.view import Defined, View
from graphviz_ad.code.writer import Writer
from graphviz_ad.graph.builder import Builder
from graphviz_ad.graph.graph import Graph, Group


@dataclass(frozen=True)
class _Body:
    """The body of a function as one call computes it, and the nodes that its parameters stand for there."""

    view: View
    params: tuple[str, ...]
    arguments: tuple[int, ...]


class Functions:
    """Functions that a program defines, in the order in which they must stand."""

    def __init__(self, graph: Graph, defined: Defined, writer: Writer, names: Names) -> None:
        self.graph, self.defined, self.writer, self.names = graph, defined, writer, names
        self.name_of_text: dict[str, str] = {}  # text of a function without its name → the name
        self.texts: list[list[str]] = []
        self._bodies: dict[tuple[int, int], _Body | None] = {}

    def fits(self, view: View, group: Group) -> bool:
        """Whether a call can be written as one: its nodes are those of the function's body."""
        return self._body(view, group) is not None

    def call(self, view: View, group: Group, operands: Sequence[Operand]) -> Operand:
        """Call of a function, operands of the nodes before → the call."""
        body = self._body(view, group)
        assert body is not None, "asked for with fits"
        name = self._define(group.name, body)
        value = None if view.values is None else view.values[group.output]
        return Operand(call(name, *(self.writer.as_number(operands[node]).code for node in body.arguments)), value)

    def _define(self, name: str, body: _Body) -> str:
        own = Names({*helpers.NAMES, *MODULES, *self.name_of_text.values()})
        inner = dict(enumerate(body.params))
        identifiers = {node: own.new(param) for node, param in inner.items()}
        params = list(identifiers.values())
        for node in range(len(body.view)):
            if node not in identifiers:
                identifiers[node] = own.new(f"v{node}")
        forward = Forward(body.view, self.writer, identifiers, self)
        lines = [line for step in forward.run() for line in statement(f"{step.name} = ", step.code, "    ")]
        lines += statement("return ", forward.operands[body.view.output].code, "    ")
        text = "\n".join([*params, *lines])
        if text not in self.name_of_text:
            self.name_of_text[text] = unused = self.names.new(name)
            self.texts.append([*function_head(unused, params), *lines])
        return self.name_of_text[text]

    def _body(self, view: View, group: Group) -> _Body | None:
        key = (id(view), group.output)
        if key not in self._bodies:
            self._bodies[key] = self._new_body(view, group)
        return self._bodies[key]

    def _new_body(self, view: View, group: Group) -> _Body | None:
        """A call → the function's body with the operations of that call; None where they are others than its own."""
        program, definition = self.defined[group.name]
        builder = Builder(program, False, self.graph.limits)
        builder.functions, builder.depth = dict(self.defined), 1
        builder.expanded = set(self.graph.asked.get("expand", ()))
        for param in definition.params or ():
            builder.scope[param] = builder.inputs[param] = builder.add(None, (), definition.root)
        output = builder.body(program, definition, builder.scope)
        own = [n for n, bound in enumerate(builder.ops) if bound is not None or n in builder.constants]
        members = sorted(group.members)
        if len(own) != len(members) or output not in own:
            return None
        outer = dict(zip(own, members, strict=True))
        for node, member in list(outer.items()):
            if len(builder.args[node]) != len(view.args[member]):
                return None
            for arg, there in zip(builder.args[node], view.args[member], strict=True):
                if outer.setdefault(arg, there) != there:
                    return None
        inputs = list(builder.inputs.values())
        if outer[output] != group.output or not all(node in outer for node in inputs):
            return None
        return _Body(_inner(view, builder, outer, output), tuple(builder.inputs), tuple(outer[node] for node in inputs))


def _inner(view: View, builder: Builder, outer: Mapping[int, int], output: int) -> View:
    """The body's nodes, its inputs first, with the operations and values that they have in a call."""
    inputs = list(builder.inputs.values())
    order = [*inputs, *(node for node in range(len(builder.ops)) if node not in set(inputs))]
    new = {node: place for place, node in enumerate(order)}
    values = None if view.values is None else [view.values[outer[node]] for node in order]
    ops = [None if node in set(inputs) else view.ops[outer[node]] for node in order]
    groups = tuple(
        Group(group.name, tuple(new[node] for node in group.members), new[group.output]) for group in builder.groups
    )
    names = {outer[node]: view.constant_name(outer[node]) for node in builder.constants}
    constants = {new[node]: value for node, value in builder.constants.items()}
    return View(
        ops, [tuple(new[arg] for arg in builder.args[node]) for node in order], constants,
        dict.fromkeys(range(len(inputs)), ""), groups, new[output], values,
        lambda place: names.get(outer[order[place]]),
    )  # fmt: skip
