"""The sign between two stages of an equation: `=` or `≈`.

It is `=` where a reader who computes with the printed numbers gets the printed result, digit by digit; and `≈` also
where the digits agree but something was lost on the way: a summand too small to be seen (9 + 3e-5 = 9.00003), a product
that is too small or too large for a floating-point number (1e-300 · 1e-300), or a rounding that another factor hides.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from graphviz_ad.explain.expression import SUM, values
from graphviz_ad.language import numbers
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.tree import CALL, OPERATOR, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.broadcasting import plain
from graphviz_ad.tracing.scalar import TracedFloat, compute
from graphviz_ad.values import Mask, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_COMPARED_ENTRIES = 4096
"""Entries above which an array is not compared one by one, some microseconds each; nine at most are shown."""

_NEVER_ZERO = frozenset(("exp", "sigmoid", "softplus", "softmax"))
"""Operations whose result is not 0 at any finite argument, though a floating-point number may have no room for it."""
_ZERO_AT_ZERO = frozenset(("square", "power", "pow", "^", "silu", "gelu", "gelu_tanh", "mish", "sinh", "expm1"))
"""Operations whose result is 0 only where their first argument is 0."""
_NEVER_INFINITE = frozenset(("exp", "expm1", "sinh", "cosh", "square", "+", "-", "*", "odot", "sum", "prod"))
"""Operations whose result is finite at any finite arguments, though there may be no room for it."""

Answer = Mask | float
"""Yes or no, or that for each entry; a float is the number, not known yet, that will say which."""

Operand = Value | tuple[object, ...] | None
"""What an operator in a text may stand before: a number, an array, or a list of places, which is no number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a printed stage computes to: its value, None where no one can recompute it from what is shown.

    `lost` says that something disappears in it. `alike` are pairs of numbers that must agree too, as a local
    derivative and the value that stands for it in the next stage.
    """

    value: Value | None = None
    lost: Answer = False
    alike: tuple[tuple[Value, Value], ...] = ()


def sign_between(left: Outcome, right: Value | None, digits: int) -> str:
    """A stage, and what the next one computes to → the sign between them."""
    if left.value is None or right is None:
        return "="
    agreements = [_agree(a, b, digits) for a, b in ((left.value, right), *left.alike)]
    if any(isinstance(answer, TracedFloat) for answer in (*agreements, left.lost)):
        exact: Answer = (
            _computed("where", left.lost, 0.0, 1.0) if isinstance(left.lost, TracedFloat) else float(not left.lost)
        )
        for same in agreements:
            exact = _computed("bitwise_and", exact, same if isinstance(same, TracedFloat) else float(same))
        return "=" if exact else "≈"
    return "=" if all(agreements) and not left.lost else "≈"


def _agree(left: Value, right: Value, digits: int) -> Answer:
    """Whether two numbers, or all entries of two arrays, are printed alike; for numbers not known what tells it."""
    if isinstance(left, float) and isinstance(right, float):
        if isinstance(left, TracedFloat) or isinstance(right, TracedFloat):
            return _computed("alike", left, right)
        return numbers.alike(left, right, digits)
    left, right = np.broadcast_arrays(left, right)
    if left.size > _MAX_COMPARED_ENTRIES:
        return True
    if not (is_known(left) and is_known(right)):
        return np.all(_computed("alike", left, right))
    pairs = zip(left.ravel().tolist(), right.ravel().tolist())
    return all(numbers.gives(a, b, digits) for a, b in pairs)


def lost_in(tree: Tree, computed: Mapping[int, Operand], digits: int) -> Answer:
    """Tree and the printed numbers of its nodes → whether something is lost in one of them."""
    return either(
        lost(
            _operation_name(tree, node),
            [computed[arg] for arg in tree.args[node] if arg in computed],
            computed[node],
            digits,
        )
        for node in computed
        if tree.kind[node] in (OPERATOR, CALL)
    )


def lost_in_text(text: str, scope: Mapping[str, object], digits: int) -> Answer:
    """Text of a row and what its names stand for, as printed → whether something is lost in what is shown of it."""
    program = parsed(text)
    tree, root = program.tree, program.statements[-1].root
    try:
        computed = values(tree, root, scope)
    except (ValueError, TypeError, IndexError):
        return False
    shown: dict[int, Operand] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        shown[node] = computed[node]
        args = tree.args[node]
        if tree.kind[node] == CALL and tree.head[node] == "where":  # of which only the branch is shown that was taken
            condition = computed[args[0]]
            args = args if np.any(condition) and not np.all(condition) else args[1:2] if np.any(condition) else args[2:]
        stack.extend(args)
    return lost_in(tree, shown, digits)


def _operation_name(tree: Tree, node: int) -> str:
    return "sum" if tree.head[node] == SUM else str(tree.head[node])


def either(answers: Iterable[Answer]) -> Answer:
    """Answers, known or not → whether one of them is yes."""
    undecided: TracedFloat | None = None
    for answer in answers:
        if isinstance(answer, TracedFloat):
            undecided = answer if undecided is None else compute("logical_or", (undecided, answer))
        elif answer:
            return True
    return False if undecided is None else undecided


def lost(key: str, operands: Sequence[Operand], outcome: Operand, digits: int) -> Answer:
    """Key of an operator or name of an operation, operands, result → whether the result hides some of them."""
    floats = [value for value in (*operands, outcome) if isinstance(value, float) and is_known(value)]
    if len(floats) > len(operands):
        return _number_lost(key, floats[:-1], floats[-1], digits)
    values = [value for value in (*operands, outcome) if _is_value(value)]
    if len(values) <= len(operands) or any(np.size(value) > _MAX_COMPARED_ENTRIES for value in values):
        return False
    *args, result = map(_plain, values)
    if key in ("+", "-") and len(args) == 2:
        return either((_absorbed(key, args, result, digits), _overflown(key, args, result)))
    if key == "sum" and len(args) == 1 and np.ndim(args[0]) and not np.ndim(result):
        return either((_summand_lost(args[0], result, digits), _overflown(key, args, result)))
    return either((_vanished(key, args, result), _overflown(key, args, result)))


def in_a_row(key: str, terms: Sequence[Value], digits: int) -> Outcome:
    """Printed terms with + or * between them → the result of computing them from left to right."""
    combined = operator.add if key == "+" else operator.mul
    total, *further = terms
    losses = []
    with np.errstate(all="ignore"):
        for term in further:
            before, total = total, plain(combined(total, term))
            losses.append(lost(key, [before, term], total, digits))
    return Outcome(total, either(losses))


def _is_value(operand: Operand) -> TypeGuard[Value]:
    return isinstance(operand, float) or hasattr(operand, "ndim")


def _number_lost(key: str, args: list[float], result: float, digits: int) -> bool:
    """`lost` where all operands are numbers that are known."""
    if not math.isfinite(result):
        divided = key == "/" and len(args) == 2 and args[1] != 0
        return math.isinf(result) and (key in _NEVER_INFINITE or divided) and all(map(math.isfinite, args))
    if key in ("+", "-") and len(args) == 2:
        x, y = args[0], -args[1] if key == "-" else args[1]
        return any(
            small != 0 and abs(small) < abs(kept) * 10.0 ** (2 - digits) and numbers.alike(kept, result, digits)
            for kept, small in ((x, y), (y, x))
        )
    if result != 0:
        return False
    if key in ("*", "odot") and len(args) == 2:
        return args[0] != 0 and args[1] != 0
    if key == "/" and len(args) == 2:
        return args[0] != 0 and math.isfinite(args[1])
    if key in _NEVER_ZERO:
        return math.isfinite(args[0])
    return key in _ZERO_AT_ZERO and args[0] != 0 and all(map(math.isfinite, args))


def _plain(value: Value) -> Value:
    """Number or array → the same of floats: some functions give objects."""
    return np.asarray(value, dtype=float) if is_known(value) and not isinstance(value, float) else value


def _all(*conditions: Answer) -> Answer:
    """Conditions on entries → whether all hold for one of these."""
    conjunction, *further = conditions
    for condition in further:
        pair = (conjunction, condition)
        conjunction = _computed("bitwise_and", *pair) if _open(*pair) else np.logical_and(*pair)
    answer: Answer = np.any(conjunction)
    return answer


def _computed(name: str, *args: Value | Answer) -> Answer:
    """numpy's name of an operation, and operands of which some are not known → its answer, not known either."""
    operands: Any = args
    return cast(Answer, compute(name, operands))


