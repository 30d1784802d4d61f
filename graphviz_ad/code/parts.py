"""Graph and trace → what all programs are made of: names, lines of both passes, inputs as literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.code import helpers
from graphviz_ad.code.backward import CORNERS, Backward, Gradient
from graphviz_ad.code.conventions import needs_ieee
from graphviz_ad.code.dialects import Dialect
from graphviz_ad.code.forward import Forward
from graphviz_ad.code.functions import Functions
from graphviz_ad.code.layout import statement, write
from graphviz_ad.code.losses import whole_list
from graphviz_ad.code.names import MODULES, Names, identifier
from graphviz_ad.code.remarks import beside, comment, remarks
from graphviz_ad.code.trees import call, decimal, literal, names_in, python
from graphviz_ad.code.view import defined_in, view_of
from graphviz_ad.code.writer import Writer
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


class Parts:
    """A graph, a library, and perhaps a trace → the pieces of a program.

    `by_hand` says that the backward pass is written out; then calls of the author's functions are written out too,
    since the gradients go through them.
    """

    def __init__(
        self, graph: Graph, dialect: Dialect, trace: Trace | None, *, by_hand: bool, at_values: bool = True
    ) -> None:
        pairs = graph.in_pairs if graph.in_pairs is not None and not by_hand else graph
        self.graph, self.dialect, self.trace, self.by_hand = graph, dialect, trace, by_hand
        self.at_values = at_values and trace is not None
        values = self._values_of(pairs)
        self.pairs, self.view = pairs, view_of(pairs, values if self.at_values or by_hand else None)
        self.writer = Writer(dialect, at_values=self.at_values)
        self.names = Names({*helpers.NAMES, *MODULES})
        self.identifiers = self._identifiers()
        self.defined = {} if by_hand else defined_in(graph.program)
        self.functions = Functions(pairs, self.defined, self.writer, self.names)
        self.used: list[ast.AST] = []
        self.gradients = self._backward() if by_hand else None
        own = {node for node in range(len(pairs)) if self.identifiers[node] in self._read()} if by_hand else ()
        self.forward = Forward(self.view, self.writer, self.identifiers, self.functions if self.defined else None, own,
                               self.classes)  # fmt: skip
        self.lines = self.forward.run()

    def _values_of(self, pairs: Graph) -> list[Value] | None:
        """The values of all nodes; of a graph in pairs they are computed, as sums of several terms are one node in
        the trace."""
        if self.trace is None or pairs is self.graph:
            return None if self.trace is None else list(self.trace.values)

        return forward(pairs, {pairs.inputs[name]: self.trace.values[node] for name, node in self.graph.inputs.items()})

    def _identifiers(self) -> dict[int, str]:
        names = {}
        order = sorted(range(len(self.pairs)), key=lambda node: (not self.pairs.is_input(node), node))
        for node in order:
            named = node in self.pairs.given_names
            if named or node not in self.pairs.constants:
                names[node] = self.names.new(self.pairs.names[node])
        for node in range(len(self.pairs)):
            if node not in names:
                is_number = isinstance(self.pairs.constants[node], float)
                names[node] = self.pairs.names[node] if is_number else self.names.new("c")
        return names

    def _read(self) -> set[str]:
        """Names that the backward pass reads, or whose gradients it has."""
        assert self.gradients is not None
        codes = [code for line in self.gradients for code in (line.code, *(value for _, value in line.places))]
        read = {name for code in codes for name in names_in(code)}
        return read | {self.identifiers[line.node] for line in self.gradients}

    def _backward(self) -> list[Gradient]:
        assert self.trace is not None
        writer = Writer(self.dialect, at_values=self.at_values, derivative=True)
        self.backward = Backward(self.trace, writer, self.identifiers, self.names.new, self.classes)
        return self.backward.run()

    # -- inputs --------------------------------------------------------------------------------

    @cached_property
    def classes(self) -> frozenset[int]:
        """Inputs that are classes and nothing else: whole numbers, through which no gradient goes."""
        graph, trace, classes = self.pairs, self.trace, set()
        if trace is None or self.view.values is None:
            return frozenset()
        for node in graph.inputs.values():
            readers = graph.consumers[node]
            if readers and all(self._is_class(reader, slot) for reader, slot in readers):
                classes.add(node)
        return frozenset(classes)

    def _is_class(self, node: int, slot: int) -> bool:
        bound, values = self.pairs.ops[node], self.view.values
        assert bound is not None
        assert values is not None
        x, y = (self.pairs.args[node] + self.pairs.args[node])[:2]
        return slot == 1 and bound.row.name in ("cross_entropy", "nll") and np.ndim(values[x]) > np.ndim(values[y])

    @cached_property
    def sources(self) -> list[int]:
        """Inputs (nodes of the graph) that a gradient reaches, in order."""
        trace, graph = self.trace, self.graph
        if trace is None:
            return list(graph.inputs.values())
        reached = bytearray(len(graph))
        reached[graph.output] = trace.active[graph.output]
        for node in range(graph.output, -1, -1):
            bound = graph.ops[node]
            if not reached[node] or bound is None:
                continue
            ndims = tuple(len(trace.shape(arg)) for arg in graph.args[node])
            for slot, arg in enumerate(graph.args[node]):
                ends = bound.row.name == "detach" or (bound.can_end and bound.row.ends_at(slot, ndims))
                if trace.active[arg] and not ends:
                    reached[arg] = 1
        return [node for node in graph.inputs.values() if reached[node]]

    @property
    def inputs(self) -> dict[str, int]:
        """Inputs by name, in the graph that is written."""
        return self.pairs.inputs

    def own_name(self, node: int) -> str:
        """Node of the graph → its identifier in the program."""
        return self.identifiers[self.pairs.inputs[self.graph.names[node]] if self.graph.is_input(node) else
                                self.pairs.output if node == self.graph.output else node]  # fmt: skip

    def is_finite(self) -> bool:
        """Whether Python's own numbers will do: where something is infinite they raise errors, numpy's do not."""
        return self.trace is None or not needs_ieee(self.trace, CORNERS)

    def input_lines(self) -> list[str]:
        """→ a line for each input with its value."""
        assert self.trace is not None
        lines: list[str] = []
        for name, node in self.graph.inputs.items():
            value, own = self.trace.values[node], self.own_name(node)
            notes = [name] if own != name.replace("{", "").replace("}", "") else []
            if np.shape(value):
                notes.append("×".join(map(str, np.shape(value))) if np.ndim(value) > 1 else f"{np.size(value)} entries")
            if self.inputs[name] in self.classes:
                notes.append("class" if np.shape(value) == () else "classes")
            code = self.value_code(value, whole=self.inputs[name] in self.classes, grad=node in self.sources)
            line = statement(f"{own} = ", code)
            lines += beside(line, ", ".join(notes)) if notes else line
        return lines

    def value_code(self, value: Value, *, whole: bool = False, grad: bool = False) -> ast.expr:
        """Value of an input → the literal."""
        nested = decimal(value) if isinstance(value, float) else literal(value.tolist())
        nested = whole_list(nested) if whole else nested
        if self.dialect.name == "torch":
            kind = None if whole else ast.parse("torch.float64", mode="eval").body
            requires_grad = python(True) if grad and not self.by_hand else None
            return call("torch.tensor", nested, dtype=kind, requires_grad=requires_grad)
        if isinstance(value, float):
            if self.is_finite() or whole:
                return nested
            return call("np.float64" if self.dialect.name == "numpy" else "jnp.array", nested)
        return call(f"{self.dialect.np}.array", nested)

    # -- passes --------------------------------------------------------------------------------

    def forward_lines(self, indent: str = "") -> list[str]:
        """→ the lines of the forward pass with the comments of the author."""
        comments, shown, lines = remarks(self.pairs.program), list(self.lines), []
        for number, assignment in enumerate(self.pairs.program.computed):
            node = self.pairs.scope.get(assignment.name, self.pairs.output) if assignment.name else self.pairs.output
            written: list[str] = []
            own: list[str] = []
            while shown and shown[0].node <= node:
                line = shown.pop(0)
                written += own
                own = statement(f"{line.name} = ", line.code, indent)
                self.used.append(line.code)
                own = self._renamed(line.node, line.name, own)
            if (
                assignment.name
                and self.pairs.names[node] != assignment.name
                and identifier(assignment.name) != self.identifiers[node]
            ):
                written += own
                own = [f"{indent}{self.names.new(assignment.name)} = {self._code_of(node)}"]
            for text in comments.get(number, ()):
                if own:
                    own = beside(own, text) if own and not own[0].lstrip().startswith("#") and "  # " not in own[-1] \
                        else [*comment(text, indent), *own]  # fmt: skip
                else:
                    written += comment(text, indent)
            lines += [*written, *own]
        for line in shown:
            lines += statement(f"{line.name} = ", line.code, indent)
            self.used.append(line.code)
        output = self.forward.operands[self.pairs.output]
        if not isinstance(output.code, ast.Name) or output.code.id != self.identifiers[self.pairs.output]:
            self.used.append(output.code)
            lines += statement(f"{self.identifiers[self.pairs.output]} = ", output.code, indent)
        return lines

    def _code_of(self, node: int) -> str:
        return write(self.forward.operands[node].code)

    def _renamed(self, node: int, own: str, lines: list[str]) -> list[str]:
        name = self.pairs.given_names.get(node)
        return beside(lines, name) if name is not None and name.replace("{", "").replace("}", "") != own else lines

    def backward_lines(self, indent: str = "") -> list[str]:
        """→ the lines of the backward pass."""
        assert self.gradients is not None
        lines: list[str] = []
        for gradient in self.gradients:
            for text in gradient.comments:
                lines += comment(text, indent)
            own = statement(f"{gradient.name} = ", gradient.code, indent)
            output = self.own_name(self.graph.output)
            lines += beside(own, f"d{output}/d{output}") if gradient.node == self.graph.output else own
            for place, value in gradient.places:
                lines += statement(place, value, indent)
            self.used.append(gradient.code)
        return lines

    def gradient_names(self) -> Iterator[tuple[int, str]]:
        """→ the inputs whose gradients are asked for, with the names of these in a pass by hand."""
        for node in self.graph.inputs.values():
            if node in self.backward.called and self.inputs[self.graph.names[node]] not in self.classes:
                yield node, self.backward.called[node]
