"""A value that goes to several readers parts at a dot, and its gradient stands there as the sum of what arrives."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.label_texts import PICTURE, edge_text
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.typeset import short
from graphviz_ad.explain.sums import sum_at_node
from graphviz_ad.explain.takeaway import takeaway
from graphviz_ad.language.printer import DISPLAY
from tests.diagram.cases import deck_of, trace_of
from tests.diagram.svg import groups, read

CASE: tuple[str, dict[str, Any]] = ("f = x*x + sin(x)*x", {"x": 2})


def sums(text: str, digits: int = 4, **values: Any) -> list[tuple[str, str]]:
    """Formula → what stands at its first input after each contribution, with the sign before the gradient."""
    trace = parse(text).run(values)
    node = next(iter(trace.graph.inputs.values()))
    return [sum_at_node(trace, node, digits, DISPLAY, n + 1) for n in range(trace.contributions_to[node])]


def test_the_terms_stand_in_the_order_of_the_formula() -> None:
    assert [terms for terms, _ in sums(CASE[0], x=2.0)] == [
        "0.9093", "-0.8323 + 0.9093", "2 - 0.8323 + 0.9093", "2 + 2 - 0.8323 + 0.9093",
    ]  # fmt: skip
    assert sums(CASE[0], x=2.0)[-1][1] == "="


def test_what_is_printed_adds_up_or_is_about() -> None:
    assert sums("sin(x)*cos(x) + x^3 - x/2", x=0.5)[-1] == ("0.7702 - 0.2298 + 0.75 - 0.5", "≈")
    assert sums("x/3 + x/3", digits=2, x=1.0)[-1] == ("0.33 + 0.33", "≈")
    assert sums("x/4 + x/2", digits=2, x=1.0)[-1] == ("0.25 + 0.5", "=")


def test_of_many_terms_some_are_left_out() -> None:
    text = " + ".join(f"{n}*x" for n in range(1, 8))
    terms = [terms for terms, _ in sums(text, x=1.0)]
    assert terms[4] == "3 + 4 + 5 + 6 + 7"
    assert terms[5] == "2 + … + 6 + 7"
    assert terms[6] == "1 + … + 6 + 7"


@pytest.mark.parametrize(("text", "values"), [("2*x + 1", {"x": 1.0}), ("sum(v) + v @ v", {"v": [1.0, 2.0]})])
def test_one_contribution_and_arrays_have_no_terms(text: str, values: dict[str, Any]) -> None:
    trace = parse(text).run(values)
    assert sum_at_node(trace, 0, 4, DISPLAY) == ("", "")


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("fit", ["graph", "slide"])
def test_the_dot_is_where_all_edges_begin(direction: str, fit: str) -> None:
    deck = deck_of(("a = x*y; b = a*a; L = sin(b)/x", {"x": 2, "y": 3}), direction=direction, fit=fit)
    consumers = deck.trace.graph.consumers
    for node in deck.scene.nodes:
        assert (node.dot is not None) == (len(consumers[node.id]) > 1)
        starts = {edge.points[0] for edge in deck.scene.edges if edge.arg == node.id}
        assert node.dot is None or starts == {node.dot}


def test_the_terms_stand_in_the_finished_picture_only() -> None:
    deck = deck_of(CASE)
    node = deck.scene.nodes[0]
    assert node.terms is not None
    place = f'translate({short(node.terms.x)} {short(node.terms.y)})" fill="{deck.style.theme.contribution}"'
    drawn = [place in deck.svg(number) for number in range(len(deck.frames))]
    assert drawn == [False] * 16 + [True] * 2


def test_the_dot_has_the_colour_of_the_step() -> None:
    deck = deck_of(CASE)
    colours = []
    for number in (0, 9, 17):  # an input, the first contribution to it, finished
        group = groups(read(deck.svg(number)), "node")[0]
        colours.append([part.get("fill") for part in group if part.tag.endswith("ellipse")])
    assert colours == [["#1b1f24"], ["#9b1c12"], ["#1b1f24"]]


def test_without_sums_the_gradient_alone_stands_there() -> None:
    trace = trace_of(CASE)
    plain, full = (Deck(trace, make_style(hide=hide), [0]).scene for hide in ("sums", ""))
    assert plain.nodes[0].terms is None
    assert plain.nodes[0].grads[4].label.ink_width < full.nodes[0].grads[4].label.ink_width  # no sign before it
    assert plain.width < full.width


def test_tikz_has_dot_and_sum() -> None:
    trace = trace_of(CASE)
    tex = trace.of(trace).draw(len(trace.steps)).tex()
    assert len(re.findall(r"\\fill\[ad dot\]", tex)) == 1
    assert "{$2 + 2 - 0.8323 + 0.9093$}" in tex
    assert re.search(r"ad gradient=[^$]*\$= 4\.077\$", tex)


def test_the_finished_picture_says_its_only_sum_once() -> None:
    """It is the equation below; a second sum stands at its node only, and in a deck each does as it arrives."""
    trace = trace_of(CASE)
    alone = trace.of(trace).draw().tex()
    assert "2 + 2 - 0.8323 + 0.9093" in alone
    assert re.search(r"ad gradient=[^$]*\$4\.077\$", alone)
    two = trace_of(("f = x*x + y*y + y", {"x": 2, "y": 3}))
    assert "{$3 + 3 + 1$}" in two.of(two).draw().tex()


@pytest.mark.parametrize(
    ("text", "direction"),
    [("a = w*x + b*x; c = tanh(y*z + z); L = a*c", "LR"), ("w*x + b*x", "LR"), ("w*x + b*x", "TB"), ("x*x*y", "TB")],
)
def test_inputs_of_a_column_stand_under_each_other(text: str, direction: str) -> None:
    """Also those whose value does not fan out, and whose cell is shorter."""
    names = list(parse(text).inputs)
    deck = deck_of((text, dict.fromkeys(names, 0.5)), direction=direction)
    nodes = [node for node in deck.scene.nodes if deck.trace.graph.names[node.id] in names]
    places = sorted({round(node.x if direction == "LR" else node.y, 1) for node in nodes})
    assert len(places) < len(names)
    assert all(second - first > 30 for first, second in pairwise(places))  # of other columns


def test_a_product_of_a_value_with_itself_has_no_numbered_names() -> None:
    labels = [edge_text(trace_of(CASE), *edge, 4, PICTURE) for edge in ((1, 0), (1, 1), (2, 0))]
    assert [label.local for label in labels] == [
        PICTURE.full(text) for text in ("x", "x", "frac(partial v_(2), partial x) = cos(x)")
    ]
    assert labels[0].number == "= 2"


def test_the_last_line_has_short_gradients_put_in() -> None:
    assert (
        takeaway(trace_of(CASE)).write(DISPLAY)
        == "∂f/∂x = x + x + x · cos(x) + sin(x) = 2 + 2 - 0.8323 + 0.9093 = 4.077"
    )


def test_a_sum_at_the_end_is_said_in_words() -> None:
    finished = deck_of(CASE).captions
    assert finished[max(finished)].plain_sentence == "Where a value branches, the contributions of its branches add up."
    other = deck_of(("a = sigmoid(w*x + b)", {"w": 2, "x": 3, "b": -1})).captions
    assert other[max(other)].plain_sentence == ""


def test_the_edges_of_a_value_stand_in_the_order_of_the_formula() -> None:
    """Where they leave, dot lets them cross, and they are led apart later: that says nothing against an order."""
    deck = deck_of(CASE, fit="slide", hide="derivative-names")
    contributions = sorted(
        (edge.contribution.y, edge.node, edge.slot) for edge in deck.scene.edges if edge.arg == 0 and edge.contribution
    )
    names = [(deck.trace.graph.names[node], slot) for _, node, slot in contributions]
    assert names == [("v1", 0), ("v1", 1), ("v2", 0), ("v3", 1)]
