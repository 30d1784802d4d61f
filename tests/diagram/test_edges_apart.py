"""Edges side by side are told apart: parallel ones part and stay parted, and none passes close by an arrowhead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.diagram.crossings import crossings
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.picture import Deck, make_style
from tests.diagram.cases import CASES, LOOKS, deck_of
from tests.diagram.overlap import sampled
from tests.strategies import formulas

APART = 8.0
"""Least distance of two edges that are not one line: the width of the band behind one at work, in points."""
TOUCH = 1.0
"""By how much an edge may stand on the band of another: where many end at one node their ends are that near."""
PARTED_AFTER = 0.7
"""Share of its way after which an edge has parted from another that begins and ends where it does."""
ARROW = 8.0
"""Length of an arrowhead."""


def too_near(deck: Deck) -> list[str]:
    """Deck → one sentence for each pair of parallel edges that meet again, and each arrowhead that an edge passes."""
    return [*_parallel(deck), *_at_arrowheads(deck)]


def _name(edge: Edge) -> str:
    return f"{edge.arg}-{edge.node}-{edge.slot}"


def _parallel(deck: Deck) -> Iterator[str]:
    for first, second in combinations(deck.scene.edges, 2):
        if (first.arg, first.node) != (second.arg, second.node):
            continue
        which = f"{_name(first)} and {_name(second)}"
        points, others = sampled(first.points), sampled(second.points)
        gaps = np.min(np.hypot(*(points[:, None] - others[None]).transpose(2, 0, 1)), axis=1)
        parted = int(np.argmax(gaps >= APART)) if np.any(gaps >= APART) else len(gaps)
        if parted > PARTED_AFTER * len(gaps):
            yield f"{which} do not part"
        elif gaps[parted:].min() < APART - TOUCH:
            yield f"{which} are {gaps[parted:].min():.1f} pt apart"
        if crossings([first.points, second.points]):
            yield f"{which} cross"


def _at_arrowheads(deck: Deck) -> Iterator[str]:
    lines = {edge: sampled(edge.points) for edge in deck.scene.edges}
    for edge, points in lines.items():
        tip = points[-1]
        head = points[np.hypot(*(points - tip).T) <= ARROW]
        for other, passing in lines.items():
            if other.node == edge.node:
                continue
            gap = float(np.min(np.hypot(*(passing[:, None] - head[None]).transpose(2, 0, 1))))
            if gap < APART:
                yield f"{_name(other)} passes the arrowhead of {_name(edge)} at {gap:.1f} pt"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", CASES)
def test_edges_are_told_apart(name: str, look: str) -> None:
    assert too_near(deck_of(CASES[name], **LOOKS[look])) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(formulas(depth=3, statements=3), st.sampled_from(sorted(LOOKS)))
@pytest.mark.slow
def test_edges_are_told_apart_in_random_formulas(formula: tuple[str, dict[str, Any]], look: str) -> None:
    text, values = formula
    assert too_near(Deck(parse(text).run(values), make_style(**LOOKS[look]))) == []


# -- the checker sees faults ---------------------------------------------------------------------


def with_points(deck: Deck, number: int, points: Any) -> list[str]:
    """Deck, number of an edge and another line for it → what is too near then."""
    edges = list(deck.scene.edges)
    edges[number] = replace(edges[number], points=tuple(map(tuple, points)))
    deck.scene = replace(deck.scene, edges=tuple(edges))
    return too_near(deck)


def test_one_line_for_two_edges_is_seen() -> None:
    deck = deck_of(("x*x", {"x": 3}))
    assert with_points(deck, 0, deck.scene.edges[1].points) == ["0-1-0 and 0-1-1 do not part"]


def test_edges_that_meet_again_are_seen() -> None:
    deck = deck_of(("x*x", {"x": 3}))
    first, second = (np.array(edge.points) for edge in deck.scene.edges)
    assert with_points(deck, 0, [*first[:-1], second[-1]]) == ["0-1-0 and 0-1-1 are 0.0 pt apart"]


def test_edges_that_cross_are_seen() -> None:
    deck = deck_of(("x*x", {"x": 3}))
    first, second = (np.array(edge.points) for edge in deck.scene.edges)
    assert "0-1-0 and 0-1-1 cross" in with_points(deck, 0, [*first[:-3], *(2 * second[-1] - first)[-3:]])


def test_an_edge_at_an_arrowhead_is_seen() -> None:
    deck = deck_of(("sin(x)*y", {"x": 3, "y": 2}))
    edges = {edge.node: n for n, edge in enumerate(deck.scene.edges)}
    sin = deck.scene.edges[0]
    x, y = sin.points[-1]
    line = [(x - 60, y + 3), (x - 40, y + 3), (x - 20, y + 3), (x, y + 5)]
    assert any("passes the arrowhead" in fault for fault in with_points(deck, max(edges.values()), line))


def test_the_edges_of_a_square_do_not_loop_over_another_node() -> None:
    for direction in ("LR", "TB"):
        deck = deck_of(("f = x*x + sin(x)*x", {"x": 2}), direction=direction)
        assert crossings([edge.points for edge in deck.scene.edges]) == 0


# -- other orders --------------------------------------------------------------------------------

ORDERS = {
    "a fan-out": ("sin(x)*cos(x) + x^3 - x/2", 1),
    "two shared": ("a = x*y; b = a + x; c = b*a; c/y", 1),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_with_fewer_crossings_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, limit = ORDERS[name]
    values = dict.fromkeys(parse(text).inputs, 0.5)
    count = crossings([edge.points for edge in deck_of((text, values)).scene.edges])
    monkeypatch.setattr("graphviz_ad.diagram.crossings._MAX_PARTS_TRIED", 0)
    first = crossings([edge.points for edge in deck_of((text, values)).scene.edges])
    assert count <= limit
    assert count < first or not first
