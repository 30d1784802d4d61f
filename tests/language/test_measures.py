"""Names that statistics have for what is computed by several operations: covariance, correlation, normal density."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError

_X, _Y = [1.0, 2.0, 4.0], [1.0, 3.0, 2.0]
_SPREAD = [[2.0, 0.3], [0.3, 1.0]]


def _density(x: float, mean: float, variance: float) -> float:
    """→ The density of a normal distribution, as the books have it."""
    return float(np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance))


@pytest.mark.parametrize(
    ("text", "inputs", "value"),
    [
        ("cov(x, y)", {"x": _X, "y": _Y}, np.cov(_X, _Y)[0, 1]),
        ("Cov(x, y)", {"x": _X, "y": _Y}, np.cov(_X, _Y, ddof=0)[0, 1]),
        ("cov(x, y)/var(x)", {"x": _X, "y": _Y}, np.polyfit(_X, _Y, 1)[0]),
        ("b = cov(x, y)/var(x); mean(y) - b*mean(x)", {"x": _X, "y": _Y}, np.polyfit(_X, _Y, 1)[1]),
        ("np.cov(x, y)[0, 1]", {"x": _X, "y": _Y}, np.cov(_X, _Y)[0, 1]),
        ("np.cov(x, y, ddof=0)[0][1]", {"x": _X, "y": _Y}, np.cov(_X, _Y, ddof=0)[0, 1]),
        ("np.cov(x, y, bias=True)[0][1]", {"x": _X, "y": _Y}, np.cov(_X, _Y, ddof=0)[0, 1]),
        ("corr(x, y)", {"x": _X, "y": _Y}, np.corrcoef(_X, _Y)[0, 1]),
        ("cov(x, y)/(std(x)*std(y))", {"x": _X, "y": _Y}, np.corrcoef(_X, _Y)[0, 1]),
        ("np.corrcoef(x, y)[0, 1]", {"x": _X, "y": _Y}, np.corrcoef(_X, _Y)[0, 1]),
        ("rms(x)", {"x": _X}, np.sqrt(7.0)),
        ("RMS(x) = sqrt(mean(x^2) + 2); y = 3*RMS(x)", {"x": _X}, 9.0),
        ("2*cov", {"cov": 3.0}, 6.0),
        ("N(x; μ, σ²)", {"x": 1.0, "μ": 0.2, "σ": 1.5}, _density(1.0, 0.2, 2.25)),
        ("p = N(x | 0, 1)", {"x": 1.0}, _density(1.0, 0.0, 1.0)),
        ("Σ_i log N(x_i; μ, σ²)", {"x": _X, "μ": 0.2, "σ": 1.5},
         sum(np.log(_density(x, 0.2, 2.25)) for x in _X)),
        ("Σ_k π_k N(x | μ_k, σ_k²)", {"x": 1.0, "π": [0.3, 0.7], "μ": [0.0, 2.0], "σ": [1.0, 1.5]},
         0.3 * _density(1.0, 0.0, 1.0) + 0.7 * _density(1.0, 2.0, 2.25)),
        ("N(x; μ, Σ)", {"x": [1.0, 0.5], "μ": [0.2, 0.0], "Σ": _SPREAD},
         np.exp(-0.5 * np.array([0.8, 0.5]) @ np.linalg.solve(_SPREAD, [0.8, 0.5]))
         / np.sqrt(np.linalg.det(2 * np.pi * np.array(_SPREAD)))),
        ("Σ_k π_k N(x | μ_k, Σ_k)",
         {"x": [1.0, 0.5], "π": [0.3, 0.7], "μ": [[0.2, 0.0], [0.0, 0.0]], "Σ": [_SPREAD, [[1.0, 0.0], [0.0, 1.0]]]},
         0.3 * np.exp(-0.5 * np.array([0.8, 0.5]) @ np.linalg.solve(_SPREAD, [0.8, 0.5]))
         / np.sqrt(np.linalg.det(2 * np.pi * np.array(_SPREAD)))
         + 0.7 * _density(1.0, 0.0, 1.0) * _density(0.5, 0.0, 1.0)),
        ("Σ_n log N(x_n | μ, S)", {"x": [[1.0, 0.5], [0.0, 2.0], [0.5, 0.5]], "μ": [0.2, 0.0], "S": [[1.0, 0.0], [0.0, 4.0]]},
         sum(np.log(_density(a, 0.2, 1.0) * _density(b, 0.0, 4.0)) for a, b in [(1.0, 0.5), (0.0, 2.0), (0.5, 0.5)])),
        ("N(x; 0, v I)", {"x": [1.0, 0.5], "v": 0.5}, _density(1.0, 0.0, 0.5) * _density(0.5, 0.0, 0.5)),
        ("N(x; μ, σ²)", {"N(x; μ, σ²)": 0.4}, 0.4),
    ],
)  # fmt: skip
def test_it_is_what_its_name_says(text: str, inputs: dict[str, object], value: float) -> None:
    trace = run(parse(text, given=inputs), inputs)
    assert float(trace.values[trace.graph.output]) == pytest.approx(float(value), rel=1e-12)


def test_it_is_said_what_it_divides_by() -> None:
    inputs = {"x": _X, "y": _Y}
    assert any("divides by n - 1" in note for note in parse("cov(x, y)", given=inputs).notes)
    assert any("divides by n" in note for note in parse("Cov(x, y)", given=inputs).notes)


def test_the_length_of_rows_is_asked_for() -> None:
    with pytest.raises(GraphvizADError) as caught:
        parse("Σ_n log N(x_n | 0, σ² I)", given={"x": [[1.0, 2.0], [3.0, 4.0]], "σ": 1.0})
    assert "give it as a matrix" in str(caught.value)


def test_it_is_said_what_stands_third() -> None:
    (note,) = parse("N(x; μ, σ)", given={"x": 1.0, "μ": 0.0, "σ": 2.0}).notes
    assert "σ its variance" in note
    assert "write σ²" in note
