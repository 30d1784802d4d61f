"""Numbers as decimals, fractions and powers of ten, and arrays with more or fewer entries: in every dialect and place."""

from __future__ import annotations

import copy
import pickle

import pytest

from graphviz_ad import parse
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.expression import reading
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.language.number_format import NumberFormat, NumberStyle, number_format
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import DISPLAY, LATEX, TEXT, TYPST, write
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree

FRACTION, POWER = NumberFormat(4, "fraction"), NumberFormat(4, "power")


@pytest.mark.parametrize(
    ("value", "fraction", "power"),
    [
        (1 / 3, "1/3", "3.333e-1"),
        (-2.5, "-5/2", "-2.5"),
        (0.05, "1/20", "5e-2"),
        (0.62, "0.62", "6.2e-1"),
        (1 / 36, "1/36", "2.778e-2"),
        (1 / 101, "0.009901", "9.901e-3"),
        (12.0, "12", "1.2e1"),
        (0.3333, "0.3333", "3.333e-1"),
        (1001 / 2, "500.5", "5.005e2"),
        (0.0, "0", "0"),
        (float("inf"), "inf", "inf"),
    ],
)
def test_a_number(value: float, fraction: str, power: str) -> None:
    assert numbers.number(value, FRACTION) == fraction
    assert numbers.number(value, POWER) == power
    assert parse(f"L = {fraction}*x").run(x=1.0).value("L") == pytest.approx(numbers.rounded(value, FRACTION))


def product(left: float, right: float, key: str) -> Tree:
    tree = Tree()
    tree.add(OPERATOR, key, (tree.add(VALUE, left), tree.add(VALUE, right)))
    return tree


@pytest.mark.parametrize(
    ("key", "form", "text", "latex", "typst"),
    [
        ("*", FRACTION, "1/3*(1/4)", r"\frac{1}{3} \cdot \frac{1}{4}", "frac(1, 3) dot frac(1, 4)"),
        ("^", FRACTION, "(1/3)^(1/4)", r"\left(\frac{1}{3}\right)^{\frac{1}{4}}", "(frac(1, 3))^(frac(1, 4))"),
        ("*", POWER, "3.333e-1*2.5e-1", r"3.333{\times}10^{-1} \cdot 2.5{\times}10^{-1}",
         '3.333 class("normal", times) 10^(-1) dot 2.5 class("normal", times) 10^(-1)'),
        ("^", POWER, "3.333e-1^2.5e-1", r"\left(3.333{\times}10^{-1}\right)^{2.5{\times}10^{-1}}",
         '(3.333 class("normal", times) 10^(-1))^(2.5 class("normal", times) 10^(-1))'),
    ],
)  # fmt: skip
def test_numbers_in_a_formula(key: str, form: NumberFormat, text: str, latex: str, typst: str) -> None:
    tree = product(1 / 3, 1 / 4, key)
    assert write(tree, 2, TEXT.using({}, form)) == text
    assert write(tree, 2, LATEX.using({}, form)) == latex
    assert write(tree, 2, TYPST.using({}, form)) == typst
    assert "<mfrac>" in write(tree, 2, MATHML.using({}, FRACTION))


@pytest.mark.parametrize("form", [FRACTION, POWER])
@pytest.mark.parametrize("key", ["*", "/", "-", "^"])
@pytest.mark.parametrize("values", [(1 / 3, 0.25), (-1 / 3, 0.25), (0.25, -1 / 3), (-0.5, -2.5e-7)])
def test_what_is_printed_reads_back(form: NumberFormat, key: str, values: tuple[float, float]) -> None:
    left, right = (numbers.rounded(value, form) for value in values)
    expected = {"*": left * right, "/": left / right, "-": left - right, "^": left if key != "^" else 0.0}[key]
    if key == "^":
        if left < 0:
            return
        expected = left**right
    text = write(product(*values, key), 2, TEXT.using({}, form))
    assert parse(f"L = ({text})*x").run(x=1.0).value("L") == pytest.approx(expected)
    parse_program(text)


def test_the_sign_between_stages_knows_fractions() -> None:
    text = str(parse("y = (w*x + b)/3").run(w=2.0, x=0.1, b=7e-7).explain(numbers="fraction"))
    assert "w · x = 2 · (1/10) = 1/5" in text
    assert "1/5 + 7e-7 ≈ 0.2" in text
    exact = str(parse("y = x/3*3").run(x=1.0).explain(numbers="fraction"))
    assert "1/3 · 3 = 1" in exact
    decimals = str(parse("y = x/3*3").run(x=1.0).explain())
    assert "0.3333 · 3 ≈ 1" in decimals


def test_entries() -> None:
    trace = parse("y = sum(x)").run(x=list(range(6)))
    assert "[0, 1, …, 5] (6)" in trace.draw().dot()
    assert numbers.text(trace.values[0], NumberFormat(entries=6)) == "[0, 1, 2, 3, 4, 5]"
    assert numbers.text(trace.values[0], NumberFormat(entries=2)) == "[0, …, 5] (6)"
    tree = Tree()
    tree.add(VALUE, trace.values[0])
    assert write(tree, 0, reading(LATEX, 4)).endswith(r"\vdots \\ 5 \end{pmatrix}_{6}")
    assert write(tree, 0, reading(TYPST, 4)) == "mat(0; 1; dots.v; 5)_(6)"
    assert write(tree, 0, reading(TYPST, NumberFormat(entries=6))) == "mat(0; 1; 2; 3; 4; 5)"
    assert "(6)" not in write(tree, 0, reading(DISPLAY, 4))


def test_a_format_is_a_number_of_digits() -> None:
    assert number_format(4) == 4
    assert hash(number_format(4)) == hash(4)
    assert repr(number_format(3)) == "3"
    assert FRACTION not in (4, POWER, NumberFormat(4, "fraction", 5))
    assert len({4, number_format(), FRACTION, POWER}) == 3
    assert copy.deepcopy(FRACTION) == pickle.loads(pickle.dumps(FRACTION)) == FRACTION
    assert repr(FRACTION) == "NumberFormat(4, 'fraction', 3)"


@pytest.mark.parametrize(
    ("digits", "style", "entries", "message"),
    [
        (0, "decimal", 3, "'0' is no number of digits"),
        (4, "roman", 3, "there are no numbers 'roman'"),
        (4, "decimal", 1, "'1' is no number of entries"),
    ],
)
def test_what_there_is_not(digits: int, style: NumberStyle, entries: int, message: str) -> None:
    with pytest.raises(GraphvizADError, match=message) as caught:
        number_format(digits, style, entries)
    assert caught.value.hint
    with pytest.raises(GraphvizADError, match=message):
        parse("y = x").run(x=1.0).draw(digits=digits, numbers=style, entries=entries)
