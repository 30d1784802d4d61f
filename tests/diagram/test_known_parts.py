"""A frame round operations that are σ or tanh together."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graphviz_ad.diagram import known_parts
from tests.diagram.cases import deck_of

SIGMOID = "z = w*x + b; a = 1/(1 + exp(-z)); L = (a - y)^2"
READ_TWICE = "z = w*x; e = exp(-z); a = 1/(1 + e); L = a + 3*e"
VALUES = {"w": 0.5, "x": 2.0, "b": 0.3, "y": 1.0, "z": 0.4, "u": 0.7}
_DEFINED = re.compile(r"(\w+) =")


def framed(text: str) -> list[tuple[str, list[str]]]:
    """Formula → the frames of its picture, each with its name and with the operations in it."""
    used: dict[str, Any] = {name: VALUES[name] for name in VALUES if re.search(rf"\b{name}\b", text)}
    deck = deck_of((text, {name: value for name, value in used.items() if name not in _DEFINED.findall(text)}))
    graph = deck.trace.graph
    assert len(deck.scene.groups) == len(graph.groups)
    return [(group.name, [graph.op_name(node) for node in group.members]) for group in graph.groups]


def test_a_function_that_is_written_out_has_a_frame() -> None:
    assert framed(SIGMOID) == [("sigmoid", ["negate", "exp", "constant", "add", "constant", "divide"])]
    assert [name for name, _ in framed("h = (exp(z) - exp(-z))/(exp(z) + exp(-z)); L = 2*h")] == ["tanh"]
    assert [name for name, _ in framed("a = 1/(1 + exp(-z)) + u; L = a^2")] == ["sigmoid"]


@pytest.mark.parametrize(
    "text",
    [
        "a = sigmoid(w*x + b); L = (a - y)^2",
        READ_TWICE,
        "z = w*x; a = 1/(2 + exp(-z)); L = a^2",
        "a = tanh(u); L = a*u",
    ],
    ids=["one operation", "what is between is read", "another function", "tanh"],
)
def test_nothing_else_has_one(text: str) -> None:
    assert framed(text) == []


def test_few_operations_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_parts, "_MIN_OPERATIONS", 5)
    assert framed(SIGMOID) == []
