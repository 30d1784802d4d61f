"""What stands in generated programs: statements as typed, names, functions, comments, both passes, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.code import LIBRARIES
from cli.main import main
from graphviz_ad import parse
from graphviz_ad.code import helpers, sliding_helpers
from graphviz_ad.code.dialects import DIALECTS
from graphviz_ad.code.names import Names, identifier
from graphviz_ad.errors import InputError, LimitError
from tests.code.programs import run, untidy

NEURON = "z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2"
VALUES = {"w": 2, "x": 3, "b": -1, "y": 1}


def body(text: str, heading: str = "# Forward pass") -> list[str]:
    """Program → the lines below a heading, up to an empty one."""
    return text.split(heading + "\n")[1].split("\n\n")[0].splitlines()


def test_what_stands_here_again_is_the_same() -> None:
    assert tuple(DIALECTS) == LIBRARIES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("w₁", "w1"),
        ("y'", "y_prime"),
        ("W^{(1)}", "W1"),
        ("W^{(1)}_{ij}", "W1_ij"),
        ("h_{t-1}", "h_t_minus_1"),
        ("lambda", "lambda_"),
        ("in", "in_"),
        ("ŷ", "ŷ"),
        ("損失", "損失"),
        ("w_1", "w_1"),
        ("ϕ", "φ"),
    ],
)
def test_names_are_identifiers(name: str, expected: str) -> None:
    assert identifier(name) == expected
    assert identifier(name).isidentifier()


def test_names_that_collide_are_numbered() -> None:
    names = Names()
    assert [names.new(name) for name in ("a'", "a_prime", "np", "f")] == ["a_prime", "a_prime_2", "np_", "f"]


def test_statements_are_as_typed() -> None:
    text = parse(NEURON).to_code(values=VALUES)
    assert body(text) == ["z = w * x + b", "a = torch.sigmoid(z)", "L = (a - y) ** 2 + 0.1 * w**2"]
    assert "import torch.nn.functional" not in text
    assert "w = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)" in text


def test_the_backward_pass_by_hand() -> None:
    text = parse(NEURON).to_code("numpy", values=VALUES)
    assert body(text)[:3] == ["z = w * x + b", "a = 1 / (1 + np.exp(-z))", "v2 = a - y"]
    lines = body(text, "# Backward pass")
    assert lines[0] == "d_L = 1.0  # dL/dL"
    assert "d_z = d_a * a * (1 - a)" in lines
    assert lines[-2:] == ["# w is used twice: the contributions add up", "d_w = d_v4 * 2 * w + d_z * x"]


def test_a_broadcast_is_summed_and_shapes_are_said() -> None:
    trace = parse("z = X @ w + b; L = mean(z^2)").run(X=[[1, 2], [3, 4], [5, 6]], w=[1, -1], b=2)
    text = trace.to_code("numpy")
    assert "X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # 3×2" in text
    lines = body(text, "# Backward pass")
    assert lines[lines.index("d_b = np.sum(d_z)") - 1] == "# b was broadcast: sum over all entries"
    assert "d_w = X.T @ d_v1" in lines or "d_w = X.T @ d_z" in lines
    rows = parse("L = sum((X + b)^2)").run(X=[[1, 2], [3, 4]], b=[1, 2]).to_code("numpy")
    assert "# b was broadcast: sum over the rows\nd_b = np.sum(d_v1, axis=0)" in rows


def test_functions_of_the_author_are_functions() -> None:
    graph = parse("f(t) = t*sigmoid(t) + c; g(t) = f(2t)^2; L = g(w*x) + f(w)")
    text = graph.to_code(values={"w": 1, "x": 2, "c": 3})
    assert "def f(t, c):\n    return t * torch.sigmoid(t) + c\n" in text
    assert "def g(t, c):\n    return f(2 * t, c) ** 2\n" in text
    assert body(text) == ["L = g(w * x, c) + f(w, c)"]
    run(text)


def test_a_function_of_numbers_and_of_arrays_is_two() -> None:
    text = parse("f(t) = t*t; L = f(w) + sum(f(x))").to_code(values={"w": 1, "x": [1, 2]})
    assert text.count("def f") == 1
    run(text)


def test_comments_of_the_author_stay() -> None:
    text = parse("# squares\nz = w*x  # the product\nL = z^2").to_code(values={"w": 2, "x": 3})
    assert body(text)[-1] == "L = z**2"
    assert "# squares" in text
    assert "# the product" in text
    assert text.count("the product") == 1


def test_comments_stay_comments() -> None:
    text = parse('L = w*x  # """ \\n"; import os\u2028os.system("x")').to_code(values={"w": 2, "x": 3})
    run(text)
    assert "os.system" not in re.sub("#.*", "", text)


