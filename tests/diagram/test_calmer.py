"""Edges do not wind where a calmer line is free, and columns of a high graph stand as far apart as its slide has room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from graphviz_ad.diagram import calmer, drafts, fitting, routing
from graphviz_ad.diagram.columns import widened
from graphviz_ad.diagram.layout import Placement
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.ways import efforts_of, lines_between
from tests.diagram.cases import deck_of as plain_deck_of
from tests.diagram.lectures import LECTURES, Lecture, deck_of
from tests.diagram.overlap import faults, sampled
from tests.diagram.test_edges_apart import too_near

MAX_TURNS = 6.4
"""Radians by which an edge turns, at most: twice to its side and back, by nearly a right angle each."""

MAX_CORNER = 1.1
"""Radians by which an edge turns in 4 points, at most: in a round corner of a radius of 7, a little more than half."""

ARROWHEAD_PT, RUN_TOGETHER_PT = 8.0, 3.0
"""How long an arrowhead is, and nearer to each other two lines are one to a reader in the back row."""

FORMULAS = {
    "logistic regression with a penalty": Lecture(
        "z = w·x + b; p = σ(z); L = -(y log p + (1-y) log(1-p)) + λ‖w‖²",
        {"w": [0.8, -0.6], "x": [1, 2], "b": 0.3, "y": 1, "λ": 0.1},
    ),
    "normal density": Lecture("L = ½ log(2π σ²) + (x - μ)²/(2σ²)", {"x": 1.3, "μ": 0.8, "σ": 0.5}),
    "layer normalisation": Lecture(
        "μ = mean(x); s = √(mean((x - μ)^2) + ε); y = γ (x - μ)/s + β; L = sum(y c)",
        {"x": [1, 2, 4], "ε": 0.001, "γ": [1, 0.5, 2], "β": [0, 0.1, 0], "c": [1, -1, 0.5]},
    ),
    "ridge regression": Lecture(
        "J = ‖X w - y‖² + λ ‖w‖²",
        {"X": [[1, 2], [3, 1], [0, 1]], "w": [0.5, -0.2], "y": [1, 2, 0], "λ": 0.5},
    ),
    "autoencoder": Lecture(
        "σ = exp(½ s); z = μ + σ ε; R = ½ (x - w z)²; K = -½ (1 + s - μ² - exp(s)); L = R + K",
        {"s": -0.5, "μ": 0.4, "ε": 0.9, "x": 1.5, "w": 0.8},
    ),
}  # fmt: skip


CONTRAST = Lecture(
    "s_1 = a·p/τ; s_2 = a·n/τ; L = -log(exp(s_1)/(exp(s_1) + exp(s_2)))",
    {"a": [0.6, 0.8], "p": [0.8, 0.6], "n": [-0.3, 0.9], "τ": 0.5},
)


def winding(deck: Deck) -> list[str]:
    """Deck → the edges that turn more than twice to a side and back."""
    turned = {}
    for edge in deck.scene.edges:
        steps = np.diff(sampled(edge.points), axis=0)
        steps = steps[np.hypot(*steps.T) > 1e-6]
        angles = np.arctan2(steps[:, 1], steps[:, 0])
        turned[f"{edge.arg}-{edge.node}"] = float(np.abs(np.diff(angles)).sum())
    return [f"{name} turns by {turns:.1f}" for name, turns in turned.items() if turns > MAX_TURNS]


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_no_edge_winds(name: str) -> None:
    deck = deck_of(FORMULAS[name])
    assert winding(deck) == []
    assert faults(deck) == []
    assert too_near(deck) == []


def met(deck: Deck) -> list[str]:
    """Deck → the edges to the same node that run into each other before their arrowheads."""
    lines = [(edge, sampled(edge.points)) for edge in deck.scene.edges]
    lines = [(edge, line[line[:, 0] < line[-1, 0] - ARROWHEAD_PT]) for edge, line in lines]
    return [
        f"{edge.arg} and {other.arg} to {edge.node}"
        for edge, line in lines
        for other, another in lines
        if edge.node == other.node and edge.arg < other.arg
        and np.hypot(*(line[:, None] - another).transpose(2, 0, 1)).min() < RUN_TOGETHER_PT
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULAS)
def test_lines_to_one_node_do_not_run_into_each_other(name: str) -> None:
    assert met(deck_of(FORMULAS[name])) == []


def test_lines_that_run_into_each_other_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "calmed", lambda *arguments, thorough: None)
    assert met(deck_of(LECTURES["logistic"]))


@pytest.mark.parametrize("name", ["logistic regression with a penalty"])
def test_winding_edges_are_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "calmed", lambda *arguments, thorough: None)
    assert winding(deck_of(FORMULAS[name]))


@pytest.mark.slow
def test_lines_of_one_column_are_told_apart_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three lines that begin side by side two came down to one node in one place."""
    monkeypatch.setattr(drafts, "_COMPACT_GAPS_PT", {"gap": 6.0, "rank_gap": 13.0})  # there is room for it
    assert "0 and 1 to 5" not in met(deck_of(LECTURES["recurrent"]))
    monkeypatch.setattr(calmer, "_BEHIND_DOT_PT", 1e6)
    assert "0 and 1 to 5" in met(deck_of(LECTURES["recurrent"]))