def _open(*values: Value | Answer) -> bool:
    """Whether one of these is not known."""
    return not all(map(is_known, values))


def _finite(value: Value) -> Answer:
    return _computed("isfinite", value) if _open(value) else cast(Answer, np.isfinite(value))


def _absorbed(key: str, args: list[Value], result: Value, digits: int) -> Answer:
    """Whether a sum or a difference is printed as one of its two parts though the other is not 0."""
    x, y = args
    other = -y if key == "-" else y
    answers = []
    for kept, small in ((x, other), (other, x)):
        if not _open(kept, small, result):
            near = np.not_equal(small, 0) & np.less(np.abs(small), np.abs(kept) * 10.0 ** (2 - digits))
            if not np.any(near & np.isfinite(result)):
                continue
        answers.append(_all(_looks_alike(kept, result, digits), compute_or("not_equal", small, 0.0), _finite(result)))
    return either(answers)


def compute_or(name: str, x: Value, y: Value) -> Answer:
    """numpy's name of a comparison → its answer for two numbers, known or not."""
    return _computed(name, x, y) if _open(x, y) else cast(Answer, getattr(np, name)(x, y))


def _looks_alike(left: Value, right: Value, digits: int) -> Answer:
    """Entries → which of them are printed alike."""
    if _open(left, right):
        return _computed("alike", left, right)
    left, right = np.broadcast_arrays(left, right)
    pairs = zip(left.ravel().tolist(), right.ravel().tolist())
    return np.reshape([numbers.gives(a, b, digits) for a, b in pairs], left.shape)


