"""The script of live numbers over arrays: every value, gradient and contribution is Python's, for every operation."""

from __future__ import annotations

import json
import math
import random
import subprocess
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.autodiff.inputs import read_inputs
from graphviz_ad.autodiff.passes import forward, rerun
from graphviz_ad.export.player.live import script
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from graphviz_ad.tracing.array import TracedArray
from graphviz_ad.tracing.calculation import calculation, classes, obstacle
from graphviz_ad.tracing.tape import Tape
from tests.check.test_planted_rules import ARRAYS, DERIVATIVES, planted
from tests.export.test_html import page_of
from tests.export.test_live import NODE, needs_node

Inputs = dict[str, Any]
Array = NDArray[np.float64]
Value = float | Array
Shape = tuple[int, ...]

STRUCTURAL = [row for row in TABLE if not row.pointwise and not row.internal]
CALLS = {
    "matmul": "x @ y", "transpose": "x.T", "stack": "[x, y, z]", "concat": "concat(x, y, z)", "index": "x[0, 1:3]",
}  # fmt: skip
"""Operations that are not called by their names with x and y."""
_ALONG = ("", ", axis=0", ", axis=-1, keepdims=1")
_OVER = (*_ALONG, ", axis=[0, 1]", ", axis=[0, 1], keepdims=1")
OPTIONS: dict[str, Sequence[str]] = {
    "sum": _OVER, "mean": _OVER, "prod": _OVER, "max": _OVER, "min": _OVER, "logsumexp": _OVER,
    "softmax": ("", ", axis=0"), "log_softmax": ("", ", axis=0"), "reshape": (", shape=[3, 2]", ", shape=[6]"),
    "norm": ("", ", p=1", ", p=3", ", p=inf", ", axis=0", ", axis=[0, 1]"), "var": ("", ", correction=0", ", axis=-1", ", axis=[0, 1]"),
    "std": ("", ", axis=-1, keepdims=1"), "huber": ("", ", delta=0.5"), "smooth_l1": ("", ", beta=0.5"),
    "argmax": _ALONG, "argmin": _ALONG, "cumsum": (", axis=0", ", axis=-1"), "softmin": ("", ", axis=0"),
    "layer_norm": ("", ", axis=0"), "batch_norm": ("", ", eps=0.1"), "rms_norm": ("", ", axis=0"),
    **{f"conv{axes}d": ("", ", stride=2, padding=1", ", padding=1, dilation=2") for axes in (1, 2)},
    **{f"conv_transpose{axes}d": ("", ", stride=2, padding=1, output_padding=1") for axes in (1, 2)},
    **{f"max_pool{axes}d": ("", ", size=2, stride=1, padding=1") for axes in (1, 2)},
    **{f"avg_pool{axes}d": ("", ", size=3, stride=2, padding=1") for axes in (1, 2)},
    **{f"adaptive_avg_pool{axes}d": ("", ", size=3") for axes in (1, 2)},
    "unsqueeze": ("", ", axis=-1"), "squeeze": ("", ", axis=0"), "size": ("", ", axis=0"),
}  # fmt: skip
PAIRS: list[tuple[Shape, Shape]] = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (3,)), ((), (3,))]
FORMULAS: dict[str, tuple[str, Inputs]] = {
    "softmax regression": (
        "z = X @ W + b; L = cross_entropy(z, y)",
        {"X": [[1, 2], [0.5, -1], [3, 0]], "W": [[1, 0, -1], [0.5, 2, 1]], "b": [0.1, 0, -0.2], "y": [0, 2, 1]},
    ),
    "mini-batch": (
        "p = sigmoid(X @ w + b); L = -mean(y*log(p) + (1 - y)*log(1 - p))",
        {"X": [[1, 2], [-1, 1], [0.5, 0], [2, -1]], "w": [0.3, -0.2], "b": 0.1, "y": [1, 0, 1, 0]},
    ),
    "two layers": (
        "h = relu(W1 @ x + b1); o = W2 @ h + b2; L = mse(o, y)",
        {"W1": [[1, -1], [2, 0.5], [0, 1]], "x": [1, 2], "b1": [0, 0.1, -3], "W2": [[1, 2, 3], [-1, 0, 1]],
         "b2": [0, 1], "y": [1, 2]},
    ),
    "attention": (
        "A = softmax(Q @ K.T/sqrt(2)); O = A @ V; L = sum(O*O)",
        {"Q": [[1, 0], [0, 1], [1, 1]], "K": [[1, 2], [0, 1], [1, 0]], "V": [[1, 2], [3, 4], [0, 1]]},
    ),
    "batch norm": (
        "m = mean(x, axis=0); v = var(x, axis=0, correction=0); h = (x - m)/sqrt(v + 0.01); L = sum((g*h + c)^2)",
        {"x": [[1, 2], [3, 1], [2, 5]], "g": [1, 0.5], "c": [0, 1]},
    ),
    "fan-out": ("a = x*y; L = sum(a*a) + x @ y + x[0]*a[1]", {"x": [1, 2, 3], "y": [0.5, -1, 2]}),
    "indices": ("L = sum(M[0:2, 1]*M[1, 0:2]) + M[-1, -1]^2", {"M": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}),
    "both broadcast": ("L = sum(reshape(x, shape=[2, 1])*y + 2)", {"x": [1, 2], "y": [3, 4, 5]}),
    "choices": ("L = sum(where(x > y, x*y, x - y)) + max(maximum(x, y))", {"x": [1, 2, 3], "y": [3, 2, 1]}),
    "a number among arrays": ("L = sum(a*x + a^2)/a", {"a": 2, "x": [1, 2, 3]}),
    "lists of places": ("L = sum(log(p[[0, 1, 0], [1, 0, 1]])) + x[[0, 2, 2]] @ x[::-1]",
                        {"p": [[0.2, 0.8], [0.5, 0.5]], "x": [1, 2, 3]}),
    "paths that end": ("L = sum(where(sqrt(x) > 1, x, 2*x)) + (sqrt(x[0]) > 1)*x[1]", {"x": [0, 4, 1]}),
    "what no input reaches": ("c = [1, 2] @ [3, 4]; L = c*x @ [1, 2] + sum(softmax([x, x]))", {"x": [1, 2]}),
}  # fmt: skip
BODY = """
const to = (x) => (Array.isArray(x) ? x.map(to) : x === undefined ? null : Object.is(+x, -0) ? '-0'
  : Number.isFinite(+x) ? +x : Number.isNaN(+x) ? 'nan' : x > 0 ? 'inf' : '-inf');
console.log(JSON.stringify(cases.map(({ make, vectors }) => {
  const formula = make(arithmetic(4));
  return vectors.map((inputs) => {
    for (const [node, value] of inputs) formula.v[node] = value;
    formula.run();
    return { v: formula.v.map(to), g: formula.g.map(to), c: formula.c.map(to) };
  });
})));
"""


