"""Tree → text, LaTeX or Typst: one walker, and a dialect for each.

The walker knows precedence and nothing else; a dialect says what each kind of node looks like as a list
of pieces, which are text or children. There is no recursion, and the time is linear in the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from graphviz_ad.language import numbers, values
from graphviz_ad.language.calls import Child, Piece, called, commas
from graphviz_ad.language.notation import Notation, is_word, latex_name, typst_name
from graphviz_ad.language.operators import ATOM, BIG, COMPARE, OPERATORS, POWER, PRODUCT, SIGN, SUM
from graphviz_ad.language.tree import (
    CALL,
    DERIVATIVE,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NUMBER,
    OPERATOR,
    SLICE,
    TOTAL,
    VALUE,
    Limits,
    Tree,
)

Slot = Callable[[Any, int, bool], str]

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one notation writes for each kind of node."""

    name: str
    brackets: tuple[str, str]
    write_name: Callable[[str], str]
    write_value: Callable[[Any, int], str]
    derivative: Callable[[str, str], str]
    binary: Mapping[str, str]
    product: str
    mathematics: bool
    notations: Mapping[str, Notation] | None = None
    digits: int = numbers.DEFAULT_DIGITS
    slot: Slot | None = None
    """A computed number, the level and the tightness of its place → what is written for it, brackets too."""

    def using(self, notations: Mapping[str, Notation], digits: int = numbers.DEFAULT_DIGITS) -> Dialect:
        """The same dialect with ways to write calls, and a number of significant digits."""
        return replace(self, notations=notations, digits=digits)


Mark = Callable[[int], tuple[str, str]]
"""Node → what to write before and after its part of the text."""


