"""What a text means: the tree of every construction of the grammar, and what is said where there is none."""

from __future__ import annotations

import pytest

from graphviz_ad.errors import LimitError, ParseError
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NUMBER, OPERATOR, SLICE, Program


def shape(text: str) -> str:
    """Text → its statements as nested brackets, the sign or name first: "(+ (* 2 x) 1)"."""
    return statements(parse_program(text))


def statements(program: Program) -> str:
    """Program → the same."""
    tree = program.tree
    written: list[str] = []
    for kind, head, args in zip(tree.kind, tree.head, tree.args, strict=True):
        inner = [written[arg] for arg in args]
        match kind:
            case _ if kind == OPERATOR:
                written.append(f"({' '.join([head, *inner])})")
            case _ if kind == NUMBER:
                written.append(f"{head:g}")
            case _ if kind == CALL:
                written.append(f"{head}({', '.join(inner)})")
            case _ if kind == LIST:
                written.append(f"[{', '.join(inner)}]")
            case _ if kind == INDEX:
                written.append(f"{inner[0]}[{', '.join(inner[1:])}]")
            case _ if kind == SLICE:
                bounds = dict(zip(head, inner, strict=True))
                written.append(":".join(bounds.get(letter, "") for letter in "abs"))
            case _ if kind == KEYWORD:
                written.append(f"{head}={inner[0]}")
            case _:
                written.append(head)
    texts = []
    for statement in program.statements:
        params = "" if statement.params is None else f"({', '.join(statement.params)})"
        name = "" if statement.name is None else f"{statement.name}{params} = "
        texts.append(name + written[statement.root])
    return "; ".join(texts)


MEANINGS = {
    "w_1 x + b": "(+ (· w_1 x) b)",
    "2(x+1)": "(· 2 (+ x 1))",
    "3x": "(· 3 x)",
    "1/2x": "(· (/ 1 2) x)",
    "x y z": "(· (· x y) z)",
    "2x^2": "(· 2 (^ x 2))",
    "x^2y": "(· (^ x 2) y)",
    "x²y": "(· (^ x 2) y)",
    "x⁻¹": "(^ x (neg 1))",
    "-x^2": "(neg (^ x 2))",
    "x^-y": "(^ x (neg y))",
    "2^-3^2": "(^ 2 (neg (^ 3 2)))",
    "x^y^z": "(^ x (^ y z))",
    "(x^y)^z": "(^ (^ x y) z)",
    "a-b-c": "(- (- a b) c)",
    "a-(b-c)": "(- a (- b c))",
    "a/b*c": "(* (/ a b) c)",
    "a@b*c": "(* (@ a b) c)",
    "√x": "(root x)",
    "√(x+1) y": "(· (root (+ x 1)) y)",
    "2√x": "(· 2 (root x))",
    "--x": "(neg (neg x))",
    "+x": "x",
    "-+x": "(neg x)",
    "a - -b": "(- a (neg b))",
    "a*-b": "(* a (neg b))",
    "-a*b": "(* (neg a) b)",
    "(-a)*b": "(* (neg a) b)",
    "-a.T": "(neg (T a))",
    "W.T @ x": "(@ (T W) x)",
    "Wᵀ x": "(· (T W) x)",
    "Wᵀx": "(· (T W) x)",
    "x.T.T": "(T (T x))",
    "z[0]": "z[0]",
    "z[0,1]": "z[0, 1]",
    "z[1:]": "z[1::]",
    "z[:,0]": "z[::, 0]",
    "z[::2]": "z[::2]",
    "z[1:3:2]": "z[1:3:2]",
    "z[-1]": "z[(neg 1)]",
    "z[0][1]": "z[0][1]",
    "2z[0]": "(· 2 z[0])",
    "f(x)": "f(x)",
    "f(x, y, axis=0)": "f(x, y, axis=0)",
    "f()": "f()",
    "f(x)(y)": "(· f(x) y)",
    "x (y)": "x(y)",
    "(x)(y)": "(· x y)",
    "(x) y": "(· x y)",
    "f(x) y": "(· f(x) y)",
    "[1,2]": "[1, 2]",
    "[]": "[]",
    "[[1],[2]]": "[[1], [2]]",
    "a < b": "(< a b)",
    "a<b+c": "(< a (+ b c))",
    "a<b*(c<d)": "(< a (* b (< c d)))",
    "a ≤ b": "(<= a b)",
    "a ≥ b": "(>= a b)",
    "a ≠ b": "(!= a b)",
    "a == b": "(== a b)",
    "a·b×c": "(· (· a b) c)",
    "a−b": "(- a b)",
    "a÷b": "(/ a b)",
    "２＊ｘ＋１": "(+ (* 2 x) 1)",
    "ｘ（ｙ）": "x(y)",
    "f（ｘ，ｙ）": "f(x, y)",
    "ｚ＝ｘ；ｚ＊２": "z = x; (* z 2)",
    "a**b": "(^ a b)",
    "2**-1": "(^ 2 (neg 1))",
    "x'y": "(· x' y)",
    "x′": "x′",
    "1e3x": "(· 1000 x)",
    "1.5e-3": "0.0015",
    "3.": "3",
    "a.T": "(T a)",
    ".5x": "(· 0.5 x)",
    "x2": "x2",
    "x_2 y": "(· x_2 y)",
    "θ_0 θ_1": "(· θ_0 θ_1)",
    "π r²": "(· π (^ r 2))",
    "x # c\n+ y": "(+ x y)",
    "x +\ny": "(+ x y)",
    "(x\n+ y)": "(+ x y)",
    "x\n\ny": "x; y",
    "a=1;b=2;;c=3": "a = 1; b = 2; c = 3",
    "z = w x # c ; d\nL = z": "z = (· w x); L = z",
    "f(t) = t; f(2)": "f(t) = t; f(2)",
    "f(a,b)=a b": "f(a, b) = (· a b)",
    "e": "e",
    "2e": "(· 2 e)",
    "2ex": "(· 2 ex)",
    "x²³": "(^ x 23)",
    "x^2^3": "(^ x (^ 2 3))",
    "a\tb": "(· a b)",
    "σ(z)": "σ(z)",
}
"""Texts and their trees, read one by one: implicit products, powers, signs, brackets, indices, statements."""


