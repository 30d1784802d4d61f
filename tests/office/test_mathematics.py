"""MathML → Office mathematics, runs of text, plain text."""

from __future__ import annotations

import json
import unicodedata
from xml.etree import ElementTree

import numpy as np
import pytest

from graphviz_ad.diagram.header import written_statements
from graphviz_ad.diagram.label_texts import OFFICE, edge_text, node_text
from graphviz_ad.diagram.slides import slides
from graphviz_ad.export.powerpoint.math_runs import Run, as_text, runs
from graphviz_ad.export.powerpoint.mathematics import Looks, omml
from graphviz_ad.export.powerpoint.xml import NAMESPACES
from graphviz_ad.language.markup import Words
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import write, write_markup
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.ops.table import NOTATIONS
from tests.diagram.cases import CASES, Case, deck_of

M = "{" + NAMESPACES["m"] + "}"


def written(text: str) -> str:
    """Formula → its MathML, ∂L/∂w for `dL_dw`, and matrices for lists of lists."""
    program = parse_program(text)
    tree, root = program.tree, program.statements[-1].root
    for node, head in enumerate(tree.head):
        if tree.kind[node] == NAME and "_d" in str(head):
            tree.kind[node], tree.head[node] = DERIVATIVE, tuple(part.lstrip("d") for part in str(head).split("_"))
    if text.startswith("[["):
        tree = Tree()
        root = tree.add(VALUE, np.array(json.loads(text), dtype=float))
    return write(tree, root, MATHML.using(NOTATIONS))


def tree(markup: str, *, bold: bool = False) -> ElementTree.Element:
    element = omml(markup, Looks('<a:rPr i="0"/>', '<a:rPr i="1"/>', bold))
    return ElementTree.fromstring(f'<x xmlns:m="{NAMESPACES["m"]}" xmlns:a="{NAMESPACES["a"]}">{element}</x>')[0]


def outline(element: ElementTree.Element) -> str:
    """Office mathematics → its structure on one line, without properties."""
    name = element.tag.removeprefix(M)
    if name == "r":
        return element.findtext(f"{M}t") or ""
    inside = " ".join(filter(None, map(outline, element)))
    return "" if name.endswith("Pr") else f"{name}({inside})" if name not in ("oMath",) else inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dL_dw + x", "f(num(∂ L) den(∂ w)) + x"),
        ("w_1^2", "sSubSup(e(w) sub(1) sup(2))"),
        ("x.T", "sSup(e(x) sup(⊤))"),
        ("sqrt(x + 1)", "rad(deg() e(x + 1))"),
        ("cbrt(x)", "rad(deg(3) e(x))"),
        ("ŷ", "acc(e(y))"),
        ("[[1, 2], [3, 4]]", "d(e(m(mr(e(1) e(2)) mr(e(3) e(4)))))"),
        ("(a/b)^2", "sSup(e(d(e(f(num(a) den(b))))) sup(2))"),
        ("softmax(x)", "softmax ( x )"),
        ("損失", "損失"),
        ("where(a < 1, x, y)", "d(e(m(mr(e(x) e(if a < 1)) mr(e(y) e(otherwise)))))"),
    ],
)
def test_structure(text: str, expected: str) -> None:
    assert " ".join(unicodedata.normalize("NFKC", outline(tree(written(text)))).split()) == expected


@pytest.mark.parametrize(("bold", "letters"), [(False, "𝑥ℎ𝜃1"), (True, "𝒙𝒉𝜽1")])
def test_letters_are_mathematical_ones_and_their_runs_italic(bold: bool, letters: str) -> None:
    runs = [*tree("<mi>x</mi><mi>h</mi><mi>θ</mi><mn>1</mn>", bold=bold).iter(f"{M}r")]
    assert "".join(run.findtext(f"{M}t") or "" for run in runs) == letters
    looks = [run.find(f"{{{NAMESPACES['a']}}}rPr") for run in runs]
    assert [look.get("i") for look in looks if look is not None] == ["1", "1", "1", "0"]


def test_bold_and_words() -> None:
    styles = [at.get(f"{M}val") for at in tree("<mi>x</mi><mo>=</mo><mn>1</mn>", bold=True).iter(f"{M}sty")]
    assert styles == ["bi", "b", "b"]
    assert tree(written("損失")).find(f".//{M}nor") is not None


def test_an_element_that_is_not_known_is_told() -> None:
    with pytest.raises(ValueError, match="no Office mathematics for <menclose>"):
        omml("<menclose><mi>x</mi></menclose>", Looks("", ""))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (written("x"), [Run("x", italic=True)]),
        (written("θ_0"), [Run("θ", italic=True), Run("0", script=-1)]),
        (written("-2"), [Run("−2")]),
        (MATHML.relation("=") + written("-2"), [Run("=\u2009−2")]),
        (written("a - b"), [Run("a", italic=True), Run("\u2009−\u2009"), Run("b", italic=True)]),
        (written("x'"), [Run("x", italic=True), Run("′")]),
        (write_markup(Words("sum", "function"), MATHML), [Run("sum")]),
        (written("1/x"), None),
        (written("sqrt(x)"), None),
        (written("x^(y^2)"), None),
    ],
)
def test_runs(markup: str, expected: list[Run] | None) -> None:
    assert runs(markup) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a + b)/c*2 - x^2", "(a + b)/c · 2 − x²"),
        ("[[1, 2], [3, 4]]", "(1, 2; 3, 4)"),
        ("cbrt(x)", "³√(x)"),
        ("x_max", "x_(max)"),
        ("ŷ'", "ŷ′"),
        ("mod(x, y)", "x mod y"),
    ],
)
def test_as_text(text: str, expected: str) -> None:
    assert unicodedata.normalize("NFC", as_text(written(text))) == expected


def labels(case: Case) -> list[str]:
    """Formula → the MathML of everything that is said of it."""
    deck = deck_of(case)
    trace = deck.trace
    runs = written_statements(trace, MATHML)
    runs += [slide.shown.write(MATHML) for slide in slides(deck, deck.pictures())]
    for node in range(len(trace.graph)):
        at = node_text(trace, node, 4, False, OFFICE)
        runs += [at.sign, at.name, at.value, *at.grads.values()]
    for node, slot, _ in trace.backward_edges():
        along = edge_text(trace, node, slot, 4, OFFICE)
        runs += [along.local, along.number, along.contribution, along.shape]
    return [*filter(None, runs)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_all_our_formulas_become_office_mathematics(case: Case) -> None:
    for markup in labels(case):
        text = "".join(tree(markup).itertext())
        assert "\\" not in text + as_text(markup)
        assert "{" not in text
        assert text.strip()
