r"""The reader of a self-test's page: it gives each text the value that Python gives it, or refuses what Python refuses."""

from __future__ import annotations

import json
import math
import subprocess
from functools import cache
from typing import Any

import pytest

from graphviz_ad.exercises.marking.answers import UnreadableError, read_number
from graphviz_ad.exercises.selftest import page
from graphviz_ad.items import written
from graphviz_ad.messages.catalogue import say
from graphviz_ad.ops.table import BY_NAME, VOCABULARY
from tests.export.test_live import NODE, needs_node

SCOPE = {
    "x": 1.5, "y": -0.625, "z": 0.375, "w": 0.75, "b": 2.25, "n": 3.0, "L": 1.75, "x_1": 0.8, "x_2": -1.2, "alpha": 0.6,
    "sigma": 0.55, "ab": 1.1, "theta_0": 0.9, "h^(1)": 1.3, "mean": 0.2, "ŷ": 0.65, "重み": 0.45,
}  # fmt: skip
"""Names that may stand in an answer, and their values."""

ASKED = [
    # operators, their order, and products without a sign
    "x + y", "x*w - b", "x w + b", "2x", "2 x y", "1/2x", "1/2 x", "x/y/z", "x / y z", "x/(y z)", "x y/z", "2·x", "2⋅x", "2×x", "x÷y", "−x",
    "x – y", "x — y", "--x", "2--2", "2*-x", "2/-x", "x - -y", "+x", "x(y+1)", "(x)(y)", "(x+1)(x-1)", "2(x)", "(x)2", "3(4)", "x2", "x 2",
    "3 4", "x % y", "x @ y", "x ⊙ y", "x < y", "x <= y", "x ≥ 1", "x == y", "x != y", "x < y < z", "x and y", "not x", "x'y",
    # brackets that everyone leaves out
    "1/√2π", "1/(√2π x)", "x/√2π y", "√2π", "√2x", "√2 π", "x/2σ²", "(x - y)²/2σ² + 1", "e^{-x²/2σ^2}", "1/2σ²", "y + 1/2σ²", "x/2σ", "x/2y", "x/2y + 1", "x/2y w", "(x - y)^2 / 2w^2", "(1 / 2x)", "(1/2x) y", "3/2x", "x / 2 y", "1/√2π·x",
    # powers
    "x^2", "x**2", "-x^2", "x^-1", "x^-y", "x^y^z", "x^w^z", "x^(1/2)", "x^.5", "2x^2", "x²", "x⁻¹", "x²y", "xʸ", "e^x", "e^-x", "e^{-x}", "eˣ", "2^10",
    "-2^2", "x^T", "x^{2}y", "x ** * y", "x^^2", "1/(1+e^-x)",
    "e^2x", "e^-2x y", "e^2 x", "e^2(x+1)", "2e^3x + 1", "e^2x^2", "10^2x", "e^xw", "e^-xw", "2^xw", "x^1/2", "e^-x/2", "2.*x", "[1 2]", "x[1]", "x(1)", "1:3", "(1:3)", "x\\y", "d/dx x^2", "diff(x, y)", "sd(x)", "I(x)", "y ~ x*w",
    # names
    "x_1 + x_2", "x₁", "x_{1}", "x1", "α", "alpha", "α x", "alpha x", "σ", "θ₀", "theta_0", "h^(1)", "h^{(1)}", "ab", "xw", "foo", "x'", "ŷ",
    "重み x", "mean", "x - max", "pi", "2pi", "π x", "e", "inf", "nan", "True", "None", "∂L/∂x", "dL/dx", "x.T", "xᵀy",
    # calls
    "exp x", "exp -x y", "exp -w |y|", "exp(x)", "ln x", "log x y", "log x^2 b", "log x/y", "log2(8)", "log_2(8)", "log_10 x", "log₂ b", "sin^2 x", "sin²(x)", "sin^-1(z)",
    "sin^{-1}(z)", "sin 2x", "sin x^2", "sin x cos y", "cos(x, y)", "tanh'(x)", "σ'(x)", "σ(x)(1-σ(x))", "max(x, y)", "max(x, y, z)", "max(x)",
    "min(x, 0, y)", "clamp(x, 0, 1)", "clip(x, y, b)", "leaky_relu(y, 0.1)", "leaky_relu(y, slope=0.1)", "leaky_relu(y, foo=1)",
    "elu(y, alpha=-2)", "sum(x, axis=0)", "softmax(x, dim=-1)", "sum(x, axis=1)", "power(x, 3)", "pow(x, y)", "power(x, other=y)", "ReLU(y)",
    "SIGMOID(x)", "np.exp(x)", "torch.sigmoid(x)", "F.relu(y)", "math.pi", "np.maximum(x, 0)", "torch.max(x, y)", "np.max(x, 0)", "np.max(x, 1)", "np.var(x)", "np.var(x, ddof=0)", "torch.var(x)", "np.dot(x, y)", "x.exp()",
    "x.pow(2)", "(x+y).tanh()", "x.item()", "int(b)", "float(x)", "np.array(x)", "foo(x)", "constructor(x)", "valueOf", "toString x", "x.constructor", "hasOwnProperty'(x)", "exp(x, constructor=1)", "__proto__", "exp(x, y)", "exp()", "exp", "sigmoid{x}",
    "x if x > 0 else 0", "x > 0 ? x : y", "where(y > 0, x, w)", "if x > 0 then x else y", "x for x > 0",
    # brackets and bars
    "|x|", "|x - y| + |y|", "|x||y|", "||y||", "‖y‖₂", "‖y‖_1", "⌊x⌋", "⌈x⌉", "[x + y] z", "{x + y} z", "(y)_+", "√x", "√(x+1)", "∛b", "√x y",
    "5!", "n!", "x!!", "(x", "x)", "((x)", "|x", "[x", "x,y", "(x, y)",
    # numbers
    "1e5", "1E-3 x", ".5x", "5.", "5.x", "1_000", "0x10", "½ x", "1.5.2", "1e", "1,5", "2/3", "1/3 + 1/6", "1/0", "0/0", "1e999",
    "2'000", "1\u202f000", "10-Jan", "2024-01-02", "１＋２",
    # sums
    "∑_{i=1}^3 i", "∑_{i=0}^{2} x^i", "∏_{k=1}^4 k", "Σ(i=1 to 3) i", "sum_{i=1}^{3} i x", "\\sum_{1 \\le i \\le 3} i", "Σ_1 x", "∑_{i=1}^{1000} i",
    # what stands around an answer
    "z = 3", "∂L/∂z = 2*x", "= x", "y = x = z", "f(x) = x^2", "x = 2; y", "x\ny", "x; y", "x;", "x.", "# x", "x # note", "", " ", "\u200bx\u200e",
    "1. x", "x → y", "x ± y", "x = ", "\"x\"", "$x$", "a = x, b = y",
    # LaTeX
    "\\frac{x}{y}", "\\frac12 x", "\\dfrac{1}{2}x^2", "\\frac{\\partial L}{\\partial x}", "\\sqrt{x}", "\\sqrt[3]{b}", "\\sqrt x y", "e^{-x}",
    "\\sigma(x)", "\\sigma x", "\\alpha x", "\\exp(-x)", "\\ln x", "\\log_2 b", "\\frac{x}{2} <= y", "\\sin^2 x", "\\sin^{-1} z", "\\tanh(x)", "\\max(0, y)",
    "x \\cdot y", "x \\times y", "x \\div y", "x \\le y", "x \\odot y", "x^\\top y", "\\left(x + y\\right)^2", "\\left|y\\right|", "\\lvert y \\rvert",
    "\\|y\\|", "\\lfloor x \\rfloor", "$x + y$", "\\(x + y\\)", "\\hat{y}", "\\hat y", "\\mathrm{sigmoid}(x)", "\\operatorname{ReLU}(y)",
    "\\text{ab} + x", "\\mathbf{x}", "x_{1}^{2}", "\\theta_0", "h^{(1)}", "{x \\over y}", "x\\,y", "x \\quad y", "2 \\pi x", "\\frac{x}{y",
    "\\frac{x}", "\\foo", "\\norm{y}", "\\inv{x}", "\\ab", "\\standardize(x)", "\\rsqrt(x)", "x^\\trans y", "\\alhpa", "\\frac{1}{1 + e^{-x}}", "-\\frac{1}{x^2}", "\\sigma'(x)", "\\text{ReLU'}(y)", "\\sigma^\\prime(x)", "\\tanh^{\\prime}(x)", "x^{\\frac{1}{2}}", "\\sqrt{\\frac{x}{b}}", "e^\\frac{x}{b}", "x^\\sqrt{b} y", "\\binom{5}{2}", "$x", "2 x$", "\\cdot",
    "\\frac{1}{2} x^12", "\\frac{1}{1+e^-x}", "\\frac{x^-2}{2}", "\\frac{1}{2} e^-xy", "\\frac{1}{2} e^-(x+y)", "\\frac{1}{2} x^-y",
    "\\frac{1}{2} e^-\\frac{x}{2}", "\\frac12 e^- x", "\\frac12 x^-", "\\frac12 + 2^-x", "\\frac12 + 10^-3x", "\\frac12 + x/yw", "x/\\alpha\\theta_0",
    "\\frac12 x/y\\sigma^2", "\\frac12 + x/y w", "\\frac12 + x/y\\sigma(z)", "\\frac12 + x/2y", "\\frac12 + x/\\ln b", "\\frac12 + x/max(y, w)", "x/ye^{-\\sigma}",
    "\\exp(-x^2/2\\sigma^2)", "(x-y)^2/2\\sigma^{2}", "1/2\\sigma^2", "x/2\\sigma", "x/2\\sigma^2 y", "\\frac12 + dL/dx", "\\frac12 + x/y_1^2w", "\\sum_{i=1}^10 i",
]  # fmt: skip

