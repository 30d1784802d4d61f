"""Local derivatives with names and numbers put in: what is folded, what stays, what stands on an edge."""

import re
from xml.etree import ElementTree

import pytest

from graphviz_ad import parse
from graphviz_ad.explain.annotate import edge_parts, partial_tree, pullback_tree
from graphviz_ad.explain.expression import reading
from graphviz_ad.language.mathml import MATHML, math
from graphviz_ad.language.printer import DISPLAY, write
from graphviz_ad.language.tree import Tree

SCALARS = [
    ("w*x", {"w": 2, "x": 3}, 0, "x", "3"),
    ("w/x", {"w": 2, "x": 4}, 1, "-L/x", "-0.5/4"),
    ("x^2", {"x": 3}, 0, "2 · x", "2 · 3"),
    ("x^3", {"x": 3}, 0, "3 · x^2", "3 · 3^2"),
    ("x^1", {"x": 3}, 0, "1", "1"),
    ("x^0", {"x": 3}, 0, "0", "0"),
    ("x^(-1)", {"x": 2}, 0, "-x^(-2)", "-2^(-2)"),
    ("x - y", {"x": 3, "y": 1}, 1, "-1", "-1"),
    ("tanh(x)", {"x": 0}, 0, "1 - L^2", "1 - 0^2"),
    ("relu(x)", {"x": -3}, 0, "0", "0"),
    ("relu(x)", {"x": 3}, 0, "1", "1"),
    ("leaky_relu(x)", {"x": -3}, 0, "0.01", "0.01"),
    ("elu(x)", {"x": -1}, 0, "exp(x)", "exp(-1)"),
    ("maximum(x, y)", {"x": 2, "y": 2}, 0, "0.5", "0.5"),
    ("x^y", {"x": 2, "y": 3}, 0, "y · x^(y - 1)", "3 · 2^(3 - 1)"),
    ("0.25*x", {"x": 2}, 1, "0.25", "0.25"),
    ("x/3", {"x": 2}, 0, "1/3", "1/3"),
]


@pytest.mark.parametrize(("formula", "values", "slot", "symbols", "figures"), SCALARS)
def test_partials(formula: str, values: dict[str, float], slot: int, symbols: str, figures: str) -> None:
    trace = parse(f"L = {formula}").run(values)
    tree = Tree()
    partials = [
        write(tree, partial_tree(trace, trace.graph.output, slot, tree, values=numeric), reading(DISPLAY))
        for numeric in (False, True)
    ]
    assert partials == [symbols, figures]


def test_without_a_trace_every_branch_is_shown() -> None:
    graph = parse("L = leaky_relu(x)")
    tree = Tree()
    assert write(tree, partial_tree(graph, graph.output, 0, tree), reading(DISPLAY)) == "where(x > 0, 1, 0.01)"


def test_arrays_that_part_show_every_branch() -> None:
    trace = parse("L = sum(leaky_relu(x))").run(x=[1, -1])
    tree = Tree()
    node = trace.graph.args[trace.graph.output][0]
    assert write(tree, partial_tree(trace, node, 0, tree), reading(DISPLAY)) == "where(x > 0, 1, 0.01)"


def test_one_number_beside_an_array_is_written_as_the_number() -> None:
    tree = Tree()
    trace = parse("L = norm(x)").run(x=[3, 4])
    assert write(tree, pullback_tree(trace, trace.graph.output, 0, tree), reading(DISPLAY)) == "∂L/∂L · (x/L)"
    trace = parse("L = mean(x)").run(x=[3, 4])
    assert write(tree, pullback_tree(trace, trace.graph.output, 0, tree), reading(DISPLAY)) == "spread(∂L/∂L/2)"


