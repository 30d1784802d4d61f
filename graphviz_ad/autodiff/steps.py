"""The steps of the passes: frozen, in order, and all there is to know about what happened.

The state at step k is a fold over the first k steps; nothing is run again to draw or to explain it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import index
from typing import SupportsIndex

from graphviz_ad.errors import GraphvizADError
from graphviz_ad.values import Value


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Forward: node `node` is computed from its arguments."""

    k: int
    node: int
    value: Value

    phase = "forward"
    kind = "evaluate"


@dataclass(frozen=True, slots=True)
class Seed:
    """Backward begins: the gradient of the output with respect to itself, or the upstream that was given."""

    k: int
    node: int
    grad: Value

    phase = "backward"
    kind = "seed"


@dataclass(frozen=True, slots=True)
class Pull:
    """Backward over one edge: upstream gradient at `node` × local derivative = contribution to `to`.

    `local` is None for a structural operation, whose contribution is stated as a whole. `summed` are the
    axes over which the contribution was summed because the argument had been broadcast. `count` of `of`
    contributions have reached `to` with this one.
    """

    k: int
    node: int
    to: int
    slot: int
    upstream: Value
    local: Value | None
    contribution: Value
    summed: tuple[int, ...]
    count: int
    of: int

    phase = "backward"
    kind = "pull"


@dataclass(frozen=True, slots=True)
class Accumulate:
    """Backward at a fan-out: the contribution that came over (node, slot) is added to the sum at `to`."""

    k: int
    node: int
    to: int
    slot: int
    contribution: Value
    total: Value
    count: int
    of: int

    phase = "backward"
    kind = "accumulate"


@dataclass(frozen=True, slots=True)
class Update:
    """After both passes: node `node`, the next value of a parameter or a part of it, is computed by a rule."""

    k: int
    node: int
    value: Value

    phase = "update"
    kind = "update"


@dataclass(frozen=True, slots=True)
class GradCall:
    """A call that changes what PyTorch keeps in .grad: "backward" once more, "zero_grad", or "retain_grad" of `node`.

    `before` and `after` say by node how many gradients are added up in its .grad; of none it is None.
    """

    k: int
    node: int
    call: str
    before: Mapping[int, int]
    after: Mapping[int, int]

    phase = "grad"
    kind = "grad-call"


@dataclass(frozen=True, slots=True)
class SeedTangent:
    """Forward mode begins: input `node` moves with the tangent that was given."""

    k: int
    node: int
    tangent: Value

    phase = "tangent"
    kind = "seed-tangent"


@dataclass(frozen=True, slots=True)
class Push:
    """Forward mode over one edge: local derivative × tangent of `source` = contribution to the tangent of `node`.

    `local` is None for a structural operation, whose contribution is stated as a whole. It is contribution `count` of
    `of`.
    """

    k: int
    node: int
    source: int
    slot: int
    tangent: Value
    local: Value | None
    contribution: Value
    count: int
    of: int

    phase = "tangent"
    kind = "push"


@dataclass(frozen=True, slots=True)
class Total:
    """Forward mode at a node with several arguments that move: their contributions add up to its tangent."""

    k: int
    node: int
    tangent: Value

    phase = "tangent"
    kind = "total"


Step = Evaluate | Seed | Pull | Accumulate | Update | GradCall | SeedTangent | Push | Total
"""One step of a trace."""


def step_number(step: SupportsIndex) -> int:
    """Number of a step as given → an int.

    Raises GraphvizADError where it is no whole number.
    """
    try:
        return index(step)
    except TypeError:
        raise GraphvizADError(
            f"the number of a step is a whole number, not {step!r}", hint="as in draw(step=3)"
        ) from None
