"""Trace → the labels of its picture as mathematics, in the spelling of whoever sets them: Typst, LaTeX, Office."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from graphviz_ad.autodiff.steps import Accumulate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES, MATRIX_NAMES, OF_COMPUTED, SHORT_RULES
from graphviz_ad.diagram.node_signs import function_typed, sign_markup
from graphviz_ad.diagram.spaces import space_markup
from graphviz_ad.explain.annotate import MAX_EDGE_PARTS, SHORT_EDGE_PARTS, edge_parts, local_symbol
from graphviz_ad.explain.expression import number, reading
from graphviz_ad.explain.identities import identities
from graphviz_ad.explain.leaves import derivative, name_leaf, place_of
from graphviz_ad.explain.sums import sum_at_node
from graphviz_ad.explain.updates import rule_tree
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import values
from graphviz_ad.language.mathml import MATHML, NUMERALS
from graphviz_ad.language.printer import NODE_LATEX, TIGHT_LATEX, TYPST, Dialect, write, write_markup
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.language.values import Numerals
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.table import NOTATIONS
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


class Spelling(NamedTuple):
    """How labels are written: the dialect of formulas, that of the signs in nodes, bold numbers.

    What is high, arrays and derivatives, is set in `full` size, so that their digits are as large as all others.
    """

    formulas: Dialect
    signs: Dialect
    bold: Callable[[str], str] = str
    full: Callable[[str], str] = str


def _label(dialect: Dialect, numerals: Numerals) -> Dialect:
    """Dialect, and its numbers → the same for labels, in which fractions are on a line: 1/3, and stacks are shown."""
    return replace(dialect, write_value=numerals.of_labels.write)


PICTURE = Spelling(_label(TYPST, values.TYPST), TYPST, "bold({})".format, "#math.display(${}$)".format)
"""For our own pictures, which Typst sets."""
TIKZ = Spelling(_label(TIGHT_LATEX, values.LATEX), NODE_LATEX, full=r"\displaystyle {}".format)
"""For LaTeX pictures, whose brackets grow only where they have to; what is bold is said by the style of the label."""
OFFICE = Spelling(_label(MATHML, NUMERALS), MATHML)
"""For PowerPoint, whose formulas are made from MathML; what is bold is said by the text box."""


@dataclass(frozen=True, slots=True)
class NodeText:
    """Labels of a node, "" where it has none; `grads[k]` is its gradient after k contributions.

    `terms` are the numbers it is the sum of, where its last label begins with a sign.
    """

    sign: str
    name: str
    value: str
    grads: Mapping[int, str]
    terms: str = ""


@dataclass(frozen=True, slots=True)
class EdgeText:
    """Labels of an edge over which a gradient goes, "" where it has none."""

    local: str
    number: str
    contribution: str
    shape: str


def node_text(
    trace: Trace, node: int, digits: int, entrywise: bool, spelling: Spelling, layers: Collection[str] = ALL
) -> NodeText:
    """Node → its labels of these layers; `entrywise` where it is a product of arrays."""
    graph, dialect = trace.graph, spelling.formulas
    bound = graph.ops[node]
    if node in graph.constants:
        return NodeText(constant_text(graph, node, digits, spelling), "", "", {})
    name = dialect.write_name(graph.names[node])
    row = node in trace.rows
    is_numbered = has_numbers(trace, node, layers)
    value = value_text(trace.values[node], digits, spelling, row=row) if "values" in layers and is_numbered else ""
    has_gradients = "gradients" in layers and is_numbered
    terms, equals = sum_at_node(trace, node, digits, dialect) if has_gradients and "sums" in layers else ("", "")
    grads = _gradients(trace, node, digits, spelling, equals, layers) if has_gradients else {}
    if bound is None:
        return NodeText(name, "", value, grads, terms)
    if node in trace.updates:
        tree = Tree()
        sign = write(tree, rule_tree(trace, node, tree), reading(spelling.signs, digits))
    elif entrywise:
        sign = write_markup("⊙", spelling.signs)
    else:
        args = [name_leaf(graph, arg) for arg in graph.args[node]]
        typed, short = function_typed(graph, node), SHORT_RULES in layers
        sign = sign_markup(bound, typed, spelling.signs, args, short=short)
    has_name = "names" in layers and sign != spelling.signs.write_name(graph.names[node])  # it would stand there twice
    about = _equals(dialect, trace.is_dust("value", node), behind=has_name) if value else ""
    return NodeText(sign, name if has_name else "", about + value, grads, terms)


def has_numbers(trace: Trace, node: int, layers: Collection[str]) -> bool:
    """Whether numbers of a node stand in a picture of these layers, which may have arrays by their names alone."""
    axes = np.ndim(trace.values[node])
    return axes == 0 or (ARRAY_NAMES not in layers and (axes == 1 or MATRIX_NAMES not in layers))


def _equals(dialect: Dialect, dust: bool, *, behind: bool) -> str:
    """What stands before a number: = behind a symbol, or ≈ where it is rounding dust, and shown as 0."""
    return dialect.relation("≈" if dust else "=").lstrip() if dust or behind else ""


def known_as(trace: Trace, node: int, digits: int, dialect: Dialect) -> str:
    """Node → what its gradient is known to be, as a - y, with the sign behind it; "" where it is no identity."""
    readers = [reader for reader, _ in trace.graph.consumers[node]]
    if readers == [trace.graph.output] or (
        len(readers) == 1 and _is_one(trace.grads[readers[0]])
    ):  # it stands at the edge
        return ""
    for identity in identities(trace):
        if identity.node == node:
            tree = Tree()
            right = identity.put(tree)
            if identity.of is not None and not (identity.of == trace.graph.output and trace.starts_with_one):
                right = tree.add(OPERATOR, "*", (derivative(trace.graph, identity.of, tree), right))
            return write(tree, right, reading(dialect, digits)) + dialect.relation("=")
    return ""


def _is_one(gradient: Value | None) -> bool:
    """Whether a gradient is the number 1, so that what comes over an edge is the local derivative."""
    return isinstance(gradient, float) and gradient == 1.0


def _gradients(
    trace: Trace, node: int, digits: int, spelling: Spelling, equals: str, layers: Collection[str]
) -> dict[int, str]:
    """Node → what its gradient is after each contribution, all of one with ≈ that is rounding dust.

    `equals` is the sign between its terms and all of it, "" where they are not shown.
    """
    if trace.grads[node] is None:
        return {}
    dialect = spelling.formulas

    def near(kind: str, at: int, slot: int = 0) -> str:
        return dialect.sign("≈") if trace.is_dust(kind, at, slot) else ""

    def so_far(step: Accumulate) -> str:
        if equals:
            return sum_at_node(trace, node, digits, dialect, step.count)[0]
        return near("total", step.node, step.slot) + value_text(step.total, digits, spelling, row=node in trace.rows)

    partial_sums = {
        step.count: so_far(step) + dialect.sign("and more")
        for step in trace.steps_to.get(node, ())
        if isinstance(step, Accumulate) and step.count < step.of
    }
    about = dialect.relation(equals).lstrip() if equals else near("gradient", node)
    known = known_as(trace, node, digits, dialect) if "derivatives" in layers and not equals else ""
    whole = about + known + spelling.bold(value_text(trace.grads[node], digits, spelling, row=node in trace.rows))
    return partial_sums | {max(1, trace.contributions_to[node]): whole}


def edge_text(
    trace: Trace, node: int, slot: int, digits: int, spelling: Spelling, layers: Collection[str] = ALL
) -> EdgeText:
    """Edge over which a gradient goes → its labels of these layers.

    A contribution that is all of a gradient, which stands at its node, is not said here again.
    """
    dialect, arg = spelling.formulas, trace.graph.args[node][slot]
    has_symbol = "derivatives" in layers and (OF_COMPUTED not in layers or trace.graph.ops[arg] is not None)
    symbol, number = local_parts(trace, node, slot, digits, dialect, layers if has_symbol else ())
    _, contribution, summed = trace.edge_gradient(node, slot)
    about = dialect.sign("≈") if trace.is_dust("contribution", node, slot) else ""
    if summed:  # the sum that undoes a broadcast
        about = f"{dialect.sign('small sum')} {about or dialect.relation('=').strip()} "
    if SHORT_RULES in layers and (symbol, number) == ("1", ""):  # what arrives is handed on
        symbol = ""
    number = number if has_symbol else number or symbol  # the symbol is the number itself where that is all it says
    has_number = number and ("derivative-numbers" in layers or has_symbol != ("derivatives" in layers))
    is_dust = trace.is_dust("local", node, slot) or (number == "0" and trace.is_dust("contribution", node, slot))
    is_said = has_symbol or not summed  # where the number is from
    stands_below = "gradients" in layers and trace.contributions_to[arg] == 1 and is_said  # as the gradient
    contribution_text = about + value_text(contribution, digits, spelling, row=arg in trace.rows)
    return EdgeText(
        spelling.full(symbol) if has_symbol and symbol else "",
        _equals(dialect, is_dust, behind=has_symbol) + number if has_number else "",
        contribution_text if "contributions" in layers and not stands_below and has_numbers(trace, arg, layers) else "",
        space_markup(trace, node, arg, spelling.signs) if "shapes" in layers else "",
    )


def local_parts(
    trace: Trace, node: int, slot: int, digits: int, dialect: Dialect, layers: Collection[str] = ALL
) -> tuple[str, str]:
    """Edge → its local derivative as symbol and as number, as `edge_parts`, with its name where that tells it apart.

    Of several edges between the same two nodes the name would be ∂v/∂x with a number, which the picture shows itself.
    """
    longest = SHORT_EDGE_PARTS if SHORT_RULES in layers else MAX_EDGE_PARTS
    symbol, number = edge_parts(trace, node, slot, digits, dialect, longest)
    of = trace.contributions_to[trace.graph.args[node][slot]]
    if "derivative-names" in layers and place_of(trace.graph, node, slot, of) is None:
        return symbol, number
    name = local_symbol(trace, node, slot, Tree(), reading(dialect, digits))
    if symbol == name and number:  # no expression fits: the number says it
        return number, ""
    return symbol.removeprefix(name + dialect.relation("=")), number


def constant_text(graph: Graph, node: int, digits: int, spelling: Spelling) -> str:
    """Constant → its name as it was typed, as π, or its number as it was typed."""
    typed, value = graph.constant_name(node), graph.constant_typed(node)
    if typed:
        return spelling.formulas.write_name(typed)
    if not isinstance(value, float):
        return value_text(value, digits, spelling)
    tree = Tree()
    return write(tree, number(tree, value, digits), spelling.formulas.using(NOTATIONS, digits))


def value_text(value: Any, digits: int, spelling: Spelling, *, row: bool = False) -> str:
    """Float or array → mathematics, as it stands in a picture: a vector as a column, or as a row."""
    tree = Tree()
    if row:
        value = value.reshape(1, -1)
    written = write(tree, tree.add(VALUE, value), spelling.formulas.using(NOTATIONS, digits))
    return written if isinstance(value, float) else spelling.full(written)
