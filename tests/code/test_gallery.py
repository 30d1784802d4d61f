"""The gallery's formulas as programs: each runs to its end, fails with a wrong number, and is as ruff would have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery import example
from tests.code.programs import KINDS, changed, faults, run, untidy

EXAMPLES = [example.read(path) for path in sorted((example.HERE / "examples").glob("*.toml"))]


@pytest.mark.slow
@pytest.mark.parametrize(("to", "backward"), KINDS)
def test_every_example_runs(to: str, backward: bool) -> None:
    assert len(EXAMPLES) > 30
    wrong = [f"{example.name}: {problem}" for example in EXAMPLES if (problem := faults(example.trace, to, backward))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize(("to", "backward"), KINDS)
def test_a_wrong_number_is_seen(to: str, backward: bool) -> None:
    (neuron,) = (example for example in EXAMPLES if example.name == "sigmoid-neuron")
    text = neuron.trace.to_code(to, backward)  # type: ignore[arg-type]
    assert run(text).startswith("a = 0.62")
    with pytest.raises(AssertionError):
        run(changed(text))


def test_a_wrong_gradient_is_seen() -> None:
    (neuron,) = (example for example in EXAMPLES if example.name == "sigmoid-neuron")
    text = neuron.trace.to_code("numpy")
    wrong = text.replace("* a * (1 - a)", "* (1 - a)")
    assert wrong != text
    with pytest.raises(AssertionError):
        run(wrong)


@pytest.mark.slow
def test_programs_are_as_ruff_would_have_them(tmp_path: Path) -> None:
    texts = {
        f"{example.name}-{to}-{backward}": example.trace.to_code(to, backward)  # type: ignore[arg-type]
        for example in EXAMPLES
        for to in ("torch", "jax", "numpy")
        for backward in (False, True)
    }
    texts |= {
        f"{example.name}-function-{to}": example.graph.to_code(to)  # type: ignore[arg-type]
        for example in EXAMPLES
        for to in ("torch", "jax", "numpy")
        if example.graph.inputs
    }
    assert len(texts) > 250
    assert untidy(texts, tmp_path) == ""


def test_ruff_sees_what_is_untidy(tmp_path: Path) -> None:
    assert untidy({"x": "x=1\n"}, tmp_path)
    assert untidy({"x": "import math\n"}, tmp_path)
