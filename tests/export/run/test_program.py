"""Runs as programs for PyTorch: they run by themselves, come to the same parameters, and see it where they do not."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.errors import OutputError
from graphviz_ad.export.run import data_beside, program
from graphviz_ad.export.run.torch_code import TorchCode, identifiers, literal
from graphviz_ad.ops.table import TABLE
from tests.export.run.torch_programs import CAN_FORK, alone, runner
from tests.ops.samples import sampled
from tests.training.test_descent import LINE, SETTINGS, line, network
from tests.training.test_straight_line import CASES

PER_CLASS = "S = X W + c; L = cross_entropy(S, y)"


def few(count: int = 20) -> dict[str, Any]:
    """The first points of the line."""
    return {name: column[:count] for name, column in named("line").columns.items()}


def classes(**options: Any) -> Run:
    """A classifier of three classes."""
    table = named("three-classes", examples=40).joined({"X": ["x_1", "x_2"]})
    return parse(PER_CLASS).train(table, batch=16, lr=0.1, shapes={"W": (2, 3), "c": (3,)}, **options)


RUNS: dict[str, Callable[[], Run]] = {
    **{name: lambda settings=settings: line(epochs=2, **settings) for name, settings in SETTINGS.items()},  # type: ignore[misc]
    "data in the program": lambda: parse(LINE).train(few(), batch=8, epochs=3, w_1=0, b=0),
    "all examples": lambda: parse(LINE).train(few(), epochs=3, w_1=0, b=0),
    "without the rest": lambda: parse(LINE).train(few(), batch=8, epochs=3, w_1=0, b=0, drop_last=True),
    "a schedule of its own": lambda: line(epochs=2, schedule="η/(1 + 0.1*e) * exp(-t/T)"),
    "a schedule by its name": lambda: line(epochs=3, schedule="inverse"),
    "network": lambda: network(epochs=2),
    "classes": classes,
    "what stays": lambda: line(epochs=2, fixed=["b"]),
    "divergence": lambda: line(batch=None, lr=2.0, epochs=400),
    "names": lambda: parse(r"z^{(1)} = \theta_0 + \theta_1 x'; loss = mean((z^{(1)} - torch)^2)").train(
        {"x'": few()["x"], "torch": few()["y"]}, {"θ_0": 0, "θ_1": 0}, batch=8
    ),
    "N": lambda: parse(r"L = \frac{1}{N}\sum_{i=1}^N (w_1 x_i + b - y_i)^2").train(few(), batch=8, w_1=0, b=0),
    "no data": lambda: parse("f = (1 - x)^2 + 100*(y - x^2)^2").train(
        x=-1.2, y=1, lr=0.001, epochs=20, clip=50, schedule="cosine"
    ),
    "no data, diverging": lambda: parse("f = (1 - x)^2").train(x=-1.2, lr=2, epochs=600),
    "words that Python has": lambda: parse("p = lambda*x + 重み; L = mean((p - y)^2)").train(
        few(), {"lambda": 0.5, "重み": 0}, batch=8
    ),
}


Ran = Callable[[Path], "subprocess.CompletedProcess[str]"]
ALONE = ("data in the program", "network")
"""Run by a Python of their own, one with data in a file beside it; the others where torch is imported already."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """→ What runs programs."""
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    if not CAN_FORK:
        yield alone
        return
    with runner(tmp_path_factory.mktemp("programs")) as run_program:
        yield run_program


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_a_program_comes_to_the_same_parameters(name: str, ran: Ran, tmp_path: Path) -> None:
    trained = RUNS[name]()
    paths = trained.save(tmp_path / "run.py")
    assert paths[0] == str(tmp_path / "run.py")
    assert sorted(map(str, tmp_path.iterdir())) == sorted(paths)
    outcome = (alone if name in ALONE else ran)(tmp_path / "run.py")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.count(" = ") == len(trained.names)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"    \"w_1\": .*", "    \"w_1\": 0.123,"),
        (r"lr=0\.1", "lr=0.11"),
        (r"SEED = 20, 8, 0", "SEED = 20, 8, 1"),
        (r"\(z - y\) \*\* 2", "(z - y) ** 3"),
        (r"x = torch\.tensor\(\[\d", "x = torch.tensor([9"),
    ],
)  # fmt: skip
def test_a_program_with_a_wrong_number_says_so(right: str, wrong: str, ran: Ran, tmp_path: Path) -> None:
    text = program.content(RUNS["data in the program"]()).decode()
    changed = re.sub(right, wrong, text)
    assert changed != text
    (tmp_path / "run.py").write_text(changed, encoding="utf-8")
    outcome = ran(tmp_path / "run.py")
    assert outcome.returncode == 1
    assert re.search(r"AssertionError: (w_1|b) is -?\d.*, not -?\d", outcome.stderr)


def test_the_file_the_data_came_from_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = named("two-classes").columns
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    text = ",".join(columns) + "\n" + "".join(f"{','.join(map(repr, row))}\n" for row in rows)
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    formula = "a = sigmoid(X w + b); L = bce(a, y)"

    def saved() -> tuple[list[str], str]:
        trained = parse(formula).train("points.csv", columns={"X": ["x_1", "x_2"]}, w=[0, 0], b=0, batch=32)
        return trained.save("run.py"), Path("run.py").read_text(encoding="utf-8")

    paths, code = saved()
    assert paths == ["run.py"]
    assert 'open("points.csv", encoding' in code
    assert 'X = torch.tensor([[float(row["x_1"]), float(row["x_2"])] for row in table])' in code
    (tmp_path / "points.csv").write_text(text.replace(",", ";"), encoding="utf-8")
    assert saved()[0] == ["run.py", "run.data.csv"], "Python's own reader would read it wrongly"


def test_what_is_typed_is_in_a_comment_only() -> None:
    nasty = 'L = mean((w*x - y)^2) # """ \\\n# import os\u2028import os'
    text = program.content(parse(nasty).train(few(), w=0)).decode()
    names = [node.names[0].name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import)]
    assert sorted(names) == ["numpy", "torch"]
    assert [line for line in text.splitlines() if "import os" in line] == ["#     # import os", "#     import os"]


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_beside, "_MAX_ENTRIES", 100)
    with pytest.raises(OutputError, match="too many for a file of text"):
        program.content(line(epochs=1))
    monkeypatch.setattr(program, "_MAX_ENTRIES", 10)
    with pytest.raises(OutputError, match="numbers of parameters are too many"):
        program.content(network(epochs=1))


