"""Trace → questions on mini-batches: the gradient of one from those of its examples, and how many updates there are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.questions.learning import (
    Candidate,
    as_lines,
    at,
    by,
    equals,
    field,
    is_data,
    is_workable,
    kindest,
    learnt,
    number_of,
    parts,
    shown,
    symbol,
)
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.by_hand import worked
from graphviz_ad.items.model import Question, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.diagnose import Slips
from graphviz_ad.misconceptions.learning import COUNT, OF_KIND, mean, mutants
from graphviz_ad.training.statements import computed
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_EXAMPLES = range(2, 5)
"""Examples of a mini-batch whose gradients are computed one by one by hand."""
_GRADIENTS_BEFORE = (2.5, -1.5, 4.0, -3.5, 0.75, -8.0, 12.0, -20.0, 45.0, -150.0)
"""Gradients of the batch before, one of which is not so small that it would not be seen if it were left."""
_SIZES = (30, 50, 60, 75, 90, 100, 120, 150, 200, 250, 300, 400, 500)
"""Examples in all that are easy to divide."""
_BATCHES = (8, 16, 20, 32, 64)
"""Batch sizes that are easy to divide by."""
_EPOCHS = (2, 3, 4, 5, 10)
"""Numbers of examples, batch sizes and numbers of epochs that one divides by in one's head."""
_MAX_BATCHES = 40
"""In an epoch: with more of them one batch more or less is within what is right."""
_DRAWS = 12
"""Draws of examples, batch size and epochs, of which the one is taken that tells most mistakes apart."""


def batch_gradient(ask: Asker, name: str) -> Question | None:
    """The gradient of a mean over examples, from the gradient of each of them, which is that of a batch of one."""
    trace, graph = ask.trace, ask.trace.graph
    data = [node for node in graph.inputs.values() if is_data(graph.names[node]) and trace.shape(node)]
    counts = {trace.shape(node)[0] for node in data}
    if len(counts) != 1 or not counts <= set(_EXAMPLES) or trace.shape(graph.output):
        return None
    (count,) = counts
    try:
        single = [at(trace, {node: _rows(trace, node, example) for node in data}) for example in range(count)]
        middle = at(trace, {node: _middle(trace, node) for node in data})
    except GraphvizADError:  # it takes no batch of another size
        return None
    inputs = [Quantity("gradient", node) for node in learnt(ask) if node not in data]
    asked = [entry for entry in parts(inputs, trace) if _is_mean(entry, trace, single)]
    if not asked:
        return None
    before = ask.chance.sample(_GRADIENTS_BEFORE, len(_GRADIENTS_BEFORE))
    given = product(ask.chance.sample(asked, len(asked)), before)
    slips = [Slips(passed) for passed in single]
    candidates = (candidate for quantity, old in given for candidate in _batch(ask, name, quantity, slips, middle, old))
    return kindest(candidates, len(OF_KIND["batch_gradient"]))


def _rows(trace: Trace, node: int, example: int) -> Value:
    """Data with a row for each example → those of a batch of this one alone."""
    value = trace.values[node]
    assert not isinstance(value, float)
    return value[example : example + 1]


def _middle(trace: Trace, node: int) -> Value:
    """Data with a row for each example → a batch of one, which is their mean."""
    value = trace.values[node]
    assert not isinstance(value, float)
    return np.asarray(value.mean(axis=0, keepdims=True))


def _is_mean(quantity: Quantity, trace: Trace, single: list[Trace]) -> bool:
    """Whether a gradient is not 0, and the mean of those of the examples: where a loss is a sum, it is not."""
    alone = [quantity.read(example) for example in single]
    right, text = quantity.read(trace), mean(len(single))
    if not right or not all(number is not None and math.isfinite(number) for number in alone):
        return False
    computed_mean = number_of(text, _numbers(alone), "g")
    return computed_mean is not None and math.isclose(computed_mean, right, rel_tol=1e-9)


def _numbers(alone: list[float | None]) -> dict[str, Value]:
    """Gradients of the examples → the names of the text of their mean, with their numbers."""
    known: dict[str, Value] = {f"g_{number}": gradient or 0.0 for number, gradient in enumerate(alone, 1)}
    return {**known, "n": float(len(alone))}


