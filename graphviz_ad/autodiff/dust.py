"""Rounding dust: what is left where terms should cancel to 0, as in 0.1 + 0.2 - 0.3.

A number is dust where it is no larger than 10⁻¹² of the sum of the absolute values of the terms it was added up from,
or follows from such a number and would be 0 if that were 0. It is shown as 0, with ≈ before it; the trace keeps it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.edges import EdgeGradient
from graphviz_ad.autodiff.steps import (
    Accumulate,
    Evaluate,
    GradCall,
    Pull,
    Push,
    Seed,
    SeedTangent,
    Step,
    Total,
    Update,
)
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.autodiff.weighing import DUST_SHARE, LINEAR, Operand, Size, terms_of
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import added, plain, unbroadcast
from graphviz_ad.ops.operation import Option
from graphviz_ad.values import Mask, Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_ENTRIES = 4096
"""Entries of a value above which nothing is looked for."""

_OF_VALUES = ("steps", "steps_to", "contribution_over", "not_finite")
"""What a trace keeps of its numbers once it was asked for, in which dust is still there."""

Key = tuple[str, int, int]
"""What may be dust: "value", "gradient", "contribution", "total" or "local", the node, and of an edge the slot."""


def is_dust(trace: Trace, node: int, kind: str, slot: int = 0) -> Mask:
    """Node (and slot of an edge) and "value", "gradient", "contribution", "total" or "local" → whether that is dust.

    For an array it is an array of answers; False where nothing is.
    """
    return trace.shown.dust.get((kind, node, slot), False)


def shown(trace: Trace) -> Trace:
    """Trace → the same with 0 in place of dust: what is shown to people; the trace itself where there is none."""
    if not _suspicious(trace):
        return trace
    with np.errstate(all="ignore"):
        sweep = _Sweep(trace)
    return ShownTrace.without_dust(trace, sweep.dust) if sweep.dust else trace


class ShownTrace(Trace):
    """A trace with 0 in place of what is dust in `raw`, the trace itself."""

    raw: Trace

    @classmethod
    def without_dust(cls, raw: Trace, dust: Mapping[Key, Mask]) -> ShownTrace:
        """Trace and what of it is dust → the trace that is shown."""
        trace = cls.__new__(cls)
        kept = {name: value for name, value in vars(raw).items() if name not in _OF_VALUES}
        vars(trace).update(kept, raw=raw, dust=dust, _cache={})
        trace.values = [_cleaned(value, dust.get(("value", node, 0))) for node, value in enumerate(raw.values)]
        trace.grads = [
            None if grad is None else _cleaned(grad, dust.get(("gradient", node, 0)))
            for node, grad in enumerate(raw.grads)
        ]
        return trace

    @property
    def shown(self) -> Trace:
        """Itself, since it is what is shown."""
        return self

    def edge_gradient(self, node: int, slot: int) -> EdgeGradient:
        """Edge → local derivative, contribution, axes summed, without dust."""
        local, contribution, summed = self.raw.edge_gradient(node, slot)
        return EdgeGradient(self._slope(local, node, slot), self._contribution(contribution, node, slot), summed)

    def local(self, node: int, slot: int) -> Value | None:
        """Edge → its local derivative, without dust."""
        return self._slope(self.raw.local(node, slot), node, slot)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps, without dust."""
        return tuple(self._step(step) for step in self.raw.steps)

    def _contribution(self, contribution: Value, node: int, slot: int) -> Value:
        return _cleaned(contribution, self.dust.get(("contribution", node, slot)))

    def _slope(self, local: Value | None, node: int, slot: int) -> Value | None:
        return None if local is None else _cleaned(local, self.dust.get(("local", node, slot)))

    def _step(self, step: Step) -> Step:
        match step:
            case Evaluate() | Update():
                return replace(step, value=self.values[step.node])
            case Seed() | GradCall() | SeedTangent() | Push() | Total():
                return step
            case Pull():
                return replace(
                    step, upstream=self.reached_gradient(step.node),
                    local=self._slope(step.local, step.node, step.slot),
                    contribution=self._contribution(step.contribution, step.node, step.slot),
                )  # fmt: skip
            case Accumulate():
                partial = _cleaned(step.total, self.dust.get(("total", step.node, step.slot)))
                return replace(
                    step, contribution=self._contribution(step.contribution, step.node, step.slot),
                    total=self.reached_gradient(step.to) if step.count == step.of else partial,
                )  # fmt: skip


