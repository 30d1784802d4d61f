"""Exercise → its graph for a page, with room at nodes and edges for fields to fill in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.frames import EdgeState, Look, NodeState
from graphviz_ad.diagram.labels import EdgeLabels, GraphLabels, NodeLabels, graph_labels
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import Painter
from graphviz_ad.diagram.scene import Scene, build_scene
from graphviz_ad.diagram.sketch import sign
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.states import colours
from graphviz_ad.diagram.style import Style, make_style
from graphviz_ad.diagram.theme import LIGHT, Theme
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, Run, short, typeset
from graphviz_ad.exercises.model import Exercise, Field, Formula, Number
from graphviz_ad.exercises.quantities import Entry, Quantity
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import TYPST
from graphviz_ad.ops.broadcasting import shape

Spot = tuple[str, int, int | None]
"""What is written at a node or an edge: a quantity without its entry."""

_MARGIN = 10.0
_FIELD = (52.0, 21.0)
"""Width and height of a field for a number; one for a formula is twice as wide."""
_GAP = 3.0
_MOST = 3
"""Rows, and columns, of an array that has fields on the graph."""


@dataclass(frozen=True, slots=True)
class Board:
    """A picture of a graph as SVG in colours that are CSS variables, its size, and where the fields lie on it.

    Fields are told by their names, each with its left, top, right and bottom.
    """

    svg: str
    width: float
    height: float
    fields: dict[str, Rect]


def variable_theme() -> Theme:
    """→ the light theme with CSS variables (`var(--ink)` …) for its colours."""
    return replace(LIGHT, **{name: f"var(--{name.replace('_', '-')})" for name in colours(LIGHT)})  # type: ignore[arg-type]


def board(exercise: Exercise, style: Style | None = None) -> Board:
    """Exercise → its graph with the values of the inputs, and room for each number or rule that is asked first.

    A quantity that is asked twice has one field; arrays of more than 3 rows or columns have none. Without a style it
    is for a page that says the colours.
    """
    trace = exercise.trace
    style = style or make_style(variable_theme(), exercise.lang, exercise.digits)
    asked = _asked(exercise)
    scene = build_scene(
        trace.graph, _labels(trace, style, {spot: _grid(fields) for spot, fields in asked.items()}),
        direction=style.direction, seconds=trace.graph.limits.layout_seconds,
    )  # fmt: skip
    found: dict[str, Rect] = {}
    for spot, fields in asked.items():
        placed = _placed(scene, spot)
        if placed is None:
            continue
        left, top = placed.rect[0] + _MARGIN, placed.rect[1] + _MARGIN
        wide, high = _size(next(iter(fields.values())))
        for entry, field in fields.items():
            row, column = _at(entry)
            x, y = left + column * (wide + _GAP), top + row * (high + _GAP)
            found[field.name] = (x, y, x + wide, y + high)
    return Board(*_painted(trace.graph, scene, style), found)


def small(graph: Graph, lang: str, style: Style | None = None) -> Board:
    """Graph → its picture with the names of inputs and the signs of operations, and nothing else."""
    style = style or make_style(variable_theme(), lang)
    sizes = style.theme.sizes
    labels = typeset([sign(graph, node, style) for node in range(len(graph))], lang)
    named = tuple(NodeLabels(label, EMPTY, EMPTY, {}) for label in labels)
    groups = typeset([Request(f"${TYPST.write_name(group.name)}$", sizes.group) for group in graph.groups], lang)
    scene = build_scene(graph, GraphLabels(named, {}, tuple(groups), EMPTY), seconds=graph.limits.layout_seconds)
    return Board(*_painted(graph, scene, style), {})


def _asked(exercise: Exercise) -> dict[Spot, dict[Entry, Field]]:
    """Exercise → the fields that have a place on the graph, by where and by entry."""
    found: dict[Spot, dict[Entry, Field]] = {}
    for field in exercise.fields:
        response = field.response
        if field.place is None or not isinstance(response, (Number, Formula)) or response.quantity is None:
            continue
        quantity = response.quantity
        if isinstance(response, Formula) and quantity.what != "local":
            continue  # paths are too long
        sizes = shape(quantity.whole(exercise.trace))
        if len(sizes) > 2 or any(size > _MOST for size in sizes):
            continue
        found.setdefault(_spot(quantity), {}).setdefault(quantity.entry, field)
    return found


def _spot(quantity: Quantity) -> Spot:
    return quantity.what, quantity.node, quantity.slot


def _size(field: Field) -> tuple[float, float]:
    wide, high = _FIELD
    return (2 * wide if isinstance(field.response, Formula) else wide), high


def _at(entry: Entry) -> tuple[int, int]:
    """Entry → its row and column; a vector stands upright, as in a formula."""
    return (entry[0], entry[1]) if len(entry) == 2 else (entry[0] if entry else 0, 0)


def _grid(fields: Mapping[Entry, Field]) -> Label:
    """Fields of one quantity → a label with nothing in it that takes their room."""
    rows, columns = (1 + max(_at(entry)[axis] for entry in fields) for axis in (0, 1))
    wide, high = _size(next(iter(fields.values())))
    width, height = columns * (wide + _GAP) - _GAP, rows * (high + _GAP) - _GAP
    box = (0.0, -height / 2 - 4, width, height / 2 - 4)
    return Label((Run("", "", box),), width, box)


def _labels(trace: Trace, style: Style, grids: Mapping[Spot, Label]) -> GraphLabels:
    """Trace and the room that fields take → the labels of its graph: signs, names, values of inputs, and fields."""
    graph, sizes = trace.graph, style.theme.sizes
    full = graph_labels(trace, sizes, style.digits, style.lang)
    computed = [node for node, plan in enumerate(graph.plans) if plan is not None]
    equals = {node: " =" for what, node, _ in grids if what == "value"}
    shown = [f"${TYPST.write_name(graph.names[node])}{equals.get(node, '')}$" for node in computed]
    names = typeset([Request(markup, sizes.value) for markup in shown], style.lang)
    nodes = list(full.nodes)
    for node, label in zip(computed, names, strict=True):
        grid = grids.get(("value", node, None))
        nodes[node] = replace(nodes[node], name=label if grid else EMPTY, value=grid or label)
    for node, own in enumerate(nodes):
        grid = grids.get(("gradient", node, None))
        nodes[node] = replace(own, grads={1: grid} if grid else {})
    edges: dict[tuple[int, int], EdgeLabels] = {}
    wanted = {(node, slot) for what, node, slot in grids if what in ("local", "contribution") and slot is not None}
    symbols = typeset([_symbol(trace, node, slot, sizes.local) for node, slot in sorted(wanted)], style.lang)
    for (node, slot), symbol in zip(sorted(wanted), symbols, strict=True):
        local = grids.get(("local", node, slot))
        sent = grids.get(("contribution", node, slot), EMPTY)
        edges[node, slot] = EdgeLabels(symbol if local else EMPTY, local or EMPTY, sent, EMPTY)
    return GraphLabels(tuple(nodes), edges, full.groups, EMPTY)


def _symbol(trace: Trace, node: int, slot: int, size: float) -> Request:
    """Edge → the symbol of its local derivative, to stand before a field."""
    (_, chain), *_ = Quantity("local", node, slot).symbol(trace)
    assert not isinstance(chain, str)
    return Request(f"${chain.write(TYPST)} =$", size)


def _placed(scene: Scene, spot: Spot) -> Placed | None:
    """Where the fields of a quantity were laid."""
    what, node, slot = spot
    match what:
        case "value":
            return scene.nodes[node].value
        case "gradient":
            return scene.nodes[node].grads.get(1)
    edge = next((edge for edge in scene.edges if (edge.node, edge.slot) == (node, slot)), None)
    return None if edge is None else edge.number if what == "local" else edge.sent


def _painted(graph: Graph, scene: Scene, style: Style) -> tuple[str, float, float]:
    """Scene → its SVG without a title, since the page says what it is; and its size."""
    painter = Painter(style.theme, graph.names, scene)
    parts = [
        *painter.groups,
        *(painter.edge(n, EdgeState(Look.DONE, known=True, sent=False)) for n in range(len(scene.edges))),
        *(painter.node(n, NodeState(Look.DONE, known=True, grad=None)) for n in range(len(scene.nodes))),
    ]
    width, height = (float(math.ceil(size + 2 * _MARGIN)) for size in (scene.width, scene.height))
    body = "".join(svg for svg, _ in parts)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(width)} {short(height)}" width="{short(width)}" '
        f'height="{short(height)}" aria-hidden="true"><g transform="translate({short(_MARGIN)} {short(_MARGIN)})">'
        f"{body}</g></svg>"
    )
    return svg, width, height
