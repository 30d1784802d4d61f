"""What a question may ask of a pass: values, local derivatives, contributions and gradients, at their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import derivative, local_name, place_of
from graphviz_ad.explain.phrase import Segment
from graphviz_ad.language.tree import NAME, OPERATOR, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

What = Literal["value", "local", "contribution", "gradient"]
"""What a number of a pass is."""
Entry = tuple[int, ...]
"""Indices of an entry of an array; () for a number."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a pass: of a node (value, gradient) or of the edge into `slot` of it, at an entry of an array."""

    what: What
    node: int
    slot: int | None = None
    entry: Entry = ()

    def whole(self, trace: Trace) -> Value | None:
        """Trace → the float or array it is an entry of, None where there is none."""
        match self.what:
            case "value":
                return trace.values[self.node]
            case "gradient":
                return trace.grads[self.node]
            case "local":
                assert self.slot is not None
                return trace.local(self.node, self.slot)
            case "contribution":
                assert self.slot is not None
                return trace.edge_gradient(self.node, self.slot).contribution

    def read(self, trace: Trace) -> float | None:
        """Trace → the number, None where there is none, or where a mistake gave it another shape."""
        whole = self.whole(trace)
        if whole is None or len(shape(whole)) != len(self.entry):
            return None
        try:
            return float(whole if isinstance(whole, float) else whole[self.entry])
        except IndexError:
            return None

    def symbol(self, trace: Trace) -> tuple[Segment, ...]:
        """Trace → how it is written: z, ∂z/∂w, ∂L/∂w, with the entry behind it.

        One of several contributions is no gradient: it is ∂L/∂z · ∂z/∂w, and in an array its entry alone, since there
        the rule is what is asked.
        """
        graph, tree = trace.graph, Tree()
        entry: tuple[Segment, ...] = (("text", f" [{', '.join(map(str, self.entry))}]"),) if self.entry else ()
        match self.what:
            case "value":
                root = tree.add(NAME, graph.names[self.node])
            case "gradient":
                root = derivative(graph, self.node, tree)
            case "local":
                arg = graph.args[self.node][self.slot or 0]
                place = place_of(graph, self.node, self.slot or 0, trace.contributions_to[arg])
                root = local_name(graph, self.node, arg, tree, place)
            case "contribution":
                slot = self.slot or 0
                arg = graph.args[self.node][slot]
                root = derivative(graph, arg, tree)
                if (count := trace.contributions_to[arg]) > 1:
                    if trace.shape(self.node) or trace.edge_gradient(self.node, slot).local is None:
                        return entry
                    place = place_of(graph, self.node, slot, count)
                    local = local_name(graph, self.node, arg, tree, place)
                    root = tree.add(OPERATOR, "*", (derivative(graph, self.node, tree), local))
        return (("math", Chain((Expression(tree, root),), ("",))), *entry)


def entries(quantity: Quantity, trace: Trace) -> Iterator[Quantity]:
    """Quantity without an entry → itself where it is a number, else one for each entry of its array."""
    whole = quantity.whole(trace)
    assert whole is not None
    if isinstance(whole, float):
        yield quantity
        return
    for entry in np.ndindex(shape(whole)):
        yield Quantity(quantity.what, quantity.node, quantity.slot, tuple(entry))
