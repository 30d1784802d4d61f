"""The text of a row becomes a local derivative of this graph: names and numbers put in, literals folded.

What the row states over `x, y, out, g` is copied into a tree with the names of the nodes, or with their
values, in their place. It is simplified only where literals meet (2 - 1, x^1, 1*x): the rest stays as the
row has it, so that what is read is what was computed. Of a `where`, only the branch that was taken is
shown, where all entries took the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.broadcasting import shape
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.expression import number, reading, values
from graphviz_ad.explain.folding import HOLDS, OPPOSITE, RULES, SHARPER, Made, fold
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.printer import TYPST, write
from graphviz_ad.language.tree import CALL, DERIVATIVE, KEYWORD, LIST, NAME, NUMBER, OPERATOR, VALUE, Leaf, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.compiling import parsed
from graphviz_ad.ops.row import VARIADIC

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

DIGITS = numbers.DEFAULT_DIGITS
PI = "π"


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison that decided which branch a derivative took: `left sign right` was true of all entries.

    `left` and `right` are nodes of the tree the derivative was put into; `held` says whether the comparison
    stands in the row as it is here, or as its opposite.
    """

    left: int
    sign: str
    right: int
    held: bool


def derivative(graph: Graph, node: int, into: Tree, place: int | None = None) -> int:
    """Put ∂output/∂node into the tree."""
    return local_name(graph, graph.output, node, into, place)


def local_name(graph: Graph, of: int, by: int, into: Tree, place: int | None = None) -> int:
    """Put ∂of/∂by into the tree, `place` telling which argument of several that are the same node."""
    head = (graph.names[of], graph.names[by])
    return into.add(DERIVATIVE, head if place is None else (*head, place))


def place_of(graph: Graph, node: int, slot: int, of: int = 1) -> int | None:
    """Edge → 1, 2 … where ∂node/∂argument alone would not say which path is meant, None where it does."""
    args = graph.args[node]
    if args.count(args[slot]) > 1 or (node == graph.output and of > 1):
        return slot + 1
    return None


def name_leaf(graph: Graph, node: int, digits: int = DIGITS) -> Leaf:
    """Node → what puts its name, or for a constant its number, into a tree."""
    if node in graph.constants:
        value = graph.constants[node]
        return lambda tree: number(tree, value, digits) if isinstance(value, float) else tree.add(VALUE, value)
    return lambda tree: tree.add(NAME, graph.names[node])


def value_leaf(trace: Trace, node: int, digits: int = DIGITS) -> Leaf:
    """Node → what puts its value into a tree."""
    if node in trace.graph.constants:
        return name_leaf(trace.graph, node, digits)
    return lambda tree: tree.add(VALUE, trace.values[node])


def partial_tree(
    where: Trace | Graph, node: int, slot: int, into: Tree, *, values: bool = False, digits: int = DIGITS,
    because: list[Condition] | None = None,
) -> int:  # fmt: skip
    """Edge of a pointwise operation → its local derivative, put into the tree, with names or with values in it.

    Without a trace every branch of a `where` is shown. The conditions that chose a branch are added to `because`.
    """
    return _Copy(where, node, slot, into, values, digits, because=because).run()


def pullback_tree(
    where: Trace | Graph, node: int, slot: int, into: Tree, *, values: bool = False, digits: int = DIGITS,
    upstream: Leaf | None = None,
) -> int:  # fmt: skip
    """Edge of a structural operation → what it sends back, put into the tree.

    The upstream gradient is ∂output/∂node, or its value, or what `upstream` puts there.
    """
    return _Copy(where, node, slot, into, values, digits, upstream).run()


