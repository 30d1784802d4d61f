"""Layers of labels: what is not shown is nowhere in a picture, a file or its captions, and nothing overlaps."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.diagram.layers import ALL, LAYERS, PRESETS
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import make_style
from graphviz_ad.documents.figure import read_figure
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.notebook.player import Still, player
from tests.cli.conftest import Run, run
from tests.diagram.cases import CASES, LOOKS, deck_of
from tests.diagram.overlap import faults

__all__ = ["run"]

TRACE = parse("h = tanh(W x + b); L = sum((h - y)^2)/s + s").run(
    W=[[0.5, -1.0], [1.0, 0.2]], x=[1.0, 2.0], b=[0.1, 0.2], y=[0.0, 1.0], s=2.0
)


def kinds(deck: Deck) -> set[str]:
    """Deck → the layers of which something stands in its scene; names of derivatives are one label with these."""
    shown = set[str]()
    for node in deck.scene.nodes:
        shown |= {"names"} if node.name else set()
        shown |= {"values"} if node.value else set()
        shown |= {"gradients"} if node.grads or node.unknown else set()
        shown |= {"sums"} if node.terms else set()
    fields = {
        "local": "derivatives",
        "number": "derivative-numbers",
        "contribution": "contributions",
        "shape": "shapes",
    }
    for edge in deck.scene.edges:
        shown |= {layer for field, layer in fields.items() if getattr(edge, field) is not None}
    return shown


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_alone_and_all_but_it(layer: str) -> None:
    alone = set(PRESETS.get(layer, (layer,))) - {
        "sums",
        "derivative-names",
    }  # these stand at gradients and derivatives, and nowhere without
    assert kinds(Deck(TRACE, make_style(show=layer), [0])) == alone
    without = {layer, "derivative-names"} | ({"sums"} if layer == "gradients" else set())
    assert kinds(Deck(TRACE, make_style(hide=layer), [0])) == set(ALL) - without


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(preset: str) -> None:
    assert kinds(Deck(TRACE, make_style(show=[preset]), [0])) == set(PRESETS[preset]) - {"derivative-names"}
    assert kinds(Deck(TRACE, make_style(show=f"{preset}, names", hide=["names"]), [0])) == set(PRESETS[preset]) - {
        "derivative-names",
        "names",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"show": "value"}, "there is no layer or preset 'value'"),
        ({"hide": "numbers"}, "there is no layer 'numbers'"),
    ],
)
def test_a_name_that_is_none(options: dict[str, str], message: str) -> None:
    with pytest.raises(GraphvizADError, match=message) as caught:
        make_style(**options)  # type: ignore[arg-type]
    assert all(layer in (caught.value.hint or "") for layer in LAYERS)


def test_a_contribution_that_is_the_gradient_beside_it_stands_once() -> None:
    graph, parts = TRACE.graph, TRACE.contributions_to
    for hide, has in (("", lambda arg: parts[arg] > 1), ("gradients", lambda arg: True)):
        edges = Deck(TRACE, make_style(hide=hide), [0]).scene.edges
        shown = {(edge.node, edge.slot): edge.contribution is not None for edge in edges}
        assert shown == {(node, slot): has(arg) for node, slot, arg in TRACE.backward_edges()}, graph.names


def test_a_sum_over_a_broadcast_stays_at_its_edge_where_no_symbol_says_it() -> None:
    trace = parse("sum(x + b)").run(x=[1.0, 2.0], b=3.0)
    for hide, shown in (("derivatives", ["b"]), ("", [])):
        edges = Deck(trace, make_style(hide=hide), [0]).scene.edges
        assert [trace.graph.names[edge.arg] for edge in edges if edge.contribution] == shown


def test_what_is_left_out_gives_room() -> None:
    whole, numbers = (Deck(TRACE, make_style(show=show), [0]) for show in ("all", "numbers"))
    assert numbers.scene.width < 0.75 * whole.scene.width


def test_the_finished_picture_tells_only_what_it_shows() -> None:
    last = len(TRACE.steps) + 1
    texts = {show: Deck(TRACE, make_style(show=show), [0, last]).captions for show in ("all", "symbols", "gradients")}
    assert [bool(texts[show][last].equation.runs) for show in texts] == [True, False, True]
    assert [texts[show][last].plain_sentence != "" for show in texts] == [False, False, False]
    assert texts["symbols"][0].plain_sentence == texts["all"][0].plain_sentence
    assert texts["symbols"][last].spoken == texts["all"][last].spoken  # for who cannot see the picture


@pytest.mark.parametrize("preset", ["symbols", "numbers", "shapes"])
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_overlaps(look: str, preset: str) -> None:
    for text in list(CASES.values())[:4]:
        assert faults(deck_of(text, **LOOKS[look], show=preset)) == []


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(sorted(LAYERS))), st.sampled_from(["LR", "TB"]), st.sampled_from(["graph", "slide"]))
def test_any_layers_any_look(hidden: set[str], direction: Any, fit: Any) -> None:
    deck = Deck(TRACE, make_style(hide=hidden, direction=direction, fit=fit), [5])
    nowhere = {"derivative-names"} | ({"sums"} if "gradients" in hidden else set())
    assert (kinds(deck), faults(deck)) == (set(ALL) - hidden - nowhere, [])


def test_a_number_needs_no_sign_where_its_name_is_hidden() -> None:
    shown, hidden = (TRACE.of(TRACE).draw(hide=hide).tex() for hide in ("", "names,derivatives"))
    assert len(re.findall(r"\\node\[ad (?:value|local)=[^]]*\][^{]*\{\$= ", shown)) > 5
    assert re.findall(r"\\node\[ad (?:value|local)=[^]]*\][^{]*\{\$= ", hidden) == []
    assert "ad name=" in shown
    assert "ad name=" not in hidden


@pytest.mark.parametrize(
    ("show", "keys"), [("all", "vgcns"), ("numbers", "vgs"), ("derivative-numbers", "n"), ("symbols", "")]
)
def test_a_page_computes_what_it_shows(tmp_path: Path, show: str, keys: str) -> None:
    path = tmp_path / "deck.html"
    parse("z = w*x + b; a = x*sigmoid(z)").run(w=2, x=3, b=-1).save(path, show=show)
    data = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', path.read_text(), re.DOTALL)[1])  # type: ignore[index]
    assert {key[0] for key in data["live"]["labels"]} == set(keys)


@pytest.mark.parametrize("suffix", ["pptx", "md", "qmd", "beamer.tex", "reveal.html", "ipynb", "pdf"])
@pytest.mark.slow
def test_every_deck_has_layers(run: Run, tmp_path: Path, suffix: str) -> None:
    outcome = run(
        "steps",
        "z = w*x + b; a = sigmoid(z)",
        "w=2",
        "x=3",
        "b=-1",
        "--show",
        "numbers",
        "-o",
        str(tmp_path / f"d.{suffix}"),
    )
    assert outcome.code == 0, outcome.err


def test_the_command_draws_layers_and_symbols(run: Run, tmp_path: Path) -> None:
    formula, values = "a = sigmoid(w*x + b)", ("w=2", "x=3", "b=-1")
    files = {}
    for name, more in (("all", values), ("numbers", (*values, "--show", "numbers")), ("symbols", ())):
        files[name] = tmp_path / f"{name}.svg"
        outcome = run("draw", formula, *more, "-o", str(files[name]))
        assert outcome.code == 0, outcome.err
        assert ("no values are given" in outcome.err) == (name == "symbols")
    assert files["numbers"].stat().st_size < 0.8 * files["all"].stat().st_size
    assert run("draw", formula, "-o", str(tmp_path / "x.dot")).code != 0
    assert run("draw", formula, *values, "--hide", "gradient", "-o", "-").err.endswith("shapes\n")


def test_figures_and_players_of_documents_and_notebooks_have_layers() -> None:
    figure = read_figure("a = sigmoid(w*x)", {"inputs": "w=2 x=3", "show": "numbers", "hide": "gradients"}, {}, "en")
    assert figure.style.layers == ("values", "sums")
    trace = parse("a = w*sigmoid(w*x)").run(w=2, x=3)
    still = player(trace, 0, show="numbers")
    deck = still.deck if isinstance(still, Still) else still._deck
    assert kinds(deck) == set(PRESETS["numbers"])
    with pytest.raises(GraphvizADError, match="there is no layer or preset 'number'"):
        trace.player(show="number")
