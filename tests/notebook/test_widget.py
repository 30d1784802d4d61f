"""The player in a cell, on the side of Python: traits both ways, what cannot be, and the page without anywidget."""

from __future__ import annotations

import html
import sys
from typing import Any

import pytest

from graphviz_ad import GraphvizADError, parse
from graphviz_ad.export.image.bundle import PNG, SVG, TEXT
from graphviz_ad.notebook import player as players
from graphviz_ad.notebook.page import bound
from tests.diagram.cases import NEURON, trace_of

pytest.importorskip("anywidget", reason="anywidget is not installed")
traitlets = pytest.importorskip("traitlets")
TRACE = trace_of(NEURON)
LAST = len(TRACE.steps)


def received(widget: Any, **state: Any) -> None:
    """Set state of a widget, as its cell does."""
    widget.set_state(state)


def test_the_step_is_a_trait() -> None:
    widget, changes = TRACE.player(step=2), []
    widget.observe(lambda change: changes.append(change["new"]), "step")
    widget.step = 5
    received(widget, step=6)
    assert (widget.step, changes) == (6, [5, 6])
    widget.step = LAST + 1  # the finished picture
    assert widget.page["numbers"] == [*range(LAST + 2)]
    assert len(widget.page["items"]) == LAST + 2


def test_which_steps() -> None:
    widget = TRACE.player(step=7, by="statement")
    assert widget.page["numbers"] == [0, 2, 3, 8, 17, 18, 23, 24]
    assert [counter.partition(" · ")[2] for counter in widget.page["counters"][1:-1]] == [
        f"statement {n} of 3" for n in (1, 2, 3, 3, 2, 1)
    ]
    assert TRACE.player(steps="3-5").page["numbers"] == [3, 4, 5, LAST + 1]
    assert TRACE.player(steps=[3, 5], skip="trivial").page["numbers"] == [3, 5, LAST + 1]
    assert TRACE.player(only="forward").page["numbers"] == [*range(9)]
    for options in ({"steps": "99"}, {"by": "line"}, {"only": "both"}):
        with pytest.raises(GraphvizADError, match="there is no"):
            TRACE.player(**options)


@pytest.mark.parametrize("step", [-1, LAST + 2])
def test_a_step_that_is_not_there(step: int) -> None:
    widget = TRACE.player(step=1)
    with pytest.raises(traitlets.TraitError, match=f"there is no step {step}\nhint: the steps are 0 to {LAST}"):
        widget.step = step
    assert widget.step == 1
    with pytest.raises(GraphvizADError, match=f"there is no step {step}"):
        TRACE.player(step=step)


@pytest.mark.parametrize("by", ["kernel", "cell"])
def test_the_inputs_are_traits_and_the_kernel_computes(by: str) -> None:
    widget, changes = TRACE.player(), []
    widget.observe(lambda change: changes.append(change["name"]), ["inputs", "page"])
    before = widget.page
    changed = {**widget.inputs, "w": 3}
    if by == "kernel":
        widget.inputs = changed
    else:
        received(widget, inputs=changed)
    assert widget.inputs == {"w": 3.0, "x": 3.0, "b": -1.0, "y": 1.0}
    assert widget.trace.values == parse(NEURON[0]).run(changed).values
    assert widget.page["picture"] != before["picture"]
    assert [control["value"] for control in widget.page["controls"]] == [3.0, 3.0, -1.0, 1.0]
    assert [control["start"] for control in widget.page["controls"]] == [2.0, 3.0, -1.0, 1.0]
    assert set(changes) == {"inputs", "page"}
    assert widget.answered == (by == "cell")


def test_what_the_kernel_cannot_compute_is_told_where_it_was_asked() -> None:
    widget = parse("L = sum(W @ x)").run(W=[[1, 2], [3, 4]], x=[1, 2]).player()
    page = widget.page
    with pytest.raises(traitlets.TraitError, match="hint: "):
        widget.inputs = {**widget.inputs, "x": [1, 2, 3]}
    received(widget, inputs={**widget.inputs, "x": [1, 2, 3]})
    assert "W @ x" in widget.problem
    assert "^" in widget.problem
    assert (widget.inputs["x"], widget.page, widget.answered) == ([1.0, 2.0], page, 1)
    received(widget, inputs={**widget.inputs, "x": [5, 6]})
    assert (widget.problem, widget.inputs["x"], widget.answered) == ("", [5.0, 6.0], 2)


