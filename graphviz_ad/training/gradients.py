"""The backward pass as lines of numpy calls: what is the same for all entries, or only a factor, is kept apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import broadcast_axes, contribution_to
from graphviz_ad.training.straight_line import Lines, Text
from graphviz_ad.values import Result, Shape, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient: `factor` times the value of `code`, which has `shape`; without code it is the factor itself.

    The shape may be one that broadcasts to that of the node: a sum hands the same gradient to all its entries.
    """

    code: str | None
    shape: Shape
    factor: float

    def whole(self, lines: Lines) -> str:
        """→ the expression of the gradient, factor and all."""
        if self.code is None:
            return lines.known(self.factor)
        if self.factor == 1.0:
            return self.code
        return lines.keep(f"-{self.code}" if self.factor == -1.0 else f"{self.factor!r} * {self.code}")

    def full(self, lines: Lines, shape: Shape) -> str:
        """Shape of the node → the expression of the gradient in that shape, without the factor."""
        if self.code is None:
            return lines.known(np.ones(shape), "ones") if shape else "1.0"
        return self.code if self.shape == shape else lines.keep(f"np.broadcast_to({self.code}, {shape!r})")


def backward(
    lines: Lines, graph: Graph, names: Sequence[str], shapes: Sequence[Shape], targets: Collection[int]
) -> dict[int, str]:
    """Lines, graph, names and shapes of all values, nodes → the names of their gradients; 0 where there is no path."""
    active = bytearray(len(graph))
    for node in range(len(graph)):
        active[node] = node in targets or any(active[arg] for arg in graph.args[node])
    waiting: dict[int, list[Gradient]] = {graph.output: [Gradient(None, (), 1.0)]}
    for node in range(graph.output, -1, -1):
        bound = graph.ops[node]
        if bound is None or node not in waiting:
            continue
        grad = _summed(lines, waiting[node])
        for slot, arg in enumerate(graph.args[node]):
            if active[arg] and (contribution := _contribution(lines, graph, bound, node, slot, grad, names, shapes)):
                waiting.setdefault(arg, []).append(contribution)
    results = {}
    for node in targets:
        grad = _summed(lines, waiting.get(node, [Gradient(None, (), 0.0)]))
        whole = grad.whole(lines)
        if grad.shape != shapes[node]:
            whole = lines.keep(f"np.full({shapes[node]!r}, {whole})")
        results[node] = whole
    return results


def _summed(lines: Lines, parts: list[Gradient]) -> Gradient:
    """Contributions → their sum."""
    if len(parts) == 1:
        return parts[0]
    if all(part.code is None for part in parts):
        return Gradient(None, (), sum(part.factor for part in parts))
    shape = tuple(np.broadcast_shapes(*(part.shape for part in parts)))
    factor = parts[0].factor
    if all(part.code is not None and abs(part.factor) == abs(factor) for part in parts):
        rest = "".join(f" {'+' if part.factor == factor else '-'} {part.code}" for part in parts[1:])
        return Gradient(lines.keep(f"{parts[0].code}{rest}"), shape, factor)
    return Gradient(lines.keep(" + ".join(part.whole(lines) for part in parts)), shape, 1.0)


def _contribution(
    lines: Lines, graph: Graph, bound: BoundOperation, node: int, slot: int, grad: Gradient, names: Sequence[str],
    shapes: Sequence[Shape],
) -> Gradient | None:  # fmt: skip
    """An edge and the gradient that arrives there → its contribution, None where the path ends."""
    args, row = graph.args[node], bound.row
    size = shapes[args[slot]]
    if bound.can_end and row.ends_at(slot, tuple(len(shapes[arg]) for arg in args)):
        return None
    known = {**dict(zip(row.params, (names[arg] for arg in args), strict=False)), "out": names[node]}
    of = {**dict(zip(row.params, (shapes[arg] for arg in args), strict=False)), "out": shapes[node]}
    if row.pointwise:
        local = Text(lines, bound, row.partials[slot], known, of)
        return _fitted(lines, _times(lines, grad, local), shapes[node], size)
    if row.name in ("sum", "mean"):
        return _spread(lines, bound, grad, shapes[node], size)
    if row.name == "mse" and shapes[args[0]] == shapes[args[1]]:
        apart = lines.keep(f"{names[args[0]]} - {names[args[1]]}")
        factor = (-2.0 if slot else 2.0) * grad.factor / prod(size)
        return Gradient(apart if grad.code is None else lines.keep(f"{grad.code} * {apart}"), size, factor)
    g = grad.full(lines, shapes[node])
    if row.name == "matmul" and (code := _product(g, names[args[1 - slot]], slot, [shapes[arg] for arg in args])):
        return Gradient(lines.keep(code), size, grad.factor)
    ndims = tuple(len(shapes[arg]) for arg in args)
    pullback = lines.known(_Pullback(bound, slot, ndims, tuple(shapes[arg] for arg in args)), "p")
    values = ", ".join([g, *(names[arg] for arg in args), names[node]])
    return Gradient(lines.keep(f"{pullback}({values})"), size, grad.factor)