def listed(value: ArrayLike) -> float | list[float]:
    """Number, or array as the list of its entries, as the script has it."""
    entries: list[float] = np.ravel(value).tolist()
    return entries if np.ndim(value) else float(entries[0])


class Computed(TypedDict):
    """What the script computes for one set of inputs: values and gradients by node, contributions by edge."""

    v: list[float | str | list[float | str] | None]
    g: list[float | str | list[float | str] | None]
    c: list[float | str | list[float | str] | None]


def computed(
    cases: Sequence[tuple[Trace, list[Inputs]]], changes: Mapping[str, str] | None = None
) -> list[list[Computed]]:  # fmt: skip
    """Traces, and other values of their inputs → the script's values, gradients and contributions.

    `changes` are pieces of the script, and what stands in their place.
    """
    names = ("numbers.js", "arrays.js", "special.js")
    library = "".join((files("graphviz_ad.export.player") / name).read_text("utf-8") for name in names)
    for right, wrong in (changes or {}).items():
        assert library.count(right) == 1
        library = library.replace(right, wrong)
    written = []
    for trace, vectors in cases:
        nodes = trace.graph.inputs
        given = [[[nodes[name], listed(value)] for name, value in vector.items()] for vector in vectors]
        formula = script(trace, calculation(trace), TemplateTable(4)).removeprefix("const formula=").rstrip(";\n")
        written.append(f"{{make: {formula}, vectors: {json.dumps(given)}}}")
    assert NODE
    code = f"{library}const cases = [{','.join(written)}];{BODY}"
    done = subprocess.run([NODE, "-"], input=code, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    results: list[list[Computed]] = json.loads(done.stdout)
    return results


def compare(cases: Sequence[tuple[Trace, list[Inputs]]], changes: Mapping[str, str] | None = None) -> None:
    """Every number of the script is Python's."""
    assert cases
    for (trace, vectors), results in zip(cases, computed(cases, changes), strict=True):
        agree(trace, vectors, results)


def agree(trace: Trace, vectors: list[Inputs], results: list[Computed]) -> None:
    """What the script computes of a trace with other inputs is what Python computes."""
    for vector, result in zip(vectors, results, strict=True):
        expected = rerun(trace, vector)
        edges = [expected.edge_gradient(node, slot).contribution for node, slot, _ in expected.backward_edges()]
        for name, mine, theirs in (
            ("values", result["v"], expected.values), ("gradients", result["g"], expected.grads),
            ("contributions", result["c"], edges),
        ):  # fmt: skip
            for at, value in enumerate(theirs):
                if value is not None:
                    entries = np.ravel(np.asarray(mine[at], dtype=float))
                    close = pytest.approx(np.ravel(value), rel=1e-9, abs=1e-12, nan_ok=True)
                    assert entries == close, (trace.graph.source.text, name, at, vector)
                    assert same_zeros(entries, np.ravel(value)), (trace.graph.source.text, name, at, vector)


def same_zeros(left: Array, right: Array) -> bool:
    """Whether entries that are 0 in both have one sign: 1/0 is inf and 1/-0 is -inf."""
    return bool(np.all((left != 0) | (right != 0) | (np.signbit(left) == np.signbit(right))))


def drawn(generator: random.Random, shape: Shape, span: tuple[float, float] = (-2.0, 2.0)) -> Value:
    flat = [generator.uniform(*span) for _ in range(math.prod(shape))]
    return np.reshape(flat, shape) if shape else flat[0]


def inputs_of(row: Operation, shapes: Sequence[Shape], generator: random.Random) -> Inputs:
    """Operation and shapes → values of its arguments; classes where it takes these."""
    names = "xyz" if row.variadic else row.params
    values = {
        name: drawn(generator, shape, row.sample[min(slot, len(row.sample) - 1)])
        for slot, (name, shape) in enumerate(zip(names, shapes))
    }
    if row.name in ("cross_entropy", "nll") and len(shapes[1]) < len(shapes[0]):
        values["y"] = np.floor(np.multiply(values["y"], shapes[0][-1] - 0.01)) * 1.0
    return values


def call_of(row: Operation, shapes: Sequence[Shape], option: str = "") -> str | None:
    """Operation, shapes of its arguments and options → the call, None where these do not go together."""
    if (
        max(map(len, shapes)) > 2
        or ("axis" in option and shapes[0] == ())
        or ("[0, 1]" in option and len(shapes[0]) < 2)
    ):
        return None
    if row.name == "reshape" and len(shapes[0]) < 2:
        return None
    names = list("xyz" if row.variadic else row.params)[: len(shapes)]
    call = CALLS.get(row.name, f"{row.name}({', '.join(names)}{option})")
    if row.name == "index" and len(shapes[0]) == 1:
        call = "x[1:3]"
    return call if len(names) > 2 else call.replace(", z", "")


def structural(row: Operation, generator: random.Random) -> list[tuple[Trace, list[Inputs]]]:
    """Operation → what is compared of it: each of its shapes with each of its options, at several places."""
    cases = []
    for shapes in row.shapes:
        for option in OPTIONS.get(row.name, ("",)):
            call = call_of(row, shapes, option)
            if call is None:
                continue
            graph = parse(f"L = {call}")
            vectors = [inputs_of(row, shapes, generator) for _ in range(6)]
            out = forward(graph, read_inputs(graph, vectors[0]))[graph.output]
            upstream = drawn(generator, np.shape(out)) if np.ndim(out) else None
            cases.append((run(graph, vectors[0], upstream=upstream), vectors))
    return cases


@needs_node
@pytest.mark.parametrize("row", STRUCTURAL, ids=lambda row: row.name)
def test_operations_over_arrays_are_those_of_python(row: Operation) -> None:
    compare(structural(row, random.Random(row.name)))


@needs_node
@pytest.mark.parametrize("row", [row for row in TABLE if row.pointwise and not row.internal], ids=lambda row: row.name)
def test_operations_on_entries_are_broadcast_as_in_python(row: Operation) -> None:
    generator = random.Random(row.name)
    graph = parse(f"L = sum({row.name}({', '.join(row.params)}))")
    cases = []
    for pair in PAIRS:
        shapes = [pair[slot % 2] for slot in range(len(row.params))]
        vectors = [inputs_of(row, shapes, generator) for _ in range(3)]
        cases.append((graph.run(**vectors[0]), vectors))
    compare(cases)


def at_zeros(row: Operation, generator: random.Random) -> list[tuple[Trace, list[Inputs]]]:
    """Operation → it alone, one divided by it, and the sum of it with a minus, at places with many 0 and -0."""
    cases = []
    alone = [((),) * len(row.params), ((2,),) * len(row.params)]
    for shapes in alone if row.pointwise else row.shapes:
        for option in OPTIONS.get(row.name, ("",)):
            call = call_of(row, shapes, option)
            for text in ("L = {}", "q = {}; L = sum(1/q)", "q = {}; L = -sum(q)") if call else ():
                graph = parse(text.format(call))
                names = "xyz" if row.variadic else row.params
                vectors = [
                    {name: drawn_zeros(generator, shape) for name, shape in zip(names, shapes)} for _ in range(24)
                ]
                if row.name in ("cross_entropy", "nll") and len(shapes[1]) < len(shapes[0]):
                    vectors = [{**vector, "y": np.abs(np.trunc(vector["y"]))} for vector in vectors]
                out = forward(graph, read_inputs(graph, vectors[0]))[graph.output]
                upstream = drawn_zeros(generator, np.shape(out)) if np.ndim(out) else None
                cases.append((run(graph, vectors[0], upstream=upstream), vectors))
    return cases


def drawn_zeros(generator: random.Random, shape: Shape) -> Value:
    some = generator.choice(((0.0, -0.0), (0.0, -0.0, 1.0, -1.0, -0.25)))
    flat = [generator.choice(some) for _ in range(math.prod(shape))]
    return np.reshape(flat, shape) if shape else flat[0]


_ELIMINATION = ("det", "inv", "solve")
"""Of these LAPACK does not say which sign a zero has."""


@needs_node
@pytest.mark.parametrize(
    "row", [row for row in TABLE if not row.internal and row.name not in _ELIMINATION], ids=lambda row: row.name
)
def test_zero_has_the_sign_that_it_has_in_python(row: Operation) -> None:
    compare(at_zeros(row, random.Random(row.name)))


@needs_node
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("bce", "rows((a, b) => a + b, 0)", "rows((a, b) => a + b)"),
        ("where", "(local === 0 ? 0 : g * local)", "g * local"),
        ("relu", "(x > y || x !== x ? x : y)", "(x >= y || x !== x ? x : y)"),
        ("minimum", "(x < y || x !== x ? x : y)", "(x <= y || x !== x ? x : y)"),
        ("round", "return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest", "return nearest"),
    ],
)
def test_a_minus_before_zero_is_found(name: str, right: str, wrong: str) -> None:
    cases = at_zeros(BY_NAME[name], random.Random(name))
    compare(cases)
    with pytest.raises(AssertionError):
        compare(cases, {right: wrong})


