"""The frames of a deck are paintings of one geometry, and show the state after their step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed
from graphviz_ad.diagram.frames import EdgeState, Frame, Frames, Look, NodeState
from graphviz_ad.diagram.gaps import painting_order
from graphviz_ad.diagram.nodes import Node
from graphviz_ad.diagram.paint import Painter
from graphviz_ad.diagram.painted import Part, part
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.selection import make_selection
from tests.diagram.cases import CASES, NEURON, deck_of, trace_of
from tests.diagram.svg import Element, as_text, geometry, groups, name_of, read
from tests.strategies import formulas


def require_shared_geometry(deck: Deck) -> None:
    """Size, places and untouched parts are the same in all frames; the order too, but edges at work come last."""
    before: dict[str, str] = {}
    states: dict[str, Any] = {}
    fixed: dict[str, set[Any]] = {}
    sizes = set()
    for number, frame in enumerate(deck.frames):
        root = read(deck.svg(number))
        sizes.add((root.get("width"), root.get("height"), root.get("viewBox")))
        parts = {name_of(group): group for kind in ("edge", "node") for group in groups(root, kind)}
        by_number = [f"{edge.arg}-{edge.node}-{edge.slot}" for edge in deck.scene.edges]
        edges = [by_number[number] for number in painting_order(deck.scene.edges)]
        nodes = [name for name in parts if name not in edges]
        now: dict[str, Any] = dict(zip([*by_number, *nodes], (*frame.edges, *frame.nodes), strict=True))
        names = [*edges, *nodes]
        at_work = {name for name in edges if now[name].look in (Look.FORWARD, Look.BACKWARD)}
        assert [name for name in parts if name not in at_work] == [name for name in names if name not in at_work]
        assert list(parts)[len(edges) - len(at_work) : len(edges)] == [name for name in edges if name in at_work]
        for name, group in parts.items():
            text = as_text(group)
            if states.get(name) == now[name]:
                assert text == before[name], f"frame {number}: {name} did not change its state, but its bytes"
            before[name] = text
            turned = isinstance(now[name], EdgeState) and now[name].look is Look.BACKWARD  # a line against its arrow
            fixed.setdefault(f"{name}{' turned' if turned else ''}", set()).add(shapes(group))
        states = now
    assert len(sizes) == 1
    assert [name for name, geometries in fixed.items() if len(geometries) > 1] == []


def shapes(group: Element) -> frozenset[Any]:
    """A part's group → the geometry of its outline, or of its line and arrowhead, without its texts."""
    return frozenset(shape for element in group if "transform" not in element.attrib for shape in geometry(element))


@pytest.mark.parametrize("name", CASES)
def test_frames_share_geometry(name: str) -> None:
    require_shared_geometry(deck_of(CASES[name]))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(formulas(depth=2, statements=2))
@pytest.mark.slow
def test_frames_of_random_formulas_share_geometry(formula: tuple[str, dict[str, Any]]) -> None:
    text, values = formula
    require_shared_geometry(Deck(parse(text).run(values), make_style()))


def test_a_node_that_moves_with_its_state_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    paint = Painter._node

    def moving(self: Painter, node: Node, state: NodeState) -> str:
        return paint(self, replace(node, x=node.x + (state.look is Look.FORWARD)), state)

    monkeypatch.setattr(Painter, "_node", moving)
    with pytest.raises(AssertionError, match="2 v1"):
        require_shared_geometry(deck_of(NEURON))


def test_bytes_that_change_without_a_reason_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Painter.parts

    def restless(self: Painter, frame: Frame) -> Iterator[Part]:
        return (part(svg.replace(">", f' opacity="{1 - frame.k / 1000}">', 1)) for svg, _ in parts(self, frame))

    monkeypatch.setattr(Painter, "parts", restless)
    with pytest.raises(AssertionError, match="did not change its state, but its bytes"):
        require_shared_geometry(deck_of(NEURON))


def test_a_label_keeps_its_place_in_every_frame() -> None:
    """Each text of a node or an edge has one place, whichever frames it is seen in."""
    deck = deck_of(NEURON)
    places: dict[tuple[str, str], set[str]] = {}
    for number in range(len(deck.frames)):
        for kind in ("node", "edge"):
            for group in groups(read(deck.svg(number)), kind):
                for shape in group:
                    if "transform" in shape.attrib:
                        places.setdefault((name_of(group), shape.attrib["d"]), set()).add(shape.attrib["transform"])
    assert len(places) > 40
    assert {text: where for text, where in places.items() if len(where) > 1} == {}


def test_one_frame_alone_has_the_geometry_of_the_deck() -> None:
    """`draw --step 20` and step 20 of `steps` show the graph alike; the captions' room may differ."""
    trace = trace_of(NEURON)
    alone, whole = trace.draw(20).frame.deck, Deck(trace, make_style())
    single, of_deck = read(alone.svg(20)), read(whole.svg(20))
    assert [as_text(group) for group in (*groups(single, "edge"), *groups(single, "node"))] == [
        as_text(group) for group in (*groups(of_deck, "edge"), *groups(of_deck, "node"))
    ]


