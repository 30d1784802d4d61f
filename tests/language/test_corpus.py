"""Formulas as people write them: what a reader understands is what is computed, and nothing is misread in silence.

`python -m tests.language.test_corpus` prints the rates that CONTRIBUTING states.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

import numpy as np
import pytest
from _pytest.mark import ParameterSet

from graphviz_ad.api import Graph, parse, run
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.autodiff.remarks import remarks
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.values import Array, Value

HERE = Path(__file__).parent / "corpus"
FILES = {
    "typed": "plain text and code",
    "latex": "LaTeX",
    "more": "collected later",
    "various": "collected later still",
    "later": "collected after those",
    "fourth": "collected after that",
    "fifth": "collected after them",
    "sixth": "collected later than those",
    "seventh": "collected after these",
    "eighth": "collected after all those",
    "ninth": "collected before the last",
    "tenth": "collected after the ninth",
    "eleventh": "collected after the tenth",
    "twelfth": "collected after the eleventh",
    "thirteenth": "hard ones collected after that",
    "fourteenth": "LaTeX collected after that",
    "plain": "plain text collected after that",
    "plain_and_code": "plain text and code collected after it",
    "comments": "comments and notes collected after that",
    "scripts": "code and notes collected after them",
    "notes": "notes and scripts collected last",
    "fifteenth": "LaTeX from notes on all topics",
    "sixteenth": "LaTeX drawn at random",
    "seventeenth": "plain text and code drawn at random",
    "eighteenth": "LaTeX drawn at random after that",
    "nineteenth": "plain text and code drawn at random again",
    "twentieth": "LaTeX drawn at random again",
    "twentyfirst": "plain text and code drawn at random after them",
    "twentysecond": "LaTeX drawn at random once more",
    "twentythird": "plain text and code read once",
    "twentyfourth": "LaTeX read once",
    "twentyfifth": "plain text and code read once, later",
    "twentysixth": "LaTeX read once, later",
    "twentyseventh": "plain text and code of all kinds",
    "twentyeighth": "numpy, torch and Python",
    "twentyninth": "LaTeX with the sentences round it",
    "thirtieth": "plain text and Python, read once at the end",
    "thirtyfirst": "LaTeX, read once at the end",
}
_CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"


class Entry(TypedDict):
    """One formula: where it is from, its inputs, and the value that a reader means, or why it has none."""

    id: str
    text: str
    source: str
    inputs: dict[str, object]
    value: float | list[float] | None
    error: str | None
    note: str | None


@dataclass(frozen=True)
class Outcome:
    """Says what became of a formula: "read", "refused" with a message, "noted" where another reading is computed and
    said."""

    kind: str
    value: Value | None = None
    message: str = ""


def entries(name: str) -> list[Entry]:
    """Name of a file → its formulas."""
    formulas: list[Entry] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return formulas


@cache
def by_id() -> dict[str, Entry]:
    """→ All formulas by their ids."""
    return {entry["id"]: entry for name in FILES if (HERE / f"{name}.json").exists() for entry in entries(name)}


def outcome(entry: Entry) -> Outcome:
    """A formula with its inputs → what became of it."""
    inputs = entry["inputs"]
    try:
        graph = parse(entry["text"], given=inputs)
        trace = run(graph, inputs, upstream=_upstream(graph, inputs))
    except GraphvizADError as problem:
        return Outcome("refused", message=str(problem))
    value = np.asarray(trace.values[trace.graph.output], dtype=float)
    expected = entry["value"]
    if expected is not None:
        expected_value = np.asarray(expected, dtype=float)
        if value.size == expected_value.size and np.allclose(
            value.ravel(), expected_value.ravel(), rtol=1e-6, atol=1e-9, equal_nan=True
        ):
            return Outcome("read", value)
    remarks_made = [*trace.graph.notes, *remarks(trace)]
    return Outcome("noted" if remarks_made else "misread", value, "; ".join(remarks_made))


def _upstream(graph: Graph, inputs: dict[str, object]) -> Array | None:
    """Graph and inputs → an upstream gradient for an output that is an array: 1 for every entry."""
    decided, given = prepared(graph, inputs)
    value = forward(decided, given)[decided.output]
    return None if isinstance(value, float) else np.ones_like(value)


def _quick_first() -> list[ParameterSet]:
    """→ Every formula, those of the sets between the first two and the last as slow tests."""
    slow = {entry["id"] for name in list(FILES)[2:-1] for entry in entries(name)}
    return [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in by_id()]


@pytest.mark.parametrize("name", _quick_first())
def test_nothing_is_misread_in_silence(name: str) -> None:
    entry = by_id()[name]
    result = outcome(entry)
    assert result.kind != "misread", (
        f"{entry['text']!r} gives {result.value}, where a reader means {entry['value']} ({entry['error'] or entry['note']})"
    )
    if result.kind == "refused":
        assert "hint: " in result.message, f"{entry['text']!r}: {result.message}"


def _kind(entry: Entry) -> str:
    """A formula with a value → what became of it, "read" where it is refused rightly."""
    kind = outcome(entry).kind
    return "read" if kind == "refused" and "refusal is right" in (entry["note"] or "") else kind


def rates() -> dict[str, tuple[int, int]]:
    """→ For each file, how many of the formulas that have a value are read as a reader means them, or are refused where
    that is as right, and of how many."""
    counts = {}
    for name in FILES:
        if (HERE / f"{name}.json").exists():
            kinds = [_kind(entry) for entry in entries(name) if entry["value"] is not None]
            counts[name] = kinds.count("read"), len(kinds)
    return counts


def table() -> str:
    """→ The rates as they stand in CONTRIBUTING."""
    lines = ["| formulas | read as meant | of |", "|---|---|---|"]
    lines += [f"| {FILES[name]} | {read} ({read / of:.0%}) | {of} |" for name, (read, of) in rates().items()]
    return "\n".join(lines)


@pytest.mark.slow
def test_nine_of_ten_are_read() -> None:
    counts = rates()
    assert sum(read for read, _ in counts.values()) >= 0.9 * sum(of for _, of in counts.values())
    for name, (read, of) in counts.items():
        assert read >= 0.87 * of, f"{name}: {read} of {of}"


@pytest.mark.slow
def test_contributing_states_the_rates() -> None:
    assert table() in _CONTRIBUTING.read_text(encoding="utf-8"), (
        "run python -m tests.language.test_corpus and put the table there"
    )


def test_a_wrong_reading_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test has teeth: with products entry by entry throughout, W x + b is misread."""
    from graphviz_ad.autodiff import passes

    monkeypatch.setattr(passes, "decided", lambda graph, given, evaluate, **_: graph)
    entry: Entry = {
        "id": "planted",
        "source": "this test",
        "text": "y = sum((W x)^2)",
        "inputs": {"W": [[1, 2], [3, 4]], "x": [1, 2]},
        "value": 146.0,
        "error": None,
        "note": "",
    }
    assert outcome(entry).kind == "misread"


if __name__ == "__main__":
    print(table())