def _product(g: str, other: str, slot: int, shapes: list[Shape]) -> str | None:
    """Upstream gradient, the other factor and the shapes of both → the contribution of a matrix product."""
    match (len(shapes[0]), len(shapes[1]), slot):
        case (2, 2, 0):
            return f"{g} @ {other}.T"
        case (2, 2 | 1, 1):
            return f"{other}.T @ {g}"
        case (1, 2, 0):
            return f"{other} @ {g}"
        case (1, 1, _):
            return f"{g} * {other}"
        case (2, 1, 0) | (1, 2, 1):
            left, right = (g, other) if slot == 0 else (other, g)
            return f"{left}[:, None] * {right}"
    return None


@dataclass(frozen=True, slots=True)
class _Pullback:
    """An edge whose derivative is computed as the passes compute it."""

    bound: BoundOperation
    slot: int
    ndims: tuple[int, ...]
    shapes: tuple[Shape, ...]

    def __call__(self, g: Value, *values: Value) -> Result:
        contribution = self.bound.pullback(self.slot, self.ndims)(g, *values)
        return contribution_to(contribution, self.slot, self.shapes, values[-1])[0]  # type: ignore[arg-type]


def _times(lines: Lines, grad: Gradient, local: Text) -> Gradient:
    """Upstream gradient and the text of a local derivative → their product."""
    factor, rest = local.factor()
    if rest is None:
        return replace(grad, factor=grad.factor * factor)
    shape = rest.shape(rest.root)
    shape = tuple(np.broadcast_shapes(grad.shape, shape))
    if grad.code is None:
        code = rest.code() if not rest.compares() else f"({rest.code()})"
        return Gradient(lines.keep(code), shape, grad.factor * factor)
    quotient = rest.quotient()
    if quotient is not None and quotient[0] == "1.0":
        return Gradient(lines.keep(f"{grad.code} / {quotient[1]}"), shape, grad.factor * factor)
    return Gradient(lines.keep(f"{grad.code} * {rest.code()}"), shape, grad.factor * factor)


def _fitted(lines: Lines, grad: Gradient, have: Shape, to: Shape) -> Gradient:
    """Contribution in the shape of the result → in that of the argument: summed where this was repeated."""
    if have == to:
        return grad
    axes = broadcast_axes(to, have)
    if grad.code is None:
        return replace(grad, factor=grad.factor * prod(have[axis] for axis in axes))
    shape = (1,) * (len(have) - len(grad.shape)) + grad.shape
    repeated = prod(have[axis] for axis in axes if shape[axis] == 1)
    over = tuple(axis for axis in axes if shape[axis] > 1)
    code, factor = grad.code, grad.factor * repeated
    if over:
        given = code if len(grad.shape) == len(have) else lines.keep(f"{code}.reshape({shape!r})")
        code = f"total({given}, axis={None if len(over) == len(have) else over})"
    left = tuple(1 if axis in over else length for axis, length in enumerate(shape))
    done = tuple(length for axis, length in enumerate(have) if axis not in over) if over else grad.shape
    if len(to) == len(have) and over and len(over) < len(have):
        code, done = f"{code}.reshape({left!r})", left
    elif len(done) > len(to):
        done = done[len(done) - len(to) :]
        code = f"{code}.reshape({done!r})"
    return Gradient(lines.keep(code), done, factor)


def _spread(lines: Lines, bound: BoundOperation, grad: Gradient, have: Shape, to: Shape) -> Gradient:
    """Gradient of a sum or a mean → that of what is summed: the same for every entry."""
    count = prod(to) // max(prod(have), 1)
    factor = grad.factor / count if bound.row.name == "mean" else grad.factor
    if grad.code is None or not grad.shape:
        return replace(grad, factor=factor)
    axis = bound.options.get("axis")
    over = range(len(to)) if axis is None else axis if isinstance(axis, tuple) else (int(axis),)
    gone = {dim % len(to) for dim in over}
    kept = tuple(1 if dim in gone else length for dim, length in enumerate(to))
    full = (1,) * (len(have) - len(grad.shape)) + grad.shape
    if len(have) == len(to):
        shape = full
    else:
        places = iter(full)
        shape = tuple(1 if dim in gone else next(places) for dim in range(len(to)))
    assert all(a in (1, b) for a, b in zip(shape, kept, strict=True))
    return Gradient(lines.keep(f"{grad.code}.reshape({shape!r})"), shape, factor)