def test_a_deck_is_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.diagram import layout

    calls: list[str] = []
    in_process = layout.in_process

    def counted(dot: str) -> str:
        calls.append(dot)
        return in_process(dot)

    monkeypatch.setattr(layout, "in_process", counted)
    layout._cached.cache_clear()
    deck = deck_of(NEURON)
    before = len(calls)
    for number in range(len(deck.frames)):
        deck.svg(number)
    assert len(calls) == before > 0


# -- states --------------------------------------------------------------------------------------


def states(frame: Frame, deck: Deck) -> dict[str, int | None]:
    """Frame → for every node, after how many contributions its gradient is; None where it gets none."""
    return {name: frame.nodes[node].grad for name, node in deck.trace.graph.ids.items()}


def test_the_steps_of_a_fan_out() -> None:
    deck = deck_of(("L = x*x + x", {"x": 3}))
    lines = []
    for frame in deck.frames:
        what = type(frame.step).__name__ if frame.step else "-"
        lines.append((frame.k, what, states(frame, deck)["x"], states(frame, deck)["v1"], states(frame, deck)["L"]))
    assert lines == [
        (0, "-", 0, 0, 0),
        (1, "Evaluate", 0, 0, 0),
        (2, "Evaluate", 0, 0, 0),
        (3, "Seed", 0, 0, 1),
        (4, "Pull", 0, 1, 1),
        (5, "Pull", 0, 1, 1),
        (6, "Accumulate", 1, 1, 1),
        (7, "Pull", 1, 1, 1),
        (8, "Accumulate", 2, 1, 1),
        (9, "Pull", 2, 1, 1),
        (10, "Accumulate", 3, 1, 1),
        (10, "-", 3, 1, 1),
    ]


def below(deck: Deck, number: int, name: str) -> str:
    """Frame and node → which of its gradients is painted below it: "?", "1", "2" …, "" for none."""
    node = deck.scene.nodes[deck.trace.graph.find(name)]
    group = next(g for g in groups(read(deck.svg(number)), "node") if g.get("data-id") == str(node.id))
    painted = [shape.get("d") for shape in group]
    known = {str(count): placed for count, placed in node.grads.items()}
    if node.unknown is not None:
        known["?"] = node.unknown
    values = [what for what, placed in known.items() if "".join(run.path for run in placed.label.runs) in painted]
    assert len(values) <= 1
    return values[0] if values else ""


def test_what_is_painted_of_a_gradient() -> None:
    deck = deck_of(("L = x*x + x", {"x": 3}))
    assert [below(deck, n, "x") for n in range(len(deck.frames))] == [*"??????1122", "3", "3"]
    assert [below(deck, n, "L") for n in range(len(deck.frames))] == [*"???111111111"]


@pytest.mark.parametrize("name", CASES)
def test_a_gradient_not_reached_is_a_question_mark(name: str) -> None:
    """Before the first backward step every node that will get a gradient shows "?", the others nothing."""
    deck = deck_of(CASES[name])
    first = next((n for n, f in enumerate(deck.frames) if isinstance(f.step, Seed)), None)
    if first is None:
        assert not any(deck.trace.active[n] for n in [deck.trace.graph.output])
        return
    graph, trace = deck.trace.graph, deck.trace
    for node, name_ in enumerate(graph.names):
        if node in graph.constants:
            assert deck.scene.nodes[node].unknown is None
            continue
        gets = trace.grads[node] is not None
        assert below(deck, first - 1, name_) == ("?" if gets else "")
        assert below(deck, len(deck.frames) - 1, name_) == (str(max(1, trace.contributions_to[node])) if gets else "")


def test_a_gradient_of_0_is_not_a_question_mark() -> None:
    deck = deck_of(("L = x^2", {"x": 0}))
    last = len(deck.frames) - 1
    assert (below(deck, 0, "x"), below(deck, last, "x")) == ("?", "1")
    node = deck.scene.nodes[0]
    assert node.unknown is not None
    assert node.grads[1].label != node.unknown.label


def test_only_one_thing_is_at_work() -> None:
    deck = deck_of(NEURON)
    for frame in deck.frames:
        nodes = [state.look for state in frame.nodes if state.look in (Look.FORWARD, Look.BACKWARD)]
        edges = [state.look for state in frame.edges if state.look in (Look.FORWARD, Look.BACKWARD)]
        match frame.step:
            case None:
                assert (nodes, edges) == ([], [])
            case Evaluate(node=node):
                assert nodes == [Look.FORWARD]
                assert edges == [Look.FORWARD] * len(deck.trace.graph.args[node])
            case Seed():
                assert (nodes, edges) == ([Look.BACKWARD], [])
            case Pull() | Accumulate():
                assert (nodes, edges) == ([Look.BACKWARD], [Look.BACKWARD])


