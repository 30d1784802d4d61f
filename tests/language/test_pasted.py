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
from graphviz_ad.language import bullets, excerpts, matlab, reading, selected
from graphviz_ad.language.axes import AxesWriter
from graphviz_ad.language.changed import Changed
from graphviz_ad.language.counting import Counting
from graphviz_ad.language.from_one import FromOne
from graphviz_ad.language.labelled import Labelled
from graphviz_ad.language.logic import Logic
from graphviz_ad.language.worded import Worded
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
        ("x⁻k + P⁻k", {"x": 1, "P": 2, "k": 3}, "⁻", "digits"),
        ("s = 1;\nfor i = 1:n\n  s = s + x(i);\nend", {"x": [1, 2], "n": 2}, "end", "give one"),
        ("s = 0;\nfor i = 2:n\n  s = s + x(i);\nend", {"x": [1, 2], "n": 2}, "end", "give one"),
        ("s = 0;\nfor i = 1:n\n  s = s + s*x(i);\nend", {"x": [1, 2], "n": 2}, "end", "give one"),
        ("F.cross_entropy(z, y, weight=w)", {"z": [[1, 2]], "y": [[0, 1]], "w": [1, 2]}, "weight", "call it as"),
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

    monkeypatch.setattr(bullets, "BULLET", re.compile("(?!)"))
    monkeypatch.setattr(Logic, "end_line", Changed.__mro__[1].end_line)  # type: ignore[attr-defined]
    _is_seen("* z = w*x + b")


def test_signs_of_matlab() -> None:
    assert matlab.has_matrices("X = [ones(m, 1) X]")
    assert not matlab.has_matrices("x = [a, b]")
    assert not matlab.is_terminated("double y = a*x;")


@pytest.mark.parametrize(
    ("stage", "piece"),
    [
        ("without_loops", "s = 0;\nfor i = 1:n"),
        ("with_plain_signs", "[1, 2, 3] . [2, 5, 1]"),
        ("with_plain_signs", "v <- (t(w) %*% C %*% w)[[1]]"),
        ("with_plain_signs", "nn.MSELoss(reduction='sum')"),
        ("with_plain_signs", "PV = C (1+r)⁻t"),
    ],
)
def test_what_is_not_respelled_is_seen(stage: str, piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, stage, lambda text, *_: text)
    _is_seen(piece)


def test_tags_that_stay_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "without_tags", lambda text: text)
    _is_seen("A = πr<sup>2</sup>")


def test_words_of_matlab_that_are_dropped_alone_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worded, "is_over_all", lambda *_: False)
    _is_seen("m = mean(A .* 2, 'all');")


def test_a_cross_entropy_without_its_weights_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worded, "weighted", lambda _, frame, __: bool(frame.items.pop()) and False)
    _is_seen("loss = F.cross_entropy(z, y, weight=w)")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("y = log(x)^2", "log(x)^2 is read as (log(x))^2; for the power of the argument write log((x)^2)"),
        ("y = sin(2x)² + 1", "sin(2x)² is read as (sin(2x))²; for the power of the argument write sin((2x)²)"),
        ("ln(1 + x)^3", "ln(1 + x)^3 is read as (ln(1 + x))^3; for the power of the argument write ln((1 + x)^3)"),
        ("log10(x/2)^2", "write log10((x/2)^2)"),
        ("exp(-x)^2", "write exp((-x)^2)"),
        ("cos((x + 1)/2)^2", "write cos(((x + 1)/2)^2)"),
        ("log_10(x)^2", "write log_10((x)^2)"),
        (r"10 \log_{10} \left( \frac{x}{2} \right)^2", r"write \log_{10}(\left( \frac{x}{2} \right)^2)"),
        (r"y = \ln(x)^{2}", r"\ln(x)^{2} is read as (\ln(x))^{2}; for the power of the argument write \ln((x)^{2})"),
        (r"\[ y = \sin(x)^2 \]", r"\sin(x)^2 is read as (\sin(x))^2; for"),
    ],
)
def test_whose_power_is_computed_is_said(text: str, note: str) -> None:
    assert any(note in each for each in parse(text, given={"x": 2}).notes)


@pytest.mark.parametrize(
    "text",
    [
        "log(x)**2", "y = np.log(x)^2", "(log(x))^2", "log^2(x)", "sin²(x)", "log(x^2)", "log(x)*x^2", "tanh(x)^2", "y = log(x)^2;\n",
        "log(x).^2", "(log x)^2", r"\log^2(x)", r"\left(\log(x)\right)^2", r"{\log(x)}^2", r"\log(x^2)", "y <- log(x)^2",
    ],
)  # fmt: skip
def test_a_power_that_is_clear_is_not_said(text: str) -> None:
    assert not any("for the power of the argument" in note for note in parse(text, given={"x": 2}).notes)


def test_a_power_that_is_not_said_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "with_notes_on_powers", lambda program: program)
    assert not parse("y = log(x)^2", given={"x": 2}).notes


@pytest.mark.parametrize("sign", ["⸨", "⸩", "⸧"])
def test_signs_that_stand_for_cases_within_are_no_part_of_a_formula(sign: str) -> None:
    with pytest.raises(GraphvizADError, match="is not part of a formula"):
        parse(f"f = x {sign} 3")


@pytest.mark.parametrize(
    ("text", "value"),
    [("v <- c(x)[2]", 2.0), ("v <- (x + 1)[1]", 2.0), ("v <- cumsum(x)[2]", 3.0), ("v = (x + 1)[1]", 3.0)],
)
def test_indices_behind_brackets_count_from_one_in_r(text: str, value: float) -> None:
    assert run(parse(text), {"x": [1.0, 2.0, 3.0]}).values[-1] == value


def test_a_negative_index_behind_brackets_is_refused_in_r() -> None:
    with pytest.raises(GraphvizADError, match="leaves out an entry in R"):
        run(parse("v <- (x + 1)[-1]"), {"x": [1.0, 2.0, 3.0]})
