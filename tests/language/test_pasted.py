"""Plain formulas and code as they are pasted: each class of them has the values that a reader means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.stars import Stars
from graphviz_ad.language import layout, matlab, reading, selected
from graphviz_ad.language.axes import AxesWriter
from graphviz_ad.language.changed import Changed
from graphviz_ad.language.counting import Counting
from graphviz_ad.language.from_one import FromOne
from graphviz_ad.language.labelled import Labelled
from graphviz_ad.language.logic import Logic
from tests.language.test_corpus import outcome

_PIECES: Mapping[str, list[tuple[str, dict[str, object], object]]] = json.loads(
    (Path(__file__).parent / "pasted.json").read_text(encoding="utf-8")
)
"""Classes of formulas → texts with their inputs and values, which numpy computed from expressions of their own."""


def _kind(text: str, inputs: Mapping[str, object], value: object) -> str:
    """A formula with its inputs and the value that a reader means → what becomes of it."""
    return outcome({
        "id": text, "text": text, "source": "", "inputs": dict(inputs), "value": value, "error": None, "note": None,  # type: ignore[typeddict-item]
    }).kind  # fmt: skip


@pytest.mark.parametrize(
    ("text", "inputs", "value"), [pytest.param(*piece, id=piece[0]) for pieces in _PIECES.values() for piece in pieces]
)
def test_value(text: str, inputs: dict[str, object], value: object) -> None:
    assert _kind(text, inputs, value) == "read"


@pytest.mark.parametrize(
    ("text", "inputs", "caret", "hint"),
    [
        ("x and y", {"x": 0.5, "y": 1}, "and", "write a product"),
        ("not x", {"x": 1}, "not", "1 - (a > 0)"),
        ("x & y", {"x": 0.5, "y": 1}, "&", "write a product"),
        ("x % y", {"x": 5, "y": 3}, "%", "mod(x, y)"),
        ("10%-3", {}, "%", "mod(x, y)"),
        ("a, b = x.chunk(3)\na + b", {"x": [1, 2, 3, 4]}, "x.chunk(3)", "one statement for each name"),
        ("a, b = x\na + b", {"x": [1, 2, 3]}, "x", "one statement for each name"),
        ("W[:, 0] = 0\nV = W*2\nsum(V)", {}, "W[:, 0]", "a name of its own"),
        ("cov(X)", {}, "cov(X)", "give a value"),
        ("z = 2*x\nmedian(z[z < 5])", {"x": [1, 2, 4]}, "z < 5", "count from 0"),
        ("F.scaled_dot_product_attention(q, k, v, is_causal=True)", {}, "is_causal=True", "its arguments are"),
        ("lerp(a, b)", {"a": 1, "b": 2}, "lerp(a, b)", "its arguments are"),
        ("one_hot(y, 2)", {"y": [0, 2]}, "one_hot(y, 2)", "labels"),
        ("y = x, x > 1", {"x": 2}, ",", "list"),
        ("delta = N(x)", {"x": 1}, "N", "for a product"),
    ],
)
def test_what_is_not_read_says_what_to_write(text: str, inputs: dict[str, object], caret: str, hint: str) -> None:
    with pytest.raises(GraphvizADError) as problem:
        run(parse(text, given=inputs), inputs)
    message = str(problem.value)
    line, marks = next((a, b) for a, b in zip(message.split("\n"), message.split("\n")[1:], strict=False) if "^" in b)
    assert line[marks.index("^") :].startswith(caret), message
    assert hint in message


def _is_seen(piece: str) -> None:
    """Require that the first formula of a class that begins so has another value than it should."""
    text, inputs, value = next(p for pieces in _PIECES.values() for p in pieces if p[0].startswith(piece))
    try:
        graph = parse(text, given=inputs)
        trace = run(graph, inputs)
    except GraphvizADError:
        return
    result = np.asarray(trace.values[trace.graph.output], dtype=float)
    expected = np.asarray(value, dtype=float)
    assert result.size != expected.size or not np.allclose(result.ravel(), expected.ravel())


def test_entries_that_keep_their_old_values_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests have teeth: were z[z < 0] = 0 a product, the old values would be computed."""
    monkeypatch.setattr(Changed, "entries", lambda _: None)
    monkeypatch.setattr(Changed, "is_last_entry", lambda *_: False)
    _is_seen("z[z < 0] = 0")
    _is_seen("w[0] = 0")


def test_a_sum_on_the_left_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Labelled, "steps_behind", lambda *_: iter(()))
    _is_seen("N_t+1 = ")


def test_a_matrix_product_of_turned_entries_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A_ij * B_ji would be one, were its star not that of entries."""
    star = Stars.is_star
    binary = AxesWriter.add
    monkeypatch.setattr(
        AxesWriter, "add", lambda self, kind, head, *args: binary(self, kind, "*" if head == "odot" else head, *args)
    )
    monkeypatch.setattr(Stars, "is_star", star)
    _is_seen("D_{ij} = A_{ij} * B_{ji}")


def test_chosen_entries_that_are_multiplied_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "with_selected_entries", lambda program, _: program)
    _is_seen("z = 2*x\nmean(z[z > 3])")
    monkeypatch.undo()
    monkeypatch.setitem(selected._NEUTRAL, "max", 100.0)  # type: ignore[index]
    _is_seen("z = 2*x\nmax(z[z < 5])")


def test_sums_of_columns_over_all_entries_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FromOne, "has_columns", lambda *_: False)
    _is_seen("mu = mean(X);\nd")


def test_matrices_that_are_multiplied_entry_by_entry_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counting, "is_statement_of_matrices", False)
    _is_seen("x = x + K*y;")


def test_rows_with_differences_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """[cos(t) -sin(t); …] has two entries in a row."""
    from graphviz_ad.language import spelled

    monkeypatch.setattr(spelled, "with_commas", lambda row: row)
    _is_seen("R = [cos(t) -sin(t)")


def test_conditions_that_are_joined_wrongly_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.language import logic

    monkeypatch.setitem(logic.WORDS, "&", "or")
    _is_seen("np.where((x > 0) & (x < 1), x, 0)")


def test_a_bullet_that_is_a_minus_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.setattr(layout, "BULLET", re.compile("(?!)"))
    monkeypatch.setattr(Logic, "end_line", Changed.__mro__[1].end_line)  # type: ignore[attr-defined]
    _is_seen("* z = w*x + b")


def test_signs_of_matlab() -> None:
    assert matlab.has_matrices("X = [ones(m, 1) X]")
    assert not matlab.has_matrices("x = [a, b]")
    assert not matlab.is_terminated("double y = a*x;")
