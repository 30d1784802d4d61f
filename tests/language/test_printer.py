"""A tree as text is read back as the same tree; as LaTeX and Typst it is written as mathematics writes it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_ad.errors import ParseError
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import DISPLAY, LATEX, TEXT, TYPST, Dialect, write
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE, Tree
from graphviz_ad.ops.table import NOTATIONS
from tests.formulas import PROGRAMS

Nested = tuple[int, object, *tuple["Nested", ...]]
"""Kind, head and arguments of a node, nested: equal where trees are equal."""


def nested(tree: Tree, root: int) -> Nested:
    """Expression → the same nested."""
    nodes: list[Nested] = []
    for kind, head, args in zip(tree.kind, tree.head, tree.args, strict=True):
        nodes.append((kind, head, *(nodes[arg] for arg in args)))
    return nodes[root]


def planted(node: Nested, tree: Tree) -> int:
    """Nested → its node in the tree."""
    kind, head, *args = node
    return tree.add(kind, head, tuple(planted(arg, tree) for arg in args))


NAMES = st.sampled_from(["x", "y", "w_1", "θ", "ŷ", "損失", "x'", "sin", "T", "e", "axis", "e1"])
LEAVES = st.one_of(
    NAMES.map(lambda name: (NAME, name)),
    st.floats(min_value=0, allow_nan=False, allow_infinity=False).map(lambda number: (NUMBER, number)),
    st.integers(0, 99).map(lambda number: (NUMBER, float(number))),
)
BINARY = st.sampled_from([key for key, o in OPERATORS.items() if o.arity == 2 and key != "odot"])
UNARY = st.sampled_from([key for key, o in OPERATORS.items() if o.arity == 1])


def _larger(inner: st.SearchStrategy[Nested]) -> st.SearchStrategy[Nested]:
    """Expressions → larger ones that are made of them."""
    lists = st.lists(inner, max_size=3)
    bounds = st.sampled_from(["", "a", "b", "s", "ab", "as", "bs", "abs"])
    slices = bounds.flatmap(
        lambda letters: st.tuples(*[inner] * len(letters)).map(lambda args: (SLICE, letters, *args))
    )
    options = st.tuples(NAMES, inner).map(lambda pair: (KEYWORD, pair[0], pair[1]))
    return st.one_of(
        st.tuples(st.just(OPERATOR), BINARY, inner, inner),
        st.tuples(st.just(OPERATOR), BINARY, inner, inner),
        st.tuples(st.just(OPERATOR), UNARY, inner),
        st.tuples(NAMES, lists, st.lists(options, max_size=2)).map(lambda c: (CALL, c[0], *c[1], *c[2])),
        lists.map(lambda entries: (LIST, None, *entries)),
        st.tuples(inner, st.lists(inner | slices, min_size=1, max_size=2)).map(lambda i: (INDEX, None, i[0], *i[1])),
    )


TREES = st.recursive(LEAVES, _larger, max_leaves=12)


@settings(max_examples=600, deadline=None)
@given(TREES)
@pytest.mark.slow
def test_reading_what_was_written_gives_the_tree_back(node: Nested) -> None:
    tree = Tree()
    text = write(tree, planted(node, tree), TEXT)
    program = parse_program(text)
    assert nested(program.tree, program.statements[0].root) == node, text


@settings(max_examples=300, deadline=None)
@given(PROGRAMS)
@pytest.mark.slow
def test_writing_what_was_read_gives_the_same_tree(text: str) -> None:
    try:
        program = parse_program(text)
    except ParseError:
        return
    for statement in program.statements:
        again = parse_program(write(program.tree, statement.root, TEXT))
        assert nested(again.tree, again.statements[0].root) == nested(program.tree, statement.root)


def test_a_wrong_printer_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law has teeth: with the side of subtraction turned round in the printer alone, it fails."""
    from dataclasses import replace

    from graphviz_ad.language import printer

    monkeypatch.setattr(printer, "OPERATORS", OPERATORS | {"-": replace(OPERATORS["-"], side="right")})
    node = (OPERATOR, "-", (NAME, "x"), (OPERATOR, "-", (NAME, "y"), (NAME, "x")))
    tree = Tree()
    program = parse_program(write(tree, planted(node, tree), TEXT))
    assert nested(program.tree, program.statements[0].root) != node


