"""Does anything in a picture overlap, touch or leave it? Answered from the geometry, without looking at the SVG.

All is measured in the deck's own coordinates. `test_overlap.py` holds the places used here against the
painted SVG, so that what is measured is what is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from graphviz_ad.diagram.nodes import Node, Placed, corner, note_frame, stem
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.smooth import straight
from graphviz_ad.diagram.typeset import Label

Rect = tuple[float, float, float, float]

BETWEEN = 1.0
"""Least distance of two texts, in points."""
BAND = 4.0
"""Half the width of the tint behind an edge at work; it is also wider than half an arrowhead."""
OFF_BAND = 0.5
"""Least distance of a text from that tint."""
OFF_OUTLINE = 1.3 + 0.7
"""Half the heaviest outline, and the air a text needs from it."""
OFF_FRAME = 7.5
"""Least distance of a text from the edge of the picture."""


@dataclass(frozen=True)
class Text:
    """A set text: where it is said to be, its ink, and a group of which only one is ever visible."""

    what: str
    rect: Rect
    place: tuple[float, float]
    alternative: object = None
    node: int | None = None
    inside: bool = False


def faults(deck: Deck) -> list[str]:
    """Deck → one sentence for each thing that overlaps, touches or is clipped; none where all is well."""
    still = list(texts(deck))
    lines = dict(edge_lines(deck))
    sentences = [*_among_texts(still), *_texts_and_outlines(deck, still), *_texts_and_lines(still, lines)]
    sentences += _lines_and_outlines(deck)
    sentences += _sums(deck)
    graph = _union([*(text.rect for text in still), *map(_box, lines.values())])
    for number in deck.captions:
        moving = list(captions(deck, number))
        sentences += _among_texts(moving)
        sentences += [
            _too_near(text, still_text)
            for text in moving
            for still_text in still
            if _gap(text.rect, still_text.rect) < BETWEEN
        ]
        sentences += _marks(deck, number, [*still, *moving])
        sentences += _in_frame(deck, [text for text in moving if text.what != "the bar"])
        under = [text for text in moving if text.what.startswith(("equation", "sentence"))]
        sentences += [f"{text.what} stands over the graph" for text in under if text.rect[1] < graph[3] + BETWEEN]
    sentences += _in_frame(deck, still)
    sentences += [
        f"the line {what} leaves the picture" for what, points in lines.items() if not _holds(deck, _box(points), BAND)
    ]
    sentences += [
        f"node {node.id} leaves the picture" for node in deck.scene.nodes if not _holds(deck, _outline(deck, node), 1.3)
    ]
    return list(dict.fromkeys(sentences))


# -- what there is -----------------------------------------------------------------------------


def origin(deck: Deck) -> tuple[float, float]:
    """Where the graph's own coordinates begin in the picture."""
    return deck.left + (deck.width - deck.scene.width) / 2, deck.graph_top


def _text(what: str, placed: Placed, dx: float, dy: float, alternative: object = None, node: int | None = None, inside: bool = False) -> Iterator[Text]:  # fmt: skip
    """Placed label → the text at its place in the picture; nothing for an empty one."""
    if placed.label.runs:
        x0, y0, x1, y1 = placed.rect
        rect = (x0 + dx, y0 + dy, x1 + dx, y1 + dy)
        yield Text(what, rect, (placed.x + dx, placed.y + dy), alternative, node, inside)


def texts(deck: Deck) -> Iterator[Text]:
    """Deck → the texts that stand in the same place in every frame: at nodes, at edges, and the formula."""
    dx, dy = origin(deck)
    names = deck.trace.graph.names
    for node in deck.scene.nodes:
        who = f"node {node.id} ({names[node.id]})"
        yield from _text(f"sign of {who}", node.sign, dx, dy, node=node.id, inside=True)
        for what, placed in (("name", node.name), ("value", node.value)):
            if placed is not None:
                yield from _text(f"{what} of {who}", placed, dx, dy, node=node.id)
        below = {f"gradient {count} of {who}": placed for count, placed in node.grads.items()}
        if node.unknown is not None:
            below[f"'?' of {who}"] = node.unknown
        if node.terms is not None:
            below[f"terms of {who}"] = node.terms
        for what, placed in below.items():
            yield from _text(what, placed, dx, dy, ("gradient", node.id), node.id)
        if node.note is not None:
            x0, y0, x1, y1 = note_frame(node.note)
            place = (node.note.x + dx, node.note.y + dy)
            yield Text(f"note of {who}", (x0 + dx, y0 + dy, x1 + dx, y1 + dy), place, node=node.id)
    for edge in deck.scene.edges:
        which = f"edge {edge.arg}-{edge.node}-{edge.slot}"
        for what, placed in (
            ("local", edge.local),
            ("number", edge.number),
            ("sent", edge.contribution),
            ("shape", edge.shape),
        ):
            if placed is not None:
                yield from _text(f"{what} of {which}", placed, dx, dy)
    top = deck.height if not deck.header.statements else deck.header_top
    for number, placed in enumerate(deck.header.statements):
        yield from _text(f"statement {number}", placed, deck.left, top)


