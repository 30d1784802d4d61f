"""Graph and seed → inputs that are easy to compute with, and at which every mistake shows."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TypeAlias

from graphviz_ad.autodiff.inputs import require_meant
from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError, GraphvizADError, nearest
from graphviz_ad.exercises.pools import POOLS, Nested, apart, drawn_all
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.misconceptions.collisions import PARTS, confusions, excess
from graphviz_ad.misconceptions.lookalikes import Pair, always_alike, lookalikes, results
from graphviz_ad.misconceptions.predictions import Predictions
from graphviz_ad.values import Shape

_MAX_DRAWS = 120
"""Draws of inputs for an exercise: a formula that has found none by then has a value that does not fit."""
_DRAWS_TO_HARDEST_POOL = 60
"""Half of the draws: after as many, numbers come from the last pool only."""
_MAX_IDLE_DRAWS = 25
"""Workable draws without a better one after which the best is taken: more of them seldom find one, and take time."""
_MAX_IDLE_RESULTS = 12
"""The same where results alone are asked, of which each draw takes ten times as long to look at."""
_MIN_SIZE, _MAX_SIZE = 1e-3, 1e4
"""Sizes of numbers that a student can carry on with by hand: four decimals, or five digits."""
ROUNDING = 1e-12
"""Below this a number is 0, but for rounding."""
MAX_ENTRIES = 100
"""Entries of an array that is chosen: each is a number to fill in."""
_MAX_KNOWN_INPUTS = 20_000
"""Inputs of a formula of which it is kept what they hide: the draws of a large class, in a few megabytes."""
_MAX_BASELINES = 64
"""Formulas whose baseline is kept: more than a sheet of a course has."""
_PATTERNLESS_TRIES = 6
"""Draws without any pattern for a baseline: some may lie outside the domain of a logarithm or a root."""

Judgement: TypeAlias = tuple[float, float]
"""Of inputs: how many pairs of mistakes have the same results, where these alone are asked, and confusions."""
_UNWORKABLE: Judgement = (math.inf, math.inf)
"""Of inputs that will not do."""


@dataclass(frozen=True)
class FormulaBaseline:
    """What is the same for all who get a formula.

    `usual` are the confusions that no choice of inputs avoids, part by part; without them none matters. `zeros` are the
    numbers that are 0 at any inputs. `known` has for inputs that were drawn their confusions, and whether all of them
    were counted, `known_same` how many pairs of mistakes have the same results there. `patternless` are passes at
    inputs without any pattern.
    """

    usual: tuple[int, ...]
    zeros: frozenset[Quantity]
    patternless: tuple[Trace, ...] = ()
    known: dict[str, tuple[float, bool]] = field(default_factory=dict)
    known_same: dict[str, float] = field(default_factory=dict)

    @cached_property
    def same_results(self) -> frozenset[Pair]:
        """→ the pairs of mistakes that lead to the same results at any inputs."""
        return always_alike(self.patternless)

    def same_here(
        self, graph: Graph, inputs: Mapping[str, object], wrt: Sequence[str] | None, given: Collection[str]
    ) -> float:
        """Inputs → how many pairs of mistakes lead to the same results there, and not everywhere; infinitely many where
        none will do.

        Raises what `run` raises.
        """
        key = repr(inputs)
        if key not in self.known_same:
            same = math.inf
            if apart(inputs, given) and workable(trace := run(graph, inputs, wrt=wrt), self.zeros):
                same = len(lookalikes(Predictions(trace, results(trace))) - self.same_results)
            if len(self.known_same) >= _MAX_KNOWN_INPUTS:
                return same
            self.known_same[key] = same
        return self.known_same[key]

    def judged(
        self, graph: Graph, inputs: Mapping[str, object], wrt: Sequence[str] | None, given: Collection[str],
        results_alone: bool, best: Judgement,
    ) -> Judgement:  # fmt: skip
        """Inputs → how they are judged, where they are worse than the best ones not to the end."""
        same = self.same_here(graph, inputs, wrt, given) if results_alone else 0.0
        if same > best[0]:
            return same, math.inf
        hidden = self.hidden(graph, inputs, wrt, given, best[1] if same == best[0] else math.inf)
        return (same, hidden) if hidden < math.inf else _UNWORKABLE

    def hidden(
        self, graph: Graph, inputs: Mapping[str, object], wrt: Sequence[str] | None, given: Collection[str],
        enough: float,
    ) -> float:  # fmt: skip
        """Inputs → their confusions, of which no more than `enough` are counted; infinitely many where none will do.

        Raises what `run` raises.
        """
        key = repr(inputs)
        count, is_complete = self.known.get(key, (0, False))
        if count >= enough or is_complete:
            return count
        if not apart(inputs, given) or not workable(trace := run(graph, inputs, wrt=wrt), self.zeros):
            count, is_complete = math.inf, True
        else:
            count, is_complete = excess(trace, self.usual, enough)
        if len(self.known) < _MAX_KNOWN_INPUTS:
            self.known[key] = count, is_complete
        return count


def find_baseline(
    graph: Graph, shapes: Mapping[str, Shape], wrt: Sequence[str] | None = None,
    given: Mapping[str, object] | None = None,
) -> FormulaBaseline:  # fmt: skip
    """Graph, shapes of arrays, inputs with a gradient, values that are fixed → its baseline."""
    traces = tuple(_patternless(graph, shapes, wrt, given))
    usual = min((tuple(confusions(trace)) for trace in traces), key=sum, default=(0,) * PARTS)
    return FormulaBaseline(usual, always_zero(graph, shapes, wrt, given), traces)


_baselines: dict[str, FormulaBaseline] = {}
"""Baselines that were found in this process, the newest last."""


def _kept_baseline(
    graph: Graph, shapes: Mapping[str, Shape], wrt: Sequence[str] | None, given: Mapping[str, object]
) -> FormulaBaseline:
    """The same, but found once for a formula and kept for the next student."""
    exact = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in given.items()}
    key = repr((graph.source.text, dict(graph.asked), shapes, wrt, exact))
    if key not in _baselines:
        for oldest in list(_baselines)[: 1 - _MAX_BASELINES]:
            del _baselines[oldest]
        _baselines[key] = find_baseline(graph, shapes, wrt, given)
    return _baselines[key]


def choose(
    graph: Graph, seed: int, given: Mapping[str, object] | None = None, shapes: Mapping[str, Shape] | None = None,
    baseline: FormulaBaseline | None = None, wrt: Sequence[str] | None = None, results_alone: bool = False,
) -> Trace:  # fmt: skip
    """Graph, seed, values that are fixed, shapes of arrays, inputs with a gradient → the trace at the chosen inputs.

    Of up to 120 draws the first is taken at which no number is 0 by accident or unwieldy, and as few mistakes are
    hidden or look like each other as the formula allows (its `baseline`, found unless given); else the one that
    hides fewest. Where `results_alone` are asked, as few mistakes as possible lead to the same results. The same seed
    chooses alike.

    Raises ExerciseError where no draw gives finite, workable numbers, and for names and shapes that do not fit.
    """
    given, shapes = given or {}, shapes or {}
    _require_known(graph, given, shapes)
    require_meant(graph, given)
    generator = random.Random(f"{graph.source.text}\n{seed}")  # noqa: S311
    baseline = _kept_baseline(graph, shapes, wrt, given) if baseline is None else baseline
    best: dict[str, object] | None = None
    fewest, idle, max_idle = _UNWORKABLE, 0, _MAX_IDLE_RESULTS if results_alone else _MAX_IDLE_DRAWS
    problem: GraphvizADError | None = None
    for draw in range(_MAX_DRAWS):
        pool = POOLS[min(draw * len(POOLS) // _DRAWS_TO_HARDEST_POOL, len(POOLS) - 1)]
        inputs = drawn_all(generator, pool, graph.inputs, given, shapes)
        try:
            judged = baseline.judged(graph, inputs, wrt, given, results_alone, fewest)
        except GraphvizADError as why:  # a shape that does not fit will never fit, but a draw may be out of a domain
            problem = problem or why
            if draw > len(POOLS):
                break
            continue
        if judged == _UNWORKABLE:
            continue
        idle += 1
        if judged < fewest:
            best, fewest, idle = inputs, judged, 0
        if (judged[0] == 0 and judged[1] <= sum(baseline.usual)) or idle >= max_idle:
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
    return run(graph, best, wrt=wrt)


def _require_known(graph: Graph, given: Mapping[str, object], shapes: Mapping[str, Shape]) -> None:
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
    for name, dimensions in shapes.items():
        if name in given:
            raise ExerciseError(f"'{name}' has a value and a shape", hint="leave one of them out")
        if min(dimensions, default=1) < 1 or math.prod(dimensions) > MAX_ENTRIES:
            raise ExerciseError(
                f"'{name}' would have {math.prod(map(abs, dimensions))} entries",
                hint=f"choose a shape of 1 to {MAX_ENTRIES} entries, as in 2x3",
            )


def always_zero(
    graph: Graph, shapes: Mapping[str, Shape], wrt: Sequence[str] | None = None,
    given: Mapping[str, object] | None = None,
) -> frozenset[Quantity]:  # fmt: skip
    """Graph → the numbers of its passes that are 0 even at inputs without any pattern."""
    zeros: set[Quantity] | None = None
    for trace in islice(_patternless(graph, shapes, wrt, given), 2):
        zeros = set(zeros_of(trace)) if zeros is None else zeros & zeros_of(trace)
    return frozenset(zeros or ())


def _patternless(
    graph: Graph, shapes: Mapping[str, Shape], wrt: Sequence[str] | None, given: Mapping[str, object] | None
) -> Iterator[Trace]:
    """Graph → its passes at up to six inputs without any pattern at which they are finite."""
    generator = random.Random(0)  # noqa: S311

    def draw(shape: Shape) -> Nested:
        return (
            [draw(shape[1:]) for _ in range(shape[0])]
            if shape
            else generator.choice((-1, 1)) * generator.uniform(0.3, 2)
        )

    for _ in range(_PATTERNLESS_TRIES):
        try:
            trace = run(graph, {name: draw(shapes.get(name, ())) for name in graph.inputs} | dict(given or {}), wrt=wrt)
        except GraphvizADError:
            continue
        if not trace.not_finite:
            yield trace


def workable(trace: Trace, zeros: Collection[Quantity] = ()) -> bool:
    """Whether all values and gradients are finite, none is 0 by accident, and none very small or very large."""
    if trace.not_finite:
        return False
    for quantity in numbers_of(trace):
        number = quantity.read(trace) or 0.0
        is_workable = _MIN_SIZE <= abs(number) <= _MAX_SIZE or quantity in zeros
        if not is_workable and not (number == 0 and _masked(trace, quantity)):
            return False
    return True


def zeros_of(trace: Trace) -> frozenset[Quantity]:
    """Trace → its numbers that are 0."""
    return frozenset(quantity for quantity in numbers_of(trace) if abs(quantity.read(trace) or 0.0) < ROUNDING)


def numbers_of(trace: Trace) -> Iterator[Quantity]:
    """Trace → the values and the gradients of its nodes, number by number."""
    graph = trace.graph
    for node in range(len(graph)):
        if node not in graph.constants:
            yield from entries(Quantity("value", node), trace)
        if trace.grads[node] is not None:
            yield from entries(Quantity("gradient", node), trace)


def _masked(trace: Trace, quantity: Quantity) -> bool:
    """Whether a mask (a ReLU, a comparison) stands at a node, or for a gradient behind it, which lets a 0 through."""
    ops = trace.graph.ops
    bound = ops[quantity.node]
    own = bound is not None and bound.row.mask
    behind = any(later is not None and later.row.mask for later in ops[quantity.node :])
    return own or (quantity.what == "gradient" and behind)
