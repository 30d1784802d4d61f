"""Graph or trace → DOT with labels as text, which Graphviz alone can draw and a person can edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from graphviz_ad.autodiff.forward_mode import ForwardMode
from graphviz_ad.autodiff.steps import Accumulate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.annotations import NO_MARKS, marks
from graphviz_ad.diagram.frames import EdgeState, Frame, Look, NodeState
from graphviz_ad.diagram.highlight import stronger
from graphviz_ad.diagram.surroundings import plain_caption, plain_title
from graphviz_ad.diagram.theme import LIGHT, Stroke, line, outline
from graphviz_ad.explain.annotate import edge_parts, partial_tree, pullback_tree
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.operation import shown_options
from graphviz_ad.explain.tangents import pushed_term
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY, write
from graphviz_ad.language.tree import NAME, Tree
from graphviz_ad.ops.bound import BoundOperation

if TYPE_CHECKING:
    import graphviz

    from graphviz_ad.diagram.picture import Style


def digraph(
    graph: Graph,
    trace: Trace | None = None,
    frame: Frame | None = None,
    style: Style | None = None,
    *,
    labelled: bool = True,
) -> graphviz.Digraph:
    """Graph → `graphviz.Digraph`; with a trace and a frame, the values, gradients and colours of that step.

    Unless it is `labelled` no derivatives stand at its edges.
    """
    import graphviz as library

    theme = style.theme if style else LIGHT
    dot = library.Digraph(
        "computation",
        graph_attr={"rankdir": style.direction if style else "LR", "bgcolor": theme.paper, "ranksep": "0.4"},
        node_attr={"style": "filled", "fontcolor": theme.ink},
        edge_attr={"fontcolor": theme.label, "fontsize": "11"},
    )
    digits = style.digits if style else numbers.DEFAULT_DIGITS
    annotations = marks(graph, style.annotations) if style else NO_MARKS
    marked = frozenset(node for part in annotations.parts for node in part)
    if style and (words := "\n".join(filter(None, (plain_title(style.annotations), plain_caption(style.annotations))))):
        dot.attr(label=quoted(words), labelloc="t", fontcolor=theme.ink)
    for rank in annotations.ranks:
        dot.subgraph(_rank(rank, annotations.first if annotations.first and annotations.first[0] in rank else ()))
    for node in range(len(graph)):
        state = frame.nodes[node] if frame else None
        form = "constant" if node in graph.constants else "box" if graph.ops[node] is None else "circle"
        stroke = outline(theme, form, state.look if state else Look.DONE)
        if node in marked:
            at_rest = stroke.fill in (theme.node, theme.box, theme.paper)
            stroke = replace(stronger(stroke), fill=theme.highlight if at_rest else stroke.fill)
        note = {"xlabel": quoted(annotations.notes[node].plain())} if node in annotations.notes else {}
        dot.node(
            f"n{node}", quoted(_node_label(graph, node, trace, state, digits)),
            shape="ellipse" if form == "circle" else "box", **_attributes(stroke), fillcolor=stroke.fill, **note,
        )  # fmt: skip
    edges = [(node, slot, arg) for node, args in enumerate(graph.args) for slot, arg in enumerate(args)]
    for number, (node, slot, arg) in enumerate(edges):
        line_state = frame.edges[number] if frame else None
        stroke = line(theme, line_state.look if line_state else Look.DONE)
        if any(node in part and arg in part for part in annotations.parts):
            stroke = stronger(stroke)
        label = _edge_label(graph, node, slot, trace, line_state, digits) if labelled else ""
        dot.edge(f"n{arg}", f"n{node}", quoted(label) if label else None, **_attributes(stroke))
    return dot


def _rank(rank: tuple[int, ...], ordered: tuple[int, ...]) -> graphviz.Digraph:
    """Nodes in one column or row → Graphviz's rank; the ordered ones before all else, by edges that are not seen."""
    import graphviz as library

    graph = library.Digraph(graph_attr={"rank": "min" if ordered else "same"})
    for node in rank:
        graph.node(f"n{node}")
    for node, following in pairwise(ordered):
        graph.edge(f"n{node}", f"n{following}", style="invis")
    return graph


def _attributes(stroke: Stroke) -> dict[str, str]:
    """A stroke as DOT attributes."""
    style = {"style": "filled,dashed" if stroke.fill != "none" else "dashed"} if stroke.dashed else {}
    return {"color": stroke.colour, "penwidth": f"{stroke.width:g}", **style}


