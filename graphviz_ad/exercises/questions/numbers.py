"""Trace → questions about its numbers: values, local derivatives, contributions, gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from random import Random

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.exercises.inputs import ROUNDING
from graphviz_ad.exercises.questions.elsewhere import elsewhere, worked_elsewhere
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import local_name
from graphviz_ad.explain.phrase import Segment, join, phrase
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.items.model import Field, Number, Question, Text, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language.tree import VALUE, Tree
from graphviz_ad.lazy import Later
from graphviz_ad.messages.catalogue import between
from graphviz_ad.misconceptions.diagnose import Slips, named


@dataclass
class Asker:
    """Makes parts of questions about a trace, in a language, with so many digits, and by chance; without hints where
    nobody will read them."""

    trace: Trace
    lang: str
    digits: int
    chance: Random
    with_hints: bool = True
    slips: Slips = field(init=False)

    def __post_init__(self) -> None:
        self.slips = Slips(self.trace)

    @cached_property
    def example(self) -> Trace | None:
        """The same passes at other inputs, for hints; None where none are found."""
        return elsewhere(self.trace)

    def say(self, key: str, several: int | None = None, /, **fillings: Chain | str | Text) -> Text:
        """Entry of the catalogue and what is put into it → text."""
        if not self.with_hints and key.startswith("hint."):
            return ()
        return phrase(key, self.lang, several, **fillings)

    def name(self, node: int) -> Chain:
        """Node → its name."""
        return named(self.trace, node)

    def is_named(self, node: int) -> bool:
        """Whether the formula has a name for a node, so that one finds it there."""
        graph = self.trace.graph
        return graph.names[node] in {*graph.inputs, *(statement.name for statement in graph.program.statements)}

    def listed(self, nodes: Iterable[int]) -> Text:
        """Nodes → their names with commas."""
        return join("ask.and", self.lang, [(("math", self.name(node)),) for node in nodes])

    def number(self, quantity: Quantity) -> Number:
        """Quantity of one number → the response that asks for it."""
        right = quantity.read(self.trace)
        assert right is not None
        right = 0.0 if abs(right) < ROUNDING else right
        return Number(right, tolerance(right, self.digits), quantity)

    def fields(self, question: str, quantities: Iterable[Quantity]) -> tuple[Field, ...]:
        """Quantities → a field for each of their numbers, with the wrong numbers that slips lead to."""
        return self.entry_fields(
            question, [entry for quantity in quantities for entry in entries(quantity, self.trace)]
        )

    def entry_fields(self, question: str, single: Sequence[Quantity]) -> tuple[Field, ...]:
        """Quantities that are single numbers → the same."""
        fields = []
        for count, quantity in enumerate(single, 1):
            number = self.number(quantity)
            name = question if len(single) == 1 else f"{question}.{count}"
            place = quantity.node, quantity.slot
            wrong = Later(partial(self.slips.wrong, number))
            fields.append(Field(name, self.label(quantity), number, place, wrong))
        return tuple(fields)

    def label(self, quantity: Quantity) -> Text:
        """Quantity → its symbol; of a contribution also the edge it goes over; made when it is read."""
        return Later(partial(self._label, quantity))

    def _label(self, quantity: Quantity) -> tuple[Segment, ...]:
        symbol = quantity.symbol(self.trace)
        if quantity.what != "contribution" or quantity.slot is None:
            return symbol
        edge = self.edge(quantity.node, quantity.slot)
        if all(kind == "text" for kind, _ in symbol):
            return (*edge, *symbol)
        return (*edge, ("text", between("language.colon", self.lang)), *symbol)

    def edge(self, node: int, slot: int) -> Text:
        """Edge → its ends, and which argument it is where both ends are those of another one too."""
        args = self.trace.graph.args[node]
        ends = {"x": self.name(args[slot]), "out": self.name(node)}
        if args.count(args[slot]) > 1:
            return self.say("ask.edge.argument", **ends, number=str(slot + 1))
        return self.say("ask.edge", **ends)

    def local(self, node: int, slot: int) -> Chain:
        """Edge → the symbol of its local derivative."""
        tree = Tree()
        symbol = local_name(self.trace.graph, node, self.trace.graph.args[node][slot], tree)
        return Chain((Expression(tree, symbol),), ("",))

    def slope(self, node: int, slot: int) -> Text:
        """Edge → its local derivative as symbol, formula and number."""
        tree = Tree()
        symbol = self.local(node, slot).parts
        formula = Expression(tree, partial_tree(self.trace, node, slot, tree, digits=self.digits))
        value = Expression(tree, tree.add(VALUE, self.trace.local(node, slot)))
        return (("math", Chain((*symbol, formula, value), ("", "=", "="), self.digits)),)

    def worked(self, is_wanted: Callable[[Step], bool]) -> Sequence[Text]:
        """Steps → their equations and sentences, one line each; made when they are read."""
        return Later(partial(self._worked, is_wanted))

    def _worked(self, is_wanted: Callable[[Step], bool]) -> tuple[Text, ...]:
        lines: list[Text] = []
        for step in filter(is_wanted, self.trace.steps):
            whole = equation(self.trace, step, self.digits).whole
            words = sentence(self.trace, step, self.lang, self.digits)
            lines.append((("math", whole), ("text", between("language.step", self.lang)), *words))
        return tuple(lines)


def values(ask: Asker, name: str) -> Question | None:
    """The value of every node that is computed."""
    graph = ask.trace.graph
    nodes = [node for node, bound in enumerate(graph.ops) if bound is not None]
    if not nodes:
        return None
    fields = ask.fields(name, (Quantity("value", node) for node in nodes))
    first = nodes[0]
    value = ask.say("hint.value", out=ask.name(first), args=ask.listed(dict.fromkeys(graph.args[first])))
    hints = _with_example(ask, lambda step: isinstance(step, Evaluate), value)
    solution = ask.worked(lambda step: isinstance(step, Evaluate))
    return Question(name, "values", ask.say("ask.values"), fields, len(fields), hints=hints, solution=solution)


def locals_(ask: Asker, name: str) -> Question | None:
    """The local derivative on every edge whose operation states one."""
    trace = ask.trace
    edges = [(node, slot) for node, slot, _ in trace.backward_edges() if trace.local(node, slot) is not None]
    if not edges:
        return None
    fields = ask.fields(name, (Quantity("local", node, slot) for node, slot in edges))
    node, slot = edges[0]
    local = ask.say("hint.local", x=ask.name(trace.graph.args[node][slot]), out=ask.name(node))
    hints = _with_example(ask, lambda step: isinstance(step, Pull), local)
    solution = tuple(ask.slope(node, slot) for node, slot in edges)
    return Question(name, "locals", ask.say("ask.locals"), fields, len(fields), hints=hints, solution=solution)


def contributions(ask: Asker, name: str) -> Question | None:
    """The contribution that every edge passes back."""
    edges = ask.trace.backward_edges()
    if not edges:
        return None
    fields = ask.fields(name, (Quantity("contribution", node, slot) for node, slot, _ in edges))
    node, slot, _ = edges[0]
    begin = ask.say("hint.begin", out=ask.name(ask.trace.graph.output))
    product = ask.say("hint.contribution", out=ask.name(node), d=ask.local(node, slot))
    hints = _with_example(ask, lambda step: isinstance(step, Pull), begin, product)
    solution = ask.worked(lambda step: isinstance(step, (Seed, Pull)))
    return Question(
        name, "contributions", ask.say("ask.contributions"), fields, len(fields), hints=hints, solution=solution
    )


def gradients(ask: Asker, name: str) -> Question | None:
    """The gradient of every node that gets one, but for the output, whose gradient is given."""
    output = ask.trace.graph.output
    nodes = [node for node in range(output - 1, -1, -1) if ask.trace.grads[node] is not None]
    return _gradients(ask, name, "gradients", nodes)


def inputs(ask: Asker, name: str) -> Question | None:
    """The gradient of every input that gets one."""
    graph, grads = ask.trace.graph, ask.trace.grads
    nodes = [node for node in graph.inputs.values() if grads[node] is not None and node != graph.output]
    return _gradients(ask, name, "inputs", nodes)


def _gradients(ask: Asker, name: str, kind: str, nodes: list[int]) -> Question | None:
    if not nodes:
        return None
    out = ask.name(ask.trace.graph.output)
    fields = ask.fields(name, (Quantity("gradient", node) for node in nodes))
    solution = ask.worked(lambda step: not isinstance(step, Evaluate))
    hints = _with_example(ask, _backward, ask.say("hint.begin", out=out), _of_gradient(ask, nodes[0]))
    points = len(fields) * (1 if kind == "gradients" else 2)
    return Question(name, kind, ask.say(f"ask.{kind}", out=out), fields, points, hints=hints, solution=solution)


def _with_example(ask: Asker, is_wanted: Callable[[Step], bool], *hints: Text) -> Sequence[Text]:
    """Hints, and the steps of which one is worked with other numbers as the last one, when hints are read."""
    return Later(lambda: (*hints, *worked_elsewhere(ask, is_wanted)))


def _of_gradient(ask: Asker, node: int) -> Text:
    """Node → the hint that says what its gradient is made of."""
    trace = ask.trace
    count = trace.contributions_to[node]
    if count > 1:
        return ask.say("hint.gradient.many", count, x=ask.name(node), count=str(count))
    consumer = next((node_ for node_, _, arg in trace.backward_edges() if arg == node), node)
    return ask.say("hint.gradient.one", x=ask.name(node), out=ask.name(consumer))


def _backward(step: Step) -> bool:
    return isinstance(step, (Seed, Pull, Accumulate))