ONLY_PYTHON = {
    "array": ["max([x, y])", "max[x]", "[1, 2][0]", "Σ_i x", "∑_{i=1}^{n} x", "mean_{i=1}^3 i", "max_{x'} y", "\\begin{cases} x \\end{cases}"],
    "name": ["sum(x, axis=None)", "reshape(x, y, w)", "\\frac{x}{2} \\quad \\text{(約)}", "\\abs{y}_1", "|y|_1", "|y|₁", "sin2x", "cos2x y", "2sinxcosx", "pi()"],
    "sign": ["argmax(x, axis=1)", "cumsum(x, axis=2)", "2x - Eq.1", "\\foo{x}", "x, \\quad x \\in \\mathbb{R}", "x // y", "3!2!", "5!/(3!2!)", "6 %% 4", "50%", "|y|∞", "‖y‖∞", "(y^ - y)", "y^-y"],
}  # fmt: skip
"""What Python's reader takes and the page's does not, by what the page says of it."""


def calls() -> list[str]:
    """→ each operation by each of its names, called with as many arguments as it has, and before one without brackets."""
    results = []
    for name in VOCABULARY.functions:
        count = 3 if BY_NAME[name].variadic else len(BY_NAME[name].params)
        results += [f"{name}({', '.join(('0.3', 'w', 'b')[:count])})", f"{name} z"]
    return results