def edge_parts(trace: Trace, node: int, slot: int, digits: int = DIGITS) -> tuple[str, str]:
    """Edge → what stands on it in the picture as Typst mathematics: the symbol, and its number ("" where it is one).

    `frac(partial m, partial w) = x` and `3`; for a structural operation what it sends back, and "".
    """
    graph, tree = trace.graph, Tree()
    plan = graph.plans[node]
    assert plan is not None
    dialect = reading(TYPST, digits)
    if not plan.row.pointwise:
        return write(tree, pullback_tree(trace, node, slot, tree, upstream=lambda t: t.add(NAME, "g")), dialect), ""
    parts = [local_name(graph, node, graph.args[node][slot], tree, place_of(graph, node, slot))]
    parts.append(partial_tree(trace, node, slot, tree, digits=digits))
    symbol, derived = (write(tree, part, dialect) for part in parts)
    local = trace.local(node, slot)
    number = write(tree, tree.add(VALUE, local), dialect) if isinstance(local, float) else ""
    return f"{symbol} = {derived}", "" if number == derived else number


def edge_label(trace: Trace, node: int, slot: int, digits: int = DIGITS) -> str:
    """Edge → the same on one line: `frac(partial m, partial w) = x = 3`."""
    return " = ".join(part for part in edge_parts(trace, node, slot, digits) if part)


