"""Where lines cross, the one below is left out a little: a crossing is no branch."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from graphviz_ad.diagram.crossings import crossings
from graphviz_ad.diagram.gaps import gaps, painting_order
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.tangent_texts import labelled_edges
from graphviz_ad.export.latex.tikz import picture
from tests.diagram.lectures import LECTURES, Lecture, deck_of
from tests.diagram.overlap import sampled

LSTM = Lecture(
    "f = σ(w_f x + u_f h + b_f); i = σ(w_i x + u_i h + b_i); o = σ(w_o x + u_o h + b_o);"
    " g = tanh(w_c x + u_c h + b_c); c' = f c + i g; h' = o tanh(c')",
    {"x": 0.8, "h": 0.3, "c": 0.5, "w_f": 0.6, "u_f": 0.2, "b_f": 1, "w_i": 0.4, "u_i": -0.3, "b_i": 0, "w_o": 0.5,
     "u_o": 0.1, "b_o": 0.2, "w_c": 0.9, "u_c": 0.7, "b_c": -0.1},
)  # fmt: skip


@cache
def lstm() -> Deck:
    """→ Its slide."""
    return deck_of(LSTM)


def crossed(deck: Deck) -> list[tuple[float, float]]:
    """Deck → where edges from different nodes cross, away from their ends."""
    lines = [(edge.arg, sampled(edge.points)) for edge in deck.scene.edges]
    places = []
    for arg, line in lines:
        for other_arg, other in lines:
            if arg < other_arg:
                near = np.hypot(*(line[:, None] - other).transpose(2, 0, 1))
                ends = [line[0], line[-1], other[0], other[-1]]
                at = line[np.unravel_index(near.argmin(), near.shape)[0]]
                if near.min() < 0.4 and min(np.hypot(*(at - end)) for end in ends) > 12:
                    places.append((float(at[0]), float(at[1])))
    return places


def test_each_crossing_has_its_gap() -> None:
    deck = lstm()
    of_edges, of_stems = gaps(deck.scene.edges, deck.scene.nodes)
    middles = [np.mean(gap, axis=0) for pieces in (*of_edges.values(), *of_stems.values()) for gap in pieces]
    places = crossed(deck)
    assert len(places) >= 3
    for place in places:
        assert min(np.hypot(*(middle - place)) for middle in middles) < 3, place


def test_a_line_from_a_node_to_its_dot_is_above_all() -> None:
    deck = lstm()
    _, of_stems = gaps(deck.scene.edges, deck.scene.nodes)
    assert [deck.trace.graph.names[node] for node, pieces in of_stems.items() if pieces] in (["x"], ["h"])


def test_gaps_are_painted_before_the_line_that_is_above() -> None:
    deck = lstm()
    svg = "".join(part for part, _ in deck.painter.parts(deck.frames[-1]))
    hiding = [match.start() for match in re.finditer('stroke="#ffffff" stroke-width="6.5"', svg)]
    of_edges, of_stems = gaps(deck.scene.edges, deck.scene.nodes)
    assert len(hiding) == len(of_edges) + sum(map(bool, of_stems.values())) > 2
    for start in hiding:
        assert svg[start:].split("<path", 2)[1].find('stroke="#ffffff"') < 0
    latex = "\n".join(picture(deck, [len(deck.frames) - 1], paper=True))
    assert latex.count("draw[ad gap]") == sum(map(len, (*of_edges.values(), *of_stems.values())))


def test_lines_of_one_node_are_painted_together() -> None:
    deck = lstm()
    tails = [deck.scene.edges[number].arg for number in painting_order(deck.scene.edges)]
    assert tails == sorted(tails)


@pytest.mark.parametrize(("formula", "inputs"), [("z = w*x + b", {"w": 2, "x": 3, "b": 1}), ("y = x*x + x", {"x": 2})])
def test_lines_that_do_not_cross_have_none(formula: str, inputs: dict[str, object]) -> None:
    scene = deck_of(Lecture(formula, inputs)).scene
    of_edges, of_stems = gaps(scene.edges, scene.nodes)
    assert not of_edges
    assert not any(of_stems.values())


@pytest.mark.slow
def test_two_straight_lines_have_no_gap_where_they_cross() -> None:
    deck = deck_of(LECTURES["80 operations"])
    names, graph = deck.trace.graph.names, deck.trace.graph
    of_edges, _ = gaps(deck.scene.edges, deck.scene.nodes)
    layers = [number for number, edge in enumerate(deck.scene.edges) if names[edge.node][:2] in ("g_", "h_")]
    assert len(layers) == 28
    lines = [deck.scene.edges[number].points for number in layers]
    assert crossings(lines, alike=[deck.scene.edges[number].arg for number in layers]) > 20
    assert not of_edges.keys() & set(layers)
    assert graph.ids["f_1"] in {deck.scene.edges[number].arg for number in layers}


@pytest.mark.slow
def test_lines_over_which_gradients_go_are_above_those_of_data() -> None:
    deck = deck_of(LECTURES["VAE"])
    edges = deck.scene.edges
    above = [edges[number].carries for number in painting_order(edges)]
    assert above == sorted(above)
    assert 0 < sum(above) < len(above)
    assert {(edge.node, edge.slot) for edge in edges if edge.carries} == set(labelled_edges(deck.trace))
    of_edges, _ = gaps(edges, deck.scene.nodes)
    assert of_edges
    assert all(edges[number].carries for number in of_edges)
