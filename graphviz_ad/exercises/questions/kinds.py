"""The kinds of question: one table, which the commands, the exercises, the sheets and the tests read.

A new kind is a function that makes its question, its words `kind.…` and `ask.…` in `messages`, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphviz_ad.exercises.levels import Template
from graphviz_ad.exercises.questions import (
    batches,
    choices,
    cutting,
    formulas,
    limits,
    modes,
    naming,
    numbers,
    predictions,
    telling,
    updates,
)
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.items.model import Question

_NEURON = Template("z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2")
"""A formula of which most kinds of question can be asked: a function, an input used twice, paths of several edges."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: its maker, and what the commands, sheets and marking need to know of it.

    `make(asker, name)` gives the question of that name, or None where the formula has nothing to ask of that kind;
    `needs` then says which formula has. Where it is `usual`, it is asked of a formula for which no kinds are chosen.
    Mistakes of the `forward` pass show in its answers, else those of both. On paper its formula has a `long` line.
    Where what is given with it is a pass at `other` inputs, a page shows that only when it is asked to.
    `example` has one.
    """

    make: Callable[[Asker, str], Question | None]
    usual: bool = False
    needs: str = "a longer one"
    forward: bool = False
    long: bool = False
    other: bool = False
    example: Template = _NEURON


KINDS: dict[str, Kind] = {
    "values": Kind(numbers.values, usual=True, forward=True),
    "locals": Kind(numbers.locals_, usual=True),
    "rules": Kind(formulas.rules),
    "contributions": Kind(numbers.contributions, usual=True),
    "gradients": Kind(numbers.gradients),
    "inputs": Kind(numbers.inputs, usual=True),
    "telling": Kind(telling.telling, needs="one of several steps"),
    "path": Kind(formulas.path),
    "paths": Kind(formulas.paths, usual=True, needs="one in which an input is used twice", long=True),
    "which_rule": Kind(naming.which_rule, needs="one with two kinds of operation"),
    "order": Kind(choices.order),
    "graph": Kind(choices.graph),
    "mistake": Kind(predictions.mistake, usual=True, other=True),
    "predict": Kind(predictions.predict),
    "shape": Kind(choices.shape, example=Template("z = W @ x; L = sum(z^2)", {"W": (2, 2), "x": (2,)})),
    "axis": Kind(
        choices.axis, needs="one that spreads a bias over a batch",
        example=Template("d = x - m; L = sum(d^2)", {"x": (3,)}),
    ),
    "tangents": Kind(modes.tangents, needs="one of numbers alone"),
    "jacobian_row": Kind(
        modes.jacobian_row, needs="one with a vector of 2 to 4 entries that is computed from another one",
        example=Template("z = W @ x; h = tanh(z); L = sum(h^2)", {"W": (2, 2), "x": (2,)}),
    ),
    "cheaper_mode": Kind(modes.cheaper_mode),
    "detach": Kind(cutting.detach, needs="one of numbers alone"),
    "second_backward": Kind(cutting.second_backward, needs="one of numbers alone with two inputs"),
    "update": Kind(updates.update, needs="one whose output is a number that an input changes"),
    "batch_gradient": Kind(
        batches.batch_gradient, needs="one that is a mean over 2 to 4 entries of x and y",
        example=Template("z = w*x + b; L = mean((z - y)^2)", {"x": (3,), "y": (3,)}),
    ),
    "updates_per_epoch": Kind(batches.updates_per_epoch, needs="one with an input that gets a gradient"),
    "momentum_step": Kind(updates.momentum_step, needs="one with a number that is learnt"),
    "adam_step": Kind(updates.adam_step, needs="one with a number that is learnt"),
    "rate_limit": Kind(
        limits.rate_limit, needs="one that is a parabola in a number that is learnt, as (w*x - y)^2",
        example=Template("z = w*x; L = (z - y)^2"),
    ),
}  # fmt: skip
"""Kinds of question by name, in the order in which they are listed."""


def usual() -> tuple[str, ...]:
    """→ the kinds that are asked of a formula for which none are chosen."""
    return tuple(name for name, kind in KINDS.items() if kind.usual)