def captions(deck: Deck, number: int) -> Iterator[Text]:
    """Deck and number of a frame → the texts that belong to this frame alone, and the bar."""
    caption = deck.captions[number]
    counter = caption.counter
    x = deck.left + deck.width - counter.width
    yield from _text(f"counter {number}", Placed(counter, x, deck.header_top + 0.75 * deck.sizes.header), 0, 0)
    lift = (deck.equation_height - caption.equation.height) / 2
    yield from _text(f"equation {number}", _from_top(deck, caption.equation, deck.equation_top + lift), 0, 0)
    yield from _text(f"sentence {number}", _from_top(deck, caption.sentence, deck.sentence_top), 0, 0)
    yield Text("the bar", (deck.left, deck.bar_top, deck.left + deck.width, deck.bar_top + 4), (0, 0))


def _from_top(deck: Deck, label: Label, top: float) -> Placed:
    """Label and its upper edge → the label at its place."""
    return Placed(label, deck.left, top - label.box[1])


def edge_lines(deck: Deck) -> Iterator[tuple[str, np.ndarray]]:
    """Deck → the line of every edge, and of every node to its dot, as points at most a point and a half apart."""
    dx, dy = origin(deck)
    for node in deck.scene.nodes:
        if node.dot is not None:
            yield f"from {node.id} to its dot", sampled(straight(stem(node, node.dot), node.dot)) + np.array((dx, dy))
    for edge in deck.scene.edges:
        yield f"{edge.arg}-{edge.node}-{edge.slot}", sampled(edge.points) + np.array((dx, dy))


