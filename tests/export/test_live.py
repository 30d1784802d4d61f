"""The script of live numbers: its arithmetic and its way to write numbers are Python's; what a page has for it."""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from graphviz_ad import parse
from graphviz_ad.autodiff.edges import local_derivative
from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.diagram.layout import Direction
from graphviz_ad.export.player.live import reach
from graphviz_ad.language import numbers
from graphviz_ad.language.number_format import STYLES, number_format
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import TABLE, bind
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.tracing.calculation import MAX_FIELDS, calculation, forward_code, obstacle, partial
from graphviz_ad.tracing.scalar import atom, written
from tests.diagram.cases import NEURON, Case, trace_of
from tests.export.test_html import README, data_of, page_of

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(not NODE, reason="node is not installed")
POINTWISE = [row for row in TABLE if row.pointwise]
OPTIONS: dict[str, list[dict[str, float]]] = {
    "power": [{"n": n} for n in (0.0, 0.5, 1.0, 2.0, 3.0, -1.0, 1.5)], "clamp": [{"lo": -1.0, "hi": 0.5}],
    "leaky_relu": [{"slope": 0.2}], "elu": [{"alpha": 0.5}],
}  # fmt: skip
SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    math.inf,
    -math.inf,
    math.nan,
    0.5,
    -0.5,
    2.0,
    -3.0,
    3.0,
    1e-9,
    -710.0,
    710.0,
    6.5,
    0.3,
]


def live_of(page: str, name: str) -> Mapping[str, Mapping[str, float]]:
    """Page, and the name of a part of its live data → that part."""
    part = data_of(page)["live"][name]
    assert isinstance(part, dict)
    return part


def output(body: str) -> str:
    """JavaScript, with the arithmetic of the page in scope → what it writes to the console."""
    library = "".join(
        (files("graphviz_ad.export.player") / f"{name}.js").read_text("utf-8") for name in ("numbers", "special")
    )
    names = "larger,smaller,power,logaddexp,masked,erf,erfc,remainder,floorDivide,rounded,alike"
    code = f"{library}\nconst {{{names}}} = arithmetic(4), {{lgamma,gamma,digamma,trigamma}} = special();\n{body}"
    assert NODE
    done = subprocess.run([NODE, "-"], input=code, capture_output=True, text=True, check=True)
    return done.stdout


def bound_of(row: Operation) -> list[BoundOperation]:
    usual = bind(row.name, tuple(row.options.items()))
    return [usual, *(bind(row.name, tuple(options.items())) for options in OPTIONS.get(row.name, []))]


def as_json(value: float) -> float | str:
    """Number → itself, or its name where JSON has none for it."""
    return value if math.isfinite(value) else repr(value)


@needs_node
@pytest.mark.parametrize("row", POINTWISE, ids=lambda row: row.name)
def test_arithmetic_is_that_of_python(row: Operation) -> None:
    generator = random.Random(row.name)
    arity = len(row.params)
    drawn = [[generator.uniform(*row.sample[slot]) for slot in range(arity)] for _ in range(40)]
    vectors = [
        *drawn,
        *([list(values) for values in itertools.product(SPECIAL, repeat=arity)][:: 1 if arity < 3 else 17]),
    ]
    graph = parse("L = x").run(x=1).graph
    for bound in bound_of(row):
        args = [atom(f"v[{slot}]") for slot in range(arity)]
        texts = [f"+{forward_code(bound, args)}"]
        texts += [f"+{written(partial(bound, slot, args, atom('out')))}" for slot in range(arity)]
        expected = []
        for vector in vectors:
            out = evaluate(graph, 0, bound, vector)
            expected.append([out, *(local_derivative(bound, slot, vector, out) for slot in range(arity))])
        given = json.dumps([[as_json(value) for value in vector] for vector in vectors])
        console = output(
            f"const of = (x) => (typeof x === 'string' ? {{nan: NaN, inf: Infinity, '-inf': -Infinity}}[x] : x);\n"
            "const to = (x) => (Object.is(x, -0) ? '-0' : Number.isFinite(x) ? x : Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf');\n"
            f"console.log(JSON.stringify({given}.map((vector) => {{ const v = vector.map(of), out = {texts[0]};\n"
            f"return [out, {', '.join(texts[1:])}].map(to); }})));"
        )
        for vector, mine, theirs in zip(vectors, expected, json.loads(console), strict=True):
            for left, right in zip(mine, theirs, strict=True):
                assert float(right) == pytest.approx(left, rel=1e-12, abs=1e-300, nan_ok=True), (bound, vector)
                assert left or float(right) or math.copysign(1, left) == math.copysign(1, float(right)), (bound, vector)