def _summand_lost(terms: Value, result: Value, digits: int) -> Answer:
    """Whether a sum is printed as one of its terms though the others do not add up to 0."""
    return _all(_looks_alike(terms, result, digits), compute_or("not_equal", terms, result), _finite(result))


def _vanished(key: str, args: list[Value], result: Value) -> Answer:
    """Whether the result is 0 for want of room."""
    zero = compute_or("equal", result, 0.0)
    if not _open(zero) and not np.any(zero):
        return False
    if key in ("*", "odot") and len(args) == 2:
        return _all(zero, *(compute_or("not_equal", arg, 0.0) for arg in args))
    if key == "/" and len(args) == 2:
        return _all(zero, compute_or("not_equal", args[0], 0.0), _finite(args[1]))
    if key in _NEVER_ZERO:
        return _all(zero, _finite(args[0]))
    if key in _ZERO_AT_ZERO:
        return _all(zero, compute_or("not_equal", args[0], 0.0), *map(_finite, args))
    return False


def _overflown(key: str, args: list[Value], result: Value) -> Answer:
    """Whether the result is infinite for want of room."""
    if key not in _NEVER_INFINITE and not (key == "/" and len(args) == 2):
        return False
    if not _open(result) and not np.any(np.isinf(result)):
        return False
    infinite = _computed("isinf", result) if _open(result) else np.isinf(result)
    shape = np.shape(result)
    finite = [_finite(arg) if np.shape(arg) in ((), shape) else np.all(_finite(arg)) for arg in args]
    divisor = [compute_or("not_equal", args[1], 0.0)] if key == "/" else []
    return _all(infinite, *finite, *divisor)
