"""What an option is can be read in every form: text, LaTeX, Typst, MathML, and in the node of a picture.

A sheet that hides one cannot be answered, so every row is asked, with every option changed, and with its defaults where
no one could compute the value without knowing them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from graphviz_ad.api import parse
from graphviz_ad.diagram.node_signs import sign_markup
from graphviz_ad.diagram.typeset import Request, typeset
from graphviz_ad.explain.expression import number
from graphviz_ad.explain.operation import operation_tree
from graphviz_ad.language.markup import Fenced, X
from graphviz_ad.language.mathml import MATHML, math
from graphviz_ad.language.notation import FLAGS, Notation
from graphviz_ad.language.printer import DISPLAY, LATEX, NODE_LATEX, TEXT, TYPST, write
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, OPERATOR, Tree
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.table import NOTATIONS, OF_SEVERAL, bind
from tests.ops.both import label
from tests.ops.changed import WITH_OPTIONS, changed

pytestmark = pytest.mark.slow

CALLED = [(row, name) for row in WITH_OPTIONS for name in (row.name, *row.aliases) if name.isidentifier()]


def value_node(tree: Tree, value: Option) -> int:
    if isinstance(value, tuple):
        return tree.add(LIST, None, tuple(value_node(tree, entry) for entry in value))
    assert value is not None
    return number(tree, float(value), 17)


def call(tree: Tree, row: Operation, name: str, options: Mapping[str, Any], *, named: bool = True) -> int:
    """A call with options, by name or behind the arguments."""
    params = ("a", "b", "c") if row.variadic else row.params
    args = [tree.add(NAME, "abc"[place]) for place, _ in enumerate(params)]
    for option, value in options.items():
        node = value_node(tree, value)
        args.append(tree.add(KEYWORD, option, (node,)) if named or row.variadic else node)
    return tree.add(CALL, name, tuple(args))


def digits_of(option: str, value: Option) -> list[str]:
    """What must be read of an option: the digits of its numbers, for one that is on or off its name."""
    if option in FLAGS:
        return [option]
    entries = value if isinstance(value, tuple) else (value,)
    return [f"{abs(entry):g}" for entry in entries if entry is not None]


def forms(tree: Tree, root: int, notations: Mapping[str, Notation]) -> dict[str, str]:
    """A call → what each medium writes."""
    markup = math(write(tree, root, MATHML.using(notations)))
    return {
        "text": write(tree, root, TEXT), "display": write(tree, root, DISPLAY),
        "latex": write(tree, root, LATEX.using(notations)), "typst": write(tree, root, TYPST.using(notations)),
        "mathml": "".join(ElementTree.fromstring(markup).itertext()),
    }  # fmt: skip


def missing(written: str, options: Mapping[str, Option]) -> list[str]:
    """The options that cannot be read in what was written."""
    return [
        name for name, value in options.items()
        if not all(re.search(rf"(?<![\d.]){re.escape(part)}(?![\d.])", written) for part in digits_of(name, value))
    ]  # fmt: skip


def hidden(row: Operation, name: str, notations: Mapping[str, Notation] = NOTATIONS) -> list[str]:
    """Operation and the name it is called by → what is hidden in which form."""
    left_out = []
    for named in (True,) if row.name in OF_SEVERAL else (True, False):  # max(a, 1) is that of a and 1
        tree = Tree()
        written = forms(tree, call(tree, row, name, changed(row), named=named), notations)
        if not named:
            written = {form: text for form, text in written.items() if form not in ("text", "display")}
        left_out += [f"{number} in {form}" for form, text in written.items() for number in missing(text, changed(row))]
    return left_out


@pytest.mark.parametrize(("row", "name"), CALLED, ids=label)
def test_every_option_is_read_in_every_form(row: Operation, name: str) -> None:
    assert hidden(row, name) == []


@pytest.mark.parametrize("row", [row for row in WITH_OPTIONS if row.name != "index"], ids=label)
def test_every_option_is_read_in_the_node(row: Operation) -> None:
    bound = bind(row.name, tuple(changed(row).items()))
    sign = sign_markup(bound)
    assert missing(sign, changed(row)) == []
    assert missing(sign_markup(bound, dialect=NODE_LATEX), changed(row)) == []
    assert typeset([Request(f"${sign}$", 12)])[0].width > 0


def test_a_planted_notation_that_hides_an_option_is_seen() -> None:
    row = next(row for row in WITH_OPTIONS if row.name == "norm")
    bare = Notation(Fenced("‖", X), params=row.params, options={})
    assert "p in latex" in hidden(row, "norm", NOTATIONS | {"norm": bare})
    assert missing(sign_markup(bind("norm", (("p", 1.0),))).split("_")[0], {"p": 1.0}) == ["p"]


def test_a_row_that_says_nothing_of_its_options_shows_them_all_the_same() -> None:
    row = next(row for row in WITH_OPTIONS if row.name == "norm")
    silent = replace(NOTATIONS["norm"], markup=Fenced("‖", X))
    assert hidden(row, "norm", NOTATIONS | {"norm": silent}) == []


@pytest.mark.parametrize("row", WITH_OPTIONS, ids=label)
def test_two_values_of_an_option_are_written_two_ways(row: Operation) -> None:
    """Also where a value is written by leaving something out, as the 0 of a divisor n - 0."""
    for option, value in changed(row).items():
        zero: Option = (0, 0) if isinstance(value, tuple) else 0.0
        tree = Tree()
        roots = [call(tree, row, row.name, {option: entry}) for entry in (value, zero)]
        for dialect in (TEXT, LATEX.using(NOTATIONS), TYPST.using(NOTATIONS)):
            assert len({write(tree, root, dialect) for root in roots}) == 2, option


_LENGTH = 'lr(class("opening", parallel) v class("closing", parallel))'
CALLS = {
    "norm(v, 1)": (r"\left\lVert v \right\rVert_{1}", _LENGTH + "_(1)"),
    "norm(v)": (r"\left\lVert v \right\rVert", _LENGTH),
    "norm(v, inf)": (r"\left\lVert v \right\rVert_{\infty}", _LENGTH + "_(infinity)"),
    "norm(v, p=3, axis=-1)": (
        r"\left\lVert v \right\rVert_{3, \text{axis }{-1}}", _LENGTH + '_(3, "axis "class("normal", -1))'
    ),
    "sum(x, axis=0)": (r"\sum_{\text{axis }0} x", 'sum_("axis "0) x'),
    "sum(x, -1, 1)": (
        r"\sum_{\text{axis }{-1}, \text{keepdims}} x", 'sum_("axis "class("normal", -1), "keepdims") x'
    ),
    "mean(x, [0, 1], keepdims=0)": (r"\operatorname{mean}_{\text{axis }(0, 1)}\left(x\right)",
                                    'op("mean")_("axis "(0, 1))(x)'),
    "leaky_relu(x)": (r"\operatorname{LeakyReLU}_{0.01}\left(x\right)", 'op("LeakyReLU")_(0.01)(x)'),
    "elu(x)": (r"\operatorname{ELU}_{\alpha = 1}\left(x\right)", 'op("ELU")_(alpha = 1)(x)'),
    "huber(y=1, x=2)": (r"\operatorname{Huber}_{\delta = 1}\left(2, 1\right)", 'op("Huber")_(delta = 1)(2, 1)'),
    "clamp(x, hi=2)": (r"\operatorname{clamp}_{[{-\infty}, 2]}\left(x\right)",
                       'op("clamp")_([class("normal", -infinity), 2])(x)'),
    "clip(x, -1, 1)": (r"\operatorname{clip}_{[{-1}, 1]}\left(x\right)",
                       'op("clip")_([class("normal", -1), 1])(x)'),
    "var(x)": (r"\operatorname{Var}_{n - 1}\left(x\right)", 'op("Var")_(n - 1)(x)'),
    "std(x, correction=0, axis=1)": (r"\operatorname{std}_{n, \text{axis }1}\left(x\right)",
                                     'op("std")_(n, "axis "1)(x)'),
    "concat(A, A, axis=1)": (r"\operatorname{concat}_{\text{axis }1}\left(A, A\right)",
                             'op("concat")_("axis "1)(A, A)'),
    "reshape(x, 2, 3)": (r"\operatorname{reshape}_{(2, 3)}\left(x\right)", 'op("reshape")_((2, 3))(x)'),
    "reshape(x, [2, -1])": (r"\operatorname{reshape}_{(2, {-1})}\left(x\right)",
                            'op("reshape")_((2, class("normal", -1)))(x)'),
    "f(x, k=2)": (r"f\left(x, k = 2\right)", "f(x, k = 2)"),
}  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_how_options_are_set(text: str) -> None:
    from graphviz_ad.language.parser import parse_program

    program = parse_program(text)
    root = program.statements[-1].root
    assert (
        write(program.tree, root, LATEX.using(NOTATIONS)),
        write(program.tree, root, TYPST.using(NOTATIONS)),
    ) == CALLS[text]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("norm(v, 1)", "norm(v, p=1)"),
        ("norm(v)", "norm(v)"),
        ("leaky_relu(v)", "leaky_relu(v, slope=0.01)"),
        ("leaky_relu(v, 0.123456789)", "leaky_relu(v, slope=0.123456789)"),
        ("std(v)", "std(v, correction=1)"),
        ("sum(v, axis=0)", "sum(v, axis=0)"),
        ("clamp(v, hi=2)", "clamp(v, lo=-inf, hi=2)"),
        ("reshape(v, 3, 1)", "reshape(v, shape=[3, 1])"),
    ],
)
def test_an_explanation_says_the_options_it_computed_with(formula: str, shown: str) -> None:
    graph, tree = parse(formula), Tree()
    root = operation_tree(graph, graph.output, tree, lambda arg: lambda into: into.add(NAME, graph.names[arg]))
    assert write(tree, root, DISPLAY) == shown
    again = parse(shown)
    assert again.ops[again.output].options == graph.ops[graph.output].options  # type: ignore[union-attr]


def test_numbers_in_the_tree_are_those_of_the_options() -> None:
    tree = Tree()
    assert tree.kind[value_node(tree, 0.1)] == NUMBER
    assert tree.kind[value_node(tree, -0.1)] == OPERATOR
