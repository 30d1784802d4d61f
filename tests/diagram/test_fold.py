"""A graph too long for a slide stands on it in rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest

from graphviz_ad.diagram import row_wrap as fold
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.layout import Placement, Point
from graphviz_ad.diagram.row_wrap import folded
from tests.diagram.cases import Case, deck_of
from tests.diagram.overlap import faults

CHAIN: Case = ("y = softplus(sinh(arctan(cos(tanh(sin(log(1 + sqrt(exp(x^2)))))))))", {"x": 0.8})
SHORTER_CHAIN: Case = ("y = sinh(arctan(cos(tanh(sin(log(sqrt(exp(x^2))))))))", {"x": 0.8})
LONG: dict[str, Case] = {
    "a chain": CHAIN,
    "a chain of forty": ("tanh(" * 40 + "x" + ")" * 40, {"x": 0.5}),
    "layers": (
        "w4*tanh(w3*tanh(w2*tanh(w1*x + b1) + b2) + b3) + b4",
        dict.fromkeys(["w1", "w2", "w3", "w4", "b1", "b2", "b3", "b4", "x"], 0.5),
    ),
    "values used later": ("a = sin(exp(cos(x))); b = tanh(sin(exp(cos(tanh(sin(a)))))); a*b*x", {"x": 0.5}),
    "matrices": (
        "h = tanh(sin(exp(W @ x))); L = mean(log(1 + exp(tanh(h))))",
        {"W": [[0.5, -0.2], [0.3, 0.8]], "x": [1, 2]},
    ),
    "functions": ("f(t) = t*sigmoid(exp(sin(t))); L = cos(tanh(f(tanh(sin(f(tanh(x)))))))", {"x": 0.5}),
}


SHORT: Case = ("a = sigmoid(w*x + b)", {"w": 2, "x": 3, "b": -1})


def turned(edge: Edge) -> bool:
    """Whether an edge goes back to the left, into the next row."""
    return any(b[0] < a[0] - 5 for a, b in pairwise(edge.points[::3]))


@pytest.mark.parametrize("theme", ["light", "slides"])
@pytest.mark.parametrize("name", LONG)
def test_nothing_overlaps_in_rows(name: str, theme: str) -> None:
    deck = deck_of(LONG[name], fit="slide", theme=theme)
    assert any(map(turned, deck.scene.edges))
    assert faults(deck) == []


def test_in_rows_type_is_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = deck_of(SHORTER_CHAIN, fit="slide")
    monkeypatch.setattr(fold, "_PLACES_TRIED", {})
    line = deck_of(SHORTER_CHAIN, fit="slide")
    assert not any(map(turned, line.scene.edges))
    assert rows.full_width < 0.6 * line.full_width
    assert not rows.warnings
    assert line.warnings


def test_only_a_slide_has_rows_and_only_from_left_to_right() -> None:
    for deck in (deck_of(CHAIN), deck_of(SHORT, fit="slide")):
        assert deck.scene.edges
        assert not any(map(turned, deck.scene.edges))
    upright = deck_of(CHAIN, fit="slide", direction="TB").scene.nodes
    assert all(above.y <= below.y + 1 for above, below in pairwise(upright))


def test_rows_are_about_equally_long() -> None:
    deck = deck_of(("a1 = sigmoid(x); a2 = sigmoid(a1); a3 = sigmoid(a2); a4 = sigmoid(a3); a5 = sigmoid(a4)", {"x": 0.5}), fit="slide")  # fmt: skip
    heights = [round(node.y) for node in deck.scene.nodes]
    assert [heights.count(y) for y in sorted(set(heights))] == [3, 3]


def test_a_frame_is_in_one_row() -> None:
    deck = deck_of((*LONG["functions"],), fit="slide")
    assert len(deck.scene.groups) == 2
    for (x0, y0, x1, y1), _ in deck.scene.groups:
        assert x1 - x0 < deck.scene.width
        within = [node for node in deck.scene.nodes if x0 < node.x < x1 and y0 < node.y < y1]
        assert len(within) >= 4


LAYERS: Case = (
    "h1 = tanh(w1*x + b1); h2 = tanh(w2*h1 + b2); L = log(h2)*y",
    dict.fromkeys(["w1", "w2", "b1", "b2", "x", "y"], 0.5),
)


def torn(case: Case) -> list[str]:
    """The inputs of a case that stand in another row than what reads them."""
    deck = deck_of(case, fit="slide", theme="slides")
    assert any(map(turned, deck.scene.edges))
    names = deck.trace.graph.names
    return [str(names[edge.arg]) for edge in deck.scene.edges if turned(edge) and names[edge.arg] in case[1]]


def test_an_input_stands_in_the_row_of_what_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert torn(LAYERS) == []
    monkeypatch.setattr(fold, "_TORN_COST", 0.0)
    assert torn(LAYERS) == ["b2"]


def ranks(count: int, lines: int) -> tuple[Placement, list[tuple[float, float, float, float]]]:
    """So many ranks of boxes, a link from each to the next one of its line."""
    at = [(100.0 * rank + 40, 50.0 * line + 20) for rank in range(count) for line in range(lines)]
    boxes = [(x - 30, y - 20, x + 30, y + 20) for x, y in at]
    routes = [((x + 30, y), (x + 40, y), (x + 60, y), (x + 70, y)) for x, y in at[:-lines]]
    return Placement(tuple(at), tuple(routes), (), 100.0 * count, 50.0 * lines), boxes


def crossings(routes: Sequence[Sequence[Point]]) -> int:
    """How often lines cross, their curves taken as the polygons of their control points."""

    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
        return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0

    return sum(
        cross(*segment, *other)
        for first, second in combinations(routes, 2)
        for segment in pairwise(first)
        for other in pairwise(second)
    )


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_lines_into_the_next_row_do_not_cross(lines: int) -> None:
    placement, boxes = ranks(8, lines)
    rows = folded(placement, boxes, lambda width, height: max(width, height))
    assert rows.width < placement.width
    assert crossings(rows.routes) == 0
    for route, (x, y) in zip(rows.routes, rows.centres[lines:], strict=True):
        assert route[-1] == pytest.approx((x - 30, y))
        assert len(route) % 3 == 1


def test_the_count_of_crossings_sees_them(monkeypatch: pytest.MonkeyPatch) -> None:
    turn = fold._turn
    monkeypatch.setattr(fold, "_turn", lambda a, b, row, place, count: turn(a, b, row, count - 1 - place, count))
    placement, boxes = ranks(8, 3)
    assert crossings(folded(placement, boxes, lambda width, height: max(width, height)).routes) > 0


def test_more_lines_than_a_reader_follows_are_not_led_round() -> None:
    placement, boxes = ranks(8, 4)
    assert folded(placement, boxes, lambda width, height: width) == placement