def test_numbers_of_steps() -> None:
    deck = deck_of(NEURON)
    total = len(deck.trace.steps)
    assert [frame.k for frame in deck.frames] == [*range(total + 1), total]
    assert deck.pictures("edge") == [*range(total + 2)]
    kinds = [type(deck.frames[n].step).__name__ for n in deck.pictures("phase")]
    assert kinds[-1] != "Evaluate"
    assert deck.pictures("node") == sorted(set(deck.pictures("node")))
    assert deck.trace.draw().frame.number == total + 1
    assert deck.trace.draw(0).frame.number == 0


def test_the_bar_says_how_far_along_it_is() -> None:
    deck = deck_of(NEURON)
    total = len(deck.trace.steps)
    for number, frame in enumerate(deck.frames):
        bars = [r for r in read(deck.svg(number)).iter() if r.get("height") == "4" and r.get("rx") == "2"]
        widths = [float(str(bar.get("width"))) for bar in bars]
        filled = widths[1] if len(widths) > 1 else 0.0
        assert filled == pytest.approx(widths[0] * frame.k / total, abs=0.01)


def test_wrt_narrows() -> None:
    graph = parse("L = w*x + b")
    trace = run(graph, {"w": 2, "x": 3, "b": 1}, wrt=["w"])
    deck = Deck(trace, make_style())
    last = len(deck.frames) - 1
    assert {name: below(deck, last, name) for name in ("w", "x", "b", "L")} == {"w": "1", "x": "", "b": "", "L": "1"}
    assert [(edge.arg, edge.local is not None) for edge in deck.scene.edges] == [
        (0, True),
        (1, False),
        (2, True),
        (3, False),
    ]


def test_unused_statements_have_values_and_no_gradients() -> None:
    deck = deck_of(CASES["unused statements"])
    last = len(deck.frames) - 1
    assert {name: below(deck, last, name) for name in ("u", "v", "q", "k", "x", "L")} == {
        "u": "", "v": "", "q": "", "k": "", "x": "1", "L": "1",
    }  # fmt: skip
    v = deck.trace.graph.find("v")
    assert deck.scene.nodes[v].value is not None
    assert deck.frames[last].nodes[v].known


def test_parallel_edges_are_two_lines() -> None:
    deck = deck_of(("x*x", {"x": 3}))
    first, second = deck.scene.edges
    assert (first.arg, first.node, first.slot) == (0, 1, 0)
    assert (second.arg, second.node, second.slot) == (0, 1, 1)
    assert first.points != second.points
    svg = deck.svg(len(deck.frames) - 1)
    assert re.findall(r'data-edge="(\S+)"', svg) == ["0-1-0", "0-1-1"]


def test_frames_are_the_same_in_whatever_order_they_are_asked_for() -> None:
    trace = trace_of(NEURON)
    edges = [(node, slot, arg) for node, args in enumerate(trace.graph.args) for slot, arg in enumerate(args)]
    in_order, backwards = list(Frames(trace, edges)), Frames(trace, edges)
    assert [backwards[number] for number in reversed(range(len(backwards)))] == in_order[::-1]
    assert backwards[-1] is backwards[len(backwards) - 1]
    assert [hash(frame.nodes) for frame in in_order] == [hash(frame.nodes) for frame in backwards[:]]
    with pytest.raises(IndexError):
        backwards[len(backwards)]


def test_a_statement_is_at_work_as_a_whole() -> None:
    """z = w*x + b: its nodes and edges together, forward; backward they are those that send, and its inputs receive."""
    deck = Deck(trace_of(NEURON), make_style(), selection=make_selection(by="statement"))
    names = deck.trace.graph.names

    def looks(number: int) -> tuple[dict[str, str], set[str]]:
        frame = deck.frames[number]
        at_work = (Look.FORWARD, Look.BACKWARD, Look.SENDER)
        nodes = {names[n]: state.look.value for n, state in enumerate(frame.nodes) if state.look in at_work}
        pairs = zip(deck.scene.edges, frame.edges, strict=True)
        return nodes, {f"{names[edge.arg]}-{names[edge.node]}" for edge, state in pairs if state.look in at_work}

    edges = {"w-v1", "x-v1", "v1-z", "b-z"}
    assert looks(2) == ({"v1": "forward", "z": "forward"}, edges)
    backward = {"z": "sender", "v1": "sender", "w": "backward", "x": "backward", "b": "backward"}
    assert looks(23) == (backward, edges)
    assert looks(18)[0] == {"a": "sender", "z": "backward"}
    assert [state.look for state in deck.frames[24].nodes if state.look in (Look.BACKWARD, Look.SENDER)] == []
    usual = deck_of(NEURON)
    for number in deck.pictures():  # what is known is the same, whichever way it is told
        for node, single in zip(deck.frames[number].nodes, usual.frames[number].nodes, strict=True):
            assert (node.known, node.grad) == (single.known, single.grad)
        for edge, other in zip(deck.frames[number].edges, usual.frames[number].edges, strict=True):
            assert (edge.known, edge.contributed) == (other.known, other.contributed)
    assert list(deck.captions) == deck.pictures()
    assert deck.header.mark(deck.frames[2].at or 0) is not None