def write(tree: Tree, root: int, dialect: Dialect, mark: Mark | None = None) -> str:
    """Expression → its text in the dialect, every part between its marks if any."""
    out: list[str] = []
    left, right = dialect.brackets
    stack: list[Piece] = [Child(root)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            out.append(piece)
            continue
        node, tight = piece.node, piece.tight
        if dialect.slot is not None and not numbers.is_known(tree.head[node]):
            out.append(in_slots(tree.head[node], dialect, dialect.slot, piece))
            continue
        level, pieces = _pieces(tree, node, dialect)
        if piece.bare and pieces[0] == "[" and tree.kind[node] == OPERATOR:
            pieces = pieces[1:-1]
        minus = tight and level == SIGN
        if level < piece.level or minus:
            pieces = [left, *pieces, right]
        elif tight and pieces and isinstance(pieces[0], Child):  # the leftmost part begins with the minus
            pieces[0] = replace(pieces[0], tight=True)
        if mark is not None:
            before, after = mark(node)
            pieces = [before, *pieces, after]
        stack.extend(reversed(pieces))
    return "".join(out)


@singledispatch
def in_slots(value: Any, dialect: Dialect, slot: Slot, piece: Child) -> str:
    """A number that is not known → what stands for it; arrays of such numbers register here."""
    return slot(value, piece.level, piece.tight)


def _pieces(tree: Tree, node: int, dialect: Dialect) -> tuple[int, list[Piece]]:
    """Node → how tightly it binds, and what it is made of."""
    kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
    if kind == OPERATOR:
        return _operator(tree, head, args, dialect)
    if kind == NAME:
        return ATOM, [dialect.write_name(head)]
    if kind == NUMBER:
        return _number(head, dialect)
    if kind == VALUE:
        written = dialect.write_value(head, dialect.digits)
        if not isinstance(head, float):
            return ATOM, [written]
        level = SIGN if written[0] in "-−" else ATOM
        return (PRODUCT if "10^" in written and level == ATOM else level), [written]
    if kind == DERIVATIVE:
        return ATOM, [_derivative(head, dialect)]
    if kind == TOTAL:
        return BIG, [_sum_sign(head, dialect), Child(args[0], BIG)]
    if kind == CALL:
        return _call(tree, head, args, dialect)
    if kind == LIST:
        grouped = len(args) == 1 and tree.kind[args[0]] in (OPERATOR, CALL) and not dialect.mathematics
        return ATOM, ["[(", Child(args[0]), ")]"] if grouped else ["[", *commas(args), "]"]  # [a + b] is no list
    if kind == INDEX:
        return ATOM, [Child(args[0], ATOM), "[", *commas(args[1:]), "]"]
    if kind == SLICE:
        return 0, _slice(head, args)
    assert kind == KEYWORD
    return 0, [f"{dialect.write_name(head)} = " if dialect.mathematics else f"{head}=", Child(args[0])]


def _number(value: float, dialect: Dialect) -> tuple[int, list[Piece]]:
    """Number as typed → exactly it; in mathematics with a power of ten where it has one."""
    mantissa, _, power = numbers.exact(value).partition("e")
    if not power or not dialect.mathematics:
        return ATOM, [numbers.exact(value)]
    ten = f"10^{{{int(power)}}}" if dialect.name == "latex" else f"10^({int(power)})"
    return (POWER, [ten]) if mantissa == "1" else (PRODUCT, [mantissa + dialect.product + ten])


def _sum_sign(limits: Limits, dialect: Dialect) -> str:
    """A sum over letters → its sign with what stands below and above."""
    sign = {"sum": "∑", "prod": "∏"}.get(limits.operation, limits.operation)
    below = ",".join(limits.letters) + (f"={limits.lower}" if limits.lower else "")
    if limits.condition is not None:
        left, compared, right = limits.condition
        spaced = (
            dialect.binary[compared]
            if dialect.mathematics
            else {"!=": "≠", "<=": "≤", ">=": "≥"}.get(compared, compared)
        )
        below = f"{left}{spaced}{right}"
    if not dialect.mathematics:
        return sign + (f"_{{{below}}}" if below else "") + (f"^{{{limits.upper}}}" if limits.upper else "") + " "
    if dialect.name == "latex":
        sign = {"∑": r"\sum", "∏": r"\prod"}.get(sign, rf"\{limits.operation}")
        return sign + (f"_{{{below}}}" if below else "") + (f"^{{{limits.upper}}}" if limits.upper else "") + " "
    sign = {"∑": "sum", "∏": "product", "mean": 'op("mean")'}.get(sign, limits.operation)
    upper = " ".join(limits.upper) if limits.upper.isalpha() else limits.upper
    if limits.condition is None:
        below = ", ".join(limits.letters) + (f" = {limits.lower}" if limits.lower else "")
    return sign + (f"_({below})" if below else "") + (f"^({upper})" if limits.upper else "") + " "


def _derivative(head: tuple[Any, ...], dialect: Dialect) -> str:
    """∂of/∂by; with a third entry the one by that argument alone, as x*x has one by its first and one by its second."""
    written = dialect.derivative(dialect.write_name(head[0]), dialect.write_name(head[1]))
    if len(head) == 2:
        return written
    left, right = dialect.brackets
    if dialect.mathematics:
        return f"{left}{written}{right}_{{{head[2]}}}" if dialect.name == "latex" else f"({written})_({head[2]})"
    return f"({written}){str(head[2]).translate(_LOWERED)}"


def _operator(tree: Tree, key: str, args: tuple[int, ...], dialect: Dialect) -> tuple[int, list[Piece]]:
    operator = OPERATORS[key]
    level = operator.precedence
    if dialect.mathematics:
        special = _special(tree, key, args, dialect)
        if special is not None:  # a fraction's line holds it together in a product, though not under an exponent
            if key == "/":
                return (SIGN if str(special[0]).startswith("-") else POWER), special
            return (ATOM if level == COMPARE else level), special
    if operator.arity == 1:
        if operator.side == "left":
            bare = tree.kind[args[0]] != NUMBER  # "2.T" would be the number "2." and a name
            return level, [Child(args[0], level if bare else ATOM + 1), operator.sign]
        return level, ["-" if key == "neg" else operator.sign, Child(args[0], level, tight=True)]
    lower, upper = level + (operator.side != "left"), level + (operator.side != "right")
    if dialect.mathematics and level == PRODUCT and tree.kind[args[1]] == TOTAL:  # its terms end where the product does
        return BIG, [Child(args[0], lower), _product(tree, args, dialect), Child(args[1], BIG)]
    if dialect.mathematics and key in ("*", "·", "@") and tree.kind[args[0]] == OPERATOR:
        lower += tree.head[args[0]] == "odot"  # r ⊙ W h would be r ⊙ (W h)
    sign = _product(tree, args, dialect) if key == "*" or (key == "·" and dialect.mathematics) else dialect.binary[key]
    if key == "^" and tree.kind[args[1]] == NAME and tree.head[args[1]] == "T":  # x^T would be the transpose
        return level, [Child(args[0], lower), sign, "(", Child(args[1]), ")"]
    return level, [Child(args[0], lower), sign, Child(args[1], upper, tight=True)]


def _special(tree: Tree, key: str, args: tuple[int, ...], dialect: Dialect) -> list[Piece] | None:
    """Fractions, powers, roots, transposes and comparisons as mathematics sets them."""
    latex = dialect.name == "latex"
    if key == "/":
        opening, middle, closing = ("\\frac{", "}{", "}") if latex else ("frac(", ", ", ")")
        above = args[0]
        if tree.kind[above] == OPERATOR and tree.head[above] == "neg":  # the minus stands before the whole fraction
            opening, above = "-" + opening, tree.args[above][0]
        return [opening, Child(above), middle, Child(args[1]), closing]
    if key == "^":
        opening, closing = ("^{", "}") if latex else ("^(", ")")
        return [Child(args[0], POWER + 1), opening, Child(args[1]), closing]
    if key == "root":
        opening, closing = ("\\sqrt{", "}") if latex else ("sqrt(", ")")
        return [opening, Child(args[0]), closing]
    if key == "T":
        raised = tree.kind[args[0]] == OPERATOR and tree.head[args[0]] == "T"
        return [Child(args[0], ATOM + raised), "^{\\top}" if latex else "^top"]
    if OPERATORS[key].precedence == COMPARE:  # a comparison is a number here: Iverson's bracket
        return ["[", Child(args[0], SUM), dialect.binary[key], Child(args[1], SUM), "]"]
    return None


def _product(tree: Tree, args: tuple[int, ...], dialect: Dialect) -> str:
    """The sign of a product: none between letters in mathematics, a dot before a number."""
    if not dialect.mathematics:
        return dialect.product
    left, right = args
    while (
        tree.kind[right] == OPERATOR
        and tree.head[right] not in ("/", "neg")
        and OPERATORS[tree.head[right]].precedence >= PRODUCT
    ):  # what the right side begins with, where it is not in brackets
        right = tree.args[right][0]
    kinds = tree.kind[left], tree.kind[right]
    if kinds[1] in (NUMBER, VALUE, DERIVATIVE) or kinds[0] in (VALUE, DERIVATIVE):
        return dialect.product
    if kinds[1] == NAME and kinds[0] in (NUMBER, NAME):
        words = [tree.head[n] for n in (left, right) if tree.kind[n] == NAME and is_word(tree.head[n])]
        return dialect.product if words or tree.head[left] == tree.head[right] else " "
    return "\\," if dialect.name == "latex" else " thin "


def _call(tree: Tree, head: str, args: tuple[int, ...], dialect: Dialect) -> tuple[int, list[Piece]]:
    if not dialect.mathematics:
        return ATOM, [f"{head}(", *commas(args), ")"]
    latex, notation = dialect.name == "latex", (dialect.notations or {}).get(head)
    if notation is not None:
        return notation.level, called(tree, args, notation, latex)
    name = dialect.write_name(head)
    if len(head) > 1 and head.isascii():
        name = f"\\operatorname{{{head}}}".replace("_", "\\_") if latex else f'op("{head}")'
    left, right = dialect.brackets
    return ATOM, [name, left, *commas(args), right]


def _slice(letters: str, args: tuple[int, ...]) -> list[Piece]:
    bound = dict(zip(letters, args, strict=True))
    pieces: list[Piece] = [Child(bound["a"])] if "a" in bound else []
    pieces.append(":")
    pieces += [Child(bound["b"])] if "b" in bound else []
    return [*pieces, ":", Child(bound["s"])] if "s" in bound else pieces


def _typst_partial(name: str) -> str:
    """Name → ∂ and the name; Typst keeps a space that stands before a word, so there is none."""
    gap = "" if name.startswith('"') else '""' if name.startswith("upright") else " "
    return f"partial{gap}{name}"


_SIGNS = ("<", "<=", ">", ">=", "==", "!=", "+", "-", "/", "@")

TEXT = Dialect(
    "text", ("(", ")"), str, numbers.text, lambda of, by: f"∂{of}/∂{by}",
    {sign: f" {sign} " for sign in _SIGNS} | {"/": "/", "^": "^", "·": "·", "odot": " ⊙ "}, "*", mathematics=False,
)  # fmt: skip
"""The language itself: what `parse` reads back."""

DISPLAY = replace(TEXT, name="display", product=" · ", write_value=values.display, binary={**TEXT.binary, "·": " · "})
"""Plain text for a reader."""

LATEX = Dialect(
    "latex", (r"\left(", r"\right)"), latex_name, values.latex,
    lambda of, by: rf"\frac{{\partial {of}}}{{\partial {by}}}",
    {sign: f" {sign} " for sign in _SIGNS}
    | {"<=": r" \le ", ">=": r" \ge ", "==": " = ", "!=": r" \ne ", "@": r" \, ", "odot": r" \odot "},
    r" \cdot ", mathematics=True,
)  # fmt: skip

TYPST = Dialect(
    "typst", ("(", ")"), typst_name, values.typst, lambda of, by: f"frac({_typst_partial(of)}, {_typst_partial(by)})",
    {sign: f" {sign} " for sign in _SIGNS} | {"==": " = ", "@": " thin ", "odot": " dot.o "}, " dot ", mathematics=True,
)  # fmt: skip
