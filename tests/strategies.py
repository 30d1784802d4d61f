"""Random formulas that fit: every operation of the table, scalars and arrays, broadcasting, fan-out, kinks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import TABLE

Shape = tuple[int, ...]

NUMBERS = (0.0, 1.0, -1.0, 0.5, 3.0, -3.0, 2.0, -0.25)
"""Values of inputs: corners, ties and zeros are frequent among them."""
SHAPES: tuple[Shape, ...] = ((), (3,), (2, 3), (2, 1), (1, 3), (2,), (3, 2))
EXPONENTS = ("0", "1", "2", "3", "(-1)", "0.5")
_LETTERS = "abcdwxyz"
_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "pow": "^", "less": "<", "less_equal": "<=",
          "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}  # fmt: skip
_REDUCTIONS = ("sum", "mean", "prod", "max", "min", "var", "std", "logsumexp", "norm")
_LOSSES = ("mse", "mae", "huber", "bce", "bce_with_logits", "hinge", "kl_div", "smooth_l1", "rmse")
_COUNTING = ("argmax", "argmin", "size", "len")
_ALONG = ("softmax", "log_softmax", "softmin", "layer_norm", "batch_norm", "rms_norm", "cumsum")
"""Along an axis, to an array of the same shape."""
_OF_SEVERAL = ("max_of", "min_of")
_SLIDING = tuple(
    f"{name}{axes}d"
    for name in ("conv", "conv_transpose", "max_pool", "avg_pool", "adaptive_avg_pool")
    for axes in (1, 2)
)
_CLASS_LOSSES = ("cross_entropy", "nll")

ROWS = tuple(row for row in TABLE if not row.internal)
UNARY = tuple(row for row in ROWS if row.pointwise and len(row.params) == 1)
BINARY = tuple(row for row in ROWS if row.pointwise and len(row.params) == 2)
STRUCTURAL = frozenset(
    (*_REDUCTIONS, *_SLIDING, *_LOSSES, *_CLASS_LOSSES, *_COUNTING, *_ALONG, "matmul", "dot", "outer", "transpose",
     "trace", "det", "inv", "solve", "cross", "cosine_similarity", "squeeze", "flatten", "diag", "concat", "stack", "reshape", "index", *_OF_SEVERAL, "unsqueeze", "permute")
)  # fmt: skip
COVERED = STRUCTURAL | {row.name for row in (*UNARY, *BINARY)} | {"where"}
"""Operations a random formula can hold; a test holds it against the table."""


@dataclass
class Formula:
    """A formula in the making: the shapes of its inputs and of the names set so far."""

    statements: list[str] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    inputs: dict[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """→ The formula as text."""
        return "; ".join(self.statements)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3, statements: int = 3) -> tuple[str, dict[str, object]]:
    """A formula with a scalar output and values for its inputs."""
    formula = Formula()
    for number in range(draw(st.integers(0, statements - 1))):
        shape = draw(st.sampled_from(SHAPES))
        text = _expression(draw, formula, shape, depth)
        formula.statements.append(f"v{number} = {text}")
        formula.shapes[f"v{number}"] = shape
    shape = draw(st.sampled_from(SHAPES))
    text = _expression(draw, formula, shape, depth)
    formula.statements.append(f"L = sum({text})" if shape else f"L = {text}")
    return formula.text, formula.inputs


def _expression(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """The text of an expression of this shape, in brackets where it needs any."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return _leaf(draw, formula, shape)
    maker = draw(st.sampled_from((*_ANY, *(_SCALARS if shape == () else _ARRAYS))))
    text = maker(draw, formula, shape, depth - 1)
    return text if text is not None else _leaf(draw, formula, shape)


def _leaf(draw: st.DrawFn, formula: Formula, shape: Shape) -> str:
    """A name that has this shape, a new input, or a number."""
    known = [name for name, have in formula.shapes.items() if have == shape]
    if shape == () and draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(("2", "0.5", "3", "1")))
    if known and draw(st.booleans()):
        return draw(st.sampled_from(known))
    free = [letter for letter in _LETTERS if letter not in formula.shapes]
    if not free:
        return draw(st.sampled_from(known)) if known else _literal(draw, shape)
    formula.shapes[free[0]] = shape
    formula.inputs[free[0]] = draw(_values(shape))
    return free[0]