@pytest.mark.parametrize(
    ("key", "count"), [("neg", 20_000), ("T", 20_000), ("root", 20_000)], ids=["signs", "transposes", "roots"]
)
def test_depth_is_no_limit(key: str, count: int) -> None:
    tree = Tree()
    node = tree.add(NAME, "x")
    for _ in range(count):
        node = tree.add(OPERATOR, key, (node,))
    assert write(tree, node, TEXT).count(OPERATORS[key].sign) == count
    assert write(tree, node, LATEX)


MATHEMATICS = {
    "w*x + b": ("w x + b", "w x + b"),
    "2*x": ("2 x", "2 x"),
    "x^{(1)}^2": ("\\left(x^{(1)}\\right)^{2}", "(x^((1)))^(2)"),  # LaTeX refuses two exponents of one name
    "W^{[1]}.T @ x": ("\\left(W^{[1]}\\right)^{\\top} \\, x", "(W^([1]))^top thin x"),
    "x*2": ("x \\cdot 2", "x dot 2"),
    "x*x": ("x \\cdot x", "x dot x"),
    "x*3*y": ("x \\cdot 3\\,y", "x dot 3 thin y"),
    "-x^2": ("-x^{2}", "-x^(2)"),
    "(-x)^2": ("\\left(-x\\right)^{2}", "(-x)^(2)"),
    "(a+b)*c": ("\\left(a + b\\right)\\,c", "(a + b) thin c"),
    "a*(b+c)": ("a\\,\\left(b + c\\right)", "a thin (b + c)"),
    "a/b": ("\\frac{a}{b}", "frac(a, b)"),
    "(a+b)/(c*d)": ("\\frac{a + b}{c d}", "frac(a + b, c d)"),
    "a/b*c": ("\\frac{a}{b}\\,c", "frac(a, b) thin c"),
    "(a/b)^2": ("\\left(\\frac{a}{b}\\right)^{2}", "(frac(a, b))^(2)"),
    "x^(y+1)": ("x^{y + 1}", "x^(y + 1)"),
    "x^y^z": ("x^{y^{z}}", "x^(y^(z))"),
    "(x^y)^z": ("\\left(x^{y}\\right)^{z}", "(x^(y))^(z)"),
    "a-(b-c)": ("a - \\left(b - c\\right)", "a - (b - c)"),
    "a-b-c": ("a - b - c", "a - b - c"),
    "a*(-b)": ("a\\,\\left(-b\\right)", "a thin (-b)"),
    "a - -b": ("a - \\left(-b\\right)", "a - (-b)"),
    "sqrt(x+1)": ("\\sqrt{x + 1}", "sqrt(x + 1)"),
    "√x": ("\\sqrt{x}", "sqrt(x)"),
    "exp(-x)": ("e^{-x}", "e^(-x)"),
    "sin(x)^2": ("\\sin\\left(x\\right)^{2}", "sin(x)^(2)"),
    "sigmoid(z)": ("\\sigma\\left(z\\right)", "sigma(z)"),
    "theta_0 + ŷ": ("\\theta_{0} + \\hat{y}", "theta_(0) + hat(y)"),
    "w₁*x_max": ("w_{1} x_{\\mathrm{max}}", 'w_(1) x_("max")'),
    "W.T @ x": ("W^{\\top} \\, x", "W^top thin x"),
    "(A+B).T": ("\\left(A + B\\right)^{\\top}", "(A + B)^top"),
    "a < b": ("[a < b]", "[a < b]"),
    "a <= b": ("[a \\le b]", "[a <= b]"),
    "a != b": ("[a \\ne b]", "[a != b]"),
    "where(x>0, x, 0)": (
        "\\begin{cases} x & \\text{if } x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}",
        'cases(x & "if" x > 0, 0 & "otherwise")',
    ),
    "abs(x)": ("\\left|x\\right|", "abs(x)"),
    "norm(x)": ("\\left\\lVert x \\right\\rVert", 'lr(class("opening", parallel) x class("closing", parallel))'),
    "sum(x, axis=0)": ("\\sum_{\\text{axis }0} x", 'sum_("axis "0) x'),
    "z[0]": ("z[0]", "z[0]"),
    "W[:,1]": ("W[:, 1]", "W[:, 1]"),
    "[1,2]": ("[1, 2]", "[1, 2]"),
    "[[1,2],[3,4]]": ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"),
    "loss*損失": ("\\mathrm{loss} \\cdot \\text{損失}", 'upright("loss") dot "損失"'),
    "1e-7*x": ("10^{-7} x", "10^(-7) x"),
    "f(t,u)": ("f\\left(t, u\\right)", "f(t, u)"),
    "x'": ("x'", "x'"),
    "log(x)/2": ("\\frac{\\log\\left(x\\right)}{2}", "frac(log(x), 2)"),
    "maximum(x,y)": ("\\max\\left(x, y\\right)", "max(x, y)"),
    "dot(x,y)": ("x \\cdot y", "x dot y"),
    "logsumexp(x)": ("\\operatorname{logsumexp}\\left(x\\right)", 'op("logsumexp")(x)'),
    "relu(x)": ("\\operatorname{ReLU}\\left(x\\right)", 'op("ReLU")(x)'),
    "softmax(z)": ("\\operatorname{softmax}\\left(z\\right)", 'op("softmax")(z)'),
    "1e300 + 0.1": ("10^{300} + 0.1", "10^(300) + 0.1"),
}
"""Texts, and how LaTeX and Typst are told to set them."""


