"""LaTeX of our formulas → Office mathematics, runs of text, plain text."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

import pytest

from graphviz_ad.diagram.header import latex_statements
from graphviz_ad.diagram.latex_labels import edge_text, node_text
from graphviz_ad.diagram.slides import slides
from graphviz_ad.export.powerpoint.math_runs import Run, as_text, runs
from graphviz_ad.export.powerpoint.mathematics import Looks, omml
from graphviz_ad.export.powerpoint.xml import NAMESPACES
from tests.diagram.cases import CASES, Case, deck_of

M = "{" + NAMESPACES["m"] + "}"


def tree(latex: str, *, bold: bool = False) -> ElementTree.Element:
    made = omml(latex, Looks('<a:rPr i="0"/>', '<a:rPr i="1"/>', bold))
    return ElementTree.fromstring(f'<x xmlns:m="{NAMESPACES["m"]}" xmlns:a="{NAMESPACES["a"]}">{made}</x>')[0]


def outline(element: ElementTree.Element) -> str:
    """Office mathematics → its structure on one line, without properties."""
    name = element.tag.removeprefix(M)
    if name == "r":
        return element.findtext(f"{M}t") or ""
    inside = " ".join(filter(None, map(outline, element)))
    return "" if name.endswith("Pr") else f"{name}({inside})" if name not in ("oMath",) else inside


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{\partial L}{\partial w} = x", "f(num(∂ L) den(∂ w)) = x"),
        (r"w_{1}^{2}", "sSubSup(e(w) sub(1) sup(2))"),
        (r"x^{\top}", "sSup(e(x) sup(⊤))"),
        (r"\sqrt{x + 1}", "rad(deg() e(x + 1))"),
        (r"\sqrt[3]{x}", "rad(deg(3) e(x))"),
        (r"\hat{y}", "acc(e(y))"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "d(e(m(mr(e(1) e(2)) mr(e(3) e(4)))))"),
        (r"\left(\frac{a}{b}\right)_{1}", "sSub(e(d(e(f(num(a) den(b))))) sub(1))"),
        (r"\operatorname{softmax}\left(x\right)", "softmax ( x )"),
        (r"\text{損失}", "損失"),
        (r"\begin{cases} x & 1 \\ y & 2 \end{cases}", "d(e(m(mr(e(x) e(1)) mr(e(y) e(2)))))"),
    ],
)
def test_structure(latex: str, expected: str) -> None:
    assert unicodedata.normalize("NFKC", outline(tree(latex))) == expected


@pytest.mark.parametrize(("bold", "letters"), [(False, "𝑥ℎ𝜃1"), (True, "𝒙𝒉𝜽1")])
def test_letters_are_mathematical_ones_and_their_runs_italic(bold: bool, letters: str) -> None:
    found = [*tree(r"x h \theta 1", bold=bold).iter(f"{M}r")]
    assert "".join(run.findtext(f"{M}t") or "" for run in found) == letters
    looks = [run.find(f"{{{NAMESPACES['a']}}}rPr") for run in found]
    assert [look.get("i") for look in looks if look is not None] == ["1", "1", "1", "0"]


def test_bold_and_words() -> None:
    styles = [at.get(f"{M}val") for at in tree("x = 1", bold=True).iter(f"{M}sty")]
    assert styles == ["bi", "b", "b"]
    assert tree(r"\text{損失}").find(f".//{M}nor") is not None


def test_an_element_that_is_not_known_is_told() -> None:
    with pytest.raises(ValueError, match="no Office mathematics for <menclose>"):
        omml(r"\cancel{x}", Looks("", ""))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x", [Run("x", italic=True)]),
        (r"\theta_{0}", [Run("θ", italic=True), Run("0", script=-1)]),
        ("-2", [Run("−2")]),
        ("= -2", [Run("=\u2009−2")]),
        (r"a - b", [Run("a", italic=True), Run("\u2009−\u2009"), Run("b", italic=True)]),
        (r"\operatorname{sum}", [Run("sum")]),
        (r"\frac{1}{x}", None),
        (r"\sqrt{x}", None),
        (r"x^{y^{2}}", None),
    ],
)
def test_runs(latex: str, expected: list[Run] | None) -> None:
    assert runs(latex) == expected


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{a + b}{c} \cdot x^{2}", "(a + b)/c · x²"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\sqrt[3]{x}", "³√(x)"),
        (r"x_{\mathrm{max}}", "x_(max)"),
        (r"\hat{y}'", "ŷ′"),
    ],
)
def test_as_text(latex: str, expected: str) -> None:
    assert unicodedata.normalize("NFC", as_text(latex)) == expected


def labels(case: Case) -> list[str]:
    """Formula → the LaTeX of everything that is said of it."""
    deck = deck_of(case)
    trace = deck.trace
    found = [*latex_statements(trace), *(slide.latex for slide in slides(deck, deck.pictures()))]
    for node in range(len(trace.graph)):
        at = node_text(trace, node, 4, False)
        found += [at.sign, at.name, at.value, *at.grads.values()]
    for node, slot, _ in trace.backward_edges():
        along = edge_text(trace, node, slot, 4)
        found += [along.local, along.number, along.sent, along.shape]
    return [*filter(None, found)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_all_our_formulas_become_office_mathematics(case: Case) -> None:
    for latex in labels(case):
        text = "".join(tree(latex).itertext())
        assert "\\" not in text + as_text(latex)
        assert "{" not in text
        assert text.strip()
