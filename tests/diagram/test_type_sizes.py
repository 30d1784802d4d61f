"""How large type is on finished slides, and what is done for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gallery.example import Example, chapters
from graphviz_ad import Trace, parse
from graphviz_ad import run as run_passes
from graphviz_ad.diagram import drafts, nodes
from graphviz_ad.diagram import inside as listed
from graphviz_ad.diagram import legible as levels
from graphviz_ad.diagram.fitting import GOOD_TYPE_PT, MIN_TYPE_PT
from graphviz_ad.diagram.label_texts import PICTURE, edge_text, node_text
from graphviz_ad.diagram.layers import ALL, ARRAY_NAMES, SHORT_RULES
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.typeset import Label, Request, typeset
from tests.diagram.lectures import LECTURES

EXAMPLES: dict[str, Example] = {example.name: example for chapter in chapters() for example in chapter.examples}
OWN = ("LSTM", "GRU", "attention", "layers with L2", "80 operations")
"""Formulas of lectures whose type is as large."""


def finished(trace: Trace, theme: str = "light") -> Deck:
    """Trace → the slide at the end."""
    shown, look, remark = levels.legible(trace, make_style(fit="slide", theme=theme), is_single=True)
    return Deck(shown, look, [len(shown.steps) + 1], remark=remark)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*EXAMPLES, *OWN])
def test_a_finished_slide_can_be_read_in_the_back_row(name: str) -> None:
    trace = EXAMPLES[name].trace if name in EXAMPLES and name not in OWN else LECTURES[name].trace
    assert finished(trace).type_pt >= MIN_TYPE_PT
    assert finished(trace, "slides").type_pt >= GOOD_TYPE_PT


@pytest.mark.slow
def test_nodes_are_no_higher_than_what_stands_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = EXAMPLES["notes-mini-batch"].trace
    assert finished(trace, "slides").type_pt >= GOOD_TYPE_PT
    monkeypatch.setattr(nodes, "_MIN_UNEVEN_PT", 1000.0)
    again = run_passes(trace.graph, EXAMPLES["notes-mini-batch"].inputs, wrt=["w"])
    assert finished(again, "slides").type_pt < GOOD_TYPE_PT


@pytest.mark.slow
def test_columns_are_snug_where_rules_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "matrices by their names" in str(finished(LECTURES["residual block"].trace).remark)
    monkeypatch.setattr(drafts, "_SNUG_GAPS_PT", {"gap": 6.0, "rank_gap": 16.0})
    assert "arrays by their names" in str(finished(LECTURES["residual block"].trace).remark)


@pytest.mark.slow
def test_rules_are_written_out_again_where_there_is_room() -> None:
    attention = finished(LECTURES["attention"].trace)
    assert SHORT_RULES not in attention.style.layers
    assert attention.around.inside.runs, "matrices stand below the formula"
    residual = finished(LECTURES["residual block"].trace)
    assert SHORT_RULES in residual.style.layers


@pytest.mark.slow
def test_more_is_closed_where_fewer_lines_cross_then(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finished(LECTURES["triplet"].trace).trace.graph.names == ["W", "p", "q", "r", "d_1", "d_2", "L"]
    monkeypatch.setattr(levels, "_WORTH_CLOSING", 1000)
    assert "a" in finished(LECTURES["triplet"].trace).trace.graph.names


RESIDUAL = "u = relu(W x); s = x + u; L = sum(s^2)"
VALUES = {"W": [[0.5, -0.3], [0.2, 0.8]], "x": [1.0, 2.0]}


def markups(monkeypatch: pytest.MonkeyPatch, trace: Trace, *, single: bool) -> list[str]:
    """Trace whose matrices stand by their names → what is set of the values that stand nowhere else."""
    seen = list[str]()

    def spy(requests: Sequence[Request], *rest: object) -> list[Label]:
        seen.extend(request.markup for request in requests)
        return typeset(requests)

    look = replace(make_style(fit="slide"), layers=(*ALL, ARRAY_NAMES))
    scene = Deck(trace, look, [0]).scene
    with monkeypatch.context() as patch:
        patch.setattr(listed, "typeset", spy)
        listed.listed_values(trace, scene, look, 14.0, 2000.0, lines=2, single=single)
    return seen


def test_values_of_arrays_without_numbers_stand_below_the_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = parse(RESIDUAL).run(VALUES)
    whole = markups(monkeypatch, trace, single=True)[-1]
    assert "W =" in whole
    assert "frac(partial L, partial W)" in whole
    assert "s =" in whole
    assert not any("partial" in part or "s =" in part for part in markups(monkeypatch, trace, single=False))


def test_three_long_terms_that_are_alike_have_dots_between_them() -> None:
    graph = parse("L = -(y_1 log p_1 + y_2 log p_2 + y_3 log p_3); J = 2 L")
    trace = graph.run(dict.fromkeys(graph.inputs, 0.5)).closed("statement")
    assert "dots" in node_text(trace, trace.graph.ids["L"], 4, False, PICTURE).sign
    graph = parse("s = a_1 b_1 + a_2 b_2 + a_3 b_3; J = 2 s")
    trace = graph.run(dict.fromkeys(graph.inputs, 0.5)).closed("statement")
    assert "dots" not in node_text(trace, trace.graph.ids["s"], 4, False, PICTURE).sign


def test_an_addition_hands_on_what_arrives_without_a_word_where_rules_are_short() -> None:
    trace = parse("J = a + 2 b").run(a=1.0, b=3.0).closed("statement")
    node, layers = trace.graph.ids["J"], ("values", "derivatives", "gradients")
    slots = [trace.graph.args[node].index(trace.graph.ids[name]) for name in "ab"]
    symbols = [[edge_text(trace, node, slot, 4, PICTURE, (*layers, *more)).local for slot in slots]
               for more in ((), (SHORT_RULES,))]  # fmt: skip
    assert [[bool(symbol) for symbol in row] for row in symbols] == [[True, True], [False, True]]
