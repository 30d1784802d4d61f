"""DOT that Graphviz itself reads, with labels that come back as they were."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.export.text.dot import quoted
from tests.diagram.cases import CASES, NEURON, trace_of
from tests.diagram.test_svg import NASTY

_SVG = "{http://www.w3.org/2000/svg}"


def drawn(dot: str) -> dict[str, list[str]]:
    """DOT → for every node and edge the lines of text that Graphviz sets, read from its SVG."""
    import pygraphviz

    graph = pygraphviz.AGraph(string=dot)
    root = ElementTree.fromstring(graph.draw(format="svg", prog="dot"))
    graph.close()
    labels: dict[str, list[str]] = {}
    for group in root.iter(f"{_SVG}g"):
        if group.get("class") in ("node", "edge"):
            title = group.find(f"{_SVG}title")
            assert title is not None
            lines = [(text.text or "").replace("\xa0", " ") for text in group.iter(f"{_SVG}text")]
            labels.setdefault(str(title.text), []).extend(lines)
    return labels


def test_a_graph_without_values() -> None:
    assert drawn(parse("z = w*x + b; L = z^2").to_dot().source) == {
        "n0": ["w"],
        "n1": ["x"],
        "n2": ["multiply", "v1"],
        "n3": ["b"],
        "n4": ["add", "z"],
        "n5": ["power n=2", "L"],
        "n0->n2": ["x"],
        "n1->n2": ["w"],
        "n2->n4": ["1"],
        "n3->n4": ["1"],
        "n4->n5": ["2 · z"],
    }


def test_the_finished_pass() -> None:
    labels = drawn(trace_of(("L = x*x + 3", {"x": 2})).draw().dot())
    assert labels == {
        "n0": ["x = 2", "grad = 4"],
        "n1": ["multiply", "v1 = 4", "grad = 1"],
        "n2": ["3"],
        "n3": ["add", "L = 7", "grad = 1"],
        "n0->n1": ["(∂v1/∂x)₁ = x = 2", "← 2", "(∂v1/∂x)₂ = x = 2", "← 2"],
        "n1->n3": ["∂L/∂v1 = 1", "← 1"],
        "n2->n3": [],
    }


def test_gradients_on_their_way() -> None:
    trace = trace_of(("L = x*x + x", {"x": 3}))
    texts = [drawn(trace.draw(k).dot())["n0"] for k in range(len(trace.steps) + 1)]
    assert texts == [
        ["x = 3", f"grad = {grad}"] for grad in ("?", "?", "?", "?", "?", "?", "1 + …", "1 + …", "4 + …", "4 + …", "7")
    ]


@pytest.mark.parametrize("name", CASES)
def test_graphviz_reads_every_frame(name: str) -> None:
    import pygraphviz

    trace = trace_of(CASES[name])
    deck = Deck(trace, make_style())
    graph = trace.graph
    for number in (0, len(deck.frames) // 2, len(deck.frames) - 1):
        read = pygraphviz.AGraph(string=trace.draw(min(number, len(trace.steps))).dot())
        assert read.nodes() == [f"n{node}" for node in range(len(graph))]
        arrows = sorted((tail, head) for tail, head in read.edges())
        assert arrows == sorted((f"n{arg}", f"n{node}") for node, args in enumerate(graph.args) for arg in args)
        read.close()


@pytest.mark.parametrize(
    "nasty", [*NASTY, "<b>bold</b>", "<<i>x</i>>", "a\nb", "\\", '"', "&lt;", "%d", "{a|b}", "x \\"]
)
def test_a_label_is_shown_as_it_is(nasty: str) -> None:
    import graphviz

    dot = graphviz.Digraph()
    dot.node("a", quoted(nasty))
    dot.node("b")
    dot.edge("a", "b", label=quoted(nasty))
    labels = drawn(dot.source)
    expected = [" ".join(line.split()) for line in nasty.split("\n")]
    assert [" ".join(line.split()) for line in labels["a"]] == expected
    assert [" ".join(line.split()) for line in labels["a->b"]] == expected


def test_comparisons_and_primes_come_through() -> None:
    labels = drawn(trace_of(("y = where(x' < 2, x', 0)", {"x'": 1})).draw().dot())
    assert labels["n0"] == ["x' = 1", "grad = 1"]
    assert labels["n2"] == ["less", "v1 = 1", "grad = 0"]


def test_colours_are_the_theme_s() -> None:
    import pygraphviz

    light, dark = (pygraphviz.AGraph(string=trace_of(NEURON).draw(theme=theme).dot()) for theme in ("light", "dark"))
    assert (light.graph_attr["bgcolor"], dark.graph_attr["bgcolor"]) == ("#ffffff", "#14181d")
    assert light.get_node("n0").attr["color"] != dark.get_node("n0").attr["color"]


def test_direction() -> None:
    assert "rankdir=TB" in trace_of(NEURON).draw(direction="TB").dot()