@pytest.mark.parametrize("text", MEANINGS)
def test_meaning(text: str) -> None:
    assert shape(text) == MEANINGS[text]


LEVELS = ["<", "+", "*", "^"]
EQUAL_LEVEL = {"<": ["<=", ">", ">=", "==", "!="], "+": ["-"], "*": ["/", "@"], "^": ["**"]}


@pytest.mark.parametrize("loose", LEVELS)
@pytest.mark.parametrize("tight", LEVELS)
def test_tighter_signs_come_first(loose: str, tight: str) -> None:
    if LEVELS.index(loose) >= LEVELS.index(tight):
        return
    for loose_sign in (loose, *EQUAL_LEVEL[loose]):
        for tight_sign in (tight, *EQUAL_LEVEL[tight]):
            key = "^" if tight_sign == "**" else tight_sign
            assert shape(f"a {loose_sign} b {tight_sign} c") == f"({loose_sign} a ({key} b c))"
            assert shape(f"a {tight_sign} b {loose_sign} c") == f"({loose_sign} ({key} a b) c)"


@pytest.mark.parametrize(("signs", "left"), [("+-", True), ("*/@", True), ("^", False)])
def test_signs_of_one_level_group_to_their_side(signs: str, left: bool) -> None:
    for first in signs:
        for second in signs:
            expected = f"({second} ({first} a b) c)" if left else f"({first} a ({second} b c))"
            assert shape(f"a {first} b {second} c") == expected


def test_unary_minus_is_between_product_and_power() -> None:
    assert shape("-a^b") == "(neg (^ a b))"
    assert shape("-a*b") == "(* (neg a) b)"
    assert shape("a^-b*c") == "(* (^ a (neg b)) c)"