def _batch(
    ask: Asker, name: str, quantity: Quantity, single: list[Slips], middle: Trace, old: float
) -> Iterator[tuple[Question, bool]]:
    """Gradient, passes over each example and over their mean, the gradient before → the question, if workable."""
    trace, node, count = ask.trace, quantity.node, len(single)
    text, alone = mean(count), [quantity.read(example.trace) for example in single]
    known = _numbers(alone)
    right = number_of(text, known, "g")
    assert right is not None
    what = quantity.symbol(trace)
    fields = []
    for example, slips in enumerate(single, 1):
        gradient = quantity.read(slips.trace)
        assert gradient is not None
        wrong: list[Candidate] = [(by("share for the example", node), gradient / count)]
        passes = ((diagnosis, quantity.read(mutant)) for diagnosis, mutant in slips.single)
        label = ask.say("ask.batch.example", number=str(example), what=what)
        fields.append(field(ask, f"{name}.{example}", label, gradient, wrong, passes))
    last = {name: value if name in (f"g_{count}", "n") else 0.0 for name, value in known.items()}
    whole: list[Candidate] = [
        *((by(mistake, node), number_of(wrong, known, "g")) for mistake, wrong in mutants("batch_gradient", text)),
        (by("last example alone", node), alone[-1]),
        (by("last example's share", node), number_of(text, last, "g")),
        (by("mean of the inputs", node), quantity.read(middle)),
        (by("old gradient kept", node), right + old),
    ]
    passes = ((diagnosis, quantity.read(mutant)) for diagnosis, mutant in ask.slips.single)
    fields.append(field(ask, f"{name}.mean", ask.say("ask.batch.mean", what=what), right, whole, passes))
    prompt = ask.say("ask.batch", out=ask.name(trace.graph.output), n=str(count), what=what)
    given = ask.say("ask.batch.before", what=what, old=shown(old, ask.digits))
    hints = (ask.say("hint.batch"), ask.say("hint.batch.mean"))
    lines = as_lines(worked(text, {**known, "g": right}, ask.digits))
    explained = ask.say("solution.batch", n=symbol("n"), g=symbol("g"), first=symbol("g_1"), what=what)
    question = Question(
        name, "batch_gradient", prompt, tuple(fields), len(fields), given=(given,), hints=hints,
        solution=(explained, *_listed(known, ask), *lines),
    )  # fmt: skip
    sizes = [(gradient or 0.0, 0.0) for gradient in alone]
    yield question, is_workable(*sizes, (right, max(abs(size) for size, _ in sizes)), (right + old, abs(right)))


def _listed(known: dict[str, Value], ask: Asker) -> Iterator[Text]:
    """Names and numbers of the gradients of the examples → a line each."""
    for name, value in known.items():
        yield (("math", equals(name, float(value), ask.digits)),)


def updates_per_epoch(ask: Asker, name: str) -> Question | None:
    """Examples, batch size and epochs → how many updates that makes, with the smaller batch at the end and without."""
    if not learnt(ask):
        return None
    draws: list[tuple[int, int, int]] = []
    while len(draws) < _DRAWS:
        size, batch, epochs = (ask.chance.choice(pool) for pool in (_SIZES, _BATCHES, _EPOCHS))
        if size % batch and 2 <= size // batch <= _MAX_BATCHES:
            draws.append((size, batch, epochs))
    return kindest(((_count(ask, name, *draw), True) for draw in draws), len(OF_KIND["updates_per_epoch"]))


def _count(ask: Asker, name: str, size: int, batch: int, epochs: int) -> Question:
    """Examples, batch size and epochs → the question."""
    node, given = ask.trace.graph.output, {"N": float(size), "B": float(batch), "E": float(epochs)}
    known: dict[str, Value] = {**given}
    right = computed(COUNT, known)
    wrong = [(by(mistake, node), text) for mistake, text in mutants("updates_per_epoch", COUNT)]
    fields = tuple(
        field(ask, f"{name}.{key}", ask.say(f"ask.count.{key}"), float(right[word]),
              ((diagnosis, number_of(text, known, word)) for diagnosis, text in wrong))
        for key, word in (("epoch", "u"), ("all", "n"), ("drop", "d"))
    )  # fmt: skip
    prompt = ask.say(
        "ask.count", **{letter.lower(): equals(letter, number, ask.digits) for letter, number in given.items()}
    )
    hints = (ask.say("hint.count"), ask.say("hint.count.last"))
    solution = (ask.say("solution.count"), *as_lines(worked(COUNT, right, ask.digits)))
    return Question(name, "updates_per_epoch", prompt, fields, len(fields), hints=hints, solution=solution)
