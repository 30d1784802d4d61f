"""PyTorch code → the trace of what it computes, drawn and explained like a formula's."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from graphviz_ad.api import Trace
from graphviz_ad.errors import MissingPartError
from graphviz_ad.graph.graph import Limits
from graphviz_ad.installing import library

if TYPE_CHECKING:
    import torch

LIMITS = Limits(length=2**20, array=50_000_000)
"""Of code, unless said: its arrays are in memory anyhow, and its text is not typed."""


def trace(
    function: Callable[..., Any], *args: object, loss: Callable[[Any], torch.Tensor] | None = None,
    limits: Limits | None = None, names: Mapping[torch.Tensor | str, str] | None = None, **options: object,
) -> Trace:  # fmt: skip
    """A function or `nn.Module` and its arguments → the trace of what it computes, as of a formula.

    The code is run once, with these tensors, and every call of torch in it is recorded; `loss` makes one number of what
    it gives, unless that is one or the code calls `backward()`. Names are those of the variables and parameters,
    or what `names` says for a tensor, or for a parameter or module by its path: {x: "x_1", "fc1.weight": "W"}. Every
    value and every gradient is compared with torch's.

    The code does what it does anyhow: an optimiser's step changes its parameters. Values are those before.

    Raises CaptureError, with the line of the code, where no graph can be made or one number is not torch's;
    MissingPartError where torch is not installed.

    >>> import torch
    >>> w = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    >>> def loss(x):
    ...     z = w * x
    ...     return (z - 1) ** 2
    >>> trace(loss, torch.tensor(3.0, dtype=torch.float64))
    <Trace of 'z = w * x; loss = (z - 1) ^ 2' at w=2, x=3: loss = 25>
    """
    if importlib.util.find_spec("torch") is None:
        raise MissingPartError("torch is not installed", hint=library("torch"))
    from graphviz_ad.capture.captured import captured

    return Trace.of(captured(function, args, options, loss=loss, limits=limits or LIMITS, names=names))
