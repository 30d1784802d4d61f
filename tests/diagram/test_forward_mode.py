"""Pictures of forward mode: the layout of reverse mode, dual numbers at nodes, products along arrows."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.autodiff import forward_mode
from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.label_texts import PICTURE, TIKZ
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.tangent_texts import edge_text, node_text
from graphviz_ad.errors import GraphvizADError
from tests.autodiff.in_torch import directions
from tests.diagram.cases import CASES, LOOKS
from tests.diagram.overlap import faults

NEURON = "z = w*x + b; a = sigmoid(z); L = (a - y)^2"
AT: dict[str, Any] = {"w": 2, "x": 3, "b": -1, "y": 1}
FORMULAS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (NEURON, AT, {"w": 1, "b": 0.5}),
    ("m = x*x + x; L = exp(m*y)", {"x": 0.3, "y": 0.5}, {"x": 1, "y": -2}),
    ("h = tanh(W @ x + b); p = softmax(h); L = cross_entropy(p, 1)",
     {"W": [[0.5, -0.2], [0.1, 0.8]], "x": [1, 2], "b": [0.1, -0.1]}, {"x": [1, 0], "b": [0.5, 0.25]}),
    ("y = [sin(t), cos(t)]; L = sum(y*y*t)", {"t": 0.7}, {"t": 1}),
]  # fmt: skip


def deck(trace: Any, **look: Any) -> Deck:
    return Deck(trace, make_style(**look))


@pytest.mark.parametrize(("text", "values", "tangents"), FORMULAS, ids=range(len(FORMULAS)))
@pytest.mark.parametrize("look", [{}, {"direction": "TB"}, {"fit": "slide"}], ids=str)
def test_nodes_and_edges_stand_where_they_stand_in_reverse_mode(
    text: str, values: dict[str, Any], tangents: dict[str, Any], look: dict[str, Any]
) -> None:
    graph = parse(text)
    forward, reverse = deck(run(graph, values, tangents=tangents), **look), deck(run(graph, values), **look)
    assert [(n.form, n.x, n.y, n.width, n.height, n.dot) for n in forward.scene.nodes] == [
        (n.form, n.x, n.y, n.width, n.height, n.dot) for n in reverse.scene.nodes
    ]
    assert [e.points for e in forward.scene.edges] == [e.points for e in reverse.scene.edges]
    assert (forward.scene.width, forward.scene.height) == (reverse.scene.width, reverse.scene.height)


@pytest.mark.parametrize(("text", "values", "tangents"), FORMULAS, ids=range(len(FORMULAS)))
@pytest.mark.parametrize("look", [{}, {"direction": "TB"}, {"fit": "slide"}], ids=str)
def test_nothing_lies_over_anything(
    text: str, values: dict[str, Any], tangents: dict[str, Any], look: dict[str, Any]
) -> None:
    drawn = deck(run(parse(text), values, tangents=tangents), **look)
    assert faults(drawn) == []


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", CASES)
def test_nothing_lies_over_anything_in_the_cases(name: str, look: str) -> None:
    text, values = CASES[name]
    reverse = forward_mode.reverse(parse(text), values)
    assert faults(deck(forward_mode.with_tangents(reverse, directions(reverse)), **LOOKS[look])) == []


def test_a_node_is_a_dual_number_and_an_edge_a_product() -> None:
    trace = run(parse(NEURON), AT, tangents={"w": 1, "b": -0.5})
    z, b, w = (trace.graph.find(name) for name in "zbw")
    assert node_text(trace, z, 4, False, TIKZ).grads == {1: r"+ 2.5 \varepsilon"}
    assert node_text(trace, b, 4, False, TIKZ).grads == {1: r"- 0.5 \varepsilon"}
    assert node_text(trace, trace.graph.find("x"), 4, False, PICTURE).grads == {}
    product = edge_text(trace, trace.graph.find("v1"), 0, 4, TIKZ)
    assert (product.local, product.number, product.contribution) == (r"\displaystyle x \dot{w}", r"= 3 \cdot 1", "")
    handed_on = edge_text(trace, z, 1, 4, TIKZ)
    assert (handed_on.local, handed_on.number, handed_on.contribution) == ("", r"1 \cdot (-0.5)", "-0.5")
    assert trace.graph.names[w] == "w"


def test_the_frames() -> None:
    drawn = deck(run(parse("m = w*x"), {"w": 2, "x": 3}, tangents={"w": 1, "x": 10}))
    looks = [[state.look for state in frame.nodes] for frame in drawn.frames]
    assert looks[1][0] is Look.TANGENT  # ẇ
    assert looks[3][2] is Look.FORWARD  # m
    assert [state.grad for state in drawn.frames[4].nodes] == [1, 1, 0]  # over one edge of two
    assert [state.grad for state in drawn.frames[6].nodes] == [1, 1, 1]
    assert drawn.frames[4].edges[0].look is Look.TANGENT
    assert [frame.phase for frame in drawn.frames] == [
        "forward", "tangent", "tangent", "forward", "tangent", "tangent", "tangent", "tangent",
    ]  # fmt: skip


def test_tangents_have_the_colour_of_updates() -> None:
    drawn = deck(run(parse(NEURON), AT, tangents={"w": 1}))
    svg = drawn.svg(len(drawn.frames) - 1)
    assert "#5a3ea6" in svg
    assert "#9b1c12" not in svg


def test_the_pages_say_why_their_numbers_stay(tmp_path: Any) -> None:
    path = tmp_path / "deck.html"
    run(parse(NEURON), AT, tangents={"w": 1}).save(path)
    page = path.read_text(encoding="utf-8")
    assert "In forward mode the numbers of this page cannot be changed yet" in page
    assert re.search(r"<dd><math[^>]*>.*?˙", page)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["pdf", "beamer.tex", "reveal.html", "marp.md", "qmd", "ipynb"])
def test_all_decks_go(tmp_path: Any, suffix: str) -> None:
    assert run(parse("m = w*x"), {"w": 2, "x": 3}, tangents={"w": 1, "x": 10}).save(tmp_path / f"x.{suffix}")


def test_native_shapes_go(tmp_path: Any) -> None:
    pytest.importorskip("pptx")
    assert run(parse("m = w*x"), {"w": 2, "x": 3}, tangents={"w": 1}).save(tmp_path / "x.pptx", native=True)


def test_one_step_a_node() -> None:
    drawn = Deck(run(parse(NEURON), AT, tangents={"w": 1}), make_style())
    assert drawn.pictures("node") == [0, 1, 3, 5, 7, 9, 11, 12]


@pytest.mark.parametrize("options", [{"only": "backward"}, {"by": "statement"}, {"by": "phase"}])
def test_selections_of_reverse_mode(options: dict[str, Any], tmp_path: Any) -> None:
    with pytest.raises(GraphvizADError, match="is of reverse mode"):
        run(parse(NEURON), AT, tangents={"w": 1}).save(tmp_path / "x", **options)


def test_a_closed_part_keeps_its_tangent_on_a_slide() -> None:
    trace = run(parse(NEURON), AT, tangents={"w": 1})
    assert trace.draw(fit="slide", detail="statement").svg()
    assert "w" in trace.draw(fit="slide", detail="module").frame.deck.trace.graph.inputs
    with pytest.raises(GraphvizADError, match="'w' has a tangent, and would be inside of a node"):
        trace.closed("module")
