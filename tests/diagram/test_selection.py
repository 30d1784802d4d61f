"""Which frames a deck shows: by what, which numbers, which pass, without the trivial ones; and that it ends finished."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphviz_ad import GraphvizADError, parse
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.diagram.selection import chosen, is_trivial, make_selection
from tests.diagram.cases import NEURON, Case, trace_of

FIT: Case = ("L = (sigmoid(w*x + b) - y)^2", {"w": 1, "x": 2, "b": -0.5, "y": 1})
"""Evaluated 1 to 5, seed 6; the square 7, the difference 8 and 9, the sigmoid 10, the sum 11 and 12, the product 13, 14."""
FAN_OUT: Case = ("L = x*x + x", {"x": 3})
"""Evaluated 1 and 2, seed 3; the sum sends to the product 4 and to x 5, where 6 begins to add up; the product 7 to 10."""


def numbers(case: Case, **options: Any) -> list[int]:
    return chosen(trace_of(case), make_selection(**options))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [*range(16)]),
        ({"steps": "3-5"}, [3, 4, 5, 15]),
        ({"steps": "12-"}, [12, 13, 14, 15]),
        ({"steps": "-2"}, [0, 1, 2, 15]),
        ({"steps": " 3, 7 ,10 - 12"}, [3, 7, 10, 11, 12, 15]),
        ({"steps": "10–12,3"}, [3, 10, 11, 12, 15]),
        ({"steps": "３－５"}, [3, 4, 5, 15]),
        ({"steps": [7, 3]}, [3, 7, 15]),
        ({"steps": range(3, 6)}, [3, 4, 5, 15]),
        ({"only": "forward"}, [*range(6)]),
        ({"only": "backward"}, [*range(6, 16)]),
        ({"skip": "trivial"}, [*range(8), 9, 10, 13, 14, 15]),
        ({"by": "node"}, [*range(6), 7, 9, 10, 12, 14, 15]),
        ({"by": "node", "skip": "trivial"}, [0, 1, 2, 3, 4, 5, 7, 9, 10, 14, 15]),
        ({"by": "statement"}, [0, 5, 14, 15]),
        ({"by": "statement", "only": "backward"}, [14, 15]),
        ({"by": "statement", "steps": "1-6"}, [5, 15]),
        ({"by": "phase"}, [0, 5, 15]),
        ({"by": "phase", "only": "backward"}, [15]),
        ({"by": "phase", "only": "forward"}, [0, 5]),
        ({"only": "backward", "skip": "trivial", "steps": "8-12", "by": "edge"}, [9, 10, 15]),
        ({"only": "forward", "steps": "3-9"}, [3, 4, 5]),
    ],
)
def test_numbers(options: dict[str, Any], expected: list[int]) -> None:
    assert numbers(FIT, **options) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": "30-45"}, "there is no step 30\nhint: the steps are 0 to 14"),
        ({"steps": "3-15"}, "there is no step 15\nhint: the steps are 0 to 14"),
        ({"steps": [3, 99]}, "there is no step 99\nhint: the steps are 0 to 14"),
        ({"steps": "5-3"}, "the range '5-3' ends before it begins\nhint: write 3-5; the steps are 0 to 14"),
        ({"steps": "x"}, "'x' is no number or range of steps\nhint: write them as in 3-5, 3-, -5 or 1,3,5-7; the steps are 0 to 14"),
        ({"steps": "3,,5"}, "'' is no number or range of steps"),
        ({"steps": "-"}, "'-' is no number or range of steps"),
        ({"steps": []}, "'' is no number or range of steps"),
        ({"steps": "1-3", "by": "statement"}, "no step by statement is among 1-3\nhint: they are 0, 5, 14"),
        ({"steps": "1-3", "by": "phase", "only": "backward"}, "no step by phase of the backward pass is among 1-3\nhint: there is only the finished picture"),
        ({"steps": "2", "only": "backward"}, "no step of the backward pass is among 2\nhint: they are 6-14"),
        ({"steps": "8", "skip": "trivial"}, "nothing is left: step 8 is trivial\nhint: those that are not are 0-7, 9-10, 13-14"),
        ({"steps": "11-12", "skip": "trivial"}, "nothing is left: the steps 11-12 are trivial"),
        ({"by": "nodes"}, "there is no way to make steps 'nodes'\nhint: did you mean 'node'? use edge or node or statement or phase"),
        ({"only": "backwards"}, "there is no pass 'backwards'\nhint: did you mean 'backward'? use forward or backward"),
        ({"skip": "boring"}, "there is no kind of step 'boring'\nhint: use trivial"),
    ],
)  # fmt: skip
def test_what_is_not_there(options: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphvizADError) as caught:
        numbers(FIT, **options)
    assert str(caught.value).startswith(message)


def test_without_a_backward_pass() -> None:
    case: Case = ("y = x; 2*3 + 4", {"x": 1})
    assert numbers(case) == [0, 1, 2, 3]
    assert numbers(case, only="forward") == [0, 1, 2]
    with pytest.raises(GraphvizADError, match="there is no backward pass\nhint: the steps are 0 to 2"):
        numbers(case, only="backward")
    assert numbers(("x", {"x": 3})) == [0, 1, 2]
    assert numbers(("x", {"x": 3}), by="statement") == [0, 2]


def trivial(case: Case, **options: Any) -> list[str]:
    """Case → its trivial steps, as `L→x`, a sum as `+x`."""
    trace = parse(case[0], **options).run(case[1])
    names = trace.graph.names
    return [
        f"+{names[step.to]}" if step.kind == "accumulate" else f"{names[step.node]}→{names[step.to]}"  # type: ignore[union-attr]
        for step in trace.steps
        if is_trivial(trace, step)
    ]


@pytest.mark.parametrize(
    ("case", "options", "expected"),
    [
        (("L = a + b + c", {"a": 1, "b": 2, "c": 3}), {}, ["L→a", "L→b", "L→c"]),
        (("L = a + b + c", {"a": 1, "b": 2, "c": 3}), {"pairs": True}, ["L→v1", "L→c", "v1→a", "v1→b"]),
        (("L = a - b", {"a": 1, "b": 2}), {}, ["L→a"]),  # a sign is something
        (("L = w*x", {"w": 1, "x": 1}), {}, []),  # that a local derivative is 1 depends on the numbers
        (("L = relu(x)", {"x": 2}), {}, []),
        (("L = sum(X + b)", {"X": [[1, 2], [3, 4]], "b": [1, 2]}), {}, ["v1→X"]),  # b is summed over an axis
        (("L = x*x + x + x", {"x": 3}), {}, ["L→v1", "L→x", "+x", "L→x", "+x", "+x"]),  # the last sum is complete
        (("f(a, b) = a + b; L = f(x, y)*2", {"x": 1, "y": 2}), {"collapse": ["f"]}, ["v1→x", "v1→y"]),
    ],
)  # fmt: skip
def test_what_is_trivial(case: Case, options: dict[str, Any], expected: list[str]) -> None:
    assert trivial(case, **options) == expected


def test_an_operation_without_a_text_of_its_derivative_is_not_trivial() -> None:
    trace = parse("p = softmax(W @ x); L = sum(p + y)").run(W=[[1, 2], [3, 4]], x=[1, 2], y=[0, 1]).closed("statement")
    pulls = [step for step in trace.steps if step.kind == "pull"]
    assert len(pulls) == 4
    assert not any(is_trivial(trace, step) for step in pulls)


def test_what_was_left_out_is_in_the_next_frame() -> None:
    deck = Deck(trace_of(FIT), make_style(), selection=make_selection(skip="trivial"))
    difference, sigmoid = deck.trace.graph.find("v4"), deck.trace.graph.find("v3")
    assert 8 not in deck.pictures()
    assert deck.frames[7].nodes[sigmoid].grad == 0
    assert deck.frames[9].nodes[sigmoid].grad == 1
    assert deck.frames[9].step is not None
    assert deck.frames[9].step.node == difference


@given(
    st.sampled_from([FIT, FAN_OUT, NEURON]), st.sampled_from(["edge", "node", "statement", "phase"]),
    st.sampled_from([None, "forward", "backward"]), st.sampled_from([None, "trivial"]),
    st.one_of(st.none(), st.sets(st.integers(0, 10), min_size=1)),
)  # fmt: skip
def test_options_take_away_and_every_deck_ends_finished(
    case: Case, by: str, only: str | None, skip: str | None, steps: set[int] | None
) -> None:
    trace = trace_of(case)
    last = len(trace.steps)
    everything = numbers(case, by=by)
    try:
        selected = numbers(case, by=by, only=only, skip=skip, steps=steps)
    except GraphvizADError:
        assert steps is not None
        return
    assert selected == sorted(set(selected))
    assert set(selected) <= set(everything)
    assert (last + 1 in selected) == (only != "forward")
    if steps is not None:
        assert set(selected) - {last + 1} <= steps