def _node_label(graph: Graph, node: int, trace: Trace | None, state: NodeState | None, digits: int) -> str:
    """What a node says: its operation, its name and value, its gradient."""
    name = graph.names[node]
    if node in graph.constants:
        return name
    bound = graph.ops[node]
    lines = [" ".join((bound.row.name, *_options(bound)))] if bound else []
    known = trace is not None and state is not None and state.known
    if trace is not None and known:
        name += f" {_sign(trace, 'value', node)} {numbers.text(trace.values[node], digits)}"
    lines.append(name)
    if trace is not None and state is not None and state.grad is not None:
        word = "grad" if trace.forward_mode is None else "tangent"
        lines.append(f"{word} {_gradient(trace, node, state.grad, digits)}")
    return "\n".join(lines)


def _options(bound: BoundOperation) -> Iterator[str]:
    """Operation → its options, but those that have their defaults and go without saying."""
    for option, value in shown_options(bound.row, bound.options).items():
        yield f"{option}=" + ",".join(map(_place, value if isinstance(value, tuple) else (value,)))


def _place(entry: object) -> str:
    """One number of an option, or one place of an index, which may be a slice or a list."""
    match entry:
        case ("list", places):
            return str(places).replace(" ", "").replace(",)", ")")
        case (_, *bounds):
            return ":".join("" if bound is None else str(bound) for bound in bounds).removesuffix(":")
    return numbers.exact(cast("float", entry))


def _sign(trace: Trace, kind: str, node: int, slot: int = 0) -> str:
    """What stands before a number: ≈ where it is rounding dust, and shown as 0."""
    return "≈" if trace.is_dust(kind, node, slot) else "="


def _gradient(trace: Trace, node: int, count: int, digits: int) -> str:
    """Node and how many contributions it has → "?", the partial sum so far, or its gradient or tangent."""
    if count == 0:
        return "= ?"
    if trace.forward_mode is not None:
        return f"= {numbers.text(trace.forward_mode.tangent(node), digits)}"
    if count >= trace.contributions_to[node]:
        return f"{_sign(trace, 'gradient', node)} {numbers.text(trace.grads[node], digits)}"
    sums = [step for step in trace.steps_to[node] if isinstance(step, Accumulate)]
    last = sums[count - 1]
    return f"{_sign(trace, 'total', last.node, last.slot)} {numbers.text(last.total, digits)} + …"


def _edge_label(graph: Graph, node: int, slot: int, trace: Trace | None, state: EdgeState | None, digits: int) -> str:
    """What an edge says: its local derivative, and below it the contribution once it is there."""
    if trace is None:
        return _symbolic(graph, node, slot, digits)
    if trace.forward_mode is not None:
        return _pushed(trace, trace.forward_mode, node, slot, state, digits)
    if not trace.active[graph.args[node][slot]] or trace.grads[node] is None:
        return ""
    symbol, number = edge_parts(trace, node, slot, digits, DISPLAY)
    known = state is None or state.known
    label = f"{symbol} {_sign(trace, 'local', node, slot)} {number}" if number and known else symbol
    if state is not None and state.contributed:
        about = "≈ " if trace.is_dust("contribution", node, slot) else ""
        label += f"\n← {about}" + numbers.text(trace.edge_gradient(node, slot).contribution, digits)
    return label


def _pushed(
    trace: Trace, mode: ForwardMode, node: int, slot: int, state: EdgeState | None, digits: int
) -> str:  # fmt: skip
    """Edge in forward mode → local derivative × tangent, and below it what that is once it is there."""
    if (node, slot) not in mode.edges:
        return ""
    tree = Tree()
    label = write(tree, pushed_term(trace, node, slot, tree, digits), reading(DISPLAY, digits))
    if state is not None and state.contributed:
        label += "\n→ " + numbers.text(mode.edges[node, slot].contribution, digits)
    return label


def _symbolic(graph: Graph, node: int, slot: int, digits: int) -> str:
    """Edge of a graph without values → its local derivative in symbols."""
    tree = Tree()
    bound = graph.ops[node]
    assert bound is not None
    dialect = reading(DISPLAY, digits)
    if bound.row.pointwise:
        return write(tree, partial_tree(graph, node, slot, tree, digits=digits), dialect)
    return write(tree, pullback_tree(graph, node, slot, tree, upstream=lambda t: t.add(NAME, "g")), dialect)


def quoted(label: str) -> str:
    """Text → a DOT label that shows exactly it: Graphviz reads escapes and entities in labels."""
    import graphviz

    escaped = label.replace("&", "&amp;").replace("\\", "\\\\").replace("\n", "\\n")
    quoted: str = graphviz.nohtml(escaped)  # a kind of str that is written between quotes also where it looks like <…>
    return quoted
