"""What is said before the first step and after the last: the values of the inputs, or their gradients."""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.expression import reading
from graphviz_ad.language.printer import Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.messages.catalogue import say

_MAX_SHOWN = 5
"""Values or gradients that are listed in one line."""
"""Equations that stand side by side."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Equations side by side: values of the inputs, or the gradients."""

    tree: Tree
    pairs: tuple[tuple[int, int, str], ...]
    cut: bool
    digits: int

    def pieces(self, dialect: Dialect) -> list[str]:
        """Overview → its equations in the dialect."""
        chosen = reading(dialect, self.digits)
        parts = [
            write(self.tree, left, chosen) + dialect.relation(sign) + write(self.tree, right, chosen)
            for left, right, sign in self.pairs
        ]
        return [*parts, dialect.sign("…")] if self.cut else parts

    def write(self, dialect: Dialect) -> str:
        """Overview → its equations in the dialect, side by side."""
        return dialect.listing.join(self.pieces(dialect))


def nothing(digits: int) -> Overview:
    """→ an overview without an equation."""
    return Overview(Tree(), (), False, digits)


def overview(trace: Trace, what: str, digits: int) -> Overview:
    """Trace and "start" or "finished" → the values of the inputs, or their gradients."""
    graph, tree = trace.graph, Tree()
    chosen = [(name, node) for name, node in graph.inputs.items() if what == "start" or trace.grads[node] is not None]
    pairs = []
    for name, node in chosen[:_MAX_SHOWN]:
        if what == "start":
            pairs.append((tree.add(NAME, name), tree.add(VALUE, trace.values[node]), "="))
        else:
            head = (graph.names[graph.output], name)
            sign = "≈" if trace.is_dust("gradient", node) else "="
            pairs.append((tree.add(DERIVATIVE, head), tree.add(VALUE, trace.grads[node]), sign))
    return Overview(tree, tuple(pairs), len(chosen) > _MAX_SHOWN, digits)


def remark(trace: Trace, what: str, lang: str, *, upright: bool = False) -> str:
    """Trace and "start" or "finished" → a sentence."""
    if what == "start":
        return say("opening", lang)
    if not trace.active[trace.graph.output]:
        return say("summary.none", lang)
    return say("summary.upright" if upright else "summary", lang)