def _cleaned(value: Value, dust: Mask | None) -> Value:
    return value if dust is None else plain(np.where(dust, 0.0, value))


def _suspicious(trace: Trace) -> bool:
    """Whether some number is so much smaller than another that it may be dust."""
    smallest, largest = math.inf, 0.0
    contributions = (edge.contribution for edge in trace.contribution_over.values())
    numbers = [*trace.values, *trace.grads, *contributions, *_totals(trace)]
    for number in numbers:
        if isinstance(number, float):
            size = abs(number)
            if 0 < size < math.inf:
                smallest, largest = min(smallest, size), max(largest, size)
        elif number is not None and 0 < number.size <= _MAX_ENTRIES:
            sizes = np.abs(number)
            sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
            if sizes.size:
                smallest, largest = min(smallest, float(sizes.min())), max(largest, float(sizes.max()))
    return smallest <= 100 * DUST_SHARE * max(largest, largest * largest) * len(numbers)


def _totals(trace: Trace) -> Iterator[Value]:
    """The sums on the way to each gradient that several contributions are added to."""
    totals: dict[int, Value] = {}
    for node, slot, arg in () if trace.forward_mode else trace.backward_edges():
        if trace.contributions_to[arg] > 1:
            totals[arg] = total = added(totals.get(arg), trace.edge_gradient(node, slot).contribution)
            yield total


