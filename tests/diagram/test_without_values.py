"""Pictures of formulas without values on slides, with parts closed, with equations: in symbols, and as large as others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graphviz_ad import parse
from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.random_inputs import in_symbols
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.picture import Picture
from graphviz_ad.errors import InputError
from graphviz_ad.explain.annotate import edge_parts
from graphviz_ad.explain.equations import gradient_equations
from graphviz_ad.language.printer import DISPLAY
from tests.cli.conftest import Run, run

__all__ = ["run"]

LAYERS = "z = W_1 x; h = tanh(z); o = W_2 h; L = ½(o-y)²; s = λ/2 (‖W_1‖² + ‖W_2‖²); J = L + s"
KINKS = "h = relu(w*x); L = max(h, y) + abs(h) + norm(w)"
FORMULAS = (LAYERS, KINKS, "p = softmax(w*x); L = -sum(y log p)", "L = mean((w*x - y)^2)", "y = log x + exp(-x²/2)")


def _picture(formula: str, **look: str) -> Picture:
    """Formula without values and a look → its picture."""
    return draw(in_symbols(parse(formula)), **look)  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", FORMULAS)
def test_numbers_decide_nothing(formula: str) -> None:
    """Whatever the numbers are behind it, the picture and what is said of it are the same."""
    graph = parse(formula)
    pictures = []
    for sign in (1.0, -1.0):
        trace = graph.run({name: sign * (n + 1) / 7 for n, name in enumerate(graph.inputs)})
        picture = draw(replace(trace, in_symbols=True), fit="slide")
        pictures.append((picture.svg(), picture.spoken))
    assert len(set(pictures)) == 1


@pytest.mark.parametrize(
    ("formula", "edge", "label"),
    [
        (KINKS, ("h", 0), "∂h/∂v1 = v1 > 0"),
        (KINKS, ("v2", 0), "∂v2/∂h = h > y"),
        ("L = mean(x)", ("L", 0), "∂L/∂x = 1/count(x)"),
        ("L = 3 norm(x)", ("v1", 0), "∂L/∂v1 · (x/v1)"),
    ],
)
def test_labels_hold_for_all_values(formula: str, edge: tuple[str, int], label: str) -> None:
    trace = in_symbols(parse(formula))
    assert edge_parts(trace, trace.graph.find(edge[0]), edge[1], notation=DISPLAY)[0] == label


def test_equations_need_no_values() -> None:
    trace = in_symbols(parse(LAYERS))
    sides = dict(gradient_equations(closed(trace, "statement"), DISPLAY).values())
    assert sides["∂J/∂W_1"] == "∂J/∂z · x + λ · W_1"


def test_it_closes_with_a_gradient_in_symbols() -> None:
    picture = _picture("z = w x + b; a = σ(z); L = -(y log a + (1-y) log(1-a))", fit="slide")
    assert picture.spoken.endswith("∂L/∂w = ∂L/∂z · ∂z/∂w = (a - y) · x")
    assert "add up" in _picture("f = x*x + sin(x)*x", fit="slide").spoken


def test_slides_are_as_large_as_with_values() -> None:
    deck = _picture(LAYERS, fit="slide").deck
    assert deck.shown == (1280, 720)
    assert deck.type_pt >= 14


def test_an_index_says_what_is_an_array() -> None:
    trace = in_symbols(parse("L = sum_i (y_i - w x_i)^2"))
    product = trace.graph.find("v1")
    assert edge_parts(trace, product, 0, notation=DISPLAY)[0] == "Σ(∂L/∂v1 ⊙ x)"
    assert parse("L = sum_i (y_i - w x_i)^2").draw(fit="slide").shown == (1280, 720)


def test_what_shapes_decide_is_not_closed() -> None:
    trace = in_symbols(parse("μ = mean(x); y = (x - μ)/s; L = sum(c*y)"))
    with pytest.raises(InputError, match="depends on the shapes"):
        draw(trace, detail="statement")
    assert "mean" in draw(trace, fit="slide").svg()


def test_the_command(run: Run, tmp_path: Path) -> None:
    for suffix in ("svg", "png", "pdf", "tex"):
        done = run("draw", LAYERS, "--fit", "slide", "--equations", "partial", "-o", str(tmp_path / f"x.{suffix}"))
        assert done.code == 0, done.err
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    statements = run("draw", LAYERS, "--detail", "statement", "-o", "-").out
    assert statements.count("data-id=") < run("draw", LAYERS, "-o", "-").out.count("data-id=")
    assert parse(LAYERS).draw(fit="slide").svg() == draw(in_symbols(parse(LAYERS)), fit="slide").svg()
    as_it_is = run("draw", "L = sum(A @ b)", "--fit", "slide", "-o", str(tmp_path / "y.svg"))
    assert as_it_is.code == 0
    assert "as large as the graph needs" in as_it_is.err
    assert "needs values" in run("draw", "L = sum(A @ b)", "--fit", "slide", "-o", str(tmp_path / "y.pdf")).err
