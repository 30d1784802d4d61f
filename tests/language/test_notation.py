"""Names as mathematics sets them: letters as typed, words upright, subscripts where a reader means one."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram.typeset import Request, typeset
from graphviz_ad.language.invented import names
from graphviz_ad.language.mathml import math, mathml_name
from graphviz_ad.language.notation import is_word, latex_name, typst_name

NAMES = {
    "ε": (r"\varepsilon", "epsilon"), "ϵ": (r"\epsilon", "epsilon.alt"), "epsilon": (r"\varepsilon", "epsilon"),
    "φ": (r"\varphi", "phi"), "ϕ": (r"\phi", "phi.alt"), "phi": (r"\varphi", "phi"),
    "θ": (r"\theta", "theta"), "ϑ": (r"\vartheta", "theta.alt"), "ς": (r"\varsigma", "sigma.alt"),
    "Ω_max": (r"\Omega_{\mathrm{max}}", 'Omega_("max")'),
    "KL": (r"\mathrm{KL}", 'upright("KL")'), "MSE": (r"\mathrm{MSE}", 'upright("MSE")'),
    "expected_loss": (r"\mathrm{expected\_loss}", 'upright("expected_loss")'),
    "exposure_at_default": (r"\mathrm{exposure\_at\_default}", 'upright("exposure_at_default")'),
    "y_pred_mean": (r"\mathrm{y\_pred\_mean}", 'upright("y_pred_mean")'),
    "h_t_minus_1": (r"\mathrm{h\_t\_minus\_1}", 'upright("h_t_minus_1")'),
    "theta_max": (r"\theta_{\mathrm{max}}", 'theta_("max")'), "theta_1_max": (r"\theta_{1,\mathrm{max}}", 'theta_(1,"max")'),
    "w_1": ("w_{1}", "w_(1)"), "w₁": ("w_{1}", "w_(1)"), "w1": ("w_{1}", "w_(1)"), "x₁₂": ("x_{12}", "x_(12)"),
    "h_prev": (r"h_{\mathrm{prev}}", 'h_("prev")'), "x_train": (r"x_{\mathrm{train}}", 'x_("train")'),
    "W_hh": (r"W_{\mathrm{hh}}", 'W_("hh")'), "w_ij": ("w_{ij}", "w_(i j)"), "w_i_j": ("w_{i,j}", "w_(i,j)"),
    "w_in": (r"w_{\mathrm{in}}", 'w_("in")'),
    "loss_1": (r"\mathrm{loss}_{1}", 'upright("loss")_(1)'), "loss_t": (r"\mathrm{loss}_{t}", 'upright("loss")_(t)'),
    "損失": (r"\text{損失}", '"損失"'), "損失_1": (r"\text{損失}_{1}", '"損失"_(1)'),
    "h_{t-1}": ("h_{t-1}", "h_(t - 1)"), "W^{(1)}": ("W^{(1)}", "W^((1))"), "h_t^{[2]}": ("h_{t}^{[2]}", "h_(t)^([2])"),
    "x'": ("x'", "x'"), "ŷ_0": (r"\hat{y}_{0}", "hat(y)_(0)"), "x_": (r"\mathrm{x\_}", 'upright("x_")'),
    "_x": (r"\mathrm{\_x}", '"_x"'), "inf": (r"\infty", "infinity"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert (latex_name(name), typst_name(name)) == NAMES[name]


def test_typst_and_mathml_take_them_all() -> None:
    labels = typeset([Request(f"${typst}$", 12) for _, typst in NAMES.values()])
    assert all(label.runs for label in labels)
    for name in NAMES:
        assert len(ElementTree.fromstring(math(mathml_name(name)))[0]) == 1, "a name is one element"


@pytest.mark.parametrize("letter", "εϵφϕ")
def test_a_page_shows_the_letter_that_was_typed(letter: str) -> None:
    assert mathml_name(letter) == f"<mi>{letter}</mi>"


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("expected_loss", "<mi>expected_loss</mi>"),
        ("損失", "<mtext>損失</mtext>"),
        ("w_12", "<msub><mi>w</mi><mn>12</mn></msub>"),
        ("w_ij", "<msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>"),
        ("w_i_j", "<msub><mi>w</mi><mrow><mi>i</mi><mo>,</mo><mi>j</mi></mrow></msub>"),
        ("θ_max", "<msub><mi>θ</mi><mi>max</mi></msub>"),
        ("h_{t-1}", "<msub><mi>h</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub>"),
        ("x''", "<msup><mi>x</mi><mi>′′</mi></msup>"),
        (
            "ŷ_0'",
            '<msubsup><mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover><mn>0</mn><mi>′</mi></msubsup>',
        ),
    ],
)
def test_names_of_a_page(name: str, markup: str) -> None:
    assert mathml_name(name) == markup


@pytest.mark.parametrize(
    ("name", "word"), [("loss", True), ("expected_loss", True), ("theta_max", False), ("x_train", False)]
)
def test_words_side_by_side_need_a_dot(name: str, word: bool) -> None:
    assert is_word(name) is word


@pytest.mark.parametrize(
    ("formula", "invented"),
    [
        ("w*x + b", ["v1", "v2"]),
        ("v_1*v_2 + x", ["u1", "u2"]),
        ("v₁*x + y", ["u1", "u2"]),
        ("v*x + y", ["u1", "u2"]),
        ("v1*x + u_max", ["h1", "h2"]),
        ("f(v) = v*v + 1; f(x)", ["u1", "u2"]),
    ],
)
def test_invented_names_are_not_read_as_the_authors(formula: str, invented: list[str]) -> None:
    graph = parse(formula)
    assert [
        name for node, name in enumerate(graph.names) if node not in graph.given_names | graph.constants
    ] == invented


@pytest.mark.parametrize("taken", ["v_1", "v₁", "v1", "v_{1}", "v_{2}"])
@pytest.mark.parametrize("letter", ["v", "h", "ξ", "tmp", "h_"])
def test_no_invented_name_is_set_like_a_name_that_is_there(taken: str, letter: str) -> None:
    theirs = {taken.replace("v", letter.rstrip("_")) if len(letter) < 3 else "tmp_1", "x"}
    fresh = names(theirs, letter)
    mine = [next(fresh) for _ in range(3)]
    for form in (latex_name, typst_name, mathml_name, str):
        assert {form(name) for name in mine}.isdisjoint({form(name) for name in theirs})
        assert len({form(name) for name in mine}) == 3


def test_people_choose_the_letter() -> None:
    from dataclasses import fields

    graph = parse("h_1*x + y")
    graph.intermediates = "h"
    assert graph.names == ["h_1", "x", "h2", "y", "h3"]
    assert "intermediates" in {field.name for field in fields(type(graph))}
