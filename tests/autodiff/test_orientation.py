"""Vectors are drawn as rows where the products they stand in ask for it."""

from __future__ import annotations

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.label_texts import PICTURE, node_text
from graphviz_ad.explain.expression import reading
from graphviz_ad.language.printer import LATEX


@pytest.mark.parametrize(
    ("formula", "inputs", "rows"),
    [
        ("L = v @ h", {"v": [1, 2], "h": [3, 4]}, {"v"}),
        ("y = x @ W + b; L = sum(y^2)", {"x": [1, 2], "W": [[1, 2], [3, 4]], "b": [1, 2]}, {"x", "v1", "b", "y", "v2"}),
        ("y = W @ x + b; L = sum(y^2)", {"x": [1, 2], "W": [[1, 2], [3, 4]], "b": [1, 2]}, set()),
        ("L = x @ x", {"x": [1, 2]}, set()),
        ("L = v @ W @ v", {"v": [1, 2], "W": [[1, 2], [3, 4]]}, {"u1"}),
        ("L = sum(x)", {"x": [1, 2]}, set()),
    ],
)
def test_rows(formula: str, inputs: dict[str, object], rows: set[str]) -> None:
    trace = parse(formula).run(inputs)
    assert {trace.graph.names[node] for node in trace.rows} == rows


def test_labels_and_equations() -> None:
    trace = parse("L = v @ h").run(v=[1, 2], h=[3, 4])
    v, h = (node_text(trace, trace.graph.inputs[name], 4, False, PICTURE) for name in "vh")
    assert (v.value, h.value) == ("#math.display($mat(1, 2)$)", "#math.display($mat(3; 4)$)")
    assert v.grads[1] == "bold(#math.display($mat(3, 4)$))"
    (_, equation, _), *_ = trace.explain().steps()
    written = equation.write(reading(LATEX))
    assert r"\begin{pmatrix} 1 & 2 \end{pmatrix} \, \begin{pmatrix} 3 \\ 4 \end{pmatrix} = 11" in written