def read(texts: list[str], script: str = "") -> list[list[Any]]:
    """Texts → what the page makes of each as a formula and as a number: a value, or what it says of the text."""
    body = f"""
const scope = {json.dumps(SCOPE)}, texts = {json.dumps(texts)};
const told = (value) => {{
  try {{ return String(value()); }}
  catch (problem) {{ if (problem instanceof Unreadable) return [problem.message]; throw problem; }}
}};
const both = (text) => [told(() => readFormula(text, Object.keys(scope)).value(scope)), told(() => readNumber(text, false))];
console.log(JSON.stringify(texts.map(both)));"""
    assert NODE
    done = subprocess.run(
        [NODE, "-"], input=(script or page.reader()) + body, capture_output=True, text=True, check=True
    )
    results: list[list[Any]] = json.loads(done.stdout)
    return results


@cache
def marked(text: str) -> tuple[float | None, float | str]:
    """Text → its value as a formula, None where it has none, and its number or what is said of it."""
    try:
        formula = written.value(written.read(text, SCOPE), SCOPE)
    except written.NotAFormulaError:
        formula = None
    try:
        return formula, read_number(text)
    except UnreadableError as problem:
        return formula, problem.key.removeprefix("read.")


def differences(texts: list[str], script: str = "") -> list[tuple[str, Any, Any]]:
    """Texts → those that the page and Python do not read as the same, with what Python and the page make of them."""
    return [
        (text, theirs, mine)
        for text, both in zip(texts, read(texts, script), strict=True)
        for theirs, mine in zip(marked(text), both, strict=True)
        if not same(theirs, mine)
    ]


def same(theirs: float | str | None, mine: str | list[str]) -> bool:
    """Whether both have one value, or neither has any that is finite; a decimal comma is named by both."""
    value = math.nan if isinstance(mine, list) else float(mine.replace("Infinity", "inf"))
    if isinstance(theirs, float):
        return math.isclose(theirs, value, rel_tol=1e-12, abs_tol=1e-15)
    return not math.isfinite(value) and (theirs == "comma") <= (mine == ["comma"])


@needs_node
def test_texts_have_the_values_that_python_gives_them() -> None:
    assert differences(ASKED) == []
    values = [marked(text) for text in ASKED]
    assert sum(formula is not None for formula, _ in values) > 150
    assert sum(formula is None for formula, _ in values) > 60
    assert sum(isinstance(number, float) for _, number in values) > 20


@needs_node
def test_operations_are_known_by_all_their_names() -> None:
    texts = calls()
    assert differences(texts) == []
    assert sum(marked(text)[0] is not None for text in texts) > 200


@needs_node
@pytest.mark.parametrize("key", ONLY_PYTHON)
def test_what_only_python_reads_is_refused_with_a_word(key: str) -> None:
    assert [formula for (formula, _) in read(ONLY_PYTHON[key])] == [[key]] * len(ONLY_PYTHON[key])


@pytest.mark.parametrize("key", ["array", "comma", "name", "unreadable"])
def test_a_page_has_the_words(key: str) -> None:
    assert f'"{key}"' in page._script()
    assert len({say(f"selftest.{key}", lang) for lang in ("en", "ja", "zh")}) == 3


@needs_node
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"^":["^",', '"^":["*",'), ('"pi":"π"', '"pi":"e"'), ('"ln":"log"', '"ln":"log2"'), ("least = level + fromRight", "least = level"),
        ("while (this.top.level >= LEVELS.JUXTAPOSED) this.reduce();", ""), ('braced("{{", above, "}/")', 'braced("{", above, "}/")'),
    ],
)  # fmt: skip
def test_another_rule_is_seen(right: str, wrong: str) -> None:
    script = page.reader()
    assert right in script
    assert differences(ASKED, script.replace(right, wrong))
