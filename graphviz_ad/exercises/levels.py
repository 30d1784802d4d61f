"""The built-in course: twelve levels, ordered by idea, each with several formulas and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from graphviz_ad.values import Shape


@dataclass(frozen=True, slots=True)
class Template:
    """A formula, the shapes of its inputs that are arrays, and the inputs that get gradients, if not all."""

    formula: str
    shapes: dict[str, Shape] = field(default_factory=dict)
    wrt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """The formulas that show an idea, and the questions asked; the idea itself is a message, `level.1` …"""

    templates: tuple[Template, ...]
    asked: tuple[str, ...]


_BATCH: dict[str, Shape] = {"X": (3, 2), "w": (2,), "y": (3,)}
"""Shapes of a batch of three rows: as few as show which axis is which."""
_EXAMPLES: dict[str, Shape] = {"x": (3,), "y": (3,)}
"""Shapes of a mini-batch of three examples, each a number."""
_AFFINE: dict[str, Shape] = {"W": (2, 2), "x": (2,), "b": (2,)}
"""Shapes of a layer: the smallest matrix in which rows and columns differ."""

LEVELS: dict[int, Level] = {
    1: Level(
        (Template("L = 3*x"), Template("L = x + 4"), Template("L = x^2"), Template("L = 5 - x"), Template("L = x/4"),
         Template("L = x^3")),
        ("values", "rules", "inputs", "mistake"),
    ),
    2: Level(
        (Template("z = 3*x; L = z^2"), Template("z = x + 2; L = z^3"), Template("z = x^2; L = 4*z"),
         Template("z = 5 - x; L = z^2"), Template("z = 2*x; L = z^3"), Template("z = x^2; L = z - 7")),
        ("values", "locals", "inputs", "path", "mistake"),
    ),
    3: Level(
        (Template("z = w*x; L = z^2"), Template("z = w*x; L = z + b"), Template("z = w*x; L = z - y"),
         Template("z = w + x; L = z*v"), Template("z = w*x; L = z*v"), Template("z = w - x; L = z*v")),
        ("values", "rules", "inputs", "update", "mistake"),
    ),
    4: Level(
        (Template("a = w*x; L = a*a + x"), Template("z = w*x; L = z*x"), Template("a = x + y; L = a*x + y"),
         Template("z = w*x; L = z^2 + 3*w"), Template("a = x*y; b = a + x; L = a*b")),
        ("values", "contributions", "gradients", "paths", "order", "mistake"),
    ),
    5: Level(
        (Template("z = w*x; L = sigmoid(z)"), Template("z = w*x; a = tanh(z); L = 3*a"),
         Template("z = w*x + b; L = relu(z)"), Template("z = w*x; a = exp(z); L = a - 2*x"),
         Template("z = w*x + b; a = relu(z); L = a^2"), Template("z = x + b; a = leaky_relu(z); L = a^2")),
        ("values", "locals", "inputs", "mistake"),
    ),
    6: Level(
        (Template("z = w*x + b; a = sigmoid(z); L = (a - y)^2"), Template("z = w*x + b; a = relu(z); L = (a - y)^2"),
         Template("z = w*x + b; a = leaky_relu(z); L = (a - y)^2"),
         Template("z = w*x + b; a = relu(z); L = (a - y)^2 + 0.1*w^2")),
        ("values", "contributions", "inputs", "graph", "update", "mistake"),
    ),
    7: Level(
        (Template("Z = X @ w + b; L = mean((Z - y)^2)", _BATCH, ("w", "b")),
         Template("Z = X @ w + b; L = sum((Z - y)^2)", _BATCH, ("w", "b")),
         Template("z = w*x + b; L = sum(z^2)", {"x": (3,)}), Template("z = x*w + b; L = mean(z^2)", {"x": (3,)})),
        ("values", "inputs", "axis", "mistake"),
    ),
    8: Level(
        (Template("z = W @ x + b; p = softmax(z); L = -log(p[0])", _AFFINE),
         Template("z = W @ x; p = softmax(z); L = p[0]*v - p[1]", {"W": (2, 2), "x": (2,)}),
         Template("h = W @ x + b; L = sum(h^2)", _AFFINE),
         Template("h = W @ x + b; a = relu(h); L = sum(a^2)", _AFFINE),
         Template("Y = A @ B; L = sum(Y^2)", {"A": (2, 2), "B": (2, 2)})),
        ("values", "inputs", "shape", "mistake"),
    ),
    9: Level(
        (Template("z = w*x + b; L = (z - y)^2", wrt=("w", "b")), Template("z = w*x + v; L = z^2 + w^2", wrt=("w", "v")),
         Template("z = w_1*x_1 + w_2*x_2; L = (z - y)^2", wrt=("w_1", "w_2")),
         Template("z = w*x + b; a = sigmoid(z); L = 4*(a - y)^2", wrt=("w", "b"))),
        ("inputs", "update", "mistake"),
    ),
    10: Level(
        (Template("z = w*x + b; L = mean((z - y)^2)", _EXAMPLES, ("w", "b")),
         Template("z = w*x; L = mean((z - y)^2)", _EXAMPLES, ("w",)),
         Template("z = X @ w; L = mean((z - y)^2)", _BATCH, ("w",))),
        ("batch_gradient", "updates_per_epoch", "mistake"),
    ),
    11: Level(
        (Template("z = x + b; L = (z - y)^2", wrt=("b",)), Template("z = w*x; L = 0.5*(z - y)^2", wrt=("w",)),
         Template("z = w*x + b; a = relu(z); L = (a - y)^2", wrt=("w", "b"))),
        ("inputs", "momentum_step", "adam_step", "mistake"),
    ),
    12: Level(
        (Template("z = w*x; L = (z - y)^2", wrt=("w",)), Template("z = w*x - y; L = 0.5*z^2", wrt=("w",)),
         Template("z = w*x + b; L = (z - y)^2", wrt=("w", "b")),
         Template("z = w*x; L = mean((z - y)^2)", _EXAMPLES, ("w",))),
        ("inputs", "rate_limit", "mistake"),
    ),
}  # fmt: skip
"""By number."""

MIXED_FROM = 3
"""The first level whose practice is mixed with that of earlier ones."""


def interleaved(level: int, seed: int, place: int) -> int:
    """Level, seed, and the place in a row of exercises, from 0 → the level there: every second one is an earlier one.

    Mixed practice is remembered far better than a block of one kind (Rohrer, Dedrick and Burgess 2014).
    """
    return level if place % 2 == 0 else Random(f"mix {level} {seed}").randrange(1, level)  # noqa: S311
