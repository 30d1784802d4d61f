"""Functions as programs define them are read as formulas."""

from __future__ import annotations

import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.language.definitions import with_functions

FUNCTIONS = {
    "Python": "def f(w, x):\n    return w*x + 1",
    "Python with types and words": 'def f(w: float, x: "Tensor" = None) -> float:\n    """A line.\n\n    More.\n    """\n'
    "    # the value\n    return w*x + 1",
    "Python over lines": "@njit\ndef f(w,\n      x):\n    z = w*x\n    return z + 1",
    "a method": "def forward(self, x):\n    return self.w*x + 1",
    "JavaScript": "function f(w, x) {\n  return w*x + 1;\n}",
    "C": "double f(double w, double x) { return w*x + 1.0f; }",
    "called behind": "def f(t):\n    # more\n    return t + 1\n\ny = f(w*x)",
    "an arrow": "const f = (a, b) => a*b + 1; y = f(w, x)",
    "C, called behind": "double f(double t) { return t + 1; }\ndouble y = f(w*x);",
    "two of Python": "def f(t):\n    return t + 1\n\ndef g(w, x):\n    z = w*x\n    return f(z)",
}


@pytest.mark.parametrize("text", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_of_a_program_is_a_formula(text: str) -> None:
    given = {"self.w" if "self" in text else "w": 2, "x": 3}
    trace = run(parse(text, given=given), given)
    assert trace.values[trace.graph.output] == 7
    assert len(with_functions(text)) == len(text)


def test_a_default_is_a_value_unless_one_is_given() -> None:
    text = "def leaky(x, slope=0.5):\n    return np.where(x > 0, x, slope*x)"
    assert [run(parse(text, given=given), given).values[-1] for given in ({"x": -4}, {"x": -4, "slope": 0.25})] == [
        -2,
        -1,
    ]


@pytest.mark.parametrize("text", ["default = 2*x", "y = undef (x)", "f(x) = {x}", "y = x => 2", "h = {a + b}*2"])
def test_what_only_looks_like_a_function_stays(text: str) -> None:
    assert with_functions(text) == text