@needs_node
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("digits", [1, 2, 3, 4, 6, 9])
def test_numbers_are_written_as_python_writes_them(digits: int, style: str) -> None:
    form = number_format(digits, style)
    generator = random.Random(digits)
    some = [
        generator.choice((-1, 1)) * generator.uniform(1, 10) * 10 ** generator.randint(-12, 12) for _ in range(2000)
    ]
    ties = [n + 0.5 for n in range(0, 400_000, 577)] + [n / 8 for n in range(200)] + [n / 1000 for n in range(1000)]
    ends = [0.0, -0.0, 999999.5, 999949.9, 999950.1, 99995.0, 1e-4, 0.99995e-4, 9.9995, 1e6, 1e22, 5e-324, 1.7e308]
    ratios = [above / below for above in (1, 2, 7, 99, 1001) for below in range(2, 120)]
    values = [*some, *ties, *ends, *ratios, *(-tie for tie in (*ties, *ratios))]
    texts, read = json.loads(
        output(
            f"const {{text, read}} = numbers({digits}, '{style}'), values = {json.dumps(values)};"
            "console.log(JSON.stringify([values.map(text), values.map(read).map(String)]))"
        )
    )
    assert texts == [numbers.number(value, form) for value in values]
    assert [float(text) for text in read] == [numbers.rounded(value, form) for value in values]
    not_finite = output("console.log(JSON.stringify([NaN, Infinity, -Infinity].map(numbers(4).text)))")
    assert json.loads(not_finite) == [
        "nan",
        "inf",
        "-inf",
    ]


def test_the_statements_of_a_formula() -> None:
    computation = calculation(parse("a = x*2; L = a*a + relu(x)").run(x=3))
    assert computation.tape.lines == [
        "v[2]=+(v[0]*2)", "v[3]=+(v[2]*v[2])", "v[4]=+larger(v[0],0)", "v[5]=+(v[3]+v[4])",
        "d[0]=+1", "c[0]=(1*d[0])", "g[3]=c[0]", "d[1]=+1", "c[1]=(1*d[1])", "g[4]=c[1]",
        "d[2]=+(v[0]>0)", "c[2]=masked(g[4],d[2])", "g[0]=c[2]", "d[3]=+v[2]", "c[3]=(g[3]*d[3])", "g[2]=c[3]",
        "d[4]=+v[2]", "c[4]=(g[3]*d[4])", "g[2]+=c[4]", "d[5]=+2", "c[5]=(g[2]*d[5])", "g[0]+=c[5]",
    ]  # fmt: skip


def test_both_ways_of_a_decision_are_found_and_no_others() -> None:
    x = atom("x")

    def kind() -> str:
        if x < 0:
            return "negative" if abs(x) < math.inf else "endless"
        return "zero" if x == 0 else "nan" if x != x else "one" if x == 1 else "positive"

    assert explore(kind) == Fork(
        "(x<0)", Fork("(Math.abs(x)<Infinity)", "negative", "endless"),
        Fork("(x===0)", "zero", Fork("(x!==x)", "nan", Fork("(x===1)", "one", "positive"))),
    )  # fmt: skip
    assert explore(lambda: "same"[: 4 if x > 3 else 5]) == "same"
    assert explore(lambda: "never" if x > 3 and x < 2 else "always") == "always"
    with pytest.raises(LookupError, match=re.escape("(x>0)")):
        bool(x > 0)


@pytest.mark.parametrize(
    ("formula", "values", "why"),
    [
        ("L = sum(x)", {"x": [1, 2]}, None),
        ("L = mse(x, y)", {"x": 1, "y": 2}, None),
        ("L = sum(x)", {"x": [0.5] * MAX_FIELDS}, None),
        ("L = sum(x) + y", {"x": [0.5] * MAX_FIELDS, "y": 1}, "arrays"),
        ("L = sum(x)", {"x": [[[1, 2]]]}, "arrays"),
        ("L = sum(outer(x, x))", {"x": [0.5] * 50}, "large"),
        ("L = sum(x" + " + x" * 68 + ")", {"x": [0.5] * 9}, "large"),
        ("L = x" + " + x" * 200, {"x": 1}, "large"),
        ("L = 1 + 2", {}, "nothing"),
        ("L = x*y", {"x": 1, "y": 2}, None),
    ],
)
def test_what_cannot_be_recomputed(formula: str, values: dict[str, float | list[float]], why: str | None) -> None:
    assert obstacle(parse(formula).run(**values)) == why


def test_a_page_that_cannot_says_why(tmp_path: Path) -> None:
    page = page_of(("L = sum(x)", {"x": [0.5] * (MAX_FIELDS + 1)}), tmp_path)
    assert f"matrices with at most {MAX_FIELDS} entries" in page
    assert 'data-input="' not in page
    assert 'data-x="' not in page


@pytest.mark.parametrize("case", [README, NEURON])
def test_a_page_has_a_slider_and_a_field_for_each_input(tmp_path: Path, case: Case) -> None:
    page, graph = page_of(case, tmp_path), trace_of(case).graph
    assert re.findall(r'data-input="(\d+)"', page) == [str(node) for node in graph.inputs.values()]
    assert set(re.findall(r'data-x="([^"$]+)"', page)) <= set(live_of(page, "math"))
    assert set(re.findall(r'id="q-([^"$]+)"', page)) == set(live_of(page, "labels"))


@pytest.mark.parametrize("value", [3.0, -0.5, 0.004, 2.5, 1e-9, 7e7])
def test_a_slider_reaches_twice_the_value(value: float) -> None:
    assert 2 * abs(value) <= reach(value) * (1 + 1e-9) <= 5.01 * abs(value)


@pytest.mark.parametrize(("direction", "sides"), [("LR", (0.5, 0.5)), ("TB", (1, 0))])
def test_labels_grow_away_from_what_they_are_of(
    tmp_path: Path, direction: Direction, sides: tuple[float, float]
) -> None:
    labels = live_of(page_of(README, tmp_path, direction=direction), "labels")
    assert (labels["v0"]["side"], labels["g0-1"]["side"]) == sides