@needs_node
@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_with_arrays_are_computed_as_in_python(name: str) -> None:
    formula, values = FORMULAS[name]
    trace = parse(formula).run(**values)
    assert obstacle(trace) is None
    generator, fixed = random.Random(name), classes(trace)
    others = [
        {name: value if trace.graph.inputs[name] in fixed else drawn(generator, np.shape(value))
         for name, value in values.items()}
        for _ in range(4)
    ]  # fmt: skip
    special = {
        name: value if trace.graph.inputs[name] in fixed else np.zeros(np.shape(value))
        for name, value in values.items()
    }
    compare([(trace, [values, *others, special])])


def test_numbers_in_a_stack_do_not_change_so_the_page_does_not() -> None:
    trace = parse("L = sum(reshape(x, [2, 1, 2])*y)").run(x=[1, 2, 3, 4], y=2)
    assert obstacle(trace) == "arrays"


@needs_node
def test_functions_that_are_one_node_or_opened() -> None:
    graphs = [
        (parse("f(t) = t*sigmoid(t); L = sum(f(x))", collapse=["f"]), ["x"]),
        (parse("f(t, r) = softmax(t @ r); L = -log(f(W, x)[0])", collapse=["f"]), ["W", "x"]),
        (parse("f(t) = where(t > 0, t, 0.1*t); L = mean(f(W @ x))", collapse=["f"]), ["W", "x"]),
        (parse("p = softmax(x); L = -log(p[1])", expand=["softmax"]), ["x"]),
    ]
    generator = random.Random(0)
    vectors = [{"x": drawn(generator, (2,)), "W": drawn(generator, (2, 2))} for _ in range(3)]
    given = [[{name: vector[name] for name in names} for vector in vectors] for _, names in graphs]
    compare([(graph.run(**inputs[0]), inputs) for (graph, _), inputs in zip(graphs, given, strict=True)])