def test_all_steps_of_a_deck_have_the_calm_lines() -> None:
    lecture = FORMULAS["normal density"]
    alone, every = deck_of(lecture).scene, deck_of(lecture, every=True).scene
    assert [edge.points for edge in alone.edges] == [edge.points for edge in every.edges]


def test_from_top_to_bottom_nothing_overlaps_either() -> None:
    for lecture in FORMULAS.values():
        deck = Deck(lecture.trace, make_style(direction="TB"))
        assert faults(deck) == []


def test_a_line_meets_no_box_between_its_ends() -> None:
    box = np.array([[40.0, -20.0, 60.0, 20.0]])
    lines = lines_between((0.0, 0.0), (100.0, 0.0), 1, box, round_boxes=True)
    efforts = efforts_of(lines, box)
    assert not np.isfinite(efforts[0])  # the straight one
    best = sampled(lines[int(np.argmin(efforts))])
    assert np.isfinite(efforts.min())
    assert not ((best > box[0, :2]) & (best < box[0, 2:])).all(axis=1).any()


@pytest.mark.slow
def test_columns_of_a_high_graph_stand_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    deck = deck_of(CONTRAST)

    def unchanged(placement: Placement, boxes: Sequence[object], more: float) -> Placement:
        return placement

    monkeypatch.setattr(fitting, "widened", unchanged)
    before = deck_of(CONTRAST)
    assert deck.scene.width > 1.15 * before.scene.width
    assert deck.type_pt == before.type_pt
    assert deck.scene.height <= before.scene.height


def test_what_stands_in_a_column_is_moved_as_a_whole() -> None:
    placement = Placement(
        ((5.0, 5.0), (25.0, 5.0)), (((10.0, 5.0), (13.0, 5.0), (17.0, 5.0), (20.0, 5.0)),), (), 30.0, 10.0
    )
    wide = widened(placement, [(0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0)], 10.0)
    assert wide.centres == ((5.0, 5.0), (35.0, 5.0))
    assert wide.routes[0][0] == (10.0, 5.0)
    assert wide.routes[0][-1] == (30.0, 5.0)
    assert wide.width == 40.0


def test_large_graphs_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calmer, "_MAX_EDGES", 3)
    monkeypatch.setattr(calmer, "Calming", None)  # it would fail
    assert plain_deck_of(("f = x*x + sin(x)*x", {"x": 2})).scene.edges


@pytest.mark.parametrize("rise", [30.0, 74.0, 200.0])
@pytest.mark.parametrize("way", [14.0, 30.0, 60.0])
def test_no_line_has_a_corner(rise: float, way: float) -> None:
    """A curve that rises steeply would be one: its corners are round."""
    for line in lines_between((0.0, 0.0), (way, rise), 1, np.zeros((0, 4)), round_boxes=False):
        steps = np.diff(sampled(line), axis=0)
        lengths = np.hypot(*steps.T)
        steps, lengths = steps[lengths > 1e-6], lengths[lengths > 1e-6]
        ends = np.cumsum(lengths)
        places = np.concatenate([[0.0], ends - lengths / 2, ends[-1:]])  # it leaves and arrives level
        angles = np.concatenate([[0.0], np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])), [0.0]])
        along = np.interp(np.arange(0.0, ends[-1], 4.0), places, angles)
        assert np.abs(np.diff(along)).max() < MAX_CORNER