def test_names_that_changed_are_said() -> None:
    text = parse("y' = w₁*lambda").to_code(values={"w₁": 2, "lambda": 3})
    assert "w1 = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)  # w₁" in text
    assert "y_prime = w1 * lambda_  # y'" in text


@pytest.mark.parametrize(
    ("formula", "values", "line"),
    [
        (
            r"\hat{y} = \sigma(\mathbf{w}^\top \mathbf{x})",
            {"w": [1, 2], "x": [3, 4]},
            "ŷ = torch.sigmoid(torch.dot(w, x))",
        ),
        ("L = 1/N ∑_{i=1}^N (y_i - w x_i)²", {"y": [1, 2], "x": [3, 4], "w": 1}, None),
        ("f(x) = x for x > 0, 0.1 x otherwise; L = f(2x)", {"x": -1}, "L = f(2 * x)"),
        ("L = -log(softmax(z)[0])", {"z": [1, 2]}, "L = -torch.log(torch.softmax(z, dim=-1)[0])"),
        ("L = cross_entropy(z, y)", {"z": [[1, 2], [3, 4]], "y": [0, 1]}, "L = F.cross_entropy(z, y)"),
        ("s = K q/√2; L = sum(s)", {"K": [[1, 2], [3, 4]], "q": [1, 2]}, "s = K @ q / math.sqrt(2)"),
        ("L = w^2*π", {"w": 3}, "L = w**2 * torch.pi"),
    ],
)
@pytest.mark.torch
def test_what_the_parser_reads_is_written(formula: str, values: dict[str, object], line: str | None) -> None:
    trace = parse(formula, given=values).run(values)
    text = trace.to_code()
    run(text)
    run(trace.to_code(backward=True))
    run(trace.to_code("numpy"))
    assert line is None or line in body(text)


def test_classes_are_whole_numbers() -> None:
    trace = parse("L = cross_entropy(z, y)").run(z=[[1, 2], [3, 4]], y=[0, 1])
    assert "y = torch.tensor([0, 1])  # 2 entries, classes" in trace.to_code()
    assert "y = np.array([0, 1])" in trace.to_code("numpy")
    assert "log_softmax(z)[np.arange(2), y]" in trace.to_code("numpy")


def test_an_upstream_gradient_begins_the_pass() -> None:
    from graphviz_ad import run as run_graph

    trace = run_graph(parse("p = softmax(z)"), {"z": [1, 2, 3]}, upstream=[1, 0, 2])
    assert "p.backward(torch.tensor([1.0, 0.0, 2.0], dtype=torch.float64))" in trace.to_code()
    for to in ("torch", "numpy"):
        run(trace.to_code(to))  # type: ignore[arg-type]


def test_only_the_gradients_that_were_asked_for() -> None:
    from graphviz_ad import run as run_graph

    text = run_graph(parse(NEURON), VALUES, wrt=["w"]).to_code()
    assert text.count("requires_grad=True") == 1
    assert "b.grad" not in text