def _values(shape: Shape) -> st.SearchStrategy[Any]:
    """Shape → numbers, or nested lists of such."""
    entry = st.sampled_from(NUMBERS) | st.integers(-20, 20).map(lambda tenths: tenths / 10)
    for length in reversed(shape):
        entry = st.lists(entry, min_size=length, max_size=length)
    return entry


def _literal(draw: st.DrawFn, shape: Shape) -> str:
    """Shape → a number or a list as it stands in a formula."""
    return str(draw(_values(shape))) if shape else "1"


def _narrower(draw: st.DrawFn, shape: Shape) -> Shape:
    """A shape that broadcasts to this one: axes in front dropped, or made 1."""
    kept = shape[draw(st.integers(0, len(shape))) :]
    return tuple(draw(st.sampled_from((1, n))) for n in kept)


def _unary(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """Shape → a call of a pointwise operation with one argument."""
    row: Operation = draw(st.sampled_from(UNARY))
    inner = _expression(draw, formula, shape, depth)
    if row.name == "power":
        return f"({inner})^{draw(st.sampled_from(EXPONENTS))}"
    if row.name == "negate":
        return f"(-{inner})"
    given = [f"{name}={draw(st.sampled_from(('0.5', '1', '2')))}" for name in row.options if draw(st.booleans())]
    if row.name in ("clamp", "hardtanh"):
        given = list(("lo=-1", "hi=1")[: draw(st.integers(0, 2))])
    return f"{row.name}({', '.join([inner, *given])})"


def _binary(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """Shape → a call of a pointwise operation with two arguments, one of which may be broadcast."""
    row: Operation = draw(st.sampled_from((*BINARY, *(r for r in BINARY if r.name in ("add", "multiply", "subtract")))))
    shapes = [shape, _narrower(draw, shape)]
    if draw(st.booleans()):
        shapes.reverse()
    x, y = (_expression(draw, formula, part_shape, depth) for part_shape in shapes)
    return f"({x} {_INFIX[row.name]} ({y}))" if row.name in _INFIX else f"{row.name}({x}, {y})"


def _sliding(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """Shape → a convolution or a pooling of that shape, without zeros around: torch skips them, we multiply by them."""
    axes = len(shape)
    kind = draw(st.sampled_from(("conv", "conv_transpose", "max_pool", "avg_pool", "adaptive_avg_pool")))
    window = tuple(draw(st.integers(1, 2)) for _ in shape)
    if kind == "conv_transpose":
        kernel = tuple(map(min, window, shape))
        narrow = tuple(n - k + 1 for n, k in zip(shape, kernel))
        x = _expression(draw, formula, narrow, depth)
        return f"conv_transpose{axes}d({x}, {_expression(draw, formula, kernel, depth)})"
    wider = tuple(n + k - 1 for n, k in zip(shape, window))
    if kind == "max_pool":  # of several nan torch takes the last, we the first
        return f"max_pool{axes}d({_literal(draw, wider)}, size={list(window)}, stride=1)"
    x = _expression(draw, formula, wider, depth)
    if kind == "conv":
        return f"conv{axes}d({x}, {_expression(draw, formula, window, depth)})"
    if kind == "avg_pool":
        return f"avg_pool{axes}d({x}, size={list(window)}, stride=1)"
    return f"adaptive_avg_pool{axes}d({x}, size={list(shape)})"


def _of_several(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """The largest or the smallest of up to four values; ties are frequent."""
    shapes = [shape, *(_narrower(draw, shape) for _ in range(draw(st.integers(0, 3))))]
    name = draw(st.sampled_from(_OF_SEVERAL))
    return f"{name}({', '.join(_expression(draw, formula, part_shape, depth) for part_shape in shapes)})"


def _twice(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """A name used twice in one operation: two edges between the same nodes."""
    name = _leaf(draw, formula, shape)
    return f"({name} {draw(st.sampled_from('+-*/'))} {name})"


def _where(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """Shape → a choice between two values."""
    sign = draw(st.sampled_from(("<", "<=", ">", ">=", "==", "!=")))
    x, y = (_expression(draw, formula, _narrower(draw, shape), min(depth, 1)) for _ in range(2))
    where_true, where_false = (
        _expression(draw, formula, part_shape, depth) for part_shape in (shape, _narrower(draw, shape))
    )
    return f"where({x} {sign} {y}, {where_true}, {where_false})"


def _reduction(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """An array reduced to a number."""
    name = draw(st.sampled_from(_REDUCTIONS))
    wide = draw(st.sampled_from(SHAPES[1:]))
    extra = draw(st.sampled_from(("", ", p=1", ", p=3", ", p=2"))) if name == "norm" else ""
    extra = draw(st.sampled_from(("", ", correction=0"))) if name in ("var", "std") else extra
    return f"{name}({_expression(draw, formula, wide, depth)}{extra})"


def _along(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str | None:
    """An array reduced along one axis to an array."""
    name = draw(st.sampled_from(_REDUCTIONS))
    if 1 in shape:
        axis, kept = shape.index(1), ", keepdims=1"
        wide = (*shape[:axis], draw(st.sampled_from((2, 3))), *shape[axis + 1 :])
    elif len(shape) == 1:
        axis, kept = draw(st.integers(0, 1)), ""
        wide = (2, *shape) if axis == 0 else (*shape, 2)
    else:
        return None
    return (
        f"{name}({_expression(draw, formula, wide, depth)}, axis={axis - draw(st.sampled_from((0, len(wide))))}{kept})"
    )


def _kept(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """Something along an axis that keeps the shape."""
    axis = draw(st.integers(-1, len(shape) - 1))
    names = [name for name in _ALONG if name != "batch_norm" or shape[axis] > 1]  # torch refuses to norm one example
    return f"{draw(st.sampled_from(names))}({_expression(draw, formula, shape, depth)}, axis={axis})"


def _counted(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """A number of places or of entries."""
    wide = draw(st.sampled_from(SHAPES[1:]))
    return f"{draw(st.sampled_from(_COUNTING))}({_expression(draw, formula, wide, depth)})"


def _regular(draw: st.DrawFn, formula: Formula, n: int, depth: int) -> str:
    """A matrix that can be inverted without much loss of digits."""
    far = [[5 * (row == column) for column in range(n)] for row in range(n)]
    return f"(tanh({_expression(draw, formula, (n, n), depth)}) + {far})"


def _of_matrix(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """A number made of a square matrix, or of two vectors."""
    n = draw(st.sampled_from((2, 3)))
    choice = draw(st.integers(0, 2))
    if choice == 0:
        return f"trace({_expression(draw, formula, (n, n), depth)})"
    if choice == 1:
        return f"det({_regular(draw, formula, n, depth)})"
    x, y = (_expression(draw, formula, (n,), depth) for _ in range(2))
    return f"cosine_similarity({x}, {y})"


def _matrix(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str | None:
    """An inverse, what a matrix is multiplied by, a vector product, or a diagonal."""
    if len(shape) == 1:
        choice = draw(st.integers(0, 2))
        if choice == 0 and shape == (3,):
            x, y = (_expression(draw, formula, shape, depth) for _ in range(2))
            return f"cross({x}, {y})"
        if choice == 1:
            return f"diag({_expression(draw, formula, (*shape, *shape), depth)})"
    elif shape[0] == shape[1] and draw(st.booleans()):
        if draw(st.booleans()):
            return f"diag({_expression(draw, formula, shape[:1], depth)})"
        return f"inv{_regular(draw, formula, shape[0], depth)}"
    matrix = _regular(draw, formula, shape[0], depth)
    return f"solve({matrix}, {_expression(draw, formula, shape, depth)})"


def _loss(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """→ A loss of two numbers or arrays."""
    name = draw(st.sampled_from((*_LOSSES, *_CLASS_LOSSES)))
    if name in _CLASS_LOSSES:
        x = draw(st.sampled_from(((3,), (2, 3))))
        classes = str(draw(st.integers(0, 2))) if x == (3,) else str([draw(st.integers(0, 2)) for _ in range(2)])
        if name == "cross_entropy" and draw(st.booleans()):
            classes = _expression(draw, formula, x, min(depth, 1))
        return f"{name}({_expression(draw, formula, x, depth)}, {classes})"
    x = draw(st.sampled_from(((), (3,), (2, 3))))
    left, right = _expression(draw, formula, x, depth), _expression(draw, formula, x, depth)
    if name == "bce":
        return f"bce(sigmoid({left}), clamp({right}, 0, 1))"
    return f"{name}({left}, {right})"


def _product(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """A matrix product of this shape, `dot` or `outer`."""
    inner = draw(st.sampled_from((2, 3)))
    make = lambda part_shape: _expression(draw, formula, part_shape, depth)  # noqa: E731
    if shape == ():
        x, y = make((inner,)), make((inner,))
        return f"dot({x}, {y})" if draw(st.booleans()) else f"({x} @ {y})"
    if len(shape) == 1:
        return (
            f"({make((*shape, inner))} @ {make((inner,))})"
            if draw(st.booleans())
            else (f"({make((inner,))} @ {make((inner, *shape))})")
        )
    if draw(st.booleans()):
        return f"outer({make(shape[:1])}, {make(shape[1:])})"
    return f"({make((shape[0], inner))} @ {make((inner, shape[1]))})"


def _moved(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """The same entries in another order or shape: transpose, reshape, concat, a list, an index."""
    make = lambda part_shape: _expression(draw, formula, part_shape, depth)  # noqa: E731
    choice = draw(st.integers(0, 7))
    if choice == 0:
        return f"({make(shape[::-1])}).T" if draw(st.booleans()) else f"transpose({make(shape[::-1])})"
    if choice == 1:
        size = 1
        for length in shape:
            size *= length
        return f"reshape({make((size,))}, [{', '.join(map(str, shape))}])"
    if choice == 2 and shape[0] > 1:
        return f"concat({make((1, *shape[1:]))}, {make((shape[0] - 1, *shape[1:]))})"
    if choice == 3:
        return f"[{', '.join(make(shape[1:]) for _ in range(shape[0]))}]"
    if choice == 4 and 1 in shape:
        axis = shape.index(1)
        return f"unsqueeze({make((*shape[:axis], *shape[axis + 1 :]))}, {axis})"
    if choice == 6 and len(shape) == 1:
        wide = draw(st.sampled_from(((1, *shape), (*shape, 1), shape)))
        return f"{draw(st.sampled_from(('flatten', 'squeeze') if shape != (1,) else ('flatten',)))}({make(wide)})"
    if choice == 5:
        order = draw(st.permutations(range(len(shape))))
        return f"permute({make(tuple(shape[order.index(axis)] for axis in range(len(shape))))}, {order})"
    return f"({make((shape[0] + 1, *shape[1:]))})[{draw(st.sampled_from(('1:', ':-1')))}]"


def _entry(draw: st.DrawFn, formula: Formula, shape: Shape, depth: int) -> str:
    """→ An entry of an array."""
    wide = draw(st.sampled_from(((3,), (2, 3))))
    where = ", ".join(str(draw(st.integers(-n, n - 1))) for n in wide)
    return f"({_expression(draw, formula, wide, depth)})[{where}]"


_ANY = (_unary, _unary, _unary, _binary, _binary, _binary, _of_several, _twice, _where)
_SCALARS = (_reduction, _reduction, _loss, _product, _entry, _counted, _of_matrix)
_ARRAYS = (_along, _kept, _product, _moved, _matrix, _sliding)
