"""Trace → the question up to which learning rate descent converges on a parabola, and what it does at a given one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise, product

from graphviz_ad.exercises.questions.learning import (
    as_lines,
    at,
    by,
    equals,
    field,
    is_workable,
    kindest,
    learnt_numbers,
    number_of,
    old_value,
    shown,
)
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.by_hand import worked
from graphviz_ad.items.model import Choice, Field, Option, Question
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.language import numbers
from graphviz_ad.misconceptions.learning import LIMIT, OF_KIND, mutants
from graphviz_ad.training.optimizers import optimizer

_FACTORS = (0.5, 1.5, 2.5, 0.4, 1.6, 3.0)
"""Rates that are asked about, in parts of the one that leads to the minimum at once: two of every way to go."""
_RATE_DIGITS = 2
"""Digits of such a rate."""
_COURSES = ("direct", "swings", "diverges")
"""What descent on a parabola does: it comes nearer from one side, or from both by turns, or it leaves."""
_UPDATES = 4
"""Updates that are run to see which."""
_EXACT = 1e-9
"""Share by which second derivatives may differ that are the same but for rounding."""


def rate_limit(ask: Asker, name: str) -> Question | None:
    """Up to which learning rate descent on one input converges, and what it does at a given one, by running it."""
    curvatures = [(quantity, curve) for quantity in learnt_numbers(ask) if (curve := _curvature(ask, quantity))]
    if not curvatures:
        return None
    factors = ask.chance.sample(_FACTORS, len(_FACTORS))
    given = product(ask.chance.sample(curvatures, len(curvatures)), factors)
    candidates = (
        candidate for (quantity, curve), factor in given for candidate in _limit(ask, name, quantity, curve, factor)
    )
    return kindest(candidates, len(OF_KIND["rate_limit"]))


def _curvature(ask: Asker, quantity: Quantity) -> float | None:
    """Gradient of a number → how much it grows with it, None where that is not the same everywhere, or not above 0."""
    old = old_value(quantity, ask.trace)
    slopes = [quantity.read(at(ask.trace, {quantity.node: old + step})) for step in (-1.0, 0.0, 1.0, 2.5)]
    if any(slope is None or not math.isfinite(slope) for slope in slopes):
        return None
    below, here, above, further = (slope or 0.0 for slope in slopes)
    same = math.isclose(here - below, above - here, rel_tol=_EXACT) and math.isclose(
        further - above, 1.5 * (above - here), rel_tol=_EXACT
    )
    return above - here if same and above > here else None


def _limit(ask: Asker, name: str, quantity: Quantity, curve: float, factor: float) -> Iterator[tuple[Question, bool]]:
    """Gradient, second derivative, and the rate asked about in parts of its inverse → the question, if workable."""
    trace, node = ask.trace, quantity.node
    w, g = old_value(quantity, trace), quantity.read(trace) or 0.0
    known = {"λ": curve, "g": g}
    right = number_of(LIMIT, known, "η")
    rate = numbers.rounded(factor / curve, _RATE_DIGITS)
    assert right is not None
    course = _course(ask, quantity, rate)
    if course is None:
        return
    wrong = [(by(mistake, node), number_of(text, known, "η")) for mistake, text in mutants("rate_limit", LIMIT)]
    options = tuple(Option(ask.say(f"ask.limit.{key}")) for key in _COURSES)
    asked = equals("η", rate, ask.digits)
    fields = (
        field(ask, f"{name}.limit", ask.say("ask.limit.limit"), right, wrong),
        Field(f"{name}.way", ask.say("ask.limit.way", rate=asked), Choice(options, _COURSES.index(course))),
    )
    out, what = ask.name(trace.graph.output), quantity.symbol(trace)
    prompt = ask.say("ask.limit", w=ask.name(node), out=out, rate=asked)
    hints = (ask.say("hint.limit", what=what, w=ask.name(node)), ask.say("hint.limit.step"))
    above = quantity.read(at(trace, {node: w + 1.0})) or 0.0
    solution = (
        ask.say("solution.limit", w=ask.name(node), what=what, g=shown(g, ask.digits), h=shown(above, ask.digits),
                curve=equals("λ", curve, ask.digits)),
        *as_lines(worked(LIMIT, {**known, "η": right}, ask.digits)),
        ask.say("solution.limit.ways"),
    )  # fmt: skip
    yield Question(name, "rate_limit", prompt, fields, 2, hints=hints, solution=solution), is_workable((right, 0.0))


def _course(ask: Asker, quantity: Quantity, rate: float) -> str | None:
    """Gradient and rate → what some updates do, seen by the gradients before and after each; None where it is close."""
    text, w, slopes = optimizer("sgd").text, old_value(quantity, ask.trace), [quantity.read(ask.trace) or 0.0]
    for _ in range(_UPDATES):
        after = number_of(text, {"w": w, "g": slopes[-1], "η": rate}, "w'")
        slope = None if after is None else quantity.read(at(ask.trace, {quantity.node: after}))
        if after is None or not slope:
            return None
        w = after
        slopes.append(slope)
    shares = [after / before for before, after in pairwise(slopes)]
    if all(0.05 < share < 0.95 for share in shares):
        return "direct"
    if all(-0.95 < share < -0.05 for share in shares):
        return "swings"
    return "diverges" if all(share < -1.05 for share in shares) else None
