"""Labels as LaTeX: every sign of the table, brackets that need not grow, ranges of slides, looks of the theme."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.node_signs import sign_markup
from graphviz_ad.diagram.spaces import space_markup
from graphviz_ad.diagram.theme import DARK, LIGHT, PRINT, Theme
from graphviz_ad.export.latex.tikz_parts import slide_ranges
from graphviz_ad.export.latex.tikz_style import preamble
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import NODE_LATEX, TIGHT_LATEX, write, write_markup
from graphviz_ad.ops.table import BY_NAME, NOTATIONS, TABLE, bind
from tests.ops.changed import WITH_OPTIONS, changed

KNOWN = {
    "Gamma", "Phi", "bmod", "cot", "csc", "det", "psi", "sec", "varphi",
    "arccos", "arcsin", "arctan", "cdot", "cdots", "ceil", "cos", "cosh", "div", "exp", "frac", "lVert", "lceil",
    "lfloor", "le", "log", "max", "min", "ne", "operatorname", "prod", "rVert", "rceil", "rfloor", "sigma", "sin",
    "sinh", "sqrt", "sum", "tan", "tanh", "text", "times", "top", "ge", "alpha", "delta", "infty",
}  # fmt: skip
"""Commands of LaTeX with amsmath."""


def foreign(latex: str) -> set[str]:
    """LaTeX of a sign → what in it LaTeX does not know."""
    return set(re.findall(r"\\([A-Za-z]+)", latex)) - KNOWN | set(re.findall(r'["]|[^\x00-\x7f]|[a-z]\.[a-z]', latex))


_PLANS = [bind(row.name, tuple(row.options.items())) for row in TABLE if row.name != "index"]
_PLANS += [bind(row.name, tuple(changed(row).items())) for row in WITH_OPTIONS]
_TYPED = [(operation, alias) for operation in _PLANS for alias in ("", *operation.row.aliases)]


@pytest.mark.parametrize("latex", sorted({sign_markup(operation, typed, NODE_LATEX) for operation, typed in _TYPED}))
def test_latex_knows_every_sign(latex: str) -> None:
    assert foreign(latex) == set()
    assert latex.count("{") == latex.count("}")


def test_a_planted_sign_is_seen() -> None:
    assert foreign(write_markup("arrow", NODE_LATEX)) == {"arrow"}
    assert foreign(write_markup("⊕", NODE_LATEX)) == {"⊕"}


@pytest.mark.parametrize(
    ("name", "options", "latex"),
    [
        ("power", {"n": 2.0}, r"(\cdot)^{2}"),
        ("power", {"n": -0.5}, r"(\cdot)^{{-0.5}}"),
        ("cbrt", {}, r"\sqrt[3]{\cdot}"),
        ("norm", {}, r"\lVert \cdot\rVert"),
        ("hardsigmoid", {}, r"\operatorname{hard\sigma}"),
        ("log10", {}, r"\log_{10}"),
        ("outer", {}, r"x y^{\top}"),
        ("index", {"at": (("slice", 1, 3, None), 0)}, r"[\text{1:3}, 0]"),
        ("index", {"at": (None, 0)}, r"[\text{None}, 0]"),
        ("norm", {"p": 3.0, "axis": (0.0, 1.0)}, r"\lVert \cdot\rVert_{3, \text{axis }(0, 1)}"),
        ("sum", {"axis": -1.0}, r"\sum_{\text{axis }{-1}}"),
        ("hardtanh", {"lo": -math.inf}, r"\operatorname{hardtanh}_{[{-\infty}, 1]}"),
        ("reciprocal", {}, r"\frac{1}{\cdot}"),
    ],
)
def test_signs(name: str, options: dict[str, Any], latex: str) -> None:
    bound = bind(name, tuple((BY_NAME[name].options | options).items()))
    assert sign_markup(bound, dialect=NODE_LATEX) == latex


def test_spaces() -> None:
    trace = parse("sum(b + A)").run(b=[1, 2, 3], A=[[1, 2, 3], [4, 5, 6]])
    node = next(node for node, slot, _ in trace.backward_edges() if trace.shape(node) == (2, 3))
    assert (
        space_markup(trace, node, trace.graph.inputs["b"], NODE_LATEX)
        == r": \mathbb{R}^{3} \to \mathbb{R}^{2 \times 3}"
    )


@pytest.mark.parametrize(
    ("text", "tight"),
    [
        ("(a - sin(b))^2", r"(a - \sin(b))^{2}"),
        ("(1/x)^2", r"\left(\frac{1}{x}\right)^{2}"),
        ("(sin(b) + sum(x))^2", r"\left(\sin(b) + \sum x\right)^{2}"),
        ("abs(x)*sin(y)", r"\left|x\right|\,\sin(y)"),
        ("(abs(x) + y)^2", r"\left(\left|x\right| + y\right)^{2}"),
    ],
)
def test_brackets_that_need_not_grow(text: str, tight: str) -> None:
    program = parse_program(text)
    assert write(program.tree, program.statements[-1].root, TIGHT_LATEX.using(NOTATIONS)) == tight


@pytest.mark.parametrize(
    ("shown", "ranges"),
    [("111", ""), ("100", "1"), ("011", "2-"), ("001", "3-"), ("11011", "1-2,4-"), ("10100", "1,3"), ("01110", "2-4")],
)
def test_slides(shown: str, ranges: str) -> None:
    assert slide_ranges([sign == "1" for sign in shown]) == ranges


@pytest.mark.parametrize(
    "theme", [LIGHT, DARK, PRINT, LIGHT.of_tangents], ids=["light", "dark", "print", "of tangents"]
)
@pytest.mark.parametrize("pages", [True, False])
@pytest.mark.parametrize("updates", [True, False])
def test_the_preamble_has_all_looks_and_colours(theme: Theme, pages: bool, updates: bool) -> None:
    text = "\n".join(preamble(theme, pages=pages, updates=updates))
    there = {Look.TANGENT: theme.is_of_tangents, Look.UPDATE: updates, Look.UPDATED: updates}
    for look in Look:  # that of tangents and those of an update only where there are some
        assert (f"  ad look {look.value}/.style={{" in text) == there.get(look, True)
    assert ("update" in text) == (updates or theme.is_of_tangents)
    used = set(re.findall(r"\bad-[a-z]+(?:-tint)?", text)) - {"ad-tint"}
    defined = set(re.findall(r"\\definecolor\{([^}]*)\}", text))
    assert used <= defined
    styles = text[text.index("\\tikzset{\n") :]
    assert not re.search(r"\b[A-Z]{4,}\b", styles), "a size was not put in"
    assert ("\\def\\only<" in text) == pages


def test_what_a_look_changes() -> None:
    text = "\n".join(preamble(LIGHT, pages=False))
    assert "  ad look sender/.style={ad outline/.style={draw=ad-backward, line width=1.8pt}},\n" in text
    assert "  ad look idle/.style={ad edge/.style={draw=ad-pale, line width=1.2pt}},\n" in text
    assert "  ad look done/.style={},\n" in text
