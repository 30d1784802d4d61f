"""Trace → the question which rule an edge needs, as one chooses before one computes."""

from __future__ import annotations

from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.items.model import Choice, Field, Option, Question, Slip, Wrong

_MAX_EDGES = 3
"""Edges that are asked about: one rule each, as long as there are so many."""
RULES = ("sum", "product", "quotient", "power", "function")
"""The rules of differentiation to choose from, in the order of the options."""
_RULE_OF = {
    "add": "sum",
    "subtract": "sum",
    "multiply": "product",
    "divide": "quotient",
    "power": "power",
    "square": "power",
}
"""Names of operations → the rule for their derivative; each function of one argument has its own."""
_NONE = ("negate", "pow")
"""Operations of which none of these is asked: a minus sign, and a power whose exponent is computed."""


def which_rule(ask: Asker, name: str) -> Question | None:
    """Of some edges, each with another rule as far as there are: which rule gives the local derivative."""
    trace = ask.trace
    by_rule: dict[str, list[tuple[int, int]]] = {}
    for node, slot, _ in trace.backward_edges():
        if trace.local(node, slot) is not None and (rule := _rule(ask, node)):
            by_rule.setdefault(rule, []).append((node, slot))
    chosen = [(rule, ask.chance.choice(edges)) for rule, edges in by_rule.items()]
    if len(chosen) < 2:
        return None
    asked = sorted(ask.chance.sample(chosen, min(_MAX_EDGES, len(chosen))), key=lambda edge: edge[1], reverse=True)
    options = tuple(Option(ask.say(f"ask.rule.{rule}")) for rule in RULES)
    fields = []
    for count, (rule, (node, slot)) in enumerate(asked, 1):
        wrong = tuple(
            Wrong(option, ((Slip(f"rule for a {other}", ((node, slot),)),),))
            for option, other in enumerate(RULES)
            if other != rule
        )
        choice = Choice(options, RULES.index(rule))
        fields.append(Field(f"{name}.{count}", ask.edge(node, slot), choice, wrong=wrong))
    hints = (ask.say("hint.rule"), ask.say("hint.rule.both"))
    solution = tuple(ask.slope(*edge) for _, edge in asked)
    return Question(name, "which_rule", ask.say("ask.rule"), tuple(fields), len(fields), hints=hints, solution=solution)


def _rule(ask: Asker, node: int) -> str | None:
    """Node → the rule for its derivatives, None where it is none of these."""
    graph = ask.trace.graph
    operation = graph.op_name(node)
    return _RULE_OF.get(operation) or ("function" if len(graph.args[node]) == 1 and operation not in _NONE else None)
