"""Labels as LaTeX: every sign of the table, brackets that need not grow, ranges of slides, looks of the theme."""

from __future__ import annotations

import re

import pytest

from graphviz_ad.diagram.frames import Look
from graphviz_ad.diagram.labels import sign_markup
from graphviz_ad.diagram.latex_labels import from_typst, set_tight
from graphviz_ad.diagram.theme import DARK, LIGHT, PRINT, Theme
from graphviz_ad.export.latex.tikz import slide_ranges
from graphviz_ad.export.latex.tikz_style import preamble
from graphviz_ad.ops.table import TABLE, bind
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
_TYPED = [(one, alias) for one in _PLANS for alias in ("", *one.row.aliases)]


@pytest.mark.parametrize(
    "sign", sorted({sign_markup(one, typed) for one, typed in _TYPED} | {'["1:3", 0]', "(dot.c)^(-0.5)"})
)
def test_latex_knows_every_sign(sign: str) -> None:
    latex = from_typst(sign)
    assert foreign(latex) == set()
    assert latex.count("{") == latex.count("}")


def test_a_planted_sign_is_seen() -> None:
    assert foreign(from_typst("arrow.r(dot.c)")) == {"arrow", "w.r"}
    assert foreign(from_typst("⊕")) == {"⊕"}


@pytest.mark.parametrize(
    ("sign", "latex"),
    [
        ("(dot.c)^(2)", r"(\cdot)^{2}"),
        ("root(3, dot.c)", r"\sqrt[3]{\cdot}"),
        ("norm(dot.c)", r"\lVert \cdot\rVert"),
        ('op("hardσ")', r"\operatorname{hard\sigma}"),
        ("log_10", r"\log_{10}"),
        ("x y^top", r"x y^{\top}"),
        ('["1:3", 0]', r"[\text{1:3}, 0]"),
        ("RR^(2 times 3)", r"\mathbb{R}^{2 \times 3}"),
        ('norm(dot.c)_(3, "axis "(0, 1))', r"\lVert \cdot\rVert_{3, \text{axis }(0, 1)}"),
        ('sum_("axis "class("normal", -1))', r"\sum_{\text{axis }{-1}}"),
        ('op("hardtanh")_([class("normal", -infinity), 1])', r"\operatorname{hardtanh}_{[{-\infty}, 1]}"),
        ("frac(1, dot.c)", r"\frac{1}{\cdot}"),
    ],
)
def test_signs(sign: str, latex: str) -> None:
    assert from_typst(sign) == latex


@pytest.mark.parametrize(
    ("loose", "tight"),
    [
        (r"\left(a - \left(b\right)\right)^{2}", "(a - (b))^{2}"),
        (r"\left(\frac{1}{x}\right)", r"\left(\frac{1}{x}\right)"),
        (r"\left(\left(b\right) + \sum x\right)", r"\left((b) + \sum x\right)"),
        (r"\left|x\right| \left(y\right)", r"\left|x\right| (y)"),
    ],
)
def test_brackets_that_need_not_grow(loose: str, tight: str) -> None:
    assert set_tight(loose) == tight


@pytest.mark.parametrize(
    ("shown", "ranges"),
    [("111", ""), ("100", "1"), ("011", "2-"), ("001", "3-"), ("11011", "1-2,4-"), ("10100", "1,3"), ("01110", "2-4")],
)
def test_slides(shown: str, ranges: str) -> None:
    assert slide_ranges([sign == "1" for sign in shown]) == ranges


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("pages", [True, False])
def test_the_preamble_has_all_looks_and_colours(theme: Theme, pages: bool) -> None:
    text = "\n".join(preamble(theme, pages=pages))
    for look in Look:
        assert f"  ad look {look.value}/.style={{" in text
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
