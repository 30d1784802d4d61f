"""What is said before the first step and after the last: the values of the inputs, or their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.tangents import ending_chains
from graphviz_ad.language.printer import Dialect
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.messages.catalogue import say

_MAX_SHOWN = 5
"""Values or gradients that are listed in one line."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Equations side by side: values of the inputs, or gradients; where some are left out it ends in "…"."""

    chains: tuple[Chain, ...]
    cut: bool

    def pieces(self, dialect: Dialect) -> list[str]:
        """Overview → its equations in the dialect."""
        parts = [chain.write(dialect) for chain in self.chains]
        return [*parts, dialect.sign("…")] if self.cut else parts

    def write(self, dialect: Dialect) -> str:
        """Overview → its equations in the dialect, side by side."""
        return dialect.listing.join(self.pieces(dialect))

    def relations(self, dialect: Dialect) -> list[tuple[str, str]]:
        """Overview → the parts of its equations as text, each with what stands before it."""
        parts: list[tuple[str, str]] = []
        for chain in self.chains:
            (_, head), *rest = chain.relations(dialect)
            parts += [(dialect.listing if parts else "", head), *rest]
        return [*parts, (dialect.listing, dialect.sign("…"))] if self.cut else parts


def listing(chains: Sequence[Chain], count: int = _MAX_SHOWN) -> Overview:
    """Equations → the first of them side by side."""
    return Overview(tuple(chains[:count]), len(chains) > count)


def overview(trace: Trace, what: str, digits: int) -> Overview:
    """Trace and "start" or "finished" → the values of the inputs, or their gradients."""
    graph, tree = trace.graph, Tree()
    chains = []
    if trace.forward_mode is not None and what == "finished":
        return listing(ending_chains(trace, digits))
    for name, node in graph.inputs.items():
        if what == "start":
            pair, sign = (tree.add(NAME, name), tree.add(VALUE, trace.values[node])), "="
        elif trace.grads[node] is not None:
            head = (graph.names[graph.output], name)
            sign = "≈" if trace.is_dust("gradient", node) else "="
            pair = (tree.add(DERIVATIVE, head), tree.add(VALUE, trace.grads[node]))
        else:
            continue
        chains.append(Chain(tuple(Expression(tree, part) for part in pair), ("=", sign), digits))
    return listing(chains)


def remark(trace: Trace, what: str, lang: str) -> str:
    """Trace and "start" or "finished" → a sentence; none at the end, where the picture says it all."""
    if what == "start":
        return say("opening" if trace.forward_mode is None else "tangent.opening", lang)
    if trace.forward_mode is not None:
        return "" if trace.forward_mode.tangents[trace.graph.output] is not None else say("tangent.none", lang)
    return "" if trace.active[trace.graph.output] else say("summary.none", lang)
