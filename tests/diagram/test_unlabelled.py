"""Edges without labels are led freely: in one curve, or from one line where a value goes to many readers."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from graphviz_ad import parse, run
from graphviz_ad.diagram import fitting, legend, routing
from graphviz_ad.diagram.crossings import crossings, sampled
from graphviz_ad.diagram.label_texts import TIKZ, edge_text
from graphviz_ad.diagram.legible import legible
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import Fit, make_style
from graphviz_ad.explain.equations import equations
from graphviz_ad.language.dialects import LATEX
from graphviz_ad.language.printer import DISPLAY, TYPST, write
from graphviz_ad.messages.catalogue import say
from tests.diagram.cases import Case, deck_of
from tests.diagram.lectures import LECTURES


@cache
def slide(name: str, **look: Any) -> Deck:
    """Name of a lecture → its finished slide."""
    trace, style, _ = legible(LECTURES[name].trace, make_style(fit="slide", **look))
    return Deck(trace, style, [len(trace.steps) + 1])


def named(deck: Deck) -> dict[str, Any]:
    """Deck → its nodes in their places, by name."""
    return {deck.trace.graph.names[node.id]: node for node in deck.scene.nodes}


@pytest.mark.slow
def test_many_edges_leave_a_value_in_one_line_and_lines_keep_apart() -> None:
    deck = slide("LSTM", equations="delta", detail="module")
    nodes = named(deck)
    x, h = nodes["x"], nodes["h"]
    for node in (x, h):
        starts = [edge.points[:2] for edge in deck.scene.edges if edge.arg == node.id]
        assert {start for start, _ in starts} == {node.dot}
        assert all(after[0] == start[0] or after[1] == start[1] for start, after in starts)
    assert abs(x.dot[0] - h.dot[0]) >= 10
    assert len({round(nodes[name].x) for name in "ofig"}) == 1
    assert nodes["o"].y < nodes["f"].y < nodes["i"].y


def test_no_crossing_and_the_order_of_the_formula() -> None:
    layers = slide("layers with L2", detail="statement", hide="derivatives,contributions")
    assert crossings([edge.points for edge in layers.scene.edges]) == 0
    fan_out = named(slide("fan-out"))
    assert fan_out["v1"].y < fan_out["v3"].y


@pytest.mark.slow
def test_equations_stand_beside_the_graph_where_type_is_larger_then() -> None:
    deck = slide("LSTM", equations="delta")
    forward, backward = (words.placed.rect for words in deck.equations)
    right = deck.scene_x + deck.scene.width
    assert right < min(forward[0], backward[0])
    assert max(forward[2], backward[2]) < deck.full_width
    assert forward[3] < backward[1]
    assert not deck.header.statements, "they say the formula"
    assert not {"derivatives", "contributions"} & set(deck.style.layers)


@pytest.mark.slow
@pytest.mark.parametrize("fit", ["slide", "page", "graph"])
def test_equations_in_several_columns_are_not_cut(fit: Fit) -> None:
    trace = replace(LECTURES["LSTM"], data=()).trace
    trace, style, _ = legible(trace, make_style(fit=fit, equations="delta", detail="statement", show="names"))
    deck = Deck(trace, style, [len(trace.steps) + 1])
    assert len(equations(deck.trace, TYPST).backward) > 9, "two columns"
    assert max(words.placed.rect[2] for words in deck.equations) < deck.full_width


def test_behind_a_label_an_edge_is_level_and_bends_once() -> None:
    text = "z = w_1 x_1 + w_2 x_2 + b; a = σ(z); L = -(y log a + (1 - y) log(1 - a))"
    trace = run(parse(text), {"w_1": 0.5, "x_1": 2, "w_2": -1, "x_2": 1, "b": 0.5, "y": 1}, wrt=["w_1", "w_2", "b"])
    trace, style, _ = legible(trace, make_style(fit="slide", legend=True, digits=3))
    deck = Deck(trace, style, [len(trace.steps) + 1])
    nodes = named(deck)
    (edge,) = (edge for edge in deck.scene.edges if edge.arg == nodes["y"].id)
    assert nodes["a"].y > edge.points[0][1], "the label stands below"
    assert len({round(y) for _, y in edge.points[::3]}) == 2


def test_a_slide_is_no_wider_than_its_words_and_graph_need() -> None:
    deck = slide("neuron")
    assert deck.full_width < 1.02 * deck.needed_width


def test_a_fraction_stands_as_it_was_typed() -> None:
    graph = parse("L = ½ x² + ⅓ x")
    tree, root = graph.program.tree, graph.program.statements[-1].root
    assert "frac(1, 2)" in write(tree, root, TYPST)
    assert r"\frac{1}{3}" in write(tree, root, LATEX)
    assert "0.5" in write(tree, root, DISPLAY)
    assert [type(value) for value in graph.constants.values()] == [float] * len(graph.constants)
    assert pickle.loads(pickle.dumps(graph)).program.tree.head == tree.head
    assert graph.run(x=3).values[graph.output] == 5.5


def levels(deck: Deck, name: str) -> int:
    """Deck and an input → at how many places between its ends the edge from it is level."""
    (edge,) = (edge for edge in deck.scene.edges if edge.arg == named(deck)[name].id)
    heights = [point[1] for point in edge.points]
    return sum(heights[at - 1] == heights[at] == heights[at + 1] for at in range(6, len(heights) - 6, 3))


def test_an_edge_without_labels_is_one_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    here = levels(slide("logistic", detail="module"), "x_2")
    monkeypatch.setattr(routing, "freely_led", lambda routes, *rest: list(routes))
    monkeypatch.setattr(fitting, "calmly_routed", lambda draft, lines, thorough: lines)
    slide.cache_clear()
    assert here < levels(slide("logistic", detail="module"), "x_2")


TWO_LAYERS: Case = (
    "h = tanh(W x); o = U h; L = (o - y)^2 + c*‖U‖^2",
    {"W": [[0.5, -1.0], [1.0, 0.25]], "x": [1.0, 2.0], "U": [1.0, -0.5], "y": 0.5, "c": 0.1},
)


def test_products_at_edges_conform() -> None:
    """The gradient of a row is a row: hᵀ stands at its edge, and Uᵀ at that of the column."""
    deck = deck_of(TWO_LAYERS)
    ids, trace = deck.trace.graph.ids, deck.trace
    assert ids["U"] in trace.rows
    labels = [edge_text(trace, ids["o"], slot, 4, TIKZ).local for slot in (0, 1)]
    assert [r"h^{\top}" in labels[0], r"U^{\top}" in labels[1]] == [True, True]


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (("L = w*x + b", {"w": 1, "x": 2, "b": 3}), "local derivative"),
        (("L = sum(W @ x)", {"W": [[1.0, 2.0]], "x": [1.0, 2.0]}), "what is sent back"),
        (TWO_LAYERS, "local derivative, or what is sent back"),
    ],
    ids=["numbers", "arrays", "both"],
)
def test_the_legend_says_what_stands_at_edges(case: Case, word: str) -> None:
    deck = deck_of(case)
    kinds = legend.of_arrays(legend.shown_kinds(deck.scene, deck.style.layers), deck.trace, deck.scene)
    assert word in [say(f"player.{kind.word}", "en") for kind in kinds]


def test_numbers_stand_beside_symbols_where_type_is_large_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def stacked() -> bool:
        slide.cache_clear()
        edges = slide("fan-out").scene.edges
        return any(edge.local and edge.number and edge.number.rect[1] > edge.local.rect[3] for edge in edges)

    assert not stacked()
    monkeypatch.setattr(fitting, "_CALM_TYPE_PT", 18.0)
    assert stacked()


def _lstm_step() -> Deck:
    """One step of an LSTM with nothing at its edges, each gate one node."""
    return slide("LSTM", show="names,gradients", equations="delta", detail="module")


def test_no_dot_is_on_the_line_of_another_input() -> None:
    scene = _lstm_step().scene
    dots = [(node.id, node.dot) for node in scene.nodes if node.dot is not None]
    assert len(dots) == 2
    for number, dot in dots:
        _, others = sampled([edge.points for edge in scene.edges if edge.arg != number])
        assert min(math.dist(dot, point) for piece in others for point in piece.tolist()) > 8


def test_edges_into_a_closed_part_end_in_the_order_in_which_they_begin() -> None:
    deck = _lstm_step()
    into = [edge for edge in deck.scene.edges if edge.node == deck.trace.graph.ids["c_t"]]
    assert len(into) == 4
    begin, end = ([edge.points[at][1] for edge in into] for at in (0, -1))
    assert sorted(range(4), key=begin.__getitem__) == sorted(range(4), key=end.__getitem__)


def test_an_input_is_level_with_an_edge_that_would_go_round_something() -> None:
    deck = slide("layers with L2", show="names,gradients", equations="partial", detail="statement")
    ids = deck.trace.graph.ids
    (penalty,) = (edge for edge in deck.scene.edges if edge.arg == ids["W_1"] and edge.node != ids["z"])
    heights = [y for _, y in penalty.points[::3]]
    assert heights[0] == pytest.approx(min(heights))
    dot = named(deck)["W_1"].dot
    assert dot is not None
    assert dot[1] == pytest.approx(heights[0])
