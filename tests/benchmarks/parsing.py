"""Parsing: time a node in every shape of formula as it grows, and beside lark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphviz_ad.language.latex.reader import read_latex
from graphviz_ad.language.parser import parse_program
from graphviz_ad.ops.table import VOCABULARY

from .comparing import Comparison, Cost, microseconds

SHAPES: dict[str, Callable[[int], str]] = {
    "parentheses in one another": lambda n: "(" * n + "x" + ")" * n,
    "a long sum": lambda n: " + ".join(["x"] * n),
    "a long product": lambda n: "*".join(["x"] * n),
    "products without a sign": lambda n: " ".join(["x"] * n),
    "signs in a row": lambda n: "-" * n + "x",
    "a tower of powers": lambda n: "^".join(["x"] * n),
    "a tower of powers over lines": lambda n: "^\n".join(["x"] * n),
    "many statements": lambda n: "\n".join(f"v{i} = w*x + b" for i in range(n)),
    "a long list": lambda n: "[" + ", ".join(["1.5"] * n) + "]",
    "lists in one another": lambda n: "[" * n + "x" + "]" * n,
    "calls in one another": lambda n: "tanh(" * n + "x" + ")" * n,
    "many arguments": lambda n: "f(" + ", ".join(["x"] * n) + ")",
    "indices in a row": lambda n: "x" + "[0]" * n,
    "long names": lambda n: "*".join(["alpha_beta_1"] * n),
    "long names, each another": lambda n: "; ".join(f"total_{i} = rate_{i}*time" for i in range(n)),
    "comments": lambda n: "x # nothing\n" * n + "x",
}
"""Shapes in which a formula can grow."""

_MAX_CHARACTERS = 10**9
_PIECES = 4_000


def _growth(make: Callable[[int], str]) -> Callable[[], tuple[Cost, Cost]]:
    """Shape → its cost for a piece at eight times the length, beside that at the length."""

    def prepare() -> tuple[Cost, Cost]:
        long, short = make(8 * _PIECES), make(_PIECES)

        def eight_times() -> None:
            for _ in range(8):
                parse_program(short, max_length=_MAX_CHARACTERS, vocabulary=VOCABULARY)

        return microseconds(
            lambda: parse_program(long, max_length=_MAX_CHARACTERS, vocabulary=VOCABULARY), 8 * _PIECES
        ), microseconds(eight_times, 8 * _PIECES)

    return prepare


GRAMMAR = r"""
program: _sep* statement (_sep+ statement)* _sep*
_sep: ";" | NL
statement: NAME "=" expression -> assign
         | NAME "(" NAME ("," NAME)* ")" "=" expression -> define
         | expression
?expression: sum | sum COMPARE sum -> compare
?sum: product | sum SUM product -> add
?product: signed | product PRODUCT signed -> multiply
?signed: power | SIGN signed -> sign
?power: postfix | postfix POWER signed -> power
?postfix: atom | postfix "[" expression ("," expression)* "]" -> index | postfix ".T" -> transpose
?atom: NUMBER -> number | NAME -> name | NAME "(" [expression ("," expression)*] ")" -> call
     | "(" expression ")" | "[" [expression ("," expression)*] "]" -> list
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
SUM.1: "+" | "-"
SIGN: "±"
PRODUCT: "*" | "/" | "@"
POWER: "^" | "**"
NUMBER: /[0-9]+\.?[0-9]*([eE][+-]?[0-9]+)?/
NAME: /[^\W\d]\w*'*/
NL: /\n/
%ignore /[ \t]+/
"""
"""The language of the formulas for lark, LALR: what it cannot tell apart (a sign without a value before it, a product
without a sign) is left out, which only makes it faster."""

FORMULAS: dict[str, Callable[[int], str]] = {
    "statements": lambda n: "\n".join(f"v{i} = sigmoid(w*x + b)^2 - 0.5*(a + v{i % 7})" for i in range(n)),
    "a sum of products": lambda n: " + ".join(["w*x"] * n),
    "calls and brackets": lambda n: "tanh((x + 1)*" * n + "y" + ")" * n,
}
"""What both parse."""


def _lark() -> Callable[[str], Any]:
    """Grammar → lark's parser, with the tree and the places in it as ours has them."""
    from lark import Lark

    parse: Callable[[str], Any] = Lark(GRAMMAR, start="program", parser="lalr", propagate_positions=True).parse
    return parse


def _against_lark(make: Callable[[int], str]) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        text = make(500)
        nodes = len(parse_program(text, vocabulary=VOCABULARY).tree)
        parse = _lark()
        return microseconds(lambda: parse_program(text, vocabulary=VOCABULARY), nodes), microseconds(
            lambda: parse(text), nodes
        )

    return prepare


LATEX: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "statements": (
        lambda n: r" \\ ".join(f"v_{{{i}}} = \\sigma(w * x + b)^2 - 0.5 * (a + v_{{{i % 7}}})" for i in range(n)),
        lambda n: "\n".join(f"v_{{{i}}} = σ(w*x + b)^2 - 0.5*(a + v_{{{i % 7}}})" for i in range(n)),
    ),
    "a sum of products": (lambda n: " + ".join([r"w \cdot x"] * n), lambda n: " + ".join(["w·x"] * n)),
    "fractions and brackets": (
        lambda n: r"\frac{x + 1}{2} \cdot \left(" * n + "y" + r"\right)" * n,
        lambda n: "(x + 1)/2·(" * n + "y" + ")" * n,
    ),
}
"""The same formulas in LaTeX and in plain text."""


def _against_plain(latex: Callable[[int], str], plain: Callable[[int], str]) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        ours, theirs = latex(500), plain(500)
        nodes = len(parse_program(theirs, vocabulary=VOCABULARY).tree)
        assert len(read_latex(ours, VOCABULARY).tree) == nodes, "the same formula"
        return (
            microseconds(lambda: read_latex(ours, VOCABULARY), nodes),
            microseconds(lambda: parse_program(theirs, vocabulary=VOCABULARY), nodes),
        )

    return prepare


COMPARISONS = (
    *(
        Comparison(f"reading LaTeX, {what}", "plain text", 2.0, "{:.2f} µs a node", _against_plain(*both))
        for what, both in LATEX.items()
    ),
    *(
        Comparison(f"parsing {what}", "lark", 0.25, "{:.2f} µs a node", _against_lark(make))
        for what, make in FORMULAS.items()
    ),
    *(
        Comparison(
            f"parsing {what}, {8 * _PIECES:,} pieces",
            f"itself, {_PIECES:,}",
            1.5,
            "{:.2f} µs a piece",
            _growth(make),
            5,
        )
        for what, make in SHAPES.items()
    ),
)
