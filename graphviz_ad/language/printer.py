"""Tree → text, LaTeX, Typst, MathML: one walker, and a dialect for each.

The walker knows precedence and nothing else; a dialect says what each kind of node looks like as a list
of pieces, which are text or children. There is no recursion, and the time is linear in the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

from graphviz_ad.language import names, numbers
from graphviz_ad.language.calls import called, commas, placed
from graphviz_ad.language.dialect import Dialect, Slot
from graphviz_ad.language.dialects import DISPLAY, LATEX, NODE_LATEX, TEXT, TIGHT_LATEX, TYPST
from graphviz_ad.language.factors import is_factor_of_row
from graphviz_ad.language.markup import Markup
from graphviz_ad.language.notation import Notation, is_word
from graphviz_ad.language.number_format import style_of
from graphviz_ad.language.operators import ATOM, BIG, COMPARE, OPERATORS, POWER, PRODUCT, SIGN, SUM
from graphviz_ad.language.pieces import Child, Piece, Tall, bracketed
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

__all__ = ["DISPLAY", "LATEX", "NODE_LATEX", "TEXT", "TIGHT_LATEX", "TYPST", "Dialect", "Slot", "write", "write_markup"]

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
"""Digits → subscripts, for plain text."""
_COMPARED = {"!=": "≠", "<=": "≤", ">=": "≥"}
"""Comparisons as they are typed → their signs, for plain text below a sum."""

Mark = Callable[[int], tuple[Piece, Piece]]
"""Node → what to write before and after its part of the text."""


def write(tree: Tree, root: int, dialect: Dialect, mark: Mark | None = None) -> str:
    """Expression → its text in the dialect, every part between its marks if any."""
    if mark is None and dialect.slot is None and tree.kind[root] in (NAME, VALUE):  # as most are, the quick way
        return str(_pieces(tree, root, dialect)[1][0])
    return _written(tree, [Child(root)], dialect, mark)


def write_markup(
    markup: Markup, dialect: Dialect, notation: Notation | None = None, options: Mapping[str, object] | None = None
) -> str:
    """Markup without arguments, as the sign of an operation is, its notation and options → its text.

    >>> write_markup(("log", " ", "sigma"), LATEX), write_markup(("log", " ", "sigma"), TYPST)
    ('\\\\log \\\\sigma', 'log sigma')
    """
    tree, pieces = placed(markup, notation or Notation(markup), options or {}, dialect)
    return _written(tree, pieces, dialect)


def _written(tree: Tree, pieces: list[Piece], dialect: Dialect, mark: Mark | None = None) -> str:
    """Pieces → text."""
    page = dialect.page()
    add, put = page.add, page.put
    stack = pieces[::-1]
    while stack:
        piece = stack.pop()
        if type(piece) is str:
            add(piece)
            continue
        if not isinstance(piece, Child):
            put(piece)
            continue
        node, tight = piece.node, piece.tight
        if dialect.slot is not None and not numbers.is_known(tree.head[node]):
            page.put(in_slots(tree.head[node], dialect, dialect.slot, piece))
            continue
        level, own = _pieces(tree, node, dialect, bare=piece.bare)
        if piece.row:
            own = [dialect.write_value(tree.head[node].reshape(1, -1), dialect.digits)]
        if level < piece.level or (tight and level == SIGN):
            own = bracketed(dialect.fences["("], own)
        elif tight and own and isinstance(own[0], Child):  # the leftmost part begins with the minus
            own[0] = replace(own[0], tight=True)
        if mark is not None:
            before, after = mark(node)
            own = [before, *own, after]
        stack.extend(reversed(own))
    return page.text()


@singledispatch
def in_slots(value: object, dialect: Dialect, slot: Slot, piece: Child) -> str:
    """A number that is not known → what stands for it; arrays of such numbers register here."""
    return slot(value, piece.level, piece.tight)


def _pieces(tree: Tree, node: int, dialect: Dialect, *, bare: bool = False) -> tuple[int, list[Piece]]:
    """Node → how tightly it binds, and what it is made of."""
    kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
    sign = dialect.sign
    if kind == OPERATOR:
        return _operator(tree, head, args, dialect, bare=bare)
    if kind == NAME:
        return ATOM, [dialect.write_name(head)]
    if kind == NUMBER:
        return _number(head, dialect)
    if kind == VALUE:
        return _value_level(head, dialect), [dialect.write_value(head, dialect.digits)]
    if kind == DERIVATIVE:  # a fraction: a power or a transpose of it needs brackets
        return POWER if len(head) == 2 else ATOM, _derivative(head, dialect)
    if kind == TOTAL:
        return BIG, [*_sum_sign(head, dialect), sign(" "), Child(args[0], BIG)]
    if kind == CALL:
        return _call(tree, head, args, dialect)
    if kind == LIST:
        if len(args) == 1 and tree.kind[args[0]] in (OPERATOR, CALL) and not dialect.mathematics:  # it is no list
            return ATOM, ["[(", Child(args[0]), ")]"]
        return ATOM, [sign("["), *commas(dialect, args), sign("]")]
    if kind == INDEX:
        return ATOM, [Child(args[0], ATOM), sign("["), *commas(dialect, args[1:]), sign("]")]
    if kind == SLICE:
        return 0, _slice(head, args, dialect)
    assert kind == KEYWORD
    return 0, [dialect.write_name(head) + dialect.relation("=") if dialect.mathematics else f"{head}=", Child(args[0])]


def _value_level(value: object, dialect: Dialect) -> int:
    """Number or array → how tightly its text binds: one with a minus or a power of ten is no single sign."""
    if type(value) is not float and (not isinstance(value, float) or not numbers.is_known(value)):
        return ATOM
    style = style_of(dialect.digits)
    if style == "decimal" and value >= 0 and (1e-3 < value < 1e5 or not dialect.mathematics):  # most, the quick way
        return ATOM
    mantissa, power = numbers.parts(value, dialect.digits)
    if mantissa[0] == "-":
        return SIGN
    if numbers.fraction(value, dialect.digits):
        return POWER if dialect.mathematics else PRODUCT
    return ATOM if power is None or not dialect.mathematics else POWER


def _number(value: float, dialect: Dialect) -> tuple[int, list[Piece]]:
    """Number as typed → exactly it; in mathematics with a power of ten where it has one."""
    mantissa, _, power = numbers.exact(value).partition("e")
    if not dialect.mathematics:
        return ATOM, [numbers.exact(value)]
    if isinstance(value, numbers.Vulgar):
        above, below = (dialect.number(str(part)) for part in value.parts)
        return POWER, dialect.form("fraction", [above], [below])
    if mantissa == "inf":
        return ATOM, [dialect.sign("infinity")]
    if not power:
        return ATOM, [dialect.number(mantissa)]
    ten = dialect.form("power", [dialect.number("10")], [dialect.number(str(int(power)))])
    return POWER, ten if mantissa == "1" else [dialect.number(mantissa), dialect.sign("times ten"), *ten]


def _sum_sign(limits: Limits, dialect: Dialect) -> list[Piece]:
    """A sum over letters → its sign with what stands below and above."""
    below = "=".join(filter(None, (",".join(limits.letters), limits.lower)))
    if not dialect.mathematics:
        sign = {"sum": "∑", "prod": "∏"}.get(limits.operation, limits.operation)
        if limits.condition is not None:
            left, compared, right = limits.condition
            below = f"{left}{_COMPARED.get(compared, compared)}{right}"
        return [sign + (f"_{{{below}}}" if below else "") + (f"^{{{limits.upper}}}" if limits.upper else "")]
    big = dialect.words("mean", "function") if limits.operation == "mean" else dialect.sign(limits.operation)
    under = [dialect.bound(below)] if below else []
    if limits.condition is not None:
        left, compared, right = limits.condition
        under = [dialect.bound(left), dialect.binary[compared], dialect.bound(right)]
    over = [dialect.bound(limits.upper)] if limits.upper else []
    if under and over:
        return dialect.form("limits", [big], [*under], [*over])
    return dialect.form("below" if under else "power", [big], [*under, *over]) if under or over else [big]


def _derivative(head: tuple[Any, ...], dialect: Dialect) -> list[Piece]:
    """∂of/∂by; with a third entry the one by that argument alone, as x*x has one by its first and one by its second."""
    written = dialect.derivative(dialect.write_name(head[0]), dialect.write_name(head[1]))
    if not dialect.mathematics:
        return [written] if len(head) == 2 else [f"({written}){str(head[2]).translate(_LOWERED)}"]
    if len(head) == 2:
        return [Tall(written)]
    return dialect.form("below", bracketed(dialect.fences["("], [Tall(written)]), [dialect.number(str(head[2]))])


def _operator(tree: Tree, key: str, args: tuple[int, ...], dialect: Dialect, *, bare: bool) -> tuple[int, list[Piece]]:
    operator = OPERATORS[key]
    level = operator.precedence
    if dialect.mathematics and (special := _special(tree, key, args, dialect, bare=bare)) is not None:
        return special
    if operator.arity == 1:
        if operator.side == "left":
            whole = tree.kind[args[0]] != NUMBER  # "2.T" would be the number "2." and a name
            return level, [Child(args[0], level if whole else ATOM + 1), operator.sign]
        level = _level_below_minus(tree, args[0], dialect) if key == "neg" else level
        return level, [dialect.sign("neg") if key == "neg" else operator.sign, Child(args[0], level, tight=True)]
    lower, upper = level + (operator.side != "left"), level + (operator.side != "right")
    if dialect.mathematics and level == PRODUCT and tree.kind[args[1]] == TOTAL:  # its terms end where the product does
        return BIG, [Child(args[0], lower), _product(tree, args, dialect), Child(args[1], BIG)]
    if dialect.mathematics and key == "·" and is_factor_of_row(tree, *args):
        upper = level  # λ wᵀ w, which is read so
    if dialect.mathematics and key in ("*", "·", "@") and tree.kind[args[0]] == OPERATOR:
        lower += tree.head[args[0]] == "odot"  # r ⊙ W h would be r ⊙ (W h)
    sign = _product(tree, args, dialect) if key == "*" or (key == "·" and dialect.mathematics) else dialect.binary[key]
    if key == "^" and tree.kind[args[1]] == NAME and tree.head[args[1]] == "T":  # x^T would be the transpose
        return level, [Child(args[0], lower), sign, "(", Child(args[1]), ")"]
    vector = tree.kind[args[0]] == VALUE and getattr(tree.head[args[0]], "ndim", 0) == 1
    row = key == "@" and dialect.mathematics and vector
    return level, [Child(args[0], lower, row=row), sign, Child(args[1], upper, tight=True)]


def _level_below_minus(tree: Tree, node: int, dialect: Dialect) -> int:
    """What a minus stands before → how tightly both bind: products and sums over letters need no brackets there."""
    if not dialect.mathematics or (tree.kind[node] == OPERATOR and tree.head[node] == "neg"):
        return SIGN
    level, _ = _pieces(tree, node, dialect)
    return level if BIG <= level < SIGN else SIGN


def _special(
    tree: Tree, key: str, args: tuple[int, ...], dialect: Dialect, *, bare: bool
) -> tuple[int, list[Piece]] | None:
    """Fractions, powers, roots, transposes and comparisons as mathematics sets them, and how tightly they bind."""
    level = OPERATORS[key].precedence
    raised = tree.kind[args[0]] == NAME and names.is_raised(tree.head[args[0]])
    if key == "/" and (not dialect.slashed or {tree.kind[n] for n in args} == {NUMBER}):  # its line holds it together
        above = args[0]
        if tree.kind[above] == OPERATOR and tree.head[above] == "neg":  # the minus stands before the whole fraction
            (above,) = tree.args[above]
            return SIGN, [dialect.sign("neg"), *dialect.form("fraction", [Child(above)], [Child(args[1])])]
        return POWER, dialect.form("fraction", [Child(above)], [Child(args[1])])
    if key == "^":
        return level, dialect.form("power", [Child(args[0], (ATOM if raised else POWER) + 1)], [Child(args[1])])
    if key == "root":
        return level, dialect.form("root", [Child(args[0])])
    if key == "T":
        raised |= (tree.kind[args[0]], tree.head[args[0]]) == (OPERATOR, "T")
        return level, dialect.form("transpose", [Child(args[0], ATOM + raised)])
    if level == COMPARE:  # a comparison is a number here: Iverson's bracket
        compared: list[Piece] = [Child(args[0], SUM), dialect.binary[key], Child(args[1], SUM)]
        return ATOM, compared if bare else [dialect.sign("["), *compared, dialect.sign("]")]
    return None


def _product(tree: Tree, args: tuple[int, ...], dialect: Dialect) -> str:
    """The sign of a product: none between letters in mathematics, a dot before a number; ½ is as 1/2."""
    if not dialect.mathematics:
        return dialect.product
    last, right = left, _ = args
    while tree.kind[last] == OPERATOR and tree.head[last] in ("*", "·"):  # what the left side ends with
        last = tree.args[last][1]
    while (
        tree.kind[right] == OPERATOR
        and tree.head[right] not in ("/", "neg")
        and OPERATORS[tree.head[right]].precedence >= PRODUCT
    ):  # what the right side begins with, where it is not in brackets
        right = tree.args[right][0]
    is_mixed = tree.kind[right] == OPERATOR and {tree.kind[n] for n in (last, *tree.args[right])} == {NUMBER}
    first, second = (OPERATOR if isinstance(tree.head[n], numbers.Vulgar) else tree.kind[n] for n in (left, right))
    if is_mixed or second in (NUMBER, VALUE, DERIVATIVE) or first in (VALUE, DERIVATIVE):  # 2 1/3 is a mixed number
        return dialect.product
    if second != NAME or (tree.kind[last] != NAME and first != NUMBER):
        return dialect.gap
    names = [tree.head[n] for n in (last, right) if tree.kind[n] == NAME]
    if any(map(is_word, names)) or len(set(names)) < len(names):  # loss · x, λ w·w
        return dialect.product
    return dialect.sign(" ") if first in (NUMBER, NAME) else dialect.gap


def _call(tree: Tree, head: str, args: tuple[int, ...], dialect: Dialect) -> tuple[int, list[Piece]]:
    if not dialect.mathematics:
        return ATOM, [f"{head}(", *commas(dialect, args), ")"]
    notation = dialect.notations.get(head)
    if notation is not None:
        if notation.several is not None and sum(tree.kind[arg] != KEYWORD for arg in args) > 1:
            notation = notation.several
        return notation.level, called(tree, args, notation, dialect)
    name = dialect.words(head, "function") if len(head) > 1 and head.isascii() else dialect.write_name(head)
    return ATOM, [name, *bracketed(dialect.fences["("], commas(dialect, args))]


def _slice(letters: str, args: tuple[int, ...], dialect: Dialect) -> list[Piece]:
    bound = dict(zip(letters, args, strict=True))
    colon = dialect.sign(":")
    pieces: list[Piece] = [Child(bound["a"])] if "a" in bound else []
    pieces.append(colon)
    pieces += [Child(bound["b"])] if "b" in bound else []
    return [*pieces, colon, Child(bound["s"])] if "s" in bound else pieces
