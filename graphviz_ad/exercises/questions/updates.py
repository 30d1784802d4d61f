"""Trace → questions on updates: one of all parameters, the second with momentum, the first of Adam."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, product, starmap

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.exercises.questions.learning import (
    RATES,
    Candidate,
    Rule,
    at,
    by,
    field,
    is_workable,
    kindest,
    learnt,
    learnt_numbers,
    moves,
    number_of,
    old_value,
    parts,
)
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.phrase import gap, join
from graphviz_ad.items.model import Choice, Field, Option, Question, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.learning import OF_KIND, mutants
from graphviz_ad.training.optimizers import optimizer
from graphviz_ad.training.statements import computed
from graphviz_ad.values import Value

_MAX_ASKED = 6
"""New values that are asked for: of a larger array so many entries."""
_SHARE_THAT_FALLS = 0.75
"""Share of the updates of which the output falls, where a rate allows it: now and then one sees it rise."""
_MOMENTA = (0.9, 0.5, 0.8)
"""What of its memory momentum keeps."""
_EPSILONS = (0.5, 1.0, 0.1, 2.0, 5.0, 10.0, 20.0, 50.0)
"""ε of Adam: much larger than it is in practice, where no one could see by the numbers where it stands."""
_BETWEEN = ("another gradient", "updates in turn")
"""Mistakes of an update that take several parameters."""

_Questions = Callable[[Quantity, float, float], Iterator[tuple[Question, bool]]]
"""Gradient of a parameter, a constant of the rule, the rate → questions, and whether their numbers are workable."""


def update(ask: Asker, name: str) -> Question | None:
    """One update of all parameters by descent: their new values, and whether the output falls, by running it."""
    nodes = [node for node in learnt(ask) if any(quantity.read(ask.trace) for quantity in _parts(ask, node))]
    if not nodes or ask.trace.shape(ask.trace.graph.output):
        return None
    asked = [quantity for node in nodes for quantity in _parts(ask, node)]
    if len(asked) > _MAX_ASKED:
        asked = [asked[n] for n in sorted(ask.chance.sample(range(len(asked)), _MAX_ASKED))]
    mistakes = len(OF_KIND["update"]) - (0 if len(asked) > 1 else len(_BETWEEN))
    outcome = 0 if ask.chance.random() < _SHARE_THAT_FALLS else 1
    rates = sorted(RATES, key=lambda rate: _falls(ask, _updated(ask, nodes, rate)) != outcome)
    candidates = (candidate for rate in rates for candidate in _update(ask, name, nodes, asked, rate))
    return kindest(candidates, mistakes * len({quantity.node for quantity in asked}))


def _within(ask: Asker) -> Text:
    """→ the sentence that says how near a new value has to be."""
    return (*gap(ask.lang), *ask.say("ask.update.within", digits=str(ask.digits)))


def _parts(ask: Asker, node: int) -> list[Quantity]:
    return parts([Quantity("gradient", node)], ask.trace)


def _update(
    ask: Asker, name: str, nodes: list[int], asked: list[Quantity], rate: float
) -> Iterator[tuple[Question, bool]]:
    """Parameters, the numbers asked for and the rate → the question, and whether its numbers are workable."""
    trace, rule, text = ask.trace, optimizer("sgd"), optimizer("sgd").text
    runs = _updated(ask, nodes, rate)
    new = {node: run["w'"] for node, run in runs.items()}
    falls = _falls(ask, runs)
    if falls is None:
        return
    fields, sizes, shown = [], [], True
    for count, quantity in enumerate(asked, 1):
        w, g = old_value(quantity, trace), quantity.read(trace)
        right = number_of(text, {"w": w, "g": g or 0.0, "η": rate}, "w'")
        assert right is not None
        label = ask.say("ask.new", w=ask.name(quantity.node))
        entry: Text = (("text", f" [{', '.join(map(str, quantity.entry))}]"),) if quantity.entry else ()
        wrong, passes = _mistaken(ask, quantity, new, rate), _slipped(ask, quantity, rate)
        fields.append(field(ask, f"{name}.{count}", (*label, *entry), right, wrong, passes, w))
        sizes.append((right, max(abs(w), abs(w - right))))
        shown = shown and moves(right, w, ask.digits)
    options = tuple(Option(ask.say(f"ask.update.{key}")) for key in ("fall", "rise", "stay"))
    out = ask.name(trace.graph.output)
    fields.append(Field(f"{name}.falls", ask.say("ask.update.falls", out=out), Choice(options, falls)))
    rules = [Rule(ask, rule, node) for node in nodes]
    prompt = ask.say(
        "ask.update", len(asked), ws=ask.listed(nodes), rate=rules[0].equals("η", rate), out=out,
    )  # fmt: skip
    hints = [ask.say("hint.update", rule=rules[0].written)]
    hints += [ask.say("hint.update.together")] if len(nodes) > 1 else []
    solution = tuple(line for rule, run in zip(rules, runs.values(), strict=True) for line in rule.worked(run))
    question = Question(
        name,
        "update",
        (*prompt, *_within(ask)),
        tuple(fields),
        len(fields),
        hints=tuple(hints),
        solution=(*solution, hints[-1]),
    )
    yield question, is_workable(*sizes) and shown


def _updated(ask: Asker, nodes: list[int], rate: float) -> dict[int, dict[str, Value]]:
    """Parameters and rate → the numbers of the update of each."""
    trace, text = ask.trace, optimizer("sgd").text
    return {
        node: computed(text, {"w": trace.values[node], "g": trace.reached_gradient(node), "η": rate}) for node in nodes
    }


def _falls(ask: Asker, runs: dict[int, dict[str, Value]]) -> int | None:
    """Updates of the parameters → whether the output falls (0), rises (1) or stays (2); None where it is no number."""
    graph, values = ask.trace.graph, ask.trace.values
    inputs = {node: runs[node]["w'"] if node in runs else values[node] for node in graph.inputs.values()}
    before, after = float(values[graph.output]), float(forward(graph, inputs)[graph.output])
    if not math.isfinite(after):
        return None
    return 2 if math.isclose(after, before) else 0 if after < before else 1


def _by_gradient(ask: Asker, quantity: Quantity, rate: float, gradient: float | None) -> float | None:
    """A number that is learnt, the rate, and what is taken for its gradient → its new value."""
    if gradient is None:
        return None
    return number_of(optimizer("sgd").text, {"w": old_value(quantity, ask.trace), "g": gradient, "η": rate}, "w'")


def _mistaken(ask: Asker, quantity: Quantity, new: dict[int, Value], rate: float) -> Iterator[Candidate]:
    """Gradient of a number that is learnt, all new values, the rate → mistakes, and the new values they lead to."""
    trace, node = ask.trace, quantity.node
    known: dict[str, Value] = {"w": old_value(quantity, trace), "g": quantity.read(trace) or 0.0, "η": rate}
    for mistake, text in mutants("update", optimizer("sgd").text):
        yield by(mistake, node), number_of(text, known, "w'")
    for other in (entry for parameter in new for entry in _parts(ask, parameter) if entry != quantity):
        yield by("another gradient", node), _by_gradient(ask, quantity, rate, other.read(trace))
    order = list(new)
    for others in (order[: order.index(node)], order[order.index(node) + 1 :]):
        if others:
            there = quantity.read(at(trace, {other: new[other] for other in others}))
            yield by("updates in turn", node), _by_gradient(ask, quantity, rate, there)


def _slipped(ask: Asker, quantity: Quantity, rate: float) -> Iterator[Candidate]:
    """Gradient of a number that is learnt, and the rate → mistakes of the pass, and the new values they lead to."""
    for diagnosis, mutant in ask.slips.single:
        yield diagnosis, _by_gradient(ask, quantity, rate, quantity.read(mutant))


def _step(ask: Asker, kind: str, constants: Sequence[float], questions: _Questions) -> Question | None:
    """Kind and constants of its rule → the kindest of its questions, with each parameter, constant and rate."""
    numbers = learnt_numbers(ask)
    given = product(ask.chance.sample(numbers, len(numbers)), constants, RATES)
    return kindest(chain.from_iterable(starmap(questions, given)), len(OF_KIND[kind]))


def momentum_step(ask: Asker, name: str) -> Question | None:
    """Two updates of one parameter with momentum; the second gradient is given."""
    return _step(ask, "momentum_step", _MOMENTA, partial(_momentum, ask, name))


def _momentum(
    ask: Asker, name: str, quantity: Quantity, momentum: float, rate: float
) -> Iterator[tuple[Question, bool]]:
    """Gradient of the parameter, μ and η → the question, and whether its numbers are workable."""
    trace, node = ask.trace, quantity.node
    rule = optimizer("sgd", momentum=momentum)
    w, g = old_value(quantity, trace), quantity.read(trace) or 0.0
    constants = {"η": rate, **rule.constants}
    first = computed(rule.text, {**constants, "w": w, "g": g, "v": 0.0})
    again = quantity.read(at(trace, {node: first["w'"]}))
    if again is None or not math.isfinite(again) or not again:
        return

    def both(text: str, *, remembers: bool = True) -> tuple[dict[str, Value], dict[str, Value]]:
        first = computed(text, {**constants, "w": w, "g": g, "v": 0.0})
        memory = first["v'"] if remembers else 0.0
        return first, computed(text, {**constants, "w": first["w'"], "g": again, "v": memory})

    runs = {mistake: both(text) for mistake, text in mutants("momentum_step", rule.text)}
    runs["memory begins anew"] = both(rule.text, remembers=False)
    right = both(rule.text)
    if not all(math.isfinite(float(run["w'"])) for run in right):
        return
    own = Rule(ask, rule, node)
    asked = (
        ("first", 0, "w'", ask.say("ask.momentum.first", w=ask.name(node)), w),
        ("memory", 1, "v'", ask.say("ask.momentum.second", w=own.symbol("v")), None),
        ("second", 1, "w'", ask.say("ask.momentum.second", w=ask.name(node)), float(right[0]["w'"])),
    )
    fields = tuple(
        field(ask, f"{name}.{key}", label, float(right[which][word]),
              ((by(mistake, node), float(run[which][word])) for mistake, run in runs.items()), old=before)
        for key, which, word, label, before in asked
    )  # fmt: skip
    memory, gradient = own.symbol("v"), own.symbol("g")
    prompt = ask.say(
        "ask.momentum", w=ask.name(node), rate=own.equals("η", rate), mu=own.equals("μ", momentum), v=memory,
        g=gradient, again=own.equals("g", again),
    )  # fmt: skip
    hints = (ask.say("hint.momentum", v=memory, g=gradient), ask.say("hint.momentum.second", v=memory))
    question = Question(
        name, "momentum_step", (*prompt, *_within(ask)), fields, len(fields), given=own.lines, hints=hints,
        solution=tuple(line for run in right for line in own.worked(run)),
    )  # fmt: skip
    after_first, after_second = (float(run["w'"]) for run in right)
    remembered = float(right[1]["v'"]), max(abs(g), abs(again))
    workable = is_workable(
        (after_first, max(abs(w), abs(w - after_first))),
        remembered,
        (after_second, max(abs(after_first), abs(after_first - after_second))),
    )
    yield question, workable and moves(after_first, w, ask.digits) and moves(after_second, after_first, ask.digits)


def adam_step(ask: Asker, name: str) -> Question | None:
    """The first update of one parameter by Adam: its second moment and the new value."""
    return _step(ask, "adam_step", _EPSILONS, partial(_adam, ask, name))


def _adam(ask: Asker, name: str, quantity: Quantity, epsilon: float, rate: float) -> Iterator[tuple[Question, bool]]:
    """Gradient of the parameter, ε and η → the question, and whether its numbers are workable."""
    trace, node = ask.trace, quantity.node
    rule = optimizer("adam", epsilon=epsilon)
    w, g = old_value(quantity, trace), quantity.read(trace) or 0.0
    known: dict[str, Value] = {"w": w, "g": g, "m": 0.0, "s": 0.0, "t": 1.0, "η": rate, **rule.constants}
    right, own = computed(rule.text, known), Rule(ask, rule, node)
    if not math.isfinite(float(right["w'"])):
        return
    wrong = [(by(mistake, node), text) for mistake, text in mutants("adam_step", rule.text)]
    asked: tuple[tuple[str, str, Text], ...] = (
        ("m'", "first", (("math", own.symbol("m'")),)),
        ("s'", "second", (("math", own.symbol("s'")),)),
        ("w'", "new", ask.say("ask.new", w=ask.name(node))),
    )
    fields = tuple(
        field(ask, f"{name}.{key}", label, float(right[word]),
              ((diagnosis, number_of(text, known, word)) for diagnosis, text in wrong), old=w if word == "w'" else None)
        for word, key, label in asked
    )  # fmt: skip
    prompt = ask.say(
        "ask.adam", w=ask.name(node), rate=own.equals("η", rate), m=own.symbol("m"), s=own.symbol("s"),
        g=own.symbol("g"), one=own.equals("β_1", rule.constants["β_1"]), two=own.equals("β_2", rule.constants["β_2"]),
        epsilon=own.equals("ε", epsilon), t=own.equals("t", 1.0),
    )  # fmt: skip
    hints = (ask.say("hint.adam", m=own.symbol("m"), s=own.symbol("s")), ask.say("hint.adam.correction"))
    moments, corrected, step = own.lines[:2], own.lines[2:4], own.lines[-1]
    rule_lines = (*(join("ask.and", ask.lang, pair) for pair in (moments, corrected)), step)
    question = Question(
        name,
        "adam_step",
        (*prompt, *_within(ask)),
        fields,
        len(fields),
        given=rule_lines,
        hints=hints,
        solution=own.worked(right),
    )
    new = float(right["w'"])
    workable = is_workable((new, max(abs(w), abs(w - new))), (float(right["s'"]), 0.0))
    yield question, workable and moves(new, w, ask.digits)
