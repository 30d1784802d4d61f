"""Inputs that one operation alone reads stand in the order of the formula."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from tests.strategies import formulas


def out_of_order(deck: Deck) -> list[str]:
    """Deck → the names of operations over such inputs whose inputs stand in another order."""
    graph, upright = deck.trace.graph, deck.style.direction == "TB"
    places = [node.x if upright else node.y for node in deck.scene.nodes]
    pairs = []
    for node, args in enumerate(graph.args):
        if len(args) > 1 and all(graph.ops[arg] is None and len(graph.consumers[arg]) == 1 for arg in args):
            across = [places[arg] for arg in args]
            pairs += [graph.names[node]] if across != sorted(across) else []
    return pairs


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize(
    "text", ["w1*x1 + w2*x2 + w3*x3 + b", "(a - b)/(c - d)", "p^q + u*v - hypot(s, t)", "sum([a, b, c, d]) + e*f"]
)
def test_inputs_in_order(text: str, direction: Direction) -> None:
    graph = parse(text)
    trace = graph.run({name: 1.5 + 0.25 * number for number, name in enumerate(graph.inputs)})
    assert out_of_order(Deck(trace, make_style(direction=direction), [0])) == []


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulas())
def test_inputs_in_order_in_any_formula(case: tuple[str, dict[str, Any]]) -> None:
    trace = parse(case[0]).run(case[1])
    assert out_of_order(Deck(trace, make_style(), [0])) == []
