"""PyTorch in double precision as the partner: the formula once more, from the `torch` text of each row.

Values: each operation on our arguments. Gradients: `backward` through the whole graph, intermediates by
`retain_grad`. Local derivatives: `torch.autograd.grad` of the one operation alone, at our values. Nothing
of our own derivatives is used.

Where torch's value agrees with ours, torch goes on from ours, so that the last digit of some `exp`, or the sign of
a 0, does not put the two on different sides of a kink further on.

Where nan goes in or comes out there is no derivative, and what torch sends back depends on how a kernel compares
(`relu` passes the gradient at nan, `maximum` twice): a disagreement there is inconclusive. So it is where an
infinite gradient comes into a sum, whose order decides between an infinity and nan. And torch has weak spots of its
own: its `norm` overflows, its `prod` divides by the entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check import comparison, scales
from graphviz_ad.check.comparison import Comparison, Quantity, compare, not_run
from graphviz_ad.check.torch_operations import Tensor, TorchOperations
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import plain, shape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

NAME = "torch"
"""What the command line calls this partner."""
_NAN = "nan goes in or comes out, and a derivative there means nothing"
"""Why a nan excuses torch."""
_ENDLESS = "an infinite gradient comes in, and the order of the sums decides what is nan"
"""Why an infinite gradient into a structural operation excuses it."""
_ROUNDED = "0 or the rounding of it comes in, times infinity"
"""Why an infinite local derivative excuses it where the gradient is 0 but for rounding."""
_DIVIDED = "torch divides the product by its entries, and it is infinite, or too small for a number"
"""Why a product of no finite size excuses it."""
_NO_PATH = "torch sees no path here: taken as 0"
"""The note where torch has no gradient at all."""


def with_torch(trace: Trace) -> Iterator[Comparison]:
    """Trace → every value, gradient and local derivative beside torch's.

    Raises MissingPartError where torch is not installed.
    """
    run = _Run(trace)
    for quantity in comparison.values(trace):
        theirs = run.results[quantity.node]
        if theirs is None:
            yield not_run(NAME, quantity, run.blocked[quantity.node])
        else:
            yield compare(NAME, quantity, theirs)
    by_node: dict[int, list[Quantity]] = {}
    for quantity in comparison.local_derivatives(trace):
        by_node.setdefault(quantity.node, []).append(quantity)
    edges = [row for node, quantities in by_node.items() for row in run.compare_locals(node, quantities)]
    run.backward()
    for quantity in comparison.gradients(trace):
        yield run.compare_gradient(quantity)
    yield from edges


class _Run(TorchOperations):
    """A pass in torch: `tensors` by node, and `results` as torch computed them before they are brought onto ours.

    `blocked` nodes have no counterpart in torch, each with the reason; `scales` is what went into our values.
    """

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self.trace, self.graph, self.scales = trace, trace.graph, scales.of_values(trace)
        self.blocked: dict[int, str] = {}
        self.results: list[Value | None] = [None] * len(self.graph)
        self.tensors: list[Tensor] = []
        for node in range(len(self.graph)):
            self.tensors.append(self.forward(node))

    def forward(self, node: int) -> Tensor:
        """Node → its tensor, which asks for a gradient exactly where ours gets one."""
        bound, ours = self.graph.ops[node], self.trace.values[node]
        if bound is None:
            return self.tensor(ours).requires_grad_(bool(self.trace.active[node]))
        if not bound.row.torch:
            return self.block(node, f"{bound.row.name} has no torch expression here")
        try:
            out = self.apply(bound, [self.tensors[arg] for arg in self.graph.args[node]])
        except (RuntimeError, TypeError, ValueError, IndexError) as problem:
            return self.block(node, f"torch refuses {bound.row.name}: {str(problem).splitlines()[0]}")
        self.results[node] = theirs = plain(out.detach().numpy())
        if shape(theirs) == shape(ours) and not comparison.agree(ours, theirs, self.scales[node]):
            weak = _weak_spot(bound, self.args(node))
            if weak:
                self.results[node] = None
                return self.block(node, weak)
        elif shape(theirs) == shape(ours):
            out = self.with_our_digits(out, self.tensor(ours))
        if not self.trace.active[node]:
            return out.detach()
        if not out.requires_grad:
            return out.requires_grad_()
        out.retain_grad()
        return out

    def with_our_digits(self, out: Tensor, ours: Tensor) -> Tensor:
        """What torch computed, and ours where they agree → our digits and our sign of 0; gradients go on to torch's."""
        torch = self.torch
        if bool(((out == ours) & (out.signbit() == ours.signbit()) | ~torch.isfinite(ours)).all()):
            return out
        passed_on = {
            "forward": staticmethod(lambda context, theirs: ours.clone()),
            "backward": staticmethod(lambda context, grad: grad),
        }
        function: Any = type("Onto", (torch.autograd.Function,), passed_on)
        return function.apply(out)

    def block(self, node: int, reason: str) -> Tensor:
        """Node that torch cannot compute, and why → a tensor of our value."""
        self.blocked[node] = reason
        return self.tensor(self.trace.values[node]).requires_grad_(bool(self.trace.active[node]))

    def backward(self) -> None:
        """torch's own backward pass; then no gradient is known below a node that is blocked."""
        output = self.tensors[self.graph.output]
        if self.trace.active[self.graph.output] and shape(plain(output.detach().numpy())) == shape(self.trace.seed):
            output.backward(gradient=self.tensor(self.trace.seed))
        self.unknown = _above(self.graph, self.blocked)
        nan = {node: _NAN for node, value in enumerate(self.trace.values) if np.any(np.isnan(value))}
        endless = {node: _ENDLESS for node in range(len(self.graph)) if self.is_endless(node)}
        divided = {node: _DIVIDED for node in range(len(self.graph)) if self.is_divided(node)}
        self.nan = nan | _above(self.graph, divided) | _above(self.graph, endless) | _above(self.graph, nan)

    def is_endless(self, node: int) -> bool:
        """Whether an infinite gradient comes into a structural operation."""
        bound, upstream = self.graph.ops[node], self.trace.grads[node]
        return (
            bound is not None and not bound.row.pointwise and upstream is not None and not np.all(np.isfinite(upstream))
        )

    def is_divided(self, node: int) -> bool:
        """Whether entries are multiplied, and the product divided by one of them is not that of the others."""
        bound = self.graph.ops[node]
        if bound is None or bound.row.name != "prod":
            return False
        entries, product = np.asarray(self.args(node)[0]), np.asarray(self.trace.values[node])
        return bool(np.any(~np.isfinite(product)) or (np.any(np.equal(product, 0)) and np.all(entries)))

    def args(self, node: int) -> list[Value]:
        """Our values of the arguments of a node."""
        return [self.trace.values[arg] for arg in self.graph.args[node]]

    def compare_gradient(self, quantity: Quantity) -> Comparison:
        """The gradient of one node beside torch's."""
        if quantity.node in self.unknown:
            return not_run(NAME, quantity, self.unknown[quantity.node])
        grad = self.tensors[quantity.node].grad
        tensor = self.torch.zeros_like(self.tensors[quantity.node]).detach() if grad is None else grad
        ours, theirs = self.trace.reached_gradient(quantity.node), plain(tensor.numpy())
        nan = self.nan.get(quantity.node, "")
        note = _NO_PATH if grad is None else ""
        row = compare(NAME, quantity, theirs, note=note, doubtful=bool(nan), doubt=nan)
        if row.verdict == "ok" and np.any(np.sign(ours) != np.sign(theirs)):
            self.mark_rounded(quantity.node)
        return row

    def mark_rounded(self, node: int) -> None:
        """A gradient that is 0 up to rounding: what an infinite local derivative makes of it is not to be held
        against anyone."""
        for slot, arg in enumerate(self.graph.args[node]):
            contribution = self.trace.edge_gradient(node, slot).contribution
            if self.trace.active[arg] and not np.all(np.isfinite(contribution)):
                self.nan |= {arg: _ROUNDED} | _above(self.graph, {arg: _ROUNDED})

    def compare_locals(self, node: int, quantities: list[Quantity]) -> Iterator[Comparison]:
        """The edges into one node beside the gradient of its operation alone."""
        if node in self.blocked:
            yield from (not_run(NAME, quantity, self.blocked[node]) for quantity in quantities)
            return
        bound = self.graph.ops[node]
        assert bound is not None
        args = list(map(self.tensor, self.args(node)))
        if bound.row.pointwise:  # every entry of the result gets arguments of its own
            args = [arg.clone() for arg in self.torch.broadcast_tensors(*args)]
        asked = [args[quantity.slot or 0].requires_grad_() for quantity in quantities]
        out = self.apply(bound, args)
        upstream = self.torch.ones_like(out) if bound.row.pointwise else self.tensor(self.trace.reached_gradient(node))
        nan = [np.isnan(value.detach().numpy()) for value in (*args, self.tensor(self.trace.values[node]))]
        endless, divided = self.is_endless(node), self.is_divided(node)
        doubtful = np.any(nan, axis=0) if bound.row.pointwise else endless or divided or any(map(np.any, nan))
        doubt = _DIVIDED if divided else _ENDLESS if endless else _NAN
        gradients: Sequence[Tensor | None] = [None] * len(asked)
        beyond_the_end = node in self.trace.ended and not bound.row.pointwise  # no gradient comes here in torch's pass
        if out.requires_grad and upstream.shape == out.shape and not beyond_the_end:
            gradients = self.torch.autograd.grad(out, asked, grad_outputs=upstream, allow_unused=True)
        for quantity, arg, grad in zip(quantities, asked, gradients, strict=True):
            theirs = self.torch.zeros_like(arg).detach() if grad is None else grad
            note = _NO_PATH if grad is None else ""
            yield compare(NAME, quantity, plain(theirs.numpy()), note=note, doubtful=doubtful, doubt=doubt)


def _weak_spot(bound: BoundOperation, args: list[Value]) -> str:
    """Operation and arguments → why torch has another value and is no witness; empty where it should have the same."""
    if bound.row.name == "norm" and 1 < (p := bound.options["p"]) < np.inf and np.all(np.isfinite(args[0])):
        sizes = np.abs(args[0])
        if np.any(sizes > 1e280 ** (1 / p)) or not np.any(sizes > 1e-280 ** (1 / p)):
            return "the powers that torch adds for a norm are too large or too small for a number"
    if bound.row.name in ("solve", "inv", "det") and not np.all(np.isfinite(args[0])):
        return "what an elimination makes of a matrix that is not finite depends on its order"
    if bound.row.name == "bce_with_logits" and np.any(np.isinf(args[0])):
        return "torch subtracts an infinity from another where a logit is infinite"
    return ""


def _above(graph: Graph, marked: dict[int, str]) -> dict[int, str]:
    """Nodes with reasons → all nodes whose gradients come through one of these, with the reason."""
    reasons: dict[int, str] = {}
    for node in range(len(graph) - 1, -1, -1):
        reason = marked.get(node) or reasons.get(node)
        if reason:
            for arg in graph.args[node]:
                reasons.setdefault(arg, reason)
    return reasons
