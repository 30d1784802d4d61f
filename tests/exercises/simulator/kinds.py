"""Mistakes of a student, each with where it can be made, what comes out, and by which names marking may call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tests.exercises.simulator.formulas import Array, Operation

if TYPE_CHECKING:
    from tests.exercises.simulator.student import Student


@dataclass(frozen=True)
class Forward:
    """A wrong value of an operation, of its arguments and the right value; one for each argument if `edges`."""

    kind: str
    on: tuple[str, ...]
    makes: Callable[..., Array | None]
    names: tuple[str, ...]
    edges: bool = False


@dataclass(frozen=True)
class Backward:
    """A wrong contribution to an argument, of what the student has at the edge."""

    kind: str
    on: tuple[str, ...]
    makes: Callable[[At], Array | None]
    names: tuple[str, ...]
    slot: int | None = None


@dataclass(frozen=True)
class Meeting:
    """A wrong sum of the contributions that meet at a name, or a wrong gradient of an input."""

    kind: str
    makes: Callable[[Student, str, list[Array]], Array]
    names: tuple[str, ...]
    inputs: bool = False


@dataclass(frozen=True)
class At:
    """What a student has at an edge: the operation, its argument, values, upstream gradient, right contribution."""

    student: Student
    operation: Operation
    slot: int
    args: list[Array]
    out: Array
    g: Array
    right: Array
    jacobian: Array = field(repr=False)

    @property
    def local(self) -> Array:
        """The local derivative, one for each entry."""
        arg = self.args[self.slot]
        return np.reshape(np.diagonal(self.jacobian) if arg.ndim else self.jacobian[0, 0], arg.shape)

    @property
    def own(self) -> Array:
        """The argument itself."""
        return self.args[self.slot]

    @property
    def other(self) -> Array:
        """The other argument."""
        return self.args[1 - self.slot]


def _sign(x: Array, y: Array, out: Array) -> Array | None:
    return -out if np.any((x < 0) | (y < 0)) else None


def _square_sign(x: Array, out: Array) -> Array | None:
    return np.where(x < 0, -out, out) if np.any(x < 0) else None


_TANH_SIGMOID = {"tanh": lambda x, out: 1 / (1 + np.exp(-x)), "sigmoid": lambda x, out: np.tanh(x)}

FORWARD = (
    Forward(
        "left out of a sum", ("add",), lambda x, y, out, slot: (y, x)[slot] + 0 * out, ("forget a term",), edges=True
    ),
    Forward("multiplied, not added", ("add",), lambda x, y, out: x * y, ("multiply for add",)),
    Forward("subtracted, not added", ("add",), lambda x, y, out: x - y, ("subtract for add",)),
    Forward("added, not subtracted", ("sub",), lambda x, y, out: x + y, ("add for subtract",)),
    Forward("subtracted the other way", ("sub",), lambda x, y, out: y - x, ("order of a subtraction",)),
    Forward("added, not multiplied", ("mul",), lambda x, y, out: x + y, ("add for multiply",)),
    Forward(
        "left out of a product",
        ("mul",),
        lambda x, y, out, slot: (y, x)[slot] + 0 * out,
        ("forget a factor",),
        edges=True,
    ),
    Forward("sign of a product", ("mul", "div"), _sign, ("sign of a product",)),
    Forward("divided the other way", ("div",), lambda x, y, out: y / x, ("order of a division",)),
    Forward("multiplied, not divided", ("div",), lambda x, y, out: x * y, ("multiply for divide",)),
    Forward("minus left out", ("neg", "bce", "cross_entropy"), lambda *given: -given[-1], ("forget the minus",)),
    Forward("doubled, not squared", ("square",), lambda x, out: 2 * x, ("multiply by the exponent",)),
    Forward("tripled, not cubed", ("cube",), lambda x, out: 3 * x, ("multiply by the exponent",)),
    Forward("power left out", ("square", "cube"), lambda x, out: x, ("forget the exponent",)),
    Forward("sign of a power", ("square", "cube"), _square_sign, ("sign of a power",)),
    Forward(
        "function left out",
        ("exp", "log", "sin", "sqrt", "sigmoid", "tanh"),
        lambda x, out: x,
        ("forget the function",),
    ),
    Forward("tanh for sigmoid", ("sigmoid",), _TANH_SIGMOID["sigmoid"], ("another function",)),
    Forward("sigmoid for tanh", ("tanh",), _TANH_SIGMOID["tanh"], ("another function",)),
    Forward("cos for sin", ("sin",), lambda x, out: np.cos(x), ("another function",)),
    Forward("degrees", ("sin",), lambda x, out: np.sin(np.deg2rad(x)), ("degrees",)),
    Forward("minus in the sigmoid", ("sigmoid",), lambda x, out: 1 - out, ("forget the minus in the sigmoid",)),
    Forward("base 10", ("exp",), lambda x, out: 10**x, ("base 10",)),
    Forward("base 10 log", ("log",), lambda x, out: np.log10(x), ("base 10",)),
    Forward("halved, no root", ("sqrt",), lambda x, out: x / 2, ("half for the root",)),
    Forward("mean for sum", ("sum",), lambda x, out: np.mean(x), ("mean for sum",)),
    Forward("sum for mean", ("mean",), lambda x, out: np.sum(x), ("sum for mean",)),
    Forward("last left out", ("sum",), lambda x, out: np.sum(x[:-1]), ("leave out the last entry",)),
)


def _matrix_wrong(how: Callable[[Array, Array], Array]) -> Callable[[At], Array | None]:
    def makes(at: At) -> Array | None:
        try:
            wrong = how(at.g, at.other)
        except ValueError:
            return None
        return wrong if wrong.shape == at.right.shape and not np.allclose(wrong, at.right) else None

    return makes


def _per_entry(at: At, local: Array) -> Array:
    """A wrong local derivative, one for each entry → the contribution with it."""
    return np.reshape(at.g * local, at.own.shape) if np.size(at.g * local) == np.size(at.own) else np.sum(at.g * local)


def _other_weight(at: At) -> Array | None:
    """dW for W on the way back through a product with a weight."""
    name = at.operation.args[1 - at.slot]
    is_weight = (
        at.student.is_input(name)
        and name != at.operation.args[at.slot]
        and not at.student.is_input(at.operation.args[at.slot])
    )
    return _per_entry(at, at.g * at.own) if is_weight and at.own.ndim == 0 and at.g != 1 else None


def _constant_kept(at: At) -> Array | None:
    """∂(wx + b)/∂w = x + b."""
    uses = at.student.formula.uses(at.operation.name)
    after = at.student.formula.named(uses[0][0]) if len(uses) == 1 else None
    if after is None or after.kind != "add" or at.own.ndim:
        return None
    return at.g * (at.other + at.student.values[after.args[1 - uses[0][1]]])


_ENTRYWISE = (
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "square",
    "cube",
    "exp",
    "log",
    "sqrt",
    "sin",
    "sigmoid",
    "tanh",
    "relu",
    "raise",
)
_CURVES = ("square", "cube", "log", "sqrt", "sin", "sigmoid", "tanh")
_SQUASH = ("sigmoid", "tanh")
_ORDER = ("order of a matrix product", "transpose forgotten on the way back", "factors exchanged on the way back",
          "order and transpose")  # fmt: skip

BACKWARD = (
    Backward("upstream forgotten", _ENTRYWISE, lambda at: _per_entry(at, at.local / np.where(at.g == 0, 1, at.g)) if at.own.ndim == at.out.ndim else None, ("forget the upstream",)),
    Backward("minus forgotten on the way back", ("neg",), lambda at: -at.right, ("sign of a derivative",)),
    Backward("local forgotten", tuple(kind for kind in _ENTRYWISE if kind != "neg"), lambda at: None if at.operation.kind == "sub" and at.slot else _per_entry(at, np.ones(at.out.shape)), ("forget the local derivative",)),
    Backward("added along the path", _ENTRYWISE, lambda at: at.g + at.local if at.own.ndim == at.out.ndim == 0 else None, ("add along a path",)),
    Backward("ratio upside down", _ENTRYWISE, lambda at: _per_entry(at, 1 / at.local) if np.all(at.local != 0) and at.own.ndim == at.out.ndim else None, ("upside down",)),
    Backward("own factor", ("mul",), lambda at: _per_entry(at, at.own), ("own factor",)),
    Backward("sign of the subtrahend", ("sub",), lambda at: _per_entry(at, np.ones(at.out.shape)), ("sign of a subtraction",), 1),
    Backward("exponent kept", ("square",), lambda at: at.g * 2 * at.own**2, ("keep the exponent",)),
    Backward("exponent kept, cube", ("cube",), lambda at: at.g * 3 * at.own**3, ("keep the exponent",)),
    Backward("factor dropped", ("square",), lambda at: at.g * at.own, ("drop the factor",)),
    Backward("factor dropped, cube", ("cube",), lambda at: at.g * at.own**2, ("drop the factor",)),
    Backward("power rule for exp", ("exp",), lambda at: at.g * at.own * np.exp(at.own - 1), ("power rule for an exponential",)),
    Backward("not differentiated", _CURVES, lambda at: at.g * at.out, ("not differentiated",)),
    Backward("at the argument", ("sigmoid",), lambda at: at.g * at.own * (1 - at.own), ("derivative at the wrong place",)),
    Backward("at the argument, tanh", ("tanh",), lambda at: at.g * (1 - at.own**2), ("derivative at the wrong place",)),
    Backward("at the argument, exp", ("exp",), lambda at: at.g * at.own, ("derivative at the wrong place",)),
    Backward("part of the rule", _SQUASH, lambda at: at.g * (1 - at.out), ("part of the rule",)),
    Backward("root without its 2", ("sqrt",), lambda at: at.g / at.out, ("part of the rule",)),
    Backward("sign of a quotient", ("div",), lambda at: -at.right, ("sign of a derivative",), 1),
    Backward("divisor not squared", ("div",), lambda at: -at.g * at.out, ("part of the rule",), 1),
    Backward("relu lets all through", ("relu",), lambda at: at.g + 0, ("no mask",)),
    Backward("share of a mean forgotten", ("mean",), lambda at: at.right * np.size(at.own), ("mean as a sum",)),
    Backward("softmax entry by entry", ("softmax",), lambda at: at.g * at.out * (1 - at.out), ("softmax entry by entry",)),
    # -- that were never named
    Backward("numerator forgotten", ("div",), lambda at: -at.g / at.args[1] ** 2, ("numerator forgotten",), 1),
    Backward("1/log x", ("log",), lambda at: at.g / np.log(at.own), ("reciprocal of the logarithm",)),
    Backward("cross-entropy: dz = p", ("cross_entropy",), lambda at: at.g * np.exp(at.own) / np.sum(np.exp(at.own)), ("one-hot forgotten",), 0),
    Backward("cross-entropy: y − p", ("cross_entropy",), lambda at: -at.right, ("sign of p - y",), 0),
    Backward("cross-entropy: diagonal alone", ("cross_entropy",), lambda at: at.g * at.args[1] * (np.exp(at.own) / np.sum(np.exp(at.own)) - 1), ("cross-entropy entry by entry",), 0),
    Backward("activation again", ("bce",), lambda at: at.g * (at.args[0] - at.args[1]), ("activation differentiated again",), 0),
    Backward("relu's value as slope", ("relu",), lambda at: at.g * at.out, ("value of the ReLU as its slope",)),
    Backward("x·aˣ⁻¹", ("raise",), lambda at: at.g * at.args[1] * at.args[0] ** (at.args[1] - 1), ("power rule for the exponent",), 1),
    Backward("ln a forgotten", ("raise",), lambda at: at.g * at.out, ("logarithm of the base forgotten",), 1),
    Backward("slope at the result", ("sin",), lambda at: at.g * np.cos(at.out), ("derivative at the result",)),
    Backward("slope at the result, sigmoid", ("sigmoid",), lambda at: at.g / (1 + np.exp(-at.out)) * (1 - 1 / (1 + np.exp(-at.out))), ("derivative at the result",)),
    Backward("slope at the result, tanh", ("tanh",), lambda at: at.g * (1 - np.tanh(at.out) ** 2), ("derivative at the result",)),
    Backward("constant kept", ("mul",), _constant_kept, ("constant kept",)),
    Backward("dW for W", ("mul",), _other_weight, ("gradient of the weight for the weight",)),
    Backward("g · otherᵀ", ("matmul",), _matrix_wrong(lambda g, other: g @ other), _ORDER),
    Backward("other · g", ("matmul",), _matrix_wrong(lambda g, other: other @ g), _ORDER),
    Backward("gᵀ · other", ("matmul",), _matrix_wrong(lambda g, other: g @ other.T), _ORDER),
    Backward("otherᵀ · g", ("matmul",), _matrix_wrong(lambda g, other: other.T @ g), _ORDER),
    Backward("entry by entry", ("matmul",), _matrix_wrong(lambda g, other: g * other), ("matrix product entry by entry",)),
    Backward("result transposed", ("matmul",), lambda at: at.right.T if at.right.ndim == 2 and at.right.shape[0] == at.right.shape[1] else None, ("result transposed", "order of a matrix product")),
    Backward("mean over the batch", ("matmul",), lambda at: at.right / at.g.size if at.own.ndim == 1 and at.slot == 1 and at.g.size != at.own.size else None, ("weights averaged over the batch",)),
    Backward("first row of the batch", ("matmul",), lambda at: at.g[0] * at.other[0] if at.own.ndim == 1 and at.slot == 1 and at.g.size != at.own.size else None, ("weights of a single row",)),
)  # fmt: skip

MEETINGS = (
    Meeting("last one kept", lambda student, name, parts: parts[-1], ("keep the last",)),
    Meeting("first one kept", lambda student, name, parts: parts[0], ("keep the first",)),
    Meeting("paths multiplied", lambda student, name, parts: np.prod(parts, axis=0), ("multiply the paths",)),
    Meeting("paths averaged", lambda student, name, parts: np.mean(parts, axis=0), ("paths averaged",)),
    Meeting("paths subtracted", lambda student, name, parts: parts[0] - sum(parts[1:]), ("paths subtracted",)),
    Meeting(
        "value for gradient", lambda student, name, parts: student.values[name], ("value for gradient",), inputs=True
    ),
    Meeting("twice the gradient", lambda student, name, parts: 2 * sum(parts), ("gradients not cleared",), inputs=True),
)
