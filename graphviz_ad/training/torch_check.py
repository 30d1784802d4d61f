"""A run beside the same in torch: its own gradients and its own optimiser, on the same batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.check.torch_operations import Tensor, TorchOperations
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.graph import Graph
from graphviz_ad.lazy import lazy
from graphviz_ad.training.optimizers import in_torch
from graphviz_ad.training.run import Run

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

TOLERANCE = 1e-12
"""Largest relative difference of a parameter at which both are the same but for rounding."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The largest relative difference of a parameter, and after which update it was."""

    parameter: str
    update: int
    size: float

    @property
    def ok(self) -> bool:
        """Whether it is rounding."""
        return self.size <= TOLERANCE


@dataclass(frozen=True)
class Agreement:
    """A run beside torch: the largest difference of each parameter; `first` is the first update where one is too
    large, None where all agree."""

    updates: int
    differences: tuple[Difference, ...]
    first: int | None

    @property
    def ok(self) -> bool:
        """Whether all parameters agree after all updates."""
        return self.first is None

    def __str__(self) -> str:
        lines = [
            f"{'ok  ' if row.ok else 'DIFF'}  {row.parameter}: largest relative difference "
            f"{row.size:.1e} after update {row.update}"
            for row in self.differences
        ]
        end = f"{self.updates} updates agree with torch to {TOLERANCE:g}"
        if self.first is not None:
            end = f"update {self.first} is the first that differs from torch's by more than {TOLERANCE:g}"
        return "\n".join([*lines, end])


def with_torch(run: Run) -> Agreement:
    """Run → its parameters after every update that is kept beside torch's.

    Raises MissingPartError where torch is not installed, GraphvizADError where it cannot compute the loss.
    """
    torch = TorchOperations()
    model, settings = run.model, run.settings
    tensors = {name: torch.tensor(value).requires_grad_() for name, value in model.start.items()}
    name, options = in_torch(settings.optimizer)
    optimizer = getattr(torch.torch.optim, name)(list(tensors.values()), lr=settings.rate, **options)
    worst = {name: Difference(name, 0, 0.0) for name in tensors}
    ours = dict(zip(run.kept, run.states, strict=True))
    first: int | None = None
    for update in range(1, run.updates + 1):
        optimizer.zero_grad()
        rows = run.rows(update)
        inputs, graph = {**model.inputs(rows, {}), **tensors}, model.sized(rows)
        _loss(torch, graph, [inputs[name] for name in graph.inputs]).backward()
        if "G" in settings.optimizer.constants:
            torch.torch.nn.utils.clip_grad_norm_(list(tensors.values()), settings.optimizer.constants["G"])
        for group in optimizer.param_groups:
            group["lr"] = float(settings.rates[update - 1])
        optimizer.step()
        for name, value in zip(tensors, ours.get(update, ()), strict=False):
            theirs = tensors[name].detach().numpy()
            size = float(np.max(np.abs(value - theirs)) / max(float(np.max(np.abs(theirs))), 1e-300))
            if not size <= worst[name].size:
                worst[name] = Difference(name, update, size)
            if first is None and not size <= TOLERANCE:
                first = update
    return Agreement(run.updates, tuple(worst.values()), first)


def _loss(torch: TorchOperations, graph: Graph, inputs: Sequence[Tensor]) -> Tensor:
    """Operations in torch, graph, the values of its inputs → the loss as a tensor."""
    tensors: list[Tensor] = [None] * len(graph)
    for node, value in zip(graph.inputs.values(), inputs, strict=True):
        tensors[node] = value if hasattr(value, "backward") else torch.tensor(value)
    for node, value in graph.constants.items():
        tensors[node] = torch.tensor(value)
    for node, bound in enumerate(graph.ops):
        if bound is not None:
            try:
                tensors[node] = torch.apply(bound, [tensors[arg] for arg in graph.args[node]])
            except (RuntimeError, TypeError, ValueError, IndexError) as problem:
                reason = str(problem).splitlines()[0]
                graph.fail(GraphvizADError, f"torch refuses {bound.row.name}: {reason}", node)
    return tensors[graph.output]