@dataclass
class _Copy:
    """One pass over the text of a row, children before parents."""

    where: Trace | Graph
    node: int
    slot: int
    into: Tree
    numeric: bool
    digits: int
    upstream: Leaf | None = None
    because: list[Condition] | None = None
    made: dict[int, Made] = field(default_factory=dict)
    found: dict[int, Any] | None = None

    def __post_init__(self) -> None:
        self.trace = self.where if isinstance(self.where, Trace) else None
        self.graph = self.where.graph if isinstance(self.where, Trace) else self.where
        plan = self.graph.plans[self.node]
        assert plan is not None
        self.plan, self.row = plan, plan.row
        self.args = self.graph.args[self.node]
        self.scalar = self.trace is None or all(
            isinstance(self.trace.values[n], float) for n in (*self.args, self.node)
        )

    def run(self) -> int:
        """The whole text → the index of its copy."""
        program = parsed(self.text())
        self.text_tree = program.tree
        self.root = program.statements[-1].root
        for at in range(self.root + 1):
            self.made[at] = self.copy(at)
        return self.index(self.made[self.root])

    def text(self) -> str:
        """The text that the row gives for this argument."""
        if self.row.pointwise:
            return self.row.partials[self.slot]
        ndims = tuple(len(self.trace.shape(arg)) if self.trace else 0 for arg in self.args)
        return self.row.pullback_text(self.slot, ndims)

    def index(self, made: Made) -> int:
        """What was made of a node of the text → its index in the tree."""
        at, literal = made
        if at is None:
            assert literal is not None
            return number(self.into, literal, self.digits)
        return at

    # -- values, where a branch or an elementwise product depends on them ---------------------

    def values(self) -> dict[int, Any]:
        """The number of every node of the text at this step; computed once, and only where asked for."""
        if self.found is None:
            assert self.trace is not None
            given = [self.trace.values[arg] for arg in self.args]
            named: dict[str, Any] = {"pi": math.pi, "k": self.slot, "out": self.trace.values[self.node]}
            named |= {"xs": tuple(given)} if self.row.variadic else dict(zip(self.row.params, given))
            g = self.trace.grads[self.node]
            named["g"] = np.ones(shape(named["out"])) if g is None else g
            self.found = values(self.text_tree, self.root, named | self.plan.options)
        return self.found

    def all_true(self, at: int) -> bool | None:
        """Whether a condition holds for all entries (True), for none (False), or for some only (None)."""
        if self.trace is None:
            return None
        condition = np.asarray(self.values()[at])
        return True if condition.all() else False if not condition.any() else None

    # -- one node -----------------------------------------------------------------------------

    def copy(self, at: int) -> Made:
        """One node of the text → its copy."""
        tree = self.text_tree
        kind, head, parts = tree.kind[at], tree.head[at], tree.args[at]
        if kind == NUMBER:
            return None, float(head)
        if kind == NAME:
            return self.name(str(head))
        if kind == CALL and head == "where":
            return self.choose(at)
        if kind == OPERATOR:
            return self.operator(at, str(head), [self.made[part] for part in parts])
        kept = [self.made[part] for part in parts if self.made[part] != (None, None)]
        if kind == KEYWORD and not kept:
            return None, None
        return self.into.add(kind, head, tuple(self.index(made) for made in kept)), None

    def name(self, name: str) -> Made:
        """A name of the text: an argument, the result, the upstream gradient, an option."""
        if name == "g":
            if self.upstream is not None:
                return self.upstream(self.into), None
            if self.numeric:
                assert self.trace is not None
                return self.into.add(VALUE, self.trace.grads[self.node]), None
            return derivative(self.graph, self.node, self.into), None
        if name == "out":
            return self.leaf(self.node), None
        if name == "k":
            return None, float(self.slot)
        if name == VARIADIC and self.row.variadic:
            return self.into.add(LIST, None, tuple(self.leaf(arg) for arg in self.args)), None
        if name in self.row.params:
            arg = self.args[self.row.params.index(name)]
            constant = self.graph.constants.get(arg)
            return (None, constant) if isinstance(constant, float) else (self.leaf(arg), None)
        if name == "pi":
            return self.into.add(NAME, PI), None
        return self.option(self.plan.options[name])

    def option(self, value: Any) -> Made:
        """An option's value: a number is a literal, a list is written out, None is left out."""
        if value is None or isinstance(value, (int, float)):
            return None, None if value is None else float(value)
        if isinstance(value, tuple) and all(isinstance(entry, (int, float)) for entry in value):
            return self.into.add(LIST, None, tuple(number(self.into, float(v), self.digits) for v in value)), None
        return self.into.add(NAME, str(value)), None

    def leaf(self, node: int) -> int:
        """A node of the graph, by name or by value."""
        if self.numeric:
            assert self.trace is not None
            return value_leaf(self.trace, node, self.digits)(self.into)
        return name_leaf(self.graph, node, self.digits)(self.into)

    def choose(self, at: int) -> Made:
        """A `where`: the branch all entries take, or the whole where they part."""
        condition, yes, no = self.text_tree.args[at]
        literal = self.made[condition][1]
        holds = self.all_true(condition) if literal is None else literal != 0
        if holds is None:
            parts = tuple(self.index(self.made[part]) for part in (condition, yes, no))
            return self.into.add(CALL, "where", parts), None
        if literal is None:
            self.remember(condition, holds)
        return self.made[yes if holds else no]

    def remember(self, condition: int, holds: bool) -> None:
        """Keep the comparison that was decided, as sharply as the values allow."""
        tree = self.text_tree
        head = tree.head[condition]
        if self.because is None or tree.kind[condition] != OPERATOR or head not in SHARPER:
            return
        left, right = tree.args[condition]
        found = self.values()
        if not (np.all(np.isfinite(found[left])) and np.all(np.isfinite(found[right]))):
            return
        for sign in SHARPER[head] if holds else SHARPER[OPPOSITE[head]]:
            if np.all(HOLDS[sign](found[left], found[right])):
                sides = self.index(self.made[left]), self.index(self.made[right])
                self.because.append(Condition(sides[0], sign, sides[1], holds))
                return

    def operator(self, at: int, key: str, made: list[Made]) -> Made:
        """A sign: folded where literals meet, elementwise between arrays."""
        literals = [literal for _, literal in made]
        if None not in literals:
            folded = fold(key, [float(x) for x in literals if x is not None], self.digits)
            if folded is not None:
                return None, folded
        elif self.scalar and self.trace is not None and OPERATORS[key].precedence == COMPARE:
            holds = self.all_true(at)
            self.remember(at, bool(holds))
            return None, float(bool(holds))
        elif (rule := RULES.get(key)) and (simpler := rule(made, self.negative)) is not None:
            return simpler
        if key == "*" and not self.scalar:
            found = self.values()
            if all(np.ndim(found[part]) for part in self.text_tree.args[at]):
                key = "odot"
        return self.into.add(OPERATOR, key, tuple(self.index(part) for part in made)), None

    def negative(self, made: Made) -> Made:
        """The copy with a minus before it."""
        return self.into.add(OPERATOR, "neg", (self.index(made),)), None