EDGES = [
    ("m = w*x; L = m + 1", {"w": 2, "x": 3}, "m", 0, "frac(partial m, partial w) = x = 3"),
    ("m = w*x; L = m + 1", {"w": 2, "x": 3}, "L", 0, "frac(partial L, partial m) = 1"),
    ("m = x*x; L = m + 1", {"x": 3}, "m", 1, "(frac(partial m, partial x))_(2) = x = 3"),
    ("m = W @ x; L = sum(m)", {"W": [[1, 2], [3, 4]], "x": [1, 1]}, "m", 1, "W^top thin frac(partial L, partial m)"),
    ("m = x*y; L = sum(m)", {"x": [1, 2], "y": [3, 4]}, "m", 0, "frac(partial L, partial m) dot.o y"),
    ("m = x*w; L = sum(m)", {"x": [1, 2], "w": 4}, "m", 0, "frac(partial L, partial m) dot w"),
    ("m = x*w; L = sum(m)", {"x": [1, 2], "w": 4}, "m", 1, "sum (frac(partial L, partial m) dot.o x)"),
    ("m = x - y; L = sum(m)", {"x": [1, 2], "y": [3, 4]}, "m", 0, "frac(partial L, partial m)"),
    ("m = x - y; L = sum(m)", {"x": [1, 2], "y": [3, 4]}, "m", 1, "-frac(partial L, partial m)"),
    ("m = x^2; L = sum(m)", {"x": [1, 2]}, "m", 0, "2 dot frac(partial L, partial m) dot.o x"),
    ("m = sum(x); L = m^2", {"x": [1, 2]}, "m", 0, "frac(partial L, partial m) thin bold(1)"),
    ("m = v @ h; L = m^2", {"v": [1, 2], "h": [3, 4]}, "m", 1, "v^top dot frac(partial L, partial m)"),
    ("m = W @ x; L = sum(m)", {"W": [[1, 2], [3, 4]], "x": [1, 1]}, "m", 0, "frac(partial L, partial m) thin x^top"),
    ("L = v @ h", {"v": [1, 2], "h": [3, 4]}, "L", 1, "frac(partial L, partial h) = v"),
    ("L = mse(x, y)", {"x": [1, 2], "y": [3, 4]}, "L", 0, "frac(partial L, partial x) = frac(2 thin (x - y), 2)"),
    ("L = sum(x)", {"x": [1, 2]}, "L", 0, "frac(partial L, partial x) = bold(1)"),
]


@pytest.mark.parametrize(("formula", "values", "name", "slot", "label"), EDGES)
def test_edge_labels(formula: str, values: dict[str, object], name: str, slot: int, label: str) -> None:
    trace = parse(formula).run(values)
    node = trace.graph.find(name)
    assert " = ".join(filter(None, edge_parts(trace, node, slot))) == label


HOSTILE = ["損失", "w_max", "ŷ", "θ_0", "x'", "ﬁ", "Ａ", "重み_1"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_set_by_typst(name: str) -> None:
    typst = pytest.importorskip("typst")
    trace = parse(f"m = {name}*x; L = m*m + {name}").run(dict.fromkeys(parse(f"{name}*x").inputs, 2))
    explanation = trace.explain(lang="ja")
    from graphviz_ad.language.printer import TYPST

    body = "\n".join(f"$ {shown.write(TYPST)} $" for _, shown, _ in explanation.steps())
    labels = "\n".join(f"$ {part} $" for n, s, _ in trace.backward_edges() for part in edge_parts(trace, n, s) if part)
    assert typst.compile((body + labels).encode(), format="pdf").startswith(b"%PDF")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_balanced_latex(name: str) -> None:
    trace = parse(f"m = {name}*x; L = m*m + {name}").run(dict.fromkeys(parse(f"{name}*x").inputs, 2))
    for lang in ("en", "ja"):
        text = trace.explain(lang=lang).latex()
        body = text.split("\n", 1)[1]
        assert body.count("{") == body.count("}")
        assert body.count("$") % 2 == 0
        assert body.count(r"\left(") == body.count(r"\right)")
        assert "%" not in body
        for line in body.splitlines():
            if line.startswith((r"\intertext", "1. ")):
                assert "_" not in re.sub(r"\$[^$]*\$", "", line).replace(r"\_", "")


def test_names_of_operations_are_escaped() -> None:
    trace = parse("my_f(t) = t*t; L = my_f(x)", collapse=["my_f"]).run(x=1)
    assert r"$L$ is my\_f applied to $x$." in trace.explain().latex()


def test_latex_has_one_sentence_and_one_row_a_step() -> None:
    explanation = parse("z = w*x + b; L = z^2").run(w=1, x=2, b=3).explain()
    lines = explanation.latex().splitlines()
    steps = len(explanation.trace.steps)
    assert sum(line.startswith(r"\intertext{") for line in lines) == steps - 1
    rows = [line for line in lines if line.endswith(r" \\")]
    assert len(rows) == steps - 1
    assert all(line.count("&") == 1 for line in rows)
    assert lines[0].startswith("% needs")
    assert (lines[2], lines[-1]) == (r"\begin{align*}", r"\end{align*}")


def test_mathml_of_the_formulas_is_well_formed() -> None:
    trace = parse("p = softmax(z); L = -log(p[1]) + sum(z*z)").run(z=[1, 2, 3])
    for _, shown, _ in trace.explain().steps():
        assert len(ElementTree.fromstring(math(shown.write(MATHML)))[0]) > 2
