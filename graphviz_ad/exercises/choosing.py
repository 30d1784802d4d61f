"""Graph and seed → inputs that are easy to compute with, and at which every mistake shows."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError, GraphvizADError, nearest
from graphviz_ad.exercises.model import Number, tolerance
from graphviz_ad.exercises.quantities import Quantity, entries
from graphviz_ad.exercises.slips import Slips
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.ops.broadcasting import shape

Shape = tuple[int, ...]

POOLS: tuple[tuple[float, ...], ...] = (
    (-5, -4, -3, -2, 2, 3, 4, 5),
    (-4, -3, -2, -1.5, -0.5, 0.5, 1.5, 2, 2.5, 3, 4),
    (-2.5, -2, -1.5, -1.2, -0.8, -0.5, -0.4, 0.2, 0.4, 0.5, 0.6, 0.8, 1.2, 1.5, 2, 2.5),
)
"""Where inputs are taken from, the easiest first. 0 and ±1 would hide mistakes."""

_DRAWS = 120
_PATIENCE = 25
"""Workable draws without a better one after which the best is taken."""
_SMALLEST, _LARGEST = 1e-3, 1e4
MOST_ENTRIES = 100
"""Entries of an array that is chosen: each is a number to fill in."""


def choose(
    graph: Graph, seed: int, given: Mapping[str, Any] | None = None, shapes: Mapping[str, Shape] | None = None,
    least: int | None = None, wrt: Sequence[str] | None = None,
) -> Trace:  # fmt: skip
    """Graph, seed, values that are fixed, shapes of arrays, inputs with a gradient → the trace at the chosen inputs.

    Of up to 120 draws the first is taken at which no number is 0 by accident or unwieldy, and as few mistakes are
    hidden or look like each other as the formula allows (`least`, found out unless given); else the one that hides
    fewest. The same seed chooses alike.

    Raises ExerciseError where no draw gives finite, workable numbers, and for names and shapes that do not fit.
    """
    given, shapes = given or {}, shapes or {}
    _require_known(graph, given, shapes)
    generator = random.Random(f"{graph.source.text}\n{seed}")  # noqa: S311
    least = fewest_confusions(graph, shapes, wrt, given) if least is None else least
    best: tuple[int, Trace] | None = None
    since = 0
    problem: GraphvizADError | None = None
    for draw in range(_DRAWS):
        pool = POOLS[min(draw * len(POOLS) // 60, len(POOLS) - 1)]
        inputs = {name: given.get(name, _drawn(generator, pool, shapes.get(name, ()))) for name in graph.inputs}
        try:
            trace = run(graph, inputs, wrt=wrt)
        except GraphvizADError as why:  # a shape that does not fit will never fit, but a draw may be out of a domain
            problem = problem or why
            if draw > len(POOLS):
                break
            continue
        if not workable(trace):
            continue
        hidden = confusions(trace)
        since += 1
        if best is None or hidden < best[0]:
            best, since = (hidden, trace), 0
        if hidden <= least or since >= _PATIENCE:
            break
    if best is None:
        if problem is not None:
            problem.option = None  # an exercise has no other way to start a pass
            raise problem
        if set(graph.inputs) <= set(given):
            raise ExerciseError(
                "at the given values a number is 0, not finite or unwieldy", hint="give others, or leave some out"
            )
        raise ExerciseError(
            "no inputs were found at which all numbers are finite and neither 0 nor unwieldy",
            hint="give some of them yourself, as in w=2 x=0.5",
        )
    return best[1]


def _require_known(graph: Graph, given: Mapping[str, Any], shapes: Mapping[str, Shape]) -> None:
    """Raises ExerciseError where there is nothing to choose, or a value or a shape fits no input."""
    if not graph.inputs:
        raise ExerciseError(
            "the formula has no input, so there is no gradient to ask for", hint="give a part of it a name, as in w*3"
        )
    for name in (*given, *shapes):
        if name not in graph.inputs:
            near = nearest(name, graph.inputs)
            hint = f"did you mean '{near}'?" if near else "its inputs are: " + ", ".join(graph.inputs)
            raise ExerciseError(f"the formula has no input '{name}'", hint=hint)
    for name, wanted in shapes.items():
        if name in given:
            raise ExerciseError(f"'{name}' has a value and a shape", hint="leave one of them out")
        if min(wanted, default=1) < 1 or math.prod(wanted) > MOST_ENTRIES:
            raise ExerciseError(
                f"'{name}' would have {math.prod(map(abs, wanted))} entries",
                hint=f"choose a shape of 1 to {MOST_ENTRIES} entries, as in 2x3",
            )


def _drawn(generator: random.Random, pool: Sequence[float], shape: Shape) -> Any:
    if not shape:
        return float(generator.choice(pool))
    inner = shape[1:]
    return [_drawn(generator, pool, inner) for _ in range(shape[0])]


def asked_numbers(trace: Trace, digits: int = numbers.DEFAULT_DIGITS) -> list[Number]:
    """Trace → every gradient of a node as a number that may be asked for."""
    found = []
    for node in range(len(trace.graph)):
        if trace.grads[node] is None or node == trace.graph.output:
            continue
        for quantity in entries(Quantity("gradient", node), trace):
            right = quantity.read(trace)
            assert right is not None
            found.append(Number(right, tolerance(right, digits), quantity))
    return found


def confusions(trace: Trace) -> int:
    """Trace → how many mistakes its numbers hide, or make look like another one, over all gradients."""
    asked = asked_numbers(trace)
    slips = Slips(trace)
    count = 0
    seen: set[str] = set()
    for number in asked:
        for wrong in slips.wrong(number):
            names = {slip.mistake for way in wrong.ways for slip in way}
            seen |= names
            count += len(names) - 1
    return count + sum(way[0].mistake not in seen for way, _ in slips.single)


def fewest_confusions(
    graph: Graph, shapes: Mapping[str, Shape], wrt: Sequence[str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Graph → the confusions that no choice of inputs avoids, as far as inputs without any pattern show them."""
    generator = random.Random(0)  # noqa: S311
    best = 10**9

    def draw(shape: Shape) -> Any:
        return (
            [draw(shape[1:]) for _ in range(shape[0])]
            if shape
            else generator.choice((-1, 1)) * generator.uniform(0.3, 2)
        )

    for _ in range(6):
        try:
            trace = run(graph, {name: draw(shapes.get(name, ())) for name in graph.inputs} | dict(given or {}), wrt=wrt)
        except GraphvizADError:
            continue
        if not trace.not_finite:
            best = min(best, confusions(trace))
    return 0 if best == 10**9 else best