@pytest.mark.parametrize(
    "text", ["z = w*x + b", "Ｌ＝（ａ－ｙ）＾２", "f(t) = t*sin(t)\n f(2)", "a = [1, 2]; a[0:1].T"]
)
def test_spans_cover_what_they_stand_for(text: str) -> None:
    """The text a node covers, parsed alone, is the node again; positions are those of the text as read."""
    program = parse_program(text)
    for statement in program.statements:
        start, stop = program.span(statement.root)
        alone = parse_program(program.source.text[start:stop])
        assert shape(program.source.text[start:stop]).split(" = ")[-1] == statements(alone)
        assert len(alone.tree) == statement.root - statement.first + 1


ERRORS = {
    "": 'there is no formula here\n  1 | \n    | ^\nhint: write one, for example "sigmoid(w*x + b)"',
    "# nothing": 'there is no formula here\n  1 | # nothing\n    | ^\nhint: write one, for example "sigmoid(w*x + b)"',
    "x +": "a value is missing at the end\n  1 | x +\n    |    ^\nhint: write a number, a name or a bracket here",
    "x + ; y": "a value is missing at the end\n  1 | x + ; y\n    |     ^\nhint: write a number, a name or a bracket here",
    "x * / y": "a value is missing before '/'\n  1 | x * / y\n    |     ^\nhint: write a number, a name or a bracket here",
    "()": "a value is missing before ')'\n  1 | ()\n    |  ^\nhint: write a number, a name or a bracket here",
    "f(x,)": "a value is missing before ')'\n  1 | f(x,)\n    |     ^\nhint: write a number, a name or a bracket here",
    "[1,,2]": "a value is missing before ','\n  1 | [1,,2]\n    |    ^\nhint: write a number, a name or a bracket here",
    "z[]": "a value is missing before ']'\n  1 | z[]\n    |   ^\nhint: write a number, a name or a bracket here",
    "x, y": "a comma stands only between arguments or entries\n  1 | x, y\n    |  ^\nhint: end a statement with ';', or write a list as [1, 2]",
    "x : y": "':' stands only in an index\n  1 | x : y\n    |   ^\nhint: as in z[0:2] or W[:, 0]",
    "²x": "'²' has nothing before it\n  1 | ²x\n    | ^\nhint: write a value first, as in x²",
    "x⁻": "'⁻' is not a power\n  1 | x⁻\n    |  ^\nhint: write digits, as in x² or x⁻¹",
    "x 2": "an operator is missing before '2'\n  1 | x 2\n    |   ^\nhint: write '* 2' for a product; a number comes first in one without a sign, as in 2x",
    "1.2.3": "a number has one decimal point\n  1 | 1.2.3\n    |    ^^\nhint: as in 1.5",
    "f(x, x) = x": "a parameter stands twice\n  1 | f(x, x) = x\n    | ^^^^^^^\nhint: as in f(x, y) = x*y",
    "f() = 2": "a function needs a parameter\n  1 | f() = 2\n    | ^^^\nhint: as in f(x, y) = x*y",
    "x & y": "'&' is not part of a formula\n  1 | x & y\n    |   ^\nhint: write a product: (a > 0)*(b > 0)",
    "x %": "'%' is not part of a formula\n  1 | x %\n    |   ^\nhint: write 0.05 for 5 %, or mod(x, y) for a remainder",
    "x\ny = (z\nq = 2": "this '(' is never closed\n  2 | y = (z\n    |     ^\nhint: add a ')'",
    "損失 + $": "'$' is not part of a formula\n  1 | 損失 + $\n    |        ^\nhint: a formula between $ and $ is LaTeX, and both must be there",
    "1e999": "this number is too large\n  1 | 1e999\n    | ^^^^^\nhint: numbers go up to about 1.8e308",
}
"""Whole messages."""


@pytest.mark.parametrize("text", ERRORS)
def test_error(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_program(text)
    assert str(caught.value) == ERRORS[text]


def test_length() -> None:
    assert parse_program("x" * 10, max_length=10)
    with pytest.raises(LimitError) as caught:
        parse_program("x" * 11, max_length=10)
    assert str(caught.value) == (
        "the formula has 11 characters; the limit is 10\nhint: raise it with --max-length (Limits(length=…) in Python)"
    )
