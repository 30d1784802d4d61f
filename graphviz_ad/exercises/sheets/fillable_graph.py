"""Exercise → its graph for a page, with room at nodes and edges for fields to fill in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.product_signs import entrywise_products
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.frames import EdgeState, Look, NodeState
from graphviz_ad.diagram.gaps import painting_order
from graphviz_ad.diagram.label_texts import PICTURE, value_text
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import Painter
from graphviz_ad.diagram.row_wrap import Span
from graphviz_ad.diagram.scene import Scene, build_scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import Style, make_style
from graphviz_ad.diagram.symbolic_picture import sign
from graphviz_ad.diagram.theme import LIGHT, Theme
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, Run, short, typeset
from graphviz_ad.diagram.typeset_labels import EdgeLabels, GraphLabels, NodeLabels
from graphviz_ad.export.states import colours
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items.model import Exercise, Field, Formula, Number
from graphviz_ad.items.quantities import Entry, Quantity
from graphviz_ad.language.printer import TYPST
from graphviz_ad.ops.broadcasting import shape

Spot = tuple[str, int, int | None]
"""A quantity without its entry: what, node, slot. It says where on the graph something is written."""

Size = tuple[float, float]
"""Width and height."""

_MARGIN = 10.0
"""About a picture, in its units: no line touches its edge."""
_FIELD: Size = (52.0, 21.0)
"""Of a field for a number, in units of the picture: room for seven digits; one for a formula is twice as wide."""
_FIELD_GAP = 3.0
"""Between the fields of an array: they are told apart, and still seen as one array."""
_LABEL_BASELINE = 4.0
"""By which the middle of a line of text stands above its baseline, in units of the picture."""
_PAGE_WIDTH = 1080.0
"""Width that a graph may have on a page: the text beside it is not wider."""
_MAX_ROWS = 3
"""Rows, and columns, of an array that has fields on the graph: more do not fit between its nodes."""


@dataclass(frozen=True, slots=True)
class FillableGraph:
    """A picture of a graph as SVG, its size, and by name the left, top, right and bottom of each field on it.

    Its colours are those of a style, or CSS variables of the page it stands on.
    """

    svg: str
    width: float
    height: float
    fields: dict[str, Rect]


def variable_theme() -> Theme:
    """→ the light theme with CSS variables (`var(--ink)` …) for its colours."""
    return replace(LIGHT, **{name: f"var(--{name.replace('_', '-')})" for name in colours(LIGHT)})  # type: ignore[arg-type]


def fillable_graph(exercise: Exercise, style: Style | None = None, *, edges: bool = True) -> FillableGraph:
    """Exercise → its graph with the values of the inputs, and a field for each number or rule that is asked.

    A quantity that is asked twice has a field for the first question; arrays of more than 3 rows or columns have none,
    and what is asked of edges only with `edges`. Without a style it is for a page that sets the colours.
    """
    fit = None if style else _page
    style = style or make_style(variable_theme(), exercise.lang, exercise.digits)
    asked = {spot: fields for spot, fields in _asked(exercise).items() if edges or spot[2] is None}
    sizes = {spot: _room(fields) for spot, fields in asked.items()}
    picture, rooms = graph_with_room(exercise.trace, sizes, style, fit=fit)
    placed: dict[str, Rect] = {}
    for spot, (left, top, _, _) in rooms.items():
        wide, high = _size(next(iter(asked[spot].values())))
        for entry, field in asked[spot].items():
            row, column = _at(entry)
            x, y = left + column * (wide + _FIELD_GAP), top + row * (high + _FIELD_GAP)
            placed[field.name] = (x, y, x + wide, y + high)
    return replace(picture, fields=placed)


def graph_with_room(
    trace: Trace, sizes: Mapping[Spot, Size], style: Style, *, valued: bool = True, fit: Span | None = None
) -> tuple[FillableGraph, dict[Spot, Rect]]:
    """Trace, and sizes of empty rooms by spot → its graph, with the values of the inputs, and where the rooms lie.

    With `fit`, which says how wide a page must be for a width and height, a graph that is long is folded into rows.

    No computed number is part of the layout, so that no width tells how long an answer is.
    """
    labels = _labels(trace, style, {spot: _empty(*size) for spot, size in sizes.items()}, valued=valued)
    seconds = trace.graph.limits.layout_seconds
    scene = build_scene(trace.graph, labels, direction=style.direction, seconds=seconds, fit=fit)
    (left, top), _ = cropped(scene)
    rooms: dict[Spot, Rect] = {}
    for spot in sizes:
        placed = _placed(scene, spot)
        if placed is not None:
            x0, y0, x1, y1 = placed.rect
            rooms[spot] = (x0 + left, y0 + top, x1 + left, y1 + top)
    return FillableGraph(*_painted(trace.graph, scene, style), {}), rooms


def _page(width: float, height: float) -> float:
    """Width and height of a graph → how wide a page must be, on which one scrolls down but not to the side."""
    return max(_PAGE_WIDTH, width, height)


def cropped(scene: Scene) -> tuple[Point, Size]:
    """Scene → how far it is moved to stand a margin from the edges of its picture, and the size of the picture.

    A layout keeps room on both sides of a node, also where nothing stands on one of them.
    """
    rects = [frame for frame, _ in scene.groups]
    labels: list[Placed | None] = [title for _, title in scene.groups]
    for node in scene.nodes:
        wide, high = node.width / 2, node.height / 2
        rects.append((node.x - wide, node.y - high, node.x + wide, node.y + high))
        labels += [node.name, node.value, *node.grads.values(), node.terms]
        rects += [(*node.dot, *node.dot)] if node.dot else []
    for edge in scene.edges:
        rects += [(x, y, x, y) for x, y in edge.points]
        labels += [edge.local, edge.number, edge.contribution, edge.shape]
    rects += [label.rect for label in labels if label is not None and label.label.runs]
    x0, y0 = (min(rect[side] for rect in rects) for side in (0, 1))
    x1, y1 = (max(rect[side] for rect in rects) for side in (2, 3))
    return (_MARGIN - x0, _MARGIN - y0), (math.ceil(x1 - x0 + 2 * _MARGIN), math.ceil(y1 - y0 + 2 * _MARGIN))


def bare_graph(graph: Graph, lang: str, style: Style | None = None) -> FillableGraph:
    """Graph → its picture with the names of inputs and the signs of operations, and nothing else."""
    style = style or make_style(variable_theme(), lang)
    sizes = style.theme.sizes
    labels = typeset([sign(graph, node, style) for node in range(len(graph))], lang)
    named = tuple(NodeLabels(label, EMPTY, EMPTY, {}) for label in labels)
    groups = typeset([Request(f"${TYPST.write_name(group.name)}$", sizes.group) for group in graph.groups], lang)
    scene = build_scene(graph, GraphLabels(named, {}, tuple(groups), EMPTY), seconds=graph.limits.layout_seconds)
    return FillableGraph(*_painted(graph, scene, style), {})


def _asked(exercise: Exercise) -> dict[Spot, dict[Entry, Field]]:
    """Exercise → the fields that have a place on the graph, by spot and by entry."""
    asked: dict[Spot, dict[Entry, Field]] = {}
    for field in exercise.fields:
        response = field.response
        if field.place is None or not isinstance(response, (Number, Formula)) or response.quantity is None:
            continue
        quantity = response.quantity
        if isinstance(response, Formula) and quantity.what != "local":
            continue  # paths are too long
        whole = quantity.whole(exercise.trace)
        assert whole is not None
        sizes = shape(whole)
        if len(sizes) > 2 or any(size > _MAX_ROWS for size in sizes):
            continue
        asked.setdefault(_spot(quantity), {}).setdefault(quantity.entry, field)
    return asked


def _spot(quantity: Quantity) -> Spot:
    return quantity.what, quantity.node, quantity.slot


def _size(field: Field) -> Size:
    wide, high = _FIELD
    return (2 * wide if isinstance(field.response, Formula) else wide), high


def _at(entry: Entry) -> tuple[int, int]:
    """Entry → its row and column; a vector stands upright, as in a formula."""
    return (entry[0], entry[1]) if len(entry) == 2 else (entry[0] if entry else 0, 0)


def _room(fields: Mapping[Entry, Field]) -> Size:
    """Fields of one quantity → the room they take."""
    rows, columns = (1 + max(_at(entry)[axis] for entry in fields) for axis in (0, 1))
    wide, high = _size(next(iter(fields.values())))
    return columns * (wide + _FIELD_GAP) - _FIELD_GAP, rows * (high + _FIELD_GAP) - _FIELD_GAP


def _empty(width: float, height: float) -> Label:
    """Width and height → a label of that size with nothing in it."""
    box = (0.0, -height / 2 - _LABEL_BASELINE, width, height / 2 - _LABEL_BASELINE)
    return Label((Run("", "", box),), width, box)


def _labels(trace: Trace, style: Style, rooms: Mapping[Spot, Label], *, valued: bool) -> GraphLabels:
    """Trace and empty labels → the labels of its graph: signs, names, values of inputs, and the empty ones."""
    graph, sizes, products = trace.graph, style.theme.sizes, entrywise_products(trace)
    requests: dict[tuple[str, int, int], Request] = {}
    for node, bound in enumerate(graph.ops):
        requests["sign", node, 0] = Request("$dot.o$", sizes.sign) if node in products else sign(graph, node, style)
        if bound is not None:
            equals = " =" if ("value", node, None) in rooms else ""
            requests["name", node, 0] = Request(f"${TYPST.write_name(graph.names[node])}{equals}$", sizes.value)
        elif valued and node not in graph.constants:
            given = value_text(trace.values[node], style.digits, PICTURE, row=node in trace.rows)
            requests["name", node, 0] = Request(f"${given}$", sizes.value)
    for what, node, slot in rooms:
        if what == "local" and slot is not None:
            requests["local", node, slot] = _symbol(trace, node, slot, sizes.local)
    for number, group in enumerate(graph.groups):
        requests["group", number, 0] = Request(f"${TYPST.write_name(group.name)}$", sizes.group)
    labels = dict(zip(requests, typeset(list(requests.values()), style.lang), strict=True))
    nodes = []
    for node in range(len(graph)):
        value, gradient = rooms.get(("value", node, None)), rooms.get(("gradient", node, None))
        name = labels.get(("name", node, 0), EMPTY)
        above = (name, value) if value else (EMPTY, name)
        nodes.append(NodeLabels(labels["sign", node, 0], *above, {1: gradient} if gradient else {}))
    edges = {
        (node, slot): EdgeLabels(
            labels.get(("local", node, slot), EMPTY), rooms.get(("local", node, slot), EMPTY),
            rooms.get(("contribution", node, slot), EMPTY), EMPTY,
        )
        for what, node, slot in rooms
        if slot is not None
    }  # fmt: skip
    return GraphLabels(tuple(nodes), edges, tuple(labels["group", n, 0] for n in range(len(graph.groups))), EMPTY)


def _symbol(trace: Trace, node: int, slot: int, size: float) -> Request:
    """Edge → the symbol of its local derivative, to stand before a field."""
    (_, chain), *_ = Quantity("local", node, slot).symbol(trace)
    assert not isinstance(chain, str)
    return Request(f"${PICTURE.full(f'{chain.write(TYPST)} =')}$", size)


def _placed(scene: Scene, spot: Spot) -> Placed | None:
    """Scene and spot → the empty label that was laid there."""
    what, node, slot = spot
    match what:
        case "value":
            return scene.nodes[node].value
        case "gradient":
            return scene.nodes[node].grads.get(1)
    edge = next((edge for edge in scene.edges if (edge.node, edge.slot) == (node, slot)), None)
    return None if edge is None else edge.number if what == "local" else edge.contribution


def _painted(graph: Graph, scene: Scene, style: Style) -> tuple[str, float, float]:
    """Scene → its SVG without a title, which the page around it has; and its width and height."""
    painter = Painter(style.theme, graph.names, scene)
    parts = [
        *painter.groups,
        *(painter.edge(n, EdgeState(Look.DONE, known=True, contributed=False)) for n in painting_order(scene.edges)),
        *(painter.node(n, NodeState(Look.DONE, known=True, grad=None)) for n in range(len(scene.nodes))),
    ]
    (left, top), (width, height) = cropped(scene)
    body = "".join(svg for svg, _ in parts)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(width)} {short(height)}" width="{short(width)}" '
        f'height="{short(height)}" aria-hidden="true"><g transform="translate({short(left)} {short(top)})">'
        f"{body}</g></svg>"
    )
    return svg, width, height