def workable(trace: Trace) -> bool:
    """Whether all values and gradients are finite, none is 0 by accident, and none very small or very large."""
    if trace.not_finite:
        return False
    graph = trace.graph
    quantities = [Quantity("value", node) for node in range(len(graph)) if node not in graph.constants]
    quantities += [Quantity("gradient", node) for node in range(len(graph)) if trace.grads[node] is not None]
    for quantity in quantities:
        whole = quantity.whole(trace)
        if shape(whole):
            sizes = [abs(size) for size in whole.ravel().tolist()]
            if max(sizes) > _LARGEST or max(sizes) < _SMALLEST:
                return False
        elif not _SMALLEST <= abs(whole) <= _LARGEST and not _masked(trace, quantity):
            return False
    return _apart(trace)


def _masked(trace: Trace, quantity: Quantity) -> bool:
    """Whether a 0 is what a mask (a ReLU, a comparison) lets through, and not an accident."""
    plans = trace.graph.plans
    plan = plans[quantity.node]
    own = plan is not None and plan.row.mask
    behind = any((found := plans[node]) is not None and found.row.mask for node in range(quantity.node, len(plans)))
    return quantity.whole(trace) == 0 and (own or (quantity.what == "gradient" and behind))


def _apart(trace: Trace) -> bool:
    """Whether no two inputs that are numbers are the same, or one the negative of the other."""
    sizes = [abs(value) for node in trace.graph.inputs.values() if isinstance(value := trace.values[node], float)]
    few = len(sizes) <= len(POOLS[0]) // 2
    return len(set(sizes)) == len(sizes) if few else True
