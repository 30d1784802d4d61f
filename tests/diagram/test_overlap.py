"""Nothing in a picture overlaps, touches or is clipped, whatever the formula."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.picture import Deck, make_style
from tests.diagram.cases import CASES, JAPANESE, LOOKS, NEURON, deck_of
from tests.diagram.overlap import captions, faults, texts
from tests.strategies import formulas


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", CASES)
def test_nothing_overlaps(name: str, look: str) -> None:
    assert faults(deck_of(CASES[name], **LOOKS[look])) == []


@pytest.mark.cjk
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_overlaps_in_japanese(look: str) -> None:
    assert faults(deck_of(JAPANESE, lang="ja", **LOOKS[look])) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("count", [3, 5, 6, 9, 20])
def test_nothing_overlaps_at_an_operation_with_many_arguments(count: int, look: str) -> None:
    names = [f"x{n}" for n in range(count - 1)]
    for text in (f"sum([{', '.join([*names, 'x0'])}])", f"sum([{', '.join([*names, 'sin(cos(x0))'])}])"):
        assert faults(deck_of((text, dict.fromkeys(names, 1)), **LOOKS[look])) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # finding a smaller example would take minutes
)  # fmt: skip
@given(formulas(depth=3, statements=3), st.sampled_from(sorted(LOOKS)))
@pytest.mark.slow
def test_nothing_overlaps_in_random_formulas(formula: tuple[str, dict[str, Any]], look: str) -> None:
    text, values = formula
    assert faults(Deck(parse(text).run(values), make_style(**LOOKS[look]))) == []


# -- what is measured is what is painted --------------------------------------------------------

_SVG = "{http://www.w3.org/2000/svg}"


def painted_places(svg: str) -> set[tuple[float, float]]:
    """SVG → where its texts begin; a text is a path with a place of its own."""
    places = set()
    stack = [(ElementTree.fromstring(svg), 0.0, 0.0)]
    while stack:
        element, x, y = stack.pop()
        shift = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", "translate(0 0)"))
        assert shift is not None
        x, y = x + float(shift[1]), y + float(shift[2])
        if element.tag == f"{_SVG}path" and "transform" in element.attrib:
            places.add((x, y))
        stack.extend((child, x, y) for child in element)
    return places


def near(place: tuple[float, float], places: set[tuple[float, float]]) -> bool:
    return any(abs(place[0] - x) < 0.03 and abs(place[1] - y) < 0.03 for x, y in places)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["neuron", "fan-out over and over", "mini-batch with a bias", "unused statements"])
def test_the_places_measured_are_those_painted(name: str, look: str) -> None:
    deck = deck_of(CASES[name], **LOOKS[look])
    still = {text.place for text in texts(deck)}
    seen: set[tuple[float, float]] = set()
    for number in deck.captions:
        mine = {text.place for text in captions(deck, number) if text.what != "the bar"}
        painted = painted_places(deck.svg(number))
        assert [place for place in painted if not near(place, still | mine)] == []
        assert [place for place in mine if not near(place, painted)] == []
        seen |= painted
    assert [place for place in still if not near(place, seen)] == []


# -- the checker sees faults ---------------------------------------------------------------------


def moved(placed: Placed | None, dx: float = 0, dy: float = 0) -> Placed:
    assert placed is not None
    return replace(placed, x=placed.x + dx, y=placed.y + dy)


def with_node(deck: Deck, number: int, /, **changes: Callable[[Node], Any]) -> None:
    nodes = list(deck.scene.nodes)
    nodes[number] = replace(nodes[number], **{what: make(nodes[number]) for what, make in changes.items()})
    deck.scene = replace(deck.scene, nodes=tuple(nodes))


def with_edge(deck: Deck, number: int, /, **changes: Callable[[Edge], Any]) -> None:
    edges = list(deck.scene.edges)
    edges[number] = replace(edges[number], **{what: make(edges[number]) for what, make in changes.items()})
    deck.scene = replace(deck.scene, edges=tuple(edges))


def node_2(deck: Deck) -> int:
    return deck.trace.graph.find("z")


def lift_equation(deck: Deck) -> None:
    deck.equation_top = deck.graph_top + deck.scene.height - 60


def lower_equation(deck: Deck) -> None:
    deck.equation_top = deck.sentence_top


def narrow(deck: Deck) -> None:
    deck.full_width -= 20


def long_header(deck: Deck) -> None:
    first, *rest = deck.header.statements
    deck.header = replace(deck.header, statements=(moved(first, dx=deck.width - 100), *rest))


def header_into_next(deck: Deck) -> None:
    first, *rest = deck.header.statements
    deck.header = replace(deck.header, statements=(moved(first, dx=16.5), *rest))


PLANTED: dict[str, tuple[Callable[[Deck], None], str]] = {
    "value on its name": (
        lambda deck: with_node(deck, node_2(deck), value=lambda n: moved(n.value, dx=-5)),
        r"name of node 4 \(z\) and value of node 4 \(z\) are -?[\d.]+ pt apart",
    ),
    "gradient up into the outline": (
        lambda deck: with_node(deck, 0, unknown=lambda n: moved(n.unknown, dy=-3.5)),
        r"'\?' of node 0 \(w\) touches the outline of node 0",
    ),
    "sign off its middle": (
        lambda deck: with_node(deck, 1, sign=lambda n: moved(n.sign, dx=12)),
        r"sign of node 1 \(x\) touches its outline",
    ),
    "label down onto the band of its edge": (
        lambda deck: with_edge(deck, 3, local=lambda e: moved(e.local, dy=2.0)),
        r"local of edge 3-4-1 is [\d.]+ pt from the line 3-4-1",
    ),
    "contribution up onto the band of its edge": (
        lambda deck: with_edge(deck, 0, contribution=lambda e: moved(e.contribution, dy=-2.0)),
        r"sent of edge 0-2-0 is [\d.]+ pt from the line 0-2-0",
    ),
    "number onto the symbol": (
        lambda deck: with_edge(deck, 0, number=lambda e: moved(e.number, dx=-4.5)),
        r"local of edge 0-2-0 and number of edge 0-2-0 are -?[\d.]+ pt apart",
    ),
    "line through another node": (
        lambda deck: with_edge(deck, 0, points=lambda e: through(e, deck.scene.nodes[3])),
        r"the line 0-2-0 touches node 3",
    ),
    "line that stops before its node": (
        lambda deck: with_edge(deck, 0, points=lambda e: tuple((x - 2, y) for x, y in e.points)),
        r"the line 0-2-0 ends 1\.\d pt from the outline of node 2",
    ),
    "node away from its texts": (
        lambda deck: with_node(deck, 1, y=lambda n: n.y + 40),
        r"sign of node 1 \(x\) touches its outline",
    ),
    "equation over the graph": (lift_equation, r"equation \d+ stands over the graph"),
    "equation on the sentence": (lower_equation, r"equation \d+ and sentence \d+ are -?[\d.]+ pt apart"),
    "frame too narrow": (narrow, r"counter \d+ stands at the edge of the picture or leaves it"),
    "formula as far as the counter": (long_header, r"counter \d+ and statement 0 are -?[\d.]+ pt apart"),
    "mark on the next statement": (header_into_next, r"the mark of step \d+ touches statement 1"),
}


def through(edge: Edge, node: Node) -> tuple[tuple[float, float], ...]:
    """The line of an edge by way of another node's middle."""
    start, stop, middle = edge.points[0], edge.points[-1], (node.x, node.y)
    return start, start, middle, middle, middle, stop, stop


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_seen(planted: str) -> None:
    deck = deck_of(NEURON)
    assert faults(deck) == []
    spoil, expected = PLANTED[planted]
    spoil(deck)
    sentences = faults(deck)
    assert any(re.fullmatch(expected, fault) for fault in sentences), sentences


def test_a_smaller_gap_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphviz_ad.diagram.edges._LABEL_GAP_PT", 3.0)
    sentences = faults(deck_of(NEURON))
    assert any(re.fullmatch(r"local of edge \S+ is 3.0 pt from the line \S+", fault) for fault in sentences), sentences
