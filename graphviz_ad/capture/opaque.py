"""A call of torch that has no text: an operation whose value and gradient are torch's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Array, ArrayFunction, Value


class TorchCall(BoundOperation):
    """A function of torch as an operation of one graph; its arguments are the tensors that it was given."""

    opaque = True

    def __init__(
        self, name: str, function: Callable[..., torch.Tensor], dtypes: Sequence[torch.dtype], active: Sequence[bool]
    ) -> None:
        params = tuple(f"a{number}" for number in range(1, len(dtypes) + 1))
        super().__init__(Operation(name, params, self._forward), (), BY_NAME.__getitem__)
        self.function, self.dtypes, self.active = function, tuple(dtypes), tuple(active)

    def _tensors(self, args: Sequence[Value], *, grad: bool) -> list[torch.Tensor]:
        tensors = []
        for value, dtype, active in zip(args, self.dtypes, self.active, strict=True):
            wide = torch.float64 if dtype.is_floating_point else dtype
            tensor = torch.tensor(np.array(value, dtype=float, order="C")).to(wide)
            tensors.append(tensor.requires_grad_(grad and active))
        return tensors

    def _forward(self, *args: Value) -> Array:
        with torch.no_grad():
            result: Array = self.function(*self._tensors(args, grad=False)).to(torch.float64).numpy()
        return result

    def pullback(self, slot: int, ndims: tuple[int, ...]) -> ArrayFunction:  # type: ignore[override]
        """(g, *args, out) → the contribution to an argument, by torch's own backward pass."""

        def pulled(g: Value, *args: Value) -> Value:
            with torch.enable_grad():
                tensors = self._tensors(args[:-1], grad=True)
                out = self.function(*tensors)
            if not tensors[slot].requires_grad or not out.requires_grad:
                return np.zeros(np.shape(args[slot]))
            upstream = torch.tensor(np.array(g, dtype=float, order="C")).reshape(out.shape).to(out.dtype)
            (grad,) = torch.autograd.grad(out, [tensors[slot]], grad_outputs=upstream, allow_unused=True)
            contribution: Any = torch.zeros_like(tensors[slot]) if grad is None else grad
            return np.asarray(contribution.detach().numpy())

        return pulled

    def __reduce__(self) -> tuple[object, ...]:
        return TorchCall, (self.row.name, self.function, self.dtypes, self.active)
