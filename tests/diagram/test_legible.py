"""What is closed on a slide so that its type can be read, what is said about it, and what is left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import Trace, parse
from graphviz_ad import run as run_passes
from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.diagram import dot_input
from graphviz_ad.diagram import inside as listed
from graphviz_ad.diagram import legible as levels
from graphviz_ad.diagram.annotations import NONE
from graphviz_ad.diagram.corners import free_corner
from graphviz_ad.diagram.crossings import crossings
from graphviz_ad.diagram.fitting import MIN_TYPE_PT
from graphviz_ad.diagram.header import ON_A_LINE, written_statement, written_statements
from graphviz_ad.diagram.highlight import node_rect, overlap
from graphviz_ad.diagram.inside import on_lines, table, values_inside
from graphviz_ad.diagram.label_texts import PICTURE, edge_text, node_text
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES, SHORT_RULES
from graphviz_ad.diagram.legible import legible
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import StyleOptions, make_style
from graphviz_ad.diagram.tangent_texts import labelled_edges
from graphviz_ad.diagram.typeset import Request, typeset
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.equations import gradient_equations
from graphviz_ad.language.number_format import NumberFormat
from graphviz_ad.language.printer import DISPLAY, TYPST
from tests.cli.conftest import Run, run
from tests.diagram.lectures import LECTURES, deck_of

__all__ = ["run"]

LSTM = """i = σ(w_i x + u_i h + b_i)
f = σ(w_f x + u_f h + b_f)
o = σ(w_o x + u_o h + b_o)
g = tanh(w_g x + u_g h + b_g)
c_t = f c + i g
h_t = o tanh(c_t)"""
GRU = """z = σ(w_z x + u_z h + b_z)
r = σ(w_r x + u_r h + b_r)
n = tanh(w_n x + r*(u_n h) + b_n)
h_t = (1 - z)*n + z*h"""
LAYERS = "z = w_1 x + b_1; h = tanh(z); o = w_2 h + b_2; L = ½ (o - y)²; s = λ/2 (w_1² + w_2²); J = L + s"
CHAIN = "; ".join(["h_0 = tanh(w*x)", *(f"h_{k + 1} = tanh(w_{k}*h_{k} + b_{k})" for k in range(6))])
DATA = {LSTM: ("x",), GRU: ("x",), LAYERS: ("x", "y", "λ"), CHAIN: ("x",)}


def trace_of(formula: str) -> Trace:
    graph = parse(formula)
    values = {name: 0.3 + 0.05 * number for number, name in enumerate(graph.inputs)}
    return run_passes(graph, values, wrt=[name for name in graph.inputs if name not in DATA.get(formula, ())])


def finished(formula: str, **look: Any) -> Deck:
    options: StyleOptions = {"fit": "slide", **look}
    trace, style, remark = legible(trace_of(formula), make_style(**options))
    return Deck(trace, style, [len(trace.steps) + 1], remark=remark)


@pytest.mark.parametrize("formula", [LSTM, GRU, LAYERS, "a = σ(w_1 x_1 + w_2 x_2 + b)", "f = x*x + sin(x)*x"])
def test_type_can_be_read_in_the_back_row(formula: str) -> None:
    deck = finished(formula)
    assert deck.type_pt >= 14
    assert deck.warnings == []
    assert deck.sizes.equation <= 1.5 * deck.sizes.local + 1e-9


SMALLER = {"80 operations": 13.6, "long names": 12.5, "six margins": 12.3}
"""Lectures whose type is not large enough yet, and how large it is."""


@pytest.mark.slow
@pytest.mark.parametrize("name", LECTURES)
def test_lectures_can_be_read_in_the_back_row(name: str) -> None:
    deck = deck_of(LECTURES[name], every=True)
    assert deck.type_pt >= SMALLER.get(name, 13.95)
    assert deck.sizes.equation <= 1.5 * deck.sizes.local + 1e-9


def test_derivatives_are_not_given_up_for_type_that_is_large_enough() -> None:
    trace, look, _ = legible(LECTURES["neuron"].trace, make_style(fit="slide", theme="slides"))
    assert "derivatives" in look.layers
    assert Deck(trace, look, [len(trace.steps) + 1]).type_pt >= 16
    _, look, _ = legible(LECTURES["six margins"].trace, make_style(fit="slide", digits=5))
    assert look.digits == 5, "the author has asked for them"
    _, look, _ = legible(LECTURES["six margins"].trace, make_style(fit="slide", digits=4))
    assert look.digits == 4


def test_data_go_inside_where_type_is_small_else() -> None:
    deck = deck_of(LECTURES["triplet"])
    assert deck.trace.graph.names == ["W", "p", "q", "r", "d_1", "d_2", "L"]
    assert "with the parameters that only it uses and data inside" in str(deck.remark)
    assert "and numbers have 3 digits" in str(deck_of(LECTURES["recurrent"]).remark)


def test_siblings_stand_in_their_order() -> None:
    for name, series in (("six margins", "m"), ("softmax regression", "z"), ("80 operations", "g")):
        deck = deck_of(LECTURES[name])
        places = {deck.trace.graph.names[node.id]: node.y for node in deck.scene.nodes}
        column = [y for name, y in places.items() if name.startswith(f"{series}_")]
        assert len(column) > 2
        assert column == sorted(column)


def test_dots_stand_for_statements_that_are_written_alike() -> None:
    header = deck_of(LECTURES["80 operations"]).header
    assert header.shown == (0, None, 4, None, 11, 12)
    assert len(header.statements) == len(header.shown)


def test_an_equation_that_is_too_high_is_set_smaller() -> None:
    deck = deck_of(LECTURES["RMSNorm"], every=True)
    sizes = {caption.equation_size for caption in deck.captions.values()}
    assert max(sizes) == deck.sizes.equation
    assert min(sizes) < deck.sizes.equation
    assert max(caption.equation.height for caption in deck.captions.values()) < 0.18 * deck.height


def test_no_more_is_closed_than_is_needed() -> None:
    small = finished("L = (w*x - y)^2")
    assert small.remark is None
    assert not any(isinstance(bound, ClosedOperation) for bound in small.trace.graph.ops)
    logistic = finished("z = w x + b; a = σ(z); L = -(y log a + (1 - y) log(1 - a))")
    assert {"w", "x", "b", "z", "a", "y", "L"} == set(logistic.trace.graph.names)
    assert str(logistic.remark).startswith("so that type can be read on a slide, each statement is one node:")


def test_the_recurrent_cells_are_their_gates() -> None:
    assert finished(LSTM).trace.graph.names == ["h", "i", "f", "o", "g", "c", "c_t", "h_t"]
    assert finished(GRU).trace.graph.names == ["h", "z", "r", "n", "h_t"]


def test_what_is_asked_for_is_left_alone() -> None:
    opened = finished(LSTM, detail="operation")
    assert len(opened.trace.graph) == len(trace_of(LSTM).graph)
    assert re.match(r"type is \d\.\d points high", opened.warnings[0])
    assert finished(LSTM, detail="statement").trace.graph.names[:3] == ["w_i", "x", "u_i"]
    whole = trace_of(LSTM)
    assert legible(whole, make_style())[0] is whole  # no slide
    closed = whole.closed(close="i")
    assert legible(closed, make_style(fit="slide"))[0] is closed


def test_a_node_that_is_named_stays() -> None:
    assert "w_1" in finished(LAYERS, highlight="w_1,z").trace.graph.names
    assert "b_1" in finished(LAYERS, note={"b_1": "a bias"}).trace.graph.names


def test_an_unknown_level() -> None:
    with pytest.raises(GraphvizADError, match="there is no level 'gate'"):
        make_style(detail="gate")  # type: ignore[arg-type]


def test_the_command_says_what_is_closed(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "x.pdf")
    values = [f"{name}=0.5" for name in trace_of(LSTM).graph.inputs]
    outcome = run("steps", LSTM, *values, "--data", "x", "-o", path)
    assert "each statement is one node, with the parameters that only it uses and data inside" in outcome.err
    assert "--detail operation shows all" in outcome.err
    outcome = run("steps", LSTM, *values, "--data", "x", "-o", path, "--detail", "statement", "--open", "c_t")
    assert "so that type can be read" not in outcome.err
    assert run("draw", LSTM, *values, "-o", str(tmp_path / "x.svg"), "--close", "q").err.startswith(
        "error: 'q' cannot be closed: there is no statement or function of that name"
    )


def test_equations_stand_below_the_graph() -> None:
    plain, both = (
        finished("z = w*x + b; a = tanh(z); L = (a - y)^2", equations=equations) for equations in (None, "delta")
    )
    assert plain.around.equations_height == 0
    forward, backward = both.equations
    assert forward.placed.rect[2] < backward.placed.rect[0]
    assert min(forward.placed.rect[1], backward.placed.rect[1]) >= both.graph_top + both.scene.height
    assert max(forward.placed.rect[3], backward.placed.rect[3]) <= both.equation_top
    with pytest.raises(GraphvizADError, match="there are no equations with 'd'"):
        make_style(equations="d")  # type: ignore[typeddict-item]


TWO_LAYERS = "z = W x; h = tanh(z); o = v^T h; L = 1/2 (o - y)^2; J = L + λ norm(W)^2"
TWO_LAYERS_VALUES = {"W": [[0.5, -1.0], [1.0, 0.2]], "x": [1.0, 2.0], "v": [1.0, -0.5], "y": 0.5, "λ": 0.1}


def test_without_values_the_equations_of_gradients_stand_at_their_nodes() -> None:
    trace = parse(TWO_LAYERS).run(TWO_LAYERS_VALUES)
    style = make_style(show="names,gradients", equations="partial", detail="statement", fit="slide")
    whole, look, _ = legible(trace, style)
    deck = Deck(whole, look, [len(whole.steps) + 1])
    assert all(not words.placed.label.runs for words in deck.equations)
    assert deck.header.statements
    assert not deck.captions[len(whole.steps) + 1].equation.runs
    numbers = Deck(whole, replace(look, annotations=NONE), [len(whole.steps) + 1])
    graph = whole.graph
    for name in ("W", "v", "z", "h", "o"):
        node = graph.ids[name]
        (equation,), (number,) = (list(d.scene.nodes[node].grads.values())[-1:] for d in (deck, numbers))
        assert equation.label != number.label, name
    assert gradient_equations(whole, DISPLAY)[graph.ids["h"]] == ("∂J/∂h", "∂J/∂o · v")


def test_where_dots_stand_for_statements_all_stand_beside_equations_at_nodes() -> None:
    gates = [f"{gate} = sigmoid(w_{gate} x + u_{gate} h + b_{gate})" for gate in "ifop"]
    text = "; ".join([*gates, "c = f d + i p", "L = o tanh(c)"])
    names = [f"{letter}_{gate}" for letter in "wub" for gate in "ifop"]
    trace = parse(text).run(x=1.0, h=0.5, d=0.8, **dict.fromkeys(names, 0.3))
    style = make_style(show="names,gradients", equations="delta", detail="block", fit="slide")
    whole, look, _ = legible(trace, style)
    deck = Deck(whole, look, [len(whole.steps) + 1])
    forward, backward = deck.equations
    assert forward.placed.label.runs
    assert backward.placed.rect[1] >= forward.placed.rect[3], "below them those of the parameters inside of nodes"
    assert not deck.header.statements
    assert forward.placed.rect[0] >= deck.scene_x + deck.scene.width


def test_a_name_does_not_stand_above_the_same_name() -> None:
    text = "V = S*sigmoid(log(S/K) + r) - K*exp(-r)*sigmoid(log(S/K) - r); L = 2*V"
    trace = parse(text).run(S=1.1, K=1.0, r=0.05)
    deck = Deck(trace.closed("statement"), make_style(), [0])
    node = deck.trace.graph.ids["V"]
    assert deck.scene.nodes[node].name is None
    assert deck.scene.nodes[node].value is not None
    assert node_text(deck.trace, node, 4, False, PICTURE).sign == "V"


def test_a_node_calls_its_arguments_as_the_picture_does() -> None:
    """√(2/π) in the open graph takes two names, which the graph with constants inside does not have."""
    trace = parse("f = 0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))").run(x=1.2).closed("constants")
    signs = {
        trace.graph.names[node]: node_text(trace, node, 4, False, PICTURE).sign for node in range(len(trace.graph))
    }
    assert signs["v2"] == "0.044715 v_(1)"
    assert signs["v4"].endswith("v_(3)")
    assert signs["v6"] == "1 + v_(5)"
    assert signs["f"] == "0.5 x thin v_(6)"


def test_products_of_arrays_keep_their_signs_where_they_are_closed() -> None:
    trace = parse("z = w·x + b; L = sum(z*x)").run(w=[1.0, 2.0], x=[3.0, 4.0], b=0.5)
    closed = trace.closed("statement")
    assert written_statements(closed, TYPST) == written_statements(trace, TYPST)
    assert "w dot x" in written_statements(closed, TYPST)[0]
    assert "w dot x" in node_text(closed, closed.graph.ids["z"], 4, False, PICTURE).sign


def test_edges_come_in_from_the_last_to_the_first_where_none_crosses_then(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "z = w·x + b; p = σ(z); L = -(y log p + (1-y) log(1-p)) + λ‖w‖²"
    given = {"w": [0.8, -0.6], "x": [1, 2], "b": 0.3, "y": 1, "λ": 0.1}

    def crossed() -> int:
        whole = parse(text).run(given).closed("statement")
        edges = Deck(whole, make_style(fit="slide"), [len(whole.steps) + 1]).scene.edges
        return crossings([edge.points for edge in edges], alike=[edge.arg for edge in edges])

    assert crossed() == 0
    monkeypatch.setattr(dot_input, "says_nothing", lambda graph, node: False)
    assert crossed() > 0


def test_values_of_parameters_inside_of_nodes_stand_in_a_free_corner(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = parse(LSTM).run(dict.fromkeys(parse(LSTM).inputs, 0.5))
    assert trace.draw(fit="slide").frame.deck.around.corner is not None
    monkeypatch.setattr(listed, "free_corner", lambda *arguments: None)
    assert not trace.draw(fit="slide").frame.deck.around.inside.runs


def test_a_corner_is_free_where_nothing_else_is() -> None:
    scene = parse("f = w x + b").run(w=1, x=2, b=3).draw().frame.deck.scene
    assert free_corner(scene, scene.width, 10.0) is None
    corner = free_corner(scene, 30.0, 20.0)
    assert corner is not None
    x, y = corner
    assert not any(overlap((x, y, x + 30, y + 20), node_rect(node)) for node in scene.nodes)


def test_vectors_stand_on_a_line_where_height_is_short() -> None:
    text = "s_1 = a·p/τ; s_2 = a·n/τ; L = -log(exp(s_1)/(exp(s_1) + exp(s_2)))"
    given = {"a": [0.6, 0.8], "p": [0.8, 0.6], "n": [-0.3, 0.9], "τ": 0.5}
    deck = parse(text).run(given).draw(fit="slide").frame.deck
    assert deck.style.digits.flat
    assert deck.type_pt >= MIN_TYPE_PT
    style = replace(deck.style, digits=NumberFormat(deck.style.digits))
    assert Deck(deck.trace, style, [len(deck.trace.steps) + 1]).type_pt < MIN_TYPE_PT


def test_rules_stay_where_they_and_the_numbers_of_arrays_do_not_fit() -> None:
    text = "μ = mean(x); s = √(mean((x - μ)^2) + ε); y = γ (x - μ)/s + β; L = sum(y c)"
    given = {"x": [1, 2, 4], "ε": 0.001, "γ": [1, 0.5, 2], "β": [0, 0.1, 0], "c": [1, -1, 0.5]}
    trace = parse(text).run(given)
    deck = trace.draw(fit="slide").frame.deck
    assert not deck.scene.is_in_rows
    assert "local derivatives stand without names, numbers and spaces" in str(deck.remark)
    assert "by their names" not in str(deck.remark)  # which have room
    assert deck.scene.nodes[deck.trace.graph.ids["y"]].value is not None
    assert {(edge.node, edge.slot) for edge in deck.scene.edges if edge.local} == set(labelled_edges(deck.trace))
    asked = trace.draw(fit="slide", detail="statement").frame.deck
    assert asked.scene.nodes[asked.trace.graph.ids["y"]].value is not None


def test_the_last_line_has_the_numbers_of_an_array_that_has_none_in_the_picture() -> None:
    trace = parse("z = W x; h = tanh(z); L = sum(h)").run(W=[[0.5, -1.0], [1.0, 0.2]], x=[1.0, 2.0])
    last = len(trace.steps) + 1
    for layers, result in ((ALL, "[1, 2])."), ((*ALL, ARRAY_NAMES), " ≈ [[0.1807, 0.3614], [0.2162, 0.4323]].")):
        deck = Deck(trace, replace(make_style(fit="slide"), layers=layers), [last])
        assert deck.captions[last].spoken.endswith(result)


def test_rows_are_taken_where_nothing_else_says_the_rules() -> None:
    newton = LECTURES["Newton"].trace
    assert not newton.draw(fit="slide").frame.deck.scene.is_in_rows
    assert newton.draw(fit="slide", detail="constants").frame.deck.scene.is_in_rows


def test_what_a_gradient_is_known_as_stands_at_its_edge_or_at_its_node() -> None:
    text = "o = w*x; L = ½ (o - y)²; J = L + λ w²"
    trace = parse(text).run(w=0.5, x=2, y=0.3, λ=0.1).closed("statement")
    node = node_text(trace, trace.graph.ids["o"], 4, False, PICTURE)
    assert "o - y" not in node.grads[1]
    assert "o - y" in edge_text(trace, trace.graph.ids["L"], 0, 4, PICTURE).local


def test_values_inside_of_nodes_stand_on_two_lines_where_no_corner_is_free() -> None:
    around = LECTURES["GRU"].trace.draw(fit="slide").frame.deck.around
    assert around.corner is None
    assert around.inside.runs
    pieces = [[f"w_{k} = 1"] for k in range(13)]
    assert on_lines(pieces, 14.0, 300.0) is None
    (label,) = typeset([on_lines(pieces[:9], 14.0, 300.0) or Request("", 14.0)], "en")
    assert label.ink_width <= 300.0
    assert label.height > 1.5 * typeset([on_lines(pieces[:1], 14.0, 300.0) or Request("", 14.0)], "en")[0].height


def test_numbers_have_all_digits_where_there_is_room_for_them() -> None:
    digits = {
        name: int(LECTURES[name].trace.draw(fit="slide").frame.deck.style.digits)
        for name in ("long names", "recurrent")
    }
    assert digits == {"long names": 4, "recurrent": 3}


def test_a_closed_layer_is_its_function_where_there_is_little_room() -> None:
    trace = parse("u = relu(W x + b); L = sum(u)").run(W=[[1.0, 0.2], [0.3, 0.5]], x=[1.0, 2.0], b=[0.1, 0.2])
    closed = trace.closed("module")
    node = closed.graph.ids["u"]
    signs = [node_text(closed, node, 4, False, PICTURE, layers).sign for layers in (ALL, (*ALL, SHORT_RULES))]
    assert "W" in signs[0]
    assert signs[1] == 'op("ReLU")'


def test_lists_of_arrays_beside_a_graph_do_not_overlap() -> None:
    trace = LECTURES["triplet"].trace.closed("block")
    style = make_style(fit="slide")
    rows = values_inside(trace, style)
    whole, *alone = typeset([Request(table(part), 14.0) for part in (rows, *([row] for row in rows))], "en")
    assert len(alone) == 4
    assert whole.height > sum(label.height for label in alone)


def test_derivatives_between_statements_stay_where_all_do_not_fit() -> None:
    deck = LECTURES["long names"].trace.draw(fit="slide").frame.deck
    ops = deck.trace.graph.ops
    derived = {edge.arg for edge in deck.scene.edges if edge.local}
    assert derived == {edge.arg for edge in deck.scene.edges if ops[edge.arg] is not None}
    shared = deck.trace.graph.ids["exposure_at_default"]
    assert {edge.arg for edge in deck.scene.edges if edge.contribution} == {shared}
    assert derived.isdisjoint(edge.arg for edge in deck.scene.edges if edge.number)
    assert {edge.arg for edge in deck.scene.edges if edge.number} == {*deck.trace.graph.inputs.values()}
    assert "with respect to inputs as numbers" in str(deck.remark)


def test_a_sum_of_many_terms_that_are_alike_has_dots_in_its_node() -> None:
    sums = [" + ".join(f"f(m_{k})" for k in range(1, count + 1)) for count in (4, 5)]
    texts = [f"f(m) = exp(-m); L = {terms}" for terms in (*sums, f"{sums[0]} + m_5")]
    signs = []
    for text in texts:
        graph = parse(text)
        trace = graph.run(dict.fromkeys(graph.inputs, 0.5)).closed("statement")
        signs.append(node_text(trace, trace.graph.output, 4, False, PICTURE).sign)
    assert [" … " in sign or "dots" in sign for sign in signs] == [False, True, False]


def test_less_is_shown_only_for_larger_type(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = LECTURES["six margins"].trace
    deck = trace.draw(fit="slide").frame.deck
    assert 13.3 < deck.type_pt < MIN_TYPE_PT
    assert "derivatives" in deck.style.layers
    monkeypatch.setattr(levels, "_WORTH_LESS_PT", 100.0)
    assert "derivative-names" in trace.draw(fit="slide").frame.deck.style.layers


def test_labels_of_edges_go_last_and_sums_at_nodes_stay() -> None:
    steps = [f"h_{k} = tanh(w*x_{k} + u*h_{k - 1} + b)" for k in range(1, 5)]
    graph = parse("; ".join([*steps, "L = (h_4 - y)^2"]))
    trace = run_passes(graph, dict.fromkeys(graph.inputs, 0.4), wrt=["w", "u", "b"])
    deck = trace.draw(fit="slide").frame.deck
    assert deck.type_pt >= MIN_TYPE_PT
    assert "edges have contributions, but no local derivatives" in str(deck.remark)
    assert not any(edge.local for edge in deck.scene.edges)
    assert any(edge.contribution for edge in deck.scene.edges)
    assert deck.scene.nodes[deck.trace.graph.ids["w"]].terms is not None


def test_a_graph_is_not_folded_where_affine_maps_can_stand_in_their_readers() -> None:
    drawn = parse("f = 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x^3)))").run(x=1.2).draw(fit="slide")
    assert not drawn.frame.deck.scene.is_in_rows
    assert "sums and products with them" in str(drawn.frame.deck.remark)
    constants = (
        parse("f = 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x^3)))").run(x=1.2).draw(fit="slide", detail="constants")
    )
    assert constants.frame.deck.scene.is_in_rows


def test_a_single_picture_has_no_words_of_steps() -> None:
    trace = parse("s_1 = a·p/τ; s_2 = a·n/τ; L = -log(exp(s_1)/(exp(s_1) + exp(s_2)))").run(
        a=[0.6, 0.8], p=[0.8, 0.6], n=[-0.3, 0.9], τ=0.5
    )
    single, every = (legible(trace, make_style(fit="slide"), is_single=is_single)[1] for is_single in (True, False))
    assert len(single.layers) > len(every.layers)


def test_small_arrays_inside_of_nodes_and_quotients_on_a_line() -> None:
    given = {"W": [[0.2, -0.5], [1.1, 0.4], [-0.3, 0.9]], "x": [1.2, -0.7], "b": [0.1, 0, -0.1], "y": [0, 1, 0]}
    drawn = parse("z = W x + b; p = softmax(z); L = -sum(y * log(p))").run(given).draw(fit="slide", detail="module")
    assert drawn.frame.deck.around.inside.runs
    program = parse("s = a*b/(c*d) + x/2 + 1/2").program
    written = written_statement(program.tree, program.statements[0], ON_A_LINE)
    assert written == "s = a b slash (c d) + x slash 2 + frac(1, 2)"
