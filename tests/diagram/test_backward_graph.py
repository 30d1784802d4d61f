"""Backward graphs: the mirror image of the forward half, nothing over anything else, what each step shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from graphviz_ad import parse, run
from graphviz_ad.api import Trace
from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.highlight import node_rect
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.errors import GraphvizADError, OutputError
from graphviz_ad.export.deck import save
from tests.diagram.cases import CASES, Case, trace_of

NEURON: Case = ("z = w*x + b; a = sigmoid(z); L = (a - y)^2", {"w": 0.5, "x": 2, "b": -1, "y": 1})
ATTENTION: Case = (
    "S = Q@K.T/sqrt(2); P = softmax(S); O = P@V; L = sum(O^2)",
    {name: [[1, 2], [3, 1]] for name in "QKV"},
)
LOGISTIC: Case = (
    "z = X@w + b; p = sigmoid(z); L = mean(binary_cross_entropy(p, y))",
    {"X": [[1, 2], [3, 1], [0, 1]], "w": [0.5, -1], "b": 0.1, "y": [1, 0, 1]},
)
NAMED = {"a neuron": NEURON, "attention": ATTENTION, "logistic regression": LOGISTIC} | {
    name: CASES[name] for name in ("neuron", "fan-out over and over", "user functions")
}


def deck(case: Case, **look: Any) -> Deck:
    """Case and its look → the deck of its backward graph."""
    return Deck(trace_of(case), make_style(backward_graph=True, **look))


def scene_of(deck: Deck) -> BackwardScene:
    """Deck → the scene of a backward graph."""
    assert isinstance(deck.scene, BackwardScene)
    return deck.scene


def things(scene: BackwardScene) -> list[tuple[str, Rect]]:
    """Scene → all that has a place of its own, by name."""
    return [
        *((f"node {node.id}", node_rect(node)) for node in scene.nodes),
        *((f"gradient {node.id}", node_rect(node)) for node in scene.gradients.values()),
        *((f"pullback {edge}", pullback.around) for edge, pullback in scene.pullbacks.items()),
        *((f".grad {node}", box.rect) for node, box in scene.grads.items()),
        *((f"shape {edge.node}", edge.shape.rect) for edge in scene.edges if edge.shape),
        *([("key", scene.key.rect)] if scene.key else []),
    ]


def overlaps(scene: BackwardScene) -> list[str]:
    """Scene → pairs of things that touch one another."""
    return [
        f"{thing} touches {other}"
        for (thing, a), (other, b) in combinations(things(scene), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def crossed(scene: BackwardScene) -> list[str]:
    """Scene → dashed arrows that run through something on their way between their two ends."""
    edges = []
    for arrow in scene.saved:
        own = {f"node {arrow.source}", f"pullback {arrow.edge}"}
        for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in (
            arrow.points[n : n + 4] for n in range(0, len(arrow.points) - 3, 3)
        ):
            for t in (n / 12 for n in range(13)):
                p, q, r, u = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                x, y = p * x0 + q * x1 + r * x2 + u * x3, p * y0 + q * y1 + r * y2 + u * y3
                edges += [
                    f"{arrow.source} → {arrow.edge} runs through {name}"
                    for name, rect in things(scene)
                    if name not in own and rect[0] < x < rect[2] and rect[1] < y < rect[3]
                ]
    return edges


@pytest.mark.parametrize("look", [{}, {"direction": "TB"}, {"fit": "slide"}], ids=["LR", "TB", "slide"])
@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED)
def test_nothing_overlaps_and_dashed_arrows_lead_around_all(
    case: Case, look: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    scene = scene_of(deck(case, **look))
    assert overlaps(scene) == []
    assert crossed(scene) == []
    assert capfd.readouterr().err == ""  # Graphviz says there where boxes touch, and draws straight lines


def test_a_planted_overlap_is_seen() -> None:
    scene = scene_of(deck(NEURON))
    (edge, pullback), *_ = scene.pullbacks.items()
    moved = replace(pullback, rect=node_rect(scene.nodes[0]))
    assert overlaps(replace(scene, pullbacks={**scene.pullbacks, edge: moved}))
    x0, y0, x1, y1 = pullback.rect
    middle = (y0 + y1) / 2
    straight = replace(scene.saved[0], points=tuple((x, middle) for x in (x0 - 60, x0 - 30, x1 + 30, x1 + 60)))
    assert crossed(replace(scene, saved=(straight,)))


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_each_gradient_stands_mirrored_under_its_node(direction: str) -> None:
    scene = scene_of(deck(LOGISTIC, direction=direction))
    along, across = ("y", "x") if direction == "TB" else ("x", "y")
    sums = {
        round(getattr(node, across) + getattr(scene.gradients[node.id], across), 6)
        for node in scene.nodes
        if node.id in scene.gradients
    }
    assert len(sums) == 1  # of places on both sides of one axis
    for node, gradient in scene.gradients.items():
        assert getattr(gradient, along) == pytest.approx(getattr(scene.nodes[node], along))
    for (node, slot), edge in scene.returns.items():
        start, end = edge.points[0], edge.points[-1]
        assert abs(start[0 if along == "x" else 1] - getattr(scene.gradients[node], along)) <= 90, (node, slot)
        assert start[0] > end[0] if along == "x" else start[1] > end[1]  # it goes back


def test_a_pullback_an_edge_and_a_dashed_arrow_for_each_value_it_uses() -> None:
    trace = trace_of(NEURON)
    scene = scene_of(Deck(trace, make_style(backward_graph=True)))
    assert set(scene.pullbacks) == {(node, slot) for node, slot, _ in trace.backward_edges()}
    names = trace.graph.names
    uses = {(names[arrow.source], names[arrow.edge[0]], arrow.edge[1]) for arrow in scene.saved}
    assert uses == {("x", "v1", 0), ("w", "v1", 1), ("a", "a", 0), ("v2", "L", 0)}
    assert [names[node] for node in scene.grads] == ["w", "x", "b", "y"]


def test_data_have_no_gradient_and_no_grad() -> None:
    trace = run(parse(NEURON[0]), NEURON[1], wrt=["w"])
    scene = scene_of(Deck(trace, make_style(backward_graph=True)))
    assert [trace.graph.names[node] for node in scene.grads] == ["w"]
    assert trace.graph.inputs["x"] not in scene.gradients


def svg(trace: Trace, step: int | None = None, **look: Any) -> str:
    """Trace → the SVG of its backward graph after a step."""
    return trace.draw(step, backward_graph=True, **look).svg()


def test_steps_show_what_is_kept_and_what_goes_back() -> None:
    trace = trace_of(NEURON)
    forward = len([step for step in trace.steps if step.phase == "forward"])
    assert svg(trace, 0).count('class="saved"') == 2  # from inputs, which are known
    assert svg(trace, forward).count('class="saved"') == 4
    going = svg(trace, forward + 3)
    assert going.count('stroke-width="2.6"')
    assert going != svg(trace, forward + 2)


def test_layers_say_what_stands_in_it() -> None:
    whole, symbols, numbers = (
        scene_of(deck(NEURON, show=show)) for show in ("all", "symbols", "values,derivative-numbers,gradients")
    )
    edge = next(edge for edge, pullback in whole.pullbacks.items() if pullback.numbers)
    assert whole.pullbacks[edge].symbols
    assert symbols.pullbacks[edge].symbols
    assert not symbols.pullbacks[edge].numbers
    assert numbers.pullbacks[edge].numbers
    assert not numbers.pullbacks[edge].symbols
    bare = scene_of(deck(NEURON, hide="derivatives,derivative-numbers,gradients"))
    assert not overlaps(bare)
    assert not bare.pullbacks[edge].symbols


def test_closed_parts_have_one_pullback_for_each_argument() -> None:
    trace = trace_of(NEURON).closed("statement")
    scene = scene_of(Deck(trace, make_style(backward_graph=True)))
    assert len(scene.pullbacks) == 6
    assert overlaps(scene) == []


@pytest.mark.parametrize(
    ("trace", "problem"),
    [
        (parse("L = 2*3").run({}), "no gradient goes back"),
        (parse("x > 1").run({"x": 2}), None),
        (parse("x").run({"x": 2}), "no gradient goes back"),
    ],
)
def test_without_a_way_back_there_is_no_backward_graph(trace: Trace, problem: str | None) -> None:
    if problem is None:
        assert scene_of(Deck(trace, make_style(backward_graph=True))).pullbacks
        return
    with pytest.raises(GraphvizADError, match=problem):
        trace.draw(backward_graph=True)


def test_forward_mode_has_none() -> None:
    with pytest.raises(GraphvizADError, match="forward mode"):
        run(parse("y = w*x"), {"w": 2, "x": 3}, tangents={"w": 1}).draw(backward_graph=True)


@pytest.mark.slow
def test_formats_to_edit_have_all_its_parts(tmp_path: Any) -> None:
    trace = trace_of(NEURON).calling("backward, zero_grad")
    count, gradients = len(trace.backward_edges()), sum(grad is not None for grad in trace.grads)
    trace.draw(backward_graph=True).save(tmp_path / "graph.dot")
    dot = (tmp_path / "graph.dot").read_text(encoding="utf-8")
    assert (len(re.findall("\tp[0-9_]+ \\[", dot)), dot.count("{rank=same")) == (count, gradients)
    for name in ("deck.tex", "deck.ipynb"):
        trace.save(tmp_path / name, backward_graph=True)
    tex = (tmp_path / "deck.tex").read_text(encoding="utf-8")
    assert len(re.findall(r"\\draw\[ad done, ad back\]", tex)) == count
    assert ".calling(" in (tmp_path / "deck.ipynb").read_text(encoding="utf-8")


@pytest.mark.latex
def test_latex_sets_it(tmp_path: Any) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("needs pdflatex")
    trace_of(NEURON).calling("backward, backward").draw(backward_graph=True).save(tmp_path / "graph.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "graph.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


@pytest.mark.slow
def test_slides_of_shapes_have_all_its_parts(tmp_path: Any) -> None:
    pptx = pytest.importorskip("pptx", reason="python-pptx is missing: pip install -e '.[slides]'")
    trace = trace_of(NEURON).calling("backward, zero_grad")
    trace.save(tmp_path / "deck.pptx", native=True, backward_graph=True, steps="6-7")
    names = {shape.name for shape in pptx.Presentation(tmp_path / "deck.pptx").slides[-1].shapes}
    assert {f"!!b{node}-{slot}" for node, slot, _ in trace.backward_edges()} <= names
    assert {f"!!g{node}" for node, grad in enumerate(trace.grads) if grad is not None} <= names
    assert any(name.startswith("!!grad") for name in names)


def test_a_page_plays_it_with_numbers_that_change(tmp_path: Any) -> None:
    path = tmp_path / "deck.html"
    trace_of(NEURON).calling("backward, backward").save(path)
    page = path.read_text(encoding="utf-8")
    assert page.count('class="pullback"') >= 7
    assert all(f"q-{key}" in page for key in ("p2-0", "b0-1", "b0-2"))
    assert 'data-t="saved"' in page
    with pytest.raises(OutputError, match="a quiz cannot show"):
        save(trace_of(NEURON), str(path), extras={"quiz": True}, backward_graph=True)


def test_an_ordinary_picture_is_none() -> None:
    assert type(Deck(trace_of(NEURON), make_style()).scene) is Scene