@needs_node
@pytest.mark.parametrize("special", [math.inf, -math.inf, math.nan, 1e200])
def test_what_is_not_finite_is_as_in_python(special: float) -> None:
    values = {"x": [1.0, special, 2.0], "y": [0.5, 0.0, -1.0]}
    texts = [
        "sum(x*y)",
        "max(x) + min(y)",
        "logsumexp(x)*y[0]",
        "x @ y",
        "sum(relu(x)*y)",
        "mean(softmax(x)*y)",
        "prod(x) - y[0]",
        "sum(where(sqrt(y) > 1, x, 2*y))",
        "norm(x)",
        "norm(x, 3)",
        "hinge(x, y)",
        "bce_with_logits(x, y)",
    ]
    graphs = [parse(f"L = {text}") for text in texts]
    needed = [{name: values[name] for name in graph.inputs} for graph in graphs]
    compare([(graph.run(given), [given]) for graph, given in zip(graphs, needed, strict=True)])


@needs_node
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("sums: rows((a, b) => a + b)", "sums: rows((a, b) => a - b)"),
        ("products: rows((a, b) => a * b)", "products: rows((a, b) => a + b)"),
        ("largest: rows(larger)", "largest: rows(smaller)"),
        ("smallest: rows(smaller)", "smallest: rows((a, b) => a)"),
        ("n += length", "n += length + 1"),
        ("from + at * m + column", "from + column * k + at"),
        ("from += k * m", "from += 0"),
        ("x[row * length + place]", "x[place * length + row]"),
        ("n % length ? total * factor : factor", "total * factor"),
        ("(place) => x[place]", "(place) => x[place ^ 1]"),
        ("lists[m] ? argument[n] : argument", "lists[m] ? argument[0] : argument"),
        ("n % length ? total + term : term", "total + term"),
        ("row.indexOf(row.reduce(", "row.lastIndexOf(row.reduce((a, b) => -larger(-a, -b)) + 0 * row.reduce("),
        ("det = -det;", ""),
        ("rows[k][at] -= rows[k][row] * rows[row][at]", "rows[k][at] += rows[k][row] * rows[row][at]"),
    ],
)
def test_a_wrong_line_of_the_script_is_found(right: str, wrong: str) -> None:
    generator = random.Random(0)
    rows = ["sum", "prod", "max", "min", "matmul", "nll", "transpose", "softmax", "cumsum", "argmax", "det", "solve"]
    cases = [case for name in rows for case in structural(BY_NAME[name], generator)]
    stacks = {"x": drawn(generator, (2, 2, 3)), "y": drawn(generator, (2, 3, 2))}
    cases.append((parse("L = sum((x @ y)^2)").run(**stacks), [stacks]))
    with pytest.raises(AssertionError):
        compare(cases, {right: wrong})