def sampled(points: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Bézier points, 1 + 3n of them → points on the curve."""
    pieces = []
    control = np.array(points, dtype=float)
    for start in range(0, len(points) - 1, 3):
        a, b, c, d = control[start : start + 4]
        length = sum(np.hypot(*(q - p)) for p, q in ((a, b), (b, c), (c, d)))
        t = np.linspace(0, 1, max(3, int(length / 1.5) + 2))[:, None]
        s = 1 - t
        pieces.append(s**3 * a + 3 * s**2 * t * b + 3 * s * t**2 * c + t**3 * d)
    return np.concatenate(pieces)


# -- what may be wrong -------------------------------------------------------------------------


def _among_texts(texts: list[Text]) -> list[str]:
    """Texts → a sentence for each pair that is too near."""
    return [
        _too_near(first, second)
        for first, second in combinations(texts, 2)
        if _gap(first.rect, second.rect) < BETWEEN
        and (first.alternative is None or first.alternative != second.alternative)
    ]


def _too_near(first: Text, second: Text) -> str:
    """Two texts → the sentence that says how far they are apart."""
    return f"{first.what} and {second.what} are {_gap(first.rect, second.rect):.1f} pt apart"


def _texts_and_outlines(deck: Deck, texts: list[Text]) -> Iterator[str]:
    """Texts → a sentence for each that touches an outline: signs lie within their own, all others outside every one."""
    dx, dy = origin(deck)
    for node in deck.scene.nodes:
        for text in texts:
            if text.inside and text.node == node.id:
                if not _within(node, text.rect, dx, dy):
                    yield f"{text.what} touches its outline"
            elif _outline_gap(node, text.rect, dx, dy) < OFF_OUTLINE:
                yield f"{text.what} touches the outline of node {node.id}"


def _texts_and_lines(texts: list[Text], lines: dict[str, np.ndarray]) -> Iterator[str]:
    """Texts and lines → a sentence for each text that is too near a line."""
    for what, points in lines.items():
        for text in texts:
            if text.inside:
                continue  # a line that reaches a sign has gone through an outline, which is seen there
            gap = float(np.min(_distances(points, text.rect)))
            if gap < BAND + OFF_BAND:
                yield f"{text.what} is {gap:.1f} pt from the line {what}"


def _lines_and_outlines(deck: Deck) -> Iterator[str]:
    """Deck → a sentence for each line that touches a node, or does not end at the outlines of those it joins."""
    for edge in deck.scene.edges:
        points = sampled(edge.points)
        for node in deck.scene.nodes:
            box = node.x - node.width / 2, node.y - node.height / 2, node.x + node.width / 2, node.y + node.height / 2
            which = f"the line {edge.arg}-{edge.node}-{edge.slot}"
            if node.id not in (edge.node, edge.arg):
                if np.min(_distances(points, box)) < BAND:
                    yield f"{which} touches node {node.id}"
                continue
            for end, mine, dot in (
                (points[0], edge.arg == node.id, node.dot),
                (points[-1], edge.node == node.id, None),
            ):
                if mine and dot is not None:
                    if np.hypot(*(end - dot)) > 0.5:
                        yield f"{which} begins {np.hypot(*(end - dot)):.1f} pt from the dot of node {node.id}"
                elif mine and not -0.5 < _from_outline(node, end) < 0.5:
                    yield f"{which} ends {_from_outline(node, end):.1f} pt from the outline of node {node.id}"


def _sums(deck: Deck) -> Iterator[str]:
    """Deck → a sentence for each sum that is too near its result."""
    for node in deck.scene.nodes:
        if node.terms is not None and _gap(node.terms.rect, node.grads[node.last].rect) < BETWEEN:
            yield f"the terms of node {node.id} touch their sum"


def _marks(deck: Deck, number: int, texts: list[Text]) -> Iterator[str]:
    """Texts → a sentence for each, but its own statement's, that the tint behind the part at work touches."""
    at = deck.frames[number].at
    mark = deck.header.mark(at) if at is not None else None
    if mark is None:
        return
    x0, y0, x1, y1 = (mark[0] - 3, mark[1] - 3, mark[2] + 3, mark[3] + 3)
    tint = (x0 + deck.left, y0 + deck.header_top, x1 + deck.left, y1 + deck.header_top)
    own = max((text for text in texts if text.what.startswith("statement")), key=lambda t: -_gap(t.rect, tint))
    for text in texts:
        if text is not own and _gap(text.rect, tint) <= 0:
            yield f"the mark of step {number} touches {text.what}"
    if not _holds(deck, tint, 1):
        yield f"the mark of step {number} leaves the picture"


def _in_frame(deck: Deck, texts: list[Text]) -> Iterator[str]:
    """Texts → a sentence for each that stands at the edge of the picture or leaves it."""
    for text in texts:
        if not _holds(deck, text.rect, OFF_FRAME):
            yield f"{text.what} stands at the edge of the picture or leaves it"


# -- measures ----------------------------------------------------------------------------------


def _gap(a: Rect, b: Rect) -> float:
    """Distance of two rectangles; negative where they overlap."""
    dx, dy = max(a[0] - b[2], b[0] - a[2]), max(a[1] - b[3], b[1] - a[3])
    return float(np.hypot(dx, dy)) if dx > 0 and dy > 0 else max(dx, dy)


def _distances(points: np.ndarray, rect: Rect) -> np.ndarray:
    """Points and a rectangle → the distance of each, 0 inside."""
    dx = np.maximum(0, np.maximum(rect[0] - points[:, 0], points[:, 0] - rect[2]))
    dy = np.maximum(0, np.maximum(rect[1] - points[:, 1], points[:, 1] - rect[3]))
    return np.hypot(dx, dy)


def _outline(deck: Deck, node: Node) -> Rect:
    """Node → the rectangle round its outline."""
    dx, dy = origin(deck)
    x, y = node.x + dx, node.y + dy
    return x - node.width / 2, y - node.height / 2, x + node.width / 2, y + node.height / 2


def _outline_gap(node: Node, rect: Rect, dx: float, dy: float) -> float:
    """Node and a text's rectangle → how far the text is from the outline; negative where it lies over it."""
    x, y = node.x + dx, node.y + dy
    if node.form == "circle":
        return float(_distances(np.array([[x, y]]), rect)[0]) - node.width / 2
    return _gap((x - node.width / 2, y - node.height / 2, x + node.width / 2, y + node.height / 2), rect)


def _within(node: Node, rect: Rect, dx: float, dy: float) -> bool:
    """Whether a text lies in the outline with air about it; a circle may cut the corners of a text's box a little."""
    x, y = node.x + dx, node.y + dy
    if node.form == "circle":
        far = max(np.hypot(a - x, b - y) for a in (rect[0], rect[2]) for b in (rect[1], rect[3]))
        return bool(far < node.width / 2 + 1.0)
    half_w, half_h = node.width / 2 - OFF_OUTLINE, node.height / 2 - OFF_OUTLINE
    return rect[0] > x - half_w and rect[2] < x + half_w and rect[1] > y - half_h and rect[3] < y + half_h


def _from_outline(node: Node, end: np.ndarray) -> float:
    """Distance of a point from the outline, corners being round: negative inside."""
    radius = corner(node.form, node.width, node.height)
    dx, dy = (
        abs(float(end[0]) - node.x) - node.width / 2 + radius,
        abs(float(end[1]) - node.y) - node.height / 2 + radius,
    )
    return float(np.hypot(max(dx, 0), max(dy, 0))) + min(max(dx, dy), 0.0) - radius


def _holds(deck: Deck, rect: Rect, margin: float) -> bool:
    """Whether a rectangle keeps this distance from the edge of the picture."""
    x0, y0, x1, y1 = rect
    return min(x0, y0, deck.full_width - x1, deck.height - y1) >= margin


def _box(points: np.ndarray) -> Rect:
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _union(rects: list[Rect]) -> Rect:
    return min(r[0] for r in rects), min(r[1] for r in rects), max(r[2] for r in rects), max(r[3] for r in rects)