def test_where_the_last_batch_has_another_formula_there_are_two() -> None:
    text = program.content(RUNS["N"]()).decode()
    assert "    if len(x) < BATCH:  # the last one of an epoch\n" in text
    assert "if len(x)" not in program.content(RUNS["data in the program"]()).decode()


def value_in_torch(formula: str, given: dict[str, Any]) -> tuple[float, float]:
    """Formula and values → what its statements in torch compute, and what the passes do."""
    import torch

    trace = run(parse(formula, given=given), given)
    names = identifiers(trace.graph.names, {"torch", "F"})
    code = TorchCode(trace.graph, trace.values, names)
    scope = {"torch": torch, "F": torch.nn.functional}
    scope |= {
        names[name]: torch.tensor(np.array(trace.values[node], dtype=float), dtype=torch.float64)
        for name, node in trace.graph.inputs.items()
    }
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        exec("\n".join(code.lines), scope)
        return float(eval(code.output, scope)), float(trace.values[trace.graph.output])  # type: ignore[arg-type]
    finally:
        torch.set_default_dtype(before)


@pytest.mark.torch
@pytest.mark.parametrize("formula", [
    *CASES, "L = max(w, 0, 2) + sqrt(2)*w + concat([1,2],x)[1] + sum(stack(x,x)) + exp(1)", "L = sum(x[0:1]*π) + w",
    "L = x^T x + w + sum(x[[1, 0]])", "L = (w*2 + 1)^(1/3) + cbrt(w*2) + x[0]",
])  # fmt: skip
def test_a_formula_in_torch(formula: str) -> None:
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    given = CASES.get(formula, {"x": np.array([1.0, 2.0]), "w": 0.3})
    theirs, ours = value_in_torch(formula, given)
    assert theirs == pytest.approx(ours, rel=1e-6 if "layer" in formula else 1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("row", [r for r in TABLE if not r.internal and not r.variadic], ids=lambda row: row.name)
def test_every_operation_in_torch(row: Any) -> None:
    pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
    random = np.random.default_rng(1)
    for shapes in row.shapes or (((3,),) * len(row.params),):
        given = sampled(row, shapes, random)
        if "at" in row.options or row.options.get("shape", 0) is None:
            continue
        axis = ", axis=0" if row.name == "cumsum" else ""
        typed = ", ".join(given if row.name in ("cross_entropy", "nll") else (f"{name}*1" for name in given))
        theirs, ours = value_in_torch(f"L = sum({row.name}({typed}{axis})^2)", given)
        assert theirs == pytest.approx(ours, rel=1e-9), shapes


def test_names_are_those_of_python_and_differ() -> None:
    names = identifiers(["w_1", "w^{(1)}", "w'", "class", "L", "1", "a b"], {"L"})
    assert names == {
        "w_1": "w_1", "w^{(1)}": "w_1_", "w'": "w_prime", "class": "class_", "L": "L_", "1": "v_1", "a b": "a_b",
    }  # fmt: skip


def test_numbers() -> None:
    assert [literal(x) for x in (2.0, -0.5, 1e20, float("inf"))] == ["2", "-0.5", "1e+20", 'float("inf")']
    assert literal(np.array([[1.0, 0.1]])) == "[[1, 0.1]]"