def test_without_values_it_is_a_function() -> None:
    graph = parse("z = w*x + b; L = z^2")
    text = graph.to_code("jax")
    assert 'def f(w, x, b):\n    """Return L."""\n    z = w * x + b\n    L = z**2\n    return L\n' in text
    by_hand = graph.to_code("numpy", backward=True)
    assert by_hand.endswith("    return L, (d_w, d_x, d_b)\n")
    scope: dict[str, object] = {}
    exec(by_hand, scope)
    assert scope["f"](2.0, 3.0, 1.0) == (49.0, (42.0, 28.0, 14.0))  # type: ignore[operator]


def test_what_cannot_be_differentiated_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to differentiate"):
        parse("L = x > 2").to_code(values={"x": 3})
    with pytest.raises(InputError, match="no inputs"):
        parse("3 + 4").to_code()
    with pytest.raises(InputError, match="depends on their shapes"):
        parse("L = sum(W @ x)").to_code(backward=True)
    with pytest.raises(InputError, match="no code for 'tensorflow'"):
        parse("L = x^2").to_code("tensorflow", values={"x": 1})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no value"):
        parse("L = x*y").to_code(values={"x": 1})
    with pytest.raises(LimitError, match="entries"):
        parse("L = sum(x)").to_code(values={"x": list(range(20_000))})


def test_long_formulas_are_written() -> None:
    many = " + ".join(f"{k}*x" for k in range(1, 100))
    deep = "sin(" * 60 + "x" + ")" * 60
    for formula in (f"L = {many}", f"L = {deep}"):
        trace = parse(formula).run(x=0.5)
        run(trace.to_code("numpy"))
        compile(trace.to_code(), "<program>", "exec")
    with pytest.raises(LimitError, match="operations"):
        parse("L = " + " + ".join(["x"] * 6000)).to_code(values={"x": 1})


def test_what_is_not_finite_is_not_compared() -> None:
    text = parse("L = log(x) + 1/x").run(x=0).to_code("numpy")
    assert "x = np.float64(0.0)" in text
    assert "Not compared: some values are not finite" in text
    run(text)


@pytest.mark.parametrize("to", LIBRARIES)
def test_functions_above_are_as_ruff_would_have_them(to: str, tmp_path: Path) -> None:
    of_torch = {"softmax", "log_softmax", "logsumexp"} | set(sliding_helpers.ARRAYS) - set(sliding_helpers.TORCH)
    own = {"torch": of_torch, "jax": {"cbrt"}, "numpy": {"cbrt"}}[to]
    tables = [helpers._ARRAYS, {"numpy": helpers._NUMPY, "torch": helpers._TORCH, "jax": sliding_helpers.JAX}[to]]
    names = {name.rstrip("_") for table in tables for name in table} - own
    texts = {
        f"{name}-{finite}": "\n\n\n".join(helpers.helper_texts([name], DIALECTS[to], finite=finite)) + "\n"
        for name in sorted(names)
        for finite in (True, False)
    }
    assert len(texts) > 20
    assert "would be" not in untidy(texts, tmp_path)  # names of modules are not known here


def test_the_command_writes_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = [f"{name}={value}" for name, value in VALUES.items()]
    assert main(["code", NEURON, *values, "--to", "numpy"]) == 0
    printed = capsys.readouterr().out
    assert printed == parse(NEURON).run(**VALUES).to_code("numpy")
    path = tmp_path / "neuron.py"
    assert main(["code", NEURON, *values, "--to", "torch", "--backward", "-o", str(path)]) == 0
    assert "d_z = d_a * a * (1 - a)" in path.read_text(encoding="utf-8")
    assert main(["code", NEURON, *values, "-o", str(tmp_path / "x.txt")]) == 2
    assert main(["code", NEURON, "w=1"]) == 1
    assert main(["code", "L = x > 2", "x=1"]) == 1
    err = capsys.readouterr().err
    assert "no value for 'x'" in err
    assert "nothing to differentiate" in err
    assert not (tmp_path / "x.txt").exists()
