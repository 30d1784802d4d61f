"""Every operation of the table as a program, forward and backward, in each library; also at kinks and poles."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace
from graphviz_ad.code.conventions import OTHER
from graphviz_ad.code.dialects import DIALECTS
from graphviz_ad.code.texts import _defined
from graphviz_ad.code.writer import SPECIAL
from graphviz_ad.errors import GraphvizADError, InputError
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from tests.code.programs import KINDS, faults
from tests.ops.both import OPTIONS, ROWS, cases, draw, formula
from tests.ops.test_kinks import POINTS

QUICK = ("torch", "numpy")
NO_GRADIENT = {"argmax", "argmin", "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "len", "size",
               "zeros_like", "ones_like", "detach"}  # fmt: skip
"""Operations through which no gradient goes: a program of them alone has nothing to differentiate."""


def trace_of(row: Operation, values: dict[str, Any], option: str) -> Trace:
    """A call of an operation, and a loss of what comes out."""
    text = formula(row, list(values), option)
    return parse(f"out = {text}; L = sum(out*out) + sum(3*out)", given=values).run(values)


def test_operations_are_known_in_every_library() -> None:
    assert {row.name for row in ROWS} == {row.name for row, _, _ in cases()}
    assert set(DIALECTS) == {"torch", "jax", "numpy"}


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_an_operation_is_written_as_code(name: str) -> None:
    import_module("graphviz_ad.code.texts")  # what it imports fills SPECIAL
    known = name in SPECIAL or all(dialect.template(name) for dialect in DIALECTS.values())
    assert known, f"write {name} as numpy has it into TEMPLATES of graphviz_ad/code/common.py, or give it a definition"


@pytest.mark.parametrize(("to", "backward"), [kind for kind in KINDS if kind.id.startswith(QUICK)])
@pytest.mark.parametrize("name", ["sec", "softsign", "hypot"])
def test_what_has_no_template_is_written_by_its_definition(
    name: str, to: str, backward: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = BY_NAME[name]
    monkeypatch.setitem(SPECIAL, name, _defined)
    trace = trace_of(row, draw(row, [()] * len(row.params)), "")
    assert not faults(trace, to, backward)
    assert f"{name}(" not in trace.to_code(to, backward).partition("\n")[2]  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(("to", "backward"), [kind for kind in KINDS if kind.id.startswith(QUICK)])
def test_every_operation_runs(to: str, backward: bool) -> None:
    wrong, done = [], set()
    for row, shapes, option in cases():
        trace = trace_of(row, draw(row, shapes), option)
        if row.name in NO_GRADIENT:
            with pytest.raises(InputError, match="nothing to differentiate"):
                trace.to_code(to, backward)  # type: ignore[arg-type]
            continue
        done.add(row.name)
        if problem := faults(trace, to, backward):
            wrong.append(f"{formula(row, list(row.params), option)} {shapes}: {problem}")
    assert not wrong, "\n".join(wrong[:5])
    assert done == {row.name for row in ROWS} - NO_GRADIENT


@pytest.mark.slow
@pytest.mark.parametrize(("to", "backward"), [kind for kind in KINDS if kind.id == "jax"])
def test_every_operation_runs_in_jax(to: str, backward: bool) -> None:
    """One case of each, the largest: jax compiles every operation that is new to it."""
    largest = {row.name: (row, shapes, option) for row, shapes, option in cases()}
    wrong = []
    for row, shapes, option in largest.values():
        trace = trace_of(row, draw(row, shapes), option)
        if row.name not in NO_GRADIENT and (problem := faults(trace, to, backward)):
            wrong.append(f"{row.name} {option} {shapes}: {problem}")
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.slow
@pytest.mark.parametrize(("to", "backward"), KINDS)
def test_kinks_are_by_the_rows_convention(to: str, backward: bool) -> None:
    wrong, count = [], 0
    for name, points in POINTS.items():
        row = BY_NAME[name]
        if to == "jax" and name not in OTHER["jax"]:  # jax compiles every operation that is new to it
            continue
        for point in points:
            names = [f"a{k}" for k in range(len(point))] if row.variadic else list(row.params)
            for option in OPTIONS.get(name, [""])[:2]:
                try:
                    trace = trace_of(row, dict(zip(names, point)), option)
                    trace.to_code(to, backward)  # type: ignore[arg-type]
                except GraphvizADError:
                    continue
                count += 1
                if problem := faults(trace, to, backward):
                    wrong.append(f"{name} {option} at {point}: {problem}")
    assert not wrong, "\n".join(wrong[:5])
    assert count > 30


def test_a_convention_that_is_another_in_the_library_is_said() -> None:
    trace = parse("L = abs(x) + 2*y").run(x=0, y=1)
    text = trace.to_code("jax")
    assert "d_x is not compared: here abs has no derivative" in " ".join(text.replace("\n# ", " ").split())
    assert "assert_allclose(d_y, 2.0)" in text
    assert "At 0 the derivative is taken as 0" in trace.to_code("jax", backward=True)