@needs_node
@pytest.mark.parametrize(
    ("name", "text", "changes"), [(name, text, more) for name, text, values, more in DERIVATIVES if values is ARRAYS]
)
def test_a_wrong_rule_in_the_table_is_found(name: str, text: str, changes: dict[str, Any]) -> None:
    """The script is written by a wrong rule, and Python computes by the right one."""
    right, wrong = planted(name, text, ARRAYS, {}), planted(name, text, ARRAYS, changes)
    vector = {name: ARRAYS[name] for name in right.graph.inputs}
    agree(right, [vector], computed([(right, [vector])])[0])
    with pytest.raises(AssertionError):
        agree(right, [vector], computed([(wrong, [vector])])[0])


@pytest.mark.parametrize("name", ["softmax regression", "two layers"])
def test_a_deck_with_arrays_is_small(tmp_path: Path, name: str) -> None:
    page = page_of(FORMULAS[name], tmp_path)
    assert "data-input" in page
    assert len(page.encode()) < 380_000  # the font, and the picture from top to bottom, among it


def test_what_only_moves_entries_is_a_list_of_places_and_is_kept_once() -> None:
    x, y = TracedArray("v[0]", (2, 3)), TracedArray("v[1]", (3,))
    with Tape() as tape:
        assert np.reshape(x, (3, 2)).code == "v[0]"  # type: ignore[attr-defined]
        assert np.transpose(x).code == "t[0]"  # type: ignore[attr-defined]
        assert x[1, 2].code == "v[0][5]"
        total = np.sum(x * y, axis=0)
        assert np.sum(x * y, axis=0).code == total.code  # type: ignore[attr-defined]
        assert np.max(total).code == "t[5][0]"
    assert tape.lines == [
        "t[0]=take(v[0],[0,3,1,4,2,5])", "t[1]=take(v[1],[0,1,2,0,1,2])", "t[2]=each((x,y)=>(x*y),v[0],t[1])",
        "t[3]=take(t[2],[0,3,1,4,2,5])", "t[4]=sums(t[3],2)", "t[5]=largest(t[4],3)",
    ]  # fmt: skip
    assert tape.needed([total.code]) == tape.lines[1:5]


def test_an_array_that_is_not_known_is_never_taken_for_one_that_is() -> None:
    x = TracedArray("v[0]", (2,))
    with Tape(), pytest.raises(NotImplementedError, match="no one knows"):
        np.linalg.norm(np.asarray(x))
    with pytest.raises(NotImplementedError, match="neither true nor false"):
        bool(x)