def test_a_number_does_not_become_an_array_where_the_output_would() -> None:
    widget = parse("x*y").run(x=1, y=2).player()
    received(widget, inputs={"x": [1, 2], "y": 2})
    assert "a backward pass starts from one number" in widget.problem


def test_the_same_gradients_are_asked_for() -> None:
    from graphviz_ad.api import run

    widget = run(parse("y = w*x*[1, 2]"), {"w": 1, "x": 2}, wrt=["w"], upstream=[1, 0.5]).player()
    widget.inputs = {"w": 1, "x": 3}
    assert (widget.trace.grad("w"), widget.trace.grad("x")) == (6.0, None)


def test_language_and_theme_are_traits() -> None:
    widget = TRACE.player()
    widget.lang, widget.theme = "ja", "dark"
    assert widget.page["words"]["next"] == "次のステップ"
    assert "--paper:#14181d" in widget.page["style"]
    for name in ("lang", "theme"):
        with pytest.raises(traitlets.TraitError, match="there is no"):
            setattr(widget, name, "x")


def test_numbers_that_json_cannot_say() -> None:
    widget = parse("L = x + sum(v)").run(x=float("inf"), v=[1.0, float("nan")]).player()
    assert widget.get_state("inputs")["inputs"] == {"x": "inf", "v": [1.0, "nan"]}
    received(widget, inputs={"x": "-inf", "v": [1.0, 2.0]})
    assert widget.inputs == {"x": float("-inf"), "v": [1.0, 2.0]}
    assert [control["name"] for control in widget.page["controls"]] == ["v"]


def test_it_has_a_picture_where_no_widget_is_shown() -> None:
    widget = TRACE.player(step=4)
    data, metadata = widget._repr_mimebundle_()
    assert data.keys() == {TEXT, SVG, PNG, "application/vnd.jupyter.widget-view+json"}
    assert data[SVG] == TRACE.player(step=4)._repr_mimebundle_()[0][SVG] != TRACE.player()._repr_mimebundle_()[0][SVG]
    assert PNG in metadata


def test_without_anywidget_a_page_in_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(players, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    still = TRACE.player(lang="ja")
    data, _ = still._repr_mimebundle_()
    assert list(data) == ["text/html", SVG, PNG, TEXT]
    frame = data["text/html"]
    assert frame.startswith('<iframe sandbox="allow-scripts" title="z = w*x + b;')
    page = html.unescape(frame.partition('srcdoc="')[2].removesuffix('"></iframe>'))
    assert page.startswith('<!DOCTYPE html>\n<html lang="ja">')
    assert frame.count('"') == 10, "nothing in the page ends the attribute"
    assert '"start":0' in page
    assert '"start":4' in html.unescape(TRACE.player(step=4)._repr_mimebundle_()[0]["text/html"])
    assert list(still._repr_mimebundle_(include={TEXT})[0]) == [TEXT]
    assert "text/html" not in still._repr_mimebundle_(exclude={"text/html"})[0]


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, 1.0, 2.0, 2.5, 7.0, 1234.5, 3e100])
def test_a_slider_reaches_twice_as_far(value: float) -> None:
    assert 2 * value <= bound(value) <= max(1.0, 5.1 * value)


def test_what_the_author_says_is_in_its_page() -> None:
    trace = parse("L = w*x").run(w=2, x=3)
    note = {"L": "here"}
    page = players.player(trace, title="A line, $L$", caption="Where $w$ goes", legend=True, note=note).page  # type: ignore[union-attr]
    assert page["title"] == "A line, L"
    assert page["formula"].startswith('<p class="title"')
    assert 'class="caption"' in page["below"]
    assert page["below"].count("<svg") == 3
    assert 'class="note"' in page["picture"]
    assert players.player(trace).page["below"] == ""  # type: ignore[union-attr]