def in_dialect(text: str, dialect: Dialect) -> str:
    """Text → its last statement in a dialect."""
    program = parse_program(text)
    return write(program.tree, program.statements[-1].root, dialect.using(NOTATIONS))


@pytest.mark.parametrize("text", MATHEMATICS)
def test_mathematics(text: str) -> None:
    assert (in_dialect(text, LATEX), in_dialect(text, TYPST)) == MATHEMATICS[text]


def test_typst_sets_all_of_it() -> None:
    from graphviz_ad.diagram.typeset import Request, typeset

    markups = [f"${typst}$" for _, typst in MATHEMATICS.values()]
    labels = typeset([Request(markup, 12) for markup in markups])
    assert all(label.runs and label.width > 0 for label in labels)
    with pytest.raises(Exception, match="unknown variable"):  # what is no mathematics is not let through
        typeset([Request("$loss$", 12)])


def test_braces_of_latex_are_closed() -> None:
    for latex, _ in MATHEMATICS.values():
        depth = 0
        for character in latex:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0
        assert depth == 0
        assert latex.count("\\left") == latex.count("\\right")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("w*x+b", "w · x + b"), ("a/b-c^2", "a/b - c^2"), ("sum(x,axis=0)", "sum(x, axis=0)"), ("2(x+1)", "2 · (x + 1)")],
)
def test_plain_text_for_a_reader(text: str, expected: str) -> None:
    assert in_dialect(text, DISPLAY) == expected


def test_parts_are_marked() -> None:
    """Every part stands between its own marks, inner ones within outer ones."""
    program = parse_program("(a + b)*c")
    marked = write(program.tree, program.statements[0].root, TEXT, lambda node: (f"<{node}:", ">"))
    assert marked == "<4:<2:(<0:a> + <1:b>)>*<3:c>>"


def test_bounds_that_are_computed_stay_in_their_call() -> None:
    """A clipped objective is shown as its author has it, though it is computed as min(max(r, 1 - ε), 1 + ε)."""
    program = parse_program("L = min(r*A, clip(r, 1-ε, 1+ε)*A)")
    tree, root = program.tree, program.statements[-1].root
    assert write(tree, root, TEXT.using(NOTATIONS)) == "min(r*A, clip(r, 1 - ε, 1 + ε)*A)"
    assert r"\operatorname{clip}_{[1 - \varepsilon, 1 + \varepsilon]}\left(r\right)" in write(
        tree, root, LATEX.using(NOTATIONS)
    )
