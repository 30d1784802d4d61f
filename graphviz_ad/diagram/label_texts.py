"""Trace → the labels of its picture as mathematics in a dialect, where `labels` has them set by Typst."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphviz_ad.autodiff.steps import Accumulate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.labels import function_typed, sign_markup, space_markup
from graphviz_ad.diagram.layers import ALL
from graphviz_ad.explain.annotate import edge_parts
from graphviz_ad.explain.expression import number
from graphviz_ad.explain.sums import sum_at_node
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.language.printer import NODE_LATEX, TIGHT_LATEX, Dialect, write, write_markup
from graphviz_ad.language.tree import VALUE, Tree
from graphviz_ad.ops.table import NOTATIONS


class Spelling(NamedTuple):
    """The dialect of formulas, and that of the signs in nodes."""

    formulas: Dialect
    signs: Dialect


TIKZ = Spelling(TIGHT_LATEX, NODE_LATEX)
"""For LaTeX pictures, whose brackets grow only where they have to."""
OFFICE = Spelling(MATHML, MATHML)
"""For PowerPoint, whose formulas are made from MathML."""


@dataclass(frozen=True, slots=True)
class NodeText:
    """Labels of a node; `grads[k]` is its gradient after k contributions, all of one with ≈ that is rounding dust.

    `terms` are the numbers it is the sum of, where its last label begins with a sign.
    """

    sign: str
    name: str
    value: str
    grads: Mapping[int, str]
    terms: str = ""


@dataclass(frozen=True, slots=True)
class EdgeText:
    """Labels of an edge over which a gradient goes; `number` and `shape` are empty where there is none."""

    local: str
    number: str
    sent: str
    shape: str


def node_text(
    trace: Trace, node: int, digits: int, entrywise: bool, spelling: Spelling, layers: Collection[str] = ALL
) -> NodeText:
    """Node → its labels; `entrywise` where it is a product of arrays."""
    graph, dialect = trace.graph, spelling.formulas
    plan = graph.plans[node]
    value = value_text(trace.values[node], digits, dialect)
    if node in graph.constants:
        typed = graph.constant_name(node)
        constant = dialect.write_name(typed) if typed else _constant_text(trace.values[node], digits, dialect)
        return NodeText(constant, "", "", {})
    terms, equals = sum_at_node(trace, node, digits, dialect) if "sums" in layers else ("", "")
    name, grads = dialect.write_name(graph.names[node]), _gradients(trace, node, digits, dialect, equals)
    if plan is None:
        return NodeText(name, "", value, grads, terms)
    if entrywise:
        sign = write_markup("⊙", spelling.signs)
    else:
        sign = sign_markup(plan, function_typed(graph, node), spelling.signs)
    about = _equals(dialect, trace.is_dust("value", node), behind="names" in layers)
    return NodeText(sign, name, about + value, grads, terms)


def _equals(dialect: Dialect, dust: bool, *, behind: bool) -> str:
    """What stands before a number: = behind a symbol, or ≈ where it is rounding dust, and shown as 0."""
    return dialect.relation("≈" if dust else "=").lstrip() if dust or behind else ""


def _constant_text(value: Any, digits: int, dialect: Dialect) -> str:
    """Number or array of the formula → mathematics, a number as it was typed."""
    tree = Tree()
    at = number(tree, value, digits) if isinstance(value, float) else tree.add(VALUE, value)
    return write(tree, at, dialect.using(NOTATIONS, digits))


def _gradients(trace: Trace, node: int, digits: int, dialect: Dialect, equals: str) -> dict[int, str]:
    """Node → what its gradient is after each contribution; `equals` stands before it where its terms do."""
    if trace.grads[node] is None:
        return {}

    def near(kind: str, at: int, slot: int = 0) -> str:
        return dialect.sign("≈") if trace.is_dust(kind, at, slot) else ""

    def so_far(step: Accumulate) -> str:
        if equals:
            return sum_at_node(trace, node, digits, dialect, step.count)[0]
        return near("total", step.node, step.slot) + value_text(step.total, digits, dialect)

    found = {
        step.count: so_far(step) + dialect.sign("and more")
        for step in trace.steps
        if isinstance(step, Accumulate) and step.to == node and step.count < step.of
    }
    about = dialect.relation(equals).lstrip() if equals else near("gradient", node)
    whole = about + value_text(trace.grads[node], digits, dialect)
    return found | {max(1, trace.contributions_to[node]): whole}


def edge_text(
    trace: Trace, node: int, slot: int, digits: int, spelling: Spelling, layers: Collection[str] = ALL
) -> EdgeText:
    """Edge over which a gradient goes → its labels."""
    dialect = spelling.formulas
    symbol, number = edge_parts(trace, node, slot, digits, dialect)
    _, contribution, summed = trace.edge_gradient(node, slot)
    about = dialect.sign("≈") if trace.is_dust("contribution", node, slot) else ""
    if summed:
        about = f"{dialect.sign('small sum')} {about or dialect.relation('=').strip()} "
    has_symbol = "derivatives" in layers
    number = number if has_symbol else number or symbol
    return EdgeText(
        symbol,
        _equals(dialect, trace.is_dust("local", node, slot), behind=has_symbol) + number if number else "",
        about + value_text(contribution, digits, dialect),
        space_markup(trace, node, trace.graph.args[node][slot], spelling.signs),
    )


def value_text(value: Any, digits: int, dialect: Dialect) -> str:
    """Float or array → mathematics."""
    tree = Tree()
    return write(tree, tree.add(VALUE, value), dialect.using(NOTATIONS, digits))