class _Sweep:
    """One walk through both passes, which marks what is dust."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.graph = trace, trace.graph
        self.dust: dict[Key, Mask] = {}
        self.sizes: list[Size] = []
        for node, bound in enumerate(self.graph.ops):
            size = Size.of(trace.values[node])
            swept = node not in trace.updates and np.size(trace.values[node]) <= _MAX_ENTRIES
            if bound is not None and swept:
                size = self._note(("value", node, 0), trace.values[node], self._forward(node, bound))
            self.sizes.append(size)
        self._backward()

    def _note(self, key: Key, raw: Value, size: Size) -> Size:
        """A number and what it is when terms are weighed → the number without dust, which is remembered."""
        size = size.swept
        dust = (size.value == 0) & (np.asarray(raw) != 0) & np.isfinite(raw)
        dust = dust & (np.abs(raw) <= DUST_SHARE * 10 * size.terms)
        if np.any(dust):
            self.dust[key] = dust
            return Size(np.where(dust, 0.0, raw), np.where(dust, size.terms, np.abs(raw)))
        return Size.of(raw)

    def _forward(self, node: int, bound: BoundOperation) -> Size:
        """Node → its value and the size of its terms."""
        raw, args = self.trace.values[node], [self.sizes[arg] for arg in self.graph.args[node]]
        row = bound.row
        if row.name in ("add", "subtract"):
            return Size(raw, sum((arg.terms for arg in args[1:]), args[0].terms))
        if row.name in LINEAR:
            return Size(raw, np.abs(bound.forward(*(np.asarray(arg.terms, dtype=float) for arg in args))))
        if row.pointwise and any(("value", arg, 0) in self.dust for arg in self.graph.args[node]):
            return self._through(node, bound, args)
        if row.definition and not row.pointwise and _is_tiny(raw, args):
            scope = dict(zip(row.params, args, strict=True)) | _options(bound)
            return Size(raw, terms_of(row.definition, scope, raw))
        return Size.of(raw)

    def _through(self, node: int, bound: BoundOperation, args: list[Size]) -> Size:
        """Node of which an argument is dust → its value; what would be 0 if that were 0 is dust too."""
        raw = self.trace.values[node]
        clean = bound.forward(*(np.asarray(arg.value, dtype=float) for arg in args))
        terms = np.zeros(np.shape(raw))
        for slot, arg in enumerate(args):
            local = np.abs(np.asarray(self.trace.local(node, slot), dtype=float))
            terms = terms + np.where(arg.value == 0, local * arg.terms, 0.0)
        return Size(raw, np.where(clean == 0, terms, np.abs(raw)))

    # -- backward -----------------------------------------------------------------------------

    def _backward(self) -> None:
        """Contributions and gradients, from the output back."""
        trace = self.trace
        grads = {self.graph.output: Size.of(trace.seed)}
        terms: dict[int, Result] = {}
        sums: dict[int, Value] = {}
        counts: Counter[int] = Counter()
        for node, slot, arg in trace.backward_edges():
            contribution = self._contribution(node, slot, grads[node])
            raw = trace.edge_gradient(node, slot).contribution
            counts[arg] += 1
            terms[arg] = terms[arg] + contribution.terms if arg in terms else contribution.terms
            sums[arg] = added(sums.get(arg), raw)
            of = trace.contributions_to[arg]
            if of == 1:
                grads[arg] = contribution
                if ("contribution", node, slot) in self.dust:
                    self.dust["gradient", arg, 0] = self.dust["contribution", node, slot]
            elif counts[arg] == of:
                gradient = trace.reached_gradient(arg)
                grads[arg] = self._note(("gradient", arg, 0), gradient, Size(gradient, terms[arg]))
            else:
                self._note(("total", node, slot), sums[arg], Size(sums[arg], terms[arg]))

    def _contribution(self, node: int, slot: int, g: Size) -> Size:
        """Edge and the gradient at its node → the contribution over it, and the size of its terms."""
        local, raw, _ = self.trace.edge_gradient(node, slot)
        if np.size(raw) > _MAX_ENTRIES or np.size(self.trace.values[node]) > _MAX_ENTRIES:
            return Size.of(raw)
        key: Key = ("contribution", node, slot)
        if local is None:
            return self._note(key, raw, self._pulled_back(node, slot, g, raw))
        slope = self._slope(node, slot, local)
        terms, to = g.terms * slope.terms, np.shape(raw)
        if np.shape(terms) != to:
            terms = unbroadcast(np.broadcast_to(terms, np.broadcast_shapes(np.shape(terms), to)), to)[0]
        return self._note(key, raw, Size(raw, terms))

    def _slope(self, node: int, slot: int, local: Value) -> Size:
        """Edge → its local derivative, of several operations a sum: where an argument is dust it is dust too."""
        bound, ids, key = self.graph.ops[node], self.graph.args[node], ("local", node, slot)
        assert bound is not None
        sizes = dict(zip(bound.row.params, [self.sizes[arg] for arg in ids]))
        if not any(("value", operand, 0) in self.dust for operand in (*ids, node)):
            if not isinstance(bound, ClosedOperation) or not _is_tiny(local, [*sizes.values()]):
                return Size.of(local)
            scope: dict[str, Operand] = {"out": self.sizes[node], "pi": math.pi, **sizes, **_options(bound)}
            return self._note(key, local, Size(local, terms_of(bound.row.partials[slot], scope, local)))
        args = [np.asarray(self.sizes[operand].value, dtype=float) for operand in (*ids, node)]
        clean = bound.partial(slot)(None, *args)
        largest = max(float(np.max(self.sizes[operand].terms)) for operand in (*ids, node))
        return self._note(key, local, Size(local, np.where(clean == 0, largest, np.abs(local))))

    def _pulled_back(self, node: int, slot: int, g: Size, raw: Value) -> Size:
        """Edge of a structural operation and the gradient at its node → its contribution, by the pullback's text."""
        bound, ids = self.graph.ops[node], self.graph.args[node]
        assert bound is not None
        args, row = [self.sizes[arg] for arg in ids], bound.row
        if not _is_tiny(raw, [g, *args]):
            return Size.of(raw)
        if row.untold:  # what it is the sum of is as large as what went in, at most
            largest = max(1.0, *(float(np.max(arg.terms, initial=0.0)) for arg in args))
            return Size(raw, np.broadcast_to(np.max(g.terms, initial=0.0) * largest, np.shape(raw)))
        ndims = tuple(np.ndim(self.trace.values[arg]) for arg in ids)
        scope: dict[str, Operand] = {"g": g, "out": self.sizes[node], "k": slot, "pi": math.pi, **_options(bound)}
        if row.variadic:
            scope |= {"xs": tuple(arg.value for arg in args), "x": args[slot]}
        else:
            scope |= dict(zip(row.params, args, strict=True))
        terms = terms_of(row.pullback_text(slot, ndims), scope, raw)
        if np.shape(terms) != np.shape(raw):
            terms = unbroadcast(np.asarray(terms, dtype=float), np.shape(raw))[0]
        return Size(raw, terms)


def _is_tiny(raw: Value, args: list[Size]) -> bool:
    """Whether an entry of a result is so small beside its arguments that it may be dust."""
    sizes = np.abs(np.asarray(raw, dtype=float)).ravel()
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    largest = max((float(np.max(arg.terms)) for arg in args if np.size(arg.terms)), default=0.0)
    return bool(sizes.size) and float(sizes.min()) <= DUST_SHARE * max(largest, largest * largest, 1.0)


def _options(bound: BoundOperation) -> dict[str, Option]:
    return dict(bound.options)
