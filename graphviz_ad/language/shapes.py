"""Program and the shapes of given values → the shapes of what is made of them, as far as they are known before anything
is computed."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import identity
from graphviz_ad.language.operators import COMPARISONS
from graphviz_ad.language.tree import (
    CALL,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NUMBER,
    OPERATOR,
    SLICE,
    Program,
    Statement,
    Tree,
)

Shape = tuple[int, ...]
"""Lengths of axes."""

BY_ENTRY = frozenset((
    "exp", "log", "ln", "sqrt", "abs", "square", "tanh", "sigmoid", "σ", "relu", "ReLU", "sin", "cos", "softplus",
    "sign", "log2", "log10", "log1p", "expm1", "cbrt", "round", "floor", "ceil", "gelu", "silu", "elu", "leaky_relu",
    "clamp", "clip", "pow", "power", "maximum", "minimum", "where", "tan", "reciprocal",
))  # fmt: skip
"""Functions of entries alone."""
_ALONG = frozenset(("softmax", "log_softmax", "normalize", "layer_norm", "cumsum", "cumprod"))
"""Functions along an axis that keep the shape of their first argument."""
_JOINING = frozenset(("concat", "concatenate", "cat"))
"""Functions that join arrays along an axis."""
REDUCTIONS = frozenset(("sum", "mean", "prod", "max", "min", "std", "var", "norm", "logsumexp"))
"""Functions that make one entry of many."""
ENTRY_SIGNS = frozenset(("+", "-", "*", "/", "^", "odot"))
"""Signs between numbers that are entry by entry."""
_SIGNS = ENTRY_SIGNS | COMPARISONS
"""And those of comparisons."""


def known_shapes(program: Program, given: Given) -> dict[int, Shape]:
    """Program → the nodes whose shapes are known, with these."""
    tree, shapes = program.tree, dict[int, Shape]()
    named: dict[str, Shape] = {}
    for statement in (*program.computed, *_asked(program, given)):
        for node in range(statement.first, statement.root + 1):
            if (shape := _shape(tree, node, shapes, named, given)) is not None:
                shapes[node] = shape
        if statement.name and statement.root in shapes:
            named[statement.name] = shapes[statement.root]
    return shapes


def _asked(program: Program, given: Given) -> list[Statement]:
    """The function that is asked for: the last statement, where all its parameters have values and nothing calls it."""
    tree, last = program.tree, program.statements[-1]
    if not last.params or any(identity(name) not in given.by_identity for name in last.params):
        return []
    calls = (head for kind, head in zip(tree.kind, tree.head, strict=True) if kind == CALL)
    return [] if last.name in calls else [last]


def met_shapes(program: Program, given: Given) -> dict[str, Shape]:
    """Program → names whose shapes are not known, and those of what they meet entry by entry."""
    tree, shapes, met = program.tree, known_shapes(program, given), dict[str, Shape]()
    for node, args in enumerate(tree.args):
        if len(args) > 1 and (tree.head[node] in _SIGNS or (tree.kind[node] == CALL and tree.head[node] in BY_ENTRY)):
            known = [shape for arg in args if (shape := shapes.get(arg))]
            names = [str(tree.head[arg]) for arg in args if tree.kind[arg] == NAME and arg not in shapes]
            if len(set(known)) == 1:
                met.update(dict.fromkeys(names, known[0]))
    return met


def _shape(tree: Tree, node: int, shapes: dict[int, Shape], named: dict[str, Shape], given: Given) -> Shape | None:
    """Node → its shape, None where it is not known."""
    kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
    if kind == NUMBER:
        return ()
    if kind == NAME:
        name = str(head)
        return named[name] if name in named else given.by_identity.get(identity(name))
    inner = [shapes.get(arg) for arg in args if tree.kind[arg] != KEYWORD]
    known = [shape for shape in inner if shape is not None]
    if kind == KEYWORD or (kind == LIST and not args) or len(known) < len(inner) or not inner:
        return None if kind != KEYWORD else known[0] if known else None
    if kind == LIST:
        return (len(args), *known[0]) if len(set(known)) == 1 else None
    if kind == INDEX:
        return _part(tree, args[1:], known[0])
    if kind == OPERATOR:
        if head == "T":
            return known[0][:-2] + known[0][:-3:-1] if len(known[0]) > 1 else known[0]
        if head in _SIGNS:
            return broadcast(known)
        return known[0] if len(known) == 1 else _product(known[0], known[1])
    if kind == CALL and head in BY_ENTRY:
        return broadcast(known)
    if kind == CALL and head in _ALONG:
        return known[0]
    if kind == CALL and head in _JOINING:
        return _joined(tree, args, known)
    if kind == CALL and head in ("dot", "matmul", "mm"):
        return _product(known[0], known[1]) if len(known) == 2 else None
    if kind == CALL and head in REDUCTIONS:
        return _reduced(tree, args, known[0])
    return None


def broadcast(shapes: Sequence[Shape]) -> Shape | None:
    """Shapes of what meets entry by entry → that of the result, None where they do not fit.

    >>> broadcast([(2, 3), (3,)]), broadcast([(2, 1), (1, 3)]), broadcast([(2,), (3,)])
    ((2, 3), (2, 3), None)
    """
    rank = max(map(len, shapes))
    result = []
    for lengths in zip(*((1,) * (rank - len(shape)) + shape for shape in shapes), strict=True):
        own = set(lengths) - {1}
        if len(own) > 1:
            return None
        result.append(own.pop() if own else 1)
    return tuple(result)


def _product(left: Shape, right: Shape) -> Shape | None:
    """Shapes of two factors → that of their matrix product, or of the product with a number."""
    if not left or not right:
        return left or right
    if left[-1] != right[-2:][0] or max(len(left), len(right)) > 2:
        return None
    return left[:-1] + right[1:]


def _joined(tree: Tree, args: Sequence[int], shapes: Sequence[Shape]) -> Shape | None:
    """Arguments of a call that joins arrays, and the shapes of these → that of the result."""
    options = [tree.args[arg][0] for arg in args if tree.kind[arg] == KEYWORD]
    axis = number_at(tree, options[0]) if options else 0
    first = shapes[0]
    if axis is None or not -len(first) <= axis < len(first):
        return None
    place = axis % len(first)
    if len({(len(shape), shape[:place], shape[place + 1 :]) for shape in shapes}) > 1:
        return None
    return (*first[:place], sum(shape[place] for shape in shapes), *first[place + 1 :])


def _reduced(tree: Tree, args: Sequence[int], shape: Shape) -> Shape | None:
    """Arguments of a reduction and the shape of the first → what is left of it."""
    options = {tree.head[arg]: tree.args[arg][0] for arg in args if tree.kind[arg] == KEYWORD}
    axis = options.get("axis", options.get("dim"))
    if axis is None:
        return () if len(args) == 1 + len(options) else None
    number = number_at(tree, axis)
    if number is None or not -len(shape) <= number < len(shape):
        return None
    place = number % len(shape)
    keeps = "keepdims" in options or "keepdim" in options
    return shape[:place] + (1,) * keeps + shape[place + 1 :]


def _part(tree: Tree, indices: Sequence[int], shape: Shape) -> Shape | None:
    """Indices and the shape of an array → that of the part that they take."""
    if len(indices) > len(shape):
        return None
    left = []
    for index, length in zip(indices, shape, strict=False):
        if tree.kind[index] == SLICE:
            if (places := places_of(tree, index, length)) is None:
                return None
            left.append(len(places))
        elif number_at(tree, index) is None:
            return None
    return (*left, *shape[len(indices) :])


def places_of(tree: Tree, part: int, length: int) -> range | None:
    """Slice and the length of its axis → the places that it takes, None where its bounds are not known."""
    bounds = {letter: number_at(tree, arg) for letter, arg in zip(tree.head[part], tree.args[part], strict=True)}
    if None in bounds.values() or bounds.get("s") == 0:
        return None
    return range(length)[slice(*map(bounds.get, "abs"))]


def number_at(tree: Tree, node: int) -> int | None:
    """Node → the whole number that stands there, perhaps with a minus; None for anything else."""
    sign = 1
    if tree.kind[node] == OPERATOR and tree.head[node] == "neg":
        (node,), sign = tree.args[node], -1
    return sign * int(tree.head[node]) if tree.kind[node] == NUMBER and float(tree.head[node]).is_integer() else None
